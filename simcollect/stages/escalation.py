"""What a strategy does next with an account: stages entered by days and by triggers, the cadence of steps, stop rules.

An account is reviewed at 09:00 on the borrower's clock. A review enters a stage if it is time, then does the one
action that has been due longest; the next review is put at the moment the next thing falls due.
"""

from __future__ import annotations

from simcollect.core.codes import (
    Action,
    CloseReason,
    EventKind,
    Hold,
    Pool,
    Stage,
    Status,
    StopReason,
    Trigger,
    WithdrawReason,
)
from simcollect.core.compiled import compiled
from simcollect.stages.account import balance, days_past_due
from simcollect.stages.case import (
    DAY,
    N_ACTIONS,
    N_OFFERS,
    N_STEPS,
    NEVER,
    Case,
    Slot,
    morning_on_or_after,
    schedule,
    write,
    write_full,
)
from simcollect.stages.early import automated_call, send_message
from simcollect.stages.final import offer_day_minutes
from simcollect.stages.late import enter_late, is_spared
from simcollect.stages.permission import barrier, is_contact, is_message

LEGAL_STEP = 100
OFFER_STEP = 200
FOLLOW_UP_STEP = 300
REQUEST_POOL = 32  # a request is an action plus this times the pool


@compiled
def entry_at(c: Case, stage: int) -> int:
    """Return the minute at which a stage is entered by days past due, or by days in the stage before it; NEVER if not.

    A balance below the floor keeps an account out of the late stage.
    """
    s, levers = c.account, c.levers
    if stage == Stage.EARLY:
        return int(s["oldest_due_at"]) + int(levers["early_enter_dpd"]) * DAY
    if stage == Stage.MID:
        dpd, after = int(levers["mid_enter_dpd"]), int(levers["mid_enter_after_days"])
    elif stage == Stage.LATE:
        if balance(c) < levers["escalation_balance_floor_cents"]:
            return NEVER
        dpd, after = int(levers["late_enter_dpd"]), int(levers["late_enter_after_days"])
    else:
        dpd, after = int(levers["final_enter_dpd"]), int(levers["final_enter_after_days"])
    at = int(s["oldest_due_at"]) + dpd * DAY
    if after >= 0 and s["stage"] == stage - 1:
        at = min(at, int(s["stage_at"][stage - 1]) + after * DAY)
    return at


@compiled
def trigger(c: Case) -> int:
    """Return the Trigger that moves the account on now, 0 if there is none. Triggers lead into mid and late."""
    s, levers = c.account, c.levers
    if s["stage"] != Stage.EARLY and s["stage"] != Stage.MID:
        return 0
    if s["stage"] == Stage.MID and balance(c) < levers["escalation_balance_floor_cents"]:
        return 0
    if levers["escalation_refusals"] > 0 and s["refusals"] >= levers["escalation_refusals"]:
        return Trigger.REFUSALS.value
    if levers["escalation_broken_promises"] > 0 and s["broken"] >= levers["escalation_broken_promises"]:
        return Trigger.BROKEN_PROMISES.value
    unreached = levers["escalation_attempts_without_reach"]
    if unreached > 0 and s["unreached_stage"] >= unreached:
        return Trigger.UNREACHED.value
    if levers["escalation_plan_broken"] == 1 and s["plan_broken"] == 1:
        return Trigger.PLAN_BROKEN.value
    return 0


@compiled
def enter_stage(c: Case, now: int, stage: int, why: int) -> None:
    """Move the account into a stage and clear what the triggers count."""
    s = c.account
    s["stage"] = stage
    s["stage_at"][stage] = now
    s["refusals"] = 0
    s["broken"] = 0
    s["unreached_stage"] = 0
    s["plan_broken"] = 0
    write(c, now, EventKind.STAGE_ENTERED, why, 0, days_past_due(c, now))
    if stage == Stage.LATE:
        enter_late(c, now)


@compiled
def escalate(c: Case, now: int) -> None:
    """Enter the stage that a trigger or the days ask for."""
    s = c.account
    why = trigger(c)
    if why > 0:
        enter_stage(c, now, int(s["stage"]) + 1, why)
    if s["arrears_cents"] <= 0:
        return
    for stage in range(4, 0, -1):
        if stage > s["stage"] and now >= entry_at(c, stage):
            enter_stage(c, now, stage, Trigger.DAYS)
            return


@compiled
def next_stage_at(c: Case, now: int) -> int:
    """Return the minute at which a higher stage is due, NEVER if none is."""
    s = c.account
    if s["arrears_cents"] <= 0:
        return NEVER
    if trigger(c) > 0:
        return now
    at = NEVER
    for stage in range(int(s["stage"]) + 1, 5):
        at = min(at, entry_at(c, stage))
    return max(at, now)


@compiled
def stop_reason(c: Case, now: int) -> int:
    """Return why contact attempts have ended, 0 if they have not."""
    s, levers = c.account, c.levers
    if levers["stop_max_attempts"] > 0 and s["attempts"] >= levers["stop_max_attempts"]:
        return StopReason.MAX_ATTEMPTS.value
    if levers["stop_after_dpd"] > 0 and days_past_due(c, now) > levers["stop_after_dpd"]:
        return StopReason.DAYS.value
    if balance(c) < levers["stop_min_balance_cents"]:
        return StopReason.BALANCE.value
    return 0


@compiled
def attempts_ended(c: Case) -> bool:
    """Return whether the strategy makes no further attempts to contact this borrower."""
    s, most = c.account, int(c.levers["stop_max_attempts"])
    return bool(s["stopped"] != 0 or (most > 0 and s["attempts"] >= most)) and c.numbers["run_policy"] == 0


@compiled
def step_action(c: Case, step: int, now: int) -> int:
    """Return the action of a step: a caller's call is the dialler's while the strategy says so."""
    s, levers = c.account, c.levers
    action = int(levers["step_action"][step])
    if action != Action.CALL or levers["step_stage"][step] != Stage.EARLY:
        return action
    caller = int(levers["early_caller"])
    if caller == 1:
        return Action.AUTOMATED_CALL.value
    if caller == 2 and now < s["stage_at"][1] + int(levers["early_automated_until_day"]) * DAY:
        return Action.AUTOMATED_CALL.value
    return action


@compiled
def grace_days(c: Case) -> int:
    """Return the days in stage before a human calls, by the risk band of the behaviour score."""
    score, n, levers = float(c.borrower["score"]), c.numbers, c.levers
    if score >= n["score_low_risk_from"]:
        return int(levers["early_grace_days_low"])
    if score < n["score_high_risk_below"]:
        return int(levers["early_grace_days_high"])
    return int(levers["early_grace_days_medium"])


@compiled
def step_due(c: Case, step: int, now: int) -> int:
    """Return the minute at which a step of the cadence is due, NEVER if it is not to be done (again)."""
    s, levers = c.account, c.levers
    stage = int(levers["step_stage"][step])
    if stage == 0:
        return NEVER
    open_stage = stage == s["stage"] or (
        stage == Stage.MID and s["stage"] == Stage.LATE and levers["late_keep_negotiating"] == 1
    )
    done, repeat = int(s["step_done"][step]), int(levers["step_repeat_days"][step])
    entered = int(s["stage_at"][stage])
    if not open_stage or entered < 0 or done >= levers["step_maximum"][step] or (done > 0 and repeat == 0):
        return NEVER
    due = entered + (int(levers["step_day"][step]) + done * repeat) * DAY
    if done > 0:
        due = max(due, int(s["step_at"][step]) + repeat * DAY)
    action = step_action(c, step, max(due, now))
    if s["queued"][action] != 0:
        return NEVER
    if action == Action.CALL and stage == Stage.EARLY:
        due = max(due, entered + grace_days(c) * DAY)
    if action == Action.VISIT and balance(c) < levers["mid_visit_min_balance_cents"]:
        return NEVER
    if action == Action.CASE_ANALYSIS and s["case_signal"] >= 0.0:
        return NEVER
    return max(due, int(s["blocked_until"][action]))


@compiled
def legal_due(c: Case, action: int) -> int:
    """Return the minute at which a legal step is due, NEVER if it is not to be taken."""
    s, levers = c.account, c.levers
    if s["queued"][action] != 0 or is_spared(c) or s["suit"] == 3:
        return NEVER
    if action == Action.ENFORCEMENT:
        wanted = s["suit"] == 2 and levers["late_enforce"] == 1 and s["enforcing"] == 0
        return int(s["blocked_until"][action]) if wanted else NEVER
    entered = int(s["stage_at"][3])
    if s["stage"] != Stage.LATE or entered < 0:
        return NEVER
    if action == Action.RISK_ASSESSMENT:
        day = int(levers["late_assess_day"])
        wanted = levers["late_assess"] == 1 and s["assessed"] == 0
    elif action == Action.LAWYERS_LETTER:
        day = int(levers["late_letter_day"])
        wanted = day >= 0 and s["letters"] == 0
    else:
        day = int(levers["late_suit_day"])
        worth = levers["late_assess"] == 0 or s["assessed"] == 1
        wanted = day >= 0 and s["suit"] == 0 and worth and balance(c) >= levers["late_min_balance_cents"]
    if not wanted:
        return NEVER
    return max(entered + day * DAY, int(s["blocked_until"][action]))


@compiled
def offer_due(c: Case, step: int) -> int:
    """Return the minute at which a step of the settlement ladder is due, NEVER if it is not to be offered."""
    s, levers = c.account, c.levers
    stage = int(levers["offer_stage"][step])
    if stage == 0 or (int(s["offers_made"]) >> step) & 1 or s["stage_at"][stage] < 0 or s["stage"] < stage:
        return NEVER
    if s["suit"] == 3 or s["offer"] > 0 or s["agreement"] != 0 or s["queued"][Action.SETTLEMENT_OFFER.value] != 0:
        return NEVER
    if balance(c) < levers["final_min_balance_cents"]:
        return NEVER
    return max(
        int(s["stage_at"][stage]) + offer_day_minutes(c, step), int(s["blocked_until"][Action.SETTLEMENT_OFFER.value])
    )


@compiled
def disposal_due(c: Case) -> int:
    """Return the minute at which the debt is given up, NEVER if it is not or while money still comes in by law."""
    s, levers = c.account, c.levers
    law_at_work = s["suit"] == 1 or s["enforcing"] == 1 or legal_due(c, Action.ENFORCEMENT.value) < NEVER
    if levers["final_disposal"] == 0 or s["stage"] != Stage.FINAL or law_at_work:
        return NEVER
    action = Action.WRITE_OFF.value if levers["final_disposal"] == 1 else Action.SALE.value
    if s["queued"][action] != 0 or s["agreement"] != 0:
        return NEVER
    return int(s["oldest_due_at"]) + int(levers["final_disposal_dpd"]) * DAY


@compiled
def follow_up_due(c: Case) -> int:
    """Return the minute at which the scheduled follow-up call is due, NEVER if there is none to be made now."""
    s = c.account
    kind = int(s["follow_up"])
    if kind == 0 or s["queued"][kind] != 0 or attempts_ended(c):
        return NEVER
    if s["hold"] != 0 and kind != Action.PLAN_CHECK_CALL:
        return NEVER
    return max(int(s["follow_up_at"]), int(s["blocked_until"][kind]))


@compiled
def earliest(c: Case, now: int) -> tuple[int, int, int]:
    """Return (minute, action, index) of the action that has been due longest or is due next; ties in document order."""
    s = c.account
    best, action, index = follow_up_due(c), int(s["follow_up"]), FOLLOW_UP_STEP
    if s["hold"] != 0:
        return best, action, index
    if s["stopped"] == 0:
        for step in range(N_STEPS):
            at = step_due(c, step, now)
            if at < best:
                best, action, index = at, step_action(c, step, max(at, now)), step
    for legal in range(Action.RISK_ASSESSMENT.value, Action.ENFORCEMENT.value + 1):
        at = legal_due(c, legal)
        if at < best:
            best, action, index = at, legal, LEGAL_STEP
    for step in range(N_OFFERS):
        at = offer_due(c, step)
        if at < best:
            best, action, index = at, Action.SETTLEMENT_OFFER.value, OFFER_STEP + step
    at = disposal_due(c)
    if at < best:
        action = Action.WRITE_OFF.value if c.levers["final_disposal"] == 1 else Action.SALE.value
        best, index = at, LEGAL_STEP
    return best, action, index


@compiled
def review(c: Case, now: int) -> None:
    """Look at the account: enter a stage if it is time, stop if it is enough, do what has been due longest."""
    s = c.account
    if s["hold"] == 0:
        escalate(c, now)
        why = stop_reason(c, now)
        if why > 0 and s["stopped"] == 0 and s["stage"] > 0:
            s["stopped"] = why
            write(c, now, EventKind.STOPPED, why, 0, 0)
    at, action, index = earliest(c, now)
    if action > 0 and at <= now:
        act(c, now, action, index)


@compiled
def plan_review(c: Case, now: int) -> None:
    """Put the next review on the agenda.

    When something falls due, a stage is to be entered, or a policy asked for it.
    """
    s = c.account
    if s["status"] != Status.OVERDUE:
        schedule(c, Slot.REVIEW, NEVER)
        return
    if c.numbers["run_policy"] == 1:
        at = min(follow_up_due(c), NEVER if s["hold"] != 0 else int(s["policy_review_at"]))
    else:
        at = earliest(c, now)[0]
        if s["hold"] == 0:
            at = min(at, next_stage_at(c, now))
            overdue = s["arrears_cents"] > 0 and s["stage"] > 0
            if overdue and s["stopped"] == 0 and c.levers["stop_after_dpd"] > 0:
                at = min(at, int(s["oldest_due_at"]) + (int(c.levers["stop_after_dpd"]) + 1) * DAY)
    schedule(c, Slot.REVIEW, NEVER if at >= NEVER // 2 else morning_on_or_after(c, max(at, now)))


@compiled
def act(c: Case, now: int, action: int, index: int) -> None:
    """Do an action, or ask staff for it; a rule that forbids it is logged with its id and the action waits."""
    s = c.account
    rule, again = barrier(c, now, action)
    if rule > 0:
        write(c, now, EventKind.BLOCKED, rule, 0, action)
        s["blocked_until"][action] = max(again, now + 1)
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
