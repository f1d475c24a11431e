"""Strategies side by side: means, paired differences, a picture, and the folder that holds them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
from matplotlib.figure import Figure
from numpy.typing import NDArray

from simcollect.core.errors import InputError
from simcollect.core.folder import results_folder
from simcollect.core.spreadsheet import write_csv
from simcollect.core.words import Lang
from simcollect.experiment.comparison_pictures import forest_of, liquidation_of, trade_off_of
from simcollect.experiment.design import BASELINE, default_reference, known_strategy
from simcollect.experiment.joint import NOT_COUNTED, Best, best_of, joint_differences
from simcollect.experiment.manifest import Manifest, read_manifest
from simcollect.experiment.measure import ALL_MEASURES, INCREMENTAL
from simcollect.experiment.store import DIFFERENCES, MEANS, PICTURE, REPLICATIONS, Row, Store
from simcollect.outcomes.measures import HEADLINE
from simcollect.plots import save
from simcollect.stats import Estimate, PairedDifference, estimate_mean, paired_difference

SHOWN: Final = (
    "gross_recovery_share",
    "net_recovery_share",
    "value_with_residual_share",
    "cost_per_account_cents",
    "cost_per_unit_collected",
    "kept_share",
    "complaints_per_1000",
    "income_paid_share",
    "mean_days_to_cash",
)
"""Measures that tables show when none are named: all five letters, side by side."""

_LEVEL: Final = 0.95


@dataclass(frozen=True, eq=False)
class Comparison:
    """Strategies on common replications.

    Attributes
    ----------
    manifest
        What was run.
    reference
        Strategy that differences are taken to.
    currency
        ISO 4217 code.
    minor_units
        Minor units of money in a major one.
    runs
        One row a run and reading day: strategy, replication, day, digest, every headline outcome (money in minor
        units), and the two incremental ones when ``no_action`` was among the strategies.
    """

    manifest: Manifest
    reference: str
    currency: str
    minor_units: int
    runs: pd.DataFrame

    @property
    def strategies(self) -> tuple[str, ...]:
        """Names, in the order they were asked for."""
        return self.manifest.strategies

    @property
    def days(self) -> tuple[int, ...]:
        """Reading days, rising; the last is the horizon."""
        return tuple(int(day) for day in sorted(self.runs["day"].unique()))

    @property
    def n_replications(self) -> int:
        """Paired replications."""
        return len(self.manifest.replications)

    @property
    def measures(self) -> tuple[str, ...]:
        """Every measure there is a number of."""
        return tuple(name for name in ALL_MEASURES if name in self.runs)

    def values(self, measure: str, strategy: str, day: int | None = None) -> NDArray[np.float64]:
        """Return one number a replication, in their order, shape [r].

        Raises
        ------
        InputError
            If the measure, the strategy or the day is not among those of this comparison.
        """
        when = self._day(day)
        if measure not in self.measures:
            raise InputError.unknown("", measure, self.measures, "measure")
        if strategy not in self.strategies:
            raise InputError.unknown("", strategy, self.strategies, "strategy")
        chosen = self.runs[(self.runs["strategy"] == strategy) & (self.runs["day"] == when)]
        return chosen.sort_values("replication")[measure].to_numpy(dtype=np.float64)

    def estimate(self, measure: str, strategy: str, day: int | None = None) -> Estimate | None:
        """Return the mean over replications with its 95 % interval, or None where it is not a number in some."""
        values = self.values(measure, strategy, day)
        return estimate_mean(values, _LEVEL) if np.all(np.isfinite(values)) else None

    def difference(
        self, measure: str, strategy: str, against: str | None = None, day: int | None = None
    ) -> PairedDifference | None:
        """Return the paired difference of a strategy to ``against`` (the reference when None).

        None where the measure is not a number in some replication: no cash has no time to cash.
        """
        ours, theirs = self.values(measure, strategy, day), self.values(measure, against or self.reference, day)
        if not (np.all(np.isfinite(ours)) and np.all(np.isfinite(theirs))):
            return None
        return paired_difference(ours, theirs, _LEVEL)

    def table(self, measures: Sequence[str] | None = None, day: int | None = None) -> pd.DataFrame:
        """Return means with their 95 % intervals: one row a strategy and measure.

        Columns: strategy, measure, letter, label, unit, mean, low, high. Money is in minor units; the interval says how
        sure the level is, **not** whether strategies differ: for that see :meth:`differences`.
        """
        rows = []
        for strategy in self.strategies:
            for measure in measures or self.measures:
                found = self.estimate(measure, strategy, day)
                numbers = (found.mean, found.low, found.high) if found else (math.nan,) * 3
                rows.append((strategy, *self._named(measure), *numbers))
        return pd.DataFrame(rows, columns=["strategy", "measure", "letter", "label", "unit", "mean", "low", "high"])

    def differences(
        self,
        measures: Sequence[str] | None = None,
        against: str | None = None,
        day: int | None = None,
        together: bool = False,
    ) -> pd.DataFrame:
        """Return paired differences to ``against`` (the reference when None): one row a strategy and measure.

        Each interval is a 95 % interval by itself; with ``together`` they are wider and hold all at once, and the
        columns are those of :func:`simcollect.experiment.joint.joint_differences`.

        Columns: strategy, measure, letter, label, unit, mean, low, high (95 % interval), verdict, more_replications
        (until the interval is as narrow as the difference is large; <NA> where no number helps) and variance_ratio
        (how many times more replications independent runs would need).
        """
        if together:
            return joint_differences(self, measures, against, day, _LEVEL)
        rows: list[tuple[Any, ...]] = []
        for strategy in self.strategies:
            if strategy == (against or self.reference):
                continue
            for measure in measures or [name for name in self.measures if name not in INCREMENTAL]:
                found = self.difference(measure, strategy, against, day)
                named = (strategy, *self._named(measure))
                if found is None:
                    rows.append((*named, math.nan, math.nan, math.nan, NOT_COUNTED, None, math.nan))
                    continue
                interval = (found.mean, found.low, found.high)
                rows.append((*named, *interval, found.verdict.value, found.more_replications, found.variance_ratio))
        columns = ["strategy", "measure", "letter", "label", "unit", "mean", "low", "high"]
        frame = pd.DataFrame(rows, columns=[*columns, "verdict", "more_replications", "variance_ratio"])
        return frame.astype({"more_replications": "Int64"})

    def best(self, measure: str = HEADLINE[0], day: int | None = None) -> Best | None:
        """Return which strategies cannot be told from the best in one outcome, all compared at once.

        None where that has no answer; see :func:`simcollect.experiment.joint.best_of`.
        """
        return best_of(self, self._known(measure), day, _LEVEL)

    def plot(self, x: str = HEADLINE[2], y: str = HEADLINE[0], day: int | None = None, lang: Lang = "en") -> Figure:
        """Return the trade-off of any two measures, bars for paired differences to the reference.

        As it stands, net recovery against customers kept. That recovery includes sales and the residual value of what
        is still owed, so that postponing wins nothing.

        Raises
        ------
        InputError
            If a measure or the day is unknown, or a measure is not a number in some replication.
        """
        return trade_off_of(self, self._known(x), self._known(y), self._day(day), _LEVEL, lang)

    def forest(
        self, measures: Sequence[str] = HEADLINE, against: str | None = None, day: int | None = None, lang: Lang = "en"
    ) -> Figure:
        """Return the paired differences of every strategy to ``against`` (the reference when None), a panel a measure.

        Raises
        ------
        InputError
            If there is no other strategy, or a measure, strategy or day is unknown.
        """
        known = [self._known(measure) for measure in measures]
        return forest_of(self, known, against or self.reference, self._day(day), _LEVEL, lang)

    def liquidation(self, lang: Lang = "en") -> Figure:
        """Return what each strategy has collected by each reading day, with intervals of the level."""
        return liquidation_of(self, _LEVEL, lang)

    def save(self, folder: Path | str) -> None:
        """Write the manifest, one row a run (Parquet), means and differences (CSV) and the picture into a folder.

        Raises
        ------
        InputError
            If the folder holds another experiment or files that are not simcollect's.
        """
        place = Path(folder)
        store = Store(place, self.manifest)
        rows = self.runs.drop(columns=[name for name in INCREMENTAL if name in self.runs]).to_dict("records")
        missing = [row for row in rows if (row["replication"], row["strategy"]) not in store.finished]
        if missing:
            store.add([{str(name): value for name, value in row.items()} for row in missing])
        store.close()
        with results_folder(place):
            write_csv(self.table(), place / MEANS)
            write_csv(self.differences(), place / DIFFERENCES)
            save(self.plot(), place / PICTURE)

    def to_dict(self) -> dict[str, Any]:
        """Return everything shown, for JSON: numbers that do not exist are None."""
        strategies: dict[str, dict[str, Any]] = {}
        for strategy in self.strategies:
            strategies[strategy] = {}
            for measure in self.measures:
                entry: dict[str, Any] = {"unit": ALL_MEASURES[measure].unit}
                entry |= _numbers(self.estimate(measure, strategy))
                if strategy != self.reference and measure not in INCREMENTAL:
                    entry["difference"] = _numbers(self.difference(measure, strategy))
                strategies[strategy][measure] = entry
        best = [one for one in map(self.best, HEADLINE) if one is not None]
        return {
            "scenario": self.manifest.scenario,
            "digest": self.manifest.digest,
            "seed": self.manifest.seed,
            "replications": self.n_replications,
            "day": self.days[-1],
            "currency": self.currency,
            "minor_units": self.minor_units,
            "reference": self.reference,
            "level": _LEVEL,
            "cannot_be_told_from_the_best": {one.measure: list(one.candidates) for one in best},
            "strategies": strategies,
        }

    def _known(self, measure: str) -> str:
        if measure not in self.measures:
            raise InputError.unknown("", measure, self.measures, "measure")
        return measure

    def _day(self, day: int | None) -> int:
        if day is None:
            return self.days[-1]
        if day not in self.days:
            read = ", ".join(str(known) for known in self.days)
            raise InputError(
                "", "day", f"is {day}", f"Outcomes were read on days {read}", "Add the day to run.reading_days"
            )
        return day

    @staticmethod
    def _named(measure: str) -> tuple[str, str, str, str]:
        meaning = ALL_MEASURES[measure]
        return measure, meaning.letter, meaning.label, meaning.unit


def compared(manifest: Manifest, reference: str, currency: str, minor_units: int, rows: Sequence[Row]) -> Comparison:
    """Return the comparison of finished runs, with increments over the twins without action where those were run."""
    runs = pd.DataFrame(list(rows))
    if BASELINE in manifest.strategies:
        twins = runs[runs["strategy"] == BASELINE].set_index(["replication", "day"])
        of_twin = twins.reindex(pd.MultiIndex.from_frame(runs[["replication", "day"]]))
        for name, total in (
            ("incremental_recovered_share", "recovered_cents"),
            ("incremental_net_share", "net_recovered_cents"),
        ):
            runs[name] = (runs[total] - of_twin[total].to_numpy()) / runs["opening_cents"]
    return Comparison(manifest, reference, currency, minor_units, runs)


def read_comparison(folder: Path | str, against: str | None = None) -> Comparison:
    """Return the comparison that a results folder of :func:`simcollect.api.compare` holds, without running anything.

    Parameters
    ----------
    folder
        Results folder of a finished comparison.
    against
        Strategy that differences are taken to; as in :func:`simcollect.api.compare` when None.

    Raises
    ------
    InputError
        If the folder holds no finished comparison, or the strategy is not in it.
    """
    manifest = read_manifest(folder)
    table = Path(folder) / REPLICATIONS
    if manifest.command != "compare" or not table.is_file():
        raise InputError(
            "",
            f'folder "{folder}"',
            "holds a single run" if manifest.command != "compare" else "holds a comparison that is not finished",
            "Expected the results folder of a finished comparison",
            "" if manifest.command != "compare" else "Start the same comparison again: it goes on where it stopped",
        )
    reference = default_reference(manifest.strategies) if against is None else against
    known_strategy(reference, manifest.strategies, "reference strategy")
    wanted = {(r, s) for r in manifest.replications for s in manifest.strategies}
    rows = [row for row in pq.read_table(table).to_pylist() if (row["replication"], row["strategy"]) in wanted]
    economics = manifest.scenario_as_run().economics
    return compared(manifest, reference, economics.currency, economics.minor_units, rows)


def _numbers(found: Estimate | PairedDifference | None) -> Mapping[str, Any]:
    if found is None:
        return {"mean": None, "low": None, "high": None}
    numbers: dict[str, Any] = {name: _finite(getattr(found, name)) for name in ("mean", "low", "high")}
    if isinstance(found, PairedDifference):
        numbers |= {
            "verdict": found.verdict.value,
            "more_replications": found.more_replications,
            "variance_ratio": _finite(found.variance_ratio),
        }
    return numbers


def _finite(number: float) -> float | None:
    return number if math.isfinite(number) else None
