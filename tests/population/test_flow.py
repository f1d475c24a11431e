"""Accounts that fall overdue during the run: how many, when, and what an inflow shock does."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from simcollect.population.slots import DAYS_PER_MONTH, Surge, flow_slots

DAY = 1440


def test_the_number_is_the_expected_one_rounded() -> None:
    slots = flow_slots(100.0, (), 366, 1, 0)
    assert len(slots.keys) == round(100.0 / DAYS_PER_MONTH * 365)


def test_arrivals_are_even_over_the_days_after_the_first() -> None:
    day = flow_slots(3000.0, (), 365, 1, 0).arrives_at // DAY
    assert day.min() == 1
    assert day.max() == 364
    counts = np.bincount(day)[1:]
    assert stats.chisquare(counts).pvalue > 1e-4  # false alarm 1 in 10,000, for this fixed seed never


def test_a_higher_inflow_adds_accounts_and_moves_nobody() -> None:
    few, many = flow_slots(50.0, (), 365, 1, 0), flow_slots(80.0, (), 365, 1, 0)
    assert np.array_equal(many.keys[: len(few.keys)], few.keys)
    assert np.array_equal(many.arrives_at[: len(few.keys)], few.arrives_at)


def test_a_surge_adds_accounts_in_its_days_and_moves_nobody() -> None:
    usual = flow_slots(600.0, (), 365, 1, 0)
    surged = flow_slots(600.0, (Surge(100, 30, 1.3),), 365, 1, 0)
    added = ~np.isin(surged.keys, usual.keys)
    assert np.array_equal(surged.arrives_at[~added], usual.arrives_at)
    day = surged.arrives_at[added] // DAY
    assert np.all((day >= 100) & (day < 130))
    assert int(added.sum()) == round(600.0 / DAYS_PER_MONTH * 30 * 0.3)


@pytest.mark.parametrize("factor", [0.0, 0.4])
def test_a_lull_thins_its_days_and_no_others(factor: float) -> None:
    usual = flow_slots(3000.0, (), 365, 1, 0)
    thinned = flow_slots(3000.0, (Surge(100, 60, factor),), 365, 1, 0)
    gone = usual.arrives_at[~np.isin(usual.keys, thinned.keys)] // DAY
    inside = (usual.arrives_at // DAY >= 100) & (usual.arrives_at // DAY < 160)
    assert np.all((gone >= 100) & (gone < 160))
    n = int(inside.sum())
    assert abs(len(gone) / n - (1 - factor)) <= 4.5 * np.sqrt(factor * (1 - factor) / n)


def test_two_surges_have_accounts_of_their_own() -> None:
    surged = flow_slots(600.0, (Surge(10, 30, 2.0), Surge(50, 30, 2.0)), 365, 1, 0)
    assert len(np.unique(surged.keys)) == len(surged.keys)


def test_a_surge_after_the_run_changes_nothing() -> None:
    usual, surged = flow_slots(60.0, (), 90, 1, 0), flow_slots(60.0, (Surge(90, 30, 5.0),), 90, 1, 0)
    assert np.array_equal(usual.keys, surged.keys)


def test_a_run_of_one_day_has_no_flow() -> None:
    assert len(flow_slots(1e6, (), 1, 1, 0).keys) == 0


def test_a_poisson_count_has_the_mean_and_the_variance_of_one() -> None:
    expected = 60.0 / DAYS_PER_MONTH * 90
    counts = np.array([len(flow_slots(60.0, (), 91, 1, r, poisson=True).keys) for r in range(2000)])
    assert abs(counts.mean() - expected) <= 4.5 * np.sqrt(expected / len(counts))
    assert abs(counts.var(ddof=1) / expected - 1.0) <= 4.5 * np.sqrt(2.0 / len(counts))


def test_a_higher_poisson_inflow_adds_accounts_and_moves_nobody() -> None:
    few, many = (flow_slots(rate, (), 365, 1, 0, poisson=True, any_minute=True) for rate in (50.0, 80.0))
    assert len(many.keys) > len(few.keys)
    assert np.array_equal(many.arrives_at[: len(few.keys)], few.arrives_at)


def test_an_uneven_surge_brings_a_number_of_its_own_drawn_too() -> None:
    surges = (Surge(100, 30, 1.5),)
    extra = [
        len(flow_slots(600.0, surges, 365, 1, r, poisson=True).keys)
        - len(flow_slots(600.0, (), 365, 1, r, poisson=True).keys)
        for r in range(300)
    ]
    expected = 600.0 / DAYS_PER_MONTH * 30 * 0.5
    assert abs(np.mean(extra) - expected) <= 4.5 * np.sqrt(expected / len(extra))
    assert len(set(extra)) > 50


def test_arrival_at_any_minute_leaves_the_day_and_is_even_over_the_minutes() -> None:
    midnight, any_minute = flow_slots(9000.0, (), 365, 1, 0), flow_slots(9000.0, (), 365, 1, 0, any_minute=True)
    assert np.all(midnight.arrives_at % DAY == 0)
    assert np.array_equal(any_minute.arrives_at // DAY, midnight.arrives_at // DAY)
    hours = np.bincount(any_minute.arrives_at % DAY // 60, minlength=24)
    assert stats.chisquare(hours).pvalue > 1e-4  # for this fixed seed never a false alarm
