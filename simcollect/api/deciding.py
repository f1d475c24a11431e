"""Strategies compared on the same borrowers: for a fixed number of runs, for as many as it takes, for the best."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from pathlib import Path
from typing import Any, overload

from simcollect.api.loading import ScenarioLike, load
from simcollect.engine import Policy
from simcollect.experiment.comparison import Comparison, compared
from simcollect.experiment.design import Design, default_reference, known_strategy, make_design
from simcollect.experiment.manifest import describe
from simcollect.experiment.run import Progress, perform
from simcollect.experiment.store import Store, digests
from simcollect.experiment.until import AT_MOST, Replicated
from simcollect.experiment.until import replicate as replicate_until
from simcollect.scenario import Scenario
from simcollect.sweep import select as selection
from simcollect.sweep.selected import Selected
from simcollect.uncertainty import UncertainComparison, draw, under_uncertainty


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


def default_folder(scenario: Scenario) -> Path:
    """Return where results go when nobody says: ``results/NAME-ID``, another ID for every other content.

    The same scenario finds its finished runs again; an edited one starts a new folder.
    """
    return Path("results") / f"{scenario.name}-{describe('compare', Design(scenario, (), ())).short_identity}"
