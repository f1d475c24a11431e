"""Which unknowns an outcome follows: Sobol' and Morris indices, beside the share that is run noise.

A stochastic model has luck of its own. With the same replications at every point it is one rough function of the
unknowns, and its roughness looks like an influence: it enters every total index of an unknown that touches any draw,
and where luck changes smoothly with an unknown, the first-order index too. So each index is set beside a **floor**: the
share of the variance over points that replications leave to luck. What does not clear the floor cannot be told.

References
----------
Sobol' (1993), Sensitivity estimates for nonlinear mathematical models; Saltelli et al. (2010), Computer Physics
Communications 181: the estimators, as in ``scipy.stats.sobol_indices``. Morris (1991), Technometrics 33(2); Campolongo,
Cariboni and Saltelli (2007), Environmental Modelling and Software 22: the mean of absolute effects. Efron and
Tibshirani (1993), An Introduction to the Bootstrap: intervals from resampled rows.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import qmc, sobol_indices

Numbers = NDArray[np.float64]

LEVEL: Final = 0.95
_RESAMPLES: Final = 1_000
_SEED: Final = 20_101_181  # of resampling: any number, the answer is the same each time
_LEVELS: Final = 4
_STEP: Final = _LEVELS / (2.0 * (_LEVELS - 1.0))
_MEAN_OF_HALF_NORMAL: Final = math.sqrt(2.0 / math.pi)


@dataclass(frozen=True)
class Index:
    """One index with its interval.

    Attributes
    ----------
    value, low, high
        Estimate and 95 % bootstrap interval.
    floor
        What run noise alone may reach, in the same unit.
    moves
        Whether anything changed in any run when the unknown did.
    """

    value: float
    low: float
    high: float
    floor: float
    moves: bool = True

    @property
    def verdict(self) -> str:
        """What may be said: "matters", "no effect in any run" or "cannot tell"."""
        if not self.moves:
            return "no effect in any run"
        return "matters" if self.low > self.floor else "cannot tell"


@dataclass(frozen=True)
class SobolIndices:
    """First-order and total indices of groups of unknowns.

    Attributes
    ----------
    first, total
        One a group.
    noise_share
        Share of the variance over points that is run noise: the floor of every index.
    """

    first: tuple[Index, ...]
    total: tuple[Index, ...]
    noise_share: float


@dataclass(frozen=True)
class MorrisIndices:
    """Effects of single unknowns over the whole space, in the outcome's unit for the whole way of a coordinate.

    Attributes
    ----------
    mean_absolute
        Mean of |effect| over trajectories, one an unknown: how much it matters at all.
    mean
        Mean effect: its direction.
    spread
        Standard deviation of effects: interactions and bends.
    """

    mean_absolute: tuple[Index, ...]
    mean: tuple[float, ...]
    spread: tuple[float, ...]


def sobol_design(groups: Sequence[Sequence[int]], n: int, seed: int) -> Numbers:
    """Return the points of a Sobol' analysis: shape [(2 + g) n, k], A, then B, then A with each group of B.

    Parameters
    ----------
    groups
        Columns of each group; together all k columns, each once.
    n
        Base points, a power of 2 of at least 2.
    seed
        Of the scrambling.

    Raises
    ------
    ValueError
        If n is no power of 2.

    Examples
    --------
    >>> sobol_design([[0], [1, 2]], 4, seed=1).shape
    (16, 3)
    """
    if n < 2 or n & (n - 1):
        raise ValueError(f"n must be a power of 2, found {n}")
    k = sum(len(columns) for columns in groups)
    both = qmc.Sobol(2 * k, rng=np.random.default_rng(seed)).random(n)
    a, b = both[:, :k], both[:, k:]
    mixed = []
    for columns in groups:
        one = a.copy()
        one[:, list(columns)] = b[:, list(columns)]
        mixed.append(one)
    return np.vstack([a, b, *mixed])


def sobol(values: Numbers, n_groups: int) -> SobolIndices:
    """Return the indices of the values at the points of :func:`sobol_design`.

    Parameters
    ----------
    values
        One row a point, one column a replication (the same ones at all points), shape [(2 + g) n, r], r >= 2.
    n_groups
        g.

    Notes
    -----
    The noise share is the mean square of (points x replications) divided by r, over the variance of the points' means.
    An index's interval comes from resampling base points.
    """
    g = n_groups
    n, r = len(values) // (g + 2), values.shape[1]
    means = values.mean(axis=1)
    f_a, f_b, f_ab = means[:n], means[n : 2 * n], means[2 * n :].reshape(g, 1, n)
    moves = [bool(np.any(values[(2 + i) * n : (3 + i) * n] != values[:n])) for i in range(g)]
    base = values[: 2 * n]
    spread = float(np.var(base.mean(axis=1), ddof=1))
    if spread == 0.0:
        nothing = tuple(Index(0.0, 0.0, 0.0, 0.0, False) for _ in range(g))
        return SobolIndices(nothing, nothing, 0.0)
    floor = min(1.0, noise_variance(base) / r / spread)
    mixed = f_ab[moves]
    if len(mixed) == 1:
        mixed = np.repeat(mixed, 2, axis=0)  # scipy cannot resample a single group; the copy is left out below
    found = sobol_indices(func={"f_A": f_a[None], "f_B": f_b[None], "f_AB": mixed}, n=n)
    sure = found.bootstrap(confidence_level=LEVEL, n_resamples=_RESAMPLES)

    def indices(estimates: ArrayLike, low: ArrayLike, high: ArrayLike) -> tuple[Index, ...]:
        told = list(zip(np.ravel(estimates), np.ravel(low), np.ravel(high), strict=True))
        nothing = Index(0.0, 0.0, 0.0, floor, False)
        known = [Index(float(e), float(a), float(b), floor) for e, a, b in told[: sum(moves)]]
        return tuple(known.pop(0) if moved else nothing for moved in moves)

    one, every = sure.first_order.confidence_interval, sure.total_order.confidence_interval
    return SobolIndices(
        indices(found.first_order, one.low, one.high), indices(found.total_order, every.low, every.high), floor
    )


def noise_variance(values: Numbers) -> float:
    """Return the variance of one replication at one point that neither point nor replication explains, shape [m, r]."""
    m, r = values.shape
    rest = values - values.mean(axis=1, keepdims=True) - values.mean(axis=0, keepdims=True) + values.mean()
    return float((rest**2).sum() / ((m - 1) * (r - 1)))


def morris_design(k: int, n: int, seed: int) -> tuple[Numbers, NDArray[np.int64]]:
    """Return n trajectories through [0, 1]^k on four levels, and which unknown moves at each of their steps.

    Parameters
    ----------
    k
        Unknowns.
    n
        Trajectories of k + 1 points each.
    seed
        Of the draws.

    Returns
    -------
    points, moved
        Shapes [n (k + 1), k] and [n, k].
    """
    generator = np.random.default_rng(seed)
    low_levels = np.arange(_LEVELS // 2) / (_LEVELS - 1.0)
    points, moved = [], np.empty((n, k), dtype=np.int64)
    for trajectory in range(n):
        at = low_levels[generator.integers(0, len(low_levels), k)]
        up = generator.random(k) < 0.5
        at = np.where(up, at, at + _STEP)
        points.append(at)
        moved[trajectory] = generator.permutation(k)
        for unknown in moved[trajectory]:
            at = at.copy()
            at[unknown] += _STEP if up[unknown] else -_STEP
            points.append(at)
    return np.array(points), moved


def morris(values: Numbers, points: Numbers, moved: NDArray[np.int64]) -> MorrisIndices:
    """Return the indices of the values at the points of :func:`morris_design`.

    Parameters
    ----------
    values
        Shape [n (k + 1), r], r >= 2: the same replications at all points.
    points, moved
        As designed.

    Notes
    -----
    An effect is (change of the outcome) / (change of the unknown), so the effect of going its whole way. Noise makes
    |effects| larger than they are: were all effects nothing but noise with the standard error that replications show,
    their mean absolute value would be sqrt(2 / pi) standard errors, which is the floor.
    """
    n, k = moved.shape
    r = values.shape[1]
    paths = values.reshape(n, k + 1, r)
    places = points.reshape(n, k + 1, k)
    effects, errors = np.empty((n, k)), np.empty((n, k))
    rows = np.arange(n)
    for step in range(k):
        unknown = moved[:, step]
        change = places[rows, step + 1, unknown] - places[rows, step, unknown]
        each = (paths[:, step + 1] - paths[:, step]) / change[:, None]
        effects[rows, unknown] = each.mean(axis=1)
        errors[rows, unknown] = each.var(axis=1, ddof=1) / r
    generator = np.random.default_rng(_SEED)
    drawn = generator.integers(0, n, (_RESAMPLES, n))
    told = []
    for column in range(k):
        size = np.abs(effects[:, column])
        low, high = np.quantile(size[drawn].mean(axis=1), ((1.0 - LEVEL) / 2.0, (1.0 + LEVEL) / 2.0))
        floor = _MEAN_OF_HALF_NORMAL * math.sqrt(float(errors[:, column].mean()))
        moves = bool(np.any(size > 0.0) or floor > 0.0)
        told.append(Index(float(size.mean()), float(low), float(high), floor, moves))
    spread = effects.std(axis=0, ddof=1) if n > 1 else np.zeros(k)
    return MorrisIndices(tuple(told), tuple(effects.mean(axis=0).tolist()), tuple(spread.tolist()))
