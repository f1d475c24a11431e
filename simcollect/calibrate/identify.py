"""Which combinations of parameters the targets pin down, and which they cannot tell apart.

The Jacobian is scaled twice: each row by the spread of its target, each column by the range in which its parameter was
searched. A singular value d then says by how many standard errors the targets move when the parameters move along its
direction by one whole range; 1 / d is the standard error along it, as a share of the range. Below about 0.1 the data
know the combination well; above 0.5 they say hardly more than the range did.

References
----------
Rothenberg (1971), Econometrica 39(3): local identification is the rank of the Jacobian. Brun, Reichert and Kuensch
(2001), Water Resources Research 37(4): collinear parameters of large simulation models.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from simcollect.calibrate.fit import Fit
from simcollect.calibrate.written import Parameter
from simcollect.stats.scales import to_scale

Floats = NDArray[np.float64]

UNKNOWN_ABOVE = 0.5
"""Standard error, as a share of the range, above which the data hardly know a combination."""
_SHOWN = 0.25
_TOGETHER = 0.9


@dataclass(frozen=True)
class Direction:
    """One combination of parameters.

    Attributes
    ----------
    singular_value
        Standard errors that the targets move by over one range.
    relative_se
        Standard error along the direction, as a share of the range; infinite where nothing moves.
    weights
        Place -> weight on the parameter's range; squares add up to 1 over all parameters, small ones included.
    """

    singular_value: float
    relative_se: float
    weights: dict[str, float]

    @property
    def told(self) -> str:
        """The parameters that matter in it, as words: ``0.80 a - 0.60 b``."""
        large = sorted(self.weights.items(), key=lambda item: -abs(item[1]))
        parts = [f"{weight:+.2f} {short(place)}" for place, weight in large if abs(weight) >= _SHOWN]
        return "  ".join(parts)


def directions(fit: Fit, parameters: tuple[Parameter, ...]) -> list[Direction]:
    """Return the combinations of parameters, the best known first."""
    width = np.array([to_scale(p.high, p.scale) - to_scale(p.low, p.scale) for p in parameters])
    scaled = fit.jacobian * width / fit.spread[:, np.newaxis]
    _, singular, turned = np.linalg.svd(scaled, full_matrices=False)
    found = []
    for value, vector in zip(singular, turned, strict=True):
        sign = 1.0 if vector[int(np.argmax(np.abs(vector)))] >= 0.0 else -1.0
        weights = {p.place: float(sign * weight) for p, weight in zip(parameters, vector, strict=True)}
        found.append(Direction(float(value), float(1.0 / value) if value > 0.0 else float("inf"), weights))
    return found


def pairs_told_apart_badly(fit: Fit, parameters: tuple[Parameter, ...]) -> list[tuple[str, str, float]]:
    """Return pairs of parameters whose estimates are correlated beyond 0.9 either way, with the correlation."""
    se = np.sqrt(np.diag(fit.covariance))
    size = np.outer(se, se)
    correlation = np.divide(fit.covariance, size, out=np.zeros_like(size), where=size > 0.0)
    return [
        (parameters[i].place, parameters[j].place, float(correlation[i, j]))
        for i, j in combinations(range(len(parameters)), 2)
        if abs(correlation[i, j]) > _TOGETHER
    ]


def short(place: str) -> str:
    """Return a place without its block: ``payment.base_rate_per_day``."""
    return place.removeprefix("behaviour.")
