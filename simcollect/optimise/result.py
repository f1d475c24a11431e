"""What an optimisation found: every trial, the finalists on fresh luck, and the files that tell it."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

import simcollect
from simcollect.core.folder import results_folder, write_json
from simcollect.core.spreadsheet import write_csv
from simcollect.core.words import Lang
from simcollect.experiment.axes import MeasureAxis, measure_axis
from simcollect.experiment.manifest import commit, libraries
from simcollect.experiment.measure import ALL_MEASURES
from simcollect.experiment.phases import FIRST
from simcollect.optimise.problem import Problem
from simcollect.plots import save
from simcollect.plots.front import FrontAxis, FrontPoint
from simcollect.plots.front import front as draw
from simcollect.scenario import digest
from simcollect.stats import Estimate
from simcollect.sweep.points import Range, shown

TRIALS: Final = "trials.csv"
FINALISTS: Final = "finalists.csv"
RECORD: Final = "optimise.json"
PICTURE: Final = "front.png"
_KEPT: Final = "kept_share"
_COST: Final = "cost_per_account_cents"
_RECOVERY: Final = "net_recovery_share"
FEW: Final = 5
"""Final replications below which an interval says little: Student's multiple of 2 runs is 12.7, of 5 it is 2.8."""
_ON_FRONT: Final = 0.05
"""Chance of being on the front below which a finalist is said to be beaten."""


@dataclass(frozen=True)
class Trial:
    """A setting that the search tried.

    Attributes
    ----------
    number
        In the order asked for.
    strategy, point
        The setting.
    means
        Of every outcome over the search's replications: lucky ones for what looks best.
    verdicts
        One a constraint; none where the trial failed.
    """

    number: int
    strategy: str
    point: Mapping[str, Any]
    means: Mapping[str, float]
    verdicts: tuple[str, ...]

    @property
    def is_failed(self) -> bool:
        """Whether some outcome was not a number in some run."""
        return not all(math.isfinite(mean) for mean in self.means.values())


@dataclass(frozen=True)
class Finalist:
    """A setting estimated on fresh luck.

    Attributes
    ----------
    letter
        What tables and picture call it.
    strategy, point
        The setting.
    estimates
        Of every outcome; the intervals of an outcome hold together over the finalists (Bonferroni), and end
        where the outcome itself does (0 and 1 for customers kept).
    verdicts
        One a constraint, by these intervals: "meets", "breaks" or "cannot tell".
    front_probability
        Share of resamples of the replications in which no other finalist dominates it; 0 where it breaks a constraint.
    """

    letter: str
    strategy: str
    point: Mapping[str, Any]
    estimates: Mapping[str, Estimate]
    verdicts: tuple[str, ...]
    front_probability: float


@dataclass(frozen=True, eq=False)
class Optimised:
    """The answer of :func:`simcollect.optimise.optimise`.

    Attributes
    ----------
    problem
        What was asked.
    trials
        Of the search.
    finalists
        The best first by the first objective.
    n_selected_from
        Candidates that the selection looked at.
    n_failed_later
        Of them, and of the finalists, those with an outcome that was not a number in some fresh run.
    n_runs
        Runs in all.
    optuna
        Its version.
    """

    problem: Problem
    trials: tuple[Trial, ...]
    finalists: tuple[Finalist, ...]
    n_selected_from: int
    n_failed_later: int
    n_runs: int
    optuna: str

    @property
    def day(self) -> int:
        """Reading day: the horizon."""
        return self.problem.scenario.run.horizon_days

    def to_frame(self) -> pd.DataFrame:
        """Return one row a finalist.

        Columns: finalist, strategy, a column a lever, front_probability; of every objective and constrained outcome,
        and of recovery, cost, customers kept and complaints, the mean with the ends of its interval (``_low``,
        ``_high``); of every constraint its verdict. Money is in minor units.
        """
        rows = []
        for one in self.finalists:
            row: dict[str, Any] = {"finalist": one.letter, "strategy": one.strategy, **_cells(one.point)}
            row["front_probability"] = one.front_probability
            for name, estimate in one.estimates.items():
                row |= {name: estimate.mean, f"{name}_low": estimate.low, f"{name}_high": estimate.high}
            row |= dict(zip(self._constraint_names(), one.verdicts, strict=True))
            rows.append(row)
        return pd.DataFrame(rows)

    def trials_frame(self) -> pd.DataFrame:
        """Return one row a trial of the search: number, strategy, levers, whether it failed, means, verdicts."""
        problem = self.problem
        rows = []
        for one in self.trials:
            row: dict[str, Any] = {"trial": one.number, "strategy": one.strategy, **_cells(one.point)}
            row |= {"failed": one.is_failed, **one.means}
            row |= dict(zip(self._constraint_names(), one.verdicts or ("",) * len(problem.constraints), strict=True))
            rows.append(row)
        return pd.DataFrame(rows)

    def sentences(self) -> list[str]:
        """Say what was searched, who is left, and how sure that is."""
        problem = self.problem
        aims = " and ".join(
            f"{'most' if one.is_maximised else 'least'} {self._axis(one.measure).label.lower()}"
            for one in problem.objectives
        )
        n = len({(one.strategy, shown(one.point)) for one in self.trials})
        lines = [
            f"{n} different settings tried for {aims}; {self.n_selected_from} of them looked at again on "
            f"{problem.n_selection} fresh replications, {len(self.finalists)} told on {problem.n_final} more."
        ]
        n_failed = sum(one.is_failed for one in self.trials)
        if n_failed or self.n_failed_later:
            later = f", and {self.n_failed_later} on fresh replications" if self.n_failed_later else ""
            lines.append(
                f"{n_failed} of {len(self.trials)} trials failed{later}: an outcome was not a number in some run. They "
                "took no further part."
            )
        if problem.n_final < FEW:
            lines.append(
                f"{problem.n_final} final replications are too few: intervals of so few runs are very wide. Ask for "
                f"final_replications = {FEW} or more."
            )
        sure = [one.letter for one in self.finalists if one.front_probability >= 0.95]
        beaten = [one.letter for one in self.finalists if one.front_probability < _ON_FRONT]
        rest = [one.letter for one in self.finalists if one.letter not in (*sure, *beaten)]
        for letters, what in (
            (sure, "not beaten by any other in all objectives (95 % of resamples or more)"),
            (rest, "perhaps not beaten: cannot tell"),
            (beaten, "beaten, or out by a constraint"),
        ):
            if letters:
                lines.append(f"{', '.join(letters)}: {what}.")
        for place, constraint in enumerate(problem.constraints):
            verdicts = [one.verdicts[place] for one in self.finalists]
            told = ", ".join(f"{verdicts.count(word)} {word}" for word in ("meets", "breaks", "cannot tell"))
            lines.append(f"{self.constraint_text(place)}: {told.replace('meets', 'meet').replace('breaks', 'break')}.")
            if verdicts and all(verdict == "breaks" for verdict in verdicts):
                lines.append(f"No setting was found that keeps {constraint.measure} within its limit.")
        return lines

    def constraint_text(self, place: int) -> str:
        """Return a constraint in words."""
        one = self.problem.constraints[place]
        axis = self._axis(one.measure)
        side = "at most" if one.is_at_most else "at least"
        return f"{axis.label} {side} {one.limit * axis.factor:,.4g} {axis.unit}"

    def lever_text(self, place: str, value: object) -> str:
        """Return a lever's value in short: a number with three figures, a list or table by its number in the file."""
        if isinstance(value, float):
            return f"{value:.3g}"
        choice = self.problem.experiment.levers[place]
        if isinstance(value, Sequence | Mapping) and not isinstance(value, str) and not isinstance(choice, Range):
            return f"no. {list(choice.listed).index(value) + 1} of {len(choice.listed)}"
        return str(value)

    def plot(self, lang: Lang = "en") -> Figure:
        """Return cost against recovery, or the first two objectives, with the customers kept beside."""
        axes = [self._front_axis(name, lang) for name in self._plane()]
        kept = self._front_axis(_KEPT, lang)

        def numbers(one: Finalist, name: str, factor: float) -> tuple[float, float, float]:
            found = one.estimates[name]
            return found.mean * factor, found.low * factor, found.high * factor

        x, y = self._plane()
        points = [
            FrontPoint(
                one.letter,
                numbers(one, x, axes[0].factor),
                numbers(one, y, axes[1].factor),
                numbers(one, _KEPT, kept.factor),
                one.front_probability,
                "breaks" in one.verdicts,
            )
            for one in self.finalists
        ]
        tried = [
            (one.means[x] * axes[0].factor, one.means[y] * axes[1].factor) for one in self.trials if not one.is_failed
        ]
        return draw(
            points,
            tried,
            axes[0],
            axes[1],
            kept,
            (self.problem.n_selection, self.problem.n_final),
            self.day,
            self.problem.digest[:16],
            lang,
        )

    def to_dict(self) -> dict[str, Any]:
        """Return everything for JSON, with by what it can be made again."""
        problem = self.problem
        frame = self.to_frame()
        return {
            "format": "simcollect optimise 1",
            "command": "optimise",
            "version": simcollect.__version__,
            "commit": commit(),
            "libraries": {**libraries(), "optuna": self.optuna},
            "scenario": problem.scenario.name,
            "scenario_digest": digest(problem.scenario),
            "seed": problem.scenario.run.seed,
            "sampler": problem.sampler,
            "sampler_seed": problem.experiment.design_seed,
            "trials": problem.n_trials,
            "failed_trials": sum(one.is_failed for one in self.trials),
            "batch": problem.batch,
            "replications": {
                "search": problem.experiment.replications,
                "selection": problem.n_selection,
                "final": problem.n_final,
            },
            "first_replication": dict(FIRST),
            "objectives": {one.measure: "maximise" if one.is_maximised else "minimise" for one in problem.objectives},
            "constraints": [self.constraint_text(place) for place in range(len(problem.constraints))],
            "problem": problem.digest,
            "day": self.day,
            "runs": self.n_runs,
            "answer": self.sentences(),
            "finalists": frame.astype(object).where(frame.notna(), None).to_dict("records"),
        }

    def save(self, folder: Path | str, lang: Lang = "en") -> None:
        """Write trials and finalists (CSV), record (JSON), the experiment as read, and the picture into a folder.

        Raises
        ------
        InputError
            If the folder cannot be written.
        """
        with results_folder(folder) as place:
            write_csv(self.trials_frame(), place / TRIALS)
            write_csv(self.to_frame(), place / FINALISTS)
            write_json(self.to_dict(), place / RECORD)
            (place / "experiment.toml").write_text(self.problem.experiment.text, encoding="utf-8")
            save(self.plot(lang), place / PICTURE)

    def _plane(self) -> tuple[str, str]:
        """Return the outcomes of the picture: what costs along, what is gained upward."""
        named = [one.measure for one in self.problem.objectives]
        if len(named) < 2:
            other = _COST if named[0] != _COST else _RECOVERY
            return (named[0], other) if named[0] == _COST else (other, named[0])
        first, second = named[:2]
        return (first, second) if ALL_MEASURES[first].letter == "C" else (second, first)

    def _axis(self, measure: str, lang: Lang = "en") -> MeasureAxis:
        money = self.problem.scenario.economics
        return measure_axis(measure, money.currency, money.minor_units, lang)

    def _front_axis(self, measure: str, lang: Lang) -> FrontAxis:
        axis = self._axis(measure, lang)
        limits = [one.limit * axis.factor for one in self.problem.constraints if one.measure == measure]
        wanted = {one.measure: one.is_maximised for one in self.problem.objectives}
        return FrontAxis(
            axis.label, axis.unit, axis.factor, wanted.get(measure, axis.higher_is_better), tuple(np.unique(limits))
        )

    def _constraint_names(self) -> list[str]:
        return [f"{one.measure} {'<=' if one.is_at_most else '>='} {one.limit:g}" for one in self.problem.constraints]


def _cells(point: Mapping[str, Any]) -> dict[str, Any]:
    """Return a point's values as a table takes them: numbers and words as they are, all else as JSON text."""
    plain = int | float | str
    return {
        place: value if isinstance(value, plain) else json.dumps(value, ensure_ascii=False)
        for place, value in point.items()
    }
