"""A calibration file: which parameters of which scenario are fitted to which targets, under which treatment.

.. code-block:: toml

    title = "Card accounts of a Taiwanese bank, 2005"
    preset = "cards_mine"                    # name of the behaviour preset that is written
    scenario = "cards_taiwan"                # a name, or a path beside this file
    families = ["payments"]                  # what is read off the logs (simcollect.calibrate.moments)
    targets = "cards_mine.csv"               # beside this file
    replications = 4
    seeds = [20050401]

    [changes]                                # of the scenario, by place
    "portfolio.n_stock" = 1000

    [strategies.bank_2005]                   # what was done to the accounts behind the data
    description = "Reminders and calls, as a bank of the time would."
    early = { enter_dpd = 1, steps = [{ action = "sms", day = 3 }] }

    [reading]                                # how the file behind the data shows accounts; families say what they know
    re_aged_share = 0.2

    [[parameters]]                           # of the scenario, or of the reading ("reading.re_aged_share")
    place = "behaviour.payment.base_rate_per_day"
    low = 0.01
    high = 0.5
    scale = "log"

Where the targets come from several sources, each has a setting of its own, with the same parameters. Changes outside
hold in all of them:

.. code-block:: toml

    [[settings]]
    name = "bank"
    families = ["cards"]
    replications = 4
    seeds = [20050401]

    [settings.strategies.bank_2005]
    description = "Reminders and calls, as a bank of the time would."

    [[settings]]
    name = "messages"
    families = ["contact_effects"]
    changes = { "run.horizon_days" = 61 }
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Final, TypeAlias

from pydantic import Field, model_validator

from simcollect.calibrate.moments import READINGS
from simcollect.calibrate.targets import Target, read_targets
from simcollect.core.errors import InputError, InputErrors, closest
from simcollect.scenario import Scenario, load
from simcollect.scenario.faults import Faults
from simcollect.scenario.kinds import Document, Kind, Name, Positive, Share, Text, teach
from simcollect.scenario.places import Layer, at_path
from simcollect.scenario.reading import read_document, scenario_path
from simcollect.scenario.variation import as_document, parsed, varied
from simcollect.stats.scales import Scale

FILES: Final = Path(__file__).parent / "files"
"""Calibration files, and their targets, that come with the package."""

READING: Final = "reading."
"""Begins the place of a parameter that says how the file behind the targets shows accounts: not of the scenario."""

Seed: TypeAlias = Annotated[int, Field(ge=0, lt=2**63), Kind("count", "a whole number from 0")]


class Parameter(Document):
    """A number of the scenario that is fitted."""

    place: Name = Field(description="Place within the scenario, such as behaviour.payment.base_rate_per_day.")
    low: float = Field(description="Lowest value tried, natural unit.")
    high: float = Field(description="Highest value tried.")
    scale: Scale = Field("linear", description="Scale of the search: log, logit or linear.")
    start: float | None = Field(
        None, description="Where the first search starts; the scenario's own value if left out."
    )

    @model_validator(mode="after")
    def _hangs_together(self) -> Parameter:
        if not self.low < self.high:
            raise teach("low below high", at="low")
        if self.scale == "log" and self.low <= 0:
            raise teach("a value above 0, because the scale is log", at="low")
        if self.scale == "logit" and not 0 < self.low < self.high < 1:
            raise teach("values strictly between 0 and 1, because the scale is logit", at="low")
        if self.start is not None and not self.low <= self.start <= self.high:
            raise teach("a value from low to high", at="start")
        return self


class Note(Document):
    """What is to be said of some targets."""

    targets: tuple[Name, ...] = Field(description='Names of targets; "tw.code2.*" stands for all that begin so.')
    reason: Text = Field(description="A sentence.")

    def covers(self, name: str) -> bool:
        """Return whether a target is meant."""
        return any(name.startswith(t[:-1]) if t.endswith("*") else name == t for t in self.targets)


class _Observed(Document):
    """How some targets are observed: what is simulated, under which treatment, and what is read off it."""

    families: tuple[Name, ...] = Field((), description="Moment families: what is read off the logs.")
    changes: dict[str, Any] = Field({}, description="Changes of the scenario by place.")
    reading: dict[str, Share] = Field(
        {}, description="How the file behind the targets shows accounts: shares that the families know by name."
    )
    strategies: dict[str, dict[str, Any]] = Field({}, description="Strategies written here, as in a scenario file.")
    treatments: tuple[Name, ...] = Field((), description="Strategies that are simulated; those written here if empty.")
    replications: Positive = Field(4, description="Replications of each seed.")
    seeds: tuple[Seed, ...] = Field((20261123,), description="Seeds; all are simulated at once at every point tried.")


class _Setting(_Observed):
    name: Name = Field(description="What the setting is called.")


class _Written(_Observed):
    """A calibration file as it is written."""

    title: Text = Field(description="What is calibrated to what, in a line.")
    preset: Name = Field(description="Name of the behaviour preset that the result is written as.")
    scenario: Name = Field(description="Name or path of the scenario.")
    targets: Name = Field(description="Path of the target file.")
    settings: tuple[_Setting, ...] = Field((), description="One for each source of targets, where there are several.")
    parameters: tuple[Parameter, ...] = Field(description="What is fitted.")
    held: dict[str, float] = Field(
        {}, description="Numbers of the behaviour block, by place, that the targets do not tell: held at these values."
    )
    excluded: tuple[Note, ...] = Field((), description="Targets that are not used, and why.")
    reasons: tuple[Note, ...] = Field((), description="Why targets may be missed; told only when they are.")
    starts: Positive = Field(2, description="Points from which the search starts.")
    iterations: Positive = Field(12, description="Steps of a search at most.")
    tolerance: Annotated[float, Field(gt=0, lt=1)] = Field(
        0.10, description="A target also counts as met when the model is this close, relative."
    )


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
        return _tree(self.scenario, self.reading)

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


def calibration_names() -> list[str]:
    """Names of the calibration files that come with the package, sorted."""
    return sorted(path.stem for path in FILES.glob("*.toml"))


def read_calibration(
    source: str | Path, *, targets: str | Path | None = None, changes: Mapping[str, Any] | None = None
) -> Calibration:
    """Return a calibration file, read and checked.

    Parameters
    ----------
    source
        Path of a calibration file, or the name of one that comes with the package.
    targets
        Another target file in place of the one it names.
    changes
        More changes of the scenario, over the file's own.

    Raises
    ------
    InputErrors
        Every fault found.
    """
    try:
        path = _path(source)
        document = read_document(path)
        faults = Faults(path.name)
        written = faults.validated(_Written, document, [Layer(path.name, (), document)])
        if written is None:
            raise InputErrors(faults.errors())
        return _checked(written, path, faults, targets, changes or {})
    except InputError as error:
        raise InputErrors([error]) from None


def _path(source: str | Path) -> Path:
    path = Path(source)
    if path.suffix or len(path.parts) != 1:
        return path
    known = calibration_names()
    if str(source) not in known:
        near = closest(str(source), known)
        raise InputError(
            "",
            f'calibration "{source}"',
            "is not known",
            f"Calibrations known by name: {', '.join(known)}; or give the path of a .toml file",
            f'Did you mean "{near}"?' if near else "",
        )
    return FILES / f"{source}.toml"


def _checked(
    written: _Written, path: Path, faults: Faults, targets: str | Path | None, changes: Mapping[str, Any]
) -> Calibration:
    beside = path.parent / written.scenario
    base = load(beside if beside.is_file() else scenario_path(written.scenario))
    for place in written.held:
        if not place.startswith("behaviour."):
            faults.say(("held", place), "is no behaviour", "a place in the behaviour block", "Write it in [changes]")
    if len(faults):
        raise InputErrors(faults.errors())
    settings = [
        _setting(base, asked, at, faults, {**written.changes, **written.held, **asked.changes, **changes})
        for at, asked in _observed(written, faults)
    ]
    if not written.parameters:
        faults.say(("parameters",), "is empty", "at least one")
    tree = _tree(settings[0].scenario, {name: share for setting in settings for name, share in setting.reading.items()})
    for position, parameter in enumerate(written.parameters):
        _check_place(tree, parameter, position, faults)
    places = [*written.held, *(parameter.place for parameter in written.parameters)]
    for place in {place for place in places if places.count(place) > 1}:
        faults.say(("parameters",), f'name "{place}" twice', "every place once")
    every = read_targets(Path(targets) if targets is not None else path.parent / written.targets)
    used, left_out = _roles(every.values(), written.excluded)
    fitted = [target for target in used.values() if not target.held_out]
    if len(fitted) < len(written.parameters):
        faults.say(
            ("parameters",),
            f"are {len(written.parameters)}, fitted to {len(fitted)} targets",
            "fewer parameters than targets",
            "Fit fewer, or give more targets",
        )
    if len(faults):
        raise InputErrors(faults.errors())
    return Calibration(
        path.name,
        written.title,
        written.preset,
        tuple(settings),
        written.parameters,
        written.held,
        used,
        left_out,
        written.reasons,
        written.starts,
        written.iterations,
        written.tolerance,
    )


def _observed(written: _Written, faults: Faults) -> list[tuple[tuple[str | int, ...], _Observed]]:
    """Return the settings with their places in the file: those that it lists, or the file itself as the only one."""
    if not written.settings:
        return [((), written)]
    for field in ("families", "reading", "strategies", "treatments"):
        if getattr(written, field):
            faults.say((field,), "stands beside [[settings]]", "it in a setting", f"Write it as settings.{field}")
    names = [setting.name for setting in written.settings]
    for position, name in enumerate(names):
        if name in names[:position]:
            faults.say(("settings", position, "name"), f'is "{name}" again', "a name of its own")
    return [(("settings", position), setting) for position, setting in enumerate(written.settings)]


def _setting(
    base: Scenario, asked: _Observed, at: tuple[str | int, ...], faults: Faults, changes: Mapping[str, Any]
) -> Setting:
    added = {f"strategies.{name}": table for name, table in asked.strategies.items()}
    scenario = varied(base, {**changes, **added})
    treatments = asked.treatments or tuple(asked.strategies)
    if not treatments:
        faults.say((*at, "treatments"), "is empty", "the strategies behind the data", "Write [strategies.NAME]")
    for name in treatments:
        if name not in scenario.strategies:
            faults.unknown((*at, "treatments", name), list(scenario.strategies), "strategy")
    for field in ("families", "seeds"):
        if not getattr(asked, field):
            faults.say((*at, field), "is empty", "at least one")
    if asked.replications * len(asked.seeds) < 2:
        faults.say((*at, "replications"), "make one replication in all", "two or more, or moments have no error")
    for name in asked.reading:
        known = [name for family in asked.families for name in READINGS.get(family, ())]
        if name not in known and not any(":" in family for family in asked.families):
            faults.unknown((*at, "reading", name), known, "number of a reading")
    name = asked.name if isinstance(asked, _Setting) else ""
    return Setting(name, scenario, asked.families, treatments, asked.reading, asked.replications, asked.seeds)


def _roles(
    every: Iterable[Target], excluded: tuple[Note, ...]
) -> tuple[dict[str, Target], dict[str, tuple[Target, str]]]:
    used: dict[str, Target] = {}
    left_out: dict[str, tuple[Target, str]] = {}
    for target in every:
        why = next((note.reason for note in excluded if note.covers(target.name)), None)
        if why is None:
            used[target.name] = target
        else:
            left_out[target.name] = (target, why)
    return used, left_out


def _check_place(tree: Mapping[str, Any], parameter: Parameter, position: int, faults: Faults) -> None:
    at = ("parameters", position)
    try:
        place = parsed(parameter.place)
    except InputError as error:
        faults.say((*at, "place"), error.found, error.expected.removeprefix("Expected "))
        return
    found, depth = at_path(tree, place)
    if depth < len(place):
        known = [str(key) for key in found] if isinstance(found, Mapping) else []
        faults.unknown((*at, "place", *place[: depth + 1]), known, "place")
    elif isinstance(found, Mapping) and "range" in found:
        low, high = found["range"]
        for name, value in (("low", parameter.low), ("high", parameter.high)):
            if not low <= value <= high:
                faults.say((*at, name), f"is {value:g}", f"a value in the number's own range, {low:g} to {high:g}")
    elif isinstance(found, bool) or not isinstance(found, int | float):
        faults.say((*at, "place"), f'is "{parameter.place}"', "the place of one number")


def _tree(scenario: Scenario, reading: Mapping[str, float]) -> Mapping[str, Any]:
    return {**as_document(scenario), READING.removesuffix("."): reading}


def _begin(tree: Mapping[str, Any], parameter: Parameter) -> float:
    if parameter.start is not None:
        return parameter.start
    found, _ = at_path(tree, parsed(parameter.place))
    value = float(found["value"] if isinstance(found, Mapping) else found)
    return min(max(value, parameter.low), parameter.high)
