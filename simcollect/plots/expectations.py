"""Expectations against what a model does: one row a claim, one panel a scenario, every row on a scale of its own."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from simcollect.core.words import Lang
from simcollect.plots.theme import (
    BLUE,
    FAINT,
    INK,
    PAPER,
    QUIET,
    VERMILLION,
    head,
    legible,
    new_figure,
    small_print,
    theme,
    tint,
)
from simcollect.plots.wording import Wording, text_width, wrapped

Mark = Literal["agrees", "disagrees", "cannot tell"]

_ROW_INCHES: Final = 0.3
_GROUP_INCHES: Final = 0.4
_PANEL_INCHES: Final = 2.0
_NUMBER_INCHES: Final = 1.75
_ROW_POINTS: Final = 8.5
_NUMBER_POINTS: Final = 7.5
_COLOURS: Final = {"agrees": BLUE, "disagrees": VERMILLION, "cannot tell": QUIET}
_ROOM: Final = 1.12

_WORDS: Final = Wording(
    title=("What practitioners expect, and what the model does", "从业者的预期与模型结果"),
    read=(
        "Change from the first setting of the knob to the last, on the same borrowers with the same luck. Every row "
        "has a scale of its own, from the larger end of its interval; grey bands are what counts as no change.",
        "旋钮由首档调至末档的变化，借款人及随机因素相同。每行各有刻度，以区间较远一端为界；灰色带内视为无变化。",
    ),
    marks=(
        "Bars: {level:g} % intervals, together for the claims of one demonstration. Blue: agrees. Orange-red: "
        "disagrees. Hollow: cannot tell.",
        "横线：{level:g}% 区间，同一演示各项同时成立。蓝色：一致；橙红：不一致；空心：无法判断。",
    ),
    undefined=("not counted", "无数值"),
)


@dataclass(frozen=True)
class ExpectationRow:
    """What one scenario says about one claim: numbers in the outcome's unit, ``text`` as they are written."""

    estimate: float
    low: float
    high: float
    band: float
    mark: Mark
    text: str


@dataclass(frozen=True)
class ExpectationClaim:
    """A claim: what is expected, and the row of each scenario (None where it was not asked)."""

    label: str
    rows: tuple[ExpectationRow | None, ...]


@dataclass(frozen=True)
class ExpectationGroup:
    """A demonstration with its claims."""

    title: str
    claims: tuple[ExpectationClaim, ...]


def expectations(
    groups: Sequence[ExpectationGroup], scenarios: Sequence[str], foot: str, level: float = 0.95, lang: Lang = "en"
) -> Figure:
    """Draw every claim of every demonstration, scenarios side by side.

    Parameters
    ----------
    groups
        Demonstrations, at least one, each with a claim and a row (or None) for every scenario.
    scenarios
        Names, in the order of the rows.
    foot
        Line at the bottom: replications, seeds, version.
    level
        Of the intervals, 0 to 1.
    lang
        Language of the picture's own words.

    Raises
    ------
    ValueError
        If there is nothing to draw or a claim has not one row a scenario.
    InputError
        If the language needs a font that is not installed.
    """
    if not groups or not scenarios:
        raise ValueError("expectations needs a demonstration and a scenario")
    for claim in (claim for group in groups for claim in group.claims):
        if len(claim.rows) != len(scenarios):
            raise ValueError(f"claim {claim.label!r} has {len(claim.rows)} rows for {len(scenarios)} scenarios")
    say = _WORDS.in_language(lang)
    with theme(lang):
        ruler = new_figure(1.0, 1.0)
        labels = [claim.label for group in groups for claim in group.claims]
        left = 0.55 + max(text_width(ruler, label, _ROW_POINTS) for label in labels)
        width = left + len(scenarios) * (_PANEL_INCHES + _NUMBER_INCHES) + 0.2
        titles = [wrapped(ruler, group.title, width - 0.5, _ROW_POINTS + 1.0, bold=True) for group in groups]
        lines = [
            _GROUP_INCHES + 0.16 * title.count("\n") + _ROW_INCHES * len(group.claims)
            for title, group in zip(titles, groups, strict=True)
        ]
        heading = (say("title"), f"{say('read')}\n{say('marks', level=100 * level)}")
        over = head(new_figure(width, 10.0), *heading) + 0.42
        height = over + sum(lines) + 0.5
        figure = new_figure(width, height)
        head(figure, *heading)
        top = height - over
        for position, name in enumerate(scenarios):
            x = left + position * (_PANEL_INCHES + _NUMBER_INCHES) + _PANEL_INCHES / 2
            figure.text(x / width, (top + 0.12) / height, name, fontsize=10.5, fontweight="bold", ha="center")
        for title, group, inches in zip(titles, groups, lines, strict=True):
            figure.text(
                0.25 / width, (top - 0.1) / height, title, fontsize=_ROW_POINTS + 1.0, fontweight="bold", va="top"
            )
            rows_inches = _ROW_INCHES * len(group.claims)
            bottom = top - inches
            for number, claim in enumerate(group.claims):
                y = bottom + rows_inches - (number + 0.5) * _ROW_INCHES
                figure.text(
                    (left - 0.12) / width, y / height, claim.label, fontsize=_ROW_POINTS, ha="right", va="center"
                )
            for position in range(len(scenarios)):
                x = left + position * (_PANEL_INCHES + _NUMBER_INCHES)
                axes = figure.add_axes((x / width, bottom / height, _PANEL_INCHES / width, rows_inches / height))
                _panel(axes, [claim.rows[position] for claim in group.claims], say("undefined"))
            top = bottom
        small_print(figure, foot)
    return figure


def _panel(axes: Axes, rows: Sequence[ExpectationRow | None], undefined: str) -> None:
    axes.set_xlim(-_ROOM, _ROOM)
    axes.set_ylim(len(rows) - 0.5, -0.5)
    axes.set_xticks([])
    axes.set_yticks([])
    for spine in axes.spines.values():
        spine.set_visible(False)
    axes.axvline(0.0, color=INK, linewidth=0.8, zorder=2)
    for y, row in enumerate(rows):
        axes.axhline(y, color=FAINT, linewidth=0.6, zorder=0)
        if row is None:
            continue
        if not math.isfinite(row.estimate):
            axes.text(_ROOM + 0.06, y, undefined, fontsize=_NUMBER_POINTS, color=QUIET, va="center", ha="left")
            continue
        reach = max(abs(row.low), abs(row.high), row.band) or 1.0
        colour = _COLOURS[row.mark]
        if row.band:
            ends = (-row.band / reach, row.band / reach)
            axes.fill_betweenx([y - 0.32, y + 0.32], *ends, color=tint(QUIET, 0.75), linewidth=0.0, zorder=1)
        axes.plot([row.low / reach, row.high / reach], [y, y], color=colour, linewidth=2.0, zorder=3)
        axes.plot(
            [row.estimate / reach], [y], marker="o", markersize=5.5, linestyle="none", zorder=4,
            markerfacecolor=PAPER if row.mark == "cannot tell" else colour, markeredgecolor=colour, markeredgewidth=1.3,
        )  # fmt: skip
        axes.text(
            _ROOM + 0.06, y, row.text, fontsize=_NUMBER_POINTS, color=legible(colour), va="center", ha="left",
            clip_on=False,
        )  # fmt: skip
