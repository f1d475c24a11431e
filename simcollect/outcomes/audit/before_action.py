"""A strategy changes nothing of an account before its first action there."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from simcollect.core.codes import EventKind
from simcollect.core.eventlog import EventLog
from simcollect.outcomes.audit.findings import Fault, Findings
from simcollect.outcomes.reading import Reading
from simcollect.outcomes.twins import check_twins

_K = EventKind

LIFE: Final = (
    _K.OPENED,
    _K.INSTALMENT_DUE,
    _K.INTEREST_CHARGED,
    _K.PENALTY_CHARGED,
    _K.SHOCK_STARTED,
    _K.SHOCK_ENDED,
    _K.PAYMENT,
    _K.CURED,
    _K.REDEFAULTED,
    _K.INSOLVENT,
    _K.COMPLAINT,
    _K.CUSTOMER_LEFT,
)
"""Kinds that happen by themselves, with or without a strategy."""

PASSIVE: Final = (
    _K.STAGE_ENTERED,
    _K.HOLD_STARTED,
    _K.HOLD_ENDED,
    _K.BLOCKED,
    _K.FOLLOW_UP_SCHEDULED,
    _K.STOPPED,
    _K.ASSIGNED,
    _K.WORK_QUEUED,
    _K.WORK_STARTED,
    _K.WORK_ENDED,
    _K.WORK_WITHDRAWN,
    _K.STAFFED,
    _K.OUTSTANDING,
    _K.CLOSED,
)
"""Kinds of a strategy's own bookkeeping, of which the borrower notices nothing, and the closing of the books."""

ACTS: Final = tuple(kind for kind in EventKind if kind not in LIFE and kind not in PASSIVE)
"""Every other kind: something was done to the account."""

_FIELDS: Final = ("at", "kind", "detail", "amount_cents", "value")


def same_before_first_action(log: EventLog, twin: EventLog, exclude: NDArray[np.bool_] | None = None) -> Findings:
    """Compare two twins account by account, over the time before either strategy first acts on the account.

    Parameters
    ----------
    log, twin
        Two logs of the same scenario, seed and replication; the twin is often the no-action one.
    exclude
        Accounts not to compare, shape [n]: borrowers who know the schedule of offers and wait for them react to a
        strategy before it acts, and are meant to.

    Returns
    -------
    Findings
        One check, ``same_before_first_action``; rows refer to ``log``.

    Raises
    ------
    InputError
        If the logs are no twins.
    """
    check_twins(log, twin)
    ours, theirs = Reading.at_day(log), Reading.at_day(twin)
    beyond = log.header.horizon_minutes + 1
    first_act = np.minimum(_first_act_at(ours, beyond), _first_act_at(theirs, beyond))
    if exclude is not None:
        first_act[exclude] = -1
    mine, other = _life_before(ours, first_act), _life_before(theirs, first_act)
    n_mine, n_other = ours.count_rows(mine), theirs.count_rows(other)
    differs = n_mine != n_other
    # Compared row by row, but only in accounts with as many rows in both, so that the two lists stand in step.
    mine_even, other_even = mine[~differs[ours.account[mine]]], other[~differs[theirs.account[other]]]
    unequal = np.zeros(len(mine_even), dtype=np.bool_)
    for name in _FIELDS:
        unequal |= ours.rows[name][mine_even] != theirs.rows[name][other_even]
    first_unequal = ours.first_of(np.sort(mine_even[unequal]))
    opened = ours.first(_K.OPENED)
    longer = np.flatnonzero(differs)
    faults = [
        Fault("differs from its twin before any action on the account", first_unequal[first_unequal >= 0]),
        Fault(
            "its account has {} rows more than its twin before any action (negative: fewer)",
            np.maximum(opened[longer], 0),
            (n_mine - n_other)[longer],
        ),
    ]
    return Findings.of(log, {"same_before_first_action": faults})


def _first_act_at(reading: Reading, beyond: int) -> NDArray[np.int64]:
    return reading.field_at(reading.first(*ACTS), "at", beyond)


def _life_before(reading: Reading, until: NDArray[np.int64]) -> NDArray[np.intp]:
    """Return positions of the rows of life before each account's minute, by account and then in order."""
    rows = reading.where(*LIFE)
    account = reading.account[rows]
    rows = rows[reading.rows["at"][rows] < until[account]]
    return rows[np.argsort(reading.account[rows], kind="stable")]
