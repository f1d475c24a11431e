"""The kill test: the whole process group is killed at random moments, and nothing is lost, done twice or changed.

In full, 20 moments each with 1, 2 and 4 workers: ``pytest tests/sweep/test_kill.py``; a few with ``-m 'not slow'``.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from simcollect.sweep import Study
from simcollect.sweep.ledger import LEDGER, Ledger
from simcollect.sweep.status import PROGRESS
from tests.sweep.asked import SMALL, write

pytestmark = pytest.mark.skipif(os.name == "nt", reason="kills a process group as POSIX systems do")

TEXT = SMALL.replace("replications = 3", "replications = 8")
N_RUNS = 48
TABLES = ("results.parquet", "means.csv", "differences.csv", "manifest.json")
COMMAND = "import simcollect.cli.sweep; from simcollect.cli import main; main()"
PATIENCE_SECONDS = 300.0


def started(*words: str) -> subprocess.Popen[bytes]:
    """Start the command in a process group of its own."""
    return subprocess.Popen(
        [sys.executable, "-c", COMMAND, "sweep", *words],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Study:
    """What an uninterrupted run leaves."""
    folder = tmp_path_factory.mktemp("whole")
    assert started("run", str(write(folder, TEXT)), "--out", str(folder / "study"), "--workers", "1").wait() == 0
    return Study.open(folder / "study")


def killed_at(process: subprocess.Popen[bytes], began: Path, seconds: float) -> None:
    """Kill the group some seconds after the program began to run the model."""
    waited = time.monotonic()
    while not began.exists() and process.poll() is None:
        assert time.monotonic() - waited < PATIENCE_SECONDS
        time.sleep(0.005)
    time.sleep(seconds)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def kill_and_resume(folder: Path, whole: Study, n_workers: int, share: float) -> int:
    """Kill a sweep at a share of its time and go on; return how many runs it had finished."""
    out = folder / "study"
    process = started("run", str(write(folder, TEXT)), "--out", str(out), "--workers", str(n_workers))
    killed_at(process, out / PROGRESS, share * whole.status().seconds / min(n_workers, 2))
    with Ledger(out) as ledger:  # the operating system took the lock back
        before, failed = ledger.counts()
        assert failed == 0
    told: list[tuple[int, int]] = []
    study = Study.open(out)
    study.run(workers=n_workers, on_progress=lambda *numbers: told.append(numbers))
    # Each run counts once when it is done: the sum would pass the number of runs were one done again.
    assert told[0] == (before, N_RUNS)
    assert told[-1] == (N_RUNS, N_RUNS)
    for name in TABLES:
        assert (study.folder / name).read_bytes() == (whole.folder / name).read_bytes()
    assert (study.folder / LEDGER).exists()
    return before


@pytest.mark.parametrize(("n_workers", "moment"), [(1, 0), (2, 1), (2, 2)])
def test_a_killed_sweep_goes_on_to_the_same_bytes(tmp_path: Path, whole: Study, n_workers: int, moment: int) -> None:
    share = float(np.random.default_rng([7, moment]).uniform(0.1, 0.9))
    assert 0 <= kill_and_resume(tmp_path, whole, n_workers, share) <= N_RUNS


@pytest.mark.slow
@pytest.mark.parametrize("n_workers", [1, 2, 4])
def test_twenty_kills_at_random_moments_change_nothing(tmp_path: Path, whole: Study, n_workers: int) -> None:
    shares = np.random.default_rng([11, n_workers]).uniform(0.0, 1.0, 20)
    finished = []
    for moment, share in enumerate(shares):
        folder = tmp_path / str(moment)
        folder.mkdir()
        finished.append(kill_and_resume(folder, whole, n_workers, float(share)))
    assert len(set(finished)) > 3  # the moments were spread over the sweep


@pytest.mark.slow
def test_a_sweep_killed_again_and_again_still_ends(tmp_path: Path, whole: Study) -> None:
    out = tmp_path / "study"
    moments = np.random.default_rng(13)
    words = ["run", str(write(tmp_path, TEXT)), "--out", str(out), "--workers", "2"]
    for _ in range(6):
        killed_at(started(*words), out / PROGRESS, float(moments.uniform(0.0, 0.3)) * whole.status().seconds)
        words = ["resume", str(out), "--workers", "2"]
    assert started("resume", str(out), "--workers", "2").wait() == 0
    for name in TABLES:
        assert (out / name).read_bytes() == (whole.folder / name).read_bytes()


def test_worker_processes_end_when_only_their_parent_is_killed(tmp_path: Path) -> None:
    psutil = pytest.importorskip("psutil")
    out = tmp_path / "study"
    process = started("run", str(write(tmp_path, TEXT)), "--out", str(out), "--workers", "2")
    waited = time.monotonic()
    while not (workers := psutil.Process(process.pid).children(recursive=True)) or len(workers) < 3:
        assert process.poll() is None
        assert time.monotonic() - waited < PATIENCE_SECONDS
        time.sleep(0.02)
    time.sleep(4.0)
    process.kill()
    process.wait()
    _, alive = psutil.wait_procs(workers, timeout=30.0)
    assert alive == []
