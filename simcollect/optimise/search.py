"""Asks Optuna for points, runs them, and tells it what they gave.

Points are asked for in batches of a fixed size, all of a batch before any of its outcomes is told. So the search does
not depend on how many workers there are nor on who finishes first, and needs no memory but its seed: after a kill the
same points are asked for again, and their runs stand in the folder already.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from simcollect.core.errors import InputError
from simcollect.optimise.problem import Problem
from simcollect.stats import estimate_mean
from simcollect.sweep.points import Choice, Range

if TYPE_CHECKING:
    import optuna
    from optuna.distributions import BaseDistribution

Numbers = NDArray[np.float64]

_STRATEGY: Final = "strategy"
_VIOLATIONS: Final = "violations"


@dataclass(frozen=True)
class Setting:
    """A strategy with levers set."""

    strategy: str
    point: Mapping[str, Any]


Outcomes = Mapping[str, Numbers]
"""By measure, shape [settings, replications]."""


def optuna_version() -> str:
    """Return the version of Optuna.

    Raises
    ------
    InputError
        If it is not installed, with what to type.
    """
    try:
        import optuna
    except ImportError:
        raise InputError(
            "", "optimise", "needs Optuna, which is not installed", "Expected the extra opt",
            'Install it: pip install "simcollect[opt]"',
        ) from None  # fmt: skip
    return str(optuna.__version__)


def is_number(outcomes: Outcomes, place: int) -> bool:
    """Return whether a setting has every outcome in every run: an interest paid on nothing, say, is no number.

    Examples
    --------
    >>> told = {"cost_per_unit_collected": np.array([[0.2, 0.3], [0.2, np.nan]])}
    >>> is_number(told, 0), is_number(told, 1)
    (True, False)
    """
    return all(bool(np.isfinite(values[place]).all()) for values in outcomes.values())


def search(
    problem: Problem,
    evaluate: Callable[[Sequence[Setting]], Outcomes],
    on_batch: Callable[[Sequence[Setting], Outcomes], None],
) -> None:
    """Ask for every trial of a problem, batch by batch.

    Parameters
    ----------
    problem
        Levers, objectives, constraints, sampler, trials, seed.
    evaluate
        Runs a batch.
    on_batch
        Told every batch and what it gave.

    Notes
    -----
    A setting without a number in some run is told as failed: the search goes on and learns nothing from it.
    """
    import optuna

    verbosity = optuna.logging.get_verbosity()
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # that constraints are new in Optuna
            study = optuna.create_study(
                directions=["maximize" if one.is_maximised else "minimize" for one in problem.objectives],
                sampler=_sampler(problem),
            )
            distributions = _distributions(problem)
            for first in range(0, problem.n_trials, problem.batch):
                n = min(problem.batch, problem.n_trials - first)
                trials = [study.ask(distributions) for _ in range(n)]
                settings = [_setting(problem, trial.params) for trial in trials]
                outcomes = evaluate(settings)
                for place, trial in enumerate(trials):
                    if not is_number(outcomes, place):
                        study.tell(trial, state=optuna.trial.TrialState.FAIL)
                        continue
                    trial.set_user_attr(_VIOLATIONS, _violations(problem, outcomes, place))
                    means = [float(outcomes[one.measure][place].mean()) for one in problem.objectives]
                    study.tell(trial, means)
                on_batch(settings, outcomes)
    finally:
        optuna.logging.set_verbosity(verbosity)


def _sampler(problem: Problem) -> optuna.samplers.BaseSampler:
    import optuna

    def violations(trial: optuna.trial.FrozenTrial) -> Sequence[float]:
        found: Sequence[float] = trial.user_attrs[_VIOLATIONS]
        return found

    seed = problem.experiment.design_seed % 2**32
    limited = violations if problem.constraints else None
    if problem.sampler == "nsga2":
        population = max(2, problem.batch)
        return optuna.samplers.NSGAIISampler(population_size=population, seed=seed, constraints_func=limited)
    return optuna.samplers.TPESampler(
        seed=seed, n_startup_trials=max(10, problem.batch), constant_liar=True, constraints_func=limited
    )


def _violations(problem: Problem, outcomes: Outcomes, place: int) -> list[float]:
    """Return by how much each constraint is broken at the unfavourable end of its interval."""
    found = [(one, estimate_mean(outcomes[one.measure][place])) for one in problem.constraints]
    return [one.violation(estimate.low, estimate.high) for one, estimate in found]


def _distributions(problem: Problem) -> dict[str, BaseDistribution]:
    found = {place: _distribution(choice) for place, choice in problem.experiment.levers.items()}
    if len(problem.experiment.strategies) > 1:
        from optuna.distributions import CategoricalDistribution

        found[_STRATEGY] = CategoricalDistribution(list(problem.experiment.strategies))
    return found


def _distribution(choice: Choice) -> BaseDistribution:
    from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution

    if isinstance(choice, Range):
        if choice.is_whole:
            return IntDistribution(int(choice.low), int(choice.high))
        return FloatDistribution(float(choice.low), float(choice.high))
    numbers = [v for v in choice.listed if isinstance(v, int | float) and not isinstance(v, bool)]
    # Values are told by their position in the list: those with an order keep it, and any TOML value will do.
    if len(numbers) == len(choice.listed) and sorted(numbers) == numbers:
        return IntDistribution(0, len(numbers) - 1)
    return CategoricalDistribution(list(range(len(choice.listed))))


def _setting(problem: Problem, params: Mapping[str, Any]) -> Setting:
    levers = problem.experiment.levers
    point = {
        place: params[place] if isinstance(choice, Range) else choice.listed[params[place]]
        for place, choice in levers.items()
    }
    return Setting(str(params.get(_STRATEGY, problem.experiment.strategies[0])), point)
