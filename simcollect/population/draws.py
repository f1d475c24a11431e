"""Whole columns of keyed draws: one uniform or normal an account, for one purpose."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from simcollect.core.codes import Purpose
from simcollect.core.rng import uniforms


@dataclass(frozen=True)
class Draws:
    """The luck of n accounts: what each draws depends on its own key alone.

    Attributes
    ----------
    seed, replication
        Of the run. With a fixed book every replication draws as replication 0.
    keys
        Keys of the accounts, shape n.
    """

    seed: int
    replication: int
    keys: NDArray[np.int64]

    def uniform(self, purpose: Purpose, occurrence: int = 0) -> NDArray[np.float64]:
        """Return uniforms in (0, 1), shape n."""
        drawn: NDArray[np.float64] = uniforms(self.seed, self.replication, self.keys, int(purpose), occurrence)
        return drawn

    def normal(self, purpose: Purpose, occurrence: int = 0) -> NDArray[np.float64]:
        """Return standard normal variates by inverse CDF, shape n."""
        drawn: NDArray[np.float64] = ndtri(self.uniform(purpose, occurrence))
        return drawn

    def happens(
        self, probability: NDArray[np.float64] | float, purpose: Purpose, occurrence: int = 0
    ) -> NDArray[np.int8]:
        """Return 1 with the given probability (a number or shape n, 0 to 1), else 0, shape n."""
        return (self.uniform(purpose, occurrence) < probability).astype(np.int8)


def normal_above(u: NDArray[np.float64], none_share: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return a standard normal for each uniform above ``none_share`` and minus infinity for the others, shape n.

    One uniform serves both decisions: whether there is anything at all, and how much.
    """
    something = np.maximum(1.0 - none_share, 1e-300)
    z: NDArray[np.float64] = ndtri(np.clip((u - none_share) / something, 0.0, 1.0))
    return z


def lognormal_above(z: NDArray[np.float64], log_sd: NDArray[np.float64] | float) -> NDArray[np.float64]:
    """Return exp(log_sd z), and exactly 0 where z is minus infinity whatever the spread, shape n.

    Examples
    --------
    >>> lognormal_above(np.array([-np.inf, 0.0]), 0.0)
    array([0., 1.])
    """
    there = np.isfinite(z)
    return np.where(there, np.exp(log_sd * np.where(there, z, 0.0)), 0.0)
