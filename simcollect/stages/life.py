"""The transitions of an account's own life that an engine calls, and nothing else does.

Every function takes the run's arrays, an account and the minute, and returns plain numbers. The engine's part is to
call :func:`happen` at the minute and in the order that the agenda asks for. What staff do to an account when they are
at work: :mod:`simcollect.stages.staffwork`.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from simcollect.core.codes import Action, EventKind, Status, Trigger
from simcollect.core.compiled import compiled
from simcollect.stages import late
from simcollect.stages.account import balance, days_past_due
from simcollect.stages.action import act, any_stale, ask_staff, can_be_asked
from simcollect.stages.agreement import agreement_falls_due, promise_falls_due
from simcollect.stages.borrower import Outlook, arrive, due_date, live_through, look_ahead, pay_of_own_accord, payday
from simcollect.stages.cadence import FOLLOW_UP_STEP, OFFER_STEP, follow_up_due
from simcollect.stages.case import N_SLOTS, NEVER, Case, Slot, write
from simcollect.stages.customer import leave, spend_leaving
from simcollect.stages.escalation import enter_stage, plan_review, review
from simcollect.stages.final import answer_offer, offer_expires, restore
from simcollect.stages.holds import end_timed_hold
from simcollect.stages.ledger import WANTED

Records = NDArray[np.void]
ASK_POLICY = -1


@compiled
def happen(
    numbers: Records,
    levers: Records,
    book: Records,
    state: Records,
    page: Records,
    index: int,
    now: int,
) -> tuple[int, int, int, bool]:
    """Do the next thing on an account's agenda, which is due now.

    Returns
    -------
    next_at, next_slot : int
        When the account next has something to do, and of what kind (its phase within the minute).
    request : int
        Action + 32 x pool of the work that was put on a work list, 0 for none, ASK_POLICY if a policy is to decide.
    stale : bool
        Whether a waiting item of this account has lost its reason.
    """
    c = Case(numbers[0], levers[int(state[index]["lever_row"])], book[index], state[index], page[0], index)
    s = c.account
    slot = next_on_agenda(c)[0]
    schedule_done(c, slot)
    then = live_through(c, now)
    if slot == Slot.ARRIVAL:
        arrive(c, now)
        return wrap_up(c, now, then)
    if slot == Slot.PAYDAY:
        payday(c, now)
    elif slot == Slot.DUE_DATE:
        due_date(c, now)
    elif slot == Slot.PROMISE:
        promise_falls_due(c, now)
    elif slot == Slot.AGREEMENT:
        agreement_falls_due(c, now)
    elif slot == Slot.OWN_PAYMENT:
        pay_of_own_accord(c, now)
    elif slot == Slot.HOLD_END:
        end_timed_hold(c, now)
    elif slot == Slot.OFFER_EXPIRY:
        offer_expires(c, now)
    elif slot == Slot.OFFER_ANSWER:
        answer_offer(c, now)
    elif slot == Slot.JUDGMENT:
        late.judgment(c, now)
    elif slot == Slot.ENFORCEMENT:
        late.attach_income(c, now)
    elif slot == Slot.LEAVING:
        spend_leaving(c, now)
        leave(c, now)
    elif slot == Slot.RESTORATION:
        if c.levers["restoration_care_call"] == 1:
            ask_staff(c, now, Action.CARE_CALL)
        else:
            restore(c, now, 0, 0)
    elif c.numbers["run_policy"] == 1 and follow_up_due(c) <= now:
        act(c, now, int(s["follow_up"]), FOLLOW_UP_STEP)
    elif c.numbers["run_policy"] == 1:
        s["policy_review_at"] = NEVER
        s["request"] = ASK_POLICY
    else:
        review(c, now)
    return wrap_up(c, now, then)


@compiled
def next_on_agenda(c: Case) -> tuple[int, int]:
    """Return (slot, minute) of the account's next event; the lower slot first within a minute."""
    due = c.account["due_at"]
    slot, at = 0, int(due[0])
    for k in range(1, N_SLOTS):
        if due[k] < at:
            slot, at = k, int(due[k])
    return slot, at


@compiled
def schedule_done(c: Case, slot: int) -> None:
    """Take an event that is happening off the agenda."""
    c.account["due_at"][slot] = NEVER


@compiled
def wrap_up(c: Case, now: int, then: Outlook) -> tuple[int, int, int, bool]:
    """After any change: look ahead to the next own payment and review, and tell the engine what it must know."""
    s = c.account
    if s["recorded"] == WANTED:
        s["recorded"] = 0
        ask_staff(c, now, Action.CLOSING_RECORD)
    look_ahead(c, now, then)
    plan_review(c, now)
    request = int(s["request"])
    s["request"] = 0
    slot, at = next_on_agenda(c)
    return at, slot, request, any_stale(c)


@compiled
def decide(
    numbers: Records,
    levers: Records,
    book: Records,
    state: Records,
    page: Records,
    index: int,
    now: int,
    stage: int,
    action: int,
    step: int,
    review_at: int,
) -> tuple[int, int, int, bool]:
    """Carry out what a policy written in Python decided at a review. Returns the same as :func:`happen`."""
    c = Case(numbers[0], levers[int(state[index]["lever_row"])], book[index], state[index], page[0], index)
    s = c.account
    then = live_through(c, now)
    if stage > s["stage"]:
        enter_stage(c, now, stage, Trigger.POLICY)
    s["policy_review_at"] = review_at
    if action > 0 and can_be_asked(c, action, step):
        act(c, now, action, OFFER_STEP + step if action == Action.SETTLEMENT_OFFER else -1)
    return wrap_up(c, now, then)


@compiled
def close_books(
    numbers: Records,
    levers: Records,
    book: Records,
    state: Records,
    page: Records,
    index: int,
    now: int,
) -> None:
    """Record what is still owed at the horizon: an open account is censored, never dropped."""
    c = Case(numbers[0], levers[int(state[index]["lever_row"])], book[index], state[index], page[0], index)
    status = int(c.account["status"])
    if status == Status.OVERDUE or status == Status.CURRENT:
        write(c, now, EventKind.OUTSTANDING, status, balance(c), days_past_due(c, now))
