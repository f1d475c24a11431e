"""The levers grouped by meaning, as a person would list what two strategies share."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from simcollect.scenario.explain.said import Path, Said, covering

AREAS: Final[tuple[tuple[Said, frozenset[Path]], ...]] = (
    (
        Said("timetable", "各阶段起始日"),
        covering("early", "enter_dpd")
        | covering("mid", "enter_dpd", "enter_after_days")
        | covering("late", "enter_dpd", "enter_after_days")
        | covering("final", "enter_dpd", "enter_after_days"),
    ),
    (
        Said("early contacts", "初始阶段联系安排"),
        covering("early", "steps", "caller", "automated_until_day", "channel_rule"),
    ),
    (
        Said("grace before calls by a person", "人工电话宽限期"),
        covering("early", "grace_days_low", "grace_days_medium", "grace_days_high"),
    ),
    (Said("tone", "语气"), covering("early", "tone") | covering("mid", "tone")),
    (
        Said("mid-stage contacts and visits", "中期阶段联系与上门"),
        covering("mid", "steps", "visit_min_balance"),
    ),
    (
        Said("repayment plans", "还款计划"),
        covering(
            "mid",
            "plan_offered",
            "plan_affordability_share",
            "plan_max_months",
            "plan_down_payment_share",
            "plan_interest_waived_share",
        ),
    ),
    (
        Said("follow-up of promises and plans", "承诺与计划跟进"),
        covering(
            "follow_up", "promise_max_days", "broken_promise_call_days", "plan_check_days", "max_missed_instalments"
        ),
    ),
    (
        Said("way to court", "律师函与起诉"),
        covering("late", "assess", "assess_day", "min_balance", "min_net_yield", "letter_day", "suit_day", "enforce"),
    ),
    (
        Said("legal costs and the credit record", "法律费用与征信"),
        covering("late", "accelerate", "add_costs", "mark_credit_record"),
    ),
    (Said("negotiation beside legal action", "诉讼期间的协商"), covering("late", "keep_negotiating")),
    (Said("protection of the vulnerable", "弱势客户保护"), covering("late", "hold_vulnerable")),
    (Said("settlements", "和解方案"), covering("final", "offers", "random_days", "min_balance", "offers_after_break")),
    (
        Said("sale or write-off", "转让与核销"),
        covering("final", "disposal", "disposal_dpd", "disposal_random_days", "disposal_share"),
    ),
    (Said("closing records", "结案记录"), covering("final", "closing_record")),
    (
        Said("restoration", "客户关系恢复"),
        covering(
            "restoration",
            "from_stage",
            "care_call",
            "fee_goodwill_share",
            "credit_rebuild",
            "reopen_line",
            "delay_days",
            "min_margin",
        ),
    ),
    (
        Said("what moves an account on", "提前升级条件"),
        covering("escalation", "refusals", "broken_promises", "attempts_without_reach", "plan_broken", "balance_floor"),
    ),
    (
        Said("holds", "暂缓安排"),
        covering(
            "escalation",
            "hold_on_promise",
            "hold_on_plan",
            "hold_on_settlement",
            "hold_on_dispute",
            "hold_on_hardship",
            "dispute_hold_days",
            "hardship_hold_days",
        ),
    ),
    (Said("end of contact", "停止联系条件"), covering("stop", "max_attempts", "after_dpd", "min_balance")),
    (Said("order of work", "工单安排"), covering("work", "priority", "routing", "review")),
)
"""Name -> its levers; together every lever, each once."""


def touched(paths: Collection[Path]) -> list[Said]:
    """Return the areas that hold any of these levers."""
    return [name for name, levers in AREAS if levers & frozenset(paths)]


def untouched(paths: Collection[Path]) -> list[Said]:
    """Return the areas that hold none of these levers."""
    return [name for name, levers in AREAS if not levers & frozenset(paths)]
