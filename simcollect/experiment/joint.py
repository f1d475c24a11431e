"""What a comparison says all at once: intervals of every outcome and strategy that hold together, and the best.

Each interval of a comparison is right by itself 19 times in 20; of forty of them two are wrong. What is here says which
differences can be told when all are read together.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import t as student_t

from simcollect.core.errors import InputError
from simcollect.experiment.measure import ALL_MEASURES, INCREMENTAL
from simcollect.stats import Verdict
from simcollect.stats.simultaneous import holm, largest_t, with_the_best

if TYPE_CHECKING:
    from simcollect.experiment.comparison import Comparison

NOT_COUNTED: Final = "not counted in every replication"
COLUMNS: Final = ("strategy", "measure", "letter", "label", "unit")


@dataclass(frozen=True, eq=False)
class Family:
    """Differences that are read together.

    Attributes
    ----------
    keys
        (strategy, measure) of every difference asked for, in the order shown.
    counted
        Whether each is a number in every replication, shape [all].
    values
        Those that are: a row a replication, a column a difference, shape [r, k].
    """

    keys: tuple[tuple[str, str], ...]
    counted: tuple[bool, ...]
    values: NDArray[np.float64]


def family(
    comparison: Comparison, measures: Sequence[str] | None = None, against: str | None = None, day: int | None = None
) -> Family:
    """Return the paired differences of every strategy to ``against`` in these measures.

    With one strategy alone there is nothing to compare it with, and its own levels are the family.
    """
    reference = against or comparison.reference
    chosen = measures or [name for name in comparison.measures if name not in INCREMENTAL]
    others = [name for name in comparison.strategies if name != reference]
    keys = [(strategy, measure) for strategy in others or [reference] for measure in chosen]
    columns = [comparison.values(measure, strategy, day) for strategy, measure in keys]
    if others:
        theirs = {measure: comparison.values(measure, reference, day) for measure in chosen}
        columns = [column - theirs[measure] for column, (_, measure) in zip(columns, keys, strict=True)]
    counted = [bool(np.all(np.isfinite(column))) for column in columns]
    kept = [column for column, is_counted in zip(columns, counted, strict=True) if is_counted]
    table = np.column_stack(kept) if kept else np.empty((comparison.n_replications, 0))
    return Family(tuple(keys), tuple(counted), table)


def family_table(found: Family, multiple: float, n_looks: int = 1) -> pd.DataFrame:
    """Return means and intervals of ``multiple`` standard errors, one row a difference.

    Columns: strategy, measure, letter, label, unit, mean, low, high, half_width, verdict, p (two-sided t test, times
    the number of looks at which one might have stopped) and p_holm (adjusted for all differences by Holm).
    """
    r = len(found.values)
    constant = np.ptp(found.values, axis=0) == 0.0 if r else np.zeros(0, dtype=bool)
    mean = np.where(constant, found.values[0], found.values.mean(axis=0))
    error = np.where(constant, 0.0, found.values.std(axis=0, ddof=1) / math.sqrt(r))
    with np.errstate(divide="ignore", invalid="ignore"):
        t = np.where(error > 0.0, np.abs(mean) / error, np.where(mean == 0.0, 0.0, math.inf))
    p = np.minimum(1.0, n_looks * 2.0 * student_t.sf(t, r - 1))
    adjusted = holm(p) if len(p) else p
    numbers = iter(range(len(p)))
    rows: list[tuple[object, ...]] = []
    for (strategy, measure), counted in zip(found.keys, found.counted, strict=True):
        meaning = ALL_MEASURES[measure]
        named = (strategy, measure, meaning.letter, meaning.label, meaning.unit)
        if not counted:
            rows.append((*named, *(math.nan,) * 4, NOT_COUNTED, math.nan, math.nan))
            continue
        at = next(numbers)
        reach = multiple * float(error[at])
        interval = (float(mean[at]), float(mean[at]) - reach, float(mean[at]) + reach)
        verdict = _verdict(*interval).value
        rows.append((*named, *interval, reach, verdict, float(p[at]), float(adjusted[at])))
    return pd.DataFrame(rows, columns=[*COLUMNS, "mean", "low", "high", "half_width", "verdict", "p", "p_holm"])


def joint_differences(
    comparison: Comparison,
    measures: Sequence[str] | None = None,
    against: str | None = None,
    day: int | None = None,
    level: float = 0.95,
) -> pd.DataFrame:
    """Return paired differences whose intervals hold all at once with probability ``level``.

    Columns as in :func:`family_table`. The more outcomes are asked for, the wider the intervals, though little wider
    where outcomes move together.

    Raises
    ------
    InputError
        With one replication, which has no interval.
    """
    if comparison.n_replications < 2:
        raise InputError("", "replications", "are 1", "Expected 2 or more: one replication has no interval")
    found = family(comparison, measures, against, day)
    return family_table(found, largest_t(found.values, level) if found.values.shape[1] else math.nan)


@dataclass(frozen=True)
class Best:
    """Which strategies cannot be told from the best in one outcome.

    Attributes
    ----------
    measure
        The outcome.
    best
        The strategy with the best mean.
    candidates
        All that cannot be told from the best, the one with the best mean first; one when it is settled.
    level
        Probability with which the truly best is among them.
    """

    measure: str
    best: str
    candidates: tuple[str, ...]
    level: float

    def sentence(self) -> str:
        """Say it in words."""
        label = ALL_MEASURES[self.measure].label
        if len(self.candidates) == 1:
            return f"{label}: {self.best} is the best."
        others = self.candidates[1:]
        named = others[0] if len(others) == 1 else f"{', '.join(others[:-1])} and {others[-1]}"
        return f"{label}: {self.best} is first; {named} cannot be told from the best."


def best_of(comparison: Comparison, measure: str, day: int | None = None, level: float = 0.95) -> Best | None:
    """Return which strategies cannot be told from the best, by multiple comparisons with the best.

    None where that question has no answer: one strategy or one replication, an outcome of which neither more nor less
    is better, or one that is not a number in every run.
    """
    better = ALL_MEASURES[measure].higher_is_better
    if better is None or len(comparison.strategies) < 2 or comparison.n_replications < 2:
        return None
    values = np.column_stack([comparison.values(measure, name, day) for name in comparison.strategies])
    if not np.all(np.isfinite(values)):
        return None
    found = with_the_best(values, level, better)
    means = values.mean(axis=0) * (1.0 if better else -1.0)
    order = sorted(range(len(found)), key=lambda place: -means[place])
    kept = [place for place in order if found[place].can_be_best or place == order[0]]
    names = tuple(comparison.strategies[place] for place in kept)
    return Best(measure, names[0], names, level)


def _verdict(mean: float, low: float, high: float) -> Verdict:
    if low > 0.0:
        return Verdict.HIGHER
    if high < 0.0:
        return Verdict.LOWER
    return Verdict.NO_DIFFERENCE if low == mean == high else Verdict.CANNOT_TELL_YET
