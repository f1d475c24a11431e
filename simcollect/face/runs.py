"""Does the runs that demonstrations ask for, each once, and keeps them: a second call goes on where the first stopped.

A run is known by its content: strategy, everything else of the scenario at the point (seed included), the sources of
the model and the meaning of the outcomes kept. Demonstrations that share a level share its runs.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from simcollect.core.errors import SimcollectError
from simcollect.core.folder import results_folder
from simcollect.experiment.run import Interrupted, Progress
from simcollect.experiment.workers import Specification, available_cores
from simcollect.face.asking import Arm, Asked
from simcollect.face.outcomes import FORMAT, observe
from simcollect.scenario import Scenario
from simcollect.scenario.variation import varied
from simcollect.sweep.ledger import Ledger
from simcollect.sweep.perform import perform
from simcollect.sweep.plan import Job, Task
from simcollect.sweep.points import point_text
from simcollect.sweep.request import content_of
from simcollect.sweep.shards import read_shard
from simcollect.sweep.work import Done, do

RUNS = "face_runs"
"""Folder of finished runs inside a results folder, one for each scenario."""

Row = Mapping[str, Any]
Key = tuple[str, int]
"""What a run is known by: content and replication."""


@dataclass(frozen=True)
class Wanted:
    """A demonstration's runs of one scenario.

    Attributes
    ----------
    asked
        The demonstration as this scenario can answer it.
    seeds
        Of the runs.
    replications
        How many under each seed.
    points
        Changes as JSON text, by arm and seed.
    contents
        What the runs are known by, by arm and seed.
    """

    asked: Asked
    seeds: tuple[int, ...]
    replications: int
    points: Mapping[tuple[Arm, int], str]
    contents: Mapping[tuple[Arm, int], str]

    @property
    def pairs(self) -> tuple[tuple[int, int], ...]:
        """(seed, replication) of every pair, in order."""
        return tuple((seed, replication) for seed in self.seeds for replication in range(self.replications))


def wanted(asked: Asked, scenario: Scenario, seeds: Sequence[int], replications: int) -> Wanted:
    """Return the runs that a demonstration needs of a scenario."""
    points, contents = {}, {}
    for arm, changes in asked.points.items():
        for seed in seeds:
            point = {**changes, "run.seed": seed}
            content = content_of(varied(scenario, point), asked.strategy)
            points[arm, seed] = point_text(point)
            contents[arm, seed] = hashlib.sha256(f"{content} face {FORMAT}".encode()).hexdigest()[:32]
    return Wanted(asked, tuple(seeds), asked.demonstration.replications or replications, points, contents)


def n_runs(demonstrations: Sequence[Wanted]) -> int:
    """Return how many different runs some demonstrations of one scenario need."""
    return len(_places(demonstrations))


def do_runs(
    scenario: Scenario,
    demonstrations: Sequence[Wanted],
    folder: Path | None = None,
    *,
    workers: int | None = None,
    executor: Executor | None = None,
    on_progress: Progress | None = None,
) -> dict[Key, list[Row]]:
    """Return the rows of every run wanted, by what it is known by; only what the folder does not hold is run.

    Parameters
    ----------
    scenario
        As the user has it.
    demonstrations
        What is wanted of it, in the order in which it is to be done.
    folder
        Keeps every finished run; nothing is kept when None.
    workers, executor, on_progress
        As in :func:`simcollect.sweep.evaluate.evaluate`.

    Raises
    ------
    Interrupted
        On Ctrl-C; finished runs are kept in the folder.
    InputError
        If the folder holds other files or cannot be written.
    SimcollectError
        If a run fails.
    """
    if folder is not None:
        return _in(scenario, demonstrations, folder, workers, executor, on_progress)
    with tempfile.TemporaryDirectory(prefix="simcollect-face-", ignore_cleanup_errors=True) as scratch:
        return _in(scenario, demonstrations, Path(scratch) / "runs", workers, executor, on_progress)


def _in(
    scenario: Scenario,
    demonstrations: Sequence[Wanted],
    folder: Path,
    workers: int | None,
    executor: Executor | None,
    on_progress: Progress | None,
) -> dict[Key, list[Row]]:
    report = on_progress or (lambda ended, every: None)
    places = _places(demonstrations)
    with results_folder(folder), Ledger(folder) as ledger:
        ledger.forget_failures()
        left = {key: place for key, place in places.items() if not ledger.has(*key)}
        n_ended = len(places) - len(left)
        report(n_ended, len(places))

        def keep(runs: list[Done]) -> None:
            nonlocal n_ended
            ledger.add(runs)
            for run in runs:
                if run.error:
                    raise SimcollectError(
                        f"A run of {run.strategy}, replication {run.replication}, failed: {run.error}"
                    )
            n_ended += len(runs)
            report(n_ended, len(places))

        n_workers = max(1, min(workers or available_cores(), len(left)))
        specification = Specification(scenario.model_dump_json(), ())
        try:
            perform(specification, _jobs(left), keep, n_workers=n_workers, executor=executor, work=_observe)
        except KeyboardInterrupt:
            raise Interrupted(n_ended, len(places)) from None
        ledger.flush()
        shards = ledger.shards_of({content for content, _ in places})
    rows: dict[Key, list[Row]] = {}
    for name in shards:
        for row in read_shard(folder, name).to_pylist():
            key = (row["content"], row["replication"])
            if key in places and row["error"] is None:
                rows.setdefault(key, []).append(row)
    return rows


_observe = partial(do, measure=observe)
"""What a worker does with a job."""


def _places(demonstrations: Sequence[Wanted]) -> dict[Key, tuple[str, str]]:
    """Return (changes, strategy) of every different run, demonstration by demonstration, pair by pair."""
    found: dict[Key, tuple[str, str]] = {}
    for each in demonstrations:
        for seed, replication in each.pairs:
            for arm in each.asked.points:
                place = (each.points[arm, seed], each.asked.strategy)
                found.setdefault((each.contents[arm, seed], replication), place)
    return found


def _jobs(left: Mapping[Key, tuple[str, str]]) -> Iterator[Job]:
    for (content, replication), (changes, strategy) in left.items():
        yield Job(0, changes, replication, (Task(content, strategy),))
