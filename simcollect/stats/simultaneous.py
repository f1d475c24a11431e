"""Several statements that are to hold together: intervals by the largest t, adjusted p-values, and the best of many.

Ten intervals of 95 % each are all right together far less often than 95 % of the time. What is here widens them just
enough: :func:`together` learns from the replications how the outcomes move with each other, so that ten outcomes that
rise and fall as one cost little more than one.

References
----------
Westfall and Young (1993), Resampling-Based Multiple Testing (the largest t over correlated statistics);
Schaefer and Strimmer (2005), Statistical Applications in Genetics and Molecular Biology 4(1) (correlations from few
observations); Holm (1979), A simple sequentially rejective multiple test procedure, Scand. J. Statistics 6; Hsu (1984),
Constrained simultaneous confidence intervals for multiple comparisons with the best, Annals of Statistics 12.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.stats import chi2, norm
from scipy.stats import t as student_t

from simcollect.stats.intervals import Estimate
from simcollect.stats.skewed import arms

Numbers = NDArray[np.float64]

FEWEST: Final = 10
"""With fewer replications how outcomes move together is not known, and intervals are Bonferroni's."""

_DRAWS: Final = 10_000
_FARTHEST: Final = 6.0
_SEED: Final = 20_050_901  # any number: it makes the answer the same each time, and says nothing about the data


def together(values: Numbers, level: float = 0.95) -> tuple[Estimate, ...]:
    """Return intervals for several means that hold all at once with the stated probability.

    Each is mean +- c standard errors with one c for all: the quantile of the largest |t| among outcomes that are
    correlated as the replications show. c lies between that of a single interval and Bonferroni's. The arm towards the
    long tail of a skewed outcome is longer, as in :func:`simcollect.stats.skewed.arms`.

    Parameters
    ----------
    values
        One row a replication, one column an outcome (a paired difference, a day of a curve), shape [r, k], finite,
        r >= 2, k >= 1.
    level
        Probability in (0, 1) that all k intervals cover.

    Raises
    ------
    ValueError
        If the shape, a number or the level is out of range.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> alike = rng.normal(size=(12, 1)) + 0.001 * rng.normal(size=(12, 5))
    >>> apart = rng.normal(size=(12, 5))
    >>> def c(values):
    ...     e = together(values)[0]
    ...     return min(e.mean - e.low, e.high - e.mean) / e.standard_error
    >>> round(c(alike), 1), c(alike) < c(apart) < float(student_t.isf(0.025 / 5, 11))
    (2.2, True)
    """
    numbers = _table(values)
    _check_level(level)
    return intervals(numbers, largest_t(numbers, level), level)


def intervals(values: Numbers, multiple: float, level: float) -> tuple[Estimate, ...]:
    """Return means with intervals of ``multiple`` standard errors, the arm towards a long tail longer.

    Every interval that holds together with others is made here, however its multiple was found.

    Parameters
    ----------
    values
        Shape [r, k], finite, r >= 2.
    multiple
        Standard errors, positive.
    level
        What the multiple was found for; only noted down.
    """
    r = len(values)
    constant = np.ptp(values, axis=0) == 0.0  # where rounding would leave a trace of a spread
    mean = np.where(constant, values[0], values.mean(axis=0))
    error = np.where(constant, 0.0, values.std(axis=0, ddof=1) / math.sqrt(r))
    reach = [arms(column, multiple) for column in values.T]
    return tuple(
        Estimate(float(m), float(s), float(m - below * s), float(m + above * s), r, level)
        for m, s, (below, above) in zip(mean, error, reach, strict=True)
    )


def largest_t(values: Numbers, level: float = 0.95, one_sided: bool = False) -> float:
    """Return the quantile of the largest |t| (of the largest t, one-sided) over the columns of ``values``.

    ``values`` has shape [r, k]. Found from 10,000 draws of k means and k standard deviations of r normal outcomes,
    correlated as :func:`shrunk_correlation` says; the same every time it is asked; their number puts it within about
    0.02. Never above Bonferroni's, which holds whatever the correlation, and Bonferroni's with fewer than
    :data:`FEWEST` replications.
    """
    numbers = _table(values)
    _check_level(level)
    r = len(numbers)
    tail = 1.0 - level
    moving = numbers[:, np.ptp(numbers, axis=0) > 0.0]
    k = moving.shape[1]
    single = float(student_t.isf(tail if one_sided else tail / 2.0, r - 1))
    if k <= 1:
        return single
    bonferroni = float(student_t.isf(tail / k / (1.0 if one_sided else 2.0), r - 1))
    if r < FEWEST:
        return bonferroni
    correlation = shrunk_correlation(moving)
    rng = np.random.default_rng(_SEED)
    normal = rng.standard_normal((_DRAWS, k)) @ root(correlation)
    # Each outcome is divided by a spread of its own. Squares of normal numbers are correlated as the square of their
    # correlation.
    squares = _chi_square(rng.standard_normal((_DRAWS, k)) @ root(correlation * correlation), r - 1)
    largest = np.max((normal if one_sided else np.abs(normal)) / np.sqrt(squares / (r - 1)), axis=1)
    return min(max(float(np.quantile(largest, level)), single), bonferroni)


def shrunk_correlation(values: Numbers) -> Numbers:
    """Return the correlation of the columns, drawn towards none as far as few replications leave it in doubt.

    Twenty replications show forty outcomes as if they moved in nineteen directions only, and intervals that believe it
    are too narrow. The share drawn is the sum of the correlations' variances over the sum of their squares (Schaefer
    and Strimmer, 2005, target D, with the large-sample variance of a correlation).

    Parameters
    ----------
    values
        Shape [r, k], r >= 2, k >= 2, no column constant.

    Returns
    -------
    array
        Shape [k, k].
    """
    k = values.shape[1]
    correlation = np.asarray(np.corrcoef(values, rowvar=False), dtype=np.float64)
    squares = np.minimum(1.0, correlation[~np.eye(k, dtype=bool)] ** 2)
    seen = float(np.sum(squares))
    doubt = float(np.sum((1.0 - squares) ** 2)) / (len(values) - 1)
    share = 1.0 if doubt >= seen else doubt / seen
    return np.asarray((1.0 - share) * correlation + share * np.eye(k), dtype=np.float64)


def root(correlation: Numbers) -> Numbers:
    """Return the matrix that gives standard normal rows this correlation; the correlation may be singular."""
    values, vectors = np.linalg.eigh(correlation)
    return np.asarray((vectors * np.sqrt(np.maximum(values, 0.0))).T, dtype=np.float64)


def _chi_square(normal: Numbers, freedom: int) -> Numbers:
    """Return chi-square numbers made from standard normal ones: the same quantiles, read from a table."""
    ends = np.linspace(-_FARTHEST, _FARTHEST, 2001)
    # In logarithms, where quantiles near zero are spread out.
    return np.asarray(np.exp(np.interp(normal, ends, np.log(chi2.ppf(norm.cdf(ends), freedom)))))


def holm(p_values: Numbers) -> Numbers:
    """Return p-values adjusted so that rejecting those below alpha errs at all with probability alpha at most.

    Parameters
    ----------
    p_values
        Shape [k], each in [0, 1].

    Examples
    --------
    >>> holm(np.array([0.01, 0.04, 0.03])).round(2).tolist()
    [0.03, 0.06, 0.06]
    """
    p = np.asarray(p_values, dtype=np.float64)
    if p.ndim != 1 or not len(p) or not np.all((p >= 0.0) & (p <= 1.0)):
        raise ValueError("p_values must be a list of numbers from 0 to 1")
    order = np.argsort(p, kind="stable")
    stepped = np.maximum.accumulate(p[order] * np.arange(len(p), 0, -1))
    adjusted = np.empty_like(p)
    adjusted[order] = np.minimum(stepped, 1.0)
    return adjusted


@dataclass(frozen=True)
class AgainstBest:
    """How far one system lies from the best of the others.

    Attributes
    ----------
    mean
        Sample mean of (this one - best of the others).
    low, high
        Interval that holds together with those of all systems; never on the wrong side of 0: low <= 0 <= high.
        Infinite where the replications set no end.
    can_be_best
        Whether ``high`` > 0: the replications do not exclude that this is the best.
    is_best
        Whether ``low`` is 0: the replications exclude that another is better.
    """

    mean: float
    low: float
    high: float

    @property
    def can_be_best(self) -> bool:
        """Whether this system is among those that cannot be told from the best."""
        return self.high > 0.0

    @property
    def is_best(self) -> bool:
        """Whether every other system is shown to be no better."""
        return self.low >= 0.0


def with_the_best(values: Numbers, level: float = 0.95, larger_is_better: bool = True) -> tuple[AgainstBest, ...]:
    """Return for each system an interval for its mean minus the best of the others'; all hold together.

    Works on paired replications: what all systems share in a replication drops out. A difference that was the same in
    all of them has no spread to make an interval of, and decides nothing.

    Parameters
    ----------
    values
        One row a replication, one column a system, shape [r, k], r >= 2, k >= 2.
    level
        Probability in (0, 1) that all intervals cover.
    larger_is_better
        False for costs: the best is then the smallest, and positive still means better.

    Raises
    ------
    ValueError
        If there are fewer than two systems, or as in :func:`together`.

    Examples
    --------
    >>> rng = np.random.default_rng(3)
    >>> luck = rng.normal(size=(20, 1))
    >>> values = luck + np.array([0.0, 0.02, 3.0]) + 0.1 * rng.normal(size=(20, 3))
    >>> [system.can_be_best for system in with_the_best(values)]
    [False, False, True]
    """
    numbers = _table(values) * (1.0 if larger_is_better else -1.0)
    k = numbers.shape[1]
    if k < 2:
        raise ValueError(f"the best of the others needs two systems or more, found {k}")
    pairs = [(i, j) for i in range(k) for j in range(i + 1, k)]
    differences = np.column_stack([numbers[:, i] - numbers[:, j] for i, j in pairs])
    gap, low, high = np.zeros((k, k)), np.zeros((k, k)), np.zeros((k, k))
    for (i, j), one in zip(pairs, intervals(differences, largest_t(differences, level), level), strict=True):
        ends = (one.low, one.high) if one.standard_error > 0.0 else (-math.inf, math.inf)
        gap[i, j], low[i, j], high[i, j] = one.mean, *ends
        gap[j, i], low[j, i], high[j, i] = -one.mean, -ends[1], -ends[0]
    found = []
    for i in range(k):
        others = [j for j in range(k) if j != i]
        ends = min(0.0, float(np.min(low[i, others]))), max(0.0, float(np.min(high[i, others])))
        found.append(AgainstBest(float(np.min(gap[i, others])), *ends))
    return tuple(found)


def _table(values: Numbers) -> Numbers:
    numbers = np.asarray(values, dtype=np.float64)
    if numbers.ndim != 2 or numbers.shape[0] < 2 or numbers.shape[1] < 1:
        raise ValueError(f"values must have a row for each of at least 2 replications, found shape {numbers.shape}")
    if not np.all(np.isfinite(numbers)):
        where = np.argwhere(~np.isfinite(numbers))[0]
        raise ValueError(f"values must be finite, found {numbers[tuple(where)]} in replication {where[0]}")
    return numbers


def _check_level(level: float) -> None:
    if not 0.0 < level < 1.0:
        raise ValueError(f"level must lie between 0 and 1, found {level}")
