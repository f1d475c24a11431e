"""Processes that serve many calls of :func:`simcollect.sweep.evaluate`, for whoever asks in rounds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from contextlib import contextmanager
from typing import Any

from simcollect.experiment.warm import compile_model, is_compiled
from simcollect.experiment.workers import Specification, as_told, available_cores, worker_pool
from simcollect.scenario import Scenario


@contextmanager
def lasting_pool(
    scenario: Scenario, workers: int | None = None, executor: Executor | None = None
) -> Iterator[Executor | None]:
    """Open processes for the points of one scenario, and give the executor to hand to ``evaluate``.

    Parameters
    ----------
    scenario
        What the points change.
    workers
        Processes, at least 1; as many as there are cores when None. With 1 the answer is None: stay in this process.
    executor
        Somebody's own: given back as it is, and not shut down.
    """
    n_workers = max(1, workers or available_cores())
    if executor is not None or n_workers == 1:
        yield executor
        return
    if not is_compiled():
        compile_model()
    with worker_pool(n_workers, Specification(scenario.model_dump_json(), ())) as pool:
        yield _Told(pool, n_workers)


class _Told(Executor):
    """A pool whose processes know the specification already, so that it need not go with every job."""

    def __init__(self, pool: Executor, n_workers: int) -> None:
        self._pool = pool
        self._max_workers = n_workers

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Submit ``fn(specification, job)`` without the specification."""
        return self._pool.submit(as_told, fn, args[1])
