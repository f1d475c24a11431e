from __future__ import annotations

import json
import math
import sqlite3
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from scipy.stats import t as student_t

from simcollect.core.errors import InputError, SimcollectError
from simcollect.engine import simulate
from simcollect.experiment.comparison import compared
from simcollect.experiment.design import make_design
from simcollect.experiment.manifest import describe
from simcollect.experiment.run import Interrupted
from simcollect.experiment.run import perform as perform_design
from simcollect.scenario.variation import varied
from simcollect.sweep import Study, read_experiment, work
from simcollect.sweep.ledger import LEDGER
from simcollect.sweep.manifest import MANIFEST
from simcollect.sweep.points import point_of
from simcollect.sweep.request import HOME, REQUEST
from simcollect.sweep.results import stops_for_precision
from simcollect.sweep.shards import read_shard, shard_names
from simcollect.sweep.tables import DERIVED
from tests.sweep.asked import DAY, FATIGUE, N_RUNS, SMALL, asked, finished, write

TABLES = ("results.parquet", "means.csv", "differences.csv", "manifest.json")


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Study:
    """A finished study; tests only read it."""
    return finished(tmp_path_factory.mktemp("small"))


def same_tables(one: Path, other: Path) -> bool:
    return all((one / name).read_bytes() == (other / name).read_bytes() for name in TABLES)


class Counting(ThreadPoolExecutor):
    """Counts the jobs; stops the user's patience after some."""

    def __init__(self, patience: int = 10**9) -> None:
        super().__init__(1)
        self.n_jobs, self.patience = 0, patience

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        self.n_jobs += 1
        if self.n_jobs > self.patience:
            raise KeyboardInterrupt
        return super().submit(fn, *args, **kwargs)


def test_results_have_a_row_for_each_point_strategy_replication_and_day(small: Study) -> None:
    results = small.results()
    assert len(results) == 4 * 2 * 3 * 2
    assert list(results.columns[:7]) == ["point", DAY, FATIGUE, "strategy", "replication", "day", "digest"]
    assert not results.duplicated(["point", "strategy", "replication", "day"]).any()
    assert "incremental_net_share" in results


def test_a_row_is_what_the_engine_gives_at_its_point(small: Study) -> None:
    rows = small.results().query("strategy == 'firm' and replication == 2").set_index("point")
    for point, text in enumerate(small.request.points):
        log = simulate(varied(small.request.scenario, point_of(text)), "firm", replication=2)
        assert set(rows.loc[point, "digest"]) == {log.digest()}


def test_a_point_s_numbers_are_those_that_compare_gives(small: Study) -> None:
    scenario = small.scenario_at(3)
    design = make_design(scenario, ["no_action", "firm"], 3)
    comparison = compared(describe("compare", design), "no_action", "TWD", 100, perform_design(design, workers=1))
    wanted = comparison.difference("net_recovery_share", "firm")
    assert wanted is not None
    found = small.differences(["net_recovery_share"], reference="no_action").query("point == 3").iloc[0]
    assert (found["mean"], found["low"], found["high"]) == (wanted.mean, wanted.low, wanted.high)


def test_a_twin_shared_by_points_stands_at_each_of_them(small: Study) -> None:
    twins = small.results().query("strategy == 'no_action'")
    by_fatigue = twins.groupby([FATIGUE, "replication", "day"])["digest"].nunique()
    assert set(by_fatigue) == {1}
    assert len(twins) == 4 * 3 * 2


def test_a_surface_has_a_lever_a_side_and_the_mean_in_each_cell(small: Study) -> None:
    surface = small.surface("net_recovery_share", DAY, FATIGUE)
    means = small.means(["net_recovery_share"]).query("strategy == 'no_action'").set_index([DAY, FATIGUE])["mean"]
    assert list(surface.index) == [60, 75]
    assert list(surface.columns) == [0.2, 0.5]
    assert surface.loc[75, 0.5] == means[75, 0.5]


def test_two_processes_and_threads_leave_the_same_bytes_as_one_process(tmp_path: Path, small: Study) -> None:
    two = Study.create(asked(tmp_path), tmp_path / "two")
    two.run(workers=2)
    assert same_tables(two.folder, small.folder)
    threads = Study.create(asked(tmp_path), tmp_path / "threads")
    with ThreadPoolExecutor(3) as executor:
        threads.run(executor=executor)
    assert same_tables(threads.folder, small.folder)


def test_a_study_is_made_of_an_experiment_as_read_too(tmp_path: Path) -> None:
    request, experiment = asked(tmp_path), read_experiment(write(tmp_path))
    assert Study.create(experiment, tmp_path / "study").request.digest == request.digest


def test_ctrl_c_keeps_what_is_finished_and_the_rest_leaves_the_same_bytes(tmp_path: Path, small: Study) -> None:
    study = Study.create(asked(tmp_path), tmp_path / "study")
    told: list[tuple[int, int]] = []

    def press(n_ended: int, n_all: int) -> None:
        if n_ended >= 7:
            raise KeyboardInterrupt

    with pytest.raises(Interrupted) as stopped:
        study.run(workers=1, on_progress=press)
    assert stopped.value.n_finished == 8
    assert study.status().finished == 8
    assert study.status().left == N_RUNS - 8
    assert len(study.results()) > 0
    Study.open(study.folder).run(workers=1, on_progress=lambda *numbers: told.append(numbers))
    assert told[0] == (8, N_RUNS)
    assert told[-1] == (N_RUNS, N_RUNS)
    assert same_tables(study.folder, small.folder)


def test_a_finished_study_starts_no_run_again(small: Study) -> None:
    executor = Counting()
    small.run(executor=executor)
    assert executor.n_jobs == 0


def test_a_failing_run_is_kept_with_seed_and_command_and_the_others_go_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, small: Study
) -> None:
    plain = simulate

    def fails(scenario: Any, strategy: str, **given: Any) -> Any:
        if strategy == "firm" and given["replication"] == 1 and scenario.strategies["firm"].late.enter_dpd == 75:
            raise ValueError("a negative balance")
        return plain(scenario, strategy, **given)

    with monkeypatch.context() as patch:
        patch.setattr(work, "simulate", fails)
        study = finished(tmp_path)
    assert (study.status().finished, study.status().failed, study.status().left) == (N_RUNS - 2, 2, 0)
    failures = study.failures()
    assert set(failures["error"]) == {"ValueError: a negative balance"}
    assert set(failures["seed"]) == {5}
    assert failures[DAY].tolist() == [75, 75]
    command = failures["replay"].iloc[0]
    assert command.startswith("simcollect sweep replay study ")
    use, replication = study.find(command.split()[-1])
    assert (use.strategy, replication, use.point) == ("firm", 1, failures["point"].iloc[0])
    assert pd.read_csv(study.folder / "failures.csv")["replay"].iloc[0] == command
    assert len(study.results().query("strategy == 'firm' and replication == 1")) == 2 * 2
    assert set(study.means(["kept_share"]).query("strategy == 'firm'")["n"]) == {2, 3}
    study.run(workers=1)  # goes on with what is left, and a failed run is not
    assert study.status().failed == 2
    study.run(workers=1, retry_failed=True)
    assert study.status().failed == 0
    assert not (study.folder / "failures.csv").exists()
    assert same_tables(study.folder, small.folder)


def test_a_corrupt_shard_is_told_and_done_again_to_the_same_bytes(tmp_path: Path, small: Study) -> None:
    study = finished(tmp_path)
    (name,) = shard_names(study.folder)
    path = study.folder / "shards" / name
    path.write_bytes(path.read_bytes()[:-40])
    study.run(workers=1)
    assert "is damaged" in study.notes[0]
    assert same_tables(study.folder, small.folder)


def test_more_replications_run_only_the_new_ones(tmp_path: Path, small: Study) -> None:
    study = finished(tmp_path)
    told: list[tuple[int, int]] = []
    longer = study.with_more(replications=4)
    longer.run(workers=1, on_progress=lambda *numbers: told.append(numbers))
    assert told[0] == (N_RUNS, N_RUNS + 6)
    at_once = Study.create(asked(tmp_path, SMALL.replace("replications = 3", "replications = 4")), tmp_path / "once")
    at_once.run(workers=1)
    pd.testing.assert_frame_equal(longer.results(), at_once.results())


def test_a_drawn_design_is_extended_to_the_points_that_a_larger_one_has(tmp_path: Path) -> None:
    text = SMALL.replace("[60, 75]", "{ low = 60, high = 90 }").replace('"no_action", ', "")
    text = text.replace("replications = 3", "replications = 1") + '\n[design]\nkind = "sobol"\nn = 2\n'
    longer = finished(tmp_path, text).with_more(n_points=4)
    assert longer.request.points == asked(tmp_path, text.replace("n = 2", "n = 4")).points
    with pytest.raises(InputError, match="Expected more than there are: 4"):
        longer.with_more(n_points=4)


def test_parts_of_three_machines_put_together_are_the_study_of_one(tmp_path: Path, small: Study) -> None:
    folders = []
    for number in (1, 2, 3):
        part = Study.create(asked(tmp_path), tmp_path / f"part{number}", (number, 3))
        part.run(workers=1)
        assert part.status().left == 0
        assert not (part.folder / "results.parquet").exists()
        folders.append(part.folder)
    whole = Study.create(asked(tmp_path), tmp_path / "whole")
    whole.merge(folders[:2])
    assert whole.status().left > 0
    told = whole.merge([*folders, folders[0]])
    assert told[-1].endswith("0 runs taken over.")
    assert same_tables(whole.folder, small.folder)


def test_folders_of_another_request_are_not_merged(tmp_path: Path, small: Study) -> None:
    other = finished(tmp_path, SMALL.replace("seed = 5", "seed = 6"))
    whole = Study.create(small.request, tmp_path / "whole")
    with pytest.raises(InputError, match="holds another study: scenario and seed and accounts differ"):
        whole.merge([small.folder, other.folder])
    with pytest.raises(InputError, match="holds another study"):
        Study.merged([small.folder, other.folder], tmp_path / "new")
    (tmp_path / "spoilt").mkdir()
    spoilt = Study.create(asked(tmp_path / "spoilt"), tmp_path / "spoilt" / "study")
    (spoilt.folder / LEDGER).write_bytes(b"no ledger" * 100)
    with pytest.raises(InputError, match="is damaged"):
        Study.merged([small.folder, spoilt.folder], tmp_path / "new")
    assert not (tmp_path / "new").exists()


def test_another_study_in_the_folder_is_refused_and_files_of_others_too(tmp_path: Path, small: Study) -> None:
    with pytest.raises(InputError, match="holds another study: points, strategies, replications or outcomes differ"):
        Study.create(asked(tmp_path, SMALL.replace("[60, 75]", "[60, 90]")), small.folder)
    with pytest.raises(InputError, match="holds files but no"):
        Study.create(small.request, tmp_path)


def test_a_study_killed_before_its_request_was_written_is_begun_again_and_strangers_are_still_refused(
    tmp_path: Path, small: Study
) -> None:
    whole = tmp_path / "whole"
    Study.create(small.request, whole)
    written = sorted(path.name for path in whole.iterdir() if path.stat().st_size)
    assert written == ["experiment.toml", MANIFEST, REQUEST, HOME]
    # In the order in which they are written.
    for left in ([], [MANIFEST], [MANIFEST, HOME], [MANIFEST, HOME, "experiment.toml"]):
        folder = tmp_path / f"killed{len(left)}"
        folder.mkdir()
        for name in left:
            (folder / name).write_bytes((whole / name).read_bytes())
        (folder / f".{REQUEST if left else MANIFEST}.partial").write_text("{", encoding="utf-8")
        assert Study.create(small.request, folder).request.digest == small.request.digest
        assert (folder / REQUEST).is_file()
    (folder / REQUEST).unlink()
    (folder / "thesis.docx").write_text("mine", encoding="utf-8")
    with pytest.raises(InputError, match=r"holds files but no request\.json \(thesis\.docx\)"):
        Study.create(small.request, folder)
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "experiment.toml").write_text("# my own", encoding="utf-8")
    with pytest.raises(InputError, match=r"holds files but no request\.json \(experiment\.toml\)"):
        Study.create(small.request, tmp_path / "mine")


def test_a_study_begun_with_other_sources_is_not_gone_on_with(tmp_path: Path) -> None:
    study = finished(tmp_path)
    path = study.folder / "request.json"
    content = json.loads(path.read_text())
    content["made_by"]["libraries"] = "numpy 1.0"
    path.write_text(json.dumps(content))
    with pytest.raises(InputError, match=r"was begun with other libraries: numpy 1\.0"):
        Study.open(study.folder).run(workers=1)
    assert len(Study.open(study.folder).results()) == 48


def test_precision_adds_replications_where_they_are_needed_and_stops(tmp_path: Path, small: Study) -> None:
    text = SMALL.replace("replications = 3", "replications = 10\nprecision = { net_recovery_share = 0.03 }\nmost = 15")
    study = finished(tmp_path, text)
    found = study.means(["net_recovery_share"])
    longer = pd.concat([found["high"] - found["mean"], found["mean"] - found["low"]], axis=1).max(axis=1)
    assert ((longer <= 0.03) | (found["n"] == 15)).all()
    assert found["n"].max() > 10
    # Stopping for the width is paid for by a fifth of the 5 %: the interval is that of 96 %.
    row = found[found["strategy"] == "firm"].iloc[0]
    runs = study.results().query("point == @row.point and strategy == 'firm' and day == @row.day")
    reach = float(student_t.isf(0.02, row["n"] - 1)) * runs["net_recovery_share"].std() / math.sqrt(row["n"])
    assert min(row["high"] - row["mean"], row["mean"] - row["low"]) == pytest.approx(reach)
    shards, tables = shard_names(study.folder), [(study.folder / name).read_bytes() for name in TABLES]
    executor = Counting()
    study.run(executor=executor)
    assert executor.n_jobs == 0
    assert shard_names(study.folder) == shards
    assert [(study.folder / name).read_bytes() for name in TABLES] == tables
    whole, _ = Study.merged([study.folder], tmp_path / "whole")
    assert same_tables(whole.folder, study.folder)
    # Taken up again where almost all is done, it says so: the runs beyond the first ten are part of all.
    n_all = study.status().all
    for taken in ("replication = 14", "replication = 9"):
        with closing(sqlite3.connect(study.folder / LEDGER)) as ledger:
            n_taken = ledger.execute(f"DELETE FROM task WHERE {taken}").rowcount
            ledger.commit()
        told: list[tuple[int, int]] = []
        study.run(workers=1, on_progress=lambda *numbers, told=told: told.append(numbers))  # type: ignore[misc]
        # Of the first ten one is missing: what comes behind them is not counted before it is asked for.
        every = n_all if "14" in taken else told[0][1]
        assert told[0] == (every - n_taken, every)
        assert all(0 <= ended <= of for ended, of in told)
        assert told[-1] == (n_all, n_all)
        assert study.status().left == 0
    assert same_tables(whole.folder, study.folder)


def test_precision_is_judged_on_the_last_day_of_each_point(small: Study) -> None:
    request = replace(small.request, precision={"kept_share": 0.01}, most=100)
    noisy = [0.1 * (number % 3) for number in range(10)]
    rows = [(point, "firm", day, value) for point, day in ((0, 90), (1, 180)) for value in noisy]
    results = pd.DataFrame(rows, columns=["point", "strategy", "day", "kept_share"])
    assert stops_for_precision(request, results, 10) == {0: 20, 1: 20}
    assert stops_for_precision(replace(request, precision={"kept_share": 0.2}), results, 10) == {}


class Breaking(Executor):
    """Does two jobs; then a worker dies."""

    def __init__(self) -> None:
        self.n_jobs = 0

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        self.n_jobs += 1
        if self.n_jobs <= 2:
            future.set_result(fn(*args))
        else:
            future.set_exception(BrokenProcessPool("killed"))
        return future


def test_an_executor_that_breaks_down_is_told_and_what_was_finished_is_kept(tmp_path: Path) -> None:
    study = Study.create(asked(tmp_path), tmp_path / "study")
    with pytest.raises(SimcollectError, match=r"The executor broke down .* Finished runs are kept"):
        study.run(executor=Breaking())
    assert study.status().finished == 4


def test_no_file_of_a_study_is_a_pickle_and_none_is_left_half_written(small: Study) -> None:
    endings = {path.suffix for path in small.folder.rglob("*") if path.is_file()}
    assert endings <= {".json", ".toml", ".txt", ".csv", ".parquet", ".sqlite", ".sqlite-journal"}
    assert not [path for path in small.folder.rglob(".*") if path.is_file()]
    assert all(read_shard(small.folder, name).num_rows for name in shard_names(small.folder))
    assert {name for name in DERIVED if (small.folder / name).exists()} == set(DERIVED) - {"failures.csv"}


def test_unknown_names_are_told_with_those_known(small: Study) -> None:
    with pytest.raises(InputError, match='Did you mean "kept_share"'):
        small.means(["kept_shar"])
    with pytest.raises(InputError, match="not a known strategy"):
        small.differences(reference="gentle")
    with pytest.raises(InputError, match="not a known place"):
        small.surface("kept_share", "strategies.firm.late.enter", FATIGUE)
    with pytest.raises(InputError, match="Outcomes were read on days 90, 180"):
        small.means(day=91)
