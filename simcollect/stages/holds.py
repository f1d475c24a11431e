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
def moratorium_days(c: Case) -> int:
    """Return how many days of moratorium the rules give this borrower, 0 or less for none."""
    n = c.numbers
    if c.borrower["declared_vulnerable"] == 1 and n["rules_vulnerable_moratorium_days"] >= 0:
        return int(n["rules_vulnerable_moratorium_days"])
    return int(n["rules_moratorium_days"])


@compiled
def pause(c: Case, now: int, hold: int, until: int) -> None:
    """Begin a hold that lasts until ``until``: a dispute, hardship or a moratorium.

    A hold that runs already is never cut short by another. A dispute is answered in its time whether or not it holds.
    """
    s = c.account
    if hold == Hold.MORATORIUM:
        if s["moratorium_until"] <= now:
            s["rested_minutes"] += s["moratorium_until"] - s["moratorium_from"]
            s["moratorium_from"] = now
        s["moratorium_until"] = max(until, int(s["moratorium_until"]))
    if hold != Hold.DISPUTE and not holds_pursuit(c, hold):
        return
    running = int(s["due_at"][Slot.HOLD_END])
    schedule(c, Slot.HOLD_END, until if running >= NEVER else max(running, until))
    if s["timed_hold"] != Hold.MORATORIUM:
        s["timed_hold"] = hold
    renew_hold(c, now)


@compiled
def reason_to_hold(c: Case) -> int:
    """Return the Hold that what is live now calls for, 0 for none.

    An agreement comes before a pause, and a pause before a promise.
    """
    s = c.account
    if s["agreement"] != 0 and holds_pursuit(c, int(s["agreement"])):
        return int(s["agreement"])
    if s["timed_hold"] != 0 and holds_pursuit(c, int(s["timed_hold"])):
        return int(s["timed_hold"])
    if s["promise_cents"] > 0 and holds_pursuit(c, Hold.PROMISE):
        return Hold.PROMISE.value
    return 0


@compiled
def renew_hold(c: Case, now: int) -> None:
    """Bring the hold in force in line with what is live.

    Call after a promise, an agreement or a pause has come or gone.
    """
    s = c.account
    hold = reason_to_hold(c)
    if hold == s["hold"]:
        return
    if s["hold"] != 0:
        write(c, now, EventKind.HOLD_ENDED, int(s["hold"]), 0, 0)
    s["hold"] = hold
    if hold == 0:
        return
    until = NEVER  # an agreement holds as long as it lives
    if hold == Hold.PROMISE:
        until = int(s["due_at"][Slot.PROMISE])
    elif hold == s["timed_hold"]:
        until = int(s["due_at"][Slot.HOLD_END])
    write(c, now, EventKind.HOLD_STARTED, hold, 0, until)


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
        else:
            write(c, now, EventKind.DISPUTE_REJECTED, 0, 0, 0)
    s["timed_hold"] = 0
    renew_hold(c, now)


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
