"""The customer behind the debt: goodwill, complaints, leaving, insolvency."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simcollect.core.codes import Action, CloseReason, EventKind, Status
from simcollect.stages.case import DAY, Slot
from tests.stages.story import Story, Table, always, merged

K = EventKind
QUIET: Table = {"mid": {"enter_dpd": 3000}, "late": {"enter_dpd": 3000}, "final": {"enter_dpd": 3000}}
HAZARDS: Table = {
    "exit": {
        "leave_at_once": 0.1,
        "leave_within_60_days": 0.06,
        "leave_per_year": 0.73,
        "goodwill_elasticity": 2.0,
    },
    "payment": {"redefault_prob_per_month": 0.0},
}


def cured(threshold: float, **case: object) -> Story:
    """A customer who cures on day 1 with a given threshold of the hazard of leaving."""
    story = Story(QUIET, behaviour=merged(always("pay_now"), HAZARDS), **{"buffer": 9000.0, **case}).live(1)
    story.state["leaving_left"] = threshold
    story.talk()
    assert story.count(K.CURED) == 1
    return story


@settings(deadline=None, max_examples=25, derandomize=True)
@given(st.floats(0.01, 1.5))
def test_a_customer_leaves_when_the_hazard_has_grown_to_the_threshold(threshold: float) -> None:
    """A part at once, a part evenly over 60 days, the rest at the yearly rate, all times the factor of goodwill."""
    story = cured(threshold)
    n, s = story.arrays.numbers[0], story.state
    factor = math.exp(2.0 * (n["goodwill_reference"] - float(s["goodwill"])))
    left = threshold - 0.1 * factor
    at = int(s["due_at"][Slot.LEAVING])
    days = (at - story.now) / DAY
    if left <= 0:
        assert days == 0
    elif left <= 0.06 * factor:
        assert days == pytest.approx(60 * left / (0.06 * factor), abs=1 / DAY)
    else:
        assert days == pytest.approx(60 + (left - 0.06 * factor) / (0.002 * factor), abs=1 / DAY)
    if days < 1400:
        story.live(story.day + days + 1)
        assert story.last(K.CUSTOMER_LEFT)["at"] == at


def test_nobody_leaves_while_overdue_and_the_hazard_rests_meanwhile() -> None:
    story = Story(QUIET, behaviour=HAZARDS)
    story.state["leaving_left"] = 1e-6
    assert story.live(300).count(K.CUSTOMER_LEFT) == 0


def test_goodwill_that_is_won_puts_leaving_off_and_keeps_the_hazard_already_lived_through() -> None:
    restored = merged(QUIET, {"restoration": {"reopen_line": True, "delay_days": 30, "from_stage": "early"}})
    behaviour = merged(always("pay_now"), HAZARDS, {"goodwill": {"gain_line_reopened": 0.2}})
    story = Story(restored, behaviour=behaviour, buffer=9000.0).live(1)
    story.state["leaving_left"] = 0.4
    story.talk()
    before = int(story.state["due_at"][Slot.LEAVING])
    factor = float(story.state["leaving_rate"])
    story.live(32)
    new_factor = float(story.state["leaving_rate"])
    assert new_factor < factor
    lived = 0.1 * factor + 30 * 0.001 * factor
    expected = 30 + 30 + (0.4 - lived - 30 * 0.001 * new_factor) / (0.002 * new_factor)
    cured_at = int(story.last(K.CURED)["at"])
    assert (int(story.state["due_at"][Slot.LEAVING]) - cured_at) / DAY == pytest.approx(expected, abs=2 / DAY)
    assert int(story.state["due_at"][Slot.LEAVING]) > before


def test_falling_overdue_again_suspends_leaving_and_the_next_cure_resumes_it() -> None:
    behaviour = merged(always("pay_now"), HAZARDS, {"payment": {"redefault_prob_per_month": 1.0}})
    story = Story(QUIET, behaviour=behaviour, buffer=9000.0, willingness=0.5).live(1)
    story.state["leaving_left"] = 5.0
    story.talk()
    story.live(33)
    assert story.state["status"] == Status.OVERDUE
    assert story.state["due_at"][Slot.LEAVING] >= 1 << 60
    left = float(story.state["leaving_left"])
    story.live(60)
    assert float(story.state["leaving_left"]) == left
    story.state["cash_cents"] = 10**7
    story.talk()
    assert story.count(K.CURED) == 2
    assert float(story.state["leaving_left"]) < left, "each resolution is an occasion to leave"
    assert story.state["due_at"][Slot.LEAVING] < 1 << 60


def test_who_has_left_does_not_leave_again() -> None:
    story = cured(0.01).live(3)
    assert story.count(K.CUSTOMER_LEFT) == 1
    assert story.live(400).count(K.CUSTOMER_LEFT) == 1


def test_contacts_raise_complaints_in_proportion_to_the_goodwill_they_cost() -> None:
    steps = [{"action": "sms", "day": 0, "repeat_days": 1, "maximum": 60}]
    delivered = {"contact": {"message_delivered_prob": 1.0}, "exit": {"complaint_rate": 10.0}}
    story = Story(merged(QUIET, {"early": {"steps": steps}}), behaviour=delivered)
    story.state["complaint_left"] = 0.05
    story.live(40)
    complaints = story.of(K.COMPLAINT)
    assert len(complaints) >= 1
    assert set(complaints["cost_cents"]) == {round(100 * story.scenario.economics.complaint.value)}
    mute = Story(
        merged(QUIET, {"early": {"steps": steps}}), behaviour=merged(delivered, {"exit": {"complaint_rate": 0.0}})
    )
    mute.state["complaint_left"] = 0.05
    assert mute.live(40).count(K.COMPLAINT) == 0


def test_the_vulnerable_lose_more_goodwill() -> None:
    steps = [{"action": "sms", "day": 0, "repeat_days": 1, "maximum": 5}]

    def lost(vulnerable: bool) -> float:
        delivered = {"contact": {"message_delivered_prob": 1.0}}
        story = Story(merged(QUIET, {"early": {"steps": steps}}), behaviour=delivered, vulnerable=vulnerable)
        start = float(story.state["goodwill"])
        return start - float(story.live(10).state["goodwill"])

    factor = float(Story(QUIET).arrays.numbers[0]["goodwill_vulnerable_factor"])
    assert factor > 1.0
    assert lost(True) == pytest.approx(factor * lost(False), rel=1e-9)


def test_goodwill_stays_between_nothing_and_one() -> None:
    steps = [{"action": "visit", "day": 0, "repeat_days": 1, "maximum": 90}]
    mid = {"enter_dpd": 0, "steps": steps, "tone": "firm"}
    story = Story(merged(QUIET, {"early": {"enter_dpd": 0}, "mid": mid}), vulnerable=True).live(90)
    assert story.state["goodwill"] == 0.0
    story.state["goodwill"] = 0.99
    for _ in range(3):
        story.state["disputing"] = 2
        story.state["due_at"][Slot.HOLD_END] = story.now
        story.live(story.day + 1)
    assert story.state["goodwill"] <= 1.0


INSOLVENT: Table = {
    "exit": {"insolvency_per_month": 0.1, "insolvency_shock_factor": 3.0, "insolvency_relief_effect": 1.0}
}


def test_insolvency_ends_the_debt_and_the_household_for_the_model() -> None:
    story = Story(QUIET, behaviour=INSOLVENT)
    story.state["insolvency_left"] = 1e-6
    story.live(40)
    assert story.count(K.INSOLVENT) == 1
    assert story.last(K.WRITTEN_OFF)["detail"] == story.last(K.CLOSED)["detail"] == CloseReason.INSOLVENT
    assert story.balance == 0
    rows = len(story.rows)
    assert len(story.live(600).rows) == rows, "nothing happens after it"


def test_the_hazard_of_insolvency_is_raised_by_shocks_and_lump_sums_and_lowered_by_relief() -> None:
    def hazard(**state: float) -> float:
        story = Story(QUIET, behaviour=INSOLVENT)
        story.state["insolvency_left"] = 50.0
        story.state["due_at"][Slot.PAYDAY] = 10**12
        for name, value in state.items():
            story.state[name] = value
        at = int(story.state["due_at"][Slot.DUE_DATE])
        story.live(at / DAY + 0.01)
        return 50.0 - float(story.state["insolvency_left"])

    plain, numbers = hazard(), Story(QUIET).arrays.numbers[0]
    assert plain == pytest.approx(0.1 * numbers["cell_insolvency_factor"][1])
    assert hazard(shocked=1) == pytest.approx(3.0 * plain)
    assert hazard(drained=1) == pytest.approx(numbers["exit_insolvency_lump_sum_factor"] * plain)
    assert hazard(agreement_relief=0.4) == pytest.approx(0.6 * plain)


def test_a_household_drained_by_a_lump_sum_is_watched_for_two_years() -> None:
    offers = [{"stage": "final", "day": 0, "discount_share": 0.3}]
    final = merged(
        {"early": {"enter_dpd": 0}, "mid": {"enter_dpd": 0}, "late": {"enter_dpd": 0}},
        {"final": {"enter_dpd": 0, "offers": offers}},
    )
    taken = {"settlement": {"accept_intercept": 10.0, "keep_prob": 1.0}, "contact": {"letter_read_prob": 1.0}}
    story = Story(final, behaviour=merged(taken, INSOLVENT), assets=90_000.0)
    story.state["insolvency_left"] = 1e9
    story.live(100)
    assert story.count(K.SETTLED) == 1
    story.state["insolvency_left"] = 1e-9
    story.live(200)
    assert story.count(K.INSOLVENT) == 1
    assert story.of(K.CLOSED)["detail"].tolist() == [CloseReason.SETTLED]
    spared = Story(final, behaviour=merged(taken, INSOLVENT), assets=90_000.0)
    spared.state["insolvency_left"] = 1e9
    spared.live(900)
    for slot in (Slot.DUE_DATE, Slot.PAYDAY):
        assert spared.state["due_at"][slot] >= 1 << 60, "and then left in peace"


def test_a_plan_check_is_a_conversation_that_costs_goodwill() -> None:
    story = Story(QUIET).live(1)
    before = float(story.state["goodwill"])
    story.talk(Action.PLAN_CHECK_CALL)
    assert float(story.state["goodwill"]) < before
