"""Staff and work lists: every item goes somewhere, and nobody does two things at once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simcollect.core.codes import EventKind, Pool
from simcollect.outcomes.audit.findings import Fault
from simcollect.outcomes.audit.sequence import running
from simcollect.outcomes.capacity import item_of, one_row_a_job
from simcollect.outcomes.headline import ACTORS_PER_POOL
from simcollect.outcomes.reading import Reading

_K = EventKind


@dataclass(frozen=True)
class StaffLimits:
    """Headcount by pool, -1 without limit: callers, negotiators, legal officers, settlement desk."""

    headcount: tuple[int, int, int, int]


def work_accounted_for(reading: Reading) -> Iterator[Fault]:
    """Find work that starts, ends or is withdrawn without having been queued or started.

    An item is an account and an action. What is queued and not started by the horizon is still waiting, what is started
    and not ended is under way; both are allowed. A crew's further rows in the same minute belong to the same item.
    """
    queued = reading.where(_K.WORK_QUEUED)
    started = one_row_a_job(reading, reading.where(_K.WORK_STARTED))
    ended = one_row_a_job(reading, reading.where(_K.WORK_ENDED))
    withdrawn = reading.where(_K.WORK_WITHDRAWN)
    yield _too_many(reading, queued, np.sort(np.concatenate([started, withdrawn])), "was not waiting on any work list")
    yield _too_many(reading, started, ended, "ends a job that nobody had started")


def one_job_at_a_time(reading: Reading) -> Iterator[Fault]:
    """Find collectors who start a job before ending the last, or end another job than they started.

    Staff of unlimited pools have no names and are not checked.
    """
    positions = reading.where(_K.WORK_STARTED, _K.WORK_ENDED)
    positions = positions[reading.rows["actor"][positions] % ACTORS_PER_POOL != 0]
    actor = reading.column("actor", positions)
    nameless = actor < ACTORS_PER_POOL
    yield Fault("actor {} is a pool, not a collector", positions[nameless], actor[nameless])
    starts = reading.rows["kind"][positions] == _K.WORK_STARTED
    order, busy = running(actor, positions, np.where(starts, 1, -1).astype(np.int64))
    ordered = positions[order]
    double = (busy > 1) & starts[order]
    yield Fault("collector {} is already at work", ordered[double], actor[order][double])
    idle = (busy < 0) & ~starts[order]
    yield Fault("collector {} had started nothing", ordered[idle], actor[order][idle])
    item = item_of(reading, ordered)
    is_pair = np.zeros(len(ordered), dtype=np.bool_)
    is_pair[1:] = (actor[order][1:] == actor[order][:-1]) & ~starts[order][1:] & starts[order][:-1]
    swapped = np.flatnonzero(is_pair)
    swapped = swapped[item[swapped] != item[swapped - 1]]
    yield Fault("collector {} ends another job than the one started", ordered[swapped], actor[order][swapped])


def staff_time_passes(reading: Reading) -> Iterator[Fault]:
    """Find items whose ended jobs are charged more staff minutes than passed between their starts and ends.

    ``value`` of WORK_ENDED is staff time: for a crew either each row carries its own minutes or one row carries all.
    """
    started, ended = reading.where(_K.WORK_STARTED), reading.where(_K.WORK_ENDED)
    items, place = np.unique(item_of(reading, np.concatenate([started, ended])), return_inverse=True)
    starts, ends = place[: len(started)], place[len(started) :]
    n_started, n_ended = np.bincount(starts, minlength=len(items)), np.bincount(ends, minlength=len(items))
    passed, charged = np.zeros(len(items), dtype=np.int64), np.zeros(len(items), dtype=np.int64)
    np.add.at(passed, ends, reading.column("at", ended))
    np.add.at(passed, starts, -reading.column("at", started))
    passed += np.maximum(n_started - n_ended, 0) * reading.until  # still under way at the horizon
    np.add.at(charged, ends, reading.column("value", ended))
    excess = charged - passed
    last = np.zeros(len(items), dtype=np.intp)
    last[ends] = ended
    wrong = (excess > 0) & (n_ended > 0) & (n_ended <= n_started)
    yield Fault("{} more staff minutes charged for this item than passed", last[wrong], excess[wrong])


def within_headcount(reading: Reading, limits: StaffLimits) -> Iterator[Fault]:
    """Find work by collectors whom their pool does not have."""
    positions = reading.where(_K.WORK_STARTED)
    actor = reading.column("actor", positions)
    pool, number = actor // ACTORS_PER_POOL, actor % ACTORS_PER_POOL
    headcount = np.array((0, *limits.headcount), dtype=np.int64)[np.clip(pool, 0, max(Pool))]
    beyond = (headcount >= 0) & ((number > headcount) | (number == 0))
    yield Fault("actor {} is beyond the pool's headcount", positions[beyond], actor[beyond])


def _too_many(reading: Reading, plus: NDArray[np.intp], minus: NDArray[np.intp], message: str) -> Fault:
    positions = np.concatenate([plus, minus])
    steps = np.concatenate([np.ones(len(plus), dtype=np.int64), -np.ones(len(minus), dtype=np.int64)])
    order, left = running(item_of(reading, positions), positions, steps)
    wrong = (left < 0) & (steps[order] < 0)
    return Fault(message, positions[order[wrong]])
