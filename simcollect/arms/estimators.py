"""Four ways to estimate an effect from a log whose treatment was not random; plain least squares and logistic fits.

Each takes a table as an analyst has it and the name of an outcome, and returns the mean effect of being treated with
its standard error. They are yardsticks: whoever has a better method hands it in beside them.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Final, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from simcollect.arms.policy import FEATURES, LEAST, MOST, standardised

Numbers = NDArray[np.float64]
Method: TypeAlias = Callable[[pd.DataFrame, str], tuple[float, float]]
"""From a table with columns ``treated``, the features and the outcome, to (effect, standard error)."""

_STEPS: Final = 30
_RIDGE: Final = 1e-6


def difference_in_means(table: pd.DataFrame, outcome: str) -> tuple[float, float]:
    """Return treated minus untreated: the effect only where treatment was random."""
    treated, y = _read(table, outcome)
    first, second = y[~treated], y[treated]
    error = math.sqrt(first.var(ddof=1) / len(first) + second.var(ddof=1) / len(second))
    return float(second.mean() - first.mean()), error


def regression(table: pd.DataFrame, outcome: str) -> tuple[float, float]:
    """Return the effect by least squares in each group, predicted for everybody.

    References
    ----------
    Lin (2013), Agnostic notes on regression adjustments, Annals of Applied Statistics 7(1): full interactions.
    """
    treated, y = _read(table, outcome)
    x = design(table)
    scores, error2 = [], 0.0
    for group in (treated, ~treated):
        beta, *_ = np.linalg.lstsq(x[group], y[group], rcond=None)
        scores.append(x @ beta)
        inverse = np.linalg.pinv(x[group].T @ x[group])
        left_over = y[group] - x[group] @ beta
        middle = (x[group] * left_over[:, None] ** 2).T @ x[group]
        mean = x.mean(axis=0)
        error2 += float(mean @ inverse @ middle @ inverse @ mean)
    effects = scores[0] - scores[1]
    return float(effects.mean()), math.sqrt(error2 + float(effects.var(ddof=1)) / len(effects))


def weighting(table: pd.DataFrame, outcome: str) -> tuple[float, float]:
    """Return the effect by inverse probability weights, fitted by logistic regression, adding up to 1 in each group.

    References
    ----------
    Hirano, Imbens and Ridder (2003), Econometrica 71(4); normalised weights as in Busso, DiNardo and McCrary (2014).
    """
    treated, y = _read(table, outcome)
    prob = fitted_probability(table)
    weight = np.where(treated, 1.0 / prob, 1.0 / (1.0 - prob))
    means = [np.average(y[group], weights=weight[group]) for group in (treated, ~treated)]
    influence = treated * weight * (y - means[0]) - ~treated * weight * (y - means[1])
    return float(means[0] - means[1]), float(influence.std(ddof=1)) / math.sqrt(len(y))


def doubly_robust(table: pd.DataFrame, outcome: str) -> tuple[float, float]:
    """Return the effect by regression corrected by weights: right if either of the two is.

    References
    ----------
    Robins, Rotnitzky and Zhao (1994), Journal of the American Statistical Association 89: augmented weighting.
    """
    treated, y = _read(table, outcome)
    x, prob = design(table), fitted_probability(table)
    predicted = []
    for group in (treated, ~treated):
        beta, *_ = np.linalg.lstsq(x[group], y[group], rcond=None)
        predicted.append(x @ beta)
    score = predicted[0] - predicted[1]
    score += treated * (y - predicted[0]) / prob - ~treated * (y - predicted[1]) / (1.0 - prob)
    return float(score.mean()), float(score.std(ddof=1)) / math.sqrt(len(score))


METHODS: Final[Mapping[str, Method]] = {
    "difference in means": difference_in_means,
    "regression": regression,
    "weighting": weighting,
    "doubly robust": doubly_robust,
}


def design(table: pd.DataFrame) -> Numbers:
    """Return constant, standardised features and their squares, shape [n, columns]; what does not vary is left out."""
    columns = [np.ones(len(table))]
    for name in FEATURES:
        values = standardised(table[name].to_numpy(dtype=np.float64))
        if values.any():
            columns += [values, values * values - 1.0]
    return np.stack(columns, axis=1)


def fitted_probability(table: pd.DataFrame) -> Numbers:
    """Return each borrower's probability of treatment by logistic regression on the features, within 0.02 to 0.98."""
    x = design(table)
    treated = table["treated"].to_numpy(dtype=np.float64)
    beta = np.zeros(x.shape[1])
    for _ in range(_STEPS):
        prob = 1.0 / (1.0 + np.exp(-np.clip(x @ beta, -30.0, 30.0)))
        hessian = (x * (prob * (1.0 - prob))[:, None]).T @ x + _RIDGE * np.eye(len(beta))
        step = np.linalg.solve(hessian, x.T @ (treated - prob) - _RIDGE * beta)
        beta += step
        if float(np.abs(step).max()) < 1e-9:
            break
    fitted: Numbers = np.clip(1.0 / (1.0 + np.exp(-np.clip(x @ beta, -30.0, 30.0))), LEAST, MOST)
    return fitted


def _read(table: pd.DataFrame, outcome: str) -> tuple[NDArray[np.bool_], Numbers]:
    return table["treated"].to_numpy(dtype=np.int64) == 1, table[outcome].to_numpy(dtype=np.float64)
