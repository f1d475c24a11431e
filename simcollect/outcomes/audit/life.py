"""The order of an account's life: it opens, causes come before their effects, and after its end it is left alone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np

from simcollect.core.codes import Action, EventKind, PaymentSource
from simcollect.outcomes.audit.findings import Fault
from simcollect.outcomes.audit.sequence import happened_before, last_before
from simcollect.outcomes.reading import NEVER, Reading

_K = EventKind

AFTER_CLOSED: Final = (
    # What the customer does, and what restores the relationship, goes on after the debt is closed
    _K.SHOCK_STARTED,
    _K.SHOCK_ENDED,
    _K.INSOLVENT,
    _K.COMPLAINT,
    _K.CUSTOMER_LEFT,
    _K.CASE_RECORDED,
    _K.CARE_CALL,
    _K.FEE_GOODWILL,
    _K.CREDIT_REBUILT,
    _K.CREDIT_MARK_REMOVED,
    _K.LINE_REOPENED,
    # What clears the desk
    _K.WORK_WITHDRAWN,
    _K.HOLD_ENDED,
)
"""Kinds that may follow CLOSED at any time."""

WITH_CLOSED: Final = (
    _K.CURED,
    _K.PROMISE_KEPT,
    _K.PROMISE_PART_KEPT,
    _K.PLAN_INSTALMENT_KEPT,
    _K.PLAN_COMPLETED,
    _K.SETTLED,
    _K.OFFER_EXPIRED,
    _K.SUIT_WITHDRAWN,
)
"""Kinds that may follow CLOSED in the same minute: what the closing payment also fulfils."""

CLOSING_ACTIONS: Final = (
    Action.CLOSING_RECORD,
    Action.CARE_CALL,
    Action.FEE_GOODWILL,
    Action.CREDIT_REBUILD,
    Action.REOPEN_LINE,
)
"""Work that may be queued, done, scheduled or blocked after CLOSED."""

_CAUSES: Final[tuple[tuple[EventKind, tuple[EventKind, ...]], ...]] = (
    (_K.REDEFAULTED, (_K.CURED,)),
    (_K.MESSAGE_UNDELIVERED, (_K.MESSAGE_SENT,)),
    (_K.MESSAGE_OPENED, (_K.MESSAGE_SENT,)),
    (_K.NO_ANSWER, (_K.DIALLED,)),
    (_K.WRONG_PARTY, (_K.DIALLED,)),
    (_K.ANSWERED, (_K.DIALLED, _K.VISITED)),
    (_K.NOBODY_HOME, (_K.VISITED,)),
    (_K.CONVERSATION, (_K.ANSWERED, _K.VISITED)),
    (_K.DISPUTE_RESOLVED, (_K.DISPUTE_RAISED,)),
    (_K.LAWYERS_LETTER_READ, (_K.LAWYERS_LETTER_SENT,)),
    (_K.JUDGMENT, (_K.SUIT_FILED,)),
    (_K.SUIT_WITHDRAWN, (_K.SUIT_FILED,)),
    (_K.ENFORCEMENT_STARTED, (_K.JUDGMENT,)),
    (_K.ENFORCEMENT_FAILED, (_K.ENFORCEMENT_STARTED,)),
    (_K.CREDIT_MARK_REMOVED, (_K.CREDIT_MARKED,)),
    (_K.OFFER_ACCEPTED, (_K.OFFER_MADE,)),
    (_K.OFFER_DECLINED, (_K.OFFER_MADE,)),
    (_K.OFFER_EXPIRED, (_K.OFFER_MADE,)),
)
"""Kinds that need one of other kinds before them in the same account."""


def nothing_before_opened(reading: Reading) -> Iterator[Fault]:
    """Find rows of accounts that have not opened, and openings at another minute than the accounts table says."""
    opened = reading.first(_K.OPENED)
    mine = np.flatnonzero(reading.account >= 0)
    opened_here = opened[reading.account[mine]]
    early = mine[(opened_here == NEVER) | (mine < opened_here)]
    early = early[reading.rows["kind"][early] != _K.OUTSTANDING]  # may state that an account never arrived
    yield Fault("happens before the account is opened", early)
    openings = reading.where(_K.OPENED)
    arrives_at = reading.log.accounts["arrives_at"][reading.account[openings]].astype(np.int64)
    wrong = reading.rows["at"][openings] != arrives_at
    yield Fault("opened, but arrives at minute {} in the accounts table", openings[wrong], arrives_at[wrong])


def nothing_after_closed(reading: Reading) -> Iterator[Fault]:
    """Find rows that follow an account's CLOSED row and are none of those that may."""
    closed = reading.first(_K.CLOSED)
    mine = np.flatnonzero(reading.account >= 0)
    closed_here = closed[reading.account[mine]]
    late = mine[(closed_here != NEVER) & (mine > closed_here)]
    closed_at = reading.rows["at"][closed[reading.account[late]]]
    kind, detail = reading.rows["kind"][late], reading.rows["detail"][late]
    allowed = np.isin(kind, AFTER_CLOSED)
    allowed |= np.isin(kind, WITH_CLOSED) & (reading.rows["at"][late] == closed_at)
    desk = np.isin(kind, (_K.WORK_QUEUED, _K.WORK_STARTED, _K.WORK_ENDED, _K.FOLLOW_UP_SCHEDULED))
    allowed |= desk & np.isin(detail, CLOSING_ACTIONS)
    allowed |= (kind == _K.BLOCKED) & np.isin(reading.rows["value"][late], CLOSING_ACTIONS)
    # A job under way when the debt closes is finished, not undone: its start stands before the closing row.
    starts = reading.where(_K.WORK_STARTED)
    for action in np.unique(detail[kind == _K.WORK_ENDED]):
        started = last_before(reading, starts[reading.rows["detail"][starts] == action], late)
        before = (started != NEVER) & (started < closed[reading.account[late]])
        allowed |= (kind == _K.WORK_ENDED) & (detail == action) & before
    yield Fault("happens after the account is closed", late[~allowed])


def causes_precede_effects(reading: Reading) -> Iterator[Fault]:
    """Find effects without their cause: a judgment without a suit, an answer without a call."""
    for effect, causes in _CAUSES:
        rows = reading.where(effect)
        missing = ~happened_before(reading, reading.where(*causes), rows)
        wanted = " or ".join(cause.name for cause in causes)
        yield Fault(f"without any {wanted} before it", rows[missing])
    judgments = reading.where(_K.JUDGMENT)
    suit = last_before(reading, reading.where(_K.SUIT_FILED, _K.SUIT_WITHDRAWN), judgments)
    dropped = (suit != NEVER) & (reading.rows["kind"][suit] == _K.SUIT_WITHDRAWN)
    yield Fault("on a suit that had been withdrawn", judgments[dropped])
    won = judgments[reading.rows["detail"][judgments] == 1]
    enforced = reading.where(_K.ENFORCEMENT_STARTED)
    yield Fault("without a judgment for the lender before it", enforced[~happened_before(reading, won, enforced)])
    payments = reading.where(_K.PAYMENT)
    forced = payments[reading.rows["detail"][payments] == PaymentSource.ENFORCEMENT]
    missing = ~happened_before(reading, enforced, forced)
    yield Fault("paid by enforcement without any ENFORCEMENT_STARTED before it", forced[missing])
