"""Who first: the visible list of work that waits for a pool. Competition for staff is decided here and nowhere else."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(slots=True, eq=False)
class Item:
    """One piece of work that waits for staff.

    Attributes
    ----------
    account : int
        Position in the book.
    action : int
        Action code.
    pool : int
        Pool code.
    queued_at : int
        Minute it was put on the list.
    score : float
        Worth under the strategy's priority rule when it was queued; the highest is taken first.
    gone : bool
        Withdrawn or taken: the list forgets it when it comes up.
    """

    account: int
    action: int
    pool: int
    queued_at: int
    score: float
    gone: bool = False


class WorkList:
    """A pool's waiting items in the order of the priority rule; ties by waiting time, then account, then action.

    Examples
    --------
    >>> work = WorkList()
    >>> for account, score in ((1, 5.0), (2, 9.0)):
    ...     work.add(Item(account, 4, 1, 0, score))
    >>> work.take().account
    2
    """

    def __init__(self) -> None:
        self._ready: list[tuple[float, int, int, int, Item]] = []
        self._later: list[tuple[int, float, int, int, int, Item]] = []

    def __len__(self) -> int:
        return sum(not entry[-1].gone for entry in self._ready) + sum(not entry[-1].gone for entry in self._later)

    def __bool__(self) -> bool:
        """Return False only if nothing waits; items that have gone may still be on the list."""
        return bool(self._ready or self._later)

    def add(self, item: Item) -> None:
        """Put an item on the list."""
        heapq.heappush(self._ready, (-item.score, item.queued_at, item.account, item.action, item))

    def take(self) -> Item | None:
        """Take the first item off the list, None if nothing is ready."""
        while self._ready:
            item = heapq.heappop(self._ready)[-1]
            if not item.gone:
                return item
        return None

    def set_aside(self, item: Item, until: int) -> None:
        """Keep an item that may not be worked before ``until`` (minute) off the ready list."""
        heapq.heappush(self._later, (until, -item.score, item.queued_at, item.account, item.action, item))

    def bring_back(self, now: int) -> None:
        """Make the items ready that were set aside until ``now``."""
        while self._later and self._later[0][0] <= now:
            item = heapq.heappop(self._later)[-1]
            if not item.gone:
                self.add(item)

    def score_anew(self, score: Callable[[Item], float]) -> None:
        """Put the list in the order of another rule."""
        ready = [entry[-1] for entry in self._ready if not entry[-1].gone]
        later = [(entry[0], entry[-1]) for entry in self._later if not entry[-1].gone]
        self._ready, self._later = [], []
        for item in ready:
            item.score = score(item)
            self.add(item)
        for until, item in later:
            item.score = score(item)
            self.set_aside(item, until)

    def next_ready_at(self) -> int | None:
        """Return the minute at which the next item set aside becomes ready, None if there is none."""
        while self._later and self._later[0][-1].gone:
            heapq.heappop(self._later)
        return self._later[0][0] if self._later else None
