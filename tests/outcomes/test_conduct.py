"""Rules of conduct, re-derived from the log: for each a story at the edge of the rule and one just beyond it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simcollect.core.codes import Action, Channel, EventKind
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
    ],
)
def test_permitted_hours_hold_for_every_contact(kind: EventKind, clock: str, n: int) -> None:
    story = Story().opened(principal=1_000).add(5, kind, clock=clock).owed(1_000, dpd=110)
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


@pytest.mark.parametrize(
    ("kind", "n"),
    [(K.MESSAGE_SENT, 1), (K.DIALLED, 1), (K.VISITED, 1), (K.OFFER_MADE, 1), (K.SUIT_FILED, 0), (K.CARE_CALL, 1)],
)
def test_a_request_to_cease_closes_contact_and_leaves_legal_steps_open(kind: EventKind, n: int) -> None:
    story = Story().opened(principal=1_000).add(4, kind).add(5, K.CEASE_REQUESTED).add(5, kind).owed(1_000, dpd=110)
    assert audited(story).counts["rule_cease_request"] == n
    assert "rule_cease_request" not in audited(story, honour_cease=0).counts


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
