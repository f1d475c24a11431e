"""Every lever by name: what it is called in a sentence, and how its value is said."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, NamedTuple

from pydantic import BaseModel

from simcollect.scenario.explain.cadence import STAGES, cadence, ladder
from simcollect.scenario.explain.said import Path, Said, counted, days, money, months, past_due, share, stage_day
from simcollect.scenario.strategy import Levers

Show = Callable[[Any, str], Said]
"""A value and the scenario's currency -> the value in words."""


class Lever(NamedTuple):
    """A lever in words: its label (a noun phrase) and how a value of it is said."""

    label: Said
    show: Show


def _days(value: int, currency: str) -> Said:
    return days(value)


def _stage_day(value: int, currency: str) -> Said:
    return stage_day(value)


def _past_due(value: int, currency: str) -> Said:
    return past_due(value)


def _share(value: float, currency: str) -> Said:
    return share(value)


def _months(value: int, currency: str) -> Said:
    return months(value)


def _yes(value: bool, currency: str) -> Said:
    return Said("yes", "是") if value else Said("no", "否")


def _count(value: int, currency: str) -> Said:
    return Said(f"{value:,}", f"{value:,}")


def _or_off(off: Said, show: Show, below: int = 0) -> Show:
    """Return how a value is said that means "off" when it is not above ``below``."""
    return lambda value, currency: show(value, currency) if value > below else off


def _words(words: Mapping[str, Said]) -> Show:
    return lambda value, currency: words[value]


TONES: Final = {
    "gentle": Said("gentle", "温和"),
    "neutral": Said("neutral", "中性"),
    "firm": Said("firm", "坚决"),
}
CALLERS: Final = {
    "human": Said("collectors", "人工"),
    "automated": Said("the dialler", "自动外呼"),
    "automated_until": Said("the dialler first, then collectors", "先自动外呼，后转人工"),
}
DISPOSALS: Final = {
    "none": Said("kept open", "继续保留"),
    "write_off": Said("written off", "核销"),
    "sell": Said("sold", "债权转让"),
}
PRIORITIES: Final = {
    "oldest": Said("what has waited longest", "等待最久者优先"),
    "largest": Said("the largest balance", "余额大者优先"),
    "riskiest": Said("the account most days past due", "逾期天数长者优先"),
    "lowest_score": Said("the account with the lowest score", "评分低者优先"),
    "incremental_value": Said("the largest gain expected from a contact", "预期增量回收高者优先"),
}
ROUTINGS: Final = {
    "any": Said("whoever is free takes it", "由空闲人员承接"),
    "best_to_largest": Said("the best staff take the large balances", "大额账户交由能力强的人员"),
    "best_to_riskiest": Said("the best staff take the low scores", "低评分账户交由能力强的人员"),
}
REVIEWS: Final = {
    "morning": Said("work is found at a review in the morning", "工单于每日上午集中生成"),
    "at_once": Said("work is found the moment it falls due, day and night", "工单到期即时生成，昼夜不限"),
}
_FROM_STAGES: Final = {name: Said(f"the {said.en} stage", said.zh) for name, said in STAGES.items()}
_CHANNELS: Final = {
    "as_listed": Said("as listed", "按所列渠道"),
    "preferred": Said("as the borrower prefers", "按客户偏好渠道"),
}
_NEVER: Final = Said("never", "不安排")
_OFF: Final = Said("no such rule", "不设")


def _lever(en: str, zh: str, show: Show) -> Lever:
    return Lever(Said(en, zh), show)


def _steps(value: Any, currency: str) -> Said:
    return cadence(value)


def _offers(value: Any, currency: str) -> Said:
    return ladder(value)


LEVERS: Final[Mapping[Path, Lever]] = {
    ("early", "enter_dpd"): _lever("start of the early stage", "初始阶段起始日", _past_due),
    ("early", "tone"): _lever("tone of the early stage", "初始阶段语气", _words(TONES)),
    ("early", "steps"): _lever("contacts of the early stage", "初始阶段联系安排", _steps),
    ("early", "grace_days_low"): _lever("grace before a low-risk account is called", "低风险账户人工电话宽限期", _days),
    ("early", "grace_days_medium"): _lever(
        "grace before a medium-risk account is called", "中风险账户人工电话宽限期", _days
    ),
    ("early", "grace_days_high"): _lever(
        "grace before a high-risk account is called", "高风险账户人工电话宽限期", _days
    ),
    ("early", "caller"): _lever("who makes the calls of the early stage", "初始阶段电话拨打方式", _words(CALLERS)),
    ("early", "automated_until_day"): _lever(
        "day on which collectors take over from the dialler", "自动外呼转人工之日", _stage_day
    ),
    ("early", "channel_rule"): _lever("channel of messages", "信息发送渠道", _words(_CHANNELS)),
    ("mid", "enter_dpd"): _lever("start of the mid stage", "中期阶段起始日", _past_due),
    ("mid", "enter_after_days"): _lever(
        "time in the early stage that also leads to the mid stage",
        "初始阶段停留满多久即转入中期阶段",
        _or_off(_OFF, _days, -1),
    ),
    ("mid", "tone"): _lever("tone from the mid stage on", "中期阶段起的语气", _words(TONES)),
    ("mid", "steps"): _lever("contacts of the mid stage", "中期阶段联系安排", _steps),
    ("mid", "visit_min_balance"): _lever("smallest balance for a visit", "上门最低余额", money),
    ("mid", "plan_offered"): _lever("repayment plans on offer", "提供还款计划", _yes),
    ("mid", "plan_affordability_share"): _lever(
        "share of the spare income that an instalment takes", "每期还款额占可支配收入比例", _share
    ),
    ("mid", "plan_max_months"): _lever("longest repayment plan", "还款计划最长期限", _months),
    ("mid", "plan_down_payment_share"): _lever("down-payment on a plan", "还款计划首付比例", _share),
    ("mid", "plan_interest_waived_share"): _lever("interest waived under a plan", "还款计划减免利息比例", _share),
    ("follow_up", "promise_max_days"): _lever("latest day for a promise to pay", "承诺还款最长期限", _days),
    ("follow_up", "broken_promise_call_days"): _lever(
        "time from a broken promise to the call about it", "失约后至跟进电话的间隔", _or_off(_NEVER, _days, -1)
    ),
    ("follow_up", "plan_check_days"): _lever(
        "time from a missed instalment to the call about it", "漏还后至跟进电话的间隔", _or_off(_NEVER, _days, -1)
    ),
    ("follow_up", "max_missed_instalments"): _lever(
        "instalments that may be missed in a row", "允许连续漏还期数", _count
    ),
    ("late", "enter_dpd"): _lever("start of the late stage", "后期阶段起始日", _past_due),
    ("late", "enter_after_days"): _lever(
        "time in the mid stage that also leads to the late stage",
        "中期阶段停留满多久即转入后期阶段",
        _or_off(_OFF, _days, -1),
    ),
    ("late", "accelerate"): _lever("whole balance due on entering the late stage", "进入后期阶段即全部提前到期", _yes),
    ("late", "assess"): _lever("pre-legal risk assessment", "诉前风险评估", _yes),
    ("late", "assess_day"): _lever("day of the assessment", "诉前风险评估日", _stage_day),
    ("late", "min_balance"): _lever("smallest balance for a suit", "起诉最低余额", money),
    ("late", "min_net_yield"): _lever("smallest expected net yield for a suit", "起诉最低预期净收益", money),
    ("late", "letter_day"): _lever("day of the lawyer's letter", "律师函发出日", _or_off(_NEVER, _stage_day, -1)),
    ("late", "suit_day"): _lever("day of the suit", "起诉日", _or_off(_NEVER, _stage_day, -1)),
    ("late", "enforce"): _lever("enforcement of judgments", "胜诉后申请强制执行", _yes),
    ("late", "add_costs"): _lever("legal costs added to the debt", "法律费用计入欠款", _yes),
    ("late", "mark_credit_record"): _lever("report to the credit bureau", "上报征信", _yes),
    ("late", "keep_negotiating"): _lever(
        "mid-stage contacts kept up in the late stage", "后期阶段继续中期阶段联系", _yes
    ),
    ("late", "hold_vulnerable"): _lever("vulnerable borrowers spared legal means", "弱势客户免于法律手段", _yes),
    ("final", "enter_dpd"): _lever("start of the final stage", "最终阶段起始日", _past_due),
    ("final", "enter_after_days"): _lever(
        "time in the late stage that also leads to the final stage",
        "后期阶段停留满多久即转入最终阶段",
        _or_off(_OFF, _days, -1),
    ),
    ("final", "offers"): _lever("settlement ladder", "和解方案阶梯", _offers),
    ("final", "random_days"): _lever("random delay of an offer, at most", "方案提出日随机顺延上限", _days),
    ("final", "min_balance"): _lever("smallest balance for a settlement", "和解最低余额", money),
    ("final", "offers_after_break"): _lever("offers after a broken agreement", "协议违约后继续提出方案", _yes),
    ("final", "disposal"): _lever("what becomes of accounts still open", "未结账户的处置", _words(DISPOSALS)),
    ("final", "disposal_dpd"): _lever("day of the sale or write-off", "处置日", _past_due),
    ("final", "disposal_random_days"): _lever(
        "random delay of the sale or write-off, at most", "处置随机顺延上限", _days
    ),
    ("final", "disposal_share"): _lever("share of open accounts that is sold or written off", "处置比例", _share),
    ("final", "closing_record"): _lever("closing record and evaluation", "结案记录与评估", _yes),
    ("restoration", "from_stage"): _lever(
        "stage from which restoration is done", "客户关系恢复的起始阶段", _words(_FROM_STAGES)
    ),
    ("restoration", "care_call"): _lever("care call", "客户关怀电话", _yes),
    ("restoration", "fee_goodwill_share"): _lever("share of interest and fees given back", "息费返还比例", _share),
    ("restoration", "credit_rebuild"): _lever("credit-record mark removed", "消除不良征信记录", _yes),
    ("restoration", "reopen_line"): _lever("credit line opened again", "恢复额度", _yes),
    ("restoration", "delay_days"): _lever("time from resolution to restoration", "结案至客户关系恢复的间隔", _days),
    ("restoration", "min_margin"): _lever(
        "smallest yearly customer value for restoration", "客户关系恢复的最低年贡献", money
    ),
    ("escalation", "refusals"): _lever(
        "refusals that move an account on",
        "提前升级所需拒绝还款次数",
        _or_off(_OFF, lambda value, currency: counted(value, "refusal", "refusals", "次拒绝还款")),
    ),
    ("escalation", "broken_promises"): _lever(
        "broken promises that move an account on",
        "提前升级所需失约次数",
        _or_off(_OFF, lambda value, currency: counted(value, "broken promise", "broken promises", "次失约")),
    ),
    ("escalation", "attempts_without_reach"): _lever(
        "failed attempts that move an account on",
        "提前升级所需联系未果次数",
        _or_off(_OFF, lambda value, currency: counted(value, "failed attempt", "failed attempts", "次联系未果")),
    ),
    ("escalation", "plan_broken"): _lever("moving on after a broken plan", "还款计划违约即提前升级", _yes),
    ("escalation", "balance_floor"): _lever("smallest balance for the late stage", "进入后期阶段最低余额", money),
    ("escalation", "hold_on_promise"): _lever("hold while a promise is live", "承诺还款期内暂缓", _yes),
    ("escalation", "hold_on_plan"): _lever("hold while a plan is live", "还款计划履行中暂缓", _yes),
    ("escalation", "hold_on_settlement"): _lever("hold while a settlement is live", "和解履行中暂缓", _yes),
    ("escalation", "hold_on_dispute"): _lever("hold while a dispute is open", "争议处理中暂缓", _yes),
    ("escalation", "hold_on_hardship"): _lever("hold on disclosed hardship", "困难客户暂缓", _yes),
    ("escalation", "dispute_hold_days"): _lever("time to answer a dispute", "争议处理时限", _days),
    ("escalation", "hardship_hold_days"): _lever("length of the hold for hardship", "困难暂缓期", _days),
    ("stop", "max_attempts"): _lever(
        "attempts after which contact ends",
        "联系次数上限",
        _or_off(Said("no limit", "不限"), lambda value, currency: counted(value, "attempt", "attempts", "次")),
    ),
    ("stop", "after_dpd"): _lever(
        "day after which contact ends", "停止联系的逾期天数", _or_off(Said("no limit", "不限"), _past_due)
    ),
    ("stop", "min_balance"): _lever("smallest balance for contact", "联系最低余额", money),
    ("work", "priority"): _lever("which waiting work is taken first", "作业优先顺序", _words(PRIORITIES)),
    ("work", "routing"): _lever("who takes it", "作业分派", _words(ROUTINGS)),
    ("work", "review"): _lever("when work is found", "工单生成时间", _words(REVIEWS)),
}
"""Table and field -> its words. A lever that is missing here cannot be explained: the tests see to it that none is."""


def paths(levers: type[BaseModel] = Levers) -> Iterator[Path]:
    """Yield table and field of every lever, in the document's order."""
    for table, info in levers.model_fields.items():
        inner = info.annotation
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            yield from ((table, field) for field in inner.model_fields)


def value_at(levers: Levers, path: Path) -> Any:
    """Return the value of a lever."""
    return getattr(getattr(levers, path[0]), path[1])


def changed(first: Levers, second: Levers) -> list[Path]:
    """Return the levers whose values differ, in the document's order."""
    return [path for path in paths() if value_at(first, path) != value_at(second, path)]


def shown(levers: Levers, path: Path, currency: str) -> Said:
    """Return a lever's value in words."""
    return LEVERS[path].show(value_at(levers, path), currency)
