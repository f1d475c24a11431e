"""From one strategy to another while the account lives: what is kept of the old one, and where the new one begins.

What has been done to a borrower stays done: the stage reached, letters, suits, promises, plans, and an offer that
stands. What the old strategy still wanted of staff is dropped unless the new one wants it too. A contact step, or a
step of the ladder, that both strategies have alike goes on where it stood. Any other contact step is joined at the day
it would be at: what would have been due before is not made up for. Legal means and offers of the new strategy that
are overdue are due at its next look.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from simcollect.core.codes import Action, Stage, Status, StopReason
from simcollect.core.compiled import compiled
from simcollect.stages.borrower import live_through
from simcollect.stages.cadence import FOLLOW_UP_STEP, LEGAL_STEP, NOT_WANTED, OFFER_STEP, stop_reason
from simcollect.stages.case import DAY, N_ACTIONS, N_OFFERS, N_STEPS, NEVER, Case
from simcollect.stages.final import waiting_now
from simcollect.stages.holds import renew_hold
from simcollect.stages.life import wrap_up

Records = NDArray[np.void]
GONE = -1
"""Stands for the place of a step that the new strategy does not have."""


@compiled
def change_strategy(
    numbers: Records,
    levers: Records,
    book: Records,
    state: Records,
    page: Records,
    index: int,
    now: int,
    row: int,
    before: Records,
    place: NDArray[np.int64],
) -> tuple[int, int, int, bool]:
    """Treat the account by other levers from now on.

    Parameters
    ----------
    row : int
        Place of the new levers.
    before : structured array, shape (1,)
        A copy of the account's state, which this function changes.
    place : int64 array, shape (16 + 6,)
        For each step of the old cadence, then of the old ladder, its place in the new one, GONE if it has none.

    Returns
    -------
    tuple
        The same as :func:`simcollect.stages.life.happen`.
    """
    old, s, was = levers[int(state[index]["lever_row"])], state[index], before[0]
    c = Case(numbers[0], levers[row], book[index], s, page[0], index)
    then = live_through(c, now)
    s["lever_row"] = row
    join_cadence(c, now)
    offers_made = 0
    for j in range(N_STEPS):
        if place[j] != GONE:
            s["step_done"][place[j]] = was["step_done"][j]
            s["step_at"][place[j]] = was["step_at"][j]
    for j in range(N_OFFERS):
        to = int(place[N_STEPS + j])
        if to != GONE and (int(was["offers_made"]) >> j) & 1:
            offers_made |= 1 << to
        if to != GONE and was["offer"] == j + 1:
            s["offer"] = to + 1
    s["offers_made"] = offers_made
    carry_work(c, old, place)
    if s["status"] == Status.OVERDUE:
        other_limits = (
            old["stop_max_attempts"] != c.levers["stop_max_attempts"]
            or old["stop_after_dpd"] != c.levers["stop_after_dpd"]
            or old["stop_min_balance_cents"] != c.levers["stop_min_balance_cents"]
        )
        if 0 < s["stopped"] <= StopReason.BALANCE and other_limits:
            s["stopped"] = stop_reason(c, now)
        follows_up = c.levers["follow_up_broken_promise_call_days"] >= 0
        if s["follow_up"] == Action.PLAN_CHECK_CALL:
            follows_up = c.levers["follow_up_plan_check_days"] >= 0
        if not follows_up:
            s["follow_up"] = 0
        renew_hold(c, now)
        s["waiting"] = waiting_now(c, now)
    return wrap_up(c, now, then)


@compiled
def join_cadence(c: Case, now: int) -> None:
    """Count the steps of the cadence as done that would have been due before now."""
    s, levers = c.account, c.levers
    for k in range(N_STEPS):
        s["step_done"][k] = 0
        s["step_at"][k] = -NEVER
        stage = int(levers["step_stage"][k])
        if stage == 0 or s["stage_at"][stage] < 0:
            continue
        first = int(s["stage_at"][stage]) + int(levers["step_day"][k]) * DAY
        if first >= now:
            continue
        gap, per_week = int(levers["step_repeat_days"][k]) * DAY, int(levers["step_per_week"][k])
        if per_week > 0:
            gap = 7 * DAY // per_week
        done = 1 if gap == 0 else min(int(levers["step_maximum"][k]), (now - 1 - first) // gap + 1)
        s["step_done"][k] = done
        s["step_at"][k] = first + max(0, done - 1) * gap


@compiled
def carry_work(c: Case, old: Any, place: NDArray[np.int64]) -> None:
    """Find for every piece of work that staff were asked for the step of the new strategy that wants it, if any does.

    What nobody wants is withdrawn where it waits; what staff are at is finished.
    """
    s = c.account
    for action in range(N_ACTIONS):
        if s["queued"][action] == 0:
            continue
        step = int(s["queued_step"][action])
        if action == Action.CLOSING_RECORD:
            wanted = bool(c.levers["final_closing_record"] == 1)
        elif action == Action.CARE_CALL:
            wanted = bool(c.levers["restoration_care_call"] == 1)
        elif 0 <= step < N_STEPS:
            step = int(place[step])
            wanted = step != GONE
        elif OFFER_STEP <= step < FOLLOW_UP_STEP:
            step = int(place[N_STEPS + step - OFFER_STEP])
            wanted = step != GONE
            step += OFFER_STEP
        elif step == LEGAL_STEP:
            wanted = legal_step_wanted(c, old, action)
        elif action == Action.PLAN_CHECK_CALL:
            wanted = bool(c.levers["follow_up_plan_check_days"] >= 0)
        else:
            wanted = bool(c.levers["follow_up_broken_promise_call_days"] >= 0)
        s["queued_step"][action] = step if wanted else NOT_WANTED


@compiled
def legal_step_wanted(c: Case, old: Any, action: int) -> bool:
    """Return whether the new strategy, too, takes a legal step, or gives debts up in the same way."""
    levers = c.levers
    if action == Action.RISK_ASSESSMENT:
        return bool(levers["late_assess"] == 1 and c.account["stage"] == Stage.LATE)
    if action == Action.LAWYERS_LETTER:
        return bool(levers["late_letter_day"] >= 0 and c.account["stage"] == Stage.LATE)
    if action == Action.LAWSUIT:
        return bool(levers["late_suit_day"] >= 0 and c.account["stage"] == Stage.LATE)
    if action == Action.ENFORCEMENT:
        return bool(levers["late_enforce"] == 1)
    return bool(levers["final_disposal"] == old["final_disposal"])
