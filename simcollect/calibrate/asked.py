"""What a calibration asks, read and checked: settings to simulate, parameters to fit, targets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Final

from simcollect.calibrate.targets import Target
from simcollect.calibrate.written import Note, Parameter
from simcollect.scenario import Scenario
from simcollect.scenario.places import at_path
from simcollect.scenario.variation import as_document, parsed

READING: Final = "reading."
"""Begins the place of a parameter that says how the file behind the targets shows accounts: not of the scenario."""


@dataclass(frozen=True)
class Setting:
    """How some of the targets are observed.

    Attributes
    ----------
    name
        "" where a file has only one.
    scenario
        With the file's changes and strategies, and the setting's own.
    families, treatments
        What is read, and under which strategies.
    reading
        How the file behind the targets shows accounts; a parameter's value takes the place of the number here.
    replications
        Of each seed.
    """

    name: str
    scenario: Scenario
    families: tuple[str, ...]
    treatments: tuple[str, ...]
    reading: Mapping[str, float]
    replications: int
    seeds: tuple[int, ...]

    @property
    def runs(self) -> int:
        """Replications at every point tried."""
        return self.replications * len(self.seeds)

    def knows(self, place: str) -> bool:
        """Return whether a parameter is one of this setting: all are, but for numbers of another's reading."""
        return not place.startswith(READING) or place.removeprefix(READING) in self.reading


@dataclass(frozen=True)
class Calibration:
    """A calibration that can be run: files read and checked, the treatments put into the scenario.

    Attributes
    ----------
    file
        Name of the calibration file.
    settings
        One for each source of targets, all with the same parameters.
    held
        Numbers of the behaviour block that are the same in all settings and not fitted; they go into the preset.
    targets
        Those used, fitted and held out, by name.
    left_out
        Targets of the file that are not used, with the reason.
    """

    file: str
    title: str
    preset: str
    settings: tuple[Setting, ...]
    parameters: tuple[Parameter, ...]
    held: Mapping[str, float]
    targets: Mapping[str, Target]
    left_out: Mapping[str, tuple[Target, str]]
    reasons: tuple[Note, ...]
    starts: int
    iterations: int
    tolerance: float

    @property
    def scenario(self) -> Scenario:
        """The first setting's scenario."""
        return self.settings[0].scenario

    @property
    def families(self) -> tuple[str, ...]:
        """Families of all settings."""
        return tuple(dict.fromkeys(name for setting in self.settings for name in setting.families))

    @property
    def reading(self) -> Mapping[str, float]:
        """How the files behind the targets show accounts."""
        return {name: value for setting in self.settings for name, value in setting.reading.items()}

    @property
    def fitted(self) -> tuple[Target, ...]:
        """Targets that the parameters are fitted to."""
        return tuple(target for target in self.targets.values() if not target.held_out)

    @property
    def begin(self) -> tuple[float, ...]:
        """Where the first search starts: each parameter's start, or the scenario's value kept inside the bounds."""
        return tuple(_begin(self.tree, parameter) for parameter in self.parameters)

    @cached_property
    def tree(self) -> Mapping[str, Any]:
        """What places of parameters point into: the scenario as a document, and the reading."""
        return tree_of(self.scenario, self.reading)

    def reason(self, name: str) -> str:
        """Return why a target may be missed, "" where the file does not say."""
        return " ".join(note.reason for note in self.reasons if note.covers(name))

    def changed(self, **numbers: Any) -> Calibration:
        """Return the calibration with other numbers; ``replications`` and ``seeds`` hold in every setting."""
        own = {name: numbers.pop(name) for name in ("replications", "seeds") if name in numbers}
        return replace(self, settings=tuple(replace(setting, **own) for setting in self.settings), **numbers)

    def from_seed(self, seed: int) -> Calibration:
        """Return the calibration with seeds from this one on, as many as there are, no two settings the same."""
        numbered = []
        for setting in self.settings:
            numbered.append(replace(setting, seeds=tuple(range(seed, seed + len(setting.seeds)))))
            seed += len(setting.seeds)
        return replace(self, settings=tuple(numbered))


def tree_of(scenario: Scenario, reading: Mapping[str, float]) -> Mapping[str, Any]:
    """Return what places of parameters point into: a scenario as a document, and the numbers of a reading."""
    return {**as_document(scenario), READING.removesuffix("."): reading}


def _begin(tree: Mapping[str, Any], parameter: Parameter) -> float:
    if parameter.start is not None:
        return parameter.start
    found, _ = at_path(tree, parsed(parameter.place))
    value = float(found["value"] if isinstance(found, Mapping) else found)
    return min(max(value, parameter.low), parameter.high)
