"""Final stage: settlement, write-off or sale, the closing record, and restoring the relationship."""

from __future__ import annotations

from simcollect.behaviour.agreement import acceptance_prob, waiting_share
from simcollect.behaviour.payment import willingness_now
from simcollect.core.codes import Channel, CloseReason, Evaluation, EventKind, Hold, Purpose, Status
from simcollect.core.compiled import compiled
from simcollect.core.rng import exponential
from simcollect.stages.account import balance, charges, days_past_due
from simcollect.stages.agreement import agree, next_instalment_at
from simcollect.stages.case import DAY, N_LONGER, N_OFFERS, NEVER, Case, Slot, draw, schedule, write, write_full
from simcollect.stages.customer import win_goodwill
from simcollect.stages.ledger import write_off


@compiled
def offer_sum(c: Case, step: int) -> int:
    """Return the sum in cents that step ``step`` of the ladder asks for, at least one cent."""
    levers = c.levers
    return sum_left(c, float(levers["offer_discount_share"][step]), float(levers["offer_waive_share"][step]))


@compiled
def sum_left(c: Case, discount_share: float, waive_share: float) -> int:
    """Return what is left to pay in cents under the terms of an offer, at least one cent."""
    principal = int(c.account["principal_cents"]) * (1.0 - discount_share)
    rest = charges(c) * (1.0 - waive_share)
    return max(1, min(int(principal + rest + 0.5), balance(c)))


@compiled
def offer_day_minutes(c: Case, step: int) -> int:
    """Return the minutes after entering its stage at which a step is due, with the strategy's random days."""
    levers = c.levers
    jitter = int(draw(c, Purpose.OFFER_DAY, step) * (int(levers["final_random_days"]) + 1))
    return (int(levers["offer_day"][step]) + jitter) * DAY


@compiled
def concession(c: Case, step: int) -> float:
    """Return the share of the balance that a step forgives, in [0, 1]."""
    owed = balance(c)
    return 1.0 - offer_sum(c, step) / owed if owed > 0 else 0.0


@compiled
def concession_at_hand(c: Case) -> float:
    """Return the share of the balance that the offer which stands forgives, 0 if none does."""
    s, owed = c.account, balance(c)
    if s["offer"] == 0 or owed <= 0:
        return 0.0
    return 1.0 - sum_left(c, float(s["offer_discount_share"]), float(s["offer_waive_share"])) / owed


@compiled
def waiting_now(c: Case, now: int) -> float:
    """Return the share of willingness that a strategic borrower who knows the schedule holds back now."""
    b, s, levers, n = c.borrower, c.account, c.levers, c.numbers
    if b["strategic"] == 0 or b["knows_schedule"] == 0 or s["status"] != Status.OVERDUE:
        return 0.0
    at_hand = concession_at_hand(c)
    most = 0.0
    for step in range(N_OFFERS):
        stage = int(levers["offer_stage"][step])
        entered = int(s["stage_at"][stage])
        passed_over = entered < 0 and stage < s["stage"]
        if stage == 0 or passed_over or (int(s["offers_made"]) >> step) & 1:
            continue
        if entered >= 0:
            ahead = (entered - now) / DAY
        else:
            enter = (
                levers["mid_enter_dpd"]
                if stage == 2
                else levers["late_enter_dpd"]
                if stage == 3
                else levers["final_enter_dpd"]
            )
            ahead = float(enter - days_past_due(c, now))
        ahead = max(0.0, ahead + int(levers["offer_day"][step]))
        held = waiting_share(
            concession(c, step) - at_hand,
            ahead,
            float(n["strategic_patience_days"]),
            int(levers["final_random_days"]),
            int(levers["offer_expiry_days"][step]),
            float(n["strategic_strength"]),
        )
        most = max(most, held)
    return most


@compiled
def legal_pressure(c: Case) -> float:
    """Return legal pressure in [0, 1]: none, letter, suit or judgment."""
    s = c.account
    if s["suit"] == 1 or s["suit"] == 2:
        return 1.0
    return 0.5 if s["letters"] > 0 else 0.0


@compiled
def make_offer(c: Case, now: int, actor: int, step: int) -> None:
    """Put a settlement offer to the borrower: he may not read it, or answer too late, or answer in time."""
    levers, s, n = c.levers, c.account, c.numbers
    asked = offer_sum(c, step)
    expires = now + max(1, int(levers["offer_expiry_days"][step])) * DAY
    s["offers_made"] |= 1 << step
    s["forborne"] = 1
    write_full(
        c, now, EventKind.OFFER_MADE, Channel.LETTER, actor, step, asked, int(n["economics_letter_cents"]), expires
    )
    s["offer"] = step + 1
    s["offer_cents"] = asked
    s["offer_share"] = concession(c, step)
    s["offer_discount_share"] = levers["offer_discount_share"][step]
    s["offer_waive_share"] = levers["offer_waive_share"][step]
    s["offer_parts"][0] = max(1, int(levers["offer_instalments"][step]))
    for k in range(N_LONGER):
        s["offer_parts"][1 + k] = levers["offer_longer_instalments"][step, k]
    schedule(c, Slot.OFFER_EXPIRY, expires)
    if draw(c, Purpose.OFFER_READ, step) < n["contact_letter_read_prob"]:
        days = exponential(draw(c, Purpose.OFFER_ANSWER, step), float(n["settlement_answer_days"]))
        answered = now + max(1, int(days * DAY))
        # Who takes longer than the offer stands never answers: a short expiry costs acceptances.
        schedule(c, Slot.OFFER_ANSWER, answered if answered < expires else NEVER)
    s["waiting"] = waiting_now(c, now)


@compiled
def answer_offer(c: Case, now: int) -> None:
    """The borrower answers a settlement offer that has been read: takes it or declines it."""
    s, n = c.account, c.numbers
    schedule(c, Slot.OFFER_ANSWER, NEVER)
    step = int(s["offer"]) - 1
    if step < 0 or s["status"] != Status.OVERDUE or s["agreement"] != 0:
        return
    asked = min(int(s["offer_cents"]), balance(c))
    willing = willingness_now(
        float(s["willingness"]),
        float(s["goodwill"]),
        float(n["goodwill_reference"]),
        float(n["goodwill_willingness_weight"]),
    )
    prob = acceptance_prob(
        float(s["offer_share"]),
        willing,
        legal_pressure(c),
        float(n["settlement_accept_intercept"]),
        float(n["settlement_accept_slope"]),
        float(n["settlement_accept_pressure"]),
    ) * (1.0 - waiting_now(c, now))
    parts = instalments_chosen(c, asked)
    # One reserve a borrower: who declined 20 % off declines 20 % again and may take 40 %.
    if draw(c, Purpose.SETTLEMENT_RESERVE, 0) < prob and parts > 0:
        accept_offer(c, now, step, asked, parts, float(s["offer_share"]))
    else:
        write(c, now, EventKind.OFFER_DECLINED, step, asked, 0)
        s["offer"] = 0
        schedule(c, Slot.OFFER_EXPIRY, NEVER)
    s["waiting"] = waiting_now(c, now)


@compiled
def can_pay(c: Case, asked: int, n_instalments: int) -> bool:
    """Return whether the household could pay: a lump sum from cash and liquid assets, instalments from spare cash."""
    s, n = c.account, c.numbers
    if n_instalments <= 1:
        liquid = int(s["cash_cents"]) + float(n["settlement_liquid_share"]) * int(s["assets_cents"])
        return bool(liquid >= asked)
    set_aside = int(c.borrower["spare_cents"]) * float(n["settlement_instalment_share"])
    return bool(set_aside * n_instalments >= asked)


@compiled
def instalments_chosen(c: Case, asked: int) -> int:
    """Return the fewest instalments that the offer allows and the household can pay, 0 if there are none such.

    Who can choose takes the shortest way out that his means allow, so the term follows the debt and the spare cash.
    """
    for k in range(1 + N_LONGER):
        parts = int(c.account["offer_parts"][k])
        if parts > 0 and can_pay(c, asked, parts):
            return parts
    return 0


@compiled
def accept_offer(c: Case, now: int, step: int, asked: int, parts: int, relief: float) -> None:
    """Settle: a lump sum drains the household's liquidity, instalments follow its paydays."""
    s, n = c.account, c.numbers
    write(c, now, EventKind.OFFER_ACCEPTED, step, asked, parts)
    s["offer"] = 0
    schedule(c, Slot.OFFER_EXPIRY, NEVER)
    if parts == 1:
        short = max(0, asked - int(s["cash_cents"]))
        s["assets_cents"] -= short
        s["cash_cents"] += short
        s["drained"] = 1
        s["settled_at_due"] = s["n_due"]
        agree(c, now, Hold.SETTLEMENT, asked, 1, asked, relief, now + int(n["settlement_lump_sum_days"]) * DAY)
    else:
        agree(c, now, Hold.SETTLEMENT, (asked + parts - 1) // parts, parts, asked, relief, next_instalment_at(c, now))
    win_goodwill(c, now, float(n["goodwill_gain_waiver"]))


@compiled
def offer_expires(c: Case, now: int) -> None:
    """An offer lapses."""
    s = c.account
    schedule(c, Slot.OFFER_EXPIRY, NEVER)
    schedule(c, Slot.OFFER_ANSWER, NEVER)
    if s["offer"] > 0:
        write(c, now, EventKind.OFFER_EXPIRED, int(s["offer"]) - 1, 0, 0)
    s["offer"] = 0
    s["waiting"] = waiting_now(c, now)


@compiled
def sale_share(c: Case, dpd: int) -> float:
    """Return the price of one unit of balance at an age, by the scenario's table."""
    n = c.numbers
    share = 0.0
    for row in range(n["sale_from_dpd"].shape[0]):
        if dpd >= n["sale_from_dpd"][row]:
            share = float(n["sale_share"][row])
    return share


@compiled
def dispose(c: Case, now: int, sell: bool) -> None:
    """Give the debt up: write it off, or sell it at the table's price."""
    if not sell:
        write_off(c, now, CloseReason.WRITTEN_OFF)
        return
    price = int(balance(c) * sale_share(c, days_past_due(c, now)) + 0.5)
    write(c, now, EventKind.SOLD, 0, price, 0)
    write_off(c, now, CloseReason.SOLD)


@compiled
def record_case(c: Case, now: int, actor: int) -> None:
    """Write the closing record: how the case was resolved, and the goodwill it leaves."""
    s = c.account
    s["recorded"] = 1
    reason = int(s["closed_as"])
    if reason == CloseReason.SETTLED:
        grade = Evaluation.SETTLED_BY_AGREEMENT.value
    elif reason != CloseReason.PAID_IN_FULL:
        grade = Evaluation.LOST.value
    elif s["credit_marked"] == 1 or s["letters"] > 0:
        grade = Evaluation.RECOVERED_BY_LAW.value
    elif s["spoken"] > 0:
        grade = Evaluation.PAID_AFTER_CONTACT.value
    else:
        grade = Evaluation.PAID_BY_ITSELF.value
    write_full(c, now, EventKind.CASE_RECORDED, 0, actor, grade, 0, 0, int(float(s["goodwill"]) * 1_000_000))


@compiled
def restore(c: Case, now: int, actor: int, minutes: int) -> None:
    """Restore the relationship with a customer whose case is resolved.

    Care call, fees given back, record, credit line.
    """
    levers, s, n = c.levers, c.account, c.numbers
    if s["restored"] == 1 or s["left"] == 1:
        return
    s["restored"] = 1
    gain = 0.0
    reached = c.borrower["phone_valid"] == 1 and draw(c, Purpose.RESTORATION, 0) < n["contact_care_reach_prob"]
    if minutes > 0:
        write_full(c, now, EventKind.CARE_CALL, Channel.CALL, actor, 1 if reached else 0, 0, 0, minutes)
        gain += float(n["goodwill_gain_care_call"]) if reached else 0.0
    back = int(int(s["fees_paid_cents"]) * float(levers["restoration_fee_goodwill_share"]) + 0.5)
    if back > 0:
        write_full(c, now, EventKind.FEE_GOODWILL, 0, actor, 0, back, back, 0)
        s["fees_paid_cents"] = 0  # given back once, not again after the next spell of arrears
        gain += float(n["goodwill_gain_fee_goodwill"])
    if levers["restoration_credit_rebuild"] == 1 and s["credit_marked"] == 1:
        s["credit_marked"] = 0
        write(c, now, EventKind.CREDIT_MARK_REMOVED, 0, 0, 0)
        write(c, now, EventKind.CREDIT_REBUILT, 0, 0, 0)
        gain += float(n["goodwill_gain_credit_rebuilt"])
    if levers["restoration_reopen_line"] == 1:
        write(c, now, EventKind.LINE_REOPENED, 0, 0, 0)
        gain += float(n["goodwill_gain_line_reopened"])
    win_goodwill(c, now, gain)
