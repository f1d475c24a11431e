"""What a worker does: the runs of a job. A run that fails is an answer like any other."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeAlias

from simcollect.core.eventlog import EventLog
from simcollect.engine import simulate
from simcollect.experiment.measure import measure
from simcollect.experiment.workers import Specification
from simcollect.population import build
from simcollect.scenario import Scenario
from simcollect.scenario.variation import varied
from simcollect.sweep.plan import Job, Task
from simcollect.sweep.points import point_of

Measuring: TypeAlias = Callable[[EventLog, Scenario], list[dict[str, Any]]]
"""Makes the rows that are kept of a run; a function of a module, which any process can import."""


@dataclass(frozen=True)
class Done:
    """A run that came to an end.

    Attributes
    ----------
    content, strategy, point, replication
        Which.
    rows
        Its digest and outcomes, one row a reading day; none when it failed.
    error
        What went wrong, "" when nothing did.
    seconds
        In the engine, in reading the log, and in all (its share of making the point's scenario and book included).
    """

    content: str
    strategy: str
    point: int
    replication: int
    rows: tuple[dict[str, Any], ...]
    error: str
    seconds: tuple[float, float, float]


def do(specification: Specification, job: Job, measure: Measuring = measure) -> list[Done]:
    """Return how the runs of a job ended, in the order of its tasks; ``measure`` reads each event log."""
    started = time.perf_counter()
    try:
        scenario = _at_point(specification.document, job.changes)
        book = build(scenario, scenario.run.seed, job.replication)
    except Exception as error:
        seconds = (0.0, 0.0, (time.perf_counter() - started) / len(job.tasks))
        return [_ended(job, task, (), _told(error), seconds) for task in job.tasks]
    before = (time.perf_counter() - started) / len(job.tasks)
    done = []
    for task in job.tasks:
        begun = time.perf_counter()
        simulated = begun
        rows: list[dict[str, Any]] = []
        told = ""
        try:
            log = simulate(scenario, task.strategy, replication=job.replication, population=book)
            simulated = time.perf_counter()
            rows = [{"digest": log.digest()} | numbers for numbers in measure(log, scenario)]
        except Exception as error:
            told, rows = _told(error), []
        ended = time.perf_counter()
        seconds = (simulated - begun, ended - simulated, ended - begun + before)
        done.append(_ended(job, task, tuple(rows), told, seconds))
    return done


def lost(job: Job, told: str) -> list[Done]:
    """Return the runs of a job that nobody could finish."""
    return [_ended(job, task, (), told, (0.0, 0.0, 0.0)) for task in job.tasks]


@lru_cache(maxsize=4)
def _at_point(document: str, changes: str) -> Scenario:
    """Return the scenario at a point; kept, since the jobs of a point follow each other."""
    return varied(Scenario.model_validate_json(document), point_of(changes))


def _ended(
    job: Job, task: Task, rows: tuple[dict[str, Any], ...], error: str, seconds: tuple[float, float, float]
) -> Done:
    return Done(task.content, task.strategy, job.point, job.replication, rows, error, seconds)


def _told(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"
