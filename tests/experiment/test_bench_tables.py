from __future__ import annotations

import numpy as np
import pytest

from simcollect.engine import simulate
from simcollect.experiment.bench_tables import measure_tables, tiled
from simcollect.outcomes.tables import all_tables
from simcollect.scenario import load


def test_a_repeated_log_is_in_order_and_doubles_every_count() -> None:
    log = simulate(load("tiny"), "balanced")
    twice = tiled(log, len(log) + 1)
    assert len(twice) == 2 * len(log)
    assert (np.diff(twice.rows["at"]) >= 0).all()
    assert len(np.unique(twice.accounts["account_id"])) == 2 * len(log.accounts)
    once, doubled = all_tables(log), all_tables(twice)
    for name in ("bucket_positions", "roll_flows", "stage_flow", "contact_funnel", "promises", "by_day"):
        counts = [column for column in once[name].columns if column.startswith("n_")]
        assert (doubled[name][counts] == 2 * once[name][counts]).all().all(), name


@pytest.mark.slow
def test_a_measurement_tells_seconds_and_bytes() -> None:
    seconds, peak = measure_tables(1)
    assert seconds > 0.0
    assert peak > 2**20
