"""Outcomes of strategies along the range of unknowns, one moved at a time, where a lead is closed in on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from simcollect.robust.crossing import next_positions
from simcollect.robust.runs import Runs
from simcollect.robust.unknowns import Unknown, Unknowns

Numbers = NDArray[np.float64]

_ROUNDS: Final = 6


def looked_at(
    runs: Runs, unknowns: Unknowns, wanted: Mapping[str, Sequence[float]], first: int, stop: int
) -> dict[str, dict[float, Numbers]]:
    """Return outcomes at the positions wanted of unknowns, replications ``first`` to ``stop - 1``.

    Returns
    -------
    dict
        By unknown and position: larger is better, shape [strategies, stop - first].
    """
    todo = [(one, position) for one in unknowns.each for position in wanted.get(one.name, ())]
    found: dict[str, dict[float, Numbers]] = {one.name: {} for one, _ in todo}
    if todo:
        values = runs.asked.sign * runs.values([unknowns.moved(*each) for each in todo], first, stop)
        for (one, position), outcomes in zip(todo, values, strict=True):
            found[one.name][position] = outcomes
    return found


def followed_paths(
    runs: Runs,
    unknowns: Unknowns,
    followed: Sequence[Unknown],
    first: Mapping[str, Sequence[float]],
    looks: Mapping[str, Mapping[float, Numbers]],
    stated: Numbers,
    best: int,
) -> dict[str, dict[float, Numbers]]:
    """Return the outcomes along the range of each unknown: at first positions, then closing in where the lead is lost.

    Parameters
    ----------
    runs, unknowns
        What makes points and runs them.
    followed
        Unknowns to follow.
    first
        Positions to begin with, by unknown.
    looks
        Outcomes at those positions in the first replications; empty without a first look.
    stated
        Outcomes as stated, larger is better, shape [strategies, r].
    best
        Position of the strategy whose lead is followed.

    Returns
    -------
    dict
        By unknown and position, the stated one among them: shape [strategies, r].
    """
    r = stated.shape[1]
    wanted = {one.name: list(first[one.name]) for one in followed}
    n_seen = next((values.shape[1] for look in looks.values() for values in look.values()), 0)
    paths: dict[str, dict[float, Numbers]] = {one.name: {one.stated: stated} for one in followed}
    for step in range(1 + _ROUNDS):
        seen = n_seen if step == 0 else 0
        for name, values in looked_at(runs, unknowns, wanted, seen, r).items():
            for position, rest in values.items():
                paths[name][position] = np.hstack([looks[name][position], rest]) if seen else rest
        for one in followed:
            more: list[float] = []
            for rival in range(len(stated)):
                if rival != best:
                    lead = {p: v[best] - v[rival] for p, v in paths[one.name].items()}
                    more += [p for p in next_positions(lead, one.stated) if all(abs(p - q) > 1e-3 for q in more)]
            wanted[one.name] = more
    return paths


def first_positions(stated: float, between: int) -> list[float]:
    """Return where an unknown is looked at first: both ends, and so many places between either and the stated one."""
    below = np.linspace(0.0, stated, between + 2)[:-1]
    above = np.linspace(stated, 1.0, between + 2)[1:]
    return [float(p) for p in (*below, *above) if p != stated]
