"""Vintages: what accounts that arrived in the same month have paid, by month since their arrival."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from simcollect.core.codes import EventKind
from simcollect.core.eventlog import EventLog
from simcollect.core.units import MINUTES_PER_DAY
from simcollect.outcomes.economics import Economics
from simcollect.outcomes.headline import MINUTES_PER_MONTH
from simcollect.outcomes.ledger import ledger
from simcollect.outcomes.reading import Reading
from simcollect.outcomes.tables.costs import account_costs
from simcollect.outcomes.tables.dictionary import empty, ratio
from simcollect.outcomes.tables.positions import reading_of

if TYPE_CHECKING:
    import pandas as pd


def liquidation(source: EventLog | Reading, economics: Economics | None = None) -> pd.DataFrame:
    """Return the liquidation curve of every vintage: what share of its balance has come in T months after arrival.

    Gross: L(T) = payments within T months of arrival / balances at arrival (principal, interest and fees). Payments of
    interest and penalty charged since are in the numerator. Net: (payments - direct costs - staff) / the same. A month
    T is there only if every account of the vintage was observed for so long, so no curve mixes old and young accounts.

    Parameters
    ----------
    source
        Log or reading.
    economics
        Prices; staff cost what the log's shifts say when None.

    Columns
    -------
    vintage : number
        0 is the opening stock; v is the v-th calendar month (UTC) of arrivals.
    vintage_month : date
        Calendar month of arrival as YYYY-MM; ``stock`` for vintage 0.
    months : months
        T, of 30.4375 days since each account's own arrival; from 0.
    n_accounts : accounts
        In the vintage.
    opening_cents : cents
        Their balances at arrival.
    paid_cents : cents
        Paid within T months.
    cost_cents : cents
        Spent on them within T months: messages, letters, visits, courts, complaints, credits, and their share of staff
        (each pool's cost is shared over accounts by the minutes worked on them).
    gross_liquidation_share : share
        L(T): paid_cents / opening_cents.
    net_liquidation_share : share
        (paid_cents - cost_cents) / opening_cents.
    """
    import pandas as pd

    reading = reading_of(source)
    arrived_at = reading.field_at(reading.first(EventKind.OPENED), "at", -1)
    vintage, labels = _vintages(reading, arrived_at)
    opening = ledger(reading).opening_cents
    has_arrived = vintage >= 0
    last_month = int(reading.until // MINUTES_PER_MONTH)
    cash = reading.where(EventKind.PAYMENT)
    paid = _by_vintage_and_month(
        vintage, arrived_at, last_month, len(labels),
        reading.account[cash], reading.column("at", cash), reading.column("amount_cents", cash).astype(np.float64),
    )  # fmt: skip
    spent = account_costs(reading, economics)
    cost = _by_vintage_and_month(vintage, arrived_at, last_month, len(labels), spent.account, spent.at, spent.cents)
    parts = []
    for v, label in enumerate(labels):
        mine = vintage == v
        if not mine.any():
            continue
        observed = int((reading.until - arrived_at[mine].max()) // MINUTES_PER_MONTH)
        owed = int(opening[mine].sum())
        months = np.arange(observed + 1)
        received, used = paid[v, : observed + 1], cost[v, : observed + 1]
        parts.append(
            pd.DataFrame(
                {
                    "vintage": v,
                    "vintage_month": label,
                    "months": months,
                    "n_accounts": int(mine.sum()),
                    "opening_cents": owed,
                    "paid_cents": np.rint(received).astype(np.int64),
                    "cost_cents": np.rint(used).astype(np.int64),
                    "gross_liquidation_share": ratio(received, np.full(len(months), owed)),
                    "net_liquidation_share": ratio(received - used, np.full(len(months), owed)),
                }
            )
        )
    return pd.concat(parts, ignore_index=True) if has_arrived.any() else empty(liquidation)


def _vintages(reading: Reading, arrived_at: NDArray[np.int64]) -> tuple[NDArray[np.int64], list[str]]:
    """Return each account's vintage (-1: not arrived) and the vintages' months."""
    start = np.datetime64(reading.log.header.start_date[:10], "D")
    month = (start + (arrived_at // MINUTES_PER_DAY).astype("timedelta64[D]")).astype("datetime64[M]")
    since = (month - start.astype("datetime64[M]")).astype(np.int64)
    vintage = np.where(arrived_at < 0, -1, np.where(arrived_at == 0, 0, since + 1))
    first = start.astype("datetime64[M]")
    return vintage, ["stock", *(str(first + k) for k in range(max(0, int(vintage.max(initial=0)))))]


def _by_vintage_and_month(
    vintage: NDArray[np.int64],
    arrived_at: NDArray[np.int64],
    last_month: int,
    n_vintages: int,
    account: NDArray[np.integer],
    at: NDArray[np.int64],
    cents: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Return the sums of cents within 0, 1, 2, ... months of arrival, shape [vintages, months + 1]."""
    known = vintage[account] >= 0
    account, at, cents = account[known], at[known], cents[known]
    months = np.ceil((at - arrived_at[account]) / MINUTES_PER_MONTH).astype(np.int64)
    months = np.clip(months, 0, last_month + 1)
    width = last_month + 2
    sums = np.bincount(vintage[account] * width + months, weights=cents, minlength=n_vintages * width)
    return np.cumsum(sums.reshape(n_vintages, width), axis=1)
