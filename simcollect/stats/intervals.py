"""Means and paired differences over replications, with Student t intervals widened for skewness.

A replication is one book of borrowers with one set of luck. Two strategies run on the same replications are
twins, so what is estimated is the mean of the differences within pairs, and the variation that both share drops out.

How far an interval reaches where the values are skewed: :mod:`simcollect.stats.skewed`.

References
----------
Law (2015), Simulation Modeling and Analysis, 5th ed., sections 9.4.1 (replications for a stated precision),
10.2.1 (paired t interval) and 11.2 (common random numbers).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

import numpy as np
from numpy.typing import NDArray
from scipy.stats import t as student_t

from simcollect.stats.skewed import arms, longer, skewness, standard_deviation, towards_zero

MANY_REPLICATIONS = 100_000
"""Above this many replications the advice is "more than 100,000": nobody will run them, and the estimate is rough."""


class Verdict(Enum):
    """What the replications allow us to say about a difference."""

    HIGHER = "higher"
    LOWER = "lower"
    NO_DIFFERENCE = "no difference in any replication"
    NEVER_VARIED = "cannot tell: the same in every replication"
    TOO_SMALL_TO_MATTER = "smaller than the smallest effect that matters"
    CANNOT_TELL_YET = "cannot tell yet"
    ONE_REPLICATION = "one replication: no interval"


@dataclass(frozen=True)
class Estimate:
    """A mean over r replications with its interval.

    Attributes
    ----------
    mean
        Sample mean, in the unit of the values.
    standard_error
        Sample standard deviation / sqrt(r); NaN when r is 1.
    low, high
        Ends of the interval; NaN when r is 1.
    n
        Number of replications r, at least 1.
    level
        Confidence level, in (0, 1).
    """

    mean: float
    standard_error: float
    low: float
    high: float
    n: int
    level: float

    @property
    def half_width(self) -> float:
        """Half the length of the interval; NaN when there is one replication."""
        return (self.high - self.low) / 2.0


@dataclass(frozen=True)
class PairedDifference(Estimate):
    """The mean of (strategy - reference) over r replications that both ran.

    Attributes
    ----------
    verdict
        What may be said, at this level and with this many replications.
    more_replications
        About how many more are needed before the interval can decide: 0 when it has decided, None when no number
        would do (the mean is exactly 0 and no smallest effect was stated) or when one replication gives no spread.
    variance_ratio
        Variance of the difference with independent runs / with these twins, estimated from the two marginal
        variances; above 1 the pairing helped. NaN with one replication or when nothing varied.
    smallest_effect
        Smallest difference that matters to the user, in the unit of the values; None when none was stated.
    """

    verdict: Verdict
    more_replications: int | None
    variance_ratio: float
    smallest_effect: float | None = None

    def sentence(self) -> str:
        """Say the verdict in words.

        Examples
        --------
        >>> paired_difference([3.0, 1.0, 2.0], [2.0, 2.0, 1.9]).sentence()
        'cannot tell yet: about 3,475 more replications needed'
        >>> paired_difference([3.0], [2.0]).sentence()
        'one replication: no interval'
        """
        if self.verdict is not Verdict.CANNOT_TELL_YET:
            return str(self.verdict.value)
        if self.more_replications is None:
            return "cannot tell yet: state the smallest effect that matters to learn how many replications it needs"
        if self.more_replications > MANY_REPLICATIONS:
            return f"cannot tell yet: more than {MANY_REPLICATIONS:,} more replications needed"
        return f"cannot tell yet: about {self.more_replications:,} more replications needed"


def estimate_mean(values: Sequence[float] | NDArray[np.float64], level: float = 0.95, comparisons: int = 1) -> Estimate:
    """Return the mean over replications with its Student t interval, the arm towards the long tail lengthened.

    Parameters
    ----------
    values
        One number a replication, shape [r], all finite, r >= 1.
    level
        Confidence level in (0, 1).
    comparisons
        Number of intervals meant to hold together with this level (Bonferroni), at least 1.

    Raises
    ------
    ValueError
        If there is no value, a value is not finite, or level or comparisons are out of range.

    Examples
    --------
    >>> e = estimate_mean([1.0, 2.0, 3.0])
    >>> round(e.mean, 3), round(e.low, 3), round(e.high, 3)
    (2.0, -0.484, 4.484)
    >>> skewed = estimate_mean([1.0, 1.0, 1.0, 5.0])
    >>> round(skewed.mean - skewed.low, 3), round(skewed.high - skewed.mean, 3)
    (3.182, 3.725)
    """
    numbers = _checked(values, "values")
    _check_level(level, comparisons)
    n = numbers.size
    mean = math.fsum(numbers) / n
    if n == 1:
        return Estimate(mean, math.nan, math.nan, math.nan, 1, level)
    standard_error = standard_deviation(numbers) / math.sqrt(n)
    below, above = arms(numbers, _quantile(n, level, comparisons))
    return Estimate(mean, standard_error, mean - below * standard_error, mean + above * standard_error, n, level)


def paired_difference(
    strategy: Sequence[float] | NDArray[np.float64],
    reference: Sequence[float] | NDArray[np.float64],
    level: float = 0.95,
    smallest_effect: float | None = None,
    comparisons: int = 1,
) -> PairedDifference:
    """Return the mean of strategy - reference over common replications, its interval, and what it allows us to say.

    Parameters
    ----------
    strategy, reference
        One number a replication, shape [r], same order of replications in both.
    level
        Confidence level in (0, 1).
    smallest_effect
        Smallest difference that matters, positive, in the unit of the values. With it an interval that lies wholly
        within +- smallest_effect is a finding ("too small to matter"), not ignorance.
    comparisons
        Number of intervals meant to hold together with this level (Bonferroni), at least 1.

    Raises
    ------
    ValueError
        If the two differ in length, are empty or not finite, or if level, comparisons or smallest_effect is out
        of range.

    Examples
    --------
    >>> d = paired_difference([5.0, 6.0, 7.2], [4.0, 5.1, 6.0])
    >>> d.verdict, round(d.mean, 3), d.more_replications
    (<Verdict.HIGHER: 'higher'>, 1.033, 0)
    """
    ours, theirs = _checked(strategy, "strategy"), _checked(reference, "reference")
    if ours.size != theirs.size:
        raise ValueError(f"strategy has {ours.size} replications and reference has {theirs.size}: pairs need as many")
    if smallest_effect is not None and not (math.isfinite(smallest_effect) and smallest_effect > 0.0):
        raise ValueError(f"smallest_effect must be a positive number, found {smallest_effect}")
    differences = ours - theirs
    estimate = estimate_mean(differences, level, comparisons)
    verdict = _verdict(estimate, smallest_effect)
    more: int | None = 0
    if verdict is Verdict.ONE_REPLICATION:
        more = None
    elif verdict is Verdict.CANNOT_TELL_YET:
        target = max(abs(estimate.mean), smallest_effect or 0.0)
        tail = abs(skewness(differences)) if smallest_effect else max(0.0, towards_zero(differences))
        needed = replications_needed(standard_deviation(differences), target, level, comparisons, tail)
        more = None if needed is None else max(1, needed - estimate.n)
    return PairedDifference(
        mean=estimate.mean,
        standard_error=estimate.standard_error,
        low=estimate.low,
        high=estimate.high,
        n=estimate.n,
        level=level,
        verdict=verdict,
        more_replications=more,
        variance_ratio=variance_ratio(ours, theirs),
        smallest_effect=smallest_effect,
    )


def replications_needed(
    standard_deviation: float, half_width: float, level: float = 0.95, comparisons: int = 1, tail: float = 0.0
) -> int | None:
    """Return the least r >= 2 at which an arm of the interval falls below half_width, or None if none can.

    Standard deviation and skewness are taken as known, so this is a plan and not a promise.

    Parameters
    ----------
    standard_deviation
        Of one replication's value, >= 0.
    half_width
        Wanted half-width, >= 0, in the same unit. With 0 and a positive deviation no number suffices.
    level, comparisons
        As in :func:`estimate_mean`.
    tail
        Skewness towards the side of the arm, >= 0; 0 for a side without a long tail.

    Examples
    --------
    >>> replications_needed(standard_deviation=1.0, half_width=0.5)
    18
    >>> replications_needed(standard_deviation=1.0, half_width=0.5, tail=2.0)
    28
    >>> replications_needed(standard_deviation=1.0, half_width=0.0) is None
    True
    """
    _check_level(level, comparisons)
    if standard_deviation == 0.0:
        return 2
    if half_width <= 0.0:
        return None

    def wide(n: int) -> bool:
        quantile = _quantile(n, level, comparisons)
        return (quantile + longer(tail, quantile, n)) * standard_deviation / math.sqrt(n) >= half_width

    high = 2
    while wide(high):
        if high > 10_000 * MANY_REPLICATIONS:
            return high
        high *= 2
    low = 1  # never enough: one replication has no interval
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if wide(middle) else (low, middle)
    return high


def variance_ratio(
    strategy: Sequence[float] | NDArray[np.float64], reference: Sequence[float] | NDArray[np.float64]
) -> float:
    """Return (variance of strategy + variance of reference) / variance of their paired difference.

    How many times more replications independent runs would need for an equally narrow interval. Infinite when the
    difference is the same in every pair; NaN with one replication or when nothing varied at all.

    Examples
    --------
    >>> round(variance_ratio([1.0, 2.0, 3.0], [1.0, 2.0, 4.0]), 6)
    10.0
    """
    ours, theirs = _checked(strategy, "strategy"), _checked(reference, "reference")
    if ours.size < 2:
        return math.nan
    apart = standard_deviation(ours) ** 2 + standard_deviation(theirs) ** 2
    together = standard_deviation(ours - theirs) ** 2
    if together > 0.0:
        return apart / together
    return math.inf if apart > 0.0 else math.nan


def _verdict(estimate: Estimate, smallest_effect: float | None) -> Verdict:
    if estimate.n == 1:
        return Verdict.ONE_REPLICATION
    if smallest_effect is not None and -smallest_effect < estimate.low and estimate.high < smallest_effect:
        return Verdict.TOO_SMALL_TO_MATTER
    if estimate.low > 0.0:
        return Verdict.HIGHER
    if estimate.high < 0.0:
        return Verdict.LOWER
    if estimate.standard_error == 0.0:
        return Verdict.NO_DIFFERENCE
    return Verdict.CANNOT_TELL_YET


def _quantile(n: int, level: float, comparisons: int) -> float:
    tail = (1.0 - level) / comparisons / 2.0
    return float(student_t.isf(tail, n - 1))


def _checked(values: Sequence[float] | NDArray[np.float64], name: str) -> NDArray[np.float64]:
    numbers = np.asarray(values, dtype=np.float64)
    if numbers.ndim != 1 or numbers.size == 0:
        raise ValueError(f"{name} must be one number a replication, found an array of shape {numbers.shape}")
    if not np.all(np.isfinite(numbers)):
        where = int(np.flatnonzero(~np.isfinite(numbers))[0])
        raise ValueError(f"{name} must be finite, found {numbers[where]} in replication {where}")
    return numbers


def _check_level(level: float, comparisons: int) -> None:
    if not 0.0 < level < 1.0:
        raise ValueError(f"level must lie between 0 and 1, found {level}")
    if comparisons < 1:
        raise ValueError(f"comparisons must be at least 1, found {comparisons}")
