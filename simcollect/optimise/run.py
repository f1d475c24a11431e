"""Optimises: searches, chooses finalists, and estimates them anew, each with luck of its own.

1. **Search**: Optuna asks for points, each run on the same few replications.
2. **Selection**: the best few are run on fresh replications. Those that break a constraint for certain are left out,
   and of the others those likeliest to be on the front become finalists. What looked good by luck falls here.
3. **Final estimate**: the finalists once more on fresh luck. What is reported is this and nothing before it.

A setting that has no number for an outcome in some run has failed: it is counted, and the search goes on without it.

Whatever ends the program, finished runs are in the folder; the same call goes on from them.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from concurrent.futures import Executor
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from simcollect.core.errors import InputError
from simcollect.core.folder import results_folder, write_json
from simcollect.experiment.phases import Phase, replications_of
from simcollect.experiment.run import Progress
from simcollect.optimise.front import front_levels, front_probability
from simcollect.optimise.possible import possible_range
from simcollect.optimise.problem import Problem, read_problem
from simcollect.optimise.result import Finalist, Optimised, Trial
from simcollect.optimise.search import Outcomes, Setting, is_number, optuna_version, search
from simcollect.stats import Estimate, estimate_mean
from simcollect.sweep.evaluate import evaluate
from simcollect.sweep.pool import lasting_pool

Numbers = NDArray[np.float64]

RUNS: Final = "runs"
SEARCH: Final = "search.json"
_FORMAT: Final = "simcollect optimise 1"
_BESIDE: Final = ("net_recovery_share", "cost_per_account_cents", "kept_share", "complaints_per_1000")
"""Outcomes told beside the objectives, whatever those are."""
_SELECTED_FROM: Final = 3  # times as many as there are finalists


def optimise(
    problem: Problem | Path | str,
    *,
    workers: int | None = None,
    executor: Executor | None = None,
    folder: Path | str | None = None,
    on_progress: Progress | None = None,
) -> Optimised:
    """Return the settings that no other beats in all objectives, estimated on luck that had no part in finding them.

    Parameters
    ----------
    problem
        As :func:`simcollect.optimise.problem.read_problem` returns it, or its file.
    workers, executor
        As in :func:`simcollect.sweep.evaluate`; the answer does not depend on them.
    folder
        Keeps every finished run; the same problem goes on from what is there.
    on_progress
        Told (runs ended, runs that it comes to at most) after every job.

    Raises
    ------
    InputError, InputErrors
        If Optuna is not installed, the file has faults, the folder holds another search, or every setting failed.
    Interrupted
        On Ctrl-C; finished runs are in the folder.
    """
    asked = problem if isinstance(problem, Problem) else read_problem(problem)
    version = optuna_version()
    if folder is not None:
        _claim(Path(folder), asked, version)
    trials: list[Trial] = []
    with _Evaluations(asked, workers, executor, folder, on_progress) as runs:

        def keep(settings: Sequence[Setting], outcomes: Outcomes) -> None:
            for place, setting in enumerate(settings):
                means = {name: float(values[place].mean()) for name, values in outcomes.items()}
                verdicts = tuple(_verdicts(asked, outcomes, place)) if is_number(outcomes, place) else ()
                trials.append(Trial(len(trials), setting.strategy, setting.point, means, verdicts))

        search(asked, lambda settings: runs.outcomes(settings, "search", asked.experiment.replications), keep)
        candidates = _candidates(asked, trials)
        selected = runs.outcomes(candidates, "selection", asked.n_selection)
        passed = _passed(selected, "selection")
        chosen = [passed[place] for place in _finalists(asked, _only(selected, passed))]
        settings = [candidates[place] for place in chosen]
        final = runs.outcomes(settings, "final", asked.n_final)
        told = _passed(final, "final estimate")
        finalists = _told(asked, [settings[place] for place in told], _only(final, told))
        n_failed = len(candidates) - len(passed) + len(settings) - len(told)
        return Optimised(asked, tuple(trials), finalists, len(candidates), n_failed, runs.n_runs, version)


def _passed(outcomes: Outcomes, where: str) -> list[int]:
    """Return the positions of the settings that have every outcome in every run.

    Raises
    ------
    InputError
        If none has.
    """
    n = len(next(iter(outcomes.values())))
    places = [place for place in range(n) if is_number(outcomes, place)]
    if not places:
        names = ", ".join(name for name, values in outcomes.items() if not np.isfinite(values).all())
        raise InputError(
            "", f"outcome {names}", f"is not a number in some run of every setting of the {where}",
            "Expected an outcome that every run has", "Choose another outcome, or levers under which there is one",
        )  # fmt: skip
    return places


def _only(outcomes: Outcomes, places: Sequence[int]) -> Outcomes:
    return {name: values[list(places)] for name, values in outcomes.items()}


def _verdicts(problem: Problem, outcomes: Outcomes, place: int, comparisons: int = 1) -> list[str]:
    """Return what the interval of each constrained outcome says."""
    found: list[str] = []
    for one in problem.constraints:
        estimate = estimate_mean(outcomes[one.measure][place], comparisons=comparisons)
        found.append(one.verdict(estimate.low, estimate.high))
    return found


def _objectives(problem: Problem, outcomes: Outcomes) -> Numbers:
    """Return the objectives, larger is better, shape [settings, objectives, replications]."""
    return np.stack([one.sign * outcomes[one.measure] for one in problem.objectives], axis=1)


def _candidates(problem: Problem, trials: Sequence[Trial]) -> list[Setting]:
    """Return the best different settings of the search: by front, those that break a constraint for certain last.

    Those that failed are left out. Settings that differ only in levers without effect, another strategy's perhaps, gave
    the same to the last digit: the first of them stands for all.
    """
    passed = [one for one in trials if not one.is_failed]
    if not passed:
        raise InputError(
            "", "optimise", f"has {len(trials)} trials, none with a number for every outcome in every run",
            "Expected outcomes that runs have", "Choose other objectives and constraints, or other levers",
        )  # fmt: skip
    different = list({tuple(one.means.values()): one for one in reversed(passed)}.values())[::-1]
    signs = np.array([one.sign for one in problem.objectives])
    points = signs * np.array([[one.means[objective.measure] for objective in problem.objectives] for one in different])
    levels = np.empty(len(different), dtype=np.int64)
    breaks = np.array(["breaks" in one.verdicts for one in different])
    for group in (~breaks, breaks):
        if group.any():
            levels[group] = front_levels(points[group])
    order = sorted(range(len(different)), key=lambda place: (breaks[place], levels[place], different[place].number))
    chosen = order[: _SELECTED_FROM * problem.n_finalists]
    return [Setting(different[place].strategy, different[place].point) for place in chosen]


def _finalists(problem: Problem, outcomes: Outcomes) -> list[int]:
    """Return the positions of those likeliest to be on the front, of those that break no constraint for certain."""
    n = len(next(iter(outcomes.values())))
    allowed = [place for place in range(n) if "breaks" not in _verdicts(problem, outcomes, place)]
    among = allowed or list(range(n))
    chances = front_probability(_objectives(problem, outcomes)[among])
    order = sorted(range(len(among)), key=lambda place: -chances[place])[: problem.n_finalists]
    first = problem.objectives[0]
    means = first.sign * outcomes[first.measure].mean(axis=1)
    return sorted((among[place] for place in order), key=lambda place: -means[place])


def _told(problem: Problem, settings: Sequence[Setting], outcomes: Outcomes) -> tuple[Finalist, ...]:
    """Return the finalists with intervals that hold together over them, and how sure their place on the front is."""
    n = len(settings)
    verdicts = [_verdicts(problem, outcomes, place, comparisons=n) for place in range(n)]
    # One that breaks a constraint for certain competes with none.
    competing = [place for place in range(n) if "breaks" not in verdicts[place]]
    chances = np.zeros(n)
    if competing:
        chances[competing] = front_probability(_objectives(problem, outcomes)[competing])
    found = []
    for place, setting in enumerate(settings):
        estimates = {name: _possible(name, values[place], n) for name, values in outcomes.items()}
        found.append(
            Finalist(
                _letter(place),
                setting.strategy,
                setting.point,
                estimates,
                tuple(verdicts[place]),
                float(chances[place]),
            )
        )
    return tuple(found)


def _possible(name: str, values: Numbers, comparisons: int) -> Estimate:
    """Return an estimate whose interval ends where the outcome does."""
    estimate = estimate_mean(values, comparisons=comparisons)
    least, most = possible_range(name)
    return replace(estimate, low=max(estimate.low, least), high=min(estimate.high, most))


def _letter(place: int) -> str:
    return chr(ord("A") + place) if place < 26 else f"A{place - 25}"


def _claim(folder: Path, problem: Problem, version: str) -> None:
    """Write what is searched for into a new folder, or check that the one there is the same."""
    told = {"format": _FORMAT, "problem": problem.digest, "optuna": version}
    file = folder / SEARCH
    if file.is_file():
        try:
            found: Any = json.loads(file.read_text(encoding="utf-8"))
        except ValueError:
            found = {}
        differs = [name for name, value in told.items() if not isinstance(found, dict) or found.get(name) != value]
        if differs:
            raise InputError(
                "", f'folder "{folder}"', f"holds another search ({' and '.join(differs)} differ)",
                "Expected the same problem, seeds and version of Optuna: the same trials are asked for anew",
                "Choose another --out",
            )  # fmt: skip
        return
    with results_folder(folder) as place:
        write_json(told, place / SEARCH)


class _Evaluations:
    """Outcomes of settings, run where they are not known yet. One pool of processes serves every call."""

    def __init__(
        self,
        problem: Problem,
        workers: int | None,
        executor: Executor | None,
        folder: Path | str | None,
        on_progress: Progress | None,
    ) -> None:
        self.n_runs = 0
        self._scenario = problem.scenario
        aims, limits = (one.measure for one in problem.objectives), (one.measure for one in problem.constraints)
        self._measures = tuple(dict.fromkeys([*aims, *limits, *_BESIDE]))
        self._workers, self._executor = workers, executor
        self._folder = None if folder is None else Path(folder) / RUNS
        self._report = on_progress or (lambda ended, every: None)
        self._stack = ExitStack()
        finalists = problem.n_finalists
        self._n_expected = (
            problem.n_trials * problem.experiment.replications
            + _SELECTED_FROM * finalists * problem.n_selection
            + finalists * problem.n_final
        )

    def __enter__(self) -> _Evaluations:
        self._report(0, self._n_expected)
        self._executor = self._stack.enter_context(lasting_pool(self._scenario, self._workers, self._executor))
        return self

    def __exit__(self, *error: Any) -> None:
        self._stack.__exit__(*error)

    def outcomes(self, settings: Sequence[Setting], phase: Phase, n: int) -> Outcomes:
        """Return every outcome wanted, shape [settings, n], on the first n replications of a phase."""
        found = {name: np.empty((len(settings), n)) for name in self._measures}
        for strategy in dict.fromkeys(one.strategy for one in settings):
            places = [place for place, one in enumerate(settings) if one.strategy == strategy]
            rows = self._rows([settings[place] for place in places], strategy, phase, n)
            for name, numbers in found.items():
                numbers[places] = rows[name].to_numpy(dtype=np.float64).reshape(len(places), n)
        return found

    def _rows(self, settings: Sequence[Setting], strategy: str, phase: Phase, n: int) -> pd.DataFrame:
        before, first = self.n_runs, [-1]

        def report(n_ended: int, n_all: int) -> None:
            if first[0] < 0:
                first[0] = n_ended  # a folder counts what it held before
            now = before + n_ended - first[0]
            self._report(now, max(now, self._n_expected))

        rows = evaluate(
            self._scenario,
            [dict(one.point) for one in settings],
            [strategy],
            replications_of(phase, 0, n),
            executor=self._executor,
            workers=1,
            folder=self._folder,
            on_progress=report,
        )
        self.n_runs += len(settings) * n
        last: pd.DataFrame = rows[rows["day"] == rows["day"].max()]
        return last
