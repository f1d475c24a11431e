"""Groups that tables are told by: all accounts, those of a segment, borrower cell, age band, stage reached or arm."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simcollect.core.codes import Cell, EventKind, Stage
from simcollect.outcomes.arms import arm_of_accounts
from simcollect.outcomes.reading import Reading


@dataclass(frozen=True, eq=False)
class Grouping:
    """Which group each thing (account, promise, plan) is in.

    Attributes
    ----------
    by
        What the groups are made by: "all", "segment", ...
    names
        Names of the groups.
    place
        Place of each thing's group in ``names``, shape n; -1 for none.
    """

    by: str
    names: tuple[str, ...]
    place: NDArray[np.int64]

    def count(self, chosen: NDArray[np.bool_] | None = None) -> NDArray[np.int64]:
        """Return how many (of the chosen) things each group has."""
        inside = self.place >= 0 if chosen is None else (self.place >= 0) & chosen
        return np.bincount(self.place[inside], minlength=len(self.names)).astype(np.int64)

    def total(self, numbers: NDArray[Any]) -> NDArray[Any]:
        """Return the sum of a number over each group's things; whole numbers stay whole."""
        inside = self.place >= 0
        sums = np.zeros(len(self.names), dtype=np.float64 if numbers.dtype.kind == "f" else np.int64)
        np.add.at(sums, self.place[inside], numbers[inside])
        return sums

    def of(self, things: NDArray[np.integer]) -> Grouping:
        """Return the grouping of other things, each belonging to one of these (a payment to its account)."""
        return Grouping(self.by, self.names, self.place[things])

    def head(self) -> dict[str, Any]:
        """Return the first two columns of a table by these groups."""
        return {"by": [self.by] * len(self.names), "group": list(self.names)}


def everything(n: int) -> Grouping:
    """Return one group of all n things."""
    return Grouping("all", ("all",), np.zeros(n, dtype=np.int64))


def by_code(by: str, codes: NDArray[np.integer], enum: type[IntEnum], lowest: int = 0) -> Grouping:
    """Return a group for each member of an enumeration from ``lowest`` on."""
    members = [member for member in enum if member >= lowest]
    place = np.full(len(codes), -1, dtype=np.int64)
    for k, member in enumerate(members):
        place[codes == member] = k
    return Grouping(by, tuple(member.name.lower() for member in members), place)


def by_segment(reading: Reading) -> Grouping:
    """Return a group of accounts for each segment of the log."""
    return Grouping("segment", reading.log.header.segments, reading.log.accounts["segment"].astype(np.int64))


def by_cell(reading: Reading) -> Grouping:
    """Return a group of accounts for each borrower cell: why a borrower is overdue, which no strategy sees."""
    return by_code("cell", reading.log.accounts["cell"], Cell)


def by_age_band(reading: Reading) -> Grouping:
    """Return a group of accounts for each age band that the log has, by its number."""
    found, place = np.unique(reading.log.accounts["age_band"], return_inverse=True)
    return Grouping("age_band", tuple(str(int(band)) for band in found), place.astype(np.int64))


def by_stage_reached(reading: Reading) -> Grouping:
    """Return a group of accounts for each stage as the highest one entered so far; ``none`` where none was."""
    entered = reading.where(EventKind.STAGE_ENTERED)
    stage = np.zeros(reading.n_accounts, dtype=np.int64)
    np.maximum.at(stage, reading.account[entered], reading.column("stage", entered))
    return by_code("stage_reached", stage, Stage)


def by_arm(reading: Reading) -> Grouping:
    """Return a group of accounts for each strategy of an experiment: the one that treats them at the reading day."""
    return Grouping("arm", reading.log.header.arms, arm_of_accounts(reading))


def account_groups(reading: Reading) -> Sequence[Grouping]:
    """Return the groupings of accounts that tables are told by: all, segment, cell, age band, stage reached.

    Where several strategies were at work there is one more, by arm.
    """
    groups = (
        everything(reading.n_accounts),
        by_segment(reading),
        by_cell(reading),
        by_age_band(reading),
        by_stage_reached(reading),
    )
    return (*groups, by_arm(reading)) if reading.log.header.arms else groups
