"""How much a strategy may cost by not having been another: regret over worlds that the assumptions allow.

A world gives every unknown a value. In each, a strategy's regret is how much better the best one does there. The
differences between strategies in a world are freed of run noise before regrets are taken (drawn together until their
spread over worlds is the one that is not noise): the best of several noisy means would otherwise make regret where
there is none.

References
----------
Savage (1951), The theory of statistical decision, JASA 46: minimax regret. Kasprzyk et al. (2013), Environmental
Modelling and Software 42: regret over deeply uncertain worlds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Final

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from numpy.typing import NDArray

from simcollect.core.errors import InputError
from simcollect.core.words import Lang
from simcollect.experiment.run import Progress
from simcollect.plots.regret import RegretRow
from simcollect.plots.regret import regret as draw
from simcollect.robust.answer import Answer
from simcollect.robust.indices import noise_variance
from simcollect.robust.runs import OUTCOME, Asked, Runs, ask
from simcollect.robust.unknowns import Worlds, unknowns_of
from simcollect.scenario import Scenario
from simcollect.stats import Estimate, estimate_mean
from simcollect.sweep.points import Choice

Numbers = NDArray[np.float64]

LEAST_WORLDS: Final = 10
_RESAMPLES: Final = 2_000
_SEED: Final = 19_510_301
_TAILS: Final = (0.025, 0.975)


@dataclass(frozen=True)
class StrategyRegret:
    """One strategy's regret over worlds, in the outcome's unit; 0 is the least there is.

    Attributes
    ----------
    strategy
        Which.
    mean, mean_low, mean_high
        With the 95 % interval that resampling worlds gives.
    ninety
        Below it lie 90 % of worlds.
    largest
        In the worst world looked at.
    best_share
        Share of worlds in which it is the best; those that tie share a world.
    """

    strategy: str
    mean: float
    mean_low: float
    mean_high: float
    ninety: float
    largest: float
    best_share: float


@dataclass(frozen=True, eq=False)
class Regrets(Answer):
    """Regret of every strategy.

    Attributes
    ----------
    found
        One a strategy, in the order asked for.
    regrets
        Shape [worlds, strategies].
    minimax, minimean
        Strategy with the least largest regret, and with the least mean one.
    minimax_share, minimean_share
        Share of resamples of the worlds in which the choice is the same.
    second
        Strategy with the least mean regret but one.
    lead
        Of ``minimean`` over it, mean of all worlds, over replications: every world has the luck of the same ones.
    """

    name: ClassVar[str] = "regret"

    found: tuple[StrategyRegret, ...]
    regrets: Numbers
    minimax: str
    minimax_share: float
    minimean: str
    minimean_share: float
    second: str
    lead: Estimate

    def table(self) -> pd.DataFrame:
        """Return one row a strategy: columns as :class:`StrategyRegret` has attributes, and the two choices."""
        rows = [
            {
                "strategy": one.strategy,
                "mean": one.mean,
                "mean_low": one.mean_low,
                "mean_high": one.mean_high,
                "ninety_percent": one.ninety,
                "largest": one.largest,
                "best_share": one.best_share,
                "is_minimax": one.strategy == self.minimax,
                "is_minimean": one.strategy == self.minimean,
            }
            for one in self.found
        ]
        return pd.DataFrame(rows)

    def sentences(self) -> list[str]:
        """Say what each strategy may cost, and which choice regrets least."""
        asked = self.asked
        lines = []
        for one in sorted(self.found, key=lambda one: one.largest):
            lines.append(
                f"{one.strategy}: best in {one.best_share:.0%} of {len(self.regrets)} worlds; regret "
                f"{asked.amount(one.mean)} on average ({asked.amount(one.mean_low, one.mean_high)}), "
                f"{asked.amount(one.ninety)} or less in 90 %, {asked.amount(one.largest)} at worst."
            )
        for what, name, share in (
            ("worst", self.minimax, self.minimax_share),
            ("average", self.minimean, self.minimean_share),
        ):
            sure = "" if share >= 0.95 else " Other worlds could choose otherwise."
            lines.append(f"Least {what} regret: {name} (the same in {share:.0%} of resamples of the worlds).{sure}")
        told = "" if self.lead.low > 0.0 else ", so luck may have chosen"
        lines.append(
            f"All worlds have the luck of the same {asked.replications} replications. Over these {self.minimean} leads "
            f"{self.second} by {asked.amount(self.lead.mean)}, mean of all worlds "
            f"({asked.amount(self.lead.low, self.lead.high)}){told}."
        )
        return lines

    def plot(self, lang: Lang = "en") -> Figure:
        """Return each strategy's regrets: all worlds, mean, 90 % and worst."""
        axis = self.asked.axis(lang)
        rows = [
            RegretRow(
                one.strategy,
                tuple((self.regrets[:, place] * axis.factor).tolist()),
                one.mean * axis.factor,
                one.ninety * axis.factor,
                one.largest * axis.factor,
                one.best_share,
                one.strategy == self.minimax,
            )
            for place, one in enumerate(self.found)
        ]
        return draw(
            rows,
            axis.label,
            axis.difference_unit,
            self.asked.replications,
            self.asked.day,
            self.digest[:16],
            lang,
        )


def regret(
    scenario: Scenario,
    strategies: Sequence[str] | None = None,
    *,
    outcome: str = OUTCOME,
    worlds: int = 100,
    assumptions: Sequence[str] | None = None,
    uncertainties: Mapping[str, Choice] | None = None,
    replications: int = 4,
    day: int | None = None,
    workers: int | None = None,
    executor: Executor | None = None,
    folder: Path | str | None = None,
    on_progress: Progress | None = None,
) -> Regrets:
    """Return what each strategy may cost over worlds, and the choice that regrets least.

    Parameters
    ----------
    scenario
        A loaded scenario; its seed keys the worlds.
    strategies
        Two or more; all that act when None.
    outcome
        Of which more, or less, is better.
    worlds
        At least 10.
    assumptions, uncertainties
        As in :func:`simcollect.robust.tornado.tornado`.
    replications
        Of every strategy in every world, at least 2.
    day, workers, executor, folder, on_progress
        As in :func:`simcollect.sweep.evaluate`.

    Raises
    ------
    InputError
        If anything named is unknown, or there are too few worlds.
    Interrupted
        On Ctrl-C; with a folder finished runs are kept.
    """
    asked = ask(scenario, strategies, outcome=outcome, replications=replications, day=day, least=2)
    drawn = worlds_of(scenario, worlds, assumptions, uncertainties)
    with Runs(asked, workers=workers, executor=executor, folder=folder, on_progress=on_progress) as runs:
        values = runs.values(drawn.points)
    options = {"worlds": worlds, "assumptions": None if assumptions is None else list(assumptions)}
    return regrets_of(asked, options, runs, values)


def worlds_of(
    scenario: Scenario, n: int, assumptions: Sequence[str] | None, uncertainties: Mapping[str, Choice] | None
) -> Worlds:
    """Return n worlds over the unknowns asked for.

    Raises
    ------
    InputError
        If there are fewer than 10, or an assumption is unknown.
    """
    if n < LEAST_WORLDS:
        raise InputError("", "worlds", f"are {n}", f"Expected {LEAST_WORLDS} or more")
    unknowns = unknowns_of(scenario, uncertainties)
    moved = unknowns if assumptions is None else unknowns.only(assumptions)
    return moved.worlds(n, scenario.run.seed)


def without_noise(values: Numbers) -> Numbers:
    """Return differences to the mean of all strategies in each world, run noise taken off, shape [worlds, strategies].

    Parameters
    ----------
    values
        Larger is better, shape [worlds, strategies, replications].
    """
    r = values.shape[2]
    apart = values - values.mean(axis=1, keepdims=True)
    means = apart.mean(axis=2)
    freed: Numbers = np.empty(means.shape)
    for strategy in range(values.shape[1]):
        spread = float(np.var(means[:, strategy], ddof=1))
        noise = noise_variance(apart[:, strategy]) / r
        share = np.sqrt(max(0.0, 1.0 - noise / spread)) if spread > 0.0 else 0.0
        centre = float(means[:, strategy].mean())
        freed[:, strategy] = centre + share * (means[:, strategy] - centre)
    return freed


def regrets_of(asked: Asked, options: Mapping[str, object], runs: Runs, values: Numbers) -> Regrets:
    """Return the regrets of values of shape [worlds, strategies, replications]."""
    levels = without_noise(asked.sign * values)
    best = levels.max(axis=1, keepdims=True)
    regrets = best - levels
    is_best = levels == best
    best_share = (is_best / is_best.sum(axis=1, keepdims=True)).mean(axis=0)
    generator = np.random.default_rng(_SEED)
    resampled = regrets[generator.integers(0, len(regrets), (_RESAMPLES, len(regrets)))]
    means, largest = resampled.mean(axis=1), resampled.max(axis=1)
    low, high = np.quantile(means, _TAILS, axis=0)
    mean, most = regrets.mean(axis=0), regrets.max(axis=0)
    found = tuple(
        StrategyRegret(
            name,
            float(mean[place]),
            float(low[place]),
            float(high[place]),
            float(np.quantile(regrets[:, place], 0.9)),
            float(most[place]),
            float(best_share[place]),
        )
        for place, name in enumerate(asked.strategies)
    )
    minimax = int(np.argmin(most))
    minimean, second = (int(place) for place in np.argsort(mean, kind="stable")[:2])
    lead = asked.sign * (values[:, minimean] - values[:, second]).mean(axis=0)
    return Regrets(
        asked,
        options,
        runs.n_runs,
        runs.digest,
        found,
        regrets,
        asked.strategies[minimax],
        float(np.mean(largest.argmin(axis=1) == minimax)),
        asked.strategies[minimean],
        float(np.mean(means.argmin(axis=1) == minimean)),
        asked.strategies[second],
        estimate_mean(lead),
    )
