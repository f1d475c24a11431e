"""What is not known about borrowers and prices, as numbers that an analysis can move: one at a time, or all at once.

Without an experiment file these are the numbers that ``compare --uncertainty`` draws (:mod:`simcollect.uncertainty`):
what is assumed, each with its range and a triangular distribution, and what is calibrated, with the ensemble of its
calibration. With one they are the uncertainties that the file names, all values of a range alike.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from functools import cached_property
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy.stats import qmc

from simcollect.core.errors import InputError
from simcollect.scenario import Scenario
from simcollect.scenario.places import at_path
from simcollect.scenario.variation import as_document, parsed
from simcollect.stats.scales import Scale, from_scale, to_scale
from simcollect.sweep.points import Choice, Point, Range
from simcollect.uncertainty.assumptions import Assumption, assumptions_of, drawn_values, mixes_of, prices_of
from simcollect.uncertainty.ensemble import Ensemble, read_ensemble

Numbers = NDArray[np.float64]

_ENSEMBLE: Final = "calibrated numbers together"
_ENSEMBLE_DRAWS: Final = 1024
_ERRORS: Final = 1.959963984540054  # standard errors to each side of a calibrated number: 95 %
_DIGITS: Final = 8


@dataclass(frozen=True)
class Unknown:
    """A number, or numbers that move together, of which only a range is known.

    Attributes
    ----------
    name
        Its place in the scenario, or what its places have in common.
    group
        Table that it belongs to.
    rule
        Where its range comes from: "plausible", "range", "half to double", "95 % of the calibration" or "experiment".
    low, value, high
        Ends and stated value: of several numbers the first one's, of a borrower cell its weight (stated 1).
    scale
        On which a position, from 0 (low) to 1 (high), is a straight line.
    stated
        Position of the stated value; it may lie outside a range that an experiment file gives.
    is_triangular
        Whether values near the stated one are likelier; otherwise all positions are alike.
    is_whole
        Whether it takes whole numbers only.
    """

    name: str
    group: str
    rule: str
    low: float
    value: float
    high: float
    scale: Scale
    stated: float
    is_triangular: bool
    is_whole: bool = False

    def at(self, position: float) -> float:
        """Return the value at a position."""
        if self.is_whole:
            return min(math.floor(self.low + position * (self.high - self.low + 1)), self.high)
        ends = (to_scale(self.low, self.scale), to_scale(self.high, self.scale))
        return float(f"{from_scale(ends[0] + position * (ends[1] - ends[0]), self.scale):.{_DIGITS}g}")

    def share_below(self, position: float) -> float:
        """Return the probability of a value below that at a position."""
        if not self.is_triangular:
            return position
        if position <= self.stated:
            return position * position / self.stated if self.stated > 0.0 else 0.0
        return 1.0 - (1.0 - position) ** 2 / (1.0 - self.stated)


@dataclass(frozen=True)
class Worlds:
    """Points at which every unknown has a value.

    Attributes
    ----------
    points
        Values by place, m of them.
    coordinates
        Position of each unknown that has one in each world, shape [m, k].
    unknowns
        k of them.
    """

    points: tuple[Point, ...]
    coordinates: Numbers
    unknowns: tuple[Unknown, ...]


@dataclass(frozen=True)
class Unknowns:
    """All unknowns of a scenario.

    Attributes
    ----------
    scenario
        At its stated values.
    assumptions
        What is assumed; empty where an experiment file names the uncertainties.
    ensemble
        What is calibrated; None without one.
    ranges
        Of the experiment file, by place.
    chosen
        Names that are moved; all others stay as stated.
    """

    scenario: Scenario
    assumptions: tuple[Assumption, ...]
    ensemble: Ensemble | None
    ranges: Mapping[str, Range]
    chosen: frozenset[str]

    @cached_property
    def each(self) -> tuple[Unknown, ...]:
        """The unknowns that are moved, each by itself."""
        found = [*map(_of_assumption, self.assumptions), *self._calibrated(), *self._of_file()]
        return tuple(one for one in found if one.name in self.chosen)

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """What a joint design draws: every assumption and range, and one draw of the calibrated numbers together."""
        names = [one.name for one in self.each if self.ensemble is None or one.name not in self.ensemble.places]
        has_calibrated = self.ensemble is not None and any(place in self.chosen for place in self.ensemble.places)
        return (*names, _ENSEMBLE) if has_calibrated else tuple(names)

    def groups(self) -> dict[str, list[int]]:
        """Return the columns of each group, groups in order."""
        group = {one.name: one.group for one in self.each} | {_ENSEMBLE: _ENSEMBLE}
        found: dict[str, list[int]] = {}
        for column, name in enumerate(self.columns):
            found.setdefault(group[name], []).append(column)
        return found

    def only(self, patterns: Sequence[str]) -> Unknowns:
        """Return those whose name or group fits one of the patterns (``behaviour.contact*``).

        Raises
        ------
        InputError
            If a pattern fits none.
        """
        chosen: set[str] = set()
        for pattern in patterns:
            fits = [one.name for one in self.each if _fits(one, pattern)]
            if not fits:
                near = InputError.unknown("", pattern, [one.name for one in self.each], "assumption").suggestion
                groups = ", ".join(sorted({one.group for one in self.each}))
                raise InputError(
                    "", f'assumption "{pattern}"', "fits nothing that is assumed", f"Expected one of: {groups}", near
                )
            chosen.update(fits)
        return replace(self, chosen=frozenset(chosen))

    def moved(self, unknown: Unknown, position: float) -> Point:
        """Return the point at which one unknown has moved and all others are as stated."""
        if self.ensemble is not None and unknown.name in self.ensemble.places:
            return {unknown.name: unknown.at(position)}
        if unknown.name in self.ranges:
            return {unknown.name: unknown.at(position)}
        mine = next(one for one in self.assumptions if one.name == unknown.name)
        # Weights of borrower cells are brought to 1 together, so the others of them are told too, as they are stated.
        told = [one for one in self.assumptions if one.is_weight] if mine.is_weight else [mine]
        shares = np.array([_of_assumption(one).stated for one in told])
        shares[told.index(mine)] = unknown.share_below(position)
        return drawn_values(told, shares, mixes_of(self.scenario), prices_of(self.scenario))

    def points(self, shares: Numbers) -> list[Point]:
        """Return the points of shares in [0, 1) of every column's distribution, shape [m, columns]."""
        drawn = [one for one in self.assumptions if one.name in self.chosen]
        column = {name: place for place, name in enumerate(self.columns)}
        mine = [column[one.name] for one in drawn]
        by_name = {one.name: one for one in self.each}
        mixes, prices = mixes_of(self.scenario), prices_of(self.scenario)
        # A weight of borrower cells that stays as stated takes part in bringing all to 1.
        rest = [one for one in self.assumptions if one.is_weight and one.name not in self.chosen]
        rest = rest if any(one.is_weight for one in drawn) else []
        stated = np.array([_of_assumption(one).stated for one in rest])
        found: list[Point] = []
        for row in shares:
            calibrated = self._calibrated_at(row[column[_ENSEMBLE]]) if _ENSEMBLE in column else {}
            known = {
                band: {c: calibrated.get(_cell(band, c), s) for c, s in mix.items()} for band, mix in mixes.items()
            }
            told = drawn_values([*drawn, *rest], np.concatenate([row[mine], stated]), known, prices)
            ranged = {place: by_name[place].at(float(row[column[place]])) for place in self.ranges if place in column}
            found.append({**calibrated, **told, **ranged})
        return found

    def worlds(self, n: int, seed: int) -> Worlds:
        """Return n worlds: a Latin hypercube over every column."""
        shares = qmc.LatinHypercube(len(self.columns), rng=np.random.default_rng([seed, n])).random(n)
        points = self.points(shares)
        columns = []
        for one in self.each:
            if one.name in self.columns:
                columns.append([_position(one, share) for share in shares[:, self.columns.index(one.name)]])
            else:
                ends = (to_scale(one.low, one.scale), to_scale(one.high, one.scale))
                values = [to_scale(point[one.name], one.scale) for point in points]
                columns.append([(value - ends[0]) / (ends[1] - ends[0]) for value in values])
        return Worlds(tuple(points), np.array(columns).T, self.each)

    @cached_property
    def _draws(self) -> Numbers:
        assert self.ensemble is not None
        return self.ensemble.draws(_ENSEMBLE_DRAWS, self.scenario.run.seed)

    def _calibrated_at(self, share: float) -> dict[str, float]:
        assert self.ensemble is not None
        values = self._draws[int(share * _ENSEMBLE_DRAWS)]
        return {
            place: min(max(float(f"{value:.{_DIGITS}g}"), low), high)
            for place, value, (low, high) in zip(self.ensemble.places, values, self.ensemble.ranges, strict=True)
            if place in self.chosen
        }

    def _calibrated(self) -> list[Unknown]:
        if self.ensemble is None:
            return []
        of = self.ensemble
        found = []
        for number, (place, scale, (lowest, highest)) in enumerate(zip(of.places, of.scales, of.ranges, strict=True)):
            at, step = to_scale(float(of.estimates[number]), scale), _ERRORS * float(of.standard_errors[number])
            low, high = max(from_scale(at - step, scale), lowest), min(from_scale(at + step, scale), highest)
            if not low < high:
                continue
            ends = (to_scale(low, scale), to_scale(high, scale))
            stated = (at - ends[0]) / (ends[1] - ends[0])
            group = place.rpartition(".")[0]
            value = float(of.estimates[number])
            found.append(Unknown(place, group, "95 % of the calibration", low, value, high, scale, stated, True))
        return found

    def _of_file(self) -> list[Unknown]:
        tree = as_document(self.scenario)
        found = []
        for place, ends in self.ranges.items():
            value = _number_at(tree, place)
            stated = min(max((value - ends.low) / (ends.high - ends.low), 0.0), 1.0)
            group = place.rpartition(".")[0]
            low, high = float(ends.low), float(ends.high)
            found.append(Unknown(place, group, "experiment", low, value, high, "linear", stated, False, ends.is_whole))
        return found


def unknowns_of(scenario: Scenario, uncertainties: Mapping[str, Choice] | None = None) -> Unknowns:
    """Return what is not known: of an experiment's uncertainties where there are any, else of the scenario itself.

    Raises
    ------
    InputError
        If an uncertainty is a list of values, or nothing is unknown.
    """
    if uncertainties:
        ranges: dict[str, Range] = {}
        for place, choice in uncertainties.items():
            if not isinstance(choice, Range):
                expected = 'Expected a range: { low = ..., high = ... } or "range"'
                raise InputError("", f"uncertainties.{place}", "lists values", expected)
            ranges[place] = choice
        found = Unknowns(scenario, (), None, ranges, frozenset(ranges))
    else:
        ensemble = read_ensemble(scenario)
        assumptions = assumptions_of(scenario, () if ensemble is None else ensemble.places)
        names = {one.name for one in assumptions} | set(() if ensemble is None else ensemble.places)
        found = Unknowns(scenario, assumptions, ensemble, {}, frozenset(names))
    if not found.each:
        expected = "Expected numbers that are assumed or calibrated, or [uncertainties] in an experiment file"
        raise InputError("", "uncertainty", "has nothing to move", expected)
    return found


def _of_assumption(one: Assumption) -> Unknown:
    member = one.members[0]
    ends = (to_scale(member.low, member.scale), to_scale(member.high, member.scale))
    stated = (to_scale(member.value, member.scale) - ends[0]) / (ends[1] - ends[0])
    return Unknown(one.name, one.group, one.rule, member.low, member.value, member.high, member.scale, stated, True)


def _position(unknown: Unknown, share: float) -> float:
    """Return the position below which the value lies with a probability; the opposite of ``share_below``."""
    if not unknown.is_triangular:
        return share
    if share <= unknown.stated:
        return math.sqrt(share * unknown.stated)
    return 1.0 - math.sqrt((1.0 - share) * (1.0 - unknown.stated))


def _fits(unknown: Unknown, pattern: str) -> bool:
    names = (unknown.name, unknown.group, unknown.name.partition(".")[2])
    return any(fnmatchcase(name, pattern) for name in names)


def _cell(band: str, cell: str) -> str:
    return f"behaviour.cell_mix.{band}.{cell}"


def _number_at(tree: Mapping[str, Any], place: str) -> float:
    path = parsed(place)
    found, depth = at_path(tree, path)
    if isinstance(found, Mapping) and "value" in found:
        found = found["value"]
    if depth < len(path) or isinstance(found, bool) or not isinstance(found, int | float):
        raise InputError("", f"uncertainties.{place}", "is no number in the scenario", "Expected a place of a number")
    return float(found)
