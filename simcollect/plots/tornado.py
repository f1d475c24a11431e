"""A tornado: by how much an answer moves when one unknown goes from one end of its range to the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from simcollect.core.words import Lang
from simcollect.plots.numbers import plain_ticks
from simcollect.plots.rows import rows_figure, short_place
from simcollect.plots.theme import BLUE, INK, QUIET, VERMILLION, theme, tint
from simcollect.plots.wording import Wording

Interval: TypeAlias = tuple[float, float, float]
"""Mean, low and high."""

_HALF_BAR: Final = 0.3

_WORDS: Final = Wording(
    title=("{label}: what moves {what}", "{label}：什么影响 {what}"),
    difference=("{first} minus {second}", "{first} 减 {second}"),
    read=(
        "Each bar: one assumption from the low (blue) to the high end (orange-red) of its range, all others as stated. "
        "The {n} largest of {k}; {r} replications, read on day {day}. Thin lines: 95 % intervals of the change from "
        "the stated value, same luck. Pale: the swing cannot be told from luck.",
        "每条：一个假设从其范围下端（蓝）到上端（橙红），其余不变。共 {k} 个，显示最大的 {n} 个；"
        "{r} 次重复模拟，截至第 {day} 天；细线为相对设定值变化的 95% 区间（随机数相同）。浅色：与随机波动无法区分。",
    ),
    axis=("{label} ({unit})", "{label}（{unit}）"),
    axis_difference=("Difference in {label} ({unit})", "{label}的差异（{unit}）"),
    stated=("as stated", "设定值"),
)


@dataclass(frozen=True)
class TornadoRow:
    """One unknown: its ends as text, and the answer at both in the unit of the axis."""

    name: str
    low: str
    high: str
    at_low: Interval
    at_high: Interval
    is_told: bool


def tornado(
    rows: Sequence[TornadoRow],
    strategies: Sequence[str],
    label: str,
    unit: str,
    stated: float,
    n_all: int,
    n_replications: int,
    day: int,
    digest: str,
    lang: Lang = "en",
) -> Figure:
    """Draw unknowns one below the other, in the order given.

    Parameters
    ----------
    rows
        At least one.
    strategies
        One, or two whose difference is drawn.
    label, unit
        Of the outcome.
    stated
        The answer with all as stated.
    n_all
        Unknowns looked at.
    n_replications, day, digest
        Of the runs.
    """
    say = _WORDS.in_language(lang)
    is_pair = len(strategies) == 2
    what = say("difference", first=strategies[0], second=strategies[1]) if is_pair else strategies[0]
    with theme(lang):
        figure, axes = rows_figure(
            [short_place(row.name) for row in rows],
            [f"{row.low} \u2026 {row.high}" for row in rows],
            say("title", label=label, what=what),
            say("read", n=len(rows), k=n_all, r=n_replications, day=day),
            digest,
            lang=lang,
        )
        for y, row in enumerate(rows):
            ends = ((row.at_low, BLUE, -0.1), (row.at_high, VERMILLION, 0.1))
            for (mean, low, high), colour, aside in ends:
                shade = colour if row.is_told else tint(colour, 0.7)
                axes.fill_betweenx([y - _HALF_BAR, y + _HALF_BAR], stated, mean, color=shade, linewidth=0.0, zorder=2)
                axes.plot([low, high], [y + aside, y + aside], color=INK, linewidth=0.8, zorder=4)
        axes.axvline(stated, color=INK, linewidth=0.9, zorder=3)
        left, right = axes.get_xlim()
        if is_pair and left < 0.0 < right:
            axes.axvline(0.0, color=QUIET, linewidth=0.9, linestyle=(0, (3, 3)), zorder=3)
        axes.text(
            stated, 1.0, say("stated"), transform=axes.get_xaxis_transform(), fontsize=8.5, color=QUIET, va="bottom",
            ha="center",
        )  # fmt: skip
        axes.xaxis.set_major_locator(MaxNLocator(nbins=6, steps=[1, 2, 5, 10]))
        plain_ticks(axes.xaxis)
        axes.set_xlabel(say("axis_difference" if is_pair else "axis", label=label, unit=unit), fontsize=9.0)
    return figure
