"""Tests of a stated effect on accounts drawn from runs: how many of them find it."""

from __future__ import annotations

import math
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm

LEVEL: Final = 0.95
CRITICAL: Final = float(norm.isf((1.0 - LEVEL) / 2.0))
_CHUNK: Final = 2_000_000  # numbers drawn at a time
_NORMAL_FROM: Final = 20.0

Numbers = NDArray[np.float64]


def found_share(
    part: Numbers, whole: Numbers, size: int, effect: float, share: float, trials: int, rng: np.random.Generator
) -> float:
    """Return the share of simulated tests that reject no difference at 5 %: the power, or the size where effect is 0.

    A test has about ``size`` accounts, each of the given ones a Poisson number of times in either arm. A gain
    multiplies what an account of the challenger's arm brings in; where outcomes are yes or no, it turns as many of the
    others into a yes as that takes.
    """
    yes_or_no = bool(np.isin(part, (0.0, 1.0)).all() and (whole == 1.0).all())
    basis = np.stack([np.ones_like(part), part, whole, part * part, part * whole, whole * whole], axis=1)
    rejected = 0
    at_once = max(1, _CHUNK // len(part))
    for start in range(0, trials, at_once):
        n = min(at_once, trials - start)
        champion: Numbers = _times_drawn(size * (1.0 - share) / len(part), (n, len(part)), rng) @ basis
        challenger: Numbers = _times_drawn(size * share / len(part), (n, len(part)), rng) @ basis
        _add_effect(challenger, effect, float(part.mean()) if yes_or_no else None, rng)
        ours, theirs = _ratio_and_variance(challenger), _ratio_and_variance(champion)
        with np.errstate(invalid="ignore", divide="ignore"):
            z = np.abs(ours[0] - theirs[0]) / np.sqrt(ours[1] + theirs[1])
        rejected += int((z > CRITICAL).sum())
    return rejected / trials


def _times_drawn(mean: float, shape: tuple[int, int], rng: np.random.Generator) -> Numbers:
    """Return Poisson variates; normal ones of the same mean and variance where it is large."""
    if mean < _NORMAL_FROM:
        return rng.poisson(mean, shape).astype(np.float64)
    drawn: Numbers = rng.standard_normal(shape, dtype=np.float32).astype(np.float64)
    return np.maximum(0.0, mean + math.sqrt(mean) * drawn)


def _add_effect(sums: Numbers, effect: float, mean: float | None, rng: np.random.Generator) -> None:
    """Give an arm's sums (number, y, x, yy, xy, xx, shape [trials, 6]) the effect; ``mean`` where y is yes or no."""
    if mean is None:
        for column, power in ((1, 1), (3, 2), (4, 1)):
            sums[:, column] *= (1.0 + effect) ** power
        return
    yes, no = sums[:, 1].astype(np.int64), (sums[:, 0] - sums[:, 1]).astype(np.int64)
    if effect > 0.0:
        yes += rng.binomial(no, min(1.0, effect * mean / (1.0 - mean)) if mean < 1.0 else 0.0)
    else:
        yes -= rng.binomial(yes, -effect)
    for column in (1, 3, 4):
        sums[:, column] = yes


def _ratio_and_variance(sums: Numbers) -> tuple[Numbers, Numbers]:
    """Return ratio and its variance by trial, as :meth:`simcollect.arms.values.Values.standard_error` has them."""
    n, y, x, yy, xy, xx = sums.T
    with np.errstate(invalid="ignore", divide="ignore"):
        ratio = y / x
        left_over = np.maximum(0.0, yy - 2.0 * ratio * xy + ratio * ratio * xx)
        return ratio, left_over / (n - 1.0) * n / (x * x)
