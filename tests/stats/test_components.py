"""Variance components of nested draws on common replications, against variances that are known."""

from __future__ import annotations

import math

import numpy as np
import pytest
from numpy.typing import NDArray

from simcollect.stats.components import Components, nested_components

OUTER, INNER, CROSSED, LUCK, NOISE = 4.0, 1.0, 0.5, 9.0, 2.0
"""Variances of the synthetic case."""


def synthetic(rng: np.random.Generator, a: int, b: int, n: int) -> NDArray[np.float64]:
    """Values whose variance components are the constants above, shape [a, b, n]."""
    return (
        3.0
        + math.sqrt(OUTER) * rng.normal(size=(a, 1, 1))
        + math.sqrt(INNER) * rng.normal(size=(a, b, 1))
        + math.sqrt(CROSSED) * rng.normal(size=(a, 1, n))
        + math.sqrt(LUCK) * rng.normal(size=(1, 1, n))
        + math.sqrt(NOISE) * rng.normal(size=(a, b, n))
    )


def test_known_components_are_found_without_bias_by_small_designs() -> None:
    rng = np.random.default_rng(1)
    found = [nested_components(synthetic(rng, 6, 2, 3)) for _ in range(3_000)]
    for name, truth in (("outer", OUTER), ("inner", INNER)):
        estimates = np.array([getattr(one, name).estimate for one in found])
        # 3,000 designs: the mean lies within 4 of its standard errors in all but 1 of 16,000 tests.
        assert abs(estimates.mean() - truth) < 4.0 * estimates.std() / math.sqrt(3_000), name
    noises = np.array([one.noise for one in found])
    # Cut at what a single run adds, the noise is biased upwards a little; its truth is known all the same.
    assert noises.mean() == pytest.approx(NOISE + CROSSED, rel=0.05)


def test_the_standard_error_is_the_spread_of_the_estimates() -> None:
    rng = np.random.default_rng(2)
    found = [nested_components(synthetic(rng, 40, 2, 3)) for _ in range(800)]
    for name in ("outer", "inner"):
        estimates = np.array([getattr(one, name).estimate for one in found])
        told = np.mean([getattr(one, name).standard_error ** 2 for one in found])
        # A variance over 800 designs has a relative standard error of sqrt(2 / 800) = 5 %.
        assert told == pytest.approx(estimates.var(), rel=0.25), name


def test_a_variance_that_is_nothing_is_estimated_below_zero_as_often_as_above() -> None:
    rng = np.random.default_rng(3)
    nothing = [nested_components(rng.normal(size=(20, 2, 4))) for _ in range(500)]
    below = np.mean([one.inner.estimate < 0.0 for one in nothing])
    assert 0.4 < below < 0.65  # a mean square lies below its expectation a little more often than above
    assert all(one.inner.variance >= 0.0 for one in nothing)
    told = np.mean([one.inner.is_told_from_zero for one in nothing])
    assert told < 0.1


def test_luck_that_all_draws_share_changes_no_component() -> None:
    values = synthetic(np.random.default_rng(4), 5, 3, 4)
    lucky = values + np.array([100.0, -40.0, 7.0, 0.0])
    for name in ("outer", "inner", "noise"):
        assert repr_of(nested_components(lucky), name) == pytest.approx(repr_of(nested_components(values), name))


def test_with_one_inner_draw_or_one_outer_draw_the_other_component_is_left() -> None:
    rng = np.random.default_rng(5)
    outer_only = nested_components(2.0 * rng.normal(size=(4_000, 1, 1)) + rng.normal(size=(4_000, 1, 3)))
    assert outer_only.outer.estimate == pytest.approx(4.0, abs=4.0 * outer_only.outer.standard_error)
    assert outer_only.inner.estimate == 0.0
    inner_only = nested_components(2.0 * rng.normal(size=(1, 4_000, 1)) + rng.normal(size=(1, 4_000, 3)))
    assert inner_only.inner.estimate == pytest.approx(4.0, abs=4.0 * inner_only.inner.standard_error)
    assert inner_only.outer.estimate == 0.0
    assert outer_only.noise == pytest.approx(1.0, rel=0.1)


@pytest.mark.parametrize("shape", [(3, 2), (3, 2, 1), (1, 1, 5)])
def test_a_design_that_cannot_tell_luck_from_draws_is_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="at least two draws and two replications"):
        nested_components(np.zeros(shape))


def test_a_value_that_is_no_number_is_refused() -> None:
    with pytest.raises(ValueError, match="finite, found nan"):
        nested_components(np.array([[[1.0, math.nan]], [[1.0, 2.0]]]))


def repr_of(found: Components, name: str) -> float:
    value = getattr(found, name)
    return float(value if isinstance(value, float) else value.estimate)
