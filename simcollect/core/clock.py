"""The calendar of a run: minutes since 00:00 UTC of the start date, turned into local time, weekdays and months.

A ``Calendar`` works everything out beforehand and hands plain arrays to the compiled functions below, which use
integer arithmetic only. Array shapes: z time zones, j switches of a clock, m months, h holidays.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from typing import Final, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

import numpy as np
from numpy.typing import NDArray

from simcollect.core.compiled import compiled
from simcollect.core.errors import InputError, closest
from simcollect.core.units import MINUTES_PER_DAY, MINUTES_PER_HOUR

T = TypeVar("T", bound=np.generic)

MONTHS_BEFORE: Final = 36
MONTHS_AFTER: Final = 144

_ALWAYS: Final = -(2**62)
_NEVER: Final = 2**62
_DAYS_PAST_HORIZON: Final = 31


@dataclass(frozen=True)
class Calendar:
    """The days, months, holidays and clocks of one run.

    Parameters
    ----------
    start_date
        The day whose 00:00 UTC is minute 0.
    horizon_days
        Days simulated, 1 or more.
    zones
        IANA names of time zones; an account's ``zone`` is a position in this list.
    holidays
        Days on which no staff work.

    Raises
    ------
    InputError
        If there is no time zone or an unknown one, or the horizon is below 1 day or beyond the calendar's months.
    """

    start_date: date
    horizon_days: int
    zones: tuple[str, ...] = ("UTC",)
    holidays: tuple[date, ...] = ()

    def __post_init__(self) -> None:
        """Check the zones and the horizon."""
        object.__setattr__(self, "zones", tuple(self.zones))
        object.__setattr__(self, "holidays", tuple(self.holidays))
        if not self.zones:
            raise InputError("", "zones", "is empty", "Expected at least one time zone")
        for zone in self.zones:
            _require_zone(zone)
        last = int(self.month_start_days[-1])
        if not 1 <= self.horizon_days < last:
            found = f"is {self.horizon_days}"
            raise InputError("", "horizon_days", found, f"Expected 1 to {last - 1} days ({MONTHS_AFTER} months)")

    @property
    def start_weekday(self) -> int:
        """Weekday of the start date, 0 Monday to 6 Sunday."""
        return self.start_date.weekday()

    @property
    def horizon_minutes(self) -> int:
        """The minute at which the run ends."""
        return self.horizon_days * MINUTES_PER_DAY

    @cached_property
    def month_start_days(self) -> NDArray[np.int32]:
        """Day number of the first of each month, shape m = 181: position 36 is the month of the start date.

        Day 0 is the start date, so position 36 holds 0 or less.
        """
        first = self.start_date.year * 12 + self.start_date.month - 1 - MONTHS_BEFORE
        months = range(first, first + MONTHS_BEFORE + MONTHS_AFTER + 1)
        return _fixed(np.array([self.day_number(date(n // 12, n % 12 + 1, 1)) for n in months], dtype=np.int32))

    @cached_property
    def holiday_days(self) -> NDArray[np.int32]:
        """Day numbers of the holidays, sorted, each once, shape h."""
        return _fixed(np.array(sorted({self.day_number(day) for day in self.holidays}), dtype=np.int32))

    @cached_property
    def zone_switch_at(self) -> NDArray[np.int64]:
        """Minute from which each UTC offset holds, shape (z, j), rising along j; unused places lie beyond any run."""
        return self._clocks[0]

    @cached_property
    def zone_offset_minutes(self) -> NDArray[np.int64]:
        """UTC offset in minutes from each switch on, shape (z, j).

        Exact from minute 0 to 31 days after the horizon; before and after, the nearest offset is taken to hold.
        """
        return self._clocks[1]

    def day_number(self, day: date) -> int:
        """Return days from the start date to ``day``; negative before it."""
        return (day - self.start_date).days

    def date_of(self, day_number: int) -> date:
        """Return the date that lies ``day_number`` days after the start date."""
        return self.start_date + timedelta(days=int(day_number))

    def iso(self, at: int, zone: int = 0) -> str:
        """Return minute ``at`` as ISO 8601 text in the clock of ``zone`` (a position in ``zones``).

        Examples
        --------
        >>> Calendar(date(2024, 3, 9), 10, ("America/New_York",)).iso(32 * 60)
        '2024-03-10T04:00-04:00'
        """
        moment = datetime(self.start_date.year, self.start_date.month, self.start_date.day, tzinfo=UTC)
        local = (moment + timedelta(minutes=int(at))).astimezone(ZoneInfo(self.zones[zone]))
        return local.isoformat(timespec="minutes")

    @cached_property
    def _clocks(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        switches = [self._switches(ZoneInfo(zone)) for zone in self.zones]
        width = max((len(found) for found in switches), default=1)
        at = np.full((len(switches), width), _NEVER, dtype=np.int64)
        offset = np.zeros((len(switches), width), dtype=np.int64)
        for z, found in enumerate(switches):
            at[z, : len(found)] = [minute for minute, _ in found]
            offset[z, : len(found)] = [minutes for _, minutes in found]
            offset[z, len(found) :] = found[-1][1]
        return _fixed(at), _fixed(offset)

    def _switches(self, zone: ZoneInfo) -> list[tuple[int, int]]:
        """Return (minute, UTC offset from then on), found by comparing days and halving the day that differs."""
        origin = datetime(self.start_date.year, self.start_date.month, self.start_date.day, tzinfo=UTC)

        def offset_at(minute: int) -> int:
            offset = (origin + timedelta(minutes=minute)).astimezone(zone).utcoffset()
            return 0 if offset is None else int(offset.total_seconds()) // 60

        found = [(_ALWAYS, offset_at(0))]
        for day in range(self.horizon_days + _DAYS_PAST_HORIZON):
            low, high = day * MINUTES_PER_DAY, (day + 1) * MINUTES_PER_DAY
            new = offset_at(high)
            if new == found[-1][1]:
                continue
            while high - low > 1:
                middle = (low + high) // 2
                if offset_at(middle) == new:
                    high = middle
                else:
                    low = middle
            found.append((high, new))
        return found


@compiled
def local_minute(at: int, zone: int, switch_at: NDArray[np.int64], offsets: NDArray[np.int64]) -> int:
    """Return minute ``at`` by the clock of ``zone``: minutes since 00:00 local time of the start date."""
    j = 0
    while j + 1 < switch_at.shape[1] and switch_at[zone, j + 1] <= at:
        j += 1
    return int(at + offsets[zone, j])


@compiled
def utc_minute(local: int, zone: int, switch_at: NDArray[np.int64], offsets: NDArray[np.int64]) -> int:
    """Return the first minute at which the clock of ``zone`` shows ``local`` or, if it is skipped, something later.

    When the clock goes back and shows ``local`` twice, this is the first time; when it goes forward over ``local``,
    the minute of the switch.
    """
    at = int(local - offsets[zone, 0])
    j = 0
    while j + 1 < switch_at.shape[1] and switch_at[zone, j + 1] <= at:
        j += 1
        at = max(int(local - offsets[zone, j]), int(switch_at[zone, j]))
    return at


@compiled
def local_day(at: int, zone: int, switch_at: NDArray[np.int64], offsets: NDArray[np.int64]) -> int:
    """Return the day number by the clock of ``zone``; day 0 is the start date."""
    return local_minute(at, zone, switch_at, offsets) // MINUTES_PER_DAY


@compiled
def local_minute_of_day(at: int, zone: int, switch_at: NDArray[np.int64], offsets: NDArray[np.int64]) -> int:
    """Return minutes since midnight by the clock of ``zone``, 0 to 1439."""
    return local_minute(at, zone, switch_at, offsets) % MINUTES_PER_DAY


@compiled
def local_hour(at: int, zone: int, switch_at: NDArray[np.int64], offsets: NDArray[np.int64]) -> int:
    """Return the hour by the clock of ``zone``, 0 to 23."""
    return local_minute_of_day(at, zone, switch_at, offsets) // MINUTES_PER_HOUR


@compiled
def weekday(at: int, zone: int, switch_at: NDArray[np.int64], offsets: NDArray[np.int64], start_weekday: int) -> int:
    """Return the weekday by the clock of ``zone``, 0 Monday to 6 Sunday."""
    return (local_day(at, zone, switch_at, offsets) + start_weekday) % 7


@compiled
def is_holiday(day: int, holiday_days: NDArray[np.int32]) -> bool:
    """Return whether day number ``day`` is in the sorted holidays (shape h)."""
    for holiday in holiday_days:
        if holiday >= day:
            return bool(holiday == day)
    return False


@compiled
def month_index(at: int, month_start_days: NDArray[np.int32]) -> int:
    """Return the position in ``month_start_days`` of the month (UTC) that minute ``at`` falls in."""
    day = at // MINUTES_PER_DAY
    low, high = 0, len(month_start_days)  # the answer lies from low to high - 1
    while high - low > 1:
        middle = (low + high) // 2
        if month_start_days[middle] <= day:
            low = middle
        else:
            high = middle
    return low


@compiled
def due_minute(month: int, day_of_month: int, month_start_days: NDArray[np.int32]) -> int:
    """Return the minute at which a day of a month begins (00:00 UTC).

    Parameters
    ----------
    month
        Position in ``month_start_days``.
    day_of_month
        1 to 28, which every month has.
    month_start_days
        Shape m, from the calendar.
    """
    return (int(month_start_days[month]) + day_of_month - 1) * MINUTES_PER_DAY


def _require_zone(name: str) -> None:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:  # OSError: the name of a folder, "Europe"
        near = closest(name, available_timezones())
        suggestion = f'Did you mean "{near}"?' if near is not None else ""
        found = f'"{name}" is not a known time zone'
        raise InputError("", "zones:", found, "Expected an IANA name such as Europe/London", suggestion) from error


def _fixed(array: NDArray[T]) -> NDArray[T]:
    array.flags.writeable = False
    return array
