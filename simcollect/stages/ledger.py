"""Money on one account: charges, costs, payments, waivers, write-offs; every change is one log row, to the cent."""

from __future__ import annotations

from simcollect.core.codes import CloseReason, Component, EventKind, Hold, PaymentSource, Rule, Status
from simcollect.core.compiled import compiled
from simcollect.stages.account import balance, days_past_due, month_minute, months_behind
from simcollect.stages.case import MONTH, NEVER, Case, Slot, schedule, write
from simcollect.stages.customer import start_leaving, stop_leaving

WANTED = -1  # a closing record is to be made


@compiled
def to_cents(amount: float) -> int:
    """Return an amount of money as whole cents, half rounded up: the one place where the model rounds money."""
    return int(amount + 0.5)


@compiled
def charged_share(c: Case, now: int) -> float:
    """Return the share of the past month, in [0, 1], that interest is charged for: the days outside moratoria.

    While a moratorium runs nothing is posted, not even for the days of the month before it.
    """
    s = c.account
    rested = int(s["rested_minutes"]) + max(0, min(now, int(s["moratorium_until"])) - int(s["moratorium_from"]))
    s["rested_minutes"] = 0
    s["moratorium_from"] = min(now, int(s["moratorium_until"]))
    if c.numbers["rules_moratorium_interest_free"] != 1:
        return 1.0
    if s["moratorium_until"] > now:
        return 0.0
    month = max(1, now - month_minute(int(s["first_due_at"]), int(s["n_due"]) - 2))
    return max(0.0, 1.0 - rested / month)


@compiled
def charge_month(c: Case, now: int) -> None:
    """Post a month's interest on the principal and penalty interest on the arrears.

    A live plan charges only the part of the interest that is not waived; a moratorium stops both if the rules say so.
    """
    s, b = c.account, c.borrower
    charged = charged_share(c, now)
    if charged < 1.0 and s["principal_cents"] * float(b["apr"]) + s["arrears_cents"] * float(b["penalty_rate"]) > 0.0:
        write(c, now, EventKind.BLOCKED, Rule.INTEREST_IN_MORATORIUM, 0, 0)
    share = 1.0 - float(s["agreement_relief"]) if s["agreement"] == Hold.PLAN else 1.0
    interest = to_cents(s["principal_cents"] * float(b["apr"]) / 12.0 * share * charged)
    if interest > 0:
        s["interest_cents"] += interest
        if s["accelerated"] == 1:
            s["arrears_cents"] += interest
        write(c, now, EventKind.INTEREST_CHARGED, 0, interest, 0)
    if s["agreement"] != 0:
        return
    penalty = to_cents(s["arrears_cents"] * float(b["penalty_rate"]) / 12.0 * charged)
    if penalty > 0:
        s["fees_cents"] += penalty
        if s["accelerated"] == 1:
            s["arrears_cents"] += penalty
        write(c, now, EventKind.PENALTY_CHARGED, 0, penalty, 0)


@compiled
def add_cost(c: Case, now: int, action: int, cents: int) -> None:
    """Add a legal cost to the debt, unless a rule bars it."""
    if cents <= 0:
        return
    if c.numbers["rules_added_costs_barred"] == 1:
        write(c, now, EventKind.BLOCKED, Rule.ADDED_COSTS, 0, action)
        return
    s = c.account
    s["costs_cents"] += cents
    if s["accelerated"] == 1:
        s["arrears_cents"] += cents
    write(c, now, EventKind.COST_ADDED, action, cents, 0)


@compiled
def accelerate(c: Case, now: int) -> None:
    """Make the whole balance due."""
    s = c.account
    if s["accelerated"] == 1:
        return
    s["accelerated"] = 1
    s["arrears_cents"] = balance(c)
    write(c, now, EventKind.ACCELERATED, 0, balance(c), 0)


@compiled
def allocate(c: Case, cents: int) -> None:
    """Apply a payment: costs first, then fees, interest, principal (the usual order of appropriation, A-04)."""
    s = c.account
    left = cents
    part = min(left, int(s["costs_cents"]))
    s["costs_cents"] -= part
    left -= part
    to_charges = left
    part = min(left, int(s["fees_cents"]))
    s["fees_cents"] -= part
    left -= part
    part = min(left, int(s["interest_cents"]))
    s["interest_cents"] -= part
    left -= part
    s["fees_paid_cents"] += to_charges - left
    s["principal_cents"] -= left


@compiled
def receive(c: Case, now: int, cents: int, source: int) -> int:
    """Book a payment of at most ``cents``; cure or close the account when it clears the arrears or the balance.

    Returns
    -------
    int
        Cents booked: at most the balance, and (except by enforcement) at most the borrower's cash.
    """
    s = c.account
    owed = balance(c)
    paid = min(cents, owed)
    if source != PaymentSource.ENFORCEMENT:
        paid = min(paid, int(s["cash_cents"]))
    if paid <= 0:
        return 0
    if source != PaymentSource.ENFORCEMENT:
        s["cash_cents"] -= paid
    behind = months_behind(c)
    allocate(c, paid)
    s["arrears_cents"] = max(0, int(s["arrears_cents"]) - paid)
    if s["accelerated"] == 0 and s["arrears_cents"] > 0:
        s["oldest_due_at"] = min(now, int(s["oldest_due_at"]) + (behind - months_behind(c)) * MONTH)
    write(c, now, EventKind.PAYMENT, source, paid, days_past_due(c, now))
    s["excitation"] += float(c.numbers["payment_jump_payment"]) * float(c.numbers["payment_decay_per_day"])
    if balance(c) == 0:
        finish_agreement(c, now)
        close(c, now, CloseReason.PAID_IN_FULL)
    elif s["status"] == Status.OVERDUE and s["arrears_cents"] == 0 and s["agreement"] != Hold.SETTLEMENT:
        finish_agreement(c, now)
        cure(c, now)
    return paid


@compiled
def finish_agreement(c: Case, now: int) -> None:
    """Record that a live plan has done its work."""
    if c.account["agreement"] == Hold.PLAN:
        write(c, now, EventKind.PLAN_COMPLETED, 0, 0, 0)
    c.account["agreement"] = 0


@compiled
def drop_pursuit(c: Case, now: int, reason: int) -> None:
    """Take everything that pursues the debt off the agenda, and end what it waited for.

    ``reason`` is the CloseReason, 0 for a cure.
    """
    s = c.account
    if s["hold"] != 0:
        write(c, now, EventKind.HOLD_ENDED, int(s["hold"]), 0, 0)
    if s["suit"] == 1:
        write(c, now, EventKind.SUIT_WITHDRAWN, reason, 0, 0)
    for slot in (
        Slot.PROMISE,
        Slot.AGREEMENT,
        Slot.OWN_PAYMENT,
        Slot.HOLD_END,
        Slot.OFFER_EXPIRY,
        Slot.OFFER_ANSWER,
        Slot.JUDGMENT,
        Slot.ENFORCEMENT,
        Slot.REVIEW,
    ):
        s["due_at"][slot] = NEVER
    s["hold"] = 0
    s["timed_hold"] = 0
    s["disputing"] = min(1, int(s["disputing"]))  # what was not answered is still disputed
    s["promise_cents"] = 0
    s["agreement"] = 0
    s["agreement_relief"] = 0.0
    s["offer"] = 0
    s["suit"] = 0
    s["enforcing"] = 0
    s["follow_up"] = 0


@compiled
def cure(c: Case, now: int) -> None:
    """The arrears are paid: the account is in good standing again and leaves the collector's hands."""
    s = c.account
    drop_pursuit(c, now, 0)
    write(c, now, EventKind.CURED, 0, 0, (now - int(s["spell_at"])) // 1440)
    s["status"] = Status.CURRENT.value
    s["accelerated"] = 0
    start_leaving(c, now)
    plan_restoration(c, now)
    s["stage"] = 0


@compiled
def close(c: Case, now: int, reason: int) -> None:
    """End the debt."""
    s = c.account
    s["status"] = Status.CLOSED.value
    s["closed_as"] = reason
    drop_pursuit(c, now, reason)
    write(c, now, EventKind.CLOSED, reason, 0, 0)
    if reason == CloseReason.PAID_IN_FULL or reason == CloseReason.SETTLED:
        start_leaving(c, now)
        plan_restoration(c, now)
    else:
        stop_leaving(c, now)
        schedule(c, Slot.RESTORATION, NEVER)
    if s["drained"] == 0:
        schedule(c, Slot.DUE_DATE, NEVER)
        schedule(c, Slot.PAYDAY, NEVER)
    if s["stage"] > 0 and c.levers["final_closing_record"] == 1:
        s["recorded"] = WANTED


@compiled
def plan_restoration(c: Case, now: int) -> None:
    """Schedule the restoration that the strategy offers to this customer, if any."""
    levers, s = c.levers, c.account
    offered = (
        levers["restoration_care_call"] == 1
        or levers["restoration_fee_goodwill_share"] > 0.0
        or levers["restoration_credit_rebuild"] == 1
        or levers["restoration_reopen_line"] == 1
    )
    from_stage = int(levers["restoration_from_stage"]) + 1
    if offered and s["stage"] >= from_stage and c.borrower["margin_cents"] >= levers["restoration_min_margin_cents"]:
        schedule(c, Slot.RESTORATION, now + int(levers["restoration_delay_days"]) * 1440)


@compiled
def waive(c: Case, now: int, component: int, cents: int) -> int:
    """Forgive up to ``cents`` of one component; return what was forgiven."""
    s = c.account
    if component == Component.PRINCIPAL:
        part = min(cents, int(s["principal_cents"]))
        s["principal_cents"] -= part
    elif component == Component.INTEREST:
        part = min(cents, int(s["interest_cents"]))
        s["interest_cents"] -= part
    elif component == Component.FEES:
        part = min(cents, int(s["fees_cents"]))
        s["fees_cents"] -= part
    else:
        part = min(cents, int(s["costs_cents"]))
        s["costs_cents"] -= part
    if part > 0:
        write(c, now, EventKind.WAIVED, component, part, 0)
        s["arrears_cents"] = min(int(s["arrears_cents"]), balance(c))
    return part


@compiled
def waive_all(c: Case, now: int) -> None:
    """Forgive everything that is still owed."""
    s = c.account
    waive(c, now, Component.COSTS, int(s["costs_cents"]))
    waive(c, now, Component.FEES, int(s["fees_cents"]))
    waive(c, now, Component.INTEREST, int(s["interest_cents"]))
    waive(c, now, Component.PRINCIPAL, int(s["principal_cents"]))


@compiled
def write_off(c: Case, now: int, reason: int) -> None:
    """Take the balance off the books and close the account."""
    s = c.account
    owed = balance(c)
    if owed > 0:
        write(c, now, EventKind.WRITTEN_OFF, reason, owed, 0)
    s["principal_cents"] = 0
    s["interest_cents"] = 0
    s["fees_cents"] = 0
    s["costs_cents"] = 0
    s["arrears_cents"] = 0
    close(c, now, reason)
