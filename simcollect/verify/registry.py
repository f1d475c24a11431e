"""The cases that the program ships, by name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from simcollect.core.errors import InputError
from simcollect.verify.case import WHERE, Case
from simcollect.verify.cases import (
    aggregate,
    chains,
    contact,
    courts,
    economics,
    invariants,
    little,
    queues,
    recurring,
    repayment,
)

_ALL: Final[tuple[Case, ...]] = (
    *chains.CASES,
    *queues.CASES,
    *recurring.CASES,
    *little.CASES,
    *repayment.CASES,
    *economics.CASES,
    *contact.CASES,
    *courts.CASES,
    *aggregate.CASES,
    *invariants.CASES,
)
CASES: Final[dict[str, Case]] = {case.name: case for case in _ALL}
"""Every case, in the order in which it is reported."""


def cases_named(names: Sequence[str]) -> list[Case]:
    """Return the cases of these names, all when there is none, in the order of :data:`CASES`.

    Raises
    ------
    InputError
        If there is no such case.
    """
    for name in names:
        if name not in CASES:
            raise InputError.unknown(WHERE, name, CASES, "case")
    return [case for name, case in CASES.items() if not names or name in names]
