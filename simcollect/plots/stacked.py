"""Differences with intervals inside intervals: run noise, what the data leave open, what is only assumed."""

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
from simcollect.plots.theme import BLUE, INK, PAPER, QUIET, VERMILLION, theme, tint
from simcollect.plots.wording import Wording

_ROW_INCHES: Final = 0.56

_WORDS: Final = Wording(
    title=("How sure each difference is", "各项差异有多可靠"),
    read=(
        "Paired difference to {reference}, {n} replications at the stated values and {draws} draws of the "
        "parameters, read on day {day}.",
        "与 {reference} 的配对差异：既定参数下重复模拟 {n} 次，另抽取 {draws} 组参数，截至第 {day} 天。",
    ),
    bars=(
        "Dark bar: run noise alone ({level:g} %). Middle: and what calibration leaves open. Pale: and what is only "
        "assumed, around the mean over draws (tick).",
        "深色：仅模拟误差（{level:g}%）；中间：加上校准留下的不确定性；浅色：再加上假设的不确定性，以各组参数的均值（竖线）为中心。",
    ),
    bars_assumed=(
        "Dark bar: run noise alone ({level:g} %). Pale: and what is only assumed, around the mean over draws (tick).",
        "深色：仅模拟误差（{level:g}%）；浅色：加上假设的不确定性，以各组参数的均值（竖线）为中心。",
    ),
    marks=(
        "Filled: the bars are clear of 0 and at least {holds:g} % of draws agree (blue better, orange-red worse). "
        "Hollow: cannot tell.\nIn brackets, where run noise leaves a sign: the share of draws that have it.",
        "实心：深色与浅色区间均不含 0，且至少 {holds:g}% 的参数组同号（蓝色更优，橙红更差）；空心：尚无法判断。"
        "括号内（符号不受模拟误差影响时）：与圆点同号的参数组所占比例。",
    ),
    more=("more is better \u2192", "越多越好 \u2192"),
    less=("\u2190 less is better", "\u2190 越少越好"),
    undefined=("not defined", "无定义"),
)


@dataclass(frozen=True)
class StackedRow:
    """One strategy's difference in the panel's unit.

    Attributes
    ----------
    name
        Of the strategy.
    mean
        Difference at the stated values; not a number where it is not defined.
    run, parameters, everything
        Intervals, each wider than the one before as a rule; None where there is none.
    over_draws
        Mean over draws, the middle of ``everything``.
    same_sign_share
        Share of draws with the sign of ``mean``; not a number where that is in doubt.
    holds
        Whether the sign is said to hold.
    """

    name: str
    mean: float
    run: tuple[float, float] | None = None
    parameters: tuple[float, float] | None = None
    everything: tuple[float, float] | None = None
    over_draws: float = math.nan
    same_sign_share: float = math.nan
    holds: bool = False

    def values(self) -> list[float]:
        """Every number that is drawn."""
        ends = [end for pair in (self.run, self.parameters, self.everything) if pair is not None for end in pair]
        return [self.mean, *ends]


@dataclass(frozen=True)
class StackedPanel:
    """One measure: its title, the unit of the numbers, and whether more of it is better (None: neither)."""

    title: str
    unit: str
    higher_is_better: bool | None
    rows: tuple[StackedRow, ...]


def stacked(
    panels: Sequence[StackedPanel],
    reference: str,
    n_replications: int,
    n_draws: int,
    digest: str,
    day: int,
    level: float = 0.95,
    holds_from: float = 0.95,
    title: str | None = None,
    lang: Lang = "en",
) -> Figure:
    """Draw differences to a reference with their doubt by source, a panel an outcome and a row a strategy.

    Parameters
    ----------
    panels
        At least one; all with the same strategies in the same order.
    n_draws
        Draws of the parameters.
    holds_from
        Share of draws from which a sign is said to hold.
    reference, n_replications, digest, day, level, title, lang
        As in :func:`simcollect.plots.trade_off.trade_off`.

    Raises
    ------
    ValueError
        If there is no panel or row, or panels differ in their strategies.
    InputError
        If the language needs a font that is not installed.
    """
    rows_of(panels, "a picture of stacked intervals")
    say = _WORDS.in_language(lang)
    has_parameters = any(row.parameters is not None for panel in panels for row in panel.rows)
    lines = (
        say("read", reference=reference, n=n_replications, draws=n_draws, day=day),
        say("bars" if has_parameters else "bars_assumed", level=level * 100),
        say("marks", holds=holds_from * 100),
    )
    better = {True: say("more"), False: say("less"), None: ""}

    def draw(axes: Axes, panel: StackedPanel, y: int, decimals: int) -> None:
        _draw_row(axes, y, panel.rows[y], panel.higher_is_better, decimals, say("undefined"))

    with theme(lang):
        hints = [better[panel.higher_is_better] for panel in panels]
        return in_panels(panels, (title or say("title"), "\n".join(lines)), hints, draw, digest, lang, _ROW_INCHES)


def _draw_row(
    axes: Axes, y: int, row: StackedRow, higher_is_better: bool | None, decimals: int, undefined: str
) -> None:
    box = {"facecolor": PAPER, "edgecolor": "none", "pad": 0.6}
    if not math.isfinite(row.mean):
        axes.text(0.0, y - 0.16, undefined, fontsize=8.0, color=QUIET, va="bottom", ha="center", zorder=6, bbox=box)
        return
    if not row.holds:
        colour = QUIET
    elif higher_is_better is None:
        colour = INK
    else:
        colour = BLUE if (row.mean > 0.0) == higher_is_better else VERMILLION
    for ends, shade, width in ((row.everything, 0.72, 9.0), (row.parameters, 0.45, 5.5), (row.run, 0.0, 2.2)):
        if ends is not None:
            axes.plot(ends, [y, y], color=tint(colour, shade), linewidth=width, zorder=3)
    if math.isfinite(row.over_draws):
        axes.plot([row.over_draws] * 2, [y - 0.13, y + 0.13], color=colour, linewidth=1.1, zorder=4)
    axes.plot(
        [row.mean], [y], marker="o", markersize=6.5, linestyle="none", zorder=5,
        markerfacecolor=colour if row.holds else PAPER, markeredgecolor=colour, markeredgewidth=1.4,
    )  # fmt: skip
    text = signed(row.mean, decimals)
    if math.isfinite(row.same_sign_share):
        text += f"  ({100.0 * row.same_sign_share:.0f} %)"
    axes.text(row.mean, y - 0.2, text, fontsize=8.5, color=colour, va="bottom", ha="center", zorder=6, bbox=box)
