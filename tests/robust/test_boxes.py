"""PRIM against a box that is known, and against nothing."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import binom

from simcollect.robust.boxes import LEVEL, find_boxes


def test_a_known_box_is_found_and_nothing_beside_it() -> None:
    rng = np.random.default_rng(1)
    x = rng.random((240, 12))
    is_case = (x[:, 3] > 0.6) & (x[:, 7] < 0.5)
    found = find_boxes(x, is_case, shuffles=39)
    (box,) = found.boxes
    sides = {cut.column: (cut.low, cut.high) for cut in box.cuts}
    assert sides.keys() == {3, 7}
    # Peels are 5 % of what is left, so an end lies within one peel of its place, and a little for the sample's gaps.
    assert sides[3][0] == pytest.approx(0.6, abs=0.08)
    assert sides[7][1] == pytest.approx(0.5, abs=0.08)
    assert sides[3][1] == np.inf
    assert box.density > 0.75
    assert box.coverage > 0.75
    assert found.base_share == is_case.mean()


def test_coverage_and_density_are_those_of_worlds_that_took_no_part() -> None:
    rng = np.random.default_rng(4)
    x = rng.random((300, 6))
    inside = x[:, 2] < 0.4
    is_case = np.where(inside, rng.random(300) < 0.8, rng.random(300) < 0.1)
    (box, *_) = find_boxes(x, is_case, shuffles=39).boxes
    # The truth: 0.8 of those inside are cases, and 0.32 / (0.32 + 0.06) of the cases lie inside.
    assert box.density_interval[0] <= 0.8 <= box.density_interval[1]
    assert box.coverage_interval[0] <= 0.32 / 0.38 <= box.coverage_interval[1]


def test_noise_gives_a_box_no_more_often_than_promised() -> None:
    rng, n = np.random.default_rng(3), 20
    shown = sum(bool(find_boxes(rng.random((48, 4)), rng.random(48) < 0.4, shuffles=19).boxes) for _ in range(n))
    # At most LEVEL of problems show one: more than this many in 1 of 1,000 cases.
    assert shown <= binom.isf(1e-3, n, LEVEL)


def test_too_few_cases_are_not_searched() -> None:
    found = find_boxes(np.random.default_rng(1).random((50, 3)), np.arange(50) < 2)
    assert (found.boxes, found.refused_p_value) == ((), None)
