"""What is to be optimised: an experiment file with a table ``[optimise]``.

.. code-block:: toml

    question = "Which discount and which legal day recover most at least cost?"
    scenario = "cards_taiwan"
    strategies = ["balanced"]            # several: which of them is a lever too

    [levers]
    "strategies.balanced.late.enter_dpd" = { low = 45, high = 150 }

    [optimise]
    objectives = { net_recovery = "maximise", cost_per_account = "minimise" }
    constraints = { complaints_per_1000 = { at_most = 40 }, kept = { at_least = "60pp" } }
    sampler = "nsga2"                    # or "tpe"
    trials = 100
    batch = 10                           # asked together, whatever the number of workers
    finalists = 6

    [run]
    replications = 4                     # of every trial
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

from simcollect.core.errors import InputError, InputErrors
from simcollect.experiment.amounts import amount_of, measure_named
from simcollect.experiment.measure import ALL_MEASURES, INCREMENTAL
from simcollect.scenario import Scenario, digest
from simcollect.scenario.places import dotted, shown
from simcollect.sweep.experiment import Experiment, experiment_of, read_experiment_document

Sampler = Literal["nsga2", "tpe"]
Verdict = Literal["meets", "breaks", "cannot tell"]

TABLE: Final = "optimise"
_FIELDS: Final = (
    "objectives", "constraints", "sampler", "trials", "batch", "finalists", "selection_replications",
    "final_replications",
)  # fmt: skip
_SAMPLERS: Final = ("nsga2", "tpe")
_DIRECTIONS: Final = ("maximise", "minimise")
_MOST: Final = 100_000
_NUMBERS: Final[Mapping[str, tuple[int, int]]] = {
    # default and least
    "trials": (100, 2),
    "batch": (10, 1),
    "finalists": (6, 1),
    "selection_replications": (10, 2),
    "final_replications": (20, 2),
}


@dataclass(frozen=True)
class Objective:
    """An outcome to be made as large, or as small, as can be."""

    measure: str
    is_maximised: bool

    @property
    def sign(self) -> float:
        """1 where more is wanted, else -1."""
        return 1.0 if self.is_maximised else -1.0


@dataclass(frozen=True)
class Constraint:
    """A limit that an outcome must keep; the limit in the unit of the outcome's numbers."""

    measure: str
    limit: float
    is_at_most: bool

    def violation(self, low: float, high: float) -> float:
        """Return by how much the unfavourable end of an interval lies beyond the limit; 0 or less when it is kept."""
        return high - self.limit if self.is_at_most else self.limit - low

    def verdict(self, low: float, high: float) -> Verdict:
        """Return what an interval says: it meets the limit when all of it does, and breaks it when none of it does."""
        if self.violation(low, high) <= 0.0:
            return "meets"
        favourable = low - self.limit if self.is_at_most else self.limit - high
        return "breaks" if favourable > 0.0 else "cannot tell"


@dataclass(frozen=True)
class Problem:
    """What is to be optimised.

    Attributes
    ----------
    experiment
        Scenario, strategies, levers, seeds, replications of a trial.
    objectives
        At least one.
    constraints
        May be none.
    sampler
        "nsga2" or "tpe".
    n_trials, batch
        Points asked for in all, and at a time.
    n_finalists
        Estimated anew at the end.
    n_selection, n_final
        Replications of selection and of the final estimate, each with luck of its own.
    """

    experiment: Experiment
    objectives: tuple[Objective, ...]
    constraints: tuple[Constraint, ...]
    sampler: Sampler
    n_trials: int
    batch: int
    n_finalists: int
    n_selection: int
    n_final: int

    @property
    def scenario(self) -> Scenario:
        """The scenario before any lever is moved."""
        return self.experiment.scenario

    @property
    def digest(self) -> str:
        """64 hexadecimal digits of all that the search depends on; finalists may be changed without a new search."""
        told = {
            "scenario": digest(self.scenario),
            "seed": self.scenario.run.seed,
            "design_seed": self.experiment.design_seed,
            "strategies": self.experiment.strategies,
            "levers": {place: repr(choice) for place, choice in self.experiment.levers.items()},
            "objectives": [repr(one) for one in self.objectives],
            "constraints": [repr(one) for one in self.constraints],
            "sampler": self.sampler,
            "batch": self.batch,
            "replications": self.experiment.replications,
        }
        return hashlib.sha256(json.dumps(told).encode()).hexdigest()


def read_problem(path: Path | str) -> Problem:
    """Return the problem of a file, or of a folder's ``experiment.toml``.

    Raises
    ------
    InputErrors
        Every fault of the file, or of the table ``[optimise]``.
    """
    file, document = read_experiment_document(path)
    faults: list[InputError] = []

    def say(place: str, found: str, expected: str, suggestion: str = "") -> None:
        faults.append(InputError(file.name, place, found, expected, suggestion))

    table = document.get(TABLE)
    if not isinstance(table, Mapping):
        say(TABLE, "is missing", "Expected a table with what is to be optimised", "Write [optimise] with objectives")
        raise InputErrors(faults)
    for name, why in (("design", "the search chooses the points"), ("uncertainties", "only levers are searched")):
        if document.get(name):
            say(name, "has no effect", f"Expected none: {why}", "Remove it")
    if not document.get("levers"):
        say("levers", "are missing", "Expected places to search over", "Add [levers]")
    run = document.get("run")
    if isinstance(run, Mapping) and "precision" in run:
        say("run.precision", "has no effect", "Expected run.replications, of every trial", "Remove it")
    if faults:
        raise InputErrors(faults)
    rest = {name: item for name, item in document.items() if name not in (TABLE, "design")}
    # Levers are searched, not laid out in a design: any that takes ranges will do.
    experiment = experiment_of({**rest, "design": {"kind": "sobol", "n": 1}}, file)
    for name in table:
        if name not in _FIELDS:
            faults.append(InputError.unknown(file.name, dotted((TABLE, name)), _FIELDS))
    numbers = {name: _number(table, name, say) for name in _NUMBERS}
    sampler = table.get("sampler", "nsga2")
    if sampler not in _SAMPLERS:
        say(f"{TABLE}.sampler", shown(sampler), 'Expected "nsga2" or "tpe"')
    objectives = _objectives(table.get("objectives"), say)
    constraints = _constraints(table.get("constraints", {}), experiment.scenario, say)
    if experiment.replications < 2:
        say("run.replications", "are 1", "Expected 2 or more: a constraint is judged by an interval")
    if faults:
        raise InputErrors(faults)
    return Problem(
        experiment,
        objectives,
        constraints,
        sampler,
        numbers["trials"],
        numbers["batch"],
        numbers["finalists"],
        numbers["selection_replications"],
        numbers["final_replications"],
    )


def _number(table: Mapping[str, Any], name: str, say: Any) -> int:
    default, least = _NUMBERS[name]
    found = table.get(name, default)
    if isinstance(found, bool) or not isinstance(found, int) or not least <= found <= _MOST:
        say(f"{TABLE}.{name}", shown(found), f"Expected a whole number from {least} to {_MOST}")
        return default
    return found


def _measure(name: str, place: str, say: Any) -> str | None:
    known = [measure for measure in ALL_MEASURES if measure not in INCREMENTAL]
    try:
        return measure_named(name, known)
    except InputError as fault:
        say(f"{place}.{name}", fault.found, fault.expected, fault.suggestion)
        return None


def _objectives(found: Any, say: Any) -> tuple[Objective, ...]:
    place = f"{TABLE}.objectives"
    example = '{ net_recovery = "maximise", cost_per_account = "minimise" }'
    if not isinstance(found, Mapping) or not found:
        say(place, "are missing" if found is None else shown(found), "Expected outcomes with a direction", example)
        return ()
    objectives = []
    for name, direction in found.items():
        measure = _measure(str(name), place, say)
        if direction not in _DIRECTIONS:
            say(f"{place}.{name}", shown(direction), 'Expected "maximise" or "minimise"')
        if measure is not None:
            objectives.append(Objective(measure, direction == "maximise"))
    return tuple(objectives)


def _constraints(found: Any, scenario: Scenario, say: Any) -> tuple[Constraint, ...]:
    place = f"{TABLE}.constraints"
    if not isinstance(found, Mapping):
        say(place, shown(found), "Expected outcomes with a limit", "{ complaints_per_1000 = { at_most = 40 } }")
        return ()
    money = scenario.economics
    constraints = []
    for name, limits in found.items():
        measure = _measure(str(name), place, say)
        if not isinstance(limits, Mapping) or not limits or not limits.keys() <= {"at_most", "at_least"}:
            say(f"{place}.{name}", shown(limits), "Expected at_most, at_least or both", "{ at_most = 40 }")
            continue
        for side, limit in limits.items():
            if measure is None:
                continue
            where = f"{place}.{name}.{side}"
            if isinstance(limit, str):
                try:
                    limit = amount_of(limit, measure, money.currency, money.minor_units, where)
                except InputError as fault:
                    say(where, fault.found, fault.expected, fault.suggestion)
                    continue
            if isinstance(limit, bool) or not isinstance(limit, int | float):
                unit = ALL_MEASURES[measure].unit
                say(where, shown(limit), f'Expected a number ({unit}), or an amount as "50pp" or "20 TWD"')
                continue
            constraints.append(Constraint(measure, float(limit), side == "at_most"))
    return tuple(constraints)
