"""Runs a design: in this process, in processes of its own, or on any executor you bring.

A run's result depends on the scenario, the seed, the strategy and the replication's number, and on nothing else: not
on how many workers there are, nor on who finishes first.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, ProcessPoolExecutor, wait
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

from simcollect.core.errors import SimcollectError
from simcollect.engine import Policy, simulate
from simcollect.experiment.design import Design, Task, batches, remaining
from simcollect.experiment.measure import measure
from simcollect.experiment.store import Row, Store
from simcollect.experiment.warm import compile_model, is_compiled
from simcollect.population import build
from simcollect.scenario import Scenario

Progress: TypeAlias = Callable[[int, int], None]
"""Told (runs finished, runs in all) at the start and after every batch."""


class Interrupted(SimcollectError):
    """The user stopped a design; finished runs are kept in its store.

    Parameters
    ----------
    n_finished, n_all
        Runs on disk, and runs in the design.
    """

    def __init__(self, n_finished: int, n_all: int) -> None:
        super().__init__(f"stopped after {n_finished} of {n_all} runs")
        self.n_finished = n_finished
        self.n_all = n_all


@dataclass(frozen=True)
class Job:
    """Runs of one replication, as text and numbers, so that any process can do them.

    Policies are the exception: they travel as Python objects.
    """

    document: str
    tasks: tuple[Task, ...]
    policies: tuple[Policy, ...] = ()


def perform(
    design: Design,
    *,
    store: Store | None = None,
    workers: int | None = None,
    executor: Executor | None = None,
    on_progress: Progress | None = None,
) -> list[Row]:
    """Run what the store does not hold yet; return the rows of the whole design, by replication, strategy and day.

    Parameters
    ----------
    design
        Strategies and replications.
    store
        Keeps every finished batch; without one the rows are only returned.
    workers
        Processes, at least 1; as many as there are cores when None. 1 stays in this process.
    executor
        Runs the jobs in place of processes of our own: threads, a cluster. It is not shut down.
    on_progress
        Called after every batch.

    Raises
    ------
    Interrupted
        On Ctrl-C. What was finished is in the store.
    SimcollectError
        If a worker process dies.
    """
    rows = store.rows() if store else []
    tasks = remaining(design, {(row["replication"], row["strategy"]) for row in rows})
    n_all = len(design.strategies) * len(design.replications)
    n_workers = min(workers or available_cores(), max(1, len(tasks)))
    if any(type(policy).__module__ == "__main__" for policy in design.policies):
        n_workers = 1  # another process could not import a class of a notebook or script
    if tasks and n_workers > 1 and executor is None and not is_compiled():
        compile_model()  # here, so that the workers need not all do the same
    document = design.scenario.model_dump_json()
    jobs = [Job(document, batch, design.policies) for batch in batches(tasks, 1 if executor else n_workers)]
    n_finished = n_all - len(tasks)
    report = on_progress or _silent
    report(n_finished, n_all)
    try:
        for batch in _results(jobs, n_workers, executor):
            if store is not None:
                store.add(batch)
            rows += batch
            n_finished += len({(row["replication"], row["strategy"]) for row in batch})
            report(n_finished, n_all)
    except KeyboardInterrupt:
        raise Interrupted(n_finished, n_all) from None
    except BrokenExecutor as error:
        raise SimcollectError(
            f"A worker process died after {n_finished} of {n_all} runs, perhaps for want of memory. "
            "Finished runs are kept; try again with fewer --workers."
        ) from error
    finally:
        if store is not None:
            store.close()
    wanted = {(task.replication, task.strategy) for task in design.tasks()}
    chosen = [row for row in rows if (row["replication"], row["strategy"]) in wanted]
    return sorted(chosen, key=lambda row: (row["replication"], row["strategy"], row["day"]))


def available_cores() -> int:
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def work(job: Job) -> list[Row]:
    """Return the rows of a job's runs: what a worker process does."""
    scenario = _scenario(job.document)
    replication = job.tasks[0].replication
    book = build(scenario, scenario.run.seed, replication)
    policies = {policy.name: policy for policy in job.policies}
    rows: list[Row] = []
    for task in job.tasks:
        strategy = policies.get(task.strategy, task.strategy)
        log = simulate(scenario, strategy, replication=replication, population=book)
        key = {"replication": replication, "strategy": task.strategy, "digest": log.digest()}
        rows += [key | numbers for numbers in measure(log, scenario)]
    return rows


@lru_cache(maxsize=2)
def _scenario(document: str) -> Scenario:
    """Return the scenario of a text; kept, since a worker is handed the same one again and again."""
    return Scenario.model_validate_json(document)


def _results(jobs: Sequence[Job], n_workers: int, executor: Executor | None) -> Iterator[list[Row]]:
    if executor is not None:
        yield from _completed(jobs, executor)
    elif n_workers == 1 or not jobs:
        yield from map(work, jobs)
    else:
        # Spawned, not forked: the same on every platform, and no lock of the parent's threads is inherited held.
        context = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(n_workers, context, initializer=_end_quietly_on_ctrl_c) as pool:
            yield from _completed(jobs, pool)


def _completed(jobs: Sequence[Job], executor: Executor) -> Iterator[list[Row]]:
    waiting = {executor.submit(work, job) for job in jobs}
    try:
        while waiting:
            finished, waiting = wait(waiting, return_when=FIRST_COMPLETED)
            # Failures last: what was finished beside them is kept.
            for future in sorted(finished, key=_has_failed):
                yield future.result()
    finally:
        for future in waiting:
            future.cancel()


def _has_failed(future: Future[list[Row]]) -> bool:
    return future.cancelled() or future.exception() is not None


def _end_quietly_on_ctrl_c() -> None:
    """Let a terminal's Ctrl-C end a worker at once; the parent is the one that reports it."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def _silent(n_finished: int, n_all: int) -> None:
    """Report nothing."""
