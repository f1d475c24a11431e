"""Same seed, byte-equal log: in any process, in one piece or many, compiled or not."""

from __future__ import annotations

import os
import subprocess
import sys

import numpy as np
import pytest

from simcollect.engine import Simulation, simulate
from simcollect.scenario import Scenario
from tests.engine.runs import crowd

PROGRAM = """
import sys
from simcollect.engine import simulate
from simcollect.scenario import load
for strategy in sys.argv[1:]:
    print(simulate(load("tiny"), strategy, seed=77, replication=3).digest())
"""


def digests(strategies: list[str], **environment: str) -> list[str]:
    """Digests of runs of tiny in a process of their own."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, *strategies],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


def test_another_process_with_another_hash_seed_makes_the_same_log(tiny: Scenario) -> None:
    names = ["balanced", "settle_early"]
    here = [simulate(tiny, name, seed=77, replication=3).digest() for name in names]
    assert digests(names, PYTHONHASHSEED="12345") == here


def test_the_uncompiled_model_makes_the_same_log(tiny: Scenario) -> None:
    names = ["firm"]
    here = [simulate(tiny, name, seed=77, replication=3).digest() for name in names]
    assert digests(names, SIMCOLLECT_NUMBA="0") == here


@pytest.mark.slow
def test_the_uncompiled_model_makes_the_same_log_under_every_strategy(tiny: Scenario) -> None:
    names = list(tiny.strategies)
    here = [simulate(tiny, name, seed=77, replication=3).digest() for name in names]
    assert digests(names, SIMCOLLECT_NUMBA="0") == here


def test_a_run_in_ten_pieces_makes_the_log_of_a_run_in_one() -> None:
    scenario = crowd()
    whole = simulate(scenario, "busy")
    pieces = Simulation(scenario, "busy")
    for day in (1, 1, 2, 17, 18, 40, 63, 90, 119, 120):
        pieces.run(day)
        assert pieces.now == day * 1440
    assert pieces.log().first_difference(whole) is None


def test_a_log_read_half_way_is_the_beginning_of_the_whole() -> None:
    scenario = crowd()
    run = Simulation(scenario, "busy")
    run.run(60)
    half = run.arrays.rows().copy()
    run.run()
    whole = run.log().rows
    assert 0 < len(half) < len(whole)
    assert np.array_equal(whole[: len(half)], half)


def test_running_past_the_end_or_twice_adds_nothing(tiny: Scenario) -> None:
    run = Simulation(tiny, "firm")
    run.run(10_000)
    once = run.log()
    run.run()
    assert run.log() == once


def test_another_seed_or_replication_makes_another_log(tiny: Scenario) -> None:
    digests = {
        simulate(tiny, "balanced", seed=seed, replication=replication).digest()
        for seed in (1, 2)
        for replication in (0, 1)
    }
    assert len(digests) == 4


def test_strategies_of_one_scenario_make_different_logs_on_the_same_book(tiny: Scenario) -> None:
    logs = [simulate(tiny, name) for name in tiny.strategies]
    assert len({log.digest() for log in logs}) == len(logs)
    for log in logs[1:]:
        assert np.array_equal(log.accounts, logs[0].accounts)


def test_a_population_made_beforehand_gives_the_same_log(tiny: Scenario) -> None:
    from simcollect.population import build

    book = build(tiny, 4, 1)
    before = book.book.copy()
    assert simulate(tiny, "firm", seed=4, replication=1, population=book) == simulate(
        tiny, "firm", seed=4, replication=1
    )
    assert np.array_equal(book.book, before), "the book is read, never written"
