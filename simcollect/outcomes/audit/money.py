"""Money in a log: nothing is lost or made, and nobody ever owes less than nothing."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from simcollect.core.codes import EventKind, Status
from simcollect.outcomes.audit.findings import Fault
from simcollect.outcomes.audit.sequence import running
from simcollect.outcomes.ledger import CREDITS, DEBITS, ledger
from simcollect.outcomes.reading import NEVER, Reading
from simcollect.outcomes.standing import standing


def cash_conserved(reading: Reading) -> Iterator[Fault]:
    """Find accounts whose opening, charges and costs are not all paid, waived, written off or stated as outstanding."""
    book, debts = ledger(reading), standing(reading)
    closed, stated = reading.last(EventKind.CLOSED), reading.last(EventKind.OUTSTANDING)
    has_closed, is_stated, has_arrived = closed != NEVER, stated != NEVER, debts.has_arrived

    wrong = has_arrived & (book.opening_cents != reading.log.accounts["opening_cents"])
    yield _at(reading, wrong, "opened with {} cents, which the accounts table denies", book.opening_cents)
    wrong = has_closed & (book.outstanding_cents != 0)
    yield _at(reading, wrong, "closed with a balance of {} cents", book.outstanding_cents)
    difference = reading.field_at(stated, "amount_cents", 0) - book.outstanding_cents
    wrong = is_stated & ~has_closed & (difference != 0)
    yield _at(reading, wrong, "OUTSTANDING differs from the ledger by {} cents", difference)
    yield _at(reading, has_arrived & ~has_closed & ~is_stated, "neither closed nor outstanding at the horizon")
    yield _at(reading, has_closed & is_stated, "closed, and yet outstanding at the horizon")
    for kind in (EventKind.CLOSED, EventKind.OUTSTANDING):
        count = reading.count(kind)
        yield _at(reading, count > 1, f"{kind.name} {{}} times", count)
    wrong = is_stated & ~has_closed & (reading.field_at(stated, "detail", 0) != debts.status)
    status = debts.status.astype(np.int64)
    yield _at(reading, wrong, "OUTSTANDING states another status than the rows before it, which say {}", status)
    wrong = is_stated & (debts.status == Status.CURRENT) & (reading.field_at(stated, "value", 0) != 0)
    yield _at(reading, wrong, "current, and yet {} days past due", reading.field_at(stated, "value", 0))


def balance_never_negative(reading: Reading) -> Iterator[Fault]:
    """Find rows after which an account owes less than nothing."""
    credits, debits = reading.where(*CREDITS), reading.where(*DEBITS)
    positions = np.concatenate([credits, debits])
    steps = np.concatenate([reading.column("amount_cents", credits), -reading.column("amount_cents", debits)])
    order, balance = running(reading.account[positions].astype(np.int64), positions, steps)
    below = balance < 0
    yield Fault("the balance falls to {} cents", positions[order[below]], balance[below])


def _at(reading: Reading, wrong: NDArray[np.bool_], message: str, numbers: NDArray[np.int64] | None = None) -> Fault:
    """Return a fault of accounts, shown at the last row of each."""
    accounts = np.flatnonzero(wrong)
    if not len(accounts):
        return Fault(message, np.zeros(0, dtype=np.intp))
    last = np.full(reading.n_accounts, 0, dtype=np.intp)
    mine = np.flatnonzero(reading.account >= 0)
    last[reading.account[mine]] = mine
    return Fault(message, last[accounts], np.zeros(0, dtype=np.int64) if numbers is None else numbers[accounts])
