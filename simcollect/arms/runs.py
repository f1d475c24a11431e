"""The runs of a pilot: the book in arms, and the same book wholly under each arm's strategy with the same staff."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from simcollect.arms.values import OUTCOMES, Values, account_values, two_sample
from simcollect.core.eventlog import EventLog
from simcollect.engine import Treatment, simulate
from simcollect.experiment.measure import prices, reading_days
from simcollect.experiment.store import Row
from simcollect.experiment.workers import Batch, Specification
from simcollect.outcomes.capacity import capacity_by_pool
from simcollect.population import Population, build
from simcollect.population.arms import draw_arms
from simcollect.scenario import Scenario

Arms: TypeAlias = tuple[tuple[str, float], ...]
Staffing: TypeAlias = Literal["shared", "split"]
STAFFING: Final[tuple[Staffing, ...]] = ("shared", "split")
"""Whether arms' work waits for the same staff, or each arm has its share of every pool."""

PILOT: Final = "pilot"
"""Stands for the pilot where runs of whole strategies are named by their strategy."""


def pilot_treatment(arms: Arms, staffing: str, book: Population, seed: int, replication: int) -> Treatment:
    """Return who is treated how in a pilot: the champion is the first arm."""
    names, shares = tuple(name for name, _ in arms), tuple(share for _, share in arms)
    label = ", ".join(f"{name} {share:g}" for name, share in arms)
    return Treatment(
        f"pilot ({label}; {staffing} staff)",
        names,
        draw_arms(book.book["key"], shares, seed, replication),
        shares if staffing == "split" else None,
    )


def pilot_log(
    scenario: Scenario, arms: Arms, staffing: Staffing = "shared", replication: int = 0, book: Population | None = None
) -> EventLog:
    """Return the event log of one pilot; tables of it can be told by arm."""
    accounts = book if book is not None else build(scenario, scenario.run.seed, replication)
    treatment = pilot_treatment(arms, staffing, accounts, scenario.run.seed, replication)
    return simulate(scenario, treatment, replication=replication, population=accounts)


def pilot_runs(arms: Arms, specification: Specification, batch: Batch) -> list[Row]:
    """Return what a batch's pilots find, one row a pilot and reading day; the task's strategy says how it is staffed.

    Column ``found`` holds for each challenger and outcome the arms' values, their difference with its standard error
    by independent accounts, the values of the whole book under either strategy, and of the same borrowers in it;
    ``load`` how busy each pool was in the pilot and under each strategy alone.
    """
    scenario, replication = specification.scenario, batch[0].replication
    economics, days = prices(scenario), reading_days(scenario)
    book = build(scenario, scenario.run.seed, replication)
    whole: dict[str, dict[int, dict[str, Values]]] = {}
    load: dict[int, list[dict[str, Any]]] = {day: [] for day in days}
    for name, _ in arms:
        log = simulate(scenario, name, replication=replication, population=book)
        whole[name] = {day: account_values(log, economics, day) for day in days}
        for day in days:
            load[day] += _load(name, log, day)
    rows: list[Row] = []
    for task in batch:
        treatment = pilot_treatment(arms, task.strategy, book, scenario.run.seed, replication)
        log = simulate(scenario, treatment, replication=replication, population=book)
        key = {"replication": replication, "strategy": task.strategy, "digest": log.digest()}
        assert treatment.arms is not None
        for day in days:
            found = _found(arms, treatment.arms, account_values(log, economics, day), whole, day)
            rows.append(key | {"day": day, "found": found, "load": _load(PILOT, log, day) + load[day]})
    return rows


def _load(run: str, log: EventLog, day: int) -> list[dict[str, Any]]:
    columns = ["pool", "staffed_minutes", "worked_minutes", "backlog", "mean_wait_days"]
    return [
        {"run": run} | {str(name): value for name, value in row.items()}
        for row in capacity_by_pool(log, day)[columns].to_dict("records")
    ]


def _found(
    arms: Arms,
    place: NDArray[np.int64],
    pilot: Mapping[str, Values],
    whole: Mapping[str, Mapping[int, Mapping[str, Values]]],
    day: int,
) -> Sequence[dict[str, Any]]:
    champion = arms[0][0]
    first = place == 0
    found = []
    for k, (challenger, _) in enumerate(arms[1:], start=1):
        mine = place == k
        for outcome in OUTCOMES:
            old, new = whole[champion][day][outcome], whole[challenger][day][outcome]
            gap, error = two_sample(pilot[outcome], mine, first)
            found.append(
                {
                    "challenger": challenger,
                    "outcome": outcome,
                    "champion_value": pilot[outcome].ratio(first),
                    "challenger_value": pilot[outcome].ratio(mine),
                    "pilot": gap,
                    "standard_error": error,
                    "roll_out": new.ratio() - old.ratio(),
                    "same_borrowers": new.ratio(mine) - old.ratio(first),
                    "champion_roll_out": old.ratio(),
                    "whole_book": pilot[outcome].ratio(),
                    "n_accounts": len(place),
                    "n_challenger": int(mine.sum()),
                }
            )
    return found
