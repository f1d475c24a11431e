"""Which accounts there are and when they arrive: slots with keys that never depend on how many others there are."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from simcollect.core.codes import Purpose
from simcollect.core.rng import uniform
from simcollect.core.units import MINUTES_PER_DAY
from simcollect.population.draws import Draws
from simcollect.population.rows import LARGEST_ID

DAYS_PER_MONTH = 487 / 16
"""30.4375, a month of the average year."""

FIRST_FLOW_KEY = LARGEST_ID + 1
"""Key of the first account of the flow."""
FIRST_FLOW_ID = 10_000_001
"""The number shown for it, where the stock is numbered from 1."""
_SURGE_KEYS = 2**32
_COUNT_KEY = -1
"""Key of the draw of how many arrive: that of no account and no member of staff."""


@dataclass(frozen=True)
class Surge:
    """A period with another inflow: ``factor`` times the usual from day ``day`` for ``days`` days."""

    day: int
    days: int
    factor: float


@dataclass(frozen=True)
class Slots:
    """Accounts to be filled: keys (shape n) and minutes of arrival (shape n)."""

    keys: NDArray[np.int64]
    arrives_at: NDArray[np.int64]


def stock_keys(n: int) -> NDArray[np.int64]:
    """Return the keys of ``n`` accounts of the stock, 1 to n."""
    return np.arange(1, n + 1, dtype=np.int64)


def flow_slots(
    per_month: float,
    surges: tuple[Surge, ...],
    horizon_days: int,
    seed: int,
    replication: int,
    poisson: bool = False,
    any_minute: bool = False,
) -> Slots:
    """Return the accounts that fall overdue during the run, each on a day drawn evenly from day 1 to the last.

    Their number is the expected one, rounded. More inflow, or a surge, adds accounts and leaves the others' days alone:
    a surge above 1 brings accounts of its own, one below 1 keeps each account of its days with that probability.

    Parameters
    ----------
    per_month
        Accounts in a month of 30.4375 days.
    poisson
        Whether their number is a Poisson variate with the expected number as its mean. With days drawn evenly that
        makes a Poisson process.
    any_minute
        Whether they arrive at any minute of their day alike, not at midnight.
    """
    days = horizon_days - 1  # day 0 belongs to the stock
    per_day = per_month / DAYS_PER_MONTH

    def number(expected: float, occurrence: int) -> int:
        if not poisson:
            return round(expected)
        return int(
            stats.poisson.ppf(uniform(seed, replication, _COUNT_KEY, int(Purpose.ARRIVAL), occurrence), expected)
        )

    keys = FIRST_FLOW_KEY + np.arange(number(per_day * days, 0), dtype=np.int64)
    draws = Draws(seed, replication, keys)
    day = 1 + np.floor(days * draws.uniform(Purpose.ARRIVAL)).astype(np.int64)
    kept = np.ones(len(keys), dtype=np.bool_)
    extra_keys, extra_days = [], []
    for position, surge in enumerate(surges):
        first, end = max(surge.day, 1), min(surge.day + surge.days, horizon_days)
        if end <= first:
            continue
        if surge.factor < 1.0:
            stays = draws.uniform(Purpose.ARRIVAL, 1 + position) < surge.factor
            kept &= stays | (day < first) | (day >= end)
            continue
        n_extra = number(per_day * (end - first) * (surge.factor - 1.0), 1 + position)
        added = FIRST_FLOW_KEY + (1 + position) * _SURGE_KEYS + np.arange(n_extra, dtype=np.int64)
        u = Draws(seed, replication, added).uniform(Purpose.ARRIVAL)
        extra_keys.append(added)
        extra_days.append(first + np.floor((end - first) * u).astype(np.int64))
    all_keys = np.concatenate([keys[kept], *extra_keys])
    arrives_at = np.concatenate([day[kept], *extra_days]) * MINUTES_PER_DAY
    return Slots(
        all_keys, arrives_at + minutes_of_day(Draws(seed, replication, all_keys)) if any_minute else arrives_at
    )


def minutes_of_day(draws: Draws) -> NDArray[np.int64]:
    """Return a minute of the day for each account, every one of the 1,440 alike, shape n."""
    return np.floor(MINUTES_PER_DAY * draws.uniform(Purpose.ARRIVAL_MINUTE)).astype(np.int64)
