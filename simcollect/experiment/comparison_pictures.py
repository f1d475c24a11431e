"""Pictures of a comparison: the trade-off of two outcomes, a forest of differences, what is collected day by day."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

import numpy as np
from matplotlib.figure import Figure

from simcollect.core.errors import InputError
from simcollect.core.words import Lang
from simcollect.experiment.axes import measure_axis
from simcollect.experiment.measure import ALL_MEASURES
from simcollect.outcomes.measures import HEADLINE
from simcollect.plots import (
    Curve,
    ForestPanel,
    ForestRow,
    Outcome,
    StrategyPoint,
    forest,
    liquidation_by_strategy,
    trade_off,
)
from simcollect.stats import PairedDifference, Verdict

if TYPE_CHECKING:
    from simcollect.experiment.comparison import Comparison

_TITLES: Final[Mapping[Lang, str]] = {"en": "What is recovered, and who stays", "zh": "回收与客户留存"}


def trade_off_of(comparison: Comparison, x: str, y: str, day: int, level: float, lang: Lang) -> Figure:
    """Return the trade-off of two measures, bars for paired differences to the reference.

    Raises
    ------
    InputError
        If a measure is not a number in some replication.
    """
    title = _TITLES[lang] if (x, y) == (HEADLINE[2], HEADLINE[0]) else None
    axes = [measure_axis(name, comparison.currency, comparison.minor_units, lang) for name in (x, y)]
    return trade_off(
        [_point(comparison, strategy, x, y, day) for strategy in comparison.strategies],
        Outcome(axes[0].label, axes[0].unit, axes[0].higher_is_better),
        Outcome(axes[1].label, axes[1].unit, axes[1].higher_is_better),
        reference=comparison.reference,
        n_replications=comparison.n_replications,
        digest=comparison.manifest.digest[:16],
        day=day,
        level=level,
        title=title,
        lang=lang,
    )


def forest_of(
    comparison: Comparison, measures: Sequence[str], reference: str, day: int, level: float, lang: Lang
) -> Figure:
    """Return the paired differences of every strategy to a reference, a panel a measure.

    Raises
    ------
    InputError
        If there is no other strategy.
    """
    others = [strategy for strategy in comparison.strategies if strategy != reference]
    if not others:
        raise InputError("", "forest", f"has only {reference}", "Expected a strategy to compare it with")
    panels = []
    for measure in measures:
        axis = measure_axis(measure, comparison.currency, comparison.minor_units, lang)
        rows = [_row(comparison, strategy, measure, reference, day, axis.factor) for strategy in others]
        letter = ALL_MEASURES[measure].letter
        panels.append(ForestPanel(f"{letter}  {axis.label}", axis.difference_unit, axis.higher_is_better, tuple(rows)))
    n, digest = comparison.n_replications, comparison.manifest.digest[:16]
    return forest(panels, reference, n, digest, day, level, lang=lang)


def liquidation_of(comparison: Comparison, level: float, lang: Lang) -> Figure:
    """Return what each strategy has collected by each reading day, with intervals of the level."""
    curves = []
    for strategy in comparison.strategies:
        read = [comparison.estimate("gross_recovery_share", strategy, day) for day in comparison.days]
        known = [(day, found) for day, found in zip(comparison.days, read, strict=True) if found is not None]
        # Nothing is collected before the first day.
        times = np.array([0.0, *(day for day, _ in known)])
        share, low, high = (
            np.array([0.0, *(getattr(found, name) for _, found in known)]) for name in ("mean", "low", "high")
        )
        is_sure = comparison.n_replications > 1
        curves.append(Curve(strategy, times, share, low if is_sure else None, high if is_sure else None))
    n, digest = comparison.n_replications, comparison.manifest.digest[:16]
    return liquidation_by_strategy(curves, n, digest, level, lang=lang)


def _point(comparison: Comparison, strategy: str, x: str, y: str, day: int) -> StrategyPoint:
    factors = [measure_axis(name, comparison.currency, comparison.minor_units).factor for name in (x, y)]
    means = [float(np.mean(comparison.values(name, strategy, day))) for name in (x, y)]
    for name, mean in zip((x, y), means, strict=True):
        if not math.isfinite(mean):
            raise InputError(
                "",
                f"measure {name} of {strategy}",
                "is not a number in some replication",
                "Expected a measure that every run has",
            )
    at = [mean * factor for mean, factor in zip(means, factors, strict=True)]
    if strategy == comparison.reference:
        return StrategyPoint(strategy, at[0], at[1])
    found = [_interval(comparison.difference(name, strategy, None, day)) for name in (x, y)]
    scaled = [
        None if ends is None else (ends[0] * factor, ends[1] * factor)
        for ends, factor in zip(found, factors, strict=True)
    ]
    return StrategyPoint(strategy, at[0], at[1], scaled[0], scaled[1])


def _row(comparison: Comparison, strategy: str, measure: str, reference: str, day: int, factor: float) -> ForestRow:
    found = comparison.difference(measure, strategy, reference, day)
    ends = _interval(found)
    mean = math.nan if found is None else found.mean * factor
    return ForestRow(strategy, mean, *((None, None) if ends is None else (ends[0] * factor, ends[1] * factor)))


def _interval(difference: PairedDifference | None) -> tuple[float, float] | None:
    if difference is None or difference.verdict is Verdict.ONE_REPLICATION:
        return None
    return difference.low, difference.high
