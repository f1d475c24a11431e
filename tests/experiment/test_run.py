from __future__ import annotations

import multiprocessing
from collections.abc import Callable
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import Any

import pytest

from simcollect.core.errors import SimcollectError
from simcollect.engine import simulate
from simcollect.experiment.design import Design, make_design
from simcollect.experiment.manifest import describe, read_manifest
from simcollect.experiment.run import Interrupted, perform
from simcollect.experiment.store import REPLICATIONS, Row, Store
from simcollect.scenario import Scenario


@pytest.fixture(scope="module")
def design(tiny: Scenario) -> Design:
    return make_design(tiny, ["no_action", "gentle", "firm"], 4)


@pytest.fixture(scope="module")
def rows(design: Design) -> list[Row]:
    return perform(design, workers=1)


class Backwards(Executor):
    """Does the jobs last first, as an executor may."""

    def __init__(self) -> None:
        self.jobs: list[tuple[Future[Any], Callable[..., Any], tuple[Any, ...]]] = []

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        self.jobs.append((future, fn, args))
        if len(self.jobs) == 12:
            for waiting, work, given in reversed(self.jobs):
                waiting.set_result(work(*given))
        return future


class Stopping(Executor):
    """The user presses Ctrl-C while the third job runs."""

    def __init__(self, error: BaseException) -> None:
        self.n_jobs = 0
        self.error = error

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        self.n_jobs += 1
        if self.n_jobs <= 2:
            future.set_result(fn(*args))
        elif self.n_jobs == 3:
            future.set_exception(self.error)
        return future


def without_nan(rows: list[Row]) -> list[dict[str, Any]]:
    return [{name: None if value != value else value for name, value in row.items()} for row in rows]


def test_every_run_and_reading_day_has_one_row_in_order(design: Design, rows: list[Row]) -> None:
    days = [90, 180]
    wanted = [(r, s, d) for r in range(4) for s in ("firm", "gentle", "no_action") for d in days]
    assert [(row["replication"], row["strategy"], row["day"]) for row in rows] == wanted


def test_a_row_tells_the_digest_of_the_log_that_the_engine_makes(tiny: Scenario, rows: list[Row]) -> None:
    row = next(row for row in rows if row["replication"] == 2 and row["strategy"] == "firm")
    assert row["digest"] == simulate(tiny, "firm", replication=2).digest()


def test_two_processes_give_the_rows_of_one(design: Design, rows: list[Row]) -> None:
    assert without_nan(perform(design, workers=2)) == without_nan(rows)


def test_any_executor_gives_the_same_rows_whoever_finishes_first(design: Design, rows: list[Row]) -> None:
    with ThreadPoolExecutor(2) as threads:
        assert without_nan(perform(design, executor=threads)) == without_nan(rows)
    assert without_nan(perform(make_design(design.scenario, ["firm"], 12), executor=Backwards())) == without_nan(
        perform(make_design(design.scenario, ["firm"], 12), workers=1)
    )


def test_one_strategy_alone_gives_its_rows_of_the_full_design(tiny: Scenario, rows: list[Row]) -> None:
    alone = perform(make_design(tiny, ["gentle"], 4), workers=1)
    assert without_nan(alone) == without_nan([row for row in rows if row["strategy"] == "gentle"])


def test_progress_is_told_from_none_to_all(design: Design) -> None:
    told: list[tuple[int, int]] = []
    perform(design, workers=1, on_progress=lambda done, total: told.append((done, total)))
    assert told == [(0, 12), (3, 12), (6, 12), (9, 12), (12, 12)]


def test_ctrl_c_keeps_what_is_finished_and_a_second_start_does_the_rest(
    tmp_path: Path, design: Design, rows: list[Row]
) -> None:
    manifest = describe("compare", design)
    with pytest.raises(Interrupted, match="stopped after 6 of 12 runs"):
        perform(design, store=Store(tmp_path, manifest), executor=Stopping(KeyboardInterrupt()))
    assert not read_manifest(tmp_path).complete
    told: list[tuple[int, int]] = []
    again = perform(
        design, store=Store(tmp_path, manifest), workers=1, on_progress=lambda *numbers: told.append(numbers)
    )
    assert told[0] == (6, 12)
    assert without_nan(again) == without_nan(rows)
    assert read_manifest(tmp_path).complete


def test_an_interrupted_folder_ends_byte_equal_to_one_done_at_once(tmp_path: Path, design: Design) -> None:
    manifest = describe("compare", design)
    perform(design, store=Store(tmp_path / "once", manifest), workers=1)
    with pytest.raises(Interrupted):
        perform(design, store=Store(tmp_path / "twice", manifest), executor=Stopping(KeyboardInterrupt()))
    perform(design, store=Store(tmp_path / "twice", manifest), workers=1)
    for file in (REPLICATIONS, "manifest.json"):
        assert (tmp_path / "once" / file).read_bytes() == (tmp_path / "twice" / file).read_bytes()


def test_a_dead_worker_is_told_and_what_was_finished_is_kept(tmp_path: Path, design: Design) -> None:
    store = Store(tmp_path, describe("compare", design))
    with pytest.raises(SimcollectError, match=r"worker process died after 6 of 12 runs.*fewer --workers"):
        perform(design, store=store, executor=Stopping(BrokenProcessPool("killed")))
    assert len(Store(tmp_path, describe("compare", design)).finished) == 6


def test_a_finished_experiment_is_not_run_again(tmp_path: Path, design: Design, rows: list[Row]) -> None:
    manifest = describe("compare", design)
    store = Store(tmp_path, manifest)
    store.add(rows)
    store.close()
    nobody = Stopping(AssertionError("a run was started"))
    assert without_nan(perform(design, store=Store(tmp_path, manifest), executor=nobody)) == without_nan(rows)
    assert nobody.n_jobs == 0


def test_work_broken_off_ends_the_worker_processes_at_once(tiny: Scenario) -> None:
    def press_ctrl_c(n_finished: int, n_all: int) -> None:
        if n_finished:
            raise KeyboardInterrupt

    design = make_design(tiny, ["no_action"], 40)
    with pytest.raises(Interrupted):
        perform(design, workers=2, on_progress=press_ctrl_c)
    assert multiprocessing.active_children() == []
