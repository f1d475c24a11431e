"""Outcomes account by account, so that any part of a book can be measured and its sampling error known.

Every outcome is a sum over accounts divided by another: what was recovered by what was owed, customers kept by
accounts. Over all accounts of a log it is the headline outcome of that name.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from simcollect.core.codes import EventKind
from simcollect.core.eventlog import EventLog
from simcollect.outcomes.arms import arm_of_accounts
from simcollect.outcomes.costs import account_costs
from simcollect.outcomes.economics import Economics
from simcollect.outcomes.headline import days_to_cash
from simcollect.outcomes.ledger import ledger
from simcollect.outcomes.measures import HEADLINE
from simcollect.outcomes.reading import Reading
from simcollect.outcomes.standing import KEPT, customer_standing, standing

Numbers = NDArray[np.float64]
Chosen = NDArray[np.bool_]

OUTCOMES: Final = ("gross_recovery_share", "net_recovery_share", *HEADLINE)


@dataclass(frozen=True, eq=False)
class Values:
    """One outcome as a ratio of sums over accounts: part and whole, each shape n."""

    part: Numbers
    whole: Numbers

    def ratio(self, chosen: Chosen | None = None) -> float:
        """Return the outcome of the chosen accounts; NaN where there is nothing to divide by."""
        part, whole = (self.part, self.whole) if chosen is None else (self.part[chosen], self.whole[chosen])
        below = float(whole.sum())
        return float(part.sum()) / below if below != 0.0 else math.nan

    def standard_error(self, chosen: Chosen) -> float:
        """Return the standard error of :meth:`ratio`, accounts being independent; NaN for fewer than two.

        References
        ----------
        Cochran (1977), Sampling Techniques, 3rd ed., section 6.4: the linearised variance of a ratio.
        """
        part, whole = self.part[chosen], self.whole[chosen]
        n = len(part)
        if n < 2 or whole.sum() == 0.0:
            return math.nan
        left_over = part - self.ratio(chosen) * whole
        return float(left_over.std(ddof=1)) / (math.sqrt(n) * abs(float(whole.mean())))


def two_sample(values: Values, challenger: Chosen, champion: Chosen) -> tuple[float, float]:
    """Return the difference challenger - champion of two arms and its standard error, as a pilot's report would."""
    gap = values.ratio(challenger) - values.ratio(champion)
    return gap, math.hypot(values.standard_error(challenger), values.standard_error(champion))


def account_values(log: EventLog, economics: Economics, day: int | None = None) -> dict[str, Values]:
    """Return every one of :data:`OUTCOMES` by account.

    Parameters
    ----------
    log
        Any event log. Where arms have staff of their own each bears the cost of its own.
    economics
        Prices and rates.
    day
        Reading day; None for the horizon.

    Raises
    ------
    InputError
        If the day lies outside the run.
    """
    reading = Reading.at_day(log, day)
    debts, book = standing(reading), ledger(reading)
    arrived = debts.has_arrived.astype(np.float64)
    opening, paid = book.opening_cents.astype(np.float64), book.paid_cents.astype(np.float64)
    cost = _costs(reading, economics, debts.has_arrived)
    worth = paid - cost + book.sale_proceeds_cents + book.outstanding_cents * economics.residual_share(debts.dpd)
    kept = np.isin(customer_standing(reading, debts, economics.default_dpd), KEPT)
    cash = reading.where(EventKind.PAYMENT)
    weighted = np.zeros(reading.n_accounts)
    np.add.at(weighted, reading.account[cash], days_to_cash(reading, cash) * reading.column("amount_cents", cash))
    return {
        "gross_recovery_share": Values(paid, opening),
        "net_recovery_share": Values(paid - cost, opening),
        "value_with_residual_share": Values(worth.astype(np.float64), opening),
        "cost_per_account_cents": Values(cost, arrived),
        "kept_share": Values(kept.astype(np.float64), arrived),
        "complaints_per_1000": Values((1000 * reading.count(EventKind.COMPLAINT)).astype(np.float64), arrived),
        "mean_days_to_cash": Values(weighted, paid),
    }


def _costs(reading: Reading, economics: Economics, arrived: Chosen) -> Numbers:
    """Return the cost of each account; what no account caused is borne by all alike."""
    log = reading.log
    shifts = log.rows["kind"] == EventKind.STAFFED
    if not log.header.arms or not (log.rows["detail"][shifts] > 0).any():
        return _with_idle(reading, economics, arrived)
    arms, cost = arm_of_accounts(reading), np.zeros(reading.n_accounts)
    of_arm = np.where(log.rows["account"] >= 0, arms[log.rows["account"]], log.rows["detail"] - 1)
    for place in range(len(log.header.arms)):
        own = EventLog(log.rows[of_arm == place], log.accounts, log.header)
        cost += _with_idle(Reading(own, reading.until), economics, arrived & (arms == place))
    return cost


def _with_idle(reading: Reading, economics: Economics, bearing: Chosen) -> Numbers:
    costs = account_costs(reading, economics)
    return costs.cents + bearing * (costs.unassigned_cents / max(1, int(bearing.sum())))
