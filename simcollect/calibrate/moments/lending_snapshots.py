"""The day on which the published file was cut, as it meets the debts of a log.

The rows are a snapshot: a settlement agreed last month is still running, a debt charged off last month has not been
sold. So every debt of a log is read at the ages that the rows have, with their weights: what is not settled by the
months since charge-off, among debts of like size; a settlement by the months since it was agreed, among settlements of
like length. Nothing is drawn at random for it.

The day itself is not in the file. Three things in its rows date it to the end of January 2019, not to autumn 2018 as
the tables have it: the last settlements were agreed in that month, as were the last charge-offs if six months without
an instalment make one; and settlements of 12 months run up to those agreed in January 2018 and are complete before.
What was received is behind that: of the 55 running settlements that have paid a whole number of instalments, 30 have
paid three fewer than the months from their agreement to March 2019 (and 21 fewer still), so payments were booked until
about the middle of December.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from simcollect.calibrate.moments.lending_debts import MONTH, Debts, Flags, Floats

BOOKED_UNTIL: Final = 1.5
"""Months before the snapshot up to which recoveries are in the books."""

OPEN_AGES: Final = (1.7, 4.5, 7.5, 10.5, 13.5, 16.5, 19.5, 22.5, 25.5, 28.5, 31.5, 34.4, 37.2)
"""Months from charge-off to the snapshot, charge-off taken as six months after the last instalment: classes of three
months, their means."""
OPEN_WEIGHTS: Final = {
    2500.0: (94.0, 185.0, 218.0, 213.0, 153.0, 103.0, 78.0, 57.0, 58.0, 34.0, 19.0, 18.0, 8.0),
    5000.0: (2.0, 30.0, 86.0, 203.0, 249.0, 238.0, 226.0, 248.0, 223.0, 173.0, 112.0, 97.0, 31.0),
    10000.0: (0.0, 2.0, 29.0, 80.0, 156.0, 205.0, 305.0, 400.0, 383.0, 315.0, 274.0, 192.0, 65.0),
    15000.0: (0.0, 0.0, 0.0, 7.0, 28.0, 60.0, 104.0, 203.0, 221.0, 149.0, 158.0, 101.0, 31.0),
    np.inf: (0.0, 0.0, 0.0, 0.0, 3.0, 21.0, 64.0, 82.0, 140.0, 177.0, 173.0, 127.0, 30.0),
}
"""Loans of that age without a settlement, by exposure up to so many major units: 7,441 rows in all.

Whoever stopped late in the loan owed little, and his debt is young at the snapshot: that small debts brought something
less often is their age. At the same age 74 to 80 % of every size had brought something after two years."""

SETTLED_AGES: Final = (1.5, 4.5, 7.5, 10.5, 13.5, 16.5, 19.5, 22.5, 25.5, 28.5, 33.5)
"""Months from agreement to the snapshot: classes of three months, the last one open (32.9 months on average)."""
SETTLED_WEIGHTS: Final = {
    1: (5.0, 19.0, 11.0, 24.0, 20.0, 19.0, 26.0, 37.0, 6.0, 1.0, 0.0),
    6: (5.0, 22.0, 44.0, 70.0, 57.0, 38.0, 20.0, 12.0, 6.0, 0.0, 0.0),
    12: (4.0, 7.0, 38.0, 71.0, 92.0, 114.0, 40.0, 33.0, 15.0, 2.0, 0.0),
    18: (1.0, 5.0, 10.0, 21.0, 19.0, 29.0, 25.0, 25.0, 18.0, 3.0, 0.0),
    999: (3.0, 15.0, 13.0, 26.0, 24.0, 22.0, 40.0, 24.0, 0.0, 0.0, 0.0),
}
"""Settlements of that age with up to so many instalments (above the class before), from the same rows: 1,181 in all.

Lengths came into use one after the other: none of 24 months was agreed before April 2017, none had run its course."""
NO_TERM_WEIGHTS: Final = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 35.0, 46.0)
"""The 81 oldest settlements, whose length is not on record: taken as of every length alike."""

STATUSES: Final = ("COMPLETE", "BROKEN", "ACTIVE")


@dataclass(frozen=True)
class Snapshots:
    """Debts read at k ages, d' of them.

    Attributes
    ----------
    chosen
        Positions of the debts, shape d'.
    minutes
        Of the snapshot, shape (d', k).
    weights, recovered
        Weight of each age, and cents received by then as far as booked, shape (d', k).
    """

    chosen: NDArray[np.intp]
    minutes: Floats
    weights: Floats
    recovered: Floats


def unsettled(debts: Debts) -> Snapshots:
    """Return the debts without a settlement at the ages of the rows; the weights of each add up to one."""
    chosen = np.flatnonzero(~debts.settled)
    rows = np.array(list(OPEN_WEIGHTS.values()))
    band = np.searchsorted(list(OPEN_WEIGHTS), debts.exposure[chosen] / debts.minor_units)
    weights = (rows / rows.sum(axis=1, keepdims=True))[band]
    return _read(debts, chosen, OPEN_AGES, debts.charged_off_at, weights)


def settled(debts: Debts, *, on_record: bool = False) -> Snapshots:
    """Return the settled debts at the ages of the rows; the weights of each add up to one.

    Parameters
    ----------
    debts
        Of a log.
    on_record
        Whether to take the ages of the settlements whose length is on record, and no others.
    """
    chosen = np.flatnonzero(debts.settled)
    by_length = np.array(list(SETTLED_WEIGHTS.values()))
    ages_of = by_length / by_length.sum(axis=1, keepdims=True)
    if not on_record:
        old = np.array(NO_TERM_WEIGHTS)
        share = old.sum() / (old.sum() + by_length.sum())
        ages_of = (1.0 - share) * ages_of + share * old / old.sum()
    row = np.searchsorted(list(SETTLED_WEIGHTS), debts.instalments[chosen])
    return _read(debts, chosen, SETTLED_AGES, debts.agreed_at, ages_of[row])


def _read(debts: Debts, chosen: NDArray[np.intp], ages: tuple[float, ...], since: Floats, weights: Floats) -> Snapshots:
    minutes = since[chosen][:, np.newaxis] + np.array(ages) * MONTH
    at = np.full(len(debts.exposure), -1, dtype=np.int64)
    at[chosen] = np.arange(len(chosen))
    recovered = np.zeros((len(chosen), len(ages)))
    mine = at[debts.cash_of] >= 0
    place = at[debts.cash_of[mine]]
    booked = debts.cash_at[mine][:, np.newaxis] <= minutes[place] - BOOKED_UNTIL * MONTH
    np.add.at(recovered, place, np.where(booked, debts.cash[mine][:, np.newaxis], 0.0))
    return Snapshots(chosen, minutes, weights, recovered)


def by_status(debts: Debts, read: Snapshots) -> dict[str, Flags]:
    """Return how settlements stand at each age, each flag shape (d', k): COMPLETE, BROKEN, or ACTIVE."""
    complete = debts.completed_at[read.chosen][:, np.newaxis] <= read.minutes
    broken = ~complete & (debts.broken_at[read.chosen][:, np.newaxis] <= read.minutes)
    return dict(zip(STATUSES, (complete, broken, ~complete & ~broken), strict=True))
