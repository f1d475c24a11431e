"""A portfolio file as columns of text, and the faults found in them.

Nothing is guessed: a value is read as the number it says, or it is a fault with file, row and column. Rows are numbered
as a spreadsheet numbers them, the header being row 1.
"""

from __future__ import annotations

import csv
import gzip
import io
import math
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simcollect.core.errors import InputError, InputErrors, closest

MAX_SHOWN = 10
"""Faults listed before the rest is only counted."""
_FIRST_ROW = 2


@dataclass(frozen=True)
class Table:
    """A file's columns as text.

    Attributes
    ----------
    where
        File name, for messages.
    columns
        Column name to its values, each of length ``n_rows``, spaces around them removed.
    n_rows
        Rows below the header, at least 1.
    """

    where: str
    columns: Mapping[str, Sequence[str]]
    n_rows: int

    def row_numbers(self) -> NDArray[np.int64]:
        """Return the rows' numbers as a spreadsheet shows them, shape n_rows."""
        return np.arange(_FIRST_ROW, _FIRST_ROW + self.n_rows, dtype=np.int64)


@dataclass(frozen=True)
class Fault:
    """One value that cannot be used: position of the row (from 0), column, what was found, what was expected."""

    position: int
    column: str
    found: str
    expected: str
    missing: bool = False

    def error(self, where: str) -> InputError:
        """Return the fault as an error that names file, row and column."""
        return InputError(where, f"row {self.position + _FIRST_ROW}, column {self.column}", self.found, self.expected)


@dataclass(frozen=True)
class Numbers:
    """What a column may hold.

    Attributes
    ----------
    low, high
        Bounds, both included.
    whole
        Whether only whole numbers are meant.
    expected
        The bounds in words: "Expected an age in years from 18 to 110".
    """

    low: float
    high: float
    expected: str
    whole: bool = False


def read_table(path: Path) -> Table:
    """Return the columns of a CSV, gzipped CSV or Parquet file.

    Raises
    ------
    InputError
        If the file is missing, unreadable, empty, binary, not UTF-8, without a header or without rows, has two columns
        of one name, or a row with another number of values than the header.
    """
    name = path.name
    if path.is_dir():
        raise InputError(name, "the path", "is a folder", "Expected a CSV, CSV.gz or Parquet file")
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        near = closest(name, [p.name for p in path.parent.iterdir()]) if path.parent.is_dir() else None
        hint = f'Did you mean "{near}"?' if near else "A path is taken relative to the scenario file."
        raise InputError(name, "the file", "does not exist", "", hint) from None
    except OSError as error:
        raise InputError(name, "the file", f"cannot be read ({error.strerror})", "Check its permissions") from None
    if not raw:
        raise InputError(name, "the file", "is empty", "Expected a header and at least one account")
    if raw[:4] == b"PAR1":
        return _parquet(name, raw)
    if raw[:2] == b"\x1f\x8b":
        try:
            raw = gzip.decompress(raw)
        except (OSError, EOFError, zlib.error):
            raise InputError(name, "the gzip file", "is damaged or cut off", "Expected gzipped CSV text") from None
    return _csv(name, raw)


def _csv(name: str, raw: bytes) -> Table:
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise InputError(
            name, "the file", "is UTF-16: wrong encoding", "Expected UTF-8", "Save the file again as UTF-8 CSV."
        )
    if b"\x00" in raw[:65536]:
        raise InputError(name, "the file", "is binary", "Expected CSV text, gzipped CSV or Parquet")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = raw.count(b"\n", 0, error.start) + 1
        raise InputError(
            name,
            f"row {row}",
            f"has a byte (0x{raw[error.start]:02x}) that is not UTF-8 text: wrong encoding",
            "Expected UTF-8",
            "Save the file again as UTF-8 CSV.",
        ) from None
    try:
        lines = list(csv.reader(io.StringIO(text)))
    except csv.Error as error:
        raise InputError(name, "the file", f"is not CSV ({error})", "Expected comma-separated values") from None
    while lines and not any(value.strip() for value in lines[-1]):
        lines.pop()
    if not lines:
        raise InputError(name, "the file", "is empty", "Expected a header and at least one account")
    header = [column.strip() for column in lines[0]]
    if len(header) == 1 and ";" in header[0]:
        raise InputError(name, "the header", "is separated by semicolons", "Expected commas between the columns")
    _check_header(name, header)
    for position, line in enumerate(lines[1:]):
        if len(line) != len(header):
            raise InputError(
                name,
                f"row {position + _FIRST_ROW}",
                f"has {len(line)} values and the header has {len(header)} columns",
                "Expected one value a column",
                'Write numbers without thousands separators, or text with commas in "quotes".',
            )
    columns = {column: [line[j].strip() for line in lines[1:]] for j, column in enumerate(header)}
    return _with_rows(name, columns, len(lines) - 1)


def _parquet(name: str, raw: bytes) -> Table:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        held = pq.read_table(pa.BufferReader(raw))
    except (pa.ArrowException, OSError) as error:
        reason = str(error).splitlines()[0]
        found = f"cannot be read ({reason})"
        raise InputError(name, "the Parquet file", found, "Expected a whole Parquet file") from None
    _check_header(name, held.column_names)
    columns = {column: _texts(held.column(column).to_pylist()) for column in held.column_names}
    return _with_rows(name, columns, held.num_rows)


def _texts(values: Iterable[Any]) -> list[str]:
    return ["" if value is None else str(int(value) if isinstance(value, bool) else value).strip() for value in values]


def _check_header(name: str, header: Sequence[str]) -> None:
    for position, column in enumerate(header):
        if not column:
            found = f"has no name for column {position + 1}"
            raise InputError(name, "the header", found, "Expected a name for each column")
        if column in header[:position]:
            raise InputError(name, "the header", f"has the column {column} twice", "Expected each name once")


def _with_rows(name: str, columns: Mapping[str, Sequence[str]], n_rows: int) -> Table:
    if n_rows == 0:
        raise InputError(name, "the file", "has a header and no rows: zero accounts", "Expected at least one account")
    return Table(name, columns, n_rows)


def require_columns(table: Table, needed: Iterable[str], declared: str) -> None:
    """Check that all the columns are there.

    Parameters
    ----------
    declared
        Who asks for them: "the layout taiwan_cards", "portfolio.real.columns".

    Raises
    ------
    InputErrors
        One error a missing column, with the nearest name in the file.
    """
    lacking = [column for column in needed if column not in table.columns]
    if not lacking:
        return
    known = list(table.columns)
    errors = []
    for column in lacking:
        near = closest(column, known)
        errors.append(
            InputError(
                table.where,
                "the header",
                f"has no column {column}, which {declared} needs",
                f"Columns of the file: {', '.join(known)}",
                f'Did you mean "{near}"?' if near else "",
            )
        )
    raise InputErrors(errors)


def read_numbers(table: Table, column: str, rule: Numbers) -> tuple[NDArray[np.float64], list[Fault]]:
    """Return a column's numbers (shape n_rows; NaN where there is a fault) and the faults."""
    texts = table.columns[column]
    numbers = np.full(table.n_rows, np.nan)
    faults: list[Fault] = []
    for position, text in enumerate(texts):
        try:
            # Python would read "1_000" as a thousand; in a file of accounts it is a slip.
            number = float(text) if "_" not in text else math.inf
        except ValueError:
            faults.append(_not_a_number(position, column, text, rule))
            continue
        if not math.isfinite(number):
            faults.append(Fault(position, column, f'is "{text}", not a number', rule.expected))
        elif not rule.low <= number <= rule.high:
            faults.append(Fault(position, column, f"is {text}", rule.expected))
        elif rule.whole and number != math.floor(number):
            faults.append(Fault(position, column, f"is {text}, not a whole number", rule.expected))
        else:
            numbers[position] = number
    return numbers, faults


def _not_a_number(position: int, column: str, text: str, rule: Numbers) -> Fault:
    if text == "":
        return Fault(position, column, "is empty", rule.expected, missing=True)
    shown = text if len(text) <= 40 else text[:37] + "..."
    return Fault(position, column, f'is "{shown}", not a number', rule.expected)


def repeated(numbers: NDArray[np.float64], column: str) -> list[Fault]:
    """Return a fault for each number (shape n; NaN ignored) that stands in an earlier row already."""
    first: dict[float, int] = {}
    faults = []
    for position, number in enumerate(numbers.tolist()):
        if math.isnan(number):
            continue
        if number in first:
            found = f"is {number:.0f}, which is a duplicate of row {first[number] + _FIRST_ROW}"
            faults.append(Fault(position, column, found, "Expected each account once"))
        else:
            first[number] = position
    return faults


def refuse(where: str, faults: Sequence[Fault], advice: str = "") -> None:
    """Raise the first faults by row, and say how many more there are.

    Parameters
    ----------
    advice
        What the user can set instead of mending the file.

    Raises
    ------
    InputErrors
        If there is any fault.
    """
    if not faults:
        return
    ordered = sorted(faults, key=_place)
    errors = [fault.error(where) for fault in ordered[:MAX_SHOWN]]
    if len(ordered) > MAX_SHOWN:
        errors.append(InputError(where, f"{len(ordered) - MAX_SHOWN:,} more faults", "are not shown", "", advice))
    elif advice:
        last = errors[-1]
        errors[-1] = InputError(last.where, last.path, last.found, last.expected, advice)
    raise InputErrors(errors)


def _place(fault: Fault) -> tuple[int, str]:
    return fault.position, fault.column
