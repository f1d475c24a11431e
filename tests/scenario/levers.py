"""A strategy in which every lever has an effect, and the same with one lever moved."""

from __future__ import annotations

import datetime as dt
from typing import Any, get_args

from pydantic.fields import FieldInfo

from simcollect.scenario import Levers, Scenario, Strategy, load
from simcollect.scenario.explain.levers import paths
from simcollect.scenario.kinds import kind_of, words_of
from simcollect.scenario.strategy import Offer, Step

ALL = list(paths())

BUSY: dict[str, Any] = {
    "early": {
        "enter_dpd": 2,
        "tone": "gentle",
        "steps": [
            {"action": "sms", "day": 1, "repeat_days": 7, "maximum": 3},
            {"action": "call", "day": 4, "repeat_days": 4, "maximum": 5},
        ],
        "grace_days_low": 11,
        "grace_days_medium": 9,
        "grace_days_high": 5,
        "caller": "automated_until",
        "automated_until_day": 8,
        "channel_rule": "as_listed",
    },
    "mid": {
        "enter_dpd": 33,
        "enter_after_days": 29,
        "tone": "neutral",
        "steps": [
            {"action": "case_analysis", "day": 1},
            {"action": "negotiation_call", "day": 2, "repeat_days": 6, "maximum": 13},
            {"action": "visit", "day": 35},
        ],
        "visit_min_balance": 31000.0,
        "plan_offered": True,
        "plan_affordability_share": 0.45,
        "plan_max_months": 17,
        "plan_down_payment_share": 0.08,
        "plan_interest_waived_share": 0.3,
    },
    "follow_up": {
        "promise_max_days": 10,
        "broken_promise_call_days": 2,
        "plan_check_days": 4,
        "max_missed_instalments": 2,
    },
    "late": {
        "enter_dpd": 95,
        "enter_after_days": 58,
        "accelerate": True,
        "assess": True,
        "assess_day": 6,
        "min_balance": 15000.0,
        "min_net_yield": 2000.0,
        "letter_day": 7,
        "suit_day": 36,
        "enforce": True,
        "add_costs": True,
        "mark_credit_record": True,
        "keep_negotiating": True,
        "hold_vulnerable": True,
    },
    "final": {
        "enter_dpd": 187,
        "enter_after_days": 81,
        "offers": [
            {"stage": "late", "day": 12, "discount_share": 0.1, "waive_share": 0.7, "instalments": 1},
            {
                "stage": "final",
                "day": 61,
                "discount_share": 0.25,
                "waive_share": 1.0,
                "instalments": 6,
                "longer_instalments": [12, 24],
            },
        ],
        "random_days": 3,
        "min_balance": 900.0,
        "offers_after_break": False,
        "disposal": "sell",
        "disposal_dpd": 541,
        "disposal_random_days": 47,
        "disposal_share": 0.85,
        "closing_record": True,
    },
    "restoration": {
        "from_stage": "mid",
        "care_call": True,
        "fee_goodwill_share": 0.15,
        "credit_rebuild": True,
        "reopen_line": True,
        "delay_days": 19,
        "min_margin": 1100.0,
    },
    "escalation": {
        "refusals": 4,
        "broken_promises": 3,
        "attempts_without_reach": 21,
        "plan_broken": True,
        "balance_floor": 5200.0,
        "dispute_hold_days": 28,
        "hardship_hold_days": 44,
    },
    "stop": {"max_attempts": 66, "after_dpd": 410, "min_balance": 210.0},
    "work": {"priority": "largest", "routing": "best_to_riskiest", "review": "at_once"},
}
"""Every lever away from what it would be if nothing were said, and all of them in force."""


def busy_scenario() -> Scenario:
    """A scenario of one borrower without rules, and the strategy in which every lever has an effect."""
    return load(
        {
            "run": {"start_date": dt.date(2024, 1, 1), "horizon_days": 30},
            "portfolio": {"source": "inline", "accounts": ({"name": "Ann", "balance": 900.0, "dpd": 5},)},
            "strategies": {"busy": BUSY},
        }
    )


def moved(levers: Strategy, path: tuple[str, str], turns: int = 1) -> Strategy:
    """A strategy with one lever moved, by one turn or more: each number of turns gives another value."""
    table = getattr(levers, path[0])
    info = type(table).model_fields[path[1]]
    value = getattr(table, path[1])
    for _ in range(turns):
        value = _turned(value, info)
    return levers.model_copy(update={path[0]: table.model_copy(update={path[1]: value})})


def moved_item(levers: Strategy, path: tuple[str, str], field: str) -> Strategy:
    """A strategy with one field moved in a step or an offer that repeats, the second of its list."""
    table = getattr(levers, path[0])
    first, second, *rest = getattr(table, path[1])
    other = second.model_copy(update={field: _turned(getattr(second, field), type(second).model_fields[field])})
    return levers.model_copy(update={path[0]: table.model_copy(update={path[1]: (first, other, *rest)})})


def _turned(value: Any, info: FieldInfo) -> Any:
    if isinstance(value, bool):
        return not value
    if isinstance(value, str):
        words = words_of(info.annotation)
        return words[(words.index(value) + 1) % len(words)]
    if isinstance(value, tuple):
        return (*value[:-1], value[-1] + 1) if isinstance(value[-1], int) else _one_more(value, info)
    if isinstance(value, int):
        return value + 1
    kind = kind_of(info.annotation, info.metadata)
    return round((value + 0.01) % 1, 6) if kind is not None and kind.name == "share" else value + 100.0


def _one_more(value: tuple[Any, ...], info: FieldInfo) -> tuple[Any, ...]:
    """A list with its last entry a day later."""
    last: Step | Offer = value[-1]
    assert isinstance(last, get_args(info.annotation)[0])
    return (*value[:-1], last.model_copy(update={"day": last.day + 1}))


def with_strategies(scenario: Scenario, **strategies: Strategy | Levers) -> Scenario:
    """A scenario with other strategies."""
    return scenario.model_copy(update={"strategies": strategies})
