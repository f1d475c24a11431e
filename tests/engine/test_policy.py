"""A researcher's own policy: asked at its time, sees what a collector sees, and its wishes are carried out."""

from __future__ import annotations

import dataclasses
import itertools

import pytest

from simcollect.core.codes import Action, EventKind, Rule, Stage
from simcollect.core.errors import SimcollectError
from simcollect.engine import AccountView, Decision, Policy
from simcollect.scenario import Scenario, load
from tests.engine.runs import crowd, merged, packaged, rows_of, run, staffed

K = EventKind


class Scripted:
    """Does the same thing at every review."""

    name = "scripted"
    document = "balanced"

    def __init__(self, decision: Decision) -> None:
        self.decision = decision
        self.seen: list[AccountView] = []

    def review(self, view: AccountView) -> Decision:
        self.seen.append(view)
        return self.decision


class TextEveryWeek:
    """The simplest document as a policy: early from day 1 past due, a message then and every seven days, five times."""

    name = "text_every_week"
    document = "same"

    def review(self, view: AccountView) -> Decision:
        if view.days_past_due < 1:
            return Decision(review_in_days=1)
        return Decision(Action.SMS if view.attempts < 5 else Action.NONE, review_in_days=7, stage=Stage.EARLY)


def mirrored() -> Scenario:
    steps = [{"action": "sms", "day": 0, "repeat_days": 7, "maximum": 5}]
    later = {stage: {"enter_dpd": 3000} for stage in ("mid", "late", "final")}
    document = merged(packaged("tiny"), {"strategies": {"same": {"early": {"enter_dpd": 1, "steps": steps}, **later}}})
    document["rules"] = {}
    return load(document)


def test_a_policy_that_mirrors_a_document_makes_the_same_contacts_and_the_same_payments() -> None:
    scenario = mirrored()
    by_policy, by_document = run(scenario, TextEveryWeek()), run(scenario, "same")
    fields = ["at", "account", "kind", "channel", "detail", "amount_cents", "cost_cents"]
    kinds = (
        K.MESSAGE_SENT,
        K.MESSAGE_UNDELIVERED,
        K.MESSAGE_OPENED,
        K.PAYMENT,
        K.CURED,
        K.REDEFAULTED,
        K.CUSTOMER_LEFT,
    )
    assert len(rows_of(by_policy, K.MESSAGE_SENT)) > 30
    assert rows_of(by_policy, *kinds)[fields].tolist() == rows_of(by_document, *kinds)[fields].tolist()


def test_the_policy_is_named_in_the_log_and_the_protocol_is_checked() -> None:
    policy = TextEveryWeek()
    assert isinstance(policy, Policy)
    assert run(mirrored(), policy).header.strategy == "text_every_week"
    assert not isinstance(object(), Policy)


def test_a_policy_sees_what_a_collector_sees_and_nothing_latent() -> None:
    latent = (
        "cell",
        "willingness",
        "attention",
        "spare",
        "cash",
        "buffer",
        "assets",
        "attachable",
        "strategic",
        "true",
    )
    names = [field.name for field in dataclasses.fields(AccountView)]
    assert not [name for name in names if any(word in name for word in latent)]
    policy = Scripted(Decision(Action.CALL, review_in_days=3, stage=Stage.EARLY))
    run(load(merged(packaged("tiny"), staffed("unlimited"))), policy)
    views = policy.seen
    assert {view.account_id for view in views} == set(range(1, 13))
    assert all(view.minute // 1440 == view.day and view.balance_cents >= view.arrears_cents > 0 for view in views)
    assert all(0 <= view.days_past_due <= 400 for view in views)
    assert any(view.conversations > 0 and view.last_conversation_days >= 0 for view in views)
    assert any(view.unreached > 1 for view in views)
    assert any(view.ability_signal >= 0 for view in views)


def test_a_policy_is_asked_when_it_asked_to_look_again() -> None:
    policy = Scripted(Decision(review_in_days=9))
    run(packaged("tiny"), policy)
    days: dict[int, list[int]] = {}
    for view in policy.seen:
        days.setdefault(view.account_id, []).append(view.day)
    gaps = {b - a for seen in days.values() for a, b in itertools.pairwise(seen)}
    assert 9 in gaps
    # Nine days, or less where a new spell of arrears began, or more where a hold came in between.
    assert all(gap > 0 for gap in gaps)


def test_a_policy_moves_an_account_on_and_never_back() -> None:
    class BackAndForth(Scripted):
        def review(self, view: AccountView) -> Decision:
            self.seen.append(view)
            return Decision(stage=Stage.LATE if view.stage < Stage.LATE else Stage.EARLY, review_in_days=5)

    policy = BackAndForth(Decision())
    log = run(packaged("tiny"), policy)
    assert set(rows_of(log, K.STAGE_ENTERED)["stage"]) == {Stage.LATE}
    assert len({view.stage for view in policy.seen}) == 2


def test_the_follow_up_of_a_broken_promise_comes_from_the_document() -> None:
    chatty = {"behaviour": {"contact": {"answer_prob": 0.9}, "promise": {"credibility": 0.1, "part_prob": 0.0}}}
    scenario = crowd(chatty, staffed("unlimited"))
    policy = Scripted(Decision(Action.CALL, review_in_days=14, stage=Stage.EARLY))
    policy.document = "busy"
    log = run(scenario, policy)
    assert len(rows_of(log, K.PROMISE_BROKEN)) > 5
    done = rows_of(log, K.WORK_STARTED)
    assert (done["detail"] == Action.BROKEN_PROMISE_CALL).sum() > 3


@pytest.mark.parametrize(
    "action", [Action.CARE_CALL, Action.CLOSING_RECORD, Action.PLAN_CHECK_CALL, Action.REOPEN_LINE]
)
def test_an_action_that_no_policy_may_take_is_refused_with_a_message(action: Action) -> None:
    with pytest.raises(SimcollectError, match=action.name):
        run(packaged("tiny"), Scripted(Decision(action, stage=Stage.EARLY)))


def test_a_policy_that_would_tell_third_parties_is_refused_by_the_rule_named() -> None:
    with pytest.raises(SimcollectError, match="refused by rule THIRD_PARTY"):
        run(packaged("tiny"), Scripted(Decision(Action.NOTIFY_THIRD_PARTY, stage=Stage.EARLY)))


def test_what_is_not_possible_now_is_not_done() -> None:
    """A second suit, enforcement without a judgment, an offer that the ladder does not have."""
    tiny = merged(packaged("tiny"), staffed("unlimited"), {"rules": {"vulnerable_hold": False}})
    suits = rows_of(run(tiny, Scripted(Decision(Action.LAWSUIT, 3, Stage.LATE))), K.SUIT_FILED, K.CURED)
    for account in set(suits["account"]):
        filed = 0
        for kind in suits["kind"][suits["account"] == account]:
            filed = filed + 1 if kind == K.SUIT_FILED else 0
            assert filed <= 1
    enforced = run(tiny, Scripted(Decision(Action.ENFORCEMENT, 3, Stage.LATE)))
    assert len(rows_of(enforced, K.ENFORCEMENT_STARTED)) == 0
    offered = run(tiny, Scripted(Decision(Action.SETTLEMENT_OFFER, 3, Stage.FINAL, offer_step=5)))
    assert len(rows_of(offered, K.OFFER_MADE)) == 0
    once = run(tiny, Scripted(Decision(Action.SETTLEMENT_OFFER, 3, Stage.FINAL, offer_step=0)))
    made = rows_of(once, K.OFFER_MADE)
    assert len(made) > 0
    assert len(rows_of(once, K.OFFER_MADE, K.REDEFAULTED)) >= len(set(made["account"]))


def test_rules_bind_a_policy_as_they_bind_a_document() -> None:
    document = merged(packaged("tiny"), {"rules": {"messages_per_7_days": 1}})
    log = run(document, Scripted(Decision(Action.SMS, 1, Stage.EARLY)))
    assert Rule.MESSAGES_PER_7_DAYS in set(rows_of(log, K.BLOCKED)["detail"])
