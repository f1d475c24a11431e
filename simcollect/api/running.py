"""One run simulated, measured and repeated."""

from __future__ import annotations

from concurrent.futures import Executor
from pathlib import Path

from simcollect import engine
from simcollect.api.loading import ScenarioLike, load
from simcollect.core.errors import InputError
from simcollect.core.eventlog import EventLog
from simcollect.engine import Policy
from simcollect.experiment.design import Design, known_strategy
from simcollect.experiment.manifest import RunDigest, describe, read_manifest
from simcollect.experiment.measure import audited, prices
from simcollect.experiment.run import Progress, perform
from simcollect.experiment.single import Repetition, RunResult, repetition
from simcollect.experiment.store import digests
from simcollect.outcomes.accounts import account_table
from simcollect.outcomes.headline import headline as outcomes_of
from simcollect.population import Population


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
