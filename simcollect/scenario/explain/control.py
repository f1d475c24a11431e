"""Sentences about what moves an account on, what holds it, when contact ends, and in what order work is taken."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from simcollect.scenario.explain.levers import LEVERS, PRIORITIES, REVIEWS, ROUTINGS, changed, shown
from simcollect.scenario.explain.said import Said, Sentence, counted, covering, days, joined, listed, sentence
from simcollect.scenario.explain.setting import Setting, setting
from simcollect.scenario.strategy import Levers

HOLDS: Final = {
    "hold_on_promise": Said("a live promise", "承诺还款期内"),
    "hold_on_plan": Said("a live plan", "还款计划履行中"),
    "hold_on_settlement": Said("a live settlement", "和解履行中"),
    "hold_on_dispute": Said("an open dispute", "争议处理中"),
    "hold_on_hardship": Said("disclosed hardship", "客户说明困难"),
}
"""What can pause pursuit."""


def moving_on(s: Setting) -> Iterator[Sentence]:
    """Yield what moves an account on before its days, and what pauses it."""
    rules = s.levers.escalation
    fields = ("refusals", "broken_promises", "attempts_without_reach", "plan_broken")
    covers = frozenset(covering("escalation", *fields)) - frozenset(s.idle)
    found = triggers(s)
    if found:
        told = listed(found, "or")
        yield Sentence(
            sentence(
                f"an account moves on to the mid or late stage before its days after {told.en}",
                f"账户出现下列情形之一，提前转入中期或后期阶段：{told.zh}",
            ),
            covers,
        )
    elif covers:
        yield Sentence(sentence("nothing but its days moves an account on", "仅按天数升级，不设提前升级条件"), covers)
    floor = s.money(rules.balance_floor)
    yield Sentence(
        sentence(
            f"accounts of less than {floor.en} never enter the late stage", f"欠款低于{floor.zh}的账户不进入后期阶段"
        )
        if rules.balance_floor > 0
        else sentence("even the smallest account can enter the late stage", "进入后期阶段不设最低余额"),
        covering("escalation", "balance_floor"),
        plain=rules.balance_floor == 0,
    )
    yield from _holds(s)


def triggers(s: Setting) -> list[Said]:
    """Return what moves an account on before its days."""
    rules = s.levers.escalation
    found = []
    if rules.refusals > 0 and ("escalation", "refusals") not in s.idle:
        found.append(counted(rules.refusals, "refusal", "refusals", "次拒绝还款"))
    if rules.broken_promises > 0 and ("escalation", "broken_promises") not in s.idle:
        found.append(counted(rules.broken_promises, "broken promise", "broken promises", "次失约"))
    if rules.attempts_without_reach > 0 and ("escalation", "attempts_without_reach") not in s.idle:
        found.append(
            counted(
                rules.attempts_without_reach,
                "failed attempt to reach the borrower",
                "failed attempts to reach the borrower",
                "次联系未果",
            )
        )
    if rules.plan_broken and ("escalation", "plan_broken") not in s.idle:
        found.append(Said("a broken plan", "还款计划违约"))
    return found


def _holds(s: Setting) -> Iterator[Sentence]:
    rules = s.levers.escalation
    live = [name for name in HOLDS if ("escalation", name) not in s.idle]
    on = [name for name in live if getattr(rules, name)]
    off = [name for name in live if not getattr(rules, name)]
    if on:
        told = listed(HOLDS[name] for name in on)
        verb = "pauses" if len(on) == 1 else "each pause"
        yield Sentence(
            sentence(f"{told.en} {verb} everything", f"{listed(HOLDS[name] for name in on).zh}均暂缓催收与升级"),
            covering("escalation", *on),
            plain=not off,
        )
    if off:
        told = listed((HOLDS[name] for name in off), "or")
        yield Sentence(
            sentence(f"pursuit goes on in spite of {told.en}", f"{told.zh}时照常催收"), covering("escalation", *off)
        )
    if ("escalation", "dispute_hold_days") not in s.idle:
        longest = days(rules.dispute_hold_days)
        yield Sentence(
            sentence(f"a dispute is answered within {longest.en}", f"争议在 {longest.zh}内答复"),
            covering("escalation", "dispute_hold_days"),
        )
    if ("escalation", "hardship_hold_days") not in s.idle:
        longest = days(rules.hardship_hold_days)
        yield Sentence(
            sentence(f"whoever discloses hardship is left alone for {longest.en}", f"客户说明困难后暂缓 {longest.zh}"),
            covering("escalation", "hardship_hold_days"),
        )


def stopping(s: Setting) -> Iterator[Sentence]:
    """Yield when contact ends."""
    stop = s.levers.stop
    ends = []
    if stop.max_attempts > 0:
        ends.append(
            Said(
                f"after {counted(stop.max_attempts, 'attempt', 'attempts', '').en}",
                f"累计联系满 {stop.max_attempts:,} 次",
            )
        )
    if stop.after_dpd > 0:
        ends.append(Said(f"after day {stop.after_dpd:,} past due", f"逾期超过 {stop.after_dpd:,} 天"))
    if stop.min_balance > 0:
        least = s.money(stop.min_balance)
        ends.append(Said(f"when less than {least.en} is owed", f"欠款低于{least.zh}"))
    covers = covering("stop", "max_attempts", "after_dpd", "min_balance") - frozenset(s.idle)
    if ends:
        told = listed(ends, "or")
        yield Sentence(sentence(f"contact ends {told.en}", f"有下列情形之一即停止联系：{told.zh}"), covers)
    else:
        yield Sentence(sentence("contact never ends by itself", "不设停止联系的条件"), covers, plain=True)


def working(s: Setting) -> Iterator[Sentence]:
    """Yield when work is found, in what order it is taken, and by whom."""
    work, found = s.levers.work, covering("work", "review")
    if not found & s.idle.keys():
        when = REVIEWS[work.review]
        yield Sentence(sentence(when.en, when.zh), found, plain=work.review == "morning")
    if ("work", "priority") in s.idle:
        return
    first, who = PRIORITIES[work.priority], ROUTINGS[work.routing]
    yield Sentence(
        sentence(f"of the work that waits, {first.en} comes first; {who.en}", f"待办工单{first.zh}，{who.zh}"),
        covering("work", "priority", "routing"),
    )


def by_segment(s: Setting, segments: Mapping[str, Levers]) -> Iterator[Sentence]:
    """Yield what is otherwise in single segments."""
    for name, levers in segments.items():
        other = setting(levers, s.currency, s.rules)
        differs = changed(s.levers, levers)
        if not differs:
            yield Sentence(
                sentence(f"segment {name} has overrides that change nothing", f"客群 {name} 的单独设定与其他客群相同"),
                plain=True,
            )
            continue
        told = joined(
            Said(
                f"{LEVERS[path].label.en}: {shown(levers, path, s.currency).en} "
                f"(otherwise {shown(s.levers, path, s.currency).en})",
                f"{LEVERS[path].label.zh}为{shown(levers, path, s.currency).zh}"
                f"（其他客群为{shown(s.levers, path, s.currency).zh}）",
            )
            for path in differs
        )
        yield Sentence(
            sentence(f"segment {name} is treated differently: {told.en}", f"客群 {name} 另行处理：{told.zh}")
        )
        unmet = [path for path in differs if path in other.idle]
        if unmet:
            labels = listed(LEVERS[path].label for path in unmet)
            yield Sentence(
                sentence(f"of these, without effect there: {labels.en}", f"其中在该客群不起作用的：{labels.zh}")
            )
