"""The first look of break-even values: whom it sets aside, and how often wrongly."""

from __future__ import annotations

import numpy as np
import pytest

from simcollect.robust.screening import MISSED, is_kept, lead_seen, least_lead


def test_who_loses_the_lead_at_an_end_is_set_aside_in_5_of_100_at_most() -> None:
    generator = np.random.default_rng(5)
    n, missed = 4_000, 0
    for _ in range(n):
        stated = generator.normal(1.0, 0.5, 10)
        # The change takes all of the lead away: in truth nobody leads at this end.
        seen = stated[:4] + generator.normal(-1.0, 0.3, 4)
        missed += least_lead(stated, seen) > 0.0
    assert missed / n < MISSED + 3.0 * (MISSED * (1.0 - MISSED) / n) ** 0.5  # false alarm: about 1 in 1,000


def test_a_lead_that_luck_cannot_hide_is_set_aside_and_one_that_it_can_is_followed() -> None:
    stated = np.array([[3.0, 3.2, 2.8, 3.1, 2.9, 3.0], [1.0, 1.1, 1.0, 0.9, 1.0, 1.0]])
    same_change = stated[:, :4] - np.array([[0.5], [0.0]])
    assert is_kept(stated, [same_change, stated[:, :4]], 0, [1])
    # The same mean change, now from one replication alone: it may be more.
    uneven = stated[:, :4] - np.array([[2.0, 0.0, 0.0, 0.0], [0.0] * 4])
    assert not is_kept(stated, [stated[:, :4], uneven], 0, [1])
    assert not is_kept(stated, [stated[:, :4] - np.array([[2.5], [0.0]])], 0, [1])


def test_the_lead_at_an_end_is_the_stated_one_of_all_replications_plus_its_change() -> None:
    stated = np.array([1.0, 2.0, 3.0, 6.0])  # the first two are unlucky, which the change does not show
    assert lead_seen(stated, stated[:2] - 0.5) == pytest.approx(2.5)
