"""Stages by days and by triggers, holds, overlap, and when attempts end."""

from __future__ import annotations

import pytest

from simcollect.core.codes import Action, EventKind, Hold, Stage, StopReason, Trigger, WithdrawReason
from simcollect.stages.case import DAY
from tests.stages.story import Story, Table, always, merged

K = EventKind
LADDER: Table = {
    "early": {"enter_dpd": 5},
    "mid": {"enter_dpd": 30},
    "late": {"enter_dpd": 60},
    "final": {"enter_dpd": 120},
}


def test_stages_are_entered_on_their_day_past_due() -> None:
    story = Story(LADDER, dpd=1, spare=0.0).live(150)
    entered = story.of(K.STAGE_ENTERED)
    assert entered["stage"].tolist() == [1, 2, 3, 4]
    assert entered["value"].tolist() == [5, 30, 60, 120]
    assert set(entered["detail"]) == {Trigger.DAYS}
    assert {int(at) % DAY for at in entered["at"]} == {9 * 60}


def test_an_account_that_comes_late_enters_the_stage_of_its_age_at_once() -> None:
    story = Story(LADDER, dpd=70).live(1)
    assert story.of(K.STAGE_ENTERED)["stage"].tolist() == [Stage.LATE]


def test_borrowers_are_reviewed_at_nine_by_their_own_clock() -> None:
    east = Story(LADDER, dpd=5, zone="Asia/Taipei").live(2)
    assert int(east.of(K.STAGE_ENTERED)["at"][0]) % DAY == 1 * 60
    west = Story(LADDER, dpd=5, zone="America/New_York").live(2)
    assert int(west.of(K.STAGE_ENTERED)["at"][0]) % DAY == 13 * 60, "daylight saving time in September"
    winter = Story(LADDER, dpd=5, zone="America/New_York", start="2005-12-01").live(2)
    assert int(winter.of(K.STAGE_ENTERED)["at"][0]) % DAY == 14 * 60


def triggered(escalation: Table, **case: object) -> Story:
    return Story(
        merged(LADDER, {"late": {"enter_dpd": 900}, "final": {"enter_dpd": 900}}, {"escalation": escalation}), **case
    )


@pytest.mark.parametrize(
    ("levers", "counter", "why"),
    [
        ({"refusals": 2}, "refusals", Trigger.REFUSALS),
        ({"broken_promises": 2}, "broken", Trigger.BROKEN_PROMISES),
        ({"attempts_without_reach": 2}, "unreached_stage", Trigger.UNREACHED),
    ],
)
def test_a_count_that_is_full_moves_the_account_one_stage_on_and_starts_anew(
    levers: Table, counter: str, why: Trigger
) -> None:
    story = triggered(levers, dpd=10).live(1)
    assert story.state["stage"] == Stage.EARLY
    story.state[counter] = 1
    story.talk(Action.CASE_ANALYSIS)
    story.live(3)
    assert story.state["stage"] == Stage.EARLY, "one is not enough"
    for stage in (Stage.MID, Stage.LATE):
        story.state[counter] = 2
        story.talk(Action.CASE_ANALYSIS)
        story.live(story.day + 2)
        assert story.last(K.STAGE_ENTERED)["stage"] == stage
        assert story.last(K.STAGE_ENTERED)["detail"] == why
        assert story.state[counter] == 0
    story.state[counter] = 5
    story.talk(Action.CASE_ANALYSIS)
    story.live(story.day + 5)
    assert story.state["stage"] == Stage.LATE, "triggers lead into mid and late only"


def test_a_broken_plan_moves_the_account_on_where_the_strategy_says_so() -> None:
    for on, stage in ((True, Stage.LATE), (False, Stage.MID)):
        story = triggered({"plan_broken": on}, dpd=35).live(1)
        story.state["plan_broken"] = 1
        story.talk(Action.CASE_ANALYSIS)
        assert story.live(3).state["stage"] == stage


def test_refusals_in_conversation_are_what_counts() -> None:
    story = triggered({"refusals": 2}, dpd=10, behaviour=always("refuse"), willingness=0.2).live(1)
    story.talk()
    story.talk()
    assert story.live(2).last(K.STAGE_ENTERED)["detail"] == Trigger.REFUSALS


def test_below_the_balance_floor_an_account_never_enters_late() -> None:
    story = Story(merged(LADDER, {"escalation": {"balance_floor": 40_000.0, "refusals": 1}}), dpd=20)
    story.live(20)
    story.state["refusals"] = 3
    story.talk(Action.CASE_ANALYSIS)
    story.live(200)
    assert Stage.LATE not in story.of(K.STAGE_ENTERED)["stage"].tolist()
    assert story.last(K.STAGE_ENTERED)["stage"] == Stage.FINAL


HOLDS = {
    "hold_on_promise": ("promise", Hold.PROMISE, {"buffer": 0.0}),
    "hold_on_dispute": ("dispute", Hold.DISPUTE, {"disputing": True}),
    "hold_on_hardship": ("hardship", Hold.HARDSHIP, {"buffer": 0.0}),
    "hold_on_plan": ("plan", Hold.PLAN, {"buffer": 0.0}),
}


@pytest.mark.parametrize("lever", sorted(HOLDS))
def test_a_hold_pauses_escalation_and_pursuit_only_where_the_strategy_says_so(lever: str) -> None:
    outcome, hold, borrower = HOLDS[lever]
    document = merged(
        LADDER,
        {
            "early": {"enter_dpd": 1},
            "mid": {
                "plan_offered": True,
                "plan_max_months": 24,
                "steps": [{"action": "sms", "day": 0, "repeat_days": 1, "maximum": 90}],
            },
            "follow_up": {"promise_max_days": 25},
            "escalation": {"dispute_hold_days": 20, "hardship_hold_days": 20},
        },
    )
    behaviour = merged(always(outcome), {"plan": {"accept_prob": 1.0, "keep_prob": 1.0}})
    case = {"dpd": 50, "behaviour": behaviour, "spare": 3000.0, **borrower}
    held = Story(document, **case).live(2)
    held.talk()
    assert held.hold == hold
    assert held.last(K.HOLD_STARTED)["detail"] == hold
    sent, at = held.count(K.MESSAGE_SENT), held.now
    free = Story(merged(document, {"escalation": {lever: False}}), **case).live(2)
    free.talk()
    assert free.hold == Hold.NONE
    assert free.count(K.HOLD_STARTED) == 0
    until = int(held.state["due_at"].min()) if hold == Hold.PLAN else int(held.last(K.HOLD_STARTED)["value"])
    day = min(until // DAY, at // DAY + 15)
    held.live(day)
    free.live(day)
    assert held.count(K.MESSAGE_SENT) == sent, "a hold pauses the cadence"
    assert free.count(K.MESSAGE_SENT) > sent


def test_a_hold_keeps_the_account_in_its_stage_and_it_moves_on_when_the_hold_ends() -> None:
    story = Story(
        merged(LADDER, {"escalation": {"hardship_hold_days": 40}}), dpd=50, buffer=0.0, behaviour=always("hardship")
    ).live(2)
    story.talk()
    story.live(41)
    assert story.state["stage"] == Stage.MID
    story.live(45)
    assert story.last(K.HOLD_ENDED)["detail"] == Hold.HARDSHIP
    assert story.state["stage"] == Stage.LATE


def test_waiting_work_is_withdrawn_when_a_hold_begins_and_says_why() -> None:
    document = merged(LADDER, {"mid": {"steps": [{"action": "negotiation_call", "day": 0}]}})
    story = Story(document, dpd=40, buffer=0.0, behaviour=always("hardship")).live(1, staff=False)
    assert story.queued() == [Action.NEGOTIATION_CALL]
    story.talk()
    assert story.queued() == []
    assert story.last(K.WORK_WITHDRAWN)["value"] == WithdrawReason.HOLD


def test_work_that_a_hold_withdrew_is_asked_for_again_when_the_hold_ends() -> None:
    document = merged(LADDER, {"mid": {"steps": [{"action": "case_analysis", "day": 0}]}, "late": {"enter_dpd": 900}})
    story = Story(merged(document, {"final": {"enter_dpd": 900}}), dpd=40, buffer=0.0, behaviour=always("hardship"))
    story.live(1, staff=False)
    story.talk()
    assert story.last(K.WORK_WITHDRAWN)["value"] == WithdrawReason.HOLD
    story.live(40)
    assert story.count(K.ANALYSED) == 1


def test_a_dispute_that_is_resolved_makes_the_borrower_willing_and_one_that_is_not_goes_on() -> None:
    def after(resolved: float) -> Story:
        behaviour = merged(always("dispute"), {"conversation": {"dispute_resolved_prob": resolved}})
        story = Story(LADDER, dpd=40, disputing=True, willingness=0.2, behaviour=behaviour).live(1)
        story.talk()
        return story.live(40)

    settled = after(1.0)
    assert settled.count(K.DISPUTE_RESOLVED) == 1
    assert settled.state["disputing"] == 0
    assert settled.state["willingness"] > 0.5
    assert after(0.0).state["disputing"] == 1
    assert after(0.0).count(K.DISPUTE_RESOLVED) == 0


def test_a_dispute_is_answered_even_where_it_holds_nothing() -> None:
    behaviour = merged(always("dispute"), {"conversation": {"dispute_resolved_prob": 1.0}})
    document = merged(LADDER, {"escalation": {"hold_on_dispute": False, "hold_on_hardship": False}})
    story = Story(document, dpd=40, disputing=True, buffer=0.0, behaviour=behaviour).live(1)
    story.talk()
    assert story.hold == Hold.NONE
    assert story.live(40).count(K.DISPUTE_RESOLVED) == 1


def test_negotiation_goes_on_in_late_where_the_strategy_keeps_the_window_open() -> None:
    def negotiated_in_late(keep: bool) -> int:
        steps = [{"action": "negotiation_call", "day": 0, "repeat_days": 5, "maximum": 30}]
        document = merged(LADDER, {"mid": {"steps": steps}, "late": {"keep_negotiating": keep}})
        story = Story(document, dpd=40, phone_valid=False).live(60)
        return int((story.of(K.DIALLED)["stage"] == Stage.LATE).sum())

    assert negotiated_in_late(True) > 3
    assert negotiated_in_late(False) == 0


def test_a_call_still_waiting_when_its_stage_ends_is_withdrawn() -> None:
    steps = [{"action": "negotiation_call", "day": 0}]
    for keep, queued in ((True, [Action.NEGOTIATION_CALL]), (False, [])):
        document = merged(LADDER, {"mid": {"steps": steps}, "late": {"keep_negotiating": keep}})
        story = Story(document, dpd=40).live(30, staff=False)
        assert story.state["stage"] == Stage.LATE
        assert story.queued() == queued
        if not keep:
            assert story.last(K.WORK_WITHDRAWN)["value"] == WithdrawReason.SUPERSEDED


STEPS = [{"action": "sms", "day": 0, "repeat_days": 1, "maximum": 100}]


@pytest.mark.parametrize(
    ("stop", "reason"),
    [
        ({"max_attempts": 4}, StopReason.MAX_ATTEMPTS),
        ({"after_dpd": 45}, StopReason.DAYS),
        ({"min_balance": 90_000.0}, StopReason.BALANCE),
    ],
)
def test_attempts_end_where_the_strategy_says_and_the_log_says_why(stop: Table, reason: StopReason) -> None:
    story = Story(merged(LADDER, {"mid": {"steps": STEPS}, "stop": stop}), dpd=40).live(25)
    assert story.of(K.STOPPED)["detail"].tolist() == [reason]
    sent = {StopReason.MAX_ATTEMPTS: 4, StopReason.DAYS: 6, StopReason.BALANCE: 0}[reason]
    assert story.count(K.MESSAGE_SENT) == sent
    assert not any(row["at"] > story.last(K.STOPPED)["at"] for row in story.of(K.MESSAGE_SENT, K.DIALLED))


def test_no_follow_up_call_is_made_once_attempts_have_ended() -> None:
    document = merged(
        LADDER, {"mid": {"steps": STEPS}, "stop": {"max_attempts": 2}, "follow_up": {"broken_promise_call_days": 1}}
    )
    story = Story(document, dpd=40, spare=0.0, buffer=0.0, behaviour=always("promise")).live(1)
    story.talk()
    story.state["promise_prob"] = 0.0
    story.live(30)
    assert story.count(K.PROMISE_BROKEN) == 1
    assert story.count(K.MESSAGE_SENT) + story.count(K.DIALLED) == 2


def test_a_call_that_waits_when_attempts_end_is_withdrawn() -> None:
    steps = [{"action": "negotiation_call", "day": 0}, *STEPS]
    story = Story(merged(LADDER, {"mid": {"steps": steps}, "stop": {"max_attempts": 3}}), dpd=40).live(10, staff=False)
    assert story.count(K.MESSAGE_SENT) == 3
    assert story.queued() == []


def test_what_has_been_due_longest_is_done_first_and_ties_go_by_the_document() -> None:
    steps = [{"action": "sms", "day": 1}, {"action": "email", "day": 0}, {"action": "sms", "day": 1}]
    story = Story(merged(LADDER, {"mid": {"steps": steps}}), dpd=40).live(6)
    assert story.of(K.MESSAGE_SENT)["channel"].tolist() == [2, 1, 1]
    assert [int(at) // DAY for at in story.of(K.MESSAGE_SENT)["at"]] == [0, 1, 1]
