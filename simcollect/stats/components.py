"""Which part of a spread comes from which source: variance components of a nested design on common replications.

Every draw of the parameters is run on the same replications, so luck that all draws share drops out of what is said
about the parameters, and luck that they do not share is estimated and taken off.

References
----------
Searle, Casella and McCulloch (1992), Variance Components, chapters 3 to 5 (mean squares set equal to their
expectations; estimates may be negative and are not cut off); Satterthwaite (1946), Biometrics Bulletin 2 (the
standard error of a combination of mean squares).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Component:
    """A variance, estimated.

    Attributes
    ----------
    estimate
        In the unit of the values squared. Unbiased, so that it falls below 0 about half the time when the variance is
        nothing.
    standard_error
        From the degrees of freedom of the mean squares; NaN where the component cannot vary.
    """

    estimate: float
    standard_error: float

    @property
    def variance(self) -> float:
        """The estimate, or 0 where it is negative: no variance is."""
        return max(0.0, self.estimate)

    @property
    def is_told_from_zero(self) -> bool:
        """Whether the estimate lies more than 1.645 standard errors above 0 (5 % one-sided, roughly)."""
        return self.estimate > 1.645 * self.standard_error


NOTHING = Component(0.0, math.nan)
"""The component of a source that is not varied."""


@dataclass(frozen=True)
class Components:
    """Where the variance of a value y[i, j, r] comes from: outer draw i, inner draw j within it, replication r.

    Attributes
    ----------
    outer
        Variance of the mean given the outer draw.
    inner
        Mean variance of the value given the outer draw, luck averaged out; what both do together is in here.
    noise
        Variance of one run that draws do not share: luck that falls differently on different parameters.
    mean
        Mean over all draws and replications.
    """

    outer: Component
    inner: Component
    noise: float
    mean: float


def nested_components(values: Numbers) -> Components:
    """Return the variance components of values in a nested design on common replications.

    The model is y[i, j, r] = mean + outer[i] + inner[i, j] + luck[r] + (outer x luck)[i, r] + noise[i, j, r], all
    random with mean 0. With a outer draws, b inner draws in each and n replications the mean squares expect

    ==================  =================================================================  ==================
    outer draws         noise + b var(outer x luck) + n var(inner) + b n var(outer)        a - 1
    inner within outer  noise + n var(inner)                                               a (b - 1)
    outer x luck        noise + b var(outer x luck)                                        (a - 1)(n - 1)
    noise               noise                                                              a (b - 1)(n - 1)
    ==================  =================================================================  ==================

    and are solved for the variances. With b = 1 there is no inner component, and with a = 1 no outer one.

    Parameters
    ----------
    values
        Shape [a, b, n], finite, n >= 2, a b >= 2.

    Raises
    ------
    ValueError
        If the shape does not allow it or a value is not finite.

    Examples
    --------
    >>> luck = np.array([0.0, 4.0])
    >>> found = nested_components(np.array([1.0, 2.0, 3.0])[:, None, None] + luck)
    >>> found.outer.estimate, found.noise, found.mean
    (1.0, 0.0, 4.0)
    """
    y = np.asarray(values, dtype=np.float64)
    if y.ndim != 3 or y.shape[2] < 2 or y.shape[0] * y.shape[1] < 2:
        raise ValueError(
            f"values must have at least two draws and two replications, shape [outer, inner, replications]: "
            f"found {y.shape}"
        )
    if not np.all(np.isfinite(y)):
        raise ValueError(f"values must be finite, found {y[~np.isfinite(y)][0]}")
    a, b, n = y.shape
    mean = float(y.mean())
    of_outer, of_draw, of_luck = y.mean(axis=(1, 2)), y.mean(axis=2), y.mean(axis=(0, 1))
    of_outer_and_luck = y.mean(axis=1)
    # What is left of outer x luck, and of a single run, when the means above it are taken off.
    crossed = of_outer_and_luck - of_outer[:, None] - of_luck[None, :] + mean
    single = y - of_draw[:, :, None] - of_outer_and_luck[:, None, :] + of_outer[:, None, None]
    outer = _Square(b * n * float(np.sum((of_outer - mean) ** 2)), a - 1)
    inner = _Square(n * float(np.sum((of_draw - of_outer[:, None]) ** 2)), a * (b - 1))
    by_luck = _Square(b * float(np.sum(crossed**2)), (a - 1) * (n - 1))
    noise = _Square(float(np.sum(single**2)), a * (b - 1) * (n - 1))
    if b == 1:
        return Components(_solved([outer], [by_luck], n), NOTHING, by_luck.mean, mean)
    within = _solved([inner], [noise], n)
    if a == 1:
        return Components(NOTHING, within, noise.mean, mean)
    between = _solved([outer, noise], [inner, by_luck], b * n)
    # Of what one run adds by itself, the part that outer draws share counts once a run as well.
    return Components(between, within, noise.mean + max(0.0, (by_luck.mean - noise.mean) / b), mean)


@dataclass(frozen=True)
class _Square:
    """A sum of squares and its degrees of freedom."""

    total: float
    freedom: int

    @property
    def mean(self) -> float:
        return self.total / self.freedom if self.freedom else 0.0

    @property
    def variance(self) -> float:
        return 2.0 * self.mean**2 / self.freedom if self.freedom else 0.0


def _solved(plus: list[_Square], minus: list[_Square], times: int) -> Component:
    """Return (sum of some mean squares - sum of others) / times, with its standard error."""
    estimate = (math.fsum(part.mean for part in plus) - math.fsum(part.mean for part in minus)) / times
    return Component(estimate, math.sqrt(math.fsum(part.variance for part in (*plus, *minus))) / times)
