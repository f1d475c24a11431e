"""What a moment family reads, and how it answers: plain sums, so that replications can be pooled."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple, TypeAlias

from simcollect.core.eventlog import EventLog
from simcollect.population import Population
from simcollect.scenario import Scenario


class Tally(NamedTuple):
    """A moment of one replication, as numerator and denominator.

    The moment over many replications is the sum of the numerators over the sum of the denominators: a share counts
    cases over chances, a mean adds values over their number, a median is written as (median * n, n), so that
    replications are weighted by their cases.
    """

    numerator: float
    denominator: float


@dataclass(frozen=True)
class Replication:
    """One replication as a family sees it.

    Attributes
    ----------
    scenario
        At the parameters that are tried.
    book
        The accounts; position i is account i of the logs.
    logs
        One log a treatment of the calibration file, in its order. All have the same book and the same luck, so a
        difference between treatments is a paired one.
    reading
        How the file behind the targets shows accounts: numbers of the calibration file's table ``reading``, by name.
    """

    scenario: Scenario
    book: Population
    logs: Mapping[str, EventLog]
    reading: Mapping[str, float] = field(default_factory=dict)

    @property
    def log(self) -> EventLog:
        """The log of the first treatment: the only one, in most calibrations."""
        return next(iter(self.logs.values()))


Family: TypeAlias = Callable[[Replication], Mapping[str, Tally]]
"""A pure function from one replication to the moments it observes, by target name."""


def median_tally(values: list[float]) -> Tally:
    """Return the median of some values as a tally; (0, 0) of none.

    Examples
    --------
    >>> median_tally([3.0, 1.0, 8.0])
    Tally(numerator=9.0, denominator=3.0)
    """
    if not values:
        return Tally(0.0, 0.0)
    ordered = sorted(values)
    n = len(ordered)
    middle = (ordered[(n - 1) // 2] + ordered[n // 2]) / 2.0
    return Tally(middle * n, float(n))
