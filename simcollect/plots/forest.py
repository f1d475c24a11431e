"""Paired differences to the reference, one panel a measure, one row a strategy."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from simcollect.core.words import Lang
from simcollect.plots.numbers import signed
from simcollect.plots.panels import in_panels, rows_of
from simcollect.plots.theme import BLUE, INK, PAPER, QUIET, VERMILLION, theme
from simcollect.plots.wording import Say, Wording

_ROW_INCHES: Final = 0.46

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

    def values(self) -> list[float]:
        """Every number that is drawn."""
        return [value for value in (self.mean, self.low, self.high) if value is not None]


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
    rows_of(panels, "forest")
    say = _WORDS.in_language(lang)
    read = say("read_one" if n_replications == 1 else "read", reference=reference, n=n_replications, day=day)
    bars = say("bars", level=level * 100) if n_replications > 1 else say("no_bars")
    better = {True: say("more"), False: say("less"), None: ""}

    def draw(axes: Axes, panel: ForestPanel, y: int, decimals: int) -> None:
        _draw_row(axes, y, panel.rows[y], panel.higher_is_better, decimals, say)

    with theme(lang):
        hints = [better[panel.higher_is_better] for panel in panels]
        heading = (title or say("title"), f"{read}\n{bars}")
        return in_panels(panels, heading, hints, draw, digest, lang, _ROW_INCHES)


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
