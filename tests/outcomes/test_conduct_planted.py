"""Breaches of every rule of conduct planted in a lawful log: each is found at its very rows, and nothing else is."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import pytest

from simcollect.core.codes import Action, Channel, EventKind, PaymentSource, Rule
from simcollect.outcomes import ConductRules, Findings, audit
from tests.outcomes.handmade import NEGOTIATOR, NEGOTIATOR_2, Story
from tests.outcomes.lawful import ANN, BEN, CLEO, DAN, STRICT, lawful, place, told

K = EventKind
Planted = int | Iterable[int]


def number_of(story: Story, kind: EventKind, account: int, nth: int = 0) -> int:
    """Return which thing told is the n-th of a kind on an account."""
    return [i for i, row in enumerate(story.rows) if row[2] == kind and row[1] == account][nth]


def changed(story: Story, number: int, **fields: int) -> int:
    """Change something told; return its number."""
    names = ("at", "account", "kind", "stage", "channel", "actor", "detail", "amount_cents", "cost_cents", "value")
    story.rows[number] = tuple(fields.get(name, old) for name, old in zip(names, story.rows[number], strict=True))
    return number


def struck_out(story: Story, number: int) -> None:
    """Let something told not happen; a row that no check minds takes its place, so that numbers stay."""
    changed(story, number, kind=K.SHOCK_STARTED, detail=0, amount_cents=0, value=0, channel=0)


def call(story: Story, account: int, day: int, clock: str, channel: Channel = Channel.CALL, detail: int = 0) -> int:
    return told(story, day, clock, K.DIALLED, account, channel=channel, detail=detail)


def message(story: Story, account: int, day: int, clock: str = "10:00", channel: Channel = Channel.EMAIL) -> int:
    return told(story, day, clock, K.MESSAGE_SENT, account, channel=channel)


# Each breach is planted by one function, which returns what it told or changed that the audit must find.


def an_eighth_call_in_seven_days(s: Story) -> Planted:
    # With it the call of day 8 is the eighth in seven days as well: the first of day 1 has gone out, the second not.
    return call(s, ANN, 5, "10:00"), number_of(s, K.DIALLED, ANN, 7)


def a_call_a_minute_short_of_seven_days(s: Story) -> Planted:
    # The first of the seven comes a minute later, so the eighth comes a minute before its week is over.
    for kind in (K.DIALLED, K.NO_ANSWER):
        first = number_of(s, kind, ANN)
        changed(s, first, at=s.rows[first][0] + 1)
    return number_of(s, K.DIALLED, ANN, 7)


def a_third_call_on_one_day(s: Story) -> Planted:
    call(s, ANN, 24, "08:00")
    call(s, ANN, 24, "14:00")
    return call(s, ANN, 24, "20:59")  # the next day in UTC


def a_fourth_message_in_seven_days(s: Story) -> Planted:
    # And the one of day 8, whose week reaches back to the second of the three.
    return message(s, ANN, 5), number_of(s, K.MESSAGE_SENT, ANN, 3)


def a_call_in_the_quiet_days(s: Story) -> Planted:
    return call(s, ANN, 22, "08:14")


def an_automated_call_in_the_quiet_days(s: Story) -> Planted:
    return call(s, ANN, 20, "12:00", Channel.AUTOMATED_CALL)


def a_call_a_minute_before_eight(s: Story) -> Planted:
    return call(s, ANN, 24, "07:59")


def a_message_at_nine_in_the_evening(s: Story) -> Planted:
    return message(s, ANN, 24, "21:00")


def a_care_call_begun_before_eight(s: Story) -> Planted:
    return changed(s, number_of(s, K.CARE_CALL, ANN), value=11)


def a_visit_by_one(s: Story) -> Planted:
    for kind in (K.WORK_STARTED, K.WORK_ENDED):
        struck_out(s, number_of(s, kind, ANN, 1))
    return number_of(s, K.VISITED, ANN)


def a_second_visit_by_one(s: Story) -> Planted:
    told(s, 30, "10:00", K.FOLLOW_UP_SCHEDULED, ANN, detail=Action.VISIT)
    told(s, 34, "08:30", K.WORK_QUEUED, ANN, actor=2, detail=Action.VISIT)
    told(s, 34, "09:00", K.WORK_STARTED, ANN, actor=NEGOTIATOR_2, detail=Action.VISIT)
    told(s, 34, "10:00", K.WORK_ENDED, ANN, actor=NEGOTIATOR_2, detail=Action.VISIT, value=60)
    return told(s, 34, "10:00", K.VISITED, ANN, actor=NEGOTIATOR_2, channel=Channel.VISIT)


def a_visit_without_notice(s: Story) -> Planted:
    struck_out(s, number_of(s, K.FOLLOW_UP_SCHEDULED, ANN))
    return number_of(s, K.VISITED, ANN)


def a_visit_a_minute_early_for_its_notice(s: Story) -> Planted:
    notice = number_of(s, K.FOLLOW_UP_SCHEDULED, ANN)
    changed(s, notice, at=s.rows[notice][0] + 1)
    return number_of(s, K.VISITED, ANN)


def a_second_visit_on_one_notice(s: Story) -> Planted:
    told(s, 34, "08:30", K.WORK_QUEUED, ANN, actor=2, detail=Action.VISIT)
    for kind, clock in ((K.WORK_STARTED, "09:00"), (K.WORK_ENDED, "10:00")):
        for actor in (NEGOTIATOR, NEGOTIATOR_2):
            told(s, 34, clock, kind, ANN, actor=actor, detail=Action.VISIT)
    return told(s, 34, "10:00", K.VISITED, ANN, actor=NEGOTIATOR_2, channel=Channel.VISIT)


def a_message_after_a_request_to_cease(s: Story) -> Planted:
    return message(s, DAN, 25)


def an_offer_after_a_request_to_cease(s: Story) -> Planted:
    return told(s, 25, "10:00", K.OFFER_MADE, DAN, amount=50_000, channel=Channel.LETTER)


def a_call_after_a_request_to_cease(s: Story) -> Planted:
    return call(s, DAN, 40, "10:00")


def a_message_on_a_channel_opted_out_of(s: Story) -> Planted:
    return message(s, DAN, 12, channel=Channel.SMS)


def a_message_without_consent(s: Story) -> Planted:
    return message(s, CLEO, 70)


def an_automated_call_without_consent(s: Story) -> Planted:
    return call(s, CLEO, 70, "10:00", Channel.AUTOMATED_CALL)


def a_message_a_minute_before_the_moratorium_ends(s: Story) -> Planted:
    return message(s, BEN, 40, "11:59")


def an_offer_in_a_moratorium(s: Story) -> Planted:
    return told(s, 20, "10:00", K.OFFER_MADE, BEN, amount=50_000, channel=Channel.LETTER)


def a_lawyers_letter_in_a_moratorium(s: Story) -> Planted:
    return told(s, 20, "10:00", K.LAWYERS_LETTER_SENT, BEN, channel=Channel.LETTER)


def income_attached_in_a_moratorium(s: Story) -> Planted:
    told(s, 4, "10:00", K.PLAN_DECLINED, BEN)
    told(s, 5, "10:00", K.SUIT_FILED, BEN)
    told(s, 8, "10:00", K.JUDGMENT, BEN, detail=1)
    told(s, 9, "10:00", K.ENFORCEMENT_STARTED, BEN)
    changed(s, number_of(s, K.OUTSTANDING, BEN), amount_cents=50_000)
    return told(s, 20, "10:00", K.PAYMENT, BEN, amount=1_000, detail=PaymentSource.ENFORCEMENT)


def a_call_in_the_longer_moratorium_of_the_vulnerable(s: Story) -> Planted:
    return call(s, CLEO, 50, "10:00")


def interest_in_a_moratorium(s: Story) -> Planted:
    changed(s, number_of(s, K.OUTSTANDING, BEN), amount_cents=51_100)
    return told(s, 40, "11:59", K.INTEREST_CHARGED, BEN, amount=100)


def a_penalty_in_a_moratorium(s: Story) -> Planted:
    changed(s, number_of(s, K.OUTSTANDING, CLEO), amount_cents=51_100)
    return told(s, 50, "00:00", K.PENALTY_CHARGED, CLEO, amount=100)


def a_suit_without_forbearance(s: Story) -> Planted:
    return told(s, 60, "11:00", K.SUIT_FILED, BEN)


def a_letter_to_the_vulnerable(s: Story) -> Planted:
    return told(s, 80, "11:00", K.LAWYERS_LETTER_SENT, CLEO, channel=Channel.LETTER)


def an_instalment_a_cent_too_large(s: Story) -> Planted:
    return changed(s, number_of(s, K.PLAN_STARTED, ANN), amount_cents=10_001)


def a_plan_though_no_surplus_was_found(s: Story) -> Planted:
    struck_out(s, number_of(s, K.SURPLUS_FOUND, ANN))
    return number_of(s, K.PLAN_STARTED, ANN)


def a_plan_of_two_instalments(s: Story) -> Planted:
    return changed(s, number_of(s, K.PLAN_STARTED, ANN), value=2, detail=2)


def a_plan_of_thirteen_months(s: Story) -> Planted:
    return changed(s, number_of(s, K.PLAN_STARTED, ANN), value=13, detail=13)


def a_settlement_of_thirteen_months(s: Story) -> Planted:
    return changed(s, number_of(s, K.OFFER_ACCEPTED, ANN), value=13)


def an_offer_a_cent_beyond_authority(s: Story) -> Planted:
    return changed(s, number_of(s, K.OFFER_MADE, ANN), amount_cents=67_899)


def a_waiver_a_cent_beyond_authority(s: Story) -> Planted:
    changed(s, number_of(s, K.PAYMENT, ANN, 1), amount_cents=67_899)
    return changed(s, number_of(s, K.WAIVED, ANN), amount_cents=30_101)


def principal_forgiven_without_a_settlement(s: Story) -> Planted:
    changed(s, number_of(s, K.OUTSTANDING, DAN), amount_cents=34_999)
    return told(s, 90, "10:00", K.WAIVED, DAN, amount=15_001, detail=1)


def a_cost_put_on_the_debt(s: Story) -> Planted:
    changed(s, number_of(s, K.OUTSTANDING, DAN), amount_cents=50_500)
    return told(s, 30, "11:00", K.COST_ADDED, DAN, amount=500, detail=Action.LAWSUIT)


def a_call_to_a_third_party(s: Story) -> Planted:
    return call(s, ANN, 24, "10:00", detail=Action.NOTIFY_THIRD_PARTY)


def a_talk_with_the_wrong_party(s: Story) -> Planted:
    call(s, ANN, 24, "10:00")
    told(s, 24, "10:00", K.WRONG_PARTY, ANN, channel=Channel.CALL)
    return told(s, 24, "10:05", K.CONVERSATION, ANN, channel=Channel.CALL, detail=8, value=5)


BREACHES: list[tuple[Callable[[Story], Planted], Rule]] = [
    (an_eighth_call_in_seven_days, Rule.CALLS_PER_7_DAYS),
    (a_call_a_minute_short_of_seven_days, Rule.CALLS_PER_7_DAYS),
    (a_third_call_on_one_day, Rule.CALLS_PER_DAY),
    (a_fourth_message_in_seven_days, Rule.MESSAGES_PER_7_DAYS),
    (a_call_in_the_quiet_days, Rule.QUIET_AFTER_CONVERSATION),
    (an_automated_call_in_the_quiet_days, Rule.QUIET_AFTER_CONVERSATION),
    (a_call_a_minute_before_eight, Rule.PERMITTED_HOURS),
    (a_message_at_nine_in_the_evening, Rule.PERMITTED_HOURS),
    (a_care_call_begun_before_eight, Rule.PERMITTED_HOURS),
    (a_visit_by_one, Rule.VISIT_TWO_PEOPLE),
    (a_second_visit_by_one, Rule.VISIT_TWO_PEOPLE),
    (a_visit_without_notice, Rule.VISIT_NOTICE),
    (a_visit_a_minute_early_for_its_notice, Rule.VISIT_NOTICE),
    (a_second_visit_on_one_notice, Rule.VISIT_NOTICE),
    (a_message_after_a_request_to_cease, Rule.CEASE_REQUEST),
    (an_offer_after_a_request_to_cease, Rule.CEASE_REQUEST),
    (a_call_after_a_request_to_cease, Rule.CEASE_REQUEST),
    (a_message_on_a_channel_opted_out_of, Rule.OPT_OUT),
    (a_message_without_consent, Rule.NO_CONSENT),
    (an_automated_call_without_consent, Rule.NO_CONSENT),
    (a_message_a_minute_before_the_moratorium_ends, Rule.MORATORIUM),
    (an_offer_in_a_moratorium, Rule.MORATORIUM),
    (a_lawyers_letter_in_a_moratorium, Rule.MORATORIUM),
    (income_attached_in_a_moratorium, Rule.MORATORIUM),
    (a_call_in_the_longer_moratorium_of_the_vulnerable, Rule.MORATORIUM),
    (interest_in_a_moratorium, Rule.INTEREST_IN_MORATORIUM),
    (a_penalty_in_a_moratorium, Rule.INTEREST_IN_MORATORIUM),
    (a_suit_without_forbearance, Rule.FORBEARANCE_BEFORE_SUIT),
    (a_letter_to_the_vulnerable, Rule.VULNERABLE_HOLD),
    (an_instalment_a_cent_too_large, Rule.PLAN_TOO_LARGE),
    (a_plan_though_no_surplus_was_found, Rule.PLAN_TOO_LARGE),
    (a_plan_of_two_instalments, Rule.PLAN_TOO_SHORT),
    (a_plan_of_thirteen_months, Rule.PLAN_TOO_LONG),
    (a_settlement_of_thirteen_months, Rule.PLAN_TOO_LONG),
    (an_offer_a_cent_beyond_authority, Rule.DISCOUNT_BEYOND_AUTHORITY),
    (a_waiver_a_cent_beyond_authority, Rule.DISCOUNT_BEYOND_AUTHORITY),
    (principal_forgiven_without_a_settlement, Rule.DISCOUNT_BEYOND_AUTHORITY),
    (a_cost_put_on_the_debt, Rule.ADDED_COSTS),
    (a_call_to_a_third_party, Rule.THIRD_PARTY),
    (a_talk_with_the_wrong_party, Rule.THIRD_PARTY),
]

NOT_CHECKED = {Rule.VISIT_HOURS, Rule.DISPUTE}
"""Codes of rules that no rules block sets: visits keep the permitted hours, and disputes are a lever of strategies."""


def audited(story: Story, rules: ConductRules = STRICT) -> Findings:
    return audit(story.log(in_order=True), rules)


def name_of(rule: Rule) -> str:
    return f"rule_{rule.name.lower()}"


def test_the_lawful_log_breaks_no_rule_though_it_stands_on_every_limit() -> None:
    found = audited(lawful())
    assert str(found) == f"{len(found.counts)} checks passed."
    assert {check for check in found.counts if check.startswith("rule_")} == {
        name_of(rule) for rule in Rule if rule not in NOT_CHECKED
    }


@pytest.mark.parametrize(("plant", "rule"), BREACHES, ids=[plant.__name__ for plant, _ in BREACHES])
def test_a_planted_breach_is_found_at_its_rows_and_nothing_else_is(
    plant: Callable[[Story], Planted], rule: Rule
) -> None:
    story = lawful()
    planted = plant(story)
    wanted = sorted(place(story, number) for number in ([planted] if isinstance(planted, int) else planted))
    found = audited(story)
    assert {check: count for check, count in found.counts.items() if count} == {name_of(rule): len(wanted)}, str(found)
    assert [finding.row for finding in found.found] == wanted


@pytest.mark.parametrize(("plant", "rule"), BREACHES, ids=[plant.__name__ for plant, _ in BREACHES])
def test_a_breach_of_a_rule_that_is_off_is_none(plant: Callable[[Story], Planted], rule: Rule) -> None:
    story = lawful()
    plant(story)
    lenient = audited(story, ConductRules(honour_cease=-1))
    assert lenient.n == (1 if rule == Rule.THIRD_PARTY else 0), "only contact with third parties is never allowed"


def test_every_rule_has_a_planted_breach() -> None:
    assert {rule for _, rule in BREACHES} == set(Rule) - NOT_CHECKED
