"""Places in a document: how they are written, what stands there, and which text a value came from."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

Path: TypeAlias = tuple[str | int, ...]
"""Place in a document: field names, keys and positions from the top."""

_SHOWN = 80
_MANY_BITS = 1000


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
    elif isinstance(value, int) and value.bit_length() > _MANY_BITS:
        text = "a number of hundreds of digits"  # Python itself refuses to print the longest ones
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
        if depth < len(path) and not isinstance(value, Mapping):
            return layer.where, layer.at + path[:depth]
        if depth > best_depth:
            best, best_depth = layer, depth
    return best.where, best.at + path
