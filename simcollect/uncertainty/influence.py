"""Which of the drawn numbers a difference follows: rank correlations, with the height that chance alone reaches.

A screening that costs no further runs. With tens of draws and hundreds of numbers some correlation is always high, so
each is set beside the largest one that shuffled differences show over all numbers. What stays below that is not shown
to be without influence, only not told from chance.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata

Numbers = NDArray[np.float64]

_SHUFFLES: Final = 1_000
_SEED: Final = 19_850_401  # any number: the answer is the same each time
_LEVEL: Final = 0.95
_BLOCK: Final = 50  # shuffles at a time, so that memory stays small


@dataclass(frozen=True)
class Ranked:
    """Rank correlations of numbers with an outcome.

    Attributes
    ----------
    correlations
        Spearman's, shape [k].
    floor
        The largest absolute correlation of any of them that pure chance stays below in 95 % of cases.
    """

    correlations: Numbers
    floor: float


def ranked(numbers: Numbers, outcome: Numbers) -> Ranked:
    """Return the rank correlation of each number with the outcome, and the noise floor of them all.

    Parameters
    ----------
    numbers
        One row a draw, one column a number, shape [n, k], n >= 3.
    outcome
        One a draw, shape [n].

    References
    ----------
    Westfall and Young (1993), Resampling-Based Multiple Testing: the largest statistic over shuffled data.
    """
    n = len(outcome)
    x = _standard(np.apply_along_axis(rankdata, 0, numbers))
    y = _standard(rankdata(outcome)[:, None])
    correlations = (x.T @ y)[:, 0]
    generator = np.random.default_rng(_SEED)
    largest = []
    for _ in range(_SHUFFLES // _BLOCK):
        shuffled = np.column_stack([y[generator.permutation(n), 0] for _ in range(_BLOCK)])
        largest.append(np.abs(x.T @ shuffled).max(axis=0))
    return Ranked(correlations, float(np.quantile(np.concatenate(largest), _LEVEL)))


def _standard(ranks: Numbers) -> Numbers:
    """Return columns with mean 0 and length 1; those that do not vary are 0."""
    centred = ranks - ranks.mean(axis=0)
    length = np.sqrt((centred**2).sum(axis=0))
    standard: Numbers = np.divide(centred, length, out=np.zeros_like(centred), where=length > 0.0)
    return standard
