"""Which unknowns an answer follows when all move at once: Sobol' or Morris indices, with the floor of run noise.

Sobol' indices are of groups of unknowns, a table of the scenario each, unless single ones are asked for: a group's
index is exact, and 20 groups cost a tenth of 250 single numbers. Calibrated numbers are drawn together from their
ensemble, as they are correlated, and are one group. Morris moves single unknowns, the cheapest way to look at many.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Final, Literal

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from numpy.typing import NDArray

from simcollect.core.errors import InputError
from simcollect.core.words import Lang
from simcollect.experiment.run import Progress
from simcollect.plots.indices import IndexRow
from simcollect.plots.indices import indices as draw
from simcollect.robust.answer import Answer
from simcollect.robust.indices import Index, morris, morris_design, sobol, sobol_design
from simcollect.robust.runs import OUTCOME, Runs, ask
from simcollect.robust.tornado import answers, leading_two
from simcollect.robust.unknowns import unknowns_of
from simcollect.scenario import Scenario
from simcollect.sweep.points import Choice

Numbers = NDArray[np.float64]
Method = Literal["sobol", "morris"]

_SHOWN: Final = 15
_TOLD: Final = 5
_BELOW: Final = 0.025
"""Chance that an interval of 95 % lies above what it should hold."""
_FEW: Final = {"sobol": 32, "morris": 8}
"""Base points or trajectories below which resampling them says too little."""


@dataclass(frozen=True, eq=False)
class Influence:
    """How much an answer follows one unknown or group.

    Attributes
    ----------
    name
        Of the unknown or group.
    n_unknowns
        Numbers in it.
    total
        Total Sobol' index; of Morris the mean absolute effect, in the outcome's unit.
    first
        First-order Sobol' index; None for Morris.
    mean, spread
        Of Morris' effects; None for Sobol'.
    """

    name: str
    n_unknowns: int
    total: Index
    first: Index | None
    mean: float | None
    spread: float | None


@dataclass(frozen=True, eq=False)
class Sensitivity(Answer):
    """Indices of all unknowns looked at.

    Attributes
    ----------
    method
        "sobol" or "morris".
    influences
        The largest total index first.
    noise_share
        Share of the variance over points that is run noise; None for Morris, whose floors differ by unknown.
    variance
        Of the answer over points, run noise with it, in squared units of the outcome.
    """

    name: ClassVar[str] = "sensitivity"

    method: Method
    influences: tuple[Influence, ...]
    noise_share: float | None
    variance: float

    def table(self) -> pd.DataFrame:
        """Return one row an unknown or group, the largest first.

        Columns: name, numbers; of Sobol' total and first, of Morris mean_absolute, mean and spread; each index with its
        95 % interval (``_low``, ``_high``), its floor and verdict.
        """
        rows = []
        for one in self.influences:
            row: dict[str, object] = {"name": one.name, "numbers": one.n_unknowns}
            row |= _columns("total" if self.method == "sobol" else "mean_absolute", one.total)
            if one.first is not None:
                row |= _columns("first", one.first)
            else:
                row |= {"mean": one.mean, "spread": one.spread}
            rows.append(row)
        return pd.DataFrame(rows)

    def sentences(self) -> list[str]:
        """Say what matters, what cannot be told, and how much is run noise."""
        asked = self.asked
        what = " minus ".join(asked.strategies)
        label = asked.axis().label.lower()
        told = [one for one in self.influences if one.total.verdict == "matters"]
        lines = []
        if self.noise_share is not None:
            lines.append(
                f"{what}, {label}: run noise makes {self.noise_share:.0%} of the variance over points "
                f"({asked.replications} replications each); an index below that cannot be told."
            )
        for one in told[:_TOLD]:
            if self.method == "sobol":
                assert one.first is not None
                lines.append(
                    f"{one.name}: {one.total.value:.0%} of the variance with all interactions ({one.total.low:.0%} to "
                    f"{one.total.high:.0%}), {max(one.first.value, 0.0):.0%} by itself."
                )
            else:
                lines.append(
                    f"{one.name}: from its 5 % to its 95 % point {what} moves by {asked.amount(one.total.value)} on "
                    f"average ({asked.amount(one.total.low, one.total.high)}; luck alone "
                    f"{asked.amount(one.total.floor)})."
                )
        nothing = sum(one.total.verdict == "no effect in any run" for one in self.influences)
        noun = "groups" if any(one.n_unknowns > 1 for one in self.influences) else "assumptions"
        lines.append(
            f"Of {len(self.influences)} {noun} {len(told)} matter, {nothing} change no run, and of "
            f"{len(self.influences) - len(told) - nothing} it cannot be told. Each is told by itself: of as many "
            f"without influence luck would let about {_BELOW * (len(self.influences) - nothing):.0f} matter."
        )
        n = self.options["n"]
        if n < _FEW[self.method]:
            what = "base points" if self.method == "sobol" else "trajectories"
            lines.append(f"{n} {what} are few: intervals are too short, so read this as a first look (--n).")
        return lines

    def plot(self, lang: Lang = "en") -> Figure:
        """Return the largest indices with their intervals and the floor."""
        factor = 1.0 if self.method == "sobol" else self.asked.axis().factor
        # What is told is shown even where luck reaches further elsewhere.
        first = sorted(self.influences, key=lambda one: one.total.verdict != "matters")[:_SHOWN]
        shown = [one for one in self.influences if one in first]

        def numbers(index: Index) -> tuple[float, float, float]:
            return index.value * factor, index.low * factor, index.high * factor

        rows = [
            IndexRow(
                one.name,
                numbers(one.total),
                None if one.first is None else numbers(one.first),
                one.total.floor * factor,
                one.total.verdict,
            )
            for one in shown
        ]
        axis = self.asked.axis(lang)
        return draw(
            rows,
            self.method,
            self.asked.strategies,
            axis.label,
            axis.difference_unit,
            len(self.influences),
            self.asked.replications,
            self.asked.day,
            self.digest[:16],
            lang,
        )


def sensitivity(
    scenario: Scenario,
    strategies: Sequence[str] | None = None,
    *,
    method: Method = "sobol",
    n: int | None = None,
    single: bool = False,
    outcome: str = OUTCOME,
    assumptions: Sequence[str] | None = None,
    uncertainties: Mapping[str, Choice] | None = None,
    replications: int = 4,
    day: int | None = None,
    workers: int | None = None,
    executor: Executor | None = None,
    folder: Path | str | None = None,
    on_progress: Progress | None = None,
) -> Sensitivity:
    """Return how much an outcome, or its difference between two strategies, follows what is not known.

    Parameters
    ----------
    scenario
        A loaded scenario; its seed keys the design.
    strategies
        One for its outcome, two for the first minus the second; the two best as stated when None or more.
    method
        "sobol" or "morris".
    n
        Base points, a power of 2 (64), or trajectories (10). Points are n x (groups + 2), or n x (unknowns + 1).
    single
        Sobol' indices of single unknowns in place of groups; an experiment's uncertainties are always single.
    outcome
        Of which more, or less, is better.
    assumptions
        Names or groups of those to move, with ``*``; all when None.
    uncertainties
        Of an experiment file, in place of what the scenario itself assumes.
    replications
        Of every point, at least 2: one could not tell noise.
    day, workers, executor, folder, on_progress
        As in :func:`simcollect.sweep.evaluate`.

    Raises
    ------
    InputError
        If anything named is unknown, or n does not fit the method.
    Interrupted
        On Ctrl-C; with a folder finished runs are kept.
    """
    size = n if n is not None else {"sobol": 64, "morris": 10}[method]
    if size < 2 or (method == "sobol" and size & (size - 1)):
        expected = "Expected a power of 2: 32, 64, 128" if method == "sobol" else "Expected 2 trajectories or more"
        raise InputError("", "n", f"is {size}", expected)
    unknowns = unknowns_of(scenario, uncertainties)
    moved = unknowns if assumptions is None else unknowns.only(assumptions)
    asked = ask(scenario, strategies, outcome=outcome, replications=replications, day=day)
    options = {
        "method": method,
        "n": size,
        "single": single,
        "assumptions": None if assumptions is None else list(assumptions),
        "design_seed": scenario.run.seed,
    }
    names = moved.columns
    with Runs(asked, workers=workers, executor=executor, folder=folder, on_progress=on_progress) as runs:
        asked = leading_two(runs)
        noise: float | None = None
        if method == "sobol":
            by_group = not single and uncertainties is None
            groups = moved.groups() if by_group else {name: [place] for place, name in enumerate(names)}
            values = answers(runs.values(moved.points(sobol_design(list(groups.values()), size, scenario.run.seed))))
            found = sobol(values, len(groups))
            noise = found.noise_share
            influences = [
                Influence(name, len(columns), total, first, None, None)
                for (name, columns), total, first in zip(groups.items(), found.total, found.first, strict=True)
            ]
        else:
            points, moves = morris_design(len(names), size, scenario.run.seed)
            # On levels 0 and 1 a draw would lie at the very ends of its distribution, so levels are its 5 to 95 %.
            values = answers(runs.values(moved.points(0.05 + 0.9 * points)))
            effects = morris(values, points, moves)
            influences = [
                Influence(name, 1, total, None, mean, spread)
                for name, total, mean, spread in zip(
                    names, effects.mean_absolute, effects.mean, effects.spread, strict=True
                )
            ]
        influences.sort(key=lambda one: -one.total.value)
        variance = float(np.var(values.mean(axis=1), ddof=1))
        return Sensitivity(asked, options, runs.n_runs, runs.digest, method, tuple(influences), noise, variance)


def _columns(name: str, index: Index) -> dict[str, object]:
    return {
        name: index.value,
        f"{name}_low": index.low,
        f"{name}_high": index.high,
        f"{name}_floor": index.floor,
        f"{name}_verdict": index.verdict,
    }
