"""What the borrower asked for or never agreed to: no contact, not on this channel, no messages, no word to others."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np

from simcollect.core.codes import Action, Channel, EventKind
from simcollect.outcomes.audit.findings import Fault
from simcollect.outcomes.audit.sequence import happened_before, last_before
from simcollect.outcomes.headline import ATTEMPTS
from simcollect.outcomes.reading import NEVER, Reading

_K = EventKind

CONTACTS: Final = (*ATTEMPTS, _K.OFFER_MADE)
"""Kinds that ask for payment."""


def after_cease_request(reading: Reading) -> Iterator[Fault]:
    """Find contact after a request to cease; legal steps stay open."""
    rows = reading.where(*CONTACTS, _K.CARE_CALL)
    yield Fault("after a request to cease", rows[happened_before(reading, reading.where(_K.CEASE_REQUESTED), rows)])


def after_opting_out(reading: Reading) -> Iterator[Fault]:
    """Find contact on a channel that the borrower has opted out of."""
    rows, outs = reading.where(*CONTACTS), reading.where(_K.OPTED_OUT)
    for channel in Channel:
        if channel == Channel.NONE:
            continue
        used = rows[reading.rows["channel"][rows] == channel]
        out = outs[reading.rows["channel"][outs] == channel]
        yield Fault(f"after opting out of {channel.name}", used[happened_before(reading, out, used)])


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
    answers = reading.where(_K.NO_ANSWER, _K.WRONG_PARTY, _K.ANSWERED)
    # Line by line: while a caller still talks, the dialler may have tried the same borrower again.
    for channel in (Channel.CALL, Channel.AUTOMATED_CALL):
        on_line = talks[reading.rows["channel"][talks] == channel]
        last = last_before(reading, answers[reading.rows["channel"][answers] == channel], on_line)
        wrong = (last != NEVER) & (reading.rows["kind"][last] == _K.WRONG_PARTY)
        yield Fault("a talk about the debt with the wrong party", on_line[wrong])
