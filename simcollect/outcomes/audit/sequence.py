"""Questions of order that most checks ask: what came before this row, and how many are open at it.

All are answered by sorting keys that hold the account and the place in the log in one whole number, so that millions
of rows take seconds.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from simcollect.outcomes.reading import NEVER, Reading


def last_before(reading: Reading, events: NDArray[np.intp], rows: NDArray[np.intp]) -> NDArray[np.int64]:
    """Return, for each row, the position of the same account's last event before it in the log, or NEVER."""
    if not len(events) or not len(rows):
        return np.full(len(rows), NEVER, dtype=np.int64)
    width = len(reading.rows) + 1
    keys = np.sort(reading.account[events].astype(np.int64) * width + events)
    wanted = reading.account[rows].astype(np.int64) * width + rows
    place = np.searchsorted(keys, wanted) - 1  # strictly before: an equal key is the row itself
    found = np.full(len(rows), NEVER, dtype=np.int64)
    candidate = keys[np.maximum(place, 0)]
    same = (place >= 0) & (candidate // width == wanted // width)
    found[same] = candidate[same] % width
    return found


def first_after(
    reading: Reading, events: NDArray[np.intp], after: NDArray[np.int64], rows: NDArray[np.intp]
) -> NDArray[np.int64]:
    """Return the position of the same account's first event after a position and before the row, or NEVER.

    ``after`` holds one position a row, NEVER for the beginning of the log, shape of ``rows``.
    """
    width = len(reading.rows) + 1
    account = reading.account[rows].astype(np.int64)
    keys = np.append(np.sort(reading.account[events].astype(np.int64) * width + events), np.iinfo(np.int64).max)
    found = keys[np.searchsorted(keys, account * width + after + 1)]
    return np.where(found < account * width + rows, found % width, NEVER)


def happened_before(reading: Reading, events: NDArray[np.intp], rows: NDArray[np.intp]) -> NDArray[np.bool_]:
    """Return whether any of the same account's events stands before each row in the log."""
    return np.not_equal(last_before(reading, events, rows), NEVER)


def count_until(
    reading: Reading, events: NDArray[np.intp], rows: NDArray[np.intp], inclusive: bool
) -> NDArray[np.int64]:
    """Return how many events of the same account lie before each row's minute, or up to and including it.

    By the minute, not by place: rows of the same minute may stand in either order.
    """
    width = int(reading.log.header.horizon_minutes) + 2
    account = reading.account[rows].astype(np.int64)
    keys = np.sort(reading.account[events].astype(np.int64) * width + reading.rows["at"][events])
    until = np.searchsorted(keys, account * width + reading.rows["at"][rows], side="right" if inclusive else "left")
    counts: NDArray[np.int64] = until - np.searchsorted(keys, account * width)
    return counts


def running(
    keys: NDArray[np.int64], positions: NDArray[np.intp], steps: NDArray[np.int64]
) -> tuple[NDArray[np.intp], NDArray[np.int64]]:
    """Return an order (by key, then position) and the running sum of steps within each key, in that order."""
    order = np.lexsort((positions, keys))
    sums = np.cumsum(steps[order])
    ordered = keys[order]
    is_first = np.ones(len(keys), dtype=np.bool_)
    is_first[1:] = ordered[1:] != ordered[:-1]
    before = np.where(is_first, sums - steps[order], 0)
    group = np.cumsum(is_first) - 1
    return order, sums - before[np.flatnonzero(is_first)][group] if len(keys) else sums
