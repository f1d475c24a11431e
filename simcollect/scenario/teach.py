"""Turns what pydantic found wrong into errors that teach: where, what was found, what was expected, what to do."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from simcollect.core.errors import InputError, closest, plural
from simcollect.scenario.kinds import Kind, kind_of, words_of
from simcollect.scenario.places import Layer, Path, dotted, locate, shown, toml

_THIRD_PARTY = "notify_third_party"
_REFUSED = (
    "Telling third parties about a debt is refused by rule THIRD_PARTY "
    "(R20 of cn_cba_2026, R11c of uk_conc_2025): reach the borrower instead, for instance by visit"
)
_LISTED = 30
_MANY = 1e15


def validation_errors(error: ValidationError, model: type[BaseModel], layers: Sequence[Layer]) -> list[InputError]:
    """Every fault pydantic found, as teaching errors, each place once.

    Parameters
    ----------
    error : ValidationError
        From validating a merged document against ``model``.
    model : type
        The model; its fields supply the words for what was expected.
    layers : sequence of Layer
        The texts the merged document was made of, nearest first.
    """
    faults: dict[tuple[str, str], InputError] = {}
    for detail in error.errors(include_url=False):
        fault = _fault(detail, model, layers)
        faults.setdefault((fault.where, fault.path), fault)
    return list(faults.values())


def _fault(detail: ErrorDetails, model: type[BaseModel], layers: Sequence[Layer]) -> InputError:
    place = _walk(model, detail["loc"])
    context = detail.get("ctx", {})
    path, found = place.path, detail["input"]
    if detail["type"] == "teach" and context["at"]:
        path += (context["at"],)
        found = getattr(found, context["at"], found)
        if isinstance(detail["input"], Mapping):
            found = detail["input"].get(context["at"], found)
    where, full = locate(path, layers)
    if detail["type"] == "extra_forbidden":
        fault = unknown_name(where, full, place.known)
        if not _names_third_party((path[-1], found)):
            return fault
        return InputError(where, fault.path, f"asks for {_THIRD_PARTY}", "Expected an action on the borrower", _REFUSED)
    if detail["type"] == "missing":
        expected = place.expected or "a value"
        return InputError(
            where,
            dotted(full),
            "is missing",
            f"Expected {expected}",
            f"Add {dotted(full[-1:])} = ... to {dotted(full[:-1])}",
        )
    if detail["type"] == "teach":
        clause = context["found"] or shown(found)
        return InputError(where, dotted(full), clause, f"Expected {context['expected']}", context["suggestion"])
    if detail["type"] in ("too_long", "too_short"):
        return _wrong_length(detail, place, where, full)
    if detail["type"].startswith("union_tag"):
        return _wrong_tag(detail, place, where, full)
    expected = place.expected or detail["msg"].removeprefix("Input should be ")
    return InputError(where, dotted(full), shown(found), f"Expected {expected}", _suggestion(detail, place, full))


def _names_third_party(value: object) -> bool:
    """Whether a name or value, or anything in it, is the action that no strategy may ask for."""
    if isinstance(value, Mapping):
        return any(_names_third_party(item) for pair in value.items() for item in pair)
    if isinstance(value, list | tuple):
        return any(_names_third_party(item) for item in value)
    return value == _THIRD_PARTY


def _wrong_length(detail: ErrorDetails, place: _Place, where: str, full: Path) -> InputError:
    context = detail["ctx"]
    found = f"has {context['actual_length']} entries"
    if detail["type"] == "too_long":
        return InputError(
            where, dotted(full), found, f"Expected at most {context['max_length']} entries", "Remove some"
        )
    least = place.kind.expected if place.kind else f"at least {context['min_length']} entries"
    return InputError(where, dotted(full), found, f"Expected {least}", "Add one")


def _wrong_tag(detail: ErrorDetails, place: _Place, where: str, full: Path) -> InputError:
    """The fault of a table whose kind is missing or unknown."""
    table = detail["input"]
    if not isinstance(table, Mapping):
        return InputError(where, dotted(full), shown(table), "Expected a table", "Write it as { kind = ... }")
    field = detail["ctx"]["discriminator"].strip("'")
    words = [word for member in _tables(place.annotation) for word in words_of(member.model_fields[field].annotation)]
    expected = "Expected one of " + ", ".join(f'"{word}"' for word in words)
    found = shown(table[field]) if field in table else "is missing"
    return InputError(where, dotted((*full, field)), found, expected, "Choose one of these words")


def unknown_name(where: str, path: Path, known: Sequence[str], noun: str = "field") -> InputError:
    """The error for a name nobody knows, the last of the path."""
    name = str(path[-1])
    near = closest(name, known)
    listed = ", ".join(known[:_LISTED]) + (" ..." if len(known) > _LISTED else "")
    return InputError(
        where,
        dotted(path),
        f"is not a known {noun}",
        f"Known {plural(noun)}: {listed}",
        f'Did you mean "{near}"?' if near is not None else "Remove it",
    )


@dataclass(frozen=True)
class _Place:
    """What the models say about one place of a document."""

    path: Path
    annotation: Any
    expected: str
    kind: Kind | None
    words: tuple[str, ...]
    known: tuple[str, ...]


def _walk(model: type[BaseModel], loc: Path) -> _Place:
    """Follow a pydantic location through the models; tags of union members are left out of the path."""
    current: Any = model
    metadata: Sequence[Any] = ()
    path: list[str | int] = []
    known: tuple[str, ...] = ()
    for part in loc:
        tagged = _tagged(current, part)
        if tagged is not None:
            current, metadata = tagged, ()
            continue
        inside = _inside(current, part)
        if inside is None:
            table = _model_in(current)
            if table is not None and isinstance(part, str):
                known = tuple(table.model_fields)
                path.append(part)
            break
        current, metadata = inside
        path.append(part)
    kind = kind_of(current, tuple(metadata))
    words = words_of(current)
    return _Place(tuple(path), current, _expected(current, kind, words), kind, words, known)


def _tagged(annotation: Any, tag: str | int) -> type[BaseModel] | None:
    """The member of a union of tables that a tag names; None where there is no such union."""
    tables = _tables(annotation)
    for table in tables if len(tables) > 1 else ():
        if any(tag in words_of(field.annotation) for field in table.model_fields.values()):
            return table
    return None


def _inside(annotation: Any, part: str | int) -> tuple[Any, Sequence[Any]] | None:
    """Type and metadata of a field, key or item of an annotated type; None where there is no such part."""
    table = _model_in(annotation)
    if table is not None:
        field = table.model_fields.get(str(part))
        return None if field is None else (field.annotation, field.metadata)
    for candidate in (annotation, *_members(annotation)):
        origin, arguments = get_origin(candidate), get_args(candidate)
        if origin is tuple and isinstance(part, int):
            return arguments[0], ()
        if origin is dict and isinstance(part, str):
            return arguments[1], ()
    return None


def _members(annotation: Any) -> Iterator[Any]:
    """The annotation's own parts, through ``Annotated`` and optional types."""
    if get_origin(annotation) in (tuple, dict):
        return
    for argument in get_args(annotation):
        yield argument
        yield from _members(argument)


def _tables(annotation: Any) -> list[type[BaseModel]]:
    """The models that an annotation is or is a union of."""
    candidates = (annotation, *_members(annotation))
    return [each for each in candidates if isinstance(each, type) and issubclass(each, BaseModel)]


def _model_in(annotation: Any) -> type[BaseModel] | None:
    return next(iter(_tables(annotation)), None)


def _expected(annotation: Any, kind: Kind | None, words: tuple[str, ...]) -> str:
    """What a place wants, in words; empty where pydantic's own words must do."""
    bare = annotation.__origin__ if hasattr(annotation, "__metadata__") else annotation
    if words and kind is None:
        return "one of " + ", ".join(f'"{word}"' for word in words)
    if kind is not None:
        return kind.expected
    if get_origin(bare) is tuple:
        return "a list in square brackets"
    if get_origin(bare) is dict or _model_in(bare) is not None:
        return "a table"
    named = {float: "a finite number", int: "a whole number", str: "text in quotes", bool: "true or false"}
    return named.get(bare, "")


def _suggestion(detail: ErrorDetails, place: _Place, path: Path) -> str:
    """What to do about a value of the wrong type or size."""
    value, wrong = detail["input"], detail["type"]
    kind = place.kind.name if place.kind is not None else ""
    if wrong in ("model_type", "model_attributes_type", "dict_type"):
        in_list = any(isinstance(part, int) for part in path)
        return "Write it as a table: { key = value }" if in_list else f"Write it as a table: [{dotted(path)}]"
    if wrong == "tuple_type":
        return f"Write it in square brackets: [{toml(value)}]" if not isinstance(value, Mapping) else "Write a list"
    if _names_third_party(value):
        return _REFUSED
    if kind in _WRITTEN:
        return _WRITTEN[kind]
    if place.words:
        near = closest(value, place.words) if isinstance(value, str) else None
        if near is not None or kind == "":
            return f'Did you mean "{near}"?' if near is not None else "Choose one of these words"
    if isinstance(value, str):
        return _unquoted(value, kind)
    if isinstance(value, bool):
        return "true and false are no numbers or texts here; write the value itself"
    if isinstance(value, int | float):
        return _resized(value, kind)
    return "Write one value of that kind here"


_WRITTEN = {
    "flag": "Write true or false without quotes",
    "clock": 'Write it in quotes: "09:00"',
    "date": "Write it as a date: 2005-09-01",
    "text": 'Write it in quotes: "..."',
    "zone": 'Write it in quotes: "Asia/Taipei"',
}
"""What to do about any wrong value of these kinds."""


def _unquoted(text: str, kind: str) -> str:
    stripped = text.strip().replace(",", "")
    if stripped.endswith("%") and kind == "share":
        return "Write a share, not a percentage: 0.3 means 30 %"
    try:
        float(stripped)
    except ValueError:
        return "Write the value without quotes and without a unit"
    return f"Write {stripped} without quotes"


def _resized(value: float, kind: str) -> str:
    if isinstance(value, float) and not math.isfinite(value):
        return "Give a finite number; leave the field out for the default"
    if kind == "share" and 1 < value <= 100:
        return f"0.3 means 30 %; found {value:g} -> did you mean {value / 100:.2f}?"
    if kind == "money" and value < 0:
        return "Money is never negative in a scenario; write the amount without the minus sign"
    if kind == "money":
        return "Amounts are in major units (1500.50, not 150050 cents); check the number of digits"
    if abs(value) >= _MANY:
        return "Check the number of digits"
    if kind in ("days", "count", "headcount", "accounts") and isinstance(value, float):
        return f"Write {value:.0f} without the decimal point" if value.is_integer() else "Round it to a whole number"
    if kind == "days" and value > 0:
        return "Check the number of digits"
    return "Give a value in that range"
