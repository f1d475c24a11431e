"""Small event logs made by hand, so that every answer can be worked out on paper."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from simcollect.core.codes import Action, Channel, CloseReason, Component, EventKind, PaymentSource, Stage, Status
from simcollect.core.eventlog import ACCOUNT_DTYPE, EVENT_DTYPE, EventLog, LogHeader

HEADER = LogHeader(
    start_date="2024-01-01",
    horizon_minutes=100 * 1440,
    currency="EUR",
    minor_units=100,
    segments=("all",),
    zones=("UTC",),
    names=(),
    scenario="handmade",
    strategy="story",
    seed=1,
    replication=0,
)

CALLER = 100_001
CALLER_2 = 100_002
NEGOTIATOR = 200_001
NEGOTIATOR_2 = 200_002


def minute(day: float, clock: str = "00:00") -> int:
    """Return the minute of a day and a time of day."""
    hours, minutes = clock.split(":")
    return round(day * 1440) + int(hours) * 60 + int(minutes)


class Story:
    """Rows told one after the other. Days count from 0; the horizon is day 100 unless said otherwise."""

    def __init__(self, n: int = 1, horizon_days: int = 100, **header: Any) -> None:
        self.header = replace(HEADER, horizon_minutes=horizon_days * 1440, **header)
        self.accounts = np.zeros(n, dtype=ACCOUNT_DTYPE)
        self.accounts["account_id"] = np.arange(n) + 1
        self.accounts["income_cents"] = 200_000
        self.accounts["margin_cents"] = 10_000
        self.rows: list[tuple[int, ...]] = []

    def add(
        self,
        day: float,
        kind: EventKind,
        account: int = 0,
        clock: str = "00:00",
        amount: int = 0,
        detail: int = 0,
        value: int = 0,
        cost: int = 0,
        actor: int = 0,
        channel: int = Channel.NONE,
        stage: int = Stage.NONE,
    ) -> Story:
        """Tell what happens next."""
        self.rows.append((minute(day, clock), account, kind, stage, channel, actor, detail, amount, cost, value))
        return self

    def opened(self, account: int = 0, day: float = 0, dpd: int = 10, **components: int) -> Story:
        """Open an account with so much of each component (principal=, interest=, fees=, costs=)."""
        for name, cents in components.items():
            self.add(day, EventKind.OPENED, account, amount=cents, detail=Component[name.upper()], value=dpd)
        self.accounts[account]["opening_cents"] = sum(components.values())
        self.accounts[account]["arrives_at"] = minute(day)
        return self

    def paid(
        self, day: float, cents: int, account: int = 0, source: int = PaymentSource.OWN_ACCORD, dpd: int = 0
    ) -> Story:
        """Let the borrower pay."""
        return self.add(day, EventKind.PAYMENT, account, amount=cents, detail=source, value=dpd)

    def closed(self, day: float, reason: CloseReason, account: int = 0) -> Story:
        """Close the debt."""
        return self.add(day, EventKind.CLOSED, account, detail=reason)

    def owed(self, cents: int, account: int = 0, status: Status = Status.OVERDUE, dpd: int = 0) -> Story:
        """State what is owed at the horizon."""
        return self.add(
            self.header.horizon_minutes / 1440, EventKind.OUTSTANDING, account, amount=cents, detail=status, value=dpd
        )

    def worked(
        self,
        day: float,
        action: Action,
        account: int = 0,
        actor: int = CALLER,
        start: str = "10:00",
        end: str = "10:10",
    ) -> Story:
        """Queue, start and end a piece of work on one day."""
        minutes = minute(day, end) - minute(day, start)
        self.add(day, EventKind.WORK_QUEUED, account, clock="09:00", actor=actor // 100_000, detail=action)
        self.add(day, EventKind.WORK_STARTED, account, clock=start, actor=actor, detail=action)
        self.add(day, EventKind.WORK_ENDED, account, clock=end, actor=actor, detail=action, value=minutes)
        return self

    def log(self, in_order: bool = False) -> EventLog:
        """Return the log; ``in_order`` sorts the rows by minute, keeping the order in which equal minutes were told."""
        rows = np.array(self.rows, dtype=EVENT_DTYPE)
        if in_order:
            rows = rows[np.argsort(rows["at"], kind="stable")]
        return EventLog(rows, self.accounts, self.header)
