"""Doing an action, or asking staff for it; and when work that waits has lost its reason."""

from __future__ import annotations

from simcollect.core.codes import Action, CloseReason, EventKind, Hold, Pool, Rule, Stage, Status, WithdrawReason
from simcollect.core.compiled import compiled
from simcollect.stages.cadence import FOLLOW_UP_STEP, NOT_WANTED, OFFER_STEP, attempts_ended
from simcollect.stages.case import N_ACTIONS, N_OFFERS, N_STEPS, Case, write, write_full
from simcollect.stages.early import automated_call, send_message
from simcollect.stages.permission import barrier, is_contact, is_message, offer_barrier

REQUEST_POOL = 32  # a request is an action plus this times the pool


@compiled
def act(c: Case, now: int, action: int, index: int) -> None:
    """Do an action, or ask staff for it; a rule that forbids it is logged with its id and the action waits.

    A visit that needs notice is announced the first time it is due, and due again when the notice has run out.
    """
    s = c.account
    rule, again = barrier(c, now, action)
    if rule > 0:
        write(c, now, EventKind.BLOCKED, rule, 0, action)
        s["blocked_until"][action] = max(again, now + 1)
        if rule == Rule.VISIT_NOTICE and s["visit_notice_at"] < 0:
            s["visit_notice_at"] = now
            write(c, now, EventKind.FOLLOW_UP_SCHEDULED, action, 0, again)
        return
    if OFFER_STEP <= index < FOLLOW_UP_STEP:
        rule = offer_barrier(c, index - OFFER_STEP)
        if rule > 0:
            write(c, now, EventKind.BLOCKED, rule, 0, action)
            s["offers_made"] |= 1 << (index - OFFER_STEP)  # passed over: the next step of the ladder may follow
            return
    if index == FOLLOW_UP_STEP:
        s["follow_up"] = 0
    elif 0 <= index < N_STEPS:
        s["step_done"][index] += 1
        s["step_at"][index] = now
    s["queued_step"][action] = index
    if is_message(action):
        send_message(c, now, action)
    elif action == Action.AUTOMATED_CALL:
        automated_call(c, now)
    else:
        ask_staff(c, now, action)


@compiled
def can_be_asked(c: Case, action: int, step: int) -> bool:
    """Return whether an action that a policy wants has a ground: no second suit, no enforcement without a judgment."""
    s = c.account
    if s["queued"][action] != 0:
        return False
    if action == Action.LAWSUIT:
        return bool(s["suit"] == 0)
    if action == Action.ENFORCEMENT:
        return bool(s["suit"] == 2 and s["enforcing"] == 0)
    if action == Action.SETTLEMENT_OFFER:
        if step < 0 or step >= N_OFFERS or (int(s["offers_made"]) >> step) & 1:
            return False
        return bool(c.levers["offer_stage"][step] > 0 and s["offer"] == 0 and s["agreement"] == 0)
    return True


@compiled
def put_back(c: Case, now: int, action: int) -> None:
    """Let the strategy ask again for work that was withdrawn undone though it is still wanted."""
    s = c.account
    step = int(s["queued_step"][action])
    if step == FOLLOW_UP_STEP:
        s["follow_up"] = action
        s["follow_up_at"] = now
    elif 0 <= step < N_STEPS:
        s["step_done"][step] -= 1


@compiled
def ask_staff(c: Case, now: int, action: int) -> None:
    """Put an item on a pool's work list."""
    s = c.account
    if s["queued_step"][action] == NOT_WANTED:
        s["queued_step"][action] = -1
    s["queued"][action] = 1
    s["n_queued"] += 1
    pool = pool_of(c, action)
    s["request"] = action + REQUEST_POOL * pool
    write_full(c, now, EventKind.WORK_QUEUED, 0, pool, action, 0, 0, 0)


@compiled
def pool_of(c: Case, action: int) -> int:
    """Return the pool that does an action; follow-up calls are made by the pool of the stage."""
    if action == Action.CALL:
        return Pool.CALLERS.value
    if action == Action.BROKEN_PROMISE_CALL or action == Action.PLAN_CHECK_CALL:
        return Pool.CALLERS.value if c.account["stage"] <= Stage.EARLY else Pool.NEGOTIATORS.value
    if action == Action.CASE_ANALYSIS or action == Action.NEGOTIATION_CALL or action == Action.VISIT:
        return Pool.NEGOTIATORS.value
    if Action.RISK_ASSESSMENT <= action <= Action.ENFORCEMENT:
        return Pool.LEGAL_OFFICERS.value
    return Pool.SETTLEMENT_DESK.value


@compiled
def stale_reason(c: Case, action: int) -> int:
    """Return the WithdrawReason of a waiting item whose reason has gone, 0 if it is still wanted."""
    s = c.account
    if s["queued_step"][action] == NOT_WANTED:
        return WithdrawReason.SUPERSEDED.value
    if action == Action.CLOSING_RECORD:
        return 0
    if action == Action.CARE_CALL:
        lost = s["left"] == 1 or s["status"] == Status.OVERDUE or s["closed_as"] > CloseReason.SETTLED
        return WithdrawReason.SUPERSEDED.value if lost else 0
    if s["status"] == Status.CLOSED:
        return WithdrawReason.CLOSED.value
    if s["status"] == Status.CURRENT:
        return WithdrawReason.PAID.value
    if s["hold"] != 0 and not (
        action == Action.PLAN_CHECK_CALL and (s["hold"] == Hold.PLAN or s["hold"] == Hold.SETTLEMENT)
    ):
        return WithdrawReason.HOLD.value
    if c.numbers["rules_honour_cease"] == 1 and s["ceased"] == 1 and is_contact(action):
        return WithdrawReason.CEASED.value
    if is_contact(action) and attempts_ended(c):
        return WithdrawReason.SUPERSEDED.value
    step = int(s["queued_step"][action])
    if 0 <= step < N_STEPS and c.numbers["run_policy"] == 0:
        stage = int(c.levers["step_stage"][step])
        talking_on = stage == Stage.MID and s["stage"] == Stage.LATE and c.levers["late_keep_negotiating"] == 1
        if stage != s["stage"] and not talking_on:
            return WithdrawReason.SUPERSEDED.value
    return 0


@compiled
def any_stale(c: Case) -> bool:
    """Return whether a waiting item of this account has lost its reason."""
    if c.account["n_queued"] == 0:
        return False
    for action in range(N_ACTIONS):  # noqa: SIM110 (a generator does not compile)
        if c.account["queued"][action] == 1 and stale_reason(c, action) > 0:
            return True
    return False
