"""One account as the model sees it: its numbers, levers, borrower and state, its luck and its log.

A transition takes a :class:`Case` and the minute, changes the case's own state record, writes log rows, and moves the
case's agenda: the minute at which each kind of thing happens next. Nothing else is read or written, so any engine
that calls the transitions in the order ``(minute, phase, account)`` makes the same log.
"""

from __future__ import annotations

from enum import IntEnum
from typing import Any, NamedTuple

import numpy as np

from simcollect.core.compiled import compiled
from simcollect.core.eventlog import EVENT_DTYPE
from simcollect.core.rng import uniform

DAY = 1440
MONTH = 43_830  # a contractual month: 365.25 / 12 days, in minutes
NEVER = 1 << 60
N_PURPOSES = 96
N_STEPS = 16
N_OFFERS = 6
N_LONGER = 12
N_ACTIONS = 24
RING = 64  # remembered attempts: more than any cap on contacts can ask for
MORNING = 9 * 60  # local minute at which a strategy reviews its accounts, where the rules permit contact then
PAGE_ROWS = 1 << 16

PAGE_DTYPE = np.dtype(
    [
        ("n_rows", "i8"),  # rows written on the page
        ("stream_used", "i8", (N_PURPOSES,)),  # draws used per purpose in the shared-stream mode
        *((name, EVENT_DTYPE[name], (PAGE_ROWS,)) for name in EVENT_DTYPE.names or ()),
    ]
)
"""The page of the event log that is being written.

A record, not an array: a function that is handed an array counts references to it, which takes as long as the work.
"""


class Slot(IntEnum):
    """The kinds of thing that can be next on an agenda, in the order in which they happen within one minute."""

    ARRIVAL = 0
    PAYDAY = 1
    DUE_DATE = 2
    PROMISE = 3
    AGREEMENT = 4
    OWN_PAYMENT = 5
    HOLD_END = 6
    OFFER_EXPIRY = 7
    JUDGMENT = 8
    ENFORCEMENT = 9
    LEAVING = 10
    RESTORATION = 11
    OFFER_ANSWER = 12
    REVIEW = 13


N_SLOTS = 14


class Case(NamedTuple):
    """Everything that a transition of one account may touch.

    Attributes
    ----------
    numbers : record
        The scenario's behaviour, rules, economics, clock tables and run key, flattened.
    levers : record
        The levers of the strategy that treats the account, for this borrower's segment.
    borrower : record
        The account as it came into the book (population.BOOK_DTYPE), never written.
    account : record
        The account's state (stages.account.STATE_DTYPE).
    page : record
        The page of the event log that is being written (PAGE_DTYPE).
    place : int
        Position of the account in the book.
    """

    numbers: Any
    levers: Any
    borrower: Any
    account: Any
    page: Any
    place: int


@compiled
def draw(c: Case, purpose: int, occurrence: int) -> float:
    """Return the account's uniform for one decision.

    Keyed by (seed, replication, account, purpose, occurrence). In the shared-stream mode, kept only to measure what
    keying is worth, all accounts consume one stream a purpose in the order of events.
    """
    n = c.numbers
    if n["run_shared_streams"] == 1:
        used = c.page["stream_used"][purpose]
        c.page["stream_used"][purpose] = used + 1
        return uniform(int(n["run_seed"]), int(n["run_replication"]), -1, purpose, int(used))
    return uniform(int(n["run_seed"]), int(n["run_replication"]), int(c.borrower["key"]), purpose, occurrence)


@compiled
def next_draw(c: Case, purpose: int) -> float:
    """Return the uniform for this account's next use of ``purpose``, and count the use."""
    used = int(c.account["uses"][purpose])
    c.account["uses"][purpose] = used + 1
    return draw(c, purpose, used)


@compiled
def write(c: Case, now: int, kind: int, detail: int, amount_cents: int, value: int) -> None:
    """Append a row about the debt, an agreement or the strategy."""
    write_full(c, now, kind, 0, 0, detail, amount_cents, 0, value)


@compiled
def write_full(
    c: Case, now: int, kind: int, channel: int, actor: int, detail: int, amount_cents: int, cost_cents: int, value: int
) -> None:
    """Append a row with all of its columns."""
    stage = int(c.account["stage"])
    append(c.page, now, c.place, stage, kind, channel, actor, detail, amount_cents, cost_cents, value)


@compiled
def append(
    page: Any,
    now: int,
    account: int,
    stage: int,
    kind: int,
    channel: int,
    actor: int,
    detail: int,
    amount_cents: int,
    cost_cents: int,
    value: int,
) -> None:
    """Write a row on the page of the event log."""
    i = int(page["n_rows"])
    page["at"][i] = now
    page["account"][i] = account
    page["kind"][i] = kind
    page["stage"][i] = stage
    page["channel"][i] = channel
    page["actor"][i] = actor
    page["detail"][i] = detail
    page["amount_cents"][i] = amount_cents
    page["cost_cents"][i] = cost_cents
    page["value"][i] = value
    page["n_rows"] = i + 1


@compiled
def schedule(c: Case, slot: int, at: int) -> None:
    """Put the next event of a kind on the account's agenda (NEVER takes it off)."""
    c.account["due_at"][slot] = at


@compiled
def local(c: Case, now: int) -> int:
    """Return the minute ``now`` on the borrower's own clock."""
    n = c.numbers
    zone = int(c.borrower["zone"])
    j = 0
    while j + 1 < n["zone_switch_at"].shape[1] and n["zone_switch_at"][zone, j + 1] <= now:
        j += 1
    return int(now + n["zone_offset_minutes"][zone, j])


@compiled
def review_minute(c: Case) -> int:
    """Return the minute of the borrower's day at which accounts are reviewed: 09:00, or when permitted hours begin."""
    start, end = int(c.numbers["rules_hours_start"]), int(c.numbers["rules_hours_end"])
    return MORNING if start < 0 or end < 0 or start <= MORNING < end else start


@compiled
def review_on_or_after(c: Case, at: int) -> int:
    """Return the first minute not before ``at`` at which the strategy looks: at once, or the review minute."""
    return at if c.levers["work_review"] == 1 else morning_on_or_after(c, at)


@compiled
def morning_on_or_after(c: Case, at: int) -> int:
    """Return the first review minute on the borrower's clock not before ``at``."""
    morning = review_minute(c)
    found = at + (morning - local(c, at)) % DAY
    # Across a change of the clocks the first guess can be an hour off; one correction lands on the hour.
    found += (morning - local(c, found) + DAY // 2) % DAY - DAY // 2
    return max(found, at)


@compiled
def half_day_on_or_after(c: Case, at: int) -> int:
    """Return the first minute not before ``at`` at which the strategy looks at an account that is worked twice a day.

    In the morning or six hours after, or at once where it looks at once.
    """
    return min(review_on_or_after(c, at), morning_on_or_after(c, at - DAY // 4) + DAY // 4)
