"""The transitions that an engine calls, and nothing else does: what happens to an account, and what staff do to it.

Every function takes the run's arrays, an account and the minute, and returns plain numbers. The engine's part is to
call :func:`happen` at the minute and in the order that the agenda asks for, and the others when staff are at work.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from simcollect.behaviour.work import geometric_minutes, lognormal_minutes
from simcollect.core.codes import Action, Channel, EventKind, Purpose, Rule, Status, Trigger, WithdrawReason
from simcollect.core.compiled import compiled
from simcollect.stages import late, mid
from simcollect.stages.account import balance, days_past_due
from simcollect.stages.action import act, any_stale, ask_staff, can_be_asked, put_back, stale_reason
from simcollect.stages.agreement import agreement_falls_due, catch_up, promise_falls_due
from simcollect.stages.borrower import Outlook, arrive, due_date, live_through, look_ahead, pay_of_own_accord, payday
from simcollect.stages.cadence import FOLLOW_UP_STEP, NOT_WANTED, OFFER_STEP, follow_up_due
from simcollect.stages.case import N_SLOTS, N_STEPS, NEVER, Case, Slot, append, draw, write, write_full
from simcollect.stages.customer import leave, spend_leaving
from simcollect.stages.early import check_plan, converse, dial
from simcollect.stages.escalation import enter_stage, plan_review, review
from simcollect.stages.final import answer_offer, dispose, make_offer, offer_expires, record_case, restore
from simcollect.stages.holds import end_timed_hold
from simcollect.stages.ledger import WANTED
from simcollect.stages.permission import barrier, is_contact

Records = NDArray[np.void]
ASK_POLICY = -1
TASKS_APART = 1_000_000  # draws of task times kept for each action of an account


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
def begin(
    numbers: Records,
    levers: Records,
    book: Records,
    state: Records,
    page: Records,
    index: int,
    now: int,
    action: int,
) -> tuple[int, int]:
    """Check a waiting item before staff take it up.

    Returns
    -------
    rule : int
        The Rule that forbids it now, 0 for none. Any rule but the permitted hours withdraws the item, and is logged.
    again : int
        The minute from which it may be tried again.
    """
    c = Case(numbers[0], levers[int(state[index]["lever_row"])], book[index], state[index], page[0], index)
    return barrier(c, now, action)


@compiled
def block(
    numbers: Records,
    levers: Records,
    book: Records,
    state: Records,
    page: Records,
    index: int,
    now: int,
    action: int,
    pool: int,
    rule: int,
    again: int,
) -> tuple[int, int, int, bool]:
    """Withdraw an item that a rule has come to forbid while it waited; its step is due again when the rule allows."""
    c = Case(numbers[0], levers[int(state[index]["lever_row"])], book[index], state[index], page[0], index)
    s = c.account
    write(c, now, EventKind.BLOCKED, rule, 0, action)
    s["blocked_until"][action] = max(again, now + 1)
    then = live_through(c, now)
    forget_item(c, now, action, pool, WithdrawReason.RULE)
    return wrap_up(c, now, then)


@compiled
def forget_item(c: Case, now: int, action: int, pool: int, reason: int) -> None:
    """Take an item off a work list undone."""
    c.account["queued"][action] = 0
    c.account["n_queued"] -= 1
    if reason == WithdrawReason.RULE or reason == WithdrawReason.HOLD:
        put_back(c, now, action)
    write_full(c, now, EventKind.WORK_WITHDRAWN, 0, pool, action, 0, 0, reason)


@compiled
def withdraw(
    numbers: Records,
    levers: Records,
    book: Records,
    state: Records,
    page: Records,
    index: int,
    now: int,
    action: int,
    pool: int,
) -> bool:
    """Withdraw a waiting item if its reason has gone; return whether it was withdrawn."""
    c = Case(numbers[0], levers[int(state[index]["lever_row"])], book[index], state[index], page[0], index)
    reason = stale_reason(c, action)
    if reason == 0:
        return False
    forget_item(c, now, action, pool, reason)
    return True


@compiled
def take_up(
    numbers: Records,
    levers: Records,
    book: Records,
    state: Records,
    page: Records,
    index: int,
    now: int,
    action: int,
    actor: int,
    waited: int,
) -> int:
    """Staff start on an item.

    A call dials at once and returns the minutes of talk that follow (0: nobody to talk to).
    """
    c = Case(numbers[0], levers[int(state[index]["lever_row"])], book[index], state[index], page[0], index)
    s = c.account
    s["queued"][action] = 2  # under way: not asked for again before it has ended
    s["n_queued"] -= 1
    write_full(c, now, EventKind.WORK_STARTED, 0, actor, action, 0, 0, waited)
    if action != Action.VISIT and is_contact(action):
        return dial(c, now, Channel.CALL, actor, action)
    return 0


@compiled
def task_minutes(
    numbers: Records,
    levers: Records,
    book: Records,
    state: Records,
    page: Records,
    index: int,
    action: int,
    mean_minutes: int,
) -> int:
    """Return the minutes that this piece of work takes where task times vary: the account's own luck for the task.

    The draw's occurrence counts the account's tasks of this kind, so a strategy that adds others leaves it alone.
    """
    c = Case(numbers[0], levers[int(state[index]["lever_row"])], book[index], state[index], page[0], index)
    done = int(c.account["n_done"][action])
    c.account["n_done"][action] = done + 1
    u = draw(c, Purpose.TASK_TIME, action * TASKS_APART + done)
    if c.numbers["capacity_task_times"] == 1:
        return geometric_minutes(u, float(mean_minutes))
    return lognormal_minutes(u, float(mean_minutes), float(c.numbers["capacity_task_time_sd"]))


@compiled
def complete(
    numbers: Records,
    levers: Records,
    book: Records,
    state: Records,
    page: Records,
    index: int,
    now: int,
    action: int,
    actor: int,
    staff_minutes: int,
    talked: int,
    skill: float,
) -> tuple[int, int, int, bool]:
    """Staff end their work on an item: do what it does. Returns the same as :func:`happen`."""
    c = Case(numbers[0], levers[int(state[index]["lever_row"])], book[index], state[index], page[0], index)
    s = c.account
    then = live_through(c, now)
    s["queued"][action] = 0
    step = int(s["queued_step"][action])
    if 0 <= step < N_STEPS and c.levers["step_repeat_done"][step] == 1:
        s["step_at"][step] = now
    write_full(c, now, EventKind.WORK_ENDED, 0, actor, action, 0, 0, staff_minutes)
    if action == Action.CLOSING_RECORD:
        record_case(c, now, actor)
    elif action == Action.CARE_CALL:
        if s["status"] != Status.OVERDUE:
            restore(c, now, actor, staff_minutes)
    elif s["status"] == Status.OVERDUE:
        pursue(c, now, action, actor, talked, skill)
    return wrap_up(c, now, then)


@compiled
def pursue(c: Case, now: int, action: int, actor: int, talked: int, skill: float) -> None:
    """Do the effect of a finished action on an account that is still overdue."""
    if turned_back(c, now, action):
        return
    if action == Action.VISIT:
        if mid.find_at_home(c, now, actor, talked):
            converse(c, now, Channel.VISIT, actor, talked, skill)
    elif action == Action.PLAN_CHECK_CALL:
        if talked > 0:
            check_plan(c, now, actor, talked)
            catch_up(c, now)
    elif is_contact(action):
        if talked > 0:
            converse(c, now, Channel.CALL, actor, talked, skill)
    elif action == Action.CASE_ANALYSIS:
        mid.analyse_case(c, now, actor)
    elif action == Action.RISK_ASSESSMENT:
        late.assess(c, now, actor)
    elif action == Action.LAWYERS_LETTER:
        late.send_lawyers_letter(c, now, actor)
    elif action == Action.LAWSUIT:
        if c.account["suit"] == 0:
            late.file_suit(c, now, actor)
    elif action == Action.ENFORCEMENT:
        if c.account["suit"] == 2 and c.account["enforcing"] == 0:
            late.enforce(c, now, actor)
    elif action == Action.SETTLEMENT_OFFER:
        if c.account["agreement"] == 0 and c.account["queued_step"][action] != NOT_WANTED:
            make_offer(c, now, actor, int(c.account["queued_step"][action]) - OFFER_STEP)
    elif action == Action.WRITE_OFF:
        dispose(c, now, False)
    elif action == Action.SALE:
        dispose(c, now, True)


@compiled
def turned_back(c: Case, now: int, action: int) -> bool:
    """Return whether work is dropped at the last moment.

    A moratorium or a request to cease came while staff were at it.
    """
    if action != Action.VISIT and is_contact(action):
        return False  # the call is over; what was said has been said
    rule, again = barrier(c, now, action)
    if rule != Rule.MORATORIUM and rule != Rule.CEASE_REQUEST:
        return False
    write(c, now, EventKind.BLOCKED, rule, 0, action)
    c.account["blocked_until"][action] = max(again, now + 1)
    return True


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


@compiled
def worth(
    numbers: Records,
    levers: Records,
    book: Records,
    state: Records,
    page: Records,
    index: int,
    now: int,
    rule: int,
) -> float:
    """Return the score of an account on a work list under a priority rule: the highest is taken first.

    Observables only. Rules: 0 oldest (all equal; the list then goes by waiting time), 1 largest balance, 2 riskiest
    (most days past due), 3 lowest behaviour score, 4 expected incremental value.
    """
    c = Case(numbers[0], levers[int(state[index]["lever_row"])], book[index], state[index], page[0], index)
    s = c.account
    if rule == 1:
        return float(balance(c))
    if rule == 2:
        return float(days_past_due(c, now))
    if rule == 3:
        return 1.0 - float(c.borrower["score"])
    if rule == 4:
        # A contact changes most where payment is uncertain, the borrower can still be reached and much is overdue.
        p = float(c.borrower["score"])
        able = min(1.0, mid.best_signal(c))
        if s["willing_signal"] >= 0.0:
            able *= 0.3 + 0.7 * float(s["willing_signal"])
        reach = 1.0 / (1.0 + 0.2 * float(s["unreached"]))
        return float(s["arrears_cents"]) * p * (1.0 - p) * able * reach
    return 0.0


@compiled
def note(
    page: Records, now: int, account: int, stage: int, kind: int, actor: int, action: int, cost_cents: int, value: int
) -> None:
    """Write a row about staff that belongs to no transition: paid time, another member of a crew."""
    append(page[0], now, account, stage, kind, 0, actor, action, 0, cost_cents, value)
