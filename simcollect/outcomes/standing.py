"""Where each debt and each customer stands on the reading day, worked out from the rows before it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray

from simcollect.core.codes import CloseReason, EventKind, Status
from simcollect.core.units import MINUTES_PER_DAY
from simcollect.outcomes.reading import NEVER, Reading

DEFAULT_DPD: Final = 90
"""Days past due from which a debt counts as defaulted: the 90+ bucket of collection practice.

Banking rules say "more than 90 days" (Basel Committee 2006, International Convergence, paragraph 452).
"""

_SAYS_DPD: Final = (EventKind.OPENED, EventKind.INSTALMENT_DUE, EventKind.PAYMENT, EventKind.STAGE_ENTERED)


@dataclass(frozen=True, eq=False)
class Standing:
    """Where each debt stands; arrays of shape n.

    Attributes
    ----------
    status
        ``Status``, int8.
    close_reason
        ``CloseReason``, int8; 0 while open.
    closed_at
        Minute, int64; NEVER while open.
    dpd
        Days past due, int64; 0 unless overdue. At the horizon as the log states it; before, the last stated figure
        aged by the days since.
    overdue_minutes
        Minutes spent overdue since arrival, int64: time in good standing after a cure does not count.
    """

    status: NDArray[np.int8]
    close_reason: NDArray[np.int8]
    closed_at: NDArray[np.int64]
    dpd: NDArray[np.int64]
    overdue_minutes: NDArray[np.int64]

    @property
    def has_arrived(self) -> NDArray[np.bool_]:
        """Whether the account was opened by the reading day, shape n."""
        return np.not_equal(self.status, Status.NOT_ARRIVED)


class CustomerStanding(IntEnum):
    """Where the customer stands. From RESOLVED to EARLY the customer is kept; from IN_DEFAULT on, not."""

    NOT_ARRIVED = 0
    RESOLVED = 1
    ARRANGED = 2
    EARLY = 3
    IN_DEFAULT = 4
    LEFT = 5
    JUDGED = 6
    WRITTEN_OFF = 7
    SOLD = 8
    INSOLVENT = 9


KEPT: Final = (CustomerStanding.RESOLVED, CustomerStanding.ARRANGED, CustomerStanding.EARLY)
"""Standings in which the customer is kept."""


def standing(reading: Reading) -> Standing:
    """Return where each debt stands on the reading day."""
    opened = reading.first(EventKind.OPENED)
    closed = reading.first(EventKind.CLOSED)
    n_cures, n_redefaults = reading.count(EventKind.CURED), reading.count(EventKind.REDEFAULTED)
    status = np.full(reading.n_accounts, Status.OVERDUE, dtype=np.int8)
    status[n_cures > n_redefaults] = Status.CURRENT
    status[closed != NEVER] = Status.CLOSED
    status[opened == NEVER] = Status.NOT_ARRIVED
    closed_at = reading.field_at(closed, "at", NEVER)
    return Standing(
        status=status,
        close_reason=reading.field_at(closed, "detail", 0).astype(np.int8),
        closed_at=closed_at,
        dpd=_days_past_due(reading, status),
        overdue_minutes=_overdue_minutes(reading, opened, closed_at, n_cures, n_redefaults),
    )


def customer_standing(reading: Reading, debts: Standing, default_dpd: int = DEFAULT_DPD) -> NDArray[np.int8]:
    """Return each customer's ``CustomerStanding`` on the reading day, shape n.

    The first that applies: insolvent; sold; written off; judged (a judgment for the lender or enforcement, even when
    the debt was paid afterwards: the account is not given back); left; resolved (cured and current, paid in full, or
    settled); arranged (a plan or settlement is running and not broken); early (overdue below ``default_dpd`` days);
    in default.

    Parameters
    ----------
    reading, debts
        The reading and its ``standing``.
    default_dpd
        Days past due from which an open debt without an arrangement counts as lost.
    """
    reason, status = debts.close_reason, debts.status
    judgment = reading.where(EventKind.JUDGMENT)
    won = judgment[reading.rows["detail"][judgment] == 1]
    is_judged = (reading.count_rows(won) + reading.count(EventKind.ENFORCEMENT_STARTED)) > 0
    is_resolved = (status == Status.CURRENT) | (reason == CloseReason.PAID_IN_FULL) | (reason == CloseReason.SETTLED)
    conditions = [
        (~debts.has_arrived, CustomerStanding.NOT_ARRIVED),
        ((reason == CloseReason.INSOLVENT) | (reading.count(EventKind.INSOLVENT) > 0), CustomerStanding.INSOLVENT),
        (reason == CloseReason.SOLD, CustomerStanding.SOLD),
        (reason == CloseReason.WRITTEN_OFF, CustomerStanding.WRITTEN_OFF),
        (is_judged, CustomerStanding.JUDGED),
        (reading.count(EventKind.CUSTOMER_LEFT) > 0, CustomerStanding.LEFT),
        (is_resolved, CustomerStanding.RESOLVED),
        (has_live_plan(reading) | has_live_settlement(reading), CustomerStanding.ARRANGED),
        (debts.dpd < default_dpd, CustomerStanding.EARLY),
    ]
    return np.select(
        [condition for condition, _ in conditions],
        [np.int8(found) for _, found in conditions],
        default=np.int8(CustomerStanding.IN_DEFAULT),
    )


def has_live_plan(reading: Reading) -> NDArray[np.bool_]:
    """Return whether a repayment plan is running, shape n (meaningful while the debt is open)."""
    ended = reading.count(EventKind.PLAN_BROKEN, EventKind.PLAN_COMPLETED)
    return reading.count(EventKind.PLAN_STARTED) > ended


def has_live_settlement(reading: Reading) -> NDArray[np.bool_]:
    """Return whether a settlement was accepted and is neither broken nor fulfilled, shape n."""
    ended = reading.count(EventKind.SETTLEMENT_BROKEN, EventKind.SETTLED)
    return reading.count(EventKind.OFFER_ACCEPTED) > ended


def _days_past_due(reading: Reading, status: NDArray[np.int8]) -> NDArray[np.int64]:
    is_overdue = status == Status.OVERDUE
    if reading.is_whole:
        stated = reading.last(EventKind.OUTSTANDING)
        return np.where(is_overdue, reading.field_at(stated, "value", 0), 0)
    stated = reading.last(*_SAYS_DPD)
    days = reading.field_at(stated, "value", 0)
    since = reading.field_at(stated, "at", 0)
    again = reading.last(EventKind.REDEFAULTED)  # its row carries no figure: the count starts anew there
    days = np.where(again > stated, 0, days)
    since = np.where(again > stated, reading.field_at(again, "at", 0), since)
    return np.where(is_overdue, days + (reading.until - since) // MINUTES_PER_DAY, 0)


def _overdue_minutes(
    reading: Reading,
    opened: NDArray[np.int64],
    closed_at: NDArray[np.int64],
    n_cures: NDArray[np.int64],
    n_redefaults: NDArray[np.int64],
) -> NDArray[np.int64]:
    """Add up the ends of overdue spells and take away their starts: no need to pair them."""
    starts = reading.field_at(opened, "at", 0) + reading.total(EventKind.REDEFAULTED, field="at")
    ends = reading.total(EventKind.CURED, field="at")
    last_end = np.where(closed_at != NEVER, closed_at, reading.until)
    ends += np.where(n_cures > n_redefaults, 0, last_end)  # the spell that no cure has ended
    return np.where(opened != NEVER, ends - starts, 0)
