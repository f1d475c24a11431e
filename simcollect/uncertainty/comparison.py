"""Strategies compared while borrowers and prices are not known: the doubt about every difference, by its source."""

from __future__ import annotations

import math
import shutil
from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from numpy.typing import NDArray

from simcollect.core.errors import InputError
from simcollect.core.folder import results_folder, write_json
from simcollect.core.spreadsheet import write_csv
from simcollect.core.words import Lang
from simcollect.experiment.axes import measure_axis
from simcollect.experiment.comparison import SHOWN, Comparison
from simcollect.experiment.measure import ALL_MEASURES
from simcollect.experiment.run import Progress
from simcollect.outcomes.measures import HEADLINE
from simcollect.plots import save
from simcollect.plots.stacked import StackedPanel, StackedRow, stacked
from simcollect.scenario.variation import varied
from simcollect.sweep import evaluate
from simcollect.uncertainty.draws import Draws
from simcollect.uncertainty.influence import ranked
from simcollect.uncertainty.split import HOLDS_FROM, LEVEL, Split, Standing, split

Numbers = NDArray[np.float64]

FOLDER: Final = "uncertainty"
"""Where the draws stand in a comparison's results folder."""
RESULT: Final = "uncertainty.json"
TABLE: Final = "uncertainty.csv"
PICTURE: Final = "uncertainty.png"
COMMAND: Final = "compare --uncertainty"

_NOT_COUNTED: Final = "not counted in every run"
_HOLDS: Final = (Standing.HIGHER, Standing.LOWER)


@dataclass(frozen=True, eq=False)
class UncertainComparison:
    """A comparison at the stated values, and the same at draws of everything that is calibrated or assumed.

    Attributes
    ----------
    stated
        The comparison at the scenario's own numbers.
    draws
        What was drawn.
    runs
        One row a draw (``point``), strategy, replication and reading day, with every outcome.
    n_replications
        Of each draw: the first ones of the stated comparison, the same borrowers with the same luck.
    """

    stated: Comparison
    draws: Draws
    runs: pd.DataFrame
    n_replications: int

    @property
    def others(self) -> tuple[str, ...]:
        """Strategies beside the reference."""
        return tuple(name for name in self.stated.strategies if name != self.stated.reference)

    @property
    def n_draws(self) -> int:
        """Points of the parameters in all."""
        return len(self.draws.points)

    def values(self, measure: str, strategy: str, day: int | None = None) -> Numbers:
        """Return an outcome at every draw, shape [outer draws, inner draws, replications].

        Raises
        ------
        InputError
            As in :meth:`simcollect.experiment.comparison.Comparison.values`.
        """
        self.stated.values(measure, strategy, day)  # says what is unknown
        when = self.stated.days[-1] if day is None else day
        chosen = self.runs[(self.runs["strategy"] == strategy) & (self.runs["day"] == when)]
        ordered = chosen.sort_values(["point", "replication"])[measure].to_numpy(dtype=np.float64)
        return ordered.reshape(self.draws.n_outer, self.draws.n_inner, self.n_replications)

    def split(self, measure: str, strategy: str, against: str | None = None, day: int | None = None) -> Split | None:
        """Return how the doubt about a difference to ``against`` (the reference when None) splits by source.

        None where the measure is not a number in some run.
        """
        other = against or self.stated.reference
        stated = self.stated.values(measure, strategy, day) - self.stated.values(measure, other, day)
        drawn = self.values(measure, strategy, day) - self.values(measure, other, day)
        if not (np.all(np.isfinite(stated)) and np.all(np.isfinite(drawn))):
            return None
        return split(stated, drawn)

    def table(self, measures: Sequence[str] = SHOWN, day: int | None = None) -> pd.DataFrame:
        """Return differences to the reference with their doubt by source: one row a strategy and measure.

        Columns: strategy, measure, letter, label, unit; estimate, low, high (run noise at the stated values);
        parameters_low, parameters_high (and the calibrated ensemble); mean_over_draws, all_low, all_high (and what is
        assumed, around that mean); share_run_noise, share_parameters, share_assumptions (of the variance);
        variance_parameters and variance_assumptions as estimated, below 0 where nothing is seen, with their standard
        errors; same_sign_share (of draws) and standing. Money is in minor units.
        """
        rows = []
        for strategy in self.others:
            for measure in measures:
                meaning = ALL_MEASURES[measure]
                found = self.split(measure, strategy, day=day)
                named = {
                    "strategy": strategy,
                    "measure": measure,
                    "letter": meaning.letter,
                    "label": meaning.label,
                    "unit": meaning.unit,
                }
                rows.append({**named, **(_EMPTY if found is None else _as_row(found))})
        return pd.DataFrame(rows)

    def winners(self, measures: Sequence[str] = SHOWN, day: int | None = None) -> pd.DataFrame:
        """Return in which share of draws each strategy is the best, run noise taken off.

        One row a measure of which more or less is better; columns: measure, letter, label, best (at the stated
        values), then one column a strategy. Strategies that tie share the draw.
        """
        rows = []
        for measure in measures:
            meaning = ALL_MEASURES[measure]
            splits = [self.split(measure, strategy, day=day) for strategy in self.others]
            if meaning.higher_is_better is None or any(found is None for found in splits):
                continue
            by_name = dict(zip(self.others, splits, strict=True))
            found = [by_name.get(strategy) for strategy in self.stated.strategies]
            sign = 1.0 if meaning.higher_is_better else -1.0
            levels = sign * np.column_stack([np.zeros(self.n_draws) if one is None else one.by_draw for one in found])
            is_best = levels == levels.max(axis=1, keepdims=True)
            shares = (is_best / is_best.sum(axis=1, keepdims=True)).mean(axis=0)
            means = [0.0 if one is None else sign * one.stated.mean for one in found]
            best = self.stated.strategies[int(np.argmax(means))]
            row = {"measure": measure, "letter": meaning.letter, "label": meaning.label, "best": best}
            rows.append(row | dict(zip(self.stated.strategies, shares.tolist(), strict=True)))
        return pd.DataFrame(rows)

    def influence(self, measure: str, strategy: str, day: int | None = None) -> pd.DataFrame:
        """Return rank correlations of every drawn number with a difference, largest first.

        Columns: name, group, source ("assumed" or "calibrated"), correlation, floor (what the largest of all numbers
        reaches by chance in 1 case of 20) and is_told (whether it lies above). Many numbers and few draws make the
        floor high: below it nothing is said.
        """
        drawn = self.values(measure, strategy, day) - self.values(measure, self.stated.reference, day)
        columns = ["name", "group", "source", "correlation", "floor", "is_told"]
        rows: list[tuple[Any, ...]] = []
        if not np.all(np.isfinite(drawn)):
            return pd.DataFrame(rows, columns=columns)
        assumed = self.draws.assumptions
        if assumed:
            found = ranked(self.draws.shares, drawn.mean(axis=(1, 2)))
            for one, value in zip(assumed, found.correlations, strict=True):
                rows.append((one.name, one.group, "assumed", value, found.floor, abs(value) > found.floor))
        ensemble = self.draws.ensemble
        if ensemble is not None:
            found = ranked(self.draws.calibrated, drawn.mean(axis=2).ravel())
            for place, value in zip(ensemble.places, found.correlations, strict=True):
                group = place.rsplit(".", 1)[0]
                rows.append((place, group, "calibrated", value, found.floor, abs(value) > found.floor))
        frame = pd.DataFrame(rows, columns=columns)
        return frame.sort_values("correlation", key=np.abs, ascending=False, ignore_index=True)

    def plot(self, measures: Sequence[str] = HEADLINE, day: int | None = None, lang: Lang = "en") -> Figure:
        """Return the differences with their intervals inside intervals, a panel a measure and a row a strategy.

        Raises
        ------
        InputError
            If there is no strategy beside the reference, or a measure or day is unknown.
        """
        if not self.others:
            reference = self.stated.reference
            raise InputError("", "uncertainty", f"has only {reference}", "Expected a strategy to compare it with")
        panels = []
        for measure in measures:
            axis = measure_axis(measure, self.stated.currency, self.stated.minor_units, lang)
            rows = tuple(self._row(strategy, measure, day, axis.factor) for strategy in self.others)
            title = f"{ALL_MEASURES[measure].letter}  {axis.label}"
            panels.append(StackedPanel(title, axis.difference_unit, axis.higher_is_better, rows))
        return stacked(
            panels,
            self.stated.reference,
            self.stated.n_replications,
            self.n_draws,
            self.stated.manifest.digest[:16],
            self.stated.days[-1] if day is None else day,
            LEVEL,
            HOLDS_FROM,
            lang=lang,
        )

    def to_dict(self) -> dict[str, Any]:
        """Return everything shown, for JSON: numbers that do not exist are None."""
        ensemble = self.draws.ensemble
        influence = [
            {"strategy": strategy, "measure": measure} | row
            for strategy in self.others
            for measure in HEADLINE
            for row in self.influence(measure, strategy).head(5).to_dict("records")
        ]
        manifest = self.stated.manifest
        return {
            "command": COMMAND,
            "version": manifest.version,
            "scenario": manifest.scenario,
            "digest": manifest.digest,
            "seed": manifest.seed,
            "replications": self.stated.n_replications,
            "day": self.stated.days[-1],
            "currency": self.stated.currency,
            "minor_units": self.stated.minor_units,
            "reference": self.stated.reference,
            "level": LEVEL,
            "draws": {
                "outer": self.draws.n_outer,
                "inner": self.draws.n_inner,
                "replications": self.n_replications,
                "assumptions": sum(len(one.members) for one in self.draws.assumptions),
                "calibrated": 0 if ensemble is None else len(ensemble.places),
                "ensemble": None if ensemble is None else ensemble.file,
                "holds_from": HOLDS_FROM,
            },
            "rows": _plain(self.table().to_dict("records")),
            "winners": _plain(self.winners().to_dict("records")),
            "influence": _plain(influence),
        }

    def save(self, folder: Path | str) -> None:
        """Write JSON, table and picture into a folder, beside those of the stated comparison.

        Raises
        ------
        InputError
            If the folder cannot be written.
        """
        with results_folder(folder) as place:
            write_json(self.to_dict(), place / RESULT)
            write_csv(self.table(), place / TABLE)
            if self.others:
                save(self.plot(), place / PICTURE)

    def _row(self, strategy: str, measure: str, day: int | None, factor: float) -> StackedRow:
        found = self.split(measure, strategy, day=day)
        if found is None:
            return StackedRow(strategy, math.nan)

        def scaled(low: float, high: float) -> tuple[float, float]:
            return low * factor, high * factor

        return StackedRow(
            strategy,
            found.stated.mean * factor,
            scaled(found.stated.low, found.stated.high),
            scaled(*found.with_parameters) if self.draws.ensemble is not None else None,
            scaled(*found.with_all),
            found.mean_over_draws * factor,
            math.nan if found.standing is Standing.RUN_NOISE else found.same_sign_share,
            found.standing in _HOLDS,
        )


def under_uncertainty(
    stated: Comparison,
    draws: Draws,
    *,
    replications: int = 4,
    workers: int | None = None,
    executor: Executor | None = None,
    folder: Path | str | None = None,
    fresh: bool = False,
    on_progress: Progress | None = None,
) -> UncertainComparison:
    """Run the strategies of a comparison at every draw, on the first of its replications.

    Parameters
    ----------
    stated
        The comparison at the stated values, of 2 replications or more.
    draws
        Of the same scenario.
    replications
        Of every draw, at least 2; no more than the comparison has.
    workers, executor, on_progress
        As in :func:`simcollect.sweep.evaluate`.
    folder
        The comparison's results folder; finished draws are kept in ``uncertainty`` inside.
    fresh
        Throw away finished draws found there.

    Raises
    ------
    InputError
        If there are too few replications, or a strategy is a Python object, which a draw cannot be told.
    Interrupted
        On Ctrl-C; with a folder finished runs are kept.
    """
    if stated.manifest.policies:
        named = ", ".join(stated.manifest.policies)
        raise InputError("", "uncertainty", f"is asked of {named}", "Expected strategies of the scenario only")
    n = min(replications, stated.n_replications)
    if n < 2:
        raise InputError(
            "",
            "replications",
            f"are {n}",
            "Expected 2 or more: one run of a draw cannot tell its parameters from its luck",
        )
    scenario = stated.manifest.scenario_as_run()
    varied(scenario, draws.points[0])  # a fault of the scenario itself is told by its place, not by all that is drawn
    kept = None if folder is None else Path(folder) / FOLDER
    if fresh and kept is not None:
        shutil.rmtree(kept, ignore_errors=True)
    runs = evaluate(
        scenario,
        draws.points,
        stated.strategies,
        range(n),
        workers=workers,
        executor=executor,
        folder=kept,
        on_progress=on_progress,
    )
    return UncertainComparison(stated, draws, runs.drop(columns=list(draws.places), errors="ignore"), n)


def _as_row(found: Split) -> dict[str, Any]:
    run_noise, parameters, assumptions = found.shares
    return {
        "estimate": found.stated.mean,
        "low": found.stated.low,
        "high": found.stated.high,
        "parameters_low": found.with_parameters[0],
        "parameters_high": found.with_parameters[1],
        "mean_over_draws": found.mean_over_draws,
        "all_low": found.with_all[0],
        "all_high": found.with_all[1],
        "share_run_noise": run_noise,
        "share_parameters": parameters,
        "share_assumptions": assumptions,
        "variance_run_noise": found.run_noise,
        "variance_parameters": found.parameters.estimate,
        "variance_parameters_se": found.parameters.standard_error,
        "variance_assumptions": found.assumptions.estimate,
        "variance_assumptions_se": found.assumptions.standard_error,
        "same_sign_share": found.same_sign_share,
        "standing": found.standing.value,
    }


_EMPTY: Final[Mapping[str, Any]] = {
    name: _NOT_COUNTED if name == "standing" else math.nan
    for name in (
        "estimate", "low", "high", "parameters_low", "parameters_high", "mean_over_draws", "all_low", "all_high",
        "share_run_noise", "share_parameters", "share_assumptions", "variance_run_noise", "variance_parameters",
        "variance_parameters_se", "variance_assumptions", "variance_assumptions_se", "same_sign_share", "standing",
    )
}  # fmt: skip


def _plain(rows: Sequence[Mapping[Any, Any]]) -> list[dict[str, Any]]:
    return [{str(name): _number(value) for name, value in row.items()} for row in rows]


def _number(value: Any) -> Any:
    if isinstance(value, bool | np.bool_):
        return bool(value)
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else None
    return value
