"""Sensitivity indices with their intervals, and the floor below which they cannot be told from run noise."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from simcollect.core.words import Lang
from simcollect.plots.numbers import plain_ticks
from simcollect.plots.rows import rows_figure, short_place
from simcollect.plots.theme import BLUE, FAINT, INK, ORANGE, PAPER, QUIET, theme, tint
from simcollect.plots.wording import Wording

Interval: TypeAlias = tuple[float, float, float]
"""Value, low and high."""

_WORDS: Final = Wording(
    title=("{label}: what {what} follows", "{label}：{what} 取决于什么"),
    difference=("{first} minus {second}", "{first} 减 {second}"),
    sobol=(
        "Share of the variance over all assumptions. Blue: with interactions (total); orange: by itself (first order); "
        "lines: 95 % intervals. Grey zone: run noise, below which nothing can be told. {n} of {k}; {r} replications, "
        "day {day}.",
        "各假设解释的方差占比。蓝：含交互作用（总效应）；橙：单独作用（一阶）；横线：95% 区间。"
        "灰色区：随机噪声，低于此无法判断。显示 {k} 个中的 {n} 个；{r} 次重复模拟，截至第 {day} 天。",
    ),
    morris=(
        "Mean absolute effect of an assumption from its 5 % to its 95 % point; lines: 95 % intervals. Grey: what luck "
        "alone reaches, below which nothing can be told. {n} of {k}; {r} replications, day {day}.",
        "假设由其 5% 分位变到 95% 分位的平均绝对效应；横线：95% 区间。灰色：仅由随机波动即可达到的水平，"
        "低于此无法判断。"
        "显示 {k} 个中的 {n} 个；{r} 次重复模拟，截至第 {day} 天。",
    ),
    sobol_axis=("Share of the variance", "方差占比"),
    morris_axis=("Mean absolute effect ({unit})", "平均绝对效应（{unit}）"),
    matters=("matters", "有影响"),
    unsure=("cannot tell", "无法判断"),
    nothing=("no effect in any run", "对任何模拟均无影响"),
    noise=("run noise", "随机噪声"),
)
_VERDICTS: Final = {"matters": "matters", "cannot tell": "unsure", "no effect in any run": "nothing"}


@dataclass(frozen=True)
class IndexRow:
    """One unknown or group: total index (or Morris' mean absolute effect), first-order one, floor and verdict."""

    name: str
    total: Interval
    first: Interval | None
    floor: float
    verdict: str


def indices(
    rows: Sequence[IndexRow],
    method: Literal["sobol", "morris"],
    strategies: Sequence[str],
    label: str,
    unit: str,
    n_all: int,
    n_replications: int,
    day: int,
    digest: str,
    lang: Lang = "en",
) -> Figure:
    """Draw indices one below the other, in the order given.

    Parameters
    ----------
    rows
        At least one.
    method
        How they were found.
    strategies
        One, or two whose difference is meant.
    label, unit
        Of the outcome.
    n_all
        Unknowns or groups looked at.
    n_replications, day, digest
        Of the runs.
    """
    say = _WORDS.in_language(lang)
    is_pair = len(strategies) == 2
    what = say("difference", first=strategies[0], second=strategies[1]) if is_pair else strategies[0]
    with theme(lang):
        figure, axes = rows_figure(
            [short_place(row.name) for row in rows],
            [say(_VERDICTS[row.verdict]) for row in rows],
            say("title", label=label, what=what),
            say(method, n=len(rows), k=n_all, r=n_replications, day=day),
            digest,
            lang=lang,
        )
        apart = 0.13 if method == "sobol" else 0.0
        for y, row in enumerate(rows):
            is_told = row.verdict == "matters"
            axes.fill_betweenx([y - 0.4, y + 0.4], 0.0, row.floor, color=tint(QUIET, 0.8), linewidth=0.0, zorder=1)
            drawn = [(row.total, BLUE, -apart, "o"), *([(row.first, ORANGE, apart, "s")] if row.first else [])]
            for (value, low, high), colour, aside, marker in drawn:
                axes.plot([low, high], [y + aside, y + aside], color=colour, linewidth=2.0, zorder=3)
                axes.plot(
                    [value], [y + aside], marker=marker, markersize=5.5, linestyle="none", zorder=4,
                    markerfacecolor=colour if is_told else PAPER, markeredgecolor=colour, markeredgewidth=1.4,
                )  # fmt: skip
        axes.axvline(0.0, color=FAINT, linewidth=0.9, zorder=2)
        if method == "sobol":
            # An estimate may lie outside 0 to 1, and an interval far outside: it is cut off where no estimate lies.
            values = [value for row in rows for value, _, _ in (row.total, row.first or row.total)]
            left, right = axes.get_xlim()
            axes.set_xlim(max(left, min(-0.1, *values) - 0.1), min(right, max(1.0, *values) + 0.1))
            axes.text(
                rows[0].floor, 1.0, say("noise"), transform=axes.get_xaxis_transform(), fontsize=8.5, color=QUIET,
                va="bottom", ha="center",
            )  # fmt: skip
            axes.axvline(rows[0].floor, color=INK, linewidth=0.7, linestyle=(0, (3, 3)), zorder=2)
        axes.xaxis.set_major_locator(MaxNLocator(nbins=6, steps=[1, 2, 5, 10]))
        plain_ticks(axes.xaxis)
        axes.set_xlabel(say(f"{method}_axis", unit=unit), fontsize=9.0)
    return figure
