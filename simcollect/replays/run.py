"""Plays replays: every arm of a replication on the same book, the measurement on their logs, estimates at the end."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, wait
from functools import lru_cache
from typing import TypeAlias

from simcollect.core.errors import InputError, SimcollectError
from simcollect.engine import simulate
from simcollect.experiment.run import Interrupted, Progress
from simcollect.experiment.warm import compile_model, is_compiled
from simcollect.experiment.workers import Specification, as_told, available_cores, worker_pool
from simcollect.population import build
from simcollect.replays.catalogue import REPLAYS, replay_of
from simcollect.replays.replay import Numbers, Replay
from simcollect.replays.results import Replays, rows_of
from simcollect.scenario import Scenario
from simcollect.scenario.run import MAX_SEED

Job: TypeAlias = tuple[str, int]
"""A replay's id and the number of a replication."""


def play(replay: Replay, replication: int = 0, scenario: Scenario | None = None) -> Numbers:
    """Return what one replication of a replay measures.

    Parameters
    ----------
    replay
        What to play.
    replication
        Number, 0 or more: the same borrowers with the same luck in every arm.
    scenario
        In place of the replay's own: the same arms on changed settings, as a calibration asks for them.

    Examples
    --------
    >>> from simcollect.scenario.variation import varied
    >>> x1 = replay_of("X1")
    >>> mute = varied(x1.scenario(), {"behaviour.payment.jump_message": 0.0, "portfolio.flow_per_month": 60.0})
    >>> play(x1, 0, mute)["moral"]
    0.0
    """
    chosen = replay.scenario() if scenario is None else scenario
    if not replay.arms:
        return replay.measure({}, chosen)
    book = build(chosen, chosen.run.seed, replication)
    logs = {arm: simulate(chosen, arm, replication=replication, population=book) for arm in replay.arms}
    return replay.measure(logs, chosen)


def replays(
    names: Sequence[str] = (),
    *,
    replications: int | None = None,
    seed: int | None = None,
    workers: int | None = None,
    on_progress: Progress | None = None,
) -> Replays:
    """Play published experiments and compare what the model gives with what was printed.

    Parameters
    ----------
    names
        Ids, X1 to X6; all when empty.
    replications
        Of each replay, at least 2 so that there is an interval; each replay's own number when None.
    seed
        In place of the scenarios', 0 to 2**63 - 1.
    workers
        Processes; as many as there are cores when None. 1 stays in this process.
    on_progress
        Told (replications finished, replications in all).

    Raises
    ------
    InputError, InputErrors
        If a replay is unknown, or a number is out of range.
    Interrupted
        On Ctrl-C.
    """
    chosen = _chosen(names)
    if replications is not None and replications < 2:
        raise InputError("", "replications", f"is {replications}", "Expected 2 or more: one gives no interval")
    if seed is not None and not 0 <= seed <= MAX_SEED:
        raise InputError("", "seed", f"is {seed}", f"Expected a whole number from 0 to {MAX_SEED:,}")
    counts = {r.id: 1 if r.replications == 1 else replications or r.replications for r in chosen}
    scenarios = {r.id: _seeded(r.scenario(), seed) for r in chosen}
    document = json.dumps({name: scenario.model_dump_json() for name, scenario in scenarios.items()})
    jobs = [(r.id, replication) for r in chosen for replication in range(counts[r.id])]
    found = _perform(Specification(document, ()), jobs, workers, on_progress or _silent)
    rows = [row for r in chosen for row in rows_of(r, [found[(r.id, k)] for k in range(counts[r.id])])]
    return Replays(tuple(rows), seed, counts, _digest(document, counts))


def _chosen(names: Sequence[str]) -> list[Replay]:
    wanted = {replay_of(name).id for name in names}
    return [replay for replay in REPLAYS.values() if replay.id in wanted or not names]


def _seeded(scenario: Scenario, seed: int | None) -> Scenario:
    if seed is None:
        return scenario
    return scenario.model_copy(update={"run": scenario.run.model_copy(update={"seed": seed})})


def _perform(
    specification: Specification, jobs: Sequence[Job], workers: int | None, report: Progress
) -> Mapping[Job, Numbers]:
    found: dict[Job, Numbers] = {}
    n_workers = min(workers or available_cores(), len(jobs))
    try:
        if not is_compiled():
            compile_model()  # here, so that the workers need not all do the same
        report(0, len(jobs))
        for job, numbers in _played(specification, jobs, n_workers):
            found[job] = numbers
            report(len(found), len(jobs))
    except KeyboardInterrupt:
        raise Interrupted(len(found), len(jobs)) from None
    except BrokenExecutor as error:
        raise SimcollectError(
            f"A worker process died after {len(found)} of {len(jobs)} replications, perhaps for want of memory. "
            "Try again with fewer --workers."
        ) from error
    return found


def _played(specification: Specification, jobs: Sequence[Job], n_workers: int) -> Iterator[tuple[Job, Numbers]]:
    if n_workers <= 1:
        for job in jobs:
            yield job, play_told(specification, job)
        return
    with worker_pool(n_workers, specification) as pool:
        asked = {pool.submit(as_told, play_told, job): job for job in jobs}
        waiting = set(asked)
        while waiting:
            finished, waiting = wait(waiting, return_when=FIRST_COMPLETED)
            for future in finished:
                yield asked[future], future.result()


def play_told(specification: Specification, job: Job) -> Numbers:
    """Do one replication in any process: the specification's text holds the scenario of every replay."""
    name, replication = job
    return play(REPLAYS[name], replication, _scenarios(specification.document)[name])


@lru_cache(maxsize=2)
def _scenarios(document: str) -> Mapping[str, Scenario]:
    return {name: Scenario.model_validate_json(text) for name, text in json.loads(document).items()}


def _digest(document: str, counts: Mapping[str, int]) -> str:
    from simcollect import __version__

    text = json.dumps([__version__, document, dict(counts)], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def _silent(n_finished: int, n_all: int) -> None:
    """Report nothing."""
