"""How much principal was owed and forgiven at a row, worked out from an account's money rows.

A log does not say what a payment was used for. By the usual order it goes to costs, fees and interest first (the
charges) and to principal with what is left, so the charges behave like a queue that payments empty: principal is paid
exactly when they are empty.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simcollect.core.codes import CloseReason, Component, EventKind
from simcollect.outcomes.audit.sequence import running
from simcollect.outcomes.ledger import CREDITS, DEBITS
from simcollect.outcomes.reading import Reading

_K = EventKind


@dataclass(frozen=True, eq=False)
class PrincipalHistory:
    """Principal and charges after some rows of a log, in cents; made by :func:`principal_history`.

    Attributes
    ----------
    positions
        Rows that are known, rising, shape [k].
    principal, forgiven, charges_paid
        After each: principal still owed; principal forgiven since the debt was opened; charges paid since then;
        shape [k].
    """

    positions: NDArray[np.intp]
    principal: NDArray[np.int64]
    forgiven: NDArray[np.int64]
    charges_paid: NDArray[np.int64]

    def principal_cents(self, rows: NDArray[np.intp]) -> NDArray[np.int64]:
        """Return the principal owed after known rows, shape of ``rows``."""
        return self.principal[np.searchsorted(self.positions, rows)]

    def forgiven_cents(self, rows: NDArray[np.intp]) -> NDArray[np.int64]:
        """Return the principal forgiven up to and including known rows, shape of ``rows``."""
        return self.forgiven[np.searchsorted(self.positions, rows)]

    def charges_paid_cents(self, rows: NDArray[np.intp]) -> NDArray[np.int64]:
        """Return the charges paid up to and including known rows, shape of ``rows``."""
        return self.charges_paid[np.searchsorted(self.positions, rows)]


def principal_history(reading: Reading, asked: NDArray[np.intp]) -> PrincipalHistory:
    """Return principal and charges at the rows asked for and at every money row of their accounts.

    Assumes amounts of 0 or more, and waivers of no more than is owed, which other checks see to.
    """
    of_interest = np.zeros(reading.n_accounts, dtype=np.bool_)
    of_interest[reading.account[asked]] = True
    money = reading.where(*CREDITS, *DEBITS)
    wanted = np.zeros(len(reading.rows), dtype=np.bool_)
    wanted[money[of_interest[reading.account[money]]]] = True
    wanted[asked] = True
    rows = np.flatnonzero(wanted)
    kind, detail = reading.rows["kind"][rows], reading.rows["detail"][rows]
    amount = reading.column("amount_cents", rows)

    is_principal = (detail == Component.PRINCIPAL) & np.isin(kind, (_K.OPENED, _K.WAIVED))
    to_settle = (kind == _K.WRITTEN_OFF) & (detail == CloseReason.SETTLED)
    raises = np.where(np.isin(kind, CREDITS) & ~is_principal, amount, 0)
    lowers = np.where((kind == _K.WAIVED) & ~is_principal, amount, 0)
    paid = np.where(kind == _K.PAYMENT, amount, 0)
    opened = np.where((kind == _K.OPENED) & is_principal, amount, 0)
    waived = np.where((kind == _K.WAIVED) & is_principal, amount, 0)

    account = reading.account[rows].astype(np.int64)
    order, level = running(account, rows, raises - lowers - paid)
    beyond = -_lowest_so_far(account[order], level)  # what payments could not find any more charges to pay
    paid_so_far = running(account, rows, paid)[1]
    owed = running(account, rows, opened - waived)[1] - beyond
    forgiven = running(account, rows, waived)[1]
    # Written off to settle: the charges that are left go with it, and the rest is principal.
    given_up = np.where(to_settle[order], np.minimum(np.maximum(amount[order] - (level + beyond), 0), owed), 0)
    back = np.argsort(order, kind="stable")
    return PrincipalHistory(rows, (owed - given_up)[back], (forgiven + given_up)[back], (paid_so_far - beyond)[back])


def _lowest_so_far(group: NDArray[np.int64], level: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the lowest level (at most 0) up to each place within its group; groups stand together, shape [k]."""
    if not len(level):
        return level
    number = np.cumsum(np.concatenate([[0], group[1:] != group[:-1]]))
    # Each group is let down below all before it, so that one running minimum serves all of them.
    drop = int(np.abs(level).max()) + 1
    below = np.minimum(level, 0) - 2 * drop * number
    lowest: NDArray[np.int64] = np.minimum.accumulate(below) + 2 * drop * number
    return lowest
