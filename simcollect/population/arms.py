"""Who is in which arm of an experiment: one keyed draw an account, so nothing else can move it to another arm."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from simcollect.core.codes import Purpose
from simcollect.core.rng import uniforms

LOGGING_POLICY = 1
"""Occurrence of the draw by which a logging policy treats an account; 0 is that of a randomised experiment."""


def arm_draws(keys: NDArray[np.int64], seed: int, replication: int, occurrence: int = 0) -> NDArray[np.float64]:
    """Return each account's uniform that decides its arm, shape n."""
    return uniforms(seed, replication, keys, int(Purpose.ARM), occurrence)


def draw_arms(keys: NDArray[np.int64], shares: Sequence[float], seed: int, replication: int) -> NDArray[np.int64]:
    """Return the arm of each account, 0 to k - 1, at random with these shares, shape n.

    An account's arm depends on its key, the seed, the replication and the shares only. Where the first arm gives up a
    part of its share to the next, nobody else moves.

    Parameters
    ----------
    keys
        Of the accounts' draws, shape n.
    shares
        Of the arms, adding up to 1, shape k.

    Examples
    --------
    >>> keys = np.arange(1, 100_001)
    >>> arms = draw_arms(keys, (0.8, 0.2), seed=1, replication=0)
    >>> bool(abs(arms.mean() - 0.2) < 4 * 0.4 / len(keys) ** 0.5)
    True
    """
    reach = np.cumsum(np.asarray(shares, dtype=np.float64))[:-1]
    return np.searchsorted(reach, arm_draws(keys, seed, replication), side="right").astype(np.int64)
