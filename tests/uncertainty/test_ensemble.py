"""The calibrated ensemble: read from a preset, drawn on its scales, inside its ranges."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

from simcollect.core.errors import InputError
from simcollect.scenario import Scenario, load, presets
from simcollect.uncertainty import draw, read_ensemble
from simcollect.uncertainty.ensemble import Ensemble

TABLE = """\
[calibration]
date = 2026-11-23
file = "calibrate-taiwan.toml"
places = ["payment.base_rate_per_day", "payment.full_share"]
scales = ["log", "logit"]
estimates = [0.15, 0.06]
covariance = [[0.04, 0.01], [0.01, 0.09]]
"""


@pytest.fixture
def preset(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(presets, "FOLDER", tmp_path)
    path = tmp_path / "behaviour_cards.toml"
    path.write_text(TABLE, encoding="utf-8")
    return path


def wide(n: int = 1, **changed: object) -> Ensemble:
    fields: dict[str, object] = {
        "file": "made.toml",
        "date": "",
        "places": ("behaviour.a.one", "behaviour.a.two"),
        "scales": ("log", "linear"),
        "estimates": np.array([2.0, 5.0]),
        "covariance": np.array([[0.04, 0.03], [0.03, 0.09]]),
        "ranges": ((1e-9, 1e9), (-1e9, 1e9)),
    }
    return Ensemble(**{**fields, **changed})  # type: ignore[arg-type]


def test_draws_have_the_mean_and_covariance_of_the_calibration_on_its_scales() -> None:
    drawn = wide().draws(4_000, seed=1)
    on_scale = np.column_stack([np.log(drawn[:, 0]), drawn[:, 1]])
    # Standard errors of a mean and of a covariance over 4,000 draws; four of them.
    assert on_scale.mean(axis=0) == pytest.approx([math.log(2.0), 5.0], abs=4.0 * 0.3 / math.sqrt(4_000))
    assert np.cov(on_scale.T) == pytest.approx(wide().covariance, abs=4.0 * 0.09 * math.sqrt(2.0 / 4_000))


def test_draws_lie_inside_the_ranges_and_are_normal_there() -> None:
    cut = wide(ranges=((2.0, 1e9), (-1e9, 1e9)), covariance=np.array([[0.04, 0.0], [0.0, 0.09]]))
    drawn = cut.draws(4_000, seed=2)
    assert drawn[:, 0].min() >= 2.0
    # The half normal above its centre: mean sd * sqrt(2 / pi), variance sd^2 (1 - 2 / pi).
    mean, sd = 0.2 * math.sqrt(2.0 / math.pi), 0.2 * math.sqrt(1.0 - 2.0 / math.pi)
    assert np.log(drawn[:, 0] / 2.0).mean() == pytest.approx(mean, abs=4.0 * sd / math.sqrt(4_000))


def test_a_draw_depends_on_seed_and_number_and_not_on_how_many_there_are() -> None:
    assert np.array_equal(wide().draws(7, seed=3)[:3], wide().draws(3, seed=3))
    assert not np.array_equal(wide().draws(3, seed=3), wide().draws(3, seed=4))


def test_an_ensemble_outside_its_ranges_is_refused() -> None:
    with pytest.raises(InputError, match="some number outside its range"):
        wide(ranges=((1e6, 1e9), (-1e9, 1e9))).draws(1, seed=1)


def test_a_preset_without_calibration_has_no_ensemble(tiny: Scenario, preset: Path) -> None:
    preset.write_text("[payment]\n", encoding="utf-8")
    assert read_ensemble(tiny) is None


@pytest.mark.usefixtures("preset")
def test_the_ensemble_of_a_preset_is_read_with_the_ranges_of_the_scenario(tiny: Scenario) -> None:
    found = read_ensemble(tiny)
    assert found is not None
    assert found.places == ("behaviour.payment.base_rate_per_day", "behaviour.payment.full_share")
    assert found.standard_errors == pytest.approx([0.2, 0.3])
    assert found.ranges[0] == tiny.behaviour.groups["payment"]["base_rate_per_day"].range


@pytest.fixture
def own() -> Scenario:
    """Read before the presets are put elsewhere."""
    return load({"extends": "tiny", "behaviour": {"payment": {"full_share": 0.1}}})


def test_a_number_that_the_scenario_sets_itself_leaves_the_ensemble(own: Scenario, preset: Path) -> None:
    assert preset.is_file()
    found = read_ensemble(own)
    assert found is not None
    assert found.places == ("behaviour.payment.base_rate_per_day",)
    assert found.left_out == ("behaviour.payment.full_share",)
    assert found.covariance.tolist() == [[0.04]]


def test_a_preset_that_extends_a_calibrated_one_has_its_ensemble(preset: Path, tiny: Scenario) -> None:
    (preset.parent / "behaviour_other.toml").write_text('extends = "cards"\n', encoding="utf-8")
    other = tiny.model_copy(update={"behaviour": tiny.behaviour.model_copy(update={"preset": "other"})})
    found = read_ensemble(other)
    assert found is not None
    assert len(found.places) == 2


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ('scales = ["log", "logit"]|scales = ["log", "probit"]', 'has "probit"'),
        ("estimates = [0.15, 0.06]|estimates = [0.15]", "has 1 entries"),
        ("[0.01, 0.09]]|[0.02, 0.09]]", "is no covariance"),
        ("covariance = [[0.04, 0.01], [0.01, 0.09]]|", "is missing"),
    ],
)
def test_a_calibration_that_contradicts_itself_is_refused(
    changed: str, message: str, preset: Path, tiny: Scenario
) -> None:
    old, new = changed.split("|")
    preset.write_text(TABLE.replace(old, new), encoding="utf-8")
    with pytest.raises(InputError, match=message):
        read_ensemble(tiny)


@pytest.mark.usefixtures("preset")
def test_draws_of_the_ensemble_are_nested_in_draws_of_what_is_assumed(tiny: Scenario) -> None:
    draws = draw(tiny, 5, n_inner=3)
    assert (draws.n_outer, draws.n_inner, len(draws.points)) == (5, 3, 15)
    fitted = ("behaviour.payment.base_rate_per_day", "behaviour.payment.full_share")
    assert not {one.name for one in draws.assumptions} & set(fitted)
    for first in range(0, 15, 3):
        inner = draws.points[first : first + 3]
        assert len({point[fitted[0]] for point in inner}) == 3
        assumed = [{place: value for place, value in point.items() if place not in fitted} for point in inner]
        assert assumed[0] == assumed[1] == assumed[2]
    assert len({point["behaviour.contact.answer_prob"] for point in draws.points}) == 5
