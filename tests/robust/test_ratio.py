"""Ratios of paired means, and the prices of harm at which the best strategy changes."""

from __future__ import annotations

import math

import numpy as np
import pytest

from simcollect.robust.harm import switching_prices
from simcollect.robust.ratio import ratio_of_means


def test_fiellers_interval_covers_the_ratio_in_95_of_100() -> None:
    rng, n, covered = np.random.default_rng(1), 1_000, 0
    for _ in range(n):
        harm = rng.normal(2.0, 1.0, 8)
        money = 3.0 * harm + rng.normal(0.0, 2.0, 8)  # the ratio of the means is 3
        found = ratio_of_means(money, harm)
        covered += found.low <= 3.0 <= found.high
    assert covered / n == pytest.approx(0.95, abs=4.0 * math.sqrt(0.95 * 0.05 / n))


def test_a_difference_in_harm_that_is_not_told_bounds_no_price() -> None:
    found = ratio_of_means(np.array([5.0, 6.0, 7.0]), np.array([-1.0, 0.2, 1.1]))
    assert not found.is_bounded


def test_switching_prices_are_the_corners_of_the_upper_edge() -> None:
    # Lines 10 - 4p, 8 - 3p, 5 - 1p, 4 - 2p: a until 10 - 4p = 5 - p at 5/3, where b has 3 and the others 10/3.
    money, harms = np.array([10.0, 8.0, 5.0, 4.0]), np.array([4.0, 3.0, 1.0, 2.0])
    wobble = np.array([-0.01, 0.0, 0.01])
    found = switching_prices("abcd", money[:, None] + wobble, harms[:, None] + 0.0 * wobble)
    assert [(one.before, one.after) for one in found] == [("a", "c")]
    assert found[0].price.value == pytest.approx(5.0 / 3.0)
    assert found[0].verdict == "switches"


def test_no_price_changes_a_winner_that_does_least_harm() -> None:
    assert switching_prices("ab", np.array([[2.0, 2.1], [1.0, 1.1]]), np.array([[1.0, 1.0], [3.0, 3.0]])) == ()
