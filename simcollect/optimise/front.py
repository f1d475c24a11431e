"""Which of several candidates are not beaten in everything by another one, and how sure that is.

A candidate **dominates** another when it is at least as good in every objective and better in one. Those that none
dominates are the Pareto front. The front of noisy means is itself noisy: resampling the replications, the same ones for
all candidates, tells how often each would have been on it.

References
----------
Deb et al. (2002), A fast and elitist multiobjective genetic algorithm: NSGA-II, IEEE Trans. Evol. Comp. 6(2).
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]

_RESAMPLES: Final = 2_000
_SEED: Final = 20_020_602


def is_on_front(points: Numbers) -> NDArray[np.bool_]:
    """Return which points none dominates; larger is better.

    Parameters
    ----------
    points
        Shape [..., candidates, objectives].

    Examples
    --------
    >>> is_on_front(np.array([[1.0, 2.0], [2.0, 1.0], [1.0, 1.0], [2.0, 1.0]])).tolist()
    [True, True, False, True]
    """
    ours, theirs = points[..., :, None, :], points[..., None, :, :]
    dominates = (theirs >= ours).all(axis=-1) & (theirs > ours).any(axis=-1)
    return np.asarray(~dominates.any(axis=-1), dtype=np.bool_)


def front_levels(points: Numbers) -> NDArray[np.int64]:
    """Return 0 for the front, 1 for the front of what is left without it, and so on, shape [candidates].

    Examples
    --------
    >>> front_levels(np.array([[1.0, 1.0], [2.0, 2.0], [0.0, 0.0]])).tolist()
    [1, 0, 2]
    """
    levels = np.full(len(points), -1, dtype=np.int64)
    level = 0
    while (levels < 0).any():
        left = np.flatnonzero(levels < 0)
        levels[left[is_on_front(points[left])]] = level
        level += 1
    return levels


def front_probability(values: Numbers) -> Numbers:
    """Return the share of resamples of the replications in which each candidate is on the front.

    Parameters
    ----------
    values
        Larger is better, replications paired over candidates, shape [candidates, objectives, r].
    """
    r = values.shape[2]
    generator = np.random.default_rng(_SEED)
    weights = generator.multinomial(r, np.full(r, 1.0 / r), size=_RESAMPLES) / r
    means = np.einsum("cor,br->bco", values, weights)
    return np.asarray(is_on_front(means).mean(axis=0), dtype=np.float64)
