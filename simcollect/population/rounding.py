"""The one place of this room where arrays of floats are rounded: money to whole cents, latents to millionths.

Exponentials and logarithms of arrays may differ in the last bit from one machine to the next. A latent rounded to
six decimals forgets that bit, so the same seed gives the same book everywhere.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

LARGEST_CENTS = 2**53
"""Beyond this a float no longer holds every whole number, so money could be off by a cent unseen."""


def whole_cents(amounts: NDArray[np.floating[Any]]) -> NDArray[np.int64]:
    """Return amounts in minor units (shape n) as whole minor units, halves to the even neighbour.

    Raises
    ------
    ValueError
        If an amount is no number or beyond ``LARGEST_CENTS``.
    """
    if not np.all(np.abs(amounts) <= LARGEST_CENTS):  # written so that "not a number" is refused too
        raise ValueError("whole_cents: every amount must be a number of at most 2**53 minor units")
    whole: NDArray[np.int64] = np.rint(amounts).astype(np.int64)
    return whole


def millionths(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return values (shape n) rounded to six decimals."""
    return np.rint(values * 1e6) / 1e6
