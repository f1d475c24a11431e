"""Boxes in which a favourite loses: worlds along every assumption that a box cuts, and the box."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from simcollect.core.words import Lang
from simcollect.plots.numbers import plain_ticks
from simcollect.plots.rows import rows_figure, short_place
from simcollect.plots.theme import FAINT, INK, QUIET, VERMILLION, theme, tint
from simcollect.plots.wording import Wording

_APART: Final = 0.2
_END_POINTS: Final = 7.5

_WORDS: Final = Wording(
    title=("Where {favourite} loses: {label}", "{favourite} 在何处落败：{label}"),
    read=(
        "Each tick a world, by its value of the assumption: above in orange-red where {favourite} loses, below in grey "
        "where it does not. Shaded: inside the box. {m} worlds, {r} replications each, read on day {day}.",
        "每条短线为一个情景，按其假设取值排列：上方橙红为 {favourite} 落败，下方灰色为未落败。阴影：盒内。"
        "共 {m} 个情景，每个 {r} 次重复模拟，截至第 {day} 天。",
    ),
    box=(
        "Box {number}: it loses in {density} of worlds inside, {base} over all; {coverage} of its losses lie there "
        "(95 %, from worlds that had no part in finding it).",
        "盒 {number}：盒内 {density} 的情景落败，总体为 {base}；其落败中有 {coverage} 在盒内"
        "（95% 区间，由未参与寻盒的情景得出）。",
    ),
    none=(
        "Each tick a world, by the lead of {favourite} over the best other strategy: orange-red where it loses. {m} "
        "worlds, {r} replications each, read on day {day}. {favourite} loses in {base} of worlds, and no box of "
        "assumptions stands out from what chance gives.",
        "每条短线为一个情景，按 {favourite} 对其余最优策略的领先幅度排列；橙红为落败。共 {m} 个情景，"
        "每个 {r} 次重复模拟，截至第 {day} 天。{favourite} 在 {base} 的情景中落败；没有盒能与随机结果区分开来。",
    ),
    lead=("Lead of {favourite} in {label} ({unit})", "{favourite} 在{label}上的领先（{unit}）"),
    axis=("Range of the assumption, from its low to its high end", "假设的取值范围：从下端到上端"),
    row=("{number}: {place}", "{number}：{place}"),
    worlds=("all worlds", "全部情景"),
)


@dataclass(frozen=True)
class BoxRow:
    """One assumption that a box cuts: its ends as text, every world's position, the part inside, and that in words."""

    box: int
    name: str
    ends: tuple[str, str]
    positions: tuple[float, ...]
    inside: tuple[float, float]
    note: str


def boxes(
    rows: Sequence[BoxRow],
    is_lost: Sequence[bool],
    favourite: str,
    label: str,
    held: Sequence[tuple[str, str]],
    base_share: float,
    leads: Sequence[float],
    unit: str,
    n_replications: int,
    day: int,
    digest: str,
    lang: Lang = "en",
) -> Figure:
    """Draw a row for every cut of every box; without a box the favourite's lead in every world.

    Parameters
    ----------
    rows
        In the order drawn; may be none.
    is_lost
        One a world.
    favourite, label
        Who loses, and by what.
    held
        Coverage and density of each box with their intervals, as text.
    base_share
        Share of worlds lost in all.
    leads, unit
        Lead of the favourite over the best other in each world, in the unit of the axis: drawn without a box.
    n_replications, day, digest
        Of the runs.
    """
    say = _WORDS.in_language(lang)
    base = f"{base_share:.0%}"
    told = [
        say("box", number=number, density=density, coverage=coverage, base=base)
        for number, (coverage, density) in enumerate(held, start=1)
    ]
    counts = {"favourite": favourite, "m": len(is_lost), "r": n_replications, "day": day, "base": base}
    title = say("title", favourite=favourite, label=label)
    with theme(lang):
        if not rows:
            figure, axes = rows_figure(
                [say("worlds")], [""], title, say("none", **counts), digest, is_guided=False, row_inches=0.9, lang=lang
            )
            _ticks(axes, leads, is_lost, 0.0, 0.0)
            axes.axvline(0.0, color=INK, linewidth=0.9, zorder=3)
            axes.xaxis.set_major_locator(MaxNLocator(nbins=6, steps=[1, 2, 5, 10]))
            plain_ticks(axes.xaxis)
            axes.set_xlabel(say("lead", favourite=favourite, label=label, unit=unit), fontsize=9.0)
            return figure
        figure, axes = rows_figure(
            [say("row", number=row.box, place=short_place(row.name)) for row in rows],
            [row.note for row in rows],
            title,
            "\n".join([say("read", **counts), *told]),
            digest,
            is_guided=False,
            over_inches=0.2,
            row_inches=0.62,
            lang=lang,
        )
        axes.set_xlim(-0.13, 1.13)
        axes.set_xticks([])
        axes.spines["bottom"].set_visible(False)
        axes.set_xlabel(say("axis"), fontsize=9.0)
        for y, row in enumerate(rows):
            left, right = row.inside
            axes.broken_barh(
                [(left, right - left)], (y - 0.38, 0.76), facecolors=tint(VERMILLION, 0.85), edgecolors=INK,
                linewidth=0.9, zorder=2,
            )  # fmt: skip
            axes.plot([0.0, 1.0], [y, y], color=FAINT, linewidth=1.2, zorder=3)
            _ticks(axes, row.positions, is_lost, y, _APART)
            for x, text, ha in ((-0.02, row.ends[0], "right"), (1.02, row.ends[1], "left")):
                axes.text(x, y, text, fontsize=_END_POINTS, color=QUIET, va="center", ha=ha)
    return figure


def _ticks(axes: Axes, at: Sequence[float], is_lost: Sequence[bool], y: float, apart: float) -> None:
    for lost, colour, aside in ((True, VERMILLION, -apart), (False, QUIET, apart)):
        mine = [place for place, one in zip(at, is_lost, strict=True) if one == lost]
        axes.plot(
            mine, [y + aside] * len(mine), marker="|", markersize=9.0 if apart else 16.0, markeredgewidth=0.9,
            linestyle="none", color=colour, zorder=4,
        )  # fmt: skip
