"""Runs a design: in this process, in processes of its own, or on any executor you bring.

A run's result depends on the scenario, the seed, the strategy and the replication's number, and on nothing else: not
on how many workers there are, nor on who finishes first.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from concurrent.futures import BrokenExecutor, Executor
from contextlib import closing
from typing import TypeAlias

from simcollect.core.errors import SimcollectError
from simcollect.experiment.design import Design, batches, remaining
from simcollect.experiment.store import Row, Store
from simcollect.experiment.warm import compile_model, is_compiled
from simcollect.experiment.workers import (
    Batch,
    Specification,
    Work,
    available_cores,
    in_processes,
    in_this_process,
    measure_runs,
    on_executor,
)

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


def perform(
    design: Design,
    *,
    store: Store | None = None,
    workers: int | None = None,
    executor: Executor | None = None,
    on_progress: Progress | None = None,
    work: Work = measure_runs,
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
    work
        What is done with a batch: by default headline outcomes are measured on each run's event log.

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
    todo = batches(tasks, 1 if executor else n_workers)
    n_finished = n_all - len(tasks)
    report = on_progress or _silent
    try:
        report(n_finished, n_all)
        if tasks and n_workers > 1 and executor is None and not is_compiled():
            compile_model()  # here, so that the workers need not all do the same
        # Closed even when something goes wrong in this loop: that ends the workers.
        with closing(_results(work, Specification.of(design), todo, n_workers, executor)) as results:
            for batch in results:
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


def _results(
    work: Work, specification: Specification, todo: Sequence[Batch], n_workers: int, executor: Executor | None
) -> Generator[list[Row], None, None]:
    if executor is not None:
        yield from on_executor(work, specification, todo, executor)
    elif n_workers == 1 or not todo:
        yield from in_this_process(work, specification, todo)
    else:
        yield from in_processes(work, specification, todo, n_workers)


def _silent(n_finished: int, n_all: int) -> None:
    """Report nothing."""
