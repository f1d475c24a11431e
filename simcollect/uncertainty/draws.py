"""Which values of the parameters are tried: draws of what is assumed, and within each, draws of what is calibrated."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simcollect.core.errors import InputError
from simcollect.scenario import Scenario
from simcollect.uncertainty.assumptions import Assumption, assumptions_of, drawn_values, mixes_of, prices_of, shares_of
from simcollect.uncertainty.ensemble import Ensemble, read_ensemble

Numbers = NDArray[np.float64]

LEAST_DRAWS = 5
"""Fewer draws than this say nothing about a spread."""


@dataclass(frozen=True, eq=False)
class Draws:
    """A nested sample of parameters: a outer draws of assumptions, b inner ones of the ensemble within each.

    Attributes
    ----------
    ensemble
        Of the behaviour preset; None where that was not calibrated.
    assumptions
        k numbers or groups of numbers that are only assumed.
    shares
        Shares of their distributions, shape [a, k].
    calibrated
        Ensemble draws in natural units, shape [a * b, d]; d is 0 without an ensemble.
    points
        Values by place, a * b of them; the b draws of the first outer draw come first.
    n_outer, n_inner
        a and b.
    """

    ensemble: Ensemble | None
    assumptions: tuple[Assumption, ...]
    shares: Numbers
    calibrated: Numbers
    points: tuple[Mapping[str, float], ...]
    n_outer: int
    n_inner: int

    @property
    def places(self) -> tuple[str, ...]:
        """Every place that a draw gives a value to."""
        return tuple(self.points[0])


def draw(scenario: Scenario, n: int, n_inner: int = 2) -> Draws:
    """Return draws of everything about a scenario's borrowers and prices that is not known.

    Parameters
    ----------
    scenario
        Its seed keys the draws: the same seed gives the same ones.
    n
        Outer draws, at least 5. Without an ensemble one point each, with one ``n_inner`` points each; where nothing is
        assumed, n * n_inner points of the ensemble alone.
    n_inner
        Draws of the ensemble for each draw of the assumptions, at least 2: what tells the two apart.

    Raises
    ------
    InputError
        If there are too few draws, or nothing to draw.
    """
    if n < LEAST_DRAWS or n_inner < 2:
        found = f"are {n}" if n < LEAST_DRAWS else f"have {n_inner} of the ensemble each"
        raise InputError("", "draws", found, f"Expected {LEAST_DRAWS} or more, with 2 or more of the ensemble each")
    seed = scenario.run.seed
    ensemble = read_ensemble(scenario)
    assumptions = assumptions_of(scenario, () if ensemble is None else ensemble.places)
    if ensemble is None and not assumptions:
        raise InputError(
            "",
            "uncertainty",
            "has nothing to draw",
            "Expected numbers that are assumed or calibrated",
            "Every number of behaviour and economics is published or a statute here",
        )
    a, b = (n, n_inner if ensemble is not None else 1) if assumptions else (1, n * n_inner)
    shares = shares_of(assumptions, a, seed)
    calibrated = np.empty((a * b, 0)) if ensemble is None else ensemble.draws(a * b, seed)
    mixes, prices = mixes_of(scenario), prices_of(scenario)
    points: list[Mapping[str, float]] = []
    for i in range(a):
        for j in range(b):
            of_data = _by_place(ensemble, calibrated[i * b + j])
            assumed = drawn_values(assumptions, shares[i], _with(mixes, of_data), prices)
            points.append({**of_data, **assumed})
    return Draws(ensemble, assumptions, shares, calibrated, tuple(points), a, b)


def _by_place(ensemble: Ensemble | None, values: Numbers) -> dict[str, float]:
    if ensemble is None:
        return {}
    return {
        place: min(max(float(f"{value:.8g}"), low), high)
        for place, value, (low, high) in zip(ensemble.places, values, ensemble.ranges, strict=True)
    }


def _with(mixes: Mapping[str, Mapping[str, float]], values: Mapping[str, float]) -> dict[str, dict[str, float]]:
    return {
        band: {cell: values.get(f"behaviour.cell_mix.{band}.{cell}", share) for cell, share in mix.items()}
        for band, mix in mixes.items()
    }
