"""Levels of one axis compared: each with the reference, all with the best, and the shape of the whole.

All statements about one outcome that stand together hold together with 95 %: the intervals of the differences are
widened by the largest t over the levels (:func:`simcollect.stats.simultaneous.together`), the comparisons with the best
are Hsu's, and where there are several groups or columns the chance of error is shared out among them (Bonferroni).
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
    change_text,
    decimals,
    joined,
    level_text,
    more_sentence,
    verdict,
)
from simcollect.stats.intervals import Estimate, estimate_mean, replications_needed
from simcollect.stats.simultaneous import together, with_the_best

Numbers = NDArray[np.float64]

LEVEL: Final = 0.95


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
        Probability with which all changes hold, and the comparisons with the best.
    larger_is_better
        None: no level is called best.
    smallest_effect
        Smallest change that matters, in the outcome's unit.
    """
    k = values.shape[1]
    pairs = [(j, j - 1 if reference < 0 else reference) for j in range(k) if j != max(reference, 0)]
    changes: dict[int, tuple[Estimate, int | None]] = {}
    if pairs:
        differences = np.column_stack([values[:, j] - values[:, i] for j, i in pairs])
        for column, ((j, _), found) in enumerate(zip(pairs, together(differences, level), strict=True)):
            more = more_needed(differences[:, column], found, level, len(pairs), smallest_effect)
            changes[j] = (found, more)
    best = can_be_best(values, level, larger_is_better)
    rows = []
    for j, name in enumerate(axis.names):
        change, more = changes.get(j, (None, 0))
        told = "reference" if change is None else verdict(change, smallest_effect)
        rows.append(Level(name, estimate_mean(values[:, j], LEVEL), change, told, more, best[j]))
    return rows


def can_be_best(values: Numbers, level: float, larger_is_better: bool | None) -> list[bool]:
    """Return which levels the replications leave open as the best."""
    if larger_is_better is None or values.shape[1] < 2:
        return [False] * values.shape[1]
    # Levels that are the same in every replication are one to the comparison, and all of them best if one is.
    unique, where = np.unique(values, axis=1, return_inverse=True)
    if unique.shape[1] == 1:
        return [True] * values.shape[1]
    found = with_the_best(unique, level, larger_is_better)
    return [found[int(column)].can_be_best for column in np.ravel(where)]


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
    told = f"{subject.label} is {'largest' if better is None else 'best'} at {axis.label} {name}: "
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
    found = dict(
        zip(pairs, together(np.column_stack([values[:, j] - values[:, i] for i, j in pairs]), level), strict=True)
    )

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
    needed = replications_needed(float(np.std(differences, ddof=1)), abs(float(differences.mean())), level, len(rivals))
    more = None if needed is None else max(1, needed - len(values))
    if more is None or not math.isfinite(more):
        return ""
    return f" (against {axis.names[rival]}: {more_sentence(more)})"
