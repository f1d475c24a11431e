"""What keyed draws are worth: the variance of a difference under three ways of drawing.

The reference pair is one strategy with escalation on day 25 and on day 45, on a book that is too large for its
staff. The same pair is run with keyed twins, with independent seeds, and on the same book with one stream of
random numbers a decision that is consumed in the order of events, as is usual in simulation.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from simcollect.engine import Simulation
from simcollect.experiment.warm import compile_model, is_compiled
from simcollect.experiment.workers import available_cores
from simcollect.outcomes import ledger
from simcollect.population import build
from simcollect.scenario import Scenario, load, read_document, scenario_path

Coupling = Literal["keyed", "independent", "streams"]

COUPLINGS: Final[tuple[Coupling, ...]] = ("keyed", "independent", "streams")
EARLY_DAY, LATE_DAY = 25, 45
BAR_INDEPENDENT, BAR_STREAMS = 8.0, 3.0
_PRESET: Final = "cards"
"""Behaviour of the pair: that with which the bars were set, so that a new fit does not move the yardstick."""
_OTHER_SEED: Final = 1_000_003
_RESAMPLES: Final = 4_000


@dataclass(frozen=True)
class CouplingReport:
    """Differences of recovery under each coupling.

    Attributes
    ----------
    differences : dict
        Coupling -> float array of shape (r replications,): recovery with escalation on day 45 minus on day 25, as a
        share of opening balances.
    """

    differences: dict[Coupling, NDArray[np.float64]]

    def variance(self, coupling: Coupling) -> float:
        """Return the variance over replications of the difference."""
        return float(np.var(self.differences[coupling], ddof=1))

    def ratio(self, to: Coupling) -> tuple[float, float, float]:
        """Return how many times smaller the keyed variance is than another, with a 95 % bootstrap interval."""
        keyed, other = self.differences["keyed"], self.differences[to]
        # The resampling has a seed of its own: it is part of the report, not of the simulation.
        generator = np.random.default_rng(len(keyed))
        rows = generator.integers(0, len(keyed), size=(_RESAMPLES, len(keyed)))
        ratios = np.var(other[rows], axis=1, ddof=1) / np.maximum(np.var(keyed[rows], axis=1, ddof=1), 1e-300)
        low, high = np.quantile(ratios, (0.025, 0.975))
        return self.variance(to) / self.variance("keyed"), float(low), float(high)


def reference_pair(n_stock: int = 600, horizon_days: int = 365, source: str = "cards_taiwan") -> Scenario:
    """Return the scenario of the reference pair: ``escalate_25`` and ``escalate_45`` on scarce staff.

    Both inherit from ``balanced``: mid stage from that day, late and final stage as much earlier or later as the mid
    stage is. ``n_stock`` accounts on day 0 and their inflow meet the packaged scenario's staff, who serve 400; with 600
    negotiators and legal officers are busy all day and work waits for days.
    """
    path = scenario_path(source)
    document: dict[str, Any] = read_document(path)
    document["portfolio"] = {**document["portfolio"], "n_stock": n_stock}
    document["behaviour"] = {**document["behaviour"], "preset": _PRESET}
    document["run"] = {**document["run"], "horizon_days": horizon_days, "reading_days": ()}
    stages = {stage: document["strategies"]["balanced"][stage]["enter_dpd"] for stage in ("mid", "late", "final")}
    pair = {
        f"escalate_{day}": {
            "inherits": "balanced",
            **{stage: {"enter_dpd": enter + day - stages["mid"]} for stage, enter in stages.items()},
        }
        for day in (EARLY_DAY, LATE_DAY)
    }
    document["strategies"] = {**document["strategies"], **pair}
    return load(document, folder=path.parent)


def measure_coupling(
    scenario: Scenario,
    replications: int = 40,
    workers: int | None = None,
    on_progress: Callable[[int, int], None] | None = None,
) -> CouplingReport:
    """Run the reference pair under the three couplings.

    Parameters
    ----------
    scenario : Scenario
        From :func:`reference_pair`.
    replications : int
        Pairs under each coupling, at least 3.
    workers : int, optional
        Processes; as many as there are cores when None.
    on_progress : callable, optional
        Told (pairs finished, pairs in all).
    """
    tasks = [(coupling, r) for r in range(replications) for coupling in COUPLINGS]
    found: dict[Coupling, list[float]] = {coupling: [] for coupling in COUPLINGS}
    n_workers = workers or available_cores()
    if not is_compiled():
        compile_model()
    with _mapper(n_workers) as run:
        for done, (task, difference) in enumerate(zip(tasks, run(partial(_difference, scenario), tasks), strict=True)):
            found[task[0]].append(difference)
            if on_progress is not None:
                on_progress(done + 1, len(tasks))
    return CouplingReport({coupling: np.array(values) for coupling, values in found.items()})


@contextmanager
def _mapper(n_workers: int) -> Iterator[Callable[..., Any]]:
    if n_workers == 1:
        yield map
        return
    with ProcessPoolExecutor(n_workers, mp_context=get_context("spawn")) as executor:
        yield executor.map


def _difference(scenario: Scenario, task: tuple[Coupling, int]) -> float:
    """Return recovery with escalation on day 45 minus on day 25, in one replication."""
    coupling, replication = task
    seed = scenario.run.seed
    later_seed = seed + _OTHER_SEED if coupling == "independent" else seed
    early = _recovery(scenario, f"escalate_{EARLY_DAY}", seed, replication, coupling == "streams")
    late = _recovery(scenario, f"escalate_{LATE_DAY}", later_seed, replication, coupling == "streams")
    return late - early


def _recovery(scenario: Scenario, strategy: str, seed: int, replication: int, streams: bool) -> float:
    """Return cash collected as a share of opening balances; the book itself is always drawn by keys."""
    book = build(scenario, seed, replication)
    run = Simulation(scenario, strategy, seed, replication, population=book, shared_streams=streams)
    run.run()
    totals = ledger(run.log()).totals()
    return totals.paid_cents / totals.opening_cents
