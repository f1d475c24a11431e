"""Flips that luck alone makes: between strategies that are equal in truth, whatever is assumed."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.stats import binom

from simcollect.robust.break_even import LEVEL, confirmed, why_not_told
from simcollect.robust.crossing import crossing, next_positions

Numbers = NDArray[np.float64]
SHARED = 0.5
"""Of the variance of luck, what stays the same when an assumption moves."""


def luck(rng: np.random.Generator, base: Numbers) -> Numbers:
    return SHARED**0.5 * base + (1.0 - SHARED) ** 0.5 * rng.standard_normal(len(base))


def seen_to_flip(rng: np.random.Generator, base: Numbers) -> int:
    """Return on how many sides a lead that is 0 everywhere is seen to be lost to the rival."""
    path = {0.5: base, 0.0: luck(rng, base), 1.0: luck(rng, base)}
    for _ in range(6):
        for position in next_positions(path, 0.5):
            path[position] = luck(rng, base)
    return sum(crossing(path, 0.5, upward).verdict == "flips" for upward in (False, True))


@pytest.mark.slow
def test_equal_strategies_flip_in_no_more_studies_than_promised() -> None:
    n, k, r, before, after = 60, 50, 10, 0, 0
    for seed in range(n):
        rng = np.random.default_rng(seed)
        base = rng.standard_normal(r)
        base = base if base.mean() > 0.0 else -base  # who is best of these is called the winner
        flips = sum(seen_to_flip(rng, base) for _ in range(k))
        fresh = rng.standard_normal(r)
        before += flips > 0
        after += any(confirmed([luck(rng, fresh) for _ in range(flips)]))
    assert after <= binom.isf(1e-3, n, LEVEL)
    assert before > after


def test_rivals_that_do_not_lead_are_confirmed_in_no_more_families_than_promised() -> None:
    n = 300
    families = np.random.default_rng(1).standard_normal((n, 6, 10))
    told = sum(any(confirmed(list(leads))) for leads in families)
    # Two-sided tests, of which only a rival's lead counts: half of the level, at most.
    assert told <= binom.isf(1e-3, n, LEVEL / 2.0)
    assert all(confirmed(list(families[0] + 3.0)))
    assert not any(confirmed(list(families[0] - 3.0)))


def test_a_wider_interval_is_not_called_a_smaller_lead() -> None:
    luck = np.array([-1.5, -1.0, -0.5, 0.0, 0.0, 0.5, 1.0, 1.5])
    stated, noisy = 1.0 + 0.3 * luck, 1.1 + 2.0 * luck
    assert why_not_told({0.5: stated, 1.0: noisy}, 0.5) == "interval widens"
    assert why_not_told({0.5: stated, 1.0: stated - 0.9}, 0.5) == "lead shrinks"
    assert why_not_told({0.5: noisy, 1.0: stated}, 0.5) == "not told as stated"
