"""The customer behind the debt: goodwill spent by contacts, complaints, insolvency, and who leaves afterwards."""

from __future__ import annotations

import math

from simcollect.behaviour.goodwill import attrition_factor, complaint_hazard, goodwill_loss, pressure_now
from simcollect.core.codes import EventKind, Purpose, Status
from simcollect.core.compiled import compiled
from simcollect.stages.case import DAY, NEVER, Case, Slot, next_draw, schedule, write, write_full


@compiled
def tone_factor(c: Case, tone: int) -> float:
    """Return the factor of a tone (0 gentle, 1 neutral, 2 firm) on the loss of goodwill."""
    if tone == 0:
        return float(c.numbers["goodwill_tone_gentle"])
    if tone == 1:
        return 1.0
    return float(c.numbers["goodwill_tone_firm"])


@compiled
def burden(c: Case, now: int, weight: float, tone: int) -> None:
    """Take the goodwill that one contact or legal step costs, and raise the complaint hazard with it.

    ``weight`` is the loss of one lone, neutral contact of this kind, share of full goodwill.
    """
    n, s = c.numbers, c.account
    days = (now - s["pressure_at"]) / DAY
    pressure = pressure_now(float(s["pressure"]), days, float(n["goodwill_pressure_half_life_days"]))
    loss = goodwill_loss(
        weight,
        tone_factor(c, tone),
        pressure,
        float(n["goodwill_fatigue"]),
        int(c.borrower["vulnerable"]) == 1,
        float(n["goodwill_vulnerable_factor"]),
    )
    goodwill = float(s["goodwill"])
    s["pressure"] = pressure + weight / n["goodwill_loss_conversation"]
    s["pressure_at"] = now
    s["goodwill"] = max(0.0, goodwill - loss)
    s["complaint_left"] -= complaint_hazard(float(n["exit_complaint_rate"]), loss, goodwill)
    if s["complaint_left"] <= 0.0:
        write_full(c, now, EventKind.COMPLAINT, 0, 0, 0, 0, int(n["economics_complaint_cents"]), 0)
        s["complaint_left"] = -math.log(next_draw(c, Purpose.COMPLAINT_THRESHOLD))


@compiled
def wear_out(c: Case, now: int) -> float:
    """Return the factor in (0, 1] by which recent contacts dull the next one."""
    n, s = c.numbers, c.account
    pressure = pressure_now(
        float(s["pressure"]), (now - s["pressure_at"]) / DAY, float(n["goodwill_pressure_half_life_days"])
    )
    return 1.0 / (1.0 + float(n["contact_wear_out"]) * pressure)


@compiled
def win_goodwill(c: Case, now: int, gain: float) -> None:
    """Give goodwill back (a plan, a waiver, a resolved dispute, restoration), up to 1; leaving is looked at anew."""
    s = c.account
    s["goodwill"] = min(1.0, float(s["goodwill"]) + gain)
    if s["status"] != Status.OVERDUE:
        spend_leaving(c, now)
        plan_leaving(c, now)


@compiled
def start_leaving(c: Case, now: int) -> None:
    """Start the hazard that a customer whose arrears are resolved closes the relation.

    A part leaves in the resolving transaction itself, a part within 60 days, later at an annual rate.

    References
    ----------
    K1: 3 % close after an ordinary 30-day cure, three quarters in the same transaction, one quarter within 60 days.
    """
    n, s = c.numbers, c.account
    if s["left"] == 1 or s["leaving_at"] >= 0:
        return
    factor = attrition_factor(
        float(s["goodwill"]), float(n["goodwill_reference"]), float(n["exit_goodwill_elasticity"])
    )
    s["leaving_at"] = now
    s["leaving_slow_from"] = now + 60 * DAY
    s["leaving_left"] -= float(n["exit_leave_at_once"]) * factor
    plan_leaving(c, now)


@compiled
def leaving_rates(c: Case) -> tuple[float, float]:
    """Return the hazards of leaving per day: in the first 60 days, and after."""
    n, s = c.numbers, c.account
    factor = attrition_factor(
        float(s["goodwill"]), float(n["goodwill_reference"]), float(n["exit_goodwill_elasticity"])
    )
    early = float(n["exit_leave_within_60_days"]) / 60.0
    late = float(n["exit_leave_per_year"]) / 365.0
    return early * factor, late * factor


@compiled
def spend_leaving(c: Case, now: int) -> None:
    """Take the hazard lived through since the last look off the threshold, at the rate then in force."""
    s = c.account
    since = int(s["leaving_at"])
    if s["left"] == 1 or since < 0:
        return
    slow_from = int(s["leaving_slow_from"])
    fast_days = max(0, min(now, slow_from) - since) / DAY
    slow_days = max(0, now - max(since, slow_from)) / DAY
    # The stored rate is the early one; the ratio of the two does not depend on goodwill.
    early, late = float(c.numbers["exit_leave_within_60_days"]) / 60.0, float(c.numbers["exit_leave_per_year"]) / 365.0
    s["leaving_left"] -= s["leaving_rate"] * (fast_days * early + slow_days * late)
    s["leaving_at"] = now


@compiled
def plan_leaving(c: Case, now: int) -> None:
    """Put the minute at which the customer leaves, if nothing changes, on the agenda."""
    s = c.account
    if s["left"] == 1 or s["status"] == Status.OVERDUE or s["leaving_at"] < 0:
        schedule(c, Slot.LEAVING, NEVER)
        return
    left = float(s["leaving_left"])
    s["leaving_rate"] = attrition_factor(
        float(s["goodwill"]), float(c.numbers["goodwill_reference"]), float(c.numbers["exit_goodwill_elasticity"])
    )
    if left <= 0.0:
        schedule(c, Slot.LEAVING, now)
        return
    early, late = leaving_rates(c)
    fast_days = max(0, int(s["leaving_slow_from"]) - now) / DAY
    if left <= early * fast_days:
        days = left / early
    else:
        if late <= 0.0:
            schedule(c, Slot.LEAVING, NEVER)
            return
        days = fast_days + (left - early * fast_days) / late
    minutes = days * DAY
    # Compared before it becomes a whole number: a hazard of next to nothing gives more minutes than those can hold.
    schedule(c, Slot.LEAVING, NEVER if minutes >= NEVER // 2 else now + math.ceil(minutes))


@compiled
def leave(c: Case, now: int) -> None:
    """The customer closes the relation."""
    c.account["left"] = 1
    schedule(c, Slot.LEAVING, NEVER)
    schedule(c, Slot.RESTORATION, NEVER)
    write(c, now, EventKind.CUSTOMER_LEFT, 0, 0, 0)


@compiled
def stop_leaving(c: Case, now: int) -> None:
    """Suspend the hazard of leaving: the account is in arrears again."""
    spend_leaving(c, now)
    c.account["leaving_at"] = -1
    schedule(c, Slot.LEAVING, NEVER)


@compiled
def insolvency_month(c: Case) -> bool:
    """Live through a month of insolvency hazard; return whether the threshold is crossed in it.

    Raised by a shock, and by a lump-sum settlement that drained the household (Cheng, Severino, Townsend 2020).
    """
    n, s = c.numbers, c.account
    if s["insolvent"] == 1:
        return False
    rate = float(n["exit_insolvency_per_month"]) * float(n["cell_insolvency_factor"][int(c.borrower["cell"])])
    if s["shocked"] == 1:
        rate *= float(n["exit_insolvency_shock_factor"])
    if s["drained"] == 1:
        rate *= float(n["exit_insolvency_lump_sum_factor"])
    if s["agreement_relief"] > 0.0:
        rate *= 1.0 - float(n["exit_insolvency_relief_effect"]) * float(s["agreement_relief"])
    s["insolvency_left"] -= rate
    return bool(s["insolvency_left"] <= 0.0)
