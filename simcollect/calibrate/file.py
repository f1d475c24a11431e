"""Reads and checks calibration files: :mod:`simcollect.calibrate.written` says what stands in them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

from simcollect.calibrate.asked import Calibration, Setting, tree_of
from simcollect.calibrate.moments import READINGS
from simcollect.calibrate.targets import Target, read_targets
from simcollect.calibrate.written import Note, Observed, Parameter, Written, WrittenSetting
from simcollect.core.errors import InputError, InputErrors, closest
from simcollect.scenario import Scenario, load
from simcollect.scenario.faults import Faults
from simcollect.scenario.places import Layer, at_path
from simcollect.scenario.reading import read_document, scenario_path
from simcollect.scenario.variation import parsed, varied

FILES: Final = Path(__file__).parent / "files"
"""Calibration files, and their targets, that come with the package."""
EXAMPLES: Final = FILES / "examples"
"""Small ones that show a thing in minutes; no preset of the package rests on them."""


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
        Another target file in place of the one it names: a path, or the name of one among the packaged examples.
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
        written = faults.validated(Written, document, [Layer(path.name, (), document)])
        if written is None:
            raise InputErrors(faults.errors())
        return _checked(written, path, faults, _target_path(targets, path.parent / written.targets), changes or {})
    except InputError as error:
        raise InputErrors([error]) from None


def _path(source: str | Path) -> Path:
    path = Path(source)
    if path.suffix or len(path.parts) != 1:
        return path
    known = [*calibration_names(), *sorted(path.stem for path in EXAMPLES.glob("*.toml"))]
    if str(source) not in known:
        near = closest(str(source), known)
        raise InputError(
            "",
            f'calibration "{source}"',
            "is not known",
            f"Calibrations known by name: {', '.join(known)}; or give the path of a .toml file",
            f'Did you mean "{near}"?' if near else "",
        )
    return _packaged(f"{source}.toml")


def _target_path(asked: str | Path | None, written: Path) -> Path:
    """Return where the targets are: an example of that name where a bare name is no file."""
    if asked is None:
        return written
    path = Path(asked)
    example = EXAMPLES / f"{path.name}.csv"
    return example if len(path.parts) == 1 and not path.exists() and example.is_file() else path


def _packaged(file: str) -> Path:
    return EXAMPLES / file if (EXAMPLES / file).is_file() else FILES / file


def _checked(written: Written, path: Path, faults: Faults, targets: Path, changes: Mapping[str, Any]) -> Calibration:
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
    tree = tree_of(
        settings[0].scenario, {name: share for setting in settings for name, share in setting.reading.items()}
    )
    for position, parameter in enumerate(written.parameters):
        _check_place(tree, parameter, position, faults)
    places = [*written.held, *(parameter.place for parameter in written.parameters)]
    for place in {place for place in places if places.count(place) > 1}:
        faults.say(("parameters",), f'name "{place}" twice', "every place once")
    every = read_targets(targets)
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


def _observed(written: Written, faults: Faults) -> list[tuple[tuple[str | int, ...], Observed]]:
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
    base: Scenario, asked: Observed, at: tuple[str | int, ...], faults: Faults, changes: Mapping[str, Any]
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
    name = asked.name if isinstance(asked, WrittenSetting) else ""
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
