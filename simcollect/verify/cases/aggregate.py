"""The Chinese scenario beside what an agency and a securitisation report: a band, and no case of settings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray

from simcollect.core.codes import EventKind
from simcollect.core.eventlog import EventLog
from simcollect.outcomes.reading import Reading
from simcollect.outcomes.tables.positions import Positions, positions
from simcollect.scenario import Scenario, load
from simcollect.scenario.variation import varied
from simcollect.verify.case import Band, Case, Given, Parameter, Theory

_MONTH: Final = 30
_STRATEGIES: Final = ("no_action", "balanced")


class LateYield(Case):
    """What a late-stage portfolio brings in: the packaged scenario as it is, but longer, and with no debt sold.

    Neither source describes this scenario: the agency works debts mostly older than a year by telephone and message,
    the securitised debts are four times as large. So this checks the order of magnitude, and it may disagree.
    """

    def theory(self, given: Given) -> Theory:
        """Return the bands: 0.5 to 1 % of the balance a month; 15 to 20 % in all."""
        found: dict[str, Band] = {}
        for strategy in _STRATEGIES:
            found[_monthly(strategy)] = Band(0.005, 0.01)
        return found | {_ultimate("balanced"): Band(0.15, 0.20)}

    def scenario(self, given: Given) -> Scenario:
        """Return the packaged scenario over more than a year."""
        changes = {"run.horizon_days": given["days"], "strategies.balanced.final.disposal": "none"}
        return varied(load("consumer_loan_cn"), changes)

    def strategies(self, given: Given) -> tuple[str, ...]:
        """Return no action, and the balanced strategy."""
        return _STRATEGIES

    def estimates(self, logs: Mapping[str, EventLog], scenario: Scenario, given: Given) -> Mapping[str, float]:
        """Return cash a month over the balance beyond 180 days, and what such debts bring in all."""
        found = {}
        for strategy in _STRATEGIES:
            standing = positions(logs[strategy], _MONTH)
            found[_monthly(strategy)] = _yield(standing)
        return found | {_ultimate("balanced"): _recovered(positions(logs["balanced"], _MONTH))}


def _paid_until(standing: Positions) -> NDArray[np.int64]:
    """Return what each account has paid by each month end, cents, shape [k + 1, n]."""
    log = standing.reading.log
    return np.array([Reading(log, int(end)).total(EventKind.PAYMENT) for end in standing.ends])


def _yield(standing: Positions) -> float:
    late = standing.dpd > 180
    paid = np.diff(_paid_until(standing), axis=0)
    return float(paid[late[:-1]].sum() / standing.balance_cents[:-1][late[:-1]].sum())


def _recovered(standing: Positions) -> float:
    """Return the share of the balance on first passing 180 days, in the first half of the run, paid by its end."""
    late = standing.dpd[: len(standing.ends) // 2 + 1] > 180
    who = np.flatnonzero(late.any(axis=0))
    first = late.argmax(axis=0)[who]
    paid = _paid_until(standing)
    return float((paid[-1, who] - paid[first, who]).sum() / standing.balance_cents[first, who].sum())


def _monthly(strategy: str) -> str:
    return f"monthly yield past day 180, {strategy}"


def _ultimate(strategy: str) -> str:
    return f"recovered in all past day 180, {strategy}"


CASES: Final = (
    LateYield(
        "late_yield_china",
        "What late consumer debts in China bring in",
        "V30, Yongxiong 2019 and CITIC Huiyuan 2023-2",
        (Parameter("days", 730, "days", "Length of the run.", 365, 1460),),
        replications=10,
        slow=True,
    ),
)
