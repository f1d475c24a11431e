"""What one point changes against another: paired, as the same replication has the same borrowers and luck at both."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np
import pandas as pd

from simcollect.core.errors import InputError
from simcollect.experiment.measure import ALL_MEASURES
from simcollect.scenario.places import shown
from simcollect.sweep.points import point_text
from simcollect.sweep.results import LEVEL, PAIRED, paired_row

_At: TypeAlias = Mapping[str, Any]


def changes(
    runs: pd.DataFrame,
    outcomes: Sequence[str],
    to: int | Mapping[str, Any] = 0,
    reference: str | None = None,
    day: int | None = None,
    level: float = LEVEL,
    smallest_effect: float | None = None,
    together: bool = False,
) -> pd.DataFrame:
    """Return paired differences between points: one row a point, strategy and outcome.

    Parameters
    ----------
    runs
        As :func:`simcollect.sweep.evaluate.evaluate` or :meth:`simcollect.sweep.reading.StudyReading.results` gives.
    outcomes
        Which; money in minor units.
    to
        What each point is compared with: the number of a point, or values of places. ``{place: value}`` is the point
        that has this value and all else as the point itself has it; points without such a partner are left out.
    reference
        When given, not the outcome of a strategy is compared but its lead over this one: how a change at one place
        changes what the choice of a strategy is worth.
    day
        Reading day; the last that both points have when None.
    level
        Of each interval by itself.
    smallest_effect
        Smallest change that matters, in the outcome's unit.
    together
        Whether the intervals of one outcome are to hold for all points and strategies at once (Bonferroni).

    Returns
    -------
    DataFrame
        point, its places, to (number of the point it is compared with), strategy, day, outcome, unit, mean, low, high,
        n (replications that both ran), verdict and more_replications, as in :func:`simcollect.stats.paired_difference`.

    Raises
    ------
    InputError
        If a name, a place or the point is not known, or no point has another to be compared with.
    """
    for outcome in outcomes:
        if outcome not in runs or outcome not in ALL_MEASURES:
            raise InputError.unknown("", outcome, [name for name in ALL_MEASURES if name in runs], "outcome")
    strategies = [str(name) for name in runs["strategy"].unique()]
    if reference is not None and reference not in strategies:
        raise InputError.unknown("", reference, strategies, "strategy")
    points = _points(runs)
    partners = _partners(points, to)
    pairs = [(point, name) for point in partners for name in strategies if name != reference]
    comparisons = max(1, len(pairs)) if together else 1
    rows: list[tuple[Any, ...]] = []
    for point, strategy in pairs:
        there, here = (_by_day(runs, number, strategy, reference, outcomes) for number in (point, partners[point]))
        when = _common_day(there, here, day)
        if when is None:
            continue
        ours, theirs = there.xs(when, level="day"), here.xs(when, level="day")
        common = ours.index.intersection(theirs.index, sort=False)
        for outcome in outcomes:
            pair = [frame.loc[common, outcome].to_numpy(dtype=np.float64) for frame in (ours, theirs)]
            told = paired_row(pair[0], pair[1], level, smallest_effect, comparisons)
            rows.append((point, partners[point], strategy, when, outcome, ALL_MEASURES[outcome].unit, *told))
    if not rows:
        raise InputError("", "changes", "compare nothing", "Expected points that were run on a common day")
    frame = pd.DataFrame(rows, columns=["point", "to", "strategy", "day", "outcome", "unit", *PAIRED])
    places = runs.drop_duplicates("point").set_index("point")[_places(runs)].reindex(frame["point"])
    found = pd.concat([frame[["point"]], places.set_index(frame.index), frame.drop(columns="point")], axis=1)
    return found.astype({"more_replications": "Int64"})


def _places(runs: pd.DataFrame) -> list[str]:
    """Return the columns that say where a point is: those between its number and the strategy."""
    columns = [str(name) for name in runs.columns]
    return columns[columns.index("point") + 1 : columns.index("strategy")]


def _points(runs: pd.DataFrame) -> dict[int, _At]:
    """Return the values of every point's places; a place that a point leaves alone is not among them."""
    first = runs.drop_duplicates("point").set_index("point")[_places(runs)]
    return {
        int(str(number)): {str(place): value for place, value in row.items() if not pd.isna(value)}
        for number, row in first.astype(object).iterrows()
    }


def _partners(points: Mapping[int, _At], to: int | Mapping[str, Any]) -> dict[int, int]:
    """Return for each point the one it is compared with; those without one, or with themselves alone, are left out."""
    if isinstance(to, Mapping):
        asked = _asked(points, to)
        likes = ((number, _number_of(points, {**at, **asked})) for number, at in points.items())
        found = {number: other for number, other in likes if other is not None and other != number}
    else:
        if to not in points:
            known = ", ".join(map(str, sorted(points)))
            raise InputError("", "to", f"is {to}", f"Expected the number of a point: {known}")
        found = {number: to for number in points if number != to}
    if not found:
        raise InputError("", "to", f"is {to}", "Expected a point or values that others can be compared with")
    return dict(sorted(found.items()))


def _asked(points: Mapping[int, _At], to: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values asked for as a table of runs holds them."""
    places = list(dict.fromkeys(place for at in points.values() for place in at))
    for place, value in to.items():
        if place not in places:
            raise InputError.unknown("", place, places, "place")
        known = list(dict.fromkeys(at[place] for _, at in sorted(points.items()) if place in at))
        if _cell(value) not in known:
            expected = f"Expected a value that was run: {', '.join(map(str, known))}"
            raise InputError("", f"to: {place}", shown(value), expected)
    return {place: _cell(value) for place, value in to.items()}


def _number_of(points: Mapping[int, _At], wanted: _At) -> int | None:
    return next((number for number, at in points.items() if at == wanted), None)


def _cell(value: Any) -> Any:
    """Return a value as a table of runs holds it: what is no single value, as JSON text."""
    return value if isinstance(value, bool | int | float | str) else point_text({"": value})[4:-1]


def _by_day(
    runs: pd.DataFrame, point: int, strategy: str, reference: str | None, outcomes: Sequence[str]
) -> pd.DataFrame:
    """Return outcomes by replication and day, of a strategy or of its lead over another."""
    at = runs[runs["point"] == point]

    def of(name: str) -> pd.DataFrame:
        found = at[at["strategy"] == name].drop_duplicates(["replication", "day"])
        return found.set_index(["replication", "day"])[list(outcomes)].astype(np.float64)

    if reference is None:
        return of(strategy)
    ours, theirs = of(strategy), of(reference)
    common = ours.index.intersection(theirs.index, sort=False)
    return ours.loc[common] - theirs.loc[common]


def _common_day(there: pd.DataFrame, here: pd.DataFrame, day: int | None) -> int | None:
    days = set(there.index.unique("day")) & set(here.index.unique("day"))
    if day is None:
        return max(days, default=None)
    if day not in days:
        read = ", ".join(str(known) for known in sorted(days))
        raise InputError("", "day", f"is {day}", f"Outcomes were read on days {read}")
    return day
