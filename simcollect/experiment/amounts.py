"""Outcomes and amounts as a user writes them: ``net_recovery``, ``0.5pp``, ``20 TWD``."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from typing import Final

from simcollect.core.errors import InputError
from simcollect.experiment.measure import ALL_MEASURES

_ENDINGS: Final = ("", "_share", "_cents", "_per_1000")
_AMOUNT: Final = re.compile(r"\s*([-+]?[0-9.]+(?:[eE][-+]?[0-9]+)?)\s*([^\s0-9]*)\s*")
_POINTS: Final = ("pp", "points", "%")


def measure_named(name: str, known: Iterable[str] = ALL_MEASURES) -> str:
    """Return the measure of a name; the ending that tells its unit may be left out.

    Raises
    ------
    InputError
        If there is none; the message names the nearest.

    Examples
    --------
    >>> measure_named("net_recovery"), measure_named("kept_share"), measure_named("complaints")
    ('net_recovery_share', 'kept_share', 'complaints_per_1000')
    """
    names = tuple(known)
    for ending in _ENDINGS:
        if name + ending in names:
            return name + ending
    raise InputError.unknown("", name, names, "outcome")


def amount_of(text: str, measure: str, currency: str, minor_units: int, where: str = "amount") -> float:
    """Return an amount of a measure in the unit of its numbers: shares and minor units of money.

    Parameters
    ----------
    text
        As shown in tables: percentage points for a share (``0.5pp``), major units with the currency's code for money
        (``20 TWD``), a plain number for all others.
    measure
        One of :data:`simcollect.experiment.measure.ALL_MEASURES`.
    currency, minor_units
        Of the scenario.
    where
        What messages call it.

    Raises
    ------
    InputError
        If it is no number with the right unit.

    Examples
    --------
    >>> amount_of("0.5pp", "kept_share", "TWD", 100), amount_of("20 TWD", "cost_per_account_cents", "TWD", 100)
    (0.005, 2000.0)
    """
    unit = ALL_MEASURES[measure].unit
    units, factor, example = {
        "share": (_POINTS, 0.01, "0.5pp"),
        "cents": ((currency.lower(),), float(minor_units), f"20{currency}"),
    }.get(unit, (("",), 1.0, "0.5"))
    found = _AMOUNT.fullmatch(text)
    number = _number(found.group(1)) if found else math.nan
    if found is None or not math.isfinite(number) or found.group(2).lower() not in units:
        said = {"share": "percentage points", "cents": f"an amount of {currency}"}.get(unit, f"a number ({unit})")
        raise InputError("", where, f'is "{text}"', f"Expected {said} for {measure}", f"For instance {example}")
    return number * factor


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return math.nan
