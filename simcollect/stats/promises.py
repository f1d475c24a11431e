"""Whether promises of 95 % are kept: selection, subsets, intervals and looks, each over many problems of known truth.

Nothing of the model is in here. Every problem has systems whose true means are set, and outcomes drawn around them;
what is counted is how often the statement made is true.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.stats import beta

from simcollect.stats.looks import repeated_t, schedule, width_t
from simcollect.stats.selection import Selection, allocation, subset_with_best, within_budget
from simcollect.stats.simultaneous import intervals, largest_t, together, with_the_best

Numbers = NDArray[np.float64]
Draw = Callable[[np.random.Generator, int, int], Numbers]
"""(generator, r, k) -> r replications of k outcomes with true mean 0."""

LEVEL: Final = 0.95
INDIFFERENCE: Final = 1.0
_SPREAD: Final = 3.0
_LOOKS: Final = schedule(10, 200)
_SUBSET_REPLICATIONS: Final = 20
_BEST_REPLICATIONS: Final = 20


@dataclass(frozen=True)
class Kept:
    """How often a promise was kept.

    Attributes
    ----------
    promise
        What is promised: "selection", "near", "budget", "subset", "best", "together", "sign", "width", and "naive" and
        "even" for what is not done and stands there to be compared.
    case
        Which problems.
    n, kept
        Problems, and those in which the statement was true.
    cost
        Mean of what it took: replications of all systems, size of the subset, or replications when it stopped.
    """

    promise: str
    case: str
    n: int
    kept: int
    cost: float

    @property
    def share(self) -> float:
        """Share of problems in which the promise was kept."""
        return self.kept / self.n

    @property
    def interval(self) -> tuple[float, float]:
        """95 % interval of the share over all such problems (Clopper and Pearson, 1934, Biometrika 26)."""
        low = 0.0 if self.kept == 0 else float(beta.ppf(0.025, self.kept, self.n - self.kept + 1))
        high = 1.0 if self.kept == self.n else float(beta.ppf(0.975, self.kept + 1, self.n - self.kept))
        return low, high


def _normal(rho: float) -> Draw:
    def draw(rng: np.random.Generator, r: int, k: int) -> Numbers:
        return math.sqrt(rho) * rng.normal(size=(r, 1)) + math.sqrt(1.0 - rho) * rng.normal(size=(r, k))

    return draw


def _scaled(draw: Draw, first: float, last: float) -> Draw:
    return lambda rng, r, k: np.linspace(first, last, k) * draw(rng, r, k)


def _skewed(rng: np.random.Generator, r: int, k: int) -> Numbers:
    """Exponential outcomes, skewness 2."""
    return np.asarray(rng.exponential(size=(r, k)) - 1.0)


def _twins_skewed(rng: np.random.Generator, r: int, k: int) -> Numbers:
    """Exponential outcomes of which half is shared, as twins share their luck."""
    return np.asarray(math.sqrt(0.5) * (_skewed(rng, r, 1) + _skewed(rng, r, k)))


def twins_lognormal(rng: np.random.Generator, r: int, k: int) -> Numbers:
    """Lognormal outcomes of skewness 1.75, of which half is shared; their skewness is 1.2."""
    values = np.exp(0.5 * rng.normal(size=(r, k + 1))) - math.exp(0.125)
    return np.asarray(math.sqrt(0.5) * (values[:, :1] + values[:, 1:]))


SELECTIONS: Final[Mapping[str, tuple[int, Draw]]] = {
    "slippage, 5 systems": (5, _scaled(_normal(0.0), _SPREAD, _SPREAD)),
    "slippage, 20 systems": (20, _scaled(_normal(0.0), _SPREAD, _SPREAD)),
    "unequal variances, best quiet": (5, _scaled(_normal(0.0), 1.0, 6.0)),
    "unequal variances, best noisy": (5, _scaled(_normal(0.0), 6.0, 1.0)),
    "correlated (0.8)": (5, _scaled(_normal(0.8), _SPREAD, _SPREAD)),
    "correlated (0.8), unequal variances": (5, _scaled(_normal(0.8), 6.0, 1.0)),
    "skewed (exponential)": (5, _scaled(_skewed, _SPREAD, _SPREAD)),
    "skewed, half shared by twins": (5, _scaled(_twins_skewed, _SPREAD, _SPREAD)),
}
"""Number of systems and noise; the best comes first and is better than each other by exactly the indifference."""

INTERVALS: Final[Mapping[str, tuple[int, Draw, int]]] = {
    "1 outcome": (1, _normal(0.0), 20),
    "8 outcomes, independent": (8, _normal(0.0), 20),
    "8 outcomes, correlated (0.8)": (8, _normal(0.8), 20),
    "8 outcomes, skewed (exponential)": (8, _skewed, 20),
    "8 outcomes, skewed (lognormal), half shared by twins": (8, twins_lognormal, 20),
    "8 outcomes, independent, few replications": (8, _normal(0.0), 5),
    "36 outcomes, correlated (0.5), few replications": (36, _normal(0.5), 5),
    "36 outcomes, correlated (0.5), ten replications": (36, _normal(0.5), 10),
    "36 outcomes, independent": (36, _normal(0.0), 20),
    "36 outcomes, correlated (0.9)": (36, _normal(0.9), 20),
}
"""Number of outcomes, noise and replications; every true mean is 0."""

STOPPED: Final[Mapping[str, tuple[int, Draw]]] = {
    "1 outcome": (1, _normal(0.0)),
    "6 outcomes, correlated (0.5)": (6, _normal(0.5)),
    "1 outcome, skewed (exponential)": (1, _skewed),
}


def measure_promises(n: int, on_progress: Callable[[int, int], None] | None = None) -> list[Kept]:
    """Return how often each promise was kept over ``n`` problems each.

    Parameters
    ----------
    n
        Problems of each kind, at least 1.
    on_progress
        Told (kinds finished, kinds in all).
    """
    jobs = list(_jobs(n))
    found = []
    for number, job in enumerate(jobs):
        if on_progress is not None:
            on_progress(number, len(jobs))
        found.append(job())
    if on_progress is not None:
        on_progress(len(jobs), len(jobs))
    return found


def _jobs(n: int) -> Iterator[Callable[[], Kept]]:
    for case, (k, draw) in SELECTIONS.items():
        yield partial(selection_kept, case, k, draw, n)
    yield partial(near_kept, n)
    for case, (k, draw) in SELECTIONS.items():
        yield partial(subset_kept, case, k, draw, n)
    for case in ("slippage, 5 systems", "unequal variances, best noisy"):
        k, draw = SELECTIONS[case]
        for even in (False, True):
            yield partial(budget_kept, case, k, draw, n, even)
    for case, (k, draw, r) in INTERVALS.items():
        yield partial(together_kept, case, k, draw, r, n)
    yield partial(best_kept, n)
    for case, (k, draw) in STOPPED.items():
        for rule in ("sign", "naive"):
            yield partial(sign_kept, case, k, draw, n, rule)
        yield partial(width_kept, case, k, draw, n)


def selection_kept(case: str, k: int, draw: Draw, n: int) -> Kept:
    """Return how often the sequential selection finds the best, better than all others by the indifference."""
    mean = np.zeros(k)
    mean[0] = INDIFFERENCE
    right, runs = 0, 0
    for seed in range(n):
        best, cost = _selected(mean, draw, seed)
        right += best == 0
        runs += cost
    return Kept("selection", case, n, right, runs / n)


def near_kept(n: int) -> Kept:
    """Return how often one within the indifference of the best is selected, where several are that close."""
    mean = INDIFFERENCE * np.array([1.0, 0.7, 0.4, -0.1, -1.0])
    good, runs = 0, 0
    for seed in range(n):
        best, cost = _selected(mean, SELECTIONS["slippage, 5 systems"][1], seed)
        good += bool(mean[best] > mean[0] - INDIFFERENCE)
        runs += cost
    return Kept("near", "3 of 5 within the indifference", n, good, runs / n)


def _selected(mean: Numbers, draw: Draw, seed: int) -> tuple[int, int]:
    k = len(mean)
    rng = np.random.default_rng([seed, k])
    race = Selection([str(place) for place in range(k)], INDIFFERENCE, LEVEL)
    while not race.finished:
        for row in mean + draw(rng, 50, k):
            race.tell({name: float(row[int(name)]) for name in race.alive})
            if len(race.alive) == 1:
                break
    return int(race.best), race.n_runs


def subset_kept(case: str, k: int, draw: Draw, n: int) -> Kept:
    """Return how often the subset holds the best, and how many it holds."""
    mean = np.zeros(k)
    mean[0] = INDIFFERENCE
    names = [str(place) for place in range(k)]
    held, size = 0, 0
    for seed in range(n):
        rng = np.random.default_rng([seed, k, 1])
        kept = subset_with_best(mean + draw(rng, _SUBSET_REPLICATIONS, k), names, LEVEL)
        held += "0" in kept
        size += len(kept)
    return Kept("subset", case, n, held, size / n)


def budget_kept(case: str, k: int, draw: Draw, n: int, even: bool) -> Kept:
    """Return how often the best has the best mean after 40 runs a system, allocated in four steps or evenly."""
    mean = np.zeros(k)
    mean[0] = INDIFFERENCE
    budget = 40 * k
    right = 0
    for seed in range(n):
        rng = np.random.default_rng([seed, k, 2])
        values = mean + draw(rng, budget, k)
        runs = np.full(k, 40 if even else 10)
        for step in () if even else (20, 27, 34, 40):
            seen = [values[: runs[place], place] for place in range(k)]
            asked = allocation(
                np.array([part.mean() for part in seen]), np.array([part.var(ddof=1) for part in seen]), step * k
            )
            runs = within_budget(runs, asked, step * k)
        means = [values[: runs[place], place].mean() for place in range(k)]
        right += int(np.argmax(means)) == 0
    return Kept("even" if even else "budget", case, n, right, float(budget))


def together_kept(case: str, k: int, draw: Draw, r: int, n: int) -> Kept:
    """Return how often all intervals of ``r`` replications cover at once."""
    held = 0
    for seed in range(n):
        values = draw(np.random.default_rng([seed, k, 3]), r, k)
        held += all(one.low <= 0.0 <= one.high for one in together(values, LEVEL))
    return Kept("together", case, n, held, float(r))


def best_kept(n: int) -> Kept:
    """Return how often all comparisons with the best hold: five correlated systems, two of them equal and best."""
    mean = np.array([0.0, 0.3, 0.6, 0.6, 0.1])
    truth = [mean[place] - np.delete(mean, place).max() for place in range(5)]
    held = 0
    for seed in range(n):
        values = mean + _normal(0.5)(np.random.default_rng([seed, 4]), _BEST_REPLICATIONS, 5)
        found = with_the_best(values, LEVEL)
        held += all(one.low <= true <= one.high for one, true in zip(found, truth, strict=True))
    return Kept("best", "5 systems, correlated (0.5)", n, held, float(_BEST_REPLICATIONS))


def sign_kept(case: str, k: int, draw: Draw, n: int, rule: str) -> Kept:
    """Return how often all intervals cover where one stops at the first that leaves zero, the truth, out.

    ``rule`` "naive" takes the usual simultaneous intervals at every look.
    """
    held, taken = 0, 0
    for seed in range(n):
        values = draw(np.random.default_rng([seed, k, 5]), _LOOKS[-1], k)
        is_right = True
        for look in _LOOKS:
            seen = values[:look]
            multiple = largest_t(seen, LEVEL)
            # Those paid for are wider than the usual ones: found only where it matters.
            if not _cover(seen, multiple) and (rule == "naive" or not _cover(seen, repeated_t(seen, _LOOKS, LEVEL))):
                is_right = False
                break
        held += is_right
        taken += look
    return Kept(rule, case, n, held, taken / n)


def width_kept(case: str, k: int, draw: Draw, n: int) -> Kept:
    """Return how often all intervals cover where one stops when all are narrow enough: 0.45 standard deviations."""
    held, taken = 0, 0
    for seed in range(n):
        values = draw(np.random.default_rng([seed, k, 6]), _LOOKS[-1], k)
        for look in _LOOKS:
            seen = values[:look]
            multiple = width_t(seen, LEVEL)
            found = intervals(seen, multiple, LEVEL)
            if max(max(one.mean - one.low, one.high - one.mean) for one in found) <= 0.45:
                break
        held += _cover(seen, multiple)
        taken += look
    return Kept("width", case, n, held, taken / n)


def _cover(values: Numbers, multiple: float) -> bool:
    """Return whether all intervals hold zero, the truth."""
    return all(one.low <= 0.0 <= one.high for one in intervals(values, multiple, LEVEL))
