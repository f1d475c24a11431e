"""The method of simulated moments: the parameters at which simulated moments come closest to the targets.

The objective is the sum over fitted targets of ((model - data) / s)^2, where s^2 is the data's variance, the
simulation's own, and the discrepancy that is tolerated anyway (half the tolerance, relative): so a target measured on
ten thousand clients does not outweigh all others; beyond two standard deviations a target counts by its distance, no
more by its square (soft L1). It is minimised by a trust-region Gauss-Newton method inside the bounds, from several
starts, on common random numbers.

Standard errors follow from the Jacobian G of the moments: with weights W (1 / s^2, less where the loss is soft) and the
moments' covariance Omega, the covariance of the estimates is (G'WG)^-1 G'W Omega W G (G'WG)^-1. Omega has the variances
s^2 and the correlations that the replications show; the simulation's variance in it is the factor (1 + 1 / S) of the
theory.

References
----------
McFadden (1989), Econometrica 57(5); Pakes and Pollard (1989), Econometrica 57(5): simulated moments and their variance.
Gourieroux, Monfort and Renault (1993), J. Applied Econometrics 8(S1): overall test J. Craig et al. (1997) and Vernon,
Goldstein and Bower (2010), Bayesian Analysis 5(4): discrepancy of the model as a variance.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import least_squares
from scipy.stats import qmc

from simcollect.calibrate.asked import Calibration
from simcollect.calibrate.evaluate import Evaluator, Moments, Point
from simcollect.core.errors import InputError, InputErrors
from simcollect.stats.scales import from_scale, to_scale

Floats = NDArray[np.float64]

STEP = 0.04
"""Step of finite differences, as a share of a parameter's range on its scale: wide enough to move many cases."""
FINAL = 8
"""How many times the calibration's replications stand behind the moments that are reported."""
_SCOUTS = 4
"""Points tried for each further start; the search starts from the best."""
_FAR = 20.0
"""Residual of a moment that has no case at a point."""
_BEYOND = 2.0
"""Residual beyond which a target counts by its distance: one that the model cannot reach must not bend all others."""
_CLOSE = 2e-3


@dataclass(frozen=True)
class Search:
    """How a search ended.

    Attributes
    ----------
    start, end
        Points, natural units.
    objective
        Of the soft loss, at the end.
    """

    start: Point
    end: Point
    objective: float


@dataclass(frozen=True)
class Fit:
    """Estimates of p parameters from k fitted targets.

    Attributes
    ----------
    point
        Estimates, natural units.
    at
        Moments there, at ``FINAL`` times the replications.
    jacobian
        d(fitted moment) / d(parameter on its scale), shape (k, p).
    spread
        s of each fitted target, shape k.
    covariance
        Of the estimates on their scales, shape (p, p).
    objective
        J: sum of the squares of (model - data) / s at the reported moments.
    searches
        One a start; the best first.
    """

    point: Point
    at: Moments
    jacobian: Floats
    spread: Floats
    covariance: Floats
    objective: float
    searches: tuple[Search, ...]


def fit(evaluator: Evaluator, seed: int = 0) -> Fit:
    """Return the parameters at which the moments come closest to the fitted targets.

    Parameters
    ----------
    evaluator
        Of the calibration.
    seed
        Of the points from which further searches start.

    Raises
    ------
    InputErrors
        If a target is observed by none of the families, or has no case at the start.
    """
    return _Fitting(evaluator).result(seed)


class _Fitting:
    def __init__(self, evaluator: Evaluator) -> None:
        self.evaluator = evaluator
        self.calibration: Calibration = evaluator.calibration
        names = list(self.calibration.targets)
        self.fitted = np.array([names.index(target.name) for target in self.calibration.fitted])
        self.data = np.array([target.value for target in self.calibration.fitted])
        self.data_se = np.array([target.se for target in self.calibration.fitted])
        parameters = self.calibration.parameters
        self.scales = [parameter.scale for parameter in parameters]
        self.low = np.array([to_scale(p.low, p.scale) for p in parameters])
        self.width = np.array([to_scale(p.high, p.scale) for p in parameters]) - self.low
        self.spread = self.data_se
        runs = sum(setting.runs for setting in self.calibration.settings)
        p = len(parameters)
        self.evaluator.planned = runs * (
            self.calibration.starts * (self.calibration.iterations * (p + 1) + _SCOUTS) + 2 * p + FINAL
        )

    def result(self, seed: int) -> Fit:
        begin = self._unit(self.calibration.begin)
        self._set_spread(self._first(begin))
        searches = [self._search(begin)]
        for start in self._further(seed):
            searches.append(self._search(start))
        searches.sort(key=lambda search: search.objective)
        best = self._unit(searches[0].end)
        # Once more from there, with the simulation's error as it is there.
        self._set_spread(self._moments([best])[0])
        end = self._search(best)
        return self._reported(end, tuple(searches))

    def _reported(self, end: Search, searches: tuple[Search, ...]) -> Fit:
        unit = self._unit(end.end)
        jacobian = self._central(unit) / self.width
        at = self.evaluator.moments([end.end], more=FINAL)[0]
        value, se = at.value[self.fitted], at.se[self.fitted]
        # The fit's own moments have the error of the replications searched with, FINAL times the variance reported.
        searched = np.where(np.isfinite(se), se, 0.0) * np.sqrt(FINAL)
        spread = np.sqrt(self._fixed_variance() + searched * searched)
        residual = self._residual(value, spread)
        correlations = correlation(at.deviations[:, self.fitted])
        covariance = sandwich(jacobian, spread, correlations, soft_weights(residual))
        for j in np.flatnonzero(np.all(jacobian == 0.0, axis=0)):
            covariance[j, j] = self.width[j] ** 2 / 12.0  # the data say nothing: anywhere in its range
        return Fit(end.end, at, jacobian, spread, covariance, float(residual @ residual), searches)

    def _first(self, begin: Floats) -> Moments:
        first = self._moments([begin])[0]
        observed = self.evaluator.observed()
        where = self.calibration.file
        faults = [
            InputError(
                where,
                f'target "{name}"',
                "is observed by none of the families",
                f"Families: {', '.join(self.calibration.families)}",
                "Add a family, or list it under [[excluded]] with the reason",
            )
            for name in self.calibration.targets
            if name not in observed
        ]
        without = [name for name, value in zip(first.names, first.value, strict=True) if not np.isfinite(value)]
        faults += [
            InputError(
                where,
                f'target "{name}"',
                "has no case at the start",
                "Expected some in the book that is simulated",
                "Simulate more accounts or a longer time",
            )
            for name in without
            if name in observed
        ]
        if faults:
            raise InputErrors(faults)
        return first

    def _further(self, seed: int) -> list[Floats]:
        """Return where further searches start: the best of some points spread over the box."""
        if self.calibration.starts == 1:
            return []
        n = (self.calibration.starts - 1) * _SCOUTS
        sampler = qmc.LatinHypercube(len(self.width), rng=np.random.default_rng(seed))
        scouts = 0.15 + 0.7 * sampler.random(n)
        values = [self._objective(moments) for moments in self._moments(list(scouts))]
        order = np.argsort(values, kind="stable")
        return [scouts[place] for place in order[: self.calibration.starts - 1]]

    def _search(self, start: Floats) -> Search:
        found = least_squares(
            self._residuals_at,
            np.clip(start, 1e-3, 1.0 - 1e-3),
            jac=self._forward,
            bounds=(0.0, 1.0),
            method="trf",
            ftol=_CLOSE,
            xtol=_CLOSE,
            gtol=1e-8,
            max_nfev=self.calibration.iterations,
            loss="soft_l1",
            f_scale=_BEYOND,
        )
        return Search(self._point(start), self._point(found.x), 2.0 * float(found.cost))

    def _residuals_at(self, unit: Floats) -> Floats:
        return self._residuals(self._moments([unit])[0])

    def _forward(self, unit: Floats) -> Floats:
        """Return d(residual) / d(unit), shape (k, p), by steps towards the middle of the box."""
        p = len(unit)
        steps = np.where(unit < 0.5, STEP, -STEP)
        points = [unit, *(unit + steps[j] * np.eye(p)[j] for j in range(p))]
        here, *there = (self._residuals(moments) for moments in self._moments(points))
        return np.array([(there[j] - here) / steps[j] for j in range(p)]).T

    def _central(self, unit: Floats) -> Floats:
        """Return d(moment) / d(unit), shape (k, p), by steps to both sides inside the box."""
        p = len(unit)
        above = np.minimum(unit + STEP, 1.0)
        below = np.maximum(unit - STEP, 0.0)
        points = [unit + (above[j] - unit[j]) * np.eye(p)[j] for j in range(p)]
        points += [unit + (below[j] - unit[j]) * np.eye(p)[j] for j in range(p)]
        values = [moments.value[self.fitted] for moments in self._moments(points)]
        columns = [(values[j] - values[p + j]) / (above[j] - below[j]) for j in range(p)]
        jacobian: Floats = np.nan_to_num(np.array(columns).T)
        return jacobian

    def _moments(self, units: Sequence[Floats]) -> list[Moments]:
        return self.evaluator.moments([self._point(unit) for unit in units])

    def _set_spread(self, at: Moments) -> None:
        se = at.se[self.fitted]
        self.spread = np.sqrt(self._fixed_variance() + np.where(np.isfinite(se), se * se, 0.0))

    def _fixed_variance(self) -> Floats:
        tolerated = 0.5 * self.calibration.tolerance * self.data
        fixed: Floats = self.data_se * self.data_se + tolerated * tolerated
        return fixed

    def _residuals(self, at: Moments) -> Floats:
        return self._residual(at.value[self.fitted], self.spread)

    def _residual(self, value: Floats, spread: Floats) -> Floats:
        residual: Floats = np.where(np.isfinite(value), (value - self.data) / spread, _FAR)
        return residual

    def _objective(self, at: Moments) -> float:
        residual = self._residuals(at)
        return float(residual @ residual)

    def _point(self, unit: Floats) -> Point:
        """Return natural values, kept to 12 digits: a point found again is the same point."""
        x = self.low + np.clip(unit, 0.0, 1.0) * self.width
        found = []
        for value, parameter in zip(x, self.calibration.parameters, strict=True):
            natural = float(f"{from_scale(float(value), parameter.scale):.12g}")
            found.append(min(max(natural, parameter.low), parameter.high))
        return tuple(found)

    def _unit(self, point: Point) -> Floats:
        x = np.array([to_scale(value, scale) for value, scale in zip(point, self.scales, strict=True)])
        unit: Floats = (x - self.low) / self.width
        return unit


def soft_weights(residual: Floats) -> Floats:
    """Return the weight of each residual (in standard deviations) under the soft loss, 1 near 0, shape k."""
    weights: Floats = 1.0 / np.sqrt(1.0 + (residual / _BEYOND) ** 2)
    return weights


def sandwich(jacobian: Floats, spread: Floats, correlations: Floats, weights: Floats | None = None) -> Floats:
    """Return the covariance of weighted least-squares estimates whose errors are correlated, shape (p, p).

    Parameters
    ----------
    jacobian
        Shape (k, p).
    spread
        Standard deviation of each moment's error, shape k; the weights are its inverse squares.
    correlations
        Of the errors, shape (k, k).
    weights
        Further weights of the targets, shape k; 1 when None.
    """
    root = np.ones(len(spread)) if weights is None else np.sqrt(weights)
    inverse = np.linalg.pinv(jacobian * (root / spread)[:, np.newaxis]) * root
    covariance: Floats = inverse @ correlations @ inverse.T
    return covariance


def correlation(deviations: Floats) -> Floats:
    """Return the correlation of moments between replications, shape (k, k), from their deviations, shape (r, k)."""
    size = np.sqrt(np.sum(deviations * deviations, axis=0))
    scaled = np.divide(deviations, size, out=np.zeros_like(deviations), where=size > 0.0)
    found: Floats = scaled.T @ scaled
    np.fill_diagonal(found, 1.0)
    return found
