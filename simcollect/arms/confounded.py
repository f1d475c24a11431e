"""Logs in which hard accounts were treated otherwise, with the truth beside them: a test bench for causal methods."""

from __future__ import annotations

import math
from collections.abc import Mapping
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd

from simcollect.arms.asked import resting_on
from simcollect.arms.estimators import METHODS, Method
from simcollect.arms.kept import performed, records
from simcollect.arms.policy import FEATURES, HARDER_GET_MORE, HIDDEN, LoggingPolicy, features_of
from simcollect.core.codes import EventKind
from simcollect.core.errors import InputError
from simcollect.core.eventlog import EventLog
from simcollect.core.folder import results_folder
from simcollect.core.spreadsheet import write_csv
from simcollect.core.units import MINUTES_PER_DAY
from simcollect.engine import Treatment, simulate
from simcollect.experiment.design import Design, make_design
from simcollect.experiment.manifest import Manifest
from simcollect.experiment.run import Progress
from simcollect.experiment.store import Row
from simcollect.experiment.twin_runs import with_unlimited_staff
from simcollect.experiment.workers import Batch, Specification
from simcollect.outcomes.reading import Reading
from simcollect.outcomes.standing import KEPT, customer_standing, standing
from simcollect.population import build
from simcollect.population.arms import LOGGING_POLICY, arm_draws
from simcollect.scenario import Scenario
from simcollect.stats import PairedDifference, paired_difference

OUTCOMES: Final[Mapping[str, str]] = {
    "recovered_share": "Paid up to the horizon / balance on arrival.",
    "kept": "1 if the customer is kept at the horizon, else 0.",
    "complained": "1 if the borrower complained at least once, else 0.",
}
OBSERVED, TRUTH, DICTIONARY, ASSESSED = "observed", "truth", "dictionary.csv", "methods.csv"
_LEVEL: Final = 0.95
_Z: Final = 1.959963984540054

_MEANINGS: Final[Mapping[str, str]] = {
    "replication": "Number of the simulated book; borrowers of different books are independent.",
    "account_id": "Number of the account in its book.",
    "arrival_day": "Day of the run on which it came into the book; 0 for the stock.",
    "treated": "1 if the second strategy treated the account, 0 if the first did.",
    "propensity": "True probability of treatment, given everything the logging policy looked at.",
    "balance": "Owed on arrival, major units.",
    "arrears_share": "Overdue / owed on arrival.",
    "dpd": "Days past due on arrival.",
    "score": "Behaviour score, 0 to 1.",
    "months_on_book": "Months since the account was opened.",
    "earlier_delinquencies": "Months in arrears before the present spell.",
    "utilisation": "Principal / limit; 0 without a limit.",
    "stated_income": "A month, major units.",
    "age": "Years; 0 unknown.",
    "margin": "What the customer is worth a year, major units.",
    "willingness": "Latent, 0 to 1.",
    "ability": "Latent: spare cash a month / instalment.",
}


@dataclass(frozen=True, eq=False)
class Confounded:
    """A log by borrower with known truth.

    Attributes
    ----------
    manifest
        What was run.
    scenario
        The scenario as it was run.
    first, second
        The strategies; treated means under the second.
    policy
        Who is treated.
    table
        One row a borrower: everything, also what nobody could know.
    """

    manifest: Manifest
    scenario: Scenario
    first: str
    second: str
    policy: LoggingPolicy
    table: pd.DataFrame

    @property
    def observed(self) -> pd.DataFrame:
        """What an analyst has: ``replication``, ``account_id``, features, ``treated`` and the outcomes."""
        return self.table[["replication", "account_id", "arrival_day", *FEATURES, "treated", *OUTCOMES]].copy()

    @property
    def truth(self) -> pd.DataFrame:
        """What only a simulation knows: the propensity, latent features, and both potential outcomes of everybody."""
        potential = [f"{outcome}_{side}" for outcome in OUTCOMES for side in ("first", "second")]
        return self.table[["replication", "account_id", "propensity", *HIDDEN, *potential]].copy()

    def effect(self, outcome: str) -> pd.Series[float]:
        """Return the true mean effect (second - first) in each replication, by its number.

        Raises
        ------
        InputError
            If there is no such outcome.
        """
        if outcome not in OUTCOMES:
            raise InputError.unknown("", outcome, OUTCOMES, "outcome")
        gap = self.table[f"{outcome}_second"] - self.table[f"{outcome}_first"]
        means: pd.Series[float] = gap.groupby(self.table["replication"]).mean()
        return means

    def assess(self, outcome: str = "kept", methods: Mapping[str, Method] | None = None) -> pd.DataFrame:
        """Return how well methods find the true effect: one row a method.

        Parameters
        ----------
        outcome
            One of :data:`OUTCOMES`.
        methods
            Name -> function of (observed table of one replication, outcome) that returns (effect, standard error);
            the four of :data:`simcollect.arms.estimators.METHODS` when None.

        Returns
        -------
        pandas.DataFrame
            Columns: method, estimate and truth (means over replications), bias with low and high and verdict and
            more_replications, coverage (share of replications in which estimate +- 1.96 standard errors holds the
            truth), rmse.

        Raises
        ------
        InputError
            If there is no such outcome.
        """
        truth = self.effect(outcome)
        known = np.asarray(truth, dtype=np.float64)
        books = dict(list(self.observed.groupby("replication")))
        rows = []
        for name, method in (METHODS if methods is None else methods).items():
            found = np.array([method(books[replication], outcome) for replication in truth.index], dtype=np.float64)
            estimates, errors = found[:, 0], found[:, 1]
            off = estimates - known
            bias = paired_difference(estimates, known, _LEVEL)
            rows.append(
                {
                    "method": name,
                    "estimate": float(estimates.mean()),
                    "truth": float(truth.mean()),
                    "bias": bias.mean,
                    "low": bias.low,
                    "high": bias.high,
                    "verdict": _verdict(bias),
                    "more_replications": bias.more_replications,
                    "coverage": float(np.mean(np.abs(off) <= _Z * errors)),
                    "rmse": math.sqrt(float(np.mean(off * off))),
                }
            )
        return pd.DataFrame(rows).astype({"more_replications": "Int64"})

    def dictionary(self) -> pd.DataFrame:
        """Return what every column means: file, column, role, meaning."""
        used = {name for name, weight in self.policy.weights.items() if weight != 0.0}
        roles = {"treated": "treatment", "propensity": "propensity", "replication": "key", "account_id": "key"}
        roles |= dict.fromkeys(OUTCOMES, "outcome")
        rows = []
        for file, frame in ((OBSERVED, self.observed), (TRUTH, self.truth)):
            for name in frame:
                outcome, _, side = str(name).rpartition("_")
                if outcome in OUTCOMES and side in ("first", "second"):
                    strategy = self.first if side == "first" else self.second
                    role, meaning = "potential outcome", f"{outcome} had {strategy} treated the account."
                else:
                    role = roles.get(str(name), "hidden confounder" if name in HIDDEN else "feature")
                    if name in HIDDEN and name not in used:
                        role = "latent, not used by the policy"
                    meaning = _MEANINGS[str(name)] if name in _MEANINGS else OUTCOMES[str(name)]
                    meaning += " Confounder: treatment depends on it." if name in used else ""
                rows.append((file, str(name), role, meaning))
        return pd.DataFrame(rows, columns=["file", "column", "role", "meaning"])

    def save(self, folder: Path | str) -> None:
        """Write both tables (CSV and Parquet), the data dictionary and how four methods fare into a folder."""
        with results_folder(folder) as place:
            for name, frame in ((OBSERVED, self.observed), (TRUTH, self.truth)):
                write_csv(frame, place / f"{name}.csv")
                frame.to_parquet(place / f"{name}.parquet", index=False)
            write_csv(self.dictionary(), place / DICTIONARY)
            assessed = [self.assess(outcome).assign(outcome=outcome) for outcome in OUTCOMES]
            write_csv(pd.concat(assessed, ignore_index=True), place / ASSESSED)

    def to_dict(self) -> dict[str, Any]:
        """Return what is known of the log and of four methods, for JSON."""
        return {
            "scenario": self.scenario.name,
            "treated": self.second,
            "untreated": self.first,
            "weights": dict(self.policy.weights),
            "intercept": self.policy.intercept,
            "hidden_confounding": self.policy.is_hidden,
            "borrowers": len(self.table),
            "replications": len(self.manifest.replications),
            "digest": self.manifest.digest,
            "methods": {outcome: records(self.assess(outcome)) for outcome in OUTCOMES},
            "rests_on": resting_on(self.scenario),
        }


def confounded(
    scenario: Scenario,
    first: str,
    second: str,
    policy: LoggingPolicy = HARDER_GET_MORE,
    *,
    own_staff: bool = False,
    replications: int | None = None,
    workers: int | None = None,
    executor: Executor | None = None,
    folder: Path | str | None = None,
    fresh: bool = False,
    on_progress: Progress | None = None,
) -> Confounded:
    """Make a log in which treatment depends on the borrower, with everybody's potential outcomes from twins.

    Parameters
    ----------
    scenario
        A loaded scenario.
    first, second
        Two of its strategies; "treated" means under the second.
    policy
        Probability of treatment by features that are seen, and if wanted by some that are not.
    own_staff
        Keep the scenario's staff: borrowers then compete, and what is observed is no longer the potential outcome of
        the treatment taken. As it stands staff are unlimited, and it is, exactly.
    replications, workers, executor, folder, fresh, on_progress
        As in :func:`simcollect.arms.pilot`.

    Raises
    ------
    InputError, InputErrors
        If something asked for is wrong.
    Interrupted
        On Ctrl-C; finished replications are in the folder.
    """
    count = make_design(scenario, [first, second], replications).replications
    staffed = scenario if own_staff else with_unlimited_staff(scenario)
    weights = " ".join(f"{name}={weight:g}" for name, weight in policy.weights.items())
    rows, manifest = performed(
        Design(staffed, (second,), count),
        f"confounded {first} {second} {weights} {policy.intercept:g}",
        partial(logged_runs, (first, second), policy),
        workers,
        executor,
        folder,
        fresh,
        on_progress,
    )
    tables = [pd.DataFrame({"replication": row["replication"], **row["columns"]}) for row in rows]
    return Confounded(manifest, staffed, first, second, policy, pd.concat(tables, ignore_index=True))


def logged_runs(pair: tuple[str, str], policy: LoggingPolicy, specification: Specification, batch: Batch) -> list[Row]:
    """Return the table by borrower of one replication; its columns as lists under ``columns``."""
    scenario, replication = specification.scenario, batch[0].replication
    seed = scenario.run.seed
    book = build(scenario, seed, replication)
    features = features_of(book, scenario.economics.minor_units)
    propensity = policy.propensity(features)
    treated = (arm_draws(book.book["key"], seed, replication, LOGGING_POLICY) < propensity).astype(np.int64)
    treatment = Treatment(f"logged ({pair[0]} or {pair[1]})", pair, treated)
    log = simulate(scenario, treatment, replication=replication, population=book)
    columns: dict[str, Any] = {
        "account_id": book.book["account_id"],
        "arrival_day": book.book["arrives_at"] // MINUTES_PER_DAY,
        **features,
        "propensity": propensity,
        "treated": treated,
        **_outcomes(log),
    }
    for side, name in zip(("first", "second"), pair, strict=True):
        twin = _outcomes(simulate(scenario, name, replication=replication, population=book))
        columns |= {f"{outcome}_{side}": values for outcome, values in twin.items()}
    key = {"replication": replication, "strategy": batch[0].strategy, "digest": log.digest()}
    lists = {name: np.asarray(values).tolist() for name, values in columns.items()}
    return [key | {"day": scenario.run.horizon_days, "columns": lists}]


def _outcomes(log: EventLog) -> dict[str, Any]:
    reading = Reading.at_day(log)
    debts = standing(reading)
    kept = np.isin(customer_standing(reading, debts), KEPT)
    paid = reading.total(EventKind.PAYMENT)
    return {
        "recovered_share": paid / np.maximum(1, log.accounts["opening_cents"]),
        "kept": kept.astype(np.int64),
        "complained": (reading.count(EventKind.COMPLAINT) > 0).astype(np.int64),
    }


def _verdict(bias: PairedDifference) -> str:
    if bias.n == 1:
        return bias.verdict.value
    return "biased" if bias.low > 0.0 or bias.high < 0.0 else "no bias seen"
