"""The scale on which a parameter is searched and its uncertainty is stated: logarithm, log odds, or as it is."""

from __future__ import annotations

import math
from typing import Literal, TypeAlias

Scale: TypeAlias = Literal["log", "logit", "linear"]


def on_scale(value: float, scale: Scale) -> float:
    """Return a natural value on its scale.

    Examples
    --------
    >>> on_scale(0.5, "logit"), on_scale(1.0, "log"), on_scale(3.0, "linear")
    (0.0, 0.0, 3.0)
    """
    if scale == "log":
        return math.log(value)
    return math.log(value / (1.0 - value)) if scale == "logit" else value


def from_scale(x: float, scale: Scale) -> float:
    """Return the natural value of a point of a scale: the inverse of :func:`on_scale`."""
    if scale == "log":
        return math.exp(x)
    return 1.0 / (1.0 + math.exp(-x)) if scale == "logit" else x


def slope(value: float, scale: Scale) -> float:
    """Return d(value) / d(scale) at a natural value: what turns a standard error on the scale into a natural one."""
    if scale == "log":
        return value
    return value * (1.0 - value) if scale == "logit" else 1.0
