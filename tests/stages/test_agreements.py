"""Promises, plans and settlements once they are made."""

from __future__ import annotations

import pytest

from simcollect.core.codes import Action, CloseReason, Component, EventKind, Hold, PaymentSource, Status, Trigger
from simcollect.stages.case import DAY, Slot
from tests.stages.story import Story, Table, always, merged

K = EventKind
MID: Table = {
    "mid": {
        "enter_dpd": 30,
        "plan_offered": True,
        "plan_max_months": 24,
        "plan_affordability_share": 0.5,
    },
    "late": {"enter_dpd": 2000},
    "final": {"enter_dpd": 2000},
    "follow_up": {"promise_max_days": 10, "broken_promise_call_days": 3, "plan_check_days": 4},
}
SURE_PLAN: Table = merged(
    always("plan"),
    {"plan": {"accept_prob": 1.0, "keep_prob": 1.0}, "conversation": {"probe_noise": 0.0}},
)


def promised(**case: object) -> Story:
    strategy = case.pop("strategy", MID)
    behaviour = merged(always("promise"), {"promise": {"part_prob": 1.0, "part_share": 0.5}})
    story = Story(strategy, behaviour=behaviour, **{"spare": 0.0, **case}).live(1)
    story.talk()
    return story


def test_a_promise_is_for_the_arrears_and_within_the_days_that_the_strategy_allows() -> None:
    days = set()
    for seed in range(1, 15):
        story = promised(seed=seed)
        made = story.last(K.PROMISE_MADE)
        assert made["amount_cents"] == story.state["arrears_cents"]
        days.add((int(made["value"]) - int(made["at"])) // DAY)
    assert days <= set(range(1, 11))
    assert len(days) > 3


@pytest.mark.parametrize(
    ("prob", "cash_cents", "kind", "paid_cents"),
    [
        (1.0, 300_000, K.PROMISE_KEPT, 200_000),
        (1.0, 200_000, K.PROMISE_KEPT, 200_000),
        (1.0, 180_000, K.PROMISE_KEPT, 180_000),
        (1.0, 179_999, K.PROMISE_PART_KEPT, 100_000),
        (0.0, 300_000, K.PROMISE_PART_KEPT, 100_000),
        (0.0, 99_999, K.PROMISE_BROKEN, 0),
        (0.0, 0, K.PROMISE_BROKEN, 0),
    ],
)
def test_a_promise_is_kept_part_kept_or_broken_by_credibility_and_cash(
    prob: float, cash_cents: int, kind: EventKind, paid_cents: int
) -> None:
    story = promised()
    story.state["promise_prob"] = prob
    story.state["cash_cents"] = cash_cents
    story.live(20)
    ended = story.of(K.PROMISE_KEPT, K.PROMISE_PART_KEPT, K.PROMISE_BROKEN)
    assert ended["kind"].tolist() == [kind]
    assert ended["at"][0] == story.last(K.PROMISE_MADE)["value"]
    payments = story.of(K.PAYMENT)
    assert payments["amount_cents"].sum() == paid_cents
    if paid_cents:
        assert payments["detail"].tolist() == [PaymentSource.PROMISE]
        assert ended["amount_cents"][0] == paid_cents, "the row says what was paid"
    assert (story.count(K.CURED) == 1) == (paid_cents == 200_000)


def test_a_broken_promise_lowers_credibility_and_makes_follow_up_work_by_the_pool_of_the_stage() -> None:
    story = promised()
    first = float(story.state["promise_prob"])
    story.state["promise_prob"] = 0.0
    story.state["cash_cents"] = 0
    story.live(story.last(K.PROMISE_MADE)["value"] / DAY + 1, staff=False)
    assert story.last(K.FOLLOW_UP_SCHEDULED)["detail"] == Action.BROKEN_PROMISE_CALL
    due = int(story.last(K.FOLLOW_UP_SCHEDULED)["value"])
    broken_at = int(story.last(K.PROMISE_BROKEN)["at"])
    assert broken_at + 3 * DAY <= due < broken_at + 4 * DAY
    story.live(due / DAY + 1, staff=False)
    assert story.queued() == [Action.BROKEN_PROMISE_CALL]
    assert story.last(K.WORK_QUEUED)["actor"] == 2, "negotiators in the mid stage"
    assert story.last(K.WORK_QUEUED)["at"] == due
    story.talk()
    assert 0.0 < float(story.state["promise_prob"]) < first


def test_no_follow_up_is_made_where_the_strategy_makes_none() -> None:
    story = promised(strategy=merged(MID, {"follow_up": {"broken_promise_call_days": -1}}))
    story.state["promise_prob"] = 0.0
    story.state["cash_cents"] = 0
    story.live(60)
    assert story.count(K.PROMISE_BROKEN) == 1
    assert story.count(K.FOLLOW_UP_SCHEDULED) == story.count(K.WORK_QUEUED) == 0


def test_an_automated_caller_takes_weaker_promises() -> None:
    def credibility(action: str) -> float:
        reached = {"contact": {"answer_prob": 1.0, "right_party_prob": 1.0, "talk_prob": 1.0, "failed_decay": 1.0}}
        step = {"action": action, "day": 0, "repeat_days": 1, "maximum": 6}
        strategy = merged(MID, {"mid": {"steps": [step]}})
        story = Story(strategy, behaviour=merged(always("promise"), reached), spare=0.0)
        while not story.count(K.PROMISE_MADE):
            story.live(story.day + 1)
        return float(story.state["promise_prob"])

    assert credibility("automated_call") < credibility("call")


def planned(strategy: Table = MID, behaviour: Table | None = None, **case: object) -> Story:
    story = Story(strategy, behaviour=merged(SURE_PLAN, behaviour or {}), **{"buffer": 0.0, **case}).live(1)
    story.talk(Action.NEGOTIATION_CALL)
    return story


def test_a_plan_is_sized_to_the_strategys_share_of_the_spare_cash_that_was_found() -> None:
    story = planned(spare=1200.0)
    started = story.last(K.PLAN_STARTED)
    assert started["amount_cents"] == 60_000, "half of 1,200"
    assert started["value"] == started["detail"] == 4, "2,000 of arrears in instalments of 600"
    assert story.state["agreement"] == Hold.PLAN
    assert story.hold == Hold.PLAN


@pytest.mark.parametrize(
    ("why", "strategy", "behaviour", "case"),
    [
        ("it would take too long", {"mid": {"plan_max_months": 3}}, {}, {"spare": 1200.0}),
        ("nothing is spare", {}, {}, {"spare": 0.0}),
        ("the down-payment is not there", {"mid": {"plan_down_payment_share": 0.2}}, {}, {"spare": 3000.0}),
        ("the borrower does not want it", {}, {"plan": {"accept_prob": 0.0}}, {"spare": 3000.0}),
    ],
)
def test_a_plan_is_declined_when(why: str, strategy: Table, behaviour: Table, case: Table) -> None:
    story = planned(merged(MID, strategy), behaviour, **case)
    assert story.count(K.PLAN_DECLINED) == 1, why
    assert story.count(K.PLAN_STARTED) == 0
    assert story.hold == Hold.NONE
    assert story.state["forborne"] == 1, "it was offered all the same"


def test_a_down_payment_is_paid_at_once_and_lowers_what_is_left() -> None:
    story = planned(merged(MID, {"mid": {"plan_down_payment_share": 0.25}}), spare=1500.0, buffer=500.0)
    assert story.last(K.PAYMENT)["detail"] == PaymentSource.DOWN_PAYMENT
    assert story.last(K.PAYMENT)["amount_cents"] == 50_000
    assert story.last(K.PLAN_STARTED)["value"] == 2, "1,500 in instalments of 750"
    assert story.state["agreement_owed_cents"] == 150_000


def test_relief_waives_its_share_of_the_interest_owed_and_of_the_interest_to_come() -> None:
    def after(share: float) -> Story:
        return planned(merged(MID, {"mid": {"plan_interest_waived_share": share}}), spare=400.0)

    none, half = after(0.0), after(0.5)
    assert none.count(K.WAIVED) == 0
    owed = int(none.state["interest_cents"])
    assert half.last(K.WAIVED)["detail"] == Component.INTEREST
    assert half.last(K.WAIVED)["amount_cents"] == owed // 2
    none.live(31)
    half.live(31)
    whole = int(none.last(K.INTEREST_CHARGED)["amount_cents"])
    assert int(half.last(K.INTEREST_CHARGED)["amount_cents"]) == pytest.approx(whole / 2, abs=2)
    assert none.count(K.PENALTY_CHARGED) == half.count(K.PENALTY_CHARGED) == 0, "no penalty while a plan is kept"
    assert none.count(K.INSTALMENT_DUE) == 0


def test_a_plan_that_is_kept_pays_after_each_payday_and_cures_the_account() -> None:
    story = planned(spare=2200.0).live(200)
    assert story.count(K.PLAN_COMPLETED) == 1
    kept = story.of(K.PLAN_INSTALMENT_KEPT)
    assert kept["amount_cents"].tolist() == [110_000, 90_000]
    assert kept["value"].tolist() == [1, 0]
    until_cured = story.of(K.PAYMENT)[story.of(K.PAYMENT)["at"] <= story.of(K.CURED)["at"][0]]
    assert set(until_cured["detail"]) == {PaymentSource.PLAN}
    assert until_cured["amount_cents"].sum() == 200_000
    assert story.count(K.CURED) == 1
    assert story.state["status"] == Status.CURRENT
    assert story.hold == Hold.NONE


def test_missed_instalments_are_counted_checked_and_break_the_plan_when_too_many() -> None:
    strategy = merged(MID, {"follow_up": {"max_missed_instalments": 1, "plan_check_days": 4}})
    story = planned(strategy, spare=1200.0)
    story.arrays.book = story.arrays.book.copy()
    story.arrays.book["spare_cents"] = 0  # the household loses what the plan was sized to
    story.live(200, staff=False)
    missed = story.of(K.PLAN_INSTALMENT_MISSED)
    assert missed["value"].tolist() == [1, 2]
    assert story.of(K.FOLLOW_UP_SCHEDULED)["detail"].tolist() == [Action.PLAN_CHECK_CALL]
    assert story.of(K.PLAN_BROKEN)["at"].tolist() == [missed["at"][1]]
    assert story.state["plan_broken"] == 1
    assert story.hold == Hold.NONE
    assert story.count(K.PLAN_COMPLETED) == 0


def test_a_plan_check_happens_although_the_plan_holds_everything_else_and_makes_the_instalment_due_again() -> None:
    story = planned(merged(MID, {"follow_up": {"max_missed_instalments": 3}}), spare=1200.0)
    story.state["due_at"][Slot.PAYDAY] += 400 * DAY  # wages are late
    story.live(int(story.state["due_at"][Slot.AGREEMENT]) / DAY + 10, staff=False)
    assert story.count(K.PLAN_INSTALMENT_MISSED) == 1
    assert story.queued() == [Action.PLAN_CHECK_CALL]
    story.waiting.clear()
    story.state["queued"][Action.PLAN_CHECK_CALL] = 0
    story.state["n_queued"] = 0
    story.state["cash_cents"] = 100_000
    story.talk(Action.PLAN_CHECK_CALL)
    assert story.count(K.CONVERSATION) == 2, "every contact and its result is recorded"
    story.live(story.day + 3)
    assert story.last(K.PLAN_INSTALMENT_KEPT)["amount_cents"] == 60_000
    assert story.state["agreement_missed"] == 0


def test_a_plan_on_an_accelerated_debt_ends_although_interest_accrues_on_the_way() -> None:
    strategy = merged(MID, {"mid": {"plan_max_months": 60}})
    story = Story(strategy, behaviour=SURE_PLAN, buffer=0.0, spare=4000.0).live(1)
    story.state["accelerated"] = 1
    story.state["arrears_cents"] = story.balance
    story.talk(Action.NEGOTIATION_CALL)
    months = int(story.last(K.PLAN_STARTED)["detail"])
    story.live(31 * (months + 6))
    assert story.count(K.PLAN_COMPLETED) == 1
    assert story.last(K.CLOSED)["detail"] == CloseReason.PAID_IN_FULL
    assert story.balance == 0
    assert months < story.count(K.PLAN_INSTALMENT_KEPT) <= months + 5, "interest is paid by further instalments"


def test_a_broken_plan_escalates_where_the_strategy_says_so() -> None:
    strategy = merged(MID, {"follow_up": {"max_missed_instalments": 0}, "escalation": {"plan_broken": True}})
    story = planned(strategy, spare=1200.0)
    story.arrays.book = story.arrays.book.copy()
    story.arrays.book["spare_cents"] = 0
    story.live(120, staff=False)
    assert story.last(K.STAGE_ENTERED)["detail"] == Trigger.PLAN_BROKEN


OFFERS = [
    {"stage": "final", "day": 2, "discount_share": 0.2, "waive_share": 1.0, "instalments": 1, "expiry_days": 20},
    {"stage": "final", "day": 30, "discount_share": 0.4, "waive_share": 1.0, "instalments": 4, "expiry_days": 20},
]
FINAL: Table = {
    "early": {"enter_dpd": 0},
    "mid": {"enter_dpd": 0},
    "late": {"enter_dpd": 0},
    "final": {"enter_dpd": 0, "offers": OFFERS},
}
TAKEN: Table = {
    "settlement": {"accept_intercept": 10.0, "keep_prob": 1.0, "lump_sum_days": 10.0, "answer_days": 1.0},
    "contact": {"letter_read_prob": 1.0},
}


def settled(step: int = 0, behaviour: Table | None = None, **case: object) -> Story:
    story = Story(FINAL, behaviour=merged(TAKEN, behaviour or {}), **{"penalty_rate": 0.0, **case}).live(1)
    story.offer(step)
    return story


def test_a_lump_sum_settlement_drains_the_household_ends_the_debt_and_waives_the_rest() -> None:
    story = settled(buffer=2000.0, assets=100_000.0)
    asked = int(story.last(K.OFFER_ACCEPTED)["amount_cents"])
    assert asked == 1_600_000, "four fifths of the principal, no interest and fees"
    assert story.state["assets_cents"] == 10_000_000 - (1_600_000 - 200_000)
    story.live(15)
    assert story.last(K.PAYMENT)["amount_cents"] == asked
    assert story.last(K.PAYMENT)["detail"] == PaymentSource.SETTLEMENT
    assert story.last(K.CLOSED)["detail"] == CloseReason.SETTLED
    assert story.of(K.WAIVED)["amount_cents"].sum() == 2_050_000 - asked
    assert story.state["drained"] == 1
    assert story.state["cash_cents"] < 2000 * 100 + 2 * 400_000


def test_wages_that_come_before_a_lump_sum_is_due_do_not_eat_it() -> None:
    story = settled(buffer=0.0, assets=100_000.0, payday=7, spare=500.0)
    story.live(15)
    assert story.count(K.SETTLED) == 1
    assert story.count(K.SETTLEMENT_INSTALMENT_MISSED) == 0


def test_a_settlement_by_instalments_follows_the_paydays_and_ends_in_a_waiver() -> None:
    story = settled(step=1, buffer=0.0, spare=4000.0).live(150)
    assert story.of(K.PAYMENT)["amount_cents"].tolist() == [300_000] * 4
    assert story.count(K.SETTLED) == 1
    assert story.last(K.CLOSED)["detail"] == CloseReason.SETTLED
    assert story.balance == 0


def test_a_settlement_that_is_not_paid_breaks_and_the_debt_lives_on() -> None:
    story = settled(step=1, buffer=0.0, spare=4000.0)
    story.arrays.book = story.arrays.book.copy()
    story.arrays.book["spare_cents"] = 0
    story.live(120)
    assert story.of(K.SETTLEMENT_INSTALMENT_MISSED)["value"].tolist() == [1, 2]
    assert story.count(K.SETTLEMENT_BROKEN) == 1
    assert story.state["status"] == Status.OVERDUE
    assert story.state["drained"] == 0
    assert story.count(K.WAIVED) == 0


def test_a_settlement_that_breaks_after_it_covered_the_arrears_leaves_the_account_in_good_standing() -> None:
    story = settled(step=1, buffer=0.0, spare=4000.0).live(40)
    assert story.state["arrears_cents"] == 0
    story.arrays.book = story.arrays.book.copy()
    story.arrays.book["spare_cents"] = 0
    story.state["cash_cents"] = 0
    story.live(150)
    assert story.count(K.SETTLEMENT_BROKEN) == 1
    assert story.count(K.CURED) == 1
    overdue_again = story.of(K.REDEFAULTED)
    assert len(overdue_again) == 0 or overdue_again["at"][0] > story.last(K.CURED)["at"]
