"""Promises, repayment plans and settlements once they are made: kept, part-kept, missed, broken, completed."""

from __future__ import annotations

from simcollect.behaviour.agreement import instalment_keep_prob, promise_credibility
from simcollect.core.codes import Action, CloseReason, EventKind, Hold, PaymentSource, Purpose
from simcollect.core.compiled import compiled
from simcollect.stages.account import balance
from simcollect.stages.case import DAY, MONTH, NEVER, Case, Slot, next_draw, review_on_or_after, schedule, write
from simcollect.stages.holds import renew_hold
from simcollect.stages.ledger import close, cure, receive, waive_all
from simcollect.stages.payment import count_payment, pays_all, sum_agreed


@compiled
def promise(c: Case, now: int, caller_factor: float) -> None:
    """Take a promise to pay within the days that the strategy allows."""
    n, s = c.numbers, c.account
    amount = sum_agreed(c)
    longest = max(1, int(c.levers["follow_up_promise_max_days"]))
    due = now + (1 + int(next_draw(c, Purpose.PROMISE_DAYS) * longest)) * DAY
    s["promise_cents"] = amount
    s["promise_prob"] = promise_credibility(
        float(n["promise_credibility"]),
        caller_factor,
        int(s["broken_ever"]),
        float(n["promise_broken_factor"]),
        float(s["willingness"]),
    )
    write(c, now, EventKind.PROMISE_MADE, 0, amount, due)
    schedule(c, Slot.PROMISE, due)
    renew_hold(c, now)


@compiled
def promise_falls_due(c: Case, now: int) -> None:
    """The promised day has come.

    Kept, part-kept or broken by cash and credibility; a broken one makes follow-up work.
    """
    n, s = c.numbers, c.account
    schedule(c, Slot.PROMISE, NEVER)
    amount, cash = min(int(s["promise_cents"]), balance(c)), int(s["cash_cents"])
    prob = float(s["promise_prob"])
    u = next_draw(c, Purpose.PROMISE_KEPT)
    s["promise_cents"] = 0
    renew_hold(c, now)
    part = int(amount * float(n["promise_part_share"]) + 0.5)
    # Nine tenths of the amount counts as kept (the field's tolerance; effects, metrics section).
    if u < prob and 10 * cash >= 9 * amount:
        if pays_all(c):
            amount = balance(c)  # also what has been charged since, or more than there was money for when he promised
        write(c, now, EventKind.PROMISE_KEPT, 0, min(amount, cash), 0)
        receive(c, now, amount, PaymentSource.PROMISE)
        count_payment(c)
    elif u < prob + (1.0 - prob) * float(n["promise_part_prob"]) and cash >= part and part > 0:
        write(c, now, EventKind.PROMISE_PART_KEPT, 0, part, 0)
        receive(c, now, part, PaymentSource.PROMISE)
        count_payment(c)
    else:
        write(c, now, EventKind.PROMISE_BROKEN, 0, amount, 0)
        s["broken"] += 1
        s["broken_ever"] += 1
        follow_up(c, now, Action.BROKEN_PROMISE_CALL, int(c.levers["follow_up_broken_promise_call_days"]))


@compiled
def follow_up(c: Case, now: int, action: int, days: int) -> None:
    """Schedule a follow-up call in ``days`` (negative: the strategy makes none)."""
    if days < 0:
        return
    s = c.account
    s["follow_up"] = action
    s["follow_up_at"] = review_on_or_after(c, now + days * DAY)
    write(c, now, EventKind.FOLLOW_UP_SCHEDULED, action, 0, int(s["follow_up_at"]))


@compiled
def next_instalment_at(c: Case, now: int) -> int:
    """Return the day after the next payday: an agreement follows the household's cash."""
    payday = int(c.account["due_at"][Slot.PAYDAY])
    if payday >= NEVER:
        return now + MONTH
    return payday + DAY


@compiled
def agree(
    c: Case, now: int, kind: int, per_instalment: int, n_instalments: int, owed: int, relief: float, first_at: int
) -> None:
    """Put a plan (Hold.PLAN) or settlement (Hold.SETTLEMENT) in force."""
    s = c.account
    s["agreement"] = kind
    s["agreement_cents"] = per_instalment
    s["agreement_left"] = n_instalments
    s["agreement_owed_cents"] = owed
    s["agreement_missed"] = 0
    s["agreement_relief"] = relief
    s["promise_cents"] = 0
    s["follow_up"] = 0
    schedule(c, Slot.PROMISE, NEVER)
    schedule(c, Slot.AGREEMENT, first_at)
    renew_hold(c, now)


@compiled
def agreement_falls_due(c: Case, now: int) -> None:
    """An instalment of a plan or settlement falls due: kept by cash and willingness, else missed."""
    n, s = c.numbers, c.account
    settling = int(s["agreement"]) == Hold.SETTLEMENT.value
    wanted = min(int(s["agreement_cents"]), int(s["agreement_owed_cents"]), balance(c))
    base = float(n["settlement_keep_prob"]) if settling else float(n["plan_keep_prob"])
    purpose = Purpose.SETTLEMENT_KEPT.value if settling else Purpose.PLAN_KEPT.value
    prob = instalment_keep_prob(
        base, float(s["willingness"]), float(s["agreement_relief"]), float(n["plan_relief_effect"])
    )
    schedule(c, Slot.AGREEMENT, next_instalment_at(c, now))
    if next_draw(c, purpose) < prob and s["cash_cents"] >= wanted:
        keep_instalment(c, now, wanted, settling)
    else:
        miss_instalment(c, now, wanted, settling)


@compiled
def keep_instalment(c: Case, now: int, wanted: int, settling: bool) -> None:
    """Pay an instalment; the last one of a settlement ends the debt."""
    s = c.account
    s["agreement_left"] -= 1
    s["agreement_missed"] = 0
    s["agreement_owed_cents"] -= wanted
    write(c, now, EventKind.PLAN_INSTALMENT_KEPT, 0, wanted, max(0, int(s["agreement_left"])))
    if not settling:
        receive(c, now, wanted, PaymentSource.PLAN)
        # Interest that accrued on the way is paid by further instalments of the same size.
        if s["agreement"] != 0 and s["agreement_owed_cents"] <= 0:
            s["agreement_owed_cents"] = s["arrears_cents"]
        return
    receive(c, now, wanted, PaymentSource.SETTLEMENT)
    if s["agreement"] != 0 and s["agreement_owed_cents"] <= 0:
        write(c, now, EventKind.SETTLED, 0, 0, 0)
        waive_all(c, now)
        s["agreement"] = 0
        close(c, now, CloseReason.SETTLED)


@compiled
def miss_instalment(c: Case, now: int, wanted: int, settling: bool) -> None:
    """Miss an instalment; too many in a row break the agreement."""
    s = c.account
    s["agreement_missed"] += 1
    missed = int(s["agreement_missed"])
    kind = EventKind.SETTLEMENT_INSTALMENT_MISSED.value if settling else EventKind.PLAN_INSTALMENT_MISSED.value
    write(c, now, kind, 0, wanted, missed)
    if missed <= c.levers["follow_up_max_missed_instalments"]:
        follow_up(c, now, Action.PLAN_CHECK_CALL, int(c.levers["follow_up_plan_check_days"]))
        return
    write(c, now, EventKind.SETTLEMENT_BROKEN if settling else EventKind.PLAN_BROKEN, 0, 0, 0)
    s["agreement"] = 0
    s["agreement_relief"] = 0.0
    s["drained"] = 0
    s["plan_broken"] = 1
    s["agreement_broken_at"] = now
    schedule(c, Slot.AGREEMENT, NEVER)
    renew_hold(c, now)
    if s["arrears_cents"] == 0:
        cure(c, now)  # what was paid under the settlement had already covered the arrears


@compiled
def catch_up(c: Case, now: int) -> None:
    """A plan check reached the borrower: who has the money now owes the missed instalment tomorrow."""
    s = c.account
    if s["agreement"] != 0 and s["cash_cents"] >= s["agreement_cents"]:
        schedule(c, Slot.AGREEMENT, now + DAY)
