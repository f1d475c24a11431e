"""Is a control arm without contact worth its cost? What it loses, what it learns, and when learning pays."""

from __future__ import annotations

import math
from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final, Literal, TypeAlias

import numpy as np
import pandas as pd
from scipy.optimize import brentq
from scipy.stats import norm

from simcollect.arms.asked import arms_of, resting_on, share_of
from simcollect.arms.kept import performed, records
from simcollect.arms.runs import pilot_treatment
from simcollect.arms.values import account_values, two_sample
from simcollect.core.errors import InputError
from simcollect.core.folder import results_folder
from simcollect.core.spreadsheet import write_csv
from simcollect.engine import simulate
from simcollect.experiment.design import BASELINE, Design, known_strategy, make_design
from simcollect.experiment.manifest import Manifest
from simcollect.experiment.measure import prices
from simcollect.experiment.run import Progress
from simcollect.experiment.store import Row
from simcollect.experiment.workers import Batch, Specification
from simcollect.population import build
from simcollect.scenario import Scenario
from simcollect.stats import Estimate, PairedDifference, estimate_mean, paired_difference

OUTCOME: Final = "value_with_residual_share"
"""Net of cost, with what is still owed at the price it would fetch: a control arm must not look cheap by postponing."""
SHARES: Final = (0.02, 0.05, 0.1, 0.2)
TABLE: Final = "control_arm.csv"
_LEVEL: Final = 0.95
_MOST_DOUBT: Final = 1.0
_Z: Final = float(norm.isf((1.0 - _LEVEL) / 2.0))


Pays: TypeAlias = Literal["from a doubt", "always", "never", "cannot tell"]


@dataclass(frozen=True, eq=False)
class ControlArm:
    """What control arms of several sizes cost and tell.

    Attributes
    ----------
    manifest
        What was run.
    scenario
        The scenario.
    strategy
        The champion, under which everybody else is.
    shares
        Shares of accounts that are not contacted.
    doubt
        Standard deviation of what is believed of the champion's effect beforehand, share of the opening balance:
        stated, not found.
    books
        How many books of this size the decision is for.
    runs
        One row a replication and share: lost (money in minor units), effect (true, share of opening), found,
        standard_error, opening (minor units).
    """

    manifest: Manifest
    scenario: Scenario
    strategy: str
    shares: tuple[float, ...]
    doubt: float
    books: float
    runs: pd.DataFrame

    @property
    def n_replications(self) -> int:
        """Paired replications."""
        return len(self.manifest.replications)

    def effect(self) -> Estimate:
        """Return the champion's true effect, whole book against whole book without contact: share of opening."""
        return estimate_mean(self._column("effect", self.shares[0]), _LEVEL)

    def cost(self, share: float) -> PairedDifference:
        """Return what the control arm loses of the whole book's net value, minor units (positive: lost)."""
        lost = self._column("lost", share)
        return paired_difference(lost, np.zeros_like(lost), _LEVEL)

    def value(self, share: float, doubt: float | None = None) -> float:
        """Return the expected value of deciding with the control arm's answer, minor units.

        Beforehand the effect is believed to be normal around the model's own with the stated doubt; after the
        experiment whoever finds that contact does not pay stops it. The value is what that is worth on average.

        References
        ----------
        Raiffa and Schlaifer (1961), Applied Statistical Decision Theory, ch. 5: expected value of sample information
        for two actions, normal prior and sampling.
        """
        mean = self.effect().mean
        spread = self.doubt if doubt is None else doubt
        error = float(self._column("standard_error", share).mean())
        if spread == 0.0 or not math.isfinite(error):
            return 0.0
        learnt = spread * spread / math.hypot(spread, error)
        reach = abs(mean) / learnt
        gain = learnt * (float(norm.pdf(reach)) - reach * float(norm.sf(reach)))
        return gain * float(self._column("opening", share).mean()) * self.books

    def pays(self, share: float) -> Pays:
        """Return whether the control arm is worth its cost: by what doubt, always, never, or not to be told."""
        cost = self.cost(share)
        if self.n_replications > 1 and cost.high <= 0.0:
            return "always"
        if self.n_replications == 1 or cost.low <= 0.0:
            return "cannot tell"
        return "from a doubt" if self.value(share, _MOST_DOUBT) > cost.mean else "never"

    def worth_it_from(self, share: float) -> float | None:
        """Return the doubt from which the control arm is worth its mean cost; None where :meth:`pays` has another."""
        if self.pays(share) != "from a doubt":
            return None
        cost = self.cost(share).mean
        return float(brentq(lambda doubt: self.value(share, doubt) - cost, 1e-9, _MOST_DOUBT))

    def table(self) -> pd.DataFrame:
        """Return one row a share of accounts in the control arm.

        Columns: share; cost with low and high and verdict (minor units lost by not contacting them); half_width (of the
        95 % interval for the champion's effect, share of opening); sees_it (share of experiments in which that interval
        is clear of 0); value (minor units, at the stated doubt); pays (from a doubt, always, never or cannot tell: the
        interval of the cost holds 0); worth_it_from (that doubt).
        """
        rows = []
        for share in self.shares:
            cost, error = self.cost(share), self._column("standard_error", share)
            found = self._column("found", share)
            rows.append(
                {
                    "share": share,
                    "cost": cost.mean,
                    "low": cost.low,
                    "high": cost.high,
                    "verdict": cost.sentence(),
                    "half_width": _Z * float(error.mean()),
                    "sees_it": float(np.mean(np.abs(found) > _Z * error)),
                    "value": self.value(share),
                    "pays": self.pays(share),
                    "worth_it_from": self.worth_it_from(share),
                }
            )
        return pd.DataFrame(rows).astype({"worth_it_from": "float64"})

    def save(self, folder: Path | str) -> None:
        """Write the table (CSV) into a folder."""
        with results_folder(folder) as place:
            write_csv(self.table(), place / TABLE)

    def to_dict(self) -> dict[str, Any]:
        """Return everything for JSON: numbers that do not exist are None."""
        effect = self.effect()
        return {
            "scenario": self.scenario.name,
            "strategy": self.strategy,
            "control": BASELINE,
            "outcome": OUTCOME,
            "effect": effect.mean,
            "low": effect.low if effect.n > 1 else None,
            "high": effect.high if effect.n > 1 else None,
            "doubt": self.doubt,
            "books": self.books,
            "replications": self.n_replications,
            "currency": self.scenario.economics.currency,
            "minor_units": self.scenario.economics.minor_units,
            "digest": self.manifest.digest,
            "control_arm": records(self.table()),
            "rests_on": resting_on(self.scenario),
        }

    def _column(self, name: str, share: float) -> Any:
        chosen = self.runs[self.runs["share"] == share].sort_values("replication")
        return chosen[name].to_numpy(dtype=np.float64)


def control_arm(
    scenario: Scenario,
    strategy: str,
    *,
    shares: Sequence[float] = SHARES,
    doubt: float = 0.01,
    books: float = 1.0,
    replications: int | None = None,
    workers: int | None = None,
    executor: Executor | None = None,
    folder: Path | str | None = None,
    fresh: bool = False,
    on_progress: Progress | None = None,
) -> ControlArm:
    """Weigh what a control arm without contact loses against what it is worth to know.

    Parameters
    ----------
    scenario, strategy
        What is run, and the strategy under which all others are. The scenario needs ``no_action``.
    shares
        Of accounts in the control arm, each above 0 and below 1.
    doubt
        How unsure one is of the strategy's effect beforehand: a standard deviation, share of the opening balance, at
        least 0; 0.01 is one point.
    books
        How many books of this size the decision that follows is for, above 0.
    replications, workers, executor, folder, fresh, on_progress
        As in :func:`simcollect.arms.pilot`.

    Raises
    ------
    InputError, InputErrors
        If something asked for is wrong.
    Interrupted
        On Ctrl-C; finished runs are in the folder.
    """
    known_strategy(BASELINE, tuple(scenario.strategies), "control arm")
    if strategy == BASELINE:
        raise InputError("", "strategy", f"is {BASELINE}", "Expected one that acts, to be compared with it")
    chosen = tuple(sorted({share_of(share, "share") for share in shares}))
    if not chosen:
        raise InputError("", "shares", "are none", "Expected one or more")
    if not (math.isfinite(doubt) and doubt >= 0.0):
        raise InputError("", "doubt", f"is {doubt}", "Expected a number of 0 or more: 0.01 is one point")
    if not (math.isfinite(books) and books > 0.0):
        raise InputError("", "books", f"is {books}", "Expected a number above 0")
    for share in chosen:
        arms_of(scenario, {strategy: 1.0 - share, BASELINE: share})
    count = make_design(scenario, [strategy], replications).replications
    label = f"control-arm {strategy} {' '.join(f'{share:g}' for share in chosen)}"
    rows, manifest = performed(
        Design(scenario, (strategy,), count),
        label,
        partial(control_runs, strategy, chosen),
        workers,
        executor,
        folder,
        fresh,
        on_progress,
    )
    runs = pd.DataFrame([{"replication": row["replication"], **one} for row in rows for one in row["found"]])
    return ControlArm(manifest, scenario, strategy, chosen, doubt, books, runs)


def control_runs(strategy: str, shares: tuple[float, ...], specification: Specification, batch: Batch) -> list[Row]:
    """Return what control arms lose and find, one row a replication; staff are shared, and the freed time is used."""
    scenario, replication = specification.scenario, batch[0].replication
    economics, seed = prices(scenario), scenario.run.seed
    book = build(scenario, seed, replication)
    logs = [simulate(scenario, name, replication=replication, population=book) for name in (strategy, BASELINE)]
    champion, nothing = (account_values(log, economics)[OUTCOME] for log in logs)
    found = []
    for share in shares:
        treatment = pilot_treatment(((strategy, 1.0 - share), (BASELINE, share)), "shared", book, seed, replication)
        log = simulate(scenario, treatment, replication=replication, population=book)
        value = account_values(log, economics)[OUTCOME]
        assert treatment.arms is not None
        gap, error = two_sample(value, treatment.arms == 0, treatment.arms == 1)
        found.append(
            {
                "share": share,
                "lost": float(champion.part.sum() - value.part.sum()),
                "effect": champion.ratio() - nothing.ratio(),
                "found": gap,
                "standard_error": error,
                "opening": float(champion.whole.sum()),
            }
        )
    key = {"replication": replication, "strategy": strategy, "digest": logs[0].digest()}
    return [key | {"day": scenario.run.horizon_days, "found": found}]
