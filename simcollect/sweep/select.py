"""Selects the best of several strategies or points, with a guarantee that is shown.

Three ways, by what is asked for:

- an **indifference**: a fully sequential procedure drops the inferior as soon as it can, and promises that the one it
  ends with is the best, if the best leads by the indifference, with the confidence stated;
- a number of **replications**: the subset that holds the best with the confidence stated; no indifference is needed;
- a **budget** of runs: spent where it helps most to find the best; no promise comes with it.

The selection has luck of its own, apart from the search that found the candidates, and what is left at its end is
estimated on fresh luck: the mean that won is a lucky mean. ``docs/selection.md`` measures the promises.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from concurrent.futures import Executor
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from simcollect.core.errors import InputError
from simcollect.experiment.amounts import amount_of, measure_named
from simcollect.experiment.measure import ALL_MEASURES, INCREMENTAL
from simcollect.experiment.run import Progress
from simcollect.scenario import Scenario
from simcollect.stats.selection import FIRST_REPLICATIONS, Selection, allocation, subset_with_best, within_budget
from simcollect.sweep.candidates import Candidate, CandidateRuns, candidates_of
from simcollect.sweep.points import Point
from simcollect.sweep.selected import Selected, Standing

AT_MOST: Final = 500
FINAL: Final = 20
_GROWTH: Final = 1.2
_STEPS: Final = 4
_RUNS: Final = "runs"

Values = dict[str, NDArray[np.float64]]


def select(
    scenario: Scenario,
    strategies: Sequence[str] | None = None,
    *,
    outcome: str,
    points: Sequence[Point] | None = None,
    indifference: float | str | None = None,
    replications: int | None = None,
    budget: int | None = None,
    confidence: float = 0.95,
    first: int = FIRST_REPLICATIONS,
    at_most: int = AT_MOST,
    final: int = FINAL,
    day: int | None = None,
    workers: int | None = None,
    executor: Executor | None = None,
    folder: Path | str | None = None,
    on_progress: Progress | None = None,
) -> Selected:
    """Return the best of strategies, of points, or of both crossed.

    Parameters
    ----------
    scenario
        A loaded scenario.
    strategies
        Names; all of the scenario's when None.
    outcome
        What is to be best: an outcome of which more, or less, is better.
    points
        Changes of the scenario to choose among, as :func:`simcollect.sweep.evaluate` takes them; the scenario as it is
        when None.
    indifference
        Smallest difference worth detecting, above 0: a number in the unit of the outcome, or a text as ``"0.5pp"``.
    replications
        In place of an indifference: how many of every candidate, for the subset that holds the best.
    budget
        In place of an indifference: runs of all candidates together.
    confidence
        Probability of a correct selection, between 1 / candidates (a guess) and 1.
    first
        Replications of every candidate before any is dropped, 3 or more.
    at_most
        Replications at which a sequential selection gives up; those left then cannot be told apart.
    final
        Fresh replications of what is left and of the last one dropped, 2 or more.
    day
        Reading day; the last when None.
    workers, executor, folder, on_progress
        As in :func:`simcollect.sweep.evaluate`. Runs are kept in ``folder/runs``; the number of runs it may come to
        falls as candidates are dropped.

    Raises
    ------
    InputError, InputErrors
        If something asked for is wrong; an indifference of zero or less is.
    Interrupted
        On Ctrl-C; finished runs are in the folder, and the same call goes on from them.
    """
    measure = _outcome(outcome)
    candidates = candidates_of(scenario, strategies, points)
    names = [one.name for one in candidates]
    asked = {"indifference": indifference, "replications": replications, "budget": budget}
    method = _method(asked)
    delta = _indifference(indifference, measure, scenario) if indifference is not None else None
    _check(len(names), confidence, first, at_most, final, replications, budget)
    place = None if folder is None else _folder(Path(folder))
    with CandidateRuns(
        scenario,
        candidates,
        measure,
        day=day,
        workers=workers,
        executor=executor,
        folder=place,
        on_progress=on_progress,
    ) as runs:
        larger = bool(ALL_MEASURES[measure].higher_is_better)
        if delta is not None:
            race = Selection(names, delta, confidence, first, larger)
            found = _sequential(race, runs, at_most, final)
        elif budget is not None:
            found = _by_budget(names, runs, budget, first, confidence, larger, final)
        else:
            assert replications is not None
            found = _subset(names, runs, replications, confidence, larger, final)
        values, remaining, dropped, more = found
        finalists = [*remaining, *(name for name, _ in dropped[-1:])]
        fresh = runs.values(finalists, "final", 0, final)
        digest = runs.digest
    return Selected(
        scenario=scenario.name,
        seed=scenario.run.seed,
        day=scenario.run.horizon_days if day is None else day,
        currency=scenario.economics.currency,
        minor_units=scenario.economics.minor_units,
        measure=measure,
        method=method,
        asked=delta if delta is not None else budget if budget is not None else replications or 0,
        confidence=confidence,
        candidates=_standings(candidates, values, dropped, remaining),
        remaining=tuple(remaining),
        more_replications=more,
        fresh={name: tuple(float(value) for value in numbers) for name, numbers in fresh.items()},
        digest=digest,
    )


_Found = tuple[Values, list[str], list[tuple[str, int]], int | None]
"""Values told of each, those left (the best mean first), (name, replications) of those dropped, about how many more."""


def _sequential(race: Selection, runs: CandidateRuns, at_most: int, final: int) -> _Found:
    seen: dict[str, list[float]] = {name: [] for name in race.systems}
    done, stop = 0, min(race.first, at_most)
    runs.n_expected = stop * len(race.systems) + 2 * final
    while not race.finished and done < at_most:
        new = runs.values(race.alive, "selection", done, stop)
        # Told one by one: what is decided does not depend on how many are run at once.
        for number in range(stop - done):
            if len(race.alive) == 1:
                break
            told = {name: float(new[name][number]) for name in race.alive}
            race.tell(told)
            for name, value in told.items():
                seen[name].append(value)
        done = stop
        most = min(at_most, race.n_at_most or at_most)
        runs.n_expected = runs.n_ended + max(0, most - done) * len(race.alive) + (len(race.alive) + 1) * final
        stop = min(most, max(done + runs.n_workers, math.ceil(done * _GROWTH)))
        stop = max(stop, done + 1)
    more = None if race.finished else max(1, (race.n_at_most or done) - done)
    values = {name: np.array(told) for name, told in seen.items()}
    larger = race.larger_is_better
    return values, _ordered(race.alive, values, larger), list(race.dropped), more


def _subset(names: Sequence[str], runs: CandidateRuns, n: int, confidence: float, larger: bool, final: int) -> _Found:
    runs.n_expected = len(names) * (n + final)
    values = runs.values(names, "selection", 0, n)
    kept = subset_with_best(np.column_stack([values[name] for name in names]), names, confidence, larger)
    gone = _ordered([name for name in names if name not in kept], values, not larger)
    return values, _ordered(kept, values, larger), [(name, n) for name in gone], None


def _by_budget(
    names: Sequence[str], runs: CandidateRuns, budget: int, first: int, confidence: float, larger: bool, final: int
) -> _Found:
    k = len(names)
    if budget < first * k:
        raise InputError(
            "", "budget", f"is {budget} runs", f"Expected {first * k} or more: {first} of each of {k} candidates"
        )
    runs.n_expected = budget + 2 * final
    values = runs.values(names, "selection", 0, first)
    for step in range(1, _STEPS + 1):
        so_far = first * k + (budget - first * k) * step // _STEPS
        counts = np.array([len(values[name]) for name in names])
        mean = np.array([values[name].mean() for name in names])
        variance = np.array([values[name].var(ddof=1) for name in names])
        least = 1e-12 * max(float(variance.max()), 1e-300)
        wanted = within_budget(counts, allocation(mean, np.maximum(variance, least), so_far, larger), so_far)
        for stop in sorted(set(wanted.tolist())):
            for start in sorted(set(counts[wanted == stop].tolist())):
                theirs = [name for name, a, b in zip(names, counts, wanted, strict=True) if (a, b) == (start, stop)]
                if stop > start:
                    more = runs.values(theirs, "selection", start, stop)
                    values |= {name: np.concatenate([values[name], more[name]]) for name in theirs}
    common = min(len(numbers) for numbers in values.values())
    told = np.column_stack([values[name][:common] for name in names])
    near = subset_with_best(told, names, confidence, larger)
    order = _ordered(names, values, larger)
    remaining = [order[0], *(name for name in order[1:] if name in near)]
    gone = _ordered([name for name in names if name not in remaining], values, not larger)
    return values, remaining, [(name, len(values[name])) for name in gone], None


def _ordered(names: Sequence[str], values: Values, larger: bool) -> list[str]:
    """Return names by their means, the best first."""
    sign = -1.0 if larger else 1.0
    return sorted(names, key=lambda name: sign * float(values[name].mean()))


def _standings(
    candidates: Sequence[Candidate], values: Values, dropped: Sequence[tuple[str, int]], remaining: Sequence[str]
) -> tuple[Standing, ...]:
    gone = dict(dropped)
    return tuple(
        Standing(one.name, one.strategy, dict(one.point), tuple(float(v) for v in values[one.name]), gone.get(one.name))
        for one in candidates
    )


def _method(asked: dict[str, Any]) -> str:
    given = [name for name, value in asked.items() if value is not None]
    if len(given) != 1:
        raise InputError(
            "",
            "select",
            f"is given {' and '.join(given)}" if given else "is not told how to end",
            "Expected one of indifference (the best, with a guarantee), replications (a subset), budget (runs in all)",
        )
    return {"indifference": "sequential", "replications": "subset", "budget": "budget"}[given[0]]


def _outcome(outcome: str) -> str:
    measure = measure_named(outcome, [name for name in ALL_MEASURES if name not in INCREMENTAL])
    if ALL_MEASURES[measure].higher_is_better is None:
        good = [name for name, meaning in ALL_MEASURES.items() if meaning.higher_is_better is not None]
        found = "is neither better high nor low"
        raise InputError("", f"outcome {measure}", found, f"Expected one of {', '.join(good)}")
    return measure


def _indifference(told: float | str, measure: str, scenario: Scenario) -> float:
    money = scenario.economics
    number = (
        amount_of(told, measure, money.currency, money.minor_units, "indifference")
        if isinstance(told, str)
        else float(told)
    )
    if not (math.isfinite(number) and number > 0.0):
        raise InputError(
            "",
            "indifference",
            f"is {told}",
            "Expected a difference above 0: no procedure can promise to tell candidates that differ by nothing",
            "Say the smallest difference that matters, or ask for a subset with replications",
        )
    return number


def _check(
    k: int, confidence: float, first: int, at_most: int, final: int, replications: int | None, budget: int | None
) -> None:
    if not 1.0 / k < confidence < 1.0:
        raise InputError("", "confidence", f"is {confidence}", f"Expected between 1 / {k}, a guess, and 1")
    for name, value, least in (("first", first, 3), ("final", final, 2), ("at_most", at_most, first)):
        if value < least:
            raise InputError("", name, f"is {value}", f"Expected {least} replications or more")
    if replications is not None and replications < 2:
        raise InputError("", "replications", f"is {replications}", "Expected 2 or more")


def _folder(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder / _RUNS
