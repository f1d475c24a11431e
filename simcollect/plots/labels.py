"""Labels beside points, placed so that none covers another label, a mark or an error bar."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.text import Text

_GAPS_POINTS: Final = (6.0, 12.0, 20.0, 30.0, 42.0, 56.0, 72.0)
_N_DIRECTIONS: Final = 16
_MARK_POINTS: Final = 6.0
_CROWDED_POINTS: Final = 80.0
_LEADER_FROM_POINTS: Final = 14.0


@dataclass(frozen=True)
class Box:
    """A rectangle in dots of the canvas: x0 < x1, y0 < y1."""

    x0: float
    y0: float
    x1: float
    y1: float

    def overlap(self, other: Box) -> float:
        """Return the area both share, in square dots."""
        wide = min(self.x1, other.x1) - max(self.x0, other.x0)
        high = min(self.y1, other.y1) - max(self.y0, other.y0)
        return wide * high if wide > 0.0 and high > 0.0 else 0.0

    def outside(self, frame: Box) -> float:
        """Return by how many dots this box sticks out of the frame."""
        return (
            max(0.0, frame.x0 - self.x0)
            + max(0.0, self.x1 - frame.x1)
            + max(0.0, frame.y0 - self.y0)
            + max(0.0, self.y1 - frame.y1)
        )


def place_labels(
    axes: Axes,
    anchors: Sequence[tuple[float, float]],
    texts: Sequence[str],
    colours: Sequence[str],
    obstacles: Sequence[Box],
) -> list[Text]:
    """Write each text near its anchor, clear of the obstacles, of the other texts and of the frame's edge.

    Tries sixteen directions at seven distances and takes the first place that touches nothing (the least crowded when
    every place touches something); crowded anchors choose first. Far labels get a thin line back to their anchor.
    Deterministic: the same figure always comes out the same.

    Parameters
    ----------
    axes
        Axes whose limits are final: the placement is made in dots and is wrong after a change of limits.
    anchors
        Points in data coordinates, shape [n, 2].
    texts, colours
        One text and its colour a point.
    obstacles
        Rectangles to stay clear of, in dots (marks and error bars).
    """
    figure = axes.get_figure(root=True)
    if figure is None or not isinstance(figure.canvas, FigureCanvasAgg):
        raise ValueError("place_labels needs axes on a figure with an Agg canvas: make it with theme.new_figure")
    canvas: Any = figure.canvas  # the method below carries no annotations
    renderer = canvas.get_renderer()
    dots_per_point = figure.dpi / 72.0
    window = axes.get_window_extent(renderer)
    frame = Box(window.x0, window.y0, window.x1, window.y1)
    at = [(float(x), float(y)) for x, y in axes.transData.transform(list(anchors))]
    pixel_to_data = axes.transData.inverted()
    mark = _MARK_POINTS * dots_per_point
    marks = [Box(x - mark, y - mark, x + mark, y + mark) for x, y in at]
    taken = [*obstacles, *marks]
    written: list[Text | None] = [None] * len(texts)
    for i in sorted(range(len(texts)), key=lambda j: (-_neighbours(at, j, _CROWDED_POINTS * dots_per_point), j)):
        label = axes.text(*anchors[i], texts[i], va="center", ha="center", color=colours[i], zorder=6)
        extent = label.get_window_extent(renderer)
        box, gap = _best_place(at[i], (extent.width / 2.0, extent.height / 2.0), taken, frame, dots_per_point)
        taken.append(box)
        x, y = pixel_to_data.transform(((box.x0 + box.x1) / 2.0, (box.y0 + box.y1) / 2.0))
        label.set_position((float(x), float(y)))
        if gap > _LEADER_FROM_POINTS:
            end = pixel_to_data.transform(_nearest_edge(box, at[i]))
            start = pixel_to_data.transform(at[i])
            axes.plot([start[0], end[0]], [start[1], end[1]], color=colours[i], linewidth=0.7, zorder=6)
        written[i] = label
    return [label for label in written if label is not None]


def _neighbours(at: Sequence[tuple[float, float]], i: int, radius: float) -> int:
    return sum(math.dist(at[i], other) < radius for other in at)


def _best_place(
    at: tuple[float, float], half: tuple[float, float], taken: Sequence[Box], frame: Box, dots_per_point: float
) -> tuple[Box, float]:
    best: tuple[float, Box, float] | None = None
    for gap in _GAPS_POINTS:
        for k in range(_N_DIRECTIONS):
            # Up and to the right first: error bars lie on the axes through the point, corners are free.
            angle = math.pi / 4.0 + 2.0 * math.pi * k / _N_DIRECTIONS
            dx, dy = math.cos(angle), math.sin(angle)
            x = at[0] + dx * gap * dots_per_point + math.copysign(half[0], dx) * min(1.0, 1.42 * abs(dx))
            y = at[1] + dy * gap * dots_per_point + math.copysign(half[1], dy) * min(1.0, 1.42 * abs(dy))
            box = Box(x - half[0], y - half[1], x + half[0], y + half[1])
            crowding = sum(box.overlap(other) for other in taken) + 100.0 * box.outside(frame)
            if crowding == 0.0:
                return box, gap
            if best is None or crowding < best[0]:
                best = (crowding, box, gap)
    assert best is not None
    return best[1], best[2]


def _nearest_edge(box: Box, point: tuple[float, float]) -> tuple[float, float]:
    return (min(max(point[0], box.x0), box.x1), min(max(point[1], box.y0), box.y1))


def spread(wanted: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """Return positions on a line, in the order given, near the wanted ones and at least a gap apart.

    They keep their order along the line, and stay between ``low`` and ``high`` as long as there is room for all.

    Examples
    --------
    >>> spread([5.0, 5.0, 9.0], 1.0, 0.0, 10.0)
    [4.5, 5.5, 9.0]
    >>> spread([10.0, 10.0], 1.0, 0.0, 10.0)
    [9.0, 10.0]
    """
    order = sorted(range(len(wanted)), key=lambda i: (wanted[i], i))
    # Groups of neighbours that touch: (sum of wanted starts, number, first position).
    groups: list[list[int]] = []
    starts: list[float] = []
    for i in order:
        groups.append([i])
        starts.append(min(max(wanted[i], low), high))
        while len(groups) > 1 and starts[-2] + gap * len(groups[-2]) > starts[-1]:
            groups[-2:] = [groups[-2] + groups[-1]]
            first = sum(wanted[j] - gap * k for k, j in enumerate(groups[-1])) / len(groups[-1])
            starts[-2:] = [max(low, min(first, high - gap * (len(groups[-1]) - 1)))]
    found = [0.0] * len(wanted)
    for group, start in zip(groups, starts, strict=True):
        for k, i in enumerate(group):
            found[i] = start + gap * k
    return found
