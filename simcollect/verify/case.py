"""What a case of `simcollect verify` is: theory on one side, the real engine with a reduced scenario on the other.

A case holds no model of its own. Its :meth:`Case.scenario` is a scenario like any other, made by settings until theory
has a formula for it; its :meth:`Case.theory` knows the formula and nothing of the engine.
"""

from __future__ import annotations

import json
import math
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from simcollect.core.errors import InputError
from simcollect.core.eventlog import EventLog
from simcollect.engine import simulate
from simcollect.population import build
from simcollect.scenario import Scenario

WHERE: Final = "verify"
"""What messages call the command line's or a caller's parameters."""

Value: TypeAlias = float | int | str | tuple[float, ...] | tuple[tuple[float, ...], ...]
Given: TypeAlias = Mapping[str, Any]
"""A value for every parameter of a case, checked: numbers, tuples of numbers, tuples of such tuples (matrices)."""


@dataclass(frozen=True)
class Band:
    """A theory that gives no number but an interval, ends included."""

    low: float
    high: float


Theory: TypeAlias = Mapping[str, "float | Band"]


@dataclass(frozen=True)
class Parameter:
    """Something a reviewer can set.

    Attributes
    ----------
    name
        As in ``--set name=value``.
    default
        Its kind is the parameter's: whole number, number, word, list of numbers, matrix (list of lists).
    unit, help
        What the number counts, and what it is.
    low, high
        Range of the number, or of every number in a list or matrix, ends included.
    """

    name: str
    default: Value
    unit: str
    help: str
    low: float = -math.inf
    high: float = math.inf

    def read(self, value: Any, case: str) -> Value:
        """Return a value of the parameter's kind; text is read as JSON unless the parameter is a word.

        Raises
        ------
        InputError
            If it is of another kind or outside the range.

        Examples
        --------
        >>> Parameter("attempts", 7, "calls", "Calls a week.", low=1).read("5", "contact_cap")
        5
        """
        if isinstance(value, str) and not isinstance(self.default, str):
            try:
                value = json.loads(value)
            except ValueError:
                raise self._fault(case, value) from None
        found = _of_kind(value, self.default)
        if found is None or not all(self.low <= number <= self.high for number in _numbers(found)):
            raise self._fault(case, value)
        return found

    def _fault(self, case: str, value: Any) -> InputError:
        shown = value if isinstance(value, str) else json.dumps(value)
        return InputError(WHERE, f"{case}: {self.name}", f"is {shown}", f"Expected {self.expected}", self.help)

    @property
    def expected(self) -> str:
        """What may stand here, in words."""
        kind = _KINDS[_depth(self.default)] if not isinstance(self.default, str) else "a word"
        if isinstance(self.default, int):
            kind = "a whole number"
        limits = ""
        if self.low > -math.inf and self.high < math.inf:
            limits = f" from {self.low:g} to {self.high:g}"
        elif self.low > -math.inf:
            limits = f" of {self.low:g} or more"
        elif self.high < math.inf:
            limits = f" of {self.high:g} or less"
        return f"{kind}{limits} ({self.unit}), for instance {json.dumps(self.default)}"


_KINDS = ("a number", "a list of numbers", "a list of lists of numbers")


def _depth(value: Value) -> int:
    return 1 + _depth(value[0]) if isinstance(value, tuple) and value else 0


def _of_kind(value: Any, like: Value) -> Value | None:
    """Return a value in the form of another, None where it cannot be."""
    if isinstance(like, str):
        return value if isinstance(value, str) else None
    if isinstance(like, tuple):
        if not isinstance(value, list | tuple) or not value:
            return None
        items: list[Any] = [_of_kind(item, like[0]) for item in value]
        return None if any(item is None for item in items) else tuple(items)
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return None
    if isinstance(like, int):
        return int(value) if float(value).is_integer() else None
    return float(value)


def _numbers(value: Value) -> Sequence[float]:
    if isinstance(value, str):
        return ()
    if isinstance(value, tuple):
        return [number for item in value for number in _numbers(item)]
    return (value,)


@dataclass(frozen=True)
class Case(ABC):
    """One comparison of the engine with theory.

    Attributes
    ----------
    name
        As on the command line.
    title
        What is compared, a short sentence.
    source
        Who has the theory: the case's number in the evidence and the author.
    parameters
        What can be set.
    replications
        At how many independent replications the verdict is given, unless asked otherwise. Enough that Student's t is
        near the normal: 30 or more, but 1 where nothing is random.
    slow
        Whether it takes more than about half a minute on one core.
    plausibility
        Empty for theory. Else why a comparison with what others report can disagree although the engine is sound: such
        a case is shown, and decides nothing.
    """

    name: str
    title: str
    source: str
    parameters: tuple[Parameter, ...] = ()
    replications: int = 40
    slow: bool = False
    plausibility: str = ""

    @abstractmethod
    def theory(self, given: Given) -> Theory:
        """Return what theory says, by quantity, in the order in which it is reported."""

    @abstractmethod
    def scenario(self, given: Given) -> Scenario:
        """Return the engine's scenario that theory has a formula for."""

    def strategies(self, given: Given) -> tuple[str, ...]:
        """Return the strategies to run on the same borrowers with the same luck."""
        return ("no_action",)

    @abstractmethod
    def estimates(self, logs: Mapping[str, EventLog], scenario: Scenario, given: Given) -> Mapping[str, float]:
        """Return what one replication says, finite, by the same quantities as :meth:`theory`.

        ``logs`` has one log a strategy. The verdict is on the mean over replications, so every quantity must be one
        whose mean theory knows: a share or a sum over accounts, not a quotient of two random numbers of few.
        """

    def replicate(self, scenario: Scenario, given: Given, seed: int, replication: int) -> Mapping[str, float]:
        """Run one replication and return its estimates. A case with more than one scenario has its own."""
        book = build(scenario, seed, replication)
        logs = {
            strategy: simulate(scenario, strategy, seed=seed, replication=replication, population=book)
            for strategy in self.strategies(given)
        }
        return self.estimates(logs, scenario, given)

    def check(self, given: Given) -> None:
        """Refuse parameters that do not go together, by an :class:`InputError`; by default none."""
        return None

    def given(self, settings: Mapping[str, Any]) -> dict[str, Any]:
        """Return a value for every parameter: the settings, the defaults for the rest.

        Raises
        ------
        InputError
            If there is no such parameter, or a value is not allowed.
        """
        known = {parameter.name: parameter for parameter in self.parameters}
        for name in settings:
            if name not in known:
                raise InputError.unknown(WHERE, f"{self.name}.{name}", known, "parameter")
        found = {
            name: parameter.read(settings[name], self.name) if name in settings else parameter.default
            for name, parameter in known.items()
        }
        self.check(found)
        return found

    def refuse(self, name: str, found: str, expected: str, suggestion: str = "") -> InputError:
        """Return the error for a parameter that does not go with the others."""
        return InputError(WHERE, f"{self.name}: {name}", found, expected, suggestion)
