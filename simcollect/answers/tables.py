"""The table that every answer has, whatever its kind."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any, Final, TypeAlias

import pandas as pd

from simcollect.answers.asked import Asked
from simcollect.answers.cube import Axis, Cube
from simcollect.answers.levels import LEVEL, Level, compare
from simcollect.answers.subjects import Subject, subject
from simcollect.answers.wording import at, joined
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

Compared: TypeAlias = dict[tuple[str, int], dict[str, Level]]
"""By outcome and position on the second axis: the levels that count the outcome, by name."""


def compared_levels(asked: Asked, runs: Cube, scenario: Scenario) -> tuple[pd.DataFrame, Compared]:
    """Return every outcome's levels at each level of the second axis, as a table and by name.

    Where the reference does not count an outcome, differences are taken to the first level that does.
    """
    rows: list[tuple[Any, ...]] = []
    found: Compared = {}
    level = shared_level(len(runs.by.names))
    for position, name in enumerate(asked.outcomes):
        shown = subject(name, scenario)
        for by, by_name in enumerate(runs.by.names):
            values, there = runs.counted(name, by)
            if not len(values):
                continue
            over, reference = runs.over.at(there), runs.reference
            if reference >= 0:
                reference = there.index(reference) if reference in there else 0
            smallest = asked.smallest_effect if position == 0 else None
            levels = compare(values, over, reference, level, shown.higher_is_better, smallest)
            found[name, by] = {each.name: each for each in levels}
            rows += rows_of(shown, by_name if asked.by else "", levels, over, reference)
    return framed(rows), found


def uncounted_sentence(table: pd.DataFrame, asked: Asked, runs: Cube, scenario: Scenario) -> str:
    """Say where outcomes have no value, and what their differences are taken to there; "" where all have one."""
    places: dict[str, list[str]] = {}
    for name in asked.outcomes:
        rows = table[table["outcome"] == name]
        missing = []
        for by in runs.by.names:
            mine = set(rows.loc[rows["of"] == (by if asked.by else ""), "level"])
            if not mine:
                missing.append(at(runs.by.label, by) if asked.by else f"any {runs.over.label}")
            elif lacking := [level for level in runs.over.names if level not in mine]:
                missing.append(at(runs.over.label, joined(lacking)) + (f" ({runs.by.label} {by})" if asked.by else ""))
        if missing:
            shown = subject(name, scenario)
            places.setdefault(" and ".join(missing), []).append(f'"{shown.label}"')
    told = "; ".join(f"at {where}: {joined(names)}" for where, names in places.items())
    return f"Not counted {told}. The cells there are empty." if told else ""


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
