"""Outcomes along one axis of levels: paired differences to a reference level, one panel an outcome, with bands."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from simcollect.core.words import Lang
from simcollect.plots.numbers import plain_ticks
from simcollect.plots.theme import (
    FAINT,
    INK,
    MARKERS,
    PALETTE,
    PAPER,
    QUIET,
    finish,
    head,
    legible,
    new_figure,
    theme,
)
from simcollect.plots.wording import Wording, text_width, wrapped

_PANEL_INCHES: Final = (3.1, 2.35)
_GAP_INCHES: Final = (0.85, 1.15)
_LEFT_INCHES: Final = 0.85
_BOTTOM_INCHES: Final = 0.95
_MOST_ACROSS: Final = 3
_TITLE_POINTS: Final = 10.5
_TICK_POINTS: Final = 8.5
_LEGEND_INCHES: Final = 0.3

_WORDS: Final = Wording(
    read=(
        "Paired difference to {reference}, {n} replications, read on day {day}.\n"
        "Bands: {level:g} % intervals that hold together. Filled: clear of zero. Hollow: cannot tell. "
        "Ring: may be the best.",
        "与 {reference} 的配对差异，{n} 次重复模拟，截至第 {day} 天。\n"
        "色带：同时成立的 {level:g}% 区间。实心：区间不含零；空心：尚无法判断。圆环：可能为最优。",
    ),
    more=("more is better", "越多越好"),
    less=("less is better", "越少越好"),
)


@dataclass(frozen=True)
class CurvePoint:
    """One level: difference with its interval in the panel's unit (0, 0, 0 at the reference)."""

    mean: float
    low: float
    high: float
    may_be_best: bool


@dataclass(frozen=True)
class CurvePanel:
    """One outcome: title, unit of the differences, which direction is good, and a line for each group."""

    title: str
    unit: str
    higher_is_better: bool | None
    lines: tuple[tuple[str, tuple[CurvePoint, ...]], ...]


def curves(
    panels: Sequence[CurvePanel],
    levels: Sequence[str],
    axis: str,
    *,
    positions: Sequence[float] = (),
    lines_label: str = "",
    title: str,
    reference: str,
    n_replications: int,
    day: int,
    digest: str,
    level: float = 0.95,
    lang: Lang = "en",
) -> Figure:
    """Draw outcomes along an axis.

    Parameters
    ----------
    panels
        At least one; all lines have a point for each level.
    levels, axis
        Names of the levels, and what they are levels of.
    positions
        Where the levels lie; evenly spaced when empty.
    lines_label
        What the lines differ in; "" for one line.
    title, reference, n_replications, day, digest, level, lang
        As in :func:`simcollect.plots.trade_off.trade_off`.

    Raises
    ------
    ValueError
        If there is no panel, or a line has not one point a level.
    InputError
        If the language needs a font that is not installed.
    """
    if not panels or any(len(points) != len(levels) for panel in panels for _, points in panel.lines):
        raise ValueError("curves need at least one panel, and in each line a point for each level")
    say = _WORDS.in_language(lang)
    at = list(positions) or [float(i) for i in range(len(levels))]
    across = min(_MOST_ACROSS, len(panels))
    down = math.ceil(len(panels) / across)
    with theme(lang):
        width = max(7.2, _LEFT_INCHES + across * (_PANEL_INCHES[0] + _GAP_INCHES[0]) - _GAP_INCHES[0] + 0.35)
        read = say("read", reference=reference, n=n_replications, day=day, level=100 * level)
        ruler = new_figure(width, 10.0)
        titles = [wrapped(ruler, panel.title, _PANEL_INCHES[0], _TITLE_POINTS, bold=True) for panel in panels]
        over = 0.42 + 0.2 * max(text.count("\n") + 1 for text in titles)
        legend = _LEGEND_INCHES if len(panels[0].lines) > 1 else 0.0
        turned = _too_wide(ruler, levels, at)
        below = _BOTTOM_INCHES + (max(text_width(ruler, name, _TICK_POINTS) for name in levels) if turned else 0.0)
        row = _PANEL_INCHES[1] + _GAP_INCHES[1] + (below - _BOTTOM_INCHES)
        height = head(ruler, title, read) + legend + over + down * row - (row - _PANEL_INCHES[1]) + below
        figure = new_figure(width, height)
        top = head(figure, title, read) + legend + over
        for number, panel in enumerate(panels):
            i, j = number % across, number // across
            axes = figure.add_axes(
                (
                    (_LEFT_INCHES + i * (_PANEL_INCHES[0] + _GAP_INCHES[0])) / width,
                    1.0 - (top + j * row + _PANEL_INCHES[1]) / height,
                    _PANEL_INCHES[0] / width,
                    _PANEL_INCHES[1] / height,
                )
            )
            _draw(axes, panel, at)
            axes.set_xticks(*_ticks(ruler, levels, at, turned), rotation=90 if turned else 0)
            axes.set_xlabel(axis)
            hint = {True: say("more"), False: say("less"), None: ""}[panel.higher_is_better]
            axes.set_title(titles[number], loc="left", fontsize=_TITLE_POINTS, fontweight="bold", pad=18.0)
            axes.text(
                0.0, 1.02, f"{panel.unit}   {hint}".strip(), transform=axes.transAxes, fontsize=8.5, color=QUIET,
                va="bottom", ha="left",
            )  # fmt: skip
        if legend:
            _legend(figure, [name for name, _ in panels[0].lines], lines_label, head(ruler, title, read))
        finish(figure, digest, lang)
        return figure


def _draw(axes: Axes, panel: CurvePanel, at: Sequence[float]) -> None:
    axes.axhline(0.0, color=INK, linewidth=0.9, zorder=2)
    axes.grid(axis="y")
    for number, (_, points) in enumerate(panel.lines):
        colour, marker = PALETTE[number % len(PALETTE)], MARKERS[number % len(MARKERS)]
        means = [point.mean for point in points]
        axes.fill_between(
            at, [point.low for point in points], [point.high for point in points], color=colour, alpha=0.15,
            linewidth=0.0, zorder=1,
        )  # fmt: skip
        axes.plot(at, means, color=colour, linewidth=1.6, zorder=3)
        for x, point in zip(at, points, strict=True):
            clear = point.low > 0.0 or point.high < 0.0
            axes.plot(
                [x], [point.mean], marker=marker, markersize=6.0, linestyle="none", zorder=5,
                markerfacecolor=colour if clear else PAPER, markeredgecolor=colour, markeredgewidth=1.4,
            )  # fmt: skip
            if point.may_be_best:
                axes.plot(
                    [x], [point.mean], marker="o", markersize=12.0, linestyle="none", zorder=4,
                    markerfacecolor="none", markeredgecolor=colour, markeredgewidth=0.9,
                )  # fmt: skip
    span = (max(at) - min(at)) or 1.0
    axes.set_xlim(min(at) - 0.06 * span, max(at) + 0.06 * span)
    plain_ticks(axes.yaxis)
    axes.spines["bottom"].set_color(FAINT)


def _too_wide(ruler: Figure, levels: Sequence[str], at: Sequence[float]) -> bool:
    """Return whether names that are no numbers need to be turned to stand beside each other."""
    numbers = all(name.replace(".", "", 1).replace("-", "", 1).isdigit() for name in levels)
    widest = max(text_width(ruler, name, _TICK_POINTS) for name in levels)
    return not numbers and widest + 0.1 > _PANEL_INCHES[0] / 1.12 / max(1, len(at) - 1)


def _ticks(ruler: Figure, levels: Sequence[str], at: Sequence[float], turned: bool) -> tuple[list[float], list[str]]:
    """Return positions and names of the ticks; of numbers only as many as have room."""
    if turned:
        return list(at), list(levels)
    span = (max(at) - min(at)) or 1.0
    shown: list[int] = []
    free_from = -math.inf
    for position, (x, name) in enumerate(zip(at, levels, strict=True)):
        half = text_width(ruler, name, _TICK_POINTS) / 2.0
        centre = (x - min(at)) / span * _PANEL_INCHES[0] / 1.12
        if centre - half >= free_from:
            shown.append(position)
            free_from = centre + half + 0.1
    return [at[position] for position in shown], [levels[position] for position in shown]


def _legend(figure: Figure, names: Sequence[str], label: str, top_inches: float) -> None:
    width, height = figure.get_size_inches()
    x, y = 0.25, 1.0 - (top_inches + 0.18) / height
    figure.text(x / width, y, label, fontsize=9.0, color=QUIET, va="center", ha="left")
    x += text_width(figure, label, 9.0) + 0.2
    for number, name in enumerate(names):
        colour = PALETTE[number % len(PALETTE)]
        figure.text(
            x / width, y, "\u25cf " + name, fontsize=9.0, fontweight="bold", color=legible(colour), va="center",
            ha="left",
        )  # fmt: skip
        x += text_width(figure, "\u25cf " + name, 9.0, bold=True) + 0.25
