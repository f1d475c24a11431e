"""The tables that a finished study leaves, written a few points at a time: no program holds all of its runs."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

import simcollect
from simcollect.experiment.design import BASELINE
from simcollect.sweep.ledger import Ledger, disk_refuses
from simcollect.sweep.plan import Plan
from simcollect.sweep.request import Request
from simcollect.sweep.results import (
    INCREMENTS,
    differences_of,
    means_of,
    place_columns,
    read_shards,
    results_of,
    schema_of,
    with_places,
)
from simcollect.sweep.shards import shard_names

RESULTS: Final = "results.parquet"
MEANS: Final = "means.csv"
DIFFERENCES: Final = "differences.csv"
FAILURES: Final = "failures.csv"
DERIVED: Final = (RESULTS, MEANS, DIFFERENCES, FAILURES)

_POINTS_AT_ONCE: Final = 64


def write_tables(folder: Path, plan: Plan, ledger: Ledger, outcomes: Sequence[str], reference: str) -> str:
    """Write the results, means, differences and failures of a study whose runs have all ended.

    Returns
    -------
    str
        64 hexadecimal digits for the event logs of all runs together.

    Raises
    ------
    SimcollectError
        If the disk is full or gone; the runs themselves are kept.
    """
    with disk_refuses(folder):
        return _write(folder, plan, ledger, outcomes, reference)


def _write(folder: Path, plan: Plan, ledger: Ledger, outcomes: Sequence[str], reference: str) -> str:
    request = plan.request
    logs = hashlib.sha256()
    schema = _schema(request, schema_of(folder, shard_names(folder)))
    names = [name for name in outcomes if name in schema.names]
    partial = folder / f".{RESULTS}.partial"
    means, differences = [], []
    with pq.ParquetWriter(partial, schema) as writer:
        for _, runs in results_by_points(folder, plan, plan.points, ledger.shards_of):
            if not len(runs):
                continue
            keys = runs[["point", "strategy", "replication", "digest"]].drop_duplicates()
            logs.update(keys.to_csv(index=False, header=False, lineterminator="\n").encode())
            whole = runs.reindex(columns=schema.names)
            writer.write_table(pa.Table.from_pandas(whole, schema=schema, preserve_index=False))
            means.append(means_of(request, whole, names))
            if len(request.strategies) > 1:
                differences.append(differences_of(request, whole, names, reference))
    partial.replace(folder / RESULTS)
    failures = failures_of(request, {(c, r): e for c, r, e in ledger.failures()}, folder.name)
    for name, tables in ((MEANS, means), (DIFFERENCES, differences), (FAILURES, [failures] if len(failures) else [])):
        if tables:
            _write_csv(pd.concat(tables), folder / name)
        else:
            (folder / name).unlink(missing_ok=True)
    return logs.hexdigest()


def results_by_points(
    folder: Path, plan: Plan, points: Sequence[int], shards_of: Callable[[Iterable[str]], list[str]]
) -> Iterator[tuple[Sequence[int], pd.DataFrame]]:
    """Yield the results of a few points at a time.

    Parameters
    ----------
    folder
        Of the study.
    plan
        Its runs.
    points
        Numbers of the points.
    shards_of
        Tells in which shards the runs of some contents are.
    """
    for start in range(0, len(points), _POINTS_AT_ONCE):
        some = points[start : start + _POINTS_AT_ONCE]
        uses = [use for point in some for use in plan.at(point)]
        rows = read_shards(folder, shards_of({use.content for use in uses}))
        yield some, results_of(plan.request, uses, rows)


def failures_of(request: Request, found: Mapping[tuple[str, int], str], folder: str) -> pd.DataFrame:
    """Return failed runs as a table: point, its places, strategy, replication, seed, error, and how to replay each.

    Parameters
    ----------
    request
        What was asked for.
    found
        Errors by content and replication.
    folder
        Of the study, as the command names it.
    """
    of_content: dict[str, list[tuple[int, str]]] = {}
    for (content, replication), error in sorted(found.items()):
        of_content.setdefault(content, []).append((replication, error))
    # A precision may have asked for more replications than the request says.
    stops = dict.fromkeys(range(len(request.points)), 10**9) if request.precision else {}
    rows = [
        (use.point, use.strategy, replication, request.scenario.run.seed, error, run_name(use.content, replication))
        for use in Plan(request, stops).uses
        for replication, error in of_content.get(use.content, ())
        if any(replication in span for span in use.replications)
    ]
    frame = pd.DataFrame(rows, columns=["point", "strategy", "replication", "seed", "error", "replay"])
    frame["replay"] = f"simcollect sweep replay {folder} " + frame["replay"].astype(str)
    return with_places(request, frame)


def run_name(content: str, replication: int) -> str:
    """Return the short name of a run: ``3f9c0a17d2b4-12``."""
    return f"{content[:12]}-{replication}"


def _schema(request: Request, outcomes: Mapping[str, pa.DataType]) -> pa.Schema:
    """Return the columns of the final table and their types: the same for every few points."""
    places = place_columns(request)
    of_places = pa.Schema.from_pandas(places, preserve_index=False)
    fields = {
        "point": pa.int64(),
        **{place: of_places.field(place).type for place in places.columns},
        "strategy": pa.string(),
        "replication": pa.int64(),
        "day": pa.int64(),
        "digest": pa.string(),
        **outcomes,
        **({name: pa.float64() for name, _ in INCREMENTS} if BASELINE in request.strategies else {}),
    }
    about = {"request": request.digest, "simcollect": simcollect.__version__}
    return pa.schema(list(fields.items()), metadata=about)


def _write_csv(frame: pd.DataFrame, path: Path) -> None:
    partial = path.with_name(f".{path.name}.partial")
    frame.to_csv(partial, index=False, lineterminator="\n")
    partial.replace(path)
