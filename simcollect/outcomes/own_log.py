"""A user's own event log, read from CSV: what an agency kept can be audited and tabulated like a run.

The file has one row an event. Needed are three columns, all others may be left out or left empty:

==============================  ======================================================================================
account_id, account or name     Whose event it is: a number or any text. The first of the three that is there counts.
time                            ISO 8601 date and time. With an offset it is exact; without one it is what the clock
                                of ``zone`` showed. Seconds are cut off.
kind                            What happened: a name of :class:`simcollect.core.codes.EventKind`, in any capitals.
zone                            IANA zone of the clock that ``time`` was read from; UTC where there is none. Also the
                                borrower's own clock, unless the accounts say otherwise.
name                            Name of the account, beside an ``account_id``.
stage, channel                  Names of their codes.
actor                           Who did it: the log's own numbers, or any names.
detail_name, detail             The code that belongs to the kind, by name, or a number.
amount or amount_cents          Money in major units ("12.50"), or in whole minor units.
cost or cost_cents              The same.
value                           A whole number whose meaning the kind tells.
at                              Minute of the run, as ``EventLog.to_csv`` writes it; must go with ``time``.
==============================  ======================================================================================

A detail that is left empty is NO_RESULT of a conversation, OWN_ACCORD of a payment, PRINCIPAL of an opening, OVERDUE of
what is outstanding, WRITTEN_OFF of a write-off; other kinds that have codes need one.

The accounts file, if there is one, has one row an account:

==============================  ======================================================================================
account_id, account or name     As in the events. Accounts without events are fine.
zone                            The borrower's own clock, by which permitted hours are judged.
declared_vulnerable             1 or 0, yes or no; no where it is empty.
consent                         To messages and automated calls; yes where the column is left out.
opening, instalment, ...        Money as above, of the columns of ``ACCOUNT_DTYPE``; and its other numbers.
segment                         Any text.
==============================  ======================================================================================

Rows need not stand in order of time: they are sorted, and rows of one minute stay as they are.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import IntEnum
from functools import partial
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from simcollect.core.codes import (
    Channel,
    CloseReason,
    Component,
    ConversationOutcome,
    EventKind,
    PaymentSource,
    Pool,
    Stage,
    Status,
)
from simcollect.core.errors import InputError
from simcollect.core.eventlog import DETAIL_CODES, EVENT_DTYPE, EventLog, LogHeader
from simcollect.core.units import MINUTES_PER_DAY
from simcollect.outcomes.headline import ACTORS_PER_POOL
from simcollect.outcomes.own_accounts import KEYS, People, missing, people
from simcollect.outcomes.own_values import (
    MAX_SHOWN,
    Cells,
    Unreadable,
    clock_of,
    code_of,
    minute_of,
    money,
    whole_of,
)

_K = EventKind
_COLUMNS: Final = frozenset(
    (
        *(*KEYS, "time", "kind", "zone", "stage", "channel", "actor", "detail_name", "detail", "value", "at"),
        *("amount", "amount_cents", "cost", "cost_cents"),
    )
)
_UNSTATED: Final[Mapping[int, IntEnum]] = {
    _K.CONVERSATION: ConversationOutcome.NO_RESULT,
    _K.PAYMENT: PaymentSource.OWN_ACCORD,
    _K.OPENED: Component.PRINCIPAL,
    _K.OUTSTANDING: Status.OVERDUE,
    _K.WRITTEN_OFF: CloseReason.WRITTEN_OFF,
}
"""What a detail that is left empty is taken to be, for the kinds where one answer is plain."""

_CODED: Final[Mapping[str, type[IntEnum]]] = {"stage": Stage, "channel": Channel}
_EMPTY: Final = -1
_KIND_EXPECTED: Final = "Expected a kind of event such as DIALLED, MESSAGE_SENT or CONVERSATION"


@dataclass(frozen=True, eq=False)
class OwnLog:
    """A log that was read from a user's own file, and what the user should know about the reading.

    Attributes
    ----------
    log
        The events, in order of time.
    file_rows
        Row of the file that each event stands in, the header being row 1, shape [m].
    notes
        Sentences: columns that were not read, and what was assumed for want of a column.
    """

    log: EventLog
    file_rows: NDArray[np.int64]
    notes: tuple[str, ...]

    @property
    def keeps_debts(self) -> bool:
        """Whether the log opens any debt; if not, it says nothing of money and only conduct can be audited."""
        return bool((self.log.rows["kind"] == _K.OPENED).any())


def read_own_log(
    events: str | Path,
    accounts: str | Path | None = None,
    zone: str = "UTC",
    currency: str = "XXX",
    minor_units: int = 100,
) -> OwnLog:
    """Return the log that a user's own CSV files describe.

    Parameters
    ----------
    events
        File of events; its columns stand at the top of this module, and ``EventLog.to_csv`` writes such a file.
    accounts
        File of accounts, if there is one.
    zone
        IANA zone of times and of borrowers that have none of their own.
    currency
        ISO 4217 code; XXX for none.
    minor_units
        Minor units of money in a major one.

    Raises
    ------
    InputError
        If a file cannot be read at all, has no events, or lacks a column that is needed.
    InputErrors
        With one error for each row that cannot be read, the first ten by row.
    """
    try:
        clock_of(zone)
    except Unreadable as error:
        raise InputError("", "zone", error.found, error.expected, error.suggestion) from None
    cells = Cells(events)
    if cells.n_rows == 0:
        raise InputError(cells.where, "the file", "has no events", "Expected at least one row below the header")
    for column in ("time", "kind"):
        if column not in cells.columns:
            raise missing(cells, column)
    rows = np.zeros(cells.n_rows, dtype=EVENT_DTYPE)
    minute = cells.read_pair("time", "zone" if "zone" in cells.columns else None, lambda t, z: minute_of(t, z or zone))
    rows["kind"] = cells.read("kind", lambda text: code_of(text, EventKind, _KIND_EXPECTED))
    for column, enum in _CODED.items():
        if column in cells.columns:
            rows[column] = cells.read(column, partial(_optional_code, enum=enum))
    for column in ("amount", "cost"):
        rows[f"{column}_cents"] = money(cells, column, minor_units)
    if "value" in cells.columns:
        rows["value"] = cells.read("value", whole_of)
    rows["actor"] = _actors(cells)
    rows["detail"] = _details(cells, rows["kind"])
    who = people(cells, rows["kind"], accounts, zone, minor_units)
    rows["account"] = who.of_events
    start = _start(cells, minute)
    cells.refuse()
    rows["at"] = minute - start
    order = np.argsort(rows["at"], kind="stable")
    rows = rows[order]
    header = LogHeader(
        start_date=(datetime(1970, 1, 1, tzinfo=UTC) + timedelta(minutes=start)).date().isoformat(),
        horizon_minutes=max(1, -(-int(rows["at"][-1]) // MINUTES_PER_DAY)) * MINUTES_PER_DAY,
        currency=currency,
        minor_units=minor_units,
        segments=who.segments,
        zones=who.zones,
        names=who.names,
        scenario=cells.where,
        strategy="as kept",
        seed=0,
        replication=0,
    )
    _open_as_told(who, rows)
    unread = [f'{cells.where}: column "{name}" was not read.' for name in cells.columns if name not in _COLUMNS]
    return OwnLog(EventLog(rows, who.table, header), cells.row_numbers[order], (*unread, *who.notes))


def _optional_code(text: str, enum: type[IntEnum]) -> int:
    return code_of(text, enum, f"Expected one of {', '.join(enum.__members__)}") if text else 0


def _actors(cells: Cells) -> NDArray[np.int64]:
    """Return who acted: the log's own numbers, or callers numbered in the order in which they first appear."""
    if "actor" not in cells.columns:
        return np.zeros(cells.n_rows, dtype=np.int64)
    texts = cells.columns["actor"]
    if texts[texts.ne("")].str.isdecimal().all():
        return cells.read("actor", whole_of)
    place = pd.factorize(texts.where(texts.ne("")))[0]  # -1 where it is empty
    return np.where(place < 0, 0, int(Pool.CALLERS) * ACTORS_PER_POOL + 1 + place).astype(np.int64)


def _details(cells: Cells, kind: NDArray[np.int16]) -> NDArray[np.int64]:
    """Return the details, by name, by number, or as they are taken to be where they are empty."""
    named = numbered = np.full(cells.n_rows, _EMPTY, dtype=np.int64)
    if "detail_name" in cells.columns:
        named = cells.read_pair("detail_name", "kind", _named_detail)
    if "detail" in cells.columns:
        numbered = cells.read("detail", lambda text: whole_of(text) if text else _EMPTY)
    if "detail_name" in cells.columns:
        differ = np.flatnonzero((named != _EMPTY) & (numbered != _EMPTY) & (named != numbered))
        errors = [Unreadable(f"means {named[i]}, and detail is {numbered[i]}", "Expected the same") for i in differ]
        cells.note("detail_name", differ, errors[:MAX_SHOWN])
    detail = np.where(named != _EMPTY, named, numbered)
    for coded, enum in DETAIL_CODES.items():
        rows = np.flatnonzero((kind == coded) & (detail == _EMPTY))
        if coded in _UNSTATED:
            detail[rows] = _UNSTATED[coded]
        elif 0 not in list(enum):
            expected = f"Expected what belongs to {EventKind(coded).name}: {', '.join(enum.__members__)}"
            cells.note("detail_name", rows, [Unreadable("is empty", expected)] * MAX_SHOWN)
    return np.where(detail == _EMPTY, 0, detail)


def _named_detail(text: str, kind: str) -> int:
    if not text:
        return _EMPTY
    try:
        enum = DETAIL_CODES.get(code_of(kind, EventKind, ""))
    except Unreadable:
        return 0  # the kind itself is at fault, and noted
    if enum is None:
        raise Unreadable(f'is "{text}"', f"Expected nothing: {kind} has no code in its detail")
    return code_of(text, enum, f"Expected one of {', '.join(enum.__members__)}")


def _start(cells: Cells, minute: NDArray[np.int64]) -> int:
    """Return the minute since 1970 at which the log's first day begins, 00:00 UTC; ``at`` decides where it is there."""
    if "at" not in cells.columns:
        return int(minute.min()) // MINUTES_PER_DAY * MINUTES_PER_DAY
    start = minute - cells.read("at", whole_of)
    midnight = int(start[0]) // MINUTES_PER_DAY * MINUTES_PER_DAY
    astray = np.flatnonzero(start != midnight)
    expected = "Expected the minutes from 00:00 UTC of the first day to time, the same day for all rows"
    shown = [Unreadable(f"is {minute[row] - start[row]}", expected, "Drop the column") for row in astray[:MAX_SHOWN]]
    cells.note("at", astray, shown)
    return midnight


def _open_as_told(who: People, rows: NDArray[np.void]) -> None:
    """Fill in when accounts arrived and what they owed then, as far as no accounts file says it, from OPENED rows."""
    opened = np.flatnonzero(rows["kind"] == _K.OPENED)[::-1]
    if "arrives_at" not in who.stated:
        who.table["arrives_at"][rows["account"][opened]] = rows["at"][opened]  # backwards: the first is written last
    if not who.stated & {"opening", "opening_cents"}:
        np.add.at(who.table["opening_cents"], rows["account"][opened], rows["amount_cents"][opened])
