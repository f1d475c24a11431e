"""Choosing the best of several strategies with a stated probability of being right.

:class:`Selection` is a fully sequential indifference-zone procedure. It is asked which systems still need a
replication and told what they gave, so that whoever runs the model (one process, a cluster) stays outside. All systems
that are still in are told the same replications: they are twins, and only the variance of their differences counts.

The promise: if the best system is better than every other by at least ``indifference``, it is selected with
probability at least ``level``. If others lie within that distance, one of those is selected with at least that
probability. The promise is exact for normal outcomes, unequal variances and any correlation; the slow test of this
module measures it there and where outcomes are skewed. Where what sets two systems apart is rare, the first
replications show no variance: then it is taken from all up to the first that does, and neither is dropped before.

References
----------
Kim and Nelson (2001), A fully sequential procedure for indifference-zone selection in simulation, ACM TOMACS 11(3);
Nelson, Swann, Goldsman and Song (2001), Simple procedures for selecting the best simulated system when the number of
alternatives is large, Operations Research 49(6) (the screening of :func:`subset_with_best`);
Chen, Lin, Yuecesan and Chick (2000), Simulation budget allocation, Discrete Event Dynamic Systems 10 (OCBA).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.stats import t as student_t

Numbers = NDArray[np.float64]

FIRST_REPLICATIONS: Final = 10
"""Replications of every system before any is dropped: enough for a variance, few enough to be cheap."""

NEVER_DIFFERED: Final = 300
"""Replications after which two systems whose difference was the same in all of them are judged by it: with 95 %
confidence it is another in fewer than 1 % of replications (the rule of three)."""


class Selection:
    """Sequential selection of the best of k systems by paired replications.

    Parameters
    ----------
    systems
        Names, each once, two or more.
    indifference
        Smallest difference worth detecting, above 0, in the unit of the outcome.
    level
        Probability of a correct selection, in (1 / k, 1).
    first
        Replications before the first elimination, at least 3.
    larger_is_better
        Whether the largest mean is the best.

    Raises
    ------
    ValueError
        If any of these is out of range. An indifference of 0 has no procedure that ends: ties would never be told.

    Examples
    --------
    >>> rng = np.random.default_rng(7)
    >>> race = Selection(["a", "b", "c"], indifference=0.5)
    >>> while not race.finished:
    ...     luck = rng.normal()
    ...     race.tell({name: luck + mean + 0.3 * rng.normal() for name, mean in (("a", 0), ("b", 1), ("c", 0.2))
    ...                if name in race.alive})
    >>> race.best
    'b'
    """

    def __init__(
        self,
        systems: Sequence[str],
        indifference: float,
        level: float = 0.95,
        first: int = FIRST_REPLICATIONS,
        larger_is_better: bool = True,
    ) -> None:
        k = len(systems)
        if k < 2 or len(set(systems)) != k:
            raise ValueError(f"systems must be two or more different names, found {list(systems)}")
        if not (math.isfinite(indifference) and indifference > 0.0):
            raise ValueError(
                f"indifference must be above 0, found {indifference}: no procedure can promise to tell systems that "
                "differ by nothing; ask for a subset instead"
            )
        if not 1.0 / k < level < 1.0:
            raise ValueError(f"level must lie between 1 / {k} (a guess) and 1, found {level}")
        if first < 3:
            raise ValueError(f"first must be at least 3 replications, found {first}")
        self.systems = tuple(systems)
        self.indifference = float(indifference)
        self.level = level
        self.first = first
        self.larger_is_better = larger_is_better
        self._sign = 1.0 if larger_is_better else -1.0
        eta = 0.5 * ((2.0 * (1.0 - level) / (k - 1)) ** (-2.0 / (first - 1)) - 1.0)
        self._h_squared = 2.0 * eta * (first - 1)
        self._told: dict[str, list[float]] = {name: [] for name in self.systems}
        self._dropped: list[tuple[str, int]] = []
        self._alive = self.systems
        self._place = np.arange(k)
        self._sums = np.zeros(k)
        self._r = 0
        self._variance: Numbers | None = None

    @property
    def alive(self) -> tuple[str, ...]:
        """Systems that still need replications, in the order given; one when the selection has finished."""
        return self._alive

    @property
    def dropped(self) -> tuple[tuple[str, int], ...]:
        """(system, replications it took to drop it), in the order they were dropped."""
        return tuple(self._dropped)

    @property
    def finished(self) -> bool:
        """Whether one system is left."""
        return len(self.alive) == 1

    @property
    def best(self) -> str:
        """The system selected.

        Raises
        ------
        ValueError
            If more than one is still in.
        """
        if not self.finished:
            raise ValueError(f"{len(self.alive)} systems are still in: {', '.join(self.alive)}")
        return self.alive[0]

    @property
    def n_replications(self) -> int:
        """Replications told so far."""
        return self._r

    @property
    def n_runs(self) -> int:
        """Runs told so far: the cost of the selection."""
        return sum(len(values) for values in self._told.values())

    @property
    def n_at_most(self) -> int | None:
        """Replications after which it will have ended; None before the first elimination.

        Whatever is told, but for a pair whose difference has been the same in all replications: its spread is unknown.
        """
        if self._variance is None or self.finished:
            return None if self._variance is None else self.n_replications
        variance = self._variance[self._place][:, self._place]
        closed = int(self._h_squared * float(variance.max()) / self.indifference**2) + 1
        if np.any((variance == 0.0) & ~np.eye(len(variance), dtype=bool)):
            closed = max(closed, NEVER_DIFFERED)
        return max(self.n_replications, closed)

    def tell(self, outcomes: Mapping[str, float]) -> None:
        """Take in one replication of every system that is still in.

        Raises
        ------
        ValueError
            If a system that is in is missing, one that is out is told, or a number is not finite.
        """
        alive = self.alive
        if outcomes.keys() != set(alive):
            raise ValueError(f"a replication is needed of exactly {', '.join(alive)}; found {', '.join(outcomes)}")
        for name in alive:
            if not math.isfinite(outcomes[name]):
                raise ValueError(f"outcome of {name} must be finite, found {outcomes[name]}")
        told = [self._sign * float(outcomes[name]) for name in alive]
        for name, value in zip(alive, told, strict=True):
            self._told[name].append(value)
        self._sums[self._place] += told
        self._r += 1
        if not self.finished and self.n_replications >= self.first:
            self._screen()

    def _screen(self) -> None:
        """Drop every system whose sum lies too far behind that of another still in."""
        if self._variance is None:
            self._variance = np.zeros((len(self.systems), len(self.systems)))
        alive, place, r = self._alive, self._place, self._r
        sums = self._sums[place]
        variance = self._variance[place][:, place]
        unseen = (variance == 0.0) & ~np.eye(len(alive), dtype=bool)
        if unseen.any():
            table = np.column_stack([self._told[name] for name in alive])
            differences = table[:, :, None] - table[:, None, :]
            # Exactly 0 for equal differences, of which rounding would leave a trace.
            now = np.where(np.ptp(differences, axis=0) == 0.0, 0.0, differences.var(axis=0, ddof=1))
            variance = np.where(unseen, now, variance)
            self._variance[np.ix_(place, place)] = variance
        # The triangle closes at r = h2 S2 / delta2: then the one with the larger sum stays, whatever the gap.
        slack = (self.indifference / (2.0 * r)) * (self._h_squared * variance / self.indifference**2 - r)
        lead = sums[None, :] - sums[:, None]
        behind = lead > np.maximum(0.0, slack) * r
        # Sums equal to the last bit beyond the triangle are a tie that no replication can break: the first stays.
        tied = (lead == 0.0) & (slack <= 0.0) & np.tri(len(alive), k=-1, dtype=bool)
        # A spread never seen is no spread of zero: such a pair is judged only when differences must be very rare.
        judged = (variance > 0.0) | (r >= NEVER_DIFFERED)
        lost = ((behind | tied) & judged).any(axis=1)
        if lost.any():
            self._dropped += [(name, r) for name, gone in zip(alive, lost, strict=True) if gone]
            self._alive = tuple(name for name, gone in zip(alive, lost, strict=True) if not gone)
            self._place = place[~lost]


def subset_with_best(
    values: Numbers, systems: Sequence[str], level: float = 0.95, larger_is_better: bool = True
) -> tuple[str, ...]:
    """Return the systems that cannot be told from the best with the replications at hand.

    With probability ``level`` at least, the best is among them. No indifference is needed: systems that differ by
    little simply stay together.

    Parameters
    ----------
    values
        Paired replications, shape [r, k], r >= 2.
    systems
        Names of the k columns.
    level
        Probability in (1 / k, 1).
    larger_is_better
        Whether the largest mean is the best.

    Raises
    ------
    ValueError
        If the shape or the level is out of range.

    Examples
    --------
    >>> subset_with_best(np.array([[1.0, 2.0, 9.0], [1.1, 2.2, 9.0], [0.9, 1.8, 9.1]]), ["a", "b", "c"])
    ('c',)
    """
    numbers = np.asarray(values, dtype=np.float64) * (1.0 if larger_is_better else -1.0)
    k = len(systems)
    if numbers.ndim != 2 or numbers.shape[1] != k or k < 2 or len(numbers) < 2 or not np.all(np.isfinite(numbers)):
        raise ValueError(
            f"values must be finite, 2 replications or more of the {k} systems, found shape {numbers.shape}"
        )
    if not 1.0 / k < level < 1.0:
        raise ValueError(f"level must lie between 1 / {k} (a guess) and 1, found {level}")
    r = len(numbers)
    mean = numbers.mean(axis=0)
    error = (numbers[:, :, None] - numbers[:, None, :]).std(axis=0, ddof=1) / math.sqrt(r)
    # Only the best itself must survive, against k - 1 others: Bonferroni over those, whatever the correlation.
    reach = float(student_t.isf((1.0 - level) / (k - 1), r - 1)) * error
    kept = np.all(mean[:, None] - mean[None, :] >= -reach, axis=1)
    return tuple(name for name, stays in zip(systems, kept, strict=True) if stays)


def allocation(mean: Numbers, variance: Numbers, budget: int, larger_is_better: bool = True) -> NDArray[np.int64]:
    """Return how a fixed budget of runs is best divided among k systems that run independently.

    Systems near the best and noisy ones get more: the rule that (nearly) maximises the probability of a correct
    selection for a large budget. No promise about that probability comes with it.

    Parameters
    ----------
    mean, variance
        Present estimates, shape [k], variance above 0.
    budget
        Runs in all, at least k.
    larger_is_better
        Whether the largest mean is the best.

    Returns
    -------
    array
        Runs of each system, shape [k], each at least 1, summing to ``budget``.

    Raises
    ------
    ValueError
        If shapes, variances or budget are out of range.

    Examples
    --------
    >>> allocation(np.array([1.0, 2.0, 3.0]), np.ones(3), 100).tolist()
    [12, 43, 45]
    """
    m = np.asarray(mean, dtype=np.float64) * (1.0 if larger_is_better else -1.0)
    v = np.asarray(variance, dtype=np.float64)
    k = len(m)
    if m.ndim != 1 or v.shape != m.shape or k < 2 or not np.all(np.isfinite(m)) or not np.all(v > 0.0):
        raise ValueError("mean and variance must be lists of equal length 2 or more, variances above 0")
    if budget < k:
        raise ValueError(f"a budget of {budget} runs cannot give each of {k} systems one")
    best = int(np.argmax(m))
    others = np.arange(k) != best
    gap = np.maximum(m[best] - m[others], 1e-9 * max(1.0, float(np.abs(m).max())))
    weight = np.empty(k)
    weight[others] = v[others] / gap**2
    weight[best] = math.sqrt(v[best] * float(np.sum(weight[others] ** 2 / v[others])))
    exact = weight / weight.sum() * (budget - k)
    runs = np.floor(exact).astype(np.int64)
    # What rounding left goes to the largest remainders, the first among equals.
    left = budget - k - int(runs.sum())
    runs[np.argsort(runs - exact, kind="stable")[:left]] += 1
    return np.asarray(runs + 1, dtype=np.int64)


def within_budget(runs: NDArray[np.int64], asked: NDArray[np.int64], budget: int) -> NDArray[np.int64]:
    """Return runs raised towards those asked for, as far as the budget goes; what is done cannot be taken back.

    Examples
    --------
    >>> within_budget(np.array([10, 10, 10]), np.array([2, 30, 28]), 60).tolist()
    [10, 26, 24]
    """
    missing = np.maximum(asked - runs, 0)
    left = budget - int(runs.sum())
    if left <= 0 or not missing.sum():
        return runs
    exact = missing * (left / missing.sum())
    more = np.floor(exact).astype(np.int64)
    more[np.argsort(more - exact, kind="stable")[: left - int(more.sum())]] += 1
    return np.asarray(runs + more, dtype=np.int64)
