"""Rolls and cures: how accounts move from bucket to bucket between month ends.

Every function takes a log, a reading of it at a day, or :class:`~simcollect.outcomes.tables.positions.Positions` found
once for all of them. Months are whole calendar months (``positions(log, every_days=30)`` for months of thirty days).

References
----------
Roll rate: balance (or count) in bucket j + 1 at month end / balance (or count) in bucket j at the previous month end.
Cure rate: accounts in bucket j with 0 days past due at month end / accounts in j at its start; a partial payment is no
cure. Transitions "to current or no balance": Kallberg and Saunders 1983, in Thomas, Crook and Edelman.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from simcollect.core.eventlog import EventLog
from simcollect.outcomes.reading import Reading
from simcollect.outcomes.tables.dictionary import empty, names, ratio
from simcollect.outcomes.tables.positions import (
    ABSENT,
    BUCKETS,
    CURRENT,
    N_OPEN,
    PAID,
    Positions,
    positions,
)

if TYPE_CHECKING:
    import pandas as pd


_NEW = "new"
_FROM = (_NEW, *BUCKETS)


def bucket_positions(source: EventLog | Reading | Positions) -> pd.DataFrame:
    """Return how many accounts, owing how much, stand in each bucket at each month end.

    Columns
    -------
    month : number
        0 is the opening (the start of the run, or the first month end of a run that starts within a month).
    month_end : date
        Last day of the month.
    bucket : name
        current; days past due 1-29 to 180+; closed as paid, settled, written_off, sold or insolvent. An account is
        overdue from the minute it falls overdue: "1-29" holds accounts in their first day too.
    n_accounts : accounts
        Accounts in the bucket at the month end.
    balance_cents : cents
        What they owe; 0 once closed.
    """
    import pandas as pd

    found = positions(source)
    k = len(found.ends)
    n_buckets = len(BUCKETS)
    count = np.zeros((k, n_buckets), dtype=np.int64)
    balance = np.zeros((k, n_buckets), dtype=np.int64)
    for month in range(k):
        there = found.bucket[month] != ABSENT
        np.add.at(count[month], found.bucket[month][there], 1)
        np.add.at(balance[month], found.bucket[month][there], found.balance_cents[month][there])
    return pd.DataFrame(
        {
            "month": np.repeat(np.arange(k), n_buckets),
            "month_end": np.repeat(np.array(found.dates, dtype=object), n_buckets),
            "bucket": pd.Categorical.from_codes(np.tile(np.arange(n_buckets), k), pd.Index(BUCKETS), ordered=True),
            "n_accounts": count.ravel(),
            "balance_cents": balance.ravel(),
        }
    )


def roll_flows(source: EventLog | Reading | Positions) -> pd.DataFrame:
    """Return how many accounts, and how much balance, moved from each bucket to each in every month.

    No account is lost: the accounts from a bucket in a month are those that stood there at its start, and those into a
    bucket are those that stand there at its end. Pairs of buckets between which nothing moved have no row.

    Columns
    -------
    month : number
        1 is the first month.
    month_end : date
        Last day of the month.
    from_bucket : name
        Bucket at the start of the month; ``new`` for accounts that arrived within it.
    to_bucket : name
        Bucket at its end.
    n_accounts : accounts
        Accounts that moved so (or stayed).
    balance_from_cents : cents
        What they owed at the start of the month; 0 for new accounts.
    balance_to_cents : cents
        What they owe at its end: after payments, interest, waivers and write-offs.
    """
    import pandas as pd

    found = positions(source)
    parts = []
    for month in range(1, found.n_months + 1):
        came, went = found.bucket[month - 1], found.bucket[month]
        there = np.flatnonzero(went != ABSENT)
        n, opening, closing = _moves(found, month, there, came, went)
        source_of, target = np.nonzero(n)
        parts.append(
            pd.DataFrame(
                {
                    "month": month,
                    "month_end": found.dates[month],
                    "from_bucket": names(_FROM, source_of),
                    "to_bucket": names(BUCKETS, target),
                    "n_accounts": n[source_of, target],
                    "balance_from_cents": opening[source_of, target],
                    "balance_to_cents": closing[source_of, target],
                }
            )
        )
    return pd.concat(parts, ignore_index=True) if parts else empty(roll_flows)


def roll_matrix(
    source: EventLog | Reading | Positions, by: Literal["count", "balance"] = "count", month: int | None = None
) -> pd.DataFrame:
    """Return the share of each bucket that stands in each bucket a month later, all months together: a heat map.

    Rows sum to 1. By count a row says what became of the accounts; by balance, of the money they owed at the start of
    the month (what was owed, not what is owed after a month's payments and charges: ``roll_rates`` has that).

    Parameters
    ----------
    source
        Log, reading or positions.
    by
        Accounts, or balance at the start of the month.
    month
        One month only, from 1; None for all of them, each account and month counting once.

    Columns
    -------
    from_bucket : name
        Bucket at the start of the month; ``new`` for accounts that arrived within it (not in the matrix by balance,
        because they owed nothing before).
    n_accounts : account-months
        Accounts that started a month there.
    balance_from_cents : cents
        What they owed at the start, added over the months.
    current, 1-29, 30-59, 60-89, 90-119, 120-149, 150-179, 180+, paid, settled, written_off, sold, insolvent : share
        Of that row, what stands there at the month end.
    """
    flows = roll_flows(source)
    if month is not None:
        flows = flows[flows["month"] == month]
    return matrix_of(flows, by)


def matrix_of(flows: pd.DataFrame, by: Literal["count", "balance"]) -> pd.DataFrame:
    """Return the matrix of :func:`roll_matrix` from a table of :func:`roll_flows`."""
    import pandas as pd

    moved = np.zeros((len(_FROM), len(BUCKETS), 2), dtype=np.int64)
    source_of = np.asarray(flows["from_bucket"].cat.codes, dtype=np.int64)
    target = np.asarray(flows["to_bucket"].cat.codes, dtype=np.int64)
    for place, column in enumerate(("n_accounts", "balance_from_cents")):
        np.add.at(moved[:, :, place], (source_of, target), flows[column].to_numpy())
    totals = moved.sum(axis=1)
    kept = np.flatnonzero(totals[:, 0 if by == "count" else 1])
    chosen = moved[kept, :, 0 if by == "count" else 1]
    shares = chosen / chosen.sum(axis=1, keepdims=True)
    columns: dict[str, Any] = {
        "from_bucket": names(_FROM, kept),
        "n_accounts": totals[kept, 0],
        "balance_from_cents": totals[kept, 1],
    }
    columns.update({name: shares[:, place] for place, name in enumerate(BUCKETS)})
    return pd.DataFrame(columns)


def roll_rates(source: EventLog | Reading | Positions) -> pd.DataFrame:
    """Return by month and bucket how much rolled on to the next bucket, and how much was cured.

    Columns
    -------
    month : number
        1 is the first month.
    month_end : date
        Last day of the month.
    bucket : name
        Open bucket at the start of the month, j.
    n_start : accounts
        Accounts in j at the start of the month.
    balance_start_cents : cents
        What they owed then.
    roll_rate_count : ratio
        Accounts in bucket j + 1 at the month end / accounts in j at the previous one; the field's roll rate. It can
        exceed 1, because accounts also reach j + 1 from elsewhere; empty for 180+ and where j was empty.
    roll_rate_balance : ratio
        The same of balances, at the month end / at the previous one; interest charged within the month is in it.
    rolled_share : share
        Of the accounts in j, those in a later open bucket at the month end: the same accounts followed.
    stayed_share : share
        Of the accounts in j, those in j again.
    improved_share : share
        Of the accounts in j, those in an earlier bucket but not cured.
    cured_share : share
        Of the accounts in j, those current or paid in full at the month end.
    lost_share : share
        Of the accounts in j, those written off, sold or insolvent.
    settled_share : share
        Of the accounts in j, those closed by a settlement.
    """
    import pandas as pd

    found = positions(source)
    parts = []
    j = np.arange(N_OPEN)
    for month in range(1, found.n_months + 1):
        came, went = found.bucket[month - 1], found.bucket[month]
        there = np.flatnonzero(came != ABSENT)
        n, opening, _ = _moves(found, month, there, came, went)
        n, opening = n[1:], opening[1:]  # without the new ones
        start = n.sum(axis=1)[:N_OPEN]
        owed = opening.sum(axis=1)[:N_OPEN]
        arrived = np.flatnonzero(went != ABSENT)
        n_end = np.bincount(went[arrived], minlength=len(BUCKETS))
        owed_end = np.zeros(len(BUCKETS), dtype=np.int64)
        np.add.at(owed_end, went[arrived], found.balance_cents[month][arrived])
        by_open = n[:N_OPEN, :N_OPEN]
        upper = np.triu(by_open, 1).sum(axis=1)
        lower = np.tril(by_open, -1)[:, 1:].sum(axis=1)
        cured = np.where(j > 0, n[:N_OPEN, CURRENT], 0) + n[:N_OPEN, PAID]
        parts.append(
            pd.DataFrame(
                {
                    "month": month,
                    "month_end": found.dates[month],
                    "bucket": names(BUCKETS, j),
                    "n_start": start,
                    "balance_start_cents": owed,
                    "roll_rate_count": _next_over(n_end, start),
                    "roll_rate_balance": _next_over(owed_end, owed),
                    "rolled_share": ratio(upper, start),
                    "stayed_share": ratio(np.diag(by_open), start),
                    "improved_share": ratio(lower, start),
                    "cured_share": ratio(cured, start),
                    "lost_share": ratio(n[:N_OPEN, PAID + 2 :].sum(axis=1), start),
                    "settled_share": ratio(n[:N_OPEN, PAID + 1], start),
                }
            )
        )
    return pd.concat(parts, ignore_index=True) if parts else empty(roll_rates)


def _moves(
    found: Positions, month: int, there: NDArray[np.intp], came: NDArray[np.int8], went: NDArray[np.int8]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Return accounts, opening and closing cents by (bucket before + 1, bucket after); row 0 is for the new ones."""
    shape = (len(_FROM), len(BUCKETS))
    cell = (came[there].astype(np.int64) + 1) * shape[1] + went[there]
    n = np.bincount(cell, minlength=shape[0] * shape[1])
    owed = []
    for when in (month - 1, month):
        cents = np.zeros(shape[0] * shape[1], dtype=np.int64)
        np.add.at(cents, cell, found.balance_cents[when][there])
        owed.append(cents.reshape(shape))
    return n.reshape(shape), owed[0], owed[1]


def _next_over(at_end: NDArray[np.int64], at_start: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return what stands in the next bucket at the end over what stood in this one at the start; none after 180+."""
    rate = ratio(at_end[1 : N_OPEN + 1], at_start[:N_OPEN])
    rate[N_OPEN - 1] = np.nan
    return rate
