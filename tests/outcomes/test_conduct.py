"""Rules of conduct, re-derived from the log: for each a story at the edge of the rule and one just beyond it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simcollect.core.codes import Action, Channel, ConversationOutcome, EventKind
from simcollect.outcomes import ConductRules, Findings, audit
from tests.outcomes.handmade import NEGOTIATOR, NEGOTIATOR_2, Story

K = EventKind


def audited(story: Story, **rules: int) -> Findings:
    return audit(story.log(), ConductRules(**rules))


def calls(*minutes: int) -> Story:
    """Dial account 0 at these minutes."""
    story = Story().opened(principal=1_000)
    for at in minutes:
        story.add(at / 1440, K.DIALLED, channel=Channel.CALL)
    return story.owed(1_000, dpd=110)


def test_rules_that_are_off_are_not_checked() -> None:
    checked = {name for name in audited(calls(1, 2, 3)).counts if name.startswith("rule_")}
    assert checked == {"rule_cease_request", "rule_third_party"}


def test_seven_calls_in_seven_days_are_allowed_and_the_eighth_is_not() -> None:
    week = [day * 1440 + 600 for day in range(7)]
    assert audited(calls(*week), calls_per_7_days=7).ok
    found = audited(calls(*week, 6 * 1440 + 700), calls_per_7_days=7)
    assert [finding.row for finding in found.of_check("rule_calls_per_7_days")] == [8]


def test_a_call_exactly_seven_days_after_the_seventh_last_is_allowed() -> None:
    first = 600
    inside = [first + 10 * i for i in range(7)]
    assert audited(calls(*inside, first + 7 * 1440), calls_per_7_days=7).ok
    assert not audited(calls(*inside, first + 7 * 1440 - 1), calls_per_7_days=7).ok


def test_a_cap_of_zero_forbids_every_call() -> None:
    assert audited(calls(1, 2), calls_per_7_days=0).counts["rule_calls_per_7_days"] == 2


def test_calls_to_others_do_not_count() -> None:
    story = Story(n=2).opened(0, principal=1).opened(1, principal=1)
    for clock in ("10:00", "11:00"):
        for account in (0, 1):
            story.add(1, K.DIALLED, account, clock=clock)
    story.owed(1, 0, dpd=110).owed(1, 1, dpd=110)
    assert audited(story, calls_per_7_days=2).ok
    assert audited(story, calls_per_7_days=1).counts["rule_calls_per_7_days"] == 2


@given(st.lists(st.integers(0, 30 * 1440), max_size=40), st.integers(1, 5))
def test_the_quick_window_agrees_with_counting_every_window(minutes: list[int], cap: int) -> None:
    minutes = sorted(minutes)
    by_hand = 0
    for i, at in enumerate(minutes):
        by_hand += sum(at - other < 7 * 1440 for other in minutes[:i]) >= cap
    assert audited(calls(*minutes), calls_per_7_days=cap).counts["rule_calls_per_7_days"] == by_hand


def test_messages_have_a_cap_of_their_own() -> None:
    story = Story().opened(principal=1_000)
    for day in (1, 2, 3):
        story.add(day, K.MESSAGE_SENT, channel=Channel.SMS).add(day, K.DIALLED)
    assert audited(story.owed(1_000, dpd=110), messages_per_7_days=2).counts["rule_messages_per_7_days"] == 1


def talked(channel: Channel = Channel.CALL) -> Story:
    """A conversation ends at noon of day 10; the next call is at noon of day 17."""
    story = Story().opened(principal=1_000)
    if channel == Channel.VISIT:
        story.add(10, K.VISITED, clock="11:50", channel=channel)
    else:
        story.add(10, K.DIALLED, clock="11:50", channel=channel).add(10, K.ANSWERED, clock="11:50", channel=channel)
    story.add(10, K.CONVERSATION, clock="12:00", channel=channel, detail=8, value=10)
    story.add(17, K.DIALLED, clock="12:00", channel=Channel.CALL)
    return story.owed(1_000, dpd=110)


def test_quiet_days_end_to_the_minute() -> None:
    assert audited(talked(), quiet_days_after_conversation=7).ok
    found = audited(talked(), quiet_days_after_conversation=8)
    assert "a call 7 days 00:00 after a conversation; 8 quiet days are due" in str(found)


def test_a_talk_at_the_door_starts_no_quiet_days_on_the_telephone() -> None:
    assert audited(talked(Channel.VISIT), quiet_days_after_conversation=30).ok


@pytest.mark.parametrize(
    ("kind", "clock", "n"),
    [
        (K.DIALLED, "07:59", 1),
        (K.DIALLED, "08:00", 0),
        (K.DIALLED, "20:59", 0),
        (K.DIALLED, "21:00", 1),
        (K.MESSAGE_SENT, "03:00", 1),
        (K.VISITED, "21:30", 1),
        (K.COMPLAINT, "03:00", 0),
        (K.OFFER_MADE, "03:00", 0),
    ],
)
def test_permitted_hours_hold_for_every_contact(kind: EventKind, clock: str, n: int) -> None:
    story = Story().opened(principal=1_000).add(5, kind, clock=clock).owed(1_000, dpd=110)
    found = audited(story, hours_start_minute=8 * 60, hours_end_minute=21 * 60)
    assert found.counts["rule_permitted_hours"] == n


@pytest.mark.parametrize(
    ("kind", "channel", "n"),
    [
        (K.OFFER_MADE, Channel.SMS, 1),
        (K.OFFER_MADE, Channel.CALL, 1),
        (K.OFFER_MADE, Channel.LETTER, 0),
        (K.MESSAGE_SENT, Channel.EMAIL, 1),
        (K.MESSAGE_SENT, Channel.LETTER, 0),
    ],
)
def test_letters_alone_keep_no_hours(kind: EventKind, channel: Channel, n: int) -> None:
    story = Story().opened(principal=1_000).add(5, kind, clock="03:00", channel=channel).owed(1_000, dpd=110)
    found = audited(story, hours_start_minute=8 * 60, hours_end_minute=21 * 60)
    assert found.counts["rule_permitted_hours"] == n


@pytest.mark.parametrize(("day", "utc", "n"), [(10, "13:00", 0), (10, "12:59", 1), (80, "12:00", 0), (80, "11:59", 1)])
def test_hours_are_those_of_the_borrowers_clock_also_in_summer(day: int, utc: str, n: int) -> None:
    # New York is five hours behind UTC on 11 January 2024 and four on 21 March: 08:00 there is 13:00 and 12:00 UTC.
    story = Story(n=2, zones=("Asia/Shanghai", "America/New_York")).opened(0, principal=1).opened(1, principal=1)
    story.accounts["zone"] = [0, 1]
    story.add(day, K.DIALLED, 0, clock="10:00").add(day, K.DIALLED, 1, clock=utc)  # 18:00 in Shanghai
    story.owed(1, 0, dpd=110).owed(1, 1, dpd=110)
    found = audited(story, hours_start_minute=8 * 60, hours_end_minute=21 * 60)
    assert found.counts["rule_permitted_hours"] == n
    assert all(finding.account == 1 for finding in found.found)


def visit(*crew: int) -> Story:
    story = Story().opened(principal=1_000).add(5, K.WORK_QUEUED, clock="09:00", actor=2, detail=Action.VISIT)
    for actor in crew:
        story.add(5, K.WORK_STARTED, clock="10:00", actor=actor, detail=Action.VISIT)
    for actor in crew:
        story.add(5, K.WORK_ENDED, clock="11:00", actor=actor, detail=Action.VISIT, value=60)
    story.add(5, K.VISITED, clock="11:00", actor=NEGOTIATOR, channel=Channel.VISIT)
    return story.owed(1_000, dpd=110)


def test_a_visit_by_two_is_seen_and_a_visit_by_one_is_a_breach() -> None:
    assert audited(visit(NEGOTIATOR, NEGOTIATOR_2), visit_two_people=1).ok
    assert "a visit by 1 where two people are due" in str(audited(visit(NEGOTIATOR), visit_two_people=1))


def test_one_collector_listed_twice_is_no_crew_of_two() -> None:
    twice = visit(NEGOTIATOR, NEGOTIATOR)
    assert audited(twice, visit_two_people=1).counts["rule_visit_two_people"] == 1
    pool = NEGOTIATOR // 100_000 * 100_000
    assert audited(visit(pool, pool), visit_two_people=1).ok, "staff of an unlimited pool have no names"
    assert audited(visit(pool), visit_two_people=1).counts["rule_visit_two_people"] == 1


def test_a_crew_is_of_those_who_are_out_at_the_visit_and_to_this_account() -> None:
    story = Story(n=2).opened(0, principal=1).opened(1, principal=1)
    story.add(4, K.WORK_STARTED, 0, actor=NEGOTIATOR_2, detail=Action.VISIT)
    story.add(4, K.WORK_ENDED, 0, clock="01:00", actor=NEGOTIATOR_2, detail=Action.VISIT)
    for account, actor in ((0, NEGOTIATOR), (1, NEGOTIATOR_2)):
        story.add(5, K.WORK_STARTED, account, actor=actor, detail=Action.VISIT)
    story.add(5, K.VISITED, 0, clock="01:00", actor=NEGOTIATOR, channel=Channel.VISIT)
    found = audit(story.log(), ConductRules(visit_two_people=1), conduct_only=True)
    assert "a visit by 1 where two people are due" in str(found)


@pytest.mark.parametrize(
    ("kind", "n"),
    [(K.MESSAGE_SENT, 1), (K.DIALLED, 1), (K.VISITED, 1), (K.OFFER_MADE, 1), (K.SUIT_FILED, 0), (K.CARE_CALL, 1)],
)
def test_a_request_to_cease_closes_contact_and_leaves_legal_steps_open(kind: EventKind, n: int) -> None:
    story = Story().opened(principal=1_000).add(4, kind).add(5, K.CEASE_REQUESTED).add(5, kind).owed(1_000, dpd=110)
    assert audited(story).counts["rule_cease_request"] == n
    assert "rule_cease_request" not in audited(story, honour_cease=0).counts


def test_a_request_to_cease_may_be_told_by_the_conversation_alone() -> None:
    story = Story().opened(principal=1_000).add(4, K.DIALLED, channel=Channel.CALL)
    story.add(4, K.CONVERSATION, channel=Channel.CALL, detail=ConversationOutcome.ASK_TO_CEASE)
    story.add(5, K.SUIT_FILED).add(6, K.DIALLED, channel=Channel.CALL).owed(1_000, dpd=110)
    assert [finding.row for finding in audited(story).of_check("rule_cease_request")] == [4]
    refused = Story().opened(principal=1_000).add(4, K.CONVERSATION, detail=ConversationOutcome.REFUSE)
    assert audited(refused.add(6, K.DIALLED).owed(1_000, dpd=110)).counts["rule_cease_request"] == 0


@pytest.mark.parametrize(
    ("left", "kind", "used", "n"),
    [
        (Channel.NONE, K.MESSAGE_SENT, Channel.SMS, 1),
        (Channel.NONE, K.DIALLED, Channel.CALL, 1),
        (Channel.NONE, K.OFFER_MADE, Channel.LETTER, 1),
        (Channel.NONE, K.MESSAGE_SENT, Channel.NONE, 1),
        (Channel.SMS, K.MESSAGE_SENT, Channel.NONE, 1),
        (Channel.EMAIL, K.MESSAGE_SENT, Channel.NONE, 1),
        (Channel.CALL, K.MESSAGE_SENT, Channel.NONE, 0),
        (Channel.CALL, K.DIALLED, Channel.NONE, 1),
        (Channel.SMS, K.DIALLED, Channel.NONE, 0),
        (Channel.LETTER, K.OFFER_MADE, Channel.NONE, 1),
        (Channel.SMS, K.OFFER_MADE, Channel.NONE, 0),
        (Channel.VISIT, K.VISITED, Channel.NONE, 1),
    ],
)
def test_opting_out_without_a_channel_is_of_all_and_contact_without_one_is_taken_as_what_it_may_be(
    left: Channel, kind: EventKind, used: Channel, n: int
) -> None:
    story = Story().opened(principal=1_000).add(3, kind, channel=used).add(4, K.OPTED_OUT, channel=left)
    story.add(5, kind, channel=used).owed(1_000, dpd=110)
    assert [finding.row for finding in audited(story, honour_opt_out=1).of_check("rule_opt_out")] == [3] * n


def test_who_opts_out_of_one_channel_and_then_of_all_is_wronged_once_by_a_message() -> None:
    story = Story().opened(principal=1_000).add(3, K.OPTED_OUT, channel=Channel.SMS).add(4, K.OPTED_OUT)
    story.add(5, K.MESSAGE_SENT, channel=Channel.SMS).owed(1_000, dpd=110)
    found = audited(story, honour_opt_out=1)
    assert found.counts["rule_opt_out"] == 1
    assert "after opting out of every channel" in str(found)


@pytest.mark.parametrize(
    ("line", "talk", "n"),
    [
        (Channel.NONE, Channel.NONE, 1),
        (Channel.CALL, Channel.NONE, 1),
        (Channel.NONE, Channel.CALL, 1),
        (Channel.AUTOMATED_CALL, Channel.NONE, 0),
        (Channel.NONE, Channel.VISIT, 0),
    ],
)
def test_a_talk_without_a_channel_is_one_on_the_telephone(line: Channel, talk: Channel, n: int) -> None:
    story = Story().opened(principal=1_000).add(5, K.DIALLED, channel=line).add(5, K.WRONG_PARTY, channel=line)
    story.add(5, K.CONVERSATION, channel=talk, detail=8).owed(1_000, dpd=110)
    assert audited(story).counts["rule_third_party"] == n


def test_a_talk_after_another_dial_is_not_with_the_wrong_party_of_the_last() -> None:
    story = Story().opened(principal=1_000)
    for day, kind in ((5, K.DIALLED), (5, K.WRONG_PARTY), (9, K.DIALLED), (9, K.CONVERSATION)):
        story.add(day, kind, channel=Channel.CALL, detail=8 * (kind == K.CONVERSATION))
    assert audited(story.owed(1_000, dpd=110)).counts["rule_third_party"] == 0


def test_a_message_on_a_channel_opted_out_of_is_a_breach_and_on_another_not() -> None:
    story = Story().opened(principal=1_000).add(4, K.OPTED_OUT, channel=Channel.SMS)
    story.add(5, K.MESSAGE_SENT, channel=Channel.EMAIL).add(6, K.MESSAGE_SENT, channel=Channel.SMS)
    found = audited(story.owed(1_000, dpd=110), honour_opt_out=1)
    assert [finding.row for finding in found.of_check("rule_opt_out")] == [3]


@pytest.mark.parametrize(("day", "n"), [(5, 0), (10, 1), (39, 1), (40, 0)])
def test_a_moratorium_lasts_from_disclosure_for_its_days(day: int, n: int) -> None:
    story = Story().opened(principal=1_000)
    first, second = (K.MESSAGE_SENT, K.HARDSHIP_DISCLOSED) if day < 10 else (K.HARDSHIP_DISCLOSED, K.MESSAGE_SENT)
    story.add(min(day, 10), first).add(max(day, 10), second)
    assert audited(story.owed(1_000, dpd=110), moratorium_days=30).counts["rule_moratorium"] == n


@pytest.mark.parametrize("offer", [K.PLAN_DECLINED, K.PLAN_STARTED, K.OFFER_MADE])
def test_forbearance_comes_before_a_suit(offer: EventKind) -> None:
    offered = Story().opened(principal=1_000).add(4, offer).add(5, K.SUIT_FILED).owed(1_000, dpd=110)
    assert audited(offered, forbearance_before_suit=1).ok
    sued_first = Story().opened(principal=1_000).add(5, K.SUIT_FILED).add(6, offer).owed(1_000, dpd=110)
    assert audited(sued_first, forbearance_before_suit=1).counts["rule_forbearance_before_suit"] == 1


def test_only_the_declared_vulnerable_are_held_from_legal_steps() -> None:
    story = Story(n=2).opened(0, principal=1).opened(1, principal=1)
    story.accounts["vulnerable"] = [1, 1]
    story.accounts["declared_vulnerable"] = [0, 1]
    story.add(5, K.SUIT_FILED, 0).add(5, K.SUIT_FILED, 1).owed(1, 0, dpd=110).owed(1, 1, dpd=110)
    found = audited(story, vulnerable_hold=1)
    assert [finding.account for finding in found.of_check("rule_vulnerable_hold")] == [1]


def test_plans_may_not_be_longer_than_allowed() -> None:
    story = Story().opened(principal=1_000).add(5, K.PLAN_STARTED, detail=13, value=13).owed(1_000, dpd=110)
    assert "a plan of 13 months, 12 are allowed" in str(audited(story, max_plan_months=12))
    assert audited(story, max_plan_months=13).ok


def test_breaches_of_conduct_are_counted_apart_from_other_faults() -> None:
    story = Story().opened(principal=1_000).add(5, K.CEASE_REQUESTED).add(6, K.DIALLED).owed(999, dpd=110)
    found = audited(story)
    assert (found.n, found.n_conduct_breaches) == (2, 1)
