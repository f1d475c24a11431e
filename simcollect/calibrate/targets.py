"""Targets: what the data say, with their errors. A CSV file that a user can write in a spreadsheet."""

from __future__ import annotations

import csv
import hashlib
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from simcollect.core.errors import InputError, InputErrors, closest

COLUMNS = ("target", "value", "se", "n", "unit", "definition", "held_out")
"""Columns of a target file. ``se``, ``n``, ``unit``, ``definition`` and ``held_out`` may be left out or left empty."""
_NEEDED = ("target", "value")
_SE_SHARE = 0.05
"""Standard error of a target whose file states none, as a share of its value: said in the report."""
_YES = ("1", "true", "yes", "y", "x")
_NO = ("", "0", "false", "no", "n")


@dataclass(frozen=True)
class Target:
    """One number of the data.

    Attributes
    ----------
    name
        What families call the moment.
    value, se
        In ``unit``; se > 0.
    n
        Observations behind it; 0 where the file does not say.
    held_out
        Predicted, not fitted: shows whether the fit holds beyond what it was fitted to.
    se_stated
        Whether the file states the error; else it is 5 % of the value.
    """

    name: str
    value: float
    se: float
    n: int
    unit: str
    definition: str
    held_out: bool
    se_stated: bool


def read_targets(path: Path) -> dict[str, Target]:
    """Return the targets of a file by name, in its order.

    Raises
    ------
    InputError, InputErrors
        If the file cannot be read; every wrong cell is named with its row and column.
    """
    where = path.name
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            reader = csv.DictReader(lines)
            rows = list(reader)
            header = list(reader.fieldnames or ())
    except OSError as error:
        raise InputError(
            where, f'the file "{path}"', f"cannot be read ({error.strerror})", "Expected a target file (.csv)"
        ) from None
    except (UnicodeDecodeError, csv.Error) as error:
        raise InputError(where, "the file", f"is no CSV text ({error})", "Expected UTF-8 text, a row a line") from None
    faults = list(_header_faults(header, where))
    if faults:
        raise InputErrors(faults)
    found: dict[str, Target] = {}
    for number, row in enumerate(rows, start=2):
        try:
            target = _target(row, number, where)
            if target.name in found:
                raise InputError(where, f"row {number}, column target", f'repeats "{target.name}"', "Expected it once")
            found[target.name] = target
        except InputError as fault:
            faults.append(fault)
    if not faults and not found:
        faults.append(InputError(where, "the file", "has no rows", "Expected a row a target"))
    if faults:
        raise InputErrors(faults)
    return found


def targets_digest(targets: Mapping[str, Target]) -> str:
    """Return the SHA-256 (hex) of the targets' names, numbers and roles."""
    text = "\n".join(f"{t.name}\t{t.value!r}\t{t.se!r}\t{t.held_out}" for t in targets.values())
    return hashlib.sha256(text.encode()).hexdigest()


def _header_faults(header: list[str], where: str) -> Iterator[InputError]:
    for name in header:
        if name not in COLUMNS:
            near = closest(name or "", COLUMNS)
            advice = f'Did you mean "{near}"?' if near else ""
            yield InputError(where, f'column "{name}"', "is not known", f"Known columns: {', '.join(COLUMNS)}", advice)
    for name in _NEEDED:
        if name not in header:
            yield InputError(where, f'column "{name}"', "is missing", f"Expected the columns {', '.join(COLUMNS)}")


def _target(row: Mapping[str, str | None], number: int, where: str) -> Target:
    def text(column: str) -> str:
        return (row.get(column) or "").strip()

    def fault(column: str, expected: str) -> InputError:
        found = f'is "{text(column)}"' if text(column) else "is empty"
        return InputError(where, f"row {number}, column {column}", found, f"Expected {expected}")

    def number_of(column: str, expected: str) -> float:
        try:
            value = float(text(column))
        except ValueError:
            raise fault(column, expected) from None
        if not math.isfinite(value):
            raise fault(column, expected)
        return value

    if not text("target"):
        raise fault("target", "the name of a moment")
    value = number_of("value", "a number")
    stated = bool(text("se"))
    se = number_of("se", "a standard error above 0, or nothing") if stated else _SE_SHARE * abs(value)
    if se <= 0.0:
        raise fault("se", "a standard error above 0, or nothing where the value is not 0")
    n = int(number_of("n", "a whole number, or nothing")) if text("n") else 0
    role = text("held_out").lower()
    if role not in (*_YES, *_NO):
        raise fault("held_out", "yes, no or nothing")
    return Target(text("target"), value, se, n, text("unit"), text("definition"), role in _YES, stated)
