"""What codes are called inside a sentence, in Chinese; where a name will do, ``core.words`` has it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from simcollect.core import codes
from simcollect.core.codes import CloseReason, ConversationOutcome, Hold, PaymentSource, Rule

CURRENCIES: Final[Mapping[str, tuple[str, str]]] = {
    "TWD": ("新台币", "元"),
    "CNY": ("人民币", "元"),
    "HKD": ("港币", "元"),
    "USD": ("美元", "美元"),
    "EUR": ("欧元", "欧元"),
    "GBP": ("英镑", "英镑"),
    "JPY": ("日元", "日元"),
}
"""What a currency is called, and its unit after an amount."""

UNITS: Final[Mapping[int, str]] = {codes.Channel.SMS: "条", codes.Channel.EMAIL: "封"}
"""The measure word of a message."""

REASONS: Final[Mapping[int, str]] = {
    codes.StatedReason.FORGOT: "忘记还款",
    codes.StatedReason.SHORT_OF_CASH: "一时资金周转不开",
    codes.StatedReason.HARDSHIP: "生活困难",
    codes.StatedReason.TOO_MUCH_DEBT: "负债过多",
    codes.StatedReason.WILL_NOT_PAY: "不愿还款",
    codes.StatedReason.DISPUTES: "对欠款有异议",
}
"""What a borrower gives as the reason, by ``StatedReason``."""

HOLDS: Final[Mapping[int, str]] = {
    Hold.PROMISE: "因客户承诺还款，",
    Hold.PLAN: "因还款计划履行中，",
    Hold.SETTLEMENT: "因和解履行中，",
    Hold.DISPUTE: "因异议处理，",
    Hold.HARDSHIP: "因客户生活困难，",
    Hold.MORATORIUM: "因客户处于暂缓期，",
    Hold.OFFER: "因和解方案待答复，",
}
"""Why pursuit is paused, by ``Hold``."""

RULES: Final[Mapping[int, str]] = {
    Rule.CALLS_PER_7_DAYS: "因七日拨打次数上限",
    Rule.CALLS_PER_DAY: "因每日拨打次数上限",
    Rule.MESSAGES_PER_7_DAYS: "因七日信息条数上限",
    Rule.QUIET_AFTER_CONVERSATION: "因处于通话后静默期",
    Rule.PERMITTED_HOURS: "因不在允许联系时段",
    Rule.VISIT_HOURS: "因不在允许上门时段",
    Rule.VISIT_NOTICE: "因未满足上门预告要求",
    Rule.VISIT_TWO_PEOPLE: "因未满足双人上门要求",
    Rule.CEASE_REQUEST: "因客户要求停止联系",
    Rule.OPT_OUT: "因客户退订",
    Rule.NO_CONSENT: "因未获客户同意",
    Rule.MORATORIUM: "因处于暂缓期",
    Rule.FORBEARANCE_BEFORE_SUIT: "因诉前宽限义务",
    Rule.VULNERABLE_HOLD: "因弱势客户保护",
    Rule.THIRD_PARTY: "因禁止联系第三人",
    Rule.DISPUTE: "因处于争议期间",
    Rule.DISCOUNT_BEYOND_AUTHORITY: "因超出减免权限",
}
"""Why an action is blocked, by ``Rule``."""

WHY_STAGE: Final[Mapping[int, str]] = {
    codes.Trigger.REFUSALS: "因客户拒绝还款，",
    codes.Trigger.BROKEN_PROMISES: "因多次失约，",
    codes.Trigger.UNREACHED: "因多次联系未果，",
    codes.Trigger.PLAN_BROKEN: "因还款计划违约，",
    codes.Trigger.POLICY: "按自定义策略，",
}
"""Why a stage is entered, by ``Trigger``; being late enough needs no words."""

CLOSED: Final[Mapping[int, str]] = {
    CloseReason.PAID_IN_FULL: "欠款全部清偿，予以结案",
    CloseReason.SETTLED: "账户和解结清，予以结案",
    CloseReason.WRITTEN_OFF: "债权核销，予以结案",
    CloseReason.SOLD: "债权转让，予以结案",
    CloseReason.INSOLVENT: "因客户破产，予以结案",
}
"""How a debt is closed, by ``CloseReason``."""

SAID: Final[Mapping[int, str]] = {
    ConversationOutcome.PAY_NOW: "客户同意立即还款",
    ConversationOutcome.PROMISE: "客户承诺还款",
    ConversationOutcome.ASK_FOR_PLAN: "客户申请分期还款",
    ConversationOutcome.DISCLOSE_HARDSHIP: "客户说明生活困难",
    ConversationOutcome.DISPUTE: "客户对欠款提出异议",
    ConversationOutcome.REFUSE: "客户拒绝还款",
    ConversationOutcome.ASK_TO_CEASE: "客户要求停止联系",
    ConversationOutcome.NO_RESULT: "未取得结果",
}
"""How a conversation ends, by ``ConversationOutcome``."""

CELLS: Final[Mapping[int, str]] = {
    codes.Cell.FORGETFUL: "有能力还款，只是容易忘记",
    codes.Cell.CASH_FLOW_GAP: "收入到账晚于还款日，资金周转不开",
    codes.Cell.HARDSHIP: "确有生活困难",
    codes.Cell.OVER_INDEBTED: "负债过多，收入难以负担",
    codes.Cell.UNWILLING: "有能力还款而不愿还款",
    codes.Cell.DISPUTING: "认为欠款有误",
    codes.Cell.UNREACHABLE: "几乎无法联系",
}
"""Why the account is overdue, by ``Cell``."""

WHY_SUIT_WITHDRAWN: Final[Mapping[int, str]] = {
    CloseReason.PAID_IN_FULL: "因欠款清偿，",
    CloseReason.SETTLED: "因和解履行完毕，",
    CloseReason.WRITTEN_OFF: "因债权核销，",
    CloseReason.SOLD: "因债权转让，",
    CloseReason.INSOLVENT: "因客户破产，",
}
"""Why a suit is dropped, by ``CloseReason``; it is 0 where the arrears were paid."""

PAID: Final[Mapping[int, str]] = {
    PaymentSource.OWN_ACCORD: "客户主动还款{amount}",
    PaymentSource.IN_CONVERSATION: "客户在沟通中还款{amount}",
    PaymentSource.PROMISE: "客户按承诺还款{amount}",
    PaymentSource.DOWN_PAYMENT: "客户支付首付款{amount}",
    PaymentSource.PLAN: "客户按还款计划还款{amount}",
    PaymentSource.SETTLEMENT: "客户支付和解款{amount}",
    PaymentSource.ENFORCEMENT: "强制执行到账{amount}",
    PaymentSource.CONTRACTUAL: "客户按期还款{amount}",
}
"""One payment, by ``PaymentSource``."""

PAID_SEVERAL: Final[Mapping[int, str]] = {
    PaymentSource.OWN_ACCORD: "客户主动还款{n}次，共{amount}",
    PaymentSource.PLAN: "客户按还款计划还款{n}期，共{amount}",
    PaymentSource.SETTLEMENT: "客户支付和解款{n}期，共{amount}",
    PaymentSource.ENFORCEMENT: "强制执行到账{n}笔，共{amount}",
    PaymentSource.CONTRACTUAL: "客户按期还款{n}期，共{amount}",
}
"""Several payments in a row, by ``PaymentSource``."""


def named(words: Mapping[int, str], number: int) -> str:
    """Return the words for a code, or its number where this version does not know it."""
    return words.get(number) or f"（代码{number}）"
