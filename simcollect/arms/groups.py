"""Groups of borrowers compared under two strategies, each borrower with his own twin; and groups of equal ability."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from simcollect.arms.values import Values, account_values
from simcollect.core.codes import Cell, EventKind
from simcollect.core.eventlog import EventLog
from simcollect.core.units import MINUTES_PER_DAY
from simcollect.engine import simulate
from simcollect.experiment.measure import prices, reading_days
from simcollect.experiment.store import Row
from simcollect.experiment.workers import Batch, Specification
from simcollect.outcomes.headline import ATTEMPTS
from simcollect.outcomes.reading import Reading
from simcollect.outcomes.standing import standing
from simcollect.population import AGE_BANDS, Population, build

Chosen = NDArray[np.bool_]

MEASURES: Final = (
    "value_with_residual_share",
    "gross_recovery_share",
    "cost_per_account_cents",
    "kept_share",
    "complaints_per_1000",
    "sued_share",
    "attempts_per_account_week",
)
"""What groups are compared in."""
BY: Final = ("segment", "cell", "age_band")
GROUPS_OF_PEOPLE: Final = ("segment", "age_band")
"""Groups between which gaps are taken; a cell is why somebody is overdue, not who he is."""
MARKS: Final = (
    EventKind.COMPLAINT,
    EventKind.SUIT_FILED,
    EventKind.CREDIT_MARKED,
    EventKind.INSOLVENT,
    EventKind.CUSTOMER_LEFT,
)
"""What counts against a strategy from the borrower's side, each at most once; not being kept is one more."""
_STRATA: Final = 5


def group_runs(pair: tuple[str, str], specification: Specification, batch: Batch) -> list[Row]:
    """Return how groups fare under the two strategies, one row a replication and reading day.

    Columns: ``found`` (by, group, measure, first, second), ``moved`` (by, group and how many borrowers each way),
    ``gaps`` (by, group, measure, first, second: to all other groups, at equal ability).
    """
    scenario, replication = specification.scenario, batch[0].replication
    book = build(scenario, scenario.run.seed, replication)
    logs = [simulate(scenario, name, replication=replication, population=book) for name in pair]
    economics = prices(scenario)
    strata = ability_strata(book)
    rows: list[Row] = []
    for task in batch:
        for day in reading_days(scenario):
            values = [group_values(log, account_values(log, economics, day), day) for log in logs]
            readings = [Reading.at_day(log, day) for log in logs]
            arrived = standing(readings[0]).has_arrived
            moved = _moved(readings, values, book, arrived)
            found, gaps = _compared(values, book, arrived, strata)
            key = {"replication": replication, "strategy": task.strategy, "digest": logs[1].digest()}
            rows.append(key | {"day": day, "found": found, "moved": moved, "gaps": gaps})
    return rows


def group_values(log: EventLog, values: Mapping[str, Values], day: int | None = None) -> dict[str, Values]:
    """Return every one of :data:`MEASURES` by account."""
    reading = Reading.at_day(log, day)
    debts = standing(reading)
    sued, weeks = reading.count(EventKind.SUIT_FILED) > 0, debts.overdue_minutes / (7.0 * MINUTES_PER_DAY)
    attempts = reading.count(*ATTEMPTS).astype(np.float64)
    more = {
        "sued_share": Values(sued.astype(np.float64), debts.has_arrived.astype(np.float64)),
        "attempts_per_account_week": Values(attempts, weeks),
    }
    return {name: more[name] if name in more else values[name] for name in MEASURES}


def groups_of(book: Population, by: str) -> list[tuple[str, Chosen]]:
    """Return the groups of a kind that have accounts: names and who is in them."""
    rows = book.book
    names: dict[str, Sequence[str]] = {
        "segment": book.segments,
        "cell": [cell.name.lower() for cell in Cell],
        "age_band": AGE_BANDS,
    }
    return [(name, mine) for k, name in enumerate(names[by]) if (mine := rows[by] == k).any()]


def ability_strata(book: Population) -> NDArray[np.int64]:
    """Return the fifth of the book that each account is in by ability, 0 to 4: spare cash in instalments a month.

    True ability, which a simulation knows and a lender does not.
    """
    rows = book.book
    ability = rows["spare_cents"] / np.maximum(1, rows["instalment_cents"])
    breaks = np.quantile(ability, np.arange(1, _STRATA) / _STRATA)
    strata: NDArray[np.int64] = np.searchsorted(breaks, ability, side="right").astype(np.int64)
    return strata


def gap_at_equal_ability(values: Values, mine: Chosen, others: Chosen, strata: NDArray[np.int64]) -> float:
    """Return how a group fares against the others of the same ability; NaN where no stratum has both.

    The difference within each stratum of ability, weighted by the group's accounts in it (direct standardisation).
    """
    total, weight = 0.0, 0
    for stratum in range(_STRATA):
        own, other = mine & (strata == stratum), others & (strata == stratum)
        gap = values.ratio(own) - values.ratio(other)
        if math.isfinite(gap):
            n = int(own.sum())
            total, weight = total + n * gap, weight + n
    return total / weight if weight else math.nan


def _compared(
    values: Sequence[Mapping[str, Values]], book: Population, arrived: Chosen, strata: NDArray[np.int64]
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    found, gaps = [], []
    for by in BY:
        groups = groups_of(book, by)
        for name, mine in groups:
            for measure in MEASURES:
                first, second = (each[measure].ratio(mine & arrived) for each in values)
                named = {"by": by, "group": name, "measure": measure}
                found.append(named | {"first": first, "second": second})
                if by in GROUPS_OF_PEOPLE and len(groups) > 1:
                    pair = [
                        gap_at_equal_ability(each[measure], mine & arrived, ~mine & arrived, strata) for each in values
                    ]
                    gaps.append(named | {"first": pair[0], "second": pair[1]})
    return found, gaps


def _moved(
    readings: Sequence[Reading], values: Sequence[Mapping[str, Values]], book: Population, arrived: Chosen
) -> list[dict[str, Any]]:
    """Count by group how many borrowers pay more or less, and bear fewer marks or more, than their own twins."""
    paid = [reading.total(EventKind.PAYMENT) for reading in readings]
    marks = [_marks(reading, each["kept_share"]) for reading, each in zip(readings, values, strict=True)]
    everyone = [("all", np.ones(len(arrived), dtype=np.bool_))]
    counts = []
    for by, groups in (("all", everyone), *((by, groups_of(book, by)) for by in BY)):
        for name, mine in groups:
            chosen = mine & arrived
            counts.append(
                {
                    "by": by,
                    "group": name,
                    "n": int(chosen.sum()),
                    "pays_more": int((paid[1] > paid[0])[chosen].sum()),
                    "pays_less": int((paid[1] < paid[0])[chosen].sum()),
                    "better": int((marks[1] < marks[0])[chosen].sum()),
                    "worse": int((marks[1] > marks[0])[chosen].sum()),
                }
            )
    return counts


def _marks(reading: Reading, kept: Values) -> NDArray[np.int64]:
    marks: NDArray[np.int64] = (kept.part == 0.0).astype(np.int64)
    for kind in MARKS:
        marks += reading.count(kind) > 0
    return marks
