"""From paired runs to a verdict: the model moves as expected, the other way, or the runs cannot tell.

Every expectation is a statement about **contrasts**, sums of arms' outcomes with weights that add up to 0, taken in
each pair of runs: "some level in between lies above both ends" is (a and b) or (c and d) or ..., each letter a contrast
above a threshold. The statement's strength is the largest, over the alternatives, of the smallest contrast in each.
When intervals hold for all contrasts at once, the same largest and smallest of their ends hold for the strength.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray

from simcollect.face.asking import Arm
from simcollect.face.demonstration import BANDED, Claim, Demonstration
from simcollect.stats.intervals import Estimate
from simcollect.stats.simultaneous import together

Numbers = NDArray[np.float64]
Contrast = Mapping[Arm, float]

LEVEL: Final = 0.95
"""Probability with which all intervals of a demonstration and scenario hold together."""


class Answer(StrEnum):
    """What the runs say about an expectation."""

    AGREES = "agrees"
    DISAGREES = "disagrees"
    CANNOT_TELL = "cannot tell"


@dataclass(frozen=True)
class Statement:
    """An expectation as contrasts.

    Attributes
    ----------
    alternatives
        One at least must hold: all its contrasts above -band.
    sign
        -1 where the expectation is that the outcome falls: numbers shown are the strength's times this.
    two_sided
        Whether the contrast is to lie within the band instead of above its lower end.
    """

    alternatives: tuple[tuple[Contrast, ...], ...]
    sign: float = 1.0
    two_sided: bool = False

    @property
    def contrasts(self) -> tuple[Contrast, ...]:
        """All contrasts, in order."""
        return tuple(contrast for together in self.alternatives for contrast in together)


@dataclass(frozen=True)
class Verdict:
    """What the runs of one scenario say about one claim.

    Attributes
    ----------
    answer
        The verdict.
    estimate, low, high
        Of the quantity that the expectation is about, in the outcome's unit; NaN where it is not counted.
    seeds
        The estimate with each seed alone, in the order of the seeds.
    band
        Half-width of the band around no change, in the outcome's unit; 0 where the expectation needs none.
    level
        Mean outcome at the first level.
    n
        Pairs.
    """

    answer: Answer
    estimate: float
    low: float
    high: float
    seeds: tuple[float, ...]
    band: float
    level: float
    n: int


def statement(claim: Claim, demonstration: Demonstration) -> Statement:
    """Return a claim as contrasts of the demonstration's arms."""
    at = [level.at for level in demonstration.levels]
    last = len(at) - 1
    n_second = len(demonstration.second.levels) if demonstration.second else 1
    j = n_second - 1 if claim.second == "last" else 0
    change: Contrast = {(last, j): 1.0, (0, j): -1.0}
    if claim.expect == "inverted_u":
        inside = range(1, last)
        return Statement(tuple(({(m, j): 1.0, (0, j): -1.0}, {(m, j): 1.0, (last, j): -1.0}) for m in inside))
    if claim.expect in ("concave", "straight"):
        share = (at[1] - at[0]) / (at[last] - at[last - 1])
        weights = np.zeros(len(at))
        weights[[0, 1]] += (-1.0, 1.0)
        weights[last - 1] += share
        weights[last] -= share
        bend: Contrast = {(i, j): float(weight) for i, weight in enumerate(weights) if weight}
        return Statement(((bend,),), two_sided=claim.expect == "straight")
    if claim.expect in ("more_with", "less_with"):
        k = n_second - 1
        sign = 1.0 if claim.expect == "more_with" else -1.0
        both = {(last, k): sign, (0, k): -sign, (last, 0): -sign, (0, 0): sign}
        return Statement(((both,),), sign)
    sign = -1.0 if claim.expect in ("down", "not_up") else 1.0
    return Statement((({arm: sign * weight for arm, weight in change.items()},),), sign, claim.expect == "about")


def judge(
    claims: Sequence[Claim],
    demonstration: Demonstration,
    outcomes: Sequence[Mapping[Arm, Numbers]],
    seeds: NDArray[np.int64],
) -> tuple[Verdict, ...]:
    """Return the verdict on every claim; their intervals hold together with probability :data:`LEVEL`.

    An expectation agrees when its interval is clear of the threshold (0, or an end of the band) on the expected side
    and the mean of every seed lies there too; it disagrees when both lie on the other side.

    Parameters
    ----------
    claims
        Of the demonstration: the family whose intervals hold together.
    demonstration
        Its levels.
    outcomes
        For each claim the outcome by arm, one number a pair, shape [n]; NaN where it is not counted.
    seeds
        Seed of each pair, shape [n], n >= 2.
    """
    statements = [statement(claim, demonstration) for claim in claims]
    values = [
        np.column_stack([_contrast(contrast, numbers) for contrast in said.contrasts])
        for said, numbers in zip(statements, outcomes, strict=True)
    ]
    counted = [bool(np.all(np.isfinite(columns))) for columns in values]
    family = [columns for columns, known in zip(values, counted, strict=True) if known]
    intervals = iter(together(np.hstack(family), LEVEL) if family else ())
    found = []
    for claim, said, columns, numbers, known in zip(claims, statements, values, outcomes, counted, strict=True):
        first = float(np.mean(numbers[_first_arm(said)]))
        band = max(claim.within, claim.within_share * abs(first)) if claim.expect in BANDED and known else 0.0
        if not known:
            nothing = tuple(math.nan for _ in dict.fromkeys(seeds.tolist()))
            found.append(Verdict(Answer.CANNOT_TELL, math.nan, math.nan, math.nan, nothing, band, first, len(columns)))
            continue
        mine = [next(intervals) for _ in range(columns.shape[1])]
        found.append(_verdict(said, columns, mine, seeds, band, first))
    return tuple(found)


def _verdict(
    said: Statement,
    columns: Numbers,
    intervals: Sequence[Estimate],
    seeds: NDArray[np.int64],
    band: float,
    first: float,
) -> Verdict:
    strength = _strength(said, [interval.mean for interval in intervals])
    low = _strength(said, [interval.low for interval in intervals])
    high = _strength(said, [interval.high for interval in intervals])
    by_seed = [_strength(said, columns[seeds == seed].mean(axis=0)) for seed in dict.fromkeys(seeds.tolist())]
    if said.two_sided:
        holds = -band < low and high < band and all(abs(mean) < band for mean in by_seed)
        fails = (low > band and min(by_seed) > band) or (high < -band and max(by_seed) < -band)
    else:
        holds = low > -band and min(by_seed) > -band
        # An interval of no width at 0 is a knob without any effect, which is not what was expected.
        fails = high <= -band and max(by_seed) <= -band
    answer = Answer.AGREES if holds else Answer.DISAGREES if fails else Answer.CANNOT_TELL
    ends = sorted((said.sign * low, said.sign * high))
    shown = tuple(said.sign * mean for mean in by_seed)
    return Verdict(answer, said.sign * strength, ends[0], ends[1], shown, band, first, len(columns))


def _strength(said: Statement, numbers: Sequence[float] | Numbers) -> float:
    """Return the largest over the alternatives of the smallest contrast in each."""
    left = iter(numbers)
    return max(min(float(next(left)) for _ in conjunction) for conjunction in said.alternatives)


def _contrast(contrast: Contrast, numbers: Mapping[Arm, Numbers]) -> Numbers:
    return np.asarray(sum(weight * numbers[arm] for arm, weight in contrast.items()), dtype=np.float64)


def _first_arm(said: Statement) -> Arm:
    return min(said.contrasts[0])
