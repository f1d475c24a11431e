"""The calibrated ensemble: behaviour parameters as a calibration leaves them, with how sure it is of each together.

A calibrated preset ends in a table ``[calibration]``: places, the scale each was fitted on, estimates in natural
units, and their covariance on that scale. Draws are normal on the scale and lie inside every number's range.
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from simcollect.core.errors import InputError
from simcollect.scenario import Quantity, Scenario, presets
from simcollect.scenario.presets import CALIBRATION, EXTENDS
from simcollect.stats.scales import SCALES, Scale, from_scale, to_scale

Numbers = NDArray[np.float64]

_BLOCK: Final = "behaviour"
_SAME: Final = 1e-3  # a preset's value may be rounded; another number is another belief
_MOST_TRIES: Final = 10_000
_STREAM: Final = 1  # apart from the draws of assumed numbers, which share the seed


@dataclass(frozen=True, eq=False)
class Ensemble:
    """Calibrated numbers with their joint uncertainty.

    Attributes
    ----------
    file, date
        Of the calibration.
    places
        Where the numbers stand in a scenario ("behaviour.payment.base_rate_per_day"), d of them, at least 1.
    scales
        On which they were fitted: "linear", "log" or "logit".
    estimates
        In natural units, shape [d].
    covariance
        On the scales, shape [d, d].
    ranges
        Lowest and highest value of each, in natural units.
    left_out
        Places of the calibration that this scenario sets otherwise: they follow the scenario, and not the ensemble.
    """

    file: str
    date: str
    places: tuple[str, ...]
    scales: tuple[Scale, ...]
    estimates: Numbers
    covariance: Numbers
    ranges: tuple[tuple[float, float], ...]
    left_out: tuple[str, ...] = ()

    @property
    def standard_errors(self) -> Numbers:
        """Standard errors on the scales, shape [d]."""
        return np.sqrt(np.diag(self.covariance))

    def draws(self, n: int, seed: int) -> Numbers:
        """Return n draws in natural units, shape [n, d]: normal on the scales, given that all lie in their ranges.

        A draw depends on the seed, its number and the ensemble, and not on how many there are.

        Raises
        ------
        InputError
            If hardly any draw would lie inside the ranges.
        """
        centre = np.array([to_scale(x, s) for x, s in zip(self.estimates, self.scales, strict=True)])
        values, vectors = np.linalg.eigh(self.covariance)
        spread = vectors * np.sqrt(np.clip(values, 0.0, None))
        drawn = np.empty((n, len(self.places)))
        for number in range(n):
            generator = np.random.default_rng([seed, _STREAM, number])
            for _ in range(_MOST_TRIES):
                normal = ndtri(generator.random(len(self.places)))
                point = centre + spread @ normal
                natural = [from_scale(x, s) for x, s in zip(point, self.scales, strict=True)]
                if all(low <= x <= high for x, (low, high) in zip(natural, self.ranges, strict=True)):
                    drawn[number] = natural
                    break
            else:
                raise InputError(
                    self.file,
                    CALIBRATION,
                    f"gives {_MOST_TRIES:,} draws in a row with some number outside its range",
                    "Expected a covariance that fits the ranges of its numbers",
                    "Look at parameters that the data hardly determine, and fix one of them",
                )
        return drawn


def read_ensemble(scenario: Scenario) -> Ensemble | None:
    """Return the ensemble of a scenario's behaviour preset, or None where that was not calibrated.

    Numbers that the scenario sets itself are left out of it, the others keep their covariance (the marginal
    distribution: what is set is a belief of its own and no further data on the rest).

    Raises
    ------
    InputError
        If the preset's table is incomplete or contradicts itself.
    """
    file, table = _table(scenario.behaviour.preset)
    if table is None:
        return None
    places, scales, estimates, covariance = _checked(file, table)
    numbers = [_quantity(scenario, place) for place in places]
    kept = [
        position
        for position, (number, estimate) in enumerate(zip(numbers, estimates, strict=True))
        if number is not None
        and number.status == "calibrated"
        and math.isclose(number.value, estimate, rel_tol=_SAME, abs_tol=1e-12)
    ]
    if not kept:
        return None
    return Ensemble(
        file=str(table.get("file", file)),
        date=str(table.get("date", "")),
        places=tuple(f"{_BLOCK}.{places[position]}" for position in kept),
        scales=tuple(scales[position] for position in kept),
        estimates=estimates[kept],
        covariance=covariance[np.ix_(kept, kept)],
        ranges=tuple(number.range for number in (numbers[position] for position in kept) if number is not None),
        left_out=tuple(f"{_BLOCK}.{place}" for position, place in enumerate(places) if position not in kept),
    )


def _table(preset: str) -> tuple[str, Mapping[str, Any] | None]:
    """Return the calibration of a preset, or of the nearest one it extends, with the file it stands in."""
    name: str | None = preset
    file = ""
    while name is not None:
        file = f"{_BLOCK}_{name}.toml"
        table = presets.read_calibration_table(_BLOCK, name)
        if table is not None:
            return file, table
        name = tomllib.loads((presets.FOLDER / file).read_text(encoding="utf-8")).get(EXTENDS)
    return file, None


def _checked(file: str, table: Mapping[str, Any]) -> tuple[list[str], list[Scale], Numbers, Numbers]:
    def refusal(key: str, found: str, expected: str) -> InputError:
        return InputError(file, f"{CALIBRATION}.{key}", found, f"Expected {expected}", "Take it from `calibrate` anew")

    for key in ("places", "scales", "estimates", "covariance"):
        if key not in table:
            raise refusal(key, "is missing", "places, scales, estimates and covariance")
    places, scales = list(table["places"]), list(table["scales"])
    d = len(places)
    for key in ("scales", "estimates", "covariance"):
        if len(table[key]) != d:
            raise refusal(key, f"has {len(table[key])} entries", f"{d}, one for each place")
    if unknown := [scale for scale in scales if scale not in SCALES]:
        raise refusal("scales", f'has "{unknown[0]}"', ", ".join(SCALES))
    covariance = np.array(table["covariance"], dtype=np.float64)
    if covariance.shape != (d, d) or not np.all(np.isfinite(covariance)):
        raise refusal("covariance", f"has the shape {covariance.shape}", f"{d} rows of {d} finite numbers")
    largest = float(np.max(np.abs(covariance), initial=0.0))
    is_symmetric = bool(np.allclose(covariance, covariance.T, atol=1e-8 * max(largest, 1e-300)))
    if not is_symmetric or (d and np.linalg.eigvalsh(covariance)[0] < -1e-8 * largest):
        raise refusal("covariance", "is no covariance", "a symmetric matrix without negative eigenvalues")
    return places, scales, np.array(table["estimates"], dtype=np.float64), covariance


def _quantity(scenario: Scenario, place: str) -> Quantity | None:
    """Return the number at a place of the behaviour block, or None where there is none of this name."""
    behaviour = scenario.behaviour
    parts: Sequence[str] = place.split(".")
    tables: Mapping[str, Any] = {**behaviour.groups, "cells": behaviour.cells, "cell_mix": behaviour.cell_mix}
    found: Any = tables
    for part in parts:
        if not isinstance(found, Mapping) or part not in found:
            return None
        found = found[part]
    return found if isinstance(found, Quantity) else None
