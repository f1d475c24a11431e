"""Curves, surfaces and rankings: levels of one axis, at each level of another."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
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
from simcollect.answers.tables import Compared, compared_levels, prefixed, shared_level, uncounted_sentence
from simcollect.answers.wording import SAME, at, change_text, decimals, joined, more_sentence, verdict
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
            sentences.append(where + _uncounted(main, runs))
            continue
        if runs.reference < 0:
            sentences.append(where + _steps(found[main.column, by], runs.over, main))
        if main.higher_is_better is not None:
            sentences.append(where + best_sentence(values, runs.over, main, level))
        sentences.append(prefixed(where, shape_sentence(values, runs.over, main, level)))
        told = _told(asked, found, runs, by, scenario, asked.tell or (_told_level(runs, values, main),))
        sentences += [prefixed(where, each) for each in told]
    return [*sentences, uncounted_sentence(table, asked, runs, scenario)], table


def answer_surface(asked: Asked, runs: Cube, scenario: Scenario) -> tuple[list[str], pd.DataFrame]:
    """The best level of the first axis at each level of the second, and the interaction."""
    table, _ = compared_levels(asked, runs, scenario)
    kept = [by for by, name in enumerate(runs.by.names) if name not in asked.interaction_without]
    main = subject(asked.outcomes[0], scenario)
    level = shared_level(len(runs.by.names))
    sentences: list[str] = []
    best: list[tuple[int, Sequence[bool]]] = []
    for by, name in enumerate(runs.by.names):
        values = runs.values(main.column, by)
        if not len(values):
            sentences.append(_where(runs, name) + _uncounted(main, runs))
            continue
        sentences.append(_where(runs, name) + best_sentence(values, runs.over, main, level))
        best.append((by, can_be_best(values, level, main.higher_is_better)))
    sentences += [_holes(best, runs), _moves([each for each in best if each[0] in kept], runs)]
    sentences += [_interaction(subject(name, scenario), runs, kept) for name in asked.outcomes[:2]]
    return [*sentences, uncounted_sentence(table, asked, runs, scenario)], table


def answer_ranking(asked: Asked, runs: Cube, scenario: Scenario) -> tuple[list[str], pd.DataFrame]:
    """The winner at each level of the second axis, and whether it changes."""
    table, found = compared_levels(asked, runs, scenario)
    main = subject(asked.outcomes[0], scenario)
    level = shared_level(len(runs.by.names))
    sentences, sets = [], []
    for by, name in enumerate(runs.by.names):
        values = runs.values(main.column, by)
        if not len(values):
            sentences.append(_where(runs, name) + _uncounted(main, runs))
            continue
        order = np.argsort(values.mean(axis=0) * (-1.0 if main.higher_is_better else 1.0), kind="stable")
        told = " > ".join(runs.over.names[j] for j in order)
        sentences.append(f"{_where(runs, name)}{best_sentence(values, runs.over, main, level)} Order seen: {told}.")
        sentences += [
            prefixed(_where(runs, name), each) for each in _told(asked, found, runs, by, scenario, asked.tell)
        ]
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
            sentences.append(f"The winner is the same at every level of {runs.by.label}: {joined(sorted(common))}.")
        else:
            sentences.append(
                f"That one {runs.over.label} wins at every level of {runs.by.label} is left open: it may be "
                f"{joined(sorted(common), 'or')}."
            )
    return [*sentences, uncounted_sentence(table, asked, runs, scenario)], table


def _where(runs: Cube, name: str) -> str:
    return f"{at(runs.by.label, name)}: " if len(runs.by.names) > 1 or runs.by.label else ""


def _uncounted(main: Subject, runs: Cube) -> str:
    return f"{main.label} is not counted at every {runs.over.label} in two replications or more."


def _told_level(runs: Cube, values: Numbers, main: Subject) -> str:
    """Return the level whose other outcomes are told: the best, or the last where none is best."""
    best = best_position(values, main.higher_is_better)
    return runs.over.names[-1 if main.higher_is_better is None or best == runs.reference else best]


def _told(
    asked: Asked, found: Compared, runs: Cube, by: int, scenario: Scenario, levels: Sequence[str]
) -> Iterator[str]:
    """Yield what every outcome does at a level, against the reference, for each of the levels."""
    if runs.reference < 0:
        return
    against = runs.over.names[runs.reference]
    for chosen in levels:
        told = []
        for name in asked.outcomes:
            counted = found.get((name, by), {})
            if against in counted and chosen in counted and counted[chosen].change is not None:
                told.append(change_sentence(counted[chosen], subject(name, scenario), against))
        if told:
            yield f"At {at(runs.over.label, chosen)}: {' '.join(told)}"


def _steps(levels: Mapping[str, Level], over: Axis, main: Subject) -> str:
    """Say what each step of an axis adds."""
    told = []
    for before, level in pairwise(levels.values()):
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


def _holes(best: Sequence[tuple[int, Sequence[bool]]], runs: Cube) -> str:
    """Say where a level that is shown to be worse lies between two that may be best; "" where none does."""
    told = []
    for by, may in best:
        if not any(may):
            continue
        first, last = may.index(True), len(may) - 1 - may[::-1].index(True)
        names = [runs.over.names[j] for j in range(first, last) if not may[j]]
        if names:
            told.append(f"{joined(names)} at {at(runs.by.label, runs.by.names[by])}")
    if not told or not runs.over.numbers:
        return ""
    return (
        f"Levels between two that may be best can be left out ({'; '.join(told)}): they differ from the best seen by "
        "little, but in nearly every replication, their neighbours by as much and less surely."
    )


def _interaction(shown: Subject, runs: Cube, kept: Sequence[int]) -> str:
    """Say what going from the first to the last level of one axis is worth at the two ends of the other.

    The difference of the two differences is paired, and its interval is for itself.
    """
    if not runs.over.numbers or not runs.by.numbers or len(kept) < 2:
        return ""
    low, high = (runs.values(shown.column, by) for by in (kept[0], kept[-1]))
    if len(low) != len(high) or not len(low):
        return ""
    effects = [layer[:, -1] - layer[:, 0] for layer in (low, high)]
    gains = [estimate_mean(effect, LEVEL) for effect in effects]
    found = estimate_mean(effects[1] - effects[0], LEVEL)
    sign = {"higher": "positive", "lower": "negative", SAME: "none"}.get(verdict(found), "its sign cannot be told")
    places = decimals(shown, [found.half_width, *(gain.half_width for gain in gains)])
    ends = [f"{change_text(shown, gains[i], places)} at {runs.by.label} {runs.by.names[kept[-i]]}" for i in (1, 0)]
    return (
        f"Interaction of {runs.over.label} and {runs.by.label} on {lower(shown)}: {sign}. Going from "
        f"{runs.over.label} {runs.over.names[0]} to {runs.over.names[-1]} changes it by "
        f"{ends[0]} and by {ends[1]}; the first less the second is {change_text(shown, found, places)}."
    )
