"""Breaches at random places of a random lawful log: all are found, and none else."""

from __future__ import annotations

from collections.abc import Callable

from hypothesis import given, settings
from hypothesis import strategies as st

from simcollect.core.codes import Action, Channel, Component, EventKind, Rule
from simcollect.outcomes import audit
from tests.outcomes.handmade import Story
from tests.outcomes.lawful import LONDON_AND_NEW_YORK, STRICT, at_home, place

K = EventKind
N_ACCOUNTS, HORIZON_DAYS = 12, 330
START = "2024-02-01"  # both clocks go forward in March and back in October or November
Place = tuple[Story, int, int]


def tell(where: Place, kind: EventKind, after_days: int = 0, clock: str = "12:00", **fields: int) -> int:
    """Tell what happens on an account at a time of its own clock, so many days after the planted day."""
    story, account, day = where
    zone = LONDON_AND_NEW_YORK[int(story.accounts["zone"][account])]
    story.add(at_home(day + after_days, clock, zone, START), kind, account, **fields)
    return len(story.rows) - 1


def at_night(where: Place) -> list[int]:
    return [tell(where, K.DIALLED, clock="21:00", channel=Channel.CALL)]


def before_breakfast(where: Place) -> list[int]:
    return [tell(where, K.MESSAGE_SENT, clock="07:59", channel=Channel.EMAIL)]


def three_on_a_day(where: Place) -> list[int]:
    told = [tell(where, K.DIALLED, clock=clock, channel=Channel.CALL) for clock in ("08:00", "14:00", "20:59")]
    return told[-1:]


def eight_in_a_week(where: Place) -> list[int]:
    for days in range(7):
        tell(where, K.DIALLED, days, channel=Channel.CALL)
    return [tell(where, K.DIALLED, 6, "12:59", channel=Channel.CALL)]


def four_messages(where: Place) -> list[int]:
    return [tell(where, K.MESSAGE_SENT, days, channel=Channel.SMS) for days in (0, 1, 2, 6)][-1:]


def too_soon_after_a_talk(where: Place) -> list[int]:
    for kind in (K.DIALLED, K.ANSWERED):
        tell(where, kind, channel=Channel.CALL)
    tell(where, K.CONVERSATION, clock="12:10", channel=Channel.CALL, detail=8)
    return [tell(where, K.DIALLED, 6, channel=Channel.CALL)]


def after_a_cease_request(where: Place) -> list[int]:
    tell(where, K.CEASE_REQUESTED)
    return [tell(where, K.OFFER_MADE, 30, amount=100_000, channel=Channel.LETTER)]


def after_opting_out(where: Place) -> list[int]:
    tell(where, K.OPTED_OUT, channel=Channel.SMS)
    tell(where, K.MESSAGE_SENT, 1, channel=Channel.EMAIL)
    return [tell(where, K.MESSAGE_SENT, 2, channel=Channel.SMS)]


def without_consent(where: Place) -> list[int]:
    where[0].accounts["consent"][where[1]] = 0
    return [tell(where, K.MESSAGE_SENT, channel=Channel.SMS)]


def in_a_moratorium(where: Place) -> list[int]:
    tell(where, K.HARDSHIP_DISCLOSED)
    return [tell(where, K.LAWYERS_LETTER_SENT, 29, channel=Channel.LETTER)]


def charged_in_a_moratorium(where: Place) -> list[int]:
    tell(where, K.HARDSHIP_DISCLOSED)
    tell(where, K.INTEREST_CHARGED, 31)
    return [tell(where, K.INTEREST_CHARGED, 29)]


def sued_without_forbearance(where: Place) -> list[int]:
    return [tell(where, K.SUIT_FILED)]


def a_letter_to_the_vulnerable(where: Place) -> list[int]:
    where[0].accounts["declared_vulnerable"][where[1]] = 1
    return [tell(where, K.LAWYERS_LETTER_SENT, channel=Channel.LETTER)]


def an_instalment_too_large(where: Place) -> list[int]:
    tell(where, K.SURPLUS_FOUND, amount=9_999)
    return [tell(where, K.PLAN_STARTED, amount=5_001, value=6, detail=6)]


def a_plan_too_short(where: Place) -> list[int]:
    tell(where, K.SURPLUS_FOUND, amount=10_000)
    return [tell(where, K.PLAN_STARTED, amount=5_000, value=2, detail=2)]


def a_plan_too_long(where: Place) -> list[int]:
    tell(where, K.SURPLUS_FOUND, amount=10_000)
    return [tell(where, K.PLAN_STARTED, amount=5_000, value=13, detail=13)]


def an_offer_too_low(where: Place) -> list[int]:
    return [tell(where, K.OFFER_MADE, amount=69_999, channel=Channel.LETTER)]


def principal_waived(where: Place) -> list[int]:
    return [tell(where, K.WAIVED, amount=30_001, detail=Component.PRINCIPAL)]


def a_cost_added(where: Place) -> list[int]:
    return [tell(where, K.COST_ADDED, amount=1, detail=Action.LAWSUIT)]


def a_neighbour_told(where: Place) -> list[int]:
    return [tell(where, K.MESSAGE_SENT, channel=Channel.SMS, detail=Action.NOTIFY_THIRD_PARTY)]


def a_visit_by_one_unannounced(where: Place) -> list[int]:
    return [tell(where, K.VISITED, channel=Channel.VISIT)] * 2  # two rules at once


KINDS: list[tuple[Callable[[Place], list[int]], tuple[Rule, ...]]] = [
    (at_night, (Rule.PERMITTED_HOURS,)),
    (before_breakfast, (Rule.PERMITTED_HOURS,)),
    (three_on_a_day, (Rule.CALLS_PER_DAY,)),
    (eight_in_a_week, (Rule.CALLS_PER_7_DAYS,)),
    (four_messages, (Rule.MESSAGES_PER_7_DAYS,)),
    (too_soon_after_a_talk, (Rule.QUIET_AFTER_CONVERSATION,)),
    (after_a_cease_request, (Rule.CEASE_REQUEST,)),
    (after_opting_out, (Rule.OPT_OUT,)),
    (without_consent, (Rule.NO_CONSENT,)),
    (in_a_moratorium, (Rule.MORATORIUM,)),
    (charged_in_a_moratorium, (Rule.INTEREST_IN_MORATORIUM,)),
    (sued_without_forbearance, (Rule.FORBEARANCE_BEFORE_SUIT,)),
    (a_letter_to_the_vulnerable, (Rule.VULNERABLE_HOLD,)),
    (an_instalment_too_large, (Rule.PLAN_TOO_LARGE,)),
    (a_plan_too_short, (Rule.PLAN_TOO_SHORT,)),
    (a_plan_too_long, (Rule.PLAN_TOO_LONG,)),
    (an_offer_too_low, (Rule.DISCOUNT_BEYOND_AUTHORITY,)),
    (principal_waived, (Rule.DISCOUNT_BEYOND_AUTHORITY,)),
    (a_cost_added, (Rule.ADDED_COSTS,)),
    (a_neighbour_told, (Rule.THIRD_PARTY,)),
    (a_visit_by_one_unannounced, (Rule.VISIT_TWO_PEOPLE, Rule.VISIT_NOTICE)),
]


def quiet_book(zones: list[int]) -> Story:
    """Accounts that are called every tenth day at noon and written to the day after, until something is planted."""
    story = Story(n=N_ACCOUNTS, horizon_days=HORIZON_DAYS, zones=LONDON_AND_NEW_YORK, start_date=START)
    story.accounts["consent"] = 1
    story.accounts["zone"] = zones
    for account in range(N_ACCOUNTS):
        story.opened(account, principal=100_000)
    return story


def traffic(where: Place, from_day: int) -> None:
    """Lawful contact up to ten days before the planted day, or to the end where nothing is planted."""
    story, account, until = where
    for day in range(from_day, until - 10, 10):
        tell((story, account, day), K.DIALLED, channel=Channel.CALL)
        tell((story, account, day), K.NO_ANSWER, channel=Channel.CALL)
        if story.accounts["consent"][account]:
            tell((story, account, day), K.MESSAGE_SENT, 1, channel=Channel.EMAIL)


@settings(max_examples=60)
@given(
    st.lists(st.integers(0, 1), min_size=N_ACCOUNTS, max_size=N_ACCOUNTS),
    st.lists(st.tuples(st.sampled_from(range(len(KINDS))), st.integers(20, HORIZON_DAYS - 40)), max_size=N_ACCOUNTS),
    st.permutations(range(N_ACCOUNTS)),
    st.integers(0, 9),
)
def test_every_breach_planted_at_random_is_found_and_nothing_else(
    zones: list[int], planted: list[tuple[int, int]], accounts: list[int], first_day: int
) -> None:
    story = quiet_book(zones)
    wanted: list[tuple[str, int]] = []
    for (kind, day), account in zip(planted, accounts, strict=False):
        plant, rules = KINDS[kind]
        rows = plant((story, account, day))
        rows = rows if len(rules) > 1 else rows * len(rules)
        wanted += [(f"rule_{rule.name.lower()}", row) for rule, row in zip(rules, rows, strict=True)]
        traffic((story, account, day), first_day)
    for account in accounts[len(planted) :]:
        traffic((story, account, HORIZON_DAYS), first_day)
    found = audit(story.log(in_order=True), STRICT, conduct_only=True)
    at_fault = sorted((finding.check, finding.row) for finding in found.found)
    assert at_fault == sorted((check, place(story, number)) for check, number in wanted)
    assert found.n == len(wanted)


def test_each_kind_of_breach_is_found_by_itself_on_every_day_of_a_year() -> None:
    """Not left to chance: every kind, on days that lie around both changes of both clocks and between them."""
    for plant, rules in KINDS:
        for day in (20, 37, 38, 39, 58, 59, 60, 150, 268, 269, 270, 275, 276, 277):
            for zone in (0, 1):
                story = quiet_book([zone] * N_ACCOUNTS)
                rows = plant((story, 3, day))
                found = audit(story.log(in_order=True), STRICT, conduct_only=True)
                assert {finding.check for finding in found.found} == {f"rule_{rule.name.lower()}" for rule in rules}
                assert {finding.row for finding in found.found} == {place(story, row) for row in rows}, plant.__name__
