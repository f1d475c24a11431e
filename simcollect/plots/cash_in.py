"""One run: the money that has come in by each day, by what brought it, against what it cost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray

from simcollect.core.words import Lang
from simcollect.plots.numbers import plain_ticks
from simcollect.plots.theme import INK, PALETTE, finish, head, inset, new_figure, theme, tint
from simcollect.plots.wording import Wording, text_width

_WORDS: Final = Wording(
    read=(
        "Money received up to each day, by what brought it; the line is what it cost.",
        "截至各日的累计回款（按来源），黑线为累计成本。",
    ),
    cost=("cost", "成本"),
    day=("Day of the run (days)", "模拟天数（天）"),
    share=("Share of the opening balance (%)", "占期初余额的比例（%）"),
)
_TINTS: Final = (0.0, 0.55, 0.3)
"""White mixed in, each time round the palette."""


def cash_in(
    days: Sequence[int] | NDArray[np.int64],
    received: Mapping[str, NDArray[np.float64]],
    cost: NDArray[np.float64],
    title: str,
    digest: str,
    cost_name: str | None = None,
    lang: Lang = "en",
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
    cost_name
        What the line is called: what is in it depends on how staff are paid.
    lang
        Language of the words that this function adds.

    Raises
    ------
    ValueError
        If a series has another length than ``days``, or there are no days.
    InputError
        If the language needs a font that is not installed.
    """
    numbers = np.asarray(days, dtype=np.float64)
    if numbers.size == 0 or any(len(series) != len(numbers) for series in (*received.values(), cost)):
        raise ValueError("cash_in needs at least one day and one number a day in every series")
    bands = [(name, series * 100.0) for name, series in received.items() if series[-1] > 0.0]
    say = _WORDS.in_language(lang)
    cost_name = cost_name or say("cost")
    with theme(lang):
        names = [cost_name, *(name for name, _ in bands)]
        legend_inches = 0.65 + max(text_width(new_figure(1.0, 1.0), name, 9.0) for name in names)
        figure = new_figure(6.2 + legend_inches, 4.8)
        used = head(figure, title, say("read"))
        axes = inset(figure, left_inches=0.75, right_inches=legend_inches, top_inches=used + 0.36, bottom_inches=0.85)
        below = np.zeros(len(numbers))
        for i, (name, series) in enumerate(bands):
            around, place = divmod(i, len(PALETTE) - 1)  # the last colour is the cost's ink
            colour = tint(PALETTE[place], _TINTS[around % len(_TINTS)])
            axes.fill_between(numbers, below, below + series, color=colour, linewidth=0.0, label=name)
            below = below + series
        axes.plot(numbers, cost * 100.0, color=INK, linewidth=1.4, label=cost_name)
        axes.set_xlim(0.0, float(numbers[-1]))
        axes.set_ylim(0.0, 1.05 * max(float(below[-1]), float(cost[-1]) * 100.0, 1.0))
        for axis in (axes.xaxis, axes.yaxis):
            axis.set_major_locator(MaxNLocator(nbins=8, steps=[1, 2, 3, 5, 10], integer=axis is axes.xaxis))
            plain_ticks(axis)
        axes.grid(True, axis="y")
        axes.set_xlabel(say("day"))
        axes.text(0.0, 1.025, say("share"), transform=axes.transAxes, va="bottom", ha="left")
        handles, labels = axes.get_legend_handles_labels()
        # From the top down, as the bands lie.
        axes.legend(
            handles[::-1], labels[::-1], loc="upper left", bbox_to_anchor=(1.02, 1.0), borderaxespad=0.0,
            frameon=False, fontsize=9.0,
        )  # fmt: skip
        finish(figure, digest, lang)
    return figure
