"""What the staff had to do, day by day and pool by pool: work queued, done and waiting, and how old it grew."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from simcollect.core.codes import Action, EventKind, Pool
from simcollect.core.eventlog import EventLog
from simcollect.core.units import MINUTES_PER_DAY
from simcollect.outcomes.headline import ACTORS_PER_POOL
from simcollect.outcomes.reading import Reading

if TYPE_CHECKING:
    import pandas as pd

_LEAVES: Final = (EventKind.WORK_STARTED, EventKind.WORK_WITHDRAWN)
_N_ACTIONS: Final = max(Action) + 1


def capacity_by_day(log: EventLog, day: int | None = None) -> pd.DataFrame:
    """Return one row a pool and day: flows of work, backlog and age of the oldest item at the end of the day.

    Columns: ``pool``, ``day`` (0 is the first), ``staffed_minutes`` (0 in a log without STAFFED rows: unlimited pools),
    ``worked_minutes`` (counted on the day a job ends), ``queued``, ``started``, ``withdrawn``, ``backlog``,
    ``oldest_days`` (0 when nothing waits). A job of several people is one item.
    """
    import pandas as pd

    reading = Reading.at_day(log, day)
    n_days = max(1, -(-reading.until // MINUTES_PER_DAY))
    pool, queued_at, left_at, was_started = work_items(reading)
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


def capacity_by_pool(log: EventLog, day: int | None = None) -> pd.DataFrame:
    """Return one row a pool: totals, utilisation, waits and the backlog left on the reading day.

    ``utilisation`` is worked / staffed minutes (NaN without staffed minutes; above 1 where jobs run past the end of a
    shift). ``mean_wait_days`` and ``longest_wait_days`` are over started items: an item still waiting is in ``backlog``
    and ``oldest_days`` only, so read them together.
    """
    import pandas as pd

    reading = Reading.at_day(log, day)
    daily = capacity_by_day(log, day)
    totals: Any = daily.groupby("pool", sort=False)[
        ["staffed_minutes", "worked_minutes", "queued", "started", "withdrawn"]
    ].sum()
    last: Any = daily.groupby("pool", sort=False)[["backlog", "oldest_days"]].last()
    table: pd.DataFrame = totals.join(last)
    table["utilisation"] = table["worked_minutes"] / table["staffed_minutes"].where(table["staffed_minutes"] > 0)
    pool, queued_at, left_at, was_started = work_items(reading)
    waits = pd.Series((left_at - queued_at)[was_started] / MINUTES_PER_DAY)
    names = pd.Series([Pool(int(p)).name.lower() for p in pool[was_started]], dtype=object)
    by_pool: Any = waits.groupby(names)
    table["mean_wait_days"] = by_pool.mean().reindex(table.index)
    table["longest_wait_days"] = by_pool.max().reindex(table.index)
    return table.reset_index()


def work_items(
    reading: Reading,
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64], NDArray[np.bool_]]:
    """Return the items of all work lists: pool, minute queued, minute left (until + 1: still waiting), was it started.

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
    actor = reading.column("actor", came)
    pool = np.where(actor >= ACTORS_PER_POOL, actor // ACTORS_PER_POOL, actor)
    return pool, reading.column("at", came), left_at, was_started


def one_row_a_job(reading: Reading, positions: NDArray[np.intp]) -> NDArray[np.intp]:
    """Return the positions without a crew's further rows: same account, action, kind and minute."""
    fields = (reading.column("kind", positions), reading.column("at", positions), item_of(reading, positions))
    order = np.lexsort((positions, *fields))
    is_first = np.ones(len(positions), dtype=np.bool_)
    is_first[1:] = np.any([field[order][1:] != field[order][:-1] for field in fields], axis=0)
    return np.sort(positions[order[is_first]])


def item_of(reading: Reading, positions: NDArray[np.intp]) -> NDArray[np.int64]:
    """Return one whole number for the account and action of each row: what makes an item of work."""
    return np.add(reading.account[positions].astype(np.int64) * _N_ACTIONS, reading.column("detail", positions))


def _by_pool_and_day(reading: Reading, kind: EventKind, n_days: int) -> NDArray[np.int64]:
    positions = reading.where(kind)
    actor = reading.column("actor", positions)
    pool = np.where(actor >= ACTORS_PER_POOL, actor // ACTORS_PER_POOL, actor)
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
    ages = np.zeros(n_days)
    oldest = 0  # items before this one have left by the end of the day looked at
    for d in range(n_days):
        end = (d + 1) * MINUTES_PER_DAY
        while oldest < len(came) and left[oldest] <= end:
            oldest += 1
        if oldest < len(came) and came[oldest] < end:
            ages[d] = (end - came[oldest]) / MINUTES_PER_DAY
    return ages
