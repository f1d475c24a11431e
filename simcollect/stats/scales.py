"""Scales on which numbers are fitted and drawn: as they are, logarithms, log odds."""

from __future__ import annotations

import math
from typing import Final, Literal, TypeAlias, get_args

Scale: TypeAlias = Literal["linear", "log", "logit"]
SCALES: Final[tuple[Scale, ...]] = get_args(Scale)


def to_scale(value: float, scale: Scale) -> float:
    """Return a number on a scale.

    Raises
    ------
    ValueError
        If it has no place there: 0 on the logarithmic scale, 0 or 1 in log odds.

    Examples
    --------
    >>> to_scale(0.5, "logit"), to_scale(1.0, "log")
    (0.0, 0.0)
    """
    if scale == "linear":
        return value
    if value <= 0.0 or (scale == "logit" and value >= 1.0):
        raise ValueError(f"{value:g} has no place on the {scale} scale")
    return math.log(value) if scale == "log" else math.log(value / (1.0 - value))


def from_scale(position: float, scale: Scale) -> float:
    """Return the number at a position of a scale.

    Examples
    --------
    >>> from_scale(0.0, "logit"), from_scale(0.0, "log")
    (0.5, 1.0)
    """
    if scale == "linear":
        return position
    if scale == "log":
        return math.exp(min(position, 700.0))
    return 1.0 / (1.0 + math.exp(-position)) if position > -700.0 else 0.0


def slope(value: float, scale: Scale) -> float:
    """Return d(value) / d(position) at a number: what turns a standard error on the scale into one of the number.

    Examples
    --------
    >>> slope(0.5, "logit"), slope(3.0, "log")
    (0.25, 3.0)
    """
    if scale == "log":
        return value
    return value * (1.0 - value) if scale == "logit" else 1.0
