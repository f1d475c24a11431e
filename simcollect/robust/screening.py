"""Which unknowns need no closer look: the ends of their ranges seen with few replications, paired with the stated runs.

The lead at a value is the lead as stated plus its change, and with the same luck the change varies far less than the
lead does: what an unknown does not touch is the same to the last event. So the lead as stated is known from all
replications, its change from a few of them. An unknown is set aside when, at every value looked at and over every other
strategy, the low end of the lead as stated plus the low end of its change still lies above 0. Each end is missed with a
chance of 2.5 %, so an unknown that in truth loses the lead at a value looked at is set aside with a chance of 5 % at
most, however the two go together (Bonferroni). What is not set aside is followed with all replications.

References
----------
Kleijnen (2015), Design and Analysis of Simulation Experiments, 2nd ed., chapter 4: screening before a closer look.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from simcollect.stats import estimate_mean

Numbers = NDArray[np.float64]

LEVEL: Final = 0.95
"""Of each of the two intervals, so that 2.5 % lie below either."""
MISSED: Final = 0.05
"""Chance, at most, that an unknown which loses the lead at a value looked at is set aside."""
REPLICATIONS: Final = 4
"""Of the first look, when nobody says."""


def is_kept(stated: Numbers, seen: Iterable[Numbers], best: int, rivals: Sequence[int]) -> bool:
    """Return whether the best strategy surely keeps its lead at all values looked at.

    Parameters
    ----------
    stated
        Outcomes as stated, larger is better, shape [strategies, r], r >= 2.
    seen
        Outcomes at each value, of the first q replications, shape [strategies, q], 2 <= q <= r.
    best, rivals
        Positions of the strategies.
    """
    return all(
        least_lead(stated[best] - stated[rival], values[best] - values[rival]) > 0.0
        for values in seen
        for rival in rivals
    )


def least_lead(stated: Numbers, seen: Numbers) -> float:
    """Return the least that the mean lead at a value may be.

    Parameters
    ----------
    stated
        Lead in each replication as stated, shape [r].
    seen
        The same in the first q of them at another value, shape [q].

    Examples
    --------
    >>> least_lead(np.array([1.0, 1.0, 1.0]), np.array([0.75, 0.75]))
    0.75
    """
    return estimate_mean(stated, LEVEL).low + estimate_mean(seen - stated[: len(seen)], LEVEL).low


def lead_seen(stated: Numbers, seen: Numbers) -> float:
    """Return the mean lead at a value: as stated from all replications, plus its change from the first q of them."""
    return float(stated.mean() + (seen - stated[: len(seen)]).mean())
