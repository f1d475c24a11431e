"""A Pareto front: what is gained against what it costs, with every setting tried, and customers kept beside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from simcollect.core.words import Lang
from simcollect.plots.labels import Box, place_labels
from simcollect.plots.numbers import plain_ticks, ticks_width
from simcollect.plots.theme import (
    BLUE,
    FAINT,
    INK,
    ORANGE,
    PAPER,
    QUIET,
    VERMILLION,
    finish,
    head,
    legible,
    new_figure,
    theme,
    tint,
)
from simcollect.plots.wording import Wording, wrapped

Interval: TypeAlias = tuple[float, float, float]
"""Mean, low and high."""

_WIDTH, _BODY, _BESIDE = 9.2, 4.2, 2.0
_SURE: Final = 0.95
_BEATEN: Final = 0.05

_WORDS: Final = Wording(
    title=("What can be had at what cost", "以何代价可得何结果"),
    read=(
        "Letters: finalists on {final} fresh replications, bars: intervals that hold together (95 %), day {day}. Blue: "
        "no other is better in all (95 % sure); orange: cannot tell; hollow: beaten; red cross: breaks a constraint. "
        "Grey: {n} trials as the search saw them.",
        "字母：入围方案，{final} 次全新重复模拟；线段：同时成立的 95% 区间，截至第 {day} 天。蓝：无其他方案全面更优"
        "（95% 把握）；橙：无法判断；空心：被超越；红叉：违反约束。灰点：搜索中试过的 {n} 个方案。",
    ),
    axis=("{label} ({unit})", "{label}（{unit}）"),
    better=("better {arrow}", "更优 {arrow}"),
)
_ARROWS: Final = {(True, True): "\u2197", (True, False): "\u2198", (False, True): "\u2196", (False, False): "\u2199"}


@dataclass(frozen=True)
class FrontAxis:
    """One outcome: label, unit, factor to the unit, direction, and limits drawn as lines."""

    label: str
    unit: str
    factor: float
    higher_is_better: bool | None
    limits: tuple[float, ...]


@dataclass(frozen=True)
class FrontPoint:
    """One finalist, in the units of the axes, with its chance of not being beaten."""

    letter: str
    x: Interval
    y: Interval
    kept: Interval
    front_probability: float
    breaks: bool


def front(
    points: Sequence[FrontPoint],
    tried: Sequence[tuple[float, float]],
    x: FrontAxis,
    y: FrontAxis,
    kept: FrontAxis,
    replications: tuple[int, int],
    day: int,
    digest: str,
    lang: Lang = "en",
) -> Figure:
    """Draw finalists among all that was tried, and the customers each keeps.

    Parameters
    ----------
    points
        At least one.
    tried
        Means of the search's trials.
    x, y, kept
        Outcomes.
    replications
        Of selection and of the final estimate.
    day, digest
        Of the runs.
    """
    say = _WORDS.in_language(lang)
    with theme(lang):
        read = say("read", final=replications[1], day=day, n=len(tried))
        over, under = 0.5, 0.85
        height = head(new_figure(_WIDTH, 10.0), say("title"), read) + over + _BODY + under
        figure = new_figure(_WIDTH, height)
        head(figure, say("title"), read)
        left = 0.4 + ticks_width(figure, [*(v for p in points for v in p.y), 1e3], 9.0)
        plane_width = _WIDTH - left - _BESIDE - 1.15
        plane = figure.add_axes((left / _WIDTH, under / height, plane_width / _WIDTH, _BODY / height))
        beside = figure.add_axes(((_WIDTH - _BESIDE - 0.3) / _WIDTH, under / height, _BESIDE / _WIDTH, _BODY / height))
        _draw_plane(plane, points, tried, x, y)
        plane.set_xlabel(wrapped(figure, say("axis", label=x.label, unit=x.unit), plane_width, 10.0))
        plane.text(0.0, 1.03, say("axis", label=y.label, unit=y.unit), transform=plane.transAxes, va="bottom")
        if x.higher_is_better is not None and y.higher_is_better is not None:
            arrow = _ARROWS[x.higher_is_better, y.higher_is_better]
            plane.text(
                1.0, 1.03, say("better", arrow=arrow), transform=plane.transAxes, color=QUIET, fontsize=9.0,
                va="bottom", ha="right",
            )  # fmt: skip
        _draw_kept(beside, points, kept)
        beside.set_xlabel(
            wrapped(figure, say("axis", label=kept.label, unit=kept.unit), _BESIDE + 0.4, 9.0), fontsize=9.0
        )
        finish(figure, digest, lang)
    return figure


def _draw_plane(
    axes: Axes, points: Sequence[FrontPoint], tried: Sequence[tuple[float, float]], x: FrontAxis, y: FrontAxis
) -> None:
    axes.grid(True)
    axes.spines[["left", "bottom"]].set_color(FAINT)
    axes.plot(
        [one[0] for one in tried], [one[1] for one in tried], marker="o", markersize=3.5, linestyle="none",
        color=tint(QUIET, 0.55), zorder=2,
    )  # fmt: skip
    for limit in x.limits:
        axes.axvline(limit, color=VERMILLION, linewidth=0.9, linestyle=(0, (3, 3)), zorder=2)
    for limit in y.limits:
        axes.axhline(limit, color=VERMILLION, linewidth=0.9, linestyle=(0, (3, 3)), zorder=2)
    for one in points:
        colour = _colour(one)
        axes.plot(one.x[1:], [one.y[0]] * 2, color=colour, linewidth=1.6, zorder=3)
        axes.plot([one.x[0]] * 2, one.y[1:], color=colour, linewidth=1.6, zorder=3)
        _mark(axes, one, one.x[0], one.y[0])
    for axis in (axes.xaxis, axes.yaxis):
        _few_ticks(axis, 6)
    axes.margins(0.08)
    axes.set_xlim(*axes.get_xlim())
    axes.set_ylim(*axes.get_ylim())
    obstacles = []
    for one in points:
        for a, b in (((one.x[1], one.y[0]), (one.x[2], one.y[0])), ((one.x[0], one.y[1]), (one.x[0], one.y[2]))):
            (x0, y0), (x1, y1) = axes.transData.transform([a, b])
            obstacles.append(Box(x0 - 3.0, y0 - 3.0, x1 + 3.0, y1 + 3.0))
    anchors = [(one.x[0], one.y[0]) for one in points]
    place_labels(axes, anchors, [one.letter for one in points], [legible(_colour(one)) for one in points], obstacles)


def _draw_kept(axes: Axes, points: Sequence[FrontPoint], kept: FrontAxis) -> None:
    axes.set_ylim(len(points) - 0.4, -0.6)
    axes.set_yticks(range(len(points)), [one.letter for one in points])
    axes.tick_params(axis="y", length=0.0, pad=6.0)
    axes.spines["left"].set_visible(False)
    axes.spines["bottom"].set_color(FAINT)
    for limit in kept.limits:
        axes.axvline(limit, color=VERMILLION, linewidth=0.9, linestyle=(0, (3, 3)), zorder=2)
    for row, one in enumerate(points):
        axes.axhline(row, color=FAINT, linewidth=0.6, zorder=1)
        axes.plot(one.kept[1:], [row, row], color=_colour(one), linewidth=1.6, zorder=3)
        _mark(axes, one, one.kept[0], row)
    _few_ticks(axes.xaxis, 3)


def _mark(axes: Axes, one: FrontPoint, x: float, y: float) -> None:
    colour = _colour(one)
    is_hollow = one.breaks or one.front_probability < _BEATEN
    axes.plot(
        [x], [y], marker="X" if one.breaks else "o", markersize=7.5, linestyle="none", zorder=5,
        markerfacecolor=PAPER if is_hollow and not one.breaks else colour, markeredgecolor=colour, markeredgewidth=1.5,
    )  # fmt: skip


def _colour(one: FrontPoint) -> str:
    if one.breaks:
        return VERMILLION
    if one.front_probability < _BEATEN:
        return INK
    return BLUE if one.front_probability >= _SURE else ORANGE


def _few_ticks(axis: Axis, most: int) -> None:
    axis.set_major_locator(MaxNLocator(nbins=most, steps=[1, 2, 5, 10]))
    plain_ticks(axis)
