"""The run: dates, length, replications, seed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, TypeAlias

from pydantic import Field

from simcollect.scenario.kinds import MAX_DAYS, Date, Days, Document, Flag, Kind, Zone
from simcollect.scenario.places import Problem, shown

MAX_SEED = 2**63 - 1
Horizon: TypeAlias = Annotated[
    int, Field(ge=1, le=MAX_DAYS), Kind("days", f"a whole number of days from 1 to {MAX_DAYS}")
]
Replications: TypeAlias = Annotated[
    int, Field(ge=1, le=100_000), Kind("count", "a whole number of replications from 1 to 100,000")
]
Seed: TypeAlias = Annotated[int, Field(ge=0, le=MAX_SEED), Kind("count", f"a whole number from 0 to {MAX_SEED}")]


class Run(Document):
    """When the simulation starts, how long it lasts, how often it is repeated."""

    start_date: Date = Field(description="Day 0 of the run (date).")
    horizon_days: Horizon = Field(365, description="Length of the run (days, 1 to 3660).")
    replications: Replications = Field(20, description="Paired replications of each strategy (count).")
    seed: Seed = Field(1, description="Seed of all keyed draws (0 to 2**63 - 1).")
    reading_days: tuple[Days, ...] = Field(
        (), description="Days at which outcomes are also read, each at most horizon_days."
    )
    fix_book: Flag = Field(False, description="Whether every replication has the same accounts.")
    time_zone: Zone = Field("UTC", description="Time zone of borrowers who have none of their own, and of the centre.")


def run_problems(run: Run) -> Iterator[Problem]:
    """Reading days that lie outside the run or out of order."""
    before = 0
    for position, day in enumerate(run.reading_days):
        if day > run.horizon_days:
            yield Problem(
                ("reading_days", position),
                shown(day),
                f"at most {run.horizon_days}, the run's horizon_days",
                "Remove the day, or lengthen the run.",
            )
        if day <= before:
            yield Problem(
                ("reading_days", position),
                shown(day),
                f"a day after {before}",
                "List the days in rising order, from 1.",
            )
        before = day
