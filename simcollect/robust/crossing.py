"""Where a difference that depends on one number turns its sign, and between which values that place lies.

The difference is known at some values only, each with replications that are paired over values (keyed draws). At a
value the two strategies cannot be told apart when the interval of the difference holds 0, so the values at which that
is so are a confidence interval for the break-even value: the one that inverting the t test gives. It needs no straight
line, and may reach beyond the range, or be empty.

Three curves are followed outward from the stated value: the interval's near end (where it meets 0, the winner is no
longer told), the mean (the break-even value) and the far end (from there on the other one wins for certain). Each is
bracketed by values at which its sign differs, and each round halves the brackets or better.

References
----------
Dowell and Jarratt (1971), BIT 11: regula falsi that cannot stall, of which the clipped step here is a simple form.
Casella and Berger (2002), Statistical Inference, 2nd ed., section 9.2.1: inverting a test.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from simcollect.stats import estimate_mean

Numbers = NDArray[np.float64]

LEVEL: Final = 0.95
NARROW: Final = 0.005
"""Share of the range below which a bracket is not divided further."""
_EDGE: Final = 0.15  # a step never goes nearer to a bracket's end than this share of it

Verdict = Literal["flips", "cannot tell", "never within range", "no effect in any run"]


@dataclass(frozen=True)
class Crossing:
    """Where the lead turns on one side of the stated value; positions are shares of the range.

    Attributes
    ----------
    verdict
        "flips": beyond ``far`` the other one leads for certain. "cannot tell": the lead is lost, and the other one is
        not seen to win within the range. "never within range": the lead is told everywhere on this side.
    near, at, far
        Where the lead is no longer told, where its mean is 0, and from where the other one's lead is told; None where
        that is not within the range.
    """

    verdict: Verdict
    near: float | None
    at: float | None
    far: float | None


def crossing(path: Mapping[float, Numbers], start: float, upward: bool) -> Crossing:
    """Return where a lead is lost, going from the stated value to one end of the range.

    Parameters
    ----------
    path
        Lead (winner - other) in each replication by position in [0, 1], the stated one among them; arrays of the same
        shape [r], r >= 2.
    start
        Position of the stated value.
    upward
        Towards 1; otherwise towards 0.
    """
    places = _outward(path, start, upward)
    curves = _curves(path, places)
    near, at, far = (_first_zero(places, curve) for curve in curves)
    if near is None:
        return Crossing("never within range", None, None, None)
    return Crossing("cannot tell" if far is None else "flips", near, at, far)


def next_positions(path: Mapping[float, Numbers], start: float) -> list[float]:
    """Return where to look next to know the crossings on both sides better; none when they are known closely."""
    wanted: list[float] = []
    for upward in (False, True):
        places = _outward(path, start, upward)
        for curve in _curves(path, places):
            step = _bracket(curve)
            if step is None:
                continue
            a, b = places[step], places[step + 1]
            if abs(b - a) <= NARROW:
                continue
            u, v = curve[step], curve[step + 1]
            share = min(max(u / (u - v), _EDGE), 1.0 - _EDGE)
            position = a + share * (b - a)
            if all(abs(position - other) > NARROW / 2.0 for other in (*path, *wanted)):
                wanted.append(position)
    return wanted


def _outward(path: Mapping[float, Numbers], start: float, upward: bool) -> list[float]:
    return sorted((p for p in path if (p >= start if upward else p <= start)), reverse=not upward)


def _curves(path: Mapping[float, Numbers], places: list[float]) -> tuple[list[float], list[float], list[float]]:
    """Return low ends, means and high ends of the lead's interval along the way."""
    found = [estimate_mean(path[place], LEVEL) for place in places]
    return [one.low for one in found], [one.mean for one in found], [one.high for one in found]


def _bracket(curve: list[float]) -> int | None:
    """Return the first step over which a curve falls from above 0 to 0 or below."""
    return next((i for i in range(len(curve) - 1) if curve[i] > 0.0 >= curve[i + 1]), None)


def _first_zero(places: list[float], curve: list[float]) -> float | None:
    """Return where a curve first meets 0, a straight line between neighbours; the start itself when it lies below."""
    if curve[0] <= 0.0:
        return places[0]
    step = _bracket(curve)
    if step is None:
        return None
    u, v = curve[step], curve[step + 1]
    return places[step] + (u / (u - v)) * (places[step + 1] - places[step])
