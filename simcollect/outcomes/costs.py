"""What the actions on each account cost, in whole cents that add up to the cost of the run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from simcollect.core.codes import EventKind, Pool
from simcollect.core.units import money_cents
from simcollect.outcomes.economics import Economics
from simcollect.outcomes.headline import ACTORS_PER_POOL
from simcollect.outcomes.reading import Reading

_MINUTES_PER_HOUR: Final = 60.0


@dataclass(frozen=True, eq=False)
class AccountCosts:
    """Cost by account; their sum and ``unassigned_cents`` are the run's ``cost_cents``.

    Attributes
    ----------
    direct_cents
        What the account's own rows cost (messages, court fees, complaints), shape [n], int64.
    staff_cents
        Its part of the cost of staff, shape [n], int64. Each pool's cost is shared out by the minutes that the pool
        worked on the account, so that idle time is borne by the work that the pool was kept for.
    unassigned_cents
        Cost that no account caused: a pool that was paid for and never worked.
    """

    direct_cents: NDArray[np.int64]
    staff_cents: NDArray[np.int64]
    unassigned_cents: int

    @property
    def cents(self) -> NDArray[np.int64]:
        """Direct and staff cost together, shape [n]."""
        return self.direct_cents + self.staff_cents


def account_costs(reading: Reading, economics: Economics) -> AccountCosts:
    """Return the cost of a run by account, on the cost basis of ``economics``.

    The total is that of :func:`simcollect.outcomes.headline.headline` to the cent.
    """
    costly = np.flatnonzero(reading.rows["cost_cents"])
    costly = costly[reading.rows["kind"][costly] != EventKind.STAFFED]
    of_nobody = reading.account[costly] < 0
    unassigned = int(reading.column("cost_cents", costly[of_nobody]).sum())
    costly = costly[~of_nobody]
    direct = reading.total_rows(costly, reading.column("cost_cents", costly))

    jobs = reading.where(EventKind.WORK_ENDED)
    pool_of_job = reading.rows["actor"][jobs] // ACTORS_PER_POOL
    minutes = np.zeros((max(Pool) + 1, reading.n_accounts), dtype=np.int64)
    for pool in Pool:
        chosen = jobs[pool_of_job == pool]
        minutes[pool] = reading.total_rows(chosen, reading.column("value", chosen))
    staff = np.zeros(reading.n_accounts, dtype=np.int64)
    if economics.cost_basis == "worked":
        hourly = np.array((0, *economics.hourly_cost_cents), dtype=np.int64)
        # The headline's own sum, job by job: floats added in another order could round to another cent.
        by_job = reading.column("value", jobs) * hourly[pool_of_job] / _MINUTES_PER_HOUR
        whole = money_cents(float(by_job.sum()), 1)
        staff += shared_out(whole, hourly @ minutes)
        return AccountCosts(direct, staff, unassigned + whole - int(staff.sum()))
    shifts = reading.where(EventKind.STAFFED)
    pool_of_shift = reading.rows["actor"][shifts]
    for pool in Pool:
        whole = int(reading.column("cost_cents", shifts[pool_of_shift == pool]).sum())
        part = shared_out(whole, minutes[pool])
        staff += part
        unassigned += whole - int(part.sum())
    return AccountCosts(direct, staff, unassigned)


def shared_out(whole: int, weights: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return ``whole`` divided in proportion to ``weights``, in whole numbers that add up to it exactly.

    What rounding down leaves over goes to the largest fractions, the first of equal ones (largest remainder). All
    parts are 0 where all weights are.

    Parameters
    ----------
    whole
        At least 0.
    weights
        At least 0 each, shape [n].

    Examples
    --------
    >>> shared_out(100, np.array([1, 1, 1, 0])).tolist()
    [34, 33, 33, 0]
    >>> shared_out(100, np.array([0, 0])).tolist()
    [0, 0]
    """
    total = int(weights.sum())
    if total == 0:
        return np.zeros(len(weights), dtype=np.int64)
    # A product can pass 2**63 in a large book: Python's own integers do not.
    products = [whole * int(weight) for weight in weights]
    parts = np.array([product // total for product in products], dtype=np.int64)
    fractions = np.array([product % total for product in products], dtype=object)
    left = whole - int(parts.sum())
    parts[sorted(range(len(weights)), key=lambda i: (-fractions[i], i))[:left]] += 1
    return parts
