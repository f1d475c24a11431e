"""What a strategy does next with an account: stages entered by days and by triggers, and the review.

An account is reviewed at 09:00 on the borrower's clock (at 15:00 too where a step is done more than seven times a
week), or at once where the strategy says so. A review enters a stage if it is time, then does the one action that has
been due longest; the next review is put at the moment the next thing falls due.
"""

from __future__ import annotations

from simcollect.core.codes import EventKind, Stage, Status, Trigger
from simcollect.core.compiled import compiled
from simcollect.stages.account import balance, days_past_due
from simcollect.stages.action import act
from simcollect.stages.cadence import earliest, follow_up_due, stop_reason
from simcollect.stages.case import (
    DAY,
    N_STEPS,
    NEVER,
    Case,
    Slot,
    half_day_on_or_after,
    review_on_or_after,
    schedule,
    write,
)
from simcollect.stages.late import enter_late


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
    twice_a_day = False
    if c.numbers["run_policy"] == 1:
        at = min(follow_up_due(c), NEVER if s["hold"] != 0 else int(s["policy_review_at"]))
    else:
        at, _, index = earliest(c, now)
        twice_a_day = bool(index < N_STEPS and c.levers["step_per_week"][min(index, N_STEPS - 1)] > 7)
        if s["hold"] == 0:
            at = min(at, next_stage_at(c, now))
            overdue = s["arrears_cents"] > 0 and s["stage"] > 0
            if overdue and s["stopped"] == 0 and c.levers["stop_after_dpd"] > 0:
                at = min(at, int(s["oldest_due_at"]) + (int(c.levers["stop_after_dpd"]) + 1) * DAY)
    if at >= NEVER // 2:
        schedule(c, Slot.REVIEW, NEVER)
    elif twice_a_day:
        schedule(c, Slot.REVIEW, half_day_on_or_after(c, max(at, now)))
    else:
        schedule(c, Slot.REVIEW, review_on_or_after(c, max(at, now)))
