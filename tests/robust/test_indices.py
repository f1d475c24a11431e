"""Sobol' and Morris indices against functions whose indices are known, and the floor of run noise."""

from __future__ import annotations

import math

import numpy as np
import pytest
from numpy.typing import NDArray

from simcollect.robust.indices import Index, morris, morris_design, sobol, sobol_design

A, B = 7.0, 0.1
"""Ishigami and Homma (1990): sin x1 + A sin^2 x2 + B x3^4 sin x1, x uniform on [-pi, pi]."""
V1 = 0.5 * (1.0 + B * math.pi**4 / 5.0) ** 2
V2 = A * A / 8.0
V13 = B * B * math.pi**8 * (1.0 / 18.0 - 1.0 / 50.0)
V = V1 + V2 + V13
FIRST, TOTAL = (V1 / V, V2 / V, 0.0), ((V1 + V13) / V, V2 / V, V13 / V)
N = 512


def ishigami(shares: NDArray[np.float64]) -> NDArray[np.float64]:
    x = (2.0 * shares - 1.0) * math.pi
    return np.sin(x[:, 0]) + A * np.sin(x[:, 1]) ** 2 + B * x[:, 2] ** 4 * np.sin(x[:, 0])


def twice(values: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.column_stack([values, values])


def error(index: Index) -> float:
    return (index.high - index.low) / 3.92


def test_sobol_indices_of_ishigamis_function_are_the_known_ones() -> None:
    found = sobol(twice(ishigami(sobol_design([[0], [1], [2]], N, seed=3))), 3)
    for indices, truth in ((found.first, FIRST), (found.total, TOTAL)):
        for index, known in zip(indices, truth, strict=True):
            # 4 standard errors: a false alarm in 6 of 100,000 for each of six.
            assert abs(index.value - known) < 4.0 * error(index) + 1e-9
            assert error(index) < 0.08
    assert found.noise_share == pytest.approx(0.0, abs=1e-9)


def test_the_index_of_a_group_counts_its_interactions_inside() -> None:
    found = sobol(twice(ishigami(sobol_design([[0, 2], [1]], N, seed=3))), 2)
    together = (V1 + V13) / V  # x1 and x3 act on nothing outside their group, so first order and total agree
    assert abs(found.first[0].value - together) < 4.0 * error(found.first[0])
    assert abs(found.total[0].value - together) < 4.0 * error(found.total[0])


def test_the_floor_is_the_share_of_variance_that_is_luck() -> None:
    design = sobol_design([[0], [1], [2]], N, seed=3)
    s, r = 3.0, 4
    noise = np.random.default_rng(1).normal(0.0, s, (len(design), r))
    found = sobol(ishigami(design)[:, None] + noise, 3)
    known = s * s / r / (V + s * s / r)
    # Relative errors: sqrt(2 / (m (r - 1))) of the noise, about sqrt(2 / m) of the spread, m = 2 N points.
    assert found.noise_share == pytest.approx(known, rel=4.0 * math.sqrt(2.0 / (2 * N) * (1.0 + 1.0 / (r - 1))))
    assert found.total[0].verdict == found.total[1].verdict == "matters"
    assert found.first[2].verdict == "cannot tell"


def test_luck_alone_is_never_said_to_matter() -> None:
    noise = np.random.default_rng(2).normal(size=(5 * 64, 3))
    found = sobol(noise, 3)
    assert {one.verdict for one in (*found.first, *found.total)} == {"cannot tell"}
    assert min(one.value for one in found.total) > 0.5  # which without the floor would be said to matter


def test_what_changes_no_run_is_said_to() -> None:
    design = sobol_design([[0], [1]], 16, seed=1)
    values = design[:, :1] + np.random.default_rng(1).normal(0.0, 0.01, (1, 3))
    found = sobol(values, 2)
    assert [one.verdict for one in found.total] == ["matters", "no effect in any run"]


def test_a_design_that_is_no_power_of_two_is_refused() -> None:
    with pytest.raises(ValueError, match="power of 2, found 12"):
        sobol_design([[0]], 12, seed=1)


def test_morris_effects_of_a_linear_function_are_its_coefficients() -> None:
    coefficients = np.array([3.0, -2.0, 0.5, 0.0])
    points, moved = morris_design(4, 8, seed=1)
    assert points.min() >= 0.0
    assert points.max() <= 1.0
    found = morris(twice(points @ coefficients), points, moved)
    assert [one.value for one in found.mean_absolute] == pytest.approx(np.abs(coefficients))
    assert found.mean == pytest.approx(coefficients)
    assert found.spread == pytest.approx([0.0] * 4, abs=1e-12)
    assert [one.verdict for one in found.mean_absolute] == ["matters"] * 3 + ["no effect in any run"]


def test_a_product_shows_as_spread_of_morris_effects() -> None:
    points, moved = morris_design(2, 40, seed=1)
    found = morris(twice(points[:, 0] * points[:, 1]), points, moved)
    # The effect of x1 is x2, uniform on the levels 0, 1/3, 2/3, 1 where it stands: mean 1/2, deviation sqrt(5 / 36).
    assert found.mean[0] == pytest.approx(0.5, abs=4.0 * math.sqrt(5.0 / 36.0 / 40.0))
    assert found.spread[0] == pytest.approx(math.sqrt(5.0 / 36.0), rel=0.35)


def test_the_floor_of_morris_is_what_luck_alone_gives() -> None:
    s, r, n, k = 2.0, 4, 60, 5
    points, moved = morris_design(k, n, seed=4)
    found = morris(np.random.default_rng(5).normal(0.0, s, (n * (k + 1), r)), points, moved)
    of_effect = s * math.sqrt(2.0 / r) / (2.0 / 3.0)  # steps of 2/3
    for one in found.mean_absolute:
        assert one.floor == pytest.approx(math.sqrt(2.0 / math.pi) * of_effect, rel=4.0 / math.sqrt(2 * n * (r - 1)))
        # |normal| has the standard deviation sqrt(1 - 2 / pi).
        assert abs(one.value - one.floor) < 5.0 * of_effect * math.sqrt((1.0 - 2.0 / math.pi) / n)
    assert sum(one.verdict == "matters" for one in found.mean_absolute) <= 1
