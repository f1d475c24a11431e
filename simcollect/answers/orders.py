"""Curves, surfaces and rankings: levels of one axis, at each level of another."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pandas as pd

from simcollect.answers.asked import Asked
from simcollect.answers.cube import Axis, Cube, Numbers
from simcollect.answers.levels import (
    LEVEL,
    Level,
    best_position,
    best_sentence,
    can_be_best,
    change_sentence,
    lower,
    shape_sentence,
)
from simcollect.answers.subjects import Subject, subject
from simcollect.answers.tables import compared_levels, prefixed, shared_level
from simcollect.answers.wording import change_text, decimals, joined, more_sentence, verdict
from simcollect.scenario import Scenario
from simcollect.stats.intervals import estimate_mean


def answer_curve(asked: Asked, runs: Cube, scenario: Scenario) -> tuple[list[str], pd.DataFrame]:
    """Each level against the reference; the best; the shape."""
    table, found = compared_levels(asked, runs, scenario)
    main = subject(asked.outcomes[0], scenario)
    level = shared_level(len(runs.by.names))
    sentences = []
    for by, name in enumerate(runs.by.names):
        values = runs.values(main.column, by)
        where = _where(runs, name)
        if not len(values):
            sentences.append(f"{where}{main.label} is not counted in two replications or more.")
            continue
        if runs.reference < 0:
            sentences.append(where + _steps(found[main.column, by], runs.over, main))
        if main.higher_is_better is not None:
            sentences.append(where + best_sentence(values, runs.over, main, level))
        sentences.append(prefixed(where, shape_sentence(values, runs.over, main, level)))
        told = [runs.over.names.index(level) for level in asked.tell if level in runs.over.names]
        for chosen in told or [_told_level(asked, runs, values, main)]:
            if runs.reference >= 0 and chosen != runs.reference:
                sentences.append(prefixed(where, _beside(asked, found, runs, by, chosen, scenario)))
    return sentences, table


def answer_surface(asked: Asked, runs: Cube, scenario: Scenario) -> tuple[list[str], pd.DataFrame]:
    """The best level of the first axis at each level of the second, and the interaction."""
    table, _ = compared_levels(asked, runs, scenario)
    main = subject(asked.outcomes[0], scenario)
    level = shared_level(len(runs.by.names))
    sentences, best = [], []
    for by, name in enumerate(runs.by.names):
        values = runs.values(main.column, by)
        if not len(values):
            sentences.append(f"{_where(runs, name)}{main.label} is not counted in two replications or more.")
            continue
        sentences.append(_where(runs, name) + best_sentence(values, runs.over, main, level))
        best.append((by, can_be_best(values, level, main.higher_is_better)))
    sentences += [_moves(best, runs), *(_interaction(subject(name, scenario), runs) for name in asked.outcomes[:2])]
    return sentences, table


def answer_ranking(asked: Asked, runs: Cube, scenario: Scenario) -> tuple[list[str], pd.DataFrame]:
    """The winner at each level of the second axis, and whether it changes."""
    table, _ = compared_levels(asked, runs, scenario)
    main = subject(asked.outcomes[0], scenario)
    level = shared_level(len(runs.by.names))
    sentences, sets = [], []
    for by, name in enumerate(runs.by.names):
        values = runs.values(main.column, by)
        if not len(values):
            sentences.append(f"{_where(runs, name)}{main.label} is not counted in two replications or more.")
            continue
        order = np.argsort(values.mean(axis=0) * (-1.0 if main.higher_is_better else 1.0), kind="stable")
        told = " > ".join(runs.over.names[j] for j in order)
        sentences.append(f"{_where(runs, name)}{best_sentence(values, runs.over, main, level)} Order seen: {told}.")
        sets.append(
            (
                name,
                {
                    n
                    for n, may in zip(runs.over.names, can_be_best(values, level, main.higher_is_better), strict=True)
                    if may
                },
            )
        )
    if len(sets) > 1:
        common = set.intersection(*(names for _, names in sets))
        if not common:
            sentences.append(f"The winner changes with {runs.by.label}: no {runs.over.label} can be best everywhere.")
        elif all(len(names) == 1 for _, names in sets):
            sentences.append(f"The winner is the same at every {runs.by.label}: {joined(sorted(common))}.")
        else:
            sentences.append(
                f"That the winner is the same at every {runs.by.label} is left open: {joined(sorted(common))} may be."
            )
    return sentences, table


def _where(runs: Cube, name: str) -> str:
    return f"{runs.by.label} {name}: " if len(runs.by.names) > 1 or runs.by.label else ""


def _told_level(asked: Asked, runs: Cube, values: Numbers, main: Subject) -> int:
    """Return the level whose other outcomes are told: the best, or the last where none is best."""
    if main.higher_is_better is None:
        return len(runs.over.names) - 1
    best = best_position(values, main.higher_is_better)
    return best if best != runs.reference else len(runs.over.names) - 1


def _beside(
    asked: Asked, found: dict[tuple[str, int], list[Level]], runs: Cube, by: int, chosen: int, scenario: Scenario
) -> str:
    """Say what every outcome does at a level, against the reference."""
    against = runs.over.names[runs.reference]
    told = []
    for name in asked.outcomes:
        levels = found.get((name, by))
        if levels is not None and levels[chosen].change is not None:
            told.append(change_sentence(levels[chosen], subject(name, scenario), against))
    return f"At {runs.over.label} {runs.over.names[chosen]}: {' '.join(told)}" if told else ""


def _steps(levels: Sequence[Level], over: Axis, main: Subject) -> str:
    """Say what each step of an axis adds."""
    told = []
    for before, level in pairwise(levels):
        assert level.change is not None
        places = decimals(main, [level.change.half_width, level.change.mean])
        more = f", cannot tell: {more_sentence(level.more)}" if level.verdict == "cannot tell" else ""
        told.append(f"{before.name} to {level.name} {change_text(main, level.change, places)}{more}")
    return f"What each step of {over.label} adds to {lower(main)}: {'; '.join(told)}."


def _moves(best: Sequence[tuple[int, Sequence[bool]]], runs: Cube) -> str:
    """Say whether the best level moves from the first to the last level of the second axis."""
    if len(best) < 2 or not runs.over.numbers:
        return ""
    sets = []
    for _, may in (best[0], best[-1]):
        sets.append([number for number, is_open in zip(runs.over.numbers, may, strict=True) if is_open])
    low, high = runs.by.names[best[0][0]], runs.by.names[best[-1][0]]
    if not sets[0] or not sets[1]:
        return ""
    moved = "later" if min(sets[0]) > max(sets[1]) else "earlier" if max(sets[0]) < min(sets[1]) else ""
    if moved:
        told = f"is shown to be {moved} at {runs.by.label} {low} than at {high}"
        return f"The best {runs.over.label} {told}: the two sets have no level in common."
    return (
        f"That the best {runs.over.label} is the same at {runs.by.label} {low} and {high} is not excluded: "
        f"it lies among {_range(sets[0])} and among {_range(sets[1])}."
    )


def _range(numbers: Sequence[float]) -> str:
    return joined([f"{number:g}" for number in numbers])


def _interaction(shown: Subject, runs: Cube) -> str:
    """Say how the effect of the first axis changes along the second: the linear by linear contrast, over both ranges.

    In each replication, with centred x over k levels and y over m: b = sum x y v / (sum x^2 sum y^2), times both
    ranges: how much more going from the first to the last level of x is worth at the last than at the first of y.
    """
    if not runs.over.numbers or not runs.by.numbers:
        return ""
    layers = [runs.values(shown.column, by) for by in range(len(runs.by.names))]
    if len({len(layer) for layer in layers}) > 1 or not len(layers[0]):
        return ""
    values = np.stack(layers, axis=2)  # shape [r, k, m]
    x, y = (np.array(axis.numbers) - np.mean(axis.numbers) for axis in (runs.over, runs.by))
    slope = np.einsum("rkm,k,m->r", values, x, y) / (np.sum(x * x) * np.sum(y * y))
    found = estimate_mean(slope * np.ptp(x) * np.ptp(y), LEVEL)
    places = decimals(shown, [found.half_width])
    sign = {"higher": "positive", "lower": "negative"}.get(verdict(found))
    low, high = runs.by.names[0], runs.by.names[-1]
    first, last = runs.over.names[0], runs.over.names[-1]
    told = (
        f"{change_text(shown, found, places)} (linear part): by so much more is going from {runs.over.label} {first} "
        f"to {last} worth at {runs.by.label} {high} than at {low}"
    )
    if sign is None:
        return f"Interaction of {runs.over.label} and {runs.by.label} on {lower(shown)}: cannot tell its sign; {told}."
    return f"Interaction of {runs.over.label} and {runs.by.label} on {lower(shown)}: {sign}, {told}."
