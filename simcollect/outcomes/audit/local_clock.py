"""What the borrower's own clock showed, read from the time zone database row by row.

The run has tables of its own for this; here they are not used, so that a mistake in them would show.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from simcollect.core.units import MINUTES_PER_DAY
from simcollect.outcomes.reading import Reading

_STEP: Final = 15
"""Minutes between two moments at which a clock can be changed: every change since 1972 falls on a quarter of an hour
of UTC, so the offset is asked for once a quarter and not once a row."""


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
        step = minute[here] // _STEP
        offset = np.zeros(int(step.max()) + 1, dtype=np.int64)
        asked = np.flatnonzero(np.bincount(step))
        clock = ZoneInfo(header.zones[z])
        offset[asked] = [_offset_minutes(midnight + timedelta(minutes=k * _STEP), clock) for k in asked.tolist()]
        local[here] += offset[step]
    return local


def local_minutes_of_day(
    reading: Reading, rows: NDArray[np.intp], at: NDArray[np.int64] | None = None
) -> NDArray[np.int64]:
    """Return the minute of the day, 0 to 1439, by the clock of each row's borrower, shape [k]."""
    return local_minutes(reading, rows, at) % MINUTES_PER_DAY


def local_days(reading: Reading, rows: NDArray[np.intp]) -> NDArray[np.int64]:
    """Return the day by the calendar of each row's borrower; day 0 is the start date, shape [k]."""
    return local_minutes(reading, rows) // MINUTES_PER_DAY


def _offset_minutes(moment: datetime, clock: ZoneInfo) -> int:
    offset = moment.astimezone(clock).utcoffset()
    return 0 if offset is None else int(offset.total_seconds()) // 60
