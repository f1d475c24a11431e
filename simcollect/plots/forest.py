"""Picture 2: paired differences to the reference, one panel a measure, one row a strategy."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from simcollect.plots.theme import BLUE, FAINT, INK, PAPER, QUIET, VERMILLION, head, new_figure, small_print, theme

_ROW_INCHES: Final = 0.46
_PANEL_INCHES: Final = 1.95
_GAP_INCHES: Final = 0.22
_UNIT_LETTERS: Final = 26
_FOOT_INCHES: Final = 0.95
_MINUS: Final = "\u2212"


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
    title: str = "What each strategy changes",
) -> Figure:
    """Draw the paired differences of every strategy to the reference, in every measure side by side.

    Blue: better than the reference, and the interval is clear of zero. Vermillion: worse. Hollow grey: cannot tell.
    The number above a row is the mean difference.

    Parameters
    ----------
    panels
        At least one; all with the same strategies in the same order.
    reference, n_replications, digest, day, level, title
        As in :func:`simcollect.plots.recovery_kept.recovery_kept`.

    Raises
    ------
    ValueError
        If there is no panel or row, or panels differ in their strategies.
    """
    if not panels or not panels[0].rows:
        raise ValueError("forest needs at least one panel with at least one strategy")
    names = [row.name for row in panels[0].rows]
    for panel in panels:
        if [row.name for row in panel.rows] != names:
            raise ValueError(f"panel {panel.title!r} has strategies {[row.name for row in panel.rows]}, not {names}")
    with theme():
        name_inches = 0.45 + 0.085 * max(len(name) for name in names)
        width = name_inches + len(panels) * (_PANEL_INCHES + _GAP_INCHES) + 0.15
        figure = new_figure(width, 2.6 + _ROW_INCHES * len(names))
        runs = "replication" if n_replications == 1 else "replications"
        bars = (
            f"Bars: {level * 100:g} % intervals. Filled: clear of zero (blue better, orange-red worse). "
            "Hollow: cannot tell."
            if n_replications > 1
            else "One replication: no intervals, so no difference is established."
        )
        used = head(
            figure, title, f"Paired difference to {reference}, {n_replications} {runs}, read on day {day}.\n{bars}"
        )
        height = figure.get_size_inches()[1]
        for i, panel in enumerate(panels):
            left = name_inches + i * (_PANEL_INCHES + _GAP_INCHES)
            axes = figure.add_axes(
                (
                    left / width,
                    _FOOT_INCHES / height,
                    _PANEL_INCHES / width,
                    1.0 - (used + 0.62 + _FOOT_INCHES) / height,
                )
            )
            _draw_panel(axes, panel, first=i == 0)
        small_print(figure, f"Run {digest}")
    return figure


def _draw_panel(axes: Axes, panel: ForestPanel, first: bool) -> None:
    n = len(panel.rows)
    axes.set_ylim(n - 0.4, -0.75)
    axes.set_yticks(range(n), [row.name for row in panel.rows] if first else [""] * n)
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
    axes.xaxis.set_major_locator(MaxNLocator(nbins=4, steps=[1, 2, 5, 10]))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}".replace("-", _MINUS)))
    decimals = _decimals(span)
    for y, row in enumerate(panel.rows):
        _draw_row(axes, y, row, panel.higher_is_better, decimals)
    axes.set_title(panel.title, loc="left", fontsize=10.5, fontweight="bold", pad=20.0)
    better = {True: "more is better \u2192", False: "\u2190 less is better", None: ""}[panel.higher_is_better]
    axes.text(0.0, 1.0, better, transform=axes.transAxes, fontsize=8.5, color=QUIET, va="bottom", ha="left")
    axes.set_xlabel(textwrap.fill(panel.unit, _UNIT_LETTERS), fontsize=9.0)


def _draw_row(axes: Axes, y: int, row: ForestRow, higher_is_better: bool | None, decimals: int) -> None:
    if not math.isfinite(row.mean):
        axes.text(0.0, y - 0.16, "not defined", fontsize=8.0, color=QUIET, va="bottom", ha="center")
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
        row.mean, y - 0.2, _signed(row.mean, decimals), fontsize=8.5, color=colour, va="bottom", ha="center", zorder=5,
        bbox={"facecolor": PAPER, "edgecolor": "none", "pad": 0.6},
    )  # fmt: skip


def _decimals(span: float) -> int:
    """Return the decimals that show three figures of the panel's span."""
    return max(0, min(6, 2 - math.floor(math.log10(span))))


def _signed(value: float, decimals: int) -> str:
    text = f"{value:+,.{decimals}f}"
    return text.replace("-", _MINUS) if float(text.replace(",", "")) != 0.0 else text[1:]
