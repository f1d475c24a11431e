"""How often, how soon and when the borrower is contacted: caps, quiet days, permitted hours, visits."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray

from simcollect.core.codes import Action, Channel, EventKind
from simcollect.core.units import MINUTES_PER_DAY, MINUTES_PER_HOUR
from simcollect.outcomes.audit.findings import Fault
from simcollect.outcomes.audit.local_clock import local_days, local_minutes_of_day
from simcollect.outcomes.audit.sequence import count_until, first_after, last_before
from simcollect.outcomes.headline import ACTORS_PER_POOL, ATTEMPTS
from simcollect.outcomes.reading import NEVER, Reading

_K = EventKind
_WEEK: Final = 7 * MINUTES_PER_DAY

IN_WRITING_OR_IN_PERSON: Final = (Channel.SMS, Channel.EMAIL, Channel.LETTER, Channel.VISIT)
"""Channels of a conversation that is none by telephone. One that names no channel counts as a telephone call."""


def calls_over_cap(reading: Reading, cap: int) -> Iterator[Fault]:
    """Find calls that are more than ``cap`` within the seven days up to them."""
    yield _over_cap(reading, reading.where(_K.DIALLED), cap, "calls")


def messages_over_cap(reading: Reading, cap: int) -> Iterator[Fault]:
    """Find messages that are more than ``cap`` within the seven days up to them."""
    yield _over_cap(reading, reading.where(_K.MESSAGE_SENT), cap, "messages")


def _over_cap(reading: Reading, contacts: NDArray[np.intp], cap: int, noun: str) -> Fault:
    """Sort by account, and look back `cap` contacts: if that one lies within seven days, this one is too many."""
    message = f"more than {cap} {noun} within seven days"
    if cap == 0:
        return Fault(message, contacts)
    ordered = contacts[np.argsort(reading.account[contacts], kind="stable")]
    account, at = reading.account[ordered], reading.column("at", ordered)
    over = (account[cap:] == account[:-cap]) & (at[cap:] - at[:-cap] < _WEEK)
    return Fault(message, np.sort(ordered[cap:][over]))


def calls_over_daily_cap(reading: Reading, cap: int) -> Iterator[Fault]:
    """Find calls that are more than ``cap`` on one day of the borrower's calendar."""
    calls = reading.where(_K.DIALLED)
    message = f"more than {cap} calls on one day of the borrower's calendar"
    if cap == 0 or not len(calls):
        yield Fault(message, calls)
        return
    day = local_days(reading, calls)
    order = np.lexsort((calls, day, reading.account[calls]))
    account, day = reading.account[calls][order], day[order]
    over = (account[cap:] == account[:-cap]) & (day[cap:] == day[:-cap])
    yield Fault(message, np.sort(calls[order][cap:][over]))


def calls_too_soon(reading: Reading, quiet_days: int) -> Iterator[Fault]:
    """Find calls within the quiet days after a conversation by telephone."""
    talks, calls = reading.where(_K.CONVERSATION), reading.where(_K.DIALLED)
    by_phone = ~np.isin(reading.rows["channel"][talks], IN_WRITING_OR_IN_PERSON)
    last = last_before(reading, talks[by_phone], calls)
    since = reading.column("at", calls) - np.where(last != NEVER, reading.rows["at"][last], 0)
    soon = (last != NEVER) & (since < quiet_days * MINUTES_PER_DAY)
    yield Fault(f"a call {{:span}} after a conversation; {quiet_days} quiet days are due", calls[soon], since[soon])


def outside_hours(reading: Reading, start_minute: int, end_minute: int) -> Iterator[Fault]:
    """Find attempts and offers outside the permitted hours of the borrower's clock, and care calls that begin there."""
    rows = reading.where(*ATTEMPTS, _K.OFFER_MADE, _K.CARE_CALL)
    kind, channel = reading.rows["kind"][rows], reading.rows["channel"][rows]
    # A letter is read when the borrower likes, and an offer that names no channel went by letter.
    by_letter = (channel == Channel.LETTER) | ((kind == _K.OFFER_MADE) & (channel == Channel.NONE))
    rows = rows[~by_letter]
    if not len(rows):
        return
    is_care = reading.rows["kind"][rows] == _K.CARE_CALL
    # A care call is logged when it ends; its value is how long it took.
    began = reading.column("at", rows) - np.where(is_care, reading.rows["value"][rows], 0)
    local = local_minutes_of_day(reading, rows, np.maximum(began, 0))
    outside = (local < start_minute) | (local >= end_minute)
    message = (
        f"at {{:clock}} by the borrower's clock; {clock_text(start_minute)} to {clock_text(end_minute)} is permitted"
    )
    yield Fault(message, rows[outside], local[outside])


def clock_text(minute: int) -> str:
    """Return a minute of the day as a clock shows it; 24:00 at its end."""
    return f"{minute // MINUTES_PER_HOUR:02d}:{minute % MINUTES_PER_HOUR:02d}"


def visits_alone(reading: Reading) -> Iterator[Fault]:
    """Find visits with fewer than two collectors out on them.

    A collector is out while his job lasts, and so is whoever has a VISITED row of his own in the same minute.
    """
    visits = reading.where(_K.VISITED)
    if not len(visits):
        return
    together = np.stack([reading.column(name, visits) for name in ("account", "at")], axis=1)
    _, door = np.unique(together, axis=0, return_inverse=True)
    seen = np.unique(np.stack([door.ravel(), reading.column("actor", visits)], axis=1), axis=0)
    crew = np.maximum(_collectors_out(reading, visits), np.bincount(seen[:, 0])[door.ravel()])
    yield Fault("a visit by {} where two people are due", visits[crew < 2], crew[crew < 2])


def _collectors_out(reading: Reading, visits: NDArray[np.intp]) -> NDArray[np.int64]:
    """Return how many collectors are at work on a visit to the account in the minute of each visit, shape [k].

    Each counts once, however often he is listed. Staff of unlimited pools have no names: each row is another of them.
    """
    jobs = reading.where(_K.WORK_STARTED, _K.WORK_ENDED)
    jobs = jobs[reading.rows["detail"][jobs] == Action.VISIT]
    is_start = reading.rows["kind"][jobs] == _K.WORK_STARTED
    actor = reading.column("actor", jobs)
    out = np.zeros(len(visits), dtype=np.int64)
    for each in np.unique(actor).tolist():
        mine = actor == each
        here = np.flatnonzero(np.isin(reading.account[visits], reading.account[jobs[mine]]))
        # Collectors may come off the job in the visit's own minute, in either order of rows: those still count.
        begun = count_until(reading, jobs[mine & is_start], visits[here], inclusive=True)
        over = count_until(reading, jobs[mine & ~is_start], visits[here], inclusive=False)
        out[here] += np.clip(begun - over, 0, 1 if each % ACTORS_PER_POOL else None)
    return out


def visits_unannounced(reading: Reading, notice_days: int) -> Iterator[Fault]:
    """Find visits without a notice so many days before them; a visit uses up the notices before it.

    Rows of one minute are one visit, by several collectors.
    """
    visits, notices = reading.where(_K.VISITED), reading.where(_K.FOLLOW_UP_SCHEDULED)
    notices = notices[reading.rows["detail"][notices] == Action.VISIT]
    earlier = last_before(reading, visits, visits)
    another = (earlier == NEVER) | (reading.rows["at"][earlier] != reading.rows["at"][visits])
    visits, earlier = visits[another], earlier[another]
    given = first_after(reading, notices, earlier, visits)
    since = reading.column("at", visits) - np.where(given != NEVER, reading.rows["at"][given], 0)
    yield Fault("a visit without a notice of its own", visits[given == NEVER])
    soon = (given != NEVER) & (since < notice_days * MINUTES_PER_DAY)
    yield Fault(f"a visit {{:span}} after its notice; {notice_days} days are due", visits[soon], since[soon])
