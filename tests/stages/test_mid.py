"""Mid stage: analysis of the case, negotiation, visits. Plans: see test_agreements."""

from __future__ import annotations

import math
import statistics

import pytest

from simcollect.core.codes import Action, Channel, ConversationOutcome, EventKind
from tests.stages.story import Story, Table, always, merged

K = EventKind


def mid(*steps: Table, **levers: object) -> Table:
    stages = {"early": {"enter_dpd": 0}, "late": {"enter_dpd": 3000}, "final": {"enter_dpd": 3000}}
    return {**stages, "mid": {"enter_dpd": 0, "steps": list(steps), **levers}}


def test_case_analysis_is_done_once_by_a_negotiator_and_records_the_signal() -> None:
    step = {"action": "case_analysis", "day": 1}
    story = Story(mid(step), behaviour={"plan": {"case_noise": 0.0}}, spare=1500.0).live(40)
    assert story.count(K.ANALYSED) == 1, "what is known is not analysed again"
    assert story.last(K.ANALYSED)["value"] == 1_500_000
    assert story.last(K.WORK_QUEUED)["actor"] == 2


def test_analysis_buys_a_better_signal_than_a_question_on_the_telephone() -> None:
    asked, analysed = [], []
    for seed in range(30):
        story = Story(mid(), behaviour=always("no_result"), spare=1500.0, seed=seed).live(1)
        story.talk()
        story.end(Action.CASE_ANALYSIS)
        asked.append(abs(math.log(int(story.last(K.PROBED)["value"]) / 1.5e6)))
        analysed.append(abs(math.log(int(story.last(K.ANALYSED)["value"]) / 1.5e6)))
    # Mean absolute log errors of 0.8 and 0.25 x 0.798, each of 30 draws: 8 standard errors apart.
    assert statistics.mean(analysed) < 0.6 * statistics.mean(asked)


def test_plans_are_sized_by_the_best_signal_at_hand() -> None:
    behaviour = merged(
        always("plan"), {"plan": {"accept_prob": 1.0, "case_noise": 0.0}, "conversation": {"probe_noise": 2.0}}
    )

    def instalment(analyse: bool, seed: int) -> int:
        levers = {"plan_offered": True, "plan_max_months": 120, "plan_affordability_share": 1.0}
        story = Story(mid(**levers), behaviour=behaviour, spare=1500.0, buffer=0.0, seed=seed).live(1)
        if analyse:
            story.end(Action.CASE_ANALYSIS)
        story.talk(Action.NEGOTIATION_CALL)
        return int(story.of(K.PLAN_STARTED, K.PLAN_DECLINED)["amount_cents"][0])

    assert {instalment(True, seed) for seed in range(5)} == {150_000}
    assert len({instalment(False, seed) for seed in range(5)}) == 5


def test_no_plan_is_offered_by_a_machine_in_the_early_stage_or_where_the_strategy_offers_none() -> None:
    def outcome(strategy: Table, action: Action = Action.CALL) -> int:
        # Half a plan's weight, half a promise's: with the plan shut off only the promise is left.
        both = {"conversation": {**always("plan")["conversation"], "promise": 0.001}}
        story = Story(strategy, behaviour=both, buffer=0.0).live(1)
        story.talk(action)
        return int(story.last(K.CONVERSATION)["detail"])

    offered = {"plan_offered": True}
    early = merged(mid(**offered), {"mid": {"enter_dpd": 2000}})
    assert outcome(mid(**offered)) == ConversationOutcome.ASK_FOR_PLAN
    assert outcome(mid()) == ConversationOutcome.PROMISE
    assert outcome(early) == ConversationOutcome.PROMISE


def test_a_visit_costs_its_price_and_ends_in_a_talk_only_if_somebody_is_at_home() -> None:
    step = {"action": "visit", "day": 0, "repeat_days": 3, "maximum": 8}
    absent = Story(mid(step), behaviour={"contact": {"home_prob": 0.0}}, phone_valid=False).live(30)
    assert absent.count(K.VISITED) == absent.count(K.NOBODY_HOME) == 8
    assert absent.count(K.CONVERSATION) == 0
    price = round(100 * absent.scenario.economics.visit.value)
    assert set(absent.of(K.VISITED)["cost_cents"]) == {price}
    assert absent.state["unreached"] == 8
    home = {"contact": {"home_prob": 1.0}}
    present = Story(mid(step), behaviour=merged(always("no_result"), home), phone_valid=False).live(30)
    talks = present.of(K.CONVERSATION)
    assert len(talks) == present.count(K.VISITED) - present.count(K.NOBODY_HOME) > 3
    assert set(talks["channel"]) == {Channel.VISIT}


def test_no_visit_is_made_below_the_smallest_balance() -> None:
    step = {"action": "visit", "day": 0}
    assert Story(mid(step, visit_min_balance=25_000.0)).live(5).count(K.VISITED) == 0
    assert Story(mid(step, visit_min_balance=20_000.0)).live(5).count(K.VISITED) == 1


def test_a_visit_costs_more_goodwill_than_a_message() -> None:
    def goodwill(action: str) -> float:
        behaviour = {"contact": {"home_prob": 0.0, "message_delivered_prob": 1.0}}
        return float(Story(mid({"action": action, "day": 0}), behaviour=behaviour).live(1).state["goodwill"])

    assert goodwill("visit") < goodwill("sms")


def test_each_pool_does_its_own_actions() -> None:
    actions = ("call", "negotiation_call", "case_analysis", "visit")
    story = Story(mid(*({"action": action, "day": 0} for action in actions))).live(1, staff=False)
    queued = {Action(int(row["detail"])): int(row["actor"]) for row in story.of(K.WORK_QUEUED)}
    assert queued == {Action.CALL: 1, Action.NEGOTIATION_CALL: 2, Action.CASE_ANALYSIS: 2, Action.VISIT: 2}


@pytest.mark.parametrize("channel", ["sms", "email"])
def test_reminders_go_on_in_mid_in_the_tone_of_mid(channel: str) -> None:
    behaviour = {"contact": {"message_delivered_prob": 1.0, "sms_opened_prob": 1.0, "email_opened_prob": 1.0}}

    def goodwill(tone: str) -> float:
        return float(
            Story(mid({"action": channel, "day": 0}, tone=tone), behaviour=behaviour).live(1).state["goodwill"]
        )

    assert goodwill("gentle") > goodwill("neutral") > goodwill("firm")
