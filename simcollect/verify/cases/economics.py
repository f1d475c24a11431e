"""When to stop, what instalments are worth, from where on a settlement pays."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from simcollect.core.codes import EventKind
from simcollect.core.eventlog import EventLog
from simcollect.core.units import MINUTES_PER_DAY
from simcollect.outcomes.reading import Reading
from simcollect.scenario import Scenario
from simcollect.scenario.variation import varied
from simcollect.verify.base import MONTH_DAYS, MONTH_MINUTES, STANDSTILL, base, borrowers, pursuing
from simcollect.verify.case import Case, Given, Parameter, Theory
from simcollect.verify.theory.economics import (
    best_stop_months,
    instalments,
    paid_by,
    settlement_break_even,
    value_of_stopping,
)

Floats = NDArray[np.float64]

_MONTH: Final = 30
"""Days of a month in the stopping case: whole, so that whole months are whole days."""


class WhenToStop(Case):
    """A debt that is paid in full at a falling hazard, given up on a day.

    ``final.disposal = "write_off"`` on ``disposal_dpd`` ends it: nothing is paid afterwards, so that payments come only
    while it is pursued, as in theory. Hazard: the engine's base intensity, which ages. Reduction: the effort is no work
    of the engine but a price a month that the debt is open, read off the log; a month has 30 days; the best month is
    rounded to a whole day, where theory is taken too. The same borrowers have the same luck under every stop, so that
    what the best one gains over the others is known far better than either.
    """

    def theory(self, given: Given) -> Theory:
        """Return the net values at every stop, what the best gains, and the share paid by it."""
        hazard, decline = given["hazard"], given["decline"]
        stops = self._stops(given)
        value = {
            name: value_of_stopping(day / _MONTH, hazard, decline, given["balance"], given["effort"])
            for name, day in stops.items()
        }
        found = {f"net value, {name}": worth for name, worth in value.items()}
        found |= {
            f"best stop's gain over {name}": value["best"] - worth for name, worth in value.items() if name != "best"
        }
        return found | {"P(paid) by the best stop": paid_by(stops["best"] / _MONTH, hazard, decline)}

    def check(self, given: Given) -> None:
        """Refuse a debt that is not worth pursuing at all, or for ever."""
        best = best_stop_months(given["hazard"], given["decline"], given["balance"], given["effort"])
        if not 1 <= round(best * _MONTH) <= 3000:
            found = f"would stop this debt after {best:.3g} months"
            raise self.refuse("effort", found, "Expected a best stop between one day and 100 months")

    def scenario(self, given: Given) -> Scenario:
        """Return a scenario with a strategy for each stop."""
        stops = self._stops(given)
        changes: dict[str, Any] = {
            "portfolio.accounts": borrowers(
                given["borrowers"], balance=given["balance"], arrears=given["balance"], buffer=given["balance"]
            ),
            "run.horizon_days": max(stops.values()) + 2,
            "behaviour.payment.base_rate_per_day": {"value": given["hazard"] / _MONTH, "range": [0.0, 10.0]},
            "behaviour.payment.ageing_days": {"value": _MONTH / given["decline"], "range": [0.01, 1e6]},
            "behaviour.payment.full_share": 1.0,
        }
        for name, day in stops.items():
            changes |= pursuing(_strategy(name), final={"disposal": "write_off", "disposal_dpd": day})
        return varied(base(), changes)

    def strategies(self, given: Given) -> tuple[str, ...]:
        """Return a strategy for each stop."""
        return tuple(_strategy(name) for name in self._stops(given))

    def estimates(self, logs: Mapping[str, EventLog], scenario: Scenario, given: Given) -> Mapping[str, float]:
        """Return means a borrower."""
        value, paid = {}, {}
        for name in self._stops(given):
            reading = Reading.at_day(logs[_strategy(name)])
            cash = reading.total(EventKind.PAYMENT) / scenario.economics.minor_units
            closed = reading.rows[reading.where(EventKind.CLOSED)]
            open_minutes = np.full(reading.n_accounts, reading.until, dtype=np.float64)
            open_minutes[closed["account"]] = closed["at"]
            cost = given["effort"] * open_minutes / (_MONTH * MINUTES_PER_DAY)
            value[name] = float(np.mean(cash - cost))
            paid[name] = float(np.mean(cash > 0))
        found = {f"net value, {name}": worth for name, worth in value.items()}
        found |= {
            f"best stop's gain over {name}": value["best"] - worth for name, worth in value.items() if name != "best"
        }
        return found | {"P(paid) by the best stop": paid["best"]}

    def _stops(self, given: Given) -> dict[str, int]:
        """Return the days of the stops by name."""
        best = best_stop_months(given["hazard"], given["decline"], given["balance"], given["effort"])
        stops = {"best": round(best * _MONTH)}
        return stops | {f"{months:g} months": max(1, round(months * _MONTH)) for months in given["stops"]}


def _strategy(name: str) -> str:
    return "stop_" + name.replace(" ", "_").replace(".", "_")


class PlanByInstalments(Case):
    """A settlement in monthly instalments that the first one missed breaks.

    An offer of half the balance in instalments, which everybody takes (log-odds far above 0). Each instalment is kept
    with ``settlement.keep_prob``, relief having no effect; ``follow_up.max_missed_instalments = 0``. Nobody pays first:
    the table of roll rates stands still, and rests while the settlement runs. Instalments fall due the day after a
    payday; the present value counts whole months. The engine lets no borrower keep an instalment with more than 0.995,
    so that a certain plan is theory's alone.
    """

    def theory(self, given: Given) -> Theory:
        """Return sums over the geometric survival."""
        found = instalments(given["instalments"], given["amount"], given["kept"], given["discount"])
        return {
            "instalments paid": found.expected,
            "present value": found.present_value,
            "share completed": found.completed,
        }

    def scenario(self, given: Given) -> Scenario:
        """Return a scenario in which everybody settles on the first days."""
        n, amount = given["instalments"], given["amount"]
        offer = {"stage": "final", "day": 0, "discount_share": 0.5, "instalments": n, "expiry_days": 3000}
        changes: dict[str, Any] = {
            "portfolio.accounts": borrowers(
                given["borrowers"],
                balance=2 * n * amount,
                arrears=2 * n * amount,
                instalment=amount,
                buffer=n * amount,
                spare=amount,
                income=amount,
            ),
            "run.horizon_days": int((n + 2) * MONTH_DAYS),
            "behaviour.rolls": STANDSTILL,
            "behaviour.settlement.accept_intercept": {"value": 30.0, "range": [-10.0, 30.0]},
            "behaviour.settlement.keep_prob": given["kept"],
            "behaviour.settlement.answer_days": 0.5,
            "behaviour.plan.relief_effect": 0.0,
        }
        plan = pursuing("plan", final={"offers": [offer]}, follow_up={"max_missed_instalments": 0})
        return varied(base(), changes | plan)

    def strategies(self, given: Given) -> tuple[str, ...]:
        """Return the one strategy."""
        return ("plan",)

    def estimates(self, logs: Mapping[str, EventLog], scenario: Scenario, given: Given) -> Mapping[str, float]:
        """Return means over the settlements that were made."""
        reading = Reading.at_day(logs["plan"])
        made = reading.count(EventKind.OFFER_ACCEPTED) > 0
        paid = reading.rows[reading.where(EventKind.PAYMENT)]
        began = np.zeros(reading.n_accounts)
        rows = reading.rows[reading.where(EventKind.OFFER_ACCEPTED)]
        began[rows["account"]] = rows["at"]
        months = np.ceil((paid["at"] - began[paid["account"]]) / MONTH_MINUTES - 0.1)
        worth = paid["amount_cents"] / scenario.economics.minor_units / (1.0 + given["discount"]) ** months
        return {
            "instalments paid": len(paid) / made.sum(),
            "present value": float(worth.sum()) / made.sum(),
            "share completed": float(reading.count(EventKind.SETTLED).sum()) / made.sum(),
        }


class SettlementBreakEven(Case):
    """What pursuing a debt is worth, and so the lump sum from which on to settle instead.

    Exact: the table of roll rates pays the whole balance off with the hazard on each due date; a message a month while
    the debt is open costs the effort (``economics.sms``) and does nothing. Present values count months, as theory does.
    """

    def theory(self, given: Given) -> Theory:
        """Return the geometric sums."""
        found = settlement_break_even(*(given[name] for name in ("balance", "months", "hazard", "effort", "discount")))
        return {
            "present value recovered": found.recovered,
            "present value of the cost": found.cost,
            "P(paid)": found.paid,
            "break-even share of the balance": found.share,
        }

    def scenario(self, given: Given) -> Scenario:
        """Return a scenario of borrowers who pay all or nothing."""
        hazard, months = given["hazard"], given["months"]
        rolls = {"0": {"to": [1.0]}, "1+": {"paid_off": hazard, "to": [0.0, 1.0 - hazard]}}
        monthly = {"action": "sms", "day": 12, "repeat_days": 30, "maximum": months}
        if months == 1:
            monthly = {"action": "sms", "day": 12}
        price = {"value": given["effort"], "range": [0.0, max(given["effort"], 1.0)]}
        changes: dict[str, Any] = {
            "portfolio.accounts": borrowers(
                given["borrowers"], balance=given["balance"], instalment=given["balance"], arrears=given["balance"]
            ),
            "run.horizon_days": months * 487 // 16 + 1,
            "behaviour.rolls": rolls,
            "economics.sms": price,
        }
        return varied(base(), changes | pursuing("pursue", early={"steps": [monthly]}))

    def strategies(self, given: Given) -> tuple[str, ...]:
        """Return the one strategy."""
        return ("pursue",)

    def estimates(self, logs: Mapping[str, EventLog], scenario: Scenario, given: Given) -> Mapping[str, float]:
        """Return means a borrower."""
        reading = Reading.at_day(logs["pursue"])
        n, minor = reading.n_accounts, scenario.economics.minor_units

        def worth(kind: EventKind, field: str) -> float:
            rows = reading.rows[reading.where(kind)]
            months = np.ceil(rows["at"] / MONTH_MINUTES - 1e-9)
            return float(np.sum(rows[field] / minor / (1.0 + given["discount"]) ** months)) / n

        recovered, cost = worth(EventKind.PAYMENT, "amount_cents"), worth(EventKind.MESSAGE_SENT, "cost_cents")
        return {
            "present value recovered": recovered,
            "present value of the cost": cost,
            "P(paid)": float(np.mean(reading.count(EventKind.PAYMENT) > 0)),
            "break-even share of the balance": (recovered - cost) / given["balance"],
        }


_BORROWERS: Final = Parameter("borrowers", 300, "accounts", "Borrowers a replication.", 1, 100_000)

CASES: Final[tuple[Case, ...]] = (
    WhenToStop(
        "when_to_stop",
        "The day on which to give a debt up",
        "V26, form of Mitchner and Peterson 1957",
        (
            Parameter("hazard", 0.08, "a month", "Hazard of payment in full at the start.", 1e-6, 100.0),
            Parameter("decline", 0.25, "a month", "How fast the hazard falls.", 1e-4, 100.0),
            Parameter("balance", 1000.0, "money", "What is owed.", 1.0, 1e6),
            Parameter("effort", 10.0, "money a month", "What pursuing costs.", 0.01, 1e6),
            Parameter("stops", (6.0, 12.0), "months", "Other stops, compared with the best.", 0.1, 100.0),
            _BORROWERS,
        ),
    ),
    PlanByInstalments(
        "instalments",
        "A plan of monthly instalments that one missed breaks",
        "V28, geometric survival",
        (
            Parameter("instalments", 12, "instalments", "How many.", 2, 100),
            Parameter("amount", 100.0, "money", "Each instalment.", 1.0, 1e6),
            Parameter("kept", 0.95, "probability", "An instalment is paid.", 0.0, 0.995),
            Parameter("discount", 0.01, "a month", "Discount rate.", 0.0, 1.0),
            _BORROWERS,
        ),
    ),
    SettlementBreakEven(
        "settlement_break_even",
        "The lump sum that is worth as much as pursuing",
        "V29, geometric sums",
        (
            Parameter("balance", 1000.0, "money", "What is owed.", 1.0, 1e6),
            Parameter("months", 24, "months", "How long the debt is pursued.", 1, 30),
            Parameter("hazard", 0.02, "a month", "An open debt is paid in full.", 0.0, 1.0),
            Parameter("effort", 5.0, "money a month", "What pursuing costs.", 0.0, 1e6),
            Parameter("discount", 0.01, "a month", "Discount rate.", 0.0, 1.0),
            _BORROWERS,
        ),
    ),
)
