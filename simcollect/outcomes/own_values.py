"""A CSV file as columns of text, and what a cell of a user's own log may say: times, codes, money, numbers, yes and no.

Nothing is guessed: a cell is read as what it says, or its row is refused with row, column, what was found and what was
expected. Rows are numbered as a spreadsheet numbers them, the header being row 1.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from enum import IntEnum
from functools import cache
from pathlib import Path
from typing import Final, NoReturn
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from simcollect.core.errors import InputError, InputErrors, closest

MAX_SHOWN: Final = 10
"""Rows at fault that are shown before the rest is only counted."""

_LARGEST: Final = 2**53
_YES: Final = ("1", "true", "yes", "y")
_NO: Final = ("0", "false", "no", "n", "")
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


class Unreadable(ValueError):
    """A cell that cannot be read: what was found, what was expected, what to do."""

    def __init__(self, found: str, expected: str, suggestion: str = "") -> None:
        super().__init__(found)
        self.found = found
        self.expected = expected
        self.suggestion = suggestion


class Cells:
    """Columns of text of one file, and the rows of it that were found at fault.

    Attributes
    ----------
    where
        File name, for messages.
    columns
        Column name to its cells, spaces around them removed.
    n_rows
        Rows below the header that are not blank.
    row_numbers
        What a spreadsheet shows as their numbers, shape [n_rows].
    """

    def __init__(self, path: str | Path) -> None:
        """Read a file.

        Raises
        ------
        InputError
            If there is no such file, or it is no CSV text in UTF-8 with a header and columns of different names.
        """
        self.where = Path(path).name
        try:
            frame = pd.read_csv(
                path, dtype=str, keep_default_na=False, encoding="utf-8-sig", header=None, skip_blank_lines=False
            ).fillna("")  # a row that is cut short has gaps
        except FileNotFoundError:
            raise InputError(self.where, "the file", "does not exist") from None
        except UnicodeDecodeError:
            raise InputError(self.where, "the file", "is not in UTF-8", "Expected UTF-8 text", "Save it anew") from None
        except (pd.errors.ParserError, pd.errors.EmptyDataError, OSError) as error:
            raise InputError(self.where, "the file", f"cannot be read ({error})", "Expected CSV text") from None
        names = [str(name).strip() for name in frame.iloc[0]]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise InputError(self.where, f"column {twice[0]}", "stands twice", "Expected every column once")
        body = frame.iloc[1:]
        body = body[(body != "").any(axis=1)]
        self.row_numbers = body.index.to_numpy() + 1
        self.columns: Mapping[str, pd.Series[str]] = {
            name: body[i].str.strip().reset_index(drop=True) for i, name in enumerate(names)
        }
        self.n_rows = len(body)
        self._faults: dict[int, InputError] = {}
        self._bad = np.zeros(self.n_rows, dtype=np.bool_)

    def read(self, column: str, parse: Callable[[str], int]) -> NDArray[np.int64]:
        """Return a column as numbers, shape [n_rows]; a cell that cannot be read is noted, and stands as 0."""
        return self.read_pair(column, None, lambda text, _: parse(text))

    def read_pair(self, column: str, other: str | None, parse: Callable[[str, str], int]) -> NDArray[np.int64]:
        """Return a column as numbers where the meaning of a cell depends on that of another column of its row."""
        first, texts = pd.factorize(self.columns[column])
        second, others = (first * 0, pd.Index([""])) if other is None else pd.factorize(self.columns[other])
        pairs, place = np.unique(first.astype(np.int64) * len(others) + second, return_inverse=True)
        values = np.zeros(len(pairs), dtype=np.int64)
        wrong: dict[int, Unreadable] = {}
        for i, pair in enumerate(pairs.tolist()):
            try:
                values[i] = parse(str(texts[pair // len(others)]), str(others[pair % len(others)]))
            except Unreadable as error:
                wrong[i] = error
        if wrong:
            at_fault = np.flatnonzero(np.isin(place, list(wrong)))
            self.note(column, at_fault, [wrong[int(place[row])] for row in at_fault[:MAX_SHOWN]])
        return values[place]

    def note(self, column: str, rows: NDArray[np.intp], errors: Sequence[Unreadable]) -> None:
        """Note rows at fault in a column; the errors are those of the first of them. A row keeps its first fault."""
        self._bad[rows] = True
        for row, error in zip(rows.tolist(), errors, strict=False):
            path = f"row {self.row_numbers[row]}, column {column}"
            self._faults.setdefault(row, InputError(self.where, path, error.found, error.expected, error.suggestion))

    def refuse(self) -> None:
        """Raise the first faults by row, and say how many more rows have one; do nothing if there is none.

        Raises
        ------
        InputErrors
            If there is any.
        """
        n = int(self._bad.sum())
        if n == 0:
            return
        errors = [self._faults[row] for row in sorted(self._faults)[:MAX_SHOWN]]
        if n > len(errors):
            errors.append(InputError(self.where, f"{n - len(errors):,} more rows", "have faults that are not shown"))
        raise InputErrors(errors)


def minute_of(text: str, zone: str) -> int:
    """Return minutes since 1970 (UTC) of a time; one without an offset is read on the clock of a zone.

    Seconds are cut off. Of a time that the clock shows twice the first is meant.

    Examples
    --------
    >>> minute_of("2024-01-01 09:30", "Europe/London") - minute_of("2024-01-01T09:30+01:00", "UTC")
    60
    """
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise Unreadable(
            f'is "{text}"', 'Expected a date and a time such as "2024-03-10 09:05" or "2024-03-10T09:05-05:00"'
        ) from None
    if len(text) <= len("2024-03-10"):
        raise Unreadable(f'is "{text}", a day without a time', 'Expected a time of day as well: "2024-03-10 09:05"')
    if moment.tzinfo is None:
        clock = clock_of(zone)
        exact = moment.replace(tzinfo=clock)
        if exact.astimezone(UTC).astimezone(clock).replace(tzinfo=None) != moment:
            raise Unreadable(
                f'is "{text}", which the clocks of {zone} skip',
                "Expected a time that the clock showed",
                "Write the offset as well if another clock is meant",
            )
        moment = exact
    return int((moment - _EPOCH).total_seconds()) // 60


@cache
def clock_of(zone: str) -> ZoneInfo:
    """Return a time zone by its IANA name; raises Unreadable where there is none."""
    try:
        return ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # OSError: the name of a folder, "Europe"
        _unknown(zone, available_timezones(), "Expected an IANA time zone such as America/New_York")


def code_of(text: str, enum: type[IntEnum], expected: str) -> int:
    """Return the number of a code by its name; capitals do not matter, nor whether words are joined by _, - or spaces.

    Examples
    --------
    >>> from simcollect.core.codes import EventKind
    >>> code_of("message sent", EventKind, "") == EventKind.MESSAGE_SENT
    True
    """
    name = text.upper().replace(" ", "_").replace("-", "_")
    if name not in enum.__members__:
        _unknown(text, enum.__members__, expected)
    return int(enum[name])


def whole_of(text: str) -> int:
    """Return a whole number; an empty cell is 0."""
    try:
        number = int(text) if text else 0
    except ValueError:
        raise Unreadable(f'is "{text}"', "Expected a whole number") from None
    if abs(number) >= 2**63:
        raise Unreadable(f'is "{text}"', "Expected a whole number that 64 bits can hold")
    return number


def cents_of(text: str, minor_units: int) -> int:
    """Return money in major units as whole minor units, exactly; an empty cell is 0.

    Examples
    --------
    >>> cents_of("1234.5", 100)
    123450
    """
    try:
        amount = Decimal(text) if text else Decimal(0)
        cents = amount * minor_units
        if not abs(cents) <= _LARGEST:
            raise InvalidOperation
    except InvalidOperation:
        raise Unreadable(f'is "{text}"', 'Expected an amount of money in major units such as "1234.50"') from None
    if cents != int(cents):
        raise Unreadable(f'is "{text}", finer than the currency', f"Expected steps of 1/{minor_units} of a unit")
    return int(cents)


def money(cells: Cells, column: str, minor_units: int) -> NDArray[np.int64]:
    """Return a column of money in minor units, from ``column`` (major units) or ``column_cents``; 0 where neither is.

    Raises
    ------
    InputError
        If both are there.
    """
    in_cents = f"{column}_cents"
    if column in cells.columns and in_cents in cells.columns:
        expected = "Expected one of the two"
        raise InputError(cells.where, f"column {column}", f"stands beside {in_cents}", expected, "Drop one of them")
    if column in cells.columns:
        return cells.read(column, lambda text: cents_of(text, minor_units))
    return cells.read(in_cents, whole_of) if in_cents in cells.columns else np.zeros(cells.n_rows, dtype=np.int64)


def flag_of(text: str) -> int:
    """Return 1 for yes and 0 for no; an empty cell is no."""
    low = text.lower()
    if low not in _YES and low not in _NO:
        raise Unreadable(f'is "{text}"', "Expected 1 or 0, yes or no, true or false")
    return int(low in _YES)


def _unknown(text: str, known: Sequence[str] | Mapping[str, object] | set[str], expected: str) -> NoReturn:
    near = closest(text, known)
    found = f'is "{text}"' if text else "is empty"
    raise Unreadable(found, expected, f'Did you mean "{near}"?' if near is not None else "")
