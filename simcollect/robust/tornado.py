"""One unknown at a time, from one end of its range to the other: by how much an answer moves.

What is only seen so is what each unknown does while all others stay as stated; how they act together a tornado does not
show (:mod:`simcollect.robust.sensitivity` does).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Final

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from numpy.typing import NDArray
from scipy.stats import t as student_t

from simcollect.core.words import Lang
from simcollect.experiment.run import Progress
from simcollect.plots.tornado import TornadoRow
from simcollect.plots.tornado import tornado as draw
from simcollect.robust.answer import Answer, number_text
from simcollect.robust.runs import OUTCOME, Asked, Runs, ask
from simcollect.robust.unknowns import Unknown, unknowns_of
from simcollect.scenario import Scenario
from simcollect.stats import Estimate, estimate_mean
from simcollect.stats.simultaneous import holm
from simcollect.sweep.points import Choice, Point

Numbers = NDArray[np.float64]

_LEVEL: Final = 0.95
_SHOWN: Final = 15
_TOLD: Final = 5


@dataclass(frozen=True, eq=False)
class Swing:
    """What one unknown does by itself.

    Attributes
    ----------
    unknown
        Which.
    low_change, high_change
        The answer with the unknown at either end minus the answer as stated, paired by replication.
    swing
        The answer at the high end minus that at the low one, paired by replication.
    p_value
        That there is no swing, adjusted for all unknowns looked at (Holm).
    """

    unknown: Unknown
    low_change: Estimate
    high_change: Estimate
    swing: Estimate
    p_value: float

    @property
    def verdict(self) -> str:
        """What may be said: "moves the answer", "no effect in any run" or "cannot tell"."""
        if self.swing.mean == 0.0 and self.swing.standard_error == 0.0:
            return "no effect in any run"
        return "moves the answer" if self.p_value <= 1.0 - _LEVEL else "cannot tell"


@dataclass(frozen=True, eq=False)
class Tornado(Answer):
    """Swings of an outcome, or of its difference between two strategies.

    Attributes
    ----------
    stated
        The answer with all as stated.
    swings
        The largest first.
    """

    name: ClassVar[str] = "tornado"

    stated: Estimate
    swings: tuple[Swing, ...]

    def table(self) -> pd.DataFrame:
        """Return one row an unknown, the largest swing first.

        Columns: assumption, group, rule, low, stated, high (of the number); at_low, at_high (the answer there); swing
        with its 95 % interval swing_low and swing_high; p_value (adjusted) and verdict.
        """
        rows = [
            {
                "assumption": one.unknown.name,
                "group": one.unknown.group,
                "rule": one.unknown.rule,
                "low": one.unknown.low,
                "stated": one.unknown.value,
                "high": one.unknown.high,
                "at_low": self.stated.mean + one.low_change.mean,
                "at_high": self.stated.mean + one.high_change.mean,
                "swing": one.swing.mean,
                "swing_low": one.swing.low,
                "swing_high": one.swing.high,
                "p_value": one.p_value,
                "verdict": one.verdict,
            }
            for one in self.swings
        ]
        return pd.DataFrame(rows)

    def sentences(self) -> list[str]:
        """Say the answer as stated, and which unknowns move it most."""
        asked, axis = self.asked, self.asked.axis()
        what = " minus ".join(asked.strategies)
        ends = asked.amount(self.stated.low, self.stated.high)
        lines = [f"{what}, {axis.label.lower()}: {asked.amount(self.stated.mean)} as stated ({ends})."]
        told = [one for one in self.swings if one.verdict == "moves the answer"]
        for one in told[:_TOLD]:
            unknown = one.unknown
            lines.append(
                f"{unknown.name} from {number_text(unknown.low)} to {number_text(unknown.high)} moves it from "
                f"{asked.amount(self.stated.mean + one.low_change.mean)} to "
                f"{asked.amount(self.stated.mean + one.high_change.mean)}."
            )
        n = {name: sum(one.verdict == name for one in self.swings) for name in ("cannot tell", "no effect in any run")}
        lines.append(
            f"Of {len(self.swings)} assumptions {len(told)} move it, {n['no effect in any run']} change no run, and of "
            f"{n['cannot tell']} it cannot be told with {asked.replications} replications."
        )
        return lines

    def plot(self, lang: Lang = "en") -> Figure:
        """Return the largest swings as bars."""
        asked, axis = self.asked, self.asked.axis(lang)

        def end(change: Estimate) -> tuple[float, float, float]:
            mean, low, high = (
                (self.stated.mean + part) * axis.factor for part in (change.mean, change.low, change.high)
            )
            return mean, low, high

        rows = [
            TornadoRow(
                one.unknown.name,
                number_text(one.unknown.low),
                number_text(one.unknown.high),
                end(one.low_change),
                end(one.high_change),
                one.verdict == "moves the answer",
            )
            for one in self.swings[:_SHOWN]
        ]
        return draw(
            rows,
            asked.strategies,
            axis.label,
            axis.difference_unit if len(asked.strategies) == 2 else axis.unit,
            self.stated.mean * axis.factor,
            len(self.swings),
            asked.replications,
            asked.day,
            self.digest[:16],
            lang,
        )


def tornado(
    scenario: Scenario,
    strategies: Sequence[str] | None = None,
    *,
    outcome: str = OUTCOME,
    assumptions: Sequence[str] | None = None,
    uncertainties: Mapping[str, Choice] | None = None,
    replications: int = 10,
    day: int | None = None,
    workers: int | None = None,
    executor: Executor | None = None,
    folder: Path | str | None = None,
    on_progress: Progress | None = None,
) -> Tornado:
    """Return by how much each unknown moves an outcome, or its difference between two strategies.

    Parameters
    ----------
    scenario
        A loaded scenario.
    strategies
        One for its outcome, two for the first minus the second; the two best as stated when None or more.
    outcome
        Of which more, or less, is better.
    assumptions
        Names or groups of those to move, with ``*``; all when None.
    uncertainties
        Of an experiment file, in place of what the scenario itself assumes.
    replications
        Paired, at least 2.
    day, workers, executor, folder, on_progress
        As in :func:`simcollect.sweep.evaluate`.

    Raises
    ------
    InputError
        If anything named is unknown.
    Interrupted
        On Ctrl-C; with a folder finished runs are kept.
    """
    unknowns = unknowns_of(scenario, uncertainties)
    moved = unknowns if assumptions is None else unknowns.only(assumptions)
    asked = ask(scenario, strategies, outcome=outcome, replications=replications, day=day)
    with Runs(asked, workers=workers, executor=executor, folder=folder, on_progress=on_progress) as runs:
        asked = leading_two(runs)
        points: list[Point] = [{}]
        for one in moved.each:
            points += [moved.moved(one, 0.0), moved.moved(one, 1.0)]
        values = answers(runs.values(points))
        options = {"assumptions": None if assumptions is None else list(assumptions)}
        return Tornado(
            asked, options, runs.n_runs, runs.digest, estimate_mean(values[0]), swings_of(moved.each, values)
        )


def leading_two(runs: Runs) -> Asked:
    """Make the runs those of one strategy or two, the best two as stated where there are more; return what is asked."""
    asked = runs.asked
    if len(asked.strategies) > 2:
        means = asked.sign * runs.values([{}])[0].mean(axis=1)
        order = np.argsort(-means, kind="stable")[:2]
        runs.about(tuple(asked.strategies[place] for place in order))
    return runs.asked


def answers(values: Numbers) -> Numbers:
    """Return the outcome of one strategy, or first minus second, shape [points, replications]."""
    return values[:, 0] - values[:, 1] if values.shape[1] == 2 else values[:, 0]


def swings_of(unknowns: Sequence[Unknown], values: Numbers) -> tuple[Swing, ...]:
    """Return the swing of each unknown, the largest first.

    ``values``: the answer as stated, then at the low and the high end of each unknown, shape [1 + 2 k, r].
    """
    pairs = [(values[1 + 2 * i], values[2 + 2 * i]) for i in range(len(unknowns))]
    swings = [estimate_mean(high - low, _LEVEL) for low, high in pairs]
    p_values = holm(np.array([_p_value(one) for one in swings]))
    found = [
        Swing(one, estimate_mean(low - values[0], _LEVEL), estimate_mean(high - values[0], _LEVEL), swing, float(p))
        for one, (low, high), swing, p in zip(unknowns, pairs, swings, p_values, strict=True)
    ]
    return tuple(sorted(found, key=lambda one: -abs(one.swing.mean)))


def _p_value(found: Estimate) -> float:
    if found.standard_error == 0.0:
        return 0.0 if found.mean else 1.0
    return float(2.0 * student_t.sf(abs(found.mean) / found.standard_error, found.n - 1))
