"""Who does the runs: this process, processes of our own, or an executor that somebody brings."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ProcessPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias, TypeVar

from simcollect.engine import Policy, simulate
from simcollect.experiment.design import Design, Task
from simcollect.experiment.measure import measure
from simcollect.experiment.store import Row
from simcollect.population import build
from simcollect.scenario import Scenario

J = TypeVar("J")
R = TypeVar("R")

Batch: TypeAlias = tuple[Task, ...]
"""Runs of one replication, which share its book."""


@dataclass(frozen=True)
class Specification:
    """A scenario as text, and policies, so that any process can do runs of it."""

    document: str
    policies: tuple[Policy, ...]

    @classmethod
    def of(cls, design: Design) -> Specification:
        """Return what the runs of a design have in common."""
        return cls(design.scenario.model_dump_json(), design.policies)

    @property
    def scenario(self) -> Scenario:
        """The scenario that the text describes."""
        return _scenario(self.document)

    def strategy(self, name: str) -> str | Policy:
        """Return the policy of this name, or the name of a strategy of the scenario."""
        return next((policy for policy in self.policies if policy.name == name), name)


Work: TypeAlias = Callable[[Specification, Batch], list[Row]]
"""Does a batch and returns its rows: a function of a module, which any process can import."""


def available_cores() -> int:
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def measure_runs(specification: Specification, batch: Batch) -> list[Row]:
    """Return the headline outcomes of a batch's runs, one row a run and reading day."""
    scenario, replication = specification.scenario, batch[0].replication
    book = build(scenario, scenario.run.seed, replication)
    rows: list[Row] = []
    for task in batch:
        log = simulate(scenario, specification.strategy(task.strategy), replication=replication, population=book)
        key = {"replication": replication, "strategy": task.strategy, "digest": log.digest()}
        rows += [key | numbers for numbers in measure(log, scenario)]
    return rows


def in_this_process(work: Work, specification: Specification, todo: Sequence[Batch]) -> Iterator[list[Row]]:
    """Yield the rows of every batch, one after the other."""
    for batch in todo:
        yield work(specification, batch)


def in_processes(
    work: Work, specification: Specification, todo: Sequence[Batch], n_workers: int
) -> Iterator[list[Row]]:
    """Yield the rows of every batch as processes of our own finish them."""
    with worker_pool(n_workers, specification) as pool:
        yield from _as_finished([pool.submit(as_told, work, batch) for batch in todo])


def on_executor(
    work: Work, specification: Specification, todo: Sequence[Batch], executor: Executor
) -> Iterator[list[Row]]:
    """Yield the rows of every batch as somebody's executor finishes them."""
    futures = [executor.submit(work, specification, batch) for batch in todo]
    try:
        yield from _as_finished(futures)
    finally:
        for future in futures:
            future.cancel()


@lru_cache(maxsize=2)
def _scenario(document: str) -> Scenario:
    """Return the scenario of a text; kept, since a worker is handed the same one again and again."""
    return Scenario.model_validate_json(document)


def _as_finished(futures: Sequence[Future[list[Row]]]) -> Iterator[list[Row]]:
    waiting = set(futures)
    while waiting:
        finished, waiting = wait(waiting, return_when=FIRST_COMPLETED)
        # Failures last: what was finished beside them is kept.
        for future in sorted(finished, key=_has_failed):
            yield future.result()


def _has_failed(future: Future[list[Row]]) -> bool:
    return future.cancelled() or future.exception() is not None


@contextmanager
def worker_pool(n_workers: int, specification: Specification) -> Iterator[ProcessPoolExecutor]:
    """Open processes, and end them at once when the work is broken off.

    They are spawned, not forked: the same on every platform, and no lock of the parent's threads is inherited held. The
    specification goes to each once, at its start. Were it part of every job, the queue's pipe would fill up, and a
    thread waiting to write into it would keep the program from ending after Ctrl-C. Jobs left over are not cancelled
    but die with their processes: the pool itself complains about cancelled ones.
    """
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(n_workers, context, initializer=_begin, initargs=(specification,)) as pool:
        try:
            yield pool
        except BaseException:
            for process in list((pool._processes or {}).values()):  # terminate_workers() from Python 3.14 on
                process.terminate()
            raise


_told: Specification | None = None


def _begin(specification: Specification) -> None:
    """Start a worker process: take the specification, and let a terminal's Ctrl-C end it without a traceback."""
    global _told
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    _told = specification


def _end_with_parent() -> None:
    """End this process when the one that started it is gone, killed perhaps: nobody would take its results."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def as_told(work: Callable[[Specification, J], R], job: J) -> R:
    """Do a job in a process of a :func:`worker_pool`, with the specification it was told at its start."""
    assert _told is not None, "a worker process was not begun"
    return work(_told, job)
