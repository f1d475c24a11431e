"""Liquidation curves: the share of a book that has been collected, by day, of strategies or of vintages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray

from simcollect.core.words import Lang
from simcollect.plots.labels import spread
from simcollect.plots.numbers import plain_ticks
from simcollect.plots.theme import MARKERS, PALETTE, QUIET, finish, head, inset, legible, new_figure, theme
from simcollect.plots.wording import Wording, text_width

_WORDS: Final = Wording(
    by_strategy=("Collected by day, by strategy", "各策略的累计回收"),
    bands=(
        "Bands: {level:g} % intervals of the level over {n} replications. Bands may overlap where strategies surely "
        "differ: paired differences tell.",
        "色带：{n} 次重复模拟的水平值 {level:g}% 区间。色带重叠不代表策略无差异，须看配对差异。",
    ),
    points=(
        "Points: the days that were read; the straight lines between them are drawn, not counted.",
        "圆点等标记为读数日；标记之间的直线仅为连线，并非逐日结果。",
    ),
    no_bands=("One replication: no intervals.", "只有一次模拟：没有区间。"),
    by_vintage=("Collected by age, by vintage", "各账龄批次的累计回收"),
    vintages=(
        "Each line: the accounts that fell overdue in one period, as far as all of them were observed.",
        "每条线为同一时期逾期的账户，只画到全部账户都已观察到的账龄。",
    ),
    run_day=("Day of the run (days)", "模拟天数（天）"),
    age=("Time since the account came in (months)", "入催后时间（月）"),
    share=("Collected (% of the opening balance)", "累计回收（占期初余额的 %）"),
    vintage=("vintage", "批次"),
)
_MOST_MARKED: Final = 40
"""Days up to which a curve is of single readings, which are marked, and not of every day."""
_MOST_NAMED: Final = 12
"""More vintages than this are told by a scale of colours instead of a name each."""


@dataclass(frozen=True, eq=False)
class Curve:
    """One curve of cumulated collections.

    Attributes
    ----------
    name
        Strategy or vintage.
    times
        Days of the run (strategies) or months since accounts came in (vintages), rising, shape [d].
    share
        Collected up to each time / opening balance, 0 to 1 and above, shape [d].
    low, high
        Interval of the share, shape [d] each; None where there is none.
    """

    name: str
    times: NDArray[np.float64]
    share: NDArray[np.float64]
    low: NDArray[np.float64] | None = None
    high: NDArray[np.float64] | None = None


def liquidation_by_strategy(
    curves: Sequence[Curve],
    n_replications: int,
    digest: str,
    level: float = 0.95,
    title: str | None = None,
    lang: Lang = "en",
) -> Figure:
    """Draw one curve a strategy with its interval as a band; names stand at the ends of the lines.

    Parameters
    ----------
    curves
        At least one; names unique. With few days (reading days of a comparison) the points are marked.
    n_replications
        Replications behind each curve.
    digest, level, title, lang
        As in :func:`simcollect.plots.trade_off.trade_off`.

    Raises
    ------
    ValueError
        If there is no curve, two share a name, or lengths differ within one.
    InputError
        If the language needs a font that is not installed.
    """
    _check(curves)
    say = _WORDS.in_language(lang)
    with theme(lang):
        ruler = new_figure(1.0, 1.0)
        names_inches = 0.35 + max(text_width(ruler, curve.name, 9.5) for curve in curves)
        figure = new_figure(6.4 + names_inches, 5.0)
        bands = say("bands", level=level * 100, n=n_replications) if n_replications > 1 else say("no_bands")
        is_joined = any(len(curve.times) <= _MOST_MARKED for curve in curves)
        told = f"{bands} {say('points')}" if is_joined else bands
        used = head(figure, title or say("by_strategy"), told)
        axes = inset(figure, left_inches=0.75, right_inches=names_inches, top_inches=used + 0.36, bottom_inches=0.85)
        for i, curve in enumerate(curves):
            colour = PALETTE[i % len(PALETTE)]
            if curve.low is not None and curve.high is not None:
                axes.fill_between(
                    curve.times, curve.low * 100.0, curve.high * 100.0, color=colour, alpha=0.16, linewidth=0.0
                )
            mark = MARKERS[i % len(MARKERS)] if len(curve.times) <= _MOST_MARKED else ""
            axes.plot(
                curve.times,
                curve.share * 100.0,
                color=colour,
                linewidth=1.8,
                marker=mark,
                markersize=4.5,
                clip_on=False,
            )
        _frame(axes, curves, say("run_day"), say("share"))
        _name_ends(axes, curves)
        finish(figure, digest, lang)
    return figure


def liquidation_by_vintage(curves: Sequence[Curve], digest: str, title: str | None = None, lang: Lang = "en") -> Figure:
    """Draw one curve a vintage by age, oldest dark to newest light.

    Parameters
    ----------
    curves
        At least one, the oldest vintage first; names unique. A curve may end before the others do.
    digest, title, lang
        As in :func:`simcollect.plots.trade_off.trade_off`.

    Raises
    ------
    ValueError
        If there is no curve, two share a name, or lengths differ within one.
    InputError
        If the language needs a font that is not installed.
    """
    _check(curves)
    say = _WORDS.in_language(lang)
    with theme(lang):
        ruler = new_figure(1.0, 1.0)
        names_inches = 0.75 + max(text_width(ruler, curve.name, 9.0) for curve in curves)
        figure = new_figure(6.4 + names_inches, 5.0)
        used = head(figure, title or say("by_vintage"), say("vintages"))
        axes = inset(figure, left_inches=0.75, right_inches=names_inches, top_inches=used + 0.36, bottom_inches=0.85)
        shades = mpl.colormaps["viridis"]  # even steps of lightness: ordered for every eye, and in grey
        for i, curve in enumerate(curves):
            at = 0.9 * i / max(len(curves) - 1, 1)  # the lightest tenth is too faint on paper
            axes.plot(curve.times, curve.share * 100.0, color=shades(at), linewidth=1.5, label=curve.name)
        _frame(axes, curves, say("age"), say("share"))
        if len(curves) <= _MOST_NAMED:
            axes.legend(
                title=say("vintage"), loc="upper left", bbox_to_anchor=(1.02, 1.0), borderaxespad=0.0, frameon=False,
                fontsize=9.0, title_fontsize=9.0, alignment="left",
            )  # fmt: skip
        else:
            _scale(figure, axes, curves, say("vintage"))
        finish(figure, digest, lang)
    return figure


def _check(curves: Sequence[Curve]) -> None:
    names = [curve.name for curve in curves]
    if not curves or len(set(names)) != len(names):
        raise ValueError(f"liquidation curves need at least one curve and different names, found {names}")
    for curve in curves:
        series = [curve.share, *(band for band in (curve.low, curve.high) if band is not None)]
        if len(curve.times) == 0 or any(len(numbers) != len(curve.times) for numbers in series):
            raise ValueError(f"curve {curve.name!r} needs at least one time and one number a time in every series")
        if (curve.low is None) != (curve.high is None):
            raise ValueError(f"curve {curve.name!r} has one end of its interval without the other")


def _frame(axes: Axes, curves: Sequence[Curve], x_label: str, y_label: str) -> None:
    tops = [float(np.nanmax(band)) for curve in curves for band in (curve.share, curve.high) if band is not None]
    lows = [float(np.nanmin(band)) for curve in curves for band in (curve.share, curve.low) if band is not None]
    axes.set_xlim(0.0, max(1.0, max(float(curve.times[-1]) for curve in curves)))
    axes.set_ylim(min(0.0, 105.0 * min(lows)), 105.0 * max(*tops, 0.01))
    axes.grid(True, axis="y")
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_locator(MaxNLocator(nbins=8, steps=[1, 2, 3, 5, 10], integer=axis is axes.xaxis))
        plain_ticks(axis)
    axes.set_xlabel(x_label)
    axes.text(0.0, 1.025, y_label, transform=axes.transAxes, va="bottom", ha="left")


def _name_ends(axes: Axes, curves: Sequence[Curve]) -> None:
    """Write each name beside the end of its line, moved apart where lines end close together."""
    low, high = axes.get_ylim()
    figure_height = float(axes.figure.get_size_inches()[1])  # type: ignore[union-attr]
    per_inch = (high - low) / (axes.get_position().height * figure_height)
    ends = [100.0 * float(curve.share[-1]) for curve in curves]
    for i, (curve, at) in enumerate(zip(curves, spread(ends, 0.19 * per_inch, low, high), strict=True)):
        colour = legible(PALETTE[i % len(PALETTE)])
        axes.annotate(
            curve.name, xy=(float(curve.times[-1]), ends[i]), xytext=(axes.get_xlim()[1], at),
            textcoords="data", fontsize=9.5, color=colour, va="center", ha="left", annotation_clip=False,
        ).set_x(axes.get_xlim()[1] * 1.02)  # fmt: skip


def _scale(figure: Figure, axes: Axes, curves: Sequence[Curve], label: str) -> None:
    box = axes.get_position()
    bar = figure.add_axes((box.x1 + 0.03, box.y0, 0.02, box.height))
    shades = mpl.colormaps["viridis"].resampled(256)
    cut = mpl.colors.ListedColormap(shades(np.linspace(0.0, 0.9, len(curves))))
    colours = figure.colorbar(ScalarMappable(Normalize(-0.5, len(curves) - 0.5), cut), cax=bar)
    chosen = np.unique(np.linspace(0, len(curves) - 1, 7).round().astype(np.int64))
    colours.set_ticks([float(i) for i in chosen], labels=[curves[int(i)].name for i in chosen])
    colours.ax.invert_yaxis()
    colours.outline.set_visible(False)
    bar.set_title(label, fontsize=9.0, loc="left", color=QUIET)
