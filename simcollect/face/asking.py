"""A demonstration asked of a scenario: the points to run, or why it cannot be asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from simcollect.core.errors import InputError, InputErrors, SimcollectError
from simcollect.face.demonstration import Claim, Demonstration, group_of
from simcollect.population import build
from simcollect.scenario import Scenario
from simcollect.scenario.places import at_path
from simcollect.scenario.presets import is_quantity
from simcollect.scenario.strategy import Strategy
from simcollect.scenario.variation import as_document, parsed, varied

PREFIX: Final = "strategy."
"""Stands for the place of the strategy that a demonstration starts from."""

_BOOK: Final[Mapping[str, tuple[str, bool]]] = {
    "margin": ("margin_cents", True),
    "balance": ("principal_cents", True),
    "limit": ("limit_cents", True),
    "stated_income": ("stated_income_cents", True),
    "score": ("score", False),
}
"""Fields of the book that a quantile can be taken of, and whether they are money."""

Arm = tuple[int, int]
"""Positions of a level of the knob and of one of the second knob (0 where there is none)."""


class NotAskedError(SimcollectError):
    """A scenario has not what a demonstration turns."""


@dataclass(frozen=True)
class Asked:
    """A demonstration with what is to be run for it.

    Attributes
    ----------
    demonstration
        What is asked.
    strategy
        Name of the strategy it starts from.
    points
        Changes of the scenario by arm, the seed apart.
    claims
        The claims this scenario can answer.
    left_out
        The others, with the reason.
    """

    demonstration: Demonstration
    strategy: str
    points: Mapping[Arm, Mapping[str, Any]]
    claims: tuple[Claim, ...]
    left_out: tuple[tuple[Claim, str], ...]


def ask(demonstration: Demonstration, scenario: Scenario) -> Asked:
    """Return what a demonstration runs of a scenario; every point is checked.

    Raises
    ------
    NotAskedError
        If it cannot be asked of this scenario, with the reason.
    """
    strategy = _strategy(demonstration, scenario)
    tree = as_document(scenario)
    points: dict[Arm, dict[str, Any]] = {}
    second = demonstration.second.levels if demonstration.second else (None,)
    horizon = demonstration.setup.get("run.horizon_days", scenario.run.horizon_days)
    days = sorted({claim.day for claim in demonstration.claims if 0 < claim.day <= horizon})
    for i, level in enumerate(demonstration.levels):
        for j, other in enumerate(second):
            written = {"run.reading_days": days, **demonstration.setup, **(other.set if other else {}), **level.set}
            point = {_placed(place, strategy): value for place, value in written.items()}
            resolved = {place: _resolved(value, place, tree, scenario) for place, value in point.items()}
            if any(place.startswith("portfolio.segments") for place in resolved):
                resolved = {"strategies": _alone(scenario, strategy)} | resolved
            points[i, j] = resolved
            _check(scenario, resolved)
    claims, left_out = _answerable(demonstration, varied(scenario, points[0, 0]))
    if not claims:
        raise NotAskedError(left_out[0][1])
    return Asked(demonstration, strategy, points, claims, left_out)


def _strategy(demonstration: Demonstration, scenario: Scenario) -> str:
    """Return the first of the named strategies, else the first that contacts anybody."""
    for name in demonstration.strategy:
        if name in scenario.strategies:
            return name
    for name, strategy in scenario.strategies.items():
        if strategy.early.steps or strategy.mid.steps:
            return name
    raise NotAskedError("no strategy of the scenario contacts anybody")


def _placed(place: str, strategy: str) -> str:
    return f'strategies."{strategy}".{place.removeprefix(PREFIX)}' if place.startswith(PREFIX) else place


def _alone(scenario: Scenario, strategy: str) -> dict[str, Any]:
    """Return the strategies table with one only and no overrides: the others may treat segments that are to go."""
    own: Strategy = scenario.strategies[strategy]
    written = own.model_dump(exclude_none=True)
    written.pop("inherits", None)
    return {strategy: {**written, "segments": {}}}


def _resolved(value: Any, place: str, tree: Mapping[str, Any], scenario: Scenario) -> Any:
    """Return a value as the scenario takes it: a relative one worked out, also inside tables and lists."""
    if isinstance(value, Mapping):
        keys = set(value)
        if keys in ({"times"}, {"plus"}):
            return _relative(value, place, tree)
        if keys == {"quantile", "of"}:
            return _quantile(value, place, scenario)
        return {key: _resolved(item, place, tree, scenario) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_resolved(item, place, tree, scenario) for item in value]
    return value


def _relative(value: Mapping[str, Any], place: str, tree: Mapping[str, Any]) -> float | int:
    path = parsed(place)
    old, depth = at_path(tree, path)
    if depth < len(path):
        raise NotAskedError(f"the scenario has no {place}")
    if is_quantity(old):
        old = old["value"]
    if isinstance(old, bool) or not isinstance(old, int | float):
        raise NotAskedError(f"{place} is {old!r}, which cannot be made larger or smaller")
    new = old * value["times"] if "times" in value else old + value["plus"]
    return round(new) if isinstance(old, int) else float(new)


def _quantile(value: Mapping[str, Any], place: str, scenario: Scenario) -> float:
    field = value["of"]
    if field not in _BOOK:
        raise InputError.unknown("", f"{place}.{field}", _BOOK, "field of the book")
    name, money = _BOOK[field]
    column = build(scenario, scenario.run.seed, 0).book[name]
    if not len(column):
        raise NotAskedError("the scenario has no accounts")
    found = float(np.quantile(np.asarray(column, dtype=np.float64), value["quantile"]))
    return found / scenario.economics.minor_units if money else found


def _check(scenario: Scenario, point: Mapping[str, Any]) -> None:
    try:
        varied(scenario, point)
    except (InputError, InputErrors) as error:
        first = error.errors[0] if isinstance(error, InputErrors) else error
        raise NotAskedError(f"{first.path} {first.found}; {first.expected}") from None


def _answerable(
    demonstration: Demonstration, scenario: Scenario
) -> tuple[tuple[Claim, ...], tuple[tuple[Claim, str], ...]]:
    kept, left_out = [], []
    for claim in demonstration.claims:
        dimension, values = group_of(claim)
        missing = [value for value in values if dimension == "segment" and value not in scenario.segment_names]
        if missing:
            left_out.append((claim, f"the scenario has no segment {missing[0]}"))
        elif claim.day > scenario.run.horizon_days:
            left_out.append((claim, f"day {claim.day} lies behind the horizon, day {scenario.run.horizon_days}"))
        else:
            kept.append(claim)
    return tuple(kept), tuple(left_out)
