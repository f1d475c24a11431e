"""Optimisation: what a file may say, what a front is, and a search that neither workers nor a kill can change."""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from simcollect.cli import optimise as _  # the module adds its commands
from simcollect.cli.app import app
from simcollect.core.errors import InputError, InputErrors
from simcollect.optimise import optimise, read_problem
from simcollect.optimise import run as room
from simcollect.optimise.front import front_levels, front_probability, is_on_front
from simcollect.optimise.problem import Constraint
from simcollect.plots.theme import save

assert _ is not None

DAY = "strategies.firm.late.enter_dpd"
SMALL = f"""
scenario = "tiny"
strategies = ["firm", "gentle"]
seed = 5

[levers]
"{DAY}" = {{ low = 60, high = 120 }}
"capacity.pools.callers.headcount" = [1, 2]

[optimise]
objectives = {{ net_recovery = "maximise", cost_per_account = "minimise" }}
constraints = {{ kept = {{ at_least = "1pp" }}, complaints_per_1000 = {{ at_most = 2000 }} }}
trials = 4
batch = 2
finalists = 2
selection_replications = 2
final_replications = 2

[run]
replications = 2
"""


def write(folder: Path, text: str = SMALL) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "small.toml"
    file.write_text(text, encoding="utf-8")
    return file


def test_the_same_answer_in_memory_with_threads_and_after_a_kill(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("optuna")
    file = write(tmp_path)
    plain = optimise(file, workers=1)
    with ThreadPoolExecutor(2) as executor:
        threads = optimise(file, executor=executor, folder=tmp_path / "threads")
    calls: list[int] = []
    really = room.evaluate

    def killed_in_the_third_batch(*arguments: object, **options: object) -> pd.DataFrame:
        calls.append(1)
        if len(calls) == 3:
            raise KeyboardInterrupt
        return really(*arguments, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(room, "evaluate", killed_in_the_third_batch)
    with pytest.raises(KeyboardInterrupt):
        optimise(file, workers=1, folder=tmp_path / "killed")
    monkeypatch.setattr(room, "evaluate", really)
    resumed = optimise(file, workers=1, folder=tmp_path / "killed")
    for other in (threads, resumed):
        pd.testing.assert_frame_equal(other.trials_frame(), plain.trials_frame())
        pd.testing.assert_frame_equal(other.to_frame(), plain.to_frame())
    # Search, selection and final estimate have luck of their own.
    assert {one.strategy for one in plain.finalists} <= {"firm", "gentle"}
    assert all(one.verdicts[0] in ("meets", "breaks", "cannot tell") for one in plain.finalists)
    plain.save(tmp_path / "out")
    assert {path.name for path in (tmp_path / "out").iterdir()} == {
        "trials.csv", "finalists.csv", "optimise.json", "front.png", "experiment.toml",
    }  # fmt: skip
    save(plain.plot("zh"), tmp_path / "zh.png")
    with pytest.raises(InputError, match=r"holds another search \(problem differ\)"):
        optimise(write(tmp_path / "b", SMALL.replace("seed = 5", "seed = 6")), folder=tmp_path / "killed")


def test_a_trial_without_a_number_is_counted_and_the_search_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("optuna")
    really = room.evaluate

    def without_firm(scenario: object, points: object, strategies: list[str], *more: object, **how: object) -> object:
        rows = really(scenario, points, strategies, *more, **how)  # type: ignore[arg-type]
        return rows.assign(cost_per_account_cents=np.nan) if "firm" in strategies else rows

    monkeypatch.setattr(room, "evaluate", without_firm)
    found = optimise(write(tmp_path), workers=1)
    failed = [one for one in found.trials if one.is_failed]
    assert len(found.trials) == 4
    assert failed
    assert {one.strategy for one in failed} == {"firm"}
    assert {one.strategy for one in found.finalists} == {"gentle"}
    assert f"{len(failed)} of 4 trials failed" in " ".join(found.sentences())
    assert found.trials_frame()["failed"].sum() == len(failed)
    with pytest.raises(InputError, match="none with a number"):
        optimise(write(tmp_path, SMALL.replace('["firm", "gentle"]', '["firm"]')), workers=1)


def test_intervals_end_where_outcomes_do_and_few_replications_are_said_to_be_few(tmp_path: Path) -> None:
    pytest.importorskip("optuna")
    found = optimise(write(tmp_path), workers=1)
    for one in found.finalists:
        kept, complaints = one.estimates["kept_share"], one.estimates["complaints_per_1000"]
        assert 0.0 <= kept.low <= kept.mean <= kept.high <= 1.0
        assert complaints.low >= 0.0
    assert "2 final replications are too few" in " ".join(found.sentences())


def test_every_fault_of_a_file_is_told_at_once(tmp_path: Path) -> None:
    text = (
        SMALL.replace('"maximise"', '"up"')
        .replace("cost_per_account", "cost_per_acount")
        .replace('"1pp"', '"1TWD"')
        .replace("batch = 2", "batch = 0")
        .replace("trials = 4", 'trials = 4\nsampler = "genetic"')
    )
    with pytest.raises(InputErrors) as told:
        read_problem(write(tmp_path, text))
    message = str(told.value)
    for part in (
        'optimise.objectives.net_recovery is "up"',
        'Did you mean "cost_per_account_cents"',
        "optimise.constraints.kept.at_least",
        "optimise.batch is 0",
        "optimise.sampler",
    ):
        assert part in message


def test_a_lever_of_lists_is_written_as_text_and_shown_by_its_number(tmp_path: Path) -> None:
    pytest.importorskip("optuna")
    offer = '{ stage = "final", day = 5, discount_share = 0.1, waive_share = 1.0, instalments = 1, expiry_days = 30 }'
    text = f"""
scenario = "tiny"
strategies = ["firm"]
[levers]
"strategies.firm.final.offers" = [[], [{offer}]]
[optimise]
objectives = {{ net_recovery = "maximise" }}
trials = 2
batch = 2
finalists = 1
selection_replications = 2
final_replications = 2
[run]
replications = 2
"""
    found = optimise(write(tmp_path, text), workers=1, folder=tmp_path / "mine")
    found.save(tmp_path / "mine")
    (place, value), *_ = found.finalists[0].point.items()
    assert found.lever_text(place, value) in ("no. 1 of 2", "no. 2 of 2")
    trials = pd.read_csv(tmp_path / "mine" / "trials.csv")
    assert trials[place].str.contains("discount_share|\\[\\]").all()


def test_what_has_no_effect_is_refused(tmp_path: Path) -> None:
    for added, match in (
        ('[design]\nkind = "grid"', "design has no effect"),
        ('[uncertainties]\n"behaviour.goodwill.fatigue" = [0.1]', "uncertainties has no effect"),
    ):
        with pytest.raises(InputErrors, match=match):
            read_problem(write(tmp_path, SMALL + added))
    with pytest.raises(InputErrors, match="optimise is missing"):
        read_problem(write(tmp_path, SMALL.replace("[optimise]", "[optimize]")))


def test_without_optuna_the_error_says_what_to_type(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "optuna", None)
    done = CliRunner().invoke(app, ["optimise", "run", str(write(tmp_path))])
    assert done.exit_code == 2
    assert 'pip install "simcollect[opt]"' in done.output


def test_what_is_no_experiment_is_said_in_its_own_words(tmp_path: Path) -> None:
    for path, told in ((tmp_path, "has none"), (tmp_path / "nowhere.toml", "does not exist")):
        done = CliRunner().invoke(app, ["optimise", "run", str(path)])
        assert done.exit_code == 2
        assert told in " ".join(done.output.split())
        assert "Scenarios" not in done.output


def test_a_constraint_is_judged_at_the_unfavourable_end() -> None:
    most = Constraint("complaints_per_1000", 40.0, is_at_most=True)
    assert [most.verdict(*ends) for ends in ((30.0, 40.0), (30.0, 41.0), (41.0, 50.0))] == [
        "meets", "cannot tell", "breaks",
    ]  # fmt: skip
    assert most.violation(30.0, 45.0) == 5.0
    least = Constraint("kept_share", 0.6, is_at_most=False)
    assert [least.verdict(*ends) for ends in ((0.6, 0.7), (0.5, 0.7), (0.5, 0.59))] == [
        "meets", "cannot tell", "breaks",
    ]  # fmt: skip
    assert least.violation(0.5, 0.9) == pytest.approx(0.1)


def test_fronts_are_peeled_like_an_onion() -> None:
    points = np.array([[0.0, 3.0], [1.0, 1.0], [3.0, 0.0], [0.0, 0.0], [2.0, 2.0]])
    assert is_on_front(points).tolist() == [True, False, True, False, True]
    assert front_levels(points).tolist() == [0, 1, 0, 2, 0]


def test_the_chance_of_the_front_is_a_half_where_luck_decides() -> None:
    rng = np.random.default_rng(1)
    luck = rng.normal(size=(1, 200))
    # The second is better than the first by nothing but luck, and both objectives rise and fall together.
    values = np.stack([np.vstack([0 * luck, 0 * luck]), np.vstack([luck - luck.mean()] * 2)])
    chances = front_probability(values)
    # 2,000 resamples: a share of a half has the standard error 0.011; the sample's skewness adds little.
    assert chances == pytest.approx([0.5, 0.5], abs=0.06)
    clear = front_probability(np.stack([np.vstack([luck, luck]), np.vstack([luck + 0.01] * 2)]))
    assert clear.tolist() == [0.0, 1.0]  # the same luck for both: a small lead is certain
