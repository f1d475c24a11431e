"""The borrower's next payment is the same one, however it comes about."""

from __future__ import annotations

import pytest

from simcollect.core.codes import CloseReason, EventKind, PaymentSource
from simcollect.stages.case import DAY, Slot
from tests.stages.story import Story, Table, always, merged

K = EventKind
STRATEGY: Table = {
    "mid": {"enter_dpd": 30},
    "late": {"enter_dpd": 2000},
    "final": {"enter_dpd": 2000},
    "follow_up": {"promise_max_days": 10, "broken_promise_call_days": -1},
}
BALANCE_CENTS = 2_050_000
ARREARS_CENTS = 200_000


def talked(outcome: str, full_share: float, cash_cents: int) -> Story:
    behaviour = merged(
        always(outcome), {"payment": {"full_share": full_share}, "promise": {"part_prob": 0.0, "credibility": 1.0}}
    )
    story = Story(STRATEGY, behaviour=behaviour, spare=0.0, buffer=2 * BALANCE_CENTS / 100).live(1)
    story.state["cash_cents"] = cash_cents
    story.talk()
    return story


@pytest.mark.parametrize(
    ("full_share", "cash_cents", "paid_cents"),
    [
        (1.0, BALANCE_CENTS, BALANCE_CENTS),
        (1.0, BALANCE_CENTS - 1, ARREARS_CENTS),
        (0.0, BALANCE_CENTS, ARREARS_CENTS),
    ],
)
def test_who_would_have_paid_the_whole_balance_pays_it_in_a_conversation_too(
    full_share: float, cash_cents: int, paid_cents: int
) -> None:
    story = talked("pay_now", full_share, cash_cents)
    paid = story.last(K.PAYMENT)
    assert paid["detail"] == PaymentSource.IN_CONVERSATION
    assert paid["amount_cents"] == paid_cents
    assert (story.count(K.CLOSED) == 1) == (paid_cents == BALANCE_CENTS)
    assert (story.count(K.CURED) == 1) == (paid_cents == ARREARS_CENTS)


def test_a_promise_is_for_the_whole_balance_where_the_next_payment_would_have_been() -> None:
    story = talked("promise", 1.0, 2 * BALANCE_CENTS)
    assert story.last(K.PROMISE_MADE)["amount_cents"] == BALANCE_CENTS
    story.state["promise_prob"] = 1.0
    story.live(12)
    assert story.last(K.PROMISE_KEPT)["amount_cents"] == BALANCE_CENTS
    assert story.last(K.CLOSED)["detail"] == CloseReason.PAID_IN_FULL


def test_who_promised_the_arrears_and_has_come_by_the_money_for_all_pays_all() -> None:
    story = talked("promise", 1.0, ARREARS_CENTS)
    assert story.last(K.PROMISE_MADE)["amount_cents"] == ARREARS_CENTS
    story.state["promise_prob"] = 1.0
    story.state["cash_cents"] = 2 * BALANCE_CENTS
    story.live(12)
    assert story.last(K.PROMISE_KEPT)["amount_cents"] == BALANCE_CENTS
    assert story.balance == 0


def test_a_payment_in_a_conversation_or_as_promised_is_the_next_one_brought_forward() -> None:
    # The threshold of the payment after it is drawn, the same however the payment came about.
    rare = {"payment": {"base_rate_per_day": 0.001, "full_share": 0.0}}

    def after_one_payment(outcome: str) -> tuple[int, float]:
        story = Story(STRATEGY, behaviour=merged(always(outcome), rare), silent=False, spare=0.0).live(1)
        if outcome == "no_result":
            story.state["due_at"][Slot.OWN_PAYMENT] = DAY
            story.live(1.001)
        else:
            story.talk()
            story.state["promise_prob"] = 1.0
            story.live(1.001 if outcome == "pay_now" else 12)
        assert story.count(K.PAYMENT) == 1, story.kinds()
        return int(story.state["n_own_payments"]), round(float(story.state["threshold_left"]), 1)

    own = after_one_payment("no_result")
    assert own[0] == 1
    assert after_one_payment("pay_now") == own
    assert after_one_payment("promise") == own


def test_a_promise_that_is_broken_uses_up_no_payment() -> None:
    story = talked("promise", 0.0, BALANCE_CENTS)
    story.state["promise_prob"] = 0.0
    story.live(12)
    assert story.count(K.PROMISE_BROKEN) == 1
    assert story.state["n_own_payments"] == 0
