"""Which assumption turns the winner, and at what value: every unknown followed until the lead is lost, or to its end.

All other assumptions stay as stated; strategies meet the same borrowers with the same luck at every value. The lead of
the winner over each other strategy is looked at as stated and at both ends of the range; where it is lost in between,
the place is closed in on (:mod:`simcollect.robust.crossing`). A lead lost and won back between the values looked at is
not seen: ``between`` looks at more of them.

Most unknowns move a winner little, so all are first looked at with few replications, and those that surely keep the
lead are set aside (:mod:`simcollect.robust.screening`).

Many assumptions, two sides, several rivals and values closed in on are many looks, and each look may be deceived by
luck. So what is looked for is found on one set of replications and told on another: wherever the lead seems to turn,
the value at which the rival's lead is clearest is run once more on fresh replications, and it counts as a flip only if
the rival leads there too, by a test that holds together over all that are so confirmed (Holm). The winner was chosen as
the best of the first replications; its lead as stated is told on the fresh ones as well.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import replace
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from simcollect.core.errors import InputError
from simcollect.experiment.run import Progress
from simcollect.robust.break_even_answer import BreakEven, BreakEvens, rank
from simcollect.robust.crossing import Crossing, crossing
from simcollect.robust.paths import first_positions, followed_paths, looked_at
from simcollect.robust.runs import OUTCOME, Runs, ask
from simcollect.robust.screening import REPLICATIONS, is_kept, lead_seen
from simcollect.robust.unknowns import Unknown, unknowns_of
from simcollect.scenario import Scenario
from simcollect.stats import estimate_mean, paired_difference
from simcollect.stats.simultaneous import holm
from simcollect.stats.skewed import p_value
from simcollect.sweep.points import Choice

Numbers = NDArray[np.float64]

LEVEL: Final = 0.05
"""Chance that luck alone makes any flip told, over all assumptions together."""


def break_even(
    scenario: Scenario,
    strategies: Sequence[str] | None = None,
    *,
    outcome: str = OUTCOME,
    assumptions: Sequence[str] | None = None,
    uncertainties: Mapping[str, Choice] | None = None,
    replications: int = 10,
    screen: int = REPLICATIONS,
    between: int = 0,
    day: int | None = None,
    workers: int | None = None,
    executor: Executor | None = None,
    folder: Path | str | None = None,
    on_progress: Progress | None = None,
) -> BreakEvens:
    """Return for every unknown the value at which the winner changes, if it does within its range.

    Parameters
    ----------
    scenario
        A loaded scenario.
    strategies
        Two or more; all that act when None.
    outcome
        By which they are ranked.
    assumptions
        Names or groups of those to move, with ``*``; all when None.
    uncertainties
        Of an experiment file, in place of what the scenario itself assumes.
    replications
        Paired, at least 2; as many again, fresh ones, tell the lead as stated and confirm flips.
    screen
        Replications of a first look at all unknowns, at least 2, or 0 for none: those that surely keep the lead are set
        aside. No first look is taken with as many as ``replications``.
    between
        Values looked at on each side between the stated value and the end of the range, before any closing in.
    day, workers, executor, folder, on_progress
        As in :func:`simcollect.sweep.evaluate`.

    Raises
    ------
    InputError
        If anything named is unknown, or the first look has 1 replication.
    Interrupted
        On Ctrl-C; with a folder finished runs are kept.
    """
    unknowns = unknowns_of(scenario, uncertainties)
    moved = unknowns if assumptions is None else unknowns.only(assumptions)
    asked = ask(scenario, strategies, outcome=outcome, replications=replications, day=day, least=2)
    if screen < 0 or screen == 1:
        expected = "Expected 2 or more, or 0 for no first look: one run cannot tell what is luck"
        raise InputError("", "screen", f"is {screen}", expected)
    screen = screen if screen < replications else 0
    with Runs(asked, workers=workers, executor=executor, folder=folder, on_progress=on_progress) as runs:
        stated = asked.sign * runs.values([{}])[0]
        best = int(np.argmax(stated.mean(axis=1)))
        rivals = [place for place in range(len(asked.strategies)) if place != best]
        wanted = {one.name: first_positions(one.stated, between) for one in moved.each}
        looks = looked_at(runs, moved, wanted, 0, screen) if screen else {}
        aside = {name for name, look in looks.items() if is_kept(stated, look.values(), best, rivals)}
        followed = [one for one in moved.each if one.name not in aside]
        paths = followed_paths(runs, moved, followed, wanted, looks, stated, best)
        seen = [_sides(one, paths[one.name], best, rivals, asked.strategies) for one in followed]
        flips = [side for sides in seen for side in sides if side.verdict == "flips"]
        clearest = [_clearest(one, paths[one.unknown.name], best, asked.strategies.index(one.rival)) for one in flips]
        points = [{}, *(moved.moved(one.unknown, at) for one, at in zip(flips, clearest, strict=True))]
        fresh = asked.sign * runs.values(points, phase="final")
        leads = {
            asked.strategies[place]: paired_difference(fresh[0, best], fresh[0, place], comparisons=len(rivals))
            for place in rivals
        }
        told = confirmed(
            [fresh[at, asked.strategies.index(one.rival)] - fresh[at, best] for at, one in enumerate(flips, 1)]
        )
        refused = {id(one) for one, is_told in zip(flips, told, strict=True) if not is_told}
        found = [_merged([_unconfirmed(one) if id(one) in refused else one for one in sides]) for sides in seen]
        found += [
            _set_aside(one, looks[one.name], stated, best, rivals, asked.strategies)
            for one in moved.each
            if one.name in aside
        ]
        found.sort(key=rank)
        options = {
            "assumptions": None if assumptions is None else list(assumptions), "between": between, "screen": screen,
        }  # fmt: skip
        return BreakEvens(asked, options, runs.n_runs, runs.digest, asked.strategies[best], leads, tuple(found), screen)


def confirmed(leads: Sequence[Numbers]) -> list[bool]:
    """Return which rivals lead, by tests that hold together over all of them (Holm).

    Parameters
    ----------
    leads
        Rival's lead in each replication, shape [r] each, on replications that had no part in choosing what is tested.

    Examples
    --------
    >>> confirmed([np.array([1.0, 1.1, 0.9]), np.array([1.0, -1.1, 0.2])])
    [True, False]
    """
    if not leads:
        return []
    chances = holm(np.array([p_value(one) for one in leads]))
    return [bool(chance <= LEVEL and one.mean() > 0.0) for one, chance in zip(leads, chances, strict=True)]


def _clearest(one: BreakEven, path: Mapping[float, Numbers], best: int, rival: int) -> float:
    """Return the position on the side where the rival leads most clearly."""
    start = one.unknown.stated
    there = [position for position in path if (position > start if one.is_above else position < start)]
    return min(there, key=lambda position: estimate_mean(path[position][best] - path[position][rival]).high)


def _unconfirmed(one: BreakEven) -> BreakEven:
    crossing = replace(one.crossing, verdict="cannot tell", far=None)
    return replace(one, verdict="cannot tell", why="not confirmed", crossing=crossing)


def _merged(sides: Sequence[BreakEven]) -> BreakEven:
    """Return the side on which the lead is lost likeliest, with the crossing of the other."""
    first, *rest = sorted(sides, key=rank)
    return replace(first, other_side=rest[0].crossing) if rest else first


def _sides(
    unknown: Unknown, path: Mapping[float, Numbers], best: int, rivals: Sequence[int], names: Sequence[str]
) -> list[BreakEven]:
    """Return, for each side of the stated value, the break-even against the rival to whom the lead is lost likeliest.

    One only where the unknown changes no run.
    """
    stated = path[unknown.stated]
    if all(np.array_equal(values, stated) for values in path.values()):
        least = min(float((stated[best] - stated[rival]).mean()) for rival in rivals)
        nothing = Crossing("no effect in any run", None, None, None)
        r = stated.shape[1]
        known = (names[rivals[0]], True, nothing, nothing, least, least, least, "", r)
        return [BreakEven(unknown, "no effect in any run", *known)]
    sides: dict[bool, list[BreakEven]] = {False: [], True: []}
    for rival in rivals:
        lead = {position: values[best] - values[rival] for position, values in path.items()}
        ends = (float(lead[min(lead)].mean()), float(lead[max(lead)].mean()))
        for upward, side in sides.items():
            one = crossing(lead, unknown.stated, upward)
            there = {
                p: values for p, values in lead.items() if (p >= unknown.stated if upward else p <= unknown.stated)
            }
            least = min(float(values.mean()) for values in there.values())
            why = why_not_told(there, unknown.stated) if one.verdict == "cannot tell" else ""
            known = (names[rival], upward, one, one, *ends, least, why, stated.shape[1])
            side.append(BreakEven(unknown, one.verdict, *known))
    return [min(side, key=rank) for side in sides.values()]


def why_not_told(path: Mapping[float, Numbers], start: float) -> str:
    """Return why a lead that is told as stated is not told everywhere: it shrinks, or its interval widens.

    Parameters
    ----------
    path
        Lead in each replication by position on one side, the stated one among them, shape [r], r >= 2; not told at one
        of them at least.
    start
        Position of the stated value.

    Examples
    --------
    >>> stated = np.array([1.0, 1.1, 1.2])
    >>> why_not_told({0.5: stated, 1.0: stated - 1.1}, 0.5), why_not_told({0.5: stated, 1.0: 10 * stated - 9}, 0.5)
    ('lead shrinks', 'interval widens')
    """
    if estimate_mean(path[start]).low <= 0.0:
        return "not told as stated"
    lost = [values for values in path.values() if estimate_mean(values).low <= 0.0]
    least = min(lost, key=lambda values: float(values.mean()))
    return "lead shrinks" if estimate_mean(least - path[start]).high < 0.0 else "interval widens"


def _set_aside(
    unknown: Unknown,
    look: Mapping[float, Numbers],
    stated: Numbers,
    best: int,
    rivals: Sequence[int],
    names: Sequence[str],
) -> BreakEven:
    """Return what a first look says of an unknown that surely keeps the lead, against the rival that comes nearest."""
    leads = {
        rival: {p: lead_seen(stated[best] - stated[rival], v[best] - v[rival]) for p, v in look.items()}
        for rival in rivals
    }
    rival = min(rivals, key=lambda one: min(leads[one].values()))
    n_seen = next(iter(look.values())).shape[1]
    is_same = all(np.array_equal(values, stated[:, :n_seen]) for values in look.values())
    verdict = "no effect in any run" if is_same else "set aside"
    lead = leads[rival]
    low, high = lead[min(lead)], lead[max(lead)]
    nothing = Crossing("never within range", None, None, None)
    least = min(low, high, float((stated[best] - stated[rival]).mean()))
    known = (names[rival], high < low, nothing, nothing, low, high, least, "", n_seen)
    return BreakEven(unknown, verdict, *known)
