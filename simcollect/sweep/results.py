"""From shards to tables: one row a point, strategy, replication and reading day, and what can be said from them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final, cast

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from simcollect.experiment.design import BASELINE
from simcollect.experiment.measure import ALL_MEASURES
from simcollect.stats import estimate_mean, paired_difference, replications_needed
from simcollect.stats.looks import level_for_width
from simcollect.stats.skewed import skewness
from simcollect.sweep.plan import Use
from simcollect.sweep.points import point_of, point_text
from simcollect.sweep.request import Request
from simcollect.sweep.shards import KEYS, read_shard, table_of

LEVEL: Final = 0.95
INCREMENTS: Final = (
    ("incremental_recovered_share", "recovered_cents"),
    ("incremental_net_share", "net_recovered_cents"),
)
"""Measures over no action, each with the total that it is the increment of."""
PAIRED: Final = ("mean", "low", "high", "n", "verdict", "more_replications")
"""Columns that say what a paired difference is."""
_NOT_COUNTED: Final = "not counted in every replication"


def read_shards(folder: Path, names: Sequence[str]) -> pa.Table:
    """Return the rows of shards in one table, columns of one type each."""
    tables = [read_shard(folder, name) for name in names] or [table_of([])]
    return pa.concat_tables(tables, promote_options="permissive")


def schema_of(folder: Path, names: Sequence[str]) -> dict[str, pa.DataType]:
    """Return the type of every outcome in any of the shards, in one order whatever the shards are."""
    schemas = [pq.read_schema(folder / "shards" / name) for name in names]
    if not schemas:
        return {}
    found = pa.unify_schemas(schemas, promote_options="permissive")
    known = {name: position for position, name in enumerate(ALL_MEASURES)}
    names_in_order = sorted(found.names, key=lambda name: (known.get(name, len(known)), name))
    # A column of nothing but "not a number" has been written as one of numbers all the same.
    return {name: found.field(name).type for name in names_in_order if name not in KEYS}


def place_columns(request: Request) -> pd.DataFrame:
    """Return the value of every place at every point, one row a point; what is no single value, as JSON text."""
    points = [point_of(text) for text in request.points]
    columns = {place: _column([point.get(place) for point in points]) for place in request.places}
    return pd.DataFrame(columns, index=pd.RangeIndex(len(points), name="point"))


def results_of(request: Request, uses: Iterable[Use], rows: pa.Table) -> pd.DataFrame:
    """Return finished runs where they belong: by point, strategy (as asked for), replication and day.

    Columns: point, its places, strategy, replication, day, digest (of the event log), every outcome, and the
    increments over no action where that was run.
    """
    wanted = pd.DataFrame(
        [(use.content, use.point, use.strategy, span.start, span.stop) for use in uses for span in use.replications],
        columns=["content", "point", "strategy", "_first", "_stop"],
    )
    # Before pandas sees them: a failed run's empty cells would make every whole number of its column a fraction.
    frame = rows.filter(rows["error"].is_null()).to_pandas()
    found = wanted.merge(frame, on="content", how="inner")
    found = found[(found["replication"] >= found["_first"]) & (found["replication"] < found["_stop"])]
    found = found.drop_duplicates(["point", "strategy", "replication", "day"])
    order = {name: position for position, name in enumerate(request.strategies)}
    found = found.assign(_order=found["strategy"].map(order)).sort_values(["point", "_order", "replication", "day"])
    outcomes = _outcome_columns(found)
    places = place_columns(request).reindex(found["point"]).set_index(found.index)
    found = pd.concat(
        [found[["point"]], places, found[["strategy", "replication", "day", "digest", *outcomes]]], axis=1
    )
    return _with_increments(found.reset_index(drop=True), request)


def means_of(request: Request, results: pd.DataFrame, outcomes: Sequence[str], level: float = LEVEL) -> pd.DataFrame:
    """Return means over replications: one row a point, strategy, reading day and outcome.

    Columns: point, its places, strategy, day, outcome, unit, mean, low, high (Student t interval that holds with
    ``level``, also where the runs ended because it was narrow enough) and n. Not a number where the outcome is none in
    some replication.
    """
    rows = []
    for (point, strategy, day), runs in _groups(results, ["point", "strategy", "day"], request):
        for outcome in outcomes:
            values = runs[outcome].to_numpy(dtype=np.float64)
            # Runs that ended when this interval was narrow enough pay for the stopping in its width.
            told = _mean(values, level_for_width(level) if outcome in request.precision else level)
            rows.append((point, strategy, day, outcome, ALL_MEASURES[outcome].unit, *told, len(values)))
    columns = ["point", "strategy", "day", "outcome", "unit", "mean", "low", "high", "n"]
    return with_places(request, pd.DataFrame(rows, columns=columns))


def differences_of(
    request: Request,
    results: pd.DataFrame,
    outcomes: Sequence[str],
    reference: str,
    level: float = LEVEL,
    smallest_effect: float | None = None,
    comparisons: int = 1,
) -> pd.DataFrame:
    """Return paired differences to a strategy at each point: one row a point, other strategy, day and outcome.

    Columns: point, its places, strategy, day, outcome, unit, mean, low, high, n (replications that both ran), verdict
    and more_replications, as in :func:`simcollect.stats.paired_difference`.
    """
    theirs = results[results["strategy"] == reference].set_index(["point", "day", "replication"])
    rows: list[tuple[Any, ...]] = []
    for (point, strategy, day), runs in _groups(results, ["point", "strategy", "day"], request):
        if strategy == reference:
            continue
        ours = runs.set_index(["point", "day", "replication"])
        common = ours.index.intersection(theirs.index, sort=False)
        for outcome in outcomes:
            pair = [frame.loc[common, outcome].to_numpy(dtype=np.float64) for frame in (ours, theirs)]
            key = (point, strategy, day, outcome, ALL_MEASURES[outcome].unit)
            rows.append((*key, *paired_row(pair[0], pair[1], level, smallest_effect, comparisons)))
    columns = ["point", "strategy", "day", "outcome", "unit", *PAIRED]
    frame = pd.DataFrame(rows, columns=columns).astype({"more_replications": "Int64"})
    return with_places(request, frame)


def paired_row(
    ours: NDArray[np.float64],
    theirs: NDArray[np.float64],
    level: float,
    smallest_effect: float | None = None,
    comparisons: int = 1,
) -> tuple[Any, ...]:
    """Return the cells under :data:`PAIRED` of a paired difference, shape [r] each; told, where it is no number."""
    if not len(ours) or not (np.all(np.isfinite(ours)) and np.all(np.isfinite(theirs))):
        return math.nan, math.nan, math.nan, len(ours), _NOT_COUNTED, None
    found = paired_difference(ours, theirs, level, smallest_effect, comparisons)
    return found.mean, found.low, found.high, found.n, found.verdict.value, found.more_replications


def stops_for_precision(request: Request, results: pd.DataFrame, now: int) -> dict[int, int]:
    """Return, for points not precise enough with ``now`` replications, the number to go on to.

    That many would do were standard deviation and skewness seen so far the true ones; never more than twice as many at
    once, and never beyond ``request.most``. A point is precise when neither arm of the interval of any outcome asked
    for is longer than that, under every strategy.
    """
    stops: dict[int, int] = {}
    for point, every_day in results.groupby("point", sort=True):
        runs = every_day[every_day["day"] == every_day["day"].max()]  # the horizon may differ from point to point
        needed = now
        for _, of_strategy in runs.groupby("strategy", sort=False):
            for outcome, width in request.precision.items():
                values = of_strategy[outcome].to_numpy(dtype=np.float64)
                if len(values) < 2 or not np.all(np.isfinite(values)):
                    continue
                deviation = 0.0 if np.all(values == values[0]) else float(np.std(values, ddof=1))
                enough = replications_needed(deviation, width, level_for_width(LEVEL), tail=abs(skewness(values)))
                needed = max(needed, enough or request.most)
        if needed > now and now < request.most:
            stops[int(cast(int, point))] = min(needed, 2 * now, request.most)
    return stops


def _groups(
    results: pd.DataFrame, by: list[str], request: Request
) -> Iterable[tuple[tuple[int, str, int], pd.DataFrame]]:
    for key, runs in results.groupby(by, sort=False):
        yield cast(tuple[int, str, int], key), runs


def _mean(values: NDArray[np.float64], level: float) -> tuple[float, float, float]:
    if not np.all(np.isfinite(values)):
        return math.nan, math.nan, math.nan
    found = estimate_mean(values, level)
    return found.mean, found.low, found.high


def with_places(request: Request, frame: pd.DataFrame) -> pd.DataFrame:
    """Return a table that has a column ``point`` with the values of the points' places behind it."""
    places = place_columns(request).reindex(frame["point"]).set_index(frame.index)
    return pd.concat([frame[["point"]], places, frame.drop(columns="point")], axis=1)


def _outcome_columns(found: pd.DataFrame) -> list[str]:
    known = {name: position for position, name in enumerate(ALL_MEASURES)}
    others = {*KEYS, "point", "strategy", "_first", "_stop", "_order"}
    names = [name for name in found.columns if name not in others]
    return sorted(names, key=lambda name: (known.get(name, len(known)), name))


def _with_increments(found: pd.DataFrame, request: Request) -> pd.DataFrame:
    if BASELINE not in request.strategies or not len(found):
        return found
    keys = ["point", "replication", "day"]
    twins = found[found["strategy"] == BASELINE].set_index(keys)
    of_twin = twins.reindex(pd.MultiIndex.from_frame(found[keys]))
    more = {name: (found[total] - of_twin[total].to_numpy()) / found["opening_cents"] for name, total in INCREMENTS}
    return found.assign(**more)


def _column(values: list[Any]) -> Any:
    """Return the values of a place as a column; whole numbers stay whole where every point has one."""
    there = [value for value in values if value is not None]
    kinds = {type(value) for value in there}
    if kinds == {int} and len(there) == len(values):
        return np.array(values, dtype=np.int64)
    if kinds <= {int, float}:
        return np.array([math.nan if value is None else float(value) for value in values])
    if kinds in ({bool}, {str}):
        return values
    return [None if value is None else point_text({"": value})[4:-1] for value in values]
