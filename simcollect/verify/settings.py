"""Settings that cases of queues share."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from simcollect.verify.case import Parameter, Value


def assumed(value: float, unit: str) -> dict[str, Any]:
    """Return a quantity outside the range that the preset gives it, for the sake of theory."""
    source = "set so that theory has a formula"
    return {"value": value, "unit": unit, "range": [value, value], "status": "assumed", "source": source}


def around_the_clock(pool: str, agents: int) -> dict[str, Any]:
    """Return changes that make a pool work day and night, nobody ever away, all alike."""
    place = f"capacity.pools.{pool}"
    return {
        f"{place}.headcount": agents,
        f"{place}.shift_start": "00:00",
        f"{place}.shift_end": "24:00",
        f"{place}.weekdays": ["mon", "tue", "wed", "thu", "fri", "sat", "sun"],
        f"{place}.absence_share": 0.0,
        f"{place}.skill_sd": 0.0,
        f"{place}.new_share": 0.0,
    }


def with_defaults(parameters: tuple[Parameter, ...], **defaults: Value) -> tuple[Parameter, ...]:
    """Return parameters with other defaults, so that a case of the evidence has a name of its own."""
    return tuple(
        replace(parameter, default=defaults.get(parameter.name, parameter.default)) for parameter in parameters
    )
