"""Paired differences to the reference, one panel a measure, one row a strategy."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from simcollect.core.words import Lang
from simcollect.plots.numbers import decimals_for, plain_ticks, signed, ticks_width
from simcollect.plots.theme import BLUE, FAINT, INK, PAPER, QUIET, VERMILLION, finish, head, new_figure, theme
from simcollect.plots.wording import Say, Wording, text_width, wrapped

_ROW_INCHES: Final = 0.46
_PANEL_INCHES: Final = 1.95
_GAP_INCHES: Final = 0.24
_NARROWEST_INCHES: Final = 6.4  # so that title and reading aid have room when there is one panel
_TITLE_POINTS: Final = 10.5
_UNIT_POINTS: Final = 9.0

_WORDS: Final = Wording(
    title=("What each strategy changes", "各策略带来的变化"),
    read=(
        "Paired difference to {reference}, {n} replications, read on day {day}.",
        "与 {reference} 的配对差异，{n} 次重复模拟，截至第 {day} 天。",
    ),
    read_one=(
        "Paired difference to {reference}, 1 replication, read on day {day}.",
        "与 {reference} 的配对差异，1 次模拟，截至第 {day} 天。",
    ),
    bars=(
        "Bars: {level:g} % intervals. Filled: clear of zero (blue better, orange-red worse). Hollow: cannot tell.",
        "横线：{level:g}% 区间。实心：区间不含零（蓝色更优，橙红更差）；空心：尚无法判断。",
    ),
    no_bars=(
        "One replication: no intervals, so no difference is established.",
        "只有一次模拟：没有区间，不能确认任何差异。",
    ),
    more=("more is better \u2192", "越多越好 \u2192"),
    less=("\u2190 less is better", "\u2190 越少越好"),
    undefined=("not defined", "无定义"),
)


@dataclass(frozen=True)
class ForestRow:
    """One strategy's paired difference in the panel's unit; low and high are None where there is no interval."""

    name: str
    mean: float
    low: float | None
    high: float | None


@dataclass(frozen=True)
class ForestPanel:
    """One measure: its title, the unit of the numbers, and whether more of it is better (None: neither)."""

    title: str
    unit: str
    higher_is_better: bool | None
    rows: tuple[ForestRow, ...]


def forest(
    panels: Sequence[ForestPanel],
    reference: str,
    n_replications: int,
    digest: str,
    day: int,
    level: float = 0.95,
    title: str | None = None,
    lang: Lang = "en",
) -> Figure:
    """Draw the paired differences of every strategy to the reference, in every measure side by side.

    Blue: better than the reference, and the interval is clear of zero. Vermillion: worse. Hollow grey: cannot tell.
    The number above a row is the mean difference.

    Parameters
    ----------
    panels
        At least one; all with the same strategies in the same order.
    reference, n_replications, digest, day, level, title, lang
        As in :func:`simcollect.plots.trade_off.trade_off`.

    Raises
    ------
    ValueError
        If there is no panel or row, or panels differ in their strategies.
    InputError
        If the language needs a font that is not installed.
    """
    if not panels or not panels[0].rows:
        raise ValueError("forest needs at least one panel with at least one strategy")
    names = [row.name for row in panels[0].rows]
    for panel in panels:
        if [row.name for row in panel.rows] != names:
            raise ValueError(f"panel {panel.title!r} has strategies {[row.name for row in panel.rows]}, not {names}")
    say = _WORDS.in_language(lang)
    with theme(lang):
        ruler = new_figure(1.0, 1.0)
        left = 0.45 + max(text_width(ruler, name, 10.0) for name in names)
        titles = [wrapped(ruler, panel.title, _PANEL_INCHES, _TITLE_POINTS, bold=True) for panel in panels]
        units = [wrapped(ruler, panel.unit, _PANEL_INCHES, _UNIT_POINTS) for panel in panels]
        width = max(_NARROWEST_INCHES, left + len(panels) * (_PANEL_INCHES + _GAP_INCHES) + 0.15)
        over = 0.4 + 0.2 * max(text.count("\n") + 1 for text in titles)
        under = 0.66 + 0.16 * max(text.count("\n") + 1 for text in units)
        rows_inches = _ROW_INCHES * len(names) + 0.3
        read = say("read_one" if n_replications == 1 else "read", reference=reference, n=n_replications, day=day)
        bars = say("bars", level=level * 100) if n_replications > 1 else say("no_bars")
        heading = (title or say("title"), f"{read}\n{bars}")
        # Drawn twice: how high the figure must be is known when the lines of its head are broken.
        height = head(new_figure(width, 10.0), *heading) + over + rows_inches + under
        figure = new_figure(width, height)
        head(figure, *heading)
        for i, panel in enumerate(panels):
            x = left + i * (_PANEL_INCHES + _GAP_INCHES)
            axes = figure.add_axes((x / width, under / height, _PANEL_INCHES / width, rows_inches / height))
            _draw_panel(axes, panel, names if i == 0 else [""] * len(names), say, ruler)
            axes.set_title(titles[i], loc="left", fontsize=_TITLE_POINTS, fontweight="bold", pad=20.0, linespacing=1.2)
            axes.set_xlabel(units[i], fontsize=_UNIT_POINTS)
        finish(figure, digest, lang)
    return figure


def _draw_panel(axes: Axes, panel: ForestPanel, names: Sequence[str], say: Say, ruler: Figure) -> None:
    n = len(panel.rows)
    axes.set_ylim(n - 0.4, -0.75)
    axes.set_yticks(range(n), names)
    axes.tick_params(axis="y", length=0.0, pad=8.0, labelsize=10.0)
    axes.tick_params(axis="x", length=3.0)
    axes.spines["left"].set_visible(False)
    axes.spines["bottom"].set_color(FAINT)
    axes.axvline(0.0, color=INK, linewidth=0.9, zorder=2)
    for y in range(n):
        axes.axhline(y, color=FAINT, linewidth=0.6, zorder=1)
    values = [value for row in panel.rows for value in (row.mean, row.low, row.high) if value is not None]
    finite = [value for value in values if math.isfinite(value)] + [0.0]
    span = max(max(finite) - min(finite), 1e-9)
    axes.set_xlim(min(finite) - 0.16 * span, max(finite) + 0.16 * span)
    wide = ticks_width(ruler, [min(finite), max(finite)], 9.0) + 0.12
    axes.xaxis.set_major_locator(MaxNLocator(nbins=max(1, min(4, int(_PANEL_INCHES / wide))), steps=[1, 2, 5, 10]))
    plain_ticks(axes.xaxis)
    decimals = decimals_for(span)
    for y, row in enumerate(panel.rows):
        _draw_row(axes, y, row, panel.higher_is_better, decimals, say)
    better = {True: say("more"), False: say("less"), None: ""}[panel.higher_is_better]
    axes.text(0.0, 1.0, better, transform=axes.transAxes, fontsize=8.5, color=QUIET, va="bottom", ha="left")


def _draw_row(axes: Axes, y: int, row: ForestRow, higher_is_better: bool | None, decimals: int, say: Say) -> None:
    if not math.isfinite(row.mean):
        axes.text(
            0.0, y - 0.16, say("undefined"), fontsize=8.0, color=QUIET, va="bottom", ha="center", zorder=5,
            bbox={"facecolor": PAPER, "edgecolor": "none", "pad": 0.6},
        )  # fmt: skip
        return
    settled = row.low is not None and row.high is not None and (row.low > 0.0 or row.high < 0.0)
    if not settled:
        colour = QUIET
    elif higher_is_better is None:
        colour = INK
    else:
        colour = BLUE if (row.mean > 0.0) == higher_is_better else VERMILLION
    if row.low is not None and row.high is not None:
        axes.plot([row.low, row.high], [y, y], color=colour, linewidth=2.2, zorder=3)
    axes.plot(
        [row.mean], [y], marker="o", markersize=7.0, linestyle="none", zorder=4,
        markerfacecolor=colour if settled else PAPER, markeredgecolor=colour, markeredgewidth=1.5,
    )  # fmt: skip
    axes.text(
        row.mean, y - 0.2, signed(row.mean, decimals), fontsize=8.5, color=colour, va="bottom", ha="center", zorder=5,
        bbox={"facecolor": PAPER, "edgecolor": "none", "pad": 0.6},
    )  # fmt: skip
