"""Rules of conduct, one by one: what they forbid, from when it may be tried, and that the log says so."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simcollect.core.codes import Action, Channel, EventKind, Rule
from simcollect.stages.case import DAY, NEVER, RING
from tests.stages.story import Story, Table, always, merged

K = EventKind
STAGES: Table = {"mid": {"enter_dpd": 3000}, "late": {"enter_dpd": 3000}, "final": {"enter_dpd": 3000}}
CALLS = (
    Action.AUTOMATED_CALL,
    Action.CALL,
    Action.NEGOTIATION_CALL,
    Action.BROKEN_PROMISE_CALL,
    Action.PLAN_CHECK_CALL,
)
MESSAGES = (Action.SMS, Action.EMAIL)
CONTACTS = (*CALLS, *MESSAGES, Action.VISIT)
LEGAL = (Action.LAWYERS_LETTER, Action.LAWSUIT, Action.ENFORCEMENT)
DESK = (
    Action.CASE_ANALYSIS,
    Action.RISK_ASSESSMENT,
    Action.WRITE_OFF,
    Action.SALE,
    Action.CLOSING_RECORD,
)
FREE = (0, 0)


def story(rules: Table | None = None, **case: object) -> Story:
    return Story(STAGES, rules=rules or {}, **case).live(1.4)


def rule_of(case: Story, action: Action) -> int:
    return case.forbidden(action)[0]


def test_without_rules_nothing_is_forbidden() -> None:
    case = story()
    case.state["ceased"] = 1
    case.state["opted_out"] = 1
    for action in (*CONTACTS, *LEGAL, *DESK, Action.SETTLEMENT_OFFER):
        assert case.forbidden(action) == (0, case.now)


@pytest.mark.parametrize("cap", [1, 3, 7])
@pytest.mark.parametrize(
    ("rule", "ring", "counter", "actions", "code"),
    [
        ("calls_per_7_days", "call_at", "n_calls", CALLS, Rule.CALLS_PER_7_DAYS),
        ("messages_per_7_days", "message_at", "n_messages", MESSAGES, Rule.MESSAGES_PER_7_DAYS),
    ],
)
def test_a_cap_counts_the_last_seven_days_to_the_minute(
    cap: int, rule: str, ring: str, counter: str, actions: tuple[Action, ...], code: Rule
) -> None:
    case = story({rule: cap}).live(50)
    first = case.now - 6 * DAY
    case.state[ring][:cap] = [first + i * 60 for i in range(cap)]
    case.state[counter] = cap
    for action in actions:
        assert case.forbidden(action) == (code, first + 7 * DAY)
    case.now = first + 7 * DAY - 1
    assert rule_of(case, actions[0]) == code
    case.now = first + 7 * DAY
    assert rule_of(case, actions[0]) == 0, "a call may follow another by exactly seven days"
    for action in set(CONTACTS) - set(actions):
        assert rule_of(case, action) == 0, "other contacts are not counted"


def test_fewer_contacts_than_the_cap_are_free_however_close() -> None:
    case = story({"calls_per_7_days": 3})
    case.state["call_at"][:2] = case.now
    case.state["n_calls"] = 2
    assert rule_of(case, Action.CALL) == 0


def test_the_ring_of_remembered_calls_wraps() -> None:
    case = story({"calls_per_7_days": 2}).live(300)
    case.state["n_calls"] = RING + 1
    case.state["call_at"][RING - 1] = case.now - 5 * DAY  # the last but one
    case.state["call_at"][0] = case.now - DAY  # the last
    assert case.forbidden(Action.CALL) == (Rule.CALLS_PER_7_DAYS, case.now + 2 * DAY)


def test_the_largest_cap_counts_back_as_far_as_a_run_remembers() -> None:
    case = story({"calls_per_7_days": RING}).live(300)
    case.state["n_calls"] = 5000
    case.state["call_at"] = case.now - DAY
    assert rule_of(case, Action.CALL) == Rule.CALLS_PER_7_DAYS
    oldest = 5000 % RING  # the place that is written over next
    case.state["call_at"][oldest] = case.now - 8 * DAY
    assert rule_of(case, Action.CALL) == 0


@pytest.mark.parametrize(("rule", "actions"), [("calls_per_7_days", CALLS), ("messages_per_7_days", MESSAGES)])
def test_a_cap_of_zero_forbids_for_good(rule: str, actions: tuple[Action, ...]) -> None:
    case = story({rule: 0})
    for action in actions:
        assert case.forbidden(action)[1] >= NEVER


def test_quiet_days_follow_a_conversation_and_bind_calls_only() -> None:
    case = story({"quiet_days_after_conversation": 3})
    case.talk()
    spoke = case.now
    for action in CALLS:
        assert case.forbidden(action) == (Rule.QUIET_AFTER_CONVERSATION, spoke + 3 * DAY)
    for action in (*MESSAGES, Action.VISIT):
        assert rule_of(case, action) == 0
    case.now = spoke + 3 * DAY - 1
    assert rule_of(case, Action.CALL) == Rule.QUIET_AFTER_CONVERSATION
    case.now = spoke + 3 * DAY
    assert rule_of(case, Action.CALL) == 0


ZONES = ("UTC", "Asia/Taipei", "America/New_York", "Australia/Lord_Howe")
HOURS = {"hours_start": "08:00", "hours_end": "21:00"}


def local(case: Story, at: int, zone: str) -> dt.datetime:
    start = dt.datetime.combine(case.scenario.run.start_date, dt.time(), tzinfo=dt.UTC)
    return (start + dt.timedelta(minutes=at)).astimezone(ZoneInfo(zone))


@pytest.mark.parametrize("zone", ZONES)
def test_permitted_hours_are_those_of_the_borrowers_own_clock_also_where_it_changes(zone: str) -> None:
    case = Story(STAGES, rules=HOURS, zone=zone)  # 2005-09-01: both hemispheres change their clocks within a year
    for at in range(0, 400 * DAY, 613):
        case.now = at
        clock = local(case, at, zone)
        inside = 8 <= clock.hour < 21
        rule, again = case.forbidden(Action.SMS)
        assert (rule == 0) == inside
        assert case.forbidden(Action.CARE_CALL) == (rule, again), "a call is a call, also when it is kind"
        if not inside:
            assert rule == Rule.PERMITTED_HOURS
            opens = local(case, again, zone)
            assert (opens.hour, opens.minute) == (8, 0)
            assert 0 < again - at <= 12 * 60
    for action in (*LEGAL, *DESK):
        assert rule_of(case, action) == 0, "papers keep no hours"


@settings(deadline=None, max_examples=8, derandomize=True)
@given(st.integers(0, 22), st.integers(1, 23), st.sampled_from(ZONES))
def test_contacts_are_made_in_whatever_hours_the_rules_permit(start: int, length: int, zone: str) -> None:
    end = min(24, start + length)
    hours = {"hours_start": f"{start:02d}:00", "hours_end": f"{end:02d}:00"}
    steps = [{"action": "sms", "day": 0, "repeat_days": 2, "maximum": 5}, {"action": "automated_call", "day": 1}]
    case = Story({**STAGES, "early": {"steps": steps}}, rules=hours, zone=zone, phone_valid=False).live(30)
    made = case.of(K.MESSAGE_SENT, K.DIALLED)
    assert len(made) == 6, "a rule moves a contact, it does not swallow it"
    for at in made["at"]:
        assert start <= local(case, int(at), zone).hour < end


def test_after_a_request_to_cease_nobody_contacts_the_borrower_where_the_rule_is_on() -> None:
    case = story({"honour_cease": True}, behaviour=always("cease"))
    case.state["goodwill"] = 0.5
    case.talk()
    for action in (*CONTACTS, Action.SETTLEMENT_OFFER):
        rule, again = case.forbidden(action)
        assert rule == Rule.CEASE_REQUEST
        assert again >= NEVER
    assert rule_of(case, Action.CARE_CALL) == Rule.CEASE_REQUEST
    for action in (*LEGAL, *DESK):
        assert rule_of(case, action) == 0, "legal steps and paper work stay open"


def test_who_opted_out_of_a_channel_gets_no_message_by_it() -> None:
    case = story({"honour_opt_out": True})
    case.state["opted_out"][Channel.SMS] = 1
    assert rule_of(case, Action.SMS) == Rule.OPT_OUT
    assert rule_of(case, Action.EMAIL) == 0
    assert rule_of(case, Action.CALL) == 0


def test_messages_and_automated_calls_need_consent_where_the_rule_is_on() -> None:
    for consent in (True, False):
        case = story({"consent_needed": True}, consent=consent)
        for action in (*MESSAGES, Action.AUTOMATED_CALL):
            assert rule_of(case, action) == (0 if consent else Rule.NO_CONSENT)
        for action in (Action.CALL, Action.VISIT):
            assert rule_of(case, action) == 0


def test_a_moratorium_forbids_every_demand_for_its_days() -> None:
    case = story({"moratorium_days": 25}, behaviour=always("hardship"), buffer=0.0)
    case.talk()
    until = case.now + 25 * DAY
    for action in (*CONTACTS, *LEGAL, Action.SETTLEMENT_OFFER):
        assert case.forbidden(action) == (Rule.MORATORIUM, until)
    for action in DESK:
        assert rule_of(case, action) == 0
    case.now = until
    assert rule_of(case, Action.CALL) == 0


def test_a_moratorium_is_not_cut_short_by_another_hold_nor_by_its_end() -> None:
    strategy = {**STAGES, "follow_up": {"promise_max_days": 1}, "escalation": {"dispute_hold_days": 2}}
    for other in ("promise", "dispute"):
        case = Story(
            strategy, rules={"moratorium_days": 25}, behaviour=always("hardship"), buffer=0.0, disputing=True
        ).live(1.4)
        case.talk()
        until = case.now + 25 * DAY
        for name in case.arrays.numbers.dtype.names:
            if name.startswith("conversation_") and name.removeprefix("conversation_") in ("hardship", other):
                case.arrays.numbers[name] = 10.0 if name.endswith(other) else 0.0
        case.talk()  # a call that was under way when hardship was disclosed
        assert case.count(K.PROMISE_MADE) + case.count(K.DISPUTE_RAISED) == 1
        case.live(10)
        assert case.forbidden(Action.CALL) == (Rule.MORATORIUM, until)
        assert case.hold != 0
        case.live(28)
        assert case.hold == 0
        assert rule_of(case, Action.CALL) == 0


def test_the_vulnerable_are_spared_every_legal_step_where_the_rule_is_on() -> None:
    for declared in (True, False):
        case = story({"vulnerable_hold": True}, declared_vulnerable=declared)
        for action in LEGAL:
            assert rule_of(case, action) == (Rule.VULNERABLE_HOLD if declared else 0)
        assert rule_of(case, Action.CALL) == 0


def test_a_suit_waits_for_forbearance_where_the_rule_is_on() -> None:
    case = story({"forbearance_before_suit": True})
    assert rule_of(case, Action.LAWSUIT) == Rule.FORBEARANCE_BEFORE_SUIT
    assert rule_of(case, Action.LAWYERS_LETTER) == 0
    case.state["forborne"] = 1
    assert rule_of(case, Action.LAWSUIT) == 0


def test_a_blocked_step_is_logged_with_its_rule_and_done_when_the_rule_allows() -> None:
    steps = [{"action": "sms", "day": 0, "repeat_days": 1, "maximum": 6}]
    case = Story({**STAGES, "early": {"steps": steps}}, rules={"messages_per_7_days": 2}).live(40)
    sent = [int(at) // DAY for at in case.of(K.MESSAGE_SENT)["at"]]
    assert sent == [0, 1, 7, 8, 14, 15]
    blocked = case.of(K.BLOCKED)
    assert set(blocked["detail"]) == {Rule.MESSAGES_PER_7_DAYS}
    assert set(blocked["value"]) == {Action.SMS}


def test_work_that_a_rule_forbids_when_its_turn_comes_is_withdrawn_and_asked_for_again() -> None:
    steps = [{"action": "call", "day": 0}]
    case = Story({**STAGES, "early": {"steps": steps}}, rules={"calls_per_7_days": 1}).live(1, staff=False)
    assert case.queued() == [Action.CALL]
    case.state["call_at"][0] = case.now - DAY  # somebody else called meanwhile
    case.state["n_calls"] = 1
    case.serve()
    assert case.of(K.BLOCKED)["detail"].tolist() == [Rule.CALLS_PER_7_DAYS]
    assert case.of(K.WORK_WITHDRAWN)["value"].tolist() == [4]
    assert case.count(K.DIALLED) == 0
    case.live(10)
    assert case.count(K.DIALLED) == 1


def test_a_follow_up_call_that_a_rule_forbids_when_its_turn_comes_is_made_later() -> None:
    strategy = merged(STAGES, {"follow_up": {"broken_promise_call_days": 0}})
    case = Story(strategy, rules={"calls_per_7_days": 1}, behaviour=always("promise"), buffer=0.0, spare=0.0).live(1)
    case.talk()
    case.state["promise_prob"] = 0.0
    while not case.waiting:
        case.live(case.day + 1, staff=False)
    assert case.queued() == [Action.BROKEN_PROMISE_CALL]
    case.state["call_at"][0] = case.now - DAY
    case.state["n_calls"] = 1
    case.serve()
    assert case.count(K.DIALLED) == 0
    case.live(case.day + 9)
    assert case.count(K.DIALLED) == 1
