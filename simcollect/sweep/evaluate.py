"""Outcomes at points that a program chooses: what optimisers, sensitivity analyses and notebooks call."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from pathlib import Path
from typing import Any

import pandas as pd

from simcollect.core.errors import InputError, SimcollectError
from simcollect.experiment.run import Interrupted, Progress
from simcollect.experiment.workers import Specification, available_cores
from simcollect.scenario import Scenario
from simcollect.sweep.perform import perform
from simcollect.sweep.plan import Plan
from simcollect.sweep.points import point_text
from simcollect.sweep.request import REQUEST, Request, empty_request
from simcollect.sweep.results import results_of
from simcollect.sweep.shards import table_of
from simcollect.sweep.study import Study
from simcollect.sweep.work import Done


def evaluate(
    scenario: Scenario,
    points: Sequence[Mapping[str, Any]],
    strategies: Sequence[str],
    replications: range,
    *,
    executor: Executor | None = None,
    workers: int | None = None,
    folder: Path | str | None = None,
    on_progress: Progress | None = None,
) -> pd.DataFrame:
    """Return the outcomes of strategies at points, run where they are not known yet.

    Replications with the same number have the same borrowers and the same luck at every point and under every
    strategy, so points are compared in pairs as strategies are.

    Parameters
    ----------
    scenario
        What the points change.
    points
        A mapping from places to values each, as :func:`simcollect.scenario.variation.varied` takes them; ``{}`` is the
        scenario as it is. Points that are equal are run once.
    strategies
        Names; a point may add strategies of its own.
    replications
        Numbers of the replications, in steps of one: ``range(20)``, ``range(1000, 1020)``.
    executor
        Does the runs in place of processes of our own: threads, a cluster. It is not shut down.
    workers
        Processes, at least 1; as many as there are cores when None. 1 stays in this process.
    folder
        Keeps every finished run, over any number of calls: what stands there is not run again. It is a
        :class:`~simcollect.sweep.study.Study` that grows with every call.
    on_progress
        Told (runs ended, runs in all) at the start and after every job.

    Returns
    -------
    DataFrame
        One row a point, strategy, replication and reading day, in the order asked for: ``point`` (position in
        ``points``), a column a place, strategy, replication, day, digest, every headline outcome (money in minor
        units).

    Raises
    ------
    InputError, InputErrors
        If a point makes no valid scenario, a strategy is unknown, there is nothing to run, or the folder holds a study
        of another scenario.
    SimcollectError
        If a run fails: what is asked for here is to be used at once, so nothing is left out in silence.
    Interrupted
        On Ctrl-C; with a folder the finished runs are kept.
    """
    for name, given in (("points", points), ("strategies", strategies), ("replications", replications)):
        if not len(given):
            raise InputError("", name, "are empty", "Expected at least one")
    if replications.step != 1 or replications.start < 0:
        raise InputError("", "replications", f"are {replications}", "Expected numbers from 0 in steps of one")
    asked = empty_request(scenario).extended(points, strategies, replications.start, replications.stop, "points")
    if folder is None:
        found = _in_memory(asked, workers, executor, on_progress)
    else:
        found = _in_folder(asked, points, Path(folder), workers, executor, on_progress)
    return _as_asked(found, asked, points)


def _in_memory(
    request: Request, workers: int | None, executor: Executor | None, on_progress: Progress | None
) -> pd.DataFrame:
    plan = Plan(request)
    n_all, n_ended = plan.n_tasks(), 0
    report = on_progress or (lambda ended, every: None)
    rows: list[dict[str, Any]] = []

    def keep(runs: list[Done]) -> None:
        nonlocal n_ended
        for run in runs:
            if run.error:
                raise _failure(request, run.point, run.strategy, run.replication, run.error)
            key = {"content": run.content, "replication": run.replication}
            rows.extend(key | row for row in run.rows)
        n_ended += len(runs)
        report(n_ended, n_all)

    report(0, n_all)
    n_workers = max(1, min(workers or available_cores(), n_all))
    try:
        perform(Specification(request.document, ()), plan.jobs(), keep, n_workers=n_workers, executor=executor)
    except KeyboardInterrupt:
        raise Interrupted(n_ended, n_all) from None
    return results_of(request, plan.uses, table_of(rows))


def _in_folder(
    asked: Request,
    points: Sequence[Mapping[str, Any]],
    folder: Path,
    workers: int | None,
    executor: Executor | None,
    on_progress: Progress | None,
) -> pd.DataFrame:
    if not (folder / REQUEST).exists():
        study = Study.create(asked, folder)
    else:
        study = Study.open(folder)
        differs = study.request.differences(asked)
        if differs:
            raise InputError(
                "",
                f'folder "{folder}"',
                f"holds a study of another kind: {' and '.join(differs)} differ",
                "Expected the same scenario, program and libraries",
                "Choose another folder",
            )
        block = asked.blocks[0]
        more = study.request.extended(points, block.strategies, block.first, block.stop, "points")
        if more != study.request:
            study = study.extended(more)
    # A run that failed is done once more: what it failed of may have been the machine, or has been put right.
    study.run(workers=workers, executor=executor, on_progress=on_progress, retry_failed=True)
    failures = study.failures()
    if len(failures):
        first = failures.iloc[0]
        number = {text: position for position, text in enumerate(asked.points)}
        at = number.get(study.request.points[int(first["point"])])
        if at is not None:
            failure = _failure(asked, at, str(first["strategy"]), int(first["replication"]), str(first["error"]))
            raise SimcollectError(
                f"{failure} Put that right and ask again with the same folder: what has finished is kept, and "
                "runs that failed are done once more."
            )
    found = study.results()
    ours = {text: position for position, text in enumerate(asked.points)}
    theirs = {position: ours[text] for position, text in enumerate(study.request.points) if text in ours}
    found = found[found["point"].isin(theirs.keys())]
    block = asked.blocks[0]
    found = found[found["strategy"].isin(block.strategies) & found["replication"].between(block.first, block.stop - 1)]
    return found.assign(point=found["point"].map(theirs))


def _as_asked(found: pd.DataFrame, asked: Request, points: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """Return the rows in the order asked for; a point asked for twice has its rows twice."""
    number = {text: position for position, text in enumerate(asked.points)}
    wanted = pd.DataFrame({"point": [number[point_text(point)] for point in points], "_asked": range(len(points))})
    order = {name: position for position, name in enumerate(asked.strategies)}
    rows = wanted.merge(found, on="point", how="left").assign(_order=lambda frame: frame["strategy"].map(order))
    rows = rows.sort_values(["_asked", "_order", "replication", "day"], kind="stable")
    rows = rows.assign(point=rows["_asked"]).drop(columns=["_asked", "_order"])
    return (
        rows.dropna(axis="columns", how="all").reset_index(drop=True)
        if len(asked.places)
        else rows.reset_index(drop=True)
    )


def _failure(request: Request, point: int, strategy: str, replication: int, error: str) -> SimcollectError:
    return SimcollectError(
        f"Replication {replication} of {strategy} at point {point} ({request.points[point]}), seed "
        f"{request.scenario.run.seed}, failed: {error}."
    )
