"""Small books for the tests of this room."""

from __future__ import annotations

from simcollect.scenario import Scenario, load
from simcollect.scenario.variation import varied
from tests.engine.runs import staffed


def small(headcount: int | str = 2, n_stock: int = 150, horizon: int = 90, **changes: object) -> Scenario:
    """A synthetic part of the Taiwan cards: stock only, a quarter of a year."""
    pools = {
        f"capacity.pools.{pool}.headcount": table["headcount"]
        for pool, table in staffed(headcount)["capacity"]["pools"].items()
    }
    return varied(
        load("cards_taiwan"),
        {
            "portfolio.n_stock": n_stock,
            "portfolio.flow_per_month": 0,
            "run.horizon_days": horizon,
            "run.reading_days": sorted({30, horizon}),
            **pools,
            **changes,
        },
    )
