"""The verdict on one quantity: how many standard errors the engine's mean lies from theory."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final, Literal, TypeAlias

from simcollect.core.errors import SimcollectError
from simcollect.stats import estimate_mean
from simcollect.verify.case import Band, Case, Given

LIMIT: Final = 4.0
"""Standard errors beyond which engine and theory disagree: 1 false alarm in 3,700 quantities at 40 replications."""

_SAME: Final = 1e-9  # of two floats that should be equal, relative

Agreement: TypeAlias = Literal["agrees", "disagrees"]


@dataclass(frozen=True)
class Row:
    """One quantity of one case.

    Attributes
    ----------
    case, title, source, quantity
        Which.
    theory, theory_high
        What theory says; the ends of a band, else the same number twice.
    estimate, se
        Mean over the replications and its standard error; the error is 0 where nothing varies, NaN for one replication
        of something that was expected to vary.
    z
        (estimate - theory) / se, counted from the nearer end of a band; 0 inside it; infinite where ``se`` is 0 and the
        two differ.
    verdict
        "agrees" if ``abs(z) <= 4``.
    plausibility
        Empty for theory; else why a comparison with reported data may disagree with a sound engine.
    replications, parameters
        At which number of replications, with which parameters.
    """

    case: str
    title: str
    source: str
    quantity: str
    theory: float
    theory_high: float
    estimate: float
    se: float
    z: float
    verdict: Agreement
    replications: int
    parameters: Mapping[str, Any]
    plausibility: str = ""

    @property
    def is_band(self) -> bool:
        """Whether theory gives an interval."""
        return self.theory != self.theory_high

    def to_dict(self) -> dict[str, Any]:
        """Return the row for JSON, which knows no infinity: such a z is None."""
        return {**asdict(self), "z": self.z if math.isfinite(self.z) else None}


def verdicts(case: Case, given: Given, replications: Sequence[Mapping[str, float]]) -> list[Row]:
    """Return one row a quantity.

    Parameters
    ----------
    case, given
        The case and its parameters.
    replications
        What each replication said, at least one.

    Raises
    ------
    SimcollectError
        If a replication does not say what theory speaks of, or something that is no number.
    """
    theory = case.theory(given)
    rows = []
    for quantity, expected in theory.items():
        values = [said.get(quantity, math.nan) for said in replications]
        if not all(math.isfinite(value) for value in values):
            raise SimcollectError(
                f"{case.name}: replication {[math.isfinite(v) for v in values].index(False)} has no number for "
                f"{quantity!r}. Ask for more borrowers, or parameters under which it happens at all."
            )
        low, high = (expected.low, expected.high) if isinstance(expected, Band) else (expected, expected)
        mean, se = _mean(values)
        z = _z(mean, se, low, high)
        rows.append(
            Row(
                case.name,
                case.title,
                case.source,
                quantity,
                low,
                high,
                mean,
                se,
                z,
                "agrees" if abs(z) <= LIMIT else "disagrees",
                len(values),
                dict(given),
                case.plausibility,
            )
        )
    return rows


def _mean(values: Sequence[float]) -> tuple[float, float]:
    if min(values) == max(values):
        return values[0], 0.0
    estimate = estimate_mean(values)
    return estimate.mean, estimate.standard_error


def _z(mean: float, se: float, low: float, high: float) -> float:
    nearest = min(max(mean, low), high)
    if math.isclose(mean, nearest, rel_tol=_SAME, abs_tol=1e-12):
        return 0.0
    return (mean - nearest) / se if se > 0.0 else math.copysign(math.inf, mean - nearest)
