"""A log read at a day: the rows up to that minute, found quickly by kind and added up by account.

Every table of this room starts here, so that any of them can be read at several days of one run. All sums are over
whole numbers (int64); no float touches money here.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from simcollect.core.codes import EventKind
from simcollect.core.errors import InputError
from simcollect.core.eventlog import EventLog
from simcollect.core.units import MINUTES_PER_DAY

NEVER: Final = -1
"""Stands in a minute or row position for "this did not happen"."""


@dataclass(frozen=True, eq=False)
class Reading:
    """The first rows of a log, those up to and including minute ``until``.

    Parameters
    ----------
    log
        The log that is read.
    until
        Last minute that counts, at most the horizon.

    Notes
    -----
    Assumes that rows stand in the order of time, which the audit checks.
    """

    log: EventLog
    until: int

    @classmethod
    def at_day(cls, log: EventLog, day: int | None = None) -> Reading:
        """Read a log at the end of so many days (None: at its horizon).

        Raises
        ------
        InputError
            If the day is below 1 or beyond the horizon.
        """
        horizon = log.header.horizon_minutes
        if day is None:
            return cls(log, horizon)
        if not 1 <= day * MINUTES_PER_DAY <= horizon:
            raise InputError(
                f"log of {log.header.scenario}, {log.header.strategy}",
                "reading day",
                f"is {day}",
                f"Expected a whole number from 1 to {horizon // MINUTES_PER_DAY}, the days that were simulated",
            )
        return cls(log, day * MINUTES_PER_DAY)

    @property
    def is_whole(self) -> bool:
        """Whether the reading reaches the horizon, so that the closing OUTSTANDING rows are in it."""
        return self.until >= self.log.header.horizon_minutes

    @property
    def n_accounts(self) -> int:
        """Accounts in the log, arrived or not."""
        return len(self.log.accounts)

    @property
    def day(self) -> int:
        """Whole days read."""
        return self.until // MINUTES_PER_DAY

    @cached_property
    def rows(self) -> NDArray[np.void]:
        """Rows that count, shape m."""
        if self.is_whole:
            return self.log.rows
        return self.log.rows[: int(np.searchsorted(self.log.rows["at"], self.until, side="right"))]

    @cached_property
    def account(self) -> NDArray[np.int32]:
        """Account of each row as one block of memory, shape m: most sums go through it."""
        return np.ascontiguousarray(self.rows["account"])

    @cached_property
    def _by_kind(self) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        kind = np.ascontiguousarray(self.rows["kind"])
        order = np.argsort(kind, kind="stable")  # 16-bit codes: numpy sorts them by radix, in linear time
        starts = np.searchsorted(kind, np.arange(max(EventKind) + 2), sorter=order)
        return order, starts

    def where(self, *kinds: EventKind) -> NDArray[np.intp]:
        """Return positions of the rows of these kinds, in the order of the log."""
        order, starts = self._by_kind
        parts = [order[starts[kind] : starts[kind + 1]] for kind in kinds]
        # Each part is in order already: the stable sort merges them.
        return parts[0] if len(parts) == 1 else np.sort(np.concatenate(parts), kind="stable")

    def column(self, name: str, positions: NDArray[np.intp]) -> NDArray[np.int64]:
        """Return one field of chosen rows as int64."""
        return self.rows[name][positions].astype(np.int64)

    def count(self, *kinds: EventKind) -> NDArray[np.int64]:
        """Return how many rows of these kinds each account has, shape n."""
        return self.count_rows(self.where(*kinds))

    def count_rows(self, positions: NDArray[np.intp]) -> NDArray[np.int64]:
        """Return how many of the chosen rows each account has, shape n."""
        return np.bincount(self.account[positions], minlength=self.n_accounts).astype(np.int64)

    def total(self, *kinds: EventKind, field: str = "amount_cents") -> NDArray[np.int64]:
        """Return the sum of a field over each account's rows of these kinds, shape n."""
        positions = self.where(*kinds)
        return self.total_rows(positions, self.column(field, positions))

    def total_rows(self, positions: NDArray[np.intp], numbers: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the sum of numbers (one a chosen row) by account, shape n."""
        sums = np.zeros(self.n_accounts, dtype=np.int64)
        np.add.at(sums, self.account[positions], numbers)
        return sums

    def total_by_detail(self, kind: EventKind, n_codes: int) -> NDArray[np.int64]:
        """Return amounts by account and ``detail``, shape [n, n_codes]; details must lie in 0 to n_codes - 1."""
        positions = self.where(kind)
        cell = self.account[positions].astype(np.int64) * n_codes + self.rows["detail"][positions]
        sums = np.zeros(self.n_accounts * n_codes, dtype=np.int64)
        np.add.at(sums, cell, self.rows["amount_cents"][positions])
        return sums.reshape(self.n_accounts, n_codes)

    def first(self, *kinds: EventKind) -> NDArray[np.int64]:
        """Return the position of each account's first row of these kinds, NEVER where there is none, shape n."""
        return self.first_of(self.where(*kinds))

    def first_of(self, positions: NDArray[np.intp]) -> NDArray[np.int64]:
        """Return the first of the chosen rows of each account, NEVER where it has none, shape n."""
        found = np.full(self.n_accounts, NEVER, dtype=np.int64)
        found[self.account[positions[::-1]]] = positions[::-1]  # written backwards: the earliest is written last
        return found

    def last(self, *kinds: EventKind) -> NDArray[np.int64]:
        """Return the position of each account's last row of these kinds, NEVER where there is none, shape n."""
        positions = self.where(*kinds)
        found = np.full(self.n_accounts, NEVER, dtype=np.int64)
        found[self.account[positions]] = positions
        return found

    def field_at(self, positions: NDArray[np.int64], field: str, otherwise: int) -> NDArray[np.int64]:
        """Return a field of one row an account (as from ``first``), ``otherwise`` where it is NEVER, shape n."""
        found = np.full(len(positions), otherwise, dtype=np.int64)
        happened = positions != NEVER
        found[happened] = self.rows[field][positions[happened]]
        return found
