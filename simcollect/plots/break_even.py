"""Break-even values: for each assumption its range, where it is stated, and from where another strategy wins."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from simcollect.core.words import Lang
from simcollect.plots.rows import rows_figure, short_place
from simcollect.plots.theme import BLUE, FAINT, INK, PAPER, QUIET, VERMILLION, theme, tint
from simcollect.plots.wording import Wording

_HALF_BAR: Final = 0.17
_END_POINTS: Final = 7.5

_WORDS: Final = Wording(
    title=("Which assumption turns the winner: {label}", "哪个假设会改变最优者：{label}"),
    read=(
        "Each bar: the range of one assumption. White dot: as stated, where {winner} is best. Blue: {winner} is told "
        "the best. Pale: cannot be told (95 %). Orange-red: the strategy named wins. Line: break-even value.\n"
        "{flips} of {k} assumptions flip the winner by themselves, {unsure} cannot be told; {r} replications, read on "
        "day {day}.{aside}",
        "每条：一个假设的取值范围。白点：设定值，此处 {winner} 最优。蓝色：可确认 {winner} 最优；"
        "浅色：无法判断（95%）；橙红：所列策略胜出；竖线：盈亏平衡值。\n"
        "共 {k} 个假设，其中 {flips} 个单独即可改变最优者，{unsure} 个无法判断；{r} 次重复模拟，"
        "截至第 {day} 天。{aside}",
    ),
    aside=(
        " {n} were set aside: they keep the lead at both ends in a first look of {q} replications.",
        "另有 {n} 个在 {q} 次重复模拟的初筛中两端均保持领先，未再细查。",
    ),
    unsure_winner=(
        " Fresh replications do not tell {winner} the best as stated.",
        "全新重复模拟未能确认 {winner} 在设定值处最优。",
    ),
    axis=("Range of the assumption, from its low to its high end", "假设的取值范围：从下端到上端"),
    flips=("{side} {value}: {rival}", "{side} {value}：{rival}"),
    above=("above", "高于"),
    below=("below", "低于"),
    unsure=("cannot tell ({rival})", "无法判断（{rival}）"),
    never=("never within range", "范围内从不"),
    set_aside=("set aside", "初筛排除"),
    nothing=("no effect in any run", "对任何模拟均无影响"),
)
_KEPT: Final = {"never within range": "never", "set aside": "set_aside", "no effect in any run": "nothing"}


@dataclass(frozen=True)
class BreakEvenRow:
    """One assumption: low end, stated value and high end as text, and positions from 0 (low) to 1 (high).

    ``crossing``: where the lead is no longer told, where its mean is 0, from where the rival's is told; None where that
    does not happen. ``other_side``: the same on the other side of the stated value.
    """

    name: str
    values: tuple[str, str, str]
    stated: float
    verdict: str
    break_even: str
    rival: str
    is_above: bool
    crossing: tuple[float | None, float | None, float | None]
    other_side: tuple[float | None, float | None, float | None]


def break_even(
    rows: Sequence[BreakEvenRow],
    winner: str,
    label: str,
    counts: tuple[int, int, int, int],
    replications: tuple[int, int],
    is_led: bool,
    day: int,
    digest: str,
    lang: Lang = "en",
) -> Figure:
    """Draw assumptions one below the other, in the order given.

    Parameters
    ----------
    rows
        At least one.
    winner, label
        Best as stated, and by what.
    counts
        Assumptions in all, those that flip the winner, those that cannot be told, those set aside after a first look.
    replications
        Of the runs, and of the first look.
    is_led
        Whether fresh replications tell the winner the best as stated.
    day, digest
        Of the runs.
    """
    say = _WORDS.in_language(lang)
    with theme(lang):
        notes = []
        for row in rows:
            if row.verdict == "flips":
                side = say("above" if row.is_above else "below")
                notes.append(say("flips", side=side, value=row.break_even, rival=row.rival))
            elif row.verdict == "cannot tell":
                notes.append(say("unsure", rival=row.rival))
            else:
                notes.append(say(_KEPT[row.verdict]))
        aside = say("aside", n=counts[3], q=replications[1]) if counts[3] else ""
        aside += "" if is_led else say("unsure_winner", winner=winner)
        figure, axes = rows_figure(
            [short_place(row.name) for row in rows],
            notes,
            say("title", label=label),
            say(
                "read",
                winner=winner,
                k=counts[0],
                flips=counts[1],
                unsure=counts[2],
                r=replications[0],
                day=day,
                aside=aside,
            ),
            digest,
            is_guided=False,
            over_inches=0.25,
            row_inches=0.44,
            lang=lang,
        )
        axes.set_xlim(-0.13, 1.13)
        axes.set_xticks([])
        axes.spines["bottom"].set_visible(False)
        axes.set_xlabel(say("axis"), fontsize=9.0)
        for y, row in enumerate(rows):
            bottom, height = y - _HALF_BAR, 2.0 * _HALF_BAR
            is_known = row.verdict != "no effect in any run"
            axes.broken_barh(
                [(0.0, 1.0)], (bottom, height), facecolors=BLUE if is_known else FAINT, linewidth=0.0, zorder=2
            )
            for (near, at, far), is_above in ((row.crossing, row.is_above), (row.other_side, not row.is_above)):
                end = 1.0 if is_above else 0.0
                if near is not None:
                    _cover(axes, near, end if far is None else far, bottom, height, tint(BLUE, 0.8))
                if far is not None:
                    _cover(axes, far, end, bottom, height, VERMILLION)
                if at is not None:
                    axes.plot([at, at], [bottom - 0.08, bottom + height + 0.08], color=INK, linewidth=1.8, zorder=4)
            axes.plot(
                [row.stated], [y], marker="o", markersize=6.0, markerfacecolor=PAPER, markeredgecolor=INK, zorder=5,
                linestyle="none", clip_on=False,
            )  # fmt: skip
            for x, text, ha in ((-0.015, row.values[0], "right"), (1.015, row.values[2], "left")):
                axes.text(x, y, text, fontsize=_END_POINTS, color=QUIET, va="center", ha=ha, zorder=3)
    return figure


def _cover(axes: Axes, a: float, b: float, bottom: float, height: float, colour: str) -> None:
    left, right = min(a, b), max(a, b)
    axes.broken_barh([(left, right - left)], (bottom, height), facecolors=colour, linewidth=0.0, zorder=3)
