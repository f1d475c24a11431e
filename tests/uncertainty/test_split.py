"""The doubt about a difference by source, against synthetic differences whose variances are known."""

from __future__ import annotations

import math

import numpy as np
import pytest
from numpy.typing import NDArray

from simcollect.uncertainty import Standing, split

Numbers = NDArray[np.float64]


def differences(
    rng: np.random.Generator, mean: float, assumed: float, calibrated: float, luck: float, noise: float, n: int = 20
) -> tuple[Numbers, Numbers]:
    """Differences at the stated values [n] and at 30 x 2 draws on the first four replications; standard deviations."""
    shared = luck * rng.normal(size=n)
    stated = mean + shared + noise * rng.normal(size=n)
    drawn = mean + assumed * rng.normal(size=(30, 1, 1)) + calibrated * rng.normal(size=(30, 2, 1))
    return stated, drawn + shared[:4] + noise * rng.normal(size=(30, 2, 4))


def test_the_shares_of_the_variance_are_those_of_the_sources() -> None:
    rng = np.random.default_rng(1)
    found = [split(*differences(rng, 5.0, 2.0, 1.0, 0.8, 0.6)) for _ in range(300)]
    run = (0.8**2 + 0.6**2) / 20.0
    total = run + 1.0**2 + 2.0**2
    for measured, truth in zip(np.mean([one.shares for one in found], axis=0), (run, 1.0, 4.0), strict=True):
        assert measured == pytest.approx(truth / total, abs=0.02)
    assert np.mean([one.run_noise for one in found]) == pytest.approx(run, rel=0.1)


def test_the_widest_interval_holds_the_difference_of_a_world_drawn_like_the_draws() -> None:
    rng = np.random.default_rng(2)
    inside = []
    for _ in range(600):
        found = split(*differences(rng, 1.0, 1.0, 0.5, 1.0, 0.5))
        world = 1.0 + 1.0 * rng.normal() + 0.5 * rng.normal()
        inside.append(found.with_all[0] <= world <= found.with_all[1])
    # 95 %, less a little because the variance of 30 draws is itself an estimate; 600 worlds: standard error 0.9 points.
    assert 0.91 < np.mean(inside) < 0.98


def test_luck_that_the_few_replications_share_does_not_move_the_mean_over_draws() -> None:
    rng = np.random.default_rng(3)
    found = [split(*differences(rng, 2.0, 0.1, 0.0, 5.0, 0.1)) for _ in range(200)]
    # Were the draws' own mean taken, it would scatter by 5 / sqrt(4) = 2.5; over 20 replications it is 5 / sqrt(20).
    spread = np.std([one.mean_over_draws for one in found])
    assert spread == pytest.approx(5.0 / math.sqrt(20.0), rel=0.2)


def test_the_spread_of_the_draws_is_freed_of_run_noise() -> None:
    rng = np.random.default_rng(4)
    found = [split(*differences(rng, 0.0, 1.0, 0.0, 0.0, 2.0)) for _ in range(200)]
    freed = np.mean([np.var(one.by_draw) for one in found])
    # Raw means of four runs would have 1 + 4 / 4 = 2.
    assert freed == pytest.approx(1.0, abs=0.2)


def test_a_sign_holds_only_where_noise_draws_and_interval_agree() -> None:
    rng = np.random.default_rng(5)
    assert split(*differences(rng, 10.0, 1.0, 1.0, 1.0, 1.0)).standing is Standing.HIGHER
    assert split(*differences(rng, -10.0, 1.0, 1.0, 1.0, 1.0)).standing is Standing.LOWER
    turning = split(*differences(rng, 2.0, 3.0, 0.0, 0.1, 0.1))
    assert turning.standing is Standing.PARAMETERS
    assert turning.same_sign_share == pytest.approx(0.75, abs=0.15)  # P(Z > -2 / 3) = 0.7475
    assert split(*differences(rng, 0.05, 3.0, 0.0, 1.0, 1.0)).standing is Standing.RUN_NOISE
    assert split(np.zeros(5), np.zeros((4, 1, 3))).standing is Standing.NO_DIFFERENCE


def test_a_source_that_is_not_seen_keeps_its_estimate_below_zero() -> None:
    drawn = np.zeros((4, 2, 2)) + np.array([1.0, -1.0])[None, :, None] + np.array([0.0, 3.0])
    found = split(np.array([0.5, 1.5, 2.5]), drawn)
    # Outer draws that are exactly alike though inner ones differ: less spread than chance would leave.
    assert found.assumptions.estimate == pytest.approx(-8.0 / 4.0 / 2.0)
    assert found.assumptions.variance == 0.0
    assert found.shares[2] == 0.0
