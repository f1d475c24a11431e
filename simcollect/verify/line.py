"""A pool's line of work as an event log tells it: who came when, who was taken up when, how long that took.

Reads the log and knows nothing of the model, so it serves any log with the rows of work.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simcollect.core.codes import EventKind, Pool
from simcollect.core.eventlog import EventLog
from simcollect.outcomes.capacity import item_of, one_row_a_job, work_items
from simcollect.outcomes.headline import ACTORS_PER_POOL
from simcollect.outcomes.reading import Reading

Minutes = NDArray[np.int64]


@dataclass(frozen=True)
class Window:
    """The minutes of a run that count: from ``start`` to ``end``."""

    start: int
    end: int

    @property
    def length(self) -> int:
        """Minutes."""
        return self.end - self.start

    def holds(self, at: Minutes) -> NDArray[np.bool_]:
        """Return whether each of the minutes lies in the window, its end excluded."""
        return (at >= self.start) & (at < self.end)

    def mean_number(self, since: Minutes, until: Minutes) -> float:
        """Return the time average of the number of things present, each from ``since`` to ``until``."""
        inside = np.clip(until, self.start, self.end) - np.clip(since, self.start, self.end)
        return float(inside.sum()) / self.length


@dataclass(frozen=True)
class Line:
    """The work of one pool.

    Attributes
    ----------
    queued_at, left_at, was_started, account
        Of every item, shape w: the minutes it came and left (the horizon while it waits), whether by being taken up
        (else withdrawn, or waiting), and the account it was for.
    started_at, ended_at, has_ended, job_account
        Of every job of every member of staff, shape j: minutes (the horizon while it lasts), whether it has ended, and
        the account.
    horizon
        Minutes of the run.
    """

    queued_at: Minutes
    left_at: Minutes
    was_started: NDArray[np.bool_]
    account: NDArray[np.int64]
    started_at: Minutes
    ended_at: Minutes
    has_ended: NDArray[np.bool_]
    job_account: NDArray[np.int64]
    horizon: int

    @property
    def waits(self) -> Minutes:
        """Minutes that each item waited, so far if it still does."""
        return self.left_at - self.queued_at

    @property
    def was_withdrawn(self) -> NDArray[np.bool_]:
        """Whether each item left undone."""
        return ~self.was_started & (self.left_at < self.horizon)


def line_of(log: EventLog, pool: Pool) -> Line:
    """Return the line of a pool."""
    reading = Reading.at_day(log)
    items = work_items(reading)
    mine = items.pool == pool
    started, ended = (_of_pool(reading, pool, kind) for kind in (EventKind.WORK_STARTED, EventKind.WORK_ENDED))
    # Jobs of one account and action end in the order they began; members of a crew begin and end together.
    started = started[np.argsort(item_of(reading, started), kind="stable")]
    ended = ended[np.argsort(item_of(reading, ended), kind="stable")]
    begun, done = item_of(reading, started), item_of(reading, ended)
    rank = np.arange(len(begun)) - np.searchsorted(begun, begun)
    partner = np.searchsorted(done, begun) + rank
    has_ended = partner < np.searchsorted(done, begun, side="right")
    ended_at = np.full(len(begun), reading.until, dtype=np.int64)
    ended_at[has_ended] = reading.rows["at"][ended[partner[has_ended]]]
    return Line(
        items.queued_at[mine],
        np.minimum(items.left_at[mine], reading.until),
        items.was_started[mine],
        items.account[mine],
        reading.column("at", started),
        ended_at,
        has_ended,
        reading.account[started].astype(np.int64),
        reading.until,
    )


@dataclass(frozen=True)
class Balance:
    """Little's law over a whole run: two ways to the same sum, from different columns of the log.

    Attributes
    ----------
    in_line, waited
        Item-minutes in the line: under the path of the number waiting, and added up from the waits that staff noted
        when they took items up, with those of items withdrawn or waiting still.
    at_work, worked
        Staff-minutes: under the path of the number at work, and added up from the minutes that staff noted at the end
        of each job, with those of jobs that last still.
    """

    in_line: int
    waited: int
    at_work: int
    worked: int

    @property
    def line_ratio(self) -> float:
        """L over lambda W of the line; 1 where nothing waited."""
        return self.in_line / self.waited if self.waited else 1.0 + self.in_line

    @property
    def work_ratio(self) -> float:
        """The same of the staff at work."""
        return self.at_work / self.worked if self.worked else 1.0 + self.at_work


def balance_of(log: EventLog, pool: Pool) -> Balance:
    """Return both sides of Little's law for a pool, over the whole run: exact, whatever the run."""
    reading = Reading.at_day(log)
    line = line_of(log, pool)
    horizon = reading.until
    queued, started, withdrawn, ended = (
        _of_pool(reading, pool, kind)
        for kind in (EventKind.WORK_QUEUED, EventKind.WORK_STARTED, EventKind.WORK_WITHDRAWN, EventKind.WORK_ENDED)
    )
    jobs = one_row_a_job(reading, started)
    undone = ~line.was_started
    lasts = ~line.has_ended
    still = int((line.ended_at - line.started_at)[lasts].sum())
    return Balance(
        in_line=_area(reading, queued, np.concatenate([jobs, withdrawn]), horizon),
        waited=int(reading.column("value", jobs).sum()) + int(line.waits[undone].sum()),
        at_work=_area(reading, started, ended, horizon),
        worked=int(reading.column("value", ended).sum()) + still,
    )


def _area(reading: Reading, come: NDArray[np.intp], go: NDArray[np.intp], horizon: int) -> int:
    """Return the area under the path that rises at the rows ``come`` and falls at the rows ``go``, to the horizon."""
    at = np.concatenate([reading.column("at", come), reading.column("at", go)])
    step = np.concatenate([np.ones(len(come), dtype=np.int64), -np.ones(len(go), dtype=np.int64)])
    order = np.argsort(at, kind="stable")
    present = np.cumsum(step[order])
    lasted = np.diff(np.append(at[order], horizon))
    return int((present * lasted).sum())


def _of_pool(reading: Reading, pool: Pool, kind: EventKind) -> NDArray[np.intp]:
    """Return the positions of a pool's rows of a kind: the actor is the pool, or a member of it."""
    positions = reading.where(kind)
    actor = reading.column("actor", positions)
    found: NDArray[np.intp] = positions[np.where(actor >= ACTORS_PER_POOL, actor // ACTORS_PER_POOL, actor) == pool]
    return found
