"""Payments of a borrower's own accord that excite each other."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray

from simcollect.core.codes import EventKind
from simcollect.core.eventlog import EventLog
from simcollect.outcomes.reading import Reading
from simcollect.scenario import Scenario
from simcollect.scenario.variation import varied
from simcollect.verify.base import MONTH_DAYS, MONTH_MINUTES, NO_FADING, base, borrowers, pursuing
from simcollect.verify.case import Case, Given, Parameter, Theory
from simcollect.verify.theory.repayment import expected_payments, no_payment_prob


class SelfExciting(Case):
    """Borrowers with cash for every payment and a debt that never ends.

    Exact but for the whole minute to which a payment is rounded up. The engine's intensity is its base, here without
    ageing, the floor; plus an excitation that jumps at a payment and fades. It starts at the floor, so one message,
    read at once at minute 0, lifts it to where theory starts. The mean intensity itself is no quantity of a log.
    """

    def check(self, given: Given) -> None:
        """Refuse an intensity that explodes, or that starts below its floor."""
        if given["jump"] >= given["kappa"]:
            raise self.refuse("jump", f"is {given['jump']:g}", f"Expected less than kappa, {given['kappa']:g}")
        if given["start"] < given["floor"]:
            raise self.refuse("start", f"is {given['start']:g}", f"Expected the floor, {given['floor']:g}, or more")

    def theory(self, given: Given) -> Theory:
        """Return means and a probability from the differential equation."""
        kappa, floor, start, jump = (given[name] for name in ("kappa", "floor", "start", "jump"))
        found = {_payments(t): expected_payments(t, kappa, floor, start, jump) for t in given["months"]}
        at = given["unpaid_months"]
        return found | {_none(at): no_payment_prob(at, kappa, floor, start)}

    def scenario(self, given: Given) -> Scenario:
        """Return a scenario of borrowers who owe without end."""
        kappa, floor, start, jump = (given[name] for name in ("kappa", "floor", "start", "jump"))
        once = {"action": "sms", "day": 0}
        changes = {
            "portfolio.accounts": borrowers(given["borrowers"], balance=1e6, arrears=1e6, instalment=1.0, buffer=1e6),
            "run.horizon_days": int(max(*given["months"], given["unpaid_months"]) * MONTH_DAYS) + 2,
            "behaviour.payment.base_rate_per_day": {"value": floor / MONTH_DAYS, "range": [0.0, 10.0]},
            "behaviour.payment.ageing_days": NO_FADING,
            "behaviour.payment.decay_per_day": {"value": kappa / MONTH_DAYS, "range": [0.0, 10.0]},
            "behaviour.payment.jump_payment": {"value": jump / kappa, "range": [0.0, 1.0]},
            "behaviour.payment.jump_message": {"value": (start - floor) / kappa, "range": [0.0, 1e6]},
            "behaviour.payment.full_share": 0.0,
            "behaviour.payment.ratio_median": 1.0,
            "behaviour.payment.ratio_log_sd": 0.0,
            "behaviour.contact.sms_opened_prob": 1.0,
            "behaviour.contact.message_gentle_effect": 1.0,
        }
        return varied(base(), changes | pursuing("reminded", early={"steps": [once]}))

    def strategies(self, given: Given) -> tuple[str, ...]:
        """Return the one strategy: the message at minute 0."""
        return ("reminded",)

    def estimates(self, logs: Mapping[str, EventLog], scenario: Scenario, given: Given) -> Mapping[str, float]:
        """Return payments a borrower, and the share without any."""
        log, at = logs["reminded"], given["unpaid_months"]

        def payments(months: float) -> NDArray[np.int64]:
            return Reading(log, int(months * MONTH_MINUTES)).count(EventKind.PAYMENT)

        found = {_payments(t): float(np.mean(payments(t))) for t in given["months"]}
        return found | {_none(at): float(np.mean(payments(at) == 0))}


def _payments(months: float) -> str:
    return f"payments by {months:g} months"


def _none(months: float) -> str:
    return f"P(no payment) by {months:g} months"


CASES: Final = (
    SelfExciting(
        "self_exciting_repayment",
        "Payments that make the next one likelier",
        "V25, form of Chehrazi and Weber 2015",
        (
            Parameter("kappa", 0.5, "a month", "How fast the intensity falls back to its floor.", 0.001, 100.0),
            Parameter("floor", 0.02, "payments a month", "Intensity in the long run without payments.", 1e-6, 100.0),
            Parameter("start", 0.10, "payments a month", "Intensity at the start.", 1e-6, 100.0),
            Parameter("jump", 0.20, "payments a month", "What a payment adds to the intensity.", 0.0, 100.0),
            Parameter("months", (1.0, 3.0, 6.0, 12.0, 24.0), "months", "When payments are counted.", 0.03, 60.0),
            Parameter("unpaid_months", 12.0, "months", "By when nothing was paid.", 0.03, 60.0),
            Parameter("borrowers", 200, "accounts", "Borrowers a replication.", 1, 100_000),
        ),
    ),
)
