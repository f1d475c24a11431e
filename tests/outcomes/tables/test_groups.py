"""Headline and harm by group: the whole is the headline, and the groups add up to the whole."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from simcollect.core.codes import Action, Channel, CloseReason, EventKind, Hold, Rule, Stage
from simcollect.experiment.measure import prices
from simcollect.outcomes import Economics, headline
from simcollect.outcomes.tables import harm, headline_by, retention
from simcollect.scenario import load
from tests.outcomes.books import six_borrowers
from tests.outcomes.handmade import Story
from tests.outcomes.tables.books import STRATEGIES, card_run, tiny_run

GROUPS = ("segment", "cell", "age_band", "stage_reached")


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_the_row_of_all_accounts_is_the_headline(strategy: str) -> None:
    for log, scenario in ((tiny_run(strategy), "tiny"), (card_run(strategy), "cards_taiwan")):
        economics = prices(load(scenario))
        whole, outcome = headline_by(log, economics).iloc[0], headline(log, economics)
        for name in whole.index[2:]:
            if name == "loss_given_default_share":
                assert whole[name] == 1.0 - whole["present_value_share"]
                continue
            if name == "present_value_share":  # staff costs are discounted from the day of the work, not of the shift
                assert whole[name] == pytest.approx(outcome.present_value_share, abs=0.002)
                continue
            expected = getattr(outcome, name)
            if math.isnan(expected):
                assert math.isnan(whole[name])
            else:
                assert whole[name] == pytest.approx(expected, rel=1e-6, abs=1.0 if name.endswith("_cents") else 1e-9)


@pytest.mark.parametrize("by", GROUPS)
def test_groups_add_up_to_all(by: str) -> None:
    for table, sums in (
        (headline_by(card_run(), prices(load("cards_taiwan"))), ("n_accounts", "opening_cents", "recovered_cents")),
        (harm(card_run()), ("n_accounts", "n_complaints", "n_blocked", "cost_added_cents", "n_insolvent", "n_left")),
    ):
        parts, whole = table[table["by"] == by], table.iloc[0]
        assert len(parts) >= 2
        for name in sums:
            assert parts[name].sum() == whole[name]
    costs = headline_by(card_run())
    assert costs[costs["by"] == by]["cost_cents"].sum() == pytest.approx(costs["cost_cents"].iloc[0], abs=len(costs))


def group(table: pd.DataFrame, by: str, name: str) -> pd.Series:
    return table.set_index(["by", "group"]).loc[(by, name)]


def test_groups_are_told_apart_by_what_happened_to_them() -> None:
    story = six_borrowers()
    story.accounts["cell"] = (0, 1, 4, 1, 6, 0)
    table = headline_by(story.log(in_order=True), Economics())
    assert group(table, "cell", "forgetful")["n_accounts"] == 1  # the sixth never arrives
    assert group(table, "cell", "forgetful")["gross_recovery_share"] == 10_000 / 100_000
    assert group(table, "cell", "cash_flow_gap")["n_accounts"] == 2
    assert group(table, "cell", "unwilling")["complaints_per_1000"] == 1_000.0
    assert group(table, "stage_reached", "late")["n_accounts"] == 1
    assert group(table, "stage_reached", "none")["n_accounts"] == 4
    assert math.isnan(group(table, "cell", "hardship")["kept_share"])


def test_half_the_cash_of_each_group_is_found_apart() -> None:
    story = Story(n=2, segments=("a", "b")).opened(0, principal=1_000).opened(1, principal=1_000)
    story.accounts["segment"] = (0, 1)
    story.paid(10, 100, 0).paid(20, 50, 0).paid(30, 40, 1).paid(60, 60, 1)
    table = headline_by(story.log())
    assert group(table, "segment", "a")["half_cash_days"] == 10
    assert group(table, "segment", "b")["half_cash_days"] == 60
    assert group(table, "segment", "b")["mean_days_to_cash"] == (30 * 40 + 60 * 60) / 100


def pursued() -> Story:
    """Two borrowers, each overdue for ten weeks.

    0 gets five SMS, two calls and a visit, is stopped by the cap on calls, discloses hardship, is under a moratorium,
    complains twice and becomes insolvent at the end. 1 is left alone.
    """
    story = Story(n=2, horizon_days=70).opened(0, principal=1_000).opened(1, principal=1_000)
    story.accounts["cell"] = (2, 0)
    for day in range(1, 6):
        story.add(day, EventKind.MESSAGE_SENT, channel=Channel.SMS)
    for day in (6, 7):
        story.add(day, EventKind.DIALLED, channel=Channel.CALL)
    story.add(8, EventKind.VISITED, channel=Channel.VISIT)
    story.add(9, EventKind.BLOCKED, detail=Rule.CALLS_PER_7_DAYS, value=Action.CALL)
    story.add(9, EventKind.BLOCKED, detail=Rule.MORATORIUM, value=Action.SMS)
    story.add(10, EventKind.HARDSHIP_DISCLOSED).add(10, EventKind.HOLD_STARTED, detail=Hold.MORATORIUM)
    story.add(11, EventKind.COMPLAINT, cost=70).add(12, EventKind.COMPLAINT, cost=30)
    story.add(20, EventKind.COST_ADDED, amount=500, detail=Action.LAWSUIT, stage=Stage.LATE)
    story.add(69, EventKind.INSOLVENT)
    return story


def test_harm_is_told_per_account_per_week_and_per_thousand() -> None:
    table = harm(pursued().log())
    hurt, spared, whole = (group(table, *key) for key in (("cell", "hardship"), ("cell", "forgetful"), ("all", "all")))
    assert hurt["account_weeks"] == 10.0
    per_week = ["attempts_per_account_week", "messages_per_account_week", "calls_per_account_week"]
    assert hurt[per_week].tolist() == [0.8, 0.5, 0.2]
    assert spared[per_week].tolist() == [0.0, 0.0, 0.0]
    assert whole["attempts_per_account_week"] == 8 / 20
    assert (hurt["n_complaints"], whole["complaints_per_1000"]) == (2, 1_000.0)
    assert hurt["complaint_cost_cents"] == 100
    # Worked months: those of account 0 alone, 70 days.
    assert whole["complaints_per_1000_worked_month"] == pytest.approx(1_000 * 2 / (70 / (365.25 / 12)))
    assert (hurt["n_blocked"], hurt["at_cap_share"]) == (2, 1.0)
    assert (hurt["n_hardship"], hurt["n_moratoria"], hurt["n_insolvent"]) == (1, 1, 1)
    assert whole["cost_added_per_account_cents"] == 250.0
    assert np.isnan(spared["at_cap_share"])  # nobody of the group was worked


def test_complaints_of_accounts_never_worked_are_not_laid_to_the_months_of_worked_ones() -> None:
    whole = harm(pursued().add(69, EventKind.COMPLAINT, account=1).log()).iloc[0]
    assert whole["n_complaints"] == 3
    assert whole["complaints_per_1000_worked_month"] == pytest.approx(1_000 * 2 / (70 / (365.25 / 12)))


@pytest.mark.parametrize("cap", [Rule.CALLS_PER_DAY, Rule.CALLS_PER_7_DAYS, Rule.MESSAGES_PER_7_DAYS])
def test_any_cap_on_contacts_brings_an_account_to_its_cap(cap: Rule) -> None:
    story = Story(horizon_days=30).opened(principal=1_000).add(1, EventKind.DIALLED, channel=Channel.CALL)
    assert harm(story.log()).iloc[0]["at_cap_share"] == 0.0
    assert harm(story.add(2, EventKind.BLOCKED, detail=cap, value=Action.CALL).log()).iloc[0]["at_cap_share"] == 1.0


def test_a_customer_is_retained_who_has_neither_left_nor_been_lost_k_months_after_the_resolution() -> None:
    # Resolved on day 10: 0 stays; 1 leaves on day 40; 2 leaves on day 80; 3 is judged on day 60; 4 is never resolved; 5
    # is cured on day 90 of 100, too late to be followed for a month; 6 had left before.
    story = Story(n=7, horizon_days=100)
    for account in range(7):
        story.opened(account, principal=1_000)
    story.add(5, EventKind.CUSTOMER_LEFT, 6)
    for account in (0, 1, 2, 3, 6):
        story.add(10, EventKind.CURED, account)
    story.add(40, EventKind.CUSTOMER_LEFT, 1).add(60, EventKind.JUDGMENT, 3, detail=1)
    story.closed(70, CloseReason.PAID_IN_FULL, 0).add(80, EventKind.CUSTOMER_LEFT, 2)
    story.add(90, EventKind.CURED, 5)
    table = retention(story.log(in_order=True), months=(1, 2, 12)).set_index("months")
    counts = ["n_resolved", "n_followed", "n_left", "n_lost", "n_retained"]
    assert table.loc[1, counts].tolist() == [6, 5, 2, 0, 3]  # day 40.4
    assert table.loc[2, counts].tolist() == [6, 5, 2, 1, 2]  # day 70.9
    assert table.loc[2, "retention_rate"] == 2 / 5
    assert table.loc[12, "n_followed"] == 0
