"""Regret: how much each strategy falls behind the best, in every world the assumptions allow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from simcollect.core.words import Lang
from simcollect.plots.numbers import plain_ticks
from simcollect.plots.rows import rows_figure
from simcollect.plots.theme import BLUE, FAINT, INK, PAPER, QUIET, VERMILLION, theme, tint
from simcollect.plots.wording import Wording

_WORDS: Final = Wording(
    title=("Regret of each strategy: {label}", "各策略的后悔值：{label}"),
    read=(
        "How far each strategy falls behind the best in a world; ticks: all {m} worlds. Bar: 90 % of worlds; dot: "
        "mean; diamond: the worst. Blue: least worst regret. Run noise taken off; {r} replications, read on day {day}.",
        "各策略在每个情景中落后于最优者的幅度；短线：全部 {m} 个情景。条：90% 的情景；圆点：均值；菱形：最差。"
        "蓝色：最大后悔值最小者。已扣除随机噪声；{r} 次重复模拟，截至第 {day} 天。",
    ),
    axis=("Regret in {label} ({unit})", "{label}的后悔值（{unit}）"),
    best=("best in {share}", "最优占 {share}"),
)


@dataclass(frozen=True)
class RegretRow:
    """One strategy's regret in every world, and its mean, 90 % quantile, largest, and share of worlds where best."""

    name: str
    regrets: tuple[float, ...]
    mean: float
    ninety: float
    largest: float
    best_share: float
    is_chosen: bool


def regret(
    rows: Sequence[RegretRow],
    label: str,
    unit: str,
    n_replications: int,
    day: int,
    digest: str,
    lang: Lang = "en",
) -> Figure:
    """Draw strategies one below the other, in the order given.

    Parameters
    ----------
    rows
        At least one.
    label, unit
        Of the outcome.
    n_replications, day, digest
        Of the runs.
    """
    say = _WORDS.in_language(lang)
    with theme(lang):
        figure, axes = rows_figure(
            [row.name for row in rows],
            [say("best", share=f"{row.best_share:.0%}") for row in rows],
            say("title", label=label),
            say("read", m=len(rows[0].regrets), r=n_replications, day=day),
            digest,
            over_inches=0.25,
            row_inches=0.5,
            lang=lang,
        )
        for y, row in enumerate(rows):
            colour = BLUE if row.is_chosen else VERMILLION
            axes.fill_betweenx([y - 0.16, y + 0.16], 0.0, row.ninety, color=tint(colour, 0.6), linewidth=0.0, zorder=2)
            axes.plot(
                row.regrets, [y] * len(row.regrets), marker="|", markersize=9.0, linestyle="none", color=QUIET,
                markeredgewidth=0.6, zorder=3,
            )  # fmt: skip
            axes.plot([row.mean], [y], marker="o", markersize=7.0, color=colour, markeredgecolor=INK, zorder=4)
            axes.plot(
                [row.largest], [y], marker="D", markersize=6.0, markerfacecolor=PAPER, markeredgecolor=colour,
                markeredgewidth=1.6, zorder=5,
            )  # fmt: skip
        axes.set_xlim(-0.02 * max(row.largest for row in rows), None)
        axes.axvline(0.0, color=FAINT, linewidth=0.9, zorder=1)
        axes.xaxis.set_major_locator(MaxNLocator(nbins=6, steps=[1, 2, 5, 10]))
        plain_ticks(axes.xaxis)
        axes.set_xlabel(say("axis", label=label, unit=unit), fontsize=9.0)
    return figure
