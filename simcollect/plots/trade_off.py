"""Trade-off: what each strategy reaches in two outcomes at once."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from simcollect.core.words import Lang
from simcollect.plots.labels import Box, place_labels
from simcollect.plots.numbers import plain_ticks, ticks_width
from simcollect.plots.theme import (
    FAINT,
    MARKERS,
    PALETTE,
    PAPER,
    QUIET,
    finish,
    head,
    inset,
    legible,
    new_figure,
    theme,
)
from simcollect.plots.wording import Wording, wrapped

Interval: TypeAlias = tuple[float, float]
"""Lower and upper end, in the unit of the outcome."""

_WORDS: Final = Wording(
    title=("{y} against {x}", "{y}与{x}"),
    means=("Points: means of {n} replications, read on day {day}.", "各点为 {n} 次重复模拟的均值，截至第 {day} 天。"),
    mean=("Points: one replication, read on day {day}.", "各点为一次模拟的结果，截至第 {day} 天。"),
    bars=(
        "Bars: {level:g} % interval of the paired difference to {reference} (dotted lines): same borrowers, same luck.",
        "误差线：与 {reference}（虚线）配对差异的 {level:g}% 区间，借款人与运气均相同。",
    ),
    no_bars=(
        "No intervals: run more replications to learn which differences are real.",
        "没有区间：需增加重复次数才能判断差异是否真实。",
    ),
    axis=("{label} ({unit})", "{label}（{unit}）"),
    better=("better {arrow}", "更优 {arrow}"),
)
_ARROWS: Final = {(True, True): "\u2197", (True, False): "\u2198", (False, True): "\u2196", (False, False): "\u2199"}


@dataclass(frozen=True)
class Outcome:
    """One axis: what is measured, in which unit, and whether more of it is better (None: neither)."""

    label: str
    unit: str
    higher_is_better: bool | None


@dataclass(frozen=True)
class StrategyPoint:
    """One strategy in the plane of two outcomes.

    Attributes
    ----------
    name
        As in the scenario.
    x, y
        Means over the replications, each in its axis' unit.
    x_interval, y_interval
        Interval (low, high) of the paired **difference** to the reference strategy, same unit; None where there is
        none (the reference itself, or a single replication).
    """

    name: str
    x: float
    y: float
    x_interval: Interval | None = None
    y_interval: Interval | None = None


def trade_off(
    points: Sequence[StrategyPoint],
    x: Outcome,
    y: Outcome,
    reference: str,
    n_replications: int,
    digest: str,
    day: int,
    level: float = 0.95,
    title: str | None = None,
    lang: Lang = "en",
) -> Figure:
    """Draw every strategy as a point with a paired interval in both directions.

    The bars are those of the paired difference to the reference, drawn around the strategy's own mean. Intervals of
    the absolute levels would be wider and would overlap even where the strategies surely differ, because every strategy
    meets the same easy or hard book in a replication. A bar that does not cross the reference's dotted line is a
    difference that the replications establish.

    Parameters
    ----------
    points
        At least one; names unique.
    x, y
        What the axes measure.
    reference
        Name of the strategy that the differences are taken to.
    n_replications
        Paired replications behind each mean.
    digest
        Of the run, for the small print.
    day
        Reading day of the numbers.
    level
        Confidence level of the bars.
    title
        Headline of the figure; the two outcomes' names when None.
    lang
        Language of the words that this function adds.

    Raises
    ------
    ValueError
        If there is no point, two share a name, a mean is not finite or the reference is not among them.
    InputError
        If the language needs a font that is not installed.
    """
    names = [point.name for point in points]
    if not points or len(set(names)) != len(names):
        raise ValueError(f"trade_off needs at least one strategy and different names, found {names}")
    if reference not in names:
        raise ValueError(f"reference strategy {reference!r} is not among the strategies drawn: {names}")
    for point in points:
        if not (math.isfinite(point.x) and math.isfinite(point.y)):
            raise ValueError(f"strategy {point.name!r} has no finite {x.label} or {y.label}")
    say = _WORDS.in_language(lang)
    with theme(lang):
        figure = new_figure(7.6, 5.6)
        read = say("mean", day=day) if n_replications == 1 else say("means", n=n_replications, day=day)
        bars = say("bars", level=level * 100, reference=reference) if n_replications > 1 else say("no_bars")
        used = head(figure, title or say("title", x=x.label, y=y.label), f"{read}\n{bars}")
        y_label = wrapped(figure, say("axis", label=y.label, unit=y.unit), 5.4, 10.0)
        axes = inset(
            figure,
            left_inches=0.45 + ticks_width(figure, [*_values(points, "y"), 1e4], 9.0),
            right_inches=0.3,
            top_inches=used + 0.2 + 0.18 * (1 + y_label.count("\n")),
            bottom_inches=0.85,
        )
        _frame(figure, axes, points)
        centre = points[names.index(reference)]
        axes.axhline(centre.y, color=QUIET, linewidth=0.8, linestyle=(0, (1, 3)), zorder=1)
        axes.axvline(centre.x, color=QUIET, linewidth=0.8, linestyle=(0, (1, 3)), zorder=1)
        for i, point in enumerate(points):
            _draw(axes, point, centre, PALETTE[i % len(PALETTE)], MARKERS[i % len(MARKERS)])
        anchors = [(point.x, point.y) for point in points]
        colours = [legible(PALETTE[i % len(PALETTE)]) for i in range(len(points))]
        place_labels(axes, anchors, names, colours, _obstacles(axes, points, centre))
        axes.set_xlabel(wrapped(figure, say("axis", label=x.label, unit=x.unit), 6.4, 10.0))
        axes.text(0.0, 1.025, y_label, transform=axes.transAxes, va="bottom", ha="left", linespacing=1.25)
        if x.higher_is_better is not None and y.higher_is_better is not None:
            arrow = _ARROWS[x.higher_is_better, y.higher_is_better]
            axes.text(
                1.0, 1.025, say("better", arrow=arrow), transform=axes.transAxes, color=QUIET, fontsize=9.0,
                va="bottom", ha="right",
            )  # fmt: skip
        finish(figure, digest, lang)
    return figure


def _frame(figure: Figure, axes: Axes, points: Sequence[StrategyPoint]) -> None:
    """Set limits that hold every bar and leave room for labels, before any label is placed."""
    axes.set_xlim(*_roomy(_values(points, "x"), 0.14))
    axes.set_ylim(*_roomy(_values(points, "y"), 0.12))
    axes.grid(True)
    wide = ticks_width(figure, _values(points, "x"), 9.0) + 0.2
    room = float(axes.get_position().width * figure.get_size_inches()[0])
    for axis, most in ((axes.xaxis, int(room / wide)), (axes.yaxis, 8)):
        axis.set_major_locator(MaxNLocator(nbins=max(1, min(8, most)), steps=[1, 2, 5, 10]))
        plain_ticks(axis)
    axes.tick_params(length=3.0)
    axes.spines[["left", "bottom"]].set_color(FAINT)


def _values(points: Sequence[StrategyPoint], direction: Literal["x", "y"]) -> list[float]:
    """Return every number that is drawn along an axis."""
    return [value for point in points for value in (point.x if direction == "x" else point.y, *_ends(point, direction))]


def _ends(point: StrategyPoint, direction: Literal["x", "y"]) -> tuple[float, ...]:
    """Return where a bar ends on its axis: the mean, moved by the interval's distance from its own middle."""
    mean = point.x if direction == "x" else point.y
    interval = point.x_interval if direction == "x" else point.y_interval
    if interval is None or not all(math.isfinite(end) for end in interval):
        return ()
    half = (interval[1] - interval[0]) / 2.0
    return (mean - half, mean + half)


def _roomy(values: Sequence[float], room: float) -> tuple[float, float]:
    low, high = min(values), max(values)
    # Never zoom in on a difference of less than a hundredth: it would look like more than it is.
    span = max(high - low, 0.01 * max(abs(low), abs(high)), 1e-6)
    middle = (low + high) / 2.0
    return middle - span * (0.5 + room), middle + span * (0.5 + room)


def _draw(axes: Axes, point: StrategyPoint, centre: StrategyPoint, colour: str, marker: str) -> None:
    for low, high in [_ends(point, "x")] if _ends(point, "x") else []:
        axes.plot([low, high], [point.y, point.y], color=colour, linewidth=2.2, zorder=4)
    for low, high in [_ends(point, "y")] if _ends(point, "y") else []:
        axes.plot([point.x, point.x], [low, high], color=colour, linewidth=2.2, zorder=4)
    hollow = point is centre
    axes.plot(
        [point.x], [point.y], marker=marker, markersize=9.0, linestyle="none", zorder=5,
        markerfacecolor=PAPER if hollow else colour,
        markeredgecolor=colour if hollow else PAPER, markeredgewidth=1.8 if hollow else 1.0,
    )  # fmt: skip


def _obstacles(axes: Axes, points: Sequence[StrategyPoint], centre: StrategyPoint) -> list[Box]:
    pad = 3.0

    def box(x0: float, y0: float, x1: float, y1: float) -> Box:
        (left, low), (right, high) = axes.transData.transform([(x0, y0), (x1, y1)])
        return Box(left - pad, low - pad, right + pad, high + pad)

    boxes: list[Box] = []
    for point in points:
        for low, high in [_ends(point, "x")] if _ends(point, "x") else []:
            boxes.append(box(low, point.y, high, point.y))
        for low, high in [_ends(point, "y")] if _ends(point, "y") else []:
            boxes.append(box(point.x, low, point.x, high))
    (x0, x1), (y0, y1) = axes.get_xlim(), axes.get_ylim()
    boxes.append(box(x0, centre.y, x1, centre.y))
    boxes.append(box(centre.x, y0, centre.x, y1))
    return boxes
