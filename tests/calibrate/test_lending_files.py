"""Calibration files on settlements and calls: complete, and moved the right way by each parameter."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import pytest

from simcollect.calibrate.asked import Calibration
from simcollect.calibrate.evaluate import Job, Scenarios, Tallies, observe
from simcollect.calibrate.file import read_calibration

SMALL: dict[str, dict[str, Any]] = {
    "instalment_us_2015": {"portfolio.n_stock": 500},
    "calls_2010": {"portfolio.n_stock": 400},
}
"""The files, with a smaller book."""


@lru_cache
def calibration(name: str) -> Calibration:
    return read_calibration(name, changes=SMALL[name])


@lru_cache
def tallies(name: str, place: str = "", value: float = 0.0) -> Tallies:
    """Moments of one replication at the start, with one parameter changed."""
    of = calibration(name)
    point = tuple(value if p.place == place else start for p, start in zip(of.parameters, of.begin, strict=True))
    places = tuple(p.place for p in of.parameters)
    (setting,) = of.settings
    job = Job(0, places, point, setting.seeds[0], 0, setting.treatments, setting.families)
    return observe(Scenarios.behind(of), job)


def moment(name: str, target: str, place: str = "", value: float = 0.0) -> float:
    numerator, denominator = tallies(name, place, value)[target]
    return numerator / denominator


QUICK = "instalment_us_2015"
"""The file whose replication is quick enough for the fast tests; those of the others are slow."""
BY_FILE = [pytest.param(name, marks=[] if name == QUICK else pytest.mark.slow) for name in sorted(SMALL)]


@pytest.mark.parametrize("name", BY_FILE)
def test_every_target_is_observed_or_left_out_with_a_reason(name: str) -> None:
    of = calibration(name)
    observed = tallies(name)
    assert not set(of.targets) - set(observed)
    assert all(reason for _, reason in of.left_out.values())
    assert len(of.fitted) >= len(of.parameters)


def test_a_quarter_of_the_lending_targets_is_held_out_and_free_parameters_are_far_fewer() -> None:
    of = calibration("instalment_us_2015")
    held = [target for target in of.targets.values() if target.held_out]
    assert 0.2 <= len(held) / len(of.targets) <= 0.35
    assert 8 * len(of.parameters) <= len(of.fitted)


MONTHLY = "lc.settle.monthly settlement instalment / original instalment (term>=2)"
MOVES = [
    ("instalment_us_2015", "behaviour.settlement.accept_intercept", -4.5, "lc.settle.share_of_chargeoffs", +1),
    ("instalment_us_2015", "behaviour.settlement.accept_slope", 12.0, "lc.settle.share_of_chargeoffs", +1),
    ("instalment_us_2015", "behaviour.settlement.instalment_share", 0.2, MONTHLY, -1),
    ("instalment_us_2015", "behaviour.settlement.liquid_share", 0.8, "lc.settle.term=1", +1),
    ("instalment_us_2015", "behaviour.settlement.keep_prob", 0.93, "lc.settle.share BROKEN", +1),
    ("instalment_us_2015", "behaviour.contact.letter_read_prob", 0.9, "lc.settle.share_of_chargeoffs", +1),
    ("instalment_us_2015", "behaviour.payment.ageing_days", 150.0, "lc.recovery.not settled.mean_rr", +1),
    ("calls_2010", "behaviour.contact.talk_median_minutes", 5.0, "bk.duration.all.mean", +1),
    ("calls_2010", "behaviour.contact.talk_log_sd", 1.3, "bk.duration.up_to_1_min", +1),
    ("calls_2010", "behaviour.contact.failed_decay", 0.65, "bk.success_hazard.attempt5", -1),
    ("calls_2010", "behaviour.contact.answer_prob", 0.6, "bk.success_hazard.attempt1", +1),
]


QUICK_MOVES = ("behaviour.settlement.accept_intercept", "behaviour.settlement.keep_prob")


@pytest.mark.parametrize(
    ("name", "place", "value", "target", "sign"),
    [pytest.param(*move, marks=[] if move[1] in QUICK_MOVES else pytest.mark.slow) for move in MOVES],
)
def test_a_parameter_moves_its_target_the_right_way(
    name: str, place: str, value: float, target: str, sign: int
) -> None:
    assert sign * (moment(name, target, place, value) - moment(name, target)) > 0


def test_every_fitted_parameter_is_moved_in_these_tests() -> None:
    moved = {(name, place) for name, place, *_ in MOVES}
    assert {(name, p.place) for name in SMALL for p in calibration(name).parameters} == moved
