"""Where every account stands at month ends: bucket, days past due and balance, from the rows alone.

Days past due are not written every day: some rows state them, and they grow by one a day in between. What a row states
gives the oldest unpaid due date to within a day; statements that agree are taken for the same due date, and the
earliest of them counts. So the figure is exact until a part payment moves the oldest due date by an unknown number of
minutes, and then at most one day low until rows at another time of day narrow it down.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from simcollect.core.codes import CloseReason, EventKind
from simcollect.core.errors import InputError
from simcollect.core.eventlog import EventLog
from simcollect.core.units import MINUTES_PER_DAY
from simcollect.outcomes.ledger import CREDITS, DEBITS
from simcollect.outcomes.reading import Reading

BUCKETS: Final = (
    "current",
    "1-29",
    "30-59",
    "60-89",
    "90-119",
    "120-149",
    "150-179",
    "180+",
    "paid",
    "settled",
    "written_off",
    "sold",
    "insolvent",
)
"""Where an account can stand: in good standing, overdue by so many days, or closed for a reason."""

N_OPEN: Final = 8
"""Of ``BUCKETS``, the first eight are open; the rest follow ``CloseReason``."""

N_OVERDUE: Final = N_OPEN - 1
ABSENT: Final = -1
"""Stands in a bucket for an account that has not arrived."""

CURRENT: Final = 0
PAID: Final = N_OPEN
_DAYS_A_BUCKET: Final = 30
_TURNS: Final = (EventKind.OPENED, EventKind.CURED, EventKind.REDEFAULTED, EventKind.CLOSED)
_STATES_DPD: Final = (
    EventKind.OPENED,
    EventKind.INSTALMENT_DUE,
    EventKind.PAYMENT,
    EventKind.STAGE_ENTERED,
    EventKind.REDEFAULTED,  # its row carries no figure: the count starts anew there
)
_FAR: Final = 1 << 40  # minutes; more than any run lasts


@dataclass(frozen=True, eq=False)
class Positions:
    """Where every account stands at the opening and at each month end; arrays of shape [k + 1, n].

    Attributes
    ----------
    reading
        What was read.
    ends
        Minutes, int64, shape [k + 1]: the opening, then k month ends.
    bucket
        Place in ``BUCKETS``, int8; ABSENT before arrival. An account is overdue from the minute it falls overdue, so
        "1-29" holds those of its first day as well, and in "current" stand only the cured.
    dpd
        Days past due, int64; 0 unless overdue.
    balance_cents
        Owed, int64; 0 once closed.
    """

    reading: Reading
    ends: NDArray[np.int64]
    bucket: NDArray[np.int8]
    dpd: NDArray[np.int64]
    balance_cents: NDArray[np.int64]

    @property
    def n_months(self) -> int:
        """Whole months read, k."""
        return len(self.ends) - 1

    @cached_property
    def dates(self) -> list[str]:
        """ISO date of the last day of each period; of the day before the run for the opening."""
        start = datetime.fromisoformat(self.reading.log.header.start_date)
        return [f"{start + timedelta(minutes=int(end) - 1):%Y-%m-%d}" for end in self.ends]

    @cached_property
    def is_settled_up(self) -> NDArray[np.bool_]:
        """Whether nothing is past due: current or paid in full, shape [k + 1, n]."""
        return np.isin(self.bucket, (CURRENT, PAID))


def reading_of(source: EventLog | Reading | Positions) -> Reading:
    """Return the reading that a table is made from: of a log, its whole."""
    if isinstance(source, Positions):
        return source.reading
    return source if isinstance(source, Reading) else Reading.at_day(source)


def positions(source: EventLog | Reading | Positions, every_days: int | None = None) -> Positions:
    """Return where every account stands at the opening and at each month end.

    Parameters
    ----------
    source
        A log, a reading of it at a day, or positions already found (returned as they are).
    every_days
        Length of a month in days, counted from the start of the run. None: calendar months (UTC), whole ones only: a
        run that starts within a month is read from the first month end on.

    Raises
    ------
    InputError
        If ``every_days`` is below 1.
    """
    if isinstance(source, Positions):
        return source
    reading = reading_of(source)
    ends = _month_ends(reading, every_days)
    state = _state_at(reading, ends)
    oldest = _oldest_due_at(reading, ends)
    is_overdue = state == 1
    dpd = np.where(is_overdue, np.maximum(ends[:, None] - oldest, 0) // MINUTES_PER_DAY, 0)
    bucket = state.copy()
    bucket[is_overdue] = 1 + np.minimum(dpd[is_overdue] // _DAYS_A_BUCKET, N_OVERDUE - 1)
    return Positions(reading, ends, bucket, dpd, _balance_at(reading, ends))


@dataclass(frozen=True, eq=False)
class DueDates:
    """The oldest unpaid due date as rows state it, in the order of accounts, then of time; arrays of shape s.

    Attributes
    ----------
    row
        Position of the row that states it.
    account, at
        Its account and minute.
    oldest
        Minute of the oldest unpaid due date from this row on, int64.
    """

    row: NDArray[np.int64]
    account: NDArray[np.int64]
    at: NDArray[np.int64]
    oldest: NDArray[np.int64]


def due_dates(reading: Reading) -> DueDates:
    """Return the oldest unpaid due date after every row that states days past due."""
    rows = reading.where(*_STATES_DPD)
    account = reading.account[rows].astype(np.int64)
    order = np.argsort(account, kind="stable")
    rows, account = rows[order], account[order]
    at = reading.column("at", rows)
    starts_anew = reading.rows["kind"][rows] == EventKind.REDEFAULTED
    stated = np.where(starts_anew, 0, reading.column("value", rows))
    latest = at - stated * MINUTES_PER_DAY
    moved = np.ones(len(rows), dtype=np.bool_)
    moved[1:] = (account[1:] != account[:-1]) | (np.abs(np.diff(latest)) >= MINUTES_PER_DAY) | starts_anew[1:]
    # The smallest so far within each run of agreeing statements: every run is set below all earlier ones.
    below = np.cumsum(moved) * _FAR
    return DueDates(rows, account, at, np.minimum.accumulate(latest - below) + below)


def _month_ends(reading: Reading, every_days: int | None) -> NDArray[np.int64]:
    if every_days is not None:
        if every_days < 1:
            raise InputError("", "every_days", f"is {every_days}", "Expected 1 day or more, or None for months")
        return np.arange(0, reading.until + 1, every_days * MINUTES_PER_DAY, dtype=np.int64)
    start = np.datetime64(reading.log.header.start_date[:10], "D")
    last = start + np.timedelta64(reading.until // MINUTES_PER_DAY, "D")
    firsts = np.arange(start.astype("datetime64[M]") + 1, last.astype("datetime64[M]") + 1).astype("datetime64[D]")
    ends = (firsts - start).astype(np.int64) * MINUTES_PER_DAY
    starts_a_month = start == start.astype("datetime64[M]")
    return np.concatenate([[0], ends]) if starts_a_month or not len(ends) else ends


def _cuts(reading: Reading, rows: NDArray[np.intp], ends: NDArray[np.int64]) -> NDArray[np.intp]:
    """Return how many of these rows, in the order of time, had happened at each minute."""
    return np.searchsorted(reading.rows["at"][rows], ends, side="right")


def _state_at(reading: Reading, ends: NDArray[np.int64]) -> NDArray[np.int8]:
    """Return 0 current, 1 overdue, N_OPEN + ... closed, ABSENT before, shape [k + 1, n]."""
    rows = reading.where(*_TURNS)
    account, kind = reading.account[rows], reading.rows["kind"][rows]
    becomes = np.where(kind == EventKind.CURED, CURRENT, 1).astype(np.int8)
    closes = kind == EventKind.CLOSED
    reasons = reading.rows["detail"][rows[closes]]
    becomes[closes] = N_OPEN - 1 + np.clip(reasons, CloseReason.PAID_IN_FULL, CloseReason.INSOLVENT)
    state = np.full((len(ends), reading.n_accounts), ABSENT, dtype=np.int8)
    done = 0
    for k, cut in enumerate(_cuts(reading, rows, ends)):
        if k > 0:
            state[k] = state[k - 1]
        state[k, account[done:cut]] = becomes[done:cut]  # the last of an account's rows is written last
        done = cut
    return state


def _oldest_due_at(reading: Reading, ends: NDArray[np.int64]) -> NDArray[np.int64]:
    known = due_dates(reading)
    order = np.argsort(known.row)
    rows, account, oldest = known.row[order], known.account[order], known.oldest[order]
    found = np.full((len(ends), reading.n_accounts), _FAR, dtype=np.int64)
    done = 0
    for k, cut in enumerate(_cuts(reading, rows, ends)):
        if k > 0:
            found[k] = found[k - 1]
        found[k, account[done:cut]] = oldest[done:cut]
        done = cut
    return found


def _balance_at(reading: Reading, ends: NDArray[np.int64]) -> NDArray[np.int64]:
    balance = np.zeros((len(ends), reading.n_accounts), dtype=np.int64)
    for kinds, sign in ((CREDITS, 1), (DEBITS, -1)):
        rows = reading.where(*kinds)
        account, amount = reading.account[rows], sign * reading.column("amount_cents", rows)
        done = 0
        for k, cut in enumerate(_cuts(reading, rows, ends)):
            np.add.at(balance[k], account[done:cut], amount[done:cut])
            done = cut
    sums: NDArray[np.int64] = np.cumsum(balance, axis=0)
    return sums
