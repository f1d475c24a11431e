"""Intervals: hand-worked numbers, coverage by simulation, and honest silence when nothing can be said."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from simcollect.stats import Verdict, estimate_mean, paired_difference, replications_needed, variance_ratio
from simcollect.stats.skewed import p_value, skewness


def test_mean_and_t_interval_agree_with_the_hand_calculation() -> None:
    # 2, 4, 6, 8: mean 5, standard deviation sqrt(20/3), standard error sqrt(5/3), t(0.975, 3) = 3.182446.
    found = estimate_mean([2.0, 4.0, 6.0, 8.0])
    assert found.mean == 5.0
    assert found.standard_error == pytest.approx(math.sqrt(5.0 / 3.0))
    assert found.low == pytest.approx(5.0 - 3.182446305 * math.sqrt(5.0 / 3.0))
    assert found.high == pytest.approx(5.0 + 3.182446305 * math.sqrt(5.0 / 3.0))
    assert found.n == 4


def test_of_symmetric_differences_the_paired_interval_is_scipys() -> None:
    theirs = np.array([0.5, -1.0, 2.0, 3.0, 0.0])
    ours = theirs + 1.0 + np.array([-2.0, -0.5, 0.0, 0.5, 2.0])
    found = paired_difference(ours, theirs, level=0.9)
    expected = stats.ttest_rel(ours, theirs).confidence_interval(0.9)
    assert (found.low, found.high) == pytest.approx((expected.low, expected.high))


def test_the_arm_towards_the_long_tail_is_longer_by_the_edgeworth_term() -> None:
    # 0, 0, 0, 4: mean 1, standard deviation 2, third central moment (27 - 3) / 4 = 6, skewness 6 / 8 = 0.75.
    found, mirrored = estimate_mean([0.0, 0.0, 0.0, 4.0]), estimate_mean([0.0, 0.0, 0.0, -4.0])
    t, z = stats.t.isf(0.025, 3), stats.norm.isf(0.025)
    longer = 0.75 * (2.0 * z * z + 1.0) / (6.0 * math.sqrt(4))
    assert (found.low, found.high) == pytest.approx((1.0 - t, 1.0 + t + longer))  # standard error 1
    assert (mirrored.low, mirrored.high) == pytest.approx((-found.high, -found.low))


@given(st.lists(st.floats(-1e3, 1e3), min_size=2, max_size=12), st.sampled_from([0.8, 0.95, 0.99]))
def test_an_interval_is_never_shorter_than_students(values: list[float], level: float) -> None:
    found = estimate_mean(values, level)
    reach = float(stats.t.isf((1.0 - level) / 2.0, len(values) - 1)) * found.standard_error
    slack = 1e-9 * (1.0 + abs(found.mean) + reach)
    assert found.low <= found.mean - reach + slack
    assert found.high >= found.mean + reach - slack
    assert min(found.mean - found.low, found.high - found.mean) == pytest.approx(reach, abs=slack)


@pytest.mark.parametrize(
    ("draw", "truth"),
    [
        (lambda rng, shape: rng.normal(size=shape), 0.0),
        (lambda rng, shape: rng.exponential(size=shape), 1.0),
        (lambda rng, shape: np.exp(0.5 * rng.normal(size=shape)), math.exp(0.125)),
        (lambda rng, shape: rng.gamma(4.0, size=shape), 4.0),
        (lambda rng, shape: rng.uniform(size=shape), 0.5),
    ],
    ids=["normal", "exponential", "lognormal", "gamma", "uniform"],
)
def test_intervals_of_20_skewed_values_hold_the_truth_as_often_as_asked(draw: Any, truth: float) -> None:
    # 6,000 intervals, standard error 0.3 points: Student's own hold 91.9 % of exponential means.
    values = draw(np.random.default_rng(20), (6_000, 20))
    found = [estimate_mean(row) for row in values]
    assert 0.935 <= np.mean([e.low <= truth <= e.high for e in found]) <= 0.965


@pytest.mark.parametrize("n", [2, 5, 20])
def test_the_interval_covers_the_truth_as_often_as_it_says(n: int) -> None:
    # 4,000 intervals at 90 %: the count is binomial, s.e. 0.0047; 4 s.e. gives a false alarm once in 16,000.
    repetitions, level, truth = 4_000, 0.9, 3.0
    rng = np.random.default_rng(n)
    common = rng.normal(0.0, 5.0, (repetitions, n))
    ours = common + rng.normal(truth, 1.0, (repetitions, n))
    theirs = common + rng.normal(0.0, 1.0, (repetitions, n))
    covered = 0
    for a, b in zip(ours, theirs, strict=True):
        found = paired_difference(a, b, level=level)
        covered += found.low <= truth <= found.high
    assert covered / repetitions == pytest.approx(level, abs=4.0 * math.sqrt(level * (1 - level) / repetitions))


def test_bonferroni_intervals_hold_together() -> None:
    # Five means at once, each true value 0: all five covered in at least 95 % of 2,000 families (one-sided, 4 s.e.).
    families, k = 2_000, 5
    rng = np.random.default_rng(11)
    values = rng.normal(0.0, 1.0, (families, k, 8))
    together = 0
    for family in values:
        found = [estimate_mean(row, level=0.95, comparisons=k) for row in family]
        together += all(e.low <= 0.0 <= e.high for e in found)
    assert together / families >= 0.95 - 4.0 * math.sqrt(0.95 * 0.05 / families)


def test_one_replication_has_a_mean_and_says_that_it_has_no_interval() -> None:
    found = paired_difference([5.0], [3.0])
    assert found.mean == 2.0
    assert math.isnan(found.low)
    assert math.isnan(found.high)
    assert math.isnan(found.variance_ratio)
    assert found.verdict is Verdict.ONE_REPLICATION
    assert found.more_replications is None
    assert found.sentence() == "one replication: no interval"


def test_identical_strategies_show_no_difference_rather_than_an_error() -> None:
    found = paired_difference([1.0, 2.0, 3.0], [1.0, 2.0, 3.0])
    assert (found.low, found.mean, found.high) == (0.0, 0.0, 0.0)
    assert found.verdict is Verdict.NO_DIFFERENCE
    assert found.variance_ratio == math.inf


def test_nothing_varies_at_all_gives_no_variance_ratio() -> None:
    assert math.isnan(variance_ratio([2.0, 2.0], [1.0, 1.0]))


def test_a_constant_difference_is_certain() -> None:
    found = paired_difference([1.1, 2.1, 3.1], [1.0, 2.0, 3.0])
    assert found.verdict is Verdict.HIGHER
    assert found.low == pytest.approx(0.1)


def test_an_interval_over_zero_says_how_many_more_replications() -> None:
    # Differences 1, -1, 1, 1 around mean 0.5: standard deviation 1, skewness -3/4, with the long tail towards zero.
    found = paired_difference([1.0, -1.0, 1.0, 1.0], [0.0, 0.0, 0.0, 0.0])
    assert found.verdict is Verdict.CANNOT_TELL_YET

    def arm(r: int) -> float:
        z = stats.norm.isf(0.025)
        longer = 0.75 * (2.0 * z * z + 1.0) / (6.0 * math.sqrt(r))
        return float((stats.t.isf(0.025, r - 1) + longer) / math.sqrt(r))

    assert found.more_replications is not None
    r = 4 + found.more_replications
    assert arm(r) < 0.5 <= arm(r - 1)
    assert found.sentence() == f"cannot tell yet: about {r - 4} more replications needed"
    # With the long tail on the other side Student's arm is what stands before zero: t(0.975, 17) / sqrt(18) < 0.5.
    away = paired_difference([-0.5, 1.5, -0.5, -0.5], [-0.5] * 4)
    assert (away.mean, away.more_replications) == (0.5, 18 - 4)


@given(
    st.lists(st.floats(-1e3, 1e3), min_size=3, max_size=12).filter(lambda values: np.std(values) > 1e-3),
    st.sampled_from([0.5, 0.8, 0.95, 0.99]),
)
def test_p_is_below_the_error_allowed_exactly_where_the_interval_leaves_zero_out(
    values: list[float], level: float
) -> None:
    found, p = estimate_mean(values, level), p_value(np.array(values))
    clear = max(found.low, -found.high)  # how far the interval is from zero, negative where it holds it
    if abs(clear) > 1e-6 * found.standard_error:
        assert (p < 1.0 - level) == (clear > 0.0)


def test_p_is_students_but_where_the_long_tail_points_at_zero() -> None:
    symmetric = np.array([-0.5, 1.0, 2.5])
    assert p_value(symmetric) == pytest.approx(stats.ttest_1samp(symmetric, 0.0).pvalue)
    away, towards = np.array([1.0, 1.1, 1.2, 4.0]), np.array([-1.0, 1.8, 1.9, 2.0])
    assert skewness(away) > 0.0 > skewness(towards)
    assert p_value(away) == pytest.approx(stats.ttest_1samp(away, 0.0).pvalue)
    assert p_value(-away) == p_value(away)
    assert p_value(towards) > 1.1 * stats.ttest_1samp(towards, 0.0).pvalue
    assert p_value(np.array([3.0, 3.0])) == 1.0


def test_a_mean_of_zero_needs_a_stated_smallest_effect() -> None:
    silent = paired_difference([1.0, -1.0], [0.0, 0.0])
    assert silent.more_replications is None
    assert "state the smallest effect" in silent.sentence()
    stated = paired_difference([1.0, -1.0], [0.0, 0.0], smallest_effect=0.5)
    assert stated.more_replications == replications_needed(math.sqrt(2.0), 0.5) - 2  # type: ignore[operator]


def test_a_hopeless_number_of_replications_is_not_spelt_out() -> None:
    found = paired_difference([1e6, -1e6, 1.0], [0.0, 0.0, 0.0])
    assert found.sentence() == "cannot tell yet: more than 100,000 more replications needed"


def test_an_interval_inside_the_smallest_effect_is_a_finding() -> None:
    found = paired_difference([0.1, -0.1, 0.05, -0.05], [0.0] * 4, smallest_effect=1.0)
    assert found.verdict is Verdict.TOO_SMALL_TO_MATTER


@given(st.floats(0.01, 100.0), st.floats(0.01, 100.0), st.sampled_from([0.8, 0.95, 0.99]))
def test_replications_needed_is_the_least_that_is_enough(deviation: float, half_width: float, level: float) -> None:
    n = replications_needed(deviation, half_width, level)
    assert n is not None

    def width(r: int) -> float:
        return float(stats.t.isf((1 - level) / 2, r - 1)) * deviation / math.sqrt(r)

    assert width(n) < half_width
    assert n == 2 or width(n - 1) >= half_width


def test_variance_ratio_is_the_gain_over_independent_runs() -> None:
    # Variances 1 and 2.333 (of 1, 2, 4), differences 0, 0, 1 with variance 1/3: (1 + 7/3) / (1/3) = 10.
    assert variance_ratio([1.0, 2.0, 3.0], [1.0, 2.0, 4.0]) == pytest.approx(10.0)


@pytest.mark.parametrize(
    ("ours", "theirs", "options", "message"),
    [
        ([1.0, 2.0], [1.0], {}, "strategy has 2 replications and reference has 1"),
        ([], [], {}, "strategy must be one number a replication"),
        ([1.0, math.nan], [1.0, 2.0], {}, "found nan in replication 1"),
        ([1.0, 2.0], [1.0, 2.0], {"level": 95.0}, "level must lie between 0 and 1, found 95.0"),
        ([1.0, 2.0], [1.0, 2.0], {"comparisons": 0}, "comparisons must be at least 1"),
        ([1.0, 2.0], [1.0, 2.0], {"smallest_effect": -1.0}, "smallest_effect must be a positive number"),
    ],
)
def test_bad_input_is_refused(ours: list[float], theirs: list[float], options: dict[str, float], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        paired_difference(ours, theirs, **options)  # type: ignore[arg-type]
