"""Levels of one axis compared: each with the reference, all with the best, and the shape of the whole.

All statements about the levels of one outcome are read from one family, the differences of all pairs of levels, whose
intervals hold together with 95 % (:class:`Pairs`): the differences to the reference, which levels may be best, and the
shape. So no two of them can contradict each other. Where there are several groups or columns, the chance of error is
shared out among them (Bonferroni).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from simcollect.answers.cube import Axis
from simcollect.answers.subjects import Subject
from simcollect.answers.wording import (
    CANNOT_TELL,
    at,
    change_text,
    decimals,
    joined,
    level_text,
    more_sentence,
    verdict,
)
from simcollect.stats.intervals import Estimate, estimate_mean, replications_needed
from simcollect.stats.simultaneous import together

Numbers = NDArray[np.float64]

LEVEL: Final = 0.95


class Pairs:
    """The differences of all pairs of levels, whose intervals hold together.

    Parameters
    ----------
    values
        By replication and level, shape [r, k], r >= 2.
    level
        Probability with which all hold.
    """

    def __init__(self, values: Numbers, level: float) -> None:
        # Levels that are the same in every replication are one to the comparison.
        unique, where = np.unique(values, axis=1, return_inverse=True)
        self._where = [int(column) for column in np.ravel(where)]
        self._same = Estimate(0.0, 0.0, 0.0, 0.0, len(values), level)
        k = unique.shape[1]
        pairs = [(i, j) for i in range(k) for j in range(i + 1, k)]
        self.count = max(1, len(pairs))
        found = together(np.column_stack([unique[:, j] - unique[:, i] for i, j in pairs]), level) if pairs else ()
        self._found = dict(zip(pairs, found, strict=True))

    def minus(self, j: int, i: int) -> Estimate:
        """Return level j less level i."""
        mine, other = self._where[j], self._where[i]
        if mine == other:
            return self._same
        return self._found[other, mine] if other < mine else _turned(self._found[mine, other])

    def may_be_best(self, larger_is_better: bool | None) -> list[bool]:
        """Return which levels are not shown to be worse than another; none where no direction is good.

        A difference that was the same in every replication has no spread to make an interval of, and decides nothing.
        """
        k = len(self._where)
        if larger_is_better is None or k < 2:
            return [False] * k

        def is_worse(j: int, i: int) -> bool:
            gap = self.minus(j, i)
            return gap.standard_error > 0.0 and (gap.high <= 0.0 if larger_is_better else gap.low >= 0.0)

        return [not any(is_worse(j, i) for i in range(k) if i != j) for j in range(k)]


@dataclass(frozen=True)
class Level:
    """One level of an axis.

    Attributes
    ----------
    name
        As shown.
    mean
        Of the outcome, with the interval of this level alone.
    change
        Against the reference; None at the reference itself.
    verdict, more
        On the change; replications that would decide it, 0 when decided, None when none would.
    may_be_best
        Whether the replications leave open that this is the best.
    """

    name: str
    mean: Estimate
    change: Estimate | None
    verdict: str
    more: int | None
    may_be_best: bool


def compare(
    values: Numbers,
    axis: Axis,
    reference: int,
    level: float = LEVEL,
    larger_is_better: bool | None = True,
    smallest_effect: float | None = None,
) -> list[Level]:
    """Return every level with its change against the reference; the intervals of the changes hold together.

    Parameters
    ----------
    values
        Shape [r, k], r >= 2.
    axis
        Of k levels.
    reference
        Position of the reference; -1: each is compared with the level before.
    level
        Probability with which all differences of two levels hold.
    larger_is_better
        None: no level is called best.
    smallest_effect
        Smallest change that matters, in the outcome's unit.
    """
    k = values.shape[1]
    pairs = Pairs(values, level)
    changes: dict[int, tuple[Estimate, int | None]] = {}
    for j in range(k):
        if j != max(reference, 0):
            i = j - 1 if reference < 0 else reference
            found = pairs.minus(j, i)
            changes[j] = found, more_needed(values[:, j] - values[:, i], found, level, pairs.count, smallest_effect)
    best = pairs.may_be_best(larger_is_better)
    rows = []
    for j, name in enumerate(axis.names):
        change, more = changes.get(j, (None, 0))
        told = "reference" if change is None else verdict(change, smallest_effect)
        rows.append(Level(name, estimate_mean(values[:, j], LEVEL), change, told, more, best[j]))
    return rows


def can_be_best(values: Numbers, level: float, larger_is_better: bool | None) -> list[bool]:
    """Return which levels the replications leave open as the best."""
    return Pairs(values, level).may_be_best(larger_is_better)


def more_needed(
    differences: Numbers, found: Estimate, level: float, comparisons: int, smallest_effect: float | None = None
) -> int | None:
    """Return about how many more replications decide a difference: 0 when decided, None when none would."""
    if verdict(found, smallest_effect) != CANNOT_TELL:
        return 0
    target = max(abs(found.mean), smallest_effect or 0.0)
    needed = replications_needed(float(np.std(differences, ddof=1)), target, level, comparisons)
    return None if needed is None else max(1, needed - found.n)


def best_position(values: Numbers, larger_is_better: bool | None) -> int:
    """Return the position of the best level seen."""
    means = values.mean(axis=0)
    return int(np.argmax(means) if larger_is_better in (True, None) else np.argmin(means))


def best_sentence(values: Numbers, axis: Axis, subject: Subject, level: float = LEVEL) -> str:
    """Say which level is best, or between which the runs cannot tell."""
    better = subject.higher_is_better
    best = best_position(values, better)
    open_to = [name for name, may in zip(axis.names, can_be_best(values, level, better), strict=True) if may]
    name, mean = axis.names[best], estimate_mean(values[:, best], LEVEL)
    places = decimals(subject, [mean.half_width])
    told = f"{subject.label} is {'largest' if better is None else 'best'} at {at(axis.label, name)}: "
    told += level_text(subject, mean.mean, places)
    if better is None:
        return f"{told}, as seen; more of it is neither good nor bad in itself."
    others = [other for other in open_to if other != name]
    if not others:
        return f"{told}; every other level is shown to be worse."
    nearest = _nearest(values, axis, best, others, level)
    if len(open_to) == len(axis.names):
        return f"The runs cannot tell which {axis.label} gives the best {lower(subject)}: seen best at {name}{nearest}."
    return f"{told}; {joined(others)} cannot be told from it{nearest}."


def shape_sentence(values: Numbers, axis: Axis, subject: Subject, level: float = LEVEL) -> str:
    """Say how an outcome runs over an axis of numbers; "" for fewer than three levels or names without order.

    Decided on the differences of all pairs of levels, whose intervals hold together.
    """
    k = values.shape[1]
    if not axis.numbers or k < 3:
        return ""
    pairs = [(i, j) for i in range(k) for j in range(i + 1, k)]
    family = Pairs(values, level)
    found = {(i, j): family.minus(j, i) for i, j in pairs}

    def above(j: int, i: int) -> float:
        """Return by how much j lies at least above i; below 0 where that is not shown."""
        return found[i, j].low if i < j else -found[j, i].high

    first, last = axis.names[0], axis.names[-1]
    whole = found[0, k - 1]
    places = decimals(subject, [whole.half_width])
    over = f"{lower(subject)} over {axis.label}"
    for sign, word, side in ((1, "An inverted U", "above"), (-1, "A U", "below")):
        gaps = [min(above(j, i) if sign > 0 else above(i, j) for i in (0, k - 1)) for j in range(1, k - 1)]
        inside = 1 + int(np.argmax(gaps))
        if gaps[inside - 1] > 0.0:
            ends = [found[0, inside], _turned(found[inside, k - 1])]
            told = [change_text(subject, e, places) for e in ends]
            ends_told = f"{told[0]} against {first}, {told[1]} against {last}"
            return f"{word} of {over}: at {axis.names[inside]} it lies {side} both ends ({ends_told})."
    clear = [(i, j) for i, j in pairs if found[i, j].low > 0.0 or found[i, j].high < 0.0]
    if not clear:
        widest = max(e.half_width for e in found.values())
        return (
            f"No difference between any two levels is shown for {over}; "
            f"differences beyond about {level_text(subject, widest, places)} would have been likely to show."
        ).replace(" %", " points")
    if whole.low > 0.0 and all(found[pair].low > 0.0 for pair in clear):
        return f"{subject.label} rises with {axis.label}: {change_text(subject, whole, places)} from {first} to {last}."
    if whole.high < 0.0 and all(found[pair].high < 0.0 for pair in clear):
        return f"{subject.label} falls with {axis.label}: {change_text(subject, whole, places)} from {first} to {last}."
    i, j = max(clear, key=lambda pair: abs(found[pair].mean))
    most = f"{change_text(subject, found[i, j], places)}, {axis.names[j]} against {axis.names[i]}"
    return f"No simple shape of {over} is shown; the largest clear difference is {most}."


def change_sentence(level: Level, subject: Subject, against: str) -> str:
    """Say what one level changes: the difference with its interval, or that it cannot be told."""
    assert level.change is not None
    places = decimals(subject, [level.change.half_width, level.change.mean])
    told = change_text(subject, level.change, places)
    if level.verdict == CANNOT_TELL:
        more = more_sentence(level.more)
        return f"{subject.label}: cannot tell ({told} against {against}; {more})."
    if level.change.standard_error == 0.0:
        return f"{subject.label}: the same as {against} in every replication."
    note = "" if level.verdict in ("higher", "lower") else f", {level.verdict}"
    return f"{subject.label}: {told} against {against}{note}."


def lower(subject: Subject) -> str:
    """Return an outcome's label inside a sentence."""
    label = subject.label
    return label if label[:2].isupper() else label[0].lower() + label[1:]


def _turned(found: Estimate) -> Estimate:
    return Estimate(-found.mean, found.standard_error, -found.high, -found.low, found.n, found.level)


def _nearest(values: Numbers, axis: Axis, best: int, others: Sequence[str], level: float) -> str:
    """Say what it takes to tell the nearest rival from the best seen."""
    rivals = [axis.names.index(name) for name in others]
    means = values.mean(axis=0)
    rival = min(rivals, key=lambda j: (abs(means[best] - means[j]), j))
    differences = values[:, best] - values[:, rival]
    if np.ptp(differences) == 0.0:
        same = " the same in every replication" if differences[0] == 0.0 else ""
        return f" ({axis.names[rival]} is{same})" if same else ""
    k = len(axis.names)
    spread, gap = float(np.std(differences, ddof=1)), abs(float(differences.mean()))
    needed = replications_needed(spread, gap, level, k * (k - 1) // 2)
    more = None if needed is None else max(1, needed - len(values))
    if more is None or not math.isfinite(more):
        return ""
    return f" (against {axis.names[rival]}: {more_sentence(more)})"
