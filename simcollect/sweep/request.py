"""What a study was asked for, frozen: the resolved scenario, every point, and what each run is known by.

A run is known by its **content**: strategy, everything else of the scenario at the point (accounts, behaviour, staff,
prices, seed) and the sources of the model. Two points that describe the same run share it, so a strategy that a lever
does not touch is run once and not at every point.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property
from pathlib import Path
from typing import Any, Final

import simcollect
from simcollect.core.compiled import source_hash
from simcollect.core.errors import InputError, InputErrors
from simcollect.experiment.design import default_reference, known_strategy
from simcollect.experiment.manifest import libraries
from simcollect.outcomes.measures import HEADLINE
from simcollect.population import build
from simcollect.scenario import Scenario, digest
from simcollect.scenario.variation import varied
from simcollect.sweep.experiment import Experiment
from simcollect.sweep.points import Choice, Kind, Point, Range, Values, point_of, point_text, shown

REQUEST: Final = "request.json"
HOME: Final = "scenario_folder.txt"
"""Where this machine keeps the scenario's data files, as seen from the study's folder."""

_FORMAT: Final = "simcollect sweep 1"
_MODEL: Final = ("core", "behaviour", "stages", "scenario", "population", "engine", "outcomes", "experiment")
"""Rooms whose sources a run's outcomes depend on."""
_FAULTS_TOLD: Final = 10


@dataclass(frozen=True)
class Block:
    """Runs asked for together: every strategy and replication at some points.

    Attributes
    ----------
    points
        Numbers of the points.
    strategies
        Names.
    first, stop
        Replications first, first + 1 ... stop - 1.
    """

    points: tuple[int, ...]
    strategies: tuple[str, ...]
    first: int
    stop: int


@dataclass(frozen=True)
class Request:
    """Everything that a study's numbers depend on.

    Attributes
    ----------
    name, question, text
        Of the experiment; its file as read, "" where a program asked.
    document
        The scenario, resolved, as JSON text.
    levers, uncertainties
        Places with their values, in order; empty where a program chose the points.
    kind, design_seed
        Design.
    points
        As JSON text, each once; a point's number is its position.
    contents
        For each point and strategy the 32 hexadecimal digits its runs are known by.
    blocks
        What was asked for: one, and one more for each extension.
    reference, outcomes
        What tables show.
    precision, most
        Half-widths wanted and the replications to give up at; see :class:`~simcollect.sweep.experiment.Experiment`.
    made_by
        Model sources, libraries, digest of the first book: what must be the same wherever its runs are done.
    """

    name: str
    question: str
    text: str
    document: str
    levers: Mapping[str, Choice]
    uncertainties: Mapping[str, Choice]
    kind: Kind
    design_seed: int
    points: tuple[str, ...]
    contents: tuple[Mapping[str, str], ...]
    blocks: tuple[Block, ...]
    reference: str
    outcomes: tuple[str, ...]
    precision: Mapping[str, float]
    most: int
    made_by: Mapping[str, str]

    @cached_property
    def scenario(self) -> Scenario:
        """The scenario before it is varied."""
        return Scenario.model_validate_json(self.document)

    @property
    def strategies(self) -> tuple[str, ...]:
        """Names, in the order they were asked for."""
        return tuple(dict.fromkeys(name for block in self.blocks for name in block.strategies))

    @property
    def places(self) -> tuple[str, ...]:
        """Places that points give values to: levers, uncertainties, then others as they come."""
        named = [*self.levers, *self.uncertainties]
        others = (place for text in self.points for place in point_of(text))
        return tuple(dict.fromkeys([*named, *others]))

    @cached_property
    def digest(self) -> str:
        """64 hexadecimal digits of everything but the experiment's wording."""
        return hashlib.sha256(json.dumps({**self._as_json(), "text": "", "question": ""}).encode()).hexdigest()

    def differences(self, other: Request) -> list[str]:
        """Return what keeps the runs of two requests from standing in one folder, in words."""
        pairs = {
            "scenario": (digest(self.scenario), digest(other.scenario)),
            "seed": (self.scenario.run.seed, other.scenario.run.seed),
            **{name: (self.made_by[name], other.made_by.get(name)) for name in self.made_by},
        }
        return [name for name, (ours, theirs) in pairs.items() if ours != theirs]

    def extended(
        self, points: Sequence[Point], strategies: Sequence[str], first: int, stop: int, where: str
    ) -> Request:
        """Return the request with more asked for: points that are new are added behind those there.

        Raises
        ------
        InputErrors
            If a point makes no valid scenario.
        """
        texts, contents = list(self.points), [dict(known) for known in self.contents]
        numbers = {text: number for number, text in enumerate(texts)}
        for point in points:
            text = point_text(point)
            if text not in numbers:
                numbers[text] = len(texts)
                texts.append(text)
                contents.append({})
        asked = tuple(dict.fromkeys(numbers[point_text(point)] for point in points))
        lacking = [number for number in asked if not set(strategies) <= contents[number].keys()]
        found = _contents(self.scenario, [point_of(texts[number]) for number in lacking], strategies, where)
        for number, known in zip(lacking, found, strict=True):
            contents[number] |= known
        blocks = (*self.blocks, Block(asked, tuple(strategies), first, stop))
        return replace(self, points=tuple(texts), contents=tuple(contents), blocks=tuple(dict.fromkeys(blocks)))

    def write(self, folder: Path) -> None:
        """Write ``request.json``, all of it or nothing, and the experiment's file beside it as it was read."""
        home = self.scenario.folder
        try:
            home = os.path.relpath(home, folder)
        except ValueError:  # on another drive
            home = os.path.abspath(home)
        (folder / HOME).write_text(Path(home).as_posix() + "\n", encoding="utf-8")
        if self.text:
            (folder / "experiment.toml").write_text(self.text, encoding="utf-8")
        # Last, as it makes the folder a study: a kill before leaves none, a kill behind leaves all of it.
        text = json.dumps(self._as_json(), indent=1, ensure_ascii=False, allow_nan=False) + "\n"
        partial = folder / f".{REQUEST}.partial"
        partial.write_text(text, encoding="utf-8")
        partial.replace(folder / REQUEST)

    def _as_json(self) -> dict[str, Any]:
        return {
            "format": _FORMAT,
            "name": self.name,
            "question": self.question,
            "kind": self.kind,
            "design_seed": self.design_seed,
            "levers": {place: _written(choice) for place, choice in self.levers.items()},
            "uncertainties": {place: _written(choice) for place, choice in self.uncertainties.items()},
            "outcomes": list(self.outcomes),
            "reference": self.reference,
            "precision": dict(self.precision),
            "most": self.most,
            "made_by": dict(self.made_by),
            "blocks": [
                {"points": list(b.points), "strategies": list(b.strategies), "first": b.first, "stop": b.stop}
                for b in self.blocks
            ],
            "points": [
                {"values": json.loads(text), "contents": dict(known)}
                for text, known in zip(self.points, self.contents, strict=True)
            ],
            "text": self.text,
            # Where data files lie is this machine's affair and no part of what was asked.
            "scenario": {**json.loads(self.document), "folder": "."},
        }


def make_request(experiment: Experiment, where: str = "") -> Request:
    """Return the request of an experiment; every point is checked.

    Raises
    ------
    InputErrors
        If a point makes no valid scenario.
    """
    empty = empty_request(experiment.scenario, experiment.name)
    named = replace(
        empty,
        question=experiment.question,
        text=experiment.text,
        levers=experiment.levers,
        uncertainties=experiment.uncertainties,
        kind=experiment.kind,
        design_seed=experiment.design_seed,
        reference=experiment.reference or default_reference(experiment.strategies),
        outcomes=experiment.outcomes,
        precision=experiment.precision,
        most=experiment.most,
    )
    return named.extended(experiment.points(), experiment.strategies, 0, experiment.replications, where)


def empty_request(scenario: Scenario, name: str = "") -> Request:
    """Return the request for nothing yet of a scenario."""
    return Request(
        name=name or scenario.name,
        question="",
        text="",
        document=scenario.model_dump_json(),
        levers={},
        uncertainties={},
        kind="list",
        design_seed=0,
        points=(),
        contents=(),
        blocks=(),
        reference="",
        outcomes=HEADLINE,
        precision={},
        most=0,
        made_by=made_by(scenario),
    )


def made_by(scenario: Scenario) -> dict[str, str]:
    """Return what must be the same wherever runs of one study are done."""
    told = " ".join(f"{name} {number}" for name, number in sorted(libraries().items()))
    return {
        "simcollect": f"{simcollect.__version__} {_model_sources()}",
        "libraries": told,
        "accounts": build(scenario, scenario.run.seed, 0).digest(),
    }


def read_request(folder: Path | str) -> Request:
    """Return the request of a study's folder.

    Raises
    ------
    InputError
        If the folder holds no study, or one of another format.
    """
    path = Path(folder) / REQUEST
    expected, told = "Expected the folder of a sweep", "Start one with: simcollect sweep run EXPERIMENT --out FOLDER"
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise InputError("", f'folder "{folder}"', f"holds no {REQUEST}", expected, told) from None
    except (OSError, ValueError) as error:
        raise InputError("", f'"{path}"', f"cannot be read ({error})", expected, told) from None
    if not isinstance(content, dict) or content.get("format") != _FORMAT:
        found = content.get("format") if isinstance(content, dict) else None
        raise InputError("", f'"{path}"', f'has the format "{found}"', f'Expected "{_FORMAT}"', "Install its version")
    document = {**content["scenario"], "folder": _home(folder, content)}
    return Request(
        document=json.dumps(document),
        levers={place: _choice(written) for place, written in content["levers"].items()},
        uncertainties={place: _choice(written) for place, written in content["uncertainties"].items()},
        points=tuple(point_text(point_of(json.dumps(point["values"]))) for point in content["points"]),
        contents=tuple(point["contents"] for point in content["points"]),
        blocks=tuple(
            Block(tuple(b["points"]), tuple(b["strategies"]), b["first"], b["stop"]) for b in content["blocks"]
        ),
        outcomes=tuple(content["outcomes"]),
        **{
            name: content[name]
            for name in (
                "name", "question", "text", "kind", "design_seed", "reference", "precision", "most", "made_by"
            )
        },
    )  # fmt: skip


def _home(folder: Path | str, content: Mapping[str, Any]) -> str:
    told = Path(folder) / HOME
    return str((Path(folder) / told.read_text(encoding="utf-8").strip()).resolve()) if told.is_file() else "."


def _contents(
    scenario: Scenario, points: Sequence[Point], strategies: Sequence[str], where: str
) -> list[dict[str, str]]:
    """Return by what the runs of each point and strategy are known; a point that makes no valid scenario is told."""
    faults: dict[tuple[str, str], InputError] = {}
    found = []
    for number, point in enumerate(points):
        try:
            at_point = varied(scenario, point)
            for name in strategies:
                known_strategy(name, tuple(at_point.strategies))
        except (InputError, InputErrors) as error:
            for e in error.errors if isinstance(error, InputErrors) else (error,):
                place = f"point {number} ({shown(point)}): {e.path}"
                faults.setdefault((e.path, e.found), InputError(where, place, e.found, e.expected, e.suggestion))
            if len(faults) >= _FAULTS_TOLD:
                break
            continue
        found.append({name: content_of(at_point, name) for name in strategies})
    if faults:
        raise InputErrors(list(faults.values()))
    return found


def content_of(scenario: Scenario, strategy: str) -> str:
    """Return the 32 hexadecimal digits that the runs of a strategy are known by, whatever else the scenario holds.

    Beside the strategy, the accounts, the seed and every other number of the scenario, the model's sources are in it.
    """
    # Other strategies have no influence on its runs, nor has the number of replications that the scenario suggests.
    run = scenario.run.model_copy(update={"replications": 1})
    alone = scenario.model_copy(update={"strategies": {strategy: scenario.strategies[strategy]}, "run": run})
    return hashlib.sha256(f"{digest(alone)} {_model_sources()}".encode()).hexdigest()[:32]


@cache
def _model_sources() -> str:
    return source_hash(rooms=_MODEL)


def _written(choice: Choice) -> Any:
    if isinstance(choice, Values):
        return json.loads(point_text({"": choice.listed}))[""]
    return {"low": choice.low, "high": choice.high, "levels": choice.n_levels}


def _choice(written: Any) -> Choice:
    if isinstance(written, Mapping):
        return Range(written["low"], written["high"], written["levels"])
    return Values(tuple(point_of(json.dumps({"": written}))[""]))
