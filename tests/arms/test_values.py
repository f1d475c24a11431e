"""Outcomes account by account are those of the whole run, and their standard errors those of independent accounts."""

from __future__ import annotations

import numpy as np
import pytest

from simcollect.arms.values import OUTCOMES, Values, account_values, two_sample
from simcollect.engine import Treatment, simulate
from simcollect.experiment.measure import prices
from simcollect.outcomes.headline import headline
from simcollect.population import build
from simcollect.population.arms import draw_arms


@pytest.mark.parametrize("basis", ["staffed", "worked"])
@pytest.mark.parametrize("day", [60, None])
def test_over_all_accounts_an_outcome_is_the_headline_of_that_name(tiny, basis: str, day: int | None) -> None:
    economics = tiny.economics.model_copy(update={"cost_basis": basis})
    scenario = tiny.model_copy(update={"economics": economics})
    log = simulate(scenario, "firm")
    whole, found = headline(log, prices(scenario), day).as_dict(), account_values(log, prices(scenario), day)
    for outcome in OUTCOMES:
        assert found[outcome].ratio() == pytest.approx(whole[outcome], rel=1e-6, nan_ok=True), outcome


def test_arms_with_staff_of_their_own_bear_its_cost_and_no_cent_is_lost(tiny) -> None:
    scenario = tiny.model_copy(update={"economics": tiny.economics.model_copy(update={"cost_basis": "staffed"})})
    pools = scenario.capacity.pools
    two = {name: getattr(pools, name).model_copy(update={"headcount": 2}) for name in type(pools).model_fields}
    capacity = scenario.capacity.model_copy(update={"pools": pools.model_copy(update=two)})
    scenario = scenario.model_copy(update={"capacity": capacity})
    arms = np.array([0, 1] * 6)
    log = simulate(scenario, Treatment("pilot", ("gentle", "firm"), arms, (0.5, 0.5)))
    cost = account_values(log, prices(scenario))["cost_per_account_cents"].part
    assert cost.sum() == pytest.approx(headline(log, prices(scenario)).cost_cents, abs=0.01)
    shifts = log.rows[log.rows["kind"] == 44]
    for place in (0, 1):
        own = shifts["cost_cents"][shifts["detail"] == place + 1].sum()
        direct = log.rows["cost_cents"][(log.rows["account"] >= 0) & (arms[log.rows["account"]] == place)].sum()
        assert cost[arms == place].sum() == pytest.approx(own + direct, abs=0.01)


def test_the_standard_error_is_the_spread_of_the_estimate_over_samples() -> None:
    """Ratio of lognormal sums, 2,000 samples of 400: the mean of the stated variances is their variance."""
    rng = np.random.default_rng(5)
    estimates, stated = [], []
    for _ in range(2000):
        whole = rng.lognormal(0.0, 0.5, 400)
        part = whole * (rng.random(400) < 0.4)
        first = np.arange(400) < 100
        gap, error = two_sample(Values(part, whole), first, ~first)
        estimates.append(gap)
        stated.append(error**2)
    # The relative standard error of a variance from 2,000 normal draws is sqrt(2 / 1999) = 3.2 %.
    assert np.mean(stated) == pytest.approx(np.var(estimates, ddof=1), rel=4 * 0.032)


def test_an_account_stays_in_its_arm_whatever_else_changes(tiny) -> None:
    """Another strategy, more accounts, a larger challenger: nobody changes arms who need not."""
    keys = np.arange(1, 2001)
    arms = draw_arms(keys, (0.8, 0.2), 7, 3)
    assert np.array_equal(draw_arms(keys[::2], (0.8, 0.2), 7, 3), arms[::2])
    larger = draw_arms(keys, (0.7, 0.3), 7, 3)
    assert np.all(larger[arms == 1] == 1)
    assert abs(arms.mean() - 0.2) < 4 * np.sqrt(0.16 / 2000)
    assert not np.array_equal(arms, draw_arms(keys, (0.8, 0.2), 7, 4))
    book = build(tiny).book
    assert len(draw_arms(book["key"], (0.5, 0.5), tiny.run.seed, 0)) == 12
