"""What the borrower asked for or never agreed to: no contact, not on this channel, no messages, no word to others."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray

from simcollect.core.codes import Action, Channel, ConversationOutcome, EventKind
from simcollect.outcomes.audit.findings import Fault
from simcollect.outcomes.audit.sequence import happened_before, last_before
from simcollect.outcomes.headline import ATTEMPTS
from simcollect.outcomes.reading import NEVER, Reading

_K = EventKind

CONTACTS: Final = (*ATTEMPTS, _K.OFFER_MADE)
"""Kinds that ask for payment."""

IN_WRITING: Final = (Channel.SMS, Channel.EMAIL, Channel.LETTER)
"""Channels that a message may have gone by."""

_ONLY_CHANNEL: Final[Mapping[EventKind, Channel]] = {
    _K.DIALLED: Channel.CALL,
    _K.VISITED: Channel.VISIT,
    _K.OFFER_MADE: Channel.LETTER,
}
"""What a contact without a channel is taken to have gone by; a message may have gone by any in writing."""


def told_in(reading: Reading, kind: EventKind, outcome: ConversationOutcome) -> NDArray[np.intp]:
    """Return the rows that tell something: rows of its own kind, and conversations that came to it.

    A run writes both in one minute. An agency's dialler often keeps the conversation's outcome alone.
    """
    talks = reading.where(_K.CONVERSATION)
    return np.sort(np.concatenate([reading.where(kind), talks[reading.rows["detail"][talks] == outcome]]))


def after_cease_request(reading: Reading) -> Iterator[Fault]:
    """Find contact after a request to cease; legal steps stay open."""
    requests = told_in(reading, _K.CEASE_REQUESTED, ConversationOutcome.ASK_TO_CEASE)
    rows = reading.where(*CONTACTS, _K.CARE_CALL)
    yield Fault("after a request to cease", rows[happened_before(reading, requests, rows)])


def after_opting_out(reading: Reading) -> Iterator[Fault]:
    """Find contact on a channel that the borrower has opted out of; who names none has opted out of all."""
    rows, outs = reading.where(*CONTACTS), reading.where(_K.OPTED_OUT)
    left = reading.rows["channel"][outs]
    from_all = happened_before(reading, outs[left == Channel.NONE], rows)
    yield Fault("after opting out of every channel", rows[from_all])
    rows = rows[~from_all]
    used = reading.rows["channel"][rows].copy()
    for kind, channel in _ONLY_CHANNEL.items():
        used[(used == Channel.NONE) & (reading.rows["kind"][rows] == kind)] = channel
    for channel in Channel:
        # Which channel a message without one went by is not known, so opting out of any in writing counts.
        in_writing = channel == Channel.NONE
        mine, out = rows[used == channel], outs[np.isin(left, IN_WRITING if in_writing else (channel,))]
        name = "messages, and no channel is told" if in_writing else channel.name
        yield Fault(f"after opting out of {name}", mine[happened_before(reading, out, mine)])


def without_consent(reading: Reading) -> Iterator[Fault]:
    """Find messages and automated calls to those who did not consent to them, by the accounts table."""
    messages, calls = reading.where(_K.MESSAGE_SENT), reading.where(_K.DIALLED)
    automated = calls[reading.rows["channel"][calls] == Channel.AUTOMATED_CALL]
    rows = np.sort(np.concatenate([messages, automated]))
    refused = reading.log.accounts["consent"][reading.account[rows]] == 0
    yield Fault("without consent to messages and automated calls", rows[refused])


def third_parties(reading: Reading) -> Iterator[Fault]:
    """Find work and contact to notify a third party, and talks on a line that the wrong party had answered."""
    rows = reading.where(*ATTEMPTS, _K.WORK_STARTED)
    yield Fault("tells a third party", rows[reading.rows["detail"][rows] == Action.NOTIFY_THIRD_PARTY])
    talks = reading.where(_K.CONVERSATION)
    answers = reading.where(_K.DIALLED, _K.NO_ANSWER, _K.WRONG_PARTY, _K.ANSWERED)
    # Line by line: while a caller still talks, the dialler may have tried the same borrower again. A row without a
    # channel is of a call by a person; dialled again without a word on who answered, the wrong party is forgotten.
    for channel in (Channel.CALL, Channel.AUTOMATED_CALL):
        lines = (Channel.NONE, channel) if channel == Channel.CALL else (channel,)
        on_line = talks[np.isin(reading.rows["channel"][talks], lines)]
        last = last_before(reading, answers[np.isin(reading.rows["channel"][answers], lines)], on_line)
        wrong = (last != NEVER) & (reading.rows["kind"][last] == _K.WRONG_PARTY)
        yield Fault("a talk about the debt with the wrong party", on_line[wrong])
