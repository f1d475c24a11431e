"""How numbers are written on pictures: a true minus sign, thousands apart, no more decimals than are needed."""

from __future__ import annotations

import math
from collections.abc import Collection
from typing import Final

from matplotlib.axis import Axis
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from simcollect.plots.wording import text_width

MINUS: Final = "\u2212"


def plain(value: float) -> str:
    """Return a number with the decimals it has, at most six significant.

    Examples
    --------
    >>> plain(1250000.0), plain(0.5), plain(-3.0)
    ('1,250,000', '0.5', '−3')
    """
    decimals = 0 if abs(value) >= 1000.0 else max(0, 6 - math.ceil(math.log10(max(abs(value), 1e-3))))
    text = f"{value:,.{min(decimals, 6)}f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text.replace("-", MINUS)


def percent(share: float, decimals: int = 1) -> str:
    """Return a share in per cent, without the sign; what is not nothing is never shown as 0.

    Examples
    --------
    >>> percent(0.168), percent(0.0), percent(0.00001)
    ('16.8', '0.0', '<0.1')
    """
    least = 10.0**-decimals
    if 0.0 < 100.0 * share < 0.5 * least:
        return f"<{least:g}"
    return f"{100.0 * share:.{decimals}f}"


def signed(value: float, decimals: int) -> str:
    """Return a difference with its sign; nothing is ever shown as -0.

    Examples
    --------
    >>> signed(2.25, 1), signed(-0.01, 1)
    ('+2.2', '0.0')
    """
    text = f"{value:+,.{decimals}f}"
    return text.replace("-", MINUS) if float(text.replace(",", "")) != 0.0 else text[1:]


def decimals_for(span: float) -> int:
    """Return the decimals that show three figures of a span.

    Examples
    --------
    >>> decimals_for(0.5), decimals_for(20.0), decimals_for(5000.0)
    (3, 1, 0)
    """
    return max(0, min(6, 2 - math.floor(math.log10(max(span, 1e-9)))))


def ticks_width(figure: Figure, values: Collection[float], points: float) -> float:
    """Return the width in inches that the numbers on an axis over these values may take."""
    top = max((abs(value) for value in values if math.isfinite(value)), default=1.0)
    sign = MINUS if any(value < 0.0 for value in values) else ""
    # A tick may lie above the values, and have one more figure than they: 1,000 over 950.
    return text_width(figure, sign + plain(float(10 ** math.ceil(math.log10(max(top, 1.0) * 1.2)))), points)


def plain_ticks(axis: Axis) -> None:
    """Write an axis' numbers by :func:`plain`."""
    axis.set_major_formatter(FuncFormatter(lambda value, _: plain(value)))
