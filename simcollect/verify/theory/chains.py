"""Absorbing Markov chains: probabilities, times and state vectors by linear algebra.

References
----------
Kemeny and Snell (1960), Finite Markov Chains, ch. 3: fundamental matrix N = (I - Q)^-1, absorption N R, time N 1.
Cyert, Davidson and Thompson (1962), Management Science 8(3): the use of it for doubtful accounts.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.float64]
Matrix: TypeAlias = Sequence[Sequence[float]]


def absorbed(q: Matrix, r: Matrix) -> Floats:
    """Return the probability of ending in each absorbing state, shape (m states, a absorbing states).

    Parameters
    ----------
    q : matrix, shape (m, m)
        Moves among the transient states in one step.
    r : matrix, shape (m, a)
        Moves into the absorbing ones; rows of both together add up to 1.

    Examples
    --------
    >>> absorbed([[0.5, 0.2], [0.3, 0.1]], [[0.3, 0.0], [0.5, 0.1]]).round(6).tolist()
    [[0.948718, 0.051282], [0.871795, 0.128205]]
    """
    found: Floats = np.linalg.solve(np.eye(len(q)) - np.asarray(q), np.asarray(r))
    return found


def steps_until_absorbed(q: Matrix) -> Floats:
    """Return the mean number of steps until absorption, from each transient state, shape (m,).

    Examples
    --------
    >>> steps_until_absorbed([[0.5, 0.2], [0.3, 0.1]]).round(6).tolist()
    [2.820513, 2.051282]
    """
    found: Floats = np.linalg.solve(np.eye(len(q)) - np.asarray(q), np.ones(len(q)))
    return found


def still_moving(q: Matrix, steps: int) -> float:
    """Return the largest probability, over the states to start from, of not being absorbed after so many steps."""
    return float(np.max(np.linalg.matrix_power(np.asarray(q, dtype=np.float64), steps).sum(axis=1)))


def state_vector(q: Matrix, start: Sequence[float], steps: int) -> Floats:
    """Return the probability of each state after so many steps, shape (m,).

    Examples
    --------
    >>> state_vector([[0.79, 0.21], [0.09, 0.91]], [1.0, 0.0], 2).round(4).tolist()
    [0.643, 0.357]
    """
    found: Floats = np.asarray(start) @ np.linalg.matrix_power(np.asarray(q, dtype=np.float64), steps)
    return found
