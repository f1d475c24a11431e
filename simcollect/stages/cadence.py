"""When the next action of a strategy falls due: steps of the cadence, follow-ups, legal means, offers, disposal.

Nothing here changes an account: every function answers when, NEVER if not, or whether attempts have ended.
"""

from __future__ import annotations

from simcollect.core.codes import Action, Purpose, Stage, StopReason
from simcollect.core.compiled import compiled
from simcollect.stages.account import balance, days_past_due
from simcollect.stages.case import DAY, N_OFFERS, N_STEPS, NEVER, Case, draw
from simcollect.stages.final import offer_day_minutes
from simcollect.stages.late import is_spared

LEGAL_STEP = 100
OFFER_STEP = 200
FOLLOW_UP_STEP = 300
NOT_WANTED = -2  # what was asked of staff by a strategy that no longer treats the account


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
    done, gap = int(s["step_done"][step]), int(levers["step_repeat_days"][step]) * DAY
    per_week, apart = int(levers["step_per_week"][step]), gap
    if per_week > 0:
        gap = 7 * DAY // per_week
        apart = gap // 3  # what staff came late to does not shift the week's other calls, nor follow on its heels
    entered = int(s["stage_at"][stage])
    if not open_stage or entered < 0 or done >= levers["step_maximum"][step] or (done > 0 and gap == 0):
        return NEVER
    due = entered + int(levers["step_day"][step]) * DAY + done * gap
    if done > 0:
        due = max(due, int(s["step_at"][step]) + apart)
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
    if levers["final_offers_after_break"] == 0 and s["agreement_broken_at"] > 0:
        return NEVER
    return max(
        int(s["stage_at"][stage]) + offer_day_minutes(c, step), int(s["blocked_until"][Action.SETTLEMENT_OFFER.value])
    )


@compiled
def disposal_due(c: Case) -> int:
    """Return the minute at which the debt is given up, NEVER if it is not or while money still comes in by law.

    Which accounts find a buyer, and how late, is the account's own luck: the same under every strategy.
    """
    s, levers = c.account, c.levers
    law_at_work = s["suit"] == 1 or s["enforcing"] == 1 or legal_due(c, Action.ENFORCEMENT.value) < NEVER
    if levers["final_disposal"] == 0 or s["stage"] != Stage.FINAL or law_at_work:
        return NEVER
    action = Action.WRITE_OFF.value if levers["final_disposal"] == 1 else Action.SALE.value
    if s["queued"][action] != 0 or s["agreement"] != 0:
        return NEVER
    share, later = float(levers["final_disposal_share"]), int(levers["final_disposal_random_days"])
    if share < 1.0 and draw(c, Purpose.DISPOSAL, 0) >= share:
        return NEVER
    ready = int(s["oldest_due_at"]) + int(levers["final_disposal_dpd"]) * DAY
    if later == 0:
        return ready
    # Sold in bulk: who could be sold waits for the next sale, and so does who breaks an agreement after it.
    return max(ready, int(s["agreement_broken_at"])) + int(draw(c, Purpose.DISPOSAL, 1) * (later + 1)) * DAY


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
