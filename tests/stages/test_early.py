"""Early stage: reminders, the contact chain, what a conversation brings."""

from __future__ import annotations

import numpy as np
import pytest

from simcollect.core.codes import (
    Action,
    Channel,
    ConversationOutcome,
    EventKind,
    Hold,
    PaymentSource,
    Stage,
    StatedReason,
)
from simcollect.stages.case import DAY, Slot
from tests.stages.story import CALL_CHAIN, Story, Table, always, merged

K = EventKind
DELIVERED = {
    "contact": {
        "message_delivered_prob": 1.0,
        "sms_opened_prob": 1.0,
        "email_opened_prob": 1.0,
        "opt_out_prob": 0.0,
    }
}
REACHED = {"contact": {"answer_prob": 1.0, "right_party_prob": 1.0, "talk_prob": 1.0, "failed_decay": 1.0}}


def early(*steps: Table, **levers: object) -> Table:
    """A strategy that has an early stage only."""
    return {
        "early": {"steps": list(steps), **levers},
        "mid": {"enter_dpd": 3000},
        "late": {"enter_dpd": 3000},
        "final": {"enter_dpd": 3000},
    }


@pytest.mark.parametrize(
    ("action", "channel", "price"), [("sms", Channel.SMS, "sms"), ("email", Channel.EMAIL, "email")]
)
def test_a_reminder_goes_out_by_its_channel_at_nine_in_the_morning_and_costs_its_price(
    action: str, channel: Channel, price: str
) -> None:
    story = Story(early({"action": action, "day": 2, "repeat_days": 5, "maximum": 3}), behaviour=DELIVERED)
    story.live(40)
    sent = story.of(K.MESSAGE_SENT)
    assert sent["at"].tolist() == [(day * 24 + 9) * 60 for day in (2, 7, 12)]
    assert set(sent["channel"]) == {channel}
    assert set(sent["detail"]) == {Action[action.upper()]}
    assert set(sent["cost_cents"]) == {round(100 * getattr(story.scenario.economics, price).value)}
    assert story.count(K.MESSAGE_OPENED) == 3


@pytest.mark.parametrize("per_week", [1, 3, 7, 14])
def test_a_step_is_done_as_often_a_week_as_it_says(per_week: int) -> None:
    step = {"action": "automated_call", "day": 0, "per_week": per_week, "maximum": 500}
    no_rule = {"calls_per_7_days": "off", "quiet_days_after_conversation": "off", "calls_per_day": "off"}
    story = Story(early(step), behaviour={"contact": {"answer_prob": 0.0}}, rules=no_rule)
    dialled = story.live(7 * 8).of(K.DIALLED)["at"]
    by_week = np.bincount(dialled // (7 * DAY), minlength=8)[:8]
    assert np.all(np.abs(by_week - per_week) <= 1)
    assert abs(by_week.sum() - 8 * per_week) <= 2


def test_a_step_without_repeat_is_done_once() -> None:
    assert Story(early({"action": "sms", "day": 0})).live(90).count(K.MESSAGE_SENT) == 1


@pytest.mark.parametrize(("channel", "valid"), [("sms", "phone_valid"), ("email", "email_valid")])
def test_a_message_to_an_address_that_does_not_work_is_undelivered_and_changes_nothing(
    channel: str, valid: str
) -> None:
    story = Story(early({"action": channel, "day": 0, "repeat_days": 1, "maximum": 9}), **{valid: False})
    goodwill = float(story.state["goodwill"])
    story.live(20)
    assert story.count(K.MESSAGE_SENT) == story.count(K.MESSAGE_UNDELIVERED) == 9
    assert float(story.state["goodwill"]) == goodwill
    assert float(story.state["excitation"]) == 0.0


def test_only_an_opened_message_moves_a_payment() -> None:
    step = {"action": "sms", "day": 0}
    unread = {"contact": {"message_delivered_prob": 1.0, "sms_opened_prob": 0.0}}
    assert Story(early(step), behaviour=unread).live(1).state["excitation"] == 0.0
    read = Story(early(step), behaviour=DELIVERED, silent=False)
    before = int(read.state["due_at"][Slot.OWN_PAYMENT])
    read.live(0.5)
    assert read.count(K.MESSAGE_OPENED) == 1
    assert read.state["excitation"] > 0.0
    assert int(read.state["due_at"][Slot.OWN_PAYMENT]) < before


def test_who_opts_out_is_recorded_once_for_the_channel() -> None:
    always_out = merged(DELIVERED, {"contact": {"opt_out_prob": 1.0}})
    story = Story(early({"action": "sms", "day": 0, "repeat_days": 1, "maximum": 5}), behaviour=always_out)
    story.live(10)
    assert story.of(K.OPTED_OUT)["channel"].tolist() == [Channel.SMS]
    assert story.count(K.MESSAGE_SENT) == 5, "without the rule, messages go on"
    bound = Story(
        early({"action": "sms", "day": 0, "repeat_days": 1, "maximum": 5}, {"action": "email", "day": 3}),
        behaviour=always_out,
        rules={"honour_opt_out": True},
    ).live(10)
    assert bound.of(K.MESSAGE_SENT)["channel"].tolist() == [Channel.SMS, Channel.EMAIL]


def test_the_preferred_channel_is_used_where_the_strategy_says_so_and_the_address_works() -> None:
    def channels(**borrower: object) -> list[int]:
        steps = {"action": "sms", "day": 0}, {"action": "email", "day": 1}
        story = Story(early(*steps, channel_rule="preferred"), **borrower)
        return story.live(5).of(K.MESSAGE_SENT)["channel"].tolist()

    assert channels(preferred_channel="email") == [Channel.EMAIL, Channel.EMAIL]
    assert channels(preferred_channel="sms") == [Channel.SMS, Channel.SMS]
    assert channels(preferred_channel="call") == [Channel.SMS, Channel.EMAIL]
    assert channels(preferred_channel="email", email_valid=False) == [Channel.SMS, Channel.EMAIL]


def test_an_automated_call_needs_no_staff_and_a_human_call_waits_for_a_caller() -> None:
    automated = Story(early({"action": "automated_call", "day": 0}), behaviour=REACHED).live(1, staff=False)
    assert automated.of(K.DIALLED)["channel"].tolist() == [Channel.AUTOMATED_CALL]
    assert automated.of(K.DIALLED)["cost_cents"][0] > 0
    assert automated.count(K.WORK_QUEUED) == 0
    human = Story(early({"action": "call", "day": 0}), behaviour=REACHED).live(1, staff=False)
    assert human.count(K.DIALLED) == 0
    assert human.queued() == [Action.CALL]
    human.serve()
    assert human.of(K.DIALLED)["channel"].tolist() == [Channel.CALL]


def test_calls_are_the_diallers_while_the_strategy_says_so() -> None:
    step = {"action": "call", "day": 0, "repeat_days": 2, "maximum": 6}

    def channels(**levers: object) -> list[int]:
        return Story(early(step, **levers), phone_valid=False).live(15).of(K.DIALLED)["channel"].tolist()

    assert channels(caller="human") == [Channel.CALL] * 6
    assert channels(caller="automated") == [Channel.AUTOMATED_CALL] * 6
    assert channels(caller="automated_until", automated_until_day=5) == (
        [Channel.AUTOMATED_CALL] * 3 + [Channel.CALL] * 3
    )


def test_grace_before_the_first_human_call_goes_by_risk_band() -> None:
    levers = {"grace_days_low": 12, "grace_days_medium": 7, "grace_days_high": 3}

    def first_call_day(score: float, action: str = "call") -> int:
        story = Story(early({"action": action, "day": 1}, **levers), score=score).live(30)
        return int(story.last(K.DIALLED)["at"]) // DAY

    assert first_call_day(0.9) == 12
    assert first_call_day(0.5) == 7
    assert first_call_day(0.1) == 3
    assert first_call_day(0.9, "automated_call") == 1


def test_the_contact_chain_is_attempt_answer_right_party_conversation() -> None:
    idle = merged(REACHED, always("no_result"))
    talks = Story(early({"action": "call", "day": 0, "repeat_days": 1, "maximum": 8}), behaviour=idle).live(12)
    assert talks.count(K.DIALLED) == 8
    assert talks.count(K.ANSWERED) == talks.count(K.CONVERSATION) >= 1
    assert talks.count(K.NO_ANSWER) + talks.count(K.ANSWERED) == 8
    stranger = merged(REACHED, {"contact": {"right_party_prob": 0.0}})
    wrong = Story(early({"action": "call", "day": 0, "repeat_days": 1, "maximum": 8}), behaviour=stranger).live(12)
    assert wrong.count(K.WRONG_PARTY) >= 1
    assert wrong.count(K.ANSWERED) == 0
    hangs_up = merged(REACHED, {"contact": {"talk_prob": 0.0}})
    short = Story(early({"action": "call", "day": 0, "repeat_days": 1, "maximum": 8}), behaviour=hangs_up).live(12)
    assert short.count(K.ANSWERED) >= 1
    assert short.count(K.CONVERSATION) == 0


def test_a_dial_that_nobody_answers_never_moves_a_payment() -> None:
    indifferent = {"goodwill": {"willingness_weight": 0.0}}
    step = {"action": "automated_call", "day": 0, "repeat_days": 1, "maximum": 30}
    left_alone = Story(early(), behaviour=indifferent, silent=False)
    dialled = Story(early(step), behaviour=indifferent, silent=False, phone_valid=False)
    for day in range(60):
        left_alone.live(day)
        dialled.live(day)
        assert left_alone.state["due_at"][Slot.OWN_PAYMENT] == dialled.state["due_at"][Slot.OWN_PAYMENT]
    assert dialled.count(K.NO_ANSWER) > 10
    assert dialled.state["goodwill"] < left_alone.state["goodwill"], "it may cost goodwill"
    paid = [story.of(K.PAYMENT)[["at", "amount_cents"]].tolist() for story in (left_alone, dialled)]
    assert paid[0] == paid[1]
    assert paid[0], "the case shows nothing unless something was paid"


def test_no_contact_makes_an_empty_account_pay() -> None:
    steps = [
        {"action": action, "day": 0, "repeat_days": 1, "maximum": 60} for action in ("sms", "email", "automated_call")
    ]
    story = Story(
        early(*steps), behaviour=merged(REACHED, DELIVERED), silent=False, buffer=0.0, spare=0.0, willingness=1.0
    ).live(200)
    assert story.count(K.CONVERSATION) > 10
    assert story.count(K.MESSAGE_OPENED) > 10
    assert story.count(K.PAYMENT) == 0


def test_a_conversation_by_a_person_probes_for_reason_and_means_and_an_automated_one_does_not() -> None:
    honest = merged(REACHED, always("no_result"), {"conversation": {"probe_honesty": 1.0, "probe_noise": 0.0}})
    story = Story(early(), behaviour=honest, cell="hardship", spare=1500.0)
    story.talk()
    probed = story.last(K.PROBED)
    assert probed["detail"] == StatedReason.HARDSHIP
    assert probed["value"] == 1_500_000, "spare cash in instalments, parts per million"
    story.talk()
    assert story.count(K.PROBED) == 1, "who has said it is not asked again"
    machine = Story(early({"action": "automated_call", "day": 0, "repeat_days": 1, "maximum": 6}), behaviour=honest)
    machine.live(8)
    assert machine.count(K.CONVERSATION) >= 1
    assert machine.count(K.PROBED) == 0


@pytest.mark.parametrize(
    ("outcome", "code", "kind"),
    [
        ("promise", ConversationOutcome.PROMISE, K.PROMISE_MADE),
        ("hardship", ConversationOutcome.DISCLOSE_HARDSHIP, K.HARDSHIP_DISCLOSED),
        ("dispute", ConversationOutcome.DISPUTE, K.DISPUTE_RAISED),
        ("refuse", ConversationOutcome.REFUSE, K.REFUSED),
        ("cease", ConversationOutcome.ASK_TO_CEASE, K.CEASE_REQUESTED),
    ],
)
def test_each_outcome_of_a_conversation_is_recorded(outcome: str, code: ConversationOutcome, kind: EventKind) -> None:
    story = Story(early(), behaviour=always(outcome), buffer=0.0, willingness=0.5, disputing=True)
    story.state["goodwill"] = 0.5
    story.talk()
    assert story.last(K.CONVERSATION)["detail"] == code
    assert story.count(kind) == 1


def test_who_pays_in_the_conversation_pays_the_arrears_as_far_as_the_cash_goes() -> None:
    able = Story(early(), behaviour=always("pay_now"), buffer=6000.0)
    able.talk()
    assert able.last(K.PAYMENT)["amount_cents"] == 200_000
    assert able.last(K.PAYMENT)["detail"] == PaymentSource.IN_CONVERSATION
    assert able.count(K.CURED) == 1
    short = Story(early(), behaviour=always("pay_now"), buffer=700.0)
    short.talk()
    assert short.last(K.PAYMENT)["amount_cents"] == 70_000
    assert short.count(K.CURED) == 0


def test_a_firm_tone_costs_more_goodwill_than_a_gentle_one() -> None:
    def goodwill_after(tone: str) -> float:
        step = {"action": "sms", "day": 0, "repeat_days": 1, "maximum": 5}
        return float(Story(early(step, tone=tone), behaviour=DELIVERED).live(8).state["goodwill"])

    assert goodwill_after("gentle") > goodwill_after("neutral") > goodwill_after("firm")


def test_contacts_that_bunch_cost_more_goodwill_than_contacts_spread_out() -> None:
    def goodwill_after(repeat_days: int) -> float:
        step = {"action": "sms", "day": 0, "repeat_days": repeat_days, "maximum": 6}
        return float(Story(early(step), behaviour=DELIVERED).live(200).state["goodwill"])

    assert goodwill_after(30) > goodwill_after(1)


def test_nothing_but_the_call_chain_comes_of_a_call() -> None:
    story = Story(early({"action": "call", "day": 0}), behaviour=merged(REACHED, always("no_result"))).live(2)
    work = (K.WORK_QUEUED, K.WORK_STARTED, K.WORK_ENDED, K.STAGE_ENTERED, K.OPENED)
    others = story.rows[~np.isin(story.rows["kind"], (*work, *CALL_CHAIN, K.PROBED, K.WILLINGNESS_NOTED))]
    assert len(others) == 0
    assert story.hold == Hold.NONE
    assert story.state["stage"] == Stage.EARLY
