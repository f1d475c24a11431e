"""A selection: how far each candidate lies from the first, those that were dropped greyed, with when they fell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from simcollect.core.words import Lang
from simcollect.plots.numbers import plain, plain_ticks
from simcollect.plots.theme import BLUE, FAINT, INK, PAPER, QUIET, finish, head, new_figure, theme, tint
from simcollect.plots.wording import Say, Wording, text_width

_ROW_INCHES: Final = 0.34
_AXES_INCHES: Final = 4.4
_NARROWEST_INCHES: Final = 7.2
_NAME_POINTS: Final = 10.0
_NOTE_POINTS: Final = 8.5
_DROPPED: Final = tint(QUIET, 0.35)

_WORDS: Final = Wording(
    title=("Which is best: {label}", "何者最优：{label}"),
    read=(
        "Difference to {first} on the same luck, read on day {day}. Blue: what is left, on {n} fresh replications, "
        "intervals hold together. Grey: dropped, as the selection saw it when it fell.",
        "与 {first} 在相同随机数下的差异，截至第 {day} 天。蓝色：留下的方案，{n} 次全新重复模拟，区间同时成立。"
        "灰色：被淘汰者，为淘汰时所见。",
    ),
    level=(
        "{first} on fresh luck: {mean} ({low} to {high}), {unit}.",
        "{first} 在全新随机数下：{mean}（{low} 至 {high}），{unit}。",
    ),
    axis=("Difference in {label} ({unit})", "{label}的差异（{unit}）"),
    best=("selected", "选中"),
    left=("cannot be told from the best", "与最优者无法区分"),
    dropped=("dropped after {n}", "第 {n} 次后淘汰"),
    more=("more is better \u2192", "越多越好 \u2192"),
    less=("\u2190 less is better", "\u2190 越少越好"),
)


@dataclass(frozen=True)
class SelectionRow:
    """One candidate: its difference to the first, in the unit of the axis, with its interval.

    ``dropped_after`` is a number of replications, None for what is left. The first candidate lies at 0.
    """

    name: str
    mean: float
    low: float
    high: float
    dropped_after: int | None
    is_best: bool


def selection(
    rows: Sequence[SelectionRow],
    label: str,
    unit: str,
    higher_is_better: bool,
    *,
    level: tuple[float, float, float],
    level_unit: str,
    n_final: int,
    digest: str,
    day: int,
    lang: Lang = "en",
) -> Figure:
    """Draw candidates one below the other, those left first.

    Parameters
    ----------
    rows
        At least one, in the order drawn.
    label, unit, higher_is_better
        Of the outcome and its differences.
    level, level_unit
        Mean, low and high of the first candidate itself on fresh luck.
    n_final
        Fresh replications behind the numbers of those left.
    digest, day, lang
        As in :func:`simcollect.plots.trade_off.trade_off`.

    Raises
    ------
    ValueError
        If there is no row.
    InputError
        If the language needs a font that is not installed.
    """
    if not rows:
        raise ValueError("a selection needs at least one candidate")
    say = _WORDS.in_language(lang)
    with theme(lang):
        ruler = new_figure(1.0, 1.0)
        notes = [_note(row, say) for row in rows]
        left = 0.45 + max(text_width(ruler, row.name, _NAME_POINTS) for row in rows)
        right = 0.35 + max(text_width(ruler, note, _NOTE_POINTS) for note in notes)
        width = max(_NARROWEST_INCHES, left + _AXES_INCHES + right)
        first = rows[0].name
        shown = dict(zip(("mean", "low", "high"), (plain(round(number, 2)) for number in level), strict=True))
        title = say("title", label=label)
        read = say("read", first=first, n=n_final, day=day)
        read += "\n" + say("level", first=first, unit=level_unit, **shown)
        over, under, body = 0.4, 0.82, _ROW_INCHES * len(rows) + 0.2
        height = head(new_figure(width, 10.0), title, read) + over + body + under
        figure = new_figure(width, height)
        head(figure, title, read)
        axes = figure.add_axes((left / width, under / height, (width - left - right) / width, body / height))
        n = len(rows)
        axes.set_ylim(n - 0.4, -0.6)
        axes.set_yticks(range(n), [row.name for row in rows])
        axes.tick_params(axis="y", length=0.0, pad=8.0, labelsize=_NAME_POINTS)
        axes.tick_params(axis="x", length=3.0)
        axes.spines["left"].set_visible(False)
        axes.spines["bottom"].set_color(FAINT)
        low, high = min(0.0, *(row.low for row in rows)), max(0.0, *(row.high for row in rows))
        margin = 0.06 * max(high - low, 1e-9)
        axes.set_xlim(low - margin, high + margin)
        axes.xaxis.set_major_locator(MaxNLocator(nbins=5, steps=[1, 2, 5, 10]))
        plain_ticks(axes.xaxis)
        axes.set_xlabel(say("axis", label=label, unit=unit), fontsize=9.0)
        axes.axvline(0.0, color=INK, linewidth=0.9, zorder=2)
        for y, (row, note) in enumerate(zip(rows, notes, strict=True)):
            is_left = row.dropped_after is None
            colour = BLUE if is_left else _DROPPED
            axes.axhline(y, color=FAINT, linewidth=0.6, zorder=1)
            axes.plot([row.low, row.high], [y, y], color=colour, linewidth=2.4 if is_left else 1.6, zorder=3)
            axes.plot(
                [row.mean], [y], marker="D" if row.is_best else "o", markersize=7.0 if is_left else 5.0, zorder=4,
                linestyle="none", markerfacecolor=colour if row.is_best or not is_left else PAPER,
                markeredgecolor=colour, markeredgewidth=1.5,
            )  # fmt: skip
            axes.text(
                1.02, y, note, transform=axes.get_yaxis_transform(), fontsize=_NOTE_POINTS, va="center", ha="left",
                color=INK if is_left else QUIET,
            )  # fmt: skip
            axes.get_yticklabels()[y].set_color(INK if is_left else QUIET)
        axes.text(
            0.0, 1.0, say("more" if higher_is_better else "less"), transform=axes.transAxes, fontsize=8.5, color=QUIET,
            va="bottom", ha="left",
        )  # fmt: skip
        finish(figure, digest, lang)
    return figure


def _note(row: SelectionRow, say: Say) -> str:
    if row.dropped_after is not None:
        return say("dropped", n=row.dropped_after)
    return say("best" if row.is_best else "left")
