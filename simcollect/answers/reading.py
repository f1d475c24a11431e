"""What a study keeps of a run: all that a sweep keeps, outcomes by group, the pools, and the split against a twin."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from simcollect.answers.subjects import OF_POOLS
from simcollect.core.codes import CloseReason, EventKind
from simcollect.core.eventlog import EventLog
from simcollect.engine import simulate
from simcollect.experiment.measure import measure
from simcollect.face.outcomes import FORMAT, by_group, group_members, of_whole_book, part_column
from simcollect.outcomes.capacity import pool_totals
from simcollect.outcomes.reading import NEVER, Reading
from simcollect.outcomes.recovery_parts import recovery_parts
from simcollect.outcomes.twins import check_twins
from simcollect.population import build
from simcollect.scenario import Scenario
from simcollect.scenario.variation import varied
from simcollect.sweep.points import point_of
from simcollect.sweep.request import Request

Group: TypeAlias = tuple[str, str, NDArray[np.bool_]]
"""Kind of group, its name, and its members, shape [n]."""

_OWN_FORMAT: Final = 2
"""Raised when a column here is added or changes its meaning: runs kept under another number are done again."""

_POOL_COLUMNS: Final = dict(zip(OF_POOLS, ("utilisation", "taken_up_share", "mean_wait_days", "backlog"), strict=True))
_OF_BOTH: Final = ("self_cure", "accelerated", "delayed", "incremental", "cannibalised", "lost", "difference")


@dataclass(frozen=True)
class StudyReading:
    """Reads a run's log; can be handed to any process.

    Parameters
    ----------
    twin
        JSON text of a strategy's name, or of a point: what the money is compared with; "" for no split.
    """

    twin: str = ""

    def __call__(self, log: EventLog, scenario: Scenario) -> list[dict[str, Any]]:
        """Return one row a reading day; outcomes of a group are named ``kept_share, vulnerable yes``."""
        twin = _twin(log, scenario, self.twin) if self.twin else None
        everyone = np.ones(len(log.accounts), dtype=np.bool_)
        groups = [("", "", everyone), *group_members(log, scenario, everyone)]
        rows = measure(log, scenario)
        for row in rows:
            reading = Reading.at_day(log, row["day"])
            seen = _ratios(by_group(reading, scenario)) | of_whole_book(row, scenario)
            row |= {name: value for name, value in seen.items() if name not in row}
            row |= _pools(reading)
            row |= _by_account(reading, twin, groups)
        return rows


def of_reading(request: Request, reading: StudyReading) -> Request:
    """Return a request whose runs are known by what is read of them too, so that no sweep's runs are taken for them."""
    told = f"study {_OWN_FORMAT} face {FORMAT} twin {reading.twin}"

    def marked(content: str) -> str:
        return hashlib.sha256(f"{content} {told}".encode()).hexdigest()[:32]

    return replace(
        request,
        contents=tuple({name: marked(content) for name, content in known.items()} for known in request.contents),
    )


def _ratios(seen: Mapping[str, Any]) -> dict[str, float]:
    """Return part / whole of every observed outcome, by the name of the part."""
    found = {}
    for name, part in seen.items():
        whole = seen.get(f"whole of {name}")
        if whole is not None:
            found[name] = part / whole if whole > 0.0 else math.nan
    return found


def _pools(reading: Reading) -> dict[str, float]:
    found = {}
    for pool in pool_totals(reading):
        taken_up = pool["started"] / pool["queued"] if pool["queued"] else math.nan
        for outcome, column in _POOL_COLUMNS.items():
            found[part_column(outcome, "pool", pool["pool"])] = float((pool | {"taken_up_share": taken_up})[column])
    return found


def _by_account(reading: Reading, twin: EventLog | None, groups: Sequence[Group]) -> dict[str, float]:
    """Return what the face's outcomes have no column for, for all accounts and for every group."""
    arrived = reading.count(EventKind.OPENED) > 0
    opening = reading.total(EventKind.OPENED).astype(np.float64)
    sums = {"full_pay_before_offer_share": (_paid_before_offer(reading), np.ones(len(opening)))}
    if twin is not None:
        parts = recovery_parts(reading, Reading.at_day(twin, reading.day))
        for name in _OF_BOTH:
            sums[f"{name}_share"] = (getattr(parts, f"{name}_cents").astype(np.float64), opening)
    found = {}
    for dimension, value, members in groups:
        mine = members & arrived
        for name, (part, whole) in sums.items():
            below = float(whole[mine].sum())
            found[part_column(name, dimension, value)] = float(part[mine].sum()) / below if below > 0.0 else math.nan
    return found


def _paid_before_offer(reading: Reading) -> NDArray[np.float64]:
    """Return 1 for accounts cured or paid in full before they were offered a settlement, else 0, shape n."""
    offered = reading.field_at(reading.first(EventKind.OFFER_MADE), "at", NEVER)
    cured = reading.field_at(reading.first(EventKind.CURED), "at", NEVER)
    closed_row = reading.first(EventKind.CLOSED)
    closed = reading.field_at(closed_row, "at", NEVER)
    in_full = reading.field_at(closed_row, "detail", NEVER) == CloseReason.PAID_IN_FULL
    paid = np.where(cured != NEVER, cured, np.where(in_full, closed, NEVER))
    before: NDArray[np.float64] = ((paid != NEVER) & ((offered == NEVER) | (paid < offered))).astype(np.float64)
    return before


def _twin(log: EventLog, scenario: Scenario, told: str) -> EventLog:
    wanted = json.loads(told)
    document = scenario.model_dump_json()
    if isinstance(wanted, str):
        twin = _simulated(document, wanted, log.header.replication)
    else:
        twin = _simulated(_changed(document, told), log.header.strategy, log.header.replication)
    check_twins(log, twin)
    return twin


@lru_cache(maxsize=64)
def _changed(document: str, changes: str) -> str:
    return varied(Scenario.model_validate_json(document), point_of(changes)).model_dump_json()


@lru_cache(maxsize=32)
def _simulated(document: str, strategy: str, replication: int) -> EventLog:
    """Return a twin's log; points that share it follow each other replication by replication."""
    scenario = Scenario.model_validate_json(document)
    book = build(scenario, scenario.run.seed, replication)
    return simulate(scenario, strategy, replication=replication, population=book)
