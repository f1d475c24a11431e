"""The fit: known parameters come back, errors and identifiability are what theory says, a kill loses nothing."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from simcollect.calibrate import Calibration, fit
from simcollect.calibrate.evaluate import Moments, evaluator, pooled, together
from simcollect.calibrate.fit import Fit, correlation, sandwich
from simcollect.calibrate.identify import directions, pairs_told_apart_badly
from simcollect.core.errors import InputErrors
from simcollect.experiment.run import Interrupted
from simcollect.stats.scales import from_scale, slope, to_scale
from tests.calibrate.settings import TARGETS, TWO, calibration

TRUTH = (0.05, 2.0)
FALSE_ALARM = 4.0  # standard errors: chance below 1 in 10,000 for each of the comparisons


def _simulated(setting: Calibration, seeds: tuple[int, ...] = (901, 902)) -> dict[str, tuple[float, float]]:
    """Targets that the model itself gives at the truth, with luck of their own."""
    with evaluator(setting.changed(seeds=seeds, replications=6), workers=1) as moments:
        at = moments.moments([TRUTH])[0]
    return {name: (float(v), float(se)) for name, v, se in zip(at.names, at.value, at.se, strict=True)}


def _fit(setting: Calibration, **where: object) -> Fit:
    with evaluator(setting, workers=1, **where) as moments:  # type: ignore[arg-type]
        return fit(moments)


@pytest.fixture(scope="module")
def targets(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[float, float]]:
    return _simulated(calibration(tmp_path_factory.mktemp("truth")))


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory, targets: dict[str, tuple[float, float]]) -> Fit:
    return _fit(calibration(tmp_path_factory.mktemp("before"), targets))


def test_known_parameters_come_back_within_their_standard_errors(tmp_path: Path, before: Fit) -> None:
    setting = calibration(tmp_path)
    errors = np.sqrt(np.diag(before.covariance))
    for truth, estimate, se, parameter in zip(TRUTH, before.point, errors, setting.parameters, strict=True):
        gap = to_scale(estimate, parameter.scale) - to_scale(truth, parameter.scale)
        assert abs(gap) < FALSE_ALARM * se
        assert 0.0 < se < 0.5
    assert abs(to_scale(setting.begin[0], "log") - to_scale(TRUTH[0], "log")) > 1.0  # the start was far away
    assert before.objective < FALSE_ALARM * FALSE_ALARM  # J of 1 degree of freedom


def test_a_fifth_fewer_cures_and_payers_lower_the_rate_of_payment(
    tmp_path: Path, targets: dict[str, tuple[float, float]], before: Fit
) -> None:
    lower = {name: (0.8 * value, se) for name, (value, se) in targets.items()}
    after = _fit(calibration(tmp_path, lower))
    # nearly proportional: of those who pay at rate r a share 1 - exp(-r) does within the month
    assert after.point[0] < 0.9 * before.point[0]
    assert np.all(after.at.value < 0.95 * before.at.value)


def test_what_a_kill_left_is_not_simulated_again_and_the_answer_is_the_same(tmp_path: Path) -> None:
    setting = calibration(tmp_path).changed(iterations=1)
    whole = _fit(setting)

    def until_ten(done: int, planned: int) -> None:
        if done == 10:
            raise KeyboardInterrupt

    with (
        pytest.raises(Interrupted) as stopped,
        evaluator(setting, workers=1, folder=tmp_path / "kept", on_progress=until_ten) as moments,
    ):
        fit(moments)
    assert stopped.value.n_finished == 10
    with evaluator(setting, workers=1, folder=tmp_path / "kept") as moments:
        again = fit(moments)
        simulated = moments.simulated
    assert again.point == whole.point
    assert again.at.value.tolist() == whole.at.value.tolist()
    with evaluator(setting, workers=1) as moments:
        fit(moments)
        assert simulated == moments.simulated - 10


@pytest.mark.slow
def test_the_answer_does_not_depend_on_the_number_of_workers(tmp_path: Path) -> None:
    setting = calibration(tmp_path).changed(iterations=1)
    alone = _fit(setting)
    with evaluator(setting, workers=2) as moments:
        together = fit(moments)
    assert together.point == alone.point
    assert together.at.value.tolist() == alone.at.value.tolist()


def test_a_target_that_no_family_observes_is_named(tmp_path: Path) -> None:
    setting = calibration(tmp_path, {**TARGETS, "tw.code2.cure": (0.3, 0.01)})
    with pytest.raises(InputErrors, match=r'target "tw.code2.cure" is observed by none of the families'):
        _fit(setting)


def test_moments_are_pooled_as_a_ratio_of_sums_with_the_textbook_error() -> None:
    tallies = [{"m": (1.0, 4.0)}, {"m": (3.0, 4.0)}, {"m": (8.0, 10.0)}]
    found = pooled(tallies, ["m"])
    m = 12.0 / 18.0
    residuals = [1.0 - 4.0 * m, 3.0 - 4.0 * m, 8.0 - 10.0 * m]
    # Cochran (1977), 6.4: variance of a ratio of sums over r clusters
    assert found.value[0] == pytest.approx(m)
    assert found.se[0] == pytest.approx(math.sqrt(3.0 / 2.0 * sum(e * e for e in residuals)) / 18.0)
    assert math.isnan(pooled([{"m": (0.0, 0.0)}], ["m"]).value[0])


def test_moments_of_two_settings_stand_side_by_side_and_are_independent() -> None:
    one = pooled([{"a": (1.0, 4.0), "b": (2.0, 4.0)}, {"a": (3.0, 4.0), "b": (4.0, 4.0)}], ["a", "b"])
    two = pooled([{"c": (5.0, 9.0)}, {"c": (4.0, 9.0)}, {"c": (8.0, 9.0)}], ["c"])
    found = together([one, two], ["c", "nobody", "b", "a"])
    assert found.names == ("c", "nobody", "b", "a")
    assert found.value[[0, 2, 3]].tolist() == [two.value[0], one.value[1], one.value[0]]
    assert math.isnan(found.value[1])
    assert found.se[[0, 2, 3]].tolist() == [two.se[0], one.se[1], one.se[0]]
    between = correlation(found.deviations[:, [0, 2, 3]])
    assert between[0].tolist() == [1.0, 0.0, 0.0]
    assert between[1, 2] == pytest.approx(1.0)


def test_one_vector_of_parameters_is_fitted_to_the_targets_of_two_settings(tmp_path: Path) -> None:
    reminded = {f"reminded.{name}": target for name, target in TARGETS.items()}
    setting = calibration(tmp_path, {**TARGETS, **reminded}, text=TWO)
    with evaluator(setting, workers=1) as moments:
        at = moments.moments([TRUTH])[0]
        simulated = moments.simulated
    assert simulated == 4 + 3
    assert np.all(np.isfinite(at.value))
    assert at.deviations.shape == (7, 6)
    # each setting's moments are those it has alone
    with evaluator(calibration(tmp_path), workers=1) as moments:
        assert moments.moments([TRUTH])[0].value.tolist() == at.value[:3].tolist()


def test_a_target_that_two_settings_observe_is_named(tmp_path: Path) -> None:
    text = TWO.replace("tests.calibrate.settings:reminded", "payments")
    with pytest.raises(InputErrors, match=r'target "payments.paid_30" is observed in two settings'):
        _fit(calibration(tmp_path, text=text))


def test_the_sandwich_is_least_squares_where_errors_are_independent_and_wider_where_they_are_not() -> None:
    rng = np.random.default_rng(4)
    jacobian = rng.normal(size=(6, 2))
    spread = rng.uniform(0.5, 2.0, size=6)
    weights = np.diag(1.0 / spread**2)
    plain = np.linalg.inv(jacobian.T @ weights @ jacobian)
    assert sandwich(jacobian, spread, np.eye(6)) == pytest.approx(plain)
    # two copies of one measurement know no more than one
    twice = np.vstack([jacobian, jacobian])
    same = np.tile(np.eye(6), (2, 2))
    assert sandwich(twice, np.tile(spread, 2), same) == pytest.approx(plain)


def test_correlation_is_one_of_a_moment_with_itself_and_minus_one_of_opposites() -> None:
    first = np.array([1.0, -2.0, 0.5])
    found = correlation(np.column_stack([first, -2.0 * first, np.zeros(3)]))
    assert found == pytest.approx(np.array([[1.0, -1.0, 0.0], [-1.0, 1.0, 0.0], [0.0, 0.0, 1.0]]))


def test_parameters_that_act_only_together_are_told_to_be_one(tmp_path: Path) -> None:
    parameters = calibration(tmp_path).parameters
    parameters = tuple(p.model_copy(update={"low": 0.1, "high": 0.9, "scale": "linear"}) for p in parameters)
    jacobian = np.array([[10.0, 10.0], [5.0, 5.0], [0.0, 0.001]])  # their sum moves the targets, their difference not
    spread = np.ones(3)
    nothing = Moments((), np.zeros(0), np.zeros(0), np.zeros((0, 0)))
    found = Fit((0.5, 0.5), nothing, jacobian, spread, sandwich(jacobian, spread, np.eye(3)), 0.0, ())
    known, unknown = directions(found, parameters)
    together = 1.0 / math.sqrt(2.0)
    assert known.singular_value == pytest.approx(0.8 * math.sqrt(2.0 * 125.0), rel=1e-6)
    assert list(known.weights.values()) == pytest.approx([together, together], rel=1e-3)
    assert sorted(unknown.weights.values()) == pytest.approx([-together, together], rel=1e-3)
    assert known.relative_se < 0.1
    assert unknown.relative_se > 100.0
    ((one, other, r),) = pairs_told_apart_badly(found, parameters)
    assert (one, other) == tuple(p.place for p in parameters)
    assert r < -0.99
    apart = replace(found, covariance=np.eye(2))
    assert pairs_told_apart_badly(apart, parameters) == []


@pytest.mark.parametrize("scale", ["log", "logit", "linear"])
def test_a_scale_comes_back_and_its_slope_is_the_derivative(scale: str) -> None:
    for value in (0.03, 0.5, 0.8):
        x = to_scale(value, scale)  # type: ignore[arg-type]
        assert from_scale(x, scale) == pytest.approx(value)  # type: ignore[arg-type]
        step = (from_scale(x + 1e-6, scale) - from_scale(x - 1e-6, scale)) / 2e-6  # type: ignore[arg-type]
        assert slope(value, scale) == pytest.approx(step, rel=1e-6)  # type: ignore[arg-type]
