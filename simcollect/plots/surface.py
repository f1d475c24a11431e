"""An outcome over two axes: a table of shaded cells, those that may be the best of their row framed."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from simcollect.core.words import Lang
from simcollect.plots.numbers import decimals_for
from simcollect.plots.theme import (
    BLUE,
    INK,
    PAPER,
    QUIET,
    VERMILLION,
    finish,
    head,
    new_figure,
    theme,
    tint,
)
from simcollect.plots.wording import Wording, text_width

_CELL_INCHES: Final = (0.72, 0.42)
_POINTS: Final = 8.5
_LIGHTEST: Final = 0.97
_DARKEST: Final = 0.35

_WORDS: Final = Wording(
    read=(
        "{label} ({unit}), mean of {n} replications, read on day {day}. Shaded within each row: blue above the row's "
        "mean, orange-red below.\nFramed: may be the best of its row; all frames hold together with {level:g} %.",
        "{label}（{unit}），{n} 次重复模拟的均值，截至第 {day} 天。逐行着色：蓝色高于该行均值，橙红低于均值。\n"
        "加框：可能为该行最优；所有加框同时成立的概率为 {level:g}%。",
    ),
)


def surface(
    values: Sequence[Sequence[float]],
    may_be_best: Sequence[Sequence[bool]],
    *,
    columns: Sequence[str],
    rows: Sequence[str],
    column_label: str,
    row_label: str,
    label: str,
    unit: str,
    title: str,
    n_replications: int,
    day: int,
    digest: str,
    level: float = 0.95,
    lang: Lang = "en",
) -> Figure:
    """Draw an outcome over two axes.

    Parameters
    ----------
    values, may_be_best
        By row and column; a value that is not a number is left white.
    columns, rows, column_label, row_label
        Names of the levels and of the axes.
    label, unit
        Of the outcome.
    title, n_replications, day, digest, level, lang
        As in :func:`simcollect.plots.trade_off.trade_off`.

    Raises
    ------
    ValueError
        If the numbers are not rows times columns.
    InputError
        If the language needs a font that is not installed.
    """
    numbers = np.asarray(values, dtype=np.float64)
    if numbers.shape != (len(rows), len(columns)) or not numbers.size:
        raise ValueError(f"a surface needs {len(rows)} x {len(columns)} numbers, found shape {numbers.shape}")
    say = _WORDS.in_language(lang)
    centred = numbers - np.nanmean(numbers, axis=1, keepdims=True)
    reach = float(np.nanmax(np.abs(centred))) or 1.0
    places = decimals_for(reach)
    with theme(lang):
        read = say("read", label=label, unit=unit, n=n_replications, day=day, level=100 * level)
        ruler = new_figure(1.0, 1.0)
        cell = max(
            _CELL_INCHES[0],
            0.14 + max(text_width(ruler, f"{number:,.{places}f}", _POINTS) for number in numbers.flat),
            0.1 + max(text_width(ruler, name, 9.0) for name in columns),
        )
        left = 0.75 + max(text_width(ruler, name, 9.0) for name in rows)
        width = max(7.2, left + cell * len(columns) + 0.35)
        inside = _CELL_INCHES[1] * len(rows)
        top = head(new_figure(width, 10.0), title, read) + 0.25
        height = top + inside + 0.85
        figure = new_figure(width, height)
        head(figure, title, read)
        axes = figure.add_axes((left / width, 0.85 / height, cell * len(columns) / width, inside / height))
        for i in range(len(rows)):
            for j in range(len(columns)):
                number = float(numbers[i, j])
                if not math.isfinite(number):
                    continue
                share = float(centred[i, j]) / reach
                shade = _LIGHTEST - (_LIGHTEST - _DARKEST) * abs(share)
                colour = tint(BLUE if share > 0.0 else VERMILLION, shade)
                axes.add_patch(Rectangle((j, i), 1.0, 1.0, facecolor=colour, edgecolor=PAPER, linewidth=1.0))
                text = f"{number:,.{places}f}"
                weight = "bold" if may_be_best[i][j] else "normal"
                axes.text(j + 0.5, i + 0.5, text, fontsize=_POINTS, fontweight=weight, ha="center", va="center")
        for i in range(len(rows)):
            for j in range(len(columns)):
                if may_be_best[i][j]:
                    frame = Rectangle((j + 0.04, i + 0.06), 0.92, 0.88, fill=False, edgecolor=INK, linewidth=1.3)
                    axes.add_patch(frame)
        axes.set_xlim(0, len(columns))
        axes.set_ylim(len(rows), 0)
        axes.set_xticks([j + 0.5 for j in range(len(columns))], list(columns))
        axes.set_yticks([i + 0.5 for i in range(len(rows))], list(rows))
        axes.tick_params(length=0.0)
        for spine in axes.spines.values():
            spine.set_visible(False)
        axes.set_xlabel(column_label)
        axes.set_ylabel(row_label, color=QUIET)
        finish(figure, digest, lang)
        return figure
