"""Rules by the borrower's clock when the clock is changed: an hour that is skipped, an hour that comes twice."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simcollect.core.codes import Channel, EventKind
from simcollect.outcomes import ConductRules, Reading, audit
from simcollect.outcomes.audit.local_clock import local_days, local_minutes, local_minutes_of_day
from tests.outcomes.handmade import Story

K = EventKind
NEW_YORK, LONDON = "America/New_York", "Europe/London"


def calls(zone: str, *utc: str) -> Story:
    """Dial at these moments of UTC; the log begins on the day of the first."""
    start = datetime.fromisoformat(utc[0]).date()
    midnight = datetime.combine(start, datetime.min.time())
    story = Story(zones=(zone,), start_date=start.isoformat()).opened(principal=1_000)
    for moment in utc:
        at = (datetime.fromisoformat(moment) - midnight) / timedelta(days=1)
        story.add(at, K.DIALLED, channel=Channel.CALL)
    return story.owed(1_000, dpd=110)


def rows_found(story: Story, check: str, **rules: int) -> list[int]:
    """Which calls are at fault, counted from 0."""
    found = audit(story.log(), ConductRules(**rules))
    assert found.n == found.counts[check], str(found)
    return [finding.row - 1 for finding in found.found]


def clock(text: str) -> int:
    hours, minutes = text.split(":")
    return int(hours) * 60 + int(minutes)


@pytest.mark.parametrize(
    ("zone", "utc", "start", "end", "wrong"),
    [
        # New York, 10 March 2024: 01:59 is followed by 03:00, at 07:00 UTC. 02:00 to 02:59 never come.
        (NEW_YORK, ["2024-03-10 06:59", "2024-03-10 07:00", "2024-03-10 07:59"], "02:00", "03:00", [0, 1, 2]),
        (NEW_YORK, ["2024-03-10 06:59", "2024-03-10 07:00"], "02:30", "21:00", [0]),
        # 08:00 is 13:00 UTC on the eve and 12:00 UTC from then on.
        (NEW_YORK, ["2024-03-09 12:59", "2024-03-09 13:00"], "08:00", "21:00", [0]),
        (NEW_YORK, ["2024-03-10 11:59", "2024-03-10 12:00"], "08:00", "21:00", [0]),
        (NEW_YORK, ["2024-03-11 00:59", "2024-03-11 01:00"], "08:00", "21:00", [1]),
        # New York, 3 November 2024: 01:00 to 01:59 come twice, from 05:00 and from 06:00 UTC.
        (
            NEW_YORK,
            ["2024-11-03 05:29", "2024-11-03 05:30", "2024-11-03 06:00", "2024-11-03 06:29", "2024-11-03 06:30"],
            "01:00",
            "01:30",
            [1, 4],
        ),
        (
            NEW_YORK,
            ["2024-11-02 11:59", "2024-11-02 12:00", "2024-11-03 12:59", "2024-11-03 13:00"],
            "08:00",
            "21:00",
            [0, 2],
        ),
        (
            NEW_YORK,
            ["2024-11-03 00:59", "2024-11-03 01:00", "2024-11-04 01:59", "2024-11-04 02:00"],
            "08:00",
            "21:00",
            [1, 3],
        ),
        # London, 31 March 2024: 00:59 is followed by 02:00, at 01:00 UTC.
        (LONDON, ["2024-03-31 00:59", "2024-03-31 01:00"], "01:00", "02:00", [0, 1]),
        (
            LONDON,
            ["2024-03-30 07:59", "2024-03-30 08:00", "2024-03-31 06:59", "2024-03-31 07:00"],
            "08:00",
            "21:00",
            [0, 2],
        ),
        (LONDON, ["2024-03-31 19:59", "2024-03-31 20:00"], "08:00", "21:00", [1]),
        # London, 27 October 2024: 01:00 to 01:59 come twice, from 00:00 and from 01:00 UTC.
        (
            LONDON,
            ["2024-10-27 00:29", "2024-10-27 00:30", "2024-10-27 01:29", "2024-10-27 01:30"],
            "01:00",
            "01:30",
            [1, 3],
        ),
        (
            LONDON,
            ["2024-10-27 07:59", "2024-10-27 08:00", "2024-10-27 20:59", "2024-10-27 21:00"],
            "08:00",
            "21:00",
            [0, 3],
        ),
    ],
)
def test_permitted_hours_follow_the_borrowers_clock_through_its_changes(
    zone: str, utc: list[str], start: str, end: str, wrong: list[int]
) -> None:
    story = calls(zone, *utc)
    hours = {"hours_start_minute": clock(start), "hours_end_minute": clock(end)}
    assert rows_found(story, "rule_permitted_hours", **hours) == wrong


@pytest.mark.parametrize(
    ("zone", "utc", "shown"),
    [
        # A minute after midnight St John's put its clocks forward and back until 2011: at 03:31 and 02:31 UTC.
        ("America/St_Johns", "2008-03-09 03:30", "00:00"),
        ("America/St_Johns", "2008-03-09 03:31", "01:01"),
        ("America/St_Johns", "2008-03-09 03:44", "01:14"),
        ("America/St_Johns", "2008-11-02 02:30", "00:00"),
        ("America/St_Johns", "2008-11-02 02:31", "23:01"),
        ("America/Goose_Bay", "2010-03-14 04:01", "01:01"),
        ("Asia/Gaza", "2010-03-26 22:01", "01:01"),
        (NEW_YORK, "2024-03-10 06:59", "01:59"),
        (NEW_YORK, "2024-03-10 07:00", "03:00"),
    ],
)
def test_clocks_are_read_to_the_minute_also_where_they_change_off_the_quarter(zone: str, utc: str, shown: str) -> None:
    reading = Reading.at_day(calls(zone, utc).log())
    assert local_minutes_of_day(reading, reading.where(K.DIALLED)).tolist() == [clock(shown)]


def test_a_finding_says_what_the_borrowers_clock_showed() -> None:
    found = audit(
        calls(NEW_YORK, "2024-11-03 12:59").log(), ConductRules(hours_start_minute=480, hours_end_minute=1260)
    )
    assert found.found[0].reason == "at 07:59 by the borrower's clock; 08:00 to 21:00 is permitted"


@pytest.mark.parametrize(
    ("zone", "utc", "wrong"),
    [
        # One day of New York reaches from 05:00 to 05:00 UTC in winter.
        (NEW_YORK, ["2024-01-02 04:59", "2024-01-02 05:00", "2024-01-02 23:00", "2024-01-03 04:59"], [3]),
        # The day of 23 hours: from 05:00 UTC to 04:00 UTC.
        (NEW_YORK, ["2024-03-10 05:00", "2024-03-10 12:00", "2024-03-11 03:59", "2024-03-11 04:00"], [2]),
        # The day of 25 hours: from 04:00 UTC to 05:00 UTC.
        (NEW_YORK, ["2024-11-03 04:00", "2024-11-03 12:00", "2024-11-04 04:59", "2024-11-04 05:00"], [2]),
        (LONDON, ["2024-10-26 23:00", "2024-10-27 12:00", "2024-10-27 23:59", "2024-10-28 00:00"], [2]),
        (LONDON, ["2024-03-31 00:00", "2024-03-31 12:00", "2024-03-31 22:59", "2024-03-31 23:00"], [2]),
    ],
)
def test_calls_a_day_are_counted_over_the_borrowers_day_of_23_24_or_25_hours(
    zone: str, utc: list[str], wrong: list[int]
) -> None:
    assert rows_found(calls(zone, *utc), "rule_calls_per_day", calls_per_day=2) == wrong


@pytest.mark.parametrize(
    ("utc", "wrong"),
    [
        (["2024-03-06 13:00", "2024-03-13 12:59"], [1]),  # 08:00 on the wall and 08:59: a minute short of 168 hours
        (["2024-03-06 13:00", "2024-03-13 12:00"], [1]),  # 08:00 on the wall both times, and yet only 167 hours
        (["2024-03-06 13:00", "2024-03-13 13:00"], []),
        (["2024-10-30 12:00", "2024-11-06 12:00"], []),  # 07:00 on the wall of the second, 168 hours
        (["2024-10-30 12:00", "2024-11-06 11:59"], [1]),
    ],
)
def test_seven_days_are_168_hours_also_across_a_change_of_the_clock(utc: list[str], wrong: list[int]) -> None:
    assert rows_found(calls(NEW_YORK, *utc), "rule_calls_per_7_days", calls_per_7_days=1) == wrong


ZONES = (NEW_YORK, LONDON, "Australia/Lord_Howe", "Asia/Kathmandu", "Africa/Casablanca", "America/St_Johns", "UTC")


@settings(max_examples=50)
@given(
    st.dates(datetime(1990, 1, 1).date(), datetime(2036, 1, 1).date()),
    st.lists(st.tuples(st.integers(0, 400 * 1440), st.integers(0, len(ZONES) - 1)), min_size=1, max_size=30),
)
def test_local_time_agrees_with_asking_the_time_zone_row_by_row(start: object, told: list[tuple[int, int]]) -> None:
    story = Story(n=len(ZONES), horizon_days=401, zones=ZONES, start_date=str(start))
    story.accounts["zone"] = range(len(ZONES))
    for at, zone in sorted(told):
        story.add(at / 1440, K.DIALLED, zone)
    reading = Reading.at_day(story.log())
    rows = reading.where(K.DIALLED)
    midnight = datetime.fromisoformat(str(start))
    for row, shown, day, minute in zip(
        rows, local_minutes(reading, rows), local_days(reading, rows), local_minutes_of_day(reading, rows), strict=True
    ):
        zone = ZoneInfo(ZONES[int(reading.account[row])])
        wall = (midnight.replace(tzinfo=UTC) + timedelta(minutes=int(reading.rows["at"][row]))).astimezone(zone)
        assert midnight + timedelta(minutes=int(shown)) == wall.replace(tzinfo=None, second=0)
        assert (midnight + timedelta(days=int(day))).date() == wall.date()
        assert minute == wall.hour * 60 + wall.minute
