"""Late stage: pre-legal risk assessment, lawyer's letter, lawsuit, judgment, enforcement.

The letter moves the able but unwilling, not the unable: like every contact it acts on the intensity behind the
ability gate. The court is a delay, not staff.
"""

from __future__ import annotations

from simcollect.behaviour.legal import (
    band_fee_cents,
    court_days,
    court_fee_cents,
    expected_net_yield_cents,
    means_signal,
)
from simcollect.core.codes import Action, Channel, Component, EventKind, PaymentSource, Purpose, StopReason
from simcollect.core.compiled import compiled
from simcollect.stages.account import balance
from simcollect.stages.case import DAY, MONTH, NEVER, Case, Slot, draw, next_draw, schedule, write, write_full
from simcollect.stages.customer import burden
from simcollect.stages.holds import nudge
from simcollect.stages.ledger import accelerate, add_cost, receive, waive


@compiled
def enter_late(c: Case, now: int) -> None:
    """Do what the strategy does on entering the late stage: accelerate the debt, report the default."""
    s = c.account
    if c.levers["late_accelerate"] == 1 and s["agreement"] == 0:
        accelerate(c, now)
    if c.levers["late_mark_credit_record"] == 1 and s["credit_marked"] == 0 and not is_spared(c):
        s["credit_marked"] = 1
        write(c, now, EventKind.CREDIT_MARKED, 0, 0, 0)
        burden(c, now, float(c.numbers["goodwill_loss_credit_mark"]), 1)
        nudge(c, now, float(c.numbers["payment_jump_credit_mark"]), False)


@compiled
def is_spared(c: Case) -> bool:
    """Return whether legal means are withheld.

    The borrower is known to be vulnerable and the strategy holds such accounts.
    """
    return bool(c.levers["late_hold_vulnerable"] == 1 and c.borrower["declared_vulnerable"] == 1)


@compiled
def court_fee(c: Case, claim_cents: int) -> int:
    """Return the fee for suing over a claim, in cents: by the scenario's bands, else by its one share."""
    n = c.numbers
    for band in range(int(n["fee_bands"])):
        if claim_cents <= n["fee_up_to_cents"][band]:
            return band_fee_cents(
                claim_cents,
                int(n["fee_above_cents"][band]),
                int(n["fee_fixed_cents"][band]),
                float(n["fee_share"][band]),
                float(n["fee_due_share"][band]),
            )
    return court_fee_cents(
        claim_cents, int(n["economics_court_fee_fixed_cents"]), float(n["economics_court_fee_share"])
    )


@compiled
def assess(c: Case, now: int, actor: int) -> None:
    """Weigh finances, assets and consequences: expected net yield of a suit, and the decision."""
    n, b, s = c.numbers, c.borrower, c.account
    noise = float(n["legal_means_noise"])
    if s["case_signal"] >= 0.0:
        noise *= float(n["legal_analysed_noise_factor"])
    reachable = means_signal(
        int(int(s["assets_cents"]) * float(n["legal_asset_share"])),
        int(b["attachable_cents"]),
        float(n["legal_means_months"]),
        draw(c, Purpose.ASSESSMENT, 0),
        noise,
    )
    owed = balance(c)
    cost = court_fee(c, owed)
    net = expected_net_yield_cents(
        owed,
        reachable,
        float(n["legal_win_prob"]),
        float(n["legal_enforce_prob"]),
        float(n["legal_voluntary_prob"]),
        cost + int(n["economics_enforcement_cents"]),
    )
    s["assessed"] = 1 if net >= int(c.levers["late_min_net_yield_cents"]) else 2
    write_full(c, now, EventKind.ASSESSED, 0, actor, 1 if s["assessed"] == 1 else 0, net, 0, 0)


@compiled
def send_lawyers_letter(c: Case, now: int, actor: int) -> None:
    """Send a lawyer's letter; it works when read, and less each time."""
    n, s = c.numbers, c.account
    cost = int(n["economics_lawyers_letter_cents"])
    write_full(c, now, EventKind.LAWYERS_LETTER_SENT, Channel.LETTER, actor, 0, 0, cost, 0)
    s["letters"] += 1
    if c.levers["late_add_costs"] == 1:
        add_cost(c, now, Action.LAWYERS_LETTER, cost)
    if next_draw(c, Purpose.LETTER_READ) < n["contact_letter_read_prob"]:
        write_full(c, now, EventKind.LAWYERS_LETTER_READ, Channel.LETTER, 0, 0, 0, 0, 0)
        burden(c, now, float(n["goodwill_loss_letter"]), 1)
        nudge(c, now, float(n["payment_jump_lawyers_letter"]), False)


@compiled
def file_suit(c: Case, now: int, actor: int) -> None:
    """File a suit: the court fee is paid now, judgment comes after the court's delay."""
    n, s = c.numbers, c.account
    fee = court_fee(c, balance(c))
    days = court_days(
        draw(c, Purpose.COURT_DELAY, 0), float(n["legal_court_days_median"]), float(n["legal_court_days_log_sd"])
    )
    s["suit"] = 1
    write_full(c, now, EventKind.SUIT_FILED, 0, actor, 0, 0, fee, now + days * DAY)
    if c.levers["late_add_costs"] == 1:
        add_cost(c, now, Action.LAWSUIT, fee)
    burden(c, now, float(n["goodwill_loss_suit"]), 2)
    nudge(c, now, float(n["payment_jump_suit"]), False)
    schedule(c, Slot.JUDGMENT, now + days * DAY)


@compiled
def judgment(c: Case, now: int) -> None:
    """The court decides; while an agreement is being kept the case rests."""
    n, s = c.numbers, c.account
    if s["agreement"] != 0:
        schedule(c, Slot.JUDGMENT, now + MONTH)
        return
    schedule(c, Slot.JUDGMENT, NEVER)
    prob = float(n["legal_win_prob"])
    if s["disputing"] > 0:
        prob *= float(n["legal_disputed_factor"])
    won = next_draw(c, Purpose.JUDGMENT) < prob
    s["suit"] = 2 if won else 3
    write(c, now, EventKind.JUDGMENT, 1 if won else 0, balance(c), 0)
    if won:
        nudge(c, now, float(n["payment_jump_judgment"]), False)
        return
    # A claim dismissed is pursued no further, and its costs stay with the lender.
    waive(c, now, Component.COSTS, int(s["costs_cents"]))
    s["stopped"] = StopReason.SUIT_LOST.value
    write(c, now, EventKind.STOPPED, StopReason.SUIT_LOST, 0, 0)


@compiled
def enforce(c: Case, now: int, actor: int) -> None:
    """Have the judgment enforced: seize what assets can be seized, attach income if there is any to attach."""
    n, s, b = c.numbers, c.account, c.borrower
    s["enforcing"] = 1
    cost = int(n["economics_enforcement_cents"])
    write_full(c, now, EventKind.ENFORCEMENT_STARTED, 0, actor, 0, 0, cost, 0)
    if c.levers["late_add_costs"] == 1:
        add_cost(c, now, Action.ENFORCEMENT, cost)
    burden(c, now, float(n["goodwill_loss_enforcement"]), 2)
    seized = int(int(s["assets_cents"]) * float(n["legal_asset_share"]))
    found = draw(c, Purpose.ENFORCEMENT, 0) < n["legal_enforce_prob"] and (seized > 0 or b["attachable_cents"] > 0)
    if not found:
        s["enforcing"] = 2
        write(c, now, EventKind.ENFORCEMENT_FAILED, 0, 0, 0)
        return
    if b["attachable_cents"] > 0:
        schedule(c, Slot.ENFORCEMENT, now + MONTH)
    else:
        s["enforcing"] = 2  # nothing more will come
    s["assets_cents"] -= receive(c, now, seized, PaymentSource.ENFORCEMENT)


@compiled
def attach_income(c: Case, now: int) -> None:
    """A month's attachable income goes to the debt, and is missing at home.

    Nothing is attached while the household is in shock, under a moratorium or while an agreement is kept.
    """
    s = c.account
    schedule(c, Slot.ENFORCEMENT, now + MONTH)
    if s["agreement"] != 0 or s["shocked"] == 1 or s["moratorium_until"] > now:
        return
    taken = receive(c, now, int(c.borrower["attachable_cents"]), PaymentSource.ENFORCEMENT)
    s["cash_cents"] = max(0, int(s["cash_cents"]) - taken)
