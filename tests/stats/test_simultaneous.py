"""Intervals that hold together: coverage measured, between one interval's width and Bonferroni's."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.stats import t as student_t

from simcollect.stats.intervals import estimate_mean
from simcollect.stats.simultaneous import holm, largest_t, shrunk_correlation, together, with_the_best

R, K, N = 15, 8, 300
RHOS = (0.0, 0.5, 0.9)


def correlated(rng: np.random.Generator, rho: float, r: int = R, k: int = K) -> np.ndarray:
    return math.sqrt(rho) * rng.normal(size=(r, 1)) + math.sqrt(1.0 - rho) * rng.normal(size=(r, k))


@pytest.mark.parametrize("rho", [0.0, 0.6, 0.99])
@pytest.mark.parametrize("n", [N, pytest.param(1_000, marks=pytest.mark.slow)])
def test_all_intervals_cover_together_as_often_as_they_say(rho: float, n: int) -> None:
    rng = np.random.default_rng(5)
    hits = 0
    for _ in range(n):
        hits += all(e.low <= 0.0 <= e.high for e in together(correlated(rng, rho)))
    # Four standard errors of a share of 0.95: a false alarm in 16,000.
    assert abs(hits / n - 0.95) < 4.0 * math.sqrt(0.95 * 0.05 / n)


@pytest.mark.parametrize(
    ("r", "k", "rho", "n"),
    [
        (5, 8, 0.0, 400),
        (5, 36, 0.5, 400),
        *(
            pytest.param(r, k, rho, 400, marks=pytest.mark.slow)
            for r, k in ((10, 36), (20, 36), (20, 8))
            for rho in RHOS
        ),
    ],
)
def test_many_outcomes_and_few_replications_do_not_make_intervals_too_narrow(
    r: int, k: int, rho: float, n: int
) -> None:
    rng = np.random.default_rng(21)
    hits = 0
    for _ in range(n):
        values = correlated(rng, rho, r, k)
        error = values.std(axis=0, ddof=1) / math.sqrt(r)
        hits += bool(np.max(np.abs(values.mean(axis=0)) / error) <= largest_t(values))
    # Below 95 % by three and a half standard errors: a false alarm in 4,000.
    assert hits / n > 0.95 - 3.5 * math.sqrt(0.95 * 0.05 / n)


def test_with_few_replications_intervals_are_those_of_bonferroni() -> None:
    alike = correlated(np.random.default_rng(3), 0.999, r=9)
    assert largest_t(alike) == pytest.approx(float(student_t.isf(0.025 / K, 8)))
    one_sided = largest_t(alike, one_sided=True)
    assert one_sided == pytest.approx(float(student_t.isf(0.05 / K, 8)))


def test_correlations_are_drawn_towards_none_the_more_the_fewer_replications_there_are() -> None:
    rng = np.random.default_rng(6)
    few = correlated(rng, 0.5, 30)
    seen = np.corrcoef(few, rowvar=False)[0, 1]
    # The same rows four times have the same correlation; its variance goes by 1 / (r - 1).
    drawn = [1.0 - shrunk_correlation(values)[0, 1] / seen for values in (few, np.tile(few, (4, 1)))]
    assert 0.0 < drawn[1] < drawn[0] < 1.0
    assert drawn[1] == pytest.approx(drawn[0] * 29 / 119)
    assert np.allclose(np.diag(shrunk_correlation(few)), 1.0)


def test_single_intervals_do_not_hold_together() -> None:
    """What the wider ones are for: eight independent ones of 95 % hold in two cases of three."""
    rng = np.random.default_rng(5)
    single = float(student_t.isf(0.025, R - 1))
    hits = 0
    for _ in range(N):
        x = correlated(rng, 0.0)
        hits += bool(np.all(np.abs(x.mean(axis=0)) <= single * x.std(axis=0, ddof=1) / math.sqrt(R)))
    assert hits / N < 0.75


def test_the_multiple_lies_between_one_interval_and_bonferroni_and_falls_with_correlation() -> None:
    rng = np.random.default_rng(8)
    single, bonferroni = float(student_t.isf(0.025, 199)), float(student_t.isf(0.025 / K, 199))
    multiples = [largest_t(correlated(rng, rho, r=200)) for rho in (0.0, 0.5, 0.9, 0.999)]
    assert multiples == sorted(multiples, reverse=True)
    assert single <= multiples[-1] < multiples[0] <= bonferroni
    # 10,000 draws put the 95 % quantile of the largest of eight within a few hundredths.
    sidak = float(student_t.isf((1.0 - 0.95 ** (1.0 / K)) / 2.0, 199))
    assert abs(multiples[0] - sidak) < 0.06


def test_a_column_that_never_varies_costs_nothing_and_is_exact() -> None:
    x = correlated(np.random.default_rng(1), 0.0, k=1)
    both = together(np.column_stack([x, np.full(R, 7.3)]))
    assert (both[1].low, both[1].mean, both[1].high) == (7.3, 7.3, 7.3)
    assert both[0].half_width == pytest.approx(together(x)[0].half_width)


def test_one_column_is_the_interval_of_one_mean() -> None:
    x = correlated(np.random.default_rng(1), 0.0, k=1)
    e, alone = together(x, 0.9)[0], estimate_mean(x[:, 0], 0.9)
    assert (e.low, e.high) == pytest.approx((alone.low, alone.high))


def test_the_best_is_among_those_that_can_be_best_as_often_as_said() -> None:
    rng = np.random.default_rng(11)
    mean = np.array([0.0, 0.3, 0.6, 0.6, 0.1])
    held = 0
    for _ in range(300):
        systems = with_the_best(mean + correlated(rng, 0.5, r=12, k=5))
        truth = [mean[i] - max(np.delete(mean, i)) for i in range(5)]
        held += all(s.low <= t <= s.high for s, t in zip(systems, truth, strict=True))
    assert held / 300 > 0.95 - 4.0 * math.sqrt(0.95 * 0.05 / 300)


def test_a_clear_winner_is_best_and_costs_turn_it_round() -> None:
    values = correlated(np.random.default_rng(2), 0.9, k=3) + np.array([0.0, 10.0, 20.0])
    assert [s.is_best for s in with_the_best(values)] == [False, False, True]
    assert [s.is_best for s in with_the_best(values, larger_is_better=False)] == [True, False, False]


def test_a_difference_never_seen_to_vary_neither_makes_a_best_nor_excludes_one() -> None:
    values = correlated(np.random.default_rng(2), 0.9, k=3) + np.array([0.0, 10.0, 20.0])
    ahead = values[:, [2]] + 1.0  # by the same in every replication
    systems = with_the_best(np.column_stack([values, ahead]))
    assert [s.can_be_best for s in systems] == [False, False, True, True]
    assert not any(s.is_best for s in systems)
    twins = with_the_best(np.column_stack([values[:, 2], values[:, 2]]))
    assert [s.can_be_best for s in twins] == [True, True]


def test_comparisons_with_the_best_hold_for_skewed_systems_as_often_as_said() -> None:
    rng = np.random.default_rng(12)
    n, held = 300, 0
    for _ in range(n):
        systems = with_the_best(np.array([0.0, 0.0, 0.5]) - rng.exponential(size=(20, 3)) ** 1.5)
        truth = [-0.5, -0.5, 0.5]
        held += all(s.low <= t <= s.high for s, t in zip(systems, truth, strict=True))
    assert held / n > 0.95 - 4.0 * math.sqrt(0.95 * 0.05 / n)


def test_holm_of_a_textbook_example_and_never_below_the_raw_value() -> None:
    p = np.array([0.01, 0.02, 0.03, 0.04])
    assert holm(p) == pytest.approx([0.04, 0.06, 0.06, 0.06])
    rng = np.random.default_rng(4)
    raw = rng.uniform(size=50)
    assert np.all(holm(raw) >= raw)
    assert np.all(holm(raw) <= 1.0)


def test_what_is_no_table_of_replications_is_refused() -> None:
    for wrong in (np.zeros(3), np.zeros((1, 3)), np.array([[0.0, math.nan], [1.0, 1.0]])):
        with pytest.raises(ValueError, match="values must"):
            together(wrong)
    with pytest.raises(ValueError, match="level"):
        together(np.ones((3, 2)), 1.0)
    with pytest.raises(ValueError, match="two systems"):
        with_the_best(np.ones((3, 1)))
    with pytest.raises(ValueError, match="p_values"):
        holm(np.array([0.5, 1.5]))
