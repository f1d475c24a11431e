"""A difference between two strategies, and how much of the doubt about it is luck, data and assumption."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import Enum
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm, t

from simcollect.stats import Estimate, estimate_mean
from simcollect.stats.components import Component, nested_components

Numbers = NDArray[np.float64]

LEVEL: Final = 0.95
HOLDS_FROM: Final = 0.95
"""Share of draws that must agree on a sign before it is said to hold."""
_TAIL: Final = (1.0 - LEVEL) / 2.0
_STEPS: Final = 2000  # of the distribution of run noise: its tails must be there


class Standing(Enum):
    """What may be said about the sign of a difference when the parameters are not known."""

    HIGHER = "higher"
    LOWER = "lower"
    NO_DIFFERENCE = "no difference in any run"
    RUN_NOISE = "cannot tell: run noise"
    PARAMETERS = "cannot tell: the sign may turn within what is plausible"


@dataclass(frozen=True)
class Split:
    """The doubt about one difference, by source.

    Attributes
    ----------
    stated
        Mean difference at the stated values with its interval: run noise alone.
    parameters, assumptions
        Variance from the calibrated ensemble, and from assumed numbers; unbiased, negative where none is seen. What
        both do together counts as the ensemble's.
    mean_over_draws
        Mean difference over all draws; it differs from the stated one where the answer is no straight line in the
        parameters, or where the stated values do not lie in the middle of what is plausible.
    with_parameters
        Interval around the stated difference for run noise and the ensemble.
    with_all
        Interval around the mean over draws for all three: quantiles of what the draws give, run noise added, so that it
        is as lopsided as they are.
    by_draw
        Difference at every draw with run noise taken off, shape [draws]: their spread is that of the components.
    same_sign_share
        Share of draws at which the difference has the sign it has at the stated values.
    """

    stated: Estimate
    parameters: Component
    assumptions: Component
    mean_over_draws: float
    with_parameters: tuple[float, float]
    with_all: tuple[float, float]
    by_draw: Numbers
    same_sign_share: float

    @property
    def run_noise(self) -> float:
        """Variance of the stated difference from run noise; more replications make it smaller, and nothing else."""
        return self.stated.standard_error**2

    @property
    def shares(self) -> tuple[float, float, float]:
        """Shares of the variance: run noise, ensemble, assumptions; NaN where there is none at all."""
        parts = (self.run_noise, self.parameters.variance, self.assumptions.variance)
        total = math.fsum(parts)
        return (parts[0] / total, parts[1] / total, parts[2] / total) if total > 0.0 else (math.nan,) * 3

    @property
    def standing(self) -> Standing:
        """What may be said about the sign: that it holds needs both intervals clear of 0, and nearly all draws."""
        if self.stated.low == self.stated.high == 0.0 and not np.any(self.by_draw):
            return Standing.NO_DIFFERENCE
        if not (self.stated.low > 0.0 or self.stated.high < 0.0):
            return Standing.RUN_NOISE
        is_higher = self.stated.mean > 0.0
        clear = self.with_all[0] > 0.0 if is_higher else self.with_all[1] < 0.0
        if self.same_sign_share < HOLDS_FROM or not clear:
            return Standing.PARAMETERS
        return Standing.HIGHER if is_higher else Standing.LOWER


def split(stated: Numbers, drawn: Numbers) -> Split:
    """Return how the doubt about a difference splits.

    Parameters
    ----------
    stated
        Differences at the stated values, one a replication, shape [r], r >= 2.
    drawn
        Differences at the draws on the first n of these replications, shape [a, b, n]: a draws of assumptions, b of
        the ensemble within each; 2 <= n <= r.

    Notes
    -----
    The mean over draws is freed of the luck that their few replications share: how far the stated difference on these
    lies from the one on all r tells how lucky they are (a control variate, weighted by the share of luck that is
    common).
    """
    mine = estimate_mean(stated, LEVEL)
    found = nested_components(drawn)
    n = drawn.shape[2]
    variance = float(np.var(stated, ddof=1))
    common = min(max(1.0 - found.noise / variance, 0.0), 1.0) if variance > 0.0 else 0.0
    mean = found.mean - common * (float(np.mean(stated[:n])) - mine.mean)
    spread = found.inner.variance + found.outer.variance
    # Means of a draw scatter by its own luck too; drawn together until their spread is that of the components.
    means = drawn.mean(axis=2).ravel()
    noisy = spread + found.noise / n
    by_draw = mean + (means - found.mean) * (math.sqrt(spread / noisy) if noisy > 0.0 else 0.0)
    agree = np.sign(by_draw) == np.sign(mine.mean)
    inner = float(norm.isf(_TAIL)) * math.sqrt(found.inner.variance)
    low, high = (
        mine.mean - math.hypot(mine.mean - mine.low, inner),
        mine.mean + math.hypot(mine.high - mine.mean, inner),
    )
    return Split(
        stated=mine,
        parameters=found.inner,
        assumptions=found.outer,
        mean_over_draws=mean,
        with_parameters=(low, high),
        with_all=_quantiles(mine, mean, by_draw, drawn.shape[0] if drawn.shape[0] > 1 else drawn.shape[1]),
        by_draw=by_draw,
        same_sign_share=float(np.mean(agree)),
    )


def _quantiles(stated: Estimate, mean: float, by_draw: Numbers, d: int) -> tuple[float, float]:
    """Return the interval of (a draw + run noise), spread out as normal theory has it for a new one after d draws."""
    wider = float(t.isf(_TAIL, d - 1) / norm.isf(_TAIL)) * math.sqrt(1.0 + 1.0 / d)
    # Towards the long tail of skewed runs the noise reaches as far as the stated interval does.
    steps = t.ppf((np.arange(_STEPS) + 0.5) / _STEPS, stated.n - 1) / t.isf(_TAIL, stated.n - 1)
    noise = steps * np.where(steps < 0.0, stated.mean - stated.low, stated.high - stated.mean)
    values = (mean + wider * (by_draw - mean))[:, None] + noise
    low, high = np.quantile(values, (_TAIL, 1.0 - _TAIL))
    return float(low), float(high)
