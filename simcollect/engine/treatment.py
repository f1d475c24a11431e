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
from simcollect.engine.staff import UNLIMITED, Shift, Team, talks
from simcollect.scenario.flatten import Flat
from simcollect.stages.case import N_OFFERS, N_STEPS
from simcollect.stages.changeover import GONE

Numbers = NDArray[np.int64]
NEVER_DONE: Final = -1
_GOLDEN: Final = (5.0**0.5 - 1.0) / 2.0
_ROUNDING: Final = 1e-9


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
    """Return the staff of a pool shared out over strategies: members in their order, the first ones for the first.

    A member whom two shares meet in works for the one on some days and for the other on the rest, in proportion and
    in turn, so that even a pool of one can be split. Of an unlimited pool each part is unlimited.

    Examples
    --------
    >>> [whose(member, shift, 3, (2 / 3, 1 / 3)) for shift in (0, 1) for member in (1, 2, 3)]
    [0, 0, 1, 0, 0, 1]
    >>> [whose(1, shift, 1, (0.5, 0.5)) for shift in range(6)]
    [0, 1, 0, 1, 0, 0]
    """
    if team.headcount == UNLIMITED:
        return (team,) * len(shares)
    parts: list[list[Shift]] = [[] for _ in shares]
    for number, shift in enumerate(team.shifts):
        serves = [whose(member, number, team.headcount, shares) for member in shift.present]
        for place, mine in enumerate(parts):
            present = tuple(member for member, arm in zip(shift.present, serves, strict=True) if arm == place)
            mine.append(replace(shift, present=present))
    return tuple(replace(team, shifts=tuple(mine)) for mine in parts)


def whose(member: int, shift: int, headcount: int, shares: tuple[float, ...]) -> int:
    """Return the position of the share that a member (from 1) works for in a shift (from 0)."""
    turn = (shift * _GOLDEN) % 1.0  # the most even way to deal days in any proportion
    reach = 0.0
    for place, share in enumerate(shares[:-1]):
        reach += headcount * share
        if member - 1 + turn < reach - _ROUNDING:
            return place
    return len(shares) - 1
