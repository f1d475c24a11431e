"""Units: whole minutes, whole minor units of money, and the one place where a float becomes money."""

from __future__ import annotations

import math
from typing import Final

from simcollect.core.compiled import compiled

MINUTES_PER_HOUR: Final = 60
MINUTES_PER_DAY: Final = 1440

_LARGEST_EXACT: Final = 2.0**53


@compiled
def days(n: int) -> int:
    """Return the minutes in ``n`` whole days."""
    return n * MINUTES_PER_DAY


@compiled
def money_cents(amount: float, minor_units: int = 100) -> int:
    """Return an amount in major units as whole minor units, halves to the even neighbour.

    An amount already in minor units, such as computed interest, is rounded with ``minor_units=1``.

    Parameters
    ----------
    amount
        Money in major units.
    minor_units
        Minor units in a major one: 100 cents in a dollar, 1 where a currency has none.

    Raises
    ------
    ValueError
        If the amount is no number, infinite, or beyond 2**53 minor units, where floats skip whole numbers.

    Examples
    --------
    >>> money_cents(1500.5), money_cents(0.125), money_cents(2.5, 1)
    (150050, 12, 2)
    """
    cents = float(amount) * minor_units
    if not abs(cents) <= _LARGEST_EXACT:  # written so that "not a number" is refused too
        raise ValueError("money_cents: the amount must be a number of at most 2**53 minor units")
    below = math.floor(cents)
    over = cents - below
    if over > 0.5 or (over == 0.5 and below % 2 == 1):
        below += 1
    return below


def format_money(cents: int, currency: str, minor_units: int = 100) -> str:
    """Return money as text, with as many decimals as the currency has.

    Raises
    ------
    ValueError
        If ``minor_units`` is not 1, 10, 100 or another power of ten.

    Examples
    --------
    >>> format_money(-123456789, "USD"), format_money(1500, "JPY", minor_units=1)
    ('USD -1,234,567.89', 'JPY 1,500')
    """
    decimals = len(str(minor_units)) - 1
    if minor_units != 10**decimals:
        raise ValueError(f"minor_units is {minor_units}. Expected a power of ten")
    major, minor = divmod(abs(int(cents)), minor_units)
    sign = "-" if cents < 0 else ""
    fraction = f".{minor:0{decimals}d}" if decimals else ""
    return f"{currency} {sign}{major:,}{fraction}"
