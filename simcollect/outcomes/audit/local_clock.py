"""What the borrower's own clock showed, read from the time zone database row by row.

The run has tables of its own for this; here they are not used, so that a mistake in them would show.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from simcollect.core.units import MINUTES_PER_DAY
from simcollect.outcomes.reading import Reading

_STEP: Final = 15
"""Minutes for which one answer serves, unless the clock is changed within them: nearly all changes fall on a quarter of
an hour of UTC, but not all (America/St_Johns changed at 03:31 until 2011). No clock is changed twice in a quarter."""


def local_minutes(reading: Reading, rows: NDArray[np.intp], at: NDArray[np.int64] | None = None) -> NDArray[np.int64]:
    """Return the minutes since 00:00 of the start date that each row's borrower's clock showed, shape [k].

    Parameters
    ----------
    reading
        The log.
    rows
        Positions of rows that belong to an account, shape [k].
    at
        Minutes of the run to ask about in place of the rows' own, shape [k], 0 or more.
    """
    header = reading.log.header
    minute = reading.column("at", rows) if at is None else at
    zone = reading.log.accounts["zone"][reading.account[rows]]
    midnight = datetime.fromisoformat(header.start_date).replace(tzinfo=UTC)
    local = minute.copy()
    for z in np.unique(zone).tolist():
        here = np.flatnonzero(zone == z)
        clock = ZoneInfo(header.zones[z])
        step, place = np.unique(minute[here] // _STEP, return_inverse=True)
        before, after = (_offsets(midnight, edge, clock) for edge in (step * _STEP, (step + 1) * _STEP))
        offset, within = before[place], np.flatnonzero((before != after)[place])
        offset[within] = _offsets(midnight, minute[here[within]], clock)
        local[here] += offset
    return local


def local_minutes_of_day(
    reading: Reading, rows: NDArray[np.intp], at: NDArray[np.int64] | None = None
) -> NDArray[np.int64]:
    """Return the minute of the day, 0 to 1439, by the clock of each row's borrower, shape [k]."""
    return local_minutes(reading, rows, at) % MINUTES_PER_DAY


def local_days(reading: Reading, rows: NDArray[np.intp]) -> NDArray[np.int64]:
    """Return the day by the calendar of each row's borrower; day 0 is the start date, shape [k]."""
    return local_minutes(reading, rows) // MINUTES_PER_DAY


def _offsets(midnight: datetime, minutes: NDArray[np.int64], clock: ZoneInfo) -> NDArray[np.int64]:
    """Return how far the clock was ahead of UTC at minutes after midnight, minutes, shape of ``minutes``."""
    return np.array([_offset(midnight, minute, clock) for minute in minutes.tolist()], dtype=np.int64)


@lru_cache(maxsize=1 << 18)  # the logs of a comparison ask about the same minutes again and again
def _offset(midnight: datetime, minute: int, clock: ZoneInfo) -> int:
    ahead = (midnight + timedelta(minutes=minute)).astimezone(clock).utcoffset() or timedelta()
    return int(ahead.total_seconds()) // 60
