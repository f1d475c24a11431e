from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

import simcollect as sc
from simcollect.core.codes import Action, EventKind, Stage
from simcollect.core.errors import InputError
from simcollect.engine import AccountView, Decision
from simcollect.scenario import Scenario


class TextOnce:
    """Sends one text message and lets matters rest."""

    name = "text_once"
    document = "gentle"

    def review(self, view: AccountView) -> Decision:
        return Decision(Action.NONE if view.attempts else Action.SMS, review_in_days=30, stage=Stage.EARLY)


def test_the_same_call_gives_the_same_log(tiny: Scenario) -> None:
    assert sc.simulate(tiny, "firm", replication=1) == sc.simulate("tiny", "firm", replication=1)


def test_another_replication_or_seed_gives_other_luck(tiny: Scenario) -> None:
    log = sc.simulate(tiny, "firm")
    assert sc.simulate(tiny, "firm", replication=1) != log
    assert sc.simulate(sc.load("tiny", seed=1), "firm") != log


def test_a_shorter_horizon_leaves_out_the_reading_days_beyond_it(tiny: Scenario) -> None:
    assert sc.load(tiny, horizon_days=100).run.reading_days == (90,)


@pytest.mark.parametrize(("option", "value"), [("seed", -1), ("seed", 2**63), ("horizon_days", 0)])
def test_a_wrong_seed_or_horizon_is_taught(option: str, value: int) -> None:
    with pytest.raises(InputError, match=rf"{option} is {value}\. Expected a whole number from"):
        sc.load("tiny", **{option: value})  # type: ignore[arg-type]


def test_a_comparison_can_be_told_against_any_of_its_strategies() -> None:
    result = sc.compare("tiny", strategies=["firm", "gentle"], replications=2, against="gentle", workers=1)
    assert set(result.differences()["strategy"]) == {"firm"}


def test_a_reference_that_was_not_run_is_taught() -> None:
    with pytest.raises(InputError, match='reference strategy "balanced" is not in'):
        sc.compare("tiny", strategies=["firm"], replications=1, against="balanced", workers=1)


def test_a_folder_is_taken_up_by_a_larger_comparison(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    sc.compare("tiny", strategies=["firm"], replications=2, workers=1, folder=tmp_path)
    sc.compare(
        "tiny",
        strategies=["firm", "gentle"],
        replications=3,
        workers=1,
        folder=tmp_path,
        on_progress=lambda done, total: told.append((done, total)),
    )
    assert told[0] == (2, 6)


def test_an_edited_scenario_does_not_take_up_the_folder(tmp_path: Path) -> None:
    sc.compare("tiny", strategies=["firm"], replications=1, workers=1, folder=tmp_path)
    with pytest.raises(InputError, match="holds the results of another experiment"):
        sc.compare("tiny", strategies=["firm"], replications=1, seed=5, workers=1, folder=tmp_path)


def test_a_policy_in_plain_python_is_compared_like_a_strategy(tmp_path: Path) -> None:
    result = sc.compare("tiny", strategies=["no_action", TextOnce()], replications=2, workers=1, folder=tmp_path)
    assert result.strategies == ("no_action", "text_once")
    assert result.values("attempts_per_account_week", "text_once").min() > 0.0
    with pytest.raises(InputError, match="a policy written in Python"):
        sc.repeat(tmp_path)


def test_a_policy_may_have_changed_so_its_runs_are_never_taken_over(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    for _ in range(2):
        sc.compare(
            "tiny",
            strategies=["no_action", TextOnce()],
            replications=2,
            workers=1,
            folder=tmp_path,
            on_progress=lambda done, total: told.append((done, total)),
        )
    assert told[0] == (0, 4)
    assert told[3] == (2, 4)


def test_a_policy_does_what_it_decides(tiny: Scenario) -> None:
    log = sc.simulate(tiny, TextOnce())
    assert (log.rows["kind"] == EventKind.MESSAGE_SENT).any()
    assert not (log.rows["kind"] == EventKind.DIALLED).any()


def test_the_book_is_a_table_with_names_for_codes(tiny: Scenario) -> None:
    frame = sc.book_table(sc.build_population(tiny))
    assert len(frame) == 12
    assert set(frame["segment"]) <= {"small", "large"}
    parts = frame[["principal_cents", "interest_cents", "fees_cents"]].sum(axis=1)
    pd.testing.assert_series_equal(frame["balance_cents"], parts, check_names=False)
