"""How many losses are luck: against leads whose truth is known."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.stats import norm

from simcollect.robust.discovery import luck_share, told_losses


def test_a_loss_is_told_by_luck_no_more_often_than_promised() -> None:
    m, others, r = 400, 3, 4
    leads = np.random.default_rng(1).normal(0.0, 1.0, (m, others, r))  # no strategy is better anywhere
    assert told_losses(leads).mean() <= 0.025 + 4.0 * math.sqrt(0.025 * 0.975 / m)
    assert (leads.mean(axis=2).min(axis=1) < 0.0).mean() > 0.8  # by the means nearly all would be losses
    assert told_losses(leads - 10.0).mean() > 0.95


def test_the_share_by_luck_is_the_normal_one_whatever_the_assumptions_do_to_leads() -> None:
    m, r, lead = 2_000, 4, 0.5
    worlds = np.random.default_rng(2).normal(0.0, 3.0, (m, 1, 1))
    noise = np.random.default_rng(3).normal(0.0, 1.0, (m, 1, r))
    differences = lead + worlds - worlds.mean() + noise - noise.mean()
    # Resamples of 4 are a little less normal than the noise is.
    assert luck_share(differences) == pytest.approx(norm.cdf(-lead * math.sqrt(r)), abs=0.02)
