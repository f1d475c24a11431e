"""A loaded scenario with single values changed: what a sweep, an optimiser or a notebook turns."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from simcollect.core.errors import InputError, InputErrors
from simcollect.scenario.load import load
from simcollect.scenario.places import Path, dotted, shown, toml
from simcollect.scenario.presets import is_quantity
from simcollect.scenario.rules import OFF
from simcollect.scenario.specification import Scenario

WHERE = "changes"
"""What messages call the changes, as they stand in no file."""

_PART = re.compile(r'"((?:[^"\\]|\\.)*)"|([\w-]+)|\[(\d+)\]')


def varied(scenario: Scenario, changes: Mapping[str, Any]) -> Scenario:
    """Return a scenario with the values at some places changed, checked like any other.

    Parameters
    ----------
    scenario
        A loaded scenario: inheritance is resolved, so a change of one strategy leaves its children as they are.
    changes
        New values by place, as provenance and error messages write it: ``strategies.firm.late.enter_dpd``,
        ``strategies.firm.final.offers[0].discount_share``, ``capacity.pools.callers.headcount``,
        ``behaviour.contact.fatigue_rate``. A number in a quantity's place keeps unit and range; its status becomes
        "assumed". A table in the place of a strategy that does not exist adds one; it may say ``inherits``.

    Raises
    ------
    InputErrors
        If a place does not exist, or its new value is not allowed there.

    Examples
    --------
    >>> varied(load("tiny"), {"strategies.firm.late.enter_dpd": 75}).strategies["firm"].late.enter_dpd
    75
    """
    if not changes:
        return scenario
    tree = as_document(scenario)
    faults = []
    for written, value in changes.items():
        try:
            _change(tree, parsed(written), value)
        except InputError as fault:
            faults.append(fault)
    if faults:
        raise InputErrors(faults)
    if not {"run.reading_days", "run"} & changes.keys():
        run = tree["run"]  # a shorter run is not read beyond its end
        run["reading_days"] = [day for day in run["reading_days"] if day <= run["horizon_days"]]
    try:
        changed = load(tree, folder=scenario.folder)
    except InputErrors as error:
        told = [InputError(WHERE, e.path, e.found, e.expected, e.suggestion) for e in error.errors]
        raise InputErrors(told) from None
    return changed.model_copy(update={"name": scenario.name, "where": scenario.where})


def as_document(scenario: Scenario) -> dict[str, Any]:
    """Return the tables that a scenario file would hold to give this scenario, everything spelt out."""
    tree: dict[str, Any] = scenario.model_dump(exclude_none=True, exclude={"name", "where", "folder", "pack"})
    if scenario.rules.pack is not None:  # a rule that is off is said to be, or the pack would switch it on
        tree["rules"] = {field: OFF if value is None else value for field, value in scenario.rules}
    behaviour = tree["behaviour"]
    tree["behaviour"] = {**behaviour.pop("groups"), **behaviour}
    for strategy in tree["strategies"].values():
        strategy.pop("inherits", None)
        for levers in strategy["segments"].values():
            levers.pop("work", None)  # filled in when segments are resolved, and not theirs to say
    return tree


def parsed(written: str) -> Path:
    """Return the parts of a place.

    Raises
    ------
    InputError
        If it is not names joined by dots, with positions in square brackets.

    Examples
    --------
    >>> parsed("strategies.firm.early.steps[0].day")
    ('strategies', 'firm', 'early', 'steps', 0, 'day')
    """
    parts: list[str | int] = []
    at = 0
    while at < len(written):
        if parts and written[at] == ".":
            at += 1
        found = _PART.match(written, at)
        if found is None:
            break
        quoted, name, position = found.groups()
        parts.append(int(position) if position is not None else name if name is not None else quoted)
        at = found.end()
    if at < len(written) or not parts:
        expected = "Expected names joined by dots, positions in brackets"
        raise InputError(WHERE, f'place "{written}"', "cannot be read", expected, "strategies.firm.early.steps[0].day")
    return tuple(parts)


def _change(tree: Any, path: Path, value: Any) -> None:
    if path[1:] == ("preset",):  # the numbers stand in the tree already: another name would change the name alone
        expected = f'Expected the whole table: "{path[0]}": {{"preset": {toml(value)}}}'
        raise InputError(WHERE, dotted(path), "is the name of numbers that have been read", expected)
    node = tree
    for depth, part in enumerate(path[:-1]):
        node = _inside(node, part, path[: depth + 1])
    last = path[-1]
    if isinstance(node, Mapping) and path[0] == "strategies" and len(path) == 2:
        node[last] = value  # type: ignore[index]
    elif isinstance(node, dict) and isinstance(last, str) and last not in node and not node.keys() & {"value", "unit"}:
        node[last] = value  # a field left at None; whether there is one of this name, the checks of the scenario say
    else:
        old = _inside(node, last, path)
        if is_quantity(old) and not isinstance(value, Mapping):
            old |= {"value": value, "status": "assumed", "source": f"Set to {value!r} in a variation."}
        else:
            node[last] = value


def _inside(node: Any, part: str | int, path: Path) -> Any:
    """Return what stands at one more part of a path; tuples become lists in place of themselves."""
    if isinstance(part, int):
        if isinstance(node, list) and part < len(node):
            return node[part]
        found = f"is position {part} of {len(node)}" if isinstance(node, list) else "is no list"
        raise InputError(WHERE, dotted(path), found, "Expected a position in a list, counted from 0")
    if isinstance(node, dict) and part in node:
        if isinstance(node[part], tuple):
            node[part] = list(node[part])
        return node[part]
    if not isinstance(node, dict):
        raise InputError(WHERE, dotted(path), f"lies inside a value that {shown(node)}", "Expected a place in a table")
    raise InputError.unknown(WHERE, dotted(path), [str(key) for key in node])
