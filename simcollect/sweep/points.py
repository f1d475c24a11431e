"""Design points: which values of levers and uncertainties are tried together.

A **lever** is something a manager sets; an **uncertainty** is something nobody sets and nobody knows. Both are places
of a scenario, and a **point** gives each a value. Points do not depend on who runs them: designs that draw have a seed.

References
----------
McKay, Beckman and Conover (1979), Technometrics 21(2): Latin hypercube sampling.
Sobol' (1967); Owen (1998), J. Complexity 14(4): scrambled digital sequences, as in ``scipy.stats.qmc``.
"""

from __future__ import annotations

import datetime as dt
import itertools
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, TypeAlias, cast, get_args

import numpy as np
from numpy.typing import NDArray
from scipy.stats import qmc

Point: TypeAlias = Mapping[str, Any]
"""A value for each place."""

Kind: TypeAlias = Literal["grid", "list", "latin_hypercube", "sobol"]
KINDS: Final[tuple[Kind, ...]] = get_args(Kind)
DRAWN: Final[tuple[Kind, ...]] = ("latin_hypercube", "sobol")
"""Designs of n points drawn within ranges; the others are made of the listed values."""

_DATE: Final = "$date"


@dataclass(frozen=True)
class Values:
    """Values that a place takes: those listed.

    Attributes
    ----------
    listed
        At least one.
    """

    listed: tuple[Any, ...]

    def levels(self) -> tuple[Any, ...]:
        """Return the values of a grid."""
        return self.listed

    def at(self, shares: NDArray[np.float64]) -> list[Any]:
        """Return the values at shares in [0, 1), shape [k]: each of the list has the same chance."""
        places = np.minimum((shares * len(self.listed)).astype(np.int64), len(self.listed) - 1)
        return [self.listed[place] for place in places]


@dataclass(frozen=True)
class Range:
    """Values that a place takes: all between two ends, in the unit of the place.

    Attributes
    ----------
    low, high
        Ends, low < high. Two whole numbers stand for the whole numbers from low to high.
    n_levels
        How many evenly spaced values a grid takes; 0 when the experiment does not say.
    """

    low: float
    high: float
    n_levels: int = 0

    @property
    def is_whole(self) -> bool:
        """Whether only whole numbers are meant."""
        return isinstance(self.low, int) and isinstance(self.high, int)

    def levels(self) -> tuple[Any, ...]:
        """Return the evenly spaced values of a grid, both ends among them."""
        spaced = np.linspace(self.low, self.high, self.n_levels)
        return tuple(dict.fromkeys(round(value) if self.is_whole else float(value) for value in spaced))

    def at(self, shares: NDArray[np.float64]) -> list[Any]:
        """Return the values at shares in [0, 1), shape [k]: uniform over the range."""
        if self.is_whole:
            return [int(self.low + math.floor(share * (self.high - self.low + 1))) for share in shares]
        return [float(self.low + share * (self.high - self.low)) for share in shares]


Choice: TypeAlias = Values | Range


def grid(choices: Mapping[str, Choice]) -> list[Point]:
    """Return every combination, the last place turning fastest.

    Examples
    --------
    >>> grid({"a": Values((1, 2)), "b": Range(0, 10, 3)})[:3]
    [{'a': 1, 'b': 0}, {'a': 1, 'b': 5}, {'a': 1, 'b': 10}]
    """
    combinations = itertools.product(*(choice.levels() for choice in choices.values()))
    return [dict(zip(choices, values, strict=True)) for values in combinations]


def in_parallel(choices: Mapping[str, Values]) -> list[Point]:
    """Return the first values of all places together, then the second, and so on; lists are equally long.

    Examples
    --------
    >>> in_parallel({"a": Values((1, 2)), "b": Values((3, 4))})
    [{'a': 1, 'b': 3}, {'a': 2, 'b': 4}]
    """
    together = zip(*(choice.listed for choice in choices.values()), strict=True)
    return [dict(zip(choices, values, strict=True)) for values in together]


def drawn(kind: Kind, choices: Mapping[str, Choice], n: int, seed: int, n_before: int = 0) -> list[Point]:
    """Return n points drawn within ranges and lists.

    Parameters
    ----------
    kind
        "latin_hypercube" or "sobol".
    choices
        By place.
    n
        How many, at least 1; a power of 2 keeps the balance of a Sobol sequence.
    seed
        Of the draws, 0 or more.
    n_before
        Points that the study has already. A Sobol sequence goes on behind them, so that all together are the ones that
        a larger n would have given; a Latin hypercube cannot be continued, so a second one is laid over the first.

    Examples
    --------
    >>> place = {"a": Range(0, 9)}
    >>> half = drawn("sobol", place, 4, seed=1)
    >>> half + drawn("sobol", place, 4, seed=1, n_before=4) == drawn("sobol", place, 8, seed=1)
    True
    """
    dimensions = len(choices)
    if kind == "sobol":
        sequence = qmc.Sobol(dimensions, rng=np.random.default_rng(seed))
        if n_before:
            sequence.fast_forward(n_before)
        # One first: asked at once for a number that is no power of 2, scipy would warn on the user's screen.
        shares = np.vstack([sequence.random(1), sequence.random(n - 1)]) if n > 1 else sequence.random(1)
    else:
        shares = qmc.LatinHypercube(dimensions, rng=np.random.default_rng([seed, n_before])).random(n)
    columns = [choice.at(shares[:, column]) for column, choice in enumerate(choices.values())]
    return [dict(zip(choices, values, strict=True)) for values in zip(*columns, strict=True)]


def point_text(point: Point) -> str:
    """Return a point as JSON text, the same for equal points: what is kept, compared and handed to workers."""
    return json.dumps(_to_json(dict(point)), sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def point_of(text: str) -> dict[str, Any]:
    """Return the point of a text."""
    return cast(dict[str, Any], _from_json(json.loads(text)))


def distinct(points: Sequence[Point]) -> list[Point]:
    """Return the points in their order, each once."""
    return list({point_text(point): point for point in points}.values())


def shown(point: Point) -> str:
    """Return a point in words.

    Examples
    --------
    >>> shown({"strategies.firm.late.enter_dpd": 75})
    'strategies.firm.late.enter_dpd = 75'
    """
    return ", ".join(f"{place} = {value}" for place, value in point.items()) or "the scenario as it is"


def _to_json(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _to_json(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_to_json(item) for item in value]
    if isinstance(value, dt.date):
        return {_DATE: value.isoformat()}
    return value.item() if isinstance(value, np.generic) else value


def _from_json(value: Any) -> Any:
    if isinstance(value, Mapping):
        if value.keys() == {_DATE}:
            return dt.date.fromisoformat(value[_DATE])
        return {key: _from_json(item) for key, item in value.items()}
    return [_from_json(item) for item in value] if isinstance(value, list) else value
