"""Which account to tell: found by id, position or name, or picked because something happened to it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray

from simcollect.core.codes import EventKind
from simcollect.core.errors import InputError, closest
from simcollect.core.eventlog import EventLog
from simcollect.outcomes.headline import ATTEMPTS
from simcollect.outcomes.reading import Reading

_Scores = NDArray[np.int64]


def _count(*kinds: EventKind) -> Callable[[Reading], _Scores]:
    return lambda reading: reading.count(*kinds)


def _rows(reading: Reading) -> _Scores:
    """Return how many rows each account has."""
    return reading.count_rows(np.flatnonzero(reading.account >= 0))


def _cured(reading: Reading) -> _Scores:
    """Look among those cured once and for all: the case with most to tell that came to a conversation."""
    once = (reading.count(EventKind.CURED) == 1) & (reading.count(EventKind.REDEFAULTED) == 0)
    spoke = reading.count(EventKind.CONVERSATION) > 0
    return np.where(once, 1 + _rows(reading) * spoke, 0)


def _untouched(reading: Reading) -> _Scores:
    """Look among those whom nobody wrote to, called, visited or sued."""
    touched = reading.count(*ATTEMPTS, EventKind.LAWYERS_LETTER_SENT, EventKind.SUIT_FILED, EventKind.OFFER_MADE)
    return np.where((reading.count(EventKind.OPENED) > 0) & (touched == 0), _rows(reading), 0)


PICKS: Final[Mapping[str, Callable[[Reading], _Scores]]] = {
    "promise": lambda reading: reading.count(EventKind.PROMISE_MADE) * (1 + reading.count(EventKind.PROMISE_KEPT)),
    "suit": lambda reading: reading.count(EventKind.SUIT_FILED) * (1 + 2 * reading.count(EventKind.JUDGMENT)),
    "settled": _count(EventKind.SETTLED),
    "plan": lambda reading: reading.count(EventKind.PLAN_STARTED) * (1 + reading.count(EventKind.PLAN_INSTALMENT_KEPT)),
    "plan_broken": _count(EventKind.PLAN_BROKEN),
    "complaint": _count(EventKind.COMPLAINT),
    "cured": _cured,
    "left": _count(EventKind.CUSTOMER_LEFT),
    "insolvent": lambda reading: reading.count(EventKind.INSOLVENT) * _rows(reading),
    "vulnerable": lambda reading: (reading.log.accounts["declared_vulnerable"] > 0) * _rows(reading),
    "untouched": _untouched,
    "longest": _rows,
}
"""Kinds of case that can be asked for: of the accounts where it happened, the one with the highest score is told."""


def find_account(log: EventLog, account: int | str) -> int:
    """Return the position of an account given by its id, its position or its name.

    Parameters
    ----------
    log
        Any event log.
    account
        An id as a whole number or as digits; ``":4"`` for position 4 (what ``account`` of a row holds, from 0); or a
        name, in full or the only one that begins so. Capitals do not matter.

    Raises
    ------
    InputError
        If no account is called so; with examples that exist.
    """
    text = str(account).strip()
    where = f"log of {log.header.scenario}, {log.header.strategy}"
    ids = log.accounts["account_id"]
    if text.lstrip("-").isdigit():
        found = np.flatnonzero(ids == int(text))
        if len(found) > 0:
            return int(found[0])
    if text.startswith(":") and text[1:].isdigit() and int(text[1:]) < len(ids):
        return int(text[1:])
    names = [name.casefold() for name in log.header.names]
    wanted = text.casefold()
    exact = [position for position, name in enumerate(names) if name == wanted]
    begun = exact or [position for position, name in enumerate(names) if wanted and name.startswith(wanted)]
    if len(begun) == 1 or exact:
        return begun[0]
    if len(begun) > 1:
        several = ", ".join(log.header.names[position] for position in begun[:5])
        raise InputError(
            where, f'account "{text}"', f"is the beginning of {len(begun)} names", f"Expected one of {several}"
        )
    near = closest(wanted, names)
    hint = f'Did you mean "{log.header.names[names.index(near)]}"?' if near is not None else ""
    raise InputError(where, f'account "{text}"', "is not in this log", _examples(log), hint)


def pick(log: EventLog, kind: str) -> int:
    """Return the id of an account to which something happened: one of :data:`PICKS`, and the fullest case of it.

    Raises
    ------
    InputError
        If the kind is not known, or it happened to nobody.
    """
    where = f"log of {log.header.scenario}, {log.header.strategy}"
    if kind not in PICKS:
        raise InputError.unknown("", kind, PICKS, "kind")
    scores = PICKS[kind](Reading.at_day(log)) if len(log.accounts) else np.zeros(0, dtype=np.int64)
    if scores.max(initial=0) == 0:
        raise InputError(where, f'pick "{kind}"', "finds no account", "Expected something that happened in this run")
    return int(log.accounts["account_id"][int(np.argmax(scores))])


def _examples(log: EventLog) -> str:
    """Return a sentence with accounts that exist."""
    n = len(log.accounts)
    if n == 0:
        return "The log has no accounts"
    shown = [str(number) for number in log.accounts["account_id"][: min(n, 3)]]
    named = [f'"{name}"' for name in log.header.names[:2]]
    return f"Expected one of {n:,} accounts, for instance {', '.join(shown + named)}; :0 is the first of the log"
