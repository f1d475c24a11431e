"""Outcomes that demonstrations ask for: sums over accounts and over groups of them, against the headline's."""

from __future__ import annotations

import numpy as np
import pytest

from simcollect.core.codes import Cell
from simcollect.core.eventlog import EventLog
from simcollect.engine import simulate
from simcollect.experiment.measure import prices
from simcollect.face.outcomes import DIMENSIONS, GROUPED, OUTCOMES, observe, part_column, read, whole_column
from simcollect.outcomes.headline import headline
from simcollect.scenario import Scenario, load
from simcollect.scenario.variation import varied


@pytest.fixture(scope="module")
def tiny() -> Scenario:
    return varied(load("tiny"), {"economics.cost_basis": "worked"})


@pytest.fixture(scope="module")
def log(tiny: Scenario) -> EventLog:
    return simulate(tiny, "balanced")


def test_every_outcome_stands_in_every_row_for_all_accounts(tiny: Scenario, log: EventLog) -> None:
    rows = observe(log, tiny)
    assert [row["day"] for row in rows] == [90, 180]
    for row in rows:
        for outcome in OUTCOMES:
            assert {part_column(outcome), whole_column(outcome)} <= row.keys()
        for outcome in GROUPED:
            for dimension in ("risk", "cell", "value", "vulnerable"):
                assert all(part_column(outcome, dimension, value) in row for value in DIMENSIONS[dimension])


@pytest.mark.parametrize("dimension", ["risk", "cell", "segment", "value", "vulnerable"])
def test_the_groups_of_a_kind_add_up_to_all_accounts(tiny: Scenario, log: EventLog, dimension: str) -> None:
    row = observe(log, tiny)[-1]
    values = DIMENSIONS[dimension] or tiny.segment_names
    for outcome in GROUPED:
        for column in (part_column, whole_column):
            parts = sum(row[column(outcome, dimension, value)] for value in values)
            assert parts == pytest.approx(row[column(outcome)], abs=1e-9), outcome


@pytest.mark.parametrize("day", [90, 180])
def test_what_the_headline_counts_as_well_is_the_same_number(tiny: Scenario, log: EventLog, day: int) -> None:
    rows = [row for row in observe(log, tiny) if row["day"] == day]
    totals = headline(log, prices(tiny), day)
    minor = tiny.economics.minor_units
    same = {
        "recovered_share": totals.gross_recovery_share,
        "kept_share": totals.kept_share,
        "retention_share": totals.retention_share,
        "left_share": totals.left_share,
        "complaints": totals.complaints_per_1000,
        "attempts": totals.attempts_per_account_week,
        "days_to_cash": totals.mean_days_to_cash,
        "total_cost": totals.cost_per_account_cents / minor,
        "value_with_residual_share": totals.value_with_residual_share,
    }
    for outcome, expected in same.items():
        assert read(rows, outcome)[0] == pytest.approx(expected, rel=1e-9, nan_ok=True), outcome
    # Paid by the minute, the cost of work is the whole cost but for what belongs to no account, a cent a run.
    assert read(rows, "work_cost")[0] == pytest.approx(totals.cost_per_account_cents / minor, abs=0.02)
    assert read(rows, "recovered_net_share")[0] == pytest.approx(totals.net_recovery_share, abs=1e-5)
    assert read(rows, "present_value_share")[0] == pytest.approx(totals.present_value_share, abs=1e-5)


def test_several_groups_are_read_together_by_their_sums() -> None:
    row = {
        part_column("recovered_share", "cell", "hardship"): 10.0,
        whole_column("recovered_share", "cell", "hardship"): 100.0,
        part_column("recovered_share", "cell", "over_indebted"): 30.0,
        whole_column("recovered_share", "cell", "over_indebted"): 50.0,
    }
    found = read([row], "recovered_share", "cell", ["hardship", "over_indebted"])
    assert found.tolist() == [40.0 / 150.0]


def test_a_group_without_accounts_has_no_number() -> None:
    row = {part_column("kept_share", "risk", "low"): 0.0, whole_column("kept_share", "risk", "low"): 0.0}
    assert np.isnan(read([row], "kept_share", "risk", ["low"])).all()


def test_a_borrower_stays_in_one_group_whatever_the_strategy(tiny: Scenario) -> None:
    sizes = []
    for strategy in ("no_action", "firm"):
        row = observe(simulate(tiny, strategy), tiny)[-1]
        groups = [("value", v) for v in DIMENSIONS["value"]] + [("cell", c.name.lower()) for c in Cell]
        sizes.append([row[whole_column("kept_share", *group)] for group in groups])
    assert sizes[0] == sizes[1]
