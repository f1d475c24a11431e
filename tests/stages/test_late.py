"""Late stage: assessment, lawyer's letter, suit, judgment, enforcement."""

from __future__ import annotations

import pytest

from simcollect.core.codes import Action, CloseReason, EventKind, PaymentSource, Rule, Stage, Status
from simcollect.stages.case import DAY, MONTH, Slot
from tests.stages.story import Story, Table, merged

K = EventKind
LATE: Table = {
    "early": {"enter_dpd": 0},
    "mid": {"enter_dpd": 0},
    "late": {
        "enter_dpd": 30,
        "assess": False,
        "letter_day": 3,
        "suit_day": 10,
        "enforce": True,
        "add_costs": True,
        "hold_vulnerable": True,
    },
    "final": {"enter_dpd": 3000},
}
COURT: Table = {
    "legal": {
        "win_prob": 1.0,
        "enforce_prob": 1.0,
        "court_days_median": 20.0,
        "court_days_log_sd": 0.0,
        "asset_share": 0.5,
        "means_noise": 0.0,
    },
    "contact": {"letter_read_prob": 1.0},
}


def late(strategy: Table | None = None, behaviour: Table | None = None, **case: object) -> Story:
    return Story(merged(LATE, {"late": strategy or {}}), behaviour=merged(COURT, behaviour or {}), **case)


def test_letter_suit_judgment_and_enforcement_come_in_order_on_their_days() -> None:
    story = late(attachable=500.0, spare=0.0, buffer=0.0).live(60)
    entered = int(story.last(K.STAGE_ENTERED)["at"])
    assert int(story.last(K.LAWYERS_LETTER_SENT)["at"]) == entered + 3 * DAY
    filed = story.last(K.SUIT_FILED)
    assert int(filed["at"]) == entered + 10 * DAY
    judged = story.last(K.JUDGMENT)
    assert int(judged["at"]) == int(filed["at"]) + 20 * DAY == int(filed["value"])
    assert judged["detail"] == 1
    assert story.last(K.ENFORCEMENT_STARTED)["at"] >= judged["at"]
    assert set(story.of(K.WORK_QUEUED)["actor"]) == {3}, "legal officers; the court is a delay, not staff"
    assert story.count(K.WORK_QUEUED) == 3


def test_nothing_legal_is_done_that_the_strategy_does_not_ask_for() -> None:
    story = late({"letter_day": -1, "suit_day": -1, "enforce": False, "add_costs": False}).live(200)
    legal = (K.LAWYERS_LETTER_SENT, K.SUIT_FILED, K.ASSESSED, K.COST_ADDED, K.ACCELERATED, K.CREDIT_MARKED)
    assert len(story.of(*legal)) == 0


def test_acceleration_makes_the_whole_balance_due() -> None:
    story = late({"accelerate": True}).live(1)
    assert story.last(K.ACCELERATED)["amount_cents"] == story.balance == story.state["arrears_cents"]
    story.live(40)
    assert story.count(K.INSTALMENT_DUE) == 0
    assert story.state["arrears_cents"] == story.balance, "what is charged later is due as well"


def test_the_credit_record_is_marked_once_on_entry_and_costs_goodwill() -> None:
    plain, marked = late().live(1), late({"mark_credit_record": True}).live(1)
    assert plain.count(K.CREDIT_MARKED) == 0
    assert marked.count(K.CREDIT_MARKED) == 1
    assert marked.state["goodwill"] < plain.state["goodwill"]
    assert marked.state["excitation"] > plain.state["excitation"]


@pytest.mark.parametrize(("assets", "sue"), [(0.0, 2), (100_000.0, 1)])
def test_the_assessment_decides_whether_a_suit_is_worth_it(assets: float, sue: int) -> None:
    story = late({"assess": True, "assess_day": 2, "min_net_yield": 500.0}, assets=assets).live(40)
    assessed = story.last(K.ASSESSED)
    assert story.state["assessed"] == sue
    assert assessed["detail"] == (1 if sue == 1 else 0)
    assert (assessed["amount_cents"] >= 50_000) == (sue == 1)
    assert story.count(K.SUIT_FILED) == (1 if sue == 1 else 0)
    assert story.count(K.LAWYERS_LETTER_SENT) == 1, "the letter needs no assessment"


def test_the_net_yield_is_what_can_be_reached_times_the_chances_less_the_fees() -> None:
    chances = {"legal": {"win_prob": 0.9, "enforce_prob": 0.4, "voluntary_prob": 0.3, "means_months": 12.0}}
    story = late({"assess": True, "suit_day": -1}, chances, assets=10_000.0, attachable=100.0, penalty_rate=0.0).live(2)
    reachable = 0.5 * 1_000_000 + 12 * 10_000
    gross = 0.9 * (0.3 + 0.7 * 0.4) * reachable
    money = story.scenario.economics
    fee = max(100 * money.court_fee_fixed.value, money.court_fee_share.value * story.balance)
    expected = gross - fee - 100 * money.enforcement.value
    assert story.last(K.ASSESSED)["amount_cents"] == pytest.approx(expected, abs=2)


def test_a_case_analysis_makes_the_assessment_less_noisy() -> None:
    noisy = {"legal": {"means_noise": 2.0, "analysed_noise_factor": 0.0}}
    case = {"assets": 40_000.0, "attachable": 0.0, "seed": 3}
    blind = late({"assess": True, "assess_day": 1, "suit_day": -1}, noisy, **case).live(3)
    known = late({"assess": True, "assess_day": 1, "suit_day": -1}, noisy, **case).live(0.5)
    known.end(Action.CASE_ANALYSIS)
    known.live(3)
    exact = late({"assess": True, "assess_day": 1, "suit_day": -1}, **case).live(3)
    assert known.last(K.ASSESSED)["amount_cents"] == exact.last(K.ASSESSED)["amount_cents"]
    assert blind.last(K.ASSESSED)["amount_cents"] != exact.last(K.ASSESSED)["amount_cents"]


def test_no_suit_is_filed_below_the_smallest_balance() -> None:
    assert late({"min_balance": 30_000.0}).live(60).count(K.SUIT_FILED) == 0
    assert late({"min_balance": 20_000.0}).live(60).count(K.SUIT_FILED) == 1


def test_legal_costs_are_added_to_the_debt_only_where_the_strategy_does_so() -> None:
    adds, bears = late().live(20), late({"add_costs": False}).live(20)
    assert adds.of(K.COST_ADDED)["detail"].tolist() == [Action.LAWYERS_LETTER, Action.LAWSUIT]
    assert adds.of(K.COST_ADDED)["amount_cents"].tolist() == [
        int(adds.last(K.LAWYERS_LETTER_SENT)["cost_cents"]),
        int(adds.last(K.SUIT_FILED)["cost_cents"]),
    ]
    assert bears.count(K.COST_ADDED) == 0
    assert bears.last(K.SUIT_FILED)["cost_cents"] > 0, "the lender pays the fee either way"
    assert adds.balance - bears.balance == adds.of(K.COST_ADDED)["amount_cents"].sum()


def test_a_letter_moves_the_able_but_unwilling_and_not_the_unable() -> None:
    def moved(buffer: float, spare: float) -> tuple[bool, float]:
        story = late({"suit_day": -1}, silent=False, willingness=0.01, buffer=buffer, spare=spare)
        story.state["threshold_left"] = 0.05
        story.live(3)
        before = int(story.state["due_at"][Slot.OWN_PAYMENT])
        story.live(4)
        return int(story.state["due_at"][Slot.OWN_PAYMENT]) < before, float(story.state["excitation"])

    able, pressed = moved(9000.0, 0.0)
    assert able
    assert pressed > 0.0
    unable, pressed = moved(0.0, 0.0)
    assert not unable
    assert pressed > 0.0, "felt, but there is nothing to pay with"


def test_a_letter_that_is_not_read_moves_nothing() -> None:
    story = late({"suit_day": -1}, {"contact": {"letter_read_prob": 0.0}}).live(10)
    assert story.count(K.LAWYERS_LETTER_SENT) == 1
    assert story.count(K.LAWYERS_LETTER_READ) == 0
    assert story.state["excitation"] == 0.0


def test_a_suit_against_somebody_who_disputes_the_debt_is_lost() -> None:
    story = late(disputing=True).live(60)
    assert story.last(K.JUDGMENT)["detail"] == 0
    assert story.count(K.ENFORCEMENT_STARTED) == 0
    assert story.count(K.SUIT_FILED) == 1, "and is not filed again"


def test_judgment_rests_while_an_agreement_is_kept() -> None:
    story = late(spare=0.0).live(15)
    story.state["agreement"] = 2
    story.state["agreement_cents"] = 1000
    story.state["agreement_owed_cents"] = 10**9
    story.state["due_at"][Slot.AGREEMENT] = 10**9
    story.live(40)
    assert story.count(K.JUDGMENT) == 0
    story.state["agreement"] = 0
    story.state["due_at"][Slot.AGREEMENT] = 1 << 60
    story.live(70)
    judged = int(story.last(K.JUDGMENT)["at"])
    assert judged == int(story.last(K.SUIT_FILED)["value"]) + MONTH


def test_enforcement_seizes_assets_at_once_and_attaches_income_month_by_month() -> None:
    story = late(assets=4000.0, attachable=300.0, spare=0.0, buffer=0.0).live(300)
    payments = story.of(K.PAYMENT)
    assert set(payments["detail"]) == {PaymentSource.ENFORCEMENT}
    assert payments["amount_cents"][0] == 200_000, "half of the assets"
    assert set(payments["amount_cents"][1:]) == {30_000}
    assert len(payments) > 5
    assert story.state["assets_cents"] == 200_000
    assert story.state["cash_cents"] == 0


def test_enforcement_of_somebody_who_has_nothing_fails_and_is_not_tried_again() -> None:
    story = late(assets=0.0, attachable=0.0).live(200)
    assert story.count(K.ENFORCEMENT_STARTED) == story.count(K.ENFORCEMENT_FAILED) == 1
    assert story.count(K.PAYMENT) == 0
    unlucky = late({}, {"legal": {"enforce_prob": 0.0}}, assets=9000.0, attachable=300.0).live(200)
    assert unlucky.count(K.ENFORCEMENT_FAILED) == 1
    assert unlucky.count(K.PAYMENT) == 0


def test_nothing_is_attached_while_the_household_is_in_shock() -> None:
    story = late(attachable=300.0, spare=0.0, buffer=0.0).live(100)
    paid = story.count(K.PAYMENT)
    story.state["shocked"] = 1
    story.state["due_at"][Slot.PAYDAY] = 10**9
    assert story.live(200).count(K.PAYMENT) == paid


def test_enforcement_ends_when_the_account_is_cured() -> None:
    story = late(attachable=1500.0, spare=0.0, buffer=0.0)
    while not story.count(K.CURED):
        story.live(story.day + 1)
    assert story.last(K.PAYMENT)["detail"] == PaymentSource.ENFORCEMENT
    assert story.state["due_at"][Slot.ENFORCEMENT] >= 1 << 60
    assert story.state["enforcing"] == story.state["suit"] == 0
    paid = story.count(K.PAYMENT)
    assert PaymentSource.ENFORCEMENT not in story.live(story.day + 40).of(K.PAYMENT)["detail"][paid:].tolist()


def test_a_debt_whose_enforcement_brings_nothing_more_can_be_given_up() -> None:
    strategy = merged(LATE, {"final": {"enter_dpd": 100, "disposal": "write_off", "disposal_dpd": 200}})
    seized = Story(strategy, behaviour=COURT, assets=4000.0, attachable=0.0, spare=0.0, buffer=0.0).live(300)
    assert seized.of(K.PAYMENT)["detail"].tolist() == [PaymentSource.ENFORCEMENT]
    assert seized.last(K.CLOSED)["detail"] == CloseReason.WRITTEN_OFF
    paying = Story(strategy, behaviour=COURT, assets=0.0, attachable=10.0, spare=0.0, buffer=0.0).live(300)
    assert paying.state["status"] == Status.OVERDUE, "not while money comes in by law"


def test_borrowers_known_to_be_vulnerable_are_spared_legal_means_where_the_strategy_or_the_rules_say_so() -> None:
    by_strategy = late(declared_vulnerable=True).live(100)
    legal = (K.LAWYERS_LETTER_SENT, K.SUIT_FILED, K.ENFORCEMENT_STARTED)
    assert len(by_strategy.of(*legal)) == 0
    assert by_strategy.state["stage"] == Stage.LATE
    unheld = late({"hold_vulnerable": False}, declared_vulnerable=True, attachable=100.0).live(100)
    assert len(unheld.of(*legal)) == 3
    by_rule = late(
        {"hold_vulnerable": False}, declared_vulnerable=True, attachable=100.0, rules={"vulnerable_hold": True}
    ).live(100)
    assert len(by_rule.of(*legal)) == 0
    assert set(by_rule.of(K.BLOCKED)["detail"]) == {Rule.VULNERABLE_HOLD}


def test_no_suit_is_filed_before_forbearance_was_offered_where_the_rules_ask_for_it() -> None:
    story = late(rules={"forbearance_before_suit": True}).live(60)
    assert story.count(K.SUIT_FILED) == 0
    assert set(story.of(K.BLOCKED)["detail"]) == {Rule.FORBEARANCE_BEFORE_SUIT}
    story.state["forborne"] = 1
    assert story.live(120).count(K.SUIT_FILED) == 1


def test_each_legal_step_is_asked_for_once_although_staff_take_their_time() -> None:
    story = late(attachable=100.0).live(11, staff=False)
    for action in (Action.LAWYERS_LETTER, Action.LAWSUIT):
        story.state["queued"][action] = 2  # staff are at it
    story.waiting.clear()
    story.live(20, staff=False)
    assert story.queued() == []
