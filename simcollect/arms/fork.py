"""A live book changes its strategy on a day: exact until then, and compared with staying."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import Executor
from functools import partial
from pathlib import Path

from simcollect.arms.kept import performed
from simcollect.core.errors import InputError, InputErrors, SimcollectError
from simcollect.core.eventlog import EventLog
from simcollect.core.units import MINUTES_PER_DAY
from simcollect.engine import Treatment, simulate
from simcollect.experiment.comparison import Comparison, compared
from simcollect.experiment.design import Design, known_strategy, make_design
from simcollect.experiment.measure import measure
from simcollect.experiment.run import Progress
from simcollect.experiment.store import Row
from simcollect.experiment.workers import Batch, Specification
from simcollect.population import Population, build
from simcollect.scenario import Scenario

Changes = tuple[tuple[int, str], ...]


def fork_treatment(scenario: Scenario, start: str, changes: Mapping[int, str]) -> Treatment:
    """Return the treatment of a book that starts under one strategy and changes to others on given days.

    A change on day 0 is the start; one to the strategy in force is none.

    Raises
    ------
    InputErrors
        If a strategy is unknown or a day lies outside the run.
    """
    faults: list[InputError] = []
    horizon = scenario.run.horizon_days
    for name in (start, *changes.values()):
        try:
            known_strategy(name, tuple(scenario.strategies))
        except InputError as fault:
            faults.append(fault)
    for day in changes:
        if not 0 <= day < horizon:
            faults.append(InputError("", "day of a change", f"is {day}", f"Expected 0 to {horizon - 1}"))
    if faults:
        raise InputErrors(faults)
    now = changes.get(0, start)
    steps: list[tuple[int, str]] = []
    names, label = [now], now
    for day, name in sorted(changes.items()):
        if day > 0 and name != now:
            steps.append((day, name))
            names += [] if name in names else [name]
            now, label = name, f"{label}, from day {day} {name}"
    return Treatment(label, tuple(names), changes=tuple((day, names.index(name)) for day, name in steps))


def fork_log(
    scenario: Scenario,
    start: str,
    changes: Mapping[int, str],
    *,
    replication: int = 0,
    population: Population | None = None,
) -> EventLog:
    """Return the event log of one replication of a book that changes its strategy.

    Its rows before the day of the first change are those of the start strategy's own run, byte for byte.

    Parameters
    ----------
    scenario, start
        What is run, and the strategy that it starts under.
    changes
        Strategy by the day from whose first minute on it treats every account: ``{45: "firm"}``.
    replication
        Which replication.
    population
        The book; built from the scenario when None.

    Raises
    ------
    InputErrors
        If a strategy is unknown or a day lies outside the run.
    """
    treatment = fork_treatment(scenario, start, changes)
    return simulate(scenario, treatment, replication=replication, population=population)


def fork(
    scenario: Scenario,
    start: str,
    changes: Mapping[int, str],
    *,
    replications: int | None = None,
    workers: int | None = None,
    executor: Executor | None = None,
    folder: Path | str | None = None,
    fresh: bool = False,
    on_progress: Progress | None = None,
) -> Comparison:
    """Compare a book that changes its strategy with the same book that does not.

    Every replication is checked: until the first change the two logs are the same, byte for byte.

    Parameters
    ----------
    scenario, start, changes
        As in :func:`fork_log`.
    replications
        Paired replications, at least 1; the scenario's number when None.
    workers, executor, folder, fresh, on_progress
        As in :func:`simcollect.experiment.run.perform`.

    Returns
    -------
    Comparison
        Differences are to the strategy that was in force at the start; the book that changes is called by its
        changes ("balanced, from day 45 firm").

    Raises
    ------
    InputError, InputErrors
        If something asked for is wrong, or nothing changes.
    Interrupted
        On Ctrl-C; finished runs are in the folder.
    """
    treatment = fork_treatment(scenario, start, changes)
    stays = treatment.strategies[0]
    if not treatment.changes:
        raise InputError("", "the change", f"leaves the book under {stays}", "Expected another strategy on a later day")
    count = make_design(scenario, [stays], replications).replications
    design = Design(scenario, (stays, treatment.name), count)
    work = partial(fork_runs, treatment)
    rows, manifest = performed(design, f"fork {treatment.name}", work, workers, executor, folder, fresh, on_progress)
    return compared(manifest, stays, scenario.economics.currency, scenario.economics.minor_units, rows)


def fork_runs(treatment: Treatment, specification: Specification, batch: Batch) -> list[Row]:
    """Return the headline outcomes of a batch's runs, with and without the change, one row a run and reading day."""
    scenario, replication = specification.scenario, batch[0].replication
    book = build(scenario, scenario.run.seed, replication)
    stays = simulate(scenario, treatment.strategies[0], replication=replication, population=book)
    rows: list[Row] = []
    for task in batch:
        log = stays
        if task.strategy == treatment.name:
            log = simulate(scenario, treatment, replication=replication, population=book)
            require_same_until(treatment.changes[0][0], log, stays)
        key = {"replication": replication, "strategy": task.strategy, "digest": log.digest()}
        rows += [key | numbers for numbers in measure(log, scenario)]
    return rows


def require_same_until(day: int, log: EventLog, stays: EventLog) -> None:
    """Check that two logs have the same rows before a day.

    Raises
    ------
    SimcollectError
        If they do not: a defect of the program.
    """
    rows, others = (each.rows[each.rows["at"] < day * MINUTES_PER_DAY] for each in (log, stays))
    if rows.tobytes() != others.tobytes():
        raise SimcollectError(f"Before day {day} the two books differ: a defect of this program.")
