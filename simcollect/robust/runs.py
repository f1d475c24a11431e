"""What a robustness analysis asks, and the runs that answer it: strategies at points, on the same replications."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

import simcollect
from simcollect.core.errors import InputError
from simcollect.core.words import Lang
from simcollect.experiment.amounts import measure_named
from simcollect.experiment.axes import MeasureAxis, measure_axis
from simcollect.experiment.design import BASELINE, known_strategy
from simcollect.experiment.manifest import commit, libraries
from simcollect.experiment.measure import ALL_MEASURES, INCREMENTAL
from simcollect.experiment.phases import Phase, replications_of
from simcollect.experiment.run import Progress
from simcollect.scenario import Scenario, digest
from simcollect.sweep.evaluate import evaluate
from simcollect.sweep.points import Point
from simcollect.sweep.pool import lasting_pool

Numbers = NDArray[np.float64]

OUTCOME: Final = "net_recovery_share"
"""What is asked about when nobody says."""
RUNS: Final = "runs"
"""Folder of finished runs, inside that of the results; all analyses of one folder share it."""


@dataclass(frozen=True)
class Asked:
    """What is asked of a scenario.

    Attributes
    ----------
    scenario
        At its stated values.
    strategies
        Names, at least one.
    outcome
        One of :data:`simcollect.experiment.measure.ALL_MEASURES`, of which more, or less, is better.
    replications
        Of every strategy at every point, at least 2.
    day
        Reading day.
    """

    scenario: Scenario
    strategies: tuple[str, ...]
    outcome: str
    replications: int
    day: int

    @property
    def sign(self) -> float:
        """1 where more is better, -1 where less is."""
        return 1.0 if ALL_MEASURES[self.outcome].higher_is_better else -1.0

    def axis(self, lang: Lang = "en") -> MeasureAxis:
        """Return how the outcome is written on an axis."""
        money = self.scenario.economics
        return measure_axis(self.outcome, money.currency, money.minor_units, lang)

    def amount(self, *values: float) -> str:
        """Return a difference of the outcome in words, or two as the ends of a range.

        Examples
        --------
        >>> from simcollect.scenario import load
        >>> ask(load("tiny"), replications=2).amount(0.0151, -0.002)
        '1.51 to -0.2 points'
        """
        unit = {"share": " points", "cents": f" {self.scenario.economics.currency}"}.get(
            ALL_MEASURES[self.outcome].unit, ""
        )
        numbers = (value * self.axis().factor for value in values)
        return " to ".join(f"{n:,.0f}" if abs(n) >= 1000.0 else f"{n:.3g}" for n in numbers) + unit

    def record(self, command: str) -> dict[str, Any]:
        """Return by what an analysis can be made again, for its file."""
        return {
            "command": command,
            "version": simcollect.__version__,
            "commit": commit(),
            "libraries": dict(libraries()),
            "scenario": self.scenario.name,
            "scenario_digest": digest(self.scenario),
            "seed": self.scenario.run.seed,
            "strategies": list(self.strategies),
            "outcome": self.outcome,
            "unit": ALL_MEASURES[self.outcome].unit,
            "replications": self.replications,
            "day": self.day,
        }


def ask(
    scenario: Scenario,
    strategies: Sequence[str] | None = None,
    *,
    outcome: str = OUTCOME,
    replications: int,
    day: int | None = None,
    least: int = 1,
) -> Asked:
    """Return a question, checked.

    Parameters
    ----------
    scenario
        A loaded scenario.
    strategies
        Names; all that act when None.
    outcome
        As written by users: ``net_recovery``, ``kept``.
    replications
        At least 2.
    day
        Reading day; the last when None.
    least
        So many strategies are needed.

    Raises
    ------
    InputError
        If a strategy or outcome is unknown, the outcome has no better direction, or there are too few of anything.
    """
    names = tuple(scenario.strategies) if strategies is None else tuple(dict.fromkeys(strategies))
    if strategies is None:
        names = tuple(name for name in names if name != BASELINE) or names
    for name in names:
        known_strategy(name, tuple(scenario.strategies))
    if len(names) < least:
        raise InputError("", "strategies", f"are {len(names)}", f"Expected {least} or more", "--strategies A,B")
    if replications < 2:
        expected = "Expected 2 or more: one run cannot tell what is luck"
        raise InputError("", "replications", f"are {replications}", expected)
    measure = measure_named(outcome, [name for name in ALL_MEASURES if name not in INCREMENTAL])
    if ALL_MEASURES[measure].higher_is_better is None:
        good = [name for name, meaning in ALL_MEASURES.items() if meaning.higher_is_better is not None]
        found = "is neither better high nor low"
        raise InputError("", f"outcome {measure}", found, f"Expected one of {', '.join(good)}")
    days = sorted({*(d for d in scenario.run.reading_days if d < scenario.run.horizon_days), scenario.run.horizon_days})
    if day is not None and day not in days:
        raise InputError("", "day", f"is {day}", f"Outcomes are read on days {', '.join(map(str, days))}")
    return Asked(scenario, names, measure, replications, days[-1] if day is None else day)


class Runs:
    """Outcomes of strategies at points, run where they are not known yet. One pool of processes serves every call.

    Parameters
    ----------
    asked
        What is run.
    workers, executor, folder
        As in :func:`simcollect.sweep.evaluate`; finished runs are kept in ``runs`` inside the folder.
    on_progress
        Told (runs ended, runs known to be wanted) after every job, and (0, 0) when work begins.
    """

    def __init__(
        self,
        asked: Asked,
        *,
        workers: int | None = None,
        executor: Executor | None = None,
        folder: Path | str | None = None,
        on_progress: Progress | None = None,
    ) -> None:
        self.asked = asked
        self.n_runs = 0
        self._workers, self._executor = workers, executor
        self._folder = None if folder is None else Path(folder) / RUNS
        self._report = on_progress or (lambda ended, every: None)
        self._stack = ExitStack()
        self._digests: dict[tuple[str, str, int], str] = {}

    def __enter__(self) -> Runs:
        """Open a pool of processes, unless there is an executor or one worker."""
        if self._folder is not None:
            self._folder.parent.mkdir(parents=True, exist_ok=True)
        self._report(0, 0)  # what is asked has been checked: from here on it may take long
        self._executor = self._stack.enter_context(lasting_pool(self.asked.scenario, self._workers, self._executor))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the processes."""
        self._stack.__exit__(kind, error, trace)

    @property
    def digest(self) -> str:
        """64 hexadecimal digits for all event logs together."""
        lines = (f"{point} {name} {number} {log}\n" for (point, name, number), log in sorted(self._digests.items()))
        return hashlib.sha256("".join(lines).encode()).hexdigest()

    def about(self, strategies: tuple[str, ...]) -> None:
        """Go on with some of the strategies only."""
        self.asked = replace(self.asked, strategies=strategies)

    def values(
        self, points: Sequence[Point], first: int = 0, stop: int | None = None, phase: Phase = "search"
    ) -> Numbers:
        """Return the outcome, shape [points, strategies, replications].

        Parameters
        ----------
        points
            Any number; equal ones are run once.
        first, stop
            Replications from ``first`` to ``stop - 1``; all when left out.
        phase
            Whose luck they have.

        Raises
        ------
        InputError
            If the outcome is not a number in some run, or the folder holds something else.
        """
        return self.outcomes(points, [self.asked.outcome], first, stop, phase)[self.asked.outcome]

    def outcomes(
        self,
        points: Sequence[Point],
        measures: Sequence[str],
        first: int = 0,
        stop: int | None = None,
        phase: Phase = "search",
    ) -> Mapping[str, Numbers]:
        """Return several outcomes, each of shape [points, strategies, replications]."""
        asked = self.asked
        numbers_of = replications_of(phase, first, asked.replications if stop is None else stop)
        before, begun = self.n_runs, [-1]
        wanted = len(points) * len(asked.strategies) * len(numbers_of)

        def report(n_ended: int, n_all: int) -> None:
            if begun[0] < 0:
                begun[0] = n_ended  # a folder counts what it held before
            left = n_all - begun[0]  # with it what an interrupted call left to do, which comes first
            there = max(wanted - left, 0)
            self._report(before + there + n_ended - begun[0], before + there + left)

        rows = evaluate(
            asked.scenario,
            points,
            asked.strategies,
            numbers_of,
            executor=self._executor,
            workers=1,
            folder=self._folder,
            on_progress=report,
        )
        self.n_runs += wanted
        rows = rows[rows["day"] == asked.day]
        shape = (len(points), len(asked.strategies), len(numbers_of))
        found = {}
        for measure in measures:
            numbers = rows[measure].to_numpy(dtype=np.float64).reshape(shape)
            if not np.all(np.isfinite(numbers)):
                expected = "Expected an outcome that every run has"
                raise InputError("", f"outcome {measure}", "is not a number in some run", expected)
            found[measure] = numbers
        names = rows["strategy"].to_numpy()
        for at, name, number, log in zip(rows["point"], names, rows["replication"], rows["digest"], strict=True):
            self._digests[str(sorted(points[at].items())), str(name), int(number)] = str(log)
        return found
