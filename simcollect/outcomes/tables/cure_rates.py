"""Cures: accounts that are back in good standing, by themselves or not, for good or not.

Every function takes a log, a reading of it at a day, or :class:`~simcollect.outcomes.tables.positions.Positions`.

References
----------
Cure rate: accounts in bucket j with 0 days past due at month end / accounts in j at its start; a partial payment is no
cure. Self-cure rate: the cure rate among accounts with no outbound attempt. Re-default rate: cured accounts 30 or more
days late again within k months / cured accounts.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from simcollect.core.codes import EventKind
from simcollect.core.eventlog import EventLog
from simcollect.core.units import MINUTES_PER_DAY
from simcollect.outcomes.capacity import FIRST_ACTIONS
from simcollect.outcomes.headline import MINUTES_PER_MONTH
from simcollect.outcomes.reading import NEVER, Reading
from simcollect.outcomes.tables.dictionary import columns_of, names, ratio
from simcollect.outcomes.tables.neighbours import last_before, next_after
from simcollect.outcomes.tables.positions import (
    BUCKETS,
    CURRENT,
    N_OPEN,
    PAID,
    Positions,
    due_dates,
    positions,
    reading_of,
)

if TYPE_CHECKING:
    import pandas as pd

LATE_DAYS = 30
"""Days past due from which a cured account counts as in arrears again."""

STABLE_MONTHS = 3
"""Month ends in a row without arrears after which a cure counts as stabilised."""


def cures(source: EventLog | Reading | Positions) -> pd.DataFrame:
    """Return by bucket how many accounts were cured within a month, by themselves or not, and how many cures lasted.

    All months together, each account and month counting once. Overdue buckets only.

    Columns
    -------
    bucket : name
        Bucket at the start of the month, j.
    n_start : account-months
        Accounts in j at the start of a month.
    n_current : account-months
        Of these, current (0 days past due) at the month end.
    n_paid : account-months
        Of these, paid in full at the month end.
    cure_rate : share
        (n_current + n_paid) / n_start: "to current or no balance". A partial payment is not a cure.
    balance_start_cents : cents
        What the accounts in j owed at the start of the month.
    balance_cured_cents : cents
        Of that, what the cured ones had owed.
    cure_rate_balance : share
        balance_cured_cents / balance_start_cents.
    n_left_alone : account-months
        Of n_start, accounts that had had no outbound attempt (message, call, visit, letter, offer, suit) by the month
        end.
    n_self_cured : account-months
        Of these, cured.
    self_cure_rate : share
        n_self_cured / n_left_alone. Fair only where being left alone does not depend on the account: in a run with no
        action it is everyone; elsewhere the strategy has chosen whom to leave alone.
    n_followed : account-months
        Cures whose next two month ends lie within the reading.
    n_stabilised : account-months
        Of these, without arrears at both as well: three month ends in a row.
    stabilised_share : share
        n_stabilised / n_followed.
    """
    import pandas as pd

    found = positions(source)
    k, n = found.n_months, N_OPEN
    sums = {name: np.zeros(n, dtype=np.int64) for name in _CURE_SUMS}
    touched = found.reading.field_at(found.reading.first(*FIRST_ACTIONS), "at", NEVER)
    for month in range(1, k + 1):
        came, went = found.bucket[month - 1], found.bucket[month]
        overdue = np.flatnonzero((came > CURRENT) & (came < N_OPEN))
        j, owed = came[overdue], found.balance_cents[month - 1][overdue]
        is_cured = found.is_settled_up[month][overdue]
        alone = (touched[overdue] == NEVER) | (touched[overdue] > found.ends[month])
        sums["n_start"] += np.bincount(j, minlength=n)
        sums["n_current"] += np.bincount(j[went[overdue] == CURRENT], minlength=n)
        sums["n_paid"] += np.bincount(j[went[overdue] == PAID], minlength=n)
        np.add.at(sums["balance_start_cents"], j, owed)
        np.add.at(sums["balance_cured_cents"], j[is_cured], owed[is_cured])
        sums["n_left_alone"] += np.bincount(j[alone], minlength=n)
        sums["n_self_cured"] += np.bincount(j[alone & is_cured], minlength=n)
        if month + STABLE_MONTHS - 1 <= k:
            lasting = found.is_settled_up[month : month + STABLE_MONTHS][:, overdue].all(axis=0)
            sums["n_followed"] += np.bincount(j[is_cured], minlength=n)
            sums["n_stabilised"] += np.bincount(j[lasting], minlength=n)
    s = {name: total[1:] for name, total in sums.items()}
    return pd.DataFrame(
        {
            "bucket": names(BUCKETS, np.arange(1, N_OPEN)),
            "n_start": s["n_start"],
            "n_current": s["n_current"],
            "n_paid": s["n_paid"],
            "cure_rate": ratio(s["n_current"] + s["n_paid"], s["n_start"]),
            "balance_start_cents": s["balance_start_cents"],
            "balance_cured_cents": s["balance_cured_cents"],
            "cure_rate_balance": ratio(s["balance_cured_cents"], s["balance_start_cents"]),
            "n_left_alone": s["n_left_alone"],
            "n_self_cured": s["n_self_cured"],
            "self_cure_rate": ratio(s["n_self_cured"], s["n_left_alone"]),
            "n_followed": s["n_followed"],
            "n_stabilised": s["n_stabilised"],
            "stabilised_share": ratio(s["n_stabilised"], s["n_followed"]),
        }
    )


def redefaults(source: EventLog | Reading | Positions, months: Sequence[int] = (1, 3, 6, 12)) -> pd.DataFrame:
    """Return how many cures had failed after so many months.

    A cure is a CURED row. It has failed when the account is 30 or more days past due again.

    Parameters
    ----------
    source
        Log, reading or positions.
    months
        Months k after the cure, each at least 1.

    Columns
    -------
    months : months
        k, of 30.4375 days.
    n_cures : cures
        All cures up to the reading day.
    n_followed : cures
        Of these, cures at least k months before the reading day: the later ones are not judged yet.
    n_missed : cures
        Of those followed, the account fell overdue again within k months.
    missed_share : share
        n_missed / n_followed.
    n_redefaulted : cures
        Of those followed, the account was 30 or more days past due within k months.
    redefault_rate : share
        n_redefaulted / n_followed.
    """
    import pandas as pd

    reading = reading_of(source)
    cured = reading.where(EventKind.CURED)
    cured_at = reading.column("at", cured)
    missed = _next_minute(reading, cured, reading.where(EventKind.REDEFAULTED))
    late_at = _late_again_at(reading, cured)
    table = []
    for k in months:
        ends = cured_at + round(k * MINUTES_PER_MONTH)
        is_followed = ends <= reading.until
        n = int(is_followed.sum())
        n_missed, n_late = (int(((at != NEVER) & (at <= ends) & is_followed).sum()) for at in (missed, late_at))
        table.append((k, len(cured), n, n_missed, n_missed / n if n else np.nan, n_late, n_late / n if n else np.nan))
    return pd.DataFrame(table, columns=[column.name for column in columns_of(redefaults)])


_CURE_SUMS = (
    "n_start",
    "n_current",
    "n_paid",
    "balance_start_cents",
    "balance_cured_cents",
    "n_left_alone",
    "n_self_cured",
    "n_followed",
    "n_stabilised",
)


def _next_minute(reading: Reading, rows: NDArray[np.intp], others: NDArray[np.intp]) -> NDArray[np.int64]:
    """Return the minute of the same account's next row among ``others`` after each row, NEVER where there is none."""
    return reading.field_at(next_after(reading, rows, others), "at", NEVER)


def _late_again_at(reading: Reading, cured: NDArray[np.intp]) -> NDArray[np.int64]:
    """Return the minute at which a cured account is next 30 days past due, NEVER where it never is."""
    known = due_dates(reading)
    ends = reading.where(EventKind.CURED, EventKind.CLOSED)
    # A statement holds until the account's next one, or until the spell ends.
    until = np.full(len(known.row), reading.until + 1, dtype=np.int64)
    same = known.account[1:] == known.account[:-1]
    until[:-1][same] = known.at[1:][same]
    ended = _next_minute(reading, known.row, ends)
    until = np.where(ended != NEVER, np.minimum(until, ended), until)
    late_at = np.maximum(known.oldest + LATE_DAYS * MINUTES_PER_DAY, known.at)
    kind = reading.rows["kind"][known.row]
    cure = last_before(reading, known.row, cured)
    again = last_before(reading, known.row, reading.where(EventKind.REDEFAULTED))
    again = np.where(kind == EventKind.REDEFAULTED, known.row, again)
    happens = (late_at < until) & ((cure == NEVER) | (again > cure))
    # The first of an account's late minutes after the cure: both in one ordered list of account and minute.
    span = reading.until + 2
    events = np.sort(known.account[happens] * span + late_at[happens])
    mine = reading.account[cured].astype(np.int64)
    place = np.searchsorted(events, mine * span + reading.column("at", cured), side="right")
    late = np.append(events, NEVER)[place]
    return np.where((late != NEVER) & (late // span == mine), late % span, NEVER)
