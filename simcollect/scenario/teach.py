"""Turns what pydantic found wrong into errors that teach: where, what was found, what was expected, what to do."""

from __future__ import annotations

import datetime as dt
import json
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias, TypeVar, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from simcollect.core.errors import InputError, closest
from simcollect.scenario.kinds import Kind, kind_of, words_of

Path: TypeAlias = tuple[str | int, ...]
"""Place in a document: field names, keys and positions from the top."""

D = TypeVar("D", bound=BaseModel)

_THIRD_PARTY = "notify_third_party"
_LISTED = 30
_SHOWN = 80


@dataclass(frozen=True)
class Problem:
    """Something wrong that only the whole of a table shows.

    Attributes
    ----------
    path : tuple
        Place relative to what was checked.
    found : str
        Clause that continues the path: "is 90".
    expected : str
        What would have been right, without the word "Expected".
    suggestion : str
        What to do, a sentence.
    """

    path: Path
    found: str
    expected: str
    suggestion: str = ""


@dataclass(frozen=True)
class Layer:
    """One text that a value may come from: a file's block, a parent strategy, a preset.

    Attributes
    ----------
    where : str
        File name.
    at : tuple
        Place of the text in that file.
    raw : object
        The text as TOML read it.
    """

    where: str
    at: Path
    raw: Any


def toml(value: object) -> str:
    """A value as a scenario file would write it, cut at 80 characters.

    Examples
    --------
    >>> toml(True), toml("45"), toml((1, "a"))
    ('true', '"45"', '[1, "a"]')
    """
    if isinstance(value, bool):
        text = "true" if value else "false"
    elif isinstance(value, str):
        text = json.dumps(value, ensure_ascii=False)
    elif isinstance(value, Mapping):
        text = "a table" if value else "an empty table"
    elif isinstance(value, list | tuple):
        text = "[" + ", ".join(toml(item) for item in value) + "]"
    elif isinstance(value, dt.date | dt.time):
        text = value.isoformat()
    elif value is None:
        text = "nothing"
    else:
        text = str(value)
    return text if len(text) <= _SHOWN else text[: _SHOWN - 3] + "..."


class Shown(str):
    """A clause that shows a value, so that a message can add that the value was not written there."""

    __slots__ = ()


def shown(value: object) -> Shown:
    """The clause "is ..." of a message."""
    return Shown(f"is {toml(value)}")


def dotted(path: Iterable[str | int]) -> str:
    """A path as text: ``strategies.firm.early.steps[0].day``.

    Examples
    --------
    >>> dotted(("early", "steps", 0, "day"))
    'early.steps[0].day'
    """
    text = ""
    for part in path:
        if isinstance(part, int):
            text += f"[{part}]"
        else:
            plain = part.replace("_", "").replace("-", "").isalnum()
            text += ("." if text else "") + (part if plain else toml(part))
    return text


def at_path(raw: Any, path: Path) -> tuple[Any, int]:
    """The value at a path as deep as the document goes, and the number of parts walked."""
    for depth, part in enumerate(path):
        in_list = isinstance(raw, list | tuple) and isinstance(part, int) and part < len(raw)
        if not in_list and not (isinstance(raw, Mapping) and part in raw):
            return raw, depth
        raw = raw[part]
    return raw, len(path)


def locate(path: Path, layers: Sequence[Layer]) -> tuple[str, Path]:
    """File and full path of the text that a value came from.

    The first layer that holds the whole path wins; failing that, the one that holds most of it. A path ends where the
    text ends: a bare number standing for a quantity is blamed as a whole, not its unwritten ``value``.
    """
    best = layers[0]
    best_depth = -1
    for layer in layers:
        value, depth = at_path(layer.raw, path)
        if depth < len(path) and not isinstance(value, Mapping | list | tuple):
            return layer.where, layer.at + path[:depth]
        if depth > best_depth:
            best, best_depth = layer, depth
    return best.where, best.at + path


class Faults:
    """What is wrong with one document, in the order found, each fault once.

    Parameters
    ----------
    where : str
        File name.
    """

    def __init__(self, where: str) -> None:
        self.where = where
        self._found: dict[tuple[str, str, str], InputError] = {}

    def __len__(self) -> int:
        return len(self._found)

    def errors(self) -> list[InputError]:
        """All faults."""
        return list(self._found.values())

    def add(self, fault: InputError) -> None:
        """Keep a fault, unless the same is kept already."""
        self._found.setdefault((fault.where, fault.path, fault.found), fault)

    def say(self, path: Path, found: str, expected: str, suggestion: str = "") -> None:
        """Keep a fault of the file itself."""
        self.add(InputError(self.where, dotted(path), found, f"Expected {expected}", suggestion))

    def unknown(self, path: Path, known: Sequence[str], noun: str = "field") -> None:
        """Keep the fault of a name nobody knows, the last of the path."""
        self.add(_unknown(self.where, path, known, noun))

    def report(self, problems: Iterable[Problem], layer: Layer) -> None:
        """Keep problems that the reading of a text brought up."""
        for problem in problems:
            self.add(problem_error(problem, layer))

    def no_table(self, path: Path, value: object) -> None:
        """Keep the fault of a value that should be a table."""
        self.say(path, shown(value), "a table", f"Write it as a table: [{dotted(path)}]")

    def validated(self, model: type[D], content: Mapping[str, Any], layers: Sequence[Layer]) -> D | None:
        """A document as its model, or None and its faults kept."""
        try:
            return model.model_validate(content)
        except ValidationError as error:
            for fault in validation_errors(error, model, layers):
                self.add(fault)
            return None


def problem_error(problem: Problem, layer: Layer) -> InputError:
    """An :class:`InputError` for a problem, blamed on the text whose reading brought it up."""
    found = str(problem.found)
    if isinstance(problem.found, Shown) and at_path(layer.raw, problem.path)[1] < len(problem.path):
        found += " by inheritance or default"
    _, path = locate(problem.path, [layer])
    return InputError(layer.where, dotted(path), found, f"Expected {problem.expected}", problem.suggestion)


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
        return _unknown(where, full, place.known)
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
        return _wrong_tag(detail, where, full)
    expected = place.expected or detail["msg"].removeprefix("Input should be ")
    return InputError(where, dotted(full), shown(found), f"Expected {expected}", _suggestion(detail, place))


def _wrong_length(detail: ErrorDetails, place: _Place, where: str, full: Path) -> InputError:
    context = detail["ctx"]
    found = f"has {context['actual_length']} entries"
    if detail["type"] == "too_long":
        return InputError(
            where, dotted(full), found, f"Expected at most {context['max_length']} entries", "Remove some"
        )
    least = place.kind.expected if place.kind else f"at least {context['min_length']} entries"
    return InputError(where, dotted(full), found, f"Expected {least}", "Add one")


def _wrong_tag(detail: ErrorDetails, where: str, full: Path) -> InputError:
    """The fault of a table whose kind is missing or unknown."""
    context, table = detail["ctx"], detail["input"]
    field = context["discriminator"].strip("'")
    found = shown(table[field]) if field in table else "is missing"
    words = "one of " + context.get("expected_tags", "the known kinds").replace("'", '"')
    return InputError(where, dotted((*full, field)), found, f"Expected {words}", "Choose one of these words")


def _unknown(where: str, path: Path, known: Sequence[str], noun: str = "field") -> InputError:
    name = str(path[-1])
    near = closest(name, known)
    listed = ", ".join(known[:_LISTED]) + (" ..." if len(known) > _LISTED else "")
    return InputError(
        where,
        dotted(path),
        f"is not a known {noun}",
        f"Known {noun}s: {listed}",
        f'Did you mean "{near}"?' if near is not None else "Remove it",
    )


@dataclass(frozen=True)
class _Place:
    """What the models say about one place of a document."""

    path: Path
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
    return _Place(tuple(path), _expected(current, kind, words), kind, words, known)


def _tagged(annotation: Any, tag: str | int) -> type[BaseModel] | None:
    """The member of a union of tables that a tag names; None where there is no such union."""
    tables = [each for each in _members(annotation) if isinstance(each, type) and issubclass(each, BaseModel)]
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


def _model_in(annotation: Any) -> type[BaseModel] | None:
    for candidate in (annotation, *_members(annotation)):
        if isinstance(candidate, type) and issubclass(candidate, BaseModel):
            return candidate
    return None


def _expected(annotation: Any, kind: Kind | None, words: tuple[str, ...]) -> str:
    if get_origin(annotation) is tuple:
        return "a list in square brackets"
    if words and kind is None:
        return "one of " + ", ".join(f'"{word}"' for word in words)
    if kind is not None:
        return kind.expected
    if _model_in(annotation) is not None:
        return "a table"
    named = {float: "a finite number", int: "a whole number", str: "text in quotes", bool: "true or false"}
    return named.get(annotation, "")


def _suggestion(detail: ErrorDetails, place: _Place) -> str:
    """What to do about a value of the wrong type or size."""
    value, wrong = detail["input"], detail["type"]
    if value == _THIRD_PARTY:
        return (
            "Telling third parties about a debt is refused by rule THIRD_PARTY (R20 of the rule packs): "
            "reach the borrower instead, for instance by visit"
        )
    if isinstance(value, float) and not math.isfinite(value):
        return "Give a finite number; leave the field out for the default"
    if place.words and isinstance(value, str):
        near = closest(value, place.words)
        return f'Did you mean "{near}"?' if near is not None else "Choose one of these words"
    if wrong == "tuple_type":
        return f"Write it in square brackets: [{toml(value)}]"
    if isinstance(value, str):
        return _unquoted(value, place)
    if isinstance(value, bool):
        return "true and false are no numbers or texts here; write the value itself"
    if wrong in ("model_type", "model_attributes_type", "dict_type"):
        return f"Write it as a table: [{dotted(place.path)}]"
    if isinstance(value, int | float):
        return _resized(value, place.kind.name if place.kind else "")
    return "Write one value of that kind here"


def _unquoted(text: str, place: _Place) -> str:
    stripped = text.strip().replace(",", "")
    try:
        float(stripped)
    except ValueError:
        if text.lower() in ("true", "false", "yes", "no", "on", "off"):
            return "Write true or false without quotes"
        if stripped.endswith("%") and place.kind is not None and place.kind.name == "share":
            return "Write a share, not a percentage: 0.3 means 30 %"
        return "Write the value without quotes and without a unit"
    return f"Write {stripped} without quotes"


def _resized(value: float, kind: str) -> str:
    if kind == "share" and 1 < value <= 100:
        return f"0.3 means 30 %; found {value:g} -> did you mean {value / 100:.2f}?"
    if kind == "money" and value < 0:
        return "Money is never negative in a scenario; write the amount without the minus sign"
    if kind == "money":
        return "Amounts are in major units (1500.50, not 150050 cents); check the number of digits"
    if kind == "flag":
        return "Write true or false"
    if kind == "clock":
        return 'Write it in quotes: "09:00"'
    if kind == "date":
        return "Write it as a date: 2005-09-01"
    if kind in ("days", "count", "headcount", "accounts") and isinstance(value, float):
        return f"Write {value:.0f} without the decimal point" if value.is_integer() else "Round it to a whole number"
    if kind == "days" and value > 0:
        return "Check the number of digits"
    if kind in ("text", "zone"):
        return f'Write it in quotes: "{value}"'
    return "Give a value in that range"
