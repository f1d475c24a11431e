"""Scenarios loaded, checked and varied."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeAlias, TypeVar

from simcollect import scenario as scenarios
from simcollect.core.errors import InputError
from simcollect.scenario import Scenario
from simcollect.scenario.kinds import MAX_DAYS
from simcollect.scenario.run import MAX_SEED
from simcollect.scenario.variation import varied

P = ParamSpec("P")
R = TypeVar("R")

ScenarioLike: TypeAlias = Scenario | str | Path | Mapping[str, Any]
"""A loaded scenario, a packaged scenario's name, the path of a TOML file, or its content as a mapping."""


def load(source: ScenarioLike, *, seed: int | None = None, horizon_days: int | None = None) -> Scenario:
    """Return a scenario, checked and resolved.

    Parameters
    ----------
    source
        A packaged scenario's name, the path of a TOML file, a mapping, or a scenario already loaded.
    seed
        In place of the scenario's, 0 to 2**63 - 1.
    horizon_days
        In place of the scenario's, 1 to 3660; reading days beyond it are left out.

    Raises
    ------
    InputError, InputErrors
        If anything is wrong, with what to do about it.

    Examples
    --------
    >>> load("tiny", horizon_days=90).run.horizon_days
    90
    """
    scenario = source if isinstance(source, Scenario) else scenarios.load(source)
    changes: dict[str, Any] = {}
    if seed is not None:
        changes["seed"] = seed
    if horizon_days is not None:
        changes["horizon_days"] = horizon_days
        changes["reading_days"] = tuple(day for day in scenario.run.reading_days if day <= horizon_days)
    if not changes:
        return scenario
    limits = {"seed": (0, MAX_SEED), "horizon_days": (1, MAX_DAYS)}
    for name, (low, high) in limits.items():
        if name in changes and not low <= changes[name] <= high:
            raise InputError("", name, f"is {changes[name]}", f"Expected a whole number from {low:,} to {high:,}")
    return scenario.model_copy(update={"run": scenario.run.model_copy(update=changes)})


def vary(scenario: ScenarioLike, changes: Mapping[str, Any]) -> Scenario:
    """Return a scenario with the values at some places changed, checked like any other.

    Parameters
    ----------
    scenario
        What to start from.
    changes
        New values by place: ``strategies.firm.late.enter_dpd``, ``capacity.pools.callers.headcount``,
        ``behaviour.contact.fatigue_rate``. A table in the place of a new strategy adds one; it may say ``inherits``.

    Raises
    ------
    InputErrors
        If a place does not exist, or its new value is not allowed there.

    Examples
    --------
    >>> later = vary("tiny", {"strategies.later": {"inherits": "firm", "late": {"enter_dpd": 120}}})
    >>> later.strategies["later"].late.enter_dpd
    120
    """
    return varied(load(scenario), changes)


def schema() -> dict[str, Any]:
    """Return the JSON Schema of a scenario file."""
    return scenarios.schema()


def takes_any_scenario(function: Callable[Concatenate[Scenario, P], R]) -> Callable[Concatenate[ScenarioLike, P], R]:
    """Return a function of a loaded scenario as one that takes whatever :func:`load` takes, and is else the same.

    Examples
    --------
    >>> takes_any_scenario(lambda scenario: scenario.name)("tiny")
    'tiny'
    """

    @wraps(function)
    def loading(scenario: ScenarioLike, /, *args: P.args, **kwargs: P.kwargs) -> R:
        return function(load(scenario), *args, **kwargs)

    return loading
