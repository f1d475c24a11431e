"""What is chosen among: strategies, points of a scenario, or both, each with a short name; and their runs."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simcollect.core.errors import InputError
from simcollect.experiment.design import known_strategy
from simcollect.experiment.phases import Phase, replications_of
from simcollect.experiment.run import Progress
from simcollect.experiment.workers import available_cores
from simcollect.scenario import Scenario
from simcollect.scenario.variation import parsed
from simcollect.sweep.evaluate import evaluate
from simcollect.sweep.points import Point, distinct, point_text
from simcollect.sweep.pool import lasting_pool


@dataclass(frozen=True)
class Candidate:
    """One of those chosen among: a strategy at a point.

    Attributes
    ----------
    name
        Short and its own: the strategy, the point's values, or both.
    strategy
        Name of the strategy.
    point
        What is changed of the scenario; ``{}`` for the scenario as it is.
    """

    name: str
    strategy: str
    point: Point


def candidates_of(
    scenario: Scenario, strategies: Sequence[str] | None, points: Sequence[Point] | None
) -> tuple[Candidate, ...]:
    """Return every strategy at every point, named.

    Parameters
    ----------
    strategies
        Names; all of the scenario's when None.
    points
        Mappings from places to values; the scenario as it is when None. Points alike are one.

    Raises
    ------
    InputError
        If a strategy is unknown, or there are fewer than two candidates.
    """
    at = distinct(list(points)) if points else [{}]
    paths = [parsed(place) for point in at for place in point]
    added = [str(path[1]) for path in paths if len(path) == 2 and path[0] == "strategies"]
    known = tuple(dict.fromkeys([*scenario.strategies, *added]))
    names = tuple(dict.fromkeys(strategies if strategies is not None else scenario.strategies))
    for name in names:
        known_strategy(name, known)
    if len(names) * len(at) < 2:
        raise InputError("", "candidates", f"are {len(names) * len(at)}", "Expected two or more strategies or points")
    short = _short_places(at)
    found = []
    for name in names:
        for point in at:
            values = ", ".join(f"{short[place]} {value}" for place, value in point.items())
            parts = [part for part in (name if len(names) > 1 or not values else "", values) if part]
            found.append(Candidate(", ".join(parts), name, point))
    return tuple(found)


class CandidateRuns:
    """One outcome of candidates, run where it is not known yet. One pool of processes serves every call.

    Parameters
    ----------
    scenario, candidates
        What is run.
    outcome
        A measure that every run has.
    day
        Reading day; the last when None.
    workers, executor, folder
        As in :func:`simcollect.sweep.evaluate`.
    on_progress
        Told (runs ended, runs that it may come to) after every job.
    """

    def __init__(
        self,
        scenario: Scenario,
        candidates: Sequence[Candidate],
        outcome: str,
        *,
        day: int | None = None,
        workers: int | None = None,
        executor: Executor | None = None,
        folder: Path | None = None,
        on_progress: Progress | None = None,
    ) -> None:
        self.scenario = scenario
        self.candidates = {candidate.name: candidate for candidate in candidates}
        self.outcome = outcome
        self.n_workers = max(1, workers or available_cores())
        self.n_ended = 0
        self.n_expected = 0
        self._day, self._executor, self._folder = day, executor, folder
        self._report = on_progress or (lambda ended, every: None)
        self._stack = ExitStack()
        self._digests: dict[tuple[str, int], str] = {}

    def __enter__(self) -> CandidateRuns:
        """Open a pool of processes, unless there is an executor or one worker."""
        self._executor = self._stack.enter_context(lasting_pool(self.scenario, self.n_workers, self._executor))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the processes."""
        self._stack.__exit__(kind, error, trace)

    @property
    def digest(self) -> str:
        """64 hexadecimal digits for all event logs together."""
        lines = (f"{name} {number} {digest}\n" for (name, number), digest in sorted(self._digests.items()))
        return hashlib.sha256("".join(lines).encode()).hexdigest()

    def values(self, names: Sequence[str], phase: Phase, start: int, stop: int) -> dict[str, NDArray[np.float64]]:
        """Return the outcome of each candidate named in replications ``start`` to ``stop - 1`` of a phase.

        Raises
        ------
        InputError
            If the outcome is not a number in some run, or the day is none of the reading days.
        """
        by_strategy: dict[str, list[Candidate]] = {}
        for name in names:
            by_strategy.setdefault(self.candidates[name].strategy, []).append(self.candidates[name])
        # Strategies wanted at the same points are run together: they share the book of a replication.
        together: dict[tuple[str, ...], list[str]] = {}
        for strategy, theirs in by_strategy.items():
            together.setdefault(tuple(point_text(one.point) for one in theirs), []).append(strategy)
        numbers = replications_of(phase, start, stop)
        found: dict[str, NDArray[np.float64]] = {}
        for strategies in together.values():
            theirs = by_strategy[strategies[0]]
            rows = evaluate(
                self.scenario,
                [one.point for one in theirs],
                strategies,
                numbers,
                executor=self._executor,
                workers=1,
                folder=self._folder,
                on_progress=self._counted(),
            )
            self.n_ended += len(theirs) * len(strategies) * len(numbers)
            days = sorted(rows["day"].unique())
            day = days[-1] if self._day is None else self._day
            if day not in days:
                raise InputError("", "day", f"is {day}", f"Outcomes were read on days {', '.join(map(str, days))}")
            rows = rows[rows["day"] == day]
            for strategy in strategies:
                for place, one in enumerate(theirs):
                    name = self._named(strategy, one.point)
                    mine = rows[(rows["strategy"] == strategy) & (rows["point"] == place)].sort_values("replication")
                    values = mine[self.outcome].to_numpy(dtype=np.float64)
                    if not np.all(np.isfinite(values)):
                        raise InputError(
                            "", f"outcome {self.outcome} of {name}", "is not a number in some replication",
                            "Expected an outcome that every run has",
                        )  # fmt: skip
                    found[name] = values
                    for number, digest in zip(mine["replication"], mine["digest"], strict=True):
                        self._digests[name, int(number)] = str(digest)
        self._report(self.n_ended, max(self.n_ended, self.n_expected))
        return {name: found[name] for name in names}

    def _named(self, strategy: str, point: Point) -> str:
        text = point_text(point)
        return next(
            one.name for one in self.candidates.values() if one.strategy == strategy and point_text(one.point) == text
        )

    def _counted(self) -> Callable[[int, int], None]:
        """Return a report on the jobs of one call as one on all."""
        before: list[int] = []

        def report(n_ended: int, n_all: int) -> None:
            if not before:
                before.append(n_ended)
            now = self.n_ended + n_ended - before[0]
            self._report(now, max(now, self.n_expected))

        return report


def _short_places(points: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """Return for each place the fewest last parts that no other place ends in."""
    places = list(dict.fromkeys(place for point in points for place in point))
    parts = {place: [str(part) for part in parsed(place)] for place in places}
    short = {}
    for place, mine in parts.items():
        for n in range(1, len(mine) + 1):
            ending = mine[-n:]
            if sum(theirs[-n:] == ending for theirs in parts.values()) == 1:
                break
        short[place] = ".".join(ending)
    return short
