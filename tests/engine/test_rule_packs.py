"""Rules enforced: a strategy that would break one is blocked by it, and a run under any pack breaches nothing.

The judge is the independent audit. Where a rule is lifted the same audit must find breaches: otherwise the strategy
would have kept the rule by itself, and the enforced run would prove nothing.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from simcollect.core.codes import EventKind, Rule
from simcollect.core.eventlog import EventLog
from simcollect.engine import simulate
from simcollect.experiment.measure import conduct_rules
from simcollect.outcomes.audit import Findings, audit
from simcollect.scenario import Scenario
from simcollect.scenario.packs import pack_names
from simcollect.scenario.rules import FIELDS_OF_RULE, PACK_FIELD, Rules, off_value
from tests.engine.runs import Table, crowd, merged, rows_of, staffed
from tests.scenario.strategies import levers

K = EventKind
SPRING, AUTUMN = dt.date(2026, 2, 20), dt.date(2026, 10, 8)
"""First days of runs of 60 days in which New York (8 March, 1 November) and London (29 March, 25 October) change."""

WEEK = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
DAY_AND_NIGHT = {"shift_start": "00:00", "shift_end": "24:00", "weekdays": WEEK}
EVENINGS = {"shift_start": "19:30", "shift_end": "24:00", "weekdays": WEEK}
LATE: Table = {"capacity": {"pools": {"callers": EVENINGS, "negotiators": DAY_AND_NIGHT}}}
"""Callers who sit until midnight: what permitted hours are for."""
LIVELY: Table = {
    "behaviour": {
        "contact": {"answer_prob": 0.6, "talk_prob": 0.8, "opt_out_prob": 0.1},
        "conversation": {"hardship": 2.0, "cease": 0.6, "plan": 6.0},
        "plan": {"accept_prob": 0.9},
    },
    "portfolio": {"penalty_rate": 0.1},
}
"""Borrowers who answer, talk, disclose hardship, ask for plans, opt out and ask to be left alone."""
EAGER: Table = {
    "early": {
        "enter_dpd": 0,
        "steps": [
            {"action": "sms", "day": 0, "repeat_days": 1, "maximum": 30},
            {"action": "email", "day": 0, "repeat_days": 1, "maximum": 30},
            {"action": "automated_call", "day": 0, "repeat_days": 1, "maximum": 30},
            {"action": "call", "day": 0, "repeat_days": 1, "maximum": 30},
        ],
    },
    "mid": {
        "enter_dpd": 10,
        "plan_offered": True,
        "plan_affordability_share": 0.9,
        "plan_max_months": 36,
        "steps": [
            {"action": "sms", "day": 0, "repeat_days": 1, "maximum": 60},
            {"action": "automated_call", "day": 0, "repeat_days": 1, "maximum": 60},
            {"action": "negotiation_call", "day": 0, "repeat_days": 1, "maximum": 60},
            {"action": "visit", "day": 1, "repeat_days": 4, "maximum": 9},
        ],
    },
    "late": {"enter_dpd": 25, "suit_day": 2, "letter_day": 0, "assess": False, "hold_vulnerable": False},
    "final": {"enter_dpd": 400, "disposal": "none"},
    "escalation": {
        "refusals": 0,
        "broken_promises": 0,
        "hold_on_promise": False,
        "hold_on_dispute": False,
        "hold_on_hardship": False,
    },
}
"""A strategy that would break every rule there is."""


def scenario_under(rules: Table, *changes: Table, start: dt.date = SPRING, zone: str = "America/New_York") -> Scenario:
    """Sixty lively borrowers and an eager strategy, sixty days across a change of the clocks."""
    where = {"run": {"start_date": start.isoformat(), "horizon_days": 60, "time_zone": zone}}
    return crowd(LIVELY, where, {"strategies": {"busy": EAGER}, "rules": rules}, *changes)


def blocked_by(log: EventLog) -> set[Rule]:
    return {Rule(int(detail)) for detail in rows_of(log, K.BLOCKED)["detail"]}


# -- one rule at a time ---------------------------------------------------------------------------------------------

ALONE: Table = {"capacity": {"pools": {"negotiators": {"headcount": 1}}}}
FINAL: Table = {
    "strategies": {
        "busy": {
            "mid": {"enter_dpd": 5, "plan_offered": False},
            "late": {"enter_dpd": 10, "suit_day": -1},
            "final": {
                "enter_dpd": 15,
                "offers": [{"day": 1, "discount_share": 0.6, "waive_share": 1.0, "instalments": 1, "expiry_days": 20}],
            },
        }
    },
    "behaviour": {"conversation": {"cease": 0.0}},
}
IN_PARTS: Table = {
    "strategies": {"busy": {"final": {"offers": [{"day": 1, "discount_share": 0.6, "instalments": 12}]}}},
    "behaviour": {"settlement": {"accept_intercept": 1.0, "answer_days": 2.0}},
}

CASES: dict[Rule, tuple[Table, tuple[Table, ...]]] = {
    Rule.CALLS_PER_7_DAYS: ({"calls_per_7_days": 7}, ()),
    Rule.CALLS_PER_DAY: ({"calls_per_day": 1}, ()),
    Rule.MESSAGES_PER_7_DAYS: ({"messages_per_7_days": 3}, ()),
    Rule.QUIET_AFTER_CONVERSATION: ({"quiet_days_after_conversation": 7}, ()),
    Rule.PERMITTED_HOURS: ({"hours_start": "10:00", "hours_end": "19:00"}, (LATE,)),
    Rule.VISIT_TWO_PEOPLE: ({"visit_two_people": True}, (ALONE,)),
    Rule.VISIT_NOTICE: ({"visit_notice_days": 3}, ()),
    Rule.CEASE_REQUEST: ({"honour_cease": True}, ()),
    Rule.OPT_OUT: ({"honour_opt_out": True}, ()),
    Rule.NO_CONSENT: ({"consent_needed": True}, ()),
    Rule.MORATORIUM: ({"moratorium_days": 60, "vulnerable_moratorium_days": 90}, ()),
    Rule.INTEREST_IN_MORATORIUM: ({"moratorium_interest_free": True, "moratorium_days": 60}, ()),
    Rule.FORBEARANCE_BEFORE_SUIT: ({"forbearance_before_suit": True}, ()),
    Rule.VULNERABLE_HOLD: ({"vulnerable_hold": True}, ()),
    Rule.ADDED_COSTS: ({"added_costs_barred": True}, ()),
    Rule.PLAN_TOO_LARGE: ({"plan_surplus_share": 0.3}, ()),
    Rule.PLAN_TOO_SHORT: ({"plan_min_instalments": 6}, ()),
    Rule.PLAN_TOO_LONG: ({"max_plan_months": 6}, (FINAL, IN_PARTS)),
    Rule.DISCOUNT_BEYOND_AUTHORITY: ({"max_discount_share": 0.3}, (FINAL,)),
}
"""What switches each rule on, and what the eager strategy needs beside it to break that rule."""


def test_every_rule_of_conduct_is_tried_here_but_the_one_that_no_action_can_break() -> None:
    assert set(CASES) == set(FIELDS_OF_RULE) - {Rule.THIRD_PARTY}


@pytest.mark.parametrize("rule", CASES, ids=lambda rule: rule.name)
def test_a_rule_blocks_what_would_break_it_and_without_it_the_audit_finds_the_breach(rule: Rule) -> None:
    switched_on, changes = CASES[rule]
    # Authority is checked when a scenario is loaded: it is laid on afterwards here, so that a run must keep it too.
    off: dict[str, Any] = {field: off_value(field) for field in FIELDS_OF_RULE[rule]}
    others = {name: value for name, value in switched_on.items() if name not in off}
    free = scenario_under(others, staffed("unlimited"), *changes)
    lifted = free.model_copy(update={"rules": free.rules.model_copy(update=off)})
    bound = free.model_copy(update={"rules": free.rules.model_copy(update=switched_on)})
    check = f"rule_{rule.name.lower()}"

    without = simulate(lifted, "busy")
    assert rule not in blocked_by(without)
    assert audit(without, conduct_rules(bound)).counts[check] > 0, "the strategy keeps the rule by itself"

    enforced = simulate(bound, "busy")
    assert rule in blocked_by(enforced)
    assert audit(enforced, conduct_rules(bound)).counts[check] == 0


# -- whole packs ----------------------------------------------------------------------------------------------------

BREAKS: dict[str, set[Rule]] = {
    "us_regf_2021": {
        Rule.CALLS_PER_7_DAYS,
        Rule.QUIET_AFTER_CONVERSATION,
        Rule.PERMITTED_HOURS,
        Rule.OPT_OUT,
        Rule.CEASE_REQUEST,
    },
    "uk_conc_2025": {
        Rule.MORATORIUM,
        Rule.INTEREST_IN_MORATORIUM,
        Rule.PERMITTED_HOURS,
        Rule.OPT_OUT,
        Rule.CEASE_REQUEST,
        Rule.VISIT_NOTICE,
        Rule.PLAN_TOO_SHORT,
        Rule.FORBEARANCE_BEFORE_SUIT,
    },
    "cn_cba_2026": {Rule.PERMITTED_HOURS, Rule.ADDED_COSTS},
}
"""Rules of each pack that the eager strategy breaks when the pack is lifted."""
CALLS_ALL_DAY: Table = {
    "strategies": {
        "busy": {
            "mid": {
                "steps": [
                    {"action": "sms", "day": 0, "repeat_days": 1, "maximum": 60},
                    {"action": "automated_call", "day": 0, "repeat_days": 1, "maximum": 60},
                    {"action": "call", "day": 0, "repeat_days": 1, "maximum": 60},
                    {"action": "negotiation_call", "day": 0, "repeat_days": 1, "maximum": 60},
                    {"action": "visit", "day": 1, "repeat_days": 4, "maximum": 9},
                ]
            }
        }
    }
}


TWO_CLOCKS: Table = {
    "portfolio": {
        "zones": {"America/New_York": 0.5, "Europe/London": 0.5},
        "segments": {"by": "balance", "names": ["small", "large"], "up_to": [25_000.0]},
    }
}


def without_rules(scenario: Scenario) -> Scenario:
    off = {field: off_value(field) for field in Rules.model_fields if field != PACK_FIELD}
    return scenario.model_copy(update={"rules": scenario.rules.model_copy(update=off)})


@pytest.mark.parametrize("start", [SPRING, AUTUMN], ids=["spring", "autumn"])
@pytest.mark.parametrize("pack", pack_names())
def test_an_eager_strategy_breaches_nothing_under_a_pack_and_much_without_it(pack: str, start: dt.date) -> None:
    changes = (LATE, staffed(2), CALLS_ALL_DAY, TWO_CLOCKS)
    scenario = scenario_under({"pack": pack}, *changes, start=start)
    enforced = audit(simulate(scenario, "busy"), conduct_rules(scenario))
    assert enforced.n_conduct_breaches == 0, str(enforced)
    found = audit(simulate(without_rules(scenario), "busy"), conduct_rules(scenario))
    broken = {rule for rule in FIELDS_OF_RULE if found.counts.get(f"rule_{rule.name.lower()}", 0) > 0}
    assert broken >= BREAKS[pack]


@st.composite
def cases(draw: st.DrawFn) -> tuple[Table, dt.date]:
    """Any levers, pressed into sixty days, on any staff, across a change of the clocks."""
    drawn = draw(levers())
    entries = sorted(draw(st.lists(st.integers(0, 40), min_size=4, max_size=4)))
    for stage, entry in zip(("early", "mid", "late", "final"), entries, strict=True):
        drawn[stage]["enter_dpd"] = entry
    drawn["final"]["disposal_dpd"] = max(drawn["final"]["disposal_dpd"], entries[3])
    drawn["mid"]["plan_max_months"] = max(3, drawn["mid"]["plan_max_months"])
    drawn["escalation"]["balance_floor"] = 0.0
    for stage in ("early", "mid"):
        extra = [step for step in EAGER[stage]["steps"] if draw(st.booleans())]
        drawn[stage]["steps"] = [*extra, *drawn[stage]["steps"]][:8]
    heads = draw(st.sampled_from([1, 2, 5, "unlimited"]))
    return merged({"strategies": {"any": drawn}}, staffed(heads)), draw(st.sampled_from([SPRING, AUTUMN]))


def relaxed(examples: int) -> settings:
    return settings(
        max_examples=examples,
        deadline=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.explicit, Phase.generate],
    )


def findings_under(pack: str, case: tuple[Table, dt.date]) -> Findings:
    changes, start = case
    scenario = scenario_under({"pack": pack}, LATE, TWO_CLOCKS, changes, start=start)
    log = simulate(scenario, "any")
    for row in rows_of(log, K.BLOCKED):
        assert Rule(int(row["detail"])) in FIELDS_OF_RULE, "a block without a rule that leads to its citation"
    return audit(log, conduct_rules(scenario))


@pytest.mark.parametrize("pack", pack_names())
@relaxed(12)
@given(case=cases())
def test_any_strategy_breaches_nothing_under_a_pack(pack: str, case: tuple[Table, dt.date]) -> None:
    found = findings_under(pack, case)
    assert found.n_conduct_breaches == 0, str(found)


@pytest.mark.slow
@pytest.mark.parametrize("pack", pack_names())
@relaxed(300)
@given(case=cases())
def test_any_of_many_strategies_breaches_nothing_under_a_pack(pack: str, case: tuple[Table, dt.date]) -> None:
    found = findings_under(pack, case)
    assert found.n_conduct_breaches == 0, str(found)


# -- the borrower's calendar day ------------------------------------------------------------------------------------


@pytest.mark.parametrize("zone", ["America/New_York", "Europe/London", "Asia/Shanghai", "Africa/Cairo"])
@pytest.mark.parametrize("start", [SPRING, AUTUMN, dt.date(2026, 4, 10)], ids=["spring", "autumn", "midnight"])
def test_the_cap_on_calls_a_day_holds_on_the_borrowers_calendar_whatever_the_clocks_do(
    zone: str, start: dt.date
) -> None:
    """In Cairo the clocks change at midnight (24 April and 30 October 2026): there is no midnight, or two."""
    scenario = scenario_under({"calls_per_day": 2}, LATE, staffed(3), CALLS_ALL_DAY, start=start, zone=zone)
    log = simulate(scenario, "busy")
    found = audit(log, conduct_rules(scenario))
    assert found.counts["rule_calls_per_day"] == 0
    assert Rule.CALLS_PER_DAY in blocked_by(log)
    calls = rows_of(log, K.DIALLED)
    per_day = np.unique(np.stack([calls["account"], calls["at"] // 1440]), axis=1, return_counts=True)[1]
    assert per_day.max() >= 2, "the cap is used up, not undercut"
