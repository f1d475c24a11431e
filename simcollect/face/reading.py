"""Reads demonstrations: those of the package, and a user's own file; every fault told at once."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from simcollect.core.errors import InputError, InputErrors
from simcollect.face.demonstration import Demonstration, demonstration_problems
from simcollect.scenario import read_document
from simcollect.scenario.faults import Faults
from simcollect.scenario.places import Layer, shown

PACKAGED: Final = Path(__file__).with_name("demonstrations.toml")
"""The demonstrations that come with the package."""
_TABLE: Final = "demonstration"


def read_demonstrations(path: Path | str = PACKAGED) -> tuple[Demonstration, ...]:
    """Return the demonstrations of a file, in its order.

    Raises
    ------
    InputErrors
        Every fault: file, place, what was found, what was expected, what to do.
    """
    file = Path(path)
    try:
        document = read_document(file)
    except InputError as fault:
        raise InputErrors([fault]) from None
    faults = Faults(file.name)
    for key in document:
        if key != _TABLE:
            faults.unknown((key,), [_TABLE], "table")
    blocks = document.get(_TABLE, ())
    if not isinstance(blocks, list | tuple) or not blocks:
        found = shown(blocks) if _TABLE in document else "is missing"
        faults.say((_TABLE,), found, "one block or more", "Begin each with [[demonstration]]")
        blocks = ()
    read: list[Demonstration] = []
    for position, block in enumerate(blocks):
        at = (_TABLE, position)
        if not isinstance(block, dict):
            faults.say(at, shown(block), "a table", "Begin each block with [[demonstration]]")
            continue
        layer = Layer(file.name, at, block)
        demonstration = faults.validated(Demonstration, block, [layer])
        if demonstration is None:
            continue
        faults.report(demonstration_problems(demonstration), layer)
        if demonstration.id in (other.id for other in read):
            faults.say((*at, "id"), shown(demonstration.id), "every id once", "Give one of them another id")
        read.append(demonstration)
    if len(faults):
        raise InputErrors(faults.errors())
    return tuple(read)


def all_demonstrations(add: Sequence[Path | str] = (), only: Sequence[str] = ()) -> tuple[Demonstration, ...]:
    """Return the packaged demonstrations and those of other files, or some of them.

    Parameters
    ----------
    add
        Files of the user's own; an id known already takes that one's place.
    only
        Ids to keep; all when empty.

    Raises
    ------
    InputError, InputErrors
        If a file has a fault or an id is unknown.
    """
    found = {demonstration.id: demonstration for demonstration in read_demonstrations()}
    for path in add:
        found |= {demonstration.id: demonstration for demonstration in read_demonstrations(path)}
    for name in only:
        if name not in found:
            raise InputError.unknown("", name, found, "demonstration")
    return tuple(found[name] for name in (only or found))
