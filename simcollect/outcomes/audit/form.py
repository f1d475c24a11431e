"""Whether a log can be read at all: known kinds, accounts that exist, time that never runs back."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from simcollect.core.codes import EventKind
from simcollect.core.eventlog import DETAIL_CODES, EventLog
from simcollect.outcomes.audit.findings import Fault


def well_formed(log: EventLog) -> Iterator[Fault]:
    """Find rows that no other check could read."""
    rows, n = log.rows, len(log.accounts)
    kind, account, at = rows["kind"], rows["account"], np.ascontiguousarray(rows["at"])
    unknown = ~np.isin(kind, [int(member) for member in EventKind])
    yield Fault("kind {} is not a known kind of event", np.flatnonzero(unknown), kind[unknown].astype(np.int64))
    is_shift = kind == EventKind.STAFFED
    stranger = np.where(is_shift, account != -1, (account < 0) | (account >= n))
    yield Fault(
        f"account {{}} does not exist: the log has {n} (and only STAFFED rows have none)",
        np.flatnonzero(stranger),
        account[stranger].astype(np.int64),
    )
    back = np.flatnonzero(at[1:] < at[:-1]) + 1
    yield Fault("time runs back: the row before it is at minute {}", back, at[back - 1])
    outside = np.flatnonzero((at < 0) | (at > log.header.horizon_minutes))
    yield Fault("minute {} lies outside the run", outside, at[outside])
    negative = (rows["amount_cents"] < 0) & (kind != EventKind.ASSESSED)  # an expected yield may be a loss
    yield Fault("the amount is negative: {} cents", np.flatnonzero(negative), rows["amount_cents"][negative])
    negative = rows["cost_cents"] < 0
    yield Fault("the cost is negative: {} cents", np.flatnonzero(negative), rows["cost_cents"][negative])
    yield from _unknown_details(log)


def _unknown_details(log: EventLog) -> Iterator[Fault]:
    kind = np.ascontiguousarray(log.rows["kind"])
    for coded, enum in DETAIL_CODES.items():
        positions = np.flatnonzero(kind == coded)
        detail = log.rows["detail"][positions].astype(np.int64)
        bad = ~np.isin(detail, [int(member) for member in enum])
        yield Fault(f"detail {{}} is not a {enum.__name__}", positions[bad], detail[bad])
