"""Reads a scenario file: from a name or a path to a TOML document, or an error that says what is wrong with it."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

from simcollect.core.errors import InputError, closest
from simcollect.scenario.presets import frozen_lists

_PACKAGE = Path(__file__).parents[1]
DATA = _PACKAGE / "data"
"""Data files that come with the package."""
_SHELVES = (DATA / "scenarios", _PACKAGE.parent / "scenarios")
"""Where scenarios are found by name: in an installed package, in a checkout of the repository."""

_SYNTAX = (
    ("Cannot overwrite a value", "Two lines give the same key; keep one"),
    ("Cannot declare", "The same table or key stands twice; merge them into one"),
    ("Cannot mutate", "The same table stands twice; merge the two into one"),
    ("Invalid date or datetime", "There is no such day or time; dates are written 2005-09-01"),
    ("Expected '=' after a key", "Write key = value, and text in quotes"),
    ("Invalid value", 'Text needs quotes, a list square brackets, true and false small letters: tone = "firm"'),
    ("Unclosed array", "Close the list with ]"),
    ("Unclosed inline table", "Close the table with }"),
    ("Unterminated string", 'Close the text with "'),
    ("Illegal character", 'Close the text with " on its line'),
    ("Expected ']'", "Close the table's name with ]"),
    ("Expected newline", "One key = value a line"),
    ("Invalid statement", "A line is [table], key = value, or # comment"),
)
_DEFAULT_ADVICE = "A line is [table], key = value, or # comment"


def names() -> list[str]:
    """Names of the scenarios that come with the package, sorted."""
    return sorted({path.stem for shelf in _SHELVES for path in shelf.glob("*.toml")})


def scenario_path(source: str | Path) -> Path:
    """File of a scenario given by path or by name.

    Parameters
    ----------
    source : str or Path
        A path ("my/cards.toml") or the name of a packaged scenario ("tiny").

    Raises
    ------
    InputError
        If a bare name is not known.
    """
    path = Path(source)
    if path.suffix or len(path.parts) != 1:
        return path
    for shelf in _SHELVES:
        found = shelf / f"{source}.toml"
        if found.is_file():
            return found
    if path.exists():
        return path
    known = names()
    near = closest(str(source), known)
    raise InputError(
        "",
        f'scenario "{source}"',
        "is not known",
        f"Scenarios known by name: {', '.join(known)}; or give the path of a .toml file",
        f'Did you mean "{near}"?' if near else "",
    )


def data_path(folder: str | Path, file: str) -> Path:
    """Path of a data file that a scenario names.

    Parameters
    ----------
    folder : str or Path
        Folder of the scenario, tried first.
    file : str
        As the scenario wrote it; may be absolute, or the name of something in ``simcollect/data``.

    Returns
    -------
    Path
        The first that exists; where none does, the one beside the scenario.
    """
    beside = Path(folder) / file
    packaged = DATA / file
    return packaged if packaged.exists() and not beside.exists() else beside


def read_document(path: Path) -> dict[str, Any]:
    """Content of a TOML file, lists as tuples.

    Raises
    ------
    InputError
        If the file is missing, a folder, unreadable, empty, binary, not UTF-8, or not TOML.
    """
    where = path.name or str(path)
    return parse_document(_text(_bytes(path, where), where), where)


def parse_document(text: str, where: str) -> dict[str, Any]:
    """Content of a TOML text, lists as tuples.

    Raises
    ------
    InputError
        If the text is empty or not TOML, with line and column.
    """
    if not text.strip():
        raise InputError(
            where,
            "the file",
            "is empty",
            "Expected the blocks portfolio, strategies and run",
            "Copy a packaged scenario and edit it: " + ", ".join(names()),
        )
    try:
        return dict(frozen_lists(tomllib.loads(text)))
    except tomllib.TOMLDecodeError as error:
        raise _syntax_error(str(error), text, where) from None
    except ValueError:
        raise InputError(
            where, "the file", "has a number of thousands of digits", "Expected numbers of ordinary length", ""
        ) from None
    except RecursionError:
        raise InputError(
            where, "the file", "is nested too deeply", "Expected tables and lists a few levels deep", ""
        ) from None


def _bytes(path: Path, where: str) -> bytes:
    if path.is_dir():
        raise InputError(where, "the path", "is a folder", "Expected a scenario file (.toml)", _inside(path))
    try:
        return path.read_bytes()
    except FileNotFoundError:
        parent = path.parent
        beside = [other.name for other in parent.glob("*.toml")] if parent.is_dir() else []
        near = closest(path.name, beside)
        hint = f'Did you mean "{near}"?' if near else "Scenarios known by name: " + ", ".join(names())
        raise InputError(where, f'the file "{path}"', "does not exist", "Expected a scenario file", hint) from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise InputError(
            where,
            "the file",
            f"cannot be read ({reason})",
            "Expected a readable scenario file",
            "Check the path and its permissions",
        ) from None


def _inside(folder: Path) -> str:
    files = sorted(path.name for path in folder.glob("*.toml"))
    return "Name one of its files: " + ", ".join(files[:10]) if files else "It holds no .toml file"


def _text(raw: bytes, where: str) -> str:
    expected = "Expected TOML text in UTF-8"
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise InputError(where, "the file", "is UTF-16: wrong encoding", expected, "Save it again as UTF-8")
    if b"\x00" in raw:
        raise InputError(where, "the file", "is binary", expected, "A scenario is a text file; is this a data file?")
    try:
        return raw.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise InputError(
            where,
            f"line {line}",
            f"has the byte 0x{raw[error.start]:02x}, which is no UTF-8: wrong encoding",
            expected,
            "Save the file again as UTF-8",
        ) from None


def _syntax_error(message: str, text: str, where: str) -> InputError:
    place = re.search(r"\(at (?:line (\d+), column (\d+)|end of document)\)", message)
    said = message[: place.start()].strip() if place else message
    lines = text.split("\n")
    if place and place.group(1):
        line, column = int(place.group(1)), int(place.group(2))
        path = f"line {line}, column {column}"
        written = lines[line - 1].strip()
    else:
        path, written = "the end of the file", lines[-1].strip()
    advice = next((advice for start, advice in _SYNTAX if said.startswith(start)), _DEFAULT_ADVICE)
    quoted = f' in "{written[:60]}"' if written else ""
    return InputError(where, path, f"is not valid TOML ({said}){quoted}", "Expected TOML 1.0", advice)
