"""Uniforms are uniform, and draws of neighbouring keys are independent.

Every check looks at a fixed set of draws and fails when its p-value is below ALPHA = 1e-4: a perfect generator would
fail a check, once and for good, with probability 1 in 10,000, and any of the 15 checks with about 1 in 670. The last
tests show that draws with a known flaw are refused by the same yardstick.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats

from simcollect.core.rng import uniforms

ALPHA = 1e-4
N = 40_000
CELLS = 16

Draws = NDArray[np.float64]


def draw(
    seed: int = 20, replication: int = 0, first_key: int = 0, key_step: int = 1, purpose: int = 31, occurrence: int = 0
) -> Draws:
    keys = first_key + key_step * np.arange(N, dtype=np.int64)
    return uniforms(seed, replication, keys, purpose, occurrence)


def uniformity_p(u: Draws) -> float:
    """Kolmogorov-Smirnov: the p-value of the largest gap between the empirical distribution and the line."""
    return float(stats.kstest(u, "uniform").pvalue)


def independence_p(u: Draws, v: Draws) -> float:
    """Chi-square over a 16 by 16 grid of pairs, each cell expected n / 256 times: 255 degrees of freedom."""
    counts = np.histogram2d(u, v, bins=CELLS, range=[[0, 1], [0, 1]])[0]
    return float(stats.chisquare(counts.ravel()).pvalue)


@pytest.mark.parametrize(
    "u",
    [draw(), draw(first_key=2**40), draw(key_step=2**20), draw(seed=0), draw(seed=2**63 - 1, replication=2**32 - 1)],
    ids=["small keys", "large keys", "keys far apart", "seed 0", "largest seed"],
)
def test_draws_are_uniform(u: Draws) -> None:
    assert uniformity_p(u) > ALPHA


def test_draws_of_one_account_over_its_occurrences_are_uniform() -> None:
    u = np.array([uniforms(20, 0, np.array([17]), 42, occurrence)[0] for occurrence in range(4000)])
    assert uniformity_p(u) > ALPHA
    assert stats.chisquare(np.histogram2d(u[::2], u[1::2], bins=4, range=[[0, 1], [0, 1]])[0].ravel()).pvalue > ALPHA


@pytest.mark.parametrize(
    "neighbour",
    [
        lambda: draw(first_key=1),
        lambda: draw(first_key=2**32),
        lambda: draw(purpose=32),
        lambda: draw(occurrence=1),
        lambda: draw(replication=1),
        lambda: draw(seed=21),
        lambda: draw(seed=20 + 2**32),
    ],
    ids=["key", "key 2**32 away", "purpose", "occurrence", "replication", "seed", "seed 2**32 away"],
)
def test_neighbouring_draws_are_independent(neighbour: Callable[[], Draws]) -> None:
    assert independence_p(draw(), neighbour()) > ALPHA


def test_the_low_bits_are_uniform_too() -> None:
    low = (draw() * 2.0**52).astype(np.int64) & 0xFF
    assert stats.chisquare(np.bincount(low, minlength=256)).pvalue > ALPHA


def test_the_yardstick_refuses_draws_two_per_cent_too_small() -> None:
    assert uniformity_p(draw() * 0.98) < ALPHA


def test_the_yardstick_refuses_a_sequence_that_is_uniform_but_not_independent() -> None:
    golden: Draws = np.mod(np.arange(N + 1, dtype=np.float64) * 0.6180339887498949, 1.0)
    assert independence_p(golden[:-1], golden[1:]) < ALPHA


def test_the_yardstick_refuses_one_draw_in_fifty_shared_by_neighbours() -> None:
    u, v = draw(), draw(purpose=32)
    v[::50] = u[::50]
    assert independence_p(u, v) < ALPHA
