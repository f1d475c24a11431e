"""Stage and contact funnels: what comes in goes out, and every step is a part of the one before."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from simcollect.core.codes import (
    Action,
    Channel,
    CloseReason,
    ConversationOutcome,
    EventKind,
    PaymentSource,
    Rule,
    Stage,
    Trigger,
)
from simcollect.outcomes import Reading
from simcollect.outcomes.tables import blocked, contact_funnel, stage_flow, stage_funnel
from tests.outcomes.handmade import Story
from tests.outcomes.tables.books import STRATEGIES, card_run, tiny_run


def three_courses() -> Story:
    """Courses through the stages over 100 days.

    0: early on day 1, mid on day 21 (refused), cured on day 51; overdue again on day 80. 1: early on day 1, late on day
    11, paid on day 31. 2: is cured on day 5 before any stage.
    """
    story = Story(n=3, horizon_days=100)
    for account in range(3):
        story.opened(account, principal=1_000, interest=50)
    for account in (0, 1):
        story.add(1, EventKind.STAGE_ENTERED, account, stage=Stage.EARLY, detail=Trigger.DAYS, value=11)
    story.add(5, EventKind.CURED, 2)
    story.add(11, EventKind.STAGE_ENTERED, 1, stage=Stage.LATE, detail=Trigger.DAYS, value=21)
    story.add(21, EventKind.STAGE_ENTERED, 0, stage=Stage.MID, detail=Trigger.REFUSALS, value=31)
    story.closed(31, CloseReason.PAID_IN_FULL, 1)
    story.add(51, EventKind.CURED, 0, stage=Stage.MID)
    story.add(80, EventKind.REDEFAULTED, 0, amount=100)
    return story


def moves(story: Story) -> dict[tuple[str, str], int]:
    return {(str(m["source"]), str(m["target"])): m["n_moves"] for _, m in stage_flow(story.log()).iterrows()}


def test_the_flow_names_every_move_between_stages_and_outcomes() -> None:
    assert moves(three_courses()) == {
        ("arrived", "none"): 3,
        ("overdue_again", "none"): 1,
        ("none", "early"): 2,
        ("none", "cured"): 1,
        ("none", "open"): 1,
        ("early", "mid"): 1,
        ("early", "late"): 1,
        ("mid", "cured"): 1,
        ("late", "paid"): 1,
    }


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_what_flows_into_a_stage_flows_out_of_it(strategy: str) -> None:
    log = card_run(strategy)
    flow = stage_flow(log)
    out = flow.groupby("source", observed=True)["n_moves"].sum()
    into = flow.groupby("target", observed=True)["n_moves"].sum()
    stages = ("none", "early", "mid", "late", "final")
    assert sum(into.get(stage, 0) for stage in stages) > 0
    for stage in stages:
        assert into.get(stage, 0) == out.get(stage, 0)
    reading = Reading.at_day(log)
    assert into.get("cured", 0) == len(reading.where(EventKind.CURED))
    assert out["arrived"] == int((reading.count(EventKind.OPENED) > 0).sum())
    assert out.get("overdue_again", 0) == len(reading.where(EventKind.REDEFAULTED))
    assert (flow["n_accounts"] <= flow["n_moves"]).all()


def test_an_account_that_passes_twice_is_one_account_and_two_moves() -> None:
    story = Story().opened(principal=1_000)
    for day in (1, 31):
        story.add(day, EventKind.STAGE_ENTERED, stage=Stage.EARLY, detail=Trigger.DAYS)
        story.add(day + 9, EventKind.CURED)
        story.add(day + 19, EventKind.REDEFAULTED, amount=10)
    flow = stage_flow(story.log()).set_index(["source", "target"])
    assert flow.loc[("early", "cured")].tolist() == [2, 1]


def test_the_funnel_tells_who_came_why_how_long_and_how_they_left() -> None:
    funnel = stage_funnel(three_courses().log()).set_index("stage")
    assert funnel.loc["none", ["n_accounts", "n_visits", "n_cured", "n_moved_on", "n_open"]].tolist() == [3, 4, 1, 2, 1]
    assert funnel.loc["early", ["n_visits", "by_days", "n_moved_on"]].tolist() == [2, 2, 2]
    assert funnel.loc["mid", ["by_refusals", "by_days", "n_cured"]].tolist() == [1, 0, 1]
    assert funnel.loc["late", ["n_paid", "resolved_share"]].tolist() == [1, 1.0]
    # Early lasted 20 and 10 days, mid 30, late 20; none 1, 1 and 5, and 20 so far.
    assert funnel.loc["early", ["mean_days", "median_days"]].tolist() == [15.0, 15.0]
    assert funnel.loc["mid", "mean_days"] == 30.0
    assert funnel.loc["none", "mean_days"] == pytest.approx(7 / 3)
    assert funnel.loc["none", "mean_days_open"] == 20.0


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_every_visit_to_a_stage_has_one_reason_and_one_end(strategy: str) -> None:
    log = card_run(strategy)
    funnel = stage_funnel(log)
    why = funnel.filter(like="by_").sum(axis=1)
    entered = len(Reading.at_day(log).where(EventKind.STAGE_ENTERED))
    assert funnel["n_visits"].sum() > 0
    assert why.tolist() == [0, *funnel["n_visits"][1:]]
    assert why.sum() == entered
    ends = ["n_cured", "n_paid", "n_settled", "n_written_off", "n_sold", "n_insolvent", "n_moved_on", "n_open"]
    assert (funnel[ends].sum(axis=1) == funnel["n_visits"]).all()


def attempts() -> Story:
    """Two borrowers.

    0 gets two SMS (one undelivered, one opened) and three calls: no answer, wrong party, and a talk with a promise. 1
    is visited twice: nobody home, then a talk in which 70 are paid at once and a plan is begun.
    """
    story = Story(n=2).opened(0, principal=1_000).opened(1, principal=1_000)
    for day, then in ((1, EventKind.MESSAGE_UNDELIVERED), (2, EventKind.MESSAGE_OPENED)):
        story.add(day, EventKind.MESSAGE_SENT, channel=Channel.SMS, cost=10).add(day, then, channel=Channel.SMS)
    for day, then in ((3, EventKind.NO_ANSWER), (4, EventKind.WRONG_PARTY), (5, EventKind.ANSWERED)):
        story.add(day, EventKind.DIALLED, channel=Channel.CALL).add(day, then, channel=Channel.CALL)
    story.add(5, EventKind.CONVERSATION, channel=Channel.CALL, detail=ConversationOutcome.PROMISE, value=4)
    story.add(5, EventKind.PROMISE_MADE, amount=100, value=9 * 1440)
    story.add(6, EventKind.VISITED, 1, channel=Channel.VISIT, cost=500)
    story.add(6, EventKind.NOBODY_HOME, 1, channel=Channel.VISIT)
    story.add(7, EventKind.VISITED, 1, channel=Channel.VISIT, cost=500)
    story.add(7, EventKind.CONVERSATION, 1, channel=Channel.VISIT, detail=ConversationOutcome.ASK_FOR_PLAN, value=20)
    story.add(7, EventKind.PLAN_STARTED, 1, amount=100, value=5, detail=5)
    story.paid(7, 70, 1, source=PaymentSource.IN_CONVERSATION)
    story.paid(9, 30, 1, source=PaymentSource.IN_CONVERSATION)  # in no talk of this log
    return story


def channel(table: pd.DataFrame, name: str) -> pd.Series:
    return table.set_index("channel").loc[name]


def test_each_channel_tells_its_chain_from_attempt_to_money() -> None:
    table = contact_funnel(attempts().log())
    steps = ["n_attempts", "n_delivered", "n_opened", "n_answered", "n_right_party", "n_conversations"]
    assert channel(table, "sms")[steps].tolist() == [2, 1, 1, 0, 0, 0]
    assert channel(table, "call")[steps].tolist() == [3, 3, 0, 2, 1, 1]
    assert channel(table, "visit")[steps].tolist() == [2, 2, 0, 1, 1, 1]
    assert channel(table, "all")[steps].tolist() == [7, 6, 1, 3, 2, 2]
    assert channel(table, "call")[["promise", "n_promises", "n_plans", "paid_cents"]].tolist() == [1, 1, 0, 0]
    assert channel(table, "visit")[["ask_for_plan", "n_plans", "paid_cents", "cost_cents"]].tolist() == [
        1,
        1,
        70,
        1_000,
    ]


def test_contact_and_rpc_rates_are_per_attempt_and_per_account() -> None:
    table = contact_funnel(attempts().log())
    call = channel(table, "call")
    assert (call["contact_rate"], call["rpc_rate"], call["promise_rate"]) == (2 / 3, 1 / 3, 1.0)
    assert (call["n_accounts_worked"], call["n_accounts_reached"], call["rpc_rate_accounts"]) == (1, 1, 1.0)
    assert channel(table, "visit")["rpc_rate"] == 1 / 2
    assert np.isnan(channel(table, "sms")["rpc_rate"])
    assert channel(table, "all")["rpc_rate_accounts"] == 1.0


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_the_contact_funnel_adds_up_to_the_rows_of_the_log(strategy: str) -> None:
    for log in (tiny_run(strategy), card_run(strategy)):
        table, reading = contact_funnel(log), Reading.at_day(log)
        whole, parts = channel(table, "all"), table[table["channel"] != "all"]
        for column, kinds in (
            ("n_attempts", (EventKind.MESSAGE_SENT, EventKind.DIALLED, EventKind.VISITED)),
            ("n_opened", (EventKind.MESSAGE_OPENED,)),
            ("n_conversations", (EventKind.CONVERSATION,)),
            ("n_promises", (EventKind.PROMISE_MADE,)),
            ("n_plans", (EventKind.PLAN_STARTED,)),
        ):
            assert whole[column] == parts[column].sum() == len(reading.where(*kinds))
        cash = reading.where(EventKind.PAYMENT)
        cash = cash[reading.rows["detail"][cash] == PaymentSource.IN_CONVERSATION]
        assert whole["paid_cents"] == reading.column("amount_cents", cash).sum()
        outcomes = [outcome.name.lower() for outcome in ConversationOutcome]
        assert (table[outcomes].sum(axis=1) == table["n_conversations"]).all()
        assert (table["n_right_party"] <= table["n_answered"]).all()
        assert (table["n_answered"] <= table["n_attempts"]).all()
        assert (table["n_conversations"] <= table["n_right_party"]).all()


def test_blocked_actions_are_told_by_rule_and_action() -> None:
    story = Story(n=2).opened(0, principal=1_000).opened(1, principal=1_000)
    for day, account in ((1, 0), (2, 0), (3, 1)):
        story.add(day, EventKind.BLOCKED, account, detail=Rule.CALLS_PER_7_DAYS, value=Action.CALL)
    story.add(4, EventKind.BLOCKED, 0, detail=Rule.MORATORIUM, value=Action.SMS)
    story.add(5, EventKind.BLOCKED, 0, detail=9_999, value=Action.SMS)  # a rule of a later version
    table = blocked(story.log()).set_index(["rule", "action"])
    assert table.loc[("calls_per_7_days", "call")].tolist() == [3, 2]
    assert table.loc[("moratorium", "sms")].tolist() == [1, 1]
    assert table.loc[("rule 9999", "sms")].tolist() == [1, 1]


def test_blocked_actions_add_up_to_the_rows_of_the_log() -> None:
    log = card_run("firm")
    assert blocked(log)["n_blocked"].sum() == len(Reading.at_day(log).where(EventKind.BLOCKED)) > 0
