"""Picture 1: what each strategy recovers against the customers it keeps."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from simcollect.plots.labels import Box, place_labels
from simcollect.plots.theme import (
    FAINT,
    MARKERS,
    PALETTE,
    PAPER,
    QUIET,
    head,
    inset,
    legible,
    new_figure,
    small_print,
    theme,
)


@dataclass(frozen=True)
class StrategyPoint:
    """One strategy in the plane of recovery and customers kept; all numbers are shares, 0 to 1.

    Attributes
    ----------
    name
        As in the scenario.
    recovery_share, kept_share
        Means over the replications.
    recovery_interval, kept_interval
        Interval (low, high) of the paired **difference** to the reference strategy, in shares; None where there is none
        (the reference itself, or a single replication).
    """

    name: str
    recovery_share: float
    kept_share: float
    recovery_interval: tuple[float, float] | None = None
    kept_interval: tuple[float, float] | None = None


def recovery_kept(
    points: Sequence[StrategyPoint],
    reference: str,
    n_replications: int,
    digest: str,
    day: int,
    level: float = 0.95,
    recovery_name: str = "Net recovery",
    title: str = "What is recovered, and who stays",
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
    recovery_name
        What the vertical axis measures, as a noun ("Net recovery").
    title
        Headline of the figure.

    Raises
    ------
    ValueError
        If there is no point, two share a name, a mean is not finite or the reference is not among them.
    """
    names = [point.name for point in points]
    if not points or len(set(names)) != len(names):
        raise ValueError(f"recovery_kept needs at least one strategy and different names, found {names}")
    if reference not in names:
        raise ValueError(f"reference strategy {reference!r} is not among the strategies drawn: {names}")
    for point in points:
        if not (math.isfinite(point.recovery_share) and math.isfinite(point.kept_share)):
            raise ValueError(f"strategy {point.name!r} has no finite recovery or kept share")
    with theme():
        figure = new_figure(7.6, 5.6)
        runs = "replication" if n_replications == 1 else "replications"
        bars = (
            f"Bars: {level * 100:g} % interval of the paired difference to {reference} (dotted lines): "
            "same borrowers, same luck."
            if n_replications > 1
            else "One replication: no intervals. Run more to learn which differences are real."
        )
        used = head(figure, title, f"Points: means of {n_replications} {runs}, read on day {day}.\n{bars}")
        axes = inset(figure, left_inches=0.75, right_inches=0.3, top_inches=used + 0.36, bottom_inches=0.85)
        _frame(axes, points)
        centre = points[names.index(reference)]
        axes.axhline(centre.recovery_share * 100.0, color=QUIET, linewidth=0.8, linestyle=(0, (1, 3)), zorder=1)
        axes.axvline(centre.kept_share * 100.0, color=QUIET, linewidth=0.8, linestyle=(0, (1, 3)), zorder=1)
        for i, point in enumerate(points):
            _draw(axes, point, centre, PALETTE[i % len(PALETTE)], MARKERS[i % len(MARKERS)])
        anchors = [(point.kept_share * 100.0, point.recovery_share * 100.0) for point in points]
        colours = [legible(PALETTE[i % len(PALETTE)]) for i in range(len(points))]
        place_labels(axes, anchors, names, colours, _obstacles(axes, points, centre))
        axes.set_xlabel("Customers kept (% of accounts)")
        axes.text(
            0.0, 1.025, f"{recovery_name} (% of opening balance)", transform=axes.transAxes, va="bottom", ha="left"
        )
        axes.text(
            1.0, 1.025, "better is up and to the right \u2197", transform=axes.transAxes, color=QUIET, fontsize=9.0,
            va="bottom", ha="right",
        )  # fmt: skip
        small_print(figure, f"Run {digest}")
    return figure


def _frame(axes: Axes, points: Sequence[StrategyPoint]) -> None:
    """Set limits that hold every bar and leave room for labels, before any label is placed."""
    kept = [100.0 * value for point in points for value in (point.kept_share, *_ends(point, "kept"))]
    recovery = [100.0 * value for point in points for value in (point.recovery_share, *_ends(point, "recovery"))]
    axes.set_xlim(*_roomy(kept, 0.14))
    axes.set_ylim(*_roomy(recovery, 0.12))
    axes.grid(True)
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_locator(MaxNLocator(nbins=9, steps=[1, 2, 5, 10]))
        axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axes.tick_params(length=3.0)
    axes.spines[["left", "bottom"]].set_color(FAINT)


def _ends(point: StrategyPoint, measure: str) -> tuple[float, ...]:
    """Return where a bar ends in absolute shares: the mean, moved by the interval's distance from its own middle."""
    mean = point.recovery_share if measure == "recovery" else point.kept_share
    interval = point.recovery_interval if measure == "recovery" else point.kept_interval
    if interval is None or not all(math.isfinite(end) for end in interval):
        return ()
    half = (interval[1] - interval[0]) / 2.0
    return (mean - half, mean + half)


def _roomy(values: Sequence[float], room: float) -> tuple[float, float]:
    low, high = min(values), max(values)
    span = max(high - low, 1.0)  # never zoom in on less than one percentage point
    middle = (low + high) / 2.0
    return middle - span * (0.5 + room), middle + span * (0.5 + room)


def _draw(axes: Axes, point: StrategyPoint, centre: StrategyPoint, colour: str, marker: str) -> None:
    x, y = 100.0 * point.kept_share, 100.0 * point.recovery_share
    for ends, horizontal in ((_ends(point, "kept"), True), (_ends(point, "recovery"), False)):
        if ends:
            low, high = 100.0 * ends[0], 100.0 * ends[1]
            across, along = ([low, high], [y, y]) if horizontal else ([x, x], [low, high])
            axes.plot(across, along, color=colour, linewidth=2.2, zorder=4)
    hollow = point is centre
    axes.plot(
        [x], [y], marker=marker, markersize=9.0, linestyle="none", zorder=5,
        markerfacecolor=PAPER if hollow else colour,
        markeredgecolor=colour if hollow else PAPER, markeredgewidth=1.8 if hollow else 1.0,
    )  # fmt: skip


def _obstacles(axes: Axes, points: Sequence[StrategyPoint], centre: StrategyPoint) -> list[Box]:
    boxes: list[Box] = []
    pad = 3.0

    def box(x0: float, y0: float, x1: float, y1: float) -> Box:
        (left, low), (right, high) = axes.transData.transform([(100.0 * x0, 100.0 * y0), (100.0 * x1, 100.0 * y1)])
        return Box(left - pad, low - pad, right + pad, high + pad)

    for point in points:
        for low, high in [_ends(point, "kept")] if point.kept_interval else []:
            boxes.append(box(low, point.recovery_share, high, point.recovery_share))
        for low, high in [_ends(point, "recovery")] if point.recovery_interval else []:
            boxes.append(box(point.kept_share, low, point.kept_share, high))
    (x0, x1), (y0, y1) = axes.get_xlim(), axes.get_ylim()
    boxes.append(box(x0 / 100.0, centre.recovery_share, x1 / 100.0, centre.recovery_share))
    boxes.append(box(centre.kept_share, y0 / 100.0, centre.kept_share, y1 / 100.0))
    return boxes
