"""What happened, in Chinese: a clause for every kind of event, to stand after "5月9日，"."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from simcollect.core import codes
from simcollect.core.codes import Action, CloseReason, ConversationOutcome, EventKind, Hold, PaymentSource
from simcollect.outcomes.story.chinese_words import (
    CLOSED,
    HOLDS,
    PAID,
    REASONS,
    RULES,
    SAID,
    WHY_STAGE,
    WHY_SUIT_WITHDRAWN,
    named,
)

if TYPE_CHECKING:
    from simcollect.outcomes.story.episodes import Event
    from simcollect.outcomes.story.pen import Clause, Pen


def an_action(pen: Pen, number: int) -> str:
    """Return an action, also one that the row does not name."""
    return "未注明事项" if number == Action.NONE else pen.named(Action, number)


def because(pen: Pen, rule: int) -> str:
    """Return why a rule blocks an action."""
    return RULES.get(rule) or f"因规则“{pen.named(codes.Rule, rule)}”"


def _payment(pen: Pen, event: Event) -> str:
    row = event.row
    told: str = (PAID.get(row.detail) or "客户还款{amount}").format(amount=pen.money(row.amount))
    return told + (
        f"，还款后仍{pen.late(row.value)}" if row.value > 0 and row.detail == PaymentSource.OWN_ACCORD else ""
    )


def _stage(pen: Pen, event: Event) -> str:
    row = event.row
    why = WHY_STAGE.get(row.detail) or ""
    told = f"{why}账户{'转入' if why else '进入'}{pen.named(codes.Stage, row.stage)}，{pen.late(row.value)}"
    due = event.of(EventKind.ACCELERATED)
    if due is not None:
        told += f"；全部欠款{pen.money(due.amount)}提前到期"
    if event.of(EventKind.CREDIT_MARKED) is not None:
        told += "；逾期信息上报征信"
    return told


def _hold(pen: Pen, event: Event) -> str:
    row = event.row
    return f"{named(HOLDS, row.detail)}暂缓催收{_until(pen, row.value)}"


def _until(pen: Pen, minute: int) -> str:
    day = pen.day(minute)
    return day if day == pen.forever else f"至{day}"


_TERMS: Final[dict[int, str]] = {
    codes.Rule.INTEREST_IN_MORATORIUM: "计息月内处于暂缓期的天数停息，不计利息",
    codes.Rule.PLAN_TOO_LARGE: "按规则将每期还款额降至客户可承受的水平",
    codes.Rule.PLAN_TOO_SHORT: "按规则增加还款期数",
    codes.Rule.PLAN_TOO_LONG: "按规则限制还款期限",
}


def _blocked(pen: Pen, event: Event) -> str:
    row = event.row
    if row.detail == codes.Rule.ADDED_COSTS:
        return f"按规则，{an_action(pen, row.value)}费用不计入欠款"
    if row.detail in _TERMS:
        return _TERMS[row.detail]
    return f"{because(pen, row.detail)}，阻止{an_action(pen, row.value)}"


def _withdrawn(pen: Pen, event: Event) -> str:
    row = event.row
    return f"排队中的“{an_action(pen, row.detail)}”工单撤回（{pen.named(codes.WithdrawReason, row.value)}）"


def _conversation(pen: Pen, event: Event) -> str:
    row = event.row
    who, took = pen.who(event), pen.duration(row.value)
    if row.channel == codes.Channel.VISIT:
        met = f"{who}上门与客户面谈{took}"
    elif row.channel == codes.Channel.AUTOMATED_CALL:
        met = f"自动外呼接通客户，通话{took}"
    else:
        met = f"{who}与客户通话{took}"
    told = f"{met}，{_outcome(pen, event)}"
    noted = _noted(pen, event)
    if noted:
        told += f"。{noted}"
    for hold in (Hold.DISPUTE, Hold.HARDSHIP, Hold.MORATORIUM):
        started = event.of(EventKind.HOLD_STARTED, hold)
        if started is not None:
            told += f"。{HOLDS[hold]}暂缓催收{_until(pen, started.value)}"
    return told


def _outcome(pen: Pen, event: Event) -> str:
    """Return what the borrower said and did."""
    outcome = event.row.detail
    paid, promised = event.of(EventKind.PAYMENT), event.of(EventKind.PROMISE_MADE)
    if paid is not None:
        left = f"，还款后仍{pen.late(paid.value)}" if paid.value > 0 else ""
        return f"客户当场还款{pen.money(paid.amount)}{left}"
    if promised is not None:
        paused = event.of(EventKind.HOLD_STARTED, Hold.PROMISE) is not None
        then = "，其间暂缓催收" if paused else ""
        return f"客户承诺于{pen.day(promised.value)}前还款{pen.money(promised.amount)}{then}"
    said = SAID.get(outcome) or f"沟通结果（代码{outcome}）"
    if event.of(EventKind.PLAN_DECLINED) is not None:
        return f"{said}，但未能达成客户可承受的还款计划"
    if outcome == ConversationOutcome.NO_RESULT and any(item.action == Action.PLAN_CHECK_CALL for item in event.work):
        return "就未还的一期进行沟通"
    return said


def _noted(pen: Pen, event: Event) -> str:
    """Return what the collector wrote down after asking for the reason and the means."""
    probed, willing = event.of(EventKind.PROBED), event.of(EventKind.WILLINGNESS_NOTED)
    found = event.of(EventKind.SURPLUS_FOUND)
    parts = []
    if probed is not None:
        parts.append(f"询问逾期原因，客户称{named(REASONS, probed.detail)}")
        parts.append(f"初步判断{pen.means(probed.value)}")
    if willing is not None:
        parts.append(f"还款意愿评为{willing.value / 1e6:.2f}（满分1）")
    if found is not None:
        parts.append(f"核定每月结余{pen.money(found.amount)}")
    return "；".join(parts)


def _analysed(pen: Pen, event: Event) -> str:
    told = f"{pen.who(event)}完成逾期情况分析：{pen.means(event.row.value)}"
    willing = event.of(EventKind.WILLINGNESS_NOTED)
    return told + (f"，还款意愿评为{willing.value / 1e6:.2f}（满分1）" if willing is not None else "")


def _promise_broken(pen: Pen, event: Event) -> str:
    return f"客户失约，承诺的{pen.money(event.row.amount)}未到账{_follow_up(pen, event)}"


def _missed(what: str) -> Clause:
    def clause(pen: Pen, event: Event) -> str:
        row = event.row
        again = f"（连续第{row.value}次）" if row.value > 1 else ""
        return f"应付{what}{pen.money(row.amount)}未还{again}{_follow_up(pen, event)}"

    return clause


def _follow_up(pen: Pen, event: Event) -> str:
    row = event.of(EventKind.FOLLOW_UP_SCHEDULED)
    return f"，安排{pen.day(row.value)}{an_action(pen, row.detail)}" if row is not None else ""


def _broken(what: str, missed_kind: EventKind) -> Clause:
    def clause(pen: Pen, event: Event) -> str:
        missed = event.of(missed_kind)
        if missed is None:
            return f"{what}违约终止"
        return f"应付的{pen.money(missed.amount)}再次未还，{what}违约终止"

    return clause


def _plan(pen: Pen, event: Event) -> str:
    row = event.row
    told = f"双方达成还款计划：分{row.value}期，每期{pen.money(row.amount)}"
    down, forgiven = event.of(EventKind.PAYMENT), event.total(EventKind.WAIVED)
    if forgiven:
        told += f"；减免{pen.money(forgiven)}"
    if down is not None:
        told += f"；客户支付首付款{pen.money(down.amount)}"
    return told + ("；履行期间暂缓催收" if event.of(EventKind.HOLD_STARTED) is not None else "")


def _added(pen: Pen, event: Event) -> str:
    added = event.total(EventKind.COST_ADDED)
    if not added:
        return ""
    return "（计入欠款）" if added == event.row.cost else f"（其中{pen.money(added)}计入欠款）"


def _letter(pen: Pen, event: Event) -> str:
    told = f"{pen.who(event)}发出律师函，费用{pen.money(event.row.cost)}{_added(pen, event)}"
    return told + ("，客户已阅" if event.of(EventKind.LAWYERS_LETTER_READ) is not None else "")


def _assessed(pen: Pen, event: Event) -> str:
    row = event.row
    verdict = "值得起诉" if row.detail == 1 else "不宜起诉"
    return f"{pen.who(event)}完成诉前风险评估：预期净回收{pen.money(row.amount)}，{verdict}"


def _suit(pen: Pen, event: Event) -> str:
    row = event.row
    told = f"{pen.who(event)}提起诉讼，诉讼费{pen.money(row.cost)}{_added(pen, event)}"
    return f"{told}，预计{pen.day(row.value)}前判决"


def _judgment(pen: Pen, event: Event) -> str:
    if event.row.detail == 1:
        return f"法院判决贷款方胜诉，标的{pen.money(event.row.amount)}"
    waived = event.total(EventKind.WAIVED)
    told = "法院驳回诉讼请求"
    told += f"，{pen.money(waived)}费用由贷款方承担" if waived else ""
    return told + ("，此后停止催收" if event.of(EventKind.STOPPED) is not None else "")


def _suit_withdrawn(pen: Pen, event: Event) -> str:
    return WHY_SUIT_WITHDRAWN.get(event.row.detail, "因逾期款项还清，") + "贷款方撤诉"


def _suit_dropped(event: Event) -> str:
    return "，诉讼撤回" if event.of(EventKind.SUIT_WITHDRAWN) is not None else ""


def _enforcement(pen: Pen, event: Event) -> str:
    told = f"{pen.who(event)}申请强制执行，费用{pen.money(event.row.cost)}{_added(pen, event)}"
    paid = event.of(EventKind.PAYMENT)
    if paid is not None:
        told += f"，执行到账{pen.money(paid.amount)}"
    return told + ("，未发现可供执行的财产" if event.of(EventKind.ENFORCEMENT_FAILED) is not None else "")


def _offer(pen: Pen, event: Event) -> str:
    row = event.row
    asked = f"以{pen.money(row.amount)}结清"
    if event.owed == row.amount:
        asked = f"按所欠{pen.money(row.amount)}结清（欠款未减免，此后利息免收）"
    elif event.owed > row.amount > 0:
        small = 200 * (event.owed - row.amount) < event.owed
        off = "不足1" if small else round(100 * (1 - row.amount / event.owed))
        asked += f"所欠{pen.money(event.owed)}（减免{off}%）"
    return f"{pen.who(event)}提出第{row.detail + 1}档和解方案：{asked}，有效期至{pen.day(row.value)}"


def _accepted(pen: Pen, event: Event) -> str:
    row = event.row
    how = "一次性支付" if row.value <= 1 else f"分{row.value}期支付"
    told = f"客户接受和解，同意{how}{pen.money(row.amount)}"
    return told + ("，履行期间暂缓催收" if event.of(EventKind.HOLD_STARTED) is not None else "")


def _settled(pen: Pen, event: Event) -> str:
    waived = event.total(EventKind.WAIVED)
    told = "和解履行完毕"
    told += f"，其余{pen.money(waived)}予以减免" if waived else ""
    return told + ("，账户结清" if event.of(EventKind.CLOSED) is not None else "") + _suit_dropped(event)


def _closed(pen: Pen, event: Event) -> str:
    told = named(CLOSED, event.row.detail)
    if event.row.detail not in list(CloseReason):
        told = f"账户结案{told}"
    lost, sold = event.total(EventKind.WRITTEN_OFF), event.of(EventKind.SOLD)
    told += f"，核销{pen.money(lost)}" if lost else ""
    return told + (f"，转让价款{pen.money(sold.amount)}" if sold is not None else "") + _suit_dropped(event)


def _insolvent(pen: Pen, event: Event) -> str:
    lost = event.total(EventKind.WRITTEN_OFF)
    return "客户破产" + (f"，核销{pen.money(lost)}" if lost else "") + _suit_dropped(event)


def _cured(pen: Pen, event: Event) -> str:
    told = "还款计划履行完毕，" if event.of(EventKind.PLAN_COMPLETED) is not None else ""
    return f"{told}逾期款项全部还清，账户恢复正常，本次逾期历时{event.row.value}天{_suit_dropped(event)}"


def _care_call(pen: Pen, event: Event) -> str:
    told = f"{pen.who(event)}致电关怀客户，{'已接通' if event.row.detail == 1 else '未能接通'}"
    back = event.of(EventKind.FEE_GOODWILL)
    more = [f"返还已付息费{pen.money(back.amount)}"] if back is not None else []
    if event.of(EventKind.CREDIT_MARK_REMOVED) is not None or event.of(EventKind.CREDIT_REBUILT) is not None:
        more.append("不良征信记录已消除")
    if event.of(EventKind.LINE_REOPENED) is not None:
        more.append("授信额度已恢复")
    return "；".join([told, *more])


CLAUSES: Final[dict[str, Clause]] = {
    "OPENED": "账户入账，{detail}{amount}，{late}",
    "INSTALMENT_DUE": "当期应还{amount}到期，账户{late}",
    "INTEREST_CHARGED": "计收利息{amount}",
    "PENALTY_CHARGED": "计收罚息{amount}",
    "COST_ADDED": lambda pen, event: f"{an_action(pen, event.row.detail)}费用{pen.money(event.row.amount)}计入欠款",
    "ACCELERATED": "全部欠款{amount}提前到期",
    "SHOCK_STARTED": "客户家庭收入受冲击（贷款方不知情）",
    "SHOCK_ENDED": "客户家庭收入恢复（贷款方不知情）",
    "PAYMENT": _payment,
    "CURED": _cured,
    "REDEFAULTED": "客户未还当期应还的{amount}，账户再次逾期",
    "INSOLVENT": _insolvent,
    "COMPLAINT": "客户投诉，处理费用{cost}",
    "CUSTOMER_LEFT": "客户终止与贷款方的往来，客户流失",
    "WAIVED": "减免{detail}{amount}",
    "WRITTEN_OFF": "核销{amount}（{detail}）",
    "SOLD": "债权转让，价款{amount}",
    "CLOSED": _closed,
    "OUTSTANDING": "期末未结清{amount}（{detail}），{late}",
    "STAGE_ENTERED": _stage,
    "HOLD_STARTED": _hold,
    "HOLD_ENDED": lambda pen, event: f"暂缓催收结束（{pen.detail(event.row)}）",
    "BLOCKED": _blocked,
    "FOLLOW_UP_SCHEDULED": lambda pen, event: f"安排{pen.day(event.row.value)}{an_action(pen, event.row.detail)}",
    "STOPPED": "停止催收：{detail}",
    "ASSIGNED": lambda pen, event: f"自此按策略{pen.arm(event.row.detail)}处理",
    "WORK_QUEUED": lambda pen, event: f"“{an_action(pen, event.row.detail)}”进入{pen.actor(event.row)}工单队列",
    "WORK_STARTED": lambda pen, event: (
        f"{pen.actor(event.row)}开始处理“{an_action(pen, event.row.detail)}”，此前排队{pen.duration(event.row.value)}"
    ),
    "WORK_ENDED": lambda pen, event: (
        f"{pen.actor(event.row)}处理完毕“{an_action(pen, event.row.detail)}”，用时{pen.duration(event.row.value)}"
    ),
    "WORK_WITHDRAWN": _withdrawn,
    "STAFFED": "{pool}在岗{took}，人工成本{cost}",
    "MESSAGE_SENT": "发出信息（{channel}）",
    "MESSAGE_UNDELIVERED": "信息未送达（{channel}）",
    "MESSAGE_OPENED": "客户已读信息（{channel}）",
    "DIALLED": "{who}拨打客户电话",
    "NO_ANSWER": "电话无人接听",
    "WRONG_PARTY": "电话非本人接听",
    "ANSWERED": "客户本人接听",
    "CONVERSATION": _conversation,
    "VISITED": "{who}上门，往返共用时{took}",
    "NOBODY_HOME": "家中无人",
    "PROBED": lambda pen, event: (
        f"询问逾期原因，客户称{named(REASONS, event.row.detail)}，初步判断{pen.means(event.row.value)}"
    ),
    "ANALYSED": _analysed,
    "REFUSED": "客户拒绝还款",
    "HARDSHIP_DISCLOSED": "客户说明生活困难",
    "DISPUTE_RAISED": "客户对欠款提出异议",
    "DISPUTE_RESOLVED": "异议处理完毕，客户认可",
    "DISPUTE_REJECTED": "异议经核查不成立",
    "CEASE_REQUESTED": "客户要求停止联系",
    "OPTED_OUT": "客户退订{channel}",
    "WILLINGNESS_NOTED": "客户还款意愿评为{share}（满分1）",
    "PROMISE_MADE": "客户承诺于{until}前还款{amount}",
    "PROMISE_KEPT": "客户履行承诺，还款{amount}",
    "PROMISE_PART_KEPT": "客户部分履行承诺，还款{amount}",
    "PROMISE_BROKEN": _promise_broken,
    "PLAN_STARTED": _plan,
    "PLAN_INSTALMENT_KEPT": "按约归还一期{amount}，剩余{n}期",
    "PLAN_INSTALMENT_MISSED": _missed("分期款"),
    "PLAN_BROKEN": _broken("还款计划", EventKind.PLAN_INSTALMENT_MISSED),
    "PLAN_COMPLETED": "还款计划履行完毕",
    "PLAN_DECLINED": "还款计划未能达成",
    "ASSESSED": _assessed,
    "LAWYERS_LETTER_SENT": _letter,
    "LAWYERS_LETTER_READ": "客户已阅律师函",
    "SUIT_FILED": _suit,
    "JUDGMENT": _judgment,
    "ENFORCEMENT_STARTED": _enforcement,
    "ENFORCEMENT_FAILED": "强制执行未发现可供执行的财产",
    "CREDIT_MARKED": "逾期信息上报征信",
    "CREDIT_MARK_REMOVED": "不良征信记录已消除",
    "SUIT_WITHDRAWN": _suit_withdrawn,
    "OFFER_MADE": _offer,
    "OFFER_ACCEPTED": _accepted,
    "OFFER_DECLINED": "客户拒绝以{amount}和解",
    "OFFER_EXPIRED": "和解方案到期，客户未答复",
    "SETTLEMENT_INSTALMENT_MISSED": _missed("和解款"),
    "SETTLEMENT_BROKEN": _broken("和解", EventKind.SETTLEMENT_INSTALMENT_MISSED),
    "SETTLED": _settled,
    "CASE_RECORDED": "{who}完成结案记录与评估：{detail}",
    "CARE_CALL": _care_call,
    "FEE_GOODWILL": "为修复客户关系，返还已付息费{amount}",
    "CREDIT_REBUILT": "客户信用修复完成",
    "LINE_REOPENED": "授信额度已恢复",
    "SURPLUS_FOUND": "制定还款计划时核定每月结余{amount}",
    "UNKNOWN": "发生一项本版本未收录的事件（代码{kind}）",
}
