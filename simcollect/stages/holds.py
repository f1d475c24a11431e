"""Holds: a live promise, plan, settlement, dispute, hardship or moratorium pauses pursuit.

And the nudge of a contact.
"""

from __future__ import annotations

from simcollect.core.codes import EventKind, Hold, Purpose
from simcollect.core.compiled import compiled
from simcollect.stages.case import NEVER, Case, Slot, next_draw, schedule, write
from simcollect.stages.customer import wear_out, win_goodwill


@compiled
def holds_pursuit(c: Case, hold: int) -> bool:
    """Return whether the strategy (or, for a moratorium, the rule) lets this hold pause pursuit."""
    levers = c.levers
    if hold == Hold.PROMISE:
        return bool(levers["escalation_hold_on_promise"] == 1)
    if hold == Hold.PLAN:
        return bool(levers["escalation_hold_on_plan"] == 1)
    if hold == Hold.SETTLEMENT:
        return bool(levers["escalation_hold_on_settlement"] == 1)
    if hold == Hold.DISPUTE:
        return bool(levers["escalation_hold_on_dispute"] == 1)
    if hold == Hold.HARDSHIP:
        return bool(levers["escalation_hold_on_hardship"] == 1)
    return True


@compiled
def pause(c: Case, now: int, hold: int, until: int) -> None:
    """Begin a hold that ends at ``until`` (NEVER: with the agreement it stands for)."""
    s = c.account
    if hold == Hold.MORATORIUM:
        s["moratorium_until"] = until
    timed = hold == Hold.DISPUTE or hold == Hold.HARDSHIP or hold == Hold.MORATORIUM
    if timed:
        schedule(c, Slot.HOLD_END, until)
    if not holds_pursuit(c, hold):
        if hold != Hold.DISPUTE:
            schedule(c, Slot.HOLD_END, NEVER)
        return
    if s["hold"] != 0:
        write(c, now, EventKind.HOLD_ENDED, int(s["hold"]), 0, 0)
    s["hold"] = hold
    s["hold_until"] = until
    write(c, now, EventKind.HOLD_STARTED, hold, 0, until)


@compiled
def resume(c: Case, now: int) -> None:
    """End the present hold, if there is one."""
    s = c.account
    if s["hold"] != 0:
        write(c, now, EventKind.HOLD_ENDED, int(s["hold"]), 0, 0)
    s["hold"] = 0


@compiled
def end_timed_hold(c: Case, now: int) -> None:
    """A dispute is answered, or the time given for hardship or a moratorium is over."""
    n, s = c.numbers, c.account
    schedule(c, Slot.HOLD_END, NEVER)
    if s["disputing"] == 2:
        s["disputing"] = 1
        if next_draw(c, Purpose.DISPUTE_RESOLVED) < n["conversation_dispute_resolved_prob"]:
            s["disputing"] = 0
            s["willingness"] = max(float(s["willingness"]), float(n["conversation_resolved_willingness"]))
            write(c, now, EventKind.DISPUTE_RESOLVED, 0, 0, 0)
            win_goodwill(c, now, float(n["goodwill_gain_dispute_resolved"]))
    if s["hold"] == Hold.DISPUTE or s["hold"] == Hold.HARDSHIP or s["hold"] == Hold.MORATORIUM:
        resume(c, now)


@compiled
def nudge(c: Case, now: int, expected_payments: float, cooperative: bool) -> None:
    """Raise the payment intensity by a contact.

    Parameters
    ----------
    expected_payments : float
        Payments that the contact would add if the borrower had the money and nothing else happened: the jump of the
        intensity over its decay.
    cooperative : bool
        A reminder works through willingness; a legal step works on the unwilling as well (but, like
        everything, only through the ability gate).
    """
    n, s = c.numbers, c.account
    jump = expected_payments * float(n["payment_decay_per_day"]) * wear_out(c, now)
    if cooperative:
        jump *= 0.3 + 0.7 * float(s["willingness"])
    s["excitation"] += jump
