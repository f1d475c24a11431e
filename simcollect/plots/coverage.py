"""Shares with their intervals beside the band that is asked of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from simcollect.core.words import Lang
from simcollect.plots.numbers import plain_ticks
from simcollect.plots.theme import BLUE, FAINT, INK, VERMILLION, head, new_figure, small_print, theme
from simcollect.plots.wording import Wording, text_width

_ROW_INCHES: Final = 0.27
_AXIS_INCHES: Final = 3.4
_NAME_POINTS: Final = 8.5

_WORDS: Final = Wording(
    title=("How often 95 % intervals hold the truth", "95% 区间包含真值的频率"),
    read=(
        "Points: share of intervals that hold it, with its 95 % interval. Grey: what is asked, {low:g} to {high:g} %. "
        "Blue inside, orange-red outside.",
        "圆点：包含真值的区间所占比例及其 95% 区间。灰色：要求范围 {low:g}% 至 {high:g}%。蓝色在范围内，橙红在范围外。",
    ),
    axis=("intervals that hold the truth, %", "包含真值的区间（%）"),
)


@dataclass(frozen=True)
class CoverageRow:
    """One kind of interval: what it is, and the share that covered with its interval, 0 to 1."""

    name: str
    share: float
    low: float
    high: float
    is_inside: bool


def coverage(
    rows: Sequence[CoverageRow], level: float, band: tuple[float, float], source: str, lang: Lang = "en"
) -> Figure:
    """Draw how often intervals of one level covered.

    Parameters
    ----------
    rows
        At least one.
    level
        What they promise, in (0, 1).
    band
        Shares that are asked of them.
    source
        Small print.
    lang
        Language of the frame.

    Raises
    ------
    ValueError
        If there is no row.
    InputError
        If the language needs a font that is not installed.
    """
    if not rows:
        raise ValueError("coverage needs at least one row")
    say = _WORDS.in_language(lang)
    with theme(lang):
        ruler = new_figure(1.0, 1.0)
        left = 0.45 + max(text_width(ruler, row.name, _NAME_POINTS) for row in rows)
        width = left + _AXIS_INCHES + 0.3
        heading = (say("title"), say("read", low=100.0 * band[0], high=100.0 * band[1]))
        over, under = head(new_figure(width, 10.0), *heading) + 0.15, 0.8
        inches = _ROW_INCHES * len(rows)
        height = over + inches + under
        figure = new_figure(width, height)
        head(figure, *heading)
        axes = figure.add_axes((left / width, under / height, _AXIS_INCHES / width, inches / height))
        axes.set_ylim(len(rows) - 0.5, -0.5)
        axes.set_yticks(range(len(rows)), [row.name for row in rows])
        axes.tick_params(axis="y", length=0.0, pad=6.0, labelsize=_NAME_POINTS)
        axes.spines["left"].set_visible(False)
        axes.axvspan(100.0 * band[0], 100.0 * band[1], facecolor="#F0F0F0", edgecolor="none", zorder=0)
        axes.axvline(100.0 * level, color=INK, linewidth=0.9, zorder=2)
        for y, row in enumerate(rows):
            colour = BLUE if row.is_inside else VERMILLION
            axes.axhline(y, color=FAINT, linewidth=0.5, zorder=1)
            axes.plot([100.0 * row.low, 100.0 * row.high], [y, y], color=colour, linewidth=2.0, zorder=3)
            axes.plot([100.0 * row.share], [y], marker="o", markersize=5.0, color=colour, linestyle="none", zorder=4)
        axes.xaxis.set_major_locator(MaxNLocator(nbins=6, steps=[1, 2, 5, 10]))
        plain_ticks(axes.xaxis)
        axes.set_xlabel(say("axis"), fontsize=9.0)
        small_print(figure, source)
    return figure
