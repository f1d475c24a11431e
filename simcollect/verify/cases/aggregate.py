"""The Chinese scenario beside what an agency and a securitisation report: their debts, their means, and a band.

Neither source is theory, and neither describes the packaged scenario: its loans are a quarter as large as the debts
securitised, and its debts are mostly younger than those that the agency works. So each case takes from its source what
that says of the portfolio and of the means, by settings, and leaves behaviour as it is: nothing is fitted to the bands.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

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
_NOT_THEORY: Final = (
    "Plausibility, not theory: one source's debts under one source's means. Inside the band says that the order of "
    "magnitude is right."
)
_AGENCY: Final[dict[str, Any]] = {
    "inherits": "balanced",
    "description": "A collector's telephone calls and messages, week by week: no visits, no court, no relief.",
    "mid": {
        "plan_interest_waived_share": 0.0,
        "steps": [
            {"action": "sms", "day": 1, "repeat_days": 7, "maximum": 100},
            {"action": "negotiation_call", "day": 2, "repeat_days": 7, "maximum": 100},
        ],
    },
    "late": {"letter_day": -1, "suit_day": -1, "assess": False, "mark_credit_record": False},
    "final": {"offers": [], "disposal": "none"},
}


class AgencyYield(Case):
    """What debts older than a year bring in a month to an agency that writes and telephones."""

    def theory(self, given: Given) -> Theory:
        """Return the band: 0.5 to 1 % of the balance a month; the agency's own figure is 0.67 %."""
        return {_MONTHLY: Band(0.005, 0.01)}

    def scenario(self, given: Given) -> Scenario:
        """Return the packaged scenario over two years, with the agency's means."""
        return varied(load("consumer_loan_cn"), {"run.horizon_days": given["days"], "strategies.agency": _AGENCY})

    def strategies(self, given: Given) -> tuple[str, ...]:
        """Return the agency's."""
        return ("agency",)

    def estimates(self, logs: Mapping[str, EventLog], scenario: Scenario, given: Given) -> Mapping[str, float]:
        """Return cash a month over the balance of debts more than a year past due, at the month's start."""
        standing = positions(logs["agency"], _MONTH)
        old = standing.dpd[:-1] > 365
        paid = np.diff(_paid_until(standing), axis=0)
        return {_MONTHLY: float(paid[old].sum() / standing.balance_cents[:-1][old].sum())}


class SecuritisedRecovery(Case):
    """What bad debts of the size of those securitised bring in all, with every means of the strategy balanced."""

    def theory(self, given: Given) -> Theory:
        """Return the bands: 48,300 owed a borrower, to a tenth; 15 to 20 % recovered in all (17.5 % were expected)."""
        return {_SIZE: Band(43_500.0, 53_100.0), _ULTIMATE: Band(0.15, 0.20)}

    def scenario(self, given: Given) -> Scenario:
        """Return the packaged scenario with larger and longer loans, and no debt sold."""
        return varied(
            load("consumer_loan_cn"),
            {
                "run.horizon_days": given["days"],
                "portfolio.synthetic.term_months": given["term_months"],
                "portfolio.synthetic.marginals.limit": {
                    "family": "lognorm",
                    "params": [0.8, 0.0, given["loan_median"]],
                },
                "strategies.balanced.final.disposal": "none",
            },
        )

    def strategies(self, given: Given) -> tuple[str, ...]:
        """Return the balanced strategy."""
        return ("balanced",)

    def estimates(self, logs: Mapping[str, EventLog], scenario: Scenario, given: Given) -> Mapping[str, float]:
        """Return balance on first passing 180 days, in the first half of the run, and the share paid by its end."""
        standing = positions(logs["balanced"], _MONTH)
        late = standing.dpd[: len(standing.ends) // 2 + 1] > 180
        who = np.flatnonzero(late.any(axis=0))
        first = late.argmax(axis=0)[who]
        paid, owed = _paid_until(standing), standing.balance_cents[first, who]
        return {
            _SIZE: float(owed.mean()) / logs["balanced"].header.minor_units,
            _ULTIMATE: float((paid[-1, who] - paid[first, who]).sum() / owed.sum()),
        }


def _paid_until(standing: Positions) -> NDArray[np.int64]:
    """Return what each account has paid by each month end, cents, shape [k + 1, n]."""
    log = standing.reading.log
    return np.array([Reading(log, int(end)).total(EventKind.PAYMENT) for end in standing.ends])


_MONTHLY: Final = "monthly yield past day 365"
_SIZE: Final = "balance on passing day 180 (CNY)"
_ULTIMATE: Final = "recovered in all past day 180"
_DAYS: Final = Parameter("days", 730, "days", "Length of the run.", 540, 1460)

CASES: Final = (
    AgencyYield(
        "late_yield_china",
        "What debts older than a year bring in a month to a Chinese agency that writes and telephones",
        "V30, Yongxiong 2019",
        (_DAYS,),
        replications=10,
        slow=True,
        plausibility=_NOT_THEORY,
    ),
    SecuritisedRecovery(
        "late_recovery_china",
        "What bad debts as large as those securitised in China bring in all",
        "V30, CITIC Huiyuan 2023-2",
        (
            _DAYS,
            Parameter("loan_median", 39_000.0, "CNY", "Median loan: with it 48,300 are owed a borrower.", 100.0, 1e6),
            Parameter("term_months", 36, "months", "Term, so that an instalment of it can be paid (assumed).", 1, 120),
        ),
        replications=10,
        slow=True,
        plausibility=_NOT_THEORY,
    ),
)
