"""Looking more than once: when to look, and how much wider intervals must be so that looking does no harm.

Whoever runs replications until a difference is clear of zero, and then reports the usual interval, is wrong far more
often than one time in twenty: chance is given many tries. Two rules keep the promise:

- **Stop by width alone.** For normal outcomes the widths say nothing about where the means lie. What is left is that
  one stops a little too gladly where the spread happens to look small; a fifth of the error allowed pays for that.
- **Stop for any reason.** The level is spent evenly over a schedule of looks stated beforehand, each half as long
  again as the one before. Then the intervals of all outcomes at all looks hold together, and it does not matter at
  which of them, or why, one stops.

References
----------
Jennison and Turnbull (1989), Interim analyses: the repeated confidence interval approach, J. Royal Statistical Society
B 51; Westfall and Young (1993), Resampling-Based Multiple Testing (the smallest p over correlated statistics);
Chow and Robbins (1965), Annals of Mathematical Statistics 36 (stopping by width); Wilson and Hilferty (1931), The
distribution of chi-square, PNAS 17.
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.stats import t as student_t

from simcollect.stats.simultaneous import largest_t, root, shrunk_correlation

Numbers = NDArray[np.float64]

GROWTH: Final = 1.5
"""Each look has so many times the replications of the one before."""

_FOR_WIDTH: Final = 0.2
"""Share of the error allowed that is kept back for stopping by width; ``docs/selection.md`` measures what is left."""

_DRAWS: Final = 10_000
_SEED: Final = 19_890_301  # any number: it makes the answer the same each time, and says nothing about the data


def schedule(first: int, at_most: int) -> tuple[int, ...]:
    """Return the numbers of replications at which to look: ``first``, half as many again and so on, then ``at_most``.

    Raises
    ------
    ValueError
        If ``first`` is below 3 or ``at_most`` below ``first``.

    Examples
    --------
    >>> schedule(10, 100)
    (10, 15, 22, 34, 51, 76, 100)
    """
    if not 3 <= first <= at_most:
        raise ValueError(f"first must be 3 or more and at_most no less, found {first} and {at_most}")
    looks, exact = [first], float(first)
    while looks[-1] < at_most:
        exact *= GROWTH
        looks.append(min(at_most, round(exact)))
    return tuple(looks)


def width_t(values: Numbers, level: float = 0.95) -> float:
    """Return how many standard errors wide intervals must be to hold together when one stops for their width alone.

    Parameters
    ----------
    values
        Replications so far, one column an outcome, shape [r, k], finite, r >= 2.
    level
        Probability in (0, 1) that all intervals cover.

    Examples
    --------
    >>> values = np.random.default_rng(1).normal(size=(15, 1))
    >>> round(width_t(values), 2)
    2.26
    """
    return largest_t(values, level_for_width(level))


def level_for_width(level: float) -> float:
    """Return the level an interval must be made with to hold with ``level`` when one stops for its width alone.

    Examples
    --------
    >>> round(level_for_width(0.95), 4)
    0.96
    """
    return 1.0 - (1.0 - _FOR_WIDTH) * (1.0 - level)


def repeated_t(values: Numbers, looks: tuple[int, ...], level: float = 0.95) -> float:
    """Return how many standard errors the intervals of all columns must be wide to hold together at every look.

    Parameters
    ----------
    values
        Replications so far, one column an outcome, shape [r, k], finite, r one of ``looks``.
    looks
        The schedule, stated before the first look.
    level
        Probability in (0, 1) that no interval misses its mean at any look.

    Raises
    ------
    ValueError
        If r is not one of the looks.

    Examples
    --------
    >>> values = np.random.default_rng(1).normal(size=(15, 1))
    >>> once = float(student_t.isf(0.025, 14))
    >>> round(once, 2), round(repeated_t(values, (15,)), 2), round(repeated_t(values, (10, 15, 22, 34)), 2)
    (2.14, 2.14, 2.7)
    """
    r = len(values)
    if r not in looks:
        raise ValueError(f"{r} replications are none of the looks {looks}")
    return float(student_t.isf(nominal_p(values, looks, level) / 2.0, r - 1))


def nominal_p(values: Numbers, looks: tuple[int, ...], level: float = 0.95) -> float:
    """Return the p-value that each column at each look must fall below, so that chance alone does so at 1 - level.

    The smallest p over columns and looks is simulated: 10,000 sequences of normal outcomes with the correlation of
    ``values`` (shape [r, k]) as far as r replications tell it, means and sums of squares growing from look to look.
    """
    moving = values[:, np.ptp(values, axis=0) > 0.0]
    k = max(1, moving.shape[1])
    correlation = shrunk_correlation(moving) if moving.shape[1] > 1 else np.eye(1)
    return _smallest_p(correlation.tobytes(), k, looks, level)


@lru_cache(maxsize=64)
def _smallest_p(told: bytes, k: int, looks: tuple[int, ...], level: float) -> float:
    """Return the quantile; kept, as one outcome has the same schedule again and again."""
    correlation = np.frombuffer(told, dtype=np.float64).reshape(k, k)
    # Squares of normal numbers are correlated as the square of their correlation.
    of_means, of_squares = root(correlation), root(correlation * correlation)
    rng = np.random.default_rng(_SEED)
    mean, squares = np.zeros((_DRAWS, k)), np.zeros((_DRAWS, k))
    smallest = np.ones(_DRAWS)
    n = 0
    for look in looks:
        m = look - n
        new = (rng.standard_normal((_DRAWS, k)) @ of_means) / math.sqrt(m)
        squares += _chi_square(rng.standard_normal((_DRAWS, k)) @ of_squares, m - 1)
        squares += (n * m / look) * (new - mean) ** 2
        mean += (m / look) * (new - mean)
        largest = np.max(np.abs(mean) / np.sqrt(squares / ((look - 1) * look)), axis=1)
        smallest = np.minimum(smallest, 2.0 * np.asarray(student_t.sf(largest, look - 1)))
        n = look
    tail = 1.0 - level
    return min(max(float(np.quantile(smallest, tail)), tail / (k * len(looks))), tail)


def _chi_square(normal: Numbers, freedom: int) -> Numbers:
    """Return chi-square numbers made from standard normal ones: the approximation of Wilson and Hilferty."""
    if freedom == 0:
        return np.zeros_like(normal)
    small = 2.0 / (9.0 * freedom)
    return np.asarray(freedom * np.maximum(1.0 - small + normal * math.sqrt(small), 0.0) ** 3)
