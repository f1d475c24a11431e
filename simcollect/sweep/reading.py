"""What a study's folder says: how far it is, its runs, means, differences and surfaces. Nothing here writes."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow.parquet as pq

from simcollect.core.errors import InputError
from simcollect.experiment.measure import ALL_MEASURES
from simcollect.scenario import Scenario
from simcollect.scenario.variation import varied
from simcollect.sweep.changes import changes
from simcollect.sweep.plan import Plan, Use
from simcollect.sweep.points import point_of
from simcollect.sweep.request import Request
from simcollect.sweep.results import differences_of, means_of, place_columns, read_shards, results_of
from simcollect.sweep.shards import runs_of, shard_names
from simcollect.sweep.status import PROGRESS, Status, read_json
from simcollect.sweep.tables import RESULTS, failures_of


class StudyReading:
    """A sweep's folder. Reading it never needs a lock and never disturbs a sweep that goes on.

    Parameters
    ----------
    folder
        Of the study.
    request
        What was asked for.
    part
        (i, n) when this folder does the i-th of n parts, on one of n machines.
    """

    def __init__(self, folder: Path | str, request: Request, part: tuple[int, int] = (1, 1)) -> None:
        self.folder = Path(folder)
        self.request = request
        self.part = part
        self.notes: tuple[str, ...] = ()

    def status(self) -> Status:
        """Return how far the study is; needs no lock."""
        content = read_json(self.folder / PROGRESS)
        if not content:
            n_all = Plan(self.request).n_tasks(self.part)
            return Status(0, 0, n_all, math.nan, 0.0, 0, 0.0, 0.0, 0.0, False, math.nan)
        left = content.pop("seconds_left")
        return Status(seconds_left=math.nan if left is None else left, **content)

    def points(self) -> pd.DataFrame:
        """Return the value of every place at every point, one row a point."""
        return place_columns(self.request)

    def results(self) -> pd.DataFrame:
        """Return the finished runs: one row a point, strategy, replication and reading day.

        Columns: point (its number), the point's places, strategy, replication, day, digest (of the event log), every
        headline outcome (money in minor units), and the increments over no action where that was run. While a sweep
        goes on these are the runs in shards, half a minute old at most.
        """
        if (self.folder / RESULTS).is_file():
            table = pq.read_table(self.folder / RESULTS)
            if (table.schema.metadata or {}).get(b"request") == self.request.digest.encode():
                found: pd.DataFrame = table.to_pandas()
                return found
        plan = Plan(self.request, self._any_stop())
        return results_of(self.request, plan.uses, read_shards(self.folder, shard_names(self.folder)))

    def failures(self) -> pd.DataFrame:
        """Return the runs that failed: point, strategy, replication, seed, error and the command that replays it."""
        finished: set[tuple[str, int]] = set()
        found: dict[tuple[str, int], str] = {}
        for name in shard_names(self.folder):
            for content, replication, _, error in runs_of(self.folder, name):
                if error is None:
                    finished.add((content, replication))
                else:
                    found[content, replication] = error
        # What was done once more and finished then is no failure.
        found = {run: error for run, error in found.items() if run not in finished}
        return failures_of(self.request, found, self.folder.name)

    def means(self, outcomes: Sequence[str] | None = None, day: int | None = None, level: float = 0.95) -> pd.DataFrame:
        """Return means over replications with their intervals: one row a point, strategy and outcome.

        Parameters
        ----------
        outcomes
            Those of the experiment when None.
        day
            Reading day; the last when None.
        level
            Of each interval by itself.
        """
        return means_of(self.request, self._on_day(day), self._outcomes(outcomes), level)

    def differences(
        self,
        outcomes: Sequence[str] | None = None,
        reference: str | None = None,
        day: int | None = None,
        level: float = 0.95,
        smallest_effect: float | None = None,
        together: bool = False,
    ) -> pd.DataFrame:
        """Return paired differences to a reference strategy at each point: one row a point, strategy and outcome.

        Parameters
        ----------
        outcomes, day, level
            As in :meth:`means`.
        reference
            A strategy of the study; the experiment's when None.
        smallest_effect
            Smallest difference that matters, in the outcome's unit.
        together
            Whether the intervals of one outcome are to hold for all points and strategies at once (Bonferroni).
        """
        against = self._reference(reference)
        runs, names = self._on_day(day), self._outcomes(outcomes)
        pairs = runs.loc[runs["strategy"] != against, ["point", "strategy"]].drop_duplicates()
        comparisons = max(1, len(pairs)) if together else 1
        return differences_of(self.request, runs, names, against, level, smallest_effect, comparisons)

    def changes(
        self,
        outcomes: Sequence[str] | None = None,
        to: int | Mapping[str, Any] = 0,
        reference: str | None = None,
        day: int | None = None,
        level: float = 0.95,
        smallest_effect: float | None = None,
        together: bool = False,
    ) -> pd.DataFrame:
        """Return paired differences between points, or of a strategy's lead over ``reference`` between points.

        ``study.changes(to={"capacity.pools.callers.headcount": 4})`` compares every point with the one that has four
        callers and all else alike. Parameters and columns as in :func:`simcollect.sweep.changes.changes`; the outcomes
        are those of the experiment when None.
        """
        names = self._outcomes(outcomes)
        return changes(self._finished_runs(), names, to, reference, day, level, smallest_effect, together)

    def surface(
        self,
        outcome: str,
        x: str | None = None,
        y: str | None = None,
        strategy: str | None = None,
        reference: str | None = None,
        day: int | None = None,
    ) -> pd.DataFrame:
        """Return an outcome's mean over two places: rows the values of x, columns those of y.

        Parameters
        ----------
        outcome
            Which; money in minor units.
        x, y
            Places; the first two levers when None. Points that agree in both are averaged: over uncertainties, say.
        strategy
            Of the study; the only one, or the first that is not the reference, when None.
        reference
            When given, the mean paired difference to this strategy stands in place of the level.
        day
            Reading day; the last when None.

        Raises
        ------
        InputError
            If a name is not known, or the study varies fewer than two places.
        """
        places = self.request.places
        if (x is None or y is None) and len(places) < 2:
            raise InputError("", "surface", f"has {len(places)} places", "Expected a study that varies two or more")
        across, down = x or places[0], y or places[1]
        for place in (across, down):
            if place not in places:
                raise InputError.unknown("", place, places, "place")
        others = [name for name in self.request.strategies if name != (reference or self.request.reference)]
        chosen = strategy or (others or list(self.request.strategies))[0]
        self._reference(chosen)
        table = self.means([outcome], day) if reference is None else self.differences([outcome], reference, day)
        table = table[table["strategy"] == chosen]
        return table.pivot_table(values="mean", index=across, columns=down, aggfunc="mean", dropna=False)

    def scenario_at(self, point: int) -> Scenario:
        """Return the scenario at a point."""
        return varied(self.request.scenario, point_of(self.request.points[point]))

    def find(self, run: str) -> tuple[Use, int]:
        """Return where a run appears, and its replication, from its short name: ``3f9c0a17d2b4-12``.

        Raises
        ------
        InputError
            If there is no such run in this study.
        """
        content, _, number = run.rpartition("-")
        if content and number.isdigit():
            for use in Plan(self.request).uses:
                if use.content.startswith(content):
                    return use, int(number)
        raise InputError("", f'run "{run}"', "is not in this study", "Expected a name as failures.csv gives it")

    def _any_stop(self) -> dict[int, int]:
        """Return stops that let every replication in: a precision may have asked for more than the request says."""
        return dict.fromkeys(range(len(self.request.points)), 10**9) if self.request.precision else {}

    def _finished_runs(self) -> pd.DataFrame:
        runs = self.results()
        if not len(runs):
            raise InputError(
                "", f'folder "{self.folder}"', "holds no finished run yet", "Expected some", "Wait or resume"
            )
        return runs

    def _on_day(self, day: int | None) -> pd.DataFrame:
        runs = self._finished_runs()
        days = sorted(int(known) for known in runs["day"].unique())
        if day is not None and day not in days:
            read = ", ".join(str(known) for known in days)
            raise InputError("", "day", f"is {day}", f"Outcomes were read on days {read}")
        if day is not None:
            return runs[runs["day"] == day]
        # The horizon may differ from point to point.
        return runs[runs["day"] == runs.groupby("point")["day"].transform("max")]

    def _outcomes(self, outcomes: Sequence[str] | None) -> tuple[str, ...]:
        for name in outcomes or ():
            if name not in ALL_MEASURES:
                raise InputError.unknown("", name, ALL_MEASURES, "outcome")
        return tuple(outcomes or self.request.outcomes)

    def _reference(self, name: str | None) -> str:
        chosen = name or self.request.reference or self.request.strategies[0]
        if chosen not in self.request.strategies:
            raise InputError.unknown("", chosen, self.request.strategies, "strategy")
        return chosen
