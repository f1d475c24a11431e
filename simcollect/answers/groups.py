"""Answers about groups of borrowers, and about where the money comes from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from simcollect.answers.asked import Asked
from simcollect.answers.cube import Cube, Numbers
from simcollect.answers.levels import LEVEL, Level, best_sentence, compare, lower
from simcollect.answers.subjects import Subject, group_label, groups_of, in_group, subject
from simcollect.answers.tables import framed, prefixed, rows_of, shared_level
from simcollect.answers.wording import at, change_text, decimals, level_text, more_sentence, verdict
from simcollect.scenario import Scenario
from simcollect.stats.intervals import estimate_mean
from simcollect.stats.simultaneous import together


def answer_groups(asked: Asked, runs: Cube, scenario: Scenario) -> tuple[list[str], pd.DataFrame]:
    """What each level changes for each group; between two groups also the difference of the changes."""
    groups = groups_of(asked.groups, scenario)
    names = [group_label(f"{asked.groups} {value}") for value in groups]
    rows: list[tuple[Any, ...]] = []
    sentences = []
    for position, name in enumerate(asked.outcomes):
        whole = subject(name, scenario)
        parts = [subject(in_group(name, asked.groups, value), scenario) for value in groups]
        values = [runs.values(part.column) for part in parts]
        counted = [(label, found) for label, found in zip(names, values, strict=True) if len(found)]
        level = shared_level(max(1, len(counted)))
        if position == 0 and len(runs.over.names) > 2 and whole.higher_is_better is not None:
            sentences += [f"{label}: {best_sentence(found, runs.over, whole, level)}" for label, found in counted]
        changes: dict[str, dict[str, Level]] = {}
        for label, found in counted:
            smallest = asked.smallest_effect if position == 0 else None
            compared = compare(found, runs.over, runs.reference, level, whole.higher_is_better, smallest)
            rows += rows_of(whole, label, compared, runs.over, runs.reference)
            changes[label] = {each.name: each for each in compared if each.change is not None}
        for chosen in _told(asked, runs):
            told = [f"{label}: {_short(mine[chosen], whole)}" for label, mine in changes.items() if chosen in mine]
            if told:
                against = runs.over.names[runs.reference] if runs.reference >= 0 else "the level before"
                sentences.append(f"{whole.label}, {at(runs.over.label, chosen)} against {against}: {'; '.join(told)}.")
            if len(counted) == 2:
                sentences.append(_gap(counted, runs, chosen, whole))
    return sentences, framed(rows)


def answer_split(asked: Asked, runs: Cube, scenario: Scenario) -> tuple[list[str], pd.DataFrame]:
    """Where the money of each level comes from, against the twin."""
    groups = groups_of(asked.groups, scenario) if asked.groups else ("",)
    rows: list[tuple[Any, ...]] = []
    sentences = []
    for value in groups:
        label = group_label(f"{asked.groups} {value}") if value else ""
        for name in asked.outcomes:
            part = subject(name, scenario)
            column = in_group(name, asked.groups, value) if value else name
            found = runs.values(column)
            if len(found):
                rows += rows_of(part, label, compare(found, runs.over, 0, LEVEL, None), runs.over, 0)
        for position, level_name in enumerate(runs.over.names):
            told = _split_sentence(runs, position, asked.groups, value, scenario)
            if told:
                sentences.append(prefixed(f"{label}, " if label else "", f"{at(runs.over.label, level_name)}: {told}"))
    return sentences, framed(rows)


def _split_sentence(runs: Cube, position: int, dimension: str, value: str, scenario: Scenario) -> str:
    def values(name: str) -> Numbers:
        return runs.values(in_group(name, dimension, value) if value else name)

    names = ("self_cure_share", "accelerated_share", "delayed_share", "incremental_share", "cannibalised_share")
    found = {
        name: values(name)[:, position] for name in (*names, "lost_share", "difference_share") if len(values(name))
    }
    if len(found) < len(names) + 2:
        return ""
    got = found["self_cure_share"] + found["incremental_share"]
    if np.all(got == 0.0):
        return "nothing is paid."
    moved = [
        found[name]
        for name in ("accelerated_share", "delayed_share", "incremental_share", "cannibalised_share", "lost_share")
    ]
    if all(np.all(part == 0.0) for part in moved):
        return "the same money at the same time as its twin."
    of_100 = [100.0 * float(part.sum()) / float(got.sum()) for part in moved]
    total = subject("difference_share", scenario)
    change = estimate_mean(found["difference_share"], LEVEL)
    given = subject("cannibalised_share", scenario)
    away = estimate_mean(found["cannibalised_share"], LEVEL)
    places = decimals(total, [change.half_width])
    return (
        f"of every 100 recovered, {of_100[2]:.1f} come only thanks to it, {of_100[0]:.1f} earlier and {of_100[1]:.1f} "
        f"later than in the twin, the rest at the same time; beside them {of_100[3]:.1f} are given away to those who "
        f"pay more in the twin and {of_100[4]:.1f} lost otherwise. Given away: "
        f"{level_text(given, away.mean, max(places, 2))} of the opening balance "
        f"[{away.low * 100:.{max(places, 2)}f}, {away.high * 100:.{max(places, 2)}f}]; "
        f"difference to the twin: {change_text(total, change, places)} of it ({verdict(change)})."
    )


def _told(asked: Asked, runs: Cube) -> tuple[str, ...]:
    """Return the levels that are put into words: those asked for, else the last that has a change."""
    last = len(runs.over.names) - 1
    return asked.tell or (runs.over.names[last - 1 if last == runs.reference else last],)


def _short(level: Level, shown: Subject) -> str:
    assert level.change is not None
    places = decimals(shown, [level.change.half_width, level.change.mean])
    more = f" (cannot tell: {more_sentence(level.more)})" if level.verdict == "cannot tell" else ""
    return change_text(shown, level.change, places) + more


def _gap(counted: Sequence[tuple[str, Numbers]], runs: Cube, chosen: str, whole: Subject) -> str:
    """Say by how much the change of one group exceeds that of the other."""
    (one, ours), (other, theirs) = counted
    if len(ours) != len(theirs):
        return ""
    reference, j = max(runs.reference, 0), runs.over.names.index(chosen)
    if j == reference:
        return ""
    gap = (ours[:, j] - ours[:, reference]) - (theirs[:, j] - theirs[:, reference])
    found = together(gap[:, None], LEVEL)[0]
    places = decimals(whole, [found.half_width, found.mean])
    told = f"{change_text(whole, found, places)} ({verdict(found)})"
    return f"Change for {one} less that for {other}, {lower(whole)}: {told}."
