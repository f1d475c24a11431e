"""Targets against model: one row a target, both with error bars, as a ratio to the data's value."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from simcollect.core.words import Lang
from simcollect.plots.numbers import MINUS
from simcollect.plots.theme import (
    BLUE,
    FAINT,
    INK,
    PAPER,
    QUIET,
    VERMILLION,
    head,
    inset,
    new_figure,
    small_print,
    theme,
)
from simcollect.plots.wording import Wording, text_width

_ROW_INCHES: Final = 0.24
_AXIS_INCHES: Final = 4.4
_LOW, _HIGH = 0.25, 1.75
_POINTS: Final = 8.0
_TWO: Final = 2.0

_WORDS: Final = Wording(
    read=(
        "Model over data; bars: two standard errors. Band: within {tolerance:.0%} of the data. Blue: met; orange-red: "
        "not. Hollow: held out, predicted and not fitted. Grey bar: error of the data.",
        "模型值与数据之比；横线为两倍标准误；灰带：与数据相差 {tolerance:.0%} 以内。蓝色：吻合；橙红：不吻合。"
        "空心：留出目标，仅作预测、未参与拟合。灰线：数据本身的误差。",
    ),
    axis=("model / data", "模型 / 数据"),
    nothing=(" Not drawn, there being no ratio to 0: {names}.", "数据为 0、无从求比者未绘出：{names}。"),
    numbers=("data \u2192 model", "数据 \u2192 模型"),
)


@dataclass(frozen=True)
class TargetRow:
    """One target: data and model with standard errors in the same unit, whether it is held out and met."""

    name: str
    data: float
    data_se: float
    model: float
    model_se: float
    held_out: bool
    met: bool


def targets(rows: Sequence[TargetRow], title: str, digest: str, *, tolerance: float = 0.1, lang: Lang = "en") -> Figure:
    """Return the figure: a row a target, whose value in the data is not 0.

    Parameters
    ----------
    digest
        What the figure rests on, written at the bottom.
    tolerance
        Half-width of the band, relative.
    """
    say = _WORDS.in_language(lang)
    with theme(lang):
        shown = [row for row in rows if row.data != 0.0]
        probe = new_figure(1.0, 1.0)
        left = 0.35 + max(text_width(probe, row.name, _POINTS) for row in shown)
        right = 0.35 + max(text_width(probe, _numbers(row), _POINTS) for row in shown)
        width = left + _AXIS_INCHES + right
        bottom = 0.75
        figure = new_figure(width, 1.35 + _ROW_INCHES * len(shown) + bottom)
        left_out = ", ".join(f"{row.name} ({_numbers(row)})" for row in rows if row.data == 0.0)
        read = say("read", tolerance=tolerance) + (say("nothing", names=left_out) if left_out else "")
        taken = head(figure, title, read)
        axes = inset(figure, left, right, taken + 0.3, bottom)
        axes.axvspan(1.0 - tolerance, 1.0 + tolerance, color=FAINT, alpha=0.6, lw=0)
        axes.axvline(1.0, color=QUIET, lw=0.8)
        for place, row in enumerate(shown):
            _draw(axes, len(shown) - 1 - place, row)
        axes.set_yticks(range(len(shown)), [row.name for row in reversed(shown)], fontsize=_POINTS)
        axes.tick_params(axis="y", length=0)
        axes.set_ylim(-0.7, len(shown) - 0.3)
        axes.set_xlim(_LOW, _HIGH)
        axes.set_xlabel(say("axis"))
        axes.text(1.02, len(shown) - 0.2, say("numbers"), transform=axes.get_yaxis_transform(), fontsize=_POINTS,
                  color=QUIET, va="bottom")  # fmt: skip
        small_print(figure, digest)
        return figure


def _draw(axes: Axes, y: int, row: TargetRow) -> None:
    colour = BLUE if row.met else VERMILLION
    spread = _TWO * row.data_se / abs(row.data)
    axes.plot([1.0 - spread, 1.0 + spread], [y + 0.18, y + 0.18], color=QUIET, lw=1.6)
    ratio = row.model / row.data
    if math.isnan(ratio):
        return
    inside = min(max(ratio, _LOW + 0.02), _HIGH - 0.02)
    if inside == ratio:
        own = _TWO * row.model_se / abs(row.data)
        axes.plot([ratio - own, ratio + own], [y - 0.1, y - 0.1], color=colour, lw=1.6)
    marker = "o" if inside == ratio else (">" if ratio > _HIGH - 0.02 else "<")
    axes.plot([inside], [y - 0.1], marker, ms=5.0, mec=colour, mfc=PAPER if row.held_out else colour, mew=1.2)
    axes.text(1.02, y, _numbers(row), transform=axes.get_yaxis_transform(), fontsize=_POINTS, va="center", color=INK)


def _numbers(row: TargetRow) -> str:
    return f"{_three(row.data)} \u2192 {_three(row.model)}"


def _three(value: float) -> str:
    """Return a number with three figures, whole ones beyond that whole."""
    return (f"{value:,.0f}" if abs(value) >= 1000.0 else f"{value:.3g}").replace("-", MINUS)
