"""Levers that are set but change nothing as the rest of the strategy stands, each with the reason.

Only what is certain is called without effect: a test runs the model with and without each.
"""

from __future__ import annotations

from collections.abc import Iterator

from simcollect.scenario.explain.figures import DIALS, MESSAGES
from simcollect.scenario.explain.levers import paths
from simcollect.scenario.explain.said import Path, Said, covering, days
from simcollect.scenario.rules import Rules
from simcollect.scenario.strategy import Levers

_PLAN_TERMS = (
    "plan_affordability_share",
    "plan_max_months",
    "plan_down_payment_share",
    "plan_interest_waived_share",
)


def idle(levers: Levers, rules: Rules) -> dict[Path, Said]:
    """Return the levers that have no effect, with the reason.

    Parameters
    ----------
    levers : Levers
        One setting of all levers; overrides by segment are looked at on their own.
    rules : Rules
        The rules in force.
    """
    found: dict[Path, Said] = {}
    for reason, without in (*_contact(levers), *_agreements(levers), *_legal(levers), *_closing(levers)):
        for path in without:
            found.setdefault(path, reason)
    if rules.moratorium_days and rules.vulnerable_moratorium_days != 0:
        ruled = days(rules.moratorium_days)
        reason = Said(f"the rules' moratorium of {ruled.en} comes in its place", f"以规则规定的 {ruled.zh}暂缓期为准")
        for path in covering("escalation", "hold_on_hardship", "hardship_hold_days"):
            found.setdefault(path, reason)
    return {path: found[path] for path in paths() if path in found}


def actions(levers: Levers) -> set[str]:
    """Return every action of the cadence of the early and the mid stage that can ever fall due."""
    early, mid = _too_late(levers)
    return {step.action for step in levers.early.steps if not early} | {
        step.action for step in levers.mid.steps if not mid
    }


def _too_late(levers: Levers) -> tuple[bool, bool]:
    """Return whether contact has ended, by its days past due, before the early and before the mid stage can begin.

    A stage that something else can bring forward may begin before contact ends.
    """
    last, rules = levers.stop.after_dpd, levers.escalation
    by_days_only = levers.mid.enter_after_days < 0 and not (
        rules.refusals or rules.broken_promises or rules.attempts_without_reach or rules.plan_broken
    )
    early = 0 < last < levers.early.enter_dpd
    return early, early or (0 < last < levers.mid.enter_dpd and by_days_only)


def speaks(levers: Levers) -> bool:
    """Return whether the strategy ever talks to a borrower about the debt."""
    return bool(actions(levers) & (DIALS | {"visit"}))


def contacts(levers: Levers) -> bool:
    """Return whether the strategy ever contacts a borrower about the debt."""
    return speaks(levers) or bool(actions(levers) & MESSAGES)


def chases(levers: Levers) -> bool:
    """Return whether a missed instalment of a settlement is followed by a call."""
    return bool(levers.final.offers) and levers.follow_up.plan_check_days >= 0


def is_passive(levers: Levers) -> bool:
    """Return whether the strategy does nothing to any account."""
    legal = levers.late.accelerate or levers.late.mark_credit_record or levers.late.assess
    legal = legal or levers.late.letter_day >= 0 or levers.late.suit_day >= 0
    closing = levers.final.offers or levers.final.disposal != "none" or levers.final.closing_record
    return not (actions(levers) or legal or closing or restores(levers))


def restores(levers: Levers) -> bool:
    """Return whether anything is done for customers whose case is resolved."""
    done = levers.restoration
    rebuilds = done.credit_rebuild and levers.late.mark_credit_record
    return done.care_call or done.fee_goodwill_share > 0 or rebuilds or done.reopen_line


Found = Iterator[tuple[Said, frozenset[Path]]]


def _contact(levers: Levers) -> Found:
    early, done = levers.early, actions(levers)
    early_ends, mid_ends = _too_late(levers)
    for ends, table in ((early_ends, "early"), (mid_ends, "mid")):
        if ends:
            yield Said("contact has ended before the stage begins", "进入该阶段前已停止联系"), covering(table, "steps")
    if early_ends or not any(step.action == "call" for step in early.steps):
        calls = covering(
            "early", "caller", "automated_until_day", "grace_days_low", "grace_days_medium", "grace_days_high"
        )
        yield Said("the early stage has no calls by collectors", "初始阶段没有人工电话"), calls
    if early.caller == "automated":
        grace = covering("early", "grace_days_low", "grace_days_medium", "grace_days_high")
        yield Said("the dialler makes all calls of the early stage", "初始阶段电话全部自动外呼"), grace
    if early.caller != "automated_until":
        yield (
            Said("the dialler does not hand over to collectors", "没有自动外呼转人工的安排"),
            covering("early", "automated_until_day"),
        )
    if not done & MESSAGES:
        yield Said("no messages are sent", "不发送信息"), covering("early", "channel_rule")
    if "visit" not in done:
        yield Said("nobody is visited", "不安排上门"), covering("mid", "visit_min_balance")
    if mid_ends:
        yield Said("contact has ended by then", "届时已停止联系"), covering("late", "keep_negotiating")
    if not levers.mid.steps:
        yield Said("the mid stage has no contacts", "中期阶段没有联系安排"), covering("late", "keep_negotiating")
    if chases(levers):
        return
    if not contacts(levers):
        nobody = Said("nobody is contacted", "不联系任何客户")
        yield nobody, covering("early", "tone") | covering("mid", "tone")
        yield nobody, covering("stop", "max_attempts")
        yield nobody, covering("escalation", "attempts_without_reach")
    elif not speaks(levers):
        yield Said("nobody is called or visited", "不打电话也不上门"), covering("escalation", "attempts_without_reach")


def _agreements(levers: Levers) -> Found:
    mid, escalation = levers.mid, levers.escalation
    talks = speaks(levers)
    if not talks:
        silent = Said("nobody is spoken to", "不与客户通话或面谈")
        yield silent, covering("mid", "plan_offered", *_PLAN_TERMS)
        yield silent, covering("follow_up", "promise_max_days", "broken_promise_call_days")
        yield (
            silent,
            covering(
                "escalation",
                "refusals",
                "broken_promises",
                "hold_on_promise",
                "hold_on_dispute",
                "hold_on_hardship",
                "dispute_hold_days",
                "hardship_hold_days",
            ),
        )
    no_plans = not (talks and mid.plan_offered)
    if no_plans:
        none = Said("no repayment plan is offered", "不提供还款计划")
        yield none, covering("mid", *_PLAN_TERMS) | covering("escalation", "hold_on_plan")
    if not levers.final.offers:
        none = Said("no settlement is offered", "不提供和解方案")
        terms = covering("final", "random_days", "min_balance", "offers_after_break")
        yield none, terms | covering("escalation", "hold_on_settlement")
    if no_plans and not levers.final.offers:
        none = Said("neither plans nor settlements are offered", "不提供还款计划与和解方案")
        yield none, covering("follow_up", "plan_check_days", "max_missed_instalments")
        yield none, covering("escalation", "plan_broken")
    if not escalation.hold_on_hardship:
        yield Said("hardship holds nothing", "困难客户不暂缓"), covering("escalation", "hardship_hold_days")


def _legal(levers: Levers) -> Found:
    late = levers.late
    if not late.assess:
        yield Said("no risk assessment is made", "不做诉前风险评估"), covering("late", "assess_day", "min_net_yield")
    if late.suit_day < 0:
        yield Said("no suit is filed", "不提起诉讼"), covering("late", "min_balance", "enforce")
        if late.letter_day < 0:
            yield Said("no legal costs arise", "不产生法律费用"), covering("late", "add_costs")
            if not (late.assess or late.mark_credit_record):
                spared = covering("late", "hold_vulnerable")
                yield Said("there are no legal means to spare anybody", "没有法律手段可免"), spared


def _closing(levers: Levers) -> Found:
    if levers.final.disposal == "none":
        details = covering("final", "disposal_dpd", "disposal_random_days", "disposal_share")
        yield Said("nothing is sold or written off", "不转让也不核销"), details
    if levers.restoration.credit_rebuild and not levers.late.mark_credit_record:
        yield Said("nobody is reported to the credit bureau", "不上报征信"), covering("restoration", "credit_rebuild")
    if not restores(levers):
        nothing = Said("nothing is done once a case is resolved", "结案后不作任何安排")
        yield nothing, covering("restoration", "from_stage", "delay_days", "min_margin")
    if is_passive(levers):
        idle_staff = Said("there is no work to do", "没有作业")
        yield idle_staff, covering("work", "priority", "routing")
