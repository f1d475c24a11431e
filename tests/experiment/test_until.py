"""Replications until the answer is known: no fewer, few more, the same when resumed, and honest at the limit."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from simcollect.core.errors import InputError
from simcollect.experiment import until as module
from simcollect.experiment.amounts import amount_of, measure_named
from simcollect.experiment.comparison import read_comparison
from simcollect.experiment.joint import family
from simcollect.experiment.store import JOINT
from simcollect.experiment.until import Goal, Replicated, goals_of, replicate
from simcollect.scenario import Scenario
from simcollect.stats.simultaneous import largest_t
from simcollect.stats.skewed import p_value

TWO = ["gentle", "firm"]


@pytest.fixture(scope="module")
def wide(tiny: Scenario) -> Replicated:
    return replicate(tiny, TWO, until={"net_recovery": "8pp", "kept": "9pp"}, at_most=34, workers=1)


def test_it_stops_at_the_first_look_at_which_every_interval_is_narrow_enough(tiny: Scenario, wide: Replicated) -> None:
    assert wide.reached
    assert wide.n_replications in wide.looks
    table = wide.to_frame().set_index("measure")
    assert table.loc["net_recovery_share", "half_width"] <= 0.08
    assert table.loc["kept_share", "half_width"] <= 0.09
    before = wide.looks[wide.looks.index(wide.n_replications) - 1]
    assert before < wide.n_replications  # it did not stop at the first look, so that the next line says something
    short = replicate(tiny, TWO, until={"net_recovery": "8pp", "kept": "9pp"}, at_most=before, workers=1)
    assert not short.reached


def test_what_is_not_reached_is_told_with_the_number_it_would_take(tiny: Scenario) -> None:
    found = replicate(tiny, TWO, until={"net_recovery": 0.001}, at_most=10, workers=1)
    row = found.to_frame().iloc[0]
    assert not found.reached
    # A half-width shrinks with the root of the replications.
    assert row["more_replications"] == pytest.approx(10 * (row["half_width"] / 0.001) ** 2 - 10, abs=1.0)
    assert f"about {row['more_replications']:,} more" in found.sentences()[1]


def test_looking_for_a_sign_costs_wider_intervals_since_luck_has_many_tries(tiny: Scenario) -> None:
    found = replicate(tiny, TWO, until="sign", outcomes=["net_recovery"], at_most=15, workers=1)
    values = family(found.comparison, found.measures).values
    assert found.multiple > largest_t(values)
    assert found.to_frame()["p"].iloc[0] == pytest.approx(min(1.0, 2 * p_value(values[:, 0])))  # two looks: 10 and 15


def test_a_folder_is_gone_on_from_and_gives_the_same_answer(
    tmp_path: Path, tiny: Scenario, wide: Replicated, monkeypatch: pytest.MonkeyPatch
) -> None:
    goals = {"net_recovery": "8pp", "kept": "9pp"}
    with monkeypatch.context() as patch:
        patch.setattr(module, "schedule", lambda first, at_most: (10,))  # stopped by somebody after the first look
        replicate(tiny, TWO, until=goals, at_most=34, workers=1, folder=tmp_path / "out")
    told: list[tuple[int, int]] = []
    again = replicate(
        tiny, TWO, until=goals, at_most=34, workers=1, folder=tmp_path / "out", on_progress=lambda *n: told.append(n)
    )
    assert told[0] == (20, 20)  # nothing of the first look is run again
    assert again.to_frame().equals(wide.to_frame())
    again.save(tmp_path / "out")
    assert (tmp_path / "out" / JOINT).is_file()
    assert read_comparison(tmp_path / "out").n_replications == wide.n_replications


def test_one_strategy_alone_is_run_until_its_own_mean_is_known(tiny: Scenario) -> None:
    found = replicate(tiny, ["firm"], until={"kept": "40pp"}, at_most=15, workers=1)
    assert found.to_frame()["mean"].iloc[0] == pytest.approx(found.comparison.values("kept_share", "firm").mean())
    assert found.best() == ()


def test_goals_are_written_as_users_write_them(tiny: Scenario) -> None:
    assert goals_of({"net_recovery": "0.5pp", "cost_per_account": "20 TWD"}, None, tiny) == (
        Goal("net_recovery_share", 0.005),
        Goal("cost_per_account_cents", 2000.0),
    )
    assert goals_of("sign", ["kept"], tiny) == (Goal("kept_share", None),)
    assert measure_named("kept_share") == "kept_share"
    assert amount_of("3", "complaints_per_1000", "TWD", 100) == 3.0


@pytest.mark.parametrize(
    ("until", "told"),
    [
        ({"net_recovery": "0.5"}, "Expected percentage points"),
        ({"net_recovery": "0.5 TWD"}, "Expected percentage points"),
        ({"cost_per_account": "20"}, "Expected an amount of TWD"),
        ({"net_recovery": 0.0}, "Expected a half-width above 0"),
        ({"net_recovery": "-1pp"}, "Expected a half-width above 0"),
        ({"net_recovry": "1pp"}, 'Did you mean "net_recovery_share"'),
        ({"incremental_net_share": "1pp"}, "is not a known outcome"),
        ({}, "asks for nothing"),
        ("sign", "names none"),
    ],
)
def test_what_cannot_be_meant_is_taught(until: dict[str, str] | str, told: str, tiny: Scenario) -> None:
    with pytest.raises(InputError, match=told):
        replicate(tiny, TWO, until=until, workers=1)


def test_a_limit_below_the_first_look_is_taught(tiny: Scenario) -> None:
    with pytest.raises(InputError, match="at_most is 5"):
        replicate(tiny, TWO, until={"kept": "9pp"}, at_most=5, workers=1)


def test_an_outcome_that_never_differed_is_not_known_and_the_sentence_says_how_rare_a_difference_may_be(
    tiny: Scenario, wide: Replicated
) -> None:
    rows = wide.comparison.runs.assign(kept_share=0.5)
    constant = replace(wide, comparison=replace(wide.comparison, runs=rows), goals=(Goal("kept_share", None),))
    row = constant.to_frame().set_index("measure").loc["kept_share"]
    assert not row["met"]
    assert not constant.reached
    n = constant.n_replications
    assert f"the same in all {n} replications, and it may be another in up to" in constant.sentences()[1]
    assert f"{100 * (1 - 0.05 ** (1 / n)):.2g} % of replications" in constant.sentences()[1]


def test_a_first_look_at_fewer_than_ten_is_taught(tiny: Scenario) -> None:
    with pytest.raises(InputError, match="first is 3"):
        replicate(tiny, TWO, until={"kept": "9pp"}, first=3, workers=1)
