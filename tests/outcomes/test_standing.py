from __future__ import annotations

import pytest

from simcollect.core.codes import CloseReason, EventKind, Status
from simcollect.outcomes import CustomerStanding, Reading, customer_standing, standing
from tests.outcomes.books import six_borrowers
from tests.outcomes.handmade import Story


def customer(story: Story, day: int | None = None) -> CustomerStanding:
    reading = Reading.at_day(story.log(), day)
    return CustomerStanding(int(customer_standing(reading, standing(reading))[0]))


def test_each_of_the_six_borrowers_stands_where_their_story_says() -> None:
    reading = Reading.at_day(six_borrowers().log())
    found = customer_standing(reading, standing(reading))
    S = CustomerStanding  # noqa: N806 - a short name for the next line
    assert [S(int(code)) for code in found] == [S.RESOLVED, S.LEFT, S.JUDGED, S.EARLY, S.SOLD, S.NOT_ARRIVED]


@pytest.mark.parametrize(
    ("reason", "expected"),
    [
        (CloseReason.PAID_IN_FULL, CustomerStanding.RESOLVED),
        (CloseReason.SETTLED, CustomerStanding.RESOLVED),
        (CloseReason.WRITTEN_OFF, CustomerStanding.WRITTEN_OFF),
        (CloseReason.SOLD, CustomerStanding.SOLD),
        (CloseReason.INSOLVENT, CustomerStanding.INSOLVENT),
    ],
)
def test_a_closed_debt_keeps_or_loses_the_customer_by_its_reason(
    reason: CloseReason, expected: CustomerStanding
) -> None:
    assert customer(Story().opened(principal=1_000).closed(5, reason)) is expected


def test_insolvency_after_a_settlement_loses_the_customer() -> None:
    story = Story().opened(principal=1_000).closed(5, CloseReason.SETTLED).add(50, EventKind.INSOLVENT)
    assert customer(story) is CustomerStanding.INSOLVENT
    assert customer(story, 49) is CustomerStanding.RESOLVED


def test_a_dismissed_suit_does_not_lose_the_customer() -> None:
    story = Story().opened(principal=1_000).add(5, EventKind.SUIT_FILED).add(9, EventKind.JUDGMENT, detail=0)
    assert customer(story.owed(1_000, dpd=50)) is CustomerStanding.EARLY


def test_a_judgment_loses_the_customer_even_when_the_debt_is_paid_afterwards() -> None:
    story = Story().opened(principal=1_000).add(5, EventKind.SUIT_FILED).add(9, EventKind.JUDGMENT, detail=1)
    assert customer(story.paid(20, 1_000).closed(20, CloseReason.PAID_IN_FULL)) is CustomerStanding.JUDGED


def test_an_old_debt_under_a_running_plan_is_arranged_and_in_default_once_the_plan_breaks() -> None:
    story = Story().opened(principal=1_000, dpd=100).add(5, EventKind.PLAN_STARTED, amount=100, value=10, detail=10)
    story.add(60, EventKind.PLAN_BROKEN).owed(1_000, dpd=200)
    assert customer(story, 59) is CustomerStanding.ARRANGED
    assert customer(story) is CustomerStanding.IN_DEFAULT


def test_a_settlement_being_paid_is_arranged_until_it_breaks() -> None:
    story = Story().opened(principal=1_000, dpd=100).add(5, EventKind.OFFER_ACCEPTED, amount=500, value=5)
    story.add(60, EventKind.SETTLEMENT_BROKEN).owed(1_000, dpd=200)
    assert customer(story, 59) is CustomerStanding.ARRANGED
    assert customer(story) is CustomerStanding.IN_DEFAULT


def test_the_default_limit_is_exact_to_the_day() -> None:
    assert customer(Story().opened(principal=1_000).owed(1_000, dpd=89)) is CustomerStanding.EARLY
    assert customer(Story().opened(principal=1_000).owed(1_000, dpd=90)) is CustomerStanding.IN_DEFAULT


def cured_and_relapsed() -> Story:
    story = Story().opened(principal=50_000, dpd=40)
    story.paid(10, 5_000).add(10, EventKind.CURED, value=50)
    story.add(40, EventKind.REDEFAULTED, amount=3_000)
    return story.owed(45_000, dpd=60)


@pytest.mark.parametrize(
    ("day", "status", "dpd"),
    [(5, Status.OVERDUE, 45), (10, Status.CURRENT, 0), (39, Status.CURRENT, 0), (45, Status.OVERDUE, 5)],
)
def test_status_and_days_past_due_follow_cure_and_relapse(day: int, status: Status, dpd: int) -> None:
    found = standing(Reading.at_day(cured_and_relapsed().log(), day))
    assert (found.status[0], found.dpd[0]) == (status, dpd)


def test_time_in_good_standing_is_not_time_overdue() -> None:
    found = standing(Reading.at_day(cured_and_relapsed().log()))
    assert found.overdue_minutes[0] == (10 + 60) * 1440


def test_overdue_time_ends_when_the_debt_closes() -> None:
    story = Story().opened(day=3, principal=1_000).paid(10, 1_000).closed(10, CloseReason.PAID_IN_FULL)
    assert standing(Reading.at_day(story.log())).overdue_minutes[0] == 7 * 1440


def test_an_account_that_never_arrives_has_no_standing() -> None:
    found = standing(Reading.at_day(Story(n=1).log()))
    assert found.status[0] == Status.NOT_ARRIVED
    assert found.overdue_minutes[0] == 0
    assert not found.has_arrived[0]


def test_days_past_due_start_anew_after_a_cure_without_a_payment() -> None:
    story = Story().opened(principal=50_000, dpd=40)
    story.add(10, EventKind.WAIVED, amount=5_000, detail=1).add(10, EventKind.CURED, value=50)
    story.add(40, EventKind.REDEFAULTED, amount=3_000).owed(45_000, dpd=60)
    assert standing(Reading.at_day(story.log(), 45)).dpd[0] == 5
