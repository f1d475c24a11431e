"""Court fees that suits are charged."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from simcollect.core.codes import EventKind
from simcollect.core.eventlog import EventLog
from simcollect.outcomes.reading import Reading
from simcollect.scenario import Scenario, load
from simcollect.scenario.variation import varied
from simcollect.verify.base import STANDSTILL, base, borrowers, pursuing
from simcollect.verify.case import Case, Given, Parameter, Theory
from simcollect.verify.theory.court_fees import china, england_2020_online

ENGLAND_2020_ONLINE: Final[dict[str, Any]] = {
    "up_to": [300.0, 500.0, 1000.0, 1500.0, 3000.0, 5000.0, 10000.0],
    "fixed": [25.0, 35.0, 60.0, 70.0, 105.0, 185.0, 410.0, 450.0],
    "share": [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.045],
}
"""Money claims issued online in England and Wales in 2020, as ``economics.court_fee_bands``."""


@dataclass(frozen=True)
class CourtFee(Case):
    """Borrowers sued on the first day, and the fee in the log; nothing is random.

    China's tariff is that of the packaged preset ``cn``; England's is written here as a scenario would write it.
    """

    tariff: str = "china"

    def theory(self, given: Given) -> Theory:
        """Return the fee that the tariff names for each claim."""
        fees = [
            china(claim, bool(given["summary"])) if self.tariff == "china" else england_2020_online(claim)
            for claim in given["claims"]
        ]
        cents = [math.floor(100.0 * fee + 0.5) / 100.0 for fee in fees]  # as every amount of the engine
        return {_fee(claim): fee for claim, fee in zip(given["claims"], cents, strict=True)}

    def scenario(self, given: Given) -> Scenario:
        """Return a scenario with one borrower a claim, each sued at once."""
        accounts = [
            account
            for place, claim in enumerate(given["claims"])
            for account in borrowers(1, f"{place}-", balance=claim, arrears=claim)
        ]
        changes: dict[str, Any] = {
            "portfolio.accounts": accounts,
            "run.horizon_days": 10,
            "behaviour.rolls": STANDSTILL,
            "economics.court_fee_bands": self._bands(given),
        }
        return varied(base(), changes | pursuing("sue", late={"suit_day": 0}))

    def strategies(self, given: Given) -> tuple[str, ...]:
        """Return the one strategy."""
        return ("sue",)

    def estimates(self, logs: Mapping[str, EventLog], scenario: Scenario, given: Given) -> Mapping[str, float]:
        """Return the fee of each suit."""
        reading = Reading.at_day(logs["sue"])
        fees = reading.total(EventKind.SUIT_FILED, field="cost_cents") / scenario.economics.minor_units
        return {_fee(claim): float(fees[place]) for place, claim in enumerate(given["claims"])}

    def _bands(self, given: Given) -> dict[str, Any]:
        if self.tariff != "china":
            return ENGLAND_2020_ONLINE
        shipped = load("consumer_loan_cn").economics.court_fee_bands
        return shipped.model_dump() | {"due_share": 0.5 if given["summary"] else 1.0}


def _fee(claim: float) -> str:
    return f"fee on a claim of {claim:,.2f}".removesuffix(".00")


CASES: Final[tuple[Case, ...]] = (
    CourtFee(
        "court_fee_china",
        "Court fees in China",
        "V31, Measures on the Payment of Litigation Costs, art. 13 and 16",
        (
            Parameter(
                "claims", (8_000.0, 10_000.0, 10_000.01, 50_000.0, 100_000.0, 150_000.0, 300_000.0), "CNY",
                "Claims.", 1.0, 1e7,
            ),
            Parameter("summary", 0, "0 or 1", "Whether summary procedure halves the fee.", 0, 1),
        ),
        replications=1,
    ),
    CourtFee(
        "court_fee_england",
        "Court fees in England and Wales, online, 2020",
        "V31, fees for money claims",
        (
            Parameter(
                "claims", (300.0, 1_500.0, 4_000.0, 5_000.0, 5_000.01, 10_000.0, 12_000.0), "GBP", "Claims.", 1.0, 1e5
            ),
        ),
        replications=1,
        tariff="england_2020_online",
    ),
)  # fmt: skip
