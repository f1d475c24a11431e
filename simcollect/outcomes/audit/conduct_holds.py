"""When pursuit must rest or may not begin: moratoria, the vulnerable, forbearance before a suit."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray

from simcollect.core.codes import ConversationOutcome, EventKind, Hold, PaymentSource
from simcollect.core.units import MINUTES_PER_DAY
from simcollect.outcomes.audit.conduct_wishes import CONTACTS, told_in
from simcollect.outcomes.audit.findings import Fault
from simcollect.outcomes.audit.sequence import happened_before, last_before
from simcollect.outcomes.reading import NEVER, Reading

_K = EventKind

LEGAL_STEPS: Final = (_K.LAWYERS_LETTER_SENT, _K.SUIT_FILED, _K.ENFORCEMENT_STARTED)
"""Kinds that are legal means against the borrower."""

CHARGES: Final = (_K.INTEREST_CHARGED, _K.PENALTY_CHARGED, _K.COST_ADDED)
"""Kinds that make the debt grow."""


def moratorium_days(reading: Reading, days: int, vulnerable_days: int) -> NDArray[np.int64]:
    """Return how long each account's moratorium lasts, days, 0 or less where it has none, shape [n]."""
    declared = reading.log.accounts["declared_vulnerable"] != 0
    return np.where(declared & (vulnerable_days >= 0), vulnerable_days, days).astype(np.int64)


def demands_in_moratorium(reading: Reading, days: NDArray[np.int64]) -> Iterator[Fault]:
    """Find demands, legal steps and money taken by enforcement within an account's moratorium."""
    payments = reading.where(_K.PAYMENT)
    forced = payments[reading.rows["detail"][payments] == PaymentSource.ENFORCEMENT]
    yield _within(reading, np.sort(np.concatenate([reading.where(*CONTACTS, *LEGAL_STEPS), forced])), days)


def charges_in_moratorium(reading: Reading, days: NDArray[np.int64]) -> Iterator[Fault]:
    """Find interest, penalties and costs charged within an account's moratorium."""
    yield _within(reading, reading.where(*CHARGES), days)


def _within(reading: Reading, rows: NDArray[np.intp], days: NDArray[np.int64]) -> Fault:
    last = last_before(reading, _beginnings(reading, days), rows)
    since = reading.column("at", rows) - np.where(last != NEVER, reading.rows["at"][last], 0)
    within = (last != NEVER) & (since < days[reading.account[rows]] * MINUTES_PER_DAY)
    return Fault("{:span} after hardship was disclosed, in the moratorium that follows", rows[within], since[within])


def _beginnings(reading: Reading, days: NDArray[np.int64]) -> NDArray[np.intp]:
    """Return the rows that begin a moratorium: hardship disclosed, or a notice of a moratorium that came by itself.

    A hold for a moratorium is no second beginning while the one that was disclosed runs, nor where it takes over again
    from an agreement that had come between.
    """
    disclosed = told_in(reading, _K.HARDSHIP_DISCLOSED, ConversationOutcome.DISCLOSE_HARDSHIP)
    holds = reading.where(_K.HOLD_STARTED, _K.HOLD_ENDED)
    notices = holds[_is(reading, holds, _K.HOLD_STARTED) & (reading.rows["detail"][holds] == Hold.MORATORIUM)]
    last = last_before(reading, disclosed, notices)
    since = reading.column("at", notices) - np.where(last != NEVER, reading.rows["at"][last], 0)
    runs = (last != NEVER) & (since < days[reading.account[notices]] * MINUTES_PER_DAY)
    return np.sort(np.concatenate([disclosed, notices[~runs & ~_resumed(reading, disclosed, holds, notices)]]))


def _resumed(
    reading: Reading, disclosed: NDArray[np.intp], holds: NDArray[np.intp], notices: NDArray[np.intp]
) -> NDArray[np.bool_]:
    """Return which notices go on with a hold for a moratorium, shape of ``notices``.

    One hold follows the other in the same minute: that for a plan or settlement takes the place of the moratorium's,
    or hardship is disclosed while it lasts, and when it ends the moratorium's comes back. That can be after the
    moratorium itself, for the time of a dispute is added to the hold and the notice is of the hold.
    """
    ended = last_before(reading, holds, notices)
    begun = np.where(ended != NEVER, last_before(reading, holds, ended), NEVER)
    replaced = np.where(begun != NEVER, last_before(reading, holds, begun), NEVER)
    detail, at = reading.rows["detail"], reading.rows["at"]
    takes_over = (begun != NEVER) & _is(reading, ended, _K.HOLD_ENDED) & (at[ended] == at[notices])
    agreed = _is(reading, begun, _K.HOLD_STARTED) & np.isin(detail[begun], (Hold.PLAN, Hold.SETTLEMENT))
    interrupted = (replaced != NEVER) & _is(reading, replaced, _K.HOLD_ENDED) & (detail[replaced] == Hold.MORATORIUM)
    interrupted &= at[replaced] == at[begun]
    meanwhile = last_before(reading, disclosed, ended) > begun
    resumed: NDArray[np.bool_] = takes_over & agreed & (interrupted | meanwhile)
    return resumed


def _is(reading: Reading, rows: NDArray[np.intp], kind: EventKind) -> NDArray[np.bool_]:
    same: NDArray[np.bool_] = np.equal(reading.rows["kind"][rows], kind)
    return same


def suits_without_forbearance(reading: Reading) -> Iterator[Fault]:
    """Find suits before which neither a plan was talked about nor a settlement offered."""
    suits = reading.where(_K.SUIT_FILED)
    offered = reading.where(_K.PLAN_STARTED, _K.PLAN_DECLINED, _K.OFFER_MADE)
    yield Fault("a suit before any plan or settlement was offered", suits[~happened_before(reading, offered, suits)])


def steps_against_vulnerable(reading: Reading) -> Iterator[Fault]:
    """Find legal steps against those who declared themselves vulnerable."""
    steps = reading.where(*LEGAL_STEPS)
    held = reading.log.accounts["declared_vulnerable"][reading.account[steps]] != 0
    yield Fault("against a borrower who declared vulnerability", steps[held])
