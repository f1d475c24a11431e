"""The rules on calls a day, visits, plans, costs and moratoria, one borrower at a time."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from simcollect.core.codes import Action, CloseReason, Component, EventKind, Hold, Rule
from simcollect.scenario.rules import MOST_CAP
from simcollect.stages.case import DAY, NEVER, RING, Slot
from tests.stages.story import Story, Table, always, merged

K = EventKind
MID: Table = {
    "early": {"enter_dpd": 0},
    "mid": {"enter_dpd": 1},
    "late": {"enter_dpd": 900},
    "final": {"enter_dpd": 900},
}
PLANS: Table = merged(MID, {"mid": {"plan_offered": True, "plan_max_months": 60, "plan_affordability_share": 1.0}})
TAKES_PLANS = merged(always("plan"), {"plan": {"accept_prob": 1.0}})


def blocks(story: Story) -> list[tuple[Rule, int]]:
    return [(Rule(int(row["detail"])), int(row["value"])) for row in story.of(K.BLOCKED)]


# -- calls a day ----------------------------------------------------------------------------------------------------


def called(story: Story, *minutes: int) -> None:
    """Let calls have been made at these minutes."""
    for minute in minutes:
        story.state["call_at"][int(story.state["n_calls"]) % 64] = minute
        story.state["n_calls"] += 1


def test_a_cap_on_calls_a_day_forbids_the_next_call_until_the_borrowers_midnight() -> None:
    case = Story(MID, rules={"calls_per_day": 2}, zone="Asia/Taipei").live(2.5)
    called(case, case.now - 60)
    assert case.forbidden(Action.CALL)[0] == 0
    called(case, case.now - 30)
    rule, again = case.forbidden(Action.CALL)
    assert rule == Rule.CALLS_PER_DAY
    assert again == 2 * DAY + 16 * 60, "midnight in Taipei is 16:00 UTC"
    case.now = again
    assert case.forbidden(Action.AUTOMATED_CALL)[0] == 0
    assert case.forbidden(Action.SMS)[0] == 0


def test_calls_of_yesterday_do_not_count_today_though_they_were_less_than_a_day_ago() -> None:
    case = Story(MID, rules={"calls_per_day": 2}).live(2.0)
    called(case, case.now - 20, case.now - 10)
    assert case.forbidden(Action.CALL)[0] == 0


def test_a_cap_of_no_calls_a_day_forbids_them_for_good() -> None:
    rule, again = Story(MID, rules={"calls_per_day": 0}).live(1.5).forbidden(Action.CALL)
    assert (rule, again >= NEVER) == (Rule.CALLS_PER_DAY, True)


DAYS_OF_CHANGE = {
    "America/New_York": ("2026-03-07", "2026-10-31"),
    "Europe/London": ("2026-03-28", "2026-10-24"),
    "Africa/Cairo": ("2026-04-23", "2026-10-28"),
}


@settings(deadline=None, max_examples=40, derandomize=True, phases=[Phase.explicit, Phase.generate])
@given(st.sampled_from(sorted(DAYS_OF_CHANGE)), st.integers(0, 1), st.integers(0, 3 * DAY))
def test_the_day_after_a_capped_day_begins_on_the_borrowers_calendar_across_a_change_of_the_clocks(
    zone: str, half: int, minute: int
) -> None:
    start = DAYS_OF_CHANGE[zone][half]
    case = Story(MID, rules={"calls_per_day": 1}, zone=zone, start=start)
    case.now = minute
    called(case, minute)
    rule, again = case.forbidden(Action.CALL)
    assert rule == Rule.CALLS_PER_DAY

    def date(at: int) -> dt.date:
        moment = dt.datetime.fromisoformat(start).replace(tzinfo=dt.UTC) + dt.timedelta(minutes=at)
        return moment.astimezone(ZoneInfo(zone)).date()

    assert date(again) == date(minute) + dt.timedelta(days=1)
    assert date(again - 1) == date(minute), "not a minute later than the day begins"


# -- visits ---------------------------------------------------------------------------------------------------------

VISITS: Table = merged(MID, {"mid": {"steps": [{"action": "visit", "day": 0, "repeat_days": 2, "maximum": 2}]}})


def test_a_visit_is_announced_and_made_when_the_notice_has_run_out_and_the_next_one_is_announced_anew() -> None:
    case = Story(VISITS, rules={"visit_notice_days": 3}, behaviour=always("no_result")).live(20)
    notices, visits = case.of(K.FOLLOW_UP_SCHEDULED), case.of(K.VISITED)
    assert notices["detail"].tolist() == [Action.VISIT, Action.VISIT]
    assert blocks(case) == [(Rule.VISIT_NOTICE, Action.VISIT)] * 2
    assert (notices["value"] - notices["at"]).tolist() == [3 * DAY] * 2
    for notice, visit in zip(notices, visits, strict=True):
        assert visit["at"] >= notice["value"]
    assert notices["at"][1] > visits["at"][0]


def test_without_the_rule_a_visit_is_made_at_once() -> None:
    case = Story(VISITS, behaviour=always("no_result")).live(20)
    assert case.count(K.FOLLOW_UP_SCHEDULED) == 0
    assert case.of(K.VISITED)["at"].tolist() == [9 * 60, 2 * DAY + 9 * 60]


def test_notice_of_a_visit_may_be_due_the_same_day() -> None:
    case = Story(VISITS, rules={"visit_notice_days": 0}, behaviour=always("no_result")).live(20)
    assert case.count(K.VISITED) == 2
    assert case.count(K.FOLLOW_UP_SCHEDULED) == 2


def test_one_negotiator_cannot_visit_where_two_are_due_and_that_is_logged() -> None:
    for heads, rule in ((0, Rule.VISIT_TWO_PEOPLE), (1, Rule.VISIT_TWO_PEOPLE), (2, 0), ("unlimited", 0)):
        case = Story(
            VISITS, rules={"visit_two_people": True}, capacity={"pools": {"negotiators": {"headcount": heads}}}
        )
        assert case.forbidden(Action.VISIT)[0] == rule, heads
        case.live(5, staff=False)
        assert blocks(case) == ([(Rule.VISIT_TWO_PEOPLE, Action.VISIT)] if rule else [])


# -- plans ----------------------------------------------------------------------------------------------------------


def agreed(rules: Table, **borrower: object) -> Story:
    case = Story(PLANS, rules=rules, behaviour=TAKES_PLANS, buffer=0.0, **borrower).live(1.5)
    case.state["case_signal"] = 2.0  # a monthly surplus of two instalments has been found
    case.talk()
    return case


def test_the_surplus_found_is_recorded_when_a_plan_is_sized() -> None:
    case = agreed({})
    assert case.of(K.SURPLUS_FOUND)["amount_cents"].tolist() == [200_000]
    plan = case.last(K.PLAN_STARTED)
    assert (plan["amount_cents"], plan["value"]) == (200_000, 1)
    assert blocks(case) == []


def test_an_instalment_takes_at_most_its_share_of_the_surplus_found() -> None:
    case = agreed({"plan_surplus_share": 0.25})
    plan = case.last(K.PLAN_STARTED)
    assert (plan["amount_cents"], plan["value"], plan["detail"]) == (50_000, 4, 4)
    assert blocks(case) == [(Rule.PLAN_TOO_LARGE, 0)]


def test_a_plan_has_at_least_its_number_of_instalments() -> None:
    case = agreed({"plan_min_instalments": 3})
    plan = case.last(K.PLAN_STARTED)
    assert (plan["amount_cents"], plan["value"]) == (66_667, 3)
    assert blocks(case) == [(Rule.PLAN_TOO_SHORT, 0)]


@settings(deadline=None, max_examples=60, derandomize=True, phases=[Phase.explicit, Phase.generate])
@given(st.integers(1, 40_000), st.integers(1, 12), st.floats(0.01, 1.0))
def test_a_plan_keeps_both_limits_or_is_declined(arrears: int, fewest: int, share: float) -> None:
    case = agreed({"plan_min_instalments": fewest, "plan_surplus_share": share}, arrears=arrears / 100.0)
    if case.count(K.PLAN_STARTED) == 0:
        assert case.count(K.PLAN_DECLINED) == 1
        assert arrears < fewest or int(200_000 * share) * 60 < arrears
        return
    plan = case.last(K.PLAN_STARTED)
    assert plan["value"] >= fewest
    assert plan["amount_cents"] <= 200_000 * share
    assert plan["amount_cents"] * plan["value"] >= arrears


def test_a_plan_longer_than_the_rules_allow_is_declined_and_logged() -> None:
    case = Story(PLANS, behaviour=TAKES_PLANS, buffer=0.0).live(1.5)
    case.state["case_signal"] = 0.1
    case.arrays.numbers["rules_max_plan_months"] = 12  # authority that a file could not go beyond
    case.talk()
    assert blocks(case) == [(Rule.PLAN_TOO_LONG, 0)]
    assert case.count(K.PLAN_DECLINED) == 1
    assert case.count(K.PLAN_STARTED) == 0


def test_an_offer_beyond_the_desks_authority_is_passed_over_for_the_next_step() -> None:
    offers = [
        {"day": 1, "discount_share": share, "instalments": parts} for share, parts in ((0.6, 1), (0.1, 30), (0.2, 1))
    ]
    strategy = merged(MID, {"late": {"enter_dpd": 1}, "final": {"enter_dpd": 1, "offers": offers}})
    case = Story(strategy)
    case.arrays.numbers["rules_max_discount_share"] = 0.3
    case.arrays.numbers["rules_max_plan_months"] = 12
    case.live(4)
    assert blocks(case) == [
        (Rule.DISCOUNT_BEYOND_AUTHORITY, Action.SETTLEMENT_OFFER),
        (Rule.PLAN_TOO_LONG, Action.SETTLEMENT_OFFER),
    ]
    assert case.of(K.OFFER_MADE)["detail"].tolist() == [2]


# -- costs and moratoria --------------------------------------------------------------------------------------------

LEGAL: Table = {"late": {"enter_dpd": 1, "letter_day": 0, "suit_day": 1, "assess": False, "add_costs": True}}


@pytest.mark.parametrize("barred", [True, False])
def test_costs_of_the_law_stay_with_the_lender_where_added_costs_are_barred(barred: bool) -> None:
    case = Story(merged(MID, LEGAL), rules={"added_costs_barred": barred}).live(4)
    assert case.count(K.LAWYERS_LETTER_SENT) == case.count(K.SUIT_FILED) == 1
    added = [Action.LAWYERS_LETTER, Action.LAWSUIT]
    assert case.of(K.COST_ADDED)["detail"].tolist() == ([] if barred else added)
    assert blocks(case) == ([(Rule.ADDED_COSTS, action) for action in added] if barred else [])
    assert (case.state["costs_cents"] == 0) == barred


def months_charged(case: Story, months: int) -> list[int]:
    """Interest of each of the next months, cents."""
    charged = []
    for _ in range(months):
        before = case.of(K.INTEREST_CHARGED)["amount_cents"].sum()
        case.live((int(case.state["due_at"][Slot.DUE_DATE]) + 1) / DAY)
        charged.append(int(case.of(K.INTEREST_CHARGED)["amount_cents"].sum() - before))
    return charged


def hard_up(rules: Table, **borrower: object) -> Story:
    strategy = merged(MID, {"mid": {"tone": "neutral"}})
    return Story(strategy, rules=rules, behaviour=always("hardship"), buffer=0.0, spare=0.0, dpd=1, **borrower)


FULL = 40_000
"""A month's interest: 24 % a year on 20,000.00."""


def test_no_interest_is_charged_for_the_days_of_a_moratorium() -> None:
    case = hard_up({"moratorium_days": 60}).live(10)  # the first due date is on day 29
    case.talk()
    # It runs to day 70: over the due dates of days 29 and 59, and eleven of the thirty-one days before that of day 90.
    assert months_charged(case, 4) == [0, 0, round(FULL * 20 / 31), FULL]
    assert [rule for rule, _ in blocks(case)].count(Rule.INTEREST_IN_MORATORIUM) == 3


def test_the_month_in_which_a_moratorium_ends_is_charged_for_its_days_outside() -> None:
    case = hard_up({"moratorium_days": 10}).live(10)
    case.talk()
    assert months_charged(case, 2) == [round(FULL * 20 / 30), FULL]


def test_two_moratoria_in_a_month_are_both_free_of_interest() -> None:
    case = hard_up({"moratorium_days": 5}).live(3)
    case.talk()
    case.live(15)
    case.talk()
    assert months_charged(case, 2) == [round(FULL * 20 / 30), FULL]


def test_interest_runs_on_in_a_moratorium_where_it_need_not_rest() -> None:
    case = hard_up({"moratorium_days": 60, "moratorium_interest_free": False}).live(10)
    case.talk()
    assert months_charged(case, 3) == [FULL] * 3
    assert blocks(case) == []


def test_those_who_declared_vulnerability_get_their_own_moratorium() -> None:
    rules = {"moratorium_days": 20, "vulnerable_moratorium_days": 90}
    for declared, days in ((True, 90), (False, 20)):
        case = hard_up(rules, declared_vulnerable=declared).live(2)
        case.talk()
        assert case.last(K.HOLD_STARTED)["value"] - case.now == days * DAY
        assert case.forbidden(Action.CALL) == (Rule.MORATORIUM, case.now + days * DAY)
    only = hard_up({"vulnerable_moratorium_days": 30}, declared_vulnerable=False).live(2)
    only.talk()
    assert only.hold == Hold.HARDSHIP, "without the rule the strategy's own hold"


# -- what ends with the debt ----------------------------------------------------------------------------------------


def test_a_pending_suit_is_withdrawn_and_a_hold_ended_when_the_arrears_are_paid() -> None:
    case = Story(merged(MID, LEGAL), behaviour=always("promise"), buffer=6_000.0).live(3)
    assert case.state["suit"] == 1
    case.talk()
    assert case.hold == Hold.PROMISE
    case.arrays.numbers["promise_credibility"] = 1.0
    case.state["promise_prob"] = 1.0
    case.live(20)
    kinds = [kind for kind in case.kinds() if kind in ("HOLD_STARTED", "HOLD_ENDED", "SUIT_WITHDRAWN", "CURED")]
    assert kinds == ["HOLD_STARTED", "HOLD_ENDED", "SUIT_WITHDRAWN", "CURED"]
    assert case.last(K.SUIT_WITHDRAWN)["detail"] == 0
    assert case.count(K.JUDGMENT) == 0


def test_a_suit_withdrawn_with_the_debt_says_how_the_debt_ended() -> None:
    case = Story(merged(MID, LEGAL)).live(3)
    case.end(Action.WRITE_OFF)
    assert case.last(K.SUIT_WITHDRAWN)["detail"] == CloseReason.WRITTEN_OFF
    assert case.kinds().index("SUIT_WITHDRAWN") < case.kinds().index("CLOSED")


def test_a_hold_that_was_over_is_not_ended_again() -> None:
    case = Story(MID, behaviour=always("hardship"), buffer=0.0, spare=0.0).live(2)
    case.talk()
    case.live(60)
    case.end(Action.WRITE_OFF)
    assert case.count(K.HOLD_STARTED) == case.count(K.HOLD_ENDED) == 1
    assert case.count(K.SUIT_WITHDRAWN) == 0
    assert Component.COSTS not in set(case.of(K.WAIVED)["detail"])


def test_a_run_remembers_as_many_attempts_as_the_largest_cap_asks_for() -> None:
    assert MOST_CAP == RING
