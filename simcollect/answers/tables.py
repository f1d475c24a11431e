"""The table that every answer has, whatever its kind."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any, Final

import pandas as pd

from simcollect.answers.asked import Asked
from simcollect.answers.cube import Axis, Cube
from simcollect.answers.levels import LEVEL, Level, compare
from simcollect.answers.subjects import Subject, subject
from simcollect.scenario import Scenario
from simcollect.stats.intervals import Estimate

COLUMNS: Final = (
    "outcome",
    "label",
    "unit",
    "of",
    "level",
    "n",
    "mean",
    "mean_low",
    "mean_high",
    "against",
    "difference",
    "low",
    "high",
    "verdict",
    "more_replications",
    "may_be_best",
)
"""Of an answer's table. Numbers are in ``unit``; differences of shares in percentage points. ``of`` is the level of the
second axis, or the group. The interval of the mean is for itself; those of the differences of one outcome hold
together."""


def compared_levels(
    asked: Asked, runs: Cube, scenario: Scenario
) -> tuple[pd.DataFrame, dict[tuple[str, int], list[Level]]]:
    """Return every outcome's levels at each level of the second axis, as a table and by (outcome, position)."""
    rows: list[tuple[Any, ...]] = []
    found: dict[tuple[str, int], list[Level]] = {}
    level = shared_level(len(runs.by.names))
    for position, name in enumerate(asked.outcomes):
        shown = subject(name, scenario)
        for by, by_name in enumerate(runs.by.names):
            values = runs.values(name, by)
            if not len(values):
                continue
            smallest = asked.smallest_effect if position == 0 else None
            levels = compare(values, runs.over, runs.reference, level, shown.higher_is_better, smallest)
            found[name, by] = levels
            rows += rows_of(shown, by_name if asked.by else "", levels, runs.over, runs.reference)
    return framed(rows), found


def rows_of(shown: Subject, of: str, levels: Sequence[Level], over: Axis, reference: int) -> Iterator[tuple[Any, ...]]:
    """Yield a row for each level of an outcome."""
    for position, level in enumerate(levels):
        against = "" if level.change is None else over.names[position - 1 if reference < 0 else reference]
        change = level.change or Estimate(math.nan, math.nan, math.nan, math.nan, level.mean.n, LEVEL)
        mean = (level.mean.mean, level.mean.low, level.mean.high)
        differences = (change.mean, change.low, change.high)
        yield (
            shown.column,
            shown.label,
            shown.unit,
            of,
            level.name,
            level.mean.n,
            *(shown.scale * number for number in mean),
            against,
            *(shown.scale * number for number in differences),
            level.verdict,
            level.more,
            level.may_be_best,
        )


def framed(rows: list[tuple[Any, ...]]) -> pd.DataFrame:
    """Return rows as a table."""
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype({"more_replications": "Int64"})


def shared_level(n: int) -> float:
    """Return the level of each of n families that are to hold together with :data:`LEVEL`."""
    return 1.0 - (1.0 - LEVEL) / max(1, n)


def prefixed(where: str, sentence: str) -> str:
    """Return a sentence behind where it holds; "" stays ""."""
    return where + sentence if sentence else ""
