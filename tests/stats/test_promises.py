"""Promises measured on problems of known truth: kept where they are made, and seen broken where they are not."""

from __future__ import annotations

import math

import numpy as np
import pytest

from simcollect.experiment.promises_page import promises_page
from simcollect.stats.promises import (
    INTERVALS,
    LEVEL,
    SELECTIONS,
    STOPPED,
    Kept,
    budget_kept,
    measure_promises,
    near_kept,
    selection_kept,
    sign_kept,
    subset_kept,
    together_kept,
    width_kept,
)

QUICK = 100


def allowed(n: int) -> float:
    """Return 3.5 standard errors of a share of 95 %: a false alarm in 4,000."""
    return 3.5 * math.sqrt(LEVEL * (1.0 - LEVEL) / n)


@pytest.mark.parametrize("case", ["correlated (0.8)", "correlated (0.8), unequal variances"])
def test_the_best_is_selected_as_often_as_promised(case: str) -> None:
    assert selection_kept(case, *SELECTIONS[case], QUICK).share > LEVEL - allowed(QUICK)


@pytest.mark.slow
@pytest.mark.parametrize("case", [case for case in SELECTIONS if "20 systems" not in case])
def test_the_best_is_selected_as_often_as_promised_in_a_thousand_problems(case: str) -> None:
    skew = 0.02 if "skewed" in case else 0.0  # the promise is for normal outcomes
    assert selection_kept(case, *SELECTIONS[case], 1_000).share > LEVEL - skew - allowed(1_000)


@pytest.mark.slow
def test_of_several_as_good_any_is_selected_and_never_a_bad_one_too_often() -> None:
    assert near_kept(1_000).share > LEVEL - allowed(1_000)


@pytest.mark.parametrize("case", list(SELECTIONS))
def test_the_subset_holds_the_best_as_often_as_promised(case: str) -> None:
    kept = subset_kept(case, *SELECTIONS[case], QUICK)
    assert kept.share > LEVEL - allowed(QUICK)
    assert kept.cost < SELECTIONS[case][0]  # it drops some


@pytest.mark.parametrize("case", ["1 outcome", "8 outcomes, correlated (0.8)"])
@pytest.mark.parametrize("n", [QUICK, pytest.param(1_000, marks=pytest.mark.slow)])
def test_intervals_cover_together(case: str, n: int) -> None:
    assert abs(together_kept(case, *INTERVALS[case], n).share - LEVEL) < allowed(n)


@pytest.mark.parametrize("case", [case for case in INTERVALS if "few" in case])
def test_intervals_of_few_replications_cover_together(case: str) -> None:
    kept = together_kept(case, *INTERVALS[case], QUICK)
    assert kept.share > LEVEL - allowed(QUICK)
    assert kept.cost == 5


@pytest.mark.slow
@pytest.mark.parametrize("case", [case for case in STOPPED if "skewed" not in case])
def test_looks_that_are_paid_for_cover_where_one_stops_and_others_do_not(case: str) -> None:
    n = 500
    draw = STOPPED[case]
    assert abs(sign_kept(case, *draw, n, "sign").share - LEVEL) < allowed(n)
    assert abs(width_kept(case, *draw, n).share - LEVEL) < allowed(n)
    assert sign_kept(case, *draw, n, "naive").share < LEVEL - allowed(n)


def test_a_budget_makes_no_promise_that_could_be_kept() -> None:
    case = "unequal variances, best noisy"
    kept = budget_kept(case, *SELECTIONS[case], QUICK, even=False)
    assert kept.share < LEVEL - allowed(QUICK)
    assert kept.cost == 200


def test_the_interval_of_a_share_is_that_of_clopper_and_pearson() -> None:
    """20 of 20: the upper end is 1, and the lower is where 20 of 20 has a chance of 2.5 %."""
    low, high = Kept("selection", "", 20, 20, 0.0).interval
    assert high == 1.0
    assert low**20 == pytest.approx(0.025)
    low, high = Kept("selection", "", 20, 0, 0.0).interval
    assert low == 0.0
    assert (1.0 - high) ** 20 == pytest.approx(0.025)


def test_the_page_says_where_a_promise_is_short_and_where_looking_goes_wrong() -> None:
    kept = [
        Kept("selection", "slippage", 1_000, 960, 12.0),
        Kept("together", "skewed", 1_000, 880, 20.0),
        Kept("naive", "1 outcome", 1_000, 790, 99.0),
    ]
    page = " ".join(promises_page(kept).split())
    assert "| slippage | 96.0 % (94.6 to 97.1) | 12.0 |" in page
    assert "not all kept: intervals, skewed: 88.0 %" in page
    assert "right only 79 % of the time" in page
    assert "every promise of 95 % is compatible" in page
    short = promises_page([Kept("selection", "slippage", 1_000, 900, 12.0)])
    assert "short of 95 % beyond chance: selection, slippage: 90.0 %" in " ".join(short.split())


def test_every_kind_of_promise_is_measured_and_told() -> None:
    told: list[tuple[int, int]] = []
    kept = measure_promises(1, lambda *n: told.append(n))
    assert told[-1] == (len(kept), len(kept))
    assert {"selection", "near", "subset", "budget", "even", "together", "best", "sign", "naive", "width"} == {
        one.promise for one in kept
    }
    assert np.all(np.isfinite([one.cost for one in kept]))
