"""How often the intervals cover the truth: on synthetic pairs whose difference is known, and on the model's own runs.

Student's interval of 95 % is right 95 times in 100 for normal differences; for skewed ones and few replications it is
right less often, and its arm towards the long tail is made longer (:mod:`simcollect.stats.intervals`). Here that is
counted, with the functions that every comparison uses.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final, Protocol

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binomtest, skew

import simcollect
from simcollect import api
from simcollect.core.folder import results_folder, write_json
from simcollect.experiment.axes import measure_axis
from simcollect.outcomes.measures import HEADLINE
from simcollect.stats import paired_difference
from simcollect.stats.simultaneous import together

Numbers = NDArray[np.float64]
Progress = Callable[[int, int], None]

RESULT: Final = "coverage.json"
LEVEL: Final = 0.95
BAR: Final = (0.935, 0.965)
"""Coverage that is asked of a 95 % interval."""

_PAIRS: Final = 10_000
_SETS: Final = 2_000  # the largest t is found by 10,000 variates each time
_N: Final = 20  # replications of a scenario that does not say
_SKEWNESS_FROM: Final = 200_000
_MODEL_RUNS: Final = 500
_MODEL: Final = ("tiny", ("gentle", "firm"))


@dataclass(frozen=True)
class Coverage:
    """How often one kind of interval covered.

    Attributes
    ----------
    method
        "paired t" or "largest t".
    setting
        What the values are, in words.
    skewness
        Of the differences of single replications: 0 for normal ones, 2 for exponential ones; of several outcomes the
        largest.
    replications
        In each interval.
    pairs
        Intervals (or sets of intervals that are to hold together) that were made.
    level
        What they promise.
    covered
        How many held the true difference (of a set: all of them did).
    share, low, high
        Covered / pairs, with its 95 % interval (Clopper and Pearson).
    is_inside
        Whether ``share`` lies from 93.5 to 96.5 %.
    """

    method: str
    setting: str
    skewness: float
    replications: int
    pairs: int
    level: float
    covered: int
    share: float
    low: float
    high: float
    is_inside: bool

    @classmethod
    def of(cls, method: str, setting: str, skewness: float, replications: int, covered: Sequence[bool]) -> Coverage:
        """Return the coverage of intervals of which each covered or did not."""
        n, k = len(covered), sum(covered)
        ends = binomtest(k, n).proportion_ci(0.95, "exact")
        share = k / n
        return cls(
            method, setting, skewness, replications, n, LEVEL, k, share, float(ends.low), float(ends.high),
            BAR[0] <= share <= BAR[1],
        )  # fmt: skip


class Pairs(Protocol):
    """Values of two strategies on n common replications, shape [n] each."""

    def __call__(self, rng: np.random.Generator, n: int) -> tuple[Numbers, Numbers]:
        """Return the strategy's and the reference's values."""


def normal_pairs(rng: np.random.Generator, n: int) -> tuple[Numbers, Numbers]:
    """Return normal values with correlation 0.8 and a true difference of 0.5 standard deviations."""
    shared = math.sqrt(0.8) * rng.normal(size=n)
    own = math.sqrt(0.2) * rng.normal(size=(2, n))
    return 0.5 + shared + own[0], shared + own[1]


def skewed_pairs(rng: np.random.Generator, n: int) -> tuple[Numbers, Numbers]:
    """Return lognormal values (log sd 0.5 and 0.4, correlation of logs 0.8); a reference of median 1, the other 1.2."""
    shared = rng.normal(size=n)
    logs = [sd * (math.sqrt(0.8) * shared + math.sqrt(0.2) * rng.normal(size=n)) for sd in (0.5, 0.4)]
    return 1.2 * np.exp(logs[0]), np.exp(logs[1])


def very_skewed_pairs(rng: np.random.Generator, n: int) -> tuple[Numbers, Numbers]:
    """Return a normal reference and the same plus an exponential effect of mean 1: a difference of skewness 2."""
    reference = rng.normal(size=n)
    return reference + rng.exponential(size=n), reference


SYNTHETIC: Final[tuple[tuple[str, Pairs, float, tuple[int, ...]], ...]] = (
    ("normal, correlation 0.8", normal_pairs, 0.5, (5, _N)),
    (
        "lognormal, correlation 0.8",
        skewed_pairs,
        1.2 * math.exp(0.5**2 / 2.0) - math.exp(0.4**2 / 2.0),
        (5, _N),
    ),
    ("exponential difference, skewness 2", very_skewed_pairs, 1.0, (5, _N, 100)),
)
"""Name, generator, true difference, numbers of replications."""


def of_pairs(setting: str, pairs: Pairs, truth: float, n: int, times: int, seed: int) -> Coverage:
    """Return how often the paired interval covers a true difference."""
    rng = np.random.default_rng([seed, n, times])
    ours, theirs = pairs(np.random.default_rng([seed, _SKEWNESS_FROM]), _SKEWNESS_FROM)
    found = (paired_difference(*pairs(rng, n), LEVEL) for _ in range(times))
    return Coverage.of(
        "paired t", setting, _skewness(ours - theirs), n, [one.low <= truth <= one.high for one in found]
    )


def of_sets(setting: str, k: int, is_skewed: bool, n: int, times: int, seed: int) -> Coverage:
    """Return how often k simultaneous intervals all cover: differences with correlation 0.6, normal or lognormal."""
    rng = np.random.default_rng([seed, n, times, k])
    sd = 0.4
    truth = math.exp(sd**2 / 2.0) if is_skewed else 0.0
    covered = []
    large = np.random.default_rng([seed, _SKEWNESS_FROM]).normal(size=_SKEWNESS_FROM)
    skewness = _skewness(np.exp(sd * large)) if is_skewed else 0.0
    for _ in range(times):
        values = math.sqrt(0.6) * rng.normal(size=(n, 1)) + math.sqrt(0.4) * rng.normal(size=(n, k))
        found = together(np.exp(sd * values) if is_skewed else values, LEVEL)
        covered.append(all(one.low <= truth <= one.high for one in found))
    return Coverage.of("largest t", setting, skewness, n, covered)


def of_population(setting: str, differences: Numbers, n: int, times: int, seed: int) -> Coverage:
    """Return how often the paired interval covers the mean of a population, for n drawn from it with replacement.

    The population is what the model gave in many runs: its mean is known, and its shape is the model's own.
    """
    rng = np.random.default_rng([seed, n, times])
    truth = float(differences.mean())
    zeros = np.zeros(n)
    covered = []
    for _ in range(times):
        found = paired_difference(differences[rng.integers(len(differences), size=n)], zeros, LEVEL)
        covered.append(found.low <= truth <= found.high)
    return Coverage.of("paired t", setting, _skewness(differences), n, covered)


def measure_coverage(
    seed: int = 1,
    *,
    pairs: int = _PAIRS,
    sets: int = _SETS,
    model_runs: int = _MODEL_RUNS,
    workers: int | None = None,
    folder: Path | str | None = None,
    on_progress: Progress | None = None,
) -> list[Coverage]:
    """Return the coverage of every kind of interval.

    Parameters
    ----------
    seed
        Of the synthetic values, and of the draws from the model's runs.
    pairs, sets
        Intervals of each kind, at least 1.
    model_runs
        Replications of two strategies on the scenario ``tiny`` whose differences are the population; 0 leaves the
        model out.
    workers, on_progress
        Of the model's runs.
    folder
        Keeps the model's runs.
    """
    rows = []
    for setting, generator, truth, numbers in SYNTHETIC:
        rows += [of_pairs(setting, generator, truth, n, pairs, seed) for n in numbers]
    rows.append(of_sets("5 outcomes, normal, correlation 0.6", 5, False, _N, sets, seed))
    rows.append(of_sets("5 outcomes, lognormal, correlation 0.6", 5, True, _N, sets, seed))
    if model_runs:
        name, strategies = _MODEL
        runs = api.compare(
            name,
            strategies=strategies,
            replications=model_runs,
            workers=workers,
            folder=folder,
            on_progress=on_progress,
        )
        for measure in HEADLINE:
            differences = runs.values(measure, strategies[1]) - runs.values(measure, strategies[0])
            known = differences[np.isfinite(differences)]
            label = measure_axis(measure, runs.currency, runs.minor_units).label.lower()
            setting = f"model, {name}: {label}, {strategies[1]} against {strategies[0]}"
            rows += [of_population(setting, known, n, pairs, seed) for n in (5, _N)]
    return rows


def as_json(rows: Sequence[Coverage], seed: int) -> dict[str, Any]:
    """Return the result as it is written to ``coverage.json``."""
    return {
        "command": "coverage",
        "version": simcollect.__version__,
        "seed": seed,
        "replications": _N,
        "level": LEVEL,
        "bar": list(BAR),
        "rows": [asdict(row) for row in rows],
    }


def write_coverage(rows: Sequence[Coverage], seed: int, folder: Path | str) -> Path:
    """Write ``coverage.json`` into a folder, which is made when it does not exist.

    Raises
    ------
    InputError
        If the folder cannot be written.
    """
    with results_folder(folder) as place:
        write_json(as_json(rows, seed), place / RESULT)
    return place / RESULT


def _skewness(values: Numbers) -> float:
    return float(skew(values)) if np.ptp(values) > 0.0 else 0.0
