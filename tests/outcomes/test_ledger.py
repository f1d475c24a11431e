from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from simcollect.core.codes import CloseReason, Component, EventKind, PaymentSource, Status
from simcollect.outcomes import Reading, ledger
from tests.outcomes.handmade import Story


def ann() -> Story:
    """Ann owes 1,000.00 and 50.00 of interest, is charged 12.34 + 5.00, sued for 80.00, and settles for 700.00."""
    story = Story().opened(principal=100_000, interest=5_000)
    story.add(10, EventKind.INSTALMENT_DUE, amount=9_000, value=20)
    story.add(10, EventKind.INTEREST_CHARGED, amount=1_234)
    story.add(10, EventKind.PENALTY_CHARGED, amount=500)
    story.add(20, EventKind.ACCELERATED, amount=106_734)
    story.add(20, EventKind.COST_ADDED, amount=8_000)
    story.paid(30, 30_000, source=PaymentSource.IN_CONVERSATION)
    story.paid(40, 40_000, source=PaymentSource.SETTLEMENT)
    story.add(40, EventKind.WAIVED, amount=6_234, detail=Component.INTEREST)
    story.add(40, EventKind.WAIVED, amount=500, detail=Component.FEES)
    story.add(40, EventKind.WAIVED, amount=8_000, detail=Component.COSTS)
    story.add(40, EventKind.WAIVED, amount=30_000, detail=Component.PRINCIPAL)
    return story.closed(40, CloseReason.SETTLED)


def test_the_ledger_of_a_settled_account_balances_to_the_cent() -> None:
    totals = ledger(ann().log()).totals()
    assert totals.opening_cents == 105_000
    assert (totals.interest_cents, totals.penalty_cents, totals.costs_added_cents) == (1_234, 500, 8_000)
    assert totals.owed_cents == 114_734
    assert (totals.paid_cents, totals.waived_cents, totals.written_off_cents) == (70_000, 44_734, 0)
    assert totals.outstanding_cents == 0
    assert totals.accounted_cents == totals.owed_cents


def test_an_instalment_falling_due_and_an_acceleration_do_not_change_what_is_owed() -> None:
    book = ledger(Reading.at_day(ann().log(), 19))
    before = ledger(Reading.at_day(ann().log(), 9))
    assert book.outstanding_cents[0] == before.outstanding_cents[0] + 1_234 + 500


def test_the_ledger_knows_components_where_the_log_does() -> None:
    table = ledger(ann().log()).by_component()
    assert table.loc["interest", :].to_numpy().tolist() == [5_000, 1_234, 6_234, 0]
    assert table.loc["fees", :].to_numpy().tolist() == [0, 500, 500, 0]
    assert table.loc["costs", :].to_numpy().tolist() == [0, 8_000, 8_000, 0]
    assert table.loc["principal", :].to_numpy().tolist() == [100_000, 0, 30_000, 70_000]


def test_payments_are_told_apart_by_source() -> None:
    by_source = ledger(ann().log()).paid_by_source[0]
    assert by_source[PaymentSource.IN_CONVERSATION] == 30_000
    assert by_source[PaymentSource.SETTLEMENT] == 40_000
    assert by_source.sum() == 70_000


def test_sale_proceeds_are_cash_to_the_lender_and_no_payment_by_the_borrower() -> None:
    story = Story().opened(principal=100_000).paid(5, 10_000, dpd=15)
    story.add(50, EventKind.SOLD, amount=4_500)
    story.add(50, EventKind.WRITTEN_OFF, amount=90_000, detail=CloseReason.SOLD)
    totals = ledger(story.closed(50, CloseReason.SOLD).log()).totals()
    assert (totals.paid_cents, totals.sale_proceeds_cents, totals.written_off_cents) == (10_000, 4_500, 90_000)
    assert totals.outstanding_cents == 0


def test_a_reading_day_counts_rows_up_to_its_last_minute_and_not_beyond() -> None:
    story = Story().opened(principal=1_000)
    story.paid(30, 100, dpd=40)
    story.add(30, EventKind.PAYMENT, clock="00:01", amount=10, detail=PaymentSource.OWN_ACCORD)
    log = story.owed(890, dpd=110).log()
    assert ledger(Reading.at_day(log, 29)).paid_cents[0] == 0
    assert ledger(Reading.at_day(log, 30)).paid_cents[0] == 100
    assert ledger(Reading.at_day(log, 31)).paid_cents[0] == 110
    assert ledger(Reading.at_day(log, 31)).outstanding_cents[0] == 890


def test_sums_beyond_what_a_float_can_hold_stay_exact() -> None:
    # 2**53 + 1 cents: a float sum would lose the last cent.
    story = Story().opened(principal=2**53).add(1, EventKind.INTEREST_CHARGED, amount=1)
    assert ledger(story.log()).outstanding_cents[0] == 2**53 + 1


MOVES = st.lists(
    st.tuples(
        st.integers(0, 4),
        st.sampled_from(
            [
                (EventKind.INTEREST_CHARGED, 0),
                (EventKind.PENALTY_CHARGED, 0),
                (EventKind.COST_ADDED, 11),
                (EventKind.PAYMENT, PaymentSource.OWN_ACCORD),
                (EventKind.PAYMENT, PaymentSource.ENFORCEMENT),
                (EventKind.WAIVED, Component.FEES),
                (EventKind.WRITTEN_OFF, CloseReason.INSOLVENT),
            ]
        ),
        st.integers(0, 10**12),
    ),
    max_size=40,
)


@given(MOVES)
def test_the_vectorised_ledger_equals_the_plain_one(moves: list[tuple[int, tuple[EventKind, int], int]]) -> None:
    story = Story(n=5)
    for account in range(5):
        story.opened(account, principal=10**9 + account)
    plain = [10**9 + account for account in range(5)]
    for day, (account, (kind, detail), cents) in enumerate(moves):
        story.add(1 + day, kind, account, amount=cents, detail=detail)
        lowers = kind in (EventKind.PAYMENT, EventKind.WAIVED, EventKind.WRITTEN_OFF)
        plain[account] += -cents if lowers else cents
    book = ledger(story.log())
    assert book.outstanding_cents.tolist() == plain
    assert book.outstanding_cents.dtype == np.int64
    totals = book.totals()
    assert totals.owed_cents == totals.accounted_cents
    assert totals.outstanding_cents == sum(plain)


def test_a_cured_account_keeps_its_balance_in_the_ledger() -> None:
    story = Story().opened(principal=50_000).paid(3, 5_000).add(3, EventKind.CURED, value=13)
    assert ledger(story.owed(45_000, status=Status.CURRENT).log()).outstanding_cents[0] == 45_000
