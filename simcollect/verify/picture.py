"""Theory against estimate: every quantity on one line, with 4 standard errors to either side."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Final

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from simcollect.core.words import Lang
from simcollect.plots.numbers import MINUS
from simcollect.plots.theme import BLUE, FAINT, INK, PAPER, QUIET, VERMILLION, head, new_figure, small_print, theme
from simcollect.plots.wording import Wording, text_width, wrapped
from simcollect.verify.verdict import LIMIT, Row

_ROW_INCHES: Final = 0.235
_PANEL_INCHES: Final = 3.4
_NUMBER_INCHES: Final = 0.95
_WIDEST_PERCENT: Final = 12.0
_MOST_NAME_INCHES: Final = 4.6

_WORDS: Final = Wording(
    title=("The engine against theory", "引擎与理论值对照"),
    read=(
        "Estimate less theory, in % of theory. Bars: {limit:g} standard errors to either side; blue where theory lies "
        "inside, orange-red where it does not. Grey: the range that theory gives. Without a bar: exact.",
        "估计值减理论值，占理论值的百分比。横线：左右各 {limit:g} 个标准误；理论值在其内为蓝色，否则为橙红色。"
        "灰色：理论给出的区间。无横线：精确相等。",
    ),
    theory=("theory", "理论值"),
    estimate=("estimate", "估计值"),
    axis=("difference, % of theory", "差异（占理论值 %）"),
    foot=("simcollect verify, seed {seed}", "simcollect verify，种子 {seed}"),
)


def picture(rows: Sequence[Row], seed: int, lang: Lang = "en") -> Figure:
    """Return the picture of the verdicts: one line a quantity, under the title of its case.

    Parameters
    ----------
    rows
        At least one, those of a case side by side.
    seed
        Of the runs, for the small print.
    lang
        Language of title, axis and reading aid; the cases' own names are English.
    """
    say = _WORDS.in_language(lang)
    groups = [list(group) for _, group in groupby(rows, key=lambda row: row.case)]
    lines = sum(len(group) + 1.7 for group in groups)
    with theme(lang):
        ruler = new_figure(1.0, 1.0)
        left = 0.3 + min(_MOST_NAME_INCHES, max(text_width(ruler, row.quantity, 8.5) for row in rows) + 0.15)
        width = left + _PANEL_INCHES + 2 * _NUMBER_INCHES + 0.2
        height = head(new_figure(width, 10.0), say("title"), say("read", limit=LIMIT))
        over, under = height + 0.42, 0.72
        inches = _ROW_INCHES * lines
        figure = new_figure(width, over + inches + under)
        head(figure, say("title"), say("read", limit=LIMIT))
        total = over + inches + under
        axes = figure.add_axes((left / width, under / total, _PANEL_INCHES / width, inches / total))
        _frame(axes, rows, lines)
        at = 0.0
        for group in groups:
            axes.text(
                -0.02 - (left - 0.3) / _PANEL_INCHES, at + 0.75, _title(ruler, group[0], width - 0.5),
                transform=axes.get_yaxis_transform(), fontsize=8.5, fontweight="bold", va="center", ha="left",
                bbox={"facecolor": PAPER, "edgecolor": "none", "pad": 1.0}, zorder=2,
            )  # fmt: skip
            at += 1.7
            for row in group:
                _draw(axes, at, row)
                at += 1.0
        for place, name in (
            (1.0 + _NUMBER_INCHES / _PANEL_INCHES, "theory"),
            (1.0 + 2 * _NUMBER_INCHES / _PANEL_INCHES, "estimate"),
        ):
            axes.text(
                place, 0.0, say(name), transform=axes.get_yaxis_transform(), fontsize=8.5, color=QUIET, va="bottom",
                ha="right",
            )  # fmt: skip
        axes.set_xlabel(say("axis"), fontsize=9.0)
        small_print(figure, say("foot", seed=seed))
    return figure


def _title(ruler: Figure, row: Row, width: float) -> str:
    return wrapped(ruler, f"{row.title} ({row.source})", width, 8.5, bold=True).split("\n")[0]


def _frame(axes: Axes, rows: Sequence[Row], lines: float) -> None:
    ends = [abs(end) for row in rows for end in _span(row)]
    most = min(max([*ends, 0.5]) * 1.08, _WIDEST_PERCENT)
    axes.set_xlim(-most, most)
    axes.set_ylim(lines - 0.2, 0.0)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    axes.spines["bottom"].set_color(FAINT)
    axes.axvline(0.0, color=INK, linewidth=0.9, zorder=1)


def _unit(row: Row) -> float:
    """Return what 100 % is: theory, or 1 where theory is 0."""
    middle = 0.5 * (row.theory + row.theory_high)
    return abs(middle) if middle != 0.0 else 1.0


def _span(row: Row) -> tuple[float, float]:
    middle, unit = 0.5 * (row.theory + row.theory_high), _unit(row)
    difference, half = row.estimate - middle, LIMIT * row.se
    return 100.0 * (difference - half) / unit, 100.0 * (difference + half) / unit


def _draw(axes: Axes, at: float, row: Row) -> None:
    colour = BLUE if row.verdict == "agrees" else VERMILLION
    low, high = _span(row)
    limit = axes.get_xlim()[1]
    axes.axhline(at, color=FAINT, linewidth=0.5, zorder=0)
    if row.is_band:
        half = 100.0 * 0.5 * (row.theory_high - row.theory) / _unit(row)
        axes.plot([max(-half, -limit), min(half, limit)], [at, at], color=FAINT, linewidth=7.0, zorder=1)
    if high > low:
        axes.plot([max(low, -limit), min(high, limit)], [at, at], color=colour, linewidth=2.0, zorder=3)
    middle = 0.5 * (low + high)
    shape = "o" if abs(middle) <= limit else ">" if middle > 0.0 else "<"
    axes.plot([min(max(middle, -limit), limit)], [at], shape, color=colour, markersize=4.5, zorder=4, clip_on=False)
    right = axes.get_yaxis_transform()
    theory = f"{_number(row.theory)} to {_number(row.theory_high)}" if row.is_band else _number(row.theory)
    axes.text(-0.02, at, row.quantity, transform=right, fontsize=8.5, va="center", ha="right")
    axes.text(1.0 + _NUMBER_INCHES / _PANEL_INCHES, at, theory, transform=right, fontsize=8.5, va="center", ha="right")
    axes.text(
        1.0 + 2 * _NUMBER_INCHES / _PANEL_INCHES, at, _number(row.estimate), transform=right, fontsize=8.5,
        color=INK if row.verdict == "agrees" else colour, va="center", ha="right",
    )  # fmt: skip


def _number(value: float) -> str:
    """Return a number with five figures, whole ones whole."""
    digits = f"{value:,.0f}" if abs(value) >= 10_000 or value == round(value) else f"{value:.5g}"
    return digits.replace("-", MINUS)
