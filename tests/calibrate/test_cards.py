"""The arrears codes of a card book, worked out by hand on a log of a few lines."""

from __future__ import annotations

import numpy as np
import pytest

from simcollect.calibrate.moments import cards
from simcollect.core.codes import EventKind, PaymentSource
from tests.outcomes.handmade import Story

OWED = 100_000
# Month ends of 2024: January begins on day 0; then days 31, 60, 91, 121, 152.


def _story() -> Story:
    """Three accounts over five months.

    0 misses a payment on day 20, pays one instalment on day 40 and misses again on day 50, pays on day 70: cured.
    1 misses a payment on day 20 and pays nothing: it rolls.
    2 misses a payment on day 20, is cured on day 40 with a tenth of what it owes, and falls behind on day 110 again.
    """
    story = Story(n=3, horizon_days=152)
    for account in range(3):
        story.opened(account, day=20, dpd=0, principal=OWED)
    story.add(50, EventKind.INSTALMENT_DUE, 1, amount=5000, value=30)
    story.paid(40, 5000, 0).add(40, EventKind.CURED, 0)
    story.paid(40, 10_000, 2).add(40, EventKind.CURED, 2)
    story.add(50, EventKind.REDEFAULTED, 0, amount=5000)
    story.paid(70, 5000, 0).add(70, EventKind.CURED, 0)
    story.paid(80, 5000, 0, source=PaymentSource.CONTRACTUAL)
    story.add(81, EventKind.INSTALMENT_DUE, 1, amount=5000, value=61)
    story.add(110, EventKind.REDEFAULTED, 2, amount=5000)
    return story


def test_codes_count_missed_instalments_and_a_cure_counts_when_it_lasts() -> None:
    months = cards.read_months(_story().log(in_order=True))
    # readings at days 0, 31, 60, 91, 121; the one at day 152 only shows which cures lasted
    assert months.code[:, 0].tolist() == [-1, 2, 2, 0, 0]
    assert months.code[:, 1].tolist() == [-1, 2, 3, 4, 5]
    assert months.code[:, 2].tolist() == [-1, 2, 0, 0, 2]


def test_a_cure_that_does_not_outlast_the_next_reading_is_not_shown() -> None:
    story = Story(n=1, horizon_days=152).opened(0, day=20, dpd=0, principal=OWED)
    story.paid(40, 5000).add(40, EventKind.CURED, 0).add(70, EventKind.REDEFAULTED, 0, amount=5000)
    months = cards.read_months(story.log())
    assert months.code[:, 0].tolist() == [-1, 2, 2, 2, 3]  # nothing was overdue at day 60, but at day 91 again


def _never_pays(months: int = 5) -> Story:
    story = Story(n=1, horizon_days=182).opened(0, day=20, dpd=0, principal=OWED)
    for month in range(1, months + 1):
        story.add(20 + 30 * month, EventKind.INSTALMENT_DUE, 0, amount=5000, value=30 * month)
    return story


def test_a_bank_that_re_ages_shows_code_2_until_nothing_is_overdue() -> None:
    log = _never_pays().log()
    assert cards.read_months(log).code[:, 0].tolist() == [-1, 2, 3, 4, 5, 6]
    assert cards.read_months(log, re_aged_share=1.0).code[:, 0].tolist() == [-1, 2, 3, 4, 2, 2]
    cured = _never_pays(months=4).paid(150, 50_000).add(150, EventKind.CURED, 0).log(in_order=True)
    assert cards.read_months(cured, re_aged_share=1.0).code[:, 0].tolist() == [-1, 2, 3, 4, 2, 0]


def test_a_bank_that_holds_shows_the_same_code_while_nothing_is_paid() -> None:
    assert cards.read_months(_never_pays().log(), held_share=1.0).code[:, 0].tolist() == [-1, 2, 3, 4, 4, 4]
    pays = _never_pays().paid(100, 10, dpd=80).log(in_order=True)  # hardly anything, between the codes 4 and 5
    assert cards.read_months(pays, held_share=1.0).code[:, 0].tolist() == [-1, 2, 3, 4, 5, 5]


def test_shares_between_decide_by_account_and_month_and_a_larger_one_recodes_no_fewer() -> None:
    story = Story(n=200, horizon_days=213)
    for account in range(200):
        story.opened(account, day=20, dpd=0, principal=OWED)
    log = story.log(in_order=True)
    few, many = (cards.read_months(log, re_aged_share=share).code[4] == 2 for share in (0.2, 0.5))
    assert 17 < few.sum() < 63  # four standard errors about 40
    assert 71 < many.sum() < 129  # and about 100
    assert np.all(many[few])


def test_spells_and_cured_months_are_counted_from_one() -> None:
    months = cards.read_months(_story().log(in_order=True))
    assert months.spell_month[:, 1].tolist() == [0, 1, 2, 3, 4]
    assert months.months_cured[:, 0].tolist() == [0, 0, 0, 1, 2]
    assert months.months_cured[:, 2].tolist() == [0, 0, 1, 2, 0]
    assert months.spell_month[:, 2].tolist() == [0, 1, 0, 0, 1]


def test_payments_are_set_against_what_was_owed_at_the_start_of_the_month() -> None:
    months = cards.read_months(_story().log(in_order=True))
    assert months.paid.tolist() == [[0, 0, 0], [5000, 0, 10_000], [10_000, 0, 0], [0, 0, 0]]
    assert months.owed[:, 0].tolist() == [0, OWED, OWED - 5000, OWED - 15_000, OWED - 15_000]
    found = cards._payments(months)
    # at code 2: account 0 on days 31 and 60, account 1 and 2 on day 31: 0.05, 10/95, 0 and 0.1
    assert found["tw.pay.code2.p_zero"] == (1.0, 4.0)
    assert found["tw.pay.code2.mean_ratio"].numerator == pytest.approx(0.05 + 10 / 95 + 0.1)
    stay = found["tw.pay_partial_median[code 2 -> stay]"]
    assert stay.numerator / stay.denominator == pytest.approx(0.05)
    cure = found["tw.pay_partial_median[code 2 -> cure (<=0)]"]
    assert cure.numerator / cure.denominator == pytest.approx((10 / 95 + 0.1) / 2)


def test_transitions_and_hazards_add_up_by_hand() -> None:
    months = cards.read_months(_story().log(in_order=True))
    moved = cards._transitions(months)
    # from code 2: account 0 stays, then is cured; 1 rolls; 2 is cured
    assert moved["tw.trans.code2_to_current"] == (2.0, 4.0)
    assert moved["tw.trans.code2_to_code2"] == (1.0, 4.0)
    assert moved["tw.trans.code2_to_code3"] == (1.0, 4.0)
    assert moved["tw.trans.code4plus_to_code4plus"] == (1.0, 1.0)
    assert moved["tw.code4.roll"] == (1.0, 1.0)
    hazards = cards._hazards(months)
    assert hazards["tw.cure_hazard.spell_month1"] == (1.0, 3.0)
    assert hazards["tw.cure_hazard.spell_month2"] == (1.0, 2.0)
    assert hazards["tw.redefault_hazard.month1"] == (0.0, 2.0)
    assert hazards["tw.redefault_hazard.month2"] == (1.0, 1.0)


def test_cures_by_utilisation_use_each_accounts_own_limit() -> None:
    months = cards.read_months(_story().log(in_order=True))
    limits = np.array([120_000.0, 95_000.0, 1_000_000.0])
    found = cards._by_utilisation(months, limits)
    assert found["tw.cure_by_util(0.75, 0.9]"] == (1.0, 2.0)  # account 0 at 100 / 120 and at 95 / 120
    assert found["tw.cure_by_util(1.0, 1.51]"] == (0.0, 3.0)  # account 1 never
    assert found["tw.cure_by_util(-0.01, 0.25]"] == (1.0, 1.0)  # account 2 at 100 / 1000


def test_the_second_half_keeps_spells_that_began_in_the_first() -> None:
    months = cards.second_half(cards.read_months(_story().log(in_order=True)))
    assert months.code[:, 1].tolist() == [3, 4, 5]
    assert months.spell_month[:, 1].tolist() == [2, 3, 4]
    assert months.paid.shape == (2, 3)
