"""Questions with an answer of their own: where the money came from, what a rule costs."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Executor
from pathlib import Path

from simcollect.api.loading import ScenarioLike, load
from simcollect.core.words import Lang
from simcollect.engine import Policy
from simcollect.experiment import attribution, price
from simcollect.experiment.run import Progress
from simcollect.scenario import diff as differing
from simcollect.scenario import explain as telling
from simcollect.scenario.diff import Difference
from simcollect.scenario.explain import Background, Explanation


def explain(
    scenario: ScenarioLike, strategy: str | None = None, *, lang: Lang = "en", full: bool = False
) -> Explanation | Background:
    """Return what a strategy does, in plain sentences; what the scenario is about, when none is named.

    Examples
    --------
    >>> print(str(explain("tiny", "no_action")).splitlines()[0])
    no_action (tiny)
    """
    loaded = load(scenario)
    if strategy is None:
        return telling.explain_scenario(loaded, lang)
    return telling.explain(loaded, strategy, lang, full=full)


def diff(
    scenario: ScenarioLike, first: str, second: str, *, lang: Lang = "en", other: ScenarioLike | None = None
) -> Difference:
    """Return what two strategies do differently, in plain sentences, the most important first.

    Parameters
    ----------
    scenario
        Where both come from, or only the first.
    first, second
        Names of strategies.
    lang
        ``en`` or ``zh``.
    other
        Where the second comes from, when that is another scenario.

    Examples
    --------
    >>> diff("tiny", "firm", "firm").same
    True
    """
    return differing.diff(load(scenario), first, second, lang, other=None if other is None else load(other))


def attribute(
    scenario: ScenarioLike,
    strategy: str | Policy,
    *,
    seed: int | None = None,
    horizon_days: int | None = None,
    replications: int | None = None,
    workers: int | None = None,
    executor: Executor | None = None,
    folder: Path | str | None = None,
    fresh: bool = False,
    on_progress: Progress | None = None,
) -> attribution.AttributionResult:
    """Split a strategy's recovery by twins: what would have come anyway, earlier, or not at all.

    Parameters
    ----------
    scenario, strategy
        What to run; a policy of your own is a strategy too.
    seed, horizon_days, replications
        In place of the scenario's.
    workers, executor, folder, fresh, on_progress
        As in :func:`compare`.

    Raises
    ------
    InputError, InputErrors
        If something asked for is wrong.
    Interrupted
        On Ctrl-C; finished replications are in the folder.

    Examples
    --------
    >>> found = attribute("tiny", "firm", replications=2, workers=1)
    >>> found.strategy, found.n_replications
    ('firm', 2)
    """
    return attribution.attribute(
        load(scenario, seed=seed, horizon_days=horizon_days),
        strategy,
        replications=replications,
        workers=workers,
        executor=executor,
        folder=folder,
        fresh=fresh,
        on_progress=on_progress,
    )


def price_rule(
    scenario: ScenarioLike,
    rule: str,
    *,
    strategies: Sequence[str] | None = None,
    seed: int | None = None,
    horizon_days: int | None = None,
    replications: int | None = None,
    workers: int | None = None,
    executor: Executor | None = None,
    folder: Path | str | None = None,
    fresh: bool = False,
    on_progress: Progress | None = None,
) -> price.RulePrice:
    """Run the same borrowers with the same luck with a rule and without it, and return what it changes.

    Parameters
    ----------
    scenario
        A scenario in which the rule is on.
    rule
        A field of its rules block (``calls_per_7_days``) or the id of a rule of its pack (``R1``).
    strategies
        Names; all that act when None.
    seed, horizon_days, replications
        In place of the scenario's.
    workers, executor, folder, fresh, on_progress
        As in :func:`compare`.

    Raises
    ------
    InputError, InputErrors
        If the rule or a strategy is not in the scenario.
    Interrupted
        On Ctrl-C; finished runs are in the folder.
    """
    return price.price_rule(
        load(scenario, seed=seed, horizon_days=horizon_days),
        rule,
        strategies=strategies,
        replications=replications,
        workers=workers,
        executor=executor,
        folder=folder,
        fresh=fresh,
        on_progress=on_progress,
    )
