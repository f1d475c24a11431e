"""Moments at points of the parameter space: simulated where they are not known yet, kept as soon as they are.

A point's moments depend on the scenario, the point, the seeds and the replications' numbers, and on nothing else.
Replications with the same number have the same borrowers and the same luck at every point, so moments move with the
parameters and not with chance: differences between points are precise long before the moments themselves are.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, wait
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from simcollect.calibrate.asked import READING, Calibration, Setting
from simcollect.calibrate.moments import Replication, Tally, family
from simcollect.core.compiled import source_hash
from simcollect.core.errors import InputError, InputErrors, SimcollectError
from simcollect.engine import simulate
from simcollect.experiment.run import Interrupted, Progress
from simcollect.experiment.warm import compile_model, is_compiled
from simcollect.experiment.workers import Specification, as_told, available_cores, worker_pool
from simcollect.population import build
from simcollect.scenario import Scenario
from simcollect.scenario.variation import varied

Point: TypeAlias = tuple[float, ...]
"""A value for each parameter, natural units, in the order of the calibration file."""

Tallies: TypeAlias = dict[str, tuple[float, float]]

STORE: Final = "evaluations.sqlite"
_MODEL: Final = ("core", "behaviour", "stages", "population", "engine", "scenario", "calibrate/moments")
"""Rooms whose sources a moment depends on: an edit there makes every kept one void."""


@dataclass(frozen=True)
class Scenarios(Specification):
    """What workers are told at their start: the scenario of every setting, as text."""

    settings: tuple[str, ...]

    @classmethod
    def behind(cls, calibration: Calibration) -> Scenarios:
        """Return the scenarios of a calibration."""
        documents = tuple(setting.scenario.model_dump_json() for setting in calibration.settings)
        return cls(documents[0], (), documents)


@dataclass(frozen=True)
class Job:
    """One replication of one setting at one point: what a worker is handed."""

    setting: int
    places: tuple[str, ...]
    point: Point
    seed: int
    replication: int
    treatments: tuple[str, ...]
    families: tuple[str, ...]
    reading: tuple[tuple[str, float], ...] = ()


def observe(specification: Specification, job: Job) -> Tallies:
    """Return the tallies of one replication of a setting at one point."""
    assert isinstance(specification, Scenarios)
    reading = dict(job.reading)
    changes = []
    for place, value in zip(job.places, job.point, strict=True):
        if place.startswith(READING):
            reading[place.removeprefix(READING)] = value
        else:
            changes.append((place, value))
    scenario = _changed(specification.settings[job.setting], tuple(changes))
    book = build(scenario, job.seed, job.replication)
    logs = {
        name: simulate(scenario, name, seed=job.seed, replication=job.replication, population=book)
        for name in job.treatments
    }
    seen = Replication(scenario, book, logs, reading)
    found: dict[str, Tally] = {}
    for name in job.families:
        found |= family(name)(seen)
    return {name: (float(tally.numerator), float(tally.denominator)) for name, tally in found.items()}


@lru_cache(maxsize=8)
def _changed(document: str, changes: tuple[tuple[str, float], ...]) -> Scenario:
    return varied(Scenario.model_validate_json(document), dict(changes))


@dataclass(frozen=True)
class Moments:
    """Moments at a point, k of them, pooled over r replications.

    Attributes
    ----------
    names
        Of the moments.
    value
        Pooled ratio, shape k; NaN where no replication had a case.
    se
        Its standard error between replications (of a ratio of sums), shape k; NaN from fewer than 2.
    deviations
        Each replication's part in it, shape (r, k): their correlation is that of the moments.
    """

    names: tuple[str, ...]
    value: NDArray[np.float64]
    se: NDArray[np.float64]
    deviations: NDArray[np.float64]


def pooled(tallies: Sequence[Mapping[str, tuple[float, float]]], names: Sequence[str]) -> Moments:
    """Return the moments of some replications together.

    The standard error is that of a ratio of sums (Cochran 1977, Sampling Techniques, 6.4): the replications' residuals
    ``numerator - moment * denominator`` are independent and have mean zero.

    Examples
    --------
    >>> pooled([{"cured": (1.0, 4.0)}, {"cured": (3.0, 4.0)}], ["cured"]).value
    array([0.5])
    """
    sums = np.array([[t.get(name, (0.0, 0.0)) for name in names] for t in tallies], dtype=np.float64)
    sums = sums.reshape(len(tallies), len(names), 2)
    top, bottom = sums[:, :, 0].sum(axis=0), sums[:, :, 1].sum(axis=0)
    value = np.divide(top, bottom, out=np.full(len(names), np.nan), where=bottom != 0.0)
    r = len(tallies)
    residual = sums[:, :, 0] - value * sums[:, :, 1]
    deviations = np.divide(residual, bottom, out=np.full_like(residual, np.nan), where=bottom != 0.0)
    spread = np.sqrt(r / (r - 1) * np.sum(deviations * deviations, axis=0)) if r > 1 else np.full(len(names), np.nan)
    return Moments(tuple(names), value, spread, deviations)


def together(parts: Sequence[Moments], names: Sequence[str]) -> Moments:
    """Return the moments of several settings as one: each moment is of one setting, NaN where it is of none.

    Settings are simulated apart, so that moments of two have nothing to do with each other: a replication of one has
    no part in a moment of another.
    """
    place = {name: j for j, name in enumerate(names)}
    value, se = np.full(len(names), np.nan), np.full(len(names), np.nan)
    deviations = np.zeros((sum(len(part.deviations) for part in parts), len(names)))
    first = 0
    for part in parts:
        columns = [place[name] for name in part.names]
        value[columns], se[columns] = part.value, part.se
        deviations[first : first + len(part.deviations), columns] = part.deviations
        first += len(part.deviations)
    return Moments(tuple(names), value, se, deviations)


class Store:
    """Tallies on disk by the digest of what they depend on: a kill loses only the replications under way."""

    def __init__(self, folder: Path | None) -> None:
        try:
            if folder is not None:
                folder.mkdir(parents=True, exist_ok=True)
            self._base = sqlite3.connect(":memory:" if folder is None else str(folder / STORE), timeout=60.0)
            self._base.execute("CREATE TABLE IF NOT EXISTS tally (key TEXT PRIMARY KEY, found TEXT) WITHOUT ROWID")
        except (OSError, sqlite3.Error) as error:
            raise InputError("", f'folder "{folder}"', f"cannot be written ({error})", "Expected your own") from None

    def get(self, key: str) -> Tallies | None:
        """Return what is kept under a key, None where nothing is."""
        row = self._base.execute("SELECT found FROM tally WHERE key = ?", (key,)).fetchone()
        return None if row is None else {name: (pair[0], pair[1]) for name, pair in json.loads(row[0]).items()}

    def put(self, key: str, found: Tallies) -> None:
        """Keep tallies; they are on disk when this returns."""
        with self._base:
            self._base.execute("INSERT OR REPLACE INTO tally VALUES (?, ?)", (key, json.dumps(found)))

    def close(self) -> None:
        """Let go of the file."""
        self._base.close()


class Evaluator:
    """Moments of a calibration at any point, in processes of our own.

    Parameters
    ----------
    calibration
        What is calibrated.
    store
        What is known already.
    pool
        Where replications are simulated; None stays in this process.
    on_progress
        Told (replications simulated or found, replications expected at most).

    Attributes
    ----------
    planned
        Replications expected at most, set by who plans.
    simulated
        Replications that were not known.
    """

    def __init__(
        self, calibration: Calibration, store: Store, pool: Executor | None, on_progress: Progress | None = None
    ) -> None:
        self.calibration = calibration
        self._specification = Scenarios.behind(calibration)
        self._store = store
        self._pool = pool
        self._report: Callable[[int, int], None] = on_progress or (lambda done, planned: None)
        self._program = source_hash(rooms=_MODEL)
        self._known: dict[str, Tallies] = {}
        self._asked = 0
        self.planned = 0
        self.simulated = 0
        self.points: dict[Point, Moments] = {}

    def moments(self, points: Sequence[Point], more: int = 1) -> list[Moments]:
        """Return the moments at some points; what is not known is simulated, all at the same time.

        Parameters
        ----------
        more
            How many times the calibration's replications.
        """
        jobs = {
            point: [
                self._jobs(position, setting, point, more) for position, setting in enumerate(self.calibration.settings)
            ]
            for point in dict.fromkeys(points)
        }
        self._simulate([job for of_point in jobs.values() for of_setting in of_point for job in of_setting])
        found = {point: self._pooled(of_point) for point, of_point in jobs.items()}
        self.points |= found if more == 1 else {}
        return [found[point] for point in points]

    def observed(self) -> set[str]:
        """Return the names of all moments that the families gave so far."""
        return {name for tallies in self._known.values() for name in tallies}

    def _jobs(self, position: int, setting: Setting, point: Point, more: int) -> list[Job]:
        mine = [(p.place, x) for p, x in zip(self.calibration.parameters, point, strict=True) if setting.knows(p.place)]
        places, values = tuple(place for place, _ in mine), tuple(x for _, x in mine)
        reading = tuple(setting.reading.items())
        return [
            Job(position, places, values, seed, r, setting.treatments, setting.families, reading)
            for seed in setting.seeds
            for r in range(setting.replications * more)
        ]

    def _pooled(self, jobs: Sequence[Sequence[Job]]) -> Moments:
        """Return the moments of some replications of every setting."""
        names = tuple(self.calibration.targets)
        parts, given = [], set[str]()
        for of_setting in jobs:
            tallies = [self._known[self._key(job)] for job in of_setting]
            seen = [name for name in names if any(name in one for one in tallies)]
            if given.intersection(seen):
                raise InputErrors([self._twice(name) for name in seen if name in given])
            given.update(seen)
            parts.append(pooled(tallies, seen))
        return together(parts, names)

    def _twice(self, name: str) -> InputError:
        return InputError(
            self.calibration.file,
            f'target "{name}"',
            "is observed in two settings",
            "Expected every target in one",
            "Take its family out of one of them",
        )

    def _simulate(self, jobs: Sequence[Job]) -> None:
        todo: dict[str, Job] = {}
        for job in jobs:
            key = self._key(job)
            if key in self._known:
                continue
            kept = self._store.get(key)
            if kept is None:
                todo[key] = job
            else:
                self._keep(key, kept)
        for key, found in self._done(todo):
            self._store.put(key, found)
            self.simulated += 1
            self._keep(key, found)

    def _done(self, todo: Mapping[str, Job]) -> Iterator[tuple[str, Tallies]]:
        if self._pool is None:
            for key, job in todo.items():
                yield key, observe(self._specification, job)
            return
        waiting = {self._pool.submit(as_told, observe, job): key for key, job in todo.items()}
        while waiting:
            finished, _ = wait(waiting, return_when=FIRST_COMPLETED)
            # Failures last: what was finished beside them is kept.
            for future in sorted(finished, key=lambda f: f.exception() is not None):
                yield waiting.pop(future), future.result()

    def _keep(self, key: str, found: Tallies) -> None:
        self._known[key] = found
        self._asked += 1
        self._report(self._asked, max(self.planned, self._asked))

    def _key(self, job: Job) -> str:
        document = _digest(self._specification.settings[job.setting])
        told = [self._program, document, job.places, job.point, job.seed, job.replication]
        return hashlib.sha256(json.dumps([*told, job.treatments, job.families, job.reading]).encode()).hexdigest()


@lru_cache(maxsize=32)
def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


@contextmanager
def evaluator(
    calibration: Calibration,
    *,
    folder: Path | None = None,
    workers: int | None = None,
    on_progress: Progress | None = None,
) -> Iterator[Evaluator]:
    """Open the store and the processes of a calibration, and close them however it ends.

    Raises
    ------
    Interrupted
        On Ctrl-C; finished replications are kept in the folder.
    SimcollectError
        If a worker process dies.
    """
    store = Store(folder)
    n_workers = workers or available_cores()
    made: Evaluator | None = None
    try:
        if n_workers > 1 and not is_compiled():
            compile_model()  # here, so that the workers need not all do the same
        with worker_pool(n_workers, Scenarios.behind(calibration)) if n_workers > 1 else nullcontext() as pool:
            made = Evaluator(calibration, store, pool, on_progress)
            yield made
    except KeyboardInterrupt:
        raise Interrupted(made._asked if made else 0, made.planned if made else 0) from None
    except BrokenExecutor as error:
        raise SimcollectError(
            "A worker process died, perhaps for want of memory. Finished simulations are kept in the folder; "
            "try again with fewer --workers."
        ) from error
    finally:
        store.close()
