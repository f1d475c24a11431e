"""Rules of conduct a log can be held to, and the checks of those that are on.

Nothing here asks whether the simulation enforced a rule: the rows alone are counted, so a rule that the engine forgot
is found. No code is shared with what enforces the rules, not even the reading of local clocks. Each rule's check is
named after its code: ``rule_`` and the name of a member of :class:`~simcollect.core.codes.Rule`.

What counts, rule by rule:

==============================  ======================================================================================
calls                           DIALLED, by people or automated, answered or not. A call may follow another by exactly
                                seven days.
messages                        MESSAGE_SENT.
permitted hours                 MESSAGE_SENT, DIALLED, VISITED, OFFER_MADE, at their own minute, and CARE_CALL, at the
                                minute it began. Letters are read when the borrower likes, so they keep no hours, and an
                                offer without a channel is one by letter; a talk that began in time may run over.
request to cease                MESSAGE_SENT, DIALLED, VISITED, OFFER_MADE and CARE_CALL, after CEASE_REQUESTED or a
                                conversation that came to ASK_TO_CEASE. Legal steps stay open (12 CFR 1006.6(c)(2)).
opting out                      MESSAGE_SENT, DIALLED, VISITED and OFFER_MADE on the channel opted out of; on every
                                channel if none is named. Without a channel of its own a DIALLED is a call, an
                                OFFER_MADE a letter, and a MESSAGE_SENT counts after opting out of any message.
consent                         MESSAGE_SENT, and DIALLED on the automated channel.
moratorium                      MESSAGE_SENT, DIALLED, VISITED, OFFER_MADE, LAWYERS_LETTER_SENT, SUIT_FILED,
                                ENFORCEMENT_STARTED, and money taken by enforcement. The borrower may pay. It begins
                                with HARDSHIP_DISCLOSED, a conversation that came to DISCLOSE_HARDSHIP, or a
                                HOLD_STARTED for a MORATORIUM that neither stands within one nor resumes one.
third parties                   What is sent, dialled, visited or worked on to notify a third party, and a talk on a
                                line that the wrong party had answered, without another DIALLED between.
visits by two                   Collectors at work on the visit in its minute, each once; rows of a pool, or of nobody,
                                one each.
==============================  ======================================================================================

References
----------
12 CFR 1006.14(b)(2) (US Regulation F, 2021): seven calls within seven days, and seven days after a conversation;
1006.6(b)(1)(i): 8 am to 9 pm at the consumer's place; 1006.6(c): no contact after a request to cease; 1006.6(e): opting
out. The Debt Respite Scheme (Breathing Space) Regulations 2020 (UK): moratoria. CONC 7.3 (UK): instalments that the
customer can bear. China Banking Association 2026 (trial): 08:00 to 22:00, calls a day, visits by two, added costs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from simcollect.outcomes.audit import conduct_contact, conduct_holds, conduct_terms, conduct_wishes
from simcollect.outcomes.audit.findings import Fault
from simcollect.outcomes.reading import Reading

OFF: Final = -1


@dataclass(frozen=True)
class ConductRules:
    """The rules a log is held to; -1 switches a rule off. Contact with third parties is forbidden always.

    Attributes
    ----------
    calls_per_7_days, messages_per_7_days
        Most calls dialled (messages sent) to an account within any seven days.
    calls_per_day
        Most calls dialled to an account on one day of the borrower's calendar.
    quiet_days_after_conversation
        Days without a call after a conversation by telephone; they end n x 1,440 minutes after it.
    hours_start_minute, hours_end_minute
        Permitted hours by the borrower's clock, minutes after midnight, start included and end excluded.
    visit_two_people
        1: a visit is made by two collectors.
    visit_notice_days
        Days between the notice of a visit (FOLLOW_UP_SCHEDULED for a VISIT) and the visit.
    honour_cease
        1: no contact after a request to cease.
    honour_opt_out
        1: no contact on a channel after opting out of it.
    consent_needed
        1: no message and no automated call to those who did not consent.
    moratorium_days, vulnerable_moratorium_days
        Days without demands or legal steps after hardship is disclosed; the second, where it is on, for those who
        declared themselves vulnerable.
    moratorium_interest_free
        1: no interest, penalty or cost is charged in a moratorium.
    forbearance_before_suit
        1: no suit before a plan was agreed or declined, or a settlement offered.
    vulnerable_hold
        1: no legal steps against those who declared themselves vulnerable.
    plan_surplus_share_ppm
        Most that a plan's instalment may take of the monthly surplus found, parts per million.
    plan_min_instalments
        Fewest instalments of a plan.
    max_plan_months
        Longest repayment plan or settlement by instalments.
    max_discount_share_ppm
        Most of the principal that may be forgiven, parts per million.
    added_costs_barred
        1: no cost is put on the debt.
    """

    calls_per_7_days: int = OFF
    messages_per_7_days: int = OFF
    calls_per_day: int = OFF
    quiet_days_after_conversation: int = OFF
    hours_start_minute: int = OFF
    hours_end_minute: int = OFF
    visit_two_people: int = OFF
    visit_notice_days: int = OFF
    honour_cease: int = 1
    honour_opt_out: int = OFF
    consent_needed: int = OFF
    moratorium_days: int = OFF
    vulnerable_moratorium_days: int = OFF
    moratorium_interest_free: int = OFF
    forbearance_before_suit: int = OFF
    vulnerable_hold: int = OFF
    plan_surplus_share_ppm: int = OFF
    plan_min_instalments: int = OFF
    max_plan_months: int = OFF
    max_discount_share_ppm: int = OFF
    added_costs_barred: int = OFF


_FLAGS: Final[Mapping[str, tuple[str, Callable[[Reading], Iterator[Fault]]]]] = {
    "honour_cease": ("rule_cease_request", conduct_wishes.after_cease_request),
    "honour_opt_out": ("rule_opt_out", conduct_wishes.after_opting_out),
    "consent_needed": ("rule_no_consent", conduct_wishes.without_consent),
    "visit_two_people": ("rule_visit_two_people", conduct_contact.visits_alone),
    "forbearance_before_suit": ("rule_forbearance_before_suit", conduct_holds.suits_without_forbearance),
    "vulnerable_hold": ("rule_vulnerable_hold", conduct_holds.steps_against_vulnerable),
    "added_costs_barred": ("rule_added_costs", conduct_terms.added_costs),
}
"""Check of each rule that is on or off, by its field."""

_NUMBERS: Final[Mapping[str, tuple[str, Callable[[Reading, int], Iterator[Fault]]]]] = {
    "calls_per_7_days": ("rule_calls_per_7_days", conduct_contact.calls_over_cap),
    "messages_per_7_days": ("rule_messages_per_7_days", conduct_contact.messages_over_cap),
    "calls_per_day": ("rule_calls_per_day", conduct_contact.calls_over_daily_cap),
    "quiet_days_after_conversation": ("rule_quiet_after_conversation", conduct_contact.calls_too_soon),
    "visit_notice_days": ("rule_visit_notice", conduct_contact.visits_unannounced),
    "plan_surplus_share_ppm": ("rule_plan_too_large", conduct_terms.instalments_too_large),
    "plan_min_instalments": ("rule_plan_too_short", conduct_terms.plans_too_short),
    "max_plan_months": ("rule_plan_too_long", conduct_terms.plans_too_long),
    "max_discount_share_ppm": ("rule_discount_beyond_authority", conduct_terms.discounts_beyond_authority),
}
"""Check of each rule that has a number, by its field."""


def conduct(reading: Reading, rules: ConductRules) -> dict[str, Iterator[Fault]]:
    """Return the checks of the rules that are on, by name."""
    checks = {"rule_third_party": conduct_wishes.third_parties(reading)}
    for field, (name, find) in _FLAGS.items():
        if getattr(rules, field) > 0:
            checks[name] = find(reading)
    for field, (name, find_beyond) in _NUMBERS.items():
        if getattr(rules, field) >= 0:
            checks[name] = find_beyond(reading, getattr(rules, field))
    if rules.hours_start_minute >= 0 and rules.hours_end_minute >= 0:
        checks["rule_permitted_hours"] = conduct_contact.outside_hours(
            reading, rules.hours_start_minute, rules.hours_end_minute
        )
    if rules.moratorium_days >= 0 or rules.vulnerable_moratorium_days >= 0:
        days = conduct_holds.moratorium_days(reading, rules.moratorium_days, rules.vulnerable_moratorium_days)
        checks["rule_moratorium"] = conduct_holds.demands_in_moratorium(reading, days)
        if rules.moratorium_interest_free > 0:
            checks["rule_interest_in_moratorium"] = conduct_holds.charges_in_moratorium(reading, days)
    return checks
