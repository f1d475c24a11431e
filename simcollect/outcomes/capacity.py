"""What the staff had to do, day by day and pool by pool: work queued, done and waiting, and how old it grew."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from simcollect.core.codes import Action, EventKind, Pool
from simcollect.core.eventlog import EventLog
from simcollect.core.units import MINUTES_PER_DAY
from simcollect.outcomes.headline import ACTORS_PER_POOL, ATTEMPTS
from simcollect.outcomes.reading import NEVER, Reading

if TYPE_CHECKING:
    import pandas as pd

FIRST_ACTIONS: Final = (*ATTEMPTS, EventKind.LAWYERS_LETTER_SENT, EventKind.OFFER_MADE, EventKind.SUIT_FILED)
"""Kinds by which a lender approaches a borrower."""

_LEAVES: Final = (EventKind.WORK_STARTED, EventKind.WORK_WITHDRAWN)
_N_ACTIONS: Final = max(Action) + 1
_N_KINDS: Final = max(EventKind) + 1


def capacity_by_day(source: EventLog | Reading, day: int | None = None) -> pd.DataFrame:
    """Return one row a pool and day: flows of work, backlog and age of the oldest item at the end of the day.

    Parameters
    ----------
    source
        Log or reading.
    day
        Reading day of a log; None for the horizon (a reading has its own).

    Columns
    -------
    pool : name
        callers, negotiators, legal_officers, settlement_desk.
    day : days
        Day of the run; 0 is the first.
    staffed_minutes : minutes
        Paid that day; 0 in a log without STAFFED rows (unlimited pools).
    worked_minutes : minutes
        Worked, counted on the day a job ends.
    queued : items
        Items of work put on the list. A job of several people is one item.
    started : items
        Taken up.
    withdrawn : items
        Left undone because their reason had gone.
    backlog : items
        Waiting at the end of the day.
    oldest_days : days
        Age of the oldest of them; 0 when nothing waits.
    """
    reading = _reading(source, day)
    return _by_day(reading, *work_items(reading))


def capacity_by_pool(source: EventLog | Reading, day: int | None = None) -> pd.DataFrame:
    """Return one row a pool: totals, utilisation, waits, and the backlog left on the reading day.

    Waits are over started items: an item still waiting is in ``backlog`` and ``oldest_days`` only, so read them
    together.

    Parameters
    ----------
    source
        Log or reading.
    day
        Reading day of a log; None for the horizon (a reading has its own).

    Columns
    -------
    pool : name
        callers, negotiators, legal_officers, settlement_desk.
    staffed_minutes : minutes
        Paid, busy or idle; 0 in a log without STAFFED rows (unlimited pools).
    worked_minutes : minutes
        Worked by all members of the pool.
    queued : items
        Items of work put on the list.
    started : items
        Taken up.
    withdrawn : items
        Left undone because their reason had gone.
    backlog : items
        Waiting on the reading day.
    oldest_days : days
        Age of the oldest of them; 0 when nothing waits.
    utilisation : share
        worked_minutes / staffed_minutes; empty without staffed minutes, above 1 where jobs run past the end of a shift.
    mean_wait_days : days
        Mean time on the list of the started items.
    longest_wait_days : days
        The longest.
    mean_first_wait_days : days
        The mean over each account's first item with the pool only: the wait before the first action of its staff.
    """
    import pandas as pd

    return pd.DataFrame(pool_totals(source, day))


def pool_totals(source: EventLog | Reading, day: int | None = None) -> list[dict[str, Any]]:
    """Return the rows of :func:`capacity_by_pool`, for those who read many runs and need no table."""
    reading = _reading(source, day)
    items = work_items(reading)
    staffed = _by_pool_and_day(reading, EventKind.STAFFED, 1)[:, 0]
    worked = _by_pool_and_day(reading, EventKind.WORK_ENDED, 1)[:, 0]
    waits = (items.left_at - items.queued_at) / MINUTES_PER_DAY
    is_first = _is_first_with_pool(items)
    rows = []
    for p in [member for member in Pool if member is not Pool.NONE]:
        mine = items.pool == p
        started = mine & items.was_started
        waiting = items.queued_at[mine & (items.left_at > reading.until)]
        queued, n_started = int(mine.sum()), int(started.sum())
        rows.append(
            {
                "pool": p.name.lower(),
                "staffed_minutes": int(staffed[p]),
                "worked_minutes": int(worked[p]),
                "queued": queued,
                "started": n_started,
                "withdrawn": queued - n_started - len(waiting),
                "backlog": len(waiting),
                "oldest_days": (reading.until - int(waiting.min())) / MINUTES_PER_DAY if len(waiting) else 0.0,
                "utilisation": int(worked[p]) / int(staffed[p]) if staffed[p] > 0 else math.nan,
                "mean_wait_days": _or_nan(np.mean, waits[started]),
                "longest_wait_days": _or_nan(np.max, waits[started]),
                "mean_first_wait_days": _or_nan(np.mean, waits[started & is_first]),
            }
        )
    return rows


def first_action(source: EventLog | Reading, day: int | None = None) -> pd.DataFrame:
    """Return by segment how long accounts wait, from their arrival, before anything is done to them.

    An action is a contact attempt (message, call, visit), a lawyer's letter, an offer or a suit.

    Parameters
    ----------
    source
        Log or reading.
    day
        Reading day of a log; None for the horizon (a reading has its own).

    Columns
    -------
    segment : name
        Segment; ``all`` for all of them.
    n_accounts : accounts
        That had arrived by the reading day.
    n_acted_on : accounts
        Of these, with a first action.
    n_resolved_before : accounts
        Cured or closed before anything was done.
    n_waiting : accounts
        Neither: still waiting on the reading day.
    mean_days : days
        Mean wait from arrival to the first action, over those acted on.
    median_days : days
        Its median.
    longest_days : days
        The longest.
    mean_days_waiting : days
        Mean wait so far of those still waiting.
    """
    import pandas as pd

    reading = _reading(source, day)
    opened = reading.field_at(reading.first(EventKind.OPENED), "at", NEVER)
    acted = reading.field_at(reading.first(*FIRST_ACTIONS), "at", NEVER)
    resolved = reading.field_at(reading.first(EventKind.CURED, EventKind.CLOSED), "at", NEVER)
    arrived, was_acted_on = opened != NEVER, (opened != NEVER) & (acted != NEVER)
    is_resolved = arrived & ~was_acted_on & (resolved != NEVER)
    is_waiting = arrived & ~was_acted_on & ~is_resolved
    wait, so_far = (acted - opened) / MINUTES_PER_DAY, (reading.until - opened) / MINUTES_PER_DAY
    segment = reading.log.accounts["segment"]
    table = []
    for k, name in enumerate((*reading.log.header.segments, "all")):
        mine = arrived if name == "all" and k == len(reading.log.header.segments) else arrived & (segment == k)
        waits, waiting = wait[mine & was_acted_on], so_far[mine & is_waiting]
        table.append(
            {
                "segment": name,
                "n_accounts": int(mine.sum()),
                "n_acted_on": len(waits),
                "n_resolved_before": int((mine & is_resolved).sum()),
                "n_waiting": len(waiting),
                "mean_days": waits.mean() if len(waits) else math.nan,
                "median_days": np.median(waits) if len(waits) else math.nan,
                "longest_days": waits.max() if len(waits) else math.nan,
                "mean_days_waiting": waiting.mean() if len(waiting) else math.nan,
            }
        )
    return pd.DataFrame(table)


class WorkItems(NamedTuple):
    """The items of all work lists, one entry an item, shape w.

    Attributes
    ----------
    pool, account
        ``Pool``, and the account it was for; int64.
    queued_at
        Minute it was put on the list.
    left_at
        Minute it left it; until + 1 while it waits.
    was_started
        Whether it was taken up (False: withdrawn, or waiting).
    """

    pool: NDArray[np.int64]
    account: NDArray[np.int64]
    queued_at: NDArray[np.int64]
    left_at: NDArray[np.int64]
    was_started: NDArray[np.bool_]


def work_items(reading: Reading) -> WorkItems:
    """Return the items of all work lists.

    Items of one account and action leave in the order they came. The second collector of a crew starts no new item.
    """
    came = reading.where(EventKind.WORK_QUEUED)
    left = one_row_a_job(reading, reading.where(*_LEAVES))
    came = came[np.argsort(item_of(reading, came), kind="stable")]
    left = left[np.argsort(item_of(reading, left), kind="stable")]
    came_job, left_job = item_of(reading, came), item_of(reading, left)
    # The k-th coming of a job pairs with its k-th leaving: both lists stand by job, then in time.
    rank = np.arange(len(came)) - np.searchsorted(came_job, came_job)
    partner = np.searchsorted(left_job, came_job) + rank
    has_left = partner < np.searchsorted(left_job, came_job, side="right")
    left_at = np.full(len(came), reading.until + 1, dtype=np.int64)
    left_at[has_left] = reading.rows["at"][left[partner[has_left]]]
    was_started = np.zeros(len(came), dtype=np.bool_)
    was_started[has_left] = reading.rows["kind"][left[partner[has_left]]] == EventKind.WORK_STARTED
    return WorkItems(
        _pool(reading, came),
        reading.account[came].astype(np.int64),
        reading.column("at", came),
        left_at,
        was_started,
    )


def one_row_a_job(reading: Reading, positions: NDArray[np.intp]) -> NDArray[np.intp]:
    """Return the positions without a crew's further rows: same account, action, kind and minute."""
    job = item_of(reading, positions) * _N_KINDS + reading.rows["kind"][positions]
    order = np.lexsort((positions, job))
    job, at = job[order], reading.rows["at"][positions[order]]
    is_first = np.ones(len(positions), dtype=np.bool_)
    is_first[1:] = (job[1:] != job[:-1]) | (at[1:] != at[:-1])
    return np.sort(positions[order[is_first]])


def item_of(reading: Reading, positions: NDArray[np.intp]) -> NDArray[np.int64]:
    """Return one whole number for the account and action of each row: what makes an item of work."""
    return np.add(reading.account[positions].astype(np.int64) * _N_ACTIONS, reading.column("detail", positions))


def _is_first_with_pool(items: WorkItems) -> NDArray[np.bool_]:
    # Items stand in the order they came within an account and action; the first of an account and pool is its earliest.
    order = np.lexsort((items.queued_at, items.account, items.pool))
    is_first = np.zeros(len(order), dtype=np.bool_)
    is_first[order[:1]] = True
    is_first[order[1:]] = (np.diff(items.account[order]) != 0) | (np.diff(items.pool[order]) != 0)
    return is_first


def _or_nan(measure: Callable[[NDArray[np.float64]], Any], numbers: NDArray[np.float64]) -> float:
    return float(measure(numbers)) if len(numbers) else math.nan


def _reading(source: EventLog | Reading, day: int | None) -> Reading:
    return source if isinstance(source, Reading) else Reading.at_day(source, day)


def _pool(reading: Reading, positions: NDArray[np.intp]) -> NDArray[np.int64]:
    actor = reading.column("actor", positions)
    pool: NDArray[np.int64] = np.where(actor >= ACTORS_PER_POOL, actor // ACTORS_PER_POOL, actor)
    return pool


def _by_day(
    reading: Reading,
    pool: NDArray[np.int64],
    account: NDArray[np.int64],
    queued_at: NDArray[np.int64],
    left_at: NDArray[np.int64],
    was_started: NDArray[np.bool_],
) -> pd.DataFrame:
    import pandas as pd

    n_days = max(1, -(-reading.until // MINUTES_PER_DAY))
    never = reading.until + 1
    staffed = _by_pool_and_day(reading, EventKind.STAFFED, n_days)
    worked = _by_pool_and_day(reading, EventKind.WORK_ENDED, n_days)
    parts = []
    for p in [member for member in Pool if member is not Pool.NONE]:
        mine = pool == p
        came, left, done = queued_at[mine], left_at[mine], was_started[mine]
        queued = _per_day(came, n_days)
        started, withdrawn = _per_day(left[done], n_days), _per_day(left[~done & (left < never)], n_days)
        parts.append(
            pd.DataFrame(
                {
                    "pool": p.name.lower(),
                    "day": np.arange(n_days),
                    "staffed_minutes": staffed[p],
                    "worked_minutes": worked[p],
                    "queued": queued,
                    "started": started,
                    "withdrawn": withdrawn,
                    "backlog": np.cumsum(queued - started - withdrawn),
                    "oldest_days": _oldest_days(came, left, n_days),
                }
            )
        )
    return pd.concat(parts, ignore_index=True)


def _by_pool_and_day(reading: Reading, kind: EventKind, n_days: int) -> NDArray[np.int64]:
    positions = reading.where(kind)
    pool = _pool(reading, positions)
    minutes = np.zeros((max(Pool) + 1, n_days), dtype=np.int64)
    days = np.minimum(reading.column("at", positions) // MINUTES_PER_DAY, n_days - 1)
    np.add.at(minutes, (pool, days), reading.column("value", positions))
    return minutes


def _per_day(at: NDArray[np.int64], n_days: int) -> NDArray[np.int64]:
    # What happens in the very minute of the horizon belongs to the last day.
    return np.bincount(np.minimum(at // MINUTES_PER_DAY, n_days - 1), minlength=n_days).astype(np.int64)


def _oldest_days(came: NDArray[np.int64], left: NDArray[np.int64], n_days: int) -> NDArray[np.float64]:
    """Return the age in days of the oldest item waiting at the end of each day, shape [n_days]."""
    order = np.argsort(came, kind="stable")
    came, left = came[order], left[order]
    ends = np.arange(1, n_days + 1) * MINUTES_PER_DAY
    # The first item, in the order they came, that leaves after the end of the day: all before it have left by then.
    oldest = np.searchsorted(np.maximum.accumulate(left), ends, side="right")
    came = np.append(came, ends[-1])[oldest]
    return np.where(came < ends, (ends - came) / MINUTES_PER_DAY, 0.0)
