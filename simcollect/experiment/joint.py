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

from simcollect.core.errors import InputError
from simcollect.experiment.measure import ALL_MEASURES, INCREMENTAL
from simcollect.stats import Estimate, Verdict
from simcollect.stats.simultaneous import holm, intervals, largest_t, with_the_best
from simcollect.stats.skewed import p_value

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
    alike
        Strategies that did in every replication what the reference did: their event logs are the same.
    """

    keys: tuple[tuple[str, str], ...]
    counted: tuple[bool, ...]
    values: NDArray[np.float64]
    alike: frozenset[str]


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
    logs: dict[str, set[tuple[int, str]]] = {}
    for log in comparison.manifest.logs:
        logs.setdefault(log.strategy, set()).add((log.replication, log.digest))
    alike = frozenset(name for name in others if name in logs and logs[name] == logs.get(reference))
    return Family(tuple(keys), tuple(counted), table, alike)


def family_table(found: Family, multiple: float, level: float, n_looks: int = 1) -> pd.DataFrame:
    """Return means and intervals of ``multiple`` standard errors that hold together with ``level``, a row a difference.

    Columns: strategy, measure, letter, label, unit, mean, low, high, half_width (the longer arm: the interval lies
    within mean +- half_width), verdict, p (two-sided, of :func:`simcollect.stats.intervals.p_value`, times the number
    of looks at which one might have stopped) and p_holm (adjusted for all differences by Holm).

    What was the same in all replications has no spread to make an interval of: ends are NaN, p is 1 and the verdict
    ``NEVER_VARIED``, unless the strategy did the same as the reference throughout and there is no difference.
    """
    p = np.array([min(1.0, n_looks * p_value(column)) for column in found.values.T])
    adjusted = holm(p) if len(p) else p
    estimates = iter(zip(intervals(found.values, multiple, level), p, adjusted, strict=True))
    rows: list[tuple[object, ...]] = []
    for (strategy, measure), counted in zip(found.keys, found.counted, strict=True):
        meaning = ALL_MEASURES[measure]
        named = (strategy, measure, meaning.letter, meaning.label, meaning.unit)
        if not counted:
            rows.append((*named, *(math.nan,) * 4, NOT_COUNTED, math.nan, math.nan))
            continue
        one, alone, together = next(estimates)
        if one.standard_error == 0.0 and strategy not in found.alike:
            ends, verdict = (math.nan, math.nan, math.nan), Verdict.NEVER_VARIED
        else:
            ends = (one.low, one.high, max(one.mean - one.low, one.high - one.mean))
            verdict = _verdict(one)
        rows.append((*named, one.mean, *ends, verdict.value, float(alone), float(together)))
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
    return family_table(found, largest_t(found.values, level) if found.values.shape[1] else math.nan, level)


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


def may_vary(n: int, level: float = 0.95) -> float:
    """Return in what share of replications at most a difference may be another, having been the same in all ``n``.

    The bound that holds with probability ``level``, about 3 / n for 95 % (Hanley and Lippman-Hand, 1983, JAMA 249: if
    nothing goes wrong, is everything all right?).

    Examples
    --------
    >>> round(may_vary(10), 2), round(may_vary(300), 4)
    (0.26, 0.0099)
    """
    return float(-math.expm1(math.log1p(-level) / n))


def _verdict(found: Estimate) -> Verdict:
    if found.low > 0.0:
        return Verdict.HIGHER
    if found.high < 0.0:
        return Verdict.LOWER
    return Verdict.NO_DIFFERENCE if found.standard_error == 0.0 else Verdict.CANNOT_TELL_YET
