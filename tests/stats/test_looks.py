"""Looking more than once: coverage is measured where one stops, and the harm of looking without a rule beside it."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from scipy.stats import t as student_t

from simcollect.stats.looks import nominal_p, repeated_t, schedule, width_t
from simcollect.stats.simultaneous import largest_t

LOOKS = schedule(10, 76)
N = 300
ALLOWED = 3.5 * math.sqrt(0.95 * 0.05 / N)  # a false alarm in 4,000


def problem(seed: int, k: int, rho: float) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return math.sqrt(rho) * rng.normal(size=(LOOKS[-1], 1)) + math.sqrt(1.0 - rho) * rng.normal(size=(LOOKS[-1], k))


def worst(values: np.ndarray) -> tuple[float, np.ndarray]:
    t = values.mean(axis=0) / (values.std(axis=0, ddof=1) / math.sqrt(len(values)))
    return float(np.max(np.abs(t))), t


def stops_when_clear_of_zero(seed: int, k: int, rho: float, naive: bool) -> bool:
    """Whether all intervals hold the truth, 0, where one stops at the first that does not."""
    values = problem(seed, k, rho)
    for look in LOOKS:
        seen = values[:look]
        multiple = largest_t(seen) if naive else repeated_t(seen, LOOKS)
        if worst(seen)[0] > multiple:
            return False
    return True


@pytest.mark.parametrize(("k", "rho"), [(1, 0.0), pytest.param(6, 0.5, marks=pytest.mark.slow)])
def test_intervals_of_a_schedule_hold_together_although_one_stops_when_zero_is_left_out(k: int, rho: float) -> None:
    held = sum(stops_when_clear_of_zero(seed, k, rho, naive=False) for seed in range(N))
    assert abs(held / N - 0.95) < ALLOWED


def test_looking_again_and_again_without_a_rule_breaks_the_promise() -> None:
    held = sum(stops_when_clear_of_zero(seed, 1, 0.0, naive=True) for seed in range(N))
    assert held / N < 0.95 - ALLOWED


@pytest.mark.parametrize(("k", "rho", "half_width"), [(1, 0.0, 0.6), pytest.param(6, 0.5, 0.7, marks=pytest.mark.slow)])
def test_intervals_that_stop_by_width_hold_together(k: int, rho: float, half_width: float) -> None:
    held = 0
    for seed in range(N):
        values = problem(seed, k, rho)
        for look in LOOKS:
            seen = values[:look]
            multiple = width_t(seen)
            if multiple * np.max(seen.std(axis=0, ddof=1)) / math.sqrt(look) <= half_width:
                break
        held += worst(seen)[0] <= multiple
    assert abs(held / N - 0.95) < ALLOWED


def test_one_look_is_the_largest_t_and_each_further_look_widens_below_bonferroni() -> None:
    values = problem(3, 4, 0.5)[:34]
    once = repeated_t(values, (34,))
    assert once == pytest.approx(largest_t(values), abs=0.06)  # 10,000 draws each
    twice, often = repeated_t(values, (22, 34)), repeated_t(values, (10, 15, 22, 34))
    assert once < twice < often
    assert often < float(student_t.isf(0.025 / (4 * 4), 33))


def test_the_schedule_says_when_two_looks_are_known_for_certain() -> None:
    """Two looks, one outcome, spread known well: Pocock (1977, table 1) has a nominal level of 0.0294 for them."""
    values = np.random.default_rng(1).normal(size=(4000, 1))
    assert nominal_p(values, (2000, 4000)) == pytest.approx(0.0294, abs=0.003)


def test_a_schedule_grows_by_half_and_ends_where_told() -> None:
    looks = schedule(10, 100)
    assert looks[0] == 10
    assert looks[-1] == 100
    assert all(1.4 < after / before < 1.6 for before, after in itertools.pairwise(looks[:-1]))
    assert schedule(5, 5) == (5,)
    for wrong in ((2, 10), (10, 9)):
        with pytest.raises(ValueError, match="first must be 3 or more"):
            schedule(*wrong)


def test_a_number_of_replications_between_looks_is_refused() -> None:
    with pytest.raises(ValueError, match="11 replications are none of the looks"):
        repeated_t(problem(1, 1, 0.0)[:11], LOOKS)


def test_columns_that_never_vary_cost_nothing() -> None:
    values = problem(1, 1, 0.0)[:10]
    both = np.column_stack([values, np.full(10, 3.0)])
    assert repeated_t(both, LOOKS) == repeated_t(values, LOOKS)
