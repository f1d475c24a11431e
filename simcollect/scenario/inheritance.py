"""Resolves which strategy inherits from which, and finds where a value was written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from simcollect.core.errors import InputError, closest
from simcollect.scenario.faults import Faults
from simcollect.scenario.packs import Pack, cited
from simcollect.scenario.places import Layer, Problem, at_path
from simcollect.scenario.presets import merge
from simcollect.scenario.rules import Rules, authority_problems
from simcollect.scenario.strategy import ROOT, Levers, Strategy, order_problems

_OWN = ("inherits", "description", "description_zh")
"""Fields that a strategy does not hand down."""


def chains(strategies: Mapping[str, Any], where: str) -> tuple[dict[str, list[str]], list[InputError]]:
    """Each strategy with its ancestors, nearest first, and what is wrong with the inheritance.

    Parameters
    ----------
    strategies : mapping
        Strategy name -> its table as written.
    where : str
        File name.

    Returns
    -------
    chains : dict
        Strategy name -> the strategy, its parent, its parent's parent ...; strategies with a broken line are left out.
    errors : list of InputError
        Unknown parents and cycles, each once.
    """
    found: dict[str, list[str]] = {}
    errors: dict[str, InputError] = {}
    for name in strategies:
        line = [name]
        while True:
            parent = _parent(strategies[line[-1]])
            if parent is None:
                found[name] = line
                break
            place = f"strategies.{line[-1]}.inherits"
            if parent in line:
                round_trip = line[line.index(parent) :]
                first = min(round_trip, key=list(strategies).index)
                errors.setdefault(f"strategies.{first}.inherits", _cycle(where, round_trip, first))
                break
            if parent not in strategies:
                errors.setdefault(place, _unknown_parent(where, place, parent, list(strategies)))
                break
            line.append(parent)
    return found, list(errors.values())


def resolve(strategies: Mapping[str, Any], line: list[str]) -> dict[str, Any]:
    """A strategy's table with everything it inherits; descriptions and ``inherits`` stay its own."""
    merged: dict[str, Any] = {}
    for name in reversed(line):
        handed_down = {key: value for key, value in merged.items() if key not in _OWN}
        merged = merge(handed_down, strategies[name])
    return merged


def layers(strategies: Mapping[str, Any], line: list[str], where: str, segment: str | None = None) -> list[Layer]:
    """The texts a strategy's value may come from, nearest first; a segment's overrides come before all else."""
    plain = [Layer(where, ("strategies", name), strategies[name]) for name in line]
    if segment is None:
        return plain
    own = []
    for name in line:
        overrides = strategies[name].get("segments")
        if isinstance(overrides, Mapping) and segment in overrides:
            own.append(Layer(where, ("strategies", name, "segments", segment), overrides[segment]))
    return own + plain


def _parent(table: Any) -> str | None:
    parent = table.get("inherits") if isinstance(table, Mapping) else None
    return parent if isinstance(parent, str) and parent != ROOT else None


def _cycle(where: str, line: list[str], first: str) -> InputError:
    turn = line[line.index(first) :] + line[: line.index(first)]
    return InputError(
        where,
        f"strategies.{first}.inherits",
        "goes round in a circle: " + " -> ".join([*turn, first]),
        "Expected a line of strategies that ends",
        f"Let one of them inherit from nothing, or from {ROOT!r}",
    )


def _unknown_parent(where: str, place: str, parent: str, known: list[str]) -> InputError:
    near = closest(parent, known)
    return InputError(
        where,
        place,
        f'is "{parent}", which is not a strategy of this file',
        "Strategies to inherit from: " + ", ".join([ROOT, *known]),
        f'Did you mean "{near}"?' if near else "Choose one of them",
    )


def read_strategies(
    written: Mapping[str, Any],
    rules: Rules | None,
    pack: Pack | None,
    segments: tuple[str, ...] | None,
    faults: Faults,
) -> dict[str, Strategy]:
    """Every strategy with inheritance and segments resolved; those with faults are left out.

    Parameters
    ----------
    written : mapping
        The block strategies as written.
    rules : Rules or None
        The rules that bound plans and offers; None where that block is itself wrong.
    pack : Pack or None
        The pack that the rules start from, for messages.
    segments : tuple of str or None
        The portfolio's segments; None where that block is itself wrong.
    faults : Faults
        What is wrong is added here.
    """
    tables: dict[str, Mapping[str, Any]] = {}
    for name, table in written.items():
        if name == ROOT:
            faults.say(("strategies", name), "is the name of the built-in root", "another name", "Rename the strategy")
        elif not isinstance(table, Mapping):
            faults.no_table(("strategies", name), table)
        else:
            tables[name] = table
    lines, broken = chains(tables, faults.where)
    for fault in broken:
        faults.add(fault)
    reader = _Reader(tables, rules, pack, segments, faults)
    read = {name: reader.strategy(line) for name, line in lines.items()}
    return {name: strategy for name, strategy in read.items() if strategy is not None}


@dataclass(frozen=True)
class _Reader:
    """Resolves and checks one strategy after the other."""

    tables: Mapping[str, Mapping[str, Any]]
    rules: Rules | None
    pack: Pack | None
    segments: tuple[str, ...] | None
    faults: Faults

    def strategy(self, line: list[str]) -> Strategy | None:
        """The strategy at the head of a line of ancestors; None where it is wrong."""
        content = resolve(self.tables, line)
        overrides = content.pop("segments", {})
        places = layers(self.tables, line, self.faults.where)
        strategy = self.faults.validated(Strategy, content, places)
        known = self._inherited_problems(line)
        if strategy is not None:
            self._report(strategy, known, places[0])
            known |= set(self._problems(strategy))
        if not isinstance(overrides, Mapping):
            self.faults.no_table((*places[0].at, "segments"), overrides)
            return None
        base = {key: value for key, value in content.items() if key in Levers.model_fields}
        by_segment: dict[str, Levers] = {}
        for segment, override in overrides.items():
            levers = self._segment(line, segment, base, override)
            if levers is not None and strategy is not None:
                by_segment[segment] = levers
                self._report(levers, known, layers(self.tables, line, self.faults.where, segment)[0])
        return strategy.model_copy(update={"segments": by_segment}) if strategy is not None else None

    def _segment(self, line: list[str], segment: str, base: Mapping[str, Any], override: Any) -> Levers | None:
        """One segment's levers: the strategy's own with the segment's overrides on top."""
        places = layers(self.tables, line, self.faults.where, segment)
        if self.segments is not None and segment not in self.segments:
            near = closest(segment, self.segments)
            self.faults.say(
                places[0].at,
                "is not a segment of the portfolio",
                "one of " + ", ".join(self.segments),
                f'Did you mean "{near}"?' if near else "Add it to portfolio.segments.names",
            )
            return None
        if not isinstance(override, Mapping):
            self.faults.no_table(places[0].at, override)
            return None
        if "work" in override:
            self.faults.say(
                (*places[0].at, "work"),
                "is given",
                "no table work in a segment: one list, in one order, serves all segments of a pool",
                f"Set strategies.{line[0]}.work, or write a strategy of its own",
            )
            return None
        return self.faults.validated(Levers, merge(base, override), places)

    def _report(self, levers: Levers, known: set[Problem], layer: Layer) -> None:
        """Report what is wrong with the levers, but not again what the parent's text already has wrong."""
        told = {problem.path for problem in known if at_path(layer.raw, problem.path)[1] < len(problem.path)}
        found = (problem for problem in self._problems(levers) if problem not in known and problem.path not in told)
        self.faults.report(found, layer)

    def _problems(self, levers: Levers) -> list[Problem]:
        rules = self.rules
        if rules is None:
            return list(order_problems(levers))
        bounds = authority_problems(levers, rules, lambda field: cited(field, rules, self.pack))
        return [*order_problems(levers), *bounds]

    def _inherited_problems(self, line: list[str]) -> set[Problem]:
        """What is already wrong with the parent, so that it is reported once."""
        if len(line) == 1:
            return set()
        content = resolve(self.tables, line[1:])
        content.pop("segments", None)
        try:
            return set(self._problems(Strategy.model_validate(content)))
        except ValidationError:
            return set()
