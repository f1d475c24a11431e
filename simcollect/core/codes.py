"""Every code that may stand in an event log: append-only enumerations.

A member's number is part of the file format. Add at the end, never renumber, never reuse: an old log must
read the same for ever. The meaning of a row's ``detail``, ``value`` and ``amount_cents`` stands beside its kind.
"""

from __future__ import annotations

from enum import IntEnum


class Purpose(IntEnum):
    """What one uniform decides. Part of the draw's key, so one decision can never borrow another's luck."""

    RESAMPLE_ROW = 1
    ARRIVAL = 2
    CELL = 3
    WILLINGNESS = 4
    ATTENTION = 5
    SPARE_CASH = 6
    BUFFER = 7
    INCOME = 8
    SCORE_NOISE = 9
    VULNERABLE = 10
    VULNERABLE_DECLARED = 11
    ASSETS = 12
    STRATEGIC = 13
    KNOWS_SCHEDULE = 14
    CHANNELS = 15
    PREFERRED_CHANNEL = 16
    DUE_DAY = 17
    PAYDAY = 18
    DAYS_PAST_DUE = 19
    MARGIN = 20
    COPULA = 21
    MONTHS_ON_BOOK = 22
    TIME_ZONE = 23
    SHOCK = 30
    PAYMENT_THRESHOLD = 31
    PAYMENT_AMOUNT = 32
    PAYMENT_FULL = 33
    REDEFAULT = 34
    INSOLVENCY_THRESHOLD = 35
    COMPLAINT_THRESHOLD = 36
    ATTRITION_THRESHOLD = 37
    MESSAGE_DELIVERED = 40
    MESSAGE_OPENED = 41
    ANSWERED = 42
    RIGHT_PARTY = 43
    CONVERSATION = 44
    CONVERSATION_OUTCOME = 45
    TALK_TIME = 46
    AT_HOME = 47
    PROBE = 48
    ANALYSIS = 49
    PROMISE_DAYS = 50
    PROMISE_KEPT = 51
    PLAN_ACCEPTED = 52
    PLAN_KEPT = 53
    DISPUTE_RESOLVED = 54
    ASSESSMENT = 55
    COURT_DELAY = 56
    JUDGMENT = 57
    ENFORCEMENT = 58
    SETTLEMENT_RESERVE = 59
    OFFER_DAY = 60
    SETTLEMENT_KEPT = 61
    RESTORATION = 62
    LETTER_READ = 63
    ABSENCE = 70
    SKILL = 71
    TENURE = 72
    OFFER_READ = 73
    OFFER_ANSWER = 74
    WILLINGNESS_NOTED = 75
    PAYMENT_CURE = 76  # whether a payment is the overdue amount, one instalment, or any other
    ARRIVAL_MINUTE = 77
    TASK_TIME = 78
    ROLL = 79
    ARM = 80
    DISPOSAL = 81
    RE_AGE = 82


class EventKind(IntEnum):
    """What happened.

    The comment gives the row's ``amount_cents`` (A), ``detail`` (D), ``value`` (V), ``cost_cents`` (C).
    """

    # The debt by itself
    OPENED = 1  # A opening amount of one component; D Component; V days past due
    INSTALMENT_DUE = 2  # A amount added to arrears; V days past due after it
    INTEREST_CHARGED = 3  # A
    PENALTY_CHARGED = 4  # A
    COST_ADDED = 5  # A legal cost put on the debt; D Action that caused it
    ACCELERATED = 6  # A arrears after acceleration (the whole balance)
    # The borrower's life
    SHOCK_STARTED = 10
    SHOCK_ENDED = 11
    PAYMENT = 12  # A cash in; D PaymentSource; V days past due after it
    CURED = 13  # V days since the account fell overdue
    REDEFAULTED = 14  # A arrears that fell due
    INSOLVENT = 15
    COMPLAINT = 16  # C handling cost
    CUSTOMER_LEFT = 17
    # The end of a debt
    WAIVED = 20  # A amount forgiven; D Component
    WRITTEN_OFF = 21  # A amount; D CloseReason
    SOLD = 22  # A sale proceeds (not a payment by the borrower)
    CLOSED = 23  # D CloseReason
    OUTSTANDING = 24  # A balance still owed at the horizon (every account not closed); D Status; V days past due
    # The strategy
    STAGE_ENTERED = 30  # D Trigger; V days past due
    HOLD_STARTED = 31  # D Hold; V minute it ends at
    HOLD_ENDED = 32  # D Hold
    BLOCKED = 33  # D Rule; V Action, 0 for the terms of a plan and for charges
    FOLLOW_UP_SCHEDULED = 34  # D Action; V minute it is due (of a visit: notice is given that it comes from then on)
    STOPPED = 35  # D StopReason: no further attempts
    ASSIGNED = 36  # D place in LogHeader.arms of the strategy that treats the account from here on
    # Work and staff
    WORK_QUEUED = 40  # actor pool; D Action
    WORK_STARTED = 41  # actor collector; D Action; V minutes waited
    WORK_ENDED = 42  # actor collector; D Action; V minutes of this member's time
    WORK_WITHDRAWN = 43  # actor pool; D Action; V WithdrawReason
    STAFFED = 44  # account -1; actor pool; V staffed minutes of the day; C their cost
    # Contact
    MESSAGE_SENT = 50  # channel; C
    MESSAGE_UNDELIVERED = 51
    MESSAGE_OPENED = 52
    DIALLED = 53  # channel; C for automated calls
    NO_ANSWER = 54
    WRONG_PARTY = 55
    ANSWERED = 56  # the borrower answered (right-party contact)
    CONVERSATION = 57  # V minutes talked; D ConversationOutcome
    VISITED = 58  # A 0; V minutes with travel; C
    NOBODY_HOME = 59
    PROBED = 60  # D StatedReason; V signal of ability, parts per million
    ANALYSED = 61  # V signal of ability, parts per million; C
    REFUSED = 62
    HARDSHIP_DISCLOSED = 63
    DISPUTE_RAISED = 64
    DISPUTE_RESOLVED = 65
    CEASE_REQUESTED = 66
    OPTED_OUT = 67  # channel
    DISPUTE_REJECTED = 68
    WILLINGNESS_NOTED = (
        69  # V signal of willingness, parts per million; D 1 from a case analysis, 0 from a conversation
    )
    # Agreements
    PROMISE_MADE = 70  # A promised; V minute due
    PROMISE_KEPT = 71  # A paid
    PROMISE_PART_KEPT = 72  # A paid
    PROMISE_BROKEN = 73  # A promised
    PLAN_STARTED = 74  # A instalment; V number of instalments; D months
    PLAN_INSTALMENT_KEPT = 75  # A; V instalments left
    PLAN_INSTALMENT_MISSED = 76  # A; V misses in a row
    PLAN_BROKEN = 77
    PLAN_COMPLETED = 78
    PLAN_DECLINED = 79
    # Legal means
    ASSESSED = 80  # A expected net yield; D 1 sue, 0 do not
    LAWYERS_LETTER_SENT = 81  # C
    LAWYERS_LETTER_READ = 82
    SUIT_FILED = 83  # C court fee; V minute judgment is expected
    JUDGMENT = 84  # D 1 for the lender, 0 dismissed
    ENFORCEMENT_STARTED = 85  # C
    ENFORCEMENT_FAILED = 86
    CREDIT_MARKED = 87
    CREDIT_MARK_REMOVED = 88
    SUIT_WITHDRAWN = 89  # a pending suit is dropped with the debt or its arrears; D CloseReason, 0 if cured
    # Settlement
    OFFER_MADE = 90  # A sum to pay; D step of the ladder; V minute it expires
    OFFER_ACCEPTED = 91  # A sum to pay; D step; V number of instalments
    OFFER_DECLINED = 92  # A; D step
    OFFER_EXPIRED = 93  # D step
    SETTLEMENT_INSTALMENT_MISSED = 94  # A; V misses in a row
    SETTLEMENT_BROKEN = 95
    SETTLED = 96
    # Record and restoration
    CASE_RECORDED = 100  # D Evaluation; V goodwill at closing, parts per million
    CARE_CALL = 101  # D 1 reached, 0 not; V minutes
    FEE_GOODWILL = 102  # A credited to the customer, a cost of the lender; C the same
    CREDIT_REBUILT = 103
    LINE_REOPENED = 104
    # Agreements, continued
    SURPLUS_FOUND = 105  # A monthly surplus found in a conversation, by which a plan is sized


class Stage(IntEnum):
    """The four stages, and the time before and after them."""

    NONE = 0
    EARLY = 1
    MID = 2
    LATE = 3
    FINAL = 4


class Action(IntEnum):
    """What a strategy can do to an account (model, section 6)."""

    NONE = 0
    SMS = 1
    EMAIL = 2
    AUTOMATED_CALL = 3
    CALL = 4
    CASE_ANALYSIS = 5
    NEGOTIATION_CALL = 6
    VISIT = 7
    BROKEN_PROMISE_CALL = 8
    PLAN_CHECK_CALL = 9
    RISK_ASSESSMENT = 10
    LAWYERS_LETTER = 11
    LAWSUIT = 12
    ENFORCEMENT = 13
    SETTLEMENT_OFFER = 14
    WRITE_OFF = 15
    SALE = 16
    CLOSING_RECORD = 17
    CARE_CALL = 18
    FEE_GOODWILL = 19
    CREDIT_REBUILD = 20
    REOPEN_LINE = 21
    NOTIFY_THIRD_PARTY = 22


class Channel(IntEnum):
    """How a contact is made."""

    NONE = 0
    SMS = 1
    EMAIL = 2
    AUTOMATED_CALL = 3
    CALL = 4
    VISIT = 5
    LETTER = 6


class Pool(IntEnum):
    """Groups of staff with one work list each. NONE: needs no staff."""

    NONE = 0
    CALLERS = 1
    NEGOTIATORS = 2
    LEGAL_OFFICERS = 3
    SETTLEMENT_DESK = 4


class Cell(IntEnum):
    """Why this borrower is overdue: latent, never visible to a strategy."""

    FORGETFUL = 0
    CASH_FLOW_GAP = 1
    HARDSHIP = 2
    OVER_INDEBTED = 3
    UNWILLING = 4
    DISPUTING = 5
    UNREACHABLE = 6


class Status(IntEnum):
    """Where the debt stands."""

    NOT_ARRIVED = 0
    OVERDUE = 1
    CURRENT = 2
    CLOSED = 3


class CloseReason(IntEnum):
    """Why a debt was closed."""

    PAID_IN_FULL = 1
    SETTLED = 2
    WRITTEN_OFF = 3
    SOLD = 4
    INSOLVENT = 5


class Hold(IntEnum):
    """What pauses escalation and pursuit."""

    NONE = 0
    PROMISE = 1
    PLAN = 2
    SETTLEMENT = 3
    DISPUTE = 4
    HARDSHIP = 5
    MORATORIUM = 6
    OFFER = 7


class Component(IntEnum):
    """The parts of a balance."""

    PRINCIPAL = 1
    INTEREST = 2
    FEES = 3
    COSTS = 4


class PaymentSource(IntEnum):
    """What a payment came from."""

    OWN_ACCORD = 1
    IN_CONVERSATION = 2
    PROMISE = 3
    DOWN_PAYMENT = 4
    PLAN = 5
    SETTLEMENT = 6
    ENFORCEMENT = 7
    CONTRACTUAL = 8  # the instalment of an account in good standing


class ConversationOutcome(IntEnum):
    """How a conversation ended."""

    PAY_NOW = 1
    PROMISE = 2
    ASK_FOR_PLAN = 3
    DISCLOSE_HARDSHIP = 4
    DISPUTE = 5
    REFUSE = 6
    ASK_TO_CEASE = 7
    NO_RESULT = 8


class StatedReason(IntEnum):
    """What the borrower gave as the reason when asked."""

    FORGOT = 1
    SHORT_OF_CASH = 2
    HARDSHIP = 3
    TOO_MUCH_DEBT = 4
    WILL_NOT_PAY = 5
    DISPUTES = 6


class Trigger(IntEnum):
    """What moved an account to its stage."""

    DAYS = 1
    REFUSALS = 2
    BROKEN_PROMISES = 3
    UNREACHED = 4
    PLAN_BROKEN = 5
    POLICY = 6


class WithdrawReason(IntEnum):
    """Why a waiting item left a work list undone."""

    PAID = 1
    CLOSED = 2
    HOLD = 3
    RULE = 4
    CEASED = 5
    SUPERSEDED = 6


class StopReason(IntEnum):
    """Why a strategy gave up attempts on an account."""

    MAX_ATTEMPTS = 1
    DAYS = 2
    BALANCE = 3
    CEASED = 4
    SUIT_LOST = 5


class Rule(IntEnum):
    """Rules of conduct that can block an action. The scenario's rule block switches each on."""

    CALLS_PER_7_DAYS = 1
    QUIET_AFTER_CONVERSATION = 2
    PERMITTED_HOURS = 3
    CEASE_REQUEST = 4
    OPT_OUT = 5
    NO_CONSENT = 6
    MORATORIUM = 7
    FORBEARANCE_BEFORE_SUIT = 8
    VULNERABLE_HOLD = 9
    VISIT_HOURS = 10
    THIRD_PARTY = 11
    MESSAGES_PER_7_DAYS = 12
    DISPUTE = 13
    CALLS_PER_DAY = 14
    VISIT_TWO_PEOPLE = 15
    PLAN_TOO_LARGE = 16
    PLAN_TOO_SHORT = 17
    PLAN_TOO_LONG = 18
    DISCOUNT_BEYOND_AUTHORITY = 19
    ADDED_COSTS = 20
    INTEREST_IN_MORATORIUM = 21
    VISIT_NOTICE = 22


class Evaluation(IntEnum):
    """The grade in a closing record."""

    PAID_BY_ITSELF = 1
    PAID_AFTER_CONTACT = 2
    SETTLED_BY_AGREEMENT = 3
    RECOVERED_BY_LAW = 4
    LOST = 5
