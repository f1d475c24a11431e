"""Which strategy treats which account, and from when: one strategy, arms of an experiment, or a change on a day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from simcollect.core.errors import SimcollectError
from simcollect.engine.contract import Records, strategy_levers
from simcollect.engine.staff import UNLIMITED, Team, talks
from simcollect.scenario.flatten import Flat
from simcollect.stages.case import N_OFFERS, N_STEPS
from simcollect.stages.changeover import GONE

Numbers = NDArray[np.int64]
NEVER_DONE: Final = -1


@dataclass(frozen=True, eq=False)
class Treatment:
    """What is done to a book by several strategies in one run.

    Attributes
    ----------
    name
        Stands as the strategy in the log's header.
    strategies
        Names of strategies of the scenario, each once. The work lists of shared staff are kept by the rule (priority,
        routing) of the first.
    arms
        For each account of the book the position in ``strategies`` of the one that treats it, shape n; None: the first.
    staff_shares
        Part of each pool that works for each strategy, adding up to 1; None: everybody works for all.
    changes
        (day, position): from the start of this day on every account is treated by that strategy. Rising days from 1.

    Raises
    ------
    SimcollectError
        If the parts do not fit together.
    """

    name: str
    strategies: tuple[str, ...]
    arms: Numbers | None = None
    staff_shares: tuple[float, ...] | None = None
    changes: tuple[tuple[int, int], ...] = ()

    def __post_init__(self) -> None:
        """Check that the parts fit together."""
        if not self.strategies or len(set(self.strategies)) < len(self.strategies):
            raise SimcollectError(f"A treatment needs different strategies, found {self.strategies}")
        known = range(len(self.strategies))
        if self.arms is not None and not np.all(np.isin(self.arms, known)):
            raise SimcollectError(f"Arms must be positions in {self.strategies}")
        if self.staff_shares is not None and len(self.staff_shares) != len(self.strategies):
            raise SimcollectError(f"Staff must be shared out over {len(known)} strategies")
        days = [0, *(day for day, _ in self.changes)]
        if any(later <= earlier for earlier, later in pairwise(days)):
            raise SimcollectError(f"Changes must come on rising days from 1, found {days[1:]}")
        if any(position not in known for _, position in self.changes):
            raise SimcollectError(f"Changes must lead to positions in {self.strategies}")
        if self.changes and (self.arms is not None or self.staff_shares is not None):
            raise SimcollectError("A treatment has arms or changes, not both")

    @classmethod
    def by_one(cls, strategy: str) -> Treatment:
        """Return the treatment of all accounts by one strategy throughout."""
        return cls(strategy, (strategy,))

    @property
    def n_groups(self) -> int:
        """Groups of staff with work lists of their own."""
        return 1 if self.staff_shares is None else len(self.strategies)


def levers_of(flats: Sequence[Flat]) -> Records:
    """Return the levers of strategies one after the other, each one record a segment.

    One that lets nobody speak to a borrower does not follow up by telephone what was promised under another either.
    """
    tables = []
    for flat in flats:
        levers = strategy_levers(flat)
        if len(flats) > 1 and not talks(flat):
            for name in ("follow_up_broken_promise_call_days", "follow_up_plan_check_days"):
                levers[name] = NEVER_DONE
        tables.append(levers)
    return np.concatenate(tables)


def same_steps(old: Flat, new: Flat, segment: int) -> Numbers:
    """Return for each step of the old cadence and ladder its place in the new one, GONE if it is not there; shape 22.

    A step is the same when all of it is: stage, action or terms, day and repeats. Of equal steps the first has the
    first's place.
    """
    place = np.full(N_STEPS + N_OFFERS, GONE, dtype=np.int64)
    for at, ours, theirs in ((0, old.steps[segment], new.steps[segment]), (N_STEPS, *_ladders(old, new, segment))):
        taken: set[int] = set()
        for j, step in enumerate(ours):
            alike = (k for k, other in enumerate(theirs) if k not in taken and other == step)
            found = next(alike, None) if step["stage"] > 0 else None
            if found is not None:
                taken.add(found)
                place[at + j] = found
    return place


def _ladders(old: Flat, new: Flat, segment: int) -> tuple[Records, Records]:
    return old.offers[segment], new.offers[segment]


def parts_of(team: Team, shares: tuple[float, ...]) -> tuple[Team, ...]:
    """Return the staff of a pool shared out: each part has whole members, the first ones for the first part.

    Numbers are rounded to those nearest to the shares that add up (largest remainder). A part of an unlimited pool is
    unlimited.
    """
    if team.headcount == UNLIMITED:
        return (team,) * len(shares)
    heads = heads_of(team.headcount, shares)
    last = np.cumsum(heads)
    parts = []
    for count, end in zip(heads, last.tolist(), strict=True):
        mine = range(end - count + 1, end + 1)
        shifts = tuple(
            replace(shift, present=tuple(member for member in shift.present if member in mine)) for shift in team.shifts
        )
        parts.append(replace(team, shifts=shifts if count else ()))
    return tuple(parts)


def heads_of(headcount: int, shares: tuple[float, ...]) -> list[int]:
    """Return whole numbers that add up to a headcount, nearest to the shares.

    Examples
    --------
    >>> heads_of(5, (0.8, 0.2)), heads_of(1, (0.5, 0.5))
    ([4, 1], [1, 0])
    """
    exact = [headcount * share for share in shares]
    heads = [int(part + 1e-9) for part in exact]
    by_remainder = sorted(range(len(shares)), key=lambda k: (round(heads[k] - exact[k], 9), k))
    for k in by_remainder[: headcount - sum(heads)]:
        heads[k] += 1
    return heads
