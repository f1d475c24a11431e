"""The book of a scenario file: the public face of the room."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from simcollect.population import build
from simcollect.scenario import load

SCENARIO = """
[portfolio]
source = "real"
n_stock = 40
flow_per_month = "observed"
minimum_floor = 1000.0
segments = { by = "limit", names = ["small", "medium", "large"], up_to = [50000.0, 200000.0] }
zones = { "Asia/Taipei" = 0.9, "Asia/Tokyo" = 0.1 }

[portfolio.real]
file = "taiwan_cards"
layout = "taiwan_cards"
missing = "impute_median"
impute = ["age"]

[capacity]
events = [{ kind = "inflow", day = 60, days = 30, factor = 2.0 }]

[economics]
currency = "TWD"

[strategies.no_action]

[run]
start_date = 2005-09-01
horizon_days = 200
seed = 11
time_zone = "Asia/Taipei"
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "cards.toml"
    path.write_text(SCENARIO, encoding="utf-8")
    return path


def test_a_scenario_gives_its_book(file: Path) -> None:
    population = build(load(file))
    assert population.segments == ("small", "medium", "large")
    assert population.zones == load(file).zone_names
    assert set(np.unique(population.book["zone"])) <= {
        population.zones.index("Asia/Taipei"),
        population.zones.index("Asia/Tokyo"),
    }
    assert int(np.sum(population.book["arrives_at"] == 0)) == 40
    day = population.book["arrives_at"] // 1440
    assert day.max() < 200
    usual = population.report.flow_per_month / 30.4375
    assert int(np.sum(day > 0)) == round(usual * 199) + round(usual * 30)


def test_the_scenarios_own_seed_is_used_unless_another_is_given(file: Path) -> None:
    scenario = load(file)
    assert build(scenario).digest() == build(scenario, seed=11).digest() != build(scenario, seed=12).digest()


def test_a_file_is_looked_for_beside_the_scenario(file: Path) -> None:
    (file.parent / "mine.csv").write_text("balance,dpd\n1000,5\n2000,40\n", encoding="utf-8")
    text = SCENARIO.replace('file = "taiwan_cards"', 'file = "mine.csv"').replace("taiwan_cards", "columns")
    text = text.replace('"observed"', "0.0").replace('impute = ["age"]', "").replace("n_stock = 40", 'n_stock = "all"')
    file.write_text(text, encoding="utf-8")
    assert len(build(load(file))) == 2


@pytest.mark.parametrize("compiled", ["1", "0"])
def test_another_process_makes_the_same_book_compiled_or_not(file: Path, compiled: str) -> None:
    program = (
        "import sys; from simcollect.population import build; from simcollect.scenario import load\n"
        "print(build(load(sys.argv[1]), replication=3).digest())\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(file)],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "SIMCOLLECT_NUMBA": compiled},
    )
    assert done.stdout.strip() == build(load(file), replication=3).digest()
