"""Scenarios loaded and varied, books built, strategies simulated and compared."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from pathlib import Path
from typing import Any, TypeAlias, overload

import pandas as pd

from simcollect import engine, population
from simcollect import scenario as scenarios
from simcollect.core.codes import Cell, Channel
from simcollect.core.errors import InputError
from simcollect.core.eventlog import EventLog
from simcollect.core.spreadsheet import write_csv
from simcollect.engine import Policy
from simcollect.experiment.comparison import Comparison, compared
from simcollect.experiment.design import Design, default_reference, known_strategy, make_design
from simcollect.experiment.manifest import RunDigest, describe, read_manifest
from simcollect.experiment.measure import audited, prices
from simcollect.experiment.run import Progress, perform
from simcollect.experiment.single import Repetition, RunResult, repetition
from simcollect.experiment.store import Store, digests
from simcollect.experiment.until import AT_MOST, Replicated
from simcollect.experiment.until import replicate as replicate_until
from simcollect.outcomes.accounts import account_table
from simcollect.outcomes.headline import headline as outcomes_of
from simcollect.population import AGE_BANDS, Population
from simcollect.scenario import Scenario
from simcollect.scenario.kinds import MAX_DAYS
from simcollect.scenario.run import MAX_SEED
from simcollect.scenario.variation import varied
from simcollect.sweep import select as selection
from simcollect.sweep.selected import Selected
from simcollect.uncertainty import UncertainComparison, draw, under_uncertainty

ScenarioLike: TypeAlias = Scenario | str | Path | Mapping[str, Any]
"""A loaded scenario, a packaged scenario's name, the path of a TOML file, or its content as a mapping."""


def load(source: ScenarioLike, *, seed: int | None = None, horizon_days: int | None = None) -> Scenario:
    """Return a scenario, checked and resolved.

    Parameters
    ----------
    source
        A packaged scenario's name, the path of a TOML file, a mapping, or a scenario already loaded.
    seed
        In place of the scenario's, 0 to 2**63 - 1.
    horizon_days
        In place of the scenario's, 1 to 3660; reading days beyond it are left out.

    Raises
    ------
    InputError, InputErrors
        If anything is wrong, with what to do about it.

    Examples
    --------
    >>> load("tiny", horizon_days=90).run.horizon_days
    90
    """
    scenario = source if isinstance(source, Scenario) else scenarios.load(source)
    changes: dict[str, Any] = {}
    if seed is not None:
        changes["seed"] = seed
    if horizon_days is not None:
        changes["horizon_days"] = horizon_days
        changes["reading_days"] = tuple(day for day in scenario.run.reading_days if day <= horizon_days)
    if not changes:
        return scenario
    limits = {"seed": (0, MAX_SEED), "horizon_days": (1, MAX_DAYS)}
    for name, (low, high) in limits.items():
        if name in changes and not low <= changes[name] <= high:
            raise InputError("", name, f"is {changes[name]}", f"Expected a whole number from {low:,} to {high:,}")
    return scenario.model_copy(update={"run": scenario.run.model_copy(update=changes)})


def vary(scenario: ScenarioLike, changes: Mapping[str, Any]) -> Scenario:
    """Return a scenario with the values at some places changed, checked like any other.

    Parameters
    ----------
    scenario
        What to start from.
    changes
        New values by place: ``strategies.firm.late.enter_dpd``, ``capacity.pools.callers.headcount``,
        ``behaviour.contact.fatigue_rate``. A table in the place of a new strategy adds one; it may say ``inherits``.

    Raises
    ------
    InputErrors
        If a place does not exist, or its new value is not allowed there.

    Examples
    --------
    >>> later = vary("tiny", {"strategies.later": {"inherits": "firm", "late": {"enter_dpd": 120}}})
    >>> later.strategies["later"].late.enter_dpd
    120
    """
    return varied(load(scenario), changes)


def build_population(scenario: ScenarioLike, *, replication: int = 0) -> Population:
    """Return the accounts of one replication, as they stand when they arrive.

    Examples
    --------
    >>> len(build_population("tiny"))
    12
    """
    loaded = load(scenario)
    return population.build(loaded, loaded.run.seed, replication)


def book_table(book: Population) -> pd.DataFrame:
    """Return one row an account of a book, codes as names, and the balance beside its parts.

    The columns from ``income_cents`` on are latent: no strategy sees them.
    """
    frame = pd.DataFrame({name: book.book[name] for name in book.book.dtype.names or ()})
    frame.insert(5, "balance_cents", frame[["principal_cents", "interest_cents", "fees_cents"]].sum(axis=1))
    for column, names in (
        ("segment", book.segments),
        ("zone", book.zones),
        ("age_band", AGE_BANDS),
        ("cell", tuple(cell.name.lower() for cell in Cell)),
        ("preferred_channel", tuple(channel.name.lower() for channel in Channel)),
    ):
        frame[column] = pd.Categorical.from_codes(frame[column].astype("int64"), pd.Index(names, dtype=object))
    if book.names:
        frame.insert(2, "name", list(book.names))
    return frame


def write_table(table: pd.DataFrame, path: Path | str) -> None:
    """Write a table as ``.parquet`` or ``.csv``, by its name's ending.

    In a CSV file a text that a spreadsheet would take for a formula is written with an apostrophe before it.

    Raises
    ------
    InputError
        If the ending is another, or the file cannot be written.
    """
    place = Path(path)
    try:
        if place.suffix == ".parquet":
            table.to_parquet(place, index=False)
        elif place.suffix == ".csv":
            write_csv(table, place)
        else:
            raise InputError("", f'file "{place}"', f'ends in "{place.suffix}"', "Expected .parquet or .csv")
    except OSError as error:
        raise InputError(
            "",
            f'file "{place}"',
            f"cannot be written ({error.strerror or error})",
            "Expected a name in a folder that exists",
        ) from error


def simulate(
    scenario: ScenarioLike, strategy: str | Policy, *, replication: int = 0, book: Population | None = None
) -> EventLog:
    """Return the event log of one run: all that happened.

    Parameters
    ----------
    scenario
        What to run.
    strategy
        Name of one of its strategies, or a policy of your own (:class:`simcollect.engine.Policy`).
    replication
        Number, 0 or more: the same number means the same borrowers with the same luck under every strategy.
    book
        Accounts to run instead of the scenario's own.

    Raises
    ------
    InputError
        If the strategy is unknown.

    Examples
    --------
    >>> simulate("tiny", "firm") == simulate("tiny", "firm")
    True
    """
    loaded = load(scenario)
    if isinstance(strategy, str):
        known_strategy(strategy, tuple(loaded.strategies))
    return engine.simulate(loaded, strategy, replication=replication, population=book)


@overload
def compare(
    scenario: ScenarioLike,
    *,
    strategies: Sequence[str | Policy] | None = None,
    replications: int | None = None,
    against: str | None = None,
    seed: int | None = None,
    horizon_days: int | None = None,
    workers: int | None = None,
    executor: Executor | None = None,
    folder: Path | str | None = None,
    fresh: bool = False,
    on_progress: Progress | None = None,
    uncertainty: None = None,
) -> Comparison: ...


@overload
def compare(
    scenario: ScenarioLike,
    *,
    strategies: Sequence[str | Policy] | None = None,
    replications: int | None = None,
    against: str | None = None,
    seed: int | None = None,
    horizon_days: int | None = None,
    workers: int | None = None,
    executor: Executor | None = None,
    folder: Path | str | None = None,
    fresh: bool = False,
    on_progress: Progress | None = None,
    uncertainty: int,
    draw_replications: int = 4,
) -> UncertainComparison: ...


def compare(
    scenario: ScenarioLike,
    *,
    strategies: Sequence[str | Policy] | None = None,
    replications: int | None = None,
    against: str | None = None,
    seed: int | None = None,
    horizon_days: int | None = None,
    workers: int | None = None,
    executor: Executor | None = None,
    folder: Path | str | None = None,
    fresh: bool = False,
    on_progress: Progress | None = None,
    uncertainty: int | None = None,
    draw_replications: int = 4,
) -> Comparison | UncertainComparison:
    """Play strategies on the same replications: the same borrowers with the same luck.

    Parameters
    ----------
    scenario
        What to run.
    strategies
        Names, or policies of your own; all of the scenario's strategies when None. A policy written in a notebook or
        script runs in this process.
    replications
        How many, at least 1; the scenario's number when None.
    against
        Strategy that differences are taken to; ``balanced``, else the first that acts, when None.
    seed, horizon_days
        In place of the scenario's.
    workers
        Processes; as many as there are cores when None. 1 stays in this process. A script that uses more than one
        keeps its own code under ``if __name__ == "__main__":``, because each process imports it.
    executor
        Any ``concurrent.futures`` executor, in place of processes of our own.
    folder
        Keeps finished runs as they come; a later call with the same scenario goes on from them.
    fresh
        Throw away what the folder holds.
    on_progress
        Called with (runs finished, runs in all); with ``uncertainty`` first for the stated values, then for the draws.
    uncertainty
        Also draw this many times, 5 or more, what is only assumed about borrowers and prices, and from the calibrated
        ensemble where the behaviour preset has one: see :mod:`simcollect.uncertainty.assumptions`.
    draw_replications
        Replications of each draw, the first ones of the comparison.

    Returns
    -------
    Comparison or UncertainComparison
        The latter with ``uncertainty``; its ``stated`` is the former.

    Raises
    ------
    InputError, InputErrors
        If something asked for is wrong.
    Interrupted
        On Ctrl-C; finished runs are in the folder.

    Examples
    --------
    >>> result = compare("tiny", strategies=["gentle", "firm"], replications=3, workers=1)
    >>> result.reference, result.n_replications
    ('gentle', 3)
    >>> list(result.differences(["kept_share"])["strategy"])
    ['firm']
    """
    loaded = load(scenario, seed=seed, horizon_days=horizon_days)
    design = make_design(loaded, strategies, replications)
    reference = default_reference(design.strategies) if against is None else against
    known_strategy(reference, design.strategies, "reference strategy")
    manifest = describe("compare", design)
    store = Store(folder, manifest, fresh=fresh) if folder is not None else None
    # Before the first run: what cannot be drawn is told at once.
    draws = None if uncertainty is None else draw(loaded, uncertainty)
    rows = perform(design, store=store, workers=workers, executor=executor, on_progress=on_progress)
    stated = compared(
        manifest.with_logs(digests(rows)), reference, loaded.economics.currency, loaded.economics.minor_units, rows
    )
    if draws is None:
        return stated
    return under_uncertainty(
        stated,
        draws,
        replications=draw_replications,
        workers=workers,
        executor=executor,
        folder=folder,
        fresh=fresh,
        on_progress=on_progress,
    )


def replicate(
    scenario: ScenarioLike,
    strategies: Sequence[str | Policy] | None = None,
    *,
    until: Mapping[str, float | str] | str,
    outcomes: Sequence[str] | None = None,
    against: str | None = None,
    at_most: int = AT_MOST,
    confidence: float = 0.95,
    seed: int | None = None,
    horizon_days: int | None = None,
    workers: int | None = None,
    executor: Executor | None = None,
    folder: Path | str | None = None,
    fresh: bool = False,
    on_progress: Progress | None = None,
) -> Replicated:
    """Run replications until differences are known as closely as asked, and no more.

    Parameters
    ----------
    scenario
        What to run.
    strategies
        Names, or policies of your own; all of the scenario's strategies when None.
    until
        For each outcome the widest half-width: ``{"net_recovery": "0.5pp", "kept_share": 0.01}``, as a text in the unit
        of tables or as a number in the unit of the outcome; or ``"sign"``, until it is clear which way every difference
        goes. ``until="sign"`` asks that of all ``outcomes``.
    outcomes
        Others whose intervals are to hold together with those.
    against
        Strategy that differences are taken to; ``balanced``, else the first that acts, when None.
    at_most
        Replications to give up at; what is not known by then is told with the number it would take.
    confidence
        Probability that all intervals hold together, whenever the runs ended.
    seed, horizon_days, workers, executor, folder, fresh, on_progress
        As in :func:`compare`; a folder is taken up by either.

    Raises
    ------
    InputError, InputErrors
        If something asked for is wrong.
    Interrupted
        On Ctrl-C; finished runs are in the folder.

    Examples
    --------
    >>> found = replicate("tiny", ["gentle", "firm"], until={"kept": "25pp"}, at_most=15, workers=1)
    >>> found.reached, found.n_replications
    (True, 10)
    """
    loaded = load(scenario, seed=seed, horizon_days=horizon_days)
    return replicate_until(
        loaded,
        strategies,
        until=until,
        outcomes=outcomes,
        against=against,
        at_most=at_most,
        level=confidence,
        workers=workers,
        executor=executor,
        folder=folder,
        fresh=fresh,
        on_progress=on_progress,
    )


def select(
    scenario: ScenarioLike,
    strategies: Sequence[str] | None = None,
    *,
    outcome: str,
    points: Sequence[Mapping[str, Any]] | None = None,
    indifference: float | str | None = None,
    replications: int | None = None,
    budget: int | None = None,
    confidence: float = 0.95,
    at_most: int = selection.AT_MOST,
    final: int = selection.FINAL,
    day: int | None = None,
    seed: int | None = None,
    horizon_days: int | None = None,
    workers: int | None = None,
    executor: Executor | None = None,
    folder: Path | str | None = None,
    on_progress: Progress | None = None,
) -> Selected:
    """Select the best of several strategies, points or both, with a guarantee that is shown.

    Parameters
    ----------
    scenario
        What to run.
    strategies
        Among which; all of the scenario's when None.
    outcome
        What is to be best: ``"net_recovery"``, ``"kept"``, ``"cost_per_account"``.
    points
        Changes of the scenario to choose among: ``[{"strategies.firm.late.enter_dpd": 60}, ...]``.
    indifference
        Smallest difference that matters, above 0, as ``"0.5pp"`` or a number in the unit of the outcome: the inferior
        are dropped as soon as that can be told, and the one left is the best with probability ``confidence``, or within
        the indifference of it.
    replications
        In place of it: the subset that holds the best with that probability after so many replications of each.
    budget
        In place of it: so many runs in all, spent where they help most. No promise comes with it.
    confidence
        Probability of a correct selection.
    at_most
        Replications at which a selection with an indifference gives up: those left cannot be told apart.
    final
        Fresh replications of what is left: the mean that won is a lucky one.
    day
        Reading day; the last when None.
    seed, horizon_days, workers, executor, folder, on_progress
        As in :func:`compare`; what stands in the folder is not run again.

    Raises
    ------
    InputError, InputErrors
        If something asked for is wrong; an indifference of zero or less is.
    Interrupted
        On Ctrl-C; finished runs are in the folder.

    Examples
    --------
    >>> found = select("tiny", ["no_action", "firm"], outcome="cost_per_account", indifference="50 TWD", workers=1)
    >>> found.best, found.n_runs
    ('no_action', 20)
    """
    loaded = load(scenario, seed=seed, horizon_days=horizon_days)
    return selection.select(
        loaded,
        strategies,
        outcome=outcome,
        points=points,
        indifference=indifference,
        replications=replications,
        budget=budget,
        confidence=confidence,
        at_most=at_most,
        final=final,
        day=day,
        workers=workers,
        executor=executor,
        folder=folder,
        on_progress=on_progress,
    )


def run(scenario: ScenarioLike, strategy: str, *, replication: int = 0) -> RunResult:
    """Run one strategy once, measure it, and audit its event log.

    Examples
    --------
    >>> result = run("tiny", "balanced")
    >>> result.outcomes.strategy, len(result.accounts)
    ('balanced', 12)
    """
    loaded = load(scenario)
    log = simulate(loaded, strategy, replication=replication)
    manifest = describe("run", Design(loaded, (strategy,), (replication,)))
    manifest = manifest.with_logs([RunDigest(replication, strategy, log.digest())])
    findings = audited(log, loaded)
    outcomes = outcomes_of(log, prices(loaded), breached_contacts=findings.n_conduct_breaches)
    return RunResult(manifest, log, outcomes, account_table(log), findings)


def repeat(
    manifest: Path | str,
    *,
    workers: int | None = None,
    executor: Executor | None = None,
    on_progress: Progress | None = None,
) -> Repetition:
    """Run again what a manifest describes, and compare the digests of the event logs.

    Parameters
    ----------
    manifest
        A ``manifest.json``, or the results folder that holds it.
    workers, executor, on_progress
        As in :func:`compare`.

    Raises
    ------
    InputError
        If the manifest cannot be read, or describes a scenario that this version does not understand.
    """
    told = read_manifest(manifest)
    if told.policies:
        raise InputError(
            "",
            "manifest",
            f"describes runs of {', '.join(told.policies)}, a policy written in Python",
            "Expected strategies of a scenario only: a manifest holds no code",
            "Repeat it with simcollect.compare and the policy",
        )
    design = Design(told.scenario_as_run(), told.strategies, told.replications)
    rows = perform(design, workers=workers, executor=executor, on_progress=on_progress)
    return repetition(told, describe(told.command, design).with_logs(digests(rows)))


def schema() -> dict[str, Any]:
    """Return the JSON Schema of a scenario file."""
    return scenarios.schema()


def default_folder(scenario: Scenario) -> Path:
    """Return where results go when nobody says: ``results/NAME-ID``, another ID for every other content.

    The same scenario finds its finished runs again; an edited one starts a new folder.
    """
    return Path("results") / f"{scenario.name}-{describe('compare', Design(scenario, (), ())).short_identity}"
