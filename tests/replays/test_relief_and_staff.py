"""X4 and X5 on logs made by hand, and on the engine where relief is none."""

from __future__ import annotations

import math

import pytest

from simcollect.core.codes import Cell, Component, EventKind
from simcollect.core.eventlog import EventLog
from simcollect.replays import REPLAYS, play
from simcollect.replays.results import rows_of
from simcollect.replays.x4 import finished
from simcollect.scenario.variation import varied
from tests.outcomes.handmade import Story


def planners(months: int, *ends: EventKind | None, waived: int = 0) -> EventLog:
    """Borrowers who owe 1,200 a plan of so many months, agreed on day 10, and how it ended on day 50."""
    story = Story(len(ends) + 1, horizon_days=100)
    for account, end in enumerate(ends):
        story.opened(account, dpd=0, principal=200_000).add(5, EventKind.INTEREST_CHARGED, account, amount=1_000)
        story.add(10, EventKind.PLAN_STARTED, account, amount=120_000 // months, value=months, detail=months)
        if waived:
            story.add(10, EventKind.WAIVED, account, amount=waived, detail=Component.INTEREST)
        if end is not None:
            story.add(50, end, account)
    return story.log(in_order=True)


DONE, BROKEN = EventKind.PLAN_COMPLETED, EventKind.PLAN_BROKEN


def test_x4_reads_finished_plans_of_the_same_borrowers_and_the_cost_to_the_lender() -> None:
    x4 = REPLAYS["X4"]
    logs = {
        "plan": planners(4, DONE, BROKEN, BROKEN, None),
        "write_down": planners(4, DONE, DONE, BROKEN, None, waived=300),
        "payment_cut": planners(12, DONE, DONE, DONE, None),
    }
    quarter = {"economics.discount_rate_annual": 0.12, "strategies.write_down.mid.plan_interest_waived_share": 0.25}
    found = x4.measure(logs, varied(x4.scenario(), quarter))
    # 120,000 cents come 4 months later on average at 1 % a month, against 300 forgiven and 4 x 250 of interest.
    cost = 100.0 * (4_800 - 1_300) / 120_000
    expected = {"cost": cost, "write_down": 25.0, "payment_cut": 50.0, "more": -25.0, "insolvent": 0.0}
    assert {name: found[name] for name in expected} == pytest.approx(expected)
    assert found["planned"] == 4.0


def test_x4_says_how_much_insolvency_relief_can_take_away_at_most() -> None:
    x4 = REPLAYS["X4"]
    exits = {"insolvency_per_month": 0.01, "insolvency_relief_effect": 0.5}
    scenario = varied(
        x4.scenario(),
        {f"behaviour.exit.{name}": value for name, value in exits.items()}
        | {"behaviour.cells.forgetful.insolvency_factor": 2.0}
        | {"strategies.write_down.mid.plan_interest_waived_share": 0.25},
    )
    logs = dict.fromkeys(x4.arms, planners(6, DONE, BROKEN))
    assert {int(cell) for cell in logs["plan"].accounts["cell"]} == {Cell.FORGETFUL}
    # 1 % a month, twice that in the cell, of which half of a quarter is spared over six months.
    found = x4.measure(logs, scenario)
    assert found["insolvent_expected"] == pytest.approx(100.0 * 0.01 * 2.0 * 0.5 * 0.25 * 6.0)
    assert found["insolvent_cases"] == pytest.approx(0.03)
    row = next(row for row in rows_of(x4, [found, found]) if row.measure.name == "insolvent")
    assert "A fall of 1.5 points is to be expected here, 0.03 cases among the 2 borrowers" in row.note()
    assert row.measure.given


def test_a_plan_broken_before_it_was_completed_in_a_second_try_is_not_finished() -> None:
    story = Story(1, horizon_days=100).opened(0, dpd=0, principal=200_000)
    story.add(10, EventKind.PLAN_STARTED, amount=1, value=4).add(40, BROKEN)
    story.add(50, EventKind.PLAN_STARTED, amount=1, value=4).add(90, DONE)
    assert list(finished(story.log())) == [False]


def test_where_nobody_agrees_a_plan_nothing_is_measured() -> None:
    log = Story(1, horizon_days=100).opened(0, dpd=0, principal=200_000).log()
    found = REPLAYS["X4"].measure(dict.fromkeys(REPLAYS["X4"].arms, log), REPLAYS["X4"].scenario())
    assert all(math.isnan(number) for number in found.values())


def test_relief_that_is_none_changes_nothing() -> None:
    x4 = REPLAYS["X4"]
    same = {
        "portfolio.n_stock": 60,
        "strategies.write_down.mid.plan_interest_waived_share": 0.0,
        "strategies.payment_cut.mid.plan_affordability_share": 0.6,
    }
    found = play(x4, 0, varied(x4.scenario(), same))
    assert {name: found[name] for name in found if name != "planned"} == dict.fromkeys(set(found) - {"planned"}, 0.0)
    assert found["planned"] > 0.0


def test_x5_is_what_the_challenger_recovers_more() -> None:
    def paid(cents: int) -> EventLog:
        return Story(1, horizon_days=100).opened(0, principal=200_000).paid(10, cents).log()

    x5 = REPLAYS["X5"]
    found = x5.measure({"champion": paid(10_000), "capacity_aware": paid(10_700)}, x5.scenario())
    assert found["gain"] == pytest.approx(7.0)


def test_a_challenger_that_does_as_the_champion_gains_nothing() -> None:
    x5 = REPLAYS["X5"]
    small = {"portfolio.n_stock": 40, "portfolio.flow_per_month": 0.0, "run.horizon_days": 60}
    twin = varied(x5.scenario(), small | {"strategies.capacity_aware": {"inherits": "champion"}})
    assert play(x5, 0, twin)["gain"] == 0.0
