"""What a user asks of an experiment, checked: arms and their shares; and where the model's numbers come from."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from typing import Final

from simcollect.core.errors import InputError, InputErrors
from simcollect.experiment.design import known_strategy
from simcollect.scenario import Scenario, provenance

_SUM: Final = 1e-9


def arms_of(scenario: Scenario, arms: Mapping[str, float]) -> tuple[tuple[str, float], ...]:
    """Return the arms as (strategy, share), the champion first, when they make an experiment.

    Raises
    ------
    InputErrors
        If a strategy is unknown, there are fewer than two, a share is not above 0, or shares do not add up to 1.
    """
    faults: list[InputError] = []
    for name, share in arms.items():
        try:
            known_strategy(name, tuple(scenario.strategies), "arm")
        except InputError as fault:
            faults.append(fault)
        if not (math.isfinite(share) and 0.0 < share < 1.0):
            faults.append(InputError("", f"arms.{name}", f"is {share}", "Expected a share above 0 and below 1"))
    if len(arms) < 2:
        found = "is one" if arms else "are none"
        faults.append(
            InputError("", "arms", found, "Expected two or more, the champion first", "balanced=0.8 firm=0.2")
        )
    elif abs(sum(arms.values()) - 1.0) > _SUM:
        faults.append(InputError("", "arms", f"have shares that add up to {sum(arms.values()):g}", "Expected 1"))
    if faults:
        raise InputErrors(faults)
    return tuple((name, float(share)) for name, share in arms.items())


def share_of(value: float, name: str) -> float:
    """Return a share strictly between 0 and 1.

    Raises
    ------
    InputError
        If it is none.
    """
    if not (math.isfinite(value) and 0.0 < value < 1.0):
        raise InputError("", name, f"is {value}", "Expected a share above 0 and below 1")
    return float(value)


def at_least(value: int, least: int, name: str) -> int:
    """Return a whole number that is large enough.

    Raises
    ------
    InputError
        If it is not.
    """
    if value < least:
        raise InputError("", name, f"is {value}", f"Expected a whole number of {least} or more")
    return value


def resting_on(scenario: Scenario) -> str:
    """Return in a sentence what kind of numbers a result of this scenario rests on."""
    count = Counter(row.status for row in provenance(scenario))
    parts = ", ".join(f"{number} {status}" for status, number in sorted(count.items()))
    return f"An effect inside this model, not a finding about borrowers: its numbers are {parts}."
