"""Promises, plans, settlements and holds: nothing is kept, missed, broken or ended that was not agreed or begun."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray

from simcollect.core.codes import EventKind, PaymentSource
from simcollect.outcomes.audit.findings import Fault
from simcollect.outcomes.audit.sequence import count_until, running
from simcollect.outcomes.reading import Reading

_K = EventKind

_PROMISE_ENDS: Final = (_K.PROMISE_KEPT, _K.PROMISE_PART_KEPT, _K.PROMISE_BROKEN)
_PLAN_ENDS: Final = (_K.PLAN_BROKEN, _K.PLAN_COMPLETED)
_SETTLEMENT_ENDS: Final = (_K.SETTLEMENT_BROKEN, _K.SETTLED)


def promises_match(reading: Reading) -> Iterator[Fault]:
    """Find promises kept, part-kept or broken more often than promises were made, and payments on no promise."""
    yield from _no_more_ends_than_starts(reading, _K.PROMISE_MADE, _PROMISE_ENDS)
    yield _payments_outside(reading, PaymentSource.PROMISE, _K.PROMISE_MADE, _PROMISE_ENDS)


def instalments_inside_agreement(reading: Reading) -> Iterator[Fault]:
    """Find instalments, breaches and completions of plans and settlements that are not running at that minute."""
    yield from _no_more_ends_than_starts(reading, _K.PLAN_STARTED, _PLAN_ENDS)
    yield from _no_more_ends_than_starts(reading, _K.OFFER_ACCEPTED, _SETTLEMENT_ENDS)
    yield _outside(reading, reading.where(_K.PLAN_INSTALMENT_MISSED), _K.PLAN_STARTED, _PLAN_ENDS)
    missed = reading.where(_K.SETTLEMENT_INSTALMENT_MISSED)
    yield _outside(reading, missed, _K.OFFER_ACCEPTED, _SETTLEMENT_ENDS)
    # A kept instalment of a settlement is logged by the same kind as one of a plan.
    kept = reading.where(_K.PLAN_INSTALMENT_KEPT)
    unplanned = _outside(reading, kept, _K.PLAN_STARTED, _PLAN_ENDS).rows
    unsettled = _outside(reading, kept, _K.OFFER_ACCEPTED, _SETTLEMENT_ENDS).rows
    yield Fault("neither a plan nor a settlement is running", np.intersect1d(unplanned, unsettled))
    for source in (PaymentSource.PLAN, PaymentSource.DOWN_PAYMENT):
        yield _payments_outside(reading, source, _K.PLAN_STARTED, _PLAN_ENDS)
    yield _payments_outside(reading, PaymentSource.SETTLEMENT, _K.OFFER_ACCEPTED, _SETTLEMENT_ENDS)


def holds_match(reading: Reading) -> Iterator[Fault]:
    """Find holds that begin while another runs, that end though they did not run, or that outlive their reason."""
    rows = reading.where(_K.HOLD_STARTED, _K.HOLD_ENDED)
    begins = reading.rows["kind"][rows] == _K.HOLD_STARTED
    account, hold = reading.account[rows].astype(np.int64), reading.rows["detail"][rows]
    order, n_running = running(account, rows, np.where(begins, 1, -1).astype(np.int64))
    ordered, begins, account, hold = rows[order], begins[order], account[order], hold[order]
    yield Fault("begins while another hold runs", ordered[begins & (n_running > 1)])
    yield Fault("ends though no hold runs", ordered[~begins & (n_running < 0)])
    is_pair = (account[1:] == account[:-1]) & begins[:-1] & ~begins[1:]
    yield Fault("ends another hold than the one that runs", ordered[1:][is_pair & (hold[1:] != hold[:-1])])
    for kind in (_K.CURED, _K.CLOSED):
        ends = reading.where(kind)
        begun = count_until(reading, reading.where(_K.HOLD_STARTED), ends, inclusive=True)
        over = count_until(reading, reading.where(_K.HOLD_ENDED), ends, inclusive=True)
        yield Fault("and yet a hold still runs", ends[begun > over])


def _no_more_ends_than_starts(reading: Reading, start: EventKind, ends: tuple[EventKind, ...]) -> Iterator[Fault]:
    started, ended = reading.where(start), reading.where(*ends)
    positions = np.concatenate([started, ended])
    steps = np.concatenate([np.ones(len(started), dtype=np.int64), -np.ones(len(ended), dtype=np.int64)])
    order, n_open = running(reading.account[positions].astype(np.int64), positions, steps)
    unmatched = (n_open < 0) & (steps[order] < 0)
    yield Fault(f"ends what no {start.name} began", positions[order[unmatched]])


def _payments_outside(reading: Reading, source: PaymentSource, start: EventKind, ends: tuple[EventKind, ...]) -> Fault:
    payments = reading.where(_K.PAYMENT)
    return _outside(reading, payments[reading.rows["detail"][payments] == source], start, ends)


def _outside(reading: Reading, rows: NDArray[np.intp], start: EventKind, ends: tuple[EventKind, ...]) -> Fault:
    # Whatever begins or ends in the row's own minute counts as running: the rows may stand in either order.
    begun = count_until(reading, reading.where(start), rows, inclusive=True)
    over = count_until(reading, reading.where(*ends), rows, inclusive=False)
    return Fault(f"no {start.name} is running", rows[begun <= over])
