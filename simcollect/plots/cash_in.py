"""Picture of one run: the money that has come in by each day, by what brought it, against what it cost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from simcollect.plots.theme import INK, PALETTE, head, inset, new_figure, small_print, theme


def cash_in(
    days: Sequence[int] | NDArray[np.int64],
    received: Mapping[str, NDArray[np.float64]],
    cost: NDArray[np.float64],
    title: str,
    digest: str,
) -> Figure:
    """Draw cumulated receipts as stacked bands and the cumulated cost as a line.

    Parameters
    ----------
    days
        Days of the run, rising, shape [d].
    received
        Source of money -> cumulated receipts by day, share of the opening balance (0 to 1 and above), shape [d] each.
        Drawn from the bottom in the order given; sources without any money are left out.
    cost
        Cumulated cost by day, share of the opening balance, shape [d].
    title
        Headline of the figure.
    digest
        Of the run, for the small print.

    Raises
    ------
    ValueError
        If a series has another length than ``days``, or there are no days.
    """
    numbers = np.asarray(days, dtype=np.float64)
    if numbers.size == 0 or any(len(series) != len(numbers) for series in (*received.values(), cost)):
        raise ValueError("cash_in needs at least one day and one number a day in every series")
    bands = [(name, series * 100.0) for name, series in received.items() if series[-1] > 0.0]
    with theme():
        figure = new_figure(7.6, 4.8)
        used = head(figure, title, "Money received by day, by what brought it; the line is what it cost.")
        axes = inset(figure, left_inches=0.75, right_inches=1.75, top_inches=used + 0.36, bottom_inches=0.75)
        below = np.zeros(len(numbers))
        for i, (name, series) in enumerate(bands):
            colour = PALETTE[i % (len(PALETTE) - 1)]
            axes.fill_between(numbers, below, below + series, color=colour, linewidth=0.0, label=name)
            below = below + series
        axes.plot(numbers, cost * 100.0, color=INK, linewidth=1.4, label="cost")
        axes.set_xlim(float(numbers[0]), float(numbers[-1]))
        axes.set_ylim(0.0, 1.05 * max(float(below[-1]), float(cost[-1]) * 100.0, 1.0))
        axes.grid(True, axis="y")
        axes.set_xlabel("Day of the run")
        axes.text(0.0, 1.025, "% of opening balance", transform=axes.transAxes, va="bottom", ha="left")
        handles, labels = axes.get_legend_handles_labels()
        # From the top down, as the bands lie.
        axes.legend(
            handles[::-1], labels[::-1], loc="upper left", bbox_to_anchor=(1.02, 1.0), frameon=False, fontsize=9.0
        )
        small_print(figure, f"Run {digest}")
    return figure
