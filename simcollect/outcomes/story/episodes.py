"""What a story is made of: rows of the log gathered into the things that a person would tell in one sentence."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from simcollect.core.codes import Channel, Component, EventKind, PaymentSource
from simcollect.core.eventlog import EventLog


class Row(NamedTuple):
    """One row of the log as plain numbers; ``position`` is its place in ``log.rows``."""

    position: int
    at: int
    account: int
    kind: int
    stage: int
    channel: int
    actor: int
    detail: int
    amount: int
    cost: int
    value: int


def rows_of(log: EventLog, account: int) -> list[Row]:
    """Return the rows of one account in order; one more look at the whole log, and none at other accounts."""
    positions: NDArray[np.intp] = np.flatnonzero(log.rows["account"] == account)
    return [Row(int(position), *log.rows[position].tolist()) for position in positions]


@dataclass
class Work:
    """One item of work from the list to its end.

    Attributes
    ----------
    action
        ``Action``.
    waited
        Minutes on the list; 0 where it was not seen to wait.
    rows
        Bookkeeping rows: queued, started, ended, for every member of a crew.
    """

    action: int
    waited: int = 0
    rows: list[Row] = field(default_factory=list)


@dataclass
class Event:
    """One thing that happened, with what followed from it in the same minute and the work that led to it.

    Attributes
    ----------
    row
        The row it is told by.
    owed
        Cents owed just before.
    followers
        Rows told with it.
    work
        The work that it is the result of.
    """

    row: Row
    owed: int = 0
    followers: list[Row] = field(default_factory=list)
    work: list[Work] = field(default_factory=list)

    @property
    def waited(self) -> int:
        """Minutes that the work which led to it stood on a list."""
        return max((item.waited for item in self.work), default=0)

    @property
    def first(self) -> Row:
        """Row whose day it has."""
        return self.row

    @property
    def last(self) -> Row:
        """Row whose day it has."""
        return self.row

    def rows(self) -> Iterator[Row]:
        """Return all rows behind it."""
        yield self.row
        yield from self.followers
        for item in self.work:
            yield from item.rows

    def of(self, kind: EventKind, detail: int | None = None) -> Row | None:
        """Return the first follower of a kind (and detail), None if there is none."""
        for row in self.followers:
            if row.kind == kind and (detail is None or row.detail == detail):
                return row
        return None

    def total(self, kind: int) -> int:
        """Return the cents of all followers of a kind."""
        return sum(row.amount for row in self.followers if row.kind == kind)


@dataclass
class Attempts:
    """A run of attempts that came to nothing, and of actions that a rule blocked.

    Attributes
    ----------
    messages, opened, undelivered
        Messages by ``Channel``.
    calls
        Calls by pool: 0 the dialler's.
    unanswered, wrong_party, no_talk
        What became of the calls.
    visits
        Visits that found nobody.
    blocked
        Blocked actions by (action, rule).
    longest_wait
        Minutes that the call which waited longest stood on its list, and that list's pool.
    """

    everything: list[Row] = field(default_factory=list)
    told: list[Row] = field(default_factory=list)
    messages: dict[int, int] = field(default_factory=dict)
    opened: dict[int, int] = field(default_factory=dict)
    undelivered: dict[int, int] = field(default_factory=dict)
    calls: dict[int, int] = field(default_factory=dict)
    unanswered: int = 0
    wrong_party: int = 0
    no_talk: int = 0
    visits: int = 0
    blocked: dict[tuple[int, int], int] = field(default_factory=dict)
    longest_wait: tuple[int, int] = (0, 0)

    @property
    def first(self) -> Row:
        """Row of the first attempt."""
        return self.told[0]

    @property
    def last(self) -> Row:
        """Row of the last attempt."""
        return self.told[-1]

    def rows(self) -> Iterator[Row]:
        """Return all rows behind it."""
        yield from self.everything

    def message(self, sent: Row, then: Sequence[Row]) -> None:
        """Add a message and what became of it."""
        self._add(sent, then)
        for counts, kind in (
            (self.messages, None),
            (self.opened, EventKind.MESSAGE_OPENED),
            (self.undelivered, EventKind.MESSAGE_UNDELIVERED),
        ):
            if kind is None or any(row.kind == kind for row in then):
                counts[sent.channel] = counts.get(sent.channel, 0) + 1

    def call(self, dialled: Row, then: Sequence[Row], waited: int) -> None:
        """Add a call that led to no conversation."""
        self._add(dialled, then)
        pool = 0 if dialled.channel == Channel.AUTOMATED_CALL else pool_of(dialled.actor)
        self.calls[pool] = self.calls.get(pool, 0) + 1
        kinds = {row.kind for row in then}
        if EventKind.WRONG_PARTY in kinds:
            self.wrong_party += 1
        elif EventKind.ANSWERED in kinds:
            self.no_talk += 1
        else:
            self.unanswered += 1
        self.longest_wait = max(self.longest_wait, (waited, pool))

    def visit(self, visited: Row, then: Sequence[Row]) -> None:
        """Add a visit that found nobody."""
        self._add(visited, then)
        self.visits += 1

    def block(self, blocked: Row, then: Sequence[Row]) -> None:
        """Add an action that a rule blocked."""
        self._add(blocked, then)
        key = (blocked.value, blocked.detail)
        self.blocked[key] = self.blocked.get(key, 0) + 1

    def blocked_by_rule(self) -> dict[int, list[tuple[int, int]]]:
        """Return, for each rule, the actions that it blocked and how often."""
        found: dict[int, list[tuple[int, int]]] = {}
        for (action, rule), n in self.blocked.items():
            found.setdefault(rule, []).append((action, n))
        return found

    def _add(self, row: Row, then: Sequence[Row]) -> None:
        self.told.append(row)
        self.everything += [row, *then]


@dataclass
class Payments:
    """Payments of one kind that came one after the other, with nothing else to tell between them.

    Attributes
    ----------
    source
        ``PaymentSource``.
    payments
        Payment rows.
    everything
        All rows behind them.
    left
        Instalments that remain, where that is known; else -1.
    """

    source: int
    payments: list[Row] = field(default_factory=list)
    everything: list[Row] = field(default_factory=list)
    left: int = -1

    @property
    def first(self) -> Row:
        """Row of the first payment."""
        return self.payments[0]

    @property
    def last(self) -> Row:
        """Row of the last payment."""
        return self.payments[-1]

    @property
    def total(self) -> int:
        """Cents paid."""
        return sum(row.amount for row in self.payments)

    def rows(self) -> Iterator[Row]:
        """Return all rows behind them."""
        yield from self.everything


RUNS = (PaymentSource.OWN_ACCORD, PaymentSource.PLAN, PaymentSource.SETTLEMENT, PaymentSource.ENFORCEMENT,
        PaymentSource.CONTRACTUAL)  # fmt: skip
"""Payments that are told together when they come one after the other."""

Episode: TypeAlias = Event | Attempts | Payments


@dataclass
class Chapter:
    """A part of a life: a stage, a time in good standing, the time after closing.

    Attributes
    ----------
    place
        "overdue", "current" or "closed".
    stage
        ``Stage`` it is about; 0 before any.
    again
        Whether the account fell overdue again at its start.
    charges
        Interest, penalties and instalments that fell due meanwhile.
    """

    place: str
    stage: int = 0
    again: bool = False
    episodes: list[Episode] = field(default_factory=list)
    charges: list[Row] = field(default_factory=list)

    def charged(self, kind: EventKind) -> tuple[int, int]:
        """Return how often a kind of charge was made, and the cents of it."""
        found = [row.amount for row in self.charges if row.kind == kind]
        return len(found), sum(found)


@dataclass
class Life:
    """One account's life, gathered but not yet told.

    Attributes
    ----------
    opening
        Rows of the opening balance.
    chapters
        What happened.
    hidden
        What only the simulation sees: shocks to the household.
    unfinished
        Work that waited or was under way when the log ended, or that ended without effect.
    ending
        The row of what was owed at the horizon, if it was stated.
    everything
        All rows in order.
    """

    log: EventLog
    account: int
    everything: list[Row]
    opening: list[Row] = field(default_factory=list)
    chapters: list[Chapter] = field(default_factory=list)
    hidden: list[Row] = field(default_factory=list)
    unfinished: list[Work] = field(default_factory=list)
    ending: list[Row] = field(default_factory=list)

    @property
    def who(self) -> np.void:
        """What is known of the account beforehand."""
        entry: np.void = self.log.accounts[self.account]
        return entry

    def count(self, *kinds: EventKind) -> int:
        """Return the number of rows of some kinds."""
        return sum(row.kind in kinds for row in self.everything)

    def total(self, kind: EventKind) -> int:
        """Return the cents of all rows of a kind."""
        return sum(row.amount for row in self.everything if row.kind == kind)

    def last(self, kind: EventKind) -> Row | None:
        """Return the last row of a kind, None if there is none."""
        return next((row for row in reversed(self.everything) if row.kind == kind), None)

    def shocks(self) -> list[tuple[Row | None, Row | None]]:
        """Return the start and end of each shock to the household; None where it lies outside the log."""
        found: list[tuple[Row | None, Row | None]] = []
        for row in self.hidden:
            if row.kind == EventKind.SHOCK_STARTED:
                found.append((row, None))
            elif found and found[-1][1] is None:
                found[-1] = (found[-1][0], row)
            else:
                found.append((None, row))
        return found

    def opened(self, component: Component) -> int:
        """Return the opening cents of one component."""
        return sum(row.amount for row in self.opening if row.detail == component)


def pool_of(actor: int) -> int:
    """Return the pool an actor belongs to: 0 for nobody, 1 to 4 for a pool and for its members."""
    return actor // 100_000 if actor >= 100_000 else actor


def member_of(actor: int) -> int:
    """Return which member of a pool an actor is, from 1; 0 where staff without limit are not told apart."""
    return actor % 100_000 if actor >= 100_000 else 0


def change_of_debt(row: Row) -> int:
    """Return the cents that a row adds to what is owed; below 0 where it takes off."""
    if row.kind in (
        EventKind.OPENED,
        EventKind.INTEREST_CHARGED,
        EventKind.PENALTY_CHARGED,
        EventKind.COST_ADDED,
    ):
        return row.amount
    if row.kind in (EventKind.PAYMENT, EventKind.WAIVED, EventKind.WRITTEN_OFF):
        return -row.amount
    return 0
