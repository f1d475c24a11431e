"""What happened, in English: a clause for every kind of event, to stand after "On 9 May "."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from simcollect.core import codes
from simcollect.core.codes import Action, ConversationOutcome, EventKind, Hold, PaymentSource
from simcollect.outcomes.story.english_words import (
    ACTIONS,
    CLOSED,
    HOLDS,
    PAID,
    REASONS,
    RULES,
    SAID,
    WHY_STAGE,
    WHY_STOPPED,
    WHY_SUIT_WITHDRAWN,
    WHY_WITHDRAWN,
    counted,
    named,
)

if TYPE_CHECKING:
    from simcollect.outcomes.story.episodes import Event
    from simcollect.outcomes.story.pen import Clause, Pen


def an_action(pen: Pen, number: int) -> str:
    """Return an action with its article."""
    return ACTIONS.get(number) or f"a {pen.named(Action, number)}"


def the_rule(pen: Pen, number: int) -> str:
    """Return a rule as the subject of a sentence."""
    return RULES.get(number) or f"a rule ({pen.named(codes.Rule, number)})"


def _payment(pen: Pen, event: Event) -> str:
    row = event.row
    told = named(PAID, "the borrower paid {amount}, source", row.detail).format(amount=pen.money(row.amount))
    return told + (
        f", and was then {pen.late(row.value)}" if row.value > 0 and row.detail == PaymentSource.OWN_ACCORD else ""
    )


def _stage(pen: Pen, event: Event) -> str:
    row = event.row
    why = WHY_STAGE.get(row.detail) or ""
    told = f"the account entered the {pen.named(codes.Stage, row.stage)}"
    told += f" {why}, {pen.late(row.value)}" if why else f", {pen.late(row.value)}"
    due = event.of(EventKind.ACCELERATED)
    if due is not None:
        told += f"; the whole balance, {pen.money(due.amount)}, fell due"
    if event.of(EventKind.CREDIT_MARKED) is not None:
        told += "; the default was reported to the credit register"
    return told


def _hold(pen: Pen, number: int, until: int) -> str:
    return f"pursuit was paused until {pen.day(until)} for {named(HOLDS, 'reason', number)}"


_TERMS: Final[dict[int, str]] = {
    codes.Rule.INTEREST_IN_MORATORIUM: "no interest was charged for the month's days of the moratorium",
    codes.Rule.PLAN_TOO_LARGE: "a rule lowered the instalment of the plan to what could be afforded",
    codes.Rule.PLAN_TOO_SHORT: "a rule spread the plan over more instalments",
    codes.Rule.PLAN_TOO_LONG: "a rule kept the plan from running longer",
}


def _blocked(pen: Pen, event: Event) -> str:
    row = event.row
    if row.detail == codes.Rule.ADDED_COSTS:
        return f"the cost of {an_action(pen, row.value)} was not put on the debt, as a rule bars it"
    if row.detail in _TERMS:
        return _TERMS[row.detail]
    return f"{the_rule(pen, row.detail)} blocked {an_action(pen, row.value)}"


def _withdrawn(pen: Pen, event: Event) -> str:
    row = event.row
    why = named(WHY_WITHDRAWN, "for reason", row.value)
    return f"{an_action(pen, row.detail)} that was waiting for staff was withdrawn {why}"


def _conversation(pen: Pen, event: Event) -> str:
    row = event.row
    who, took = pen.who(event), pen.duration(row.value)
    if row.channel == codes.Channel.VISIT:
        met = f"{who} visited, found the borrower at home and talked for {took}"
    elif row.channel == codes.Channel.AUTOMATED_CALL:
        met = f"the dialler's call was answered by the borrower and lasted {took}"
    else:
        met = f"{who} reached the borrower by telephone and talked for {took}"
    told = f"{met}: {_outcome(pen, event)}"
    noted = _noted(pen, event)
    if noted:
        told += f". {noted}"
    for hold in (Hold.DISPUTE, Hold.HARDSHIP, Hold.MORATORIUM):
        row_of_hold = event.of(EventKind.HOLD_STARTED, hold)
        if row_of_hold is not None:
            told += f". Because of {HOLDS[hold]}, pursuit was paused until {pen.day(row_of_hold.value)}"
    return told


def _outcome(pen: Pen, event: Event) -> str:
    """Return what the borrower said and did."""
    outcome = event.row.detail
    paid, promised = event.of(EventKind.PAYMENT), event.of(EventKind.PROMISE_MADE)
    if paid is not None:
        left = f", and was then {pen.late(paid.value)}" if paid.value > 0 else ""
        return f"the borrower paid {pen.money(paid.amount)} on the spot{left}"
    if promised is not None:
        paused = event.of(EventKind.HOLD_STARTED, Hold.PROMISE) is not None
        then = ", and pursuit was paused until then" if paused else ""
        return f"the borrower promised to pay {pen.money(promised.amount)} by {pen.day(promised.value)}{then}"
    said = named(SAID, "outcome", outcome)
    if event.of(EventKind.PLAN_DECLINED) is not None:
        return f"{said}, but none was found that could be afforded and was wanted"
    if outcome == ConversationOutcome.NO_RESULT and any(item.action == Action.PLAN_CHECK_CALL for item in event.work):
        return "the missed instalment was talked over"
    return said


def _noted(pen: Pen, event: Event) -> str:
    """Return what the collector wrote down after asking for the reason and the means."""
    probed, willing = event.of(EventKind.PROBED), event.of(EventKind.WILLINGNESS_NOTED)
    found = event.of(EventKind.SURPLUS_FOUND)
    parts = []
    if probed is not None:
        parts.append(f"asked why, the borrower spoke of {named(REASONS, 'reason', probed.detail)}")
        parts.append(f"there seemed to be {pen.means(probed.value)}")
    if willing is not None:
        parts.append(f"willingness was put at {willing.value / 1e6:.2f} of 1")
    if found is not None:
        parts.append(f"a monthly surplus of {pen.money(found.amount)} was found")
    told = "; ".join(parts)
    return told[:1].upper() + told[1:]


def _analysed(pen: Pen, event: Event) -> str:
    told = f"{pen.who(event)} analysed the case and found {pen.means(event.row.value)}"
    willing = event.of(EventKind.WILLINGNESS_NOTED)
    return told + (f"; willingness was put at {willing.value / 1e6:.2f} of 1" if willing is not None else "")


def _promise_broken(pen: Pen, event: Event) -> str:
    return f"the {pen.money(event.row.amount)} promised for that day did not come{_follow_up(pen, event)}"


def _missed(what: str) -> Clause:
    def clause(pen: Pen, event: Event) -> str:
        row = event.row
        again = f", the {row.value}{_ordinal(row.value)} miss in a row" if row.value > 1 else ""
        return f"the {what} of {pen.money(row.amount)} was missed{again}{_follow_up(pen, event)}"

    return clause


def _ordinal(n: int) -> str:
    return "th" if n % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(n % 10, "th")


def _follow_up(pen: Pen, event: Event) -> str:
    row = event.of(EventKind.FOLLOW_UP_SCHEDULED)
    return f", and {an_action(pen, row.detail)} was set for {pen.day(row.value)}" if row is not None else ""


def _broken(what: str, missed_kind: EventKind) -> Clause:
    def clause(pen: Pen, event: Event) -> str:
        missed = event.of(missed_kind)
        if missed is None:
            return f"the {what} was broken"
        return f"the instalment of {pen.money(missed.amount)} was missed once more, and the {what} was broken"

    return clause


def _plan(pen: Pen, event: Event) -> str:
    row = event.row
    told = f"a repayment plan was agreed: {counted(row.value, 'monthly instalment')} of {pen.money(row.amount)}"
    down, forgiven = event.of(EventKind.PAYMENT), event.total(EventKind.WAIVED)
    if forgiven:
        told += f"; {pen.money(forgiven)} was waived"
    if down is not None:
        told += f"; the borrower paid {pen.money(down.amount)} down"
    if event.of(EventKind.HOLD_STARTED) is not None:
        told += "; pursuit was paused for as long as the plan is kept"
    return told


def _letter(pen: Pen, event: Event) -> str:
    told = f"{pen.who(event)} sent a lawyer's letter at a cost of {pen.money(event.row.cost)}"
    told += _added(pen, event)
    return told + (", and it was read" if event.of(EventKind.LAWYERS_LETTER_READ) is not None else "")


def _added(pen: Pen, event: Event) -> str:
    added = event.total(EventKind.COST_ADDED)
    return ", which was added to the debt" if added == event.row.cost and added else (
        f", of which {pen.money(added)} was added to the debt" if added else "")  # fmt: skip


def _assessed(pen: Pen, event: Event) -> str:
    row = event.row
    verdict = "worth suing" if row.detail == 1 else "not worth suing"
    expected = f"at an expected net yield of {pen.money(row.amount)}"
    return f"{pen.who(event)} weighed a lawsuit: {expected} the case was {verdict}"


def _suit(pen: Pen, event: Event) -> str:
    row = event.row
    told = f"{pen.who(event)} filed a suit for a court fee of {pen.money(row.cost)}{_added(pen, event)}"
    return f"{told}; judgment was expected by {pen.day(row.value)}"


def _judgment(pen: Pen, event: Event) -> str:
    if event.row.detail == 1:
        return f"the court gave judgment for the lender ({pen.money(event.row.amount)})"
    waived = event.total(EventKind.WAIVED)
    told = "the court dismissed the claim"
    told += f"; {pen.money(waived)} of costs stayed with the lender" if waived else ""
    return told + ("; no further attempts were made" if event.of(EventKind.STOPPED) is not None else "")


def _suit_withdrawn(pen: Pen, event: Event) -> str:
    return f"the suit was withdrawn {WHY_SUIT_WITHDRAWN.get(event.row.detail, 'because the arrears were paid')}"


def _enforcement(pen: Pen, event: Event) -> str:
    told = f"{pen.who(event)} had the judgment enforced for {pen.money(event.row.cost)}{_added(pen, event)}"
    paid = event.of(EventKind.PAYMENT)
    if paid is not None:
        told += f"; it brought in {pen.money(paid.amount)}"
    return told + ("; nothing was found to seize" if event.of(EventKind.ENFORCEMENT_FAILED) is not None else "")


def _offer(pen: Pen, event: Event) -> str:
    row = event.row
    until = f"open until {pen.day(row.value)} (step {row.detail + 1} of the ladder)"
    if event.owed == row.amount:
        return (
            f"{pen.who(event)} offered to settle for the {pen.money(row.amount)} owed, without a discount on the sum "
            f"and with interest waived from then on, {until}"
        )
    off = "less than 1" if 200 * (event.owed - row.amount) < event.owed else round(100 * (1 - row.amount / event.owed))
    of_what = f" of the {pen.money(event.owed)} owed ({off} % off)" if event.owed > row.amount > 0 else ""
    return f"{pen.who(event)} offered to settle for {pen.money(row.amount)}{of_what}, {until}"


def _accepted(pen: Pen, event: Event) -> str:
    row = event.row
    how = "in one sum" if row.value <= 1 else f"in {counted(row.value, 'instalment')}"
    told = f"the borrower accepted and undertook to pay {pen.money(row.amount)} {how}"
    return told + ("; pursuit was paused" if event.of(EventKind.HOLD_STARTED) is not None else "")


def _settled(pen: Pen, event: Event) -> str:
    waived = event.total(EventKind.WAIVED)
    told = "the settlement was fulfilled"
    told += f", the remaining {pen.money(waived)} was waived" if waived else ""
    told += " and the debt was closed" if event.of(EventKind.CLOSED) is not None else ""
    return told + _suit_dropped(event)


def _closed(pen: Pen, event: Event) -> str:
    told = named(CLOSED, "the debt was closed, reason", event.row.detail)
    lost, sold = event.total(EventKind.WRITTEN_OFF), event.of(EventKind.SOLD)
    told += f" with {pen.money(lost)} lost" if lost else ""
    told += f"; the buyer paid {pen.money(sold.amount)}" if sold is not None else ""
    return told + _suit_dropped(event)


def _insolvent(pen: Pen, event: Event) -> str:
    lost = event.total(EventKind.WRITTEN_OFF)
    told = "the borrower became insolvent" + (f", and {pen.money(lost)} was written off" if lost else "")
    return told + _suit_dropped(event)


def _cured(pen: Pen, event: Event) -> str:
    days = event.row.value
    told = f"the arrears were cleared, {days:,} {'day' if days == 1 else 'days'} after the account fell overdue"
    told += ", and the plan was completed" if event.of(EventKind.PLAN_COMPLETED) is not None else ""
    return told + _suit_dropped(event)


def _suit_dropped(event: Event) -> str:
    return ", and the suit was withdrawn" if event.of(EventKind.SUIT_WITHDRAWN) is not None else ""


def _care_call(pen: Pen, event: Event) -> str:
    reached = "reached the borrower" if event.row.detail == 1 else "did not reach the borrower"
    told = f"{pen.who(event)} made a care call and {reached}"
    back = event.of(EventKind.FEE_GOODWILL)
    more = [f"{pen.money(back.amount)} of the interest and fees paid was given back"] if back is not None else []
    if event.of(EventKind.CREDIT_MARK_REMOVED) is not None or event.of(EventKind.CREDIT_REBUILT) is not None:
        more.append("the entry in the credit register was removed")
    if event.of(EventKind.LINE_REOPENED) is not None:
        more.append("the credit line was reopened")
    return "; ".join([told, *more])


def _follow_up_scheduled(pen: Pen, event: Event) -> str:
    return f"{an_action(pen, event.row.detail)} was set for {pen.day(event.row.value)}"


def _dialled(pen: Pen, event: Event) -> str:
    return f"{pen.who(event)} called the borrower"


CLAUSES: Final[dict[str, Clause]] = {
    "OPENED": "the account came into the book with {amount} of {detail}, {late}",
    "INSTALMENT_DUE": "an instalment of {amount} fell due, and the account was {late}",
    "INTEREST_CHARGED": "{amount} of interest was charged",
    "PENALTY_CHARGED": "{amount} of penalty interest was charged",
    "COST_ADDED": lambda pen, event: (
        f"{pen.money(event.row.amount)} for {an_action(pen, event.row.detail)} was added to the debt"
    ),
    "ACCELERATED": "the whole balance, {amount}, fell due",
    "SHOCK_STARTED": "the household's income fell away in part (unseen by the lender)",
    "SHOCK_ENDED": "the household's income recovered (unseen by the lender)",
    "PAYMENT": _payment,
    "CURED": _cured,
    "REDEFAULTED": "the borrower missed the instalment of {amount}, and the account was overdue again",
    "INSOLVENT": _insolvent,
    "COMPLAINT": "the borrower complained about the treatment, which cost {cost} to handle",
    "CUSTOMER_LEFT": "the customer ended the relationship with the lender",
    "WAIVED": "{amount} of {detail} was waived",
    "WRITTEN_OFF": "{amount} was written off (reason: {detail})",
    "SOLD": "the debt was sold for {amount}",
    "CLOSED": _closed,
    "OUTSTANDING": "{amount} was outstanding (status: {detail}), {late}",
    "STAGE_ENTERED": _stage,
    "HOLD_STARTED": lambda pen, event: _hold(pen, event.row.detail, event.row.value),
    "HOLD_ENDED": lambda pen, event: f"the pause for {named(HOLDS, 'reason', event.row.detail)} ended",
    "BLOCKED": _blocked,
    "FOLLOW_UP_SCHEDULED": _follow_up_scheduled,
    "STOPPED": lambda pen, event: f"attempts ended: {named(WHY_STOPPED, 'reason', event.row.detail)}",
    "ASSIGNED": lambda pen, event: f"the account came under the strategy {pen.arm(event.row.detail)}",
    "WORK_QUEUED": lambda pen, event: (
        f"{an_action(pen, event.row.detail)} was put on the list of {pen.actor(event.row)}"
    ),
    "WORK_STARTED": lambda pen, event: (
        f"{pen.actor(event.row)} took up {an_action(pen, event.row.detail)} after {pen.duration(event.row.value)}"
    ),
    "WORK_ENDED": lambda pen, event: (
        f"{pen.actor(event.row)} had finished {an_action(pen, event.row.detail)} in {pen.duration(event.row.value)}"
    ),
    "WORK_WITHDRAWN": _withdrawn,
    "STAFFED": "{pool} were on duty for {took}, which cost {cost}",
    "MESSAGE_SENT": "a message was sent by {channel}",
    "MESSAGE_UNDELIVERED": "a message by {channel} could not be delivered",
    "MESSAGE_OPENED": "the message by {channel} was opened",
    "DIALLED": _dialled,
    "NO_ANSWER": "nobody answered",
    "WRONG_PARTY": "somebody else answered",
    "ANSWERED": "the borrower answered",
    "CONVERSATION": _conversation,
    "VISITED": "{who} visited the borrower's home, in {took} with the way",
    "NOBODY_HOME": "nobody was at home",
    "PROBED": lambda pen, event: (
        f"asked why, the borrower spoke of {named(REASONS, 'reason', event.row.detail)}; "
        f"there seemed to be {pen.means(event.row.value)}"
    ),
    "ANALYSED": _analysed,
    "REFUSED": "the borrower refused to pay",
    "HARDSHIP_DISCLOSED": "the borrower disclosed hardship",
    "DISPUTE_RAISED": "the borrower disputed the debt",
    "DISPUTE_RESOLVED": "the dispute was settled to the borrower's satisfaction",
    "DISPUTE_REJECTED": "the dispute was rejected",
    "CEASE_REQUESTED": "the borrower asked not to be contacted again",
    "OPTED_OUT": "the borrower opted out of further messages by {channel}",
    "WILLINGNESS_NOTED": "the borrower's willingness was put at {share} of 1",
    "PROMISE_MADE": "the borrower promised to pay {amount} by {until}",
    "PROMISE_KEPT": "the promise was kept, and {amount} came in",
    "PROMISE_PART_KEPT": "the promise was kept in part, and {amount} came in",
    "PROMISE_BROKEN": _promise_broken,
    "PLAN_STARTED": _plan,
    "PLAN_INSTALMENT_KEPT": "an instalment of {amount} was paid as agreed, and {n} remained",
    "PLAN_INSTALMENT_MISSED": _missed("instalment"),
    "PLAN_BROKEN": _broken("plan", EventKind.PLAN_INSTALMENT_MISSED),
    "PLAN_COMPLETED": "the plan was completed",
    "PLAN_DECLINED": "no repayment plan came about",
    "ASSESSED": _assessed,
    "LAWYERS_LETTER_SENT": _letter,
    "LAWYERS_LETTER_READ": "the lawyer's letter was read",
    "SUIT_FILED": _suit,
    "JUDGMENT": _judgment,
    "ENFORCEMENT_STARTED": _enforcement,
    "ENFORCEMENT_FAILED": "enforcement found nothing to seize",
    "CREDIT_MARKED": "the default was reported to the credit register",
    "CREDIT_MARK_REMOVED": "the entry in the credit register was removed",
    "SUIT_WITHDRAWN": _suit_withdrawn,
    "OFFER_MADE": _offer,
    "OFFER_ACCEPTED": _accepted,
    "OFFER_DECLINED": "the borrower declined to settle for {amount}",
    "OFFER_EXPIRED": "the offer expired without an answer",
    "SETTLEMENT_INSTALMENT_MISSED": _missed("settlement payment"),
    "SETTLEMENT_BROKEN": _broken("settlement", EventKind.SETTLEMENT_INSTALMENT_MISSED),
    "SETTLED": _settled,
    "CASE_RECORDED": "{who} wrote the closing record: {detail}",
    "CARE_CALL": _care_call,
    "FEE_GOODWILL": "{amount} of the interest and fees paid was given back as a gesture of goodwill",
    "CREDIT_REBUILT": "the borrower's credit record was rebuilt",
    "LINE_REOPENED": "the credit line was reopened",
    "SURPLUS_FOUND": "a monthly surplus of {amount} was found when a plan was sized",
    "UNKNOWN": "something happened that this version has no words for (kind {kind})",
}
