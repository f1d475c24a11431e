"""Separate luck for search, selection and final estimate.

Whoever tries many strategies and keeps the one that did best has kept some good luck with it. The luck of a run is
keyed by the scenario's seed and the replication's number, so each phase has numbers of its own: what was seen in one
says nothing about the luck of the next. The book of a scenario with a fixed book stays the same in all.
"""

from __future__ import annotations

from typing import Final, Literal, TypeAlias

Phase: TypeAlias = Literal["search", "selection", "final"]

FIRST: Final[dict[Phase, int]] = {"search": 0, "selection": 1_000_000, "final": 2_000_000}
"""First replication of each phase; comparisons, sweeps and optimisers search from 0."""


def replications_of(phase: Phase, start: int, stop: int) -> range:
    """Return the numbers of a phase's replications ``start`` to ``stop - 1``, counted within the phase from 0.

    Examples
    --------
    >>> replications_of("final", 0, 20)
    range(2000000, 2000020)
    """
    return range(FIRST[phase] + start, FIRST[phase] + stop)
