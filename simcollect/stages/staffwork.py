"""The transitions that an engine calls when staff are at work: what is taken from a work list, done and put back.

Like those of :mod:`simcollect.stages.life` they take the run's arrays, an account and the minute, and return plain
numbers.
"""

from __future__ import annotations

from simcollect.behaviour.work import geometric_minutes, lognormal_minutes
from simcollect.core.codes import Action, Channel, EventKind, Purpose, Rule, Status, WithdrawReason
from simcollect.core.compiled import compiled
from simcollect.stages import late, mid
from simcollect.stages.account import balance, days_past_due
from simcollect.stages.action import put_back, stale_reason
from simcollect.stages.agreement import catch_up
from simcollect.stages.borrower import live_through
from simcollect.stages.cadence import NOT_WANTED, OFFER_STEP
from simcollect.stages.case import N_STEPS, Case, append, draw, write, write_full
from simcollect.stages.early import check_plan, converse, dial
from simcollect.stages.final import dispose, make_offer, record_case, restore
from simcollect.stages.life import Records, wrap_up
from simcollect.stages.permission import barrier, is_contact

TASKS_APART = 1_000_000  # draws of task times kept for each action of an account


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
    """Staff end their work on an item: do what it does. Returns the same as :func:`simcollect.stages.life.happen`."""
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
