"""Regret against values whose regret is known, and the part of it that is only luck."""

from __future__ import annotations

import math

import numpy as np
import pytest

from simcollect.robust.regret import regrets_of, without_noise
from simcollect.robust.runs import Runs, ask
from simcollect.scenario import Scenario


def test_regret_without_noise_is_the_lead_of_the_best_in_each_world(tiny: Scenario) -> None:
    asked = ask(tiny, ["balanced", "firm", "gentle"], replications=2)
    levels = np.array([[5.0, 4.0, 3.0], [1.0, 4.0, 3.5], [2.0, 2.0, 6.0], [3.0, 3.0, 3.0]])
    found = regrets_of(asked, {}, Runs(asked), np.repeat(levels[:, :, None], 2, axis=2))
    assert found.regrets == pytest.approx(levels.max(axis=1, keepdims=True) - levels)
    by_name = {one.strategy: one for one in found.found}
    assert [by_name[name].largest for name in asked.strategies] == pytest.approx([4.0, 4.0, 2.0])
    assert [by_name[name].mean for name in asked.strategies] == pytest.approx([7.0 / 4.0, 5.0 / 4.0, 2.5 / 4.0])
    assert [by_name[name].best_share for name in asked.strategies] == pytest.approx(
        [(1 + 1 / 3) / 4, (1 + 1 / 3) / 4, (1 + 1 / 3) / 4]
    )
    assert (found.minimax, found.minimean) == ("gentle", "gentle")


def test_luck_alone_makes_no_regret() -> None:
    m, r, s = 200, 4, 1.0
    noise = np.random.default_rng(1).normal(0.0, s, (m, 2, r))
    noise[:, 0] += 0.3
    freed = without_noise(noise)
    naive = np.abs(np.diff(noise.mean(axis=2), axis=1)).mean()
    # Two strategies that truly differ by 0.3 everywhere: what is left is that, and not the mean of |noise|.
    regret = freed.max(axis=1) - freed[:, 1]
    assert regret.mean() == pytest.approx(0.3, abs=4.0 * s * math.sqrt(2.0 / r / m) + 0.1)
    assert naive > 0.5


def test_differences_that_are_real_are_kept() -> None:
    rng = np.random.default_rng(2)
    true = rng.normal(0.0, 2.0, (150, 1))
    levels = np.concatenate([true, -true], axis=1)
    values = levels[:, :, None] + rng.normal(0.0, 1.0, (150, 2, 4))
    freed = without_noise(values)
    # Its spread over worlds is that of what is real: variance 4, known to 4 standard errors of a variance.
    assert np.var(freed[:, 0], ddof=1) == pytest.approx(4.0, rel=4.0 * math.sqrt(2.0 / 149))
