"""Day by day: cash, costs, contacts, complaints, how many accounts are open; and the ledger month by month."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from simcollect.core.codes import EventKind
from simcollect.core.eventlog import EventLog
from simcollect.core.units import MINUTES_PER_DAY
from simcollect.outcomes.economics import Economics
from simcollect.outcomes.headline import ATTEMPTS
from simcollect.outcomes.ledger import CREDITS, DEBITS
from simcollect.outcomes.reading import NEVER, Reading
from simcollect.outcomes.tables.costs import direct_costs, staff_by_day
from simcollect.outcomes.tables.dictionary import ratio
from simcollect.outcomes.tables.positions import Positions, positions, reading_of

if TYPE_CHECKING:
    import pandas as pd

_MONTHLY: Final = {
    "opened_cents": EventKind.OPENED,
    "interest_cents": EventKind.INTEREST_CHARGED,
    "penalty_cents": EventKind.PENALTY_CHARGED,
    "costs_added_cents": EventKind.COST_ADDED,
    "paid_cents": EventKind.PAYMENT,
    "waived_cents": EventKind.WAIVED,
    "written_off_cents": EventKind.WRITTEN_OFF,
}


def by_day(source: EventLog | Reading, economics: Economics | None = None) -> pd.DataFrame:
    """Return one row a day: money in and out, contacts, complaints, and the accounts open at its end.

    Columns
    -------
    day : days
        Day of the run; 0 is the first.
    date : date
        Its date (UTC).
    paid_cents : cents
        Payments by borrowers.
    sale_proceeds_cents : cents
        Received for sold debts.
    direct_cost_cents : cents
        Messages, letters, visits, courts, complaints, credits to customers.
    staff_cost_cents : cents
        Shifts of the day, or minutes worked, by the cost basis.
    n_attempts : attempts
        Messages, calls and visits.
    n_messages : messages
        Messages sent.
    n_calls : calls
        Calls dialled.
    n_visits : visits
        Doors knocked at.
    n_conversations : conversations
        Talks with borrowers.
    n_blocked : actions
        Stopped by a rule of conduct.
    n_complaints : complaints
        Complaints that day.
    n_arrived : accounts
        Came into the book.
    n_cured : accounts
        Back in good standing.
    n_overdue_again : accounts
        Cured before, and overdue again.
    n_closed : accounts
        Closed for whatever reason.
    n_overdue : accounts
        Open and overdue at the end of the day.
    n_current : accounts
        Open and in good standing at its end.
    outstanding_cents : cents
        Owed at its end by all of these.
    """
    import pandas as pd

    reading = reading_of(source)
    n_days = max(1, -(-reading.until // MINUTES_PER_DAY))

    def day_of(rows: NDArray[np.intp]) -> NDArray[np.int64]:
        # What happens in the very minute of the horizon belongs to the last day.
        return np.minimum(reading.column("at", rows) // MINUTES_PER_DAY, n_days - 1)

    def count(*kinds: EventKind) -> NDArray[np.int64]:
        return np.bincount(day_of(reading.where(*kinds)), minlength=n_days).astype(np.int64)

    def cents(*kinds: EventKind) -> NDArray[np.int64]:
        rows = reading.where(*kinds)
        sums = np.zeros(n_days, dtype=np.int64)
        np.add.at(sums, day_of(rows), reading.column("amount_cents", rows))
        return sums

    opened = reading.first(EventKind.OPENED)
    arrived = np.bincount(day_of(opened[opened != NEVER]), minlength=n_days).astype(np.int64)
    cured, again, closed = (count(kind) for kind in (EventKind.CURED, EventKind.REDEFAULTED, EventKind.CLOSED))
    closing = reading.where(EventKind.CLOSED)
    was_current = (reading.count(EventKind.CURED) > reading.count(EventKind.REDEFAULTED))[reading.account[closing]]
    closed_current = np.bincount(day_of(closing[was_current]), minlength=n_days)
    direct = direct_costs(reading)
    spent = np.bincount(np.minimum(direct.at // MINUTES_PER_DAY, n_days - 1), weights=direct.cents, minlength=n_days)
    start = datetime.fromisoformat(reading.log.header.start_date)
    columns: dict[str, Any] = {
        "day": np.arange(n_days),
        "date": [f"{start + timedelta(days=d):%Y-%m-%d}" for d in range(n_days)],
        "paid_cents": cents(EventKind.PAYMENT),
        "sale_proceeds_cents": cents(EventKind.SOLD),
        "direct_cost_cents": np.rint(spent).astype(np.int64),
        "staff_cost_cents": np.rint(staff_by_day(reading, economics, n_days)).astype(np.int64),
        "n_attempts": count(*ATTEMPTS),
        "n_messages": count(EventKind.MESSAGE_SENT),
        "n_calls": count(EventKind.DIALLED),
        "n_visits": count(EventKind.VISITED),
        "n_conversations": count(EventKind.CONVERSATION),
        "n_blocked": count(EventKind.BLOCKED),
        "n_complaints": count(EventKind.COMPLAINT),
        "n_arrived": arrived,
        "n_cured": cured,
        "n_overdue_again": again,
        "n_closed": closed,
        # An account closed while in good standing leaves the current ones, any other the overdue.
        "n_overdue": np.cumsum(arrived - cured + again - (closed - closed_current)),
        "n_current": np.cumsum(cured - again - closed_current),
        "outstanding_cents": np.cumsum(cents(*CREDITS) - cents(*DEBITS)),
    }
    return pd.DataFrame(columns)


def by_month(source: EventLog | Reading | Positions) -> pd.DataFrame:
    """Return one row a month: the ledger of the month and the monthly collection rate.

    To the cent: balance_start + opened + interest + penalty + costs added = paid + waived + written off + balance_end.

    Columns
    -------
    month : number
        1 is the first whole calendar month.
    month_end : date
        Its last day.
    balance_start_cents : cents
        Owed at its start by all open accounts, overdue or not.
    opened_cents : cents
        Opening balances of the accounts that arrived within it.
    interest_cents : cents
        Interest charged.
    penalty_cents : cents
        Penalty interest charged.
    costs_added_cents : cents
        Legal costs put on the debts.
    paid_cents : cents
        Paid by borrowers.
    waived_cents : cents
        Forgiven.
    written_off_cents : cents
        Given up, by write-off, sale or insolvency.
    balance_end_cents : cents
        Owed at its end.
    collection_rate : share
        Monthly collection rate: paid_cents / balance_start_cents.
    """
    import pandas as pd

    found = positions(source)
    reading, owed = found.reading, found.balance_cents.sum(axis=1)
    columns: dict[str, Any] = {
        "month": np.arange(1, found.n_months + 1),
        "month_end": found.dates[1:],
        "balance_start_cents": owed[:-1],
    }
    for name, kind in _MONTHLY.items():
        rows = reading.where(kind)
        sums = np.concatenate([[0], np.cumsum(reading.column("amount_cents", rows))])
        columns[name] = np.diff(sums[np.searchsorted(reading.rows["at"][rows], found.ends, side="right")])
    columns["balance_end_cents"] = owed[1:]
    columns["collection_rate"] = ratio(columns["paid_cents"], columns["balance_start_cents"])
    return pd.DataFrame(columns)
