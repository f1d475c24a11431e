"""Moments of charged-off loans on logs made by hand: every number can be worked out on paper."""

from __future__ import annotations

import numpy as np
import pytest

from simcollect.calibrate.moments.lending import moments_of, weighted_median
from simcollect.calibrate.moments.lending_debts import charge_offs
from simcollect.calibrate.moments.lending_snapshots import STATUSES
from simcollect.core.codes import CloseReason, EventKind, PaymentSource, Stage
from simcollect.core.eventlog import EventLog
from tests.outcomes.handmade import Story

K = EventKind
HORIZON = 1400
"""Days: longer than any age at which the log is read."""
ON_RECORD = 1 - 81 / 1262
"""Settlements of the rows whose length is known; the others are all older than 27 months."""
YOUNGEST = {1: ON_RECORD * 5 / 168, 12: ON_RECORD * 4 / 416}
"""Weight of the first class of ages, a month and a half, by length."""


def due(story: Story, account: int, day: float, dpd: int, cents: int) -> Story:
    """Enter the late stage and make the whole balance due."""
    story.add(day, K.STAGE_ENTERED, account, stage=Stage.LATE, value=dpd)
    return story.add(day, K.ACCELERATED, account, stage=Stage.LATE, amount=cents)


def four_debts() -> EventLog:
    """A lump sum paid, a plan broken, a debt sold, a debt cured in time."""
    story = Story(4, horizon_days=HORIZON)
    story.accounts["instalment_cents"] = 40_000
    for account in range(4):
        story.opened(account, day=0, dpd=60, principal=1_000_000)
    story.paid(30, 1_100_00, 3).add(30, K.CURED, 3)
    for account in range(3):
        story.add(55, K.INTEREST_CHARGED, account, amount=60_000)
        story.paid(58, 100_000, account) if account == 1 else None
        due(story, account, 60, 120, 1_060_000)
    # Charge-off on day 90. 0: 45 % of 10,600 on day 95, paid on day 105.
    story.add(95, K.OFFER_ACCEPTED, 0, amount=477_000, value=1)
    story.paid(105, 477_000, 0, source=PaymentSource.SETTLEMENT).add(105, K.SETTLED, 0)
    story.closed(105, CloseReason.SETTLED, 0)
    # 1: owes 9,600 after a payment of 1,000; half of it in 12 parts from day 100, two of which are paid.
    story.add(100, K.OFFER_ACCEPTED, 1, amount=480_000, value=12)
    story.paid(120, 40_000, 1, source=PaymentSource.SETTLEMENT).paid(150, 40_000, 1, source=PaymentSource.SETTLEMENT)
    story.add(180, K.SETTLEMENT_BROKEN, 1)
    # 2: sold a year later.
    story.add(455, K.SOLD, 2, amount=106_000).closed(455, CloseReason.SOLD, 2)
    return story.log(in_order=True)


def value(name: str) -> float:
    tally = moments_of(four_debts())[name]
    return tally.numerator / tally.denominator


def test_who_cured_in_time_is_no_charge_off_and_charge_off_is_150_days_past_due() -> None:
    debts = charge_offs(four_debts())
    assert (debts.charged_off_at / 1440).tolist() == [90.0, 90.0, 90.0]
    assert debts.settled.tolist() == [True, True, False]


def test_exposure_is_the_principal_after_what_payments_left_of_the_charges() -> None:
    debts = charge_offs(four_debts())
    assert debts.exposure.tolist() == [1_000_000, 960_000, 1_000_000], "600 of the 1,000 went to interest"
    assert debts.owed_then[:2].tolist() == [1_060_000, 960_000]


def test_percentages_terms_and_months_are_read_at_the_agreement() -> None:
    assert value("settle.share_of_chargeoffs") == pytest.approx(2 / 3)
    assert value("settle.pct=45") == 0.5
    assert value("settle.pct=50") == 0.5
    assert value("settle.term=1") == 0.5
    assert value("settle.term=12") == 0.5
    assert value("settle.settlement term (months)") == 6.5
    first, second = (60 + 95) / 30.4375 + 1, (60 + 100) / 30.4375 + 1
    assert value("settle.months_last_payment_to_settlement.mean") == pytest.approx((first + second) / 2)
    assert value("settle.monthly settlement instalment / original instalment (term>=2)") == pytest.approx(1.0)


def test_recoveries_count_cash_after_charge_off_and_are_booked_six_weeks_late() -> None:
    # In the first class of ages nothing that came after the agreement is in the books.
    assert value("recovery.settled.p_any") == pytest.approx(1 - (YOUNGEST[1] + YOUNGEST[12]) / 2)
    assert value("recovery.COMPLETE.mean_rr") == pytest.approx(0.477 * (1 - YOUNGEST[1]))
    assert value("recovery.BROKEN.mean_rr") == pytest.approx(80_000 / 960_000), "the payment of day 58 came before"
    assert value("settle.recoveries / settlement amount, BROKEN") == pytest.approx(80_000 / 480_000)


def test_an_unsettled_debt_is_read_at_the_ages_of_debts_of_its_size() -> None:
    # 10,000 owed, sold 12 months after charge-off: booked in the fifth class of ages (13.5 months) and later.
    weights = [0, 2, 29, 80, 156, 205, 305, 400, 383, 315, 274, 192, 65]
    assert value("recovery.not settled.p_any") == pytest.approx(sum(weights[4:]) / sum(weights))
    assert value("recovery.not settled.mean_rr") == pytest.approx(0.106 * sum(weights[4:]) / sum(weights))


def test_a_settlement_is_running_complete_or_broken_by_its_age() -> None:
    # The first is paid after 10 days; the second broken after 80: it runs in the first class alone.
    assert value("settle.share COMPLETE") == pytest.approx(0.5)
    assert value("settle.share ACTIVE") == pytest.approx(0.5 * YOUNGEST[12])
    assert value("settle.broken|term=12") == 1.0
    assert value("settle.broken|term=1") == 0.0


def test_a_share_broken_by_length_is_of_the_ages_with_a_length_on_record() -> None:
    broken = moments_of(four_debts())["settle.broken|term=12"]
    assert broken.denominator == pytest.approx(1 - 4 / 416), "running at a month and a half, broken at all later ages"


def test_a_settlement_before_the_whole_balance_is_due_takes_the_debt_to_charge_off_all_the_same() -> None:
    story = Story(1, horizon_days=HORIZON)
    story.accounts["instalment_cents"] = 40_000
    story.opened(0, day=0, dpd=60, principal=1_000_000)
    story.add(20, K.OFFER_ACCEPTED, 0, amount=500_000, value=1)
    story.paid(25, 500_000, 0, source=PaymentSource.SETTLEMENT).add(25, K.SETTLED).closed(25, CloseReason.SETTLED)
    found = moments_of(story.log(in_order=True))
    assert found["settle.share_of_chargeoffs"] == (1.0, 1.0)
    assert found["recovery.COMPLETE.p_any"].numerator == 0.0, "all was paid before charge-off"
    assert found["settle.settlement amount / outstanding principal"].numerator == pytest.approx(1.0)


def test_who_pays_in_full_between_default_and_charge_off_is_no_charge_off() -> None:
    story = due(Story(1, horizon_days=HORIZON).opened(0, day=0, dpd=60, principal=1_000_000), 0, 60, 120, 1_000_000)
    story.paid(80, 1_000_000, 0).closed(80, CloseReason.PAID_IN_FULL)
    assert len(charge_offs(story.log(in_order=True)).exposure) == 0


def test_a_settlement_that_was_broken_and_paid_after_all_is_complete_from_then_on() -> None:
    story = due(Story(1, horizon_days=HORIZON).opened(0, day=0, dpd=60, principal=1_000_000), 0, 60, 120, 1_000_000)
    story.accounts["instalment_cents"] = 40_000
    story.add(95, K.OFFER_ACCEPTED, 0, amount=450_000, value=3).add(130, K.SETTLEMENT_BROKEN, 0)
    story.paid(300, 450_000, 0, source=PaymentSource.SETTLEMENT).add(300, K.SETTLED).closed(300, CloseReason.SETTLED)
    shares = {state: moments_of(story.log(in_order=True))[f"settle.share {state}"].numerator for state in STATUSES}
    assert sum(shares.values()) == pytest.approx(1.0), "a settlement has one status at a time"
    assert shares["BROKEN"] == pytest.approx(ON_RECORD * (5 + 22) / 274), (
        "after one and four months; at seven it is paid"
    )


def test_half_of_the_weight_lies_below_a_weighted_median() -> None:
    assert weighted_median(np.array([5.0, 1.0, 3.0]), np.array([1.0, 1.0, 3.0])) == 3.0
    assert weighted_median(np.zeros(0), np.zeros(0)) == 0.0
