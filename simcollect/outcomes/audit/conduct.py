"""Rules of conduct, worked out from the log anew: windows, quiet days, permitted hours, holds.

Nothing here asks whether the simulation enforced a rule: the rows alone are counted, so a rule that the engine forgot
is found. Contacts counted: messages sent, calls dialled (by people or automated), visits. A call may follow another by
exactly seven days; a quiet period of n days ends n x 1,440 minutes after the conversation.

References
----------
12 CFR 1006.14(b)(2) (US Regulation F, 2021): seven calls within seven days, and seven days after a conversation;
1006.6(b)(1)(i): 8 am to 9 pm at the consumer's place; 1006.6(c): no contact after a request to cease.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np
from numpy.typing import NDArray

from simcollect.core.clock import Calendar
from simcollect.core.codes import Action, Channel, EventKind
from simcollect.core.units import MINUTES_PER_DAY
from simcollect.outcomes.audit.findings import Fault
from simcollect.outcomes.audit.sequence import count_until, happened_before, last_before
from simcollect.outcomes.headline import ATTEMPTS
from simcollect.outcomes.reading import NEVER, Reading

_K = EventKind
OFF: Final = -1
_WEEK: Final = 7 * MINUTES_PER_DAY

CONTACTS: Final = (*ATTEMPTS, _K.OFFER_MADE)
"""Kinds that ask for payment: closed by a request to cease, which leaves legal steps and care after the debt open."""

LEGAL_STEPS: Final = (_K.LAWYERS_LETTER_SENT, _K.SUIT_FILED, _K.ENFORCEMENT_STARTED)


@dataclass(frozen=True)
class ConductRules:
    """The rules a log is held to; -1 switches a rule off.

    Attributes
    ----------
    calls_per_7_days, messages_per_7_days
        Most calls dialled (messages sent) to an account within any seven days.
    quiet_days_after_conversation
        Days without a call after a conversation by telephone.
    hours_start_minute, hours_end_minute
        Permitted hours by the borrower's clock, minutes after midnight, start included and end excluded.
    visit_two_people
        1: a visit is made by two collectors.
    honour_cease
        1: no contact after a request to cease.
    honour_opt_out
        1: no message on a channel after opting out of it.
    moratorium_days
        Days without contact or legal steps after hardship is disclosed.
    forbearance_before_suit
        1: no suit before a plan was agreed or declined, or a settlement offered.
    vulnerable_hold
        1: no legal steps against those who declared themselves vulnerable.
    max_plan_months
        Longest repayment plan.
    """

    calls_per_7_days: int = OFF
    messages_per_7_days: int = OFF
    quiet_days_after_conversation: int = OFF
    hours_start_minute: int = OFF
    hours_end_minute: int = OFF
    visit_two_people: int = OFF
    honour_cease: int = 1
    honour_opt_out: int = OFF
    moratorium_days: int = OFF
    forbearance_before_suit: int = OFF
    vulnerable_hold: int = OFF
    max_plan_months: int = OFF


def conduct(reading: Reading, rules: ConductRules) -> dict[str, Iterator[Fault]]:
    """Return the checks of the rules that are on, by name."""
    checks: dict[str, Iterator[Fault]] = {}
    calls, messages = reading.where(_K.DIALLED), reading.where(_K.MESSAGE_SENT)
    if rules.honour_cease > 0:
        checks["rule_cease_request"] = _after(reading, (_K.CEASE_REQUESTED,), CONTACTS, "after a request to cease")
    if rules.calls_per_7_days >= 0:
        checks["rule_calls_per_7_days"] = _over_cap(reading, calls, rules.calls_per_7_days, "calls")
    if rules.messages_per_7_days >= 0:
        checks["rule_messages_per_7_days"] = _over_cap(reading, messages, rules.messages_per_7_days, "messages")
    if rules.quiet_days_after_conversation > 0:
        checks["rule_quiet_after_conversation"] = _too_soon(reading, rules.quiet_days_after_conversation)
    if rules.hours_start_minute >= 0 and rules.hours_end_minute >= 0:
        checks["rule_permitted_hours"] = _outside_hours(reading, rules.hours_start_minute, rules.hours_end_minute)
    if rules.visit_two_people > 0:
        checks["rule_visit_two_people"] = _alone(reading)
    if rules.honour_opt_out > 0:
        checks["rule_opt_out"] = _opted_out(reading)
    if rules.moratorium_days > 0:
        checks["rule_moratorium"] = _in_moratorium(reading, rules.moratorium_days)
    if rules.forbearance_before_suit > 0:
        checks["rule_forbearance_before_suit"] = _without_forbearance(reading)
    if rules.vulnerable_hold > 0:
        checks["rule_vulnerable_hold"] = _against_vulnerable(reading)
    if rules.max_plan_months >= 0:
        checks["rule_max_plan_months"] = _too_long(reading, rules.max_plan_months)
    return checks


def _after(reading: Reading, events: tuple[EventKind, ...], kinds: tuple[EventKind, ...], when: str) -> Iterator[Fault]:
    rows = reading.where(*kinds)
    yield Fault(when, rows[happened_before(reading, reading.where(*events), rows)])


def _over_cap(reading: Reading, contacts: NDArray[np.intp], cap: int, noun: str) -> Iterator[Fault]:
    """Sort by account, and look back `cap` contacts: if that one lies within seven days, this one is too many."""
    message = f"more than {cap} {noun} within seven days"
    if cap == 0:
        yield Fault(message, contacts)
        return
    ordered = contacts[np.argsort(reading.account[contacts], kind="stable")]
    account, at = reading.account[ordered], reading.column("at", ordered)
    over = (account[cap:] == account[:-cap]) & (at[cap:] - at[:-cap] < _WEEK)
    yield Fault(message, np.sort(ordered[cap:][over]))


def _too_soon(reading: Reading, quiet_days: int) -> Iterator[Fault]:
    talks, calls = reading.where(_K.CONVERSATION), reading.where(_K.DIALLED)
    by_phone = np.isin(reading.rows["channel"][talks], (Channel.CALL, Channel.AUTOMATED_CALL))
    last = last_before(reading, talks[by_phone], calls)
    since = reading.column("at", calls) - np.where(last != NEVER, reading.rows["at"][last], 0)
    soon = (last != NEVER) & (since < quiet_days * MINUTES_PER_DAY)
    yield Fault(f"a call {{}} minutes after a conversation; {quiet_days} quiet days are due", calls[soon], since[soon])


def local_minutes_of_day(reading: Reading, rows: NDArray[np.intp]) -> NDArray[np.int64]:
    """Return the minute of the day, 0 to 1439, by the clock of each row's borrower."""
    header = reading.log.header
    days = max(1, -(-header.horizon_minutes // MINUTES_PER_DAY))
    calendar = Calendar(date.fromisoformat(header.start_date), days, header.zones)
    at = reading.column("at", rows)
    zone = reading.log.accounts["zone"][reading.account[rows]]
    local = np.empty(len(rows), dtype=np.int64)
    for z in np.unique(zone):
        here = np.flatnonzero(zone == z)
        switch = np.searchsorted(calendar.zone_switch_at[z], at[here], side="right") - 1
        local[here] = at[here] + calendar.zone_offset_minutes[z][switch]
    return local % MINUTES_PER_DAY


def _outside_hours(reading: Reading, start_minute: int, end_minute: int) -> Iterator[Fault]:
    rows = reading.where(*ATTEMPTS)
    if not len(rows):
        return
    local = local_minutes_of_day(reading, rows)
    outside = (local < start_minute) | (local >= end_minute)
    yield Fault("at minute {} of the borrower's day, outside the permitted hours", rows[outside], local[outside])


def _alone(reading: Reading) -> Iterator[Fault]:
    """Count, at each visit, the collectors who are out on it."""
    visits = reading.where(_K.VISITED)
    crew = np.zeros(len(visits), dtype=np.int64)
    # Collectors may come off the job in the visit's own minute, in either order of rows: those still count.
    for kind, sign, inclusive in ((_K.WORK_STARTED, 1, True), (_K.WORK_ENDED, -1, False)):
        jobs = reading.where(kind)
        jobs = jobs[reading.rows["detail"][jobs] == Action.VISIT]
        crew += sign * count_until(reading, jobs, visits, inclusive)
    yield Fault("a visit by {} where two people are due", visits[crew < 2], crew[crew < 2])


def _opted_out(reading: Reading) -> Iterator[Fault]:
    messages, outs = reading.where(_K.MESSAGE_SENT), reading.where(_K.OPTED_OUT)
    for channel in (Channel.SMS, Channel.EMAIL, Channel.AUTOMATED_CALL, Channel.LETTER):
        sent = messages[reading.rows["channel"][messages] == channel]
        out = outs[reading.rows["channel"][outs] == channel]
        yield Fault(f"after opting out of {channel.name}", sent[happened_before(reading, out, sent)])


def _in_moratorium(reading: Reading, days: int) -> Iterator[Fault]:
    rows = reading.where(*CONTACTS, *LEGAL_STEPS)
    last = last_before(reading, reading.where(_K.HARDSHIP_DISCLOSED), rows)
    since = reading.column("at", rows) - np.where(last != NEVER, reading.rows["at"][last], 0)
    within = (last != NEVER) & (since < days * MINUTES_PER_DAY)
    yield Fault(f"{{}} minutes after hardship was disclosed; {days} days of rest are due", rows[within], since[within])


def _without_forbearance(reading: Reading) -> Iterator[Fault]:
    suits = reading.where(_K.SUIT_FILED)
    offered = reading.where(_K.PLAN_STARTED, _K.PLAN_DECLINED, _K.OFFER_MADE)
    yield Fault("a suit before any plan or settlement was offered", suits[~happened_before(reading, offered, suits)])


def _against_vulnerable(reading: Reading) -> Iterator[Fault]:
    steps = reading.where(*LEGAL_STEPS)
    held = reading.log.accounts["declared_vulnerable"][reading.account[steps]] != 0
    yield Fault("against a borrower who declared vulnerability", steps[held])


def _too_long(reading: Reading, max_months: int) -> Iterator[Fault]:
    plans = reading.where(_K.PLAN_STARTED)
    months = reading.column("detail", plans)
    long = months > max_months
    yield Fault(f"a plan of {{}} months, {max_months} are allowed", plans[long], months[long])
