"""The product-limit estimate against a textbook's example and against itself."""

from __future__ import annotations

import math

import numpy as np
import pytest

from simcollect.outcomes.tables import kaplan_meier

# Weeks in remission of 21 leukaemia patients under 6-MP; + was still in remission when last seen.
# Freireich et al. 1963, the worked example of Kleinbaum and Klein, Survival Analysis, chapter 2.
FAILED = [6, 6, 6, 7, 10, 13, 16, 22, 23]
CENSORED = [6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35]


def remission() -> tuple[np.ndarray, np.ndarray]:
    return np.array(FAILED + CENSORED), np.array([True] * len(FAILED) + [False] * len(CENSORED))


def test_the_textbook_curve_of_remissions() -> None:
    curve = kaplan_meier(*remission()).set_index("time")
    # At risk and failing as the textbook lists them; a spell censored at a failure's time is still at risk then.
    steps = {6: (21, 3), 7: (17, 1), 10: (15, 1), 13: (12, 1), 16: (11, 1), 22: (7, 1), 23: (6, 1)}
    expected, greenwood = 1.0, 0.0
    for week, (at_risk, failed) in steps.items():
        expected *= 1 - failed / at_risk
        greenwood += failed / (at_risk * (at_risk - failed))
        assert (curve.loc[week, "n_at_risk"], curve.loc[week, "n_failed"]) == (at_risk, failed)
        assert curve.loc[week, "survival"] == pytest.approx(expected, abs=1e-12)
        assert curve.loc[week, "standard_error"] == pytest.approx(expected * math.sqrt(greenwood), abs=1e-12)
    # As printed: 0.857, 0.807, 0.753, 0.690, 0.627, 0.538, 0.448.
    printed = [0.857, 0.807, 0.753, 0.690, 0.627, 0.538, 0.448]
    assert curve.loc[list(steps), "survival"].round(3).tolist() == printed


def test_limits_lie_around_the_curve_and_within_zero_and_one() -> None:
    curve = kaplan_meier(*remission())
    inside = curve[(curve["survival"] < 1.0) & (curve["survival"] > 0.0)]
    assert len(inside) > 5
    assert (inside["low"] < inside["survival"]).all()
    assert (inside["survival"] < inside["high"]).all()
    assert inside["low"].min() > 0.0
    assert inside["high"].max() < 1.0
    # log(-log) scale at week 23: exp(-1.96 s) and exp(1.96 s) as powers of the survival, s = root(sum) / |ln S|.
    last = curve[curve["time"] == 23].iloc[0]
    s = last["standard_error"] / last["survival"] / abs(math.log(last["survival"]))
    assert last["low"] == pytest.approx(last["survival"] ** math.exp(1.959964 * s), rel=1e-6)
    assert last["high"] == pytest.approx(last["survival"] ** math.exp(-1.959964 * s), rel=1e-6)


def test_without_censoring_the_curve_is_the_share_left() -> None:
    times = np.array([1, 2, 2, 4, 5, 5, 5, 8])
    curve = kaplan_meier(times, np.ones(8, dtype=bool)).set_index("time")
    for time in (0, 1, 2, 4, 5, 8):
        left = (times > time).mean()
        assert curve.loc[time, "survival"] == pytest.approx(left)
        assert curve.loc[time, "standard_error"] == pytest.approx(math.sqrt(left * (1 - left) / 8))  # the binomial's


def test_with_censoring_alone_nothing_fails() -> None:
    curve = kaplan_meier(np.array([3, 5]), np.zeros(2, dtype=bool))
    assert curve["survival"].tolist() == [1.0, 1.0, 1.0]
    assert curve["n_at_risk"].tolist() == [2, 2, 1]


def test_no_spells_make_a_curve_of_one_point() -> None:
    curve = kaplan_meier(np.array([], dtype=np.int64), np.array([], dtype=bool))
    assert curve[["time", "n_at_risk", "survival"]].values.tolist() == [[0, 0, 1]]
