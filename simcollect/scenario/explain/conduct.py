"""The rules of conduct in force, each in a few words."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from simcollect.scenario.explain.said import Said, counted, days, months, share
from simcollect.scenario.rules import Rules


def _calls(value: int) -> Said:
    return Said(f"at most {counted(value, 'call', 'calls', '').en} in 7 days", f"七日内拨打不超过 {value:,} 次")


def _calls_a_day(value: int) -> Said:
    return Said(f"at most {counted(value, 'call', 'calls', '').en} a day", f"每日拨打不超过 {value:,} 次")


def _messages(value: int) -> Said:
    return Said(f"at most {counted(value, 'message', 'messages', '').en} in 7 days", f"七日内信息不超过 {value:,} 条")


def _quiet(value: int) -> Said:
    return Said(f"{days(value).en} without calls after a conversation", f"通话后静默 {days(value).zh}")


def _notice(value: int) -> Said:
    return Said(f"{days(value).en} between the notice of a visit and the visit", f"上门须提前 {days(value).zh}预告")


def _moratorium(value: int) -> Said:
    return Said(f"{days(value).en} without demands once hardship is disclosed", f"客户说明困难后暂缓 {days(value).zh}")


def _vulnerable_moratorium(value: int) -> Said:
    return Said(f"{days(value).en} for the vulnerable", f"弱势客户暂缓 {days(value).zh}")


def _discount(value: float) -> Said:
    return Said(f"at most {share(value).en} of principal forgiven", f"本金减免不超过 {share(value).zh}")


def _surplus(value: float) -> Said:
    return Said(
        f"plan instalments of at most {share(value).en} of the surplus found",
        f"每期还款额不超过可支配收入的 {share(value).zh}",
    )


def _instalments(value: int) -> Said:
    return Said(
        f"plans of at least {counted(value, 'instalment', 'instalments', '').en}", f"还款计划不少于 {value:,} 期"
    )


def _longest(value: int) -> Said:
    return Said(f"plans of at most {months(value).en}", f"分期不超过 {months(value).zh}")


_NUMBERS: Final[Mapping[str, Callable[[Any], Said]]] = {
    "calls_per_7_days": _calls,
    "calls_per_day": _calls_a_day,
    "messages_per_7_days": _messages,
    "quiet_days_after_conversation": _quiet,
    "visit_notice_days": _notice,
    "moratorium_days": _moratorium,
    "vulnerable_moratorium_days": _vulnerable_moratorium,
    "max_discount_share": _discount,
    "plan_surplus_share": _surplus,
    "plan_min_instalments": _instalments,
    "max_plan_months": _longest,
}
_FLAGS: Final[Mapping[str, Said]] = {
    "visit_two_people": Said("visits by two people", "双人上门"),
    "honour_cease": Said("a request to cease is honoured", "尊重停止联系的要求"),
    "honour_opt_out": Said("opting out of a channel is honoured", "尊重退订"),
    "consent_needed": Said("messages and automated calls need consent", "信息与自动外呼须经同意"),
    "forbearance_before_suit": Said("a plan or settlement is offered before a suit", "起诉前须先提供计划或和解"),
    "vulnerable_hold": Said("no legal means against the vulnerable", "不对弱势客户采取法律手段"),
    "added_costs_barred": Said("no costs are put on the debt", "不得将费用计入欠款"),
    "moratorium_interest_free": Said("no interest during that time", "暂缓期内停息"),
    "forbid_third_party": Said("nobody else is told of the debt", "不得联系第三人"),
}
_BESIDE: Final = frozenset({"pack", "hours_start", "hours_end"})
"""Fields that are no rule by themselves."""


def rules_in_force(rules: Rules) -> Iterator[Said]:
    """Yield the rules that are on, each in a few words, in the document's order."""
    if rules.hours_start is not None and rules.hours_end is not None:
        yield Said(
            f"contact from {rules.hours_start} to {rules.hours_end}", f"联系时段 {rules.hours_start}–{rules.hours_end}"
        )
    for field in type(rules).model_fields:
        value = getattr(rules, field)
        if field in _BESIDE or value is None or value is False:
            continue
        if field == "moratorium_interest_free" and not rules.moratorium_days:
            continue
        yield _FLAGS[field] if value is True else _NUMBERS[field](value)
