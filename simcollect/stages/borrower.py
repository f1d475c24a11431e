"""What happens by itself.

Arrival, paydays, due dates, payments of one's own accord, insolvency, falling overdue again.
"""

from __future__ import annotations

import math
from typing import NamedTuple

from simcollect.behaviour.cashflow import ability_gate, cash_after_payday, shocked_next_month, spare_this_month
from simcollect.behaviour.payment import (
    amount_paid,
    days_until,
    full_intensity,
    habitual_prob,
    integrated_intensity,
    payment_threshold,
    willingness_now,
)
from simcollect.core.codes import CloseReason, Component, EventKind, Hold, PaymentSource, Purpose, Status
from simcollect.core.compiled import compiled
from simcollect.stages.account import balance, days_past_due, instalment, month_minute
from simcollect.stages.case import (
    DAY,
    N_SLOTS,
    N_STEPS,
    NEVER,
    Case,
    Slot,
    draw,
    next_draw,
    review_on_or_after,
    schedule,
    write,
)
from simcollect.stages.customer import insolvency_month, stop_leaving
from simcollect.stages.final import waiting_now
from simcollect.stages.ledger import charge_month, receive, write_off
from simcollect.stages.payment import count_payment


@compiled
def arrive(c: Case, now: int) -> None:
    """The account comes into the book: overdue from the first, or overdue as from today."""
    n, b, s = c.numbers, c.borrower, c.account
    for slot in range(N_SLOTS):
        s["due_at"][slot] = NEVER
    s["status"] = Status.OVERDUE.value
    s["principal_cents"] = b["principal_cents"]
    s["interest_cents"] = b["interest_cents"]
    s["fees_cents"] = b["fees_cents"]
    s["arrears_cents"] = min(int(b["arrears_cents"]), balance(c))
    s["oldest_due_at"] = now - int(b["dpd"]) * DAY
    s["spell_at"] = s["oldest_due_at"]
    s["first_due_at"] = s["oldest_due_at"]
    s["cash_cents"] = b["buffer_cents"]
    s["assets_cents"] = b["assets_cents"]
    s["willingness"] = b["willingness"]
    s["disputing"] = b["disputing"]
    s["goodwill"] = n["goodwill_start"]
    s["pressure_at"] = now
    s["threshold_left"] = payment_threshold(next_draw(c, Purpose.PAYMENT_THRESHOLD), float(n["payment_regularity"]))
    s["complaint_left"] = -math.log(next_draw(c, Purpose.COMPLAINT_THRESHOLD))
    s["insolvency_left"] = -math.log(next_draw(c, Purpose.INSOLVENCY_THRESHOLD))
    s["leaving_left"] = -math.log(next_draw(c, Purpose.ATTRITION_THRESHOLD))
    s["leaving_at"] = -1
    s["last_conversation_at"] = -NEVER
    s["visit_notice_at"] = -1
    s["probe_signal"] = -1.0
    s["case_signal"] = -1.0
    s["willing_signal"] = -1.0
    s["intensity_at"] = now
    onset = float(n["cash_shocked_at_arrival_prob"]) * float(n["cell_shock_onset_factor"][int(b["cell"])])
    s["shocked"] = 1 if draw(c, Purpose.SHOCK, 100_000) < onset else 0
    forget_stages(c)

    write(c, now, EventKind.OPENED, Component.PRINCIPAL, int(s["principal_cents"]), int(b["dpd"]))
    if s["interest_cents"] > 0:
        write(c, now, EventKind.OPENED, Component.INTEREST, int(s["interest_cents"]), int(b["dpd"]))
    if s["fees_cents"] > 0:
        write(c, now, EventKind.OPENED, Component.FEES, int(s["fees_cents"]), int(b["dpd"]))

    while month_minute(int(s["first_due_at"]), int(s["n_due"])) <= now:
        s["n_due"] += 1
    schedule(c, Slot.DUE_DATE, month_minute(int(s["first_due_at"]), int(s["n_due"])))
    s["first_payday_at"] = (int(b["payday"]) - 1) * DAY
    while month_minute(int(s["first_payday_at"]), int(s["n_paydays"])) <= now:
        s["n_paydays"] += 1
    schedule(c, Slot.PAYDAY, month_minute(int(s["first_payday_at"]), int(s["n_paydays"])))
    schedule(c, Slot.REVIEW, review_on_or_after(c, now))


@compiled
def forget_stages(c: Case) -> None:
    """Begin a spell of arrears with a clean record of what was done in it."""
    s = c.account
    for stage in range(5):
        s["stage_at"][stage] = -1
    for step in range(N_STEPS):
        s["step_done"][step] = 0
        s["step_at"][step] = -NEVER
    s["stage"] = 0
    s["attempts"] = 0
    s["unreached"] = 0
    s["unreached_stage"] = 0
    s["refusals"] = 0
    s["broken"] = 0
    s["spoken"] = 0
    s["plan_broken"] = 0
    s["agreement_broken_at"] = 0
    s["assessed"] = 0
    s["offers_made"] = 0
    s["letters"] = 0
    s["stopped"] = 0
    s["restored"] = 0


@compiled
def payday(c: Case, now: int) -> None:
    """Wages arrive; the household falls into a shock or recovers; what is spare adds to the cash at hand."""
    n, b, s = c.numbers, c.borrower, c.account
    month = int(s["n_paydays"])
    onset = float(n["cash_shock_onset_prob"]) * float(n["cell_shock_onset_factor"][int(b["cell"])])
    was = int(s["shocked"]) == 1
    # The occurrence is the calendar month, so the same month brings the same luck under every strategy.
    shocked = shocked_next_month(
        was, draw(c, Purpose.SHOCK, month), min(onset, 1.0), float(n["cash_shock_recovery_prob"])
    )
    if shocked and not was:
        write(c, now, EventKind.SHOCK_STARTED, 0, 0, 0)
    if was and not shocked:
        write(c, now, EventKind.SHOCK_ENDED, 0, 0, 0)
    s["shocked"] = 1 if shocked else 0
    spare = spare_this_month(
        int(b["spare_cents"]), int(b["income_cents"]), shocked, float(n["cash_shock_income_loss_share"])
    )
    cap = max(int(float(n["cash_buffer_cap_months"]) * float(b["spare_cents"])), int(b["buffer_cents"]))
    if s["agreement"] == Hold.SETTLEMENT:
        cap = max(cap, int(s["agreement_cents"]))  # what was put aside for a settlement is not consumed
    s["cash_cents"] = cash_after_payday(int(s["cash_cents"]), spare, cap)
    s["n_paydays"] += 1
    schedule(c, Slot.PAYDAY, month_minute(int(s["first_payday_at"]), int(s["n_paydays"])))
    s["waiting"] = waiting_now(c, now)


@compiled
def due_date(c: Case, now: int) -> None:
    """A month ends.

    Insolvency may strike, interest is posted, an instalment falls due or a cured borrower misses one.
    """
    s = c.account
    s["n_due"] += 1
    schedule(c, Slot.DUE_DATE, month_minute(int(s["first_due_at"]), int(s["n_due"])))
    if insolvency_month(c):
        s["insolvent"] = 1
        write(c, now, EventKind.INSOLVENT, 0, 0, 0)
        if s["status"] != Status.CLOSED:
            write_off(c, now, CloseReason.INSOLVENT)
        schedule(c, Slot.DUE_DATE, NEVER)
        schedule(c, Slot.PAYDAY, NEVER)
        return
    if s["status"] == Status.CLOSED:
        # A household drained by a lump-sum settlement is watched for two years.
        if s["n_due"] > s["settled_at_due"] + 24:
            schedule(c, Slot.DUE_DATE, NEVER)
            schedule(c, Slot.PAYDAY, NEVER)
        return
    charge_month(c, now)
    if c.numbers["roll_rows"] > 0 and s["agreement"] == 0 and s["promise_cents"] == 0:
        roll(c, now)
        return
    if s["status"] == Status.CURRENT:
        wanted = min(instalment(c), balance(c))
        missed = draw(c, Purpose.REDEFAULT, int(s["n_due"])) < redefault_prob(c, now)
        if missed or s["cash_cents"] < wanted:
            fall_overdue_again(c, now)
        else:
            receive(c, now, wanted, PaymentSource.CONTRACTUAL)
        return
    if s["agreement"] == 0 and s["accelerated"] == 0:
        fall_due(c, now)


@compiled
def fall_due(c: Case, now: int) -> None:
    """Add the month's instalment to the arrears."""
    s = c.account
    added = min(instalment(c), balance(c) - int(s["arrears_cents"]))
    if added > 0:
        s["arrears_cents"] += added
        write(c, now, EventKind.INSTALMENT_DUE, 0, added, days_past_due(c, now))


@compiled
def roll(c: Case, now: int) -> None:
    """Move as the table of roll rates says: pay what leads to the months behind that are drawn, or nothing.

    The draw belongs to the due date, so the same month brings the same luck under every strategy. The table says what
    is paid, so the money is there: it comes out of the cash at hand as far as that goes. In the last row, K or more
    months behind, staying there means that nothing is paid.
    """
    n, s = c.numbers, c.account
    current = s["status"] == Status.CURRENT
    size = instalment(c)
    # To the nearest month: an account comes into the book with a cent of arrears at least, and may have paid a part.
    behind = 0 if current else int((2 * int(s["arrears_cents"]) + size) // (2 * size))
    last = int(n["roll_rows"]) - 1
    row = min(behind, last)
    u = draw(c, Purpose.ROLL, int(s["n_due"]))
    column = 0
    while u >= n["roll_reach"][row, column]:
        column += 1
    target = column - 1  # -1 pays off, last + 1 is written off
    if not current and s["accelerated"] == 0:
        fall_due(c, now)
    if target > last:
        write_off(c, now, CloseReason.WRITTEN_OFF)
    elif target < 0:
        pay_as_rolled(c, now, balance(c), PaymentSource.OWN_ACCORD)
    elif current and target == 0:
        pay_as_rolled(c, now, min(instalment(c), balance(c)), PaymentSource.CONTRACTUAL)
    elif current:
        fall_overdue_again(c, now)
    elif target < last or row < last:
        pay_as_rolled(c, now, int(s["arrears_cents"]) - target * size, PaymentSource.OWN_ACCORD)


@compiled
def pay_as_rolled(c: Case, now: int, cents: int, source: int) -> None:
    """Pay what the table says; it excites no further payment, for the table already holds what follows."""
    s = c.account
    s["cash_cents"] = max(int(s["cash_cents"]), cents)
    excitation = float(s["excitation"])
    receive(c, now, cents, source)
    s["excitation"] = excitation


@compiled
def redefault_prob(c: Case, now: int) -> float:
    """Return the probability that a cured borrower misses the instalment due now.

    Lower after a human conversation (Laudenbach et al. 2018, E8), higher in a shock. Households differ in the habit of
    paying late: each has log odds of its own.
    """
    n, s = c.numbers, c.account
    usual, factor = float(n["payment_redefault_prob_per_month"]), 1.5 - float(s["willingness"])
    spread = float(n["payment_redefault_log_odds_sd"])
    if spread > 0.0 and 0.0 < usual < 1.0:
        prob = habitual_prob(usual, factor, spread, draw(c, Purpose.REDEFAULT, 100_000))
    else:
        prob = usual * factor
    if s["spoken"] > 0:
        prob *= float(n["payment_redefault_human_factor"])
    if s["shocked"] == 1:
        prob *= float(n["payment_redefault_shock_factor"])
    return min(prob, 1.0)


@compiled
def fall_overdue_again(c: Case, now: int) -> None:
    """A cured borrower misses an instalment: a new spell of arrears begins."""
    s = c.account
    stop_leaving(c, now)
    s["status"] = Status.OVERDUE.value
    s["arrears_cents"] = min(instalment(c), balance(c))
    s["oldest_due_at"] = now
    s["spell_at"] = now
    s["intensity_at"] = now
    s["excitation"] = 0.0
    s["policy_review_at"] = now
    forget_stages(c)
    write(c, now, EventKind.REDEFAULTED, 0, int(s["arrears_cents"]), 0)
    schedule(c, Slot.RESTORATION, NEVER)
    schedule(c, Slot.REVIEW, review_on_or_after(c, now))


class Outlook(NamedTuple):
    """Where the payment intensity stood at the last change of anything it depends on, and what is left of it now."""

    at: int
    threshold_left: float
    base: float
    excitation: float
    left_now: float
    excited_now: float


@compiled
def live_through(c: Case, now: int) -> Outlook:
    """Spend the intensity lived through since the last change, and return how it stood then.

    Call before anything happens, and :func:`look_ahead` after it.
    """
    n, s = c.numbers, c.account
    at, left, base, excitation = (
        int(s["intensity_at"]),
        float(s["threshold_left"]),
        float(s["base"]),
        float(s["excitation"]),
    )
    days = (now - at) / DAY
    if days > 0.0:
        ageing, decay = 1.0 / float(n["payment_ageing_days"]), float(n["payment_decay_per_day"])
        if s["gate"] > 0.0:
            s["threshold_left"] = left - integrated_intensity(float(s["gate"]), base, ageing, excitation, decay, days)
        s["base"] = base * math.exp(-ageing * days)
        s["excitation"] = excitation * math.exp(-decay * days)
        s["intensity_at"] = now
    return Outlook(at, left, base, excitation, float(s["threshold_left"]), float(s["excitation"]))


@compiled
def look_ahead(c: Case, now: int, then: Outlook) -> None:
    """Find when the next payment of one's own accord comes if nothing else happens.

    An event that changed nothing of what a payment depends on leaves no trace, not even in the last digit: the
    outlook is put back as it stood. So bookkeeping of a strategy cannot move a payment.
    """
    n, b, s = c.numbers, c.borrower, c.account
    gate = 0.0
    if s["status"] == Status.OVERDUE and s["agreement"] == 0 and s["promise_cents"] == 0:
        gate = ability_gate(int(s["cash_cents"]), instalment(c), float(n["payment_gate_floor_share"]))
    willing = willingness_now(
        float(s["willingness"]),
        float(s["goodwill"]),
        float(n["goodwill_reference"]),
        float(n["goodwill_willingness_weight"]),
    )
    full = full_intensity(
        float(n["payment_base_rate_per_day"]),
        willing,
        float(b["attention"]),
        float(n["payment_attention_floor"]),
        float(s["waiting"]),
    )
    if n["roll_rows"] > 0:
        full = 0.0  # what is paid of one's own accord stands in the table; contacts still excite
    ageing, decay = 1.0 / float(n["payment_ageing_days"]), float(n["payment_decay_per_day"])
    unmoved = s["excitation"] == then.excited_now and s["threshold_left"] == then.left_now
    if unmoved and gate == s["gate"] and full == s["full"] and s["oldest_due_at"] == s["full_from"]:
        s["intensity_at"] = then.at
        s["threshold_left"] = then.threshold_left
        s["base"] = then.base
        s["excitation"] = then.excitation
        return
    s["gate"] = gate
    s["full"] = full
    s["full_from"] = s["oldest_due_at"]
    s["base"] = full * math.exp(-ageing * max(0.0, (now - s["oldest_due_at"]) / DAY))
    if gate <= 0.0:
        schedule(c, Slot.OWN_PAYMENT, NEVER)
        return
    wait = days_until(
        max(float(s["threshold_left"]), 1e-9), gate, float(s["base"]), ageing, float(s["excitation"]), decay
    )
    schedule(c, Slot.OWN_PAYMENT, NEVER if wait < 0.0 else now + math.ceil(wait * DAY))


@compiled
def pay_of_own_accord(c: Case, now: int) -> None:
    """The intensity has crossed the threshold: the borrower pays."""
    n, s = c.numbers, c.account
    k = count_payment(c)
    amount = amount_paid(
        draw(c, Purpose.PAYMENT_FULL, k),
        draw(c, Purpose.PAYMENT_CURE, k),
        draw(c, Purpose.PAYMENT_AMOUNT, k),
        float(n["payment_full_share"]),
        float(n["payment_cure_share"]),
        float(n["payment_minimum_share"]),
        float(n["payment_ratio_median"]),
        float(n["payment_ratio_log_sd"]),
        int(s["cash_cents"]),
        instalment(c),
        int(s["arrears_cents"]),
        balance(c),
    )
    receive(c, now, amount, PaymentSource.OWN_ACCORD)
