"""Scenarios that the tests of this room run, and changed copies of them."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

import numpy as np

from simcollect.core.codes import EventKind
from simcollect.core.eventlog import EventLog
from simcollect.engine import simulate
from simcollect.engine.policy import Policy
from simcollect.scenario import Scenario, load
from simcollect.scenario.reading import read_document, scenario_path

Table = dict[str, Any]

POOLS = ("callers", "negotiators", "legal_officers", "settlement_desk")
STRATEGIES = ("no_action", "gentle", "balanced", "firm", "settle_early")


def packaged(name: str) -> Table:
    """The document of a packaged scenario, to be changed at will."""
    return copy.deepcopy(dict(read_document(scenario_path(name))))


def merged(*tables: Mapping[str, Any]) -> Table:
    """Tables laid over each other, the last on top."""
    result: Table = {}
    for table in tables:
        for key, value in table.items():
            both = isinstance(value, Mapping) and isinstance(result.get(key), Mapping)
            result[key] = merged(result[key], value) if both else value
    return result


def staffed(headcount: int | str) -> Table:
    """The same headcount in every pool."""
    return {"capacity": {"pools": {pool: {"headcount": headcount} for pool in POOLS}}}


BUSY: Table = {
    "early": {
        "enter_dpd": 1,
        "steps": [
            {"action": "sms", "day": 0, "repeat_days": 5, "maximum": 4},
            {"action": "email", "day": 2},
            {"action": "automated_call", "day": 1, "repeat_days": 4, "maximum": 3},
            {"action": "call", "day": 1, "repeat_days": 2, "maximum": 12},
        ],
    },
    "mid": {
        "enter_dpd": 20,
        "plan_offered": True,
        "steps": [
            {"action": "case_analysis", "day": 1},
            {"action": "negotiation_call", "day": 1, "repeat_days": 2, "maximum": 20},
            {"action": "visit", "day": 4, "repeat_days": 9, "maximum": 3},
        ],
    },
    "late": {
        "enter_dpd": 60,
        "accelerate": True,
        "assess": True,
        "letter_day": 1,
        "suit_day": 5,
        "enforce": True,
        "add_costs": True,
        "mark_credit_record": True,
        "keep_negotiating": True,
    },
    "final": {
        "enter_dpd": 90,
        "offers": [
            {"day": 2, "discount_share": 0.2, "waive_share": 1.0, "instalments": 1, "expiry_days": 10},
            {"day": 20, "discount_share": 0.4, "waive_share": 1.0, "instalments": 4, "expiry_days": 10},
        ],
        "disposal": "sell",
        "disposal_dpd": 200,
        "closing_record": True,
    },
    "restoration": {"care_call": True, "fee_goodwill_share": 0.5, "credit_rebuild": True, "delay_days": 3},
    "escalation": {"refusals": 3, "broken_promises": 2, "plan_broken": True},
}
"""A strategy that does everything, and often."""

CROWD: Table = {
    "run": {"start_date": "2005-09-01", "horizon_days": 120, "seed": 5, "time_zone": "Asia/Taipei"},
    "portfolio": {
        "source": "synthetic",
        "n_stock": 60,
        "flow_per_month": 15.0,
        "synthetic": {
            "marginals": {
                "balance": {"family": "lognorm", "params": [0.8, 0.0, 30_000.0]},
                "dpd": {"family": "table", "quantiles": [1.0, 10.0, 30.0, 70.0, 150.0]},
                "age": {"family": "uniform", "params": [20.0, 50.0]},
            }
        },
        "minimum_floor": 1000.0,
    },
    "strategies": {"busy": BUSY, "nothing": {}},
    **staffed(1),
}
"""Sixty synthetic borrowers and too few staff for them, four months."""


def crowd(*changes: Table) -> Scenario:
    """The crowd with changes laid over it."""
    import datetime as dt

    document = merged(CROWD, *changes)
    document["run"]["start_date"] = dt.date.fromisoformat(str(document["run"]["start_date"]))
    return load(document)


def run(document: Table | Scenario, strategy: str | Policy, **options: Any) -> EventLog:
    """The log of one replication."""
    scenario = document if isinstance(document, Scenario) else load(document)
    return simulate(scenario, strategy, **options)


def rows_of(log: EventLog, *kinds: EventKind) -> np.ndarray[Any, Any]:
    """The rows of some kinds, in order."""
    return log.rows[np.isin(log.rows["kind"], kinds)]


STAFF = (
    EventKind.STAFFED,
    EventKind.WORK_QUEUED,
    EventKind.WORK_STARTED,
    EventKind.WORK_ENDED,
    EventKind.WORK_WITHDRAWN,
)


def life(log: EventLog, without: tuple[EventKind, ...] = ()) -> list[tuple[int, ...]]:
    """Everything that happened to accounts but some kinds: minute, key fields, amount."""
    rows = log.rows[~np.isin(log.rows["kind"], without) & (log.rows["account"] >= 0)]
    return rows[["at", "account", "kind", "detail", "amount_cents", "value"]].tolist()
