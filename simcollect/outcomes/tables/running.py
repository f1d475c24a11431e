"""Running totals of an account: what it owed just before a row, what it had paid by a minute."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simcollect.core.codes import EventKind
from simcollect.outcomes.ledger import CREDITS, DEBITS
from simcollect.outcomes.reading import Reading


@dataclass(frozen=True, eq=False)
class RunningTotal:
    """Amounts added up along each account; made by :func:`balances` and :func:`payments`.

    Attributes
    ----------
    keys
        Account x span + moment, rising, shape s.
    sums
        Sum of all amounts before each key, shape s + 1, int64.
    span
        Larger than any moment.
    """

    keys: NDArray[np.int64]
    sums: NDArray[np.int64]
    span: int

    @classmethod
    def of(
        cls, account: NDArray[np.integer], moment: NDArray[np.integer], amount: NDArray[np.int64], span: int
    ) -> RunningTotal:
        """Add up amounts by account and moment (a minute or a row's position)."""
        keys = account.astype(np.int64) * span + moment
        order = np.argsort(keys, kind="stable")
        return cls(keys[order], np.concatenate([[0], np.cumsum(amount[order])]), span)

    def before(self, account: NDArray[np.integer], moment: NDArray[np.integer]) -> NDArray[np.int64]:
        """Return each account's total of the amounts strictly before a moment."""
        first = account.astype(np.int64) * self.span
        ends = np.searchsorted(self.keys, first + np.minimum(moment, self.span - 1), side="left")
        found: NDArray[np.int64] = self.sums[ends] - self.sums[np.searchsorted(self.keys, first)]
        return found


def balances(reading: Reading) -> RunningTotal:
    """Return balances in cents by account and row: ``before(account, row)`` is what was owed just before that row."""
    rows = reading.where(*CREDITS, *DEBITS)
    kind = reading.rows["kind"][rows]
    sign = np.where(np.isin(kind, DEBITS), -1, 1)
    return RunningTotal.of(
        reading.account[rows], rows, sign * reading.column("amount_cents", rows), len(reading.rows) + 1
    )


def payments(reading: Reading) -> RunningTotal:
    """Return payments in cents by account and minute: ``before(account, at)`` is what had been paid by then."""
    rows = reading.where(EventKind.PAYMENT)
    return RunningTotal.of(
        reading.account[rows], reading.column("at", rows), reading.column("amount_cents", rows), reading.until + 2
    )
