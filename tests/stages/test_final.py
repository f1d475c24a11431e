"""Final stage: the settlement ladder, giving up, the closing record, restoration."""

from __future__ import annotations

import pytest

from simcollect.core.codes import Action, CloseReason, Evaluation, EventKind, Hold, Stage, Status, WithdrawReason
from simcollect.stages.case import DAY, Slot
from tests.stages.story import Story, Table, always, merged

K = EventKind
EARLIER: Table = {"early": {"enter_dpd": 0}, "mid": {"enter_dpd": 0}, "late": {"enter_dpd": 0}}


def final(**levers: object) -> Table:
    return merged(EARLIER, {"final": {"enter_dpd": 0, **levers}})


def rung(day: int, discount: float = 0.0, waive: float = 0.0, **fields: object) -> Table:
    return {"stage": "final", "day": day, "discount_share": discount, "waive_share": waive, "expiry_days": 20, **fields}


READ: Table = {"contact": {"letter_read_prob": 1.0}, "settlement": {"answer_days": 1.0}}
UNREAD: Table = {"contact": {"letter_read_prob": 0.0}}
DECLINES: Table = merged(READ, {"settlement": {"accept_intercept": -10.0, "accept_slope": 0.0}})
ACCEPTS: Table = merged(READ, {"settlement": {"accept_intercept": 10.0, "keep_prob": 1.0}})


@pytest.mark.parametrize(
    ("discount", "waive", "asked"),
    [(0.0, 0.0, 2_050_000), (0.0, 1.0, 2_000_000), (0.25, 0.0, 1_550_000), (0.25, 0.5, 1_525_000), (1.0, 1.0, 1)],
)
def test_an_offer_asks_for_principal_less_discount_and_charges_less_waiver(
    discount: float, waive: float, asked: int
) -> None:
    story = Story(final(offers=[rung(0, discount, waive)]), behaviour=DECLINES).live(1)
    made = story.last(K.OFFER_MADE)
    assert made["amount_cents"] == asked
    assert made["detail"] == 0
    assert made["value"] == made["at"] + 20 * DAY
    assert made["cost_cents"] == round(100 * story.scenario.economics.letter.value)


def test_the_ladder_is_climbed_step_by_step_and_one_offer_stands_at_a_time() -> None:
    ladder = [rung(1, 0.1), rung(5, 0.2), rung(40, 0.3)]
    unread = Story(final(offers=ladder), behaviour=UNREAD).live(100)
    made = unread.of(K.OFFER_MADE)
    assert made["detail"].tolist() == [0, 1, 2]
    assert [int(at) // DAY for at in made["at"]] == [1, 21, 41], "the next waits until the last has lapsed"
    assert unread.of(K.OFFER_EXPIRED)["at"].tolist() == made["value"].tolist()
    assert unread.count(K.OFFER_DECLINED) == 0
    read = Story(final(offers=ladder), behaviour=DECLINES).live(100)
    declined = read.of(K.OFFER_DECLINED)
    assert declined["detail"].tolist() == [0, 1, 2]
    assert read.count(K.OFFER_EXPIRED) == 0
    assert (read.of(K.OFFER_MADE)["at"][1:] >= declined["at"][:-1]).all()


def test_who_takes_longer_than_the_offer_stands_never_answers() -> None:
    slow = merged(ACCEPTS, {"settlement": {"answer_days": 20.0}})

    def answered(expiry_days: int) -> int:
        document, taken = final(offers=[{**rung(0, 0.3), "expiry_days": expiry_days}]), 0
        for seed in range(12):
            story = Story(document, behaviour=slow, assets=90_000.0, seed=seed)
            taken += story.live(200).count(K.OFFER_ACCEPTED)
        return taken

    assert answered(5) < answered(30) < answered(150)


def test_who_declined_a_concession_declines_it_again_and_may_take_a_deeper_one() -> None:
    """One reserve a borrower: the share of seeds that accept grows with the concession, one by one."""
    middling = merged(READ, {"settlement": {"accept_intercept": -3.0, "accept_slope": 8.0}})

    def accepts(discount: float, seed: int) -> bool:
        story = Story(final(offers=[rung(0, discount)]), behaviour=middling, seed=seed, assets=100_000.0).live(21)
        return story.count(K.OFFER_ACCEPTED) == 1

    shallow = [accepts(0.1, seed) for seed in range(12)]
    deep = [accepts(0.5, seed) for seed in range(12)]
    assert all(later or not sooner for sooner, later in zip(shallow, deep, strict=True))
    assert sum(deep) > sum(shallow)
    for seed, accepted in enumerate(shallow):
        twice = Story(
            final(offers=[rung(0, 0.1), rung(30, 0.1)]), behaviour=middling, seed=seed, assets=100_000.0
        ).live(60)
        if not accepted:
            assert twice.count(K.OFFER_ACCEPTED) == 0
    assert sum(shallow) > 0


def test_only_who_has_the_money_accepts() -> None:
    poor = Story(final(offers=[rung(0, 0.5)]), behaviour=ACCEPTS, buffer=0.0, assets=0.0, spare=0.0).live(20)
    assert poor.count(K.OFFER_DECLINED) == 1
    steady = Story(final(offers=[rung(0, 0.5, instalments=12)]), behaviour=ACCEPTS, buffer=0.0, spare=900.0).live(20)
    assert steady.last(K.OFFER_ACCEPTED)["value"] == 12
    assert steady.hold == Hold.SETTLEMENT


def test_no_settlement_is_offered_below_the_smallest_balance() -> None:
    assert Story(final(offers=[rung(0)], min_balance=30_000.0), behaviour=DECLINES).live(5).count(K.OFFER_MADE) == 0


def test_an_offer_can_start_from_an_earlier_stage_and_overlap_a_later_one() -> None:
    offers = [rung(5, stage="mid"), rung(20, stage="late")]
    document = merged(
        EARLIER, {"mid": {"enter_dpd": 30}, "late": {"enter_dpd": 45}, "final": {"enter_dpd": 400, "offers": offers}}
    )
    story = Story(document, behaviour=DECLINES, dpd=35).live(60)
    assert story.of(K.OFFER_MADE)["detail"].tolist() == [0, 1]
    assert story.of(K.OFFER_MADE)["stage"].tolist() == [Stage.MID, Stage.LATE]


def test_random_days_move_each_offer_by_its_own_luck_within_the_bound() -> None:
    days = []
    for seed in range(12):
        story = Story(final(offers=[rung(2)], random_days=6), behaviour=DECLINES, seed=seed).live(12)
        days.append(int(story.last(K.OFFER_MADE)["at"]) // DAY - 2)
    assert min(days) >= 0
    assert max(days) <= 6
    assert len(set(days)) >= 4


@pytest.mark.parametrize(
    ("disposal", "reason", "action"),
    [("write_off", CloseReason.WRITTEN_OFF, Action.WRITE_OFF), ("sell", CloseReason.SOLD, Action.SALE)],
)
def test_a_debt_is_given_up_on_its_day(disposal: str, reason: CloseReason, action: Action) -> None:
    story = Story(final(disposal=disposal, disposal_dpd=60), dpd=40).live(25)
    assert story.of(K.WORK_QUEUED)["detail"].tolist() == [action]
    assert int(story.last(K.WORK_QUEUED)["at"]) // DAY == 20
    assert story.last(K.WRITTEN_OFF)["detail"] == reason
    assert story.last(K.CLOSED)["detail"] == reason
    assert story.balance == 0
    assert story.count(K.SOLD) == (disposal == "sell")


def test_a_sale_brings_the_price_of_the_debts_age() -> None:
    for dpd in (60, 130):
        story = Story(final(disposal="sell", disposal_dpd=dpd), dpd=40).live(dpd - 38)
        table = story.scenario.economics.sale_price_share_by_dpd
        share = table[str(max(int(day) for day in table if int(day) <= dpd))].value
        sold, lost = story.last(K.SOLD), story.last(K.WRITTEN_OFF)
        assert sold["amount_cents"] == pytest.approx(share * int(lost["amount_cents"]), abs=0.5001)


def test_a_debt_under_agreement_is_not_given_up() -> None:
    document = final(offers=[rung(0, 0.2, instalments=12)], disposal="write_off", disposal_dpd=60)
    story = Story(document, behaviour=ACCEPTS, dpd=40, spare=4000.0).live(100)
    assert story.count(K.WRITTEN_OFF) == 0
    assert story.hold == Hold.SETTLEMENT


@pytest.mark.parametrize(
    ("state", "grade"),
    [
        ({}, Evaluation.PAID_BY_ITSELF),
        ({"spoken": 1}, Evaluation.PAID_AFTER_CONTACT),
        ({"spoken": 2, "letters": 1}, Evaluation.RECOVERED_BY_LAW),
    ],
)
def test_the_closing_record_grades_how_the_case_was_resolved(state: Table, grade: Evaluation) -> None:
    pays_all = {"payment": {"full_share": 1.0, "base_rate_per_day": 0.5}}
    story = Story(final(closing_record=True), behaviour=pays_all, silent=False, buffer=90_000.0).live(0.5)
    for name, value in state.items():
        story.state[name] = value
    story.live(100)
    assert story.last(K.CLOSED)["detail"] == CloseReason.PAID_IN_FULL
    assert story.last(K.WORK_QUEUED)["detail"] == Action.CLOSING_RECORD
    assert story.last(K.CASE_RECORDED)["detail"] == grade


def test_each_way_to_close_has_its_grade_and_the_record_states_the_goodwill() -> None:
    lost = Story(final(closing_record=True, disposal="write_off", disposal_dpd=40), dpd=40).live(3)
    assert lost.last(K.CASE_RECORDED)["detail"] == Evaluation.LOST
    assert lost.last(K.CASE_RECORDED)["value"] == int(float(lost.state["goodwill"]) * 1_000_000)
    settled = Story(final(closing_record=True, offers=[rung(0, 0.5)]), behaviour=ACCEPTS, assets=90_000.0).live(40)
    assert settled.last(K.CASE_RECORDED)["detail"] == Evaluation.SETTLED_BY_AGREEMENT
    none = Story(final(disposal="write_off", disposal_dpd=40), dpd=40).live(3)
    assert none.count(K.CASE_RECORDED) == 0


RESTORE: Table = {
    "care_call": True,
    "fee_goodwill_share": 0.5,
    "credit_rebuild": True,
    "reopen_line": True,
    "delay_days": 7,
    "min_margin": 500.0,
}
STAYS: Table = {
    "payment": {"redefault_prob_per_month": 0.0},
    "exit": {"leave_at_once": 0.0, "leave_within_60_days": 0.0, "leave_per_year": 0.0},
}


def cured(restoration: Table, behaviour: Table | None = None, **case: object) -> Story:
    document = merged(EARLIER, {"final": {"enter_dpd": 0}, "restoration": restoration})
    story = Story(document, behaviour=merged(always("pay_now"), STAYS, behaviour or {}), **{"buffer": 9000.0, **case})
    story.live(1)
    story.state["credit_marked"] = 1
    story.talk()
    assert story.count(K.CURED) == 1
    return story


def test_restoration_calls_gives_fees_back_clears_the_record_and_reopens_the_line() -> None:
    story = cured(RESTORE)
    goodwill = float(story.state["goodwill"])
    fees = int(story.state["fees_paid_cents"])
    assert fees == 50_000
    story.live(20)
    call = story.last(K.CARE_CALL)
    assert (int(call["at"]) - int(story.last(K.CURED)["at"])) == 7 * DAY
    assert story.last(K.WORK_QUEUED)["actor"] == 4
    given = story.last(K.FEE_GOODWILL)
    assert given["amount_cents"] == given["cost_cents"] == 25_000
    assert story.count(K.CREDIT_MARK_REMOVED) == story.count(K.CREDIT_REBUILT) == story.count(K.LINE_REOPENED) == 1
    assert float(story.state["goodwill"]) > goodwill


@pytest.mark.parametrize(
    ("part", "kind"),
    [
        ({"care_call": True}, K.CARE_CALL),
        ({"fee_goodwill_share": 0.3}, K.FEE_GOODWILL),
        ({"credit_rebuild": True}, K.CREDIT_MARK_REMOVED),
        ({"reopen_line": True}, K.LINE_REOPENED),
    ],
)
def test_each_part_of_restoration_stands_alone(part: Table, kind: EventKind) -> None:
    kinds = (K.CARE_CALL, K.FEE_GOODWILL, K.CREDIT_MARK_REMOVED, K.LINE_REOPENED)
    story = cured({**part, "delay_days": 3}).live(10)
    assert [other for other in kinds if story.count(other)] == [kind]


def test_customers_worth_less_than_the_margin_are_not_restored() -> None:
    assert cured({**RESTORE, "min_margin": 2000.0}).live(20).count(K.CARE_CALL) == 0


def test_who_has_left_or_fallen_overdue_again_is_not_restored() -> None:
    leaves = cured(RESTORE, {"exit": {"leave_at_once": 0.5, "goodwill_elasticity": 20.0}})
    leaves.state["leaving_left"] = 0.0
    leaves.state["due_at"][Slot.LEAVING] = leaves.now + DAY
    assert leaves.live(20).count(K.CUSTOMER_LEFT) == 1
    assert leaves.count(K.CARE_CALL) == 0
    falls = cured({**RESTORE, "delay_days": 60}, {"payment": {"redefault_prob_per_month": 1.0}}, willingness=0.5)
    falls.live(100)
    assert falls.count(K.REDEFAULTED) >= 1
    before_second_cure = falls.of(K.CARE_CALL)["at"] < falls.last(K.REDEFAULTED)["at"]
    assert not before_second_cure.any()


def test_a_care_call_that_still_waits_when_the_account_falls_overdue_again_is_withdrawn() -> None:
    story = cured(RESTORE, {"payment": {"redefault_prob_per_month": 1.0}}, willingness=0.5).live(20, staff=False)
    assert story.queued() == [Action.CARE_CALL]
    story.live(31, staff=False)
    assert story.count(K.REDEFAULTED) == 1
    assert Action.CARE_CALL not in story.queued()
    assert story.of(K.WORK_WITHDRAWN)["value"].tolist() == [WithdrawReason.SUPERSEDED]


def test_fees_are_given_back_once_and_not_again_after_the_next_spell() -> None:
    story = cured(
        {"fee_goodwill_share": 0.5, "delay_days": 1}, {"payment": {"redefault_prob_per_month": 1.0}}, willingness=0.5
    )
    story.live(33)
    assert story.state["status"] == Status.OVERDUE
    back, paid = int(story.of(K.FEE_GOODWILL)["amount_cents"].sum()), int(story.of(K.PAYMENT)["amount_cents"].sum())
    story.state["cash_cents"] = 10**7
    story.talk()
    story.live(36)
    assert story.count(K.CURED) == 2
    charged = int(story.of(K.OPENED)["amount_cents"][1:].sum())
    charged += int(story.of(K.INTEREST_CHARGED, K.PENALTY_CHARGED)["amount_cents"].sum())
    assert int(story.of(K.FEE_GOODWILL)["amount_cents"].sum()) <= charged // 2 + 1
    assert back <= paid


def test_an_insolvent_customer_gets_no_care_call() -> None:
    story = cured({**RESTORE, "delay_days": 40}, {"exit": {"insolvency_per_month": 0.1}})
    story.state["insolvency_left"] = 0.001
    story.live(60)
    assert story.last(K.CLOSED)["detail"] == CloseReason.INSOLVENT
    assert story.count(K.CARE_CALL) == story.count(K.CUSTOMER_LEFT) == 0
