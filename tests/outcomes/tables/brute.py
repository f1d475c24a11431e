"""Buckets worked out the plain way: one account after the other, row by row, to be compared with the tables."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

from simcollect.core.codes import CloseReason, EventKind
from simcollect.core.eventlog import EventLog

DAY = 1440
CLOSED = {
    CloseReason.PAID_IN_FULL: "paid",
    CloseReason.SETTLED: "settled",
    CloseReason.WRITTEN_OFF: "written_off",
    CloseReason.SOLD: "sold",
    CloseReason.INSOLVENT: "insolvent",
}
STATES_DAYS = (EventKind.OPENED, EventKind.INSTALMENT_DUE, EventKind.PAYMENT, EventKind.STAGE_ENTERED)
UP = (EventKind.OPENED, EventKind.INTEREST_CHARGED, EventKind.PENALTY_CHARGED, EventKind.COST_ADDED)
DOWN = (EventKind.PAYMENT, EventKind.WAIVED, EventKind.WRITTEN_OFF)


def month_ends(log: EventLog) -> list[int]:
    """Minutes of the opening and of the ends of the calendar months that the run saw whole."""
    start = date.fromisoformat(log.header.start_date)
    ends = [0] if start.day == 1 else []
    for day in range(1, log.header.horizon_minutes // DAY + 1):
        if (start + timedelta(days=day)).day == 1:
            ends.append(day * DAY)
    return ends


class Account:
    """What one account's rows have said so far."""

    def __init__(self) -> None:
        self.state = ""
        self.balance = 0
        self.low = self.high = 0  # the oldest unpaid due date lies after low and not after high

    def read(self, at: int, kind: int, detail: int, amount: int, value: int) -> None:
        """Take in the next row."""
        if kind in UP:
            self.balance += amount
        if kind in DOWN:
            self.balance -= amount
        if kind in (EventKind.OPENED, EventKind.REDEFAULTED):
            self.state = "overdue"
        if kind == EventKind.CURED:
            self.state = "current"
        if kind == EventKind.CLOSED:
            self.state = CLOSED[CloseReason(detail)]
        if kind == EventKind.REDEFAULTED:
            self.low, self.high = at - DAY, at
        elif kind in STATES_DAYS:
            low, high = at - (value + 1) * DAY, at - value * DAY
            if low < self.high and self.low < high:  # the same due date may have been meant before
                self.low, self.high = max(self.low, low), min(self.high, high)
            else:
                self.low, self.high = low, high

    def bucket(self, now: int) -> str:
        """Where the account stands."""
        if self.state != "overdue":
            return self.state
        days = (now - self.high) // DAY
        return "180+" if days >= 180 else "1-29" if days < 30 else f"{days // 30 * 30}-{days // 30 * 30 + 29}"


def standings(log: EventLog, ends: list[int]) -> list[list[tuple[str, int]]]:
    """Bucket ("" before arrival) and balance of every account at every minute asked for."""
    found: list[list[tuple[str, int]]] = [[] for _ in ends]
    for place in range(len(log.accounts)):
        account, k = Account(), 0
        for row in log.of(place):
            while k < len(ends) and row["at"] > ends[k]:
                found[k].append((account.bucket(ends[k]), account.balance))
                k += 1
            account.read(
                int(row["at"]), int(row["kind"]), int(row["detail"]), int(row["amount_cents"]), int(row["value"])
            )
        for later in range(k, len(ends)):
            found[later].append((account.bucket(ends[later]), account.balance))
    return found


def moves(log: EventLog) -> Counter[tuple[int, str, str]]:
    """How many accounts went from where to where in each month."""
    months = standings(log, month_ends(log))
    counted: Counter[tuple[int, str, str]] = Counter()
    for month in range(1, len(months)):
        for (before, _), (after, _) in zip(months[month - 1], months[month], strict=True):
            if after:
                counted[month, before or "new", after] += 1
    return counted
