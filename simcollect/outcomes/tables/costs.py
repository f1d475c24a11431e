"""What was spent on each account: its own rows, and its share of the staff by the minutes worked on it."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from simcollect.core.codes import EventKind, Pool
from simcollect.core.units import MINUTES_PER_DAY
from simcollect.outcomes.economics import Economics
from simcollect.outcomes.headline import ACTORS_PER_POOL
from simcollect.outcomes.reading import Reading


@dataclass(frozen=True, eq=False)
class Costs:
    """Costs one by one, in no order; arrays of shape c.

    Attributes
    ----------
    account
        Account that the cost is for.
    at
        Minute.
    cents
        Float64: a minute's work may cost a fraction of a cent.
    pool
        ``Pool`` whose work it is; NONE (0) for direct costs, and for the pay of pools that did nothing.
    """

    account: NDArray[np.int64]
    at: NDArray[np.int64]
    cents: NDArray[np.float64]
    pool: NDArray[np.int64]


def account_costs(reading: Reading, economics: Economics | None = None) -> Costs:
    """Return direct costs and staff costs by account; their sum is the total cost of the headline.

    Staff on the basis ``staffed`` cost what the log's shifts say: each pool's cost, busy or idle, is shared over
    accounts by the minutes worked on them. A pool that was paid and did nothing is shared equally over the accounts
    that had arrived, at the minute of their arrival. On the basis ``worked`` a minute costs the pool's hourly cost over
    60.

    Parameters
    ----------
    reading
        The log as read.
    economics
        Cost basis and hourly costs; the defaults (basis ``staffed``) when None.
    """
    direct, staff = direct_costs(reading), staff_costs(reading, economics)
    return Costs(
        *(np.concatenate([getattr(direct, field.name), getattr(staff, field.name)]) for field in fields(Costs))
    )


def direct_costs(reading: Reading) -> Costs:
    """Return what single rows cost: messages, letters, visits, courts, complaints, credits to customers."""
    rows = np.flatnonzero(reading.rows["cost_cents"])
    rows = rows[reading.account[rows] >= 0]
    return Costs(
        reading.account[rows].astype(np.int64),
        reading.column("at", rows),
        reading.column("cost_cents", rows).astype(np.float64),
        np.zeros(len(rows), dtype=np.int64),
    )


def staff_costs(reading: Reading, economics: Economics | None = None) -> Costs:
    """Return staff costs shared over accounts; see :func:`account_costs`."""
    economics = economics if economics is not None else Economics()
    jobs = reading.where(EventKind.WORK_ENDED)
    account, at = reading.account[jobs].astype(np.int64), reading.column("at", jobs)
    minutes = reading.column("value", jobs).astype(np.float64)
    pool = np.clip(reading.column("actor", jobs) // ACTORS_PER_POOL, 0, max(Pool))
    if economics.cost_basis == "worked":
        hourly = np.array((0, *economics.hourly_cost_cents), dtype=np.float64)
        return Costs(account, at, minutes * hourly[pool] / 60.0, pool)
    shifts = reading.where(EventKind.STAFFED)
    paid = np.zeros(max(Pool) + 1)
    np.add.at(paid, pool_of(reading, shifts), reading.column("cost_cents", shifts).astype(np.float64))
    worked = np.bincount(pool, weights=minutes, minlength=len(paid))
    per_minute = np.divide(paid, worked, out=np.zeros(len(paid)), where=worked > 0)
    idle = float(paid[worked == 0].sum())
    opened = reading.first(EventKind.OPENED)
    arrived = np.flatnonzero(opened >= 0)
    if idle == 0.0 or not len(arrived):
        return Costs(account, at, minutes * per_minute[pool], pool)
    return Costs(
        np.concatenate([account, arrived]),
        np.concatenate([at, reading.column("at", opened[arrived])]),
        np.concatenate([minutes * per_minute[pool], np.full(len(arrived), idle / len(arrived))]),
        np.concatenate([pool, np.zeros(len(arrived), dtype=np.int64)]),
    )


def pool_of(reading: Reading, rows: NDArray[np.integer]) -> NDArray[np.int64]:
    """Return the pool of each row's actor: a pool itself, or the pool that a collector belongs to."""
    actor = reading.rows["actor"][rows].astype(np.int64)
    pool: NDArray[np.int64] = np.where(actor >= ACTORS_PER_POOL, actor // ACTORS_PER_POOL, actor)
    return pool


def staff_by_day(reading: Reading, economics: Economics | None, n_days: int) -> NDArray[np.float64]:
    """Return the staff cost in cents of each day, shape d: its shifts, or the minutes worked on it, by the basis."""
    if economics is not None and economics.cost_basis == "worked":
        spent = staff_costs(reading, economics)
        at, cents = spent.at, spent.cents
    else:
        shifts = reading.where(EventKind.STAFFED)
        at, cents = reading.column("at", shifts), reading.column("cost_cents", shifts).astype(np.float64)
    days = np.minimum(at // MINUTES_PER_DAY, n_days - 1)
    return np.bincount(days, weights=cents, minlength=n_days).astype(np.float64)
