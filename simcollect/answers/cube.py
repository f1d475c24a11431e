"""The runs of a study laid out for an answer: replications by levels of one axis, for each level of another."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from simcollect.answers.asked import DAY, POINT, STRATEGY, Asked
from simcollect.core.errors import InputError
from simcollect.sweep.points import point_of, point_text
from simcollect.sweep.reading import StudyReading

Numbers = NDArray[np.float64]

_LEAST: Final = 2
"""Replications below which nothing can be said."""


@dataclass(frozen=True)
class Axis:
    """Levels that are compared, or within which others are.

    Attributes
    ----------
    label
        What it is called.
    names
        Of its levels, in order.
    numbers
        Their values where all are numbers, rising; else empty.
    """

    label: str
    names: tuple[str, ...]
    numbers: tuple[float, ...]

    def at(self, positions: Sequence[int]) -> Axis:
        """Return the axis with only some of its levels."""
        numbers = tuple(self.numbers[j] for j in positions) if self.numbers else ()
        return Axis(self.label, tuple(self.names[j] for j in positions), numbers)


@dataclass(frozen=True)
class Cube:
    """The runs of one answer.

    Attributes
    ----------
    over, by
        Its axes; ``by`` has one level where the answer names none.
    frame
        One row a run: columns ``_over``, ``_by`` (positions on the axes), replication and the outcomes.
    reference
        Position of the level that differences are taken to; -1: of the level before.
    day
        Reading day; 0 where ``by`` is the day.
    """

    over: Axis
    by: Axis
    frame: pd.DataFrame
    reference: int
    day: int

    def values(self, column: str, by: int = 0) -> Numbers:
        """Return an outcome by replication and level of ``over``, shape [r, k].

        Replications in which it is not counted at every level are left out; r is 0 where that leaves fewer than 2.
        Points that differ on neither axis are averaged.
        """
        return _complete(self._table(column, by))

    def counted(self, column: str, by: int = 0) -> tuple[Numbers, list[int]]:
        """Return an outcome as :meth:`values` does, but without the levels that never count it, and the others' places.

        The utilisation of a pool has no value where nobody is staffed; elsewhere it has.
        """
        table = self._table(column, by)
        there = [int(j) for j in np.flatnonzero(np.any(np.isfinite(table), axis=0))]
        return _complete(table[:, there]), there

    def _table(self, column: str, by: int) -> Numbers:
        here = self.frame[self.frame["_by"] == by]
        table = here.pivot_table(values=column, index="replication", columns="_over", aggfunc=_mean, dropna=False)
        return table.reindex(columns=range(len(self.over.names))).to_numpy(dtype=np.float64)


def cube(asked: Asked, study: StudyReading) -> Cube:
    """Return the runs of a study laid out for an answer.

    Raises
    ------
    InputError
        If no finished run is at the places that the answer names.
    """
    results, request = study.results(), study.request
    points = [point_of(text) for text in request.points]
    there = [number for number, point in enumerate(points) if _is_at(point, asked)]
    frame = results[results["point"].isin(there)]
    if asked.by != DAY:
        last = frame.groupby("point")["day"].transform("max")
        frame = frame[frame["day"] == (last if asked.day is None else asked.day)]
    if not len(frame):
        raise InputError("", "answer", "finds no finished run at its places", "Expected some", "Look at answer.at")
    days = sorted(int(day) for day in frame["day"].unique())
    everywhere = range(len(points))
    levels: dict[str, tuple[list[Any], Any]] = {
        STRATEGY: (list(request.strategies), frame["strategy"]),
        POINT: (list(everywhere), frame["point"]),
        DAY: (days, frame["day"]),
        "": ([0], pd.Series(0, index=frame.index)),
    }

    def axis(name: str, label: str, names: Sequence[str], only: Sequence[str]) -> tuple[Axis, Any, list[int]]:
        """Return the levels at the places asked for, where each run lies, and their positions among all levels."""
        if name in levels:
            keys, column = levels[name]
            values = list(keys)
        else:
            texts = {number: point_text({"": points[number].get(name)}) for number in everywhere}
            keys = list(dict.fromkeys(texts.values()))
            values = [point_of(text)[""] for text in keys]
            column = frame["point"].map(texts)
        told = names or [str(value) for value in values]
        seen = set(column)
        left = [j for j, key in enumerate(keys) if key in seen and (not only or str(told[j]) in only)]
        position = {keys[old]: new for new, old in enumerate(left)}
        found = Axis(label, tuple(told[old] for old in left), _numbers([values[old] for old in left], name))
        return found, column.map(position), left

    over, over_at, left = axis(asked.over, asked.over_label, asked.labels, asked.only)
    by, by_at, _ = axis(asked.by, asked.by_label, asked.by_labels, ())
    reference = asked.reference
    if reference >= 0:
        reference = left.index(reference) if reference in left else 0
    day = 0 if asked.by == DAY else days[-1]
    laid_out = frame.assign(_over=over_at, _by=by_at)
    return Cube(over, by, laid_out[laid_out["_over"].notna()], reference, day)


def _is_at(point: Any, asked: Asked) -> bool:
    return all(point_text({"": point.get(place)}) == point_text({"": value}) for place, value in asked.at.items())


def _numbers(values: Sequence[Any], name: str) -> tuple[float, ...]:
    if name in (POINT, "") or not all(isinstance(v, int | float) and not isinstance(v, bool) for v in values):
        return ()
    numbers = tuple(float(value) for value in values)
    return numbers if list(numbers) == sorted(set(numbers)) else ()


def _complete(table: Numbers) -> Numbers:
    """Return the replications that count every level; none where they are too few."""
    found: Numbers = table[np.all(np.isfinite(table), axis=1)]
    return found if len(found) >= _LEAST else found[:0]


def _mean(values: Any) -> float:
    numbers = np.asarray(values, dtype=np.float64)
    return float(numbers.mean()) if len(numbers) and np.all(np.isfinite(numbers)) else math.nan
