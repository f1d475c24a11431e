"""The log grows in time: no transition ever writes past the end of its page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from simcollect.engine import Simulation, contract
from simcollect.stages.case import PAGE_ROWS
from tests.engine.runs import Table, crowd, staffed

KERNELS = ("happen", "block", "withdraw", "take_up", "complete", "note", "close_books")
HOURS = {pool: {"shift_start": "11:00", "shift_end": "12:00"} for pool in ("callers", "negotiators")}
CALLS = [{"action": "call", "day": 0, "repeat_days": 1, "maximum": 60}]
QUEUE_UP: Table = {
    "run": {"horizon_days": 12},
    "portfolio": {"n_stock": 4500, "flow_per_month": 0.0},
    "strategies": {
        "busy": {
            "early": {"enter_dpd": 0, "steps": CALLS},
            "mid": {"enter_dpd": 500},
            "late": {"enter_dpd": 500},
            "final": {"enter_dpd": 500, "disposal": "none"},
        }
    },
    "capacity": {"pools": HOURS},
    "rules": {"calls_per_7_days": 1},
}
"""Everybody queues overnight and is taken up, or blocked, within one minute."""
CRISIS: Table = {"run": {"horizon_days": 200}, "portfolio": {"n_stock": 200, "penalty_rate": 0.1}}


@pytest.mark.parametrize("change", [QUEUE_UP, CRISIS], ids=["queue_up", "crisis"])
def test_every_call_finds_room_for_its_rows(change: Table) -> None:
    simulation = Simulation(crowd(staffed("unlimited"), change), "busy")
    page = simulation.arrays.page[0]
    most, fullest, written = 0, 0, 0

    def watched(kernel: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any) -> Any:
            nonlocal most, fullest, written
            before = int(page["n_rows"])
            result = kernel(*args)
            after = int(page["n_rows"])
            most, fullest, written = max(most, after - before), max(fullest, after), written + after - before
            return result

        return call

    for name in KERNELS:
        setattr(simulation.kernels, name, watched(getattr(simulation.kernels, name)))
    simulation.run()
    assert 4 <= most <= contract.ROWS_PER_CALL
    assert contract.ROWS_PER_CALL < fullest <= PAGE_ROWS
    if change is QUEUE_UP:
        assert written > PAGE_ROWS, "the page was turned"
    assert len(simulation.log()) == written, "and no row was lost in turning"
