"""The behaviour score: a noisy probability of paying whose accuracy is a setting.

The true propensity of a borrower is the chance that, left alone and with an instalment of ordinary weight, he comes
forward within about 90 days. Within each band of days past due its rank is turned into a normal score u; the lender
sees v = r u + sqrt(1 - r^2) z with independent noise z. For two borrowers on either side of their band's median
propensity, v puts the better one first with probability

    AUC = 1/2 + (2 / pi) asin(r / sqrt 2),     so     r = sqrt 2 sin(pi / 2 (AUC - 1/2)).

The score is E[propensity | v, band]: a calibrated probability, comparable across bands; a poor score bunches near its
band's mean. Ranks are taken in a reference table made of the behaviour numbers alone, so that nobody's score depends on
who else is in the book.

References
----------
Orthant probability of three normal variables: Sheppard 1899; Kendall and Stuart, The Advanced Theory of Statistics 1,
section 15.6. With u1 > 0 > u2: P(v1 > v2, u1 > 0, u2 < 0) = 1/8 + asin(r / sqrt 2) / (2 pi), and a quarter of all pairs
qualifies.
"""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from simcollect.core.codes import Cell, Purpose
from simcollect.population.draws import Draws, lognormal_above, normal_above
from simcollect.population.latent import LatentNumbers, burden_ease
from simcollect.population.rounding import millionths

Floats = NDArray[np.float64]

_POINTS = 4096
_REFERENCE_SEED = 350  # any fixed number: the table belongs to the parameters, not to a run
_LEAST_ABILITY = 1e-6  # ranks those who have nothing to spare by their will
_GRID = np.linspace(-5.0, 5.0, 201)
_NODES, _NODE_WEIGHTS = np.polynomial.hermite_e.hermegauss(48)


def noise_correlation(auc: float) -> float:
    """Return r, the correlation of signal and truth (0 to 1), that gives this AUC (0.5 to 1).

    Examples
    --------
    >>> round(noise_correlation(0.75), 4), round(noise_correlation(1.0), 4)
    (0.5412, 1.0)
    """
    return math.sqrt(2.0) * math.sin(math.pi / 2.0 * (auc - 0.5))


def propensity(spare_in_instalments: Floats, willingness: Floats, attention: Floats, scale: float) -> Floats:
    """Return the chance of coming forward within about 90 days when left alone, shape n.

    Parameters
    ----------
    spare_in_instalments
        Spare cash a month / instalment, 0 or more; ability is s^2 / (1 + s^2).
    willingness, attention
        0 to 1. Half of the drive needs attention.
    scale
        Payments expected in 90 days of a borrower who is fully able, willing and attentive, above 0.

    References
    ----------
    Assumed form: a payment intensity that is a product of ability, willingness and attention, as in the payment model.
    """
    square = spare_in_instalments * spare_in_instalments
    ability = _LEAST_ABILITY + square / (1.0 + square)
    expected = scale * ability * willingness * (1.0 + attention) / 2.0
    return -np.expm1(-expected)


def book_propensity(book: NDArray[np.void], numbers: LatentNumbers) -> Floats:
    """Return the true propensity of each account of a book, shape n: what the score is about; no strategy sees it.

    Taken at the reference burden: it is about the borrower, not about the size of the debt.
    """
    ratio = book["spare_cents"] / np.maximum(book["instalment_cents"], 1) / burden_ease(book, numbers)
    return propensity(ratio, book["willingness"], book["attention"], numbers.get("propensity_scale"))


def add_score(book: NDArray[np.void], draws: Draws, numbers: LatentNumbers) -> None:
    """Fill the score, 0 to 1, from the latents."""
    truth = book_propensity(book, numbers)
    band = numbers.band(book["dpd"])
    r = noise_correlation(numbers.get("behaviour_score_auc"))
    noise = math.sqrt(1.0 - r * r) * draws.normal(Purpose.SCORE_NOISE)
    tables = _tables(_Frozen(numbers))
    for b, (sorted_truth, rank) in enumerate(tables):
        mine = band == b
        u = ndtri(np.interp(truth[mine], sorted_truth, rank))
        seen = r * u + noise[mine]
        book["score"][mine] = millionths(np.interp(seen, _GRID, _expected(sorted_truth, rank, r)))


def _expected(sorted_truth: Floats, rank: Floats, r: float) -> Floats:
    """Return E[propensity | v] at the points of the grid, by Gauss-Hermite quadrature over u given v."""
    u = r * _GRID[:, np.newaxis] + math.sqrt(1.0 - r * r) * _NODES
    truth = np.interp(ndtr(u), rank, sorted_truth)
    weighted: Floats = truth @ (_NODE_WEIGHTS / math.sqrt(2.0 * math.pi))
    return weighted


class _Frozen:
    """The numbers as a dictionary key: equal when every number is."""

    def __init__(self, numbers: LatentNumbers) -> None:
        self.numbers = numbers
        parts = (numbers.behaviour, numbers.cells, numbers.cell_mix, numbers.from_dpd)
        self._bytes = tuple(np.ascontiguousarray(part).tobytes() for part in parts)

    def __hash__(self) -> int:
        return hash(self._bytes)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Frozen) and self._bytes == other._bytes


@lru_cache(maxsize=16)
def _tables(frozen: _Frozen) -> tuple[tuple[Floats, Floats], ...]:
    """Return for each band the reference propensities, sorted, and their mid-ranks in (0, 1)."""
    numbers = frozen.numbers
    cell = np.repeat(np.arange(len(Cell), dtype=np.int8), _POINTS)
    draws = Draws(_REFERENCE_SEED, 0, np.arange(len(cell), dtype=np.int64))
    z = normal_above(draws.uniform(Purpose.SPARE_CASH), numbers.of("no_spare_share", cell))
    spare = numbers.of("spare_median", cell) * lognormal_above(z, numbers.of("spare_log_sd", cell))
    character = []
    for name, purpose in (("willingness", Purpose.WILLINGNESS), ("attention", Purpose.ATTENTION)):
        odds = numbers.of(f"{name}_median", cell)
        odds = odds / (1.0 - odds) * np.exp(numbers.get(f"{name}_log_odds_sd") * draws.normal(purpose))
        character.append(odds / (1.0 + odds))
    truth = propensity(spare, character[0], character[1], numbers.get("propensity_scale"))
    order = np.argsort(truth, kind="stable")
    tables = []
    for mix in numbers.cell_mix:
        weight = mix[cell[order]] / _POINTS
        reach = np.cumsum(weight)
        tables.append((truth[order], (reach - weight / 2.0) / reach[-1]))
    return tuple(tables)
