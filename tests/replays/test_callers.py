"""X3 on logs made by hand, and on the engine with a machine that equals a person."""

from __future__ import annotations

import pytest

from simcollect.core.codes import EventKind
from simcollect.replays import REPLAYS, play
from simcollect.replays.x3 import later_misses, repaid_share
from simcollect.scenario.variation import varied
from tests.outcomes.handmade import Story


def lender(instalment_cents: int = 10_000, days: int = 400) -> Story:
    """One borrower who missed an instalment on day 10."""
    story = Story(1, horizon_days=days).opened(0, day=10, dpd=0, principal=100_000)
    story.accounts["instalment_cents"] = instalment_cents
    return story


def test_what_is_repaid_counts_up_to_the_late_payment_from_the_day_it_was_missed() -> None:
    log = lender().paid(15, 4_000).paid(40, 3_000).paid(41, 9_000).log()
    assert repaid_share(log, 4, 0.0)[0] == 0.0
    assert repaid_share(log, 30, 0.0)[0] == pytest.approx(0.7)
    assert repaid_share(log, 365, 0.0)[0] == pytest.approx(1.0)


def test_later_money_is_worth_less() -> None:
    log = lender().paid(375, 10_000).log()
    assert repaid_share(log, 365, 0.08)[0] == pytest.approx(1.0 / 1.08)


def test_a_later_payment_is_missed_when_it_falls_due_unpaid_or_the_account_falls_overdue_again() -> None:
    story = lender().add(40, EventKind.INSTALMENT_DUE, amount=1).add(100, EventKind.REDEFAULTED, amount=1)
    assert later_misses(story.add(376, EventKind.INSTALMENT_DUE, amount=1).log(), 365)[0] == 2


def test_x3_compares_machine_with_people_on_the_initial_late_payment() -> None:
    logs = {
        "human": lender().paid(20, 10_000).log(),
        "machine_then_human": lender().paid(20, 9_000).add(40, EventKind.INSTALMENT_DUE, amount=1).log(),
        "machine": lender().paid(20, 2_000).paid(200, 6_000).log(),
    }
    x3 = REPLAYS["X3"]
    found = x3.measure(logs, varied(x3.scenario(), {"economics.discount_rate_annual": 0.0}))
    expected = {
        "npv_30": -80.0,
        "npv_365": -20.0,
        "closed": 60.0,
        "trial_365": -10.0,
        "trial_npv_365": -10.0,
        "misses": 100.0,
    }
    assert found == pytest.approx(expected)


def test_the_trial_counts_shares_and_only_the_row_beside_it_discounts_them() -> None:
    early, late = lender().paid(20, 10_000).log(), lender().paid(375, 10_000).log()
    x3 = REPLAYS["X3"]
    logs = {"human": early, "machine_then_human": late, "machine": late}
    found = x3.measure(logs, varied(x3.scenario(), {"economics.discount_rate_annual": 0.08}))
    assert found["trial_365"] == pytest.approx(0.0)
    assert found["trial_npv_365"] == pytest.approx(100.0 * (1.08**-1.0 - 1.08 ** (-10.0 / 365.0)))


def test_a_machine_that_persuades_and_binds_like_a_person_narrows_the_gap() -> None:
    x3 = REPLAYS["X3"]
    small = varied(x3.scenario(), {"portfolio.flow_per_month": 60.0})
    equal = varied(
        small,
        {
            "behaviour.payment.jump_automated_call": small.behaviour.groups["payment"]["jump_conversation"].value,
            "behaviour.contact.automated_answer_factor": 1.0,
            "behaviour.conversation.automated_persuasion": 1.0,
            "behaviour.promise.automated_factor": 1.0,
        },
    )
    assert abs(play(x3, 0, equal)["npv_30"]) < abs(play(x3, 0, small)["npv_30"])
