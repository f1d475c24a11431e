"""The calendar: changes of the clock, weekdays, months and holidays, against dates everybody can look up."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simcollect.core import clock
from simcollect.core.clock import Calendar
from simcollect.core.errors import InputError
from simcollect.core.units import MINUTES_PER_DAY, days

ZONES = ("America/New_York", "Europe/London", "Asia/Taipei", "Australia/Lord_Howe", "Asia/Kathmandu", "UTC")
NEW_YORK, LONDON, TAIPEI = 0, 1, 2
YEAR = Calendar(date(2024, 1, 1), 366, ZONES)
SWITCHES, OFFSETS = YEAR.zone_switch_at, YEAR.zone_offset_minutes


def minute(month: int, day: int, hour: int = 0, minutes: int = 0) -> int:
    """Return the minute of the run of a moment of 2024, UTC."""
    return int((datetime(2024, month, day, hour, minutes) - datetime(2024, 1, 1)).total_seconds()) // 60


def local(at: int, zone: int) -> tuple[int, int]:
    """Return hour and minute of the hour by the clock of a zone."""
    return divmod(clock.local_minute_of_day(at, zone, SWITCHES, OFFSETS), 60)


@pytest.mark.parametrize(
    ("zone", "switch", "before", "after"),
    [
        (NEW_YORK, minute(3, 10, 7), (1, 59), (3, 0)),  # 2 a.m. becomes 3 a.m.
        (NEW_YORK, minute(11, 3, 6), (1, 59), (1, 0)),  # 2 a.m. becomes 1 a.m.
        (LONDON, minute(3, 31, 1), (0, 59), (2, 0)),
        (LONDON, minute(10, 27, 1), (1, 59), (1, 0)),
    ],
)
def test_the_clock_changes_at_the_minute_the_law_says(
    zone: int, switch: int, before: tuple[int, int], after: tuple[int, int]
) -> None:
    assert switch in SWITCHES[zone]
    assert local(switch - 1, zone) == before
    assert local(switch, zone) == after


def test_taipei_has_no_summer_time() -> None:
    assert set(OFFSETS[TAIPEI]) == {8 * 60}
    assert np.all(SWITCHES[TAIPEI, 1:] > days(100 * 366))


@given(st.integers(0, 366 * MINUTES_PER_DAY), st.integers(0, len(ZONES) - 1))
def test_local_time_agrees_with_the_time_zone_database_everywhere(at: int, zone: int) -> None:
    moment = (datetime(2024, 1, 1, tzinfo=UTC) + timedelta(minutes=at)).astimezone(ZoneInfo(ZONES[zone]))
    assert local(at, zone) == (moment.hour, moment.minute)
    assert clock.local_hour(at, zone, SWITCHES, OFFSETS) == moment.hour
    assert clock.local_day(at, zone, SWITCHES, OFFSETS) == YEAR.day_number(moment.date())
    assert clock.weekday(at, zone, SWITCHES, OFFSETS, YEAR.start_weekday) == moment.weekday()
    assert YEAR.iso(at, zone) == moment.isoformat(timespec="minutes")


def test_every_minute_around_every_change_of_the_year_agrees_with_the_database() -> None:
    for zone, name in enumerate(ZONES):
        for switch in SWITCHES[zone, 1:]:
            for at in range(int(switch) - 2, int(switch) + 3):
                if at > YEAR.horizon_minutes:
                    continue
                moment = (datetime(2024, 1, 1, tzinfo=UTC) + timedelta(minutes=at)).astimezone(ZoneInfo(name))
                assert local(at, zone) == (moment.hour, moment.minute), (name, at)


def test_a_new_week_starts_earlier_in_the_east() -> None:
    sunday_evening = minute(1, 7, 20)  # 7 January 2024 is a Sunday
    assert clock.weekday(sunday_evening, LONDON, SWITCHES, OFFSETS, YEAR.start_weekday) == 6
    assert clock.weekday(sunday_evening, TAIPEI, SWITCHES, OFFSETS, YEAR.start_weekday) == 0


def test_the_first_local_day_can_lie_before_the_start_date() -> None:
    assert clock.local_day(0, NEW_YORK, SWITCHES, OFFSETS) == -1
    assert local(0, NEW_YORK) == (19, 0)


def first_minute_by_search(target: int, zone: int) -> int:
    """Return the first minute whose local time is ``target`` or later, by trying them all."""
    return next(
        at
        for at in range(target - 15 * 60, target + 15 * 60)
        if clock.local_minute(at, zone, SWITCHES, OFFSETS) >= target
    )


@pytest.mark.parametrize(
    ("zone", "target", "expected"),
    [
        (NEW_YORK, minute(3, 10, 2, 30), minute(3, 10, 7)),  # skipped: the change itself
        (NEW_YORK, minute(11, 3, 1, 30), minute(11, 3, 5, 30)),  # shown twice: the first time
        (NEW_YORK, minute(7, 1, 8), minute(7, 1, 12)),
        (LONDON, minute(12, 1, 8), minute(12, 1, 8)),
        (TAIPEI, minute(7, 1, 8), minute(7, 1, 0)),
    ],
)
def test_a_local_time_is_found_again_in_utc(zone: int, target: int, expected: int) -> None:
    assert clock.utc_minute(target, zone, SWITCHES, OFFSETS) == expected


@given(st.sampled_from([(3, 10), (11, 3), (3, 31), (10, 27), (4, 6), (10, 5), (6, 1)]), st.integers(-60, 1500))
def test_the_way_back_to_utc_is_the_first_minute_in_every_zone(day: tuple[int, int], offset: int) -> None:
    target = minute(*day) + offset
    for zone in range(len(ZONES)):
        assert clock.utc_minute(target, zone, SWITCHES, OFFSETS) == first_minute_by_search(target, zone)


@pytest.mark.parametrize("start", [date(2023, 12, 15), date(2024, 2, 29), date(2024, 3, 1), date(2099, 11, 30)])
def test_months_start_where_the_calendar_says(start: date) -> None:
    calendar = Calendar(start, 30)
    starts = calendar.month_start_days
    assert len(starts) == 36 + 1 + 144
    assert calendar.date_of(int(starts[36])) == start.replace(day=1)
    dates = [calendar.date_of(int(day)) for day in starts]
    assert all(day.day == 1 for day in dates)
    assert [day.year * 12 + day.month for day in dates] == list(
        range((start.year - 3) * 12 + start.month, (start.year + 12) * 12 + start.month + 1)
    )


def test_february_has_29_days_in_a_leap_year_and_28_in_a_century_that_is_none() -> None:
    february = Calendar(date(2024, 2, 10), 30).month_start_days
    assert february[37] - february[36] == 29
    century = Calendar(date(2100, 2, 10), 30).month_start_days
    assert century[37] - century[36] == 28


def test_a_due_minute_is_midnight_utc_of_its_day() -> None:
    starts = YEAR.month_start_days
    assert clock.due_minute(36, 1, starts) == 0
    assert clock.due_minute(38, 28, starts) == minute(3, 28)
    assert clock.due_minute(35, 31, starts) == -MINUTES_PER_DAY


@given(st.integers(-3 * 365, 11 * 365), st.integers(0, MINUTES_PER_DAY - 1))
def test_the_month_of_a_minute_is_the_one_its_date_lies_in(day: int, minutes: int) -> None:
    position = clock.month_index(day * MINUTES_PER_DAY + minutes, YEAR.month_start_days)
    first = YEAR.date_of(int(YEAR.month_start_days[position]))
    assert (first.year, first.month) == (YEAR.date_of(day).year, YEAR.date_of(day).month)


def test_holidays_are_sorted_counted_once_and_found() -> None:
    calendar = Calendar(date(2024, 1, 1), 30, holidays=(date(2024, 2, 10), date(2024, 1, 1), date(2024, 2, 10)))
    assert calendar.holiday_days.tolist() == [0, 40]
    found = [day for day in range(-5, 60) if clock.is_holiday(day, calendar.holiday_days)]
    assert found == [0, 40]
    assert not clock.is_holiday(0, YEAR.holiday_days)


def test_calendars_of_the_same_dates_are_equal_and_their_arrays_cannot_be_changed() -> None:
    assert Calendar(date(2024, 1, 1), 366, ZONES) == YEAR
    assert Calendar(date(2024, 1, 2), 366, ZONES) != YEAR
    for array in (YEAR.month_start_days, YEAR.zone_switch_at, YEAR.zone_offset_minutes, YEAR.holiday_days):
        with pytest.raises(ValueError, match="read-only"):
            array[...] = 0


def test_an_unknown_time_zone_is_refused_with_the_nearest_name() -> None:
    with pytest.raises(InputError, match=r'"Europe/Londn" is not .* Did you mean "Europe/London"\?'):
        Calendar(date(2024, 1, 1), 30, ("Europe/Londn",))


@pytest.mark.parametrize("zone", ["Europe", "", "../etc"])
def test_what_is_no_time_zone_is_refused(zone: str) -> None:
    with pytest.raises(InputError, match="not a known time zone"):
        Calendar(date(2024, 1, 1), 30, (zone,))


def test_no_time_zone_at_all_is_refused() -> None:
    with pytest.raises(InputError, match="at least one time zone"):
        Calendar(date(2024, 1, 1), 30, ())


@pytest.mark.parametrize("horizon_days", [0, -1, 12 * 366])
def test_a_horizon_the_months_do_not_cover_is_refused(horizon_days: int) -> None:
    with pytest.raises(InputError, match="horizon_days"):
        Calendar(date(2024, 1, 1), horizon_days)


def test_a_long_run_keeps_its_summer_times_to_the_end() -> None:
    long = Calendar(date(2024, 1, 1), 11 * 365, ("America/New_York",))
    july = (date(2033, 7, 1) - date(2024, 1, 1)).days * MINUTES_PER_DAY
    december = (date(2033, 12, 1) - date(2024, 1, 1)).days * MINUTES_PER_DAY
    for at, offset in ((july, -240), (december, -300)):
        assert clock.local_minute(at, 0, long.zone_switch_at, long.zone_offset_minutes) - at == offset
