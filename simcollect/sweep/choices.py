"""What the levers and uncertainties of an experiment file may be: listed values, a range, the scenario's own range."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, cast

from simcollect.core.errors import InputError
from simcollect.scenario import Quantity, Scenario
from simcollect.scenario.places import at_path, dotted, shown
from simcollect.scenario.variation import as_document, parsed
from simcollect.sweep.faults import Faults
from simcollect.sweep.points import DRAWN, Choice, Range, Values

_RANGE: Final = frozenset({"low", "high", "unit", "levels"})


def read_choices(
    faults: Faults, scenario: Scenario, block: str, table: Mapping[str, Any], kind: str
) -> dict[str, Choice]:
    """Return the values that a design gives to each place of a block; what cannot be meant goes to ``faults``.

    Parameters
    ----------
    faults
        Of the file.
    scenario
        That the places are of.
    block, table
        "levers" or "uncertainties", and what stands there: places in quotes or as nested tables.
    kind
        Of the design: some choices have a meaning in some designs only.
    """
    tree = as_document(scenario)
    choices: dict[str, Choice] = {}
    for path, written in flat(table).items():
        place = dotted(path)
        if place in choices:
            faults.say((block, place), "stands twice", "Expected each place once")
            continue
        choice = _choice(faults, (block, place), written, _quantity(tree, path), kind)
        if choice is not None:
            choices[place] = choice
    return choices


def _choice(faults: Faults, path: tuple[str, ...], written: Any, quantity: Quantity | None, kind: str) -> Choice | None:
    listing = "[60, 90, 120]"
    if isinstance(written, tuple):
        if written:
            return Values(written)
        faults.say(path, "is an empty list", "Expected at least one value", listing)
        return None
    if written == "range":
        if quantity is None:
            faults.say(path, "asks for its range", "Only behaviour, capacity and economics numbers state one", listing)
            return None
        written = {"low": quantity.range[0], "high": quantity.range[1]}
    if not isinstance(written, Mapping):
        faults.say(path, shown(written), 'Expected a list of values, { low = ..., high = ... } or "range"', listing)
        return None
    return _range(faults, path, written, quantity, kind)


def _range(
    faults: Faults, path: tuple[str, ...], written: Mapping[str, Any], quantity: Quantity | None, kind: str
) -> Range | None:
    low, high, n_levels = written.get("low"), written.get("high"), written.get("levels", 0)
    before = len(faults.found)
    faults.check_fields(path, written, sorted(_RANGE))
    if not (_is_number(low) and _is_number(high) and cast(float, low) < cast(float, high)):
        faults.say(path, f"goes from {low} to {high}", "Expected numbers low < high", "{ low = 60, high = 120 }")
    if "unit" in written and (quantity is None or written["unit"] != quantity.unit):
        found = shown(written["unit"])
        unit = f'"{quantity.unit}", the unit of this number' if quantity else "no unit: the place states none"
        faults.say((*path, "unit"), found, f"Expected {unit}", "Convert the ends, or leave unit out")
    if kind == "list":
        faults.say(path, "is a range", 'Expected a list of values, as design.kind is "list"')
    if kind == "grid" and not (isinstance(n_levels, int) and n_levels >= 2):
        faults.say(
            (*path, "levels"),
            "is missing" if "levels" not in written else shown(n_levels),
            "A grid needs the number of values in a range, at least 2",
            "Add levels = 5, or list the values",
        )
    if kind in DRAWN and "levels" in written:
        faults.say((*path, "levels"), "has no effect", f'Expected it in a grid only, not in "{kind}"', "Remove it")
    if len(faults.found) > before:
        return None
    return Range(cast(float, low), cast(float, high), n_levels)


def flat(table: Mapping[str, Any], at: tuple[str | int, ...] = ()) -> dict[tuple[str | int, ...], Any]:
    """Return what stands at each place; a place may be written in quotes or as nested tables."""
    found: dict[tuple[str | int, ...], Any] = {}
    for key, value in table.items():
        try:
            path = (*at, *parsed(key))
        except InputError:
            path = (*at, key)
        if isinstance(value, Mapping) and not value.keys() & _RANGE:
            found |= flat(value, path)
        else:
            found[path] = value
    return found


def _quantity(tree: Mapping[str, Any], path: tuple[str | int, ...]) -> Quantity | None:
    found, depth = at_path(tree, path)
    if depth < len(path) or not isinstance(found, Mapping) or not {"value", "unit", "range"} <= found.keys():
        return None
    return Quantity.model_validate(found)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < float("inf")
