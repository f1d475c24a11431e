"""The event log: what a run produces, and all that analysis reads. Integers only; rows in the order they happened.

On disk it is one Parquet file. The table holds the events; the file's metadata hold the header (JSON), the accounts
(a small Parquet file of their own, as base64 text) and the digest, which is checked when the file is read.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from enum import IntEnum
from functools import cached_property
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from simcollect.core import codes
from simcollect.core.codes import EventKind
from simcollect.core.errors import InputError

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

EVENT_DTYPE: Final = np.dtype(
    [
        ("at", "<i8"),  # minute of the run
        ("account", "<i4"),  # position in the accounts; -1 for none
        ("kind", "<i2"),  # EventKind
        ("stage", "i1"),  # Stage the account is in
        ("channel", "i1"),  # Channel
        ("actor", "<i4"),  # 0 nobody; 1 to 4 a pool; pool * 100,000 + i collector i of it (i from 1)
        ("detail", "<i4"),  # its meaning depends on the kind: see EventKind and DETAIL_CODES
        ("amount_cents", "<i8"),
        ("cost_cents", "<i8"),
        ("value", "<i8"),  # its meaning depends on the kind: see EventKind
    ]
)

ACCOUNT_DTYPE: Final = np.dtype(
    [
        ("account_id", "<i8"),
        ("arrives_at", "<i8"),  # minute of the run; 0 for the opening stock
        ("segment", "<i2"),  # position in LogHeader.segments
        ("cell", "i1"),  # Cell
        ("vulnerable", "i1"),  # 0 or 1
        ("declared_vulnerable", "i1"),  # 0 or 1
        ("zone", "<i2"),  # position in LogHeader.zones
        ("age_band", "i1"),
        ("score_ppm", "<i4"),  # parts per million
        ("opening_cents", "<i8"),
        ("instalment_cents", "<i8"),
        ("margin_cents", "<i8"),  # a year
        ("income_cents", "<i8"),  # a month
        ("consent", "i1"),  # 0 or 1: agreed to messages and automated calls
    ]
)

DETAIL_CODES: Final[Mapping[int, type[IntEnum]]] = {
    EventKind.OPENED: codes.Component,
    EventKind.COST_ADDED: codes.Action,
    EventKind.PAYMENT: codes.PaymentSource,
    EventKind.WAIVED: codes.Component,
    EventKind.WRITTEN_OFF: codes.CloseReason,
    EventKind.CLOSED: codes.CloseReason,
    EventKind.OUTSTANDING: codes.Status,
    EventKind.STAGE_ENTERED: codes.Trigger,
    EventKind.HOLD_STARTED: codes.Hold,
    EventKind.HOLD_ENDED: codes.Hold,
    EventKind.BLOCKED: codes.Rule,
    EventKind.FOLLOW_UP_SCHEDULED: codes.Action,
    EventKind.STOPPED: codes.StopReason,
    EventKind.WORK_QUEUED: codes.Action,
    EventKind.WORK_STARTED: codes.Action,
    EventKind.WORK_ENDED: codes.Action,
    EventKind.WORK_WITHDRAWN: codes.Action,
    EventKind.CONVERSATION: codes.ConversationOutcome,
    EventKind.PROBED: codes.StatedReason,
    EventKind.CASE_RECORDED: codes.Evaluation,
}
"""The enumeration that ``detail`` belongs to, for the kinds where it is a code and no plain number."""

_COLUMN_CODES: Final[Mapping[str, type[IntEnum]]] = {"kind": EventKind, "stage": codes.Stage, "channel": codes.Channel}
_FORMAT: Final = "simcollect event log 1"
_ENTRY: Final = "simcollect."  # how our entries in a file's metadata begin
_LARGEST_METADATA: Final = 2**31 - 1  # bytes; the reader's own limit of 100 MB is one of two million accounts


@dataclass(frozen=True)
class LogHeader:
    """What a log must say about itself to be read alone."""

    start_date: str
    """ISO date whose 00:00 UTC is minute 0."""
    horizon_minutes: int
    """Minute at which the run ended."""
    currency: str
    """ISO 4217 code."""
    minor_units: int
    """Minor units of money in a major one: 100, or 1."""
    segments: tuple[str, ...]
    """Names that ``segment`` of an account points into."""
    zones: tuple[str, ...]
    """IANA names that ``zone`` of an account points into."""
    names: tuple[str, ...]
    """Names of the accounts; empty when they have none."""
    scenario: str
    strategy: str
    seed: int
    replication: int
    arms: tuple[str, ...] = ()
    """Strategies that rows ASSIGNED point into; an account without such a row is treated by the first. Empty where one
    strategy treats all."""

    def to_json(self) -> str:
        """Return the one JSON text that stands for this header: sorted keys, no spaces, ASCII; no arms if none."""
        content = asdict(self)
        if not self.arms:
            del content["arms"]
        return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=True)

    @classmethod
    def from_json(cls, text: str) -> LogHeader:
        """Return the header that ``to_json`` wrote; raises TypeError for other fields, ValueError for no JSON."""
        content = dict(json.loads(text))
        values: dict[str, Any] = {name: tuple(v) if isinstance(v, list) else v for name, v in content.items()}
        return cls(**values)


@dataclass(frozen=True, eq=False)
class EventLog:
    """All that happened in one replication of one strategy.

    Parameters
    ----------
    rows
        Events in the order they happened, shape m, ``EVENT_DTYPE``.
    accounts
        What is known of each account beforehand, shape n, ``ACCOUNT_DTYPE``; ``account`` of a row points into it.
    header
        What the numbers mean.

    Raises
    ------
    TypeError
        If an array has another dtype.
    """

    rows: NDArray[np.void]
    accounts: NDArray[np.void]
    header: LogHeader

    def __post_init__(self) -> None:
        """Check the dtypes, and keep read-only views."""
        for name, dtype in (("rows", EVENT_DTYPE), ("accounts", ACCOUNT_DTYPE)):
            array = getattr(self, name)
            if array.dtype != dtype or array.ndim != 1:
                raise TypeError(f"{name} is {array.dtype} of {array.ndim} dimensions. Expected a list of {dtype}")
            view = np.ascontiguousarray(array).view()
            view.flags.writeable = False
            object.__setattr__(self, name, view)

    def __reduce__(self) -> tuple[type[EventLog], tuple[NDArray[np.void], NDArray[np.void], LogHeader]]:
        """Pickle the content alone, so that a log arrives read-only and without its index."""
        return EventLog, (self.rows, self.accounts, self.header)

    __hash__ = None  # type: ignore[assignment]

    def __len__(self) -> int:
        """Return the number of events."""
        return len(self.rows)

    def __eq__(self, other: object) -> bool:
        """Return whether header, accounts and every row are the same."""
        if not isinstance(other, EventLog):
            return NotImplemented
        pairs = ((self.accounts, other.accounts), (self.rows, other.rows))
        return self.header == other.header and all(np.array_equal(left, right) for left, right in pairs)

    def digest(self) -> str:
        """Return 64 hexadecimal digits (SHA-256) that stand for the log's content, on any machine."""
        digest = hashlib.sha256(_FORMAT.encode())
        for part in (self.header.to_json().encode(), self.accounts.tobytes(), self.rows.tobytes()):
            digest.update(len(part).to_bytes(8, "little"))  # so that nothing can move from one part to the next
            digest.update(part)
        return digest.hexdigest()

    def of(self, account: int) -> NDArray[np.void]:
        """Return the rows of one account (a position in ``accounts``), in order."""
        order, starts = self._by_account
        chosen: NDArray[np.void] = self.rows[order[starts[account] : starts[account + 1]]]
        return chosen

    @cached_property
    def _by_account(self) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        order = np.argsort(self.rows["account"], kind="stable")
        starts = np.searchsorted(self.rows["account"][order], np.arange(len(self.accounts) + 1))
        return order, starts

    def first_difference(self, other: EventLog) -> str | None:
        """Return where two logs first differ, for a person to read, or None when they are equal.

        One line each, as far as they differ, for the header, the accounts and the rows. Rows are counted from 0.
        """
        found = (self._header_difference(other), self._account_difference(other), self._row_difference(other))
        return "\n".join(line for line in found if line is not None) or None

    def _header_difference(self, other: EventLog) -> str | None:
        left, right = asdict(self.header), asdict(other.header)
        parts = [f"{name} {left[name]!r} against {right[name]!r}" for name in left if left[name] != right[name]]
        return f"The headers differ: {'; '.join(parts)}." if parts else None

    def _account_difference(self, other: EventLog) -> str | None:
        i = _first_unequal(self.accounts, other.accounts)
        if i is None:
            return None
        if i == min(len(self.accounts), len(other.accounts)):
            return f"The numbers of accounts differ: {len(self.accounts)} against {len(other.accounts)}."
        pairs = [(name, self.accounts[name][i], other.accounts[name][i]) for name in _names(ACCOUNT_DTYPE)]
        parts = [f"{name} {left} against {right}" for name, left, right in pairs if left != right]
        return f"Account {i} differs: {'; '.join(parts)}."

    def _row_difference(self, other: EventLog) -> str | None:
        i = _first_unequal(self.rows, other.rows)
        if i is None:
            return None
        if i == min(len(self), len(other)):
            longer, which = (self, "first") if len(self) > len(other) else (other, "second")
            lengths = f"{len(self)} rows against {len(other)}"
            return f"Only the {which} log goes on, with row {i}: {longer._described(i)} ({lengths})."
        left, right = self.rows[i], other.rows[i]
        changed = [name for name in _names(EVENT_DTYPE) if left[name] != right[name]]
        parts = [f"{name} {_shown(left, name)} against {_shown(right, name)}" for name in changed]
        return f"Row {i} differs ({self._described(i)}): {'; '.join(parts)}."

    def _described(self, i: int) -> str:
        row = self.rows[i]
        account = int(row["account"])
        whose = " ".join([f"account {account}", *self.header.names[account : account + 1]])
        moment = datetime.fromisoformat(self.header.start_date) + timedelta(minutes=int(row["at"]))
        return f"{_shown(row, 'kind')} of {whose if account >= 0 else 'no account'}, {moment:%Y-%m-%d %H:%M} UTC"

    def to_frame(self) -> pd.DataFrame:
        """Return the events as a table, shape (m, 13 or 14), with codes as names.

        Before the columns of ``EVENT_DTYPE`` stand ``time`` (UTC, without a zone), ``account_id`` (-1 for none) and,
        where the header has them, ``name``; after ``detail`` stands ``detail_name`` ("" where it is a plain number).
        """
        import pandas as pd  # here: whoever only simulates does not wait for it

        rows = self.rows
        start = np.datetime64(self.header.start_date, "s")
        columns: dict[str, Any] = {"time": start + rows["at"].astype("timedelta64[m]")}
        # Account -1 finds the entry put last.
        columns["account_id"] = np.append(self.accounts["account_id"], -1)[rows["account"]]
        if self.header.names:
            columns["name"] = np.array([*self.header.names, ""], dtype=object)[rows["account"]]
        for name in _names(EVENT_DTYPE):
            enum = _COLUMN_CODES.get(name)
            columns[name] = rows[name] if enum is None else _named(pd, rows[name], enum)
            if name == "detail":
                columns["detail_name"] = pd.Categorical(_detail_names(rows))
        return pd.DataFrame(columns)

    def accounts_frame(self) -> pd.DataFrame:
        """Return the accounts as a table, shape (n, 14 or 15), with segment, zone and cell as names."""
        import pandas as pd

        accounts = self.accounts
        columns: dict[str, Any] = {name: accounts[name] for name in _names(ACCOUNT_DTYPE)}
        for name, listed in (("segment", self.header.segments), ("zone", self.header.zones)):
            columns[name] = pd.Categorical.from_codes(accounts[name].astype(np.int64), pd.Index(listed))
        columns["cell"] = _named(pd, accounts["cell"], codes.Cell)
        if self.header.names:
            columns["name"] = list(self.header.names)
        return pd.DataFrame(columns)

    def to_csv(self, path: str | Path) -> None:
        """Write the table of events (``to_frame``) as a CSV file with the same bytes on every platform."""
        self.to_frame().to_csv(path, index=False, lineterminator="\n", date_format="%Y-%m-%dT%H:%M")

    def to_parquet(self, path: str | Path) -> None:
        """Write the whole log to one Parquet file; an interrupted write leaves no half file under this name."""
        import pyarrow.parquet as pq

        accounts = BytesIO()
        pq.write_table(_table(self.accounts), accounts, compression="zstd")
        entries = {
            "format": _FORMAT,
            "header": self.header.to_json(),
            "accounts": base64.b64encode(accounts.getvalue()).decode(),
            "digest": self.digest(),
        }
        table = _table(self.rows)
        partial = Path(f"{path}.partial-{os.getpid()}")
        try:
            with pq.ParquetWriter(partial, table.schema, compression="zstd") as writer:
                writer.write_table(table)
                # Added at the end: as part of the schema it would be stored twice.
                writer.add_key_value_metadata({_ENTRY + name: entry for name, entry in entries.items()})
            os.replace(partial, path)
        finally:
            partial.unlink(missing_ok=True)

    @classmethod
    def from_parquet(cls, path: str | Path) -> EventLog:
        """Return the log that ``to_parquet`` wrote.

        Raises
        ------
        InputError
            If there is no such file, it is not an event log of this format, or its content has been changed.
        """
        import pyarrow as pa
        import pyarrow.parquet as pq

        def refusal(found: str, expected: str = "Expected an event log written by simcollect") -> InputError:
            return InputError(Path(path).name, "the file", found, expected)

        try:
            with pq.ParquetFile(path, thrift_string_size_limit=_LARGEST_METADATA) as file:
                metadata = file.metadata.metadata or {}
                entries = {key.decode().removeprefix(_ENTRY): value.decode() for key, value in metadata.items()}
                if entries.get("format") != _FORMAT:
                    raise refusal(f"is not marked as {_FORMAT}")
                header = LogHeader.from_json(entries["header"])
                accounts = pq.read_table(BytesIO(base64.b64decode(entries["accounts"], validate=True)))
                log = cls(_array(file.read(), EVENT_DTYPE), _array(accounts, ACCOUNT_DTYPE), header)
                intact = log.digest() == entries["digest"]
        except FileNotFoundError as error:
            raise refusal("does not exist") from error
        except (pa.ArrowException, OSError, KeyError, ValueError, TypeError) as error:
            raise refusal(f"cannot be read ({error})") from error
        if not intact:
            raise refusal("does not match its own digest", "Expected unchanged content; write or copy the log again")
        return log


def _names(dtype: np.dtype[np.void]) -> tuple[str, ...]:
    return dtype.names or ()


def _table(array: NDArray[np.void]) -> pa.Table:
    import pyarrow as pa

    return pa.table({name: np.ascontiguousarray(array[name]) for name in _names(array.dtype)})


def _array(table: pa.Table, dtype: np.dtype[np.void]) -> NDArray[np.void]:
    """Return the table's columns as one structured array; raises TypeError where they are not those of ``dtype``."""
    import pyarrow as pa

    array = np.empty(table.num_rows, dtype=dtype)
    for name in _names(dtype):
        column = table.column(name)
        if column.type != pa.from_numpy_dtype(dtype[name]) or column.null_count:
            raise TypeError(f"column {name} is {column.type} with {column.null_count} gaps, not {dtype[name]}")
        array[name] = column.to_numpy()
    return array


def _first_unequal(left: NDArray[np.void], right: NDArray[np.void]) -> int | None:
    """Return the first position that differs (the shorter length, when one continues the other), or None."""
    common = min(len(left), len(right))
    unequal = np.flatnonzero(left[:common] != right[:common])
    if len(unequal):
        return int(unequal[0])
    return None if len(left) == len(right) else common


def _shown(row: np.void, name: str) -> str:
    """Return a value of an event as its code's name, or as the number where it is no code or an unknown one."""
    enum = DETAIL_CODES.get(int(row["kind"])) if name == "detail" else _COLUMN_CODES.get(name)
    return _code_name(enum, int(row[name])) if enum is not None else str(row[name])


def _code_name(enum: type[IntEnum], number: int) -> str:
    try:
        return enum(number).name
    except ValueError:
        return str(number)


def _named(pandas: Any, numbers: NDArray[Any], enum: type[IntEnum]) -> Any:
    """Return numbers as categories with the enumeration's names, in its order; an unknown number keeps its digits."""
    present, positions = np.unique(numbers, return_inverse=True)
    names = [member.name for member in enum]
    names += [str(number) for number in present if _code_name(enum, int(number)) not in names]
    where = np.array([names.index(_code_name(enum, int(number))) for number in present], dtype=np.int64)
    return pandas.Categorical.from_codes(where[positions], names)


def _detail_names(rows: NDArray[np.void]) -> NDArray[np.object_]:
    names = np.full(len(rows), "", dtype=object)
    for kind, enum in DETAIL_CODES.items():
        here = np.flatnonzero(rows["kind"] == kind)
        present, positions = np.unique(rows["detail"][here], return_inverse=True)
        names[here] = np.array([_code_name(enum, int(number)) for number in present], dtype=object)[positions]
    return names
