"""Customers after their debt is resolved: who is still one months later."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from simcollect.core.codes import CloseReason, EventKind
from simcollect.core.eventlog import EventLog
from simcollect.outcomes.headline import MINUTES_PER_MONTH
from simcollect.outcomes.reading import NEVER, Reading
from simcollect.outcomes.tables.dictionary import columns_of
from simcollect.outcomes.tables.positions import reading_of

if TYPE_CHECKING:
    import pandas as pd


def retention(source: EventLog | Reading, months: Sequence[int] = (1, 3, 6, 12)) -> pd.DataFrame:
    """Return how many customers whose debt was resolved still are customers so many months later.

    A debt is resolved when it is first cured, paid in full or settled. The customer is retained k months later if by
    then he has not left, and the debt has not ended in insolvency, write-off, sale, or a judgment against him.

    Parameters
    ----------
    source
        Log or reading.
    months
        Months k after the resolution, each at least 1.

    Columns
    -------
    months : months
        k, of 30.4375 days.
    n_resolved : customers
        Resolved up to the reading day.
    n_followed : customers
        Of these, resolved at least k months before it: the later ones are not judged yet.
    n_left : customers
        Of those followed, customers who had closed the relationship within k months.
    n_lost : customers
        Of those followed, not left but insolvent, written off, sold or judged within k months.
    n_retained : customers
        The rest of those followed.
    retention_rate : share
        n_retained / n_followed.
    """
    import pandas as pd

    reading = reading_of(source)
    closed, judged = reading.where(EventKind.CLOSED), reading.where(EventKind.JUDGMENT)
    is_good = np.isin(reading.rows["detail"][closed], (CloseReason.PAID_IN_FULL, CloseReason.SETTLED))
    bad = [closed[~is_good], judged[reading.rows["detail"][judged] == 1], reading.where(EventKind.INSOLVENT)]
    good = np.sort(np.concatenate([closed[is_good], reading.where(EventKind.CURED)]))
    resolved = reading.field_at(reading.first_of(good), "at", NEVER)
    left = reading.field_at(reading.first(EventKind.CUSTOMER_LEFT), "at", NEVER)
    lost = reading.field_at(reading.first_of(np.sort(np.concatenate(bad))), "at", NEVER)
    table = []
    for k in months:
        ends = resolved + round(k * MINUTES_PER_MONTH)
        is_followed = (resolved != NEVER) & (ends <= reading.until)
        has_left = is_followed & (left != NEVER) & (left <= ends)
        is_lost = is_followed & ~has_left & (lost != NEVER) & (lost <= ends)
        n, n_left, n_lost = (int(found.sum()) for found in (is_followed, has_left, is_lost))
        kept = n - n_left - n_lost
        table.append((k, int((resolved != NEVER).sum()), n, n_left, n_lost, kept, kept / n if n else np.nan))
    return pd.DataFrame(table, columns=[column.name for column in columns_of(retention)])
