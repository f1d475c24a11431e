"""The charge-offs of a log: exposure, the settlement agreed, what came in afterwards.

Terms of the published file, and what they are in a log:

charge-off
    150 days past due: counted on from the row "accelerated" (the treatment accelerates a little earlier, and from then
    on no payment turns the days back), or from the first due date if a settlement was agreed before that. Who cured or
    paid in full by then is no charge-off.
exposure
    principal outstanding at charge-off: payments go to charges first, as the ledger allocates them.
recoveries
    cash after charge-off, and the proceeds of a sale.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from simcollect.core.codes import Component, EventKind, Stage
from simcollect.core.eventlog import EventLog
from simcollect.core.units import MINUTES_PER_DAY

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

MONTH: Final = 30.4375 * MINUTES_PER_DAY
CHARGE_OFF_DPD: Final = 150
"""Days past due of a charge-off: the sixth month without an instalment, as the tables take it."""
SMALLEST: Final = 100.0
"""Exposure up to which the tables leave a charge-off out, major units."""
NEVER: Final = np.inf


@dataclass(frozen=True)
class Debts:
    """The charge-offs of a log, d of them; money in cents, times in minutes, NEVER where it did not happen.

    Attributes
    ----------
    exposure
        Principal at charge-off.
    settled
        Whether a settlement was agreed, before or after charge-off.
    agreed_at, agreed, owed_then, instalments
        When, for what sum, out of what balance, in how many monthly instalments.
    months_unpaid
        Months from the last instalment paid under the loan to the agreement.
    completed_at, broken_at
        When the settlement was paid, or given up (an insolvency gives it up, too).
    instalment
        Of the loan, a month.
    cash_at, cash, cash_of
        Recoveries: minute, cents and position of the debt, shape m.
    """

    exposure: Floats
    charged_off_at: Floats
    settled: Flags
    agreed_at: Floats
    agreed: Floats
    owed_then: Floats
    instalments: NDArray[np.int64]
    months_unpaid: Floats
    completed_at: Floats
    broken_at: Floats
    instalment: Floats
    cash_at: Floats
    cash: Floats
    cash_of: NDArray[np.int64]
    minor_units: int


def charge_offs(log: EventLog) -> Debts:
    """Return the charge-offs of a log, those with an exposure of 100 major units or less left out, as in the tables."""
    rows, n = log.rows[log.rows["account"] >= 0], len(log.accounts)
    kind, account, at = rows["kind"], rows["account"], rows["at"].astype(np.float64)

    def first(*kinds: EventKind) -> Floats:
        found = np.full(n, NEVER)
        chosen = np.isin(kind, kinds)
        np.minimum.at(found, account[chosen], at[chosen])
        return found

    opened = rows[(kind == EventKind.OPENED) & (rows["detail"] == Component.PRINCIPAL)]
    dpd = np.zeros(n)
    dpd[opened["account"]] = opened["value"]
    due_at = log.accounts["arrives_at"] - dpd * MINUTES_PER_DAY
    agreed_at = first(EventKind.OFFER_ACCEPTED)
    over_at = first(EventKind.CURED, EventKind.CLOSED)
    settled = (agreed_at <= over_at) & (agreed_at < NEVER)
    late = rows[(kind == EventKind.STAGE_ENTERED) & (rows["stage"] == Stage.LATE)][::-1]
    aged_at = np.full(n, NEVER)
    aged_at[late["account"]] = late["at"] + (CHARGE_OFF_DPD - late["value"]) * MINUTES_PER_DAY
    aged_at = np.where(first(EventKind.ACCELERATED) < NEVER, aged_at, NEVER)
    aged_at = np.maximum(aged_at, log.accounts["arrives_at"])
    nominal = np.maximum(due_at + CHARGE_OFF_DPD * MINUTES_PER_DAY, log.accounts["arrives_at"])
    # A settlement agreed earlier takes the debt to its charge-off, whatever is paid under it meanwhile.
    charged_at = np.where(settled, np.minimum(aged_at, nominal), np.where(over_at < aged_at, NEVER, aged_at))
    exposure, owed_then = _owed(rows, charged_at, np.where(settled, agreed_at, NEVER))
    chosen = np.flatnonzero((charged_at < NEVER) & (exposure > SMALLEST * log.header.minor_units))
    place = np.full(n, -1, dtype=np.int64)
    place[chosen] = np.arange(len(chosen))
    charged_at, agreed_at, settled = charged_at[chosen], agreed_at[chosen], settled[chosen]
    agreed_at = np.where(settled, agreed_at, NEVER)

    accepted = rows[kind == EventKind.OFFER_ACCEPTED][::-1]  # the first of an account is written last
    agreed, instalments = np.zeros(n), np.zeros(n, dtype=np.int64)
    agreed[accepted["account"]] = accepted["amount_cents"]
    instalments[accepted["account"]] = accepted["value"]
    money = np.isin(kind, (EventKind.PAYMENT, EventKind.SOLD)) & (place[account] >= 0)
    of = place[account[money]]
    after = at[money] >= charged_at[of]
    return Debts(
        exposure=exposure[chosen],
        charged_off_at=charged_at,
        settled=settled,
        agreed_at=agreed_at,
        agreed=agreed[chosen],
        owed_then=owed_then[chosen],
        instalments=instalments[chosen],
        months_unpaid=(agreed_at - due_at[chosen]) / MONTH + 1.0,
        completed_at=np.where(settled, first(EventKind.SETTLED)[chosen], NEVER),
        broken_at=np.where(settled, first(EventKind.SETTLEMENT_BROKEN, EventKind.INSOLVENT)[chosen], NEVER),
        instalment=log.accounts["instalment_cents"][chosen].astype(np.float64),
        cash_at=at[money][after],
        cash=rows["amount_cents"][money][after].astype(np.float64),
        cash_of=of[after],
        minor_units=log.header.minor_units,
    )


_CHARGED: Final = (EventKind.INTEREST_CHARGED, EventKind.PENALTY_CHARGED, EventKind.COST_ADDED)


def _owed(rows: NDArray[np.void], charged_at: Floats, agreed_at: Floats) -> tuple[Floats, Floats]:
    """Return the principal just before charge-off and the balance at the agreement, both shape n, in cents.

    Payments clear the charges first: the principal repaid by a moment is the largest lead, up to then, of what was paid
    over what was charged.
    """
    n = len(charged_at)
    opened, charged, paid = EventKind.OPENED, _CHARGED, EventKind.PAYMENT
    rows = rows[np.isin(rows["kind"], (opened, *charged, paid))]
    account, cents = rows["account"], rows["amount_cents"].astype(np.float64)
    pays = rows["kind"] == paid
    principal = (rows["kind"] == opened) & (rows["detail"] == Component.PRINCIPAL)
    owed = np.zeros(n)
    at = rows["at"]
    counts = np.where(pays, at < agreed_at[account], at <= agreed_at[account])
    np.add.at(owed, account[counts], np.where(pays, -cents, cents)[counts])
    lent = np.zeros(n)
    np.add.at(lent, account[principal], cents[principal])

    early = (at < charged_at[account]) & ~principal
    order = np.argsort(account[early], kind="stable")
    mine, flow = account[early][order], np.where(pays, cents, -cents)[early][order]
    running = np.cumsum(flow)
    starts = np.flatnonzero(np.r_[True, mine[1:] != mine[:-1]]) if len(mine) else np.zeros(0, dtype=np.int64)
    before = np.repeat(running[starts] - flow[starts], np.diff(np.r_[starts, len(mine)]))
    repaid = np.zeros(n)
    np.maximum.at(repaid, mine, running - before)
    return lent - repaid, owed
