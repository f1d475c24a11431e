"""Marginal distributions of a synthetic portfolio, and what a Gaussian copula makes of their ranks."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from simcollect.core.errors import InputError

Floats = NDArray[np.float64]

_LEVELS = 4096
_MOST_TABLE = 65536
_TERMS = 60
_MOSTLY_DISTINCT = 0.5


@dataclass(frozen=True)
class Marginal:
    """One field's distribution, as the function from a uniform to a value.

    Attributes
    ----------
    family
        A continuous or discrete family of scipy.stats, "constant", or "table".
    params
        In scipy's order; of a table, its values in rising order.
    steps
        Of a table: whether it holds the only values there are (each drawn equally often), or points of a curve.
    scale
        What values are multiplied by: cents in a unit of the currency, for money written in major units.
    """

    family: str
    params: tuple[float, ...]
    steps: bool = False
    scale: float = 1.0

    def values(self, u: Floats) -> Floats:
        """Return the values at uniforms ``u`` in (0, 1), shape n (the inverse CDF)."""
        return self._unscaled(u) * self.scale

    def _unscaled(self, u: Floats) -> Floats:
        if self.family == "constant":
            return np.full(len(u), self.params[0])
        if self.family == "table":
            table = self._table
            if self.steps:
                return table[np.minimum((u * len(table)).astype(np.int64), len(table) - 1)]
            return np.interp(u * (len(table) - 1), np.arange(len(table)), table)
        drawn: Floats = np.asarray(self._distribution.ppf(u), dtype=np.float64)
        return drawn

    @cached_property
    def _table(self) -> Floats:
        return np.array(self.params, dtype=np.float64)

    @cached_property
    def _distribution(self) -> Any:
        return getattr(stats, self.family)(*self.params)

    @cached_property
    def rank_series(self) -> Floats:
        """Hermite coefficients a_1 ... a_60 of the standardised mid-rank of this field as a function of a normal score.

        The Spearman correlation of two fields joined by a Gaussian copula of correlation r is the sum over k of a_k b_k
        r^k. For continuous fields this is (6 / pi) asin(r / 2); ties make it smaller. All are 0 for a constant.

        References
        ----------
        Mehler 1866 (expansion of the bivariate normal density in Hermite polynomials); Pearson 1907 (continuous case).
        """
        levels = (np.arange(_LEVELS) + 0.5) / _LEVELS
        values = self.values(levels)
        _, first, count = np.unique(values, return_index=True, return_counts=True)
        if len(count) == 1:
            return np.zeros(_TERMS)
        rank = (first + count / 2.0) / _LEVELS - 0.5
        rank = rank / math.sqrt(float(np.sum(rank * rank * count)) / _LEVELS)
        # Coefficient of a step function: sum over the steps of jump x phi(edge) He_{k-1}(edge) / sqrt(k!).
        edge = stats.norm.ppf(first[1:] / _LEVELS)
        jump = np.diff(rank) * np.exp(-edge * edge / 2.0) / math.sqrt(2.0 * math.pi)
        below, here = np.zeros_like(edge), np.ones_like(edge)
        series = np.empty(_TERMS)
        for k in range(1, _TERMS + 1):
            series[k - 1] = float(np.sum(jump * here)) / math.sqrt(k)
            below, here = here, (edge * here - math.sqrt(k - 1.0) * below) / math.sqrt(k)
        return series


def checked(family: str, params: Sequence[float], name: str) -> Marginal:
    """Return a marginal whose parameters scipy accepts.

    Raises
    ------
    InputError
        If the parameters make no distribution.
    """
    marginal = Marginal(family, tuple(params))
    ends = marginal.values(np.array([1e-6, 0.5, 1.0 - 1e-6]))
    if not np.all(np.isfinite(ends)):
        shown = ", ".join(f"{param:g}" for param in params)
        place = f"portfolio.synthetic.marginals.{name}.params"
        raise InputError("", place, f"is [{shown}]", f"Expected parameters of scipy.stats.{family}")
    return marginal


def empirical(values: Floats) -> Marginal:
    """Return the marginal of observed values (shape n): steps where most values repeat, else a curve through them."""
    table = np.sort(values)
    if len(table) > _MOST_TABLE:
        table = table[np.round(np.linspace(0, len(table) - 1, _MOST_TABLE)).astype(np.int64)]
    steps = len(np.unique(table)) < _MOSTLY_DISTINCT * len(table)
    if table[0] == table[-1]:
        return Marginal("constant", (float(table[0]),))
    return Marginal("table", tuple(table.tolist()), steps)


def normal_correlation(spearman: float, a: Marginal, b: Marginal) -> float:
    """Return the correlation of normal scores that gives two fields this rank correlation (-1 to 1).

    Where ties put the wish out of reach, the nearest that can be had.

    Examples
    --------
    >>> smooth = Marginal("norm", (0.0, 1.0))
    >>> abs(normal_correlation(0.5, smooth, smooth) - 2 * math.sin(math.pi * 0.5 / 6)) < 1e-3
    True
    """
    product = a.rank_series * b.rank_series
    if not np.any(product):
        return 0.0
    low, high = -0.999, 0.999
    for _ in range(60):
        middle = (low + high) / 2.0
        reached = 0.0
        for term in product[::-1]:
            reached = (reached + float(term)) * middle
        low, high = (middle, high) if reached < spearman else (low, middle)
    return (low + high) / 2.0


def nearest_correlation(matrix: Floats) -> Floats:
    """Return a correlation matrix close to a symmetric one: negative eigenvalues cut off, diagonal back to 1.

    References
    ----------
    Rebonato and Jaeckel 1999, "The most general methodology to create a valid correlation matrix", spectral method.
    """
    value, vector = np.linalg.eigh(matrix)
    if value[0] >= 1e-8:
        return matrix
    mended = (vector * np.maximum(value, 1e-6)) @ vector.T
    size = np.sqrt(np.diag(mended))
    fixed: Floats = mended / size[:, np.newaxis] / size[np.newaxis, :]
    return (fixed + fixed.T) / 2.0
