"""Boxes in a space of unknowns in which something happens more often: the patient rule induction method (PRIM).

A box starts as the whole space. Peeling cuts off, again and again, a thin slice at one end of one unknown: at the end
that is poorest in cases, by the slice itself or by a thicker one, whichever chance explains least. How far to peel is
settled by cross-validation: a path found on two thirds of the worlds is judged on the last third, three times over.
Noise gives boxes that look perfect where they were found, and nothing elsewhere; how good chance can look there is
measured by the same search over shuffled cases, and a box that they give as well is not shown. Cuts that a box does not
need are taken back.

All that happens in two thirds of the worlds. The other third, drawn by lot before, has no part in it, and judges the
very box that is shown. Worlds held out while the depth is chosen cannot do that: of many depths the luckiest is kept,
and its luck would be in the figures. The price is power: of 200 worlds 133 search, and a box in which cases are 60 %
against 25 % outside is shown about half as often as with all of them. More worlds buy it back.

Written here because no kept library does only this: the EMA workbench brings its own model runner and plots.

References
----------
Friedman and Fisher (1999), Bump hunting in high-dimensional data, Statistics and Computing 9: the method, and boxes
judged on worlds held out. Clopper and Pearson (1934), Biometrika 26: exact intervals of a share. Bryant and Lempert
(2010), Technological Forecasting and Social Change 77: coverage, density, and the test of single cuts. Besag and
Clifford (1991), Biometrika 78(2): shuffling no longer than is needed.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.stats import beta, binom

Numbers = NDArray[np.float64]
Flags = NDArray[np.bool_]

LEVEL: Final = 0.05
"""Chance at which noise would give a box as good; a box is shown below it."""
SHUFFLES: Final = 199
_ENOUGH: Final = 20  # shuffles as good as the cases: the box is refused, no need to go on
_PEEL: Final = 0.05
_SLICES: Final = (1, 2, 4, 8)  # thicknesses looked at to choose a side, in peels
_LEAST_SHARE: Final = 0.08
_LEAST_WORLDS: Final = 6
_LEAST_CASES: Final = 5
_FOLDS: Final = 3
_MOST_BOXES: Final = 3
_SEED: Final = 19_990_209
_JUDGES: Final = 3  # one world in so many judges
_TAIL: Final = 0.025


@dataclass(frozen=True)
class Cut:
    """One side of a box.

    Attributes
    ----------
    column
        Unknown.
    low, high
        Interval kept, in the unit of the coordinates; -inf or inf where that side is open.
    p_value
        Chance of so high a density inside, were the cut without meaning.
    """

    column: int
    low: float
    high: float
    p_value: float


@dataclass(frozen=True)
class Box:
    """A box with what it holds.

    Attributes
    ----------
    cuts
        At least one.
    p_value
        Share of shuffles in which the search found a box as good.
    n_judges, n_judge_cases
        Worlds that had no part in finding the box, and cases among them.
    n_inside, n_cases
        Of these worlds inside, and cases among them.
    """

    cuts: tuple[Cut, ...]
    p_value: float
    n_judges: int
    n_judge_cases: int
    n_inside: int
    n_cases: int

    @property
    def density(self) -> float:
        """Share of the worlds inside that are cases; NaN when no world that judges lies inside."""
        return self.n_cases / self.n_inside if self.n_inside else math.nan

    @property
    def coverage(self) -> float:
        """Share of all cases that lie inside; NaN when none is among the worlds that judge."""
        return self.n_cases / self.n_judge_cases if self.n_judge_cases else math.nan

    @property
    def density_interval(self) -> tuple[float, float]:
        """Its exact 95 % interval."""
        return share_interval(self.n_cases, self.n_inside)

    @property
    def coverage_interval(self) -> tuple[float, float]:
        """Its exact 95 % interval."""
        return share_interval(self.n_cases, self.n_judge_cases)


@dataclass(frozen=True)
class Found:
    """What a search gives.

    Attributes
    ----------
    boxes
        Told from noise, in the order found; may be none.
    refused_p_value
        Of the first box that noise explains; None where the search ended for want of cases.
    base_share
        Share of cases among all worlds.
    """

    boxes: tuple[Box, ...]
    refused_p_value: float | None
    base_share: float


def find_boxes(coordinates: Numbers, is_case: Flags, shuffles: int = SHUFFLES) -> Found:
    """Return the boxes in which cases gather, those only that shuffled cases hardly give.

    Parameters
    ----------
    coordinates
        One row a world, one column an unknown, shape [m, k].
    is_case
        Shape [m].
    shuffles
        At most so many, at least 19.

    Notes
    -----
    A second and a third box are looked for among the worlds outside those found before, and judged outside them.
    """
    base = float(is_case.mean())
    boxes: list[Box] = []
    generator = np.random.default_rng(_SEED)
    judges = np.zeros(len(is_case), dtype=bool)
    judges[generator.permutation(len(is_case))[: len(is_case) // _JUDGES]] = True
    outside = np.ones(len(is_case), dtype=bool)
    while len(boxes) < _MOST_BOXES:
        left = outside & ~judges
        x, y = coordinates[left], is_case[left]
        if min(y.sum(), (~y).sum()) < _LEAST_CASES:
            return Found(tuple(boxes), None, base)
        space = _Space(x)
        judged = space.judged(y)
        as_good = n_shuffles = 0
        while n_shuffles < shuffles and as_good < _ENOUGH:
            n_shuffles += 1
            as_good += space.judged(y[generator.permutation(len(y))]).score >= judged.score
        p_value = (1 + as_good) / (1 + n_shuffles)
        cuts = _needed(x, y, space.cuts(y, judged.share_inside)) if p_value <= LEVEL else []
        if not cuts:
            return Found(tuple(boxes), p_value, base)
        inside = outside & _within(coordinates, cuts)
        counts = (judges, judges & is_case, judges & inside, judges & inside & is_case)
        boxes.append(Box(tuple(cuts), p_value, *(int(one.sum()) for one in counts)))
        outside &= ~inside
    return Found(tuple(boxes), None, base)


@dataclass(frozen=True)
class _Judged:
    """The best step of the paths, by the worlds held out: its score, and its size."""

    score: float
    share_inside: float


class _Space:
    """Worlds with their order along every unknown, found once for all searches."""

    def __init__(self, x: Numbers) -> None:
        self.x = x
        self.folds = np.arange(len(x)) % _FOLDS
        self.least = max(_LEAST_WORLDS, math.ceil(_LEAST_SHARE * len(x)))
        self._order = np.argsort(x, axis=0, kind="stable").T.copy()  # shape [k, m]

    def judged(self, y: Flags) -> _Judged:
        """Return the step at which worlds held out lie furthest above the base share, in standard errors."""
        m, base = len(y), float(y.mean())
        counts = []
        for fold in range(_FOLDS):
            test = self.folds == fold
            steps = self._path(y, ~test, self.least * (_FOLDS - 1) // _FOLDS)
            inside = [_between(self.x[test], low, high) for low, high in steps]
            counts.append([(int(one.sum()), int((one & y[test]).sum())) for one in inside])
        n_steps = min(len(one) for one in counts)
        best = _Judged(0.0, 1.0)
        for step in range(n_steps):
            n, n_cases = (sum(one[step][part] for one in counts) for part in (0, 1))
            if not self.least <= n < m:
                continue
            # Drawn without replacement from m worlds: the variance of a count within the finite whole.
            score = (n_cases - n * base) / math.sqrt(n * base * (1.0 - base) * (m - n) / (m - 1))
            if score > best.score:
                best = _Judged(score, n / m)
        return best

    def cuts(self, y: Flags, share_inside: float) -> list[Cut]:
        """Return the cuts of the path over all worlds where so large a share of them is left."""
        steps = self._path(y, np.ones(len(y), dtype=bool), self.least)
        sizes = [_between(self.x, low, high).mean() for low, high in steps]
        low, high = steps[int(np.argmin(np.abs(np.array(sizes) - share_inside)))]
        sides = [*((c, low[c], math.inf) for c in range(len(low))), *((c, -math.inf, high[c]) for c in range(len(low)))]
        return [Cut(c, float(a), float(b), 0.0) for c, a, b in sides if math.isfinite(a) or math.isfinite(b)]

    def _path(self, y: Flags, among: Flags, least: int) -> list[tuple[Numbers, Numbers]]:
        """Return the boxes of one peeling, lower and upper ends each of shape [k], the whole space first."""
        k = self.x.shape[1]
        low, high = np.full(k, -math.inf), np.full(k, math.inf)
        steps = [(low, high)]
        inside = among.copy()
        while True:
            n = int(inside.sum())
            n_off = max(1, int(_PEEL * n))
            if n - n_off < least:
                return steps
            ranked = self._order[inside[self._order]].reshape(k, n)
            cases = y[ranked]
            below, above = _poverty(cases, n_off), _poverty(cases[:, ::-1], n_off)
            low, high = low.copy(), high.copy()
            if below.max() >= above.max():
                column = int(np.argmax(below))
                gone = ranked[column, :n_off]
                low[column] = self._half_way(column, ranked[column, n_off - 1], ranked[column, n_off])
            else:
                column = int(np.argmax(above))
                gone = ranked[column, n - n_off :]
                high[column] = self._half_way(column, ranked[column, n - n_off - 1], ranked[column, n - n_off])
            inside[gone] = False
            steps.append((low, high))

    def _half_way(self, column: int, one: int, other: int) -> float:
        return float(self.x[one, column] + self.x[other, column]) / 2.0


def _poverty(cases: Flags, n_off: int) -> Numbers:
    """Return how many standard errors fewer cases than its share the first worlds of each row hold, shape [k].

    Of the slice to be cut off and of thicker ones, the poorest counts: a thin slice of a few worlds is often empty by
    chance, along some of many unknowns, and says little about which side to cut.
    """
    n = cases.shape[1]
    base = float(cases[0].mean())
    sums = cases.cumsum(axis=1)
    poorest = np.zeros(len(cases))
    for times in _SLICES:
        size = times * n_off
        spread = math.sqrt(size * base * (1.0 - base) * (n - size) / (n - 1)) if size < n else 0.0
        if spread > 0.0:
            poorest = np.maximum(poorest, (size * base - sums[:, size - 1]) / spread)
    return poorest


def _needed(x: Numbers, y: Flags, cuts: list[Cut]) -> list[Cut]:
    """Return the cuts that chance does not explain; the weakest is taken back first, and the others tested anew.

    A cut is tested by whether so many cases would lie inside if it meant nothing. Each is the best of 2 k that might
    have been made, so its chance is multiplied by that.
    """
    cuts = list(cuts)
    while cuts:
        inside = _within(x, cuts)
        n, n_cases = int(inside.sum()), int(y[inside].sum())
        tested = []
        for place, cut in enumerate(cuts):
            share = float(y[_within(x, [*cuts[:place], *cuts[place + 1 :]])].mean())
            chance = 2 * x.shape[1] * float(binom.sf(n_cases - 1, n, share))
            tested.append(Cut(cut.column, cut.low, cut.high, min(1.0, chance)))
        weakest = max(range(len(tested)), key=lambda place: tested[place].p_value)
        if tested[weakest].p_value <= LEVEL:
            return sorted(tested, key=lambda cut: cut.p_value)
        del cuts[weakest]
    return cuts


def _within(x: Numbers, cuts: Sequence[Cut]) -> Flags:
    inside = np.ones(len(x), dtype=bool)
    for cut in cuts:
        inside &= (x[:, cut.column] >= cut.low) & (x[:, cut.column] <= cut.high)
    return inside


def _between(x: Numbers, low: Numbers, high: Numbers) -> Flags:
    return np.asarray(((x >= low) & (x <= high)).all(axis=1), dtype=np.bool_)


def share_interval(n_cases: int, n: int) -> tuple[float, float]:
    """Return the exact 95 % interval of a share (Clopper and Pearson): 0 to 1 of nothing.

    Examples
    --------
    >>> low, high = share_interval(5, 10)
    >>> round(low, 3), round(high, 3)
    (0.187, 0.813)
    """
    low = float(beta.ppf(_TAIL, n_cases, n - n_cases + 1)) if n_cases else 0.0
    high = float(beta.ppf(1.0 - _TAIL, n_cases + 1, n - n_cases)) if n_cases < n else 1.0
    return low, high
