"""The state of an account: one record, and the questions that every stage asks of it."""

from __future__ import annotations

import numpy as np

from simcollect.core.codes import Status
from simcollect.core.compiled import compiled
from simcollect.stages.case import DAY, N_ACTIONS, N_LONGER, N_PURPOSES, N_SLOTS, N_STEPS, RING, Case

STATE_DTYPE = np.dtype(
    [
        ("due_at", "i8", (N_SLOTS,)),  # agenda: minute of the next event of each kind
        ("lever_row", "i8"),  # place of the levers that treat the account: strategy by strategy, in each by segment
        # the debt
        ("status", "i8"),
        ("principal_cents", "i8"),
        ("interest_cents", "i8"),
        ("fees_cents", "i8"),
        ("costs_cents", "i8"),
        ("arrears_cents", "i8"),
        ("oldest_due_at", "i8"),  # minute of the oldest unpaid due date
        ("spell_at", "i8"),  # minute the present spell of arrears began (may be before the run)
        ("first_due_at", "i8"),
        ("n_due", "i8"),
        ("accelerated", "i8"),
        ("fees_paid_cents", "i8"),  # interest and fees paid and not given back: what a fee goodwill is a share of
        # the household
        ("cash_cents", "i8"),
        ("assets_cents", "i8"),
        ("shocked", "i8"),
        ("willingness", "f8"),  # moves when a dispute is resolved; goodwill acts on top of it
        ("disputing", "i8"),
        ("n_own_payments", "i8"),
        ("settled_at_due", "i8"),  # n_due when a settlement drained the household
        ("first_payday_at", "i8"),
        ("n_paydays", "i8"),
        # payment intensity
        ("threshold_left", "f8"),
        ("intensity_at", "i8"),
        ("gate", "f8"),
        ("base", "f8"),  # intensity per day at intensity_at, faded by the debt's age
        ("full", "f8"),  # the same before fading
        ("full_from", "i8"),  # oldest due date from which it fades
        ("excitation", "f8"),
        ("waiting", "f8"),  # share held back for a better offer
        # goodwill and its consequences
        ("goodwill", "f8"),
        ("pressure", "f8"),
        ("pressure_at", "i8"),
        ("complaint_left", "f8"),
        ("insolvency_left", "f8"),
        ("insolvent", "i8"),
        ("drained", "i8"),  # settled by a lump sum: liquidity is gone
        ("leaving_left", "f8"),
        ("leaving_at", "i8"),
        ("leaving_rate", "f8"),
        ("leaving_slow_from", "i8"),
        ("left", "i8"),
        # contact
        ("attempts", "i8"),
        ("unreached", "i8"),  # attempts in a row without reaching the borrower
        ("unreached_stage", "i8"),
        ("refusals", "i8"),
        ("broken", "i8"),
        ("broken_ever", "i8"),
        ("spoken", "i8"),  # human conversations in this spell
        ("ceased", "i8"),
        ("opted_out", "i8", (8,)),
        ("last_conversation_at", "i8"),
        ("call_at", "i8", (RING,)),
        ("n_calls", "i8"),
        ("message_at", "i8", (RING,)),
        ("n_messages", "i8"),
        ("visit_notice_at", "i8"),  # minute at which the next visit was announced, -1: it has not been
        ("probe_signal", "f8"),
        ("case_signal", "f8"),
        ("willing_signal", "f8"),
        # holds and agreements
        ("hold", "i8"),
        ("timed_hold", "i8"),  # dispute, hardship or moratorium that runs until the agenda's HOLD_END
        ("moratorium_from", "i8"),  # of the last moratorium, moved up to each posting of interest
        ("moratorium_until", "i8"),
        ("rested_minutes", "i8"),  # of earlier moratoria since interest was last posted
        ("promise_cents", "i8"),
        ("promise_prob", "f8"),
        ("agreement", "i8"),  # 0 none, Hold.PLAN or Hold.SETTLEMENT
        ("agreement_cents", "i8"),  # per instalment
        ("agreement_left", "i8"),  # instalments left
        ("agreement_owed_cents", "i8"),  # still to pay under the agreement
        ("agreement_missed", "i8"),
        ("agreement_relief", "f8"),
        ("plan_broken", "i8"),
        ("agreement_broken_at", "i8"),  # minute the last plan or settlement of this spell was broken, 0 for none
        ("forborne", "i8"),  # a plan or a settlement has been offered
        ("offer", "i8"),  # live offer: step + 1, 0 none
        ("offer_cents", "i8"),  # what the live offer asks for
        ("offer_share", "f8"),  # share of the balance that it forgives
        ("offer_discount_share", "f8"),  # its terms stand, whatever the strategy does next
        ("offer_waive_share", "f8"),
        ("offer_parts", "i8", (1 + N_LONGER,)),  # numbers of instalments to choose from, 0 for none
        ("offers_made", "i8"),  # bit j: step j was offered
        # legal means
        ("assessed", "i8"),  # 0 not yet, 1 sue, 2 do not
        ("letters", "i8"),
        ("suit", "i8"),  # 0 none, 1 filed, 2 won, 3 lost
        ("enforcing", "i8"),
        ("credit_marked", "i8"),
        # the strategy's place
        ("stage", "i8"),
        ("stage_at", "i8", (5,)),
        ("step_done", "i8", (N_STEPS,)),
        ("step_at", "i8", (N_STEPS,)),
        ("queued", "i8", (N_ACTIONS,)),  # 1 while an item of this action waits on a work list, 2 while staff are at it
        ("n_queued", "i8"),
        ("n_done", "i8", (N_ACTIONS,)),  # times that staff took the action up
        ("queued_step", "i8", (N_ACTIONS,)),  # step of the strategy that asked for the queued action, -1 none
        ("blocked_until", "i8", (N_ACTIONS,)),
        ("follow_up", "i8"),  # Action of the scheduled follow-up, 0 none
        ("follow_up_at", "i8"),
        ("stopped", "i8"),
        ("policy_review_at", "i8"),  # next review asked for by a policy written in Python
        ("closed_as", "i8"),
        ("recorded", "i8"),
        ("restored", "i8"),
        ("request", "i8"),  # action + 32 x pool that the last transition asks staff for, 0 none
        ("uses", "i8", (N_PURPOSES,)),
    ]
)


@compiled
def balance(c: Case) -> int:
    """Return what is owed in cents: principal, interest, fees and costs."""
    s = c.account
    return int(s["principal_cents"] + s["interest_cents"] + s["fees_cents"] + s["costs_cents"])


@compiled
def charges(c: Case) -> int:
    """Return the part of the balance that is not principal, in cents."""
    s = c.account
    return int(s["interest_cents"] + s["fees_cents"] + s["costs_cents"])


@compiled
def days_past_due(c: Case, now: int) -> int:
    """Return whole days since the oldest unpaid due date; 0 when nothing is overdue."""
    s = c.account
    if s["status"] != Status.OVERDUE or s["arrears_cents"] <= 0:
        return 0
    return int(max(0, (now - s["oldest_due_at"]) // DAY))


@compiled
def instalment(c: Case) -> int:
    """Return the contractual instalment in cents, at least one cent."""
    return max(1, int(c.borrower["instalment_cents"]))


@compiled
def month_minute(first: int, n: int) -> int:
    """Return the minute of the n-th monthly date after ``first``, on whole days (30.4375 days a month on average)."""
    return first + (n * 487 // 16) * DAY


@compiled
def months_behind(c: Case) -> int:
    """Return the number of instalments in arrears, rounded up."""
    size = instalment(c)
    return int((c.account["arrears_cents"] + size - 1) // size)


@compiled
def asked_for(c: Case) -> int:
    """Return what a collector asks for at once, in cents: the arrears, at most three instalments (A-29).

    An accelerated debt is due as a whole, but nobody on the telephone expects it in one sum.
    """
    return min(int(c.account["arrears_cents"]), 3 * instalment(c))


@compiled
def is_open(c: Case) -> bool:
    """Return whether the account is overdue and may be collected."""
    return int(c.account["status"]) == Status.OVERDUE.value
