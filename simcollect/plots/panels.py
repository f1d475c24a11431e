"""Panels side by side, one an outcome, each with the same rows: the frame that forests and stacked intervals share."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Final, Protocol, TypeVar

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from simcollect.core.words import Lang
from simcollect.plots.numbers import decimals_for, plain_ticks, ticks_width
from simcollect.plots.theme import FAINT, INK, QUIET, finish, head, new_figure
from simcollect.plots.wording import text_width, wrapped

_PANEL_INCHES: Final = 1.95
_GAP_INCHES: Final = 0.24
_NARROWEST_INCHES: Final = 6.4  # so that title and reading aid have room when there is one panel
_TITLE_POINTS: Final = 10.5
_UNIT_POINTS: Final = 9.0


class PanelRow(Protocol):
    """A row of a panel."""

    @property
    def name(self) -> str:
        """Name at the left."""

    def values(self) -> list[float]:
        """Every number that is drawn; those that are not finite are not."""


class RowPanel(Protocol):
    """One outcome: its title, the unit of its numbers, and its rows."""

    @property
    def title(self) -> str:
        """What the numbers are."""

    @property
    def unit(self) -> str:
        """Their unit."""

    @property
    def rows(self) -> Sequence[PanelRow]:
        """The rows."""


P = TypeVar("P", bound=RowPanel)
DrawRow = Callable[[Axes, P, int, int], None]
"""Draws a row: axes, panel, position of the row, decimals of its numbers."""


def rows_of(panels: Sequence[RowPanel], kind: str) -> list[str]:
    """Return the names of the rows.

    Raises
    ------
    ValueError
        If there is no panel or row, or panels differ in their strategies.
    """
    if not panels or not panels[0].rows:
        raise ValueError(f"{kind} needs at least one panel with at least one strategy")
    names = [row.name for row in panels[0].rows]
    for panel in panels:
        if [row.name for row in panel.rows] != names:
            raise ValueError(f"panel {panel.title!r} has strategies {[row.name for row in panel.rows]}, not {names}")
    return names


def in_panels(
    panels: Sequence[P],
    heading: tuple[str, str],
    hints: Sequence[str],
    draw_row: DrawRow[P],
    digest: str,
    lang: Lang,
    row_inches: float,
) -> Figure:
    """Draw panels side by side under a head; to be called within the theme.

    Parameters
    ----------
    panels
        At least one; all with the same rows in the same order.
    heading
        Title and the lines below it.
    hints
        What is said over each panel: which side is better.
    draw_row
        Draws one row.
    digest, lang
        As in :func:`simcollect.plots.trade_off.trade_off`.
    row_inches
        Height of a row.
    """
    names = [row.name for row in panels[0].rows]
    ruler = new_figure(1.0, 1.0)
    left = 0.45 + max(text_width(ruler, name, 10.0) for name in names)
    titles = [wrapped(ruler, panel.title, _PANEL_INCHES, _TITLE_POINTS, bold=True) for panel in panels]
    units = [wrapped(ruler, panel.unit, _PANEL_INCHES, _UNIT_POINTS) for panel in panels]
    width = max(_NARROWEST_INCHES, left + len(panels) * (_PANEL_INCHES + _GAP_INCHES) + 0.15)
    over = 0.4 + 0.2 * max(text.count("\n") + 1 for text in titles)
    under = 0.66 + 0.16 * max(text.count("\n") + 1 for text in units)
    rows_inches = row_inches * len(names) + 0.3
    # Drawn twice: how high the figure must be is known when the lines of its head are broken.
    height = head(new_figure(width, 10.0), *heading) + over + rows_inches + under
    figure = new_figure(width, height)
    head(figure, *heading)
    for i, panel in enumerate(panels):
        x = left + i * (_PANEL_INCHES + _GAP_INCHES)
        axes = figure.add_axes((x / width, under / height, _PANEL_INCHES / width, rows_inches / height))
        decimals = _frame(axes, panel, names if i == 0 else [""] * len(names), ruler)
        for y in range(len(names)):
            draw_row(axes, panel, y, decimals)
        axes.text(0.0, 1.0, hints[i], transform=axes.transAxes, fontsize=8.5, color=QUIET, va="bottom", ha="left")
        axes.set_title(titles[i], loc="left", fontsize=_TITLE_POINTS, fontweight="bold", pad=20.0, linespacing=1.2)
        axes.set_xlabel(units[i], fontsize=_UNIT_POINTS)
    finish(figure, digest, lang)
    return figure


def _frame(axes: Axes, panel: RowPanel, names: Sequence[str], ruler: Figure) -> int:
    """Draw axes around the numbers of a panel, with zero; return the decimals that its numbers deserve."""
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
    finite = [value for row in panel.rows for value in row.values() if math.isfinite(value)] + [0.0]
    span = max(max(finite) - min(finite), 1e-9)
    axes.set_xlim(min(finite) - 0.16 * span, max(finite) + 0.16 * span)
    wide = ticks_width(ruler, [min(finite), max(finite)], 9.0) + 0.12
    axes.xaxis.set_major_locator(MaxNLocator(nbins=max(1, min(4, int(_PANEL_INCHES / wide))), steps=[1, 2, 5, 10]))
    plain_ticks(axes.xaxis)
    return decimals_for(span)
