"""Moments of calls and of contacts' effects on logs made by hand."""

from __future__ import annotations

import pytest

from simcollect.calibrate.moments.calls import durations, successes
from simcollect.calibrate.moments.contact_effects import machines, messages, speaking
from simcollect.core.codes import Channel, ConversationOutcome, EventKind, Stage
from simcollect.core.eventlog import EventLog
from tests.outcomes.handmade import Story

K = EventKind
TALK = ConversationOutcome


def dial(story: Story, day: float, account: int, talked: int = 0, outcome: TALK = TALK.NO_RESULT) -> None:
    """Dial once by a member of staff; talk so many minutes."""
    story.add(day, K.DIALLED, account, channel=Channel.CALL)
    if talked:
        story.add(day, K.CONVERSATION, account, channel=Channel.CALL, detail=outcome, value=talked, clock="00:05")


def campaign() -> EventLog:
    story = Story(3)
    dial(story, 1, 0, 4, TALK.PROMISE)
    dial(story, 5, 0, 9, TALK.PROMISE)
    dial(story, 1, 1)
    dial(story, 5, 1, 1, TALK.REFUSE)
    dial(story, 9, 1, 7, TALK.PAY_NOW)
    dial(story, 1, 2)
    story.add(2, K.CONVERSATION, 2, channel=Channel.AUTOMATED_CALL, detail=TALK.PAY_NOW, value=2)
    return story.log(in_order=True)


def test_success_is_counted_among_borrowers_called_so_often_without_success_before() -> None:
    found = successes(campaign())
    assert found["success_hazard.attempt1"] == (1.0, 3.0)
    assert found["success_hazard.attempt2"] == (0.0, 1.0), "who promised at the first call is out, called again or not"
    assert found["success_hazard.attempt3"] == (1.0, 1.0)


def test_conversations_of_staff_are_read_at_whole_minutes() -> None:
    found = durations(campaign())
    assert found["duration.up_to_1_min"] == (1.0, 4.0)
    assert found["duration.up_to_5_min"] == (2.0, 4.0)
    assert found["duration.all.mean"].numerator == pytest.approx(60 * (4 + 9 + 1 + 7 - 4 * 0.5))
    assert found["duration.no.mean"] == (30.0, 1.0)


def arm(*resolved: float, **marks: dict[int, float]) -> EventLog:
    """Accounts that fall overdue on day 0 and are cured on the days given, negative for never."""
    story = Story(len(resolved), horizon_days=400)
    story.accounts["instalment_cents"] = 10_000
    for account, day in enumerate(resolved):
        story.opened(account, day=0, dpd=0, principal=100_000)
        if account in marks.get("spoken", {}):
            story.add(marks["spoken"][account], K.CONVERSATION, account, channel=Channel.CALL, value=3)
        if account in marks.get("late", {}):
            story.add(marks["late"][account], K.STAGE_ENTERED, account, stage=Stage.LATE)
        if day >= 0:
            story.paid(day, 6_000, account).paid(day, 9_000, account).add(day, K.CURED, account)
    return story.log(in_order=True)


def test_a_message_is_worth_the_difference_in_who_is_still_delinquent_on_day_30() -> None:
    logs = {"reminded": arm(5, 40, -1, 20), "neutral": arm(5, 40, -1, 20), "moral": arm(5, 29, -1, 20)}
    found = messages(logs)
    assert found["level.delinquent_30"] == (2.0, 4.0)
    assert found["effect.neutral_sms"] == (0.0, 4.0)
    assert found["effect.moral_sms"] == (-1.0, 4.0)


def test_speaking_is_read_over_those_reached_and_changes_nothing_for_the_others() -> None:
    spoken = {0: 10.0, 1: 12.0, 2: 60.0}
    letter = arm(20, -1, -1, 35, late={1: 100.0, 2: 100.0})
    speak = arm(20, 15, -1, 35, spoken=spoken, late={2: 100.0})
    unpleasant = arm(20, -1, -1, 35, spoken=spoken, late={1: 100.0, 2: 100.0})
    found = speaking({"letter": letter, "speak": speak, "unpleasant": unpleasant})
    assert found["effect.speaking_on_time"] == (1.0, 2.0), "two are reached within six weeks, one pays for it"
    assert found["effect.speaking_default"] == (-1.0, 2.0)
    assert found["effect.pleasant_voice"] == (1.0, 2.0)
    assert found["effect.reach_identity"] == (0.0, 2.0)


def test_only_the_first_late_instalment_counts_as_repaid_discounted_to_the_day_it_was_missed() -> None:
    found = machines({"human": arm(10, -1), "machine": arm(-1, -1)}, rate_annual=0.10)
    assert found["effect.machine_npv_30"].numerator == pytest.approx(-(1.10 ** (-10 / 365))), "150 paid, 100 counted"
    assert found["effect.machine_npv_30"].denominator == 2.0
