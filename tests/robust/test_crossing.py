"""The break-even value against straight leads, whose zero and interval are known."""

from __future__ import annotations

import math

import numpy as np
import pytest
from numpy.typing import NDArray

from simcollect.robust.crossing import Crossing, crossing, next_positions
from simcollect.stats import estimate_mean

Numbers = NDArray[np.float64]
SLOPE = 2.0


def followed(intercepts: Numbers, start: float = 0.1, slope: float = SLOPE) -> dict[float, Numbers]:
    """Follow a lead of ``intercept - slope x position`` as an analysis does."""
    path = {position: intercepts - slope * position for position in (0.0, start, 1.0)}
    for _ in range(5):
        for position in next_positions(path, start):
            path[position] = intercepts - slope * position
    return path


def test_the_break_even_of_a_straight_lead_and_its_interval_are_the_exact_ones() -> None:
    intercepts = np.random.default_rng(1).normal(1.0, 0.3, 12)
    found = crossing(followed(intercepts), 0.1, upward=True)
    lead = estimate_mean(intercepts)
    assert found.verdict == "flips"
    assert (found.near, found.at, found.far) == pytest.approx((lead.low / SLOPE, lead.mean / SLOPE, lead.high / SLOPE))


def test_the_interval_covers_the_true_break_even_in_95_of_100() -> None:
    rng, n, covered = np.random.default_rng(2), 200, 0
    for _ in range(n):
        found = crossing(followed(rng.normal(1.0, 0.5, 6)), 0.1, upward=True)
        # An interval that reaches beyond the range covers what lies within it.
        near, far = found.near if found.near is not None else math.inf, found.far if found.far is not None else 1.0
        covered += near <= 1.0 / SLOPE <= far
    assert covered / n == pytest.approx(0.95, abs=4.0 * math.sqrt(0.95 * 0.05 / n))


def test_a_curved_lead_is_closed_in_on() -> None:
    def lead(position: float) -> Numbers:
        return np.array([0.98, 1.0, 1.02]) - 1.5 * position**3

    path = {position: lead(position) for position in (0.0, 0.5, 1.0)}
    for _ in range(6):
        for position in next_positions(path, 0.5):
            path[position] = lead(position)
    at = crossing(path, 0.5, upward=True).at
    assert at == pytest.approx((1.0 / 1.5) ** (1.0 / 3.0), abs=0.003)


def test_a_lead_that_is_never_lost_is_said_to_be_kept() -> None:
    path = followed(np.array([3.0, 3.1, 2.9]))
    assert crossing(path, 0.1, upward=True) == Crossing("never within range", None, None, None)
    assert crossing(path, 0.1, upward=False).verdict == "never within range"
    assert next_positions(path, 0.1) == []


def test_a_lead_that_is_lost_without_a_winner_cannot_be_told() -> None:
    path = followed(np.array([1.8, 2.3, 2.8, 0.9]))  # mean 1.95: 0 at 0.975, and luck hides what lies beyond
    found = crossing(path, 0.1, upward=True)
    assert (found.verdict, found.far) == ("cannot tell", None)
    assert found.at == pytest.approx(0.975)


def test_the_other_side_is_looked_at_by_itself() -> None:
    intercepts = np.array([-0.9, -1.0, -1.1])
    path = followed(intercepts, start=0.9, slope=-SLOPE)
    assert crossing(path, 0.9, upward=False).at == pytest.approx(0.5)
    assert crossing(path, 0.9, upward=True).verdict == "never within range"
