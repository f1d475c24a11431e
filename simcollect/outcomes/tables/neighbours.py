"""The same account's row just before, or just after, another row: what an answer belongs to."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from simcollect.outcomes.reading import NEVER, Reading


def last_before(reading: Reading, rows: NDArray[np.integer], others: NDArray[np.integer]) -> NDArray[np.int64]:
    """Return for each row the position of its account's last row among ``others`` before it, NEVER where none is.

    Parameters
    ----------
    reading
        The log as read.
    rows, others
        Positions of rows, in any order; shapes r and s.
    """
    m = len(reading.rows)
    keys, mine = _keys(reading, others), reading.account[rows].astype(np.int64)
    place = np.searchsorted(keys, mine * m + rows) - 1
    return _of_the_same(keys, place, mine, m)


def next_after(reading: Reading, rows: NDArray[np.integer], others: NDArray[np.integer]) -> NDArray[np.int64]:
    """Return for each row the position of its account's next row among ``others`` after it, NEVER where none is.

    Parameters
    ----------
    reading
        The log as read.
    rows, others
        Positions of rows, in any order; shapes r and s.
    """
    m = len(reading.rows)
    keys, mine = _keys(reading, others), reading.account[rows].astype(np.int64)
    place = np.searchsorted(keys, mine * m + rows, side="right")
    return _of_the_same(keys, place, mine, m)


def _keys(reading: Reading, others: NDArray[np.integer]) -> NDArray[np.int64]:
    return np.sort(reading.account[others].astype(np.int64) * len(reading.rows) + others)


def _of_the_same(
    keys: NDArray[np.int64], place: NDArray[np.intp], account: NDArray[np.int64], m: int
) -> NDArray[np.int64]:
    if not len(keys):
        return np.full(len(place), NEVER, dtype=np.int64)
    found = keys[np.clip(place, 0, len(keys) - 1)]
    is_there = (place >= 0) & (place < len(keys)) & (found // m == account)
    return np.where(is_there, found % m, NEVER)
