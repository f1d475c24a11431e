from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from simcollect.experiment.workers import Specification
from simcollect.scenario import Scenario
from simcollect.sweep import Study, perform
from simcollect.sweep.plan import Job, Plan
from simcollect.sweep.work import Done, do
from tests.sweep.asked import N_RUNS, asked, finished


def dies_at_point_2(specification: Specification, job: Job) -> list[Done]:
    if job.point == 2 and job.replication == 1:
        os._exit(9)
    return do(specification, job)


def test_a_job_that_kills_its_worker_is_given_up_and_all_others_are_done(tmp_path: Path) -> None:
    study = Study.create(asked(tmp_path), tmp_path / "study")
    found = study.run(workers=2, work=dies_at_point_2)
    assert (found.finished, found.failed, found.left) == (N_RUNS - 1, 1, 0)
    failure = study.failures().iloc[0]
    assert "worker process died under it 3 times" in failure["error"]
    assert failure["replication"] == 1


def test_jobs_are_taken_one_by_one_and_not_all_at_the_start(tmp_path: Path, tiny: Scenario) -> None:
    plan = Plan(asked(tmp_path))
    taken: list[int] = []
    ahead: list[int] = []

    def jobs() -> object:
        for job in plan.jobs():
            taken.append(job.replication)
            yield job

    perform.perform(
        Specification(tiny.model_dump_json(), ()),
        jobs(),  # type: ignore[arg-type]
        lambda runs: ahead.append(len(taken)),
        n_workers=1,
    )
    assert ahead == list(range(1, 13))


@pytest.mark.slow
def test_a_cluster_that_loses_a_worker_gives_the_same_bytes(tmp_path: Path) -> None:
    distributed = pytest.importorskip("distributed")
    one = finished(tmp_path)
    folder = tmp_path / "cluster"
    folder.mkdir()
    with (
        distributed.LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None) as cluster,
        distributed.Client(cluster) as client,
    ):
        first = next(iter(client.run(os.getpid).values()))
        killed: list[float] = []

        def kill_a_worker(n_ended: int, n_all: int) -> None:
            if n_ended >= 4 and not killed:
                killed.append(time.monotonic())
                os.kill(first, 9)

        study = Study.create(asked(tmp_path), folder / "study")
        study.run(executor=client.get_executor(), on_progress=kill_a_worker)
        assert killed
    for name in ("results.parquet", "means.csv", "differences.csv", "manifest.json"):
        assert (study.folder / name).read_bytes() == (one.folder / name).read_bytes()
