"""Carries out a plan: in this process, in processes of its own, or on any executor; few jobs at a time under way."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, CancelledError, Executor, Future, wait
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from typing import Any, Final

from simcollect.core.errors import SimcollectError
from simcollect.experiment.warm import compile_model, is_compiled
from simcollect.experiment.workers import Specification, as_told, available_cores, worker_pool
from simcollect.sweep.plan import Job
from simcollect.sweep.work import Done, do, lost

Keep = Callable[[list[Done]], None]
"""Takes finished runs; they must be safe when it returns."""

JobWork = Callable[[Specification, Job], list[Done]]
"""Does a job: a function of a module, or a partial of one, which any process can import."""

_AHEAD: Final = 3
"""Jobs under way for each worker: enough that none waits for the next, few enough that memory does not grow."""

_UNKNOWN_WORKERS: Final = 64
"""Jobs under way on an executor that does not say how many workers it has."""

_TRIES: Final = 3
"""Times a job is handed out before a worker that dies under it is taken for its fault."""

_DIED: Final = f"a worker process died under it {_TRIES} times, perhaps for want of memory"


def perform(
    specification: Specification,
    jobs: Iterator[Job],
    keep: Keep,
    *,
    n_workers: int,
    executor: Executor | None = None,
    work: JobWork | None = None,
) -> None:
    """Do the jobs and hand every finished one over.

    Parameters
    ----------
    specification
        The scenario that the jobs change.
    jobs
        Taken one by one, when a worker is about to be free.
    keep
        Called in this thread, in the order in which jobs finish.
    n_workers
        Processes, at least 1; 1 stays in this process. Without effect with an executor.
    executor
        Does the jobs in place of processes of our own: threads, a cluster. It is not shut down.
    work
        What is done with a job; when None the sweep's own, which keeps headline outcomes and their details.

    Raises
    ------
    SimcollectError
        If an executor breaks down. What was finished has been kept.
    KeyboardInterrupt
        On Ctrl-C; what was finished has been kept.
    """
    waiting = _Waiting(jobs)
    work = work or do
    if executor is not None:
        _on_executor(specification, waiting, keep, executor, work)
        return
    if n_workers > 1 and not is_compiled():
        compile_model()  # here, so that the workers need not all do the same
    while waiting.any_left():
        try:
            with _pool(n_workers, specification) as pool:
                if pool is None:
                    _do_here(specification, waiting, keep, work)
                else:
                    _hand_out(waiting, keep, partial(_submit, pool, work), n_workers * _AHEAD)
        except BrokenExecutor:
            # A worker died, and with it the pool. The jobs under way go back; one of them may be at fault.
            waiting.put_back(lambda job: keep(lost(job, _DIED)))


def jobs_ahead(executor: Executor) -> int:
    """Return how many jobs are kept under way on an executor."""
    return max(_UNKNOWN_WORKERS, _AHEAD * available_cores(), _AHEAD * int(getattr(executor, "_max_workers", 0) or 0))


class _Waiting:
    """Jobs not handed out yet, those under way, and how often each of these was tried."""

    def __init__(self, jobs: Iterator[Job]) -> None:
        self._fresh = jobs
        self._again: deque[Job] = deque()
        self._tries: dict[Job, int] = {}
        self.under_way: dict[Future[list[Done]], Job] = {}
        self.one_by_one = False

    def any_left(self) -> bool:
        """Return whether there is a job to hand out."""
        if not self._again:
            fresh = next(self._fresh, None)
            if fresh is not None:
                self._again.append(fresh)
        return bool(self._again)

    def next(self) -> Job:
        return self._again.popleft()

    def finished(self, future: Future[list[Done]]) -> Job:
        job = self.under_way.pop(future)
        self._tries.pop(job, None)
        self.one_by_one = bool(self._tries)
        return job

    def put_back(self, give_up: Callable[[Job], None]) -> None:
        """Hand out again what was under way; give up what was tried too often.

        From then on one at a time, until these are through: so that the one at fault is known.
        """
        for job in self.under_way.values():
            self._put_back(job, give_up)
        self.under_way.clear()

    def put_back_one(self, future: Future[list[Done]], give_up: Callable[[Job], None]) -> None:
        """Hand out again one job that was lost on the way."""
        self._put_back(self.under_way.pop(future), give_up)

    def _put_back(self, job: Job, give_up: Callable[[Job], None]) -> None:
        tries = self._tries.get(job, 0) + 1
        if tries >= _TRIES:
            self._tries.pop(job, None)
            give_up(job)
        else:
            self._tries[job] = tries
            self._again.append(job)
        self.one_by_one = bool(self._tries)


def _pool(n_workers: int, specification: Specification) -> AbstractContextManager[Executor | None]:
    return worker_pool(n_workers, specification) if n_workers > 1 else nullcontext()


def _submit(pool: Executor, work: JobWork, job: Job) -> Future[list[Done]]:
    return pool.submit(as_told, work, job)


def _do_here(specification: Specification, waiting: _Waiting, keep: Keep, work: JobWork) -> None:
    while waiting.any_left():
        keep(work(specification, waiting.next()))


def _hand_out(
    waiting: _Waiting,
    keep: Keep,
    submit: Callable[[Job], Future[list[Done]]],
    n_ahead: int,
    on_lost: Callable[[Future[list[Done]], BaseException], None] | None = None,
) -> None:
    """Keep ``n_ahead`` jobs under way until none is left."""
    while True:
        while len(waiting.under_way) < (1 if waiting.one_by_one else n_ahead) and waiting.any_left():
            job = waiting.next()
            try:
                waiting.under_way[submit(job)] = job
            except BrokenExecutor:
                waiting._again.appendleft(job)
                raise
        if not waiting.under_way:
            return
        finished, _ = wait(waiting.under_way, return_when=FIRST_COMPLETED)
        # Failures last: what was finished beside them is kept.
        for future in sorted(finished, key=_has_failed):
            error = None if future.cancelled() else future.exception()
            if not _has_failed(future):
                runs = future.result()
                keep(runs)
                waiting.finished(future)
            elif on_lost is not None and error is not None and not isinstance(error, BrokenExecutor):
                on_lost(future, error)
            else:
                raise error or CancelledError()


def _on_executor(
    specification: Specification, waiting: _Waiting, keep: Keep, executor: Executor, work: JobWork
) -> None:
    def submit(job: Job) -> Future[list[Done]]:
        return executor.submit(work, specification, job)

    def on_lost(future: Future[list[Done]], error: BaseException) -> None:
        # The work itself raises nothing: what comes this way happened to the worker.
        told = f"its worker was lost {_TRIES} times ({type(error).__name__}: {error})"
        waiting.put_back_one(future, lambda job: keep(lost(job, told)))

    try:
        _hand_out(waiting, keep, submit, jobs_ahead(executor), on_lost)
    except (BrokenExecutor, CancelledError) as error:
        raise SimcollectError(
            f"The executor broke down ({type(error).__name__}{': ' if str(error) else ''}{error}). Finished runs are "
            "kept; start the same sweep again on a new one."
        ) from error
    finally:
        for future in waiting.under_way:
            future.cancel()


def _has_failed(future: Future[Any]) -> bool:
    return future.cancelled() or future.exception() is not None
