"""X1 and X2 on logs made by hand: every number worked out on paper, and on the engine with a lever cut off."""

from __future__ import annotations

import math

import pytest

from simcollect.core.codes import Channel, CloseReason, EventKind, Stage
from simcollect.core.eventlog import EventLog
from simcollect.replays import REPLAYS, play
from simcollect.replays.readings import days_until_resolved, watched
from simcollect.scenario.variation import varied
from tests.outcomes.handmade import Story

DAYS_60 = 60


def late_customers(*cured_on: float | None) -> EventLog:
    """Ten late customers who missed a due date on day 0, cured on the days given."""
    story = Story(10, horizon_days=DAYS_60)
    for account in range(10):
        story.opened(account, dpd=0, principal=100_000)
    for account, day in enumerate(cured_on):
        if day is not None:
            story.add(day, EventKind.CURED, account)
    return story.log(in_order=True)


def test_x1_counts_who_is_still_delinquent_on_day_30_and_what_one_more_message_changes() -> None:
    logs = {
        "reminded": late_customers(5, 20, 31, None),
        "neutral": late_customers(5, 20, 29, None),
        "moral": late_customers(5, 9, 12, 30, 31),
    }
    found = REPLAYS["X1"].measure(logs, REPLAYS["X1"].scenario())
    assert found["delinquent"] == pytest.approx(80.0)
    assert found["neutral"] == pytest.approx(-10.0)
    assert found["moral"] == pytest.approx(-20.0)
    assert found["moral_in_grace"] == pytest.approx(-10.0)


def test_whom_the_run_does_not_follow_long_enough_is_not_counted() -> None:
    story = Story(2, horizon_days=DAYS_60).opened(0, day=30, dpd=0, principal=1).opened(1, day=31, dpd=0, principal=1)
    assert list(watched(story.log(), 30)) == [True, False]


def test_days_count_from_the_missed_due_date_and_a_debt_given_up_is_not_resolved() -> None:
    story = Story(3, horizon_days=DAYS_60).opened(0, day=10, dpd=0, principal=1)
    story.opened(1, dpd=0, principal=1).opened(2, dpd=0, principal=1)
    story.add(14, EventKind.CURED, 0).closed(20, CloseReason.PAID_IN_FULL, 1).closed(20, CloseReason.WRITTEN_OFF, 2)
    assert list(days_until_resolved(story.log())) == [4.0, 20.0, math.inf]


def borrowers(*told: tuple[float | None, float | None, float | None, float | None], horizon: int = 211) -> EventLog:
    """Borrowers who missed an instalment on day 0: the day spoken to, paid, overdue again, and 90 days past due.

    Whom that loses is 180 days past due 90 days later.
    """
    story = Story(len(told), horizon_days=horizon)
    for account, (spoken, paid, again, lost) in enumerate(told):
        story.opened(account, dpd=0, principal=100_000)
        if spoken is not None:
            story.add(spoken, EventKind.CONVERSATION, account, value=3, channel=Channel.CALL)
        if paid is not None:
            story.add(paid, EventKind.CURED, account)
        if again is not None:
            story.add(again, EventKind.REDEFAULTED, account)
        if lost is not None:
            story.add(lost, EventKind.STAGE_ENTERED, account, stage=Stage.LATE)
            story.add(lost + 90, EventKind.STAGE_ENTERED, account, stage=Stage.FINAL)
    return story.log(in_order=True)


def test_x2_reads_the_same_borrowers_with_and_without_the_conversation() -> None:
    letter = borrowers(
        (None, 20, 100, None), (None, 50, None, None), (None, None, None, 90), (None, 30, None, None), (None,) * 4
    )
    speak = borrowers((8, 10, None, None), (9, 12, None, None), (9, 41, 80, None), (None, 30, None, None), (None,) * 4)
    firm = borrowers((8, 10, None, None), (9, 43, None, None), (9, None, None, 90), (None, 30, None, None), (None,) * 4)
    logs = {"letter": letter, "speak": speak, "unpleasant": firm}
    found = REPLAYS["X2"].measure(logs, REPLAYS["X2"].scenario())
    assert found["reach"] == pytest.approx(60.0)
    assert (found["level"], found["without"]) == pytest.approx((100.0, 100.0 / 3.0))
    assert found["on_time"] == pytest.approx(200.0 / 3.0)
    assert found["all_late"] == pytest.approx(40.0)
    assert found["identity"] == pytest.approx(0.0)
    assert found["default"] == pytest.approx(-100.0 / 3.0)
    assert found["terminated"] == pytest.approx(-100.0 / 3.0)
    assert found["again"] == pytest.approx(-100.0)  # of the one who pays either way
    assert found["voice"] == pytest.approx(200.0 / 3.0)


def test_the_identity_of_x2_sees_a_call_that_changes_those_it_does_not_reach() -> None:
    letter = borrowers((None, 20, None, None), (None, 30, None, None))
    speak = borrowers((8, 10, None, None), (None, 60, None, None))
    found = REPLAYS["X2"].measure({"letter": letter, "speak": speak, "unpleasant": speak}, REPLAYS["X2"].scenario())
    assert found["identity"] == pytest.approx(-50.0)


def test_without_a_jump_no_message_changes_anything() -> None:
    x1 = REPLAYS["X1"]
    small = varied(x1.scenario(), {"portfolio.flow_per_month": 150.0})
    mute = varied(small, {"behaviour.payment.jump_message": 0.0})
    loud = varied(small, {"behaviour.payment.jump_message": 2.0})
    assert play(x1, 0, mute)["moral"] == 0.0
    assert play(x1, 0, loud)["moral"] < play(x1, 0, small)["moral"] <= 0.0


def test_who_cannot_be_reached_cannot_be_moved_by_a_call() -> None:
    x2 = REPLAYS["X2"]
    deaf = varied(x2.scenario(), {"portfolio.flow_per_month": 100.0, "behaviour.contact.talk_prob": 0.0})
    found = play(x2, 0, deaf)
    assert (found["reach"], found["all_late"]) == (0.0, 0.0)
    assert math.isnan(found["on_time"])
