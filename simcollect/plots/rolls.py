"""Roll rates as a heat map: from which bucket to which within a month, by number of accounts and by balance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from simcollect.core.words import Lang
from simcollect.plots.numbers import percent
from simcollect.plots.theme import INK, PAPER, QUIET, finish, head, new_figure, theme
from simcollect.plots.wording import Wording, text_width, wrapped

_WORDS: Final = Wording(
    title=("Where accounts go within a month", "月度迁徙率"),
    read=(
        "Each row adds up to 100 %: of what stood in a bucket at a month's start, the share found in each place at its "
        "end. All months together.",
        "每行合计 100%：月初处于某逾期区间的部分，在月末各去向的占比。各月合并计算。",
    ),
    before=("from (days past due)", "月初（逾期天数）"),
    after=("to (days past due; % of the row)", "月末（逾期天数；占该行的 %）"),
    empty=("no accounts", "无账户"),
)
_CELL_WIDE: Final = 0.62
_CELL_HIGH: Final = 0.4
_POINTS: Final = 8.5


@dataclass(frozen=True, eq=False)
class RollPanel:
    """One way of weighting.

    Attributes
    ----------
    title
        What is counted: "By number of accounts".
    rates
        Shares of each row, 0 to 1, shape [rows, columns]; a row without anything in it is all NaN.
    sizes, size_unit
        How much stood in each row, as text, and its unit.
    """

    title: str
    rates: NDArray[np.float64]
    sizes: Sequence[str]
    size_unit: str


def roll_rates(
    panels: Sequence[RollPanel],
    before: Sequence[str],
    after: Sequence[str],
    digest: str,
    title: str | None = None,
    lang: Lang = "en",
) -> Figure:
    """Draw one heat map a panel, numbers in every cell; darker is more.

    Parameters
    ----------
    panels
        At least one.
    before, after
        Names of the rows and of the columns.
    digest, title, lang
        As in :func:`simcollect.plots.trade_off.trade_off`.

    Raises
    ------
    ValueError
        If there is no panel, a table has another shape than the names, or a rate lies outside 0 to 1.
    InputError
        If the language needs a font that is not installed.
    """
    if not panels or not before or not after:
        raise ValueError("roll_rates needs at least one panel, one row and one column")
    for panel in panels:
        if panel.rates.shape != (len(before), len(after)) or len(panel.sizes) != len(before):
            raise ValueError(
                f"panel {panel.title!r} has rates of shape {panel.rates.shape} and {len(panel.sizes)} sizes, "
                f"not {(len(before), len(after))} and {len(before)}"
            )
        known = panel.rates[np.isfinite(panel.rates)]
        if np.any((known < 0.0) | (known > 1.0 + 1e-9)):
            raise ValueError(f"panel {panel.title!r} has a rate outside 0 to 1")
    say = _WORDS.in_language(lang)
    with theme(lang):
        ruler = new_figure(1.0, 1.0)
        sizes = [text for panel in panels for text in (panel.size_unit, *panel.sizes)]
        left = 0.35 + max(text_width(ruler, say("before"), 8.0), *(text_width(ruler, name, _POINTS) for name in before))
        right = 0.3 + max(text_width(ruler, text, 8.0) for text in sizes)
        columns = [wrapped(ruler, name, _CELL_WIDE - 0.06, _POINTS) for name in after]
        over = 0.62 + 0.15 * max(name.count("\n") + 1 for name in columns)
        wide, high = _CELL_WIDE * len(after), _CELL_HIGH * len(before)
        width = max(7.6, left + wide + right)
        heading = (title or say("title"), say("read"))
        used = head(new_figure(width, 10.0), *heading)
        height = used + len(panels) * (0.25 + over + high) + 0.45
        figure = new_figure(width, height)
        head(figure, *heading)
        for i, panel in enumerate(panels):
            top = used + (i + 1) * (0.25 + over) + i * high
            axes = figure.add_axes((left / width, 1.0 - (top + high) / height, wide / width, high / height))
            _draw(axes, panel, before, columns, say("empty"))
            axes.text(
                -(left - 0.25) / wide, 1.0 + over / high, panel.title, transform=axes.transAxes, fontsize=10.5,
                fontweight="bold", va="top",
            )  # fmt: skip
            # The rows' name stands over them, that of the columns over theirs, that of the sizes over the sizes.
            for text, at, side in (
                (say("before"), -0.06 / wide, "right"),
                (say("after"), 0.0, "left"),
                (panel.size_unit, 1.0 + 0.1 / wide, "left"),
            ):
                row = over - 0.3 if text == say("after") else 0.16
                axes.text(
                    at, 1.0 + row / high, text, transform=axes.transAxes, fontsize=8.0, color=QUIET,
                    va="top", ha=side,
                )  # fmt: skip
        finish(figure, digest, lang)
    return figure


def _draw(axes: Axes, panel: RollPanel, before: Sequence[str], columns: Sequence[str], empty: str) -> None:
    shades = mpl.colormaps["Blues"]
    axes.imshow(np.nan_to_num(panel.rates), cmap=shades, vmin=0.0, vmax=1.15, aspect="auto")
    axes.set_yticks(range(len(before)), list(before), fontsize=_POINTS)
    axes.set_xticks(range(len(columns)), list(columns), fontsize=_POINTS)
    axes.xaxis.tick_top()
    axes.tick_params(length=0.0, pad=4.0)
    axes.spines[:].set_visible(False)
    axes.set_xticks(np.arange(len(columns) + 1) - 0.5, minor=True)
    axes.set_yticks(np.arange(len(before) + 1) - 0.5, minor=True)
    axes.grid(which="minor", color=PAPER, linewidth=1.5)
    axes.tick_params(which="minor", length=0.0)
    for row, size in enumerate(panel.sizes):
        axes.text(len(columns) - 0.5 + 0.1 / _CELL_WIDE, row, size, fontsize=7.5, color=QUIET, va="center", ha="left")
        if not np.any(np.isfinite(panel.rates[row])):
            axes.text(0.0 - 0.4, row, empty, fontsize=_POINTS, color=QUIET, va="center", ha="left")
            continue
        for column in range(len(columns)):
            rate = float(panel.rates[row, column])
            axes.text(
                column, row, _percent(rate), fontsize=_POINTS, va="center", ha="center",
                color=PAPER if rate > 0.6 else QUIET if rate == 0.0 else INK,
            )  # fmt: skip


def _percent(rate: float) -> str:
    """Return a rate in per cent: whole from ten on, one decimal below."""
    return "0" if rate == 0.0 else percent(rate, 1 if rate < 0.0995 else 0)
