from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

from simcollect.answers import Answered, find_study, run_study, studies
from simcollect.answers.asked import read_answers
from simcollect.answers.page import page
from simcollect.answers.pictures import picture
from simcollect.answers.reading import StudyReading, of_reading
from simcollect.answers.study import FULL, SMALL
from simcollect.cli.app import app
from simcollect.cli.study import study as _registered  # noqa: F401
from simcollect.core.codes import EventKind
from simcollect.core.errors import InputError
from simcollect.engine import simulate
from simcollect.outcomes.capacity import capacity_by_pool
from simcollect.scenario import Scenario
from simcollect.sweep import read_experiment
from simcollect.sweep.request import make_request
from tests.sweep.asked import asked as sweep_asked

EXPERIMENTS = Path(__file__).parents[2] / "experiments"
ALL = sorted(file.parent.name for file in EXPERIMENTS.glob(f"*/{FULL}"))
FAST = ("q01_", "q08_", "q17_")  # between them every kind of answer: surface, groups, split, curve, ranking
SMALL_ONES = [name if name.startswith(FAST) else pytest.param(name, marks=pytest.mark.slow) for name in ALL]


@pytest.fixture(scope="module")
def surface(tmp_path_factory: pytest.TempPathFactory) -> Answered:
    small = EXPERIMENTS / find_study("q01", EXPERIMENTS).name / SMALL
    return run_study(small, tmp_path_factory.mktemp("q01") / "study", workers=1)


def test_there_are_ten_studies_or_more_each_with_its_files() -> None:
    assert len(ALL) >= 10
    for name in ALL:
        assert {SMALL, "README.md"} <= {file.name for file in (EXPERIMENTS / name).iterdir()}, name


@pytest.mark.parametrize("name", ALL)
def test_the_full_design_of_a_study_is_sound(name: str) -> None:
    experiment = read_experiment(EXPERIMENTS / name)
    assert read_answers(experiment, FULL)
    assert experiment.question
    assert experiment.points()


@pytest.mark.parametrize("name", SMALL_ONES)
def test_a_study_runs_small_and_answers(name: str, tmp_path: Path) -> None:
    found = run_study(EXPERIMENTS / name / SMALL, tmp_path / "study", workers=1)
    assert not len(found.study.failures())
    assert found.sentences
    assert all(finding.sentences for finding in found.findings)
    assert all(len(finding.table) for finding in found.findings)
    text = (tmp_path / "study" / "answer.md").read_text(encoding="utf-8")
    assert text.startswith(f"# {found.study.request.question}")
    assert all(sentence in text for sentence in found.sentences)
    table = pd.read_csv(tmp_path / "study" / "answer.csv")
    assert sorted(table["answer"].unique()) == list(range(1, len(found.findings) + 1))
    assert sum(file.suffix == ".png" for file in found.files) == len(found.findings)


def test_the_same_command_does_nothing_twice(tmp_path: Path) -> None:
    small = EXPERIMENTS / find_study("q23", EXPERIMENTS).name / SMALL
    run_study(small, tmp_path / "study", workers=1)
    before = (tmp_path / "study" / "answer.csv").read_bytes()
    told: list[tuple[int, int]] = []
    run_study(small, tmp_path / "study", workers=1, on_progress=lambda done, of: told.append((done, of)))
    assert told
    assert all(done == of for done, of in told)
    assert (tmp_path / "study" / "answer.csv").read_bytes() == before


def test_the_runs_of_a_sweep_are_never_taken_for_those_of_a_study(tmp_path: Path) -> None:
    request = sweep_asked(tmp_path)
    plain, split = (of_reading(request, StudyReading(twin)) for twin in ("", '"no_action"'))
    contents = [{c for known in r.contents for c in known.values()} for r in (request, plain, split)]
    assert not contents[0] & contents[1]
    assert not contents[1] & contents[2]


def test_a_run_that_is_its_own_twin_gains_and_gives_away_nothing(tiny: Scenario) -> None:
    log = simulate(tiny, "firm")
    row = StudyReading('"firm"')(log, tiny)[-1]
    assert row["self_cure_share"] == pytest.approx(row["gross_recovery_share"])
    assert row["accelerated_share"] == row["incremental_share"] == row["cannibalised_share"] == 0.0
    assert row["difference_share"] == 0.0


def test_the_parts_against_a_twin_add_up_to_the_difference(tiny: Scenario) -> None:
    log, twin = simulate(tiny, "firm"), simulate(tiny, "no_action")
    row = StudyReading('"no_action"')(log, tiny)[-1]
    theirs = int(twin.rows["amount_cents"][twin.rows["kind"] == EventKind.PAYMENT].sum())
    assert row["self_cure_share"] + row["incremental_share"] == pytest.approx(row["gross_recovery_share"])
    given_up = row["cannibalised_share"] + row["lost_share"]
    assert row["difference_share"] == pytest.approx(row["incremental_share"] - given_up)
    assert row["difference_share"] * row["opening_cents"] == pytest.approx(row["recovered_cents"] - theirs)


def test_groups_of_a_kind_hold_all_accounts_between_them(tiny: Scenario) -> None:
    row = StudyReading()(simulate(tiny, "firm"), tiny)[-1]
    for dimension, groups in (("vulnerable", ("yes", "no")), ("risk", ("low", "medium", "high"))):
        shares = [row[f"full_pay_before_offer_share, {dimension} {group}"] for group in groups]
        present = [share for share in shares if share == share]
        assert min(present) <= row["full_pay_before_offer_share"] <= max(present)


def test_work_taken_up_is_what_was_started_of_what_was_put_on_the_list(tiny: Scenario) -> None:
    log = simulate(tiny, "firm")
    row, table = StudyReading()(log, tiny)[-1], capacity_by_pool(log).set_index("pool")
    callers = table.loc["callers"]
    assert row["taken_up_share, pool callers"] == pytest.approx(callers["started"] / callers["queued"])
    assert 0.0 < row["taken_up_share, pool callers"] <= 1.0


def test_a_study_is_found_by_the_beginning_of_its_name() -> None:
    assert find_study("q03", EXPERIMENTS).name.startswith("q03_")
    with pytest.raises(InputError, match="fits"):
        find_study("q", EXPERIMENTS)
    with pytest.raises(InputError, match="is not in"):
        find_study("q99", EXPERIMENTS)
    assert list(studies(EXPERIMENTS)) == ALL


def test_a_folder_without_studies_is_told_so(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="holds no study"):
        studies(tmp_path)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_pictures_are_drawn_in_both_languages(lang: str, surface: Answered) -> None:
    drawn = picture(surface.findings[0], "0" * 16, lang)  # type: ignore[arg-type]
    words = " ".join(text.get_text() for text in drawn.texts)
    assert ("重复模拟" in words) == (lang == "zh")


def test_the_command_prints_the_answer_and_writes_it_beside_the_experiment(tmp_path: Path) -> None:
    file = tmp_path / "mine" / "experiment.toml"
    file.parent.mkdir()
    small = find_study("q23", EXPERIMENTS) / SMALL
    file.write_text(small.read_text(encoding="utf-8"), encoding="utf-8")
    arguments = ["study", "run", "mine", "--from", str(tmp_path), "--out", str(tmp_path / "out"), "--workers", "1"]
    found = CliRunner().invoke(app, [*arguments, "--beside", "--json"])
    assert found.exit_code == 0, found.output
    told = json.loads(found.stdout[found.stdout.index("{") :])
    assert told["sentences"]
    assert (file.parent / "answer.md").is_file()
    assert (file.parent / "answer.png").is_file()


def test_an_answer_names_what_its_scenario_extends_and_shows_staff_by_their_means(surface: Answered) -> None:
    file = next(file for file in surface.files if file.name == "answer.md")
    text = file.read_text(encoding="utf-8")
    assert "1 strategy, seed" in text
    assert "scenario tiny;" in text
    assert "**Work waiting, legal officers** (number)" in text
    experiment = read_experiment(EXPERIMENTS / find_study("q01", EXPERIMENTS).name)
    told = page((), make_request(experiment, FULL), "0" * 16, 0)
    assert "scenario of the experiment, extends cards_taiwan;" in told


def test_the_list_names_every_study_with_its_question() -> None:
    found = CliRunner().invoke(app, ["study", "list", "--from", str(EXPERIMENTS), "--json"])
    assert found.exit_code == 0, found.output
    assert json.loads(found.stdout) == studies(EXPERIMENTS)
