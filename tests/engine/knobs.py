"""The table of knobs: for every lever the settings to turn it to, and the context in which turning it must show.

A context is laid over the strategy ``busy`` first (under the key ``scenario``, over the whole scenario). All settings
of a lever must make different logs: a word that does the same as another is no setting.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from pydantic import BaseModel

from simcollect.scenario.strategy import EarlyStep, Levers, MidStep, Offer
from tests.engine.runs import Table


class Knob(NamedTuple):
    """Settings of one lever, each of which must make a log of its own."""

    settings: tuple[Any, ...]
    context: Table = {}  # noqa: RUF012 (never written to)


def leaves(model: type[BaseModel]) -> set[str]:
    """Dotted names of every field of the levers that holds a value: lists of tables by their own fields."""
    found = set()
    for name, field in model.model_fields.items():
        inner = field.annotation
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            found |= {f"{name}.{leaf}" for leaf in leaves(inner)}
        else:
            found.add(name)
    return found


STEP_LISTS = {"early.steps": EarlyStep, "mid.steps": MidStep, "final.offers": Offer}


def every_lever() -> set[str]:
    """Dotted names of all leaf fields of a strategy's levers, those of steps and offers included."""
    plain = leaves(Levers) - set(STEP_LISTS)
    return plain | {f"{place}.{name}" for place, model in STEP_LISTS.items() for name in model.model_fields}


def step(**fields: Any) -> list[Table]:
    return [{"action": "sms", "day": 1, "repeat_days": 3, "maximum": 4, **fields}]


def rung(**fields: Any) -> list[Table]:
    offer = {"stage": "final", "day": 3, "discount_share": 0.3, "waive_share": 0.5, "instalments": 1, "expiry_days": 12}
    return [{**offer, **fields}]


PLANS: Table = {
    "mid": {
        "plan_offered": True,
        "plan_max_months": 60,
        "plan_affordability_share": 0.4,
        "steps": [{"action": "negotiation_call", "day": 0, "repeat_days": 3, "maximum": 30}],
    },
    "scenario": {
        "behaviour": {
            "contact": {"answer_prob": 0.6},
            "conversation": {"plan": 8.0, "hardship": 0.0},
            "plan": {"accept_prob": 0.9, "keep_prob": 0.6},
        }
    },
}
"""Many plans, many of which break."""
TALKS: Table = {
    "scenario": {"behaviour": {"contact": {"answer_prob": 0.7}, "promise": {"credibility": 0.4}}},
}
"""Many conversations, many promises, half of them broken."""
REFUSALS: Table = {"scenario": {"behaviour": {"contact": {"answer_prob": 0.7}, "conversation": {"refuse": 8.0}}}}
HARDSHIP: Table = {"scenario": {"behaviour": {"contact": {"answer_prob": 0.7}, "conversation": {"hardship": 8.0}}}}
DISPUTES: Table = {"scenario": {"behaviour": {"contact": {"answer_prob": 0.7}, "conversation": {"dispute": 10.0}}}}
SETTLEMENTS: Table = {
    "late": {"enter_dpd": 30},
    "final": {"enter_dpd": 45},
    "scenario": {"behaviour": {"settlement": {"accept_intercept": 1.0, "liquid_share": 1.0, "answer_days": 3.0}}},
}
BREAKS: Table = {
    "late": {"enter_dpd": 30},
    "final": {
        "enter_dpd": 45,
        "offers": [
            {"stage": "final", "day": 2, "discount_share": 0.3, "waive_share": 1.0, "instalments": 12},
            {"stage": "final", "day": 20, "discount_share": 0.4, "waive_share": 1.0, "instalments": 12},
        ],
    },
    "follow_up": {"max_missed_instalments": 0},
    "scenario": {"behaviour": {"settlement": {"accept_intercept": 5.0, "answer_days": 1.0, "keep_prob": 0.1}}},
}
"""Settlements that break at once, and a second rung after that."""
SUITS: Table = {"late": {"enter_dpd": 40}, "final": {"enter_dpd": 900, "disposal_dpd": 900}}

NEVER_BY_DAYS: Table = {"late": {"enter_dpd": 200}, "final": {"enter_dpd": 250, "disposal_dpd": 300}}

KNOBS: dict[str, Knob] = {
    "early.enter_dpd": Knob((1, 4, 15)),
    "early.tone": Knob(("gentle", "neutral", "firm")),
    "early.grace_days_low": Knob((0, 9)),
    "early.grace_days_medium": Knob((0, 9)),
    "early.grace_days_high": Knob((0, 9)),
    "early.caller": Knob(("human", "automated", "automated_until"), {"early": {"automated_until_day": 6}}),
    "early.automated_until_day": Knob((3, 9), {"early": {"caller": "automated_until"}}),
    "early.channel_rule": Knob(("as_listed", "preferred")),
    "early.steps.action": Knob(tuple(step(action=word) for word in ("sms", "email", "automated_call", "call"))),
    "early.steps.day": Knob((step(), step(day=4))),
    "early.steps.repeat_days": Knob((step(), step(repeat_days=5))),
    "early.steps.repeat_from": Knob((step(action="call"), step(action="call", repeat_from="done"))),
    "early.steps.maximum": Knob((step(), step(maximum=2))),
    "early.steps.per_week": Knob((step(), step(repeat_days=0, per_week=5))),
    "mid.enter_dpd": Knob((20, 35)),
    "mid.enter_after_days": Knob((-1, 4)),
    "mid.tone": Knob(("gentle", "neutral", "firm")),
    "mid.visit_min_balance": Knob((0.0, 40_000.0)),
    "mid.plan_offered": Knob((True, False), PLANS),
    "mid.plan_affordability_share": Knob((0.4, 0.8), PLANS),
    "mid.plan_max_months": Knob((60, 3), PLANS),
    "mid.plan_down_payment_share": Knob((0.0, 0.2), PLANS),
    "mid.plan_interest_waived_share": Knob((0.0, 0.7), PLANS),
    "mid.steps.action": Knob(
        (
            *(step(action=word) for word in ("sms", "email", "automated_call", "call", "negotiation_call", "visit")),
            step(action="case_analysis", repeat_days=0, maximum=1),
        )
    ),
    "mid.steps.day": Knob((step(), step(day=4))),
    "mid.steps.repeat_days": Knob((step(), step(repeat_days=5))),
    "mid.steps.repeat_from": Knob((step(action="call"), step(action="call", repeat_from="done"))),
    "mid.steps.maximum": Knob((step(), step(maximum=2))),
    "mid.steps.per_week": Knob((step(), step(repeat_days=0, per_week=5))),
    "follow_up.promise_max_days": Knob((14, 4), TALKS),
    "follow_up.broken_promise_call_days": Knob((2, 6, -1), TALKS),
    "follow_up.plan_check_days": Knob((3, 8, -1), PLANS),
    "follow_up.max_missed_instalments": Knob((1, 0), PLANS),
    "late.enter_dpd": Knob((60, 50)),
    "late.enter_after_days": Knob((-1, 5)),
    "late.accelerate": Knob((True, False)),
    "late.assess": Knob((True, False), SUITS),
    "late.assess_day": Knob((0, 4), SUITS),
    "late.min_balance": Knob((0.0, 60_000.0), SUITS),
    "late.min_net_yield": Knob((0.0, 8_000.0), SUITS),
    "late.letter_day": Knob((1, 4, -1)),
    "late.suit_day": Knob((5, 12, -1), SUITS),
    "late.enforce": Knob((True, False), {**SUITS, "scenario": {"behaviour": {"legal": {"court_days_median": 10.0}}}}),
    "late.add_costs": Knob((True, False)),
    "late.mark_credit_record": Knob((True, False)),
    "late.keep_negotiating": Knob((True, False), {**SUITS, "mid": {"enter_dpd": 35}}),
    "late.hold_vulnerable": Knob((True, False), SUITS),
    "final.enter_dpd": Knob((90, 75)),
    "final.enter_after_days": Knob((-1, 6)),
    "final.random_days": Knob((0, 9)),
    "final.min_balance": Knob((0.0, 40_000.0)),
    "final.offers_after_break": Knob((True, False), BREAKS),
    "final.disposal": Knob(("none", "write_off", "sell"), {"final": {"disposal_dpd": 120}}),
    "final.disposal_dpd": Knob((120, 150)),
    "final.disposal_random_days": Knob((0, 30), {"final": {"disposal_dpd": 120}}),
    "final.disposal_share": Knob((1.0, 0.5), {"final": {"disposal_dpd": 120}}),
    "final.closing_record": Knob((True, False), {"final": {"disposal_dpd": 120}}),
    "final.offers.stage": Knob(tuple(rung(stage=word) for word in ("mid", "late", "final"))),
    "final.offers.day": Knob((rung(), rung(day=9))),
    "final.offers.discount_share": Knob((rung(), rung(discount_share=0.5))),
    "final.offers.waive_share": Knob((rung(), rung(waive_share=0.9))),
    "final.offers.instalments": Knob((rung(), rung(instalments=6)), SETTLEMENTS),
    "final.offers.longer_instalments": Knob((rung(), rung(longer_instalments=[6, 24])), SETTLEMENTS),
    "final.offers.expiry_days": Knob((rung(), rung(expiry_days=20))),
    "restoration.care_call": Knob((True, False)),
    "restoration.fee_goodwill_share": Knob((0.5, 0.2)),
    "restoration.credit_rebuild": Knob((True, False), {"late": {"enter_dpd": 20}}),
    "restoration.reopen_line": Knob((True, False)),
    "restoration.delay_days": Knob((3, 10)),
    "restoration.min_margin": Knob((0.0, 2_000.0)),
    "restoration.from_stage": Knob(("early", "mid", "late", "final")),
    "escalation.refusals": Knob((0, 1, 2), REFUSALS),
    "escalation.broken_promises": Knob((0, 1), TALKS),
    "escalation.attempts_without_reach": Knob((0, 3)),
    "escalation.plan_broken": Knob((True, False), {**PLANS, **NEVER_BY_DAYS}),
    "escalation.balance_floor": Knob((0.0, 30_000.0)),
    "escalation.hold_on_promise": Knob((True, False), TALKS),
    "escalation.hold_on_plan": Knob((True, False), PLANS),
    "escalation.hold_on_settlement": Knob((True, False), SETTLEMENTS),
    "escalation.hold_on_dispute": Knob((True, False), DISPUTES),
    "escalation.hold_on_hardship": Knob((True, False), HARDSHIP),
    "escalation.dispute_hold_days": Knob((30, 12), DISPUTES),
    "escalation.hardship_hold_days": Knob((30, 12), HARDSHIP),
    "stop.max_attempts": Knob((0, 6)),
    "stop.after_dpd": Knob((0, 40)),
    "stop.min_balance": Knob((0.0, 20_000.0)),
    "work.review": Knob(("morning", "at_once")),
    "work.priority": Knob(("oldest", "largest", "riskiest", "lowest_score", "incremental_value")),
    "work.routing": Knob(
        ("any", "best_to_largest", "best_to_riskiest"),
        {"scenario": {"capacity": {"pools": {"negotiators": {"headcount": 3, "skill_sd": 0.6}}}}},
    ),
}

PER_SEGMENT: dict[str, Any] = {
    "early": {"tone": "firm"},
    "mid": {"tone": "firm"},
    "follow_up": {"promise_max_days": 3},
    "late": {"letter_day": 4},
    "final": {"random_days": 9},
    "restoration": {"reopen_line": True},
    "escalation": {"attempts_without_reach": 3},
    "stop": {"max_attempts": 5},
}
"""One override of each table by segment. The table ``work`` is refused there: one list serves all segments."""
