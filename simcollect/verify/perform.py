"""Runs cases: the replications of all of them, side by side on the project's worker processes."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping, Sequence
from concurrent.futures import BrokenExecutor, Future, as_completed
from contextlib import closing
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, TypeAlias

from simcollect.core.errors import SimcollectError
from simcollect.experiment.run import Interrupted
from simcollect.experiment.warm import compile_model, is_compiled
from simcollect.experiment.workers import Specification, as_told, available_cores, worker_pool
from simcollect.scenario import Scenario
from simcollect.verify.case import Case

Progress: TypeAlias = Callable[[int, int], None]
"""Told (replications finished, replications in all)."""

Said: TypeAlias = dict[str, float]
"""What one replication of a case says, by quantity."""

_PER_JOB: Final = 4
"""Replications a worker is handed at once: few, so that the last ones end together."""
_NOTHING: Final = Specification("", ())
"""Workers are told a scenario at their start; those of a case are made by the case, in the worker."""


@dataclass(frozen=True)
class Job:
    """Some replications of a case.

    Attributes
    ----------
    case
        The case, itself: so cases that somebody adds run like those of the package.
    settings
        (name, value) of every parameter.
    seed
        Of all draws.
    replications
        Numbers, from 0.
    """

    case: Case
    settings: tuple[tuple[str, Any], ...]
    seed: int
    replications: tuple[int, ...]


def perform(
    asked: Sequence[tuple[Case, Mapping[str, Any], int]],
    seed: int,
    workers: int | None = None,
    on_progress: Progress | None = None,
) -> list[list[Said]]:
    """Run cases and return what their replications said, in the order asked.

    What a replication says depends on case, parameters, seed and number alone, not on the workers.

    Parameters
    ----------
    asked
        (case, its parameters, number of replications).
    seed
        Of all draws.
    workers
        Processes; as many as there are cores when None. 1 stays in this process.
    on_progress
        Called at the start and whenever some replications are finished.

    Raises
    ------
    Interrupted
        On Ctrl-C.
    SimcollectError
        If a worker process dies.
    """
    jobs: list[tuple[int, Job]] = []
    for place, (case, given, n) in enumerate(asked):
        for first in range(0, n, _PER_JOB):
            numbers = tuple(range(first, min(first + _PER_JOB, n)))
            jobs.append((place, Job(case, tuple(given.items()), seed, numbers)))
    jobs.sort(key=lambda job: not job[1].case.slow)  # long ones first: nobody waits for them at the end
    n_all = sum(n for _, _, n in asked)
    found: list[dict[int, Said]] = [{} for _ in asked]
    n_finished = 0
    n_workers = min(workers or available_cores(), max(1, len(jobs)))
    report = on_progress or _silent
    try:
        if n_workers > 1 and not is_compiled():
            compile_model()  # here, so that the workers need not all do the same
        report(0, n_all)
        with closing(_results(jobs, n_workers)) as results:
            for place, said in results:
                found[place].update(said)
                n_finished += len(said)
                report(n_finished, n_all)
    except KeyboardInterrupt:
        raise Interrupted(n_finished, n_all) from None
    except BrokenExecutor as error:
        raise SimcollectError(
            f"A worker process died after {n_finished} of {n_all} replications, perhaps for want of memory. "
            "Try again with fewer --workers."
        ) from error
    return [[said[number] for number in sorted(said)] for said in found]


def do(specification: Specification, job: Job) -> dict[int, Said]:
    """Run the replications of a job; the specification is not used."""
    scenario = _scenario(job.case, job.settings)
    given = dict(job.settings)
    return {number: dict(job.case.replicate(scenario, given, job.seed, number)) for number in job.replications}


@lru_cache(maxsize=4)
def _scenario(case: Case, settings: tuple[tuple[str, Any], ...]) -> Scenario:
    """Return a case's scenario; kept, since the jobs of a case follow each other."""
    return case.scenario(dict(settings))


def _results(jobs: Sequence[tuple[int, Job]], n_workers: int) -> Generator[tuple[int, dict[int, Said]], None, None]:
    if n_workers == 1:
        for place, job in jobs:
            yield place, do(_NOTHING, job)
        return
    with worker_pool(n_workers, _NOTHING) as pool:
        futures: dict[Future[dict[int, Said]], int] = {pool.submit(as_told, do, job): place for place, job in jobs}
        for future in as_completed(futures):
            yield futures[future], future.result()


def _silent(n_finished: int, n_all: int) -> None:
    """Report nothing."""
