"""Task times around their means: whole minutes whose rounding moves no mean."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simcollect.behaviour.work import geometric_minutes, lognormal_minutes

GRID = (np.arange(200_000) + 0.5) / 200_000
"""Midpoints of equal steps of probability: an average over them is an expectation."""
uniforms = st.floats(0.0, 1.0, exclude_min=True, exclude_max=True)


@pytest.mark.parametrize("mean", [1.0, 2.0, 7.0, 25.0, 600.0])
def test_memoryless_minutes_have_exactly_the_mean_asked_for(mean: float) -> None:
    minutes = np.array([geometric_minutes(u, mean) for u in GRID])
    assert minutes.min() == 1
    # The average over the grid misses only the last step's tail: below 1e-3 of the mean.
    assert abs(minutes.mean() / mean - 1.0) < 1e-3
    if mean > 1.0:
        assert abs(np.mean(minutes > 3) - (1.0 - 1.0 / mean) ** 3) < 1e-4  # no memory: each minute ends it alike


@pytest.mark.parametrize(("mean", "off"), [(2.0, 0.016), (5.0, 1e-3), (25.0, 1e-3), (600.0, 1e-3)])
def test_lognormal_minutes_keep_their_mean_and_spread(mean: float, off: float) -> None:
    minutes = np.array([lognormal_minutes(u, mean, 0.6) for u in GRID])
    assert abs(minutes.mean() / mean - 1.0) < off
    if mean >= 25.0:
        spread = math.sqrt(math.expm1(0.36))
        assert abs(minutes.std() / mean / spread - 1.0) < 0.01


def test_lognormal_minutes_without_spread_are_fixed() -> None:
    assert {lognormal_minutes(u, 25.0, 0.0) for u in (0.01, 0.5, 0.99)} == {25}


@given(uniforms, uniforms, st.floats(1.0, 10_000.0), st.floats(0.0, 2.0))
def test_a_higher_draw_never_takes_less_time(first: float, second: float, mean: float, log_sd: float) -> None:
    low, high = sorted((first, second))
    assert 1 <= geometric_minutes(low, mean) <= geometric_minutes(high, mean)
    assert 1 <= lognormal_minutes(low, mean, log_sd) <= lognormal_minutes(high, mean, log_sd)
