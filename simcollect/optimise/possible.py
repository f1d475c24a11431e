"""What an outcome can be at least and at most, so that an interval does not promise what cannot be."""

from __future__ import annotations

import math
from typing import Final

from simcollect.experiment.measure import ALL_MEASURES

_OF_ACCOUNTS: Final = frozenset(
    {"kept_share", "resolved_share", "retention_share", "left_share", "sued_share", "entered_late_share"}
)
"""Shares of balances are not among them: costs take them below 0, and interest above 1."""
_COUNTED: Final = frozenset({"count", "per 1,000 accounts", "attempts per account-week", "days", "years"})


def possible_range(measure: str) -> tuple[float, float]:
    """Return the least and the most that an outcome can be; infinite where it has no such end.

    Examples
    --------
    >>> possible_range("kept_share"), possible_range("complaints_per_1000"), possible_range("net_recovery_share")
    ((0.0, 1.0), (0.0, inf), (-inf, inf))
    """
    if measure in _OF_ACCOUNTS:
        return 0.0, 1.0
    told = ALL_MEASURES[measure]
    return (0.0 if told.letter == "C" or told.unit in _COUNTED else -math.inf), math.inf
