"""Knobs that the questions name, each with the effect that its name promises."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from simcollect.core.codes import EventKind
from simcollect.core.eventlog import EventLog
from simcollect.engine import simulate
from simcollect.face.asking import ask
from simcollect.face.reading import all_demonstrations
from simcollect.outcomes.accounts import account_table
from simcollect.outcomes.capacity import capacity_by_pool
from simcollect.scenario import Scenario, load
from simcollect.scenario.variation import varied

COURT = {
    "strategies.firm.late.enter_dpd": 45,
    "strategies.firm.mid.enter_dpd": 30,
    "strategies.firm.late.letter_day": -1,
    "strategies.firm.late.assess": False,
    "strategies.firm.late.suit_day": 5,
    "strategies.firm.late.min_balance": 0.0,
    "strategies.firm.escalation.balance_floor": 0.0,
    "capacity.pools.legal_officers.headcount": "unlimited",
}


@pytest.fixture(scope="module")
def small() -> Scenario:
    portfolio = {"n_stock": 150, "flow_per_month": 0.0}
    return load({"extends": "cards_taiwan", "run": {"horizon_days": 150, "reading_days": []}, "portfolio": portfolio})


def log_of(scenario: Scenario, strategy: str, **changes: Any) -> EventLog:
    return simulate(varied(scenario, changes), strategy)


@pytest.mark.parametrize("found", [0.0, 1.0])
def test_who_is_found_to_be_vulnerable_is_spared_court_and_nobody_else(small: Scenario, found: float) -> None:
    """Q29: the rate of detection decides how the vulnerable are treated, false alarms how the others are."""
    places = {"behaviour.latent.declared_share": found, "behaviour.latent.false_alarm_share": 0.0}
    table = account_table(log_of(small, "firm", **COURT, **places))
    sued = table["suits"] > 0
    assert table["vulnerable"].sum() > 5
    assert sued[~table["vulnerable"]].mean() > 0.2
    if found:
        assert not sued[table["vulnerable"]].any()
    else:
        assert sued[table["vulnerable"]].any()


def test_false_alarms_spare_others(small: Scenario) -> None:
    few, many = (
        account_table(log_of(small, "firm", **COURT, **{"behaviour.latent.false_alarm_share": share}))
        for share in (0.0, 0.3)
    )
    others = ~few["vulnerable"].to_numpy()
    assert (many["suits"][others] > 0).sum() < (few["suits"][others] > 0).sum()
    assert many["declared_vulnerable"][others].sum() > few["declared_vulnerable"][others].sum() == 0


def test_a_month_with_more_inflow_lengthens_the_queue(small: Scenario) -> None:
    """Q22: more accounts, the same staff."""
    flow = {"portfolio.flow_per_month": 150.0, "capacity.tasks.dial": 5}
    shock = [{"kind": "inflow", "day": 30, "days": 30, "factor": 3.0}]
    usual = capacity_by_pool(log_of(small, "balanced", **flow)).set_index("pool").loc["callers"]
    more = capacity_by_pool(log_of(small, "balanced", **flow, **{"capacity.events": shock})).set_index("pool")
    assert more.loc["callers", "queued"] > 1.1 * usual["queued"]
    assert more.loc["callers", "mean_wait_days"] > usual["mean_wait_days"]


def test_customers_of_high_value_can_be_treated_apart(small: Scenario) -> None:
    """Q28: severity by value band; the border is the median of the book."""
    (by_value,) = all_demonstrations(only=["D17"])
    asked = ask(by_value, small)
    apart = account_table(log_of(small, asked.strategy, **{**asked.points[1, 0], **COURT}))
    everybody = account_table(log_of(small, asked.strategy, **{**asked.points[0, 0], **COURT}))
    high = (apart["segment"] == "high_value").to_numpy()
    assert 0.35 < high.mean() < 0.65
    assert apart["margin_cents"][high].min() >= apart["margin_cents"][~high].max()
    assert (everybody["suits"][high] > 0).any()
    assert not (apart["suits"][high] > 0).any()
    assert (apart["suits"][~high] > 0).any()


def test_a_better_score_sends_the_first_calls_to_the_riskier(small: Scenario) -> None:
    """Q20: what a priority rule does follows the score it is given, right or wrong."""
    recovered = []
    for auc in (0.6, 0.9):
        log = log_of(small, "no_action", **{"behaviour.latent.behaviour_score_auc": auc})
        table = account_table(log)
        order = np.argsort(table["score"].to_numpy())
        half = len(order) // 2
        paid = (table["paid_cents"] > 0).to_numpy()
        recovered.append(paid[order[half:]].mean() - paid[order[:half]].mean())
    assert recovered[1] > recovered[0], "the score parts payers from others better"
    assert len(log.rows[log.rows["kind"] == EventKind.PAYMENT]) > 0
