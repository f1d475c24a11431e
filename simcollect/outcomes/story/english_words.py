"""What codes are called inside a sentence, in English; where a name will do, ``core.words`` has it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from simcollect.core import codes
from simcollect.core.codes import Action, CloseReason, ConversationOutcome, Hold, PaymentSource, Rule

_WORDS: Final = (
    "no",
    *("one", "two", "three", "four", "five", "six"),
    *("seven", "eight", "nine", "ten", "eleven", "twelve"),
)
_TIMES: Final = {1: "once", 2: "twice"}
MONTHS: Final = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)

PEOPLE: Final[Mapping[int, tuple[str, str]]] = {
    codes.Pool.CALLERS: ("caller", "callers"),
    codes.Pool.NEGOTIATORS: ("negotiator", "negotiators"),
    codes.Pool.LEGAL_OFFICERS: ("legal officer", "legal officers"),
    codes.Pool.SETTLEMENT_DESK: ("settlement officer", "settlement officers"),
}
"""One member of a pool, and all of them."""

REASONS: Final[Mapping[int, str]] = {
    codes.StatedReason.FORGOT: "forgetfulness",
    codes.StatedReason.SHORT_OF_CASH: "a shortage of cash",
    codes.StatedReason.HARDSHIP: "hardship",
    codes.StatedReason.TOO_MUCH_DEBT: "too many debts",
    codes.StatedReason.WILL_NOT_PAY: "no wish to pay",
    codes.StatedReason.DISPUTES: "a dispute over the debt",
}
"""What a borrower gives as the reason, by ``StatedReason``."""

HOLDS: Final[Mapping[int, str]] = {
    Hold.PROMISE: "a promise",
    Hold.PLAN: "the plan",
    Hold.SETTLEMENT: "the settlement",
    Hold.DISPUTE: "the dispute",
    Hold.HARDSHIP: "hardship",
    Hold.MORATORIUM: "a moratorium",
    Hold.OFFER: "an open offer",
}
"""Why pursuit is paused, by ``Hold``."""

WHY_STAGE: Final[Mapping[int, str]] = {
    codes.Trigger.REFUSALS: "because the borrower had refused to pay",
    codes.Trigger.BROKEN_PROMISES: "because of broken promises",
    codes.Trigger.UNREACHED: "because nobody could be reached",
    codes.Trigger.PLAN_BROKEN: "because the plan was broken",
    codes.Trigger.POLICY: "by decision of the policy",
}
"""Why a stage is entered, by ``Trigger``; being late enough needs no words."""

WHY_STOPPED: Final[Mapping[int, str]] = {
    codes.StopReason.MAX_ATTEMPTS: "the largest number of attempts had been made",
    codes.StopReason.DAYS: "the debt had grown too old",
    codes.StopReason.BALANCE: "the balance was too small to go on",
    codes.StopReason.CEASED: "the borrower had asked not to be contacted",
    codes.StopReason.SUIT_LOST: "the suit was lost",
}
"""Why attempts end, by ``StopReason``."""

WHY_WITHDRAWN: Final[Mapping[int, str]] = {
    codes.WithdrawReason.PAID: "because the arrears were paid",
    codes.WithdrawReason.CLOSED: "because the debt was closed",
    codes.WithdrawReason.HOLD: "because pursuit was paused",
    codes.WithdrawReason.RULE: "because a rule forbade it",
    codes.WithdrawReason.CEASED: "because the borrower had asked not to be contacted",
    codes.WithdrawReason.SUPERSEDED: "because it was no longer wanted",
}
"""Why work is withdrawn, by ``WithdrawReason``."""

CLOSED: Final[Mapping[int, str]] = {
    CloseReason.PAID_IN_FULL: "the debt was paid in full and closed",
    CloseReason.SETTLED: "the debt was closed as settled",
    CloseReason.WRITTEN_OFF: "the debt was written off and closed",
    CloseReason.SOLD: "the debt was sold and closed",
    CloseReason.INSOLVENT: "the debt was closed as lost to insolvency",
}
"""How a debt is closed, by ``CloseReason``."""

SAID: Final[Mapping[int, str]] = {
    ConversationOutcome.PAY_NOW: "the borrower agreed to pay at once",
    ConversationOutcome.PROMISE: "the borrower promised to pay",
    ConversationOutcome.ASK_FOR_PLAN: "the borrower asked for a repayment plan",
    ConversationOutcome.DISCLOSE_HARDSHIP: "the borrower disclosed hardship",
    ConversationOutcome.DISPUTE: "the borrower disputed the debt",
    ConversationOutcome.REFUSE: "the borrower refused to pay",
    ConversationOutcome.ASK_TO_CEASE: "the borrower asked not to be contacted again",
    ConversationOutcome.NO_RESULT: "nothing came of it",
}
"""How a conversation ends, by ``ConversationOutcome``."""

ACTIONS: Final[Mapping[int, str]] = {
    Action.NONE: "an action",
    Action.SMS: "an SMS",
    Action.EMAIL: "an e-mail",
    Action.BROKEN_PROMISE_CALL: "a broken-promise call",
    Action.PLAN_CHECK_CALL: "a plan-check call",
    Action.CASE_ANALYSIS: "an analysis of the case",
    Action.ENFORCEMENT: "enforcement",
    Action.AUTOMATED_CALL: "an automated call",
    Action.NOTIFY_THIRD_PARTY: "a notice to third parties",
    Action.FEE_GOODWILL: "a refund of fees",
    Action.REOPEN_LINE: "reopening the credit line",
    Action.WRITE_OFF: "the write-off",
    Action.SALE: "the sale of the debt",
}
"""Actions whose name does not go with "a"."""

COUNTED: Final[Mapping[int, tuple[str, str]]] = {
    Action.NONE: ("action", "actions"),
    Action.SMS: ("SMS", "SMS"),
    Action.CASE_ANALYSIS: ("case analysis", "case analyses"),
    Action.ENFORCEMENT: ("act of enforcement", "acts of enforcement"),
    Action.NOTIFY_THIRD_PARTY: ("notice to third parties", "notices to third parties"),
    Action.FEE_GOODWILL: ("refund of fees", "refunds of fees"),
    Action.CREDIT_REBUILD: ("repair of the credit record", "repairs of the credit record"),
    Action.REOPEN_LINE: ("reopening of the credit line", "reopenings of the credit line"),
}
"""One and several of an action, where its name with an "s" will not do."""

RULES: Final[Mapping[int, str]] = {
    Rule.CALLS_PER_7_DAYS: "the cap on calls in 7 days",
    Rule.CALLS_PER_DAY: "the cap on calls a day",
    Rule.MESSAGES_PER_7_DAYS: "the cap on messages in 7 days",
    Rule.QUIET_AFTER_CONVERSATION: "the rule of quiet days after a conversation",
    Rule.PERMITTED_HOURS: "the rule of permitted hours",
    Rule.VISIT_HOURS: "the rule of hours for visits",
    Rule.VISIT_NOTICE: "the rule of notice before a visit",
    Rule.VISIT_TWO_PEOPLE: "the rule of visits by two people",
    Rule.CEASE_REQUEST: "the borrower's request to cease contact",
    Rule.OPT_OUT: "the borrower's opt-out",
    Rule.NO_CONSENT: "the lack of consent",
    Rule.MORATORIUM: "the moratorium",
    Rule.FORBEARANCE_BEFORE_SUIT: "the rule of forbearance before a suit",
    Rule.VULNERABLE_HOLD: "the protection of vulnerable customers",
    Rule.THIRD_PARTY: "the ban on contact with third parties",
    Rule.DISPUTE: "the open dispute",
    Rule.DISCOUNT_BEYOND_AUTHORITY: "the limit on discounts",
}
"""A rule that blocks actions, as the subject of a sentence."""

CELLS: Final[Mapping[int, str]] = {
    codes.Cell.FORGETFUL: "a borrower who could pay and simply lost sight of it",
    codes.Cell.CASH_FLOW_GAP: "a borrower whose money came later than the bills",
    codes.Cell.HARDSHIP: "a borrower in real hardship",
    codes.Cell.OVER_INDEBTED: "a borrower with more debt than any income could carry",
    codes.Cell.UNWILLING: "a borrower who could pay and did not want to",
    codes.Cell.DISPUTING: "a borrower who thought the debt was wrong",
    codes.Cell.UNREACHABLE: "a borrower whom hardly anybody could reach",
}
"""Why the account is overdue, by ``Cell``."""

WHY_SUIT_WITHDRAWN: Final[Mapping[int, str]] = {
    CloseReason.PAID_IN_FULL: "because the debt was paid",
    CloseReason.SETTLED: "because the debt was settled",
    CloseReason.WRITTEN_OFF: "because the debt was written off",
    CloseReason.SOLD: "because the debt was sold",
    CloseReason.INSOLVENT: "because the borrower was insolvent",
}
"""Why a suit is dropped, by ``CloseReason``; it is 0 where the arrears were paid."""

PAID: Final[Mapping[int, str]] = {
    PaymentSource.OWN_ACCORD: "the borrower paid {amount} of their own accord",
    PaymentSource.IN_CONVERSATION: "the borrower paid {amount} in the conversation",
    PaymentSource.PROMISE: "the borrower paid {amount} as promised",
    PaymentSource.DOWN_PAYMENT: "the borrower paid {amount} down",
    PaymentSource.PLAN: "the borrower paid {amount} under the plan",
    PaymentSource.SETTLEMENT: "the borrower paid {amount} under the settlement",
    PaymentSource.ENFORCEMENT: "enforcement brought in {amount}",
    PaymentSource.CONTRACTUAL: "the borrower paid the instalment of {amount} on the day it fell due",
}
"""One payment, by ``PaymentSource``."""

PAID_SEVERAL: Final[Mapping[int, str]] = {
    PaymentSource.OWN_ACCORD: "the borrower paid {times} of their own accord, {amount} in all",
    PaymentSource.PLAN: "the borrower kept to the plan and paid {n} instalments, {amount} in all",
    PaymentSource.SETTLEMENT: "the borrower paid {n} instalments of the settlement, {amount} in all",
    PaymentSource.ENFORCEMENT: "enforcement brought in {n} payments, {amount} in all",
    PaymentSource.CONTRACTUAL: "the borrower paid {n} instalments on the day they fell due, {amount} in all",
}
"""Several payments in a row, by ``PaymentSource``."""


def counted(n: int, one: str, several: str = "") -> str:
    """Return a number with its noun: words up to twelve.

    Examples
    --------
    >>> counted(1, "call"), counted(3, "call"), counted(20, "visit")
    ('one call', 'three calls', '20 visits')
    """
    return f"{number(n)} {one if n == 1 else several or one + 's'}"


def number(n: int) -> str:
    """Return a whole number: a word up to twelve."""
    return _WORDS[n] if 0 <= n < len(_WORDS) else f"{n:,}"


def times(n: int) -> str:
    """Return "once", "twice", "three times"."""
    return _TIMES.get(n) or counted(n, "time")


def listed(parts: Sequence[str]) -> str:
    """Return parts as a list in a sentence.

    Examples
    --------
    >>> listed(["a", "b", "c"])
    'a, b and c'
    """
    return " and ".join(filter(None, (", ".join(parts[:-1]), *parts[-1:])))


def named(words: Mapping[int, str], noun: str, number: int) -> str:
    """Return the words for a code, or its number where this version does not know it."""
    return words.get(number) or f"{noun} {number}"
