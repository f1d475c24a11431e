"""Many cases in one picture: a line a case, on it the distance from theory of each of its quantities."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import groupby
from typing import Final

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from simcollect.core.words import Lang
from simcollect.plots.theme import BLUE, FAINT, INK, QUIET, VERMILLION, head, new_figure, small_print, theme
from simcollect.plots.wording import Wording, text_width, wrapped
from simcollect.verify.verdict import LIMIT, Row

MOST_CASES: Final = 8
"""Cases up to which every quantity gets a line of its own."""

_ROW_INCHES: Final = 0.25
_PANEL_INCHES: Final = 3.6
_COUNT_INCHES: Final = 0.75
_MOST_NAME_INCHES: Final = 5.6
_POINTS: Final = 8.5
_BEYOND: Final = 1.25
"""How far the axis goes, in limits; what lies beyond stands at its end."""

_WORDS: Final = Wording(
    title=("The engine against theory", "引擎与理论值对照"),
    read=(
        "A line a case, a point a quantity: estimate less theory in standard errors. Blue: within {limit:g} (agrees). "
        "Orange-red: beyond (disagrees). Hollow: reported numbers of the field, no theory.",
        "每行一个案例，每点一个量：估计值减理论值，以标准误计。蓝色：在 {limit:g} 以内（一致）；橙红：超出（不一致）；"
        "空心：业内报告数值，并非理论。",
    ),
    quantities=("quantities", "数量"),
    axis=("estimate less theory, standard errors", "估计值减理论值（标准误）"),
    foot=("simcollect verify, seed {seed}", "simcollect verify，种子 {seed}"),
)


def overview(rows: Sequence[Row], seed: int, lang: Lang = "en") -> Figure:
    """Return the picture of all cases.

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
    cases = [list(group) for _, group in groupby(rows, key=lambda row: row.case)]
    with theme(lang):
        ruler = new_figure(1.0, 1.0)
        names = [_name(ruler, case[0]) for case in cases]
        left = 0.35 + max(text_width(ruler, name, _POINTS) for name in names)
        width = left + _PANEL_INCHES + _COUNT_INCHES + 0.3
        heading = (say("title"), say("read", limit=LIMIT))
        over, inches, under = head(new_figure(width, 10.0), *heading) + 0.3, _ROW_INCHES * len(cases), 0.8
        total = over + inches + under
        figure = new_figure(width, total)
        head(figure, *heading)
        axes = figure.add_axes((left / width, under / total, _PANEL_INCHES / width, inches / total))
        axes.set_xlim(-_BEYOND * LIMIT, _BEYOND * LIMIT)
        axes.set_ylim(len(cases) - 0.5, -0.5)
        axes.set_yticks([])
        axes.spines["left"].set_visible(False)
        axes.axvline(0.0, color=INK, linewidth=0.9, zorder=1)
        for side in (-LIMIT, LIMIT):
            axes.axvline(side, color=QUIET, linewidth=0.8, linestyle=(0, (4, 3)), zorder=1)
        for at, (name, case) in enumerate(zip(names, cases, strict=True)):
            _draw(axes, at, name, case)
        axes.text(
            1.0 + _COUNT_INCHES / _PANEL_INCHES, -0.6, say("quantities"), transform=axes.get_yaxis_transform(),
            fontsize=_POINTS, color=QUIET, va="bottom", ha="right",
        )  # fmt: skip
        axes.set_xlabel(say("axis"), fontsize=9.0)
        small_print(figure, say("foot", seed=seed))
    return figure


def _name(ruler: Figure, row: Row) -> str:
    lines = wrapped(ruler, f"{row.title} ({row.source})", _MOST_NAME_INCHES, _POINTS).split("\n")
    return lines[0] if len(lines) == 1 else f"{lines[0]} …"


def _draw(axes: Axes, at: int, name: str, case: Sequence[Row]) -> None:
    axes.axhline(at, color=FAINT, linewidth=0.5, zorder=0)
    end = _BEYOND * LIMIT
    for row in case:
        z = row.z if not math.isnan(row.z) else math.copysign(math.inf, row.estimate - row.theory)
        colour = BLUE if row.verdict == "agrees" else VERMILLION
        axes.plot(
            [min(max(z, -end), end)], [at], "o" if abs(z) <= end else ">" if z > 0.0 else "<", markersize=4.5,
            markeredgecolor=colour, markerfacecolor="none" if row.plausibility else colour,
            alpha=0.8 if row.verdict == "agrees" else 1.0, zorder=3, clip_on=False,
        )  # fmt: skip
    right = axes.get_yaxis_transform()
    axes.text(-0.02, at, name, transform=right, fontsize=_POINTS, va="center", ha="right")
    axes.text(
        1.0 + _COUNT_INCHES / _PANEL_INCHES, at, str(len(case)), transform=right, fontsize=_POINTS, va="center",
        ha="right",
    )  # fmt: skip
