"""The calibration of card accounts: the bank's file and three experiments on contacts, one vector of parameters."""

from __future__ import annotations

from functools import lru_cache

import pytest

from simcollect.calibrate.asked import Calibration
from simcollect.calibrate.evaluate import Job, Scenarios, Tallies, observe
from simcollect.calibrate.file import read_calibration


@lru_cache
def calibration() -> Calibration:
    return read_calibration("cards_taiwan_2005", changes={"portfolio.flow_per_month": 150.0})


@lru_cache
def tallies(name: str, place: str = "", value: float = 0.0) -> Tallies:
    """Moments of one replication of a setting at the start, with one parameter changed."""
    of = calibration()
    (position,) = (k for k, setting in enumerate(of.settings) if setting.name == name)
    setting = of.settings[position]
    at = {p.place: start for p, start in zip(of.parameters, of.begin, strict=True) if setting.knows(p.place)}
    at |= {place: value} if place else {}
    job = Job(
        position,
        tuple(at),
        tuple(at.values()),
        setting.seeds[0],
        0,
        setting.treatments,
        setting.families,
        tuple(setting.reading.items()),
    )
    return observe(Scenarios.behind(of), job)


def moment(name: str, target: str, place: str = "", value: float = 0.0) -> float:
    numerator, denominator = tallies(name, place, value)[target]
    return numerator / denominator


def test_every_target_is_observed_in_one_setting_and_free_parameters_are_far_fewer() -> None:
    of = calibration()
    observed = [name for setting in of.settings for name in tallies(setting.name) if name in of.targets]
    assert sorted(observed) == sorted(of.targets)
    assert len(of.parameters) <= 12
    assert 5 * len(of.parameters) < 2 * len(of.targets)


@pytest.mark.parametrize(
    ("setting", "place", "value", "target", "sign"),
    [
        ("messages", "behaviour.payment.jump_message", 1.9, "effect.moral_sms", -1),
        ("speaking", "behaviour.payment.jump_conversation", 0.3, "effect.speaking_on_time", -1),
        ("speaking", "behaviour.payment.base_rate_per_day", 0.03, "effect.speaking_on_time", +1),
        ("machine", "behaviour.conversation.automated_persuasion", 0.06, "effect.machine_npv_30", -1),
        ("bank", "behaviour.payment.base_rate_per_day", 0.03, "tw.trans.code2_to_current", -1),
        ("bank", "behaviour.payment.jump_conversation", 0.3, "tw.trans.code2_to_code3", +1),
    ],
)
def test_a_parameter_moves_its_target_the_right_way(
    setting: str, place: str, value: float, target: str, sign: int
) -> None:
    assert sign * (moment(setting, target, place, value) - moment(setting, target)) > 0
