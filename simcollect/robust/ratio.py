"""The ratio of two means that are measured together, with an interval that may be open: Fieller's theorem.

References
----------
Fieller (1954), Some problems in interval estimation, J. Royal Statistical Society B 16(2).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import t as student_t

Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Ratio:
    """A ratio of means.

    Attributes
    ----------
    value
        Mean of the numerator / mean of the denominator; NaN where that is 0.
    low, high
        Ends of the set of ratios that the data allow; infinite where that set is not bounded.
    """

    value: float
    low: float
    high: float

    @property
    def is_bounded(self) -> bool:
        """Whether the data bound the ratio on both sides."""
        return math.isfinite(self.low) and math.isfinite(self.high)


def ratio_of_means(numerator: Numbers, denominator: Numbers, level: float = 0.95) -> Ratio:
    """Return mean(numerator) / mean(denominator), pairs of the same replications, with Fieller's interval.

    A ratio q is allowed where the mean of (numerator - q denominator) is not told from 0. When the denominator itself
    is not told from 0, so are all ratios beyond some, and the interval is open.

    Parameters
    ----------
    numerator, denominator
        Shape [r], r >= 2.

    Examples
    --------
    >>> found = ratio_of_means(np.array([2.0, 4.1, 5.9]), np.array([1.0, 2.0, 3.0]))
    >>> round(found.value, 2), found.is_bounded
    (2.0, False)
    """
    n = len(numerator)
    a, b = float(numerator.mean()), float(denominator.mean())
    value = a / b if b != 0.0 else math.nan
    t2 = float(student_t.isf((1.0 - level) / 2.0, n - 1)) ** 2 / n
    covariance = np.cov(numerator, denominator, ddof=1)
    # (a - q b)^2 <= t2 (saa - 2 q sab + q^2 sbb), a quadratic in q.
    c2 = b * b - t2 * float(covariance[1, 1])
    c1 = a * b - t2 * float(covariance[0, 1])
    c0 = a * a - t2 * float(covariance[0, 0])
    if c2 <= 0.0:
        return Ratio(value, -math.inf, math.inf)
    root = math.sqrt(max(c1 * c1 - c2 * c0, 0.0))
    return Ratio(value, (c1 - root) / c2, (c1 + root) / c2)
