"""What every code is called in the field's own words, in English and Chinese.

Stories, pictures and tables take their words from here, so that one thing has one name in each language. English names
are lower case and fit into a sentence; Chinese names are those of Chinese collection practice.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum
from typing import Final, Literal, TypeAlias, get_args

from simcollect.core import codes
from simcollect.core.errors import InputError, closest

Lang: TypeAlias = Literal["en", "zh"]
"""English or Chinese."""

LANGS: Final[tuple[Lang, ...]] = get_args(Lang)

_CHINESE: Final[Mapping[type[IntEnum], Mapping[str, str]]] = {
    codes.Stage: {
        "NONE": "未入催",
        "EARLY": "初始阶段",
        "MID": "中期阶段",
        "LATE": "后期阶段",
        "FINAL": "最终阶段",
    },
    codes.Action: {
        "NONE": "无",
        "SMS": "短信提醒",
        "EMAIL": "邮件通知",
        "AUTOMATED_CALL": "自动外呼",
        "CALL": "电话催收",
        "CASE_ANALYSIS": "逾期情况分析",
        "NEGOTIATION_CALL": "协商电话",
        "VISIT": "面对面交流",
        "BROKEN_PROMISE_CALL": "失约跟进电话",
        "PLAN_CHECK_CALL": "还款计划跟进电话",
        "RISK_ASSESSMENT": "诉前风险评估",
        "LAWYERS_LETTER": "律师函",
        "LAWSUIT": "提起诉讼",
        "ENFORCEMENT": "申请强制执行",
        "SETTLEMENT_OFFER": "和解方案",
        "WRITE_OFF": "核销",
        "SALE": "债权转让",
        "CLOSING_RECORD": "结案记录与评估",
        "CARE_CALL": "客户关怀电话",
        "FEE_GOODWILL": "费用返还",
        "CREDIT_REBUILD": "信用修复",
        "REOPEN_LINE": "恢复额度",
        "NOTIFY_THIRD_PARTY": "联系第三人",
    },
    codes.Channel: {
        "NONE": "无",
        "SMS": "短信",
        "EMAIL": "邮件",
        "AUTOMATED_CALL": "自动外呼",
        "CALL": "人工电话",
        "VISIT": "上门",
        "LETTER": "信函",
    },
    codes.Pool: {
        "NONE": "无",
        "CALLERS": "电话催收员",
        "NEGOTIATORS": "协商专员",
        "LEGAL_OFFICERS": "法务专员",
        "SETTLEMENT_DESK": "和解专员",
    },
    codes.Cell: {
        "FORGETFUL": "遗忘型",
        "CASH_FLOW_GAP": "资金周转型",
        "HARDSHIP": "困难型",
        "OVER_INDEBTED": "过度负债型",
        "UNWILLING": "拒不还款型",
        "DISPUTING": "争议型",
        "UNREACHABLE": "失联型",
    },
    codes.Status: {"NOT_ARRIVED": "尚未逾期", "OVERDUE": "逾期", "CURRENT": "正常", "CLOSED": "已结清"},
    codes.CloseReason: {
        "PAID_IN_FULL": "清偿",
        "SETTLED": "和解结清",
        "WRITTEN_OFF": "核销",
        "SOLD": "债权转让",
        "INSOLVENT": "破产",
    },
    codes.Hold: {
        "NONE": "无",
        "PROMISE": "承诺还款期内",
        "PLAN": "还款计划履行中",
        "SETTLEMENT": "和解履行中",
        "DISPUTE": "争议处理中",
        "HARDSHIP": "困难缓催",
        "MORATORIUM": "暂缓催收期",
        "OFFER": "和解方案待答复",
    },
    codes.Component: {"PRINCIPAL": "本金", "INTEREST": "利息", "FEES": "费用", "COSTS": "诉讼及催收成本"},
    codes.PaymentSource: {
        "OWN_ACCORD": "主动还款",
        "IN_CONVERSATION": "通话中还款",
        "PROMISE": "履行承诺",
        "DOWN_PAYMENT": "首付款",
        "PLAN": "还款计划",
        "SETTLEMENT": "和解款",
        "ENFORCEMENT": "强制执行",
        "CONTRACTUAL": "正常月供",
    },
    codes.ConversationOutcome: {
        "PAY_NOW": "当场还款",
        "PROMISE": "承诺还款",
        "ASK_FOR_PLAN": "申请分期",
        "DISCLOSE_HARDSHIP": "说明困难",
        "DISPUTE": "提出异议",
        "REFUSE": "拒绝还款",
        "ASK_TO_CEASE": "要求停止联系",
        "NO_RESULT": "无结果",
    },
    codes.StatedReason: {
        "FORGOT": "忘记还款",
        "SHORT_OF_CASH": "资金周转困难",
        "HARDSHIP": "生活困难",
        "TOO_MUCH_DEBT": "负债过多",
        "WILL_NOT_PAY": "拒绝还款",
        "DISPUTES": "对欠款有异议",
    },
    codes.Trigger: {
        "DAYS": "逾期天数",
        "REFUSALS": "拒绝还款",
        "BROKEN_PROMISES": "多次失约",
        "UNREACHED": "多次联系未果",
        "PLAN_BROKEN": "还款计划违约",
        "POLICY": "自定义策略",
    },
    codes.WithdrawReason: {
        "PAID": "已还款",
        "CLOSED": "已结案",
        "HOLD": "暂缓催收",
        "RULE": "规则禁止",
        "CEASED": "客户要求停止联系",
        "SUPERSEDED": "已无需要",
    },
    codes.StopReason: {
        "MAX_ATTEMPTS": "达到最多联系次数",
        "DAYS": "超过催收天数",
        "BALANCE": "余额过低",
        "CEASED": "客户要求停止联系",
        "SUIT_LOST": "败诉",
    },
    codes.Rule: {
        "CALLS_PER_7_DAYS": "七日拨打次数上限",
        "QUIET_AFTER_CONVERSATION": "通话后静默期",
        "PERMITTED_HOURS": "允许联系时段",
        "CEASE_REQUEST": "停止联系请求",
        "OPT_OUT": "退订",
        "NO_CONSENT": "未获同意",
        "MORATORIUM": "暂缓期",
        "FORBEARANCE_BEFORE_SUIT": "诉前宽限义务",
        "VULNERABLE_HOLD": "弱势客户保护",
        "VISIT_HOURS": "上门时段",
        "THIRD_PARTY": "禁止联系第三人",
        "MESSAGES_PER_7_DAYS": "七日信息条数上限",
        "DISPUTE": "争议期间",
        "CALLS_PER_DAY": "每日拨打次数上限",
        "VISIT_TWO_PEOPLE": "双人上门",
        "PLAN_TOO_LARGE": "每期还款额上限",
        "PLAN_TOO_SHORT": "最少期数",
        "PLAN_TOO_LONG": "最长期限",
        "DISCOUNT_BEYOND_AUTHORITY": "减免权限",
        "ADDED_COSTS": "禁止加收费用",
        "INTEREST_IN_MORATORIUM": "暂缓期内停息",
        "VISIT_NOTICE": "上门预告",
    },
    codes.Evaluation: {
        "PAID_BY_ITSELF": "自行还款",
        "PAID_AFTER_CONTACT": "催收后还款",
        "SETTLED_BY_AGREEMENT": "协议结清",
        "RECOVERED_BY_LAW": "法律途径收回",
        "LOST": "损失",
    },
}

_KINDS: Final[Mapping[str, str]] = {
    "OPENED": "入账",
    "INSTALMENT_DUE": "到期应还",
    "INTEREST_CHARGED": "计息",
    "PENALTY_CHARGED": "计罚息",
    "COST_ADDED": "费用计入欠款",
    "ACCELERATED": "提前到期",
    "SHOCK_STARTED": "收入受冲击",
    "SHOCK_ENDED": "收入恢复",
    "PAYMENT": "还款",
    "CURED": "恢复正常",
    "REDEFAULTED": "再次逾期",
    "INSOLVENT": "破产",
    "COMPLAINT": "投诉",
    "CUSTOMER_LEFT": "客户流失",
    "WAIVED": "减免",
    "WRITTEN_OFF": "核销",
    "SOLD": "债权转让",
    "CLOSED": "结案",
    "OUTSTANDING": "期末未结清",
    "STAGE_ENTERED": "进入阶段",
    "HOLD_STARTED": "暂缓开始",
    "HOLD_ENDED": "暂缓结束",
    "BLOCKED": "规则阻止",
    "FOLLOW_UP_SCHEDULED": "安排跟进",
    "STOPPED": "停止催收",
    "ASSIGNED": "分配策略",
    "WORK_QUEUED": "进入工单",
    "WORK_STARTED": "开始处理",
    "WORK_ENDED": "处理完毕",
    "WORK_WITHDRAWN": "撤回工单",
    "STAFFED": "排班",
    "MESSAGE_SENT": "信息发出",
    "MESSAGE_UNDELIVERED": "信息未送达",
    "MESSAGE_OPENED": "信息已读",
    "DIALLED": "拨打电话",
    "NO_ANSWER": "无人接听",
    "WRONG_PARTY": "非本人接听",
    "ANSWERED": "本人接听",
    "CONVERSATION": "通话",
    "VISITED": "上门",
    "NOBODY_HOME": "无人在家",
    "PROBED": "询问原因",
    "ANALYSED": "情况分析",
    "REFUSED": "拒绝还款",
    "HARDSHIP_DISCLOSED": "说明困难",
    "DISPUTE_RAISED": "提出异议",
    "DISPUTE_RESOLVED": "异议解决",
    "CEASE_REQUESTED": "要求停止联系",
    "OPTED_OUT": "退订",
    "DISPUTE_REJECTED": "异议不成立",
    "WILLINGNESS_NOTED": "记录还款意愿",
    "PROMISE_MADE": "承诺还款",
    "PROMISE_KEPT": "承诺履行",
    "PROMISE_PART_KEPT": "承诺部分履行",
    "PROMISE_BROKEN": "失约",
    "PLAN_STARTED": "还款计划开始",
    "PLAN_INSTALMENT_KEPT": "按期还款",
    "PLAN_INSTALMENT_MISSED": "分期未还",
    "PLAN_BROKEN": "还款计划违约",
    "PLAN_COMPLETED": "还款计划完成",
    "PLAN_DECLINED": "还款计划未达成",
    "ASSESSED": "诉前评估",
    "LAWYERS_LETTER_SENT": "发出律师函",
    "LAWYERS_LETTER_READ": "律师函已读",
    "SUIT_FILED": "提起诉讼",
    "JUDGMENT": "判决",
    "ENFORCEMENT_STARTED": "申请强制执行",
    "ENFORCEMENT_FAILED": "执行未果",
    "CREDIT_MARKED": "征信记录不良",
    "CREDIT_MARK_REMOVED": "消除不良记录",
    "SUIT_WITHDRAWN": "撤诉",
    "OFFER_MADE": "提出和解方案",
    "OFFER_ACCEPTED": "接受和解",
    "OFFER_DECLINED": "拒绝和解",
    "OFFER_EXPIRED": "和解方案过期",
    "SETTLEMENT_INSTALMENT_MISSED": "和解款未还",
    "SETTLEMENT_BROKEN": "和解违约",
    "SETTLED": "和解履行完毕",
    "CASE_RECORDED": "结案记录与评估",
    "CARE_CALL": "客户关怀电话",
    "FEE_GOODWILL": "费用返还",
    "CREDIT_REBUILT": "信用修复",
    "LINE_REOPENED": "恢复额度",
    "SURPLUS_FOUND": "核定每月结余",
}

# English names follow from a member's own name but for these.
_ENGLISH: Final[Mapping[type[IntEnum], Mapping[str, str]]] = {
    codes.Stage: {
        "NONE": "no stage",
        "EARLY": "early stage",
        "MID": "mid stage",
        "LATE": "late stage",
        "FINAL": "final stage",
    },
    codes.Action: {
        "SMS": "SMS",
        "EMAIL": "e-mail",
        "LAWYERS_LETTER": "lawyer's letter",
        "RISK_ASSESSMENT": "pre-legal risk assessment",
    },
    codes.Channel: {"SMS": "SMS", "EMAIL": "e-mail"},
    codes.Rule: {
        "CALLS_PER_7_DAYS": "cap on calls in 7 days",
        "QUIET_AFTER_CONVERSATION": "quiet days after a conversation",
        "MESSAGES_PER_7_DAYS": "cap on messages in 7 days",
        "CALLS_PER_DAY": "cap on calls a day",
        "OPT_OUT": "opt-out",
        "VISIT_TWO_PEOPLE": "visits by two people",
        "PLAN_TOO_LARGE": "largest instalment",
        "PLAN_TOO_SHORT": "fewest instalments",
        "PLAN_TOO_LONG": "longest plan",
        "ADDED_COSTS": "no added costs",
        "INTEREST_IN_MORATORIUM": "no interest in a moratorium",
        "VISIT_NOTICE": "notice of a visit",
    },
    codes.EventKind: {
        "LAWYERS_LETTER_SENT": "lawyer's letter sent",
        "LAWYERS_LETTER_READ": "lawyer's letter read",
        "REDEFAULTED": "re-defaulted",
    },
    codes.Cell: {"OVER_INDEBTED": "over-indebted", "CASH_FLOW_GAP": "cash-flow gap"},
}


def check_lang(lang: str) -> Lang:
    """Return the language a user asked for.

    Raises
    ------
    InputError
        If it is none of :data:`LANGS`.
    """
    for known in LANGS:
        if lang == known:
            return known
    near = closest(lang, LANGS)
    hint = f'Did you mean "{near}"?' if near is not None else ""
    raise InputError("", f'language "{lang}"', "is not known", f"Expected {' or '.join(LANGS)}", hint)


def name_of(code: IntEnum, lang: Lang = "en") -> str:
    """Return what a code is called.

    Parameters
    ----------
    code
        A member of an enumeration of :mod:`simcollect.core.codes`, :class:`~simcollect.core.codes.Purpose` excepted:
        draws are not told.
    lang
        Language.

    Raises
    ------
    KeyError
        If the code's enumeration has no words.

    Examples
    --------
    >>> name_of(codes.Stage.EARLY), name_of(codes.Action.LAWYERS_LETTER), name_of(codes.Cell.HARDSHIP)
    ('early stage', "lawyer's letter", 'hardship')
    >>> name_of(codes.Stage.EARLY, "zh")
    '初始阶段'
    """
    kind = type(code)
    if lang == "zh":
        return _KINDS[code.name] if kind is codes.EventKind else _CHINESE[kind][code.name]
    if kind is not codes.EventKind and kind not in _CHINESE:
        raise KeyError(kind.__name__)
    return _ENGLISH.get(kind, {}).get(code.name) or code.name.replace("_", " ").lower()
