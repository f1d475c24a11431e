"""X4 and X5 on logs made by hand, and on the engine where relief is none."""

from __future__ import annotations

import math

import pytest

from simcollect.core.codes import Component, EventKind
from simcollect.core.eventlog import EventLog
from simcollect.replays import REPLAYS, play
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
    assert found == pytest.approx(expected)


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
    assert found == {"cost": 0.0, "write_down": 0.0, "payment_cut": 0.0, "more": 0.0, "insolvent": 0.0}


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
