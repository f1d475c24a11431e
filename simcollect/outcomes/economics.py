"""The prices that turn a log into money: plain numbers, handed in, so that no scenario is needed to read a log."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from simcollect.core.errors import InputError
from simcollect.core.units import MINUTES_PER_DAY
from simcollect.outcomes.standing import DEFAULT_DPD

N_POOLS = 4
DAYS_PER_YEAR = 365.0


@dataclass(frozen=True)
class Economics:
    """Prices and rates.

    Attributes
    ----------
    discount_rate_annual
        Yearly rate, >= 0 (0.08 is 8 %); minute t is discounted by (1 + rate) ** -(days / 365) to the start of the run.
    cost_basis
        "staffed": staff cost what the log's STAFFED rows say, busy or idle. "worked": minutes worked times hourly cost.
    hourly_cost_cents
        By pool in the order of ``Pool`` (callers, negotiators, legal officers, settlement desk); used by "worked".
    sale_from_dpd, sale_share
        Residual value of a debt still open: the share (0 to 1) of the balance that a buyer pays from so many days past
        due on. Same length, days rising from 0.
    retention_years
        Years over which a kept customer's margin counts, >= 0.
    default_dpd
        Days past due from which an open debt counts as defaulted.

    Raises
    ------
    InputError
        If a number is out of its range or the price table is not in order.
    """

    discount_rate_annual: float = 0.0
    cost_basis: Literal["staffed", "worked"] = "staffed"
    hourly_cost_cents: tuple[int, int, int, int] = (0, 0, 0, 0)
    sale_from_dpd: tuple[int, ...] = (0,)
    sale_share: tuple[float, ...] = (0.0,)
    retention_years: float = 0.0
    default_dpd: int = DEFAULT_DPD

    def __post_init__(self) -> None:
        """Check every range."""
        self._require(
            "discount_rate_annual", 0.0 <= self.discount_rate_annual < math.inf, "Expected a rate of 0 or more"
        )
        self._require("cost_basis", self.cost_basis in ("staffed", "worked"), 'Expected "staffed" or "worked"')
        costs = self.hourly_cost_cents
        self._require(
            "hourly_cost_cents",
            len(costs) == N_POOLS and min(costs) >= 0,
            "Expected four costs of 0 or more, one a pool",
        )
        days = self.sale_from_dpd
        self._require(
            "sale_from_dpd", len(days) > 0 and days[0] == 0 and all(np.diff(days) > 0), "Expected days rising from 0"
        )
        shares = self.sale_share
        self._require(
            "sale_share",
            len(shares) == len(days) and all(0.0 <= share <= 1.0 for share in shares),
            f"Expected {len(days)} shares from 0 to 1, one for each of sale_from_dpd",
        )
        self._require("retention_years", 0.0 <= self.retention_years < math.inf, "Expected 0 or more years")
        self._require("default_dpd", self.default_dpd >= 1, "Expected 1 day or more")

    def _require(self, field: str, holds: bool, expected: str) -> None:
        if not holds:
            raise InputError("", f"economics.{field}", f"is {getattr(self, field)!r}", expected)

    def discount(self, at: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return the value at the start of the run of one unit of money at each minute."""
        years = np.asarray(at, dtype=np.float64) / (MINUTES_PER_DAY * DAYS_PER_YEAR)
        return np.power(1.0 + self.discount_rate_annual, -years)

    def residual_share(self, dpd: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return the share of its balance that a debt so many days past due is worth."""
        bucket = np.searchsorted(np.array(self.sale_from_dpd), dpd, side="right") - 1
        return np.array(self.sale_share)[np.maximum(bucket, 0)]

    def retention_annuity(self) -> float:
        """Return the years of margin that a kept customer is worth, discounted to the reading day.

        The integral of (1 + rate) ** -t over ``retention_years``: margin flows evenly through the year.

        Examples
        --------
        >>> Economics(retention_years=3.0).retention_annuity()
        3.0
        >>> round(Economics(discount_rate_annual=0.1, retention_years=1.0).retention_annuity(), 4)
        0.9538
        """
        force = math.log1p(self.discount_rate_annual)
        return self.retention_years if force == 0.0 else -math.expm1(-force * self.retention_years) / force
