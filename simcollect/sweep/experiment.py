"""What a user writes: an experiment file, read and checked, every fault told at once.

.. code-block:: toml

    question = "At what day should legal escalation start, given N legal officers?"
    scenario = "cards_taiwan"            # a name, a path beside this file, or a table as in a scenario file
    strategies = ["balanced"]
    outcomes = ["net_recovery_share"]
    seed = 7

    [levers]
    "strategies.balanced.late.enter_dpd" = [60, 90, 120]
    "capacity.pools.legal_officers.headcount" = { low = 1, high = 3, levels = 3 }

    [uncertainties]
    "behaviour.contact.fatigue_rate" = "range"   # the range that the scenario itself states for the number

    [design]
    kind = "grid"                        # grid, list, latin_hypercube or sobol

    [run]
    replications = 20
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, cast

from simcollect.core.errors import InputError, InputErrors, closest, plural
from simcollect.experiment.measure import ALL_MEASURES
from simcollect.outcomes.measures import HEADLINE
from simcollect.scenario import Scenario, load, read_document
from simcollect.scenario.places import dotted, shown
from simcollect.scenario.run import MAX_SEED
from simcollect.sweep.choices import flat, read_choices
from simcollect.sweep.faults import Faults
from simcollect.sweep.points import DRAWN, KINDS, Choice, Kind, Point, Values, distinct, drawn, grid, in_parallel

FIELDS: Final = (
    "question",
    "scenario",
    "strategies",
    "reference",
    "outcomes",
    "seed",
    "levers",
    "uncertainties",
    "design",
    "run",
    "answer",
)
_DESIGN: Final = ("kind", "n", "seed")
_RUN: Final = ("replications", "precision", "most")
_FIRST_REPLICATIONS: Final = 10  # before a width is believed: of fewer, a spread that happens to be small ends too much
_MOST_REPLICATIONS: Final = 200
_MOST_POINTS: Final = 1_000_000


@dataclass(frozen=True)
class Experiment:
    """An experiment as its file describes it.

    Attributes
    ----------
    name
        Of the file; of its folder where the file is called ``experiment.toml``.
    text
        The file as read.
    question
        In the user's words, may be empty.
    scenario
        Resolved, with the experiment's seed.
    strategies, reference
        Names in the order they are reported; the one that differences are taken to ("" with one strategy).
    outcomes
        What summaries show; every outcome is kept.
    levers, uncertainties
        Places with the values they take.
    kind, n, design_seed
        Design; number of points of a drawn one, else 0; seed of the draws.
    replications
        Of every point and strategy; with ``precision`` the first ones.
    precision
        Half-width of the 95 % interval of an outcome's mean that is wanted at every point, in the outcome's unit.
    most
        Replications at which a point is given up as not precise enough.
    answers
        The tables ``[[answer]]`` as written: what is to be said about the runs, for :mod:`simcollect.answers`.
    """

    name: str
    text: str
    question: str
    scenario: Scenario
    strategies: tuple[str, ...]
    reference: str
    outcomes: tuple[str, ...]
    levers: Mapping[str, Choice]
    uncertainties: Mapping[str, Choice]
    kind: Kind
    n: int
    design_seed: int
    replications: int
    precision: Mapping[str, float]
    most: int
    answers: tuple[Mapping[str, Any], ...] = ()

    def points(self, n: int | None = None, n_before: int = 0) -> list[Point]:
        """Return the design's points, each once; of a drawn design n (its own number when None) behind ``n_before``."""
        choices = {**self.levers, **self.uncertainties}
        if not choices:
            return [{}]
        if self.kind == "grid":
            return distinct(grid(choices))
        if self.kind == "list":
            return distinct(in_parallel({place: cast(Values, choice) for place, choice in choices.items()}))
        return drawn(self.kind, choices, self.n if n is None else n, self.design_seed, n_before)


def read_experiment(path: Path | str) -> Experiment:
    """Return the experiment of a file, or of a folder's ``experiment.toml``.

    Raises
    ------
    InputErrors
        Every fault: file, place, what was found, what was expected, what to do. Whether the points themselves make
        valid scenarios is checked before anything runs, by :func:`simcollect.sweep.request.make_request`.
    """
    file, document = read_experiment_document(path)
    return experiment_of(document, file)


def read_experiment_document(path: Path | str) -> tuple[Path, Mapping[str, Any]]:
    """Return an experiment's file and its tables, nothing checked yet.

    Raises
    ------
    InputErrors
        If the file cannot be read as TOML.
    """
    file = Path(path)
    if file.is_dir():
        file /= "experiment.toml"
    try:
        return file, read_document(file)
    except InputError as fault:
        raise InputErrors([fault]) from None


def experiment_of(document: Mapping[str, Any], file: Path) -> Experiment:
    """Return the experiment of a file's tables: those of :data:`FIELDS`, whoever has taken out others of their own.

    Raises
    ------
    InputErrors
        As :func:`read_experiment`.
    """
    name = file.parent.resolve().name if file.stem == "experiment" else file.stem
    return _Reader(document, file).experiment(name, file.read_text(encoding="utf-8-sig"))


class _Reader:
    """Reads a document and gathers its faults."""

    def __init__(self, document: Mapping[str, Any], file: Path) -> None:
        self.document = document
        self.file = file
        self.faults = Faults(file.name)

    def experiment(self, name: str, text: str) -> Experiment:
        self.faults.check_fields((), self.document, FIELDS)
        scenario = self._scenario()
        if scenario is None:
            raise InputErrors(self.faults.found)
        strategies = self._strategies(scenario)
        design, run = self._table("design"), self._table("run")
        self.faults.check_fields(("design",), design, _DESIGN)
        self.faults.check_fields(("run",), run, _RUN)
        seed = self.faults.whole(("seed",), self.document.get("seed", scenario.run.seed), 0, MAX_SEED)
        kind = self._word(("design", "kind"), design.get("kind", "grid"), KINDS)
        levers, uncertainties = (
            read_choices(self.faults, scenario, block, self._table(block), kind)
            for block in ("levers", "uncertainties")
        )
        for place in levers.keys() & uncertainties.keys():
            self.faults.say(
                ("uncertainties", place), "is a lever as well", "Expected each place once", "Remove one of the two"
            )
        n = self._n_points(design, kind, {**levers, **uncertainties})
        precision = self._precision(run)
        least = _FIRST_REPLICATIONS if precision else 1
        asked = run.get("replications", _FIRST_REPLICATIONS if precision else scenario.run.replications)
        replications = self.faults.whole(("run", "replications"), asked, least, 1_000_000)
        experiment = Experiment(
            name=name,
            text=text,
            question=self._text("question"),
            scenario=scenario.model_copy(update={"run": scenario.run.model_copy(update={"seed": seed})}),
            strategies=strategies,
            reference=self._reference(strategies),
            outcomes=self._outcomes(),
            levers=levers,
            uncertainties=uncertainties,
            kind=cast(Kind, kind),
            n=n,
            design_seed=self.faults.whole(("design", "seed"), design.get("seed", seed), 0, MAX_SEED),
            replications=replications,
            precision=precision,
            most=self._most(run, precision, replications),
            answers=self._answers(),
        )
        if self.faults.found:
            raise InputErrors(self.faults.found)
        return experiment

    def _table(self, name: str) -> Mapping[str, Any]:
        found = self.document.get(name, {})
        if isinstance(found, Mapping):
            return found
        self.faults.say((name,), shown(found), "Expected a table", f"Write it as [{name}]")
        return {}

    def _text(self, name: str) -> str:
        found = self.document.get(name, "")
        if not isinstance(found, str):
            self.faults.say((name,), shown(found), "Expected text in quotes")
        return str(found)

    def _word(self, path: tuple[str, ...], found: Any, known: Sequence[str]) -> str:
        if found in known:
            return str(found)
        near = closest(str(found), known)
        expected = "Expected one of " + ", ".join(f'"{word}"' for word in known)
        self.faults.say(path, shown(found), expected, f'Did you mean "{near}"?' if near else "")
        return known[0]

    def _names(self, name: str, default: tuple[str, ...], known: Sequence[str], noun: str) -> tuple[str, ...]:
        found = self.document.get(name, default)
        if not isinstance(found, tuple) or not found or not all(isinstance(item, str) for item in found):
            self.faults.say(
                (name,), shown(found), f"Expected a list of {plural(noun)} in square brackets", f'["{known[0]}"]'
            )
            return default
        for position, item in enumerate(found):
            if item not in known:
                near = closest(item, known)
                hint = f'Did you mean "{near}"?' if near else ""
                self.faults.say((name, position), shown(item), f"Known {plural(noun)}: {', '.join(known)}", hint)
            if item in found[:position]:
                self.faults.say((name, position), f'names "{item}" again', f"Expected each {noun} once")
        return found

    def _scenario(self) -> Scenario | None:
        found = self.document.get("scenario")
        if found is None:
            self.faults.say(("scenario",), "is missing", "Expected a scenario", 'Add scenario = "cards_taiwan"')
            return None
        if not isinstance(found, str | Mapping):
            self.faults.say(
                ("scenario",), shown(found), "Expected a name, a path or a table", 'scenario = "cards_taiwan"'
            )
            return None
        beside = self.file.parent / found if isinstance(found, str) else None
        try:
            if beside is not None and beside.suffix:
                return load(beside)
            return load(found, folder=self.file.parent)
        except InputErrors as error:
            # What stands in a table of this file is blamed on this file; what stands in another, on that one.
            of_table = isinstance(found, Mapping)
            for e in error.errors:
                here = of_table and e.where == "scenario"
                where, path = (self.file.name, f"scenario.{e.path}") if here else (e.where or self.file.name, e.path)
                self.faults.found.append(InputError(where, path, e.found, e.expected, e.suggestion))
            return None

    def _strategies(self, scenario: Scenario) -> tuple[str, ...]:
        # A strategy may be one that only the points add.
        added = [place for place in flat(self._table("levers")) if place[:1] == ("strategies",) and len(place) == 2]
        known = (*scenario.strategies, *(str(place[1]) for place in added))
        return self._names("strategies", tuple(scenario.strategies), known, "strategy")

    def _reference(self, strategies: tuple[str, ...]) -> str:
        found = self.document.get("reference")
        if found is None:
            return ""
        if found not in strategies:
            self.faults.say(("reference",), shown(found), f"Expected one of the strategies: {', '.join(strategies)}")
        return str(found)

    def _outcomes(self) -> tuple[str, ...]:
        return self._names("outcomes", HEADLINE, tuple(ALL_MEASURES), "outcome")

    def _precision(self, run: Mapping[str, Any]) -> dict[str, float]:
        found = run.get("precision", {})
        if not isinstance(found, Mapping):
            self.faults.say(
                ("run", "precision"),
                shown(found),
                "Expected a half-width for each outcome",
                "precision = { net_recovery_share = 0.005 }",
            )
            return {}
        for outcome, width in found.items():
            if outcome not in ALL_MEASURES:
                path = dotted(("run", "precision", outcome))
                self.faults.found.append(InputError.unknown(self.file.name, path, ALL_MEASURES, "outcome"))
            elif isinstance(width, bool) or not isinstance(width, int | float) or not 0 < width < float("inf"):
                unit = ALL_MEASURES[outcome].unit
                self.faults.say(("run", "precision", outcome), shown(width), f"Expected a half-width above 0 ({unit})")
        return {outcome: float(width) for outcome, width in found.items() if isinstance(width, int | float)}

    def _answers(self) -> tuple[Mapping[str, Any], ...]:
        found = self.document.get("answer", ())
        tables = (found,) if isinstance(found, Mapping) else found
        if isinstance(tables, tuple) and all(isinstance(table, Mapping) for table in tables):
            return tables
        self.faults.say(("answer",), shown(found), "Expected tables", "Write each as [[answer]]")
        return ()

    def _most(self, run: Mapping[str, Any], precision: Mapping[str, float], first: int) -> int:
        if "most" in run and not precision:
            self.faults.say(
                ("run", "most"), "has no effect", "Expected run.precision beside it", "Say run.replications instead"
            )
        if not precision:
            return _MOST_REPLICATIONS
        return self.faults.whole(("run", "most"), run.get("most", max(first, _MOST_REPLICATIONS)), first, 1_000_000)

    def _n_points(self, design: Mapping[str, Any], kind: str, choices: Mapping[str, Choice]) -> int:
        path = ("design", "n")
        if kind in DRAWN:
            if not choices:
                self.faults.say(
                    ("levers",), "is missing", f"Expected places to draw values for ({kind})", "Add [levers]"
                )
            if "n" not in design:
                self.faults.say(path, "is missing", "Expected the number of points to draw", "Add n = 64")
                return 1
            return self.faults.whole(path, design["n"], 1, _MOST_POINTS)
        if "n" in design:
            self.faults.say(
                path, "has no effect", f'A design of kind "{kind}" has as many points as its values give', "Remove it"
            )
        if kind == "grid":
            size = 1
            for choice in choices.values():
                size *= max(1, len(choice.listed) if isinstance(choice, Values) else choice.n_levels)
            if size > _MOST_POINTS:
                self.faults.say(
                    ("design",), f"has {size:,} points", f"Expected at most {_MOST_POINTS:,}", "Draw them: sobol"
                )
        lengths = {place: len(choice.listed) for place, choice in choices.items() if isinstance(choice, Values)}
        if kind == "list" and len(set(lengths.values())) > 1:
            told = ", ".join(f"{place}: {length}" for place, length in lengths.items())
            self.faults.say(
                ("design", "kind"), 'is "list" with lists of unequal length', f"Expected as many values each ({told})"
            )
        return 0
