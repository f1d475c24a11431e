"""What the rules of conduct forbid now, and when the same action may be tried again."""

from __future__ import annotations

from simcollect.core.codes import Action, Channel, Rule
from simcollect.core.compiled import compiled
from simcollect.stages.case import DAY, N_LONGER, NEVER, RING, Case, local

WEEK = 7 * DAY


@compiled
def is_message(action: int) -> bool:
    """Return whether an action is a written reminder."""
    return action == Action.SMS or action == Action.EMAIL


@compiled
def is_call(action: int) -> bool:
    """Return whether an action dials a telephone to ask for money."""
    return (
        action == Action.AUTOMATED_CALL
        or action == Action.CALL
        or action == Action.NEGOTIATION_CALL
        or action == Action.BROKEN_PROMISE_CALL
        or action == Action.PLAN_CHECK_CALL
    )


@compiled
def is_contact(action: int) -> bool:
    """Return whether an action contacts the borrower to pursue the debt."""
    return is_message(action) or is_call(action) or action == Action.VISIT


@compiled
def is_legal(action: int) -> bool:
    """Return whether an action is a legal step against the borrower."""
    return action == Action.LAWYERS_LETTER or action == Action.LAWSUIT or action == Action.ENFORCEMENT


@compiled
def is_demand(action: int) -> bool:
    """Return whether an action demands payment or enforces it: what a moratorium forbids."""
    return is_contact(action) or is_legal(action) or action == Action.SETTLEMENT_OFFER


@compiled
def message_channel(c: Case, action: int) -> int:
    """Return the channel of a message: as listed, or the borrower's preferred one where the strategy says so."""
    b = c.borrower
    preferred = int(b["preferred_channel"])
    if c.levers["early_channel_rule"] == 1:
        if preferred == Channel.SMS and b["phone_valid"] == 1:
            return Channel.SMS.value
        if preferred == Channel.EMAIL and b["email_valid"] == 1:
            return Channel.EMAIL.value
    return Channel.SMS.value if action == Action.SMS else Channel.EMAIL.value


@compiled
def permitted_from(c: Case, now: int) -> int:
    """Return the first minute not before ``now`` inside the permitted hours on the borrower's clock."""
    n = c.numbers
    start, end = int(n["rules_hours_start"]), int(n["rules_hours_end"])
    if start < 0 or end < 0:
        return now
    minute = local(c, now) % DAY
    if start <= minute < end:
        return now
    at = now + (start - minute) % DAY
    # A change of the clocks on the way moves the guess by an hour: look again.
    again = at + (start - local(c, at) + DAY // 2) % DAY - DAY // 2
    return again if again > now and start <= local(c, again) % DAY < end else at


@compiled
def oldest_of_last(times: object, written: int, cap: int) -> int:
    """Return the minute of the ``cap``-th last attempt, or -NEVER if there are fewer; ``cap`` is 1 to RING."""
    if written < cap or cap <= 0:
        return -NEVER
    return int(times[(written - cap) % RING])  # type: ignore[index]


@compiled
def next_day_from(c: Case, now: int) -> int:
    """Return the first minute of the borrower's next calendar day."""
    midnight = now + DAY - local(c, now) % DAY
    # A change of the clocks on the way moves the guess by an hour; one at midnight itself leaves no midnight to find.
    exact = midnight - ((local(c, midnight) + DAY // 2) % DAY - DAY // 2)
    return exact if local(c, exact) // DAY > local(c, now) // DAY else midnight


@compiled
def call_barrier(c: Case, now: int) -> tuple[int, int]:
    """Return the Rule on the number and spacing of calls that forbids one now (0: none), and until when."""
    n, s = c.numbers, c.account
    cap = int(n["rules_calls_per_day"])
    if cap == 0:
        return Rule.CALLS_PER_DAY.value, NEVER
    oldest = oldest_of_last(s["call_at"], int(s["n_calls"]), cap)
    if oldest >= 0 and local(c, oldest) // DAY == local(c, now) // DAY:
        return Rule.CALLS_PER_DAY.value, next_day_from(c, now)
    cap = int(n["rules_calls_per_7_days"])
    if cap == 0:
        return Rule.CALLS_PER_7_DAYS.value, NEVER
    free = oldest_of_last(s["call_at"], int(s["n_calls"]), cap) + WEEK
    if free > now:
        return Rule.CALLS_PER_7_DAYS.value, free
    quiet = int(n["rules_quiet_days_after_conversation"])
    if quiet > 0 and s["last_conversation_at"] + quiet * DAY > now:
        return Rule.QUIET_AFTER_CONVERSATION.value, int(s["last_conversation_at"]) + quiet * DAY
    return 0, now


@compiled
def visit_barrier(c: Case, now: int) -> tuple[int, int]:
    """Return the Rule on visits that forbids one now (0: none), and until when."""
    n, s = c.numbers, c.account
    if n["rules_visit_barred"] == 1:
        return Rule.VISIT_TWO_PEOPLE.value, NEVER
    days, given = int(n["rules_visit_notice_days"]), int(s["visit_notice_at"])
    if days >= 0 and (given < 0 or given + days * DAY > now):
        return Rule.VISIT_NOTICE.value, (given if given >= 0 else now) + days * DAY
    return 0, now


@compiled
def offer_barrier(c: Case, step: int) -> int:
    """Return the Rule that a step of the settlement ladder goes beyond, 0 for none: the desk's authority."""
    n, levers = c.numbers, c.levers
    if 0.0 <= n["rules_max_discount_share"] < levers["offer_discount_share"][step]:
        return Rule.DISCOUNT_BEYOND_AUTHORITY.value
    longest = int(levers["offer_instalments"][step])
    for k in range(N_LONGER):
        longest = max(longest, int(levers["offer_longer_instalments"][step, k]))
    if 0 <= n["rules_max_plan_months"] < longest:
        return Rule.PLAN_TOO_LONG.value
    return 0


@compiled
def barrier(c: Case, now: int, action: int) -> tuple[int, int]:
    """Return the Rule that forbids ``action`` now (0: none) and the minute from which it may be tried again.

    References
    ----------
    Regulation F (12 CFR 1006.14(b), 1006.6(b), (e)), CONC 7.9 and 7.3, Breathing Space, China Banking Association 2026:
    which of these are in force, and their numbers, stands in the scenario's rule block.
    """
    n, s, b = c.numbers, c.account, c.borrower
    if s["moratorium_until"] > now and is_demand(action):
        return Rule.MORATORIUM.value, int(s["moratorium_until"])
    if is_legal(action) and n["rules_vulnerable_hold"] == 1 and b["declared_vulnerable"] == 1:
        return Rule.VULNERABLE_HOLD.value, NEVER
    if action == Action.LAWSUIT and n["rules_forbearance_before_suit"] == 1 and s["forborne"] == 0:
        return Rule.FORBEARANCE_BEFORE_SUIT.value, now + 30 * DAY
    if n["rules_honour_cease"] == 1 and s["ceased"] == 1 and action == Action.SETTLEMENT_OFFER:
        return Rule.CEASE_REQUEST.value, NEVER
    if action == Action.CARE_CALL and not (n["rules_honour_cease"] == 1 and s["ceased"] == 1):
        at = permitted_from(c, now)
        return (Rule.PERMITTED_HOURS.value, at) if at > now else (0, now)
    if not is_contact(action) and action != Action.CARE_CALL:
        return 0, now
    if n["rules_honour_cease"] == 1 and s["ceased"] == 1:
        return Rule.CEASE_REQUEST.value, NEVER
    unasked = is_message(action) or action == Action.AUTOMATED_CALL
    if unasked and n["rules_consent_needed"] == 1 and b["consent"] == 0:
        return Rule.NO_CONSENT.value, NEVER
    if is_message(action):
        channel = message_channel(c, action)
        if n["rules_honour_opt_out"] == 1 and s["opted_out"][channel] == 1:
            return Rule.OPT_OUT.value, NEVER
        cap = int(n["rules_messages_per_7_days"])
        if cap == 0:
            return Rule.MESSAGES_PER_7_DAYS.value, NEVER
        free = oldest_of_last(s["message_at"], int(s["n_messages"]), cap) + WEEK
        if free > now:
            return Rule.MESSAGES_PER_7_DAYS.value, free
    if is_call(action):
        rule, again = call_barrier(c, now)
        if rule > 0:
            return rule, again
    if action == Action.VISIT:
        rule, again = visit_barrier(c, now)
        if rule > 0:
            return rule, again
    at = permitted_from(c, now)
    if at > now:
        return Rule.PERMITTED_HOURS.value, at
    return 0, now
