"""Trade-off: points and bars stand where the numbers say, and labels never collide."""

from __future__ import annotations

import math
from itertools import combinations
from pathlib import Path

import matplotlib as mpl
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.transforms import Bbox

from simcollect.plots import PALETTE, Outcome, StrategyPoint, save, theme, trade_off
from simcollect.plots.theme import MARKERS, legible

KEPT = Outcome("Customers kept", "% of accounts", True)
RECOVERY = Outcome("Net recovery", "% of the opening balance", True)
POINTS = [
    StrategyPoint("no_action", 61.1, 21.2),
    StrategyPoint("gentle", 66.8, 28.7, (4.8, 6.6), (6.2, 8.8)),
    StrategyPoint("balanced", 66.2, 31.8, (4.1, 6.1), (9.2, 11.8)),
    StrategyPoint("firm", 58.3, 33.1, (-4.1, -1.5), (10.4, 13.4)),
    StrategyPoint("settle_early", 67.1, 30.9, (4.9, 7.1), (7.8, 11.6)),
]


def picture(points: list[StrategyPoint] = POINTS, n_replications: int = 20) -> Figure:
    return trade_off(points, KEPT, RECOVERY, "no_action", n_replications, "3f9c1e7ab20d", day=365)


def texts(figure: Figure) -> list[str]:
    found = [text.get_text() for text in figure.texts]
    for axes in figure.axes:
        found += [text.get_text() for text in axes.texts]
        found += [axes.get_title(loc="left"), axes.get_xlabel()]
    return found


def label_boxes(figure: Figure, names: list[str]) -> dict[str, Bbox]:
    canvas = figure.canvas
    assert isinstance(canvas, FigureCanvasAgg)
    renderer = canvas.get_renderer()  # type: ignore[no-untyped-call]
    return {t.get_text(): t.get_window_extent(renderer) for t in figure.axes[0].texts if t.get_text() in names}


@pytest.mark.parametrize(
    ("x_up", "y_up", "arrow"), [(True, True, "\u2197"), (True, False, "\u2198"), (False, True, "\u2196")]
)
def test_the_arrow_points_to_where_both_outcomes_are_better(x_up: bool, y_up: bool, arrow: str) -> None:
    figure = trade_off(POINTS, Outcome("A", "days", x_up), Outcome("B", "TWD", y_up), "no_action", 20, "d", day=365)
    assert f"better {arrow}" in texts(figure)
    assert "B against A" in texts(figure)


def test_no_arrow_where_an_outcome_has_no_better_direction() -> None:
    figure = trade_off(POINTS, Outcome("A", "days", None), RECOVERY, "no_action", 20, "d", day=365)
    assert not any("better" in text for text in texts(figure))


def test_the_picture_carries_the_digest_the_units_and_what_the_bars_are() -> None:
    shown = texts(picture())
    assert "Run 3f9c1e7ab20d" in shown
    assert "Customers kept (% of accounts)" in shown
    assert "Net recovery (% of the opening balance)" in shown
    assert any("paired difference to no_action" in text and "20 replications" in text for text in shown)


def test_points_stand_where_the_numbers_say_and_bars_are_as_long_as_the_intervals() -> None:
    lines = picture().axes[0].lines
    marks = [(line.get_xdata()[0], line.get_ydata()[0]) for line in lines if line.get_linestyle() == "None"]  # type: ignore[index]
    assert marks == [(pytest.approx(p.x), pytest.approx(p.y)) for p in POINTS]
    bars = [line for line in lines if line.get_linewidth() == 2.2]
    lengths = [max(np.ptp(line.get_xdata()), np.ptp(line.get_ydata())) for line in bars]
    intervals = [interval for p in POINTS for interval in (p.x_interval, p.y_interval) if interval]
    assert lengths == pytest.approx([high - low for low, high in intervals])


def test_the_labels_of_the_five_strategies_cover_neither_each_other_nor_any_bar_or_point() -> None:
    figure = picture()
    boxes = label_boxes(figure, [point.name for point in POINTS])
    assert len(boxes) == 5
    for one, other in combinations(boxes.values(), 2):
        assert not one.overlaps(other)
    for line in figure.axes[0].lines:
        if line.get_linewidth() == 2.2:
            extent = line.get_window_extent()
            assert not any(box.overlaps(extent) for box in boxes.values())
    for point in POINTS:
        x, y = figure.axes[0].transData.transform((point.x, point.y))
        assert not any(box.contains(x, y) for box in boxes.values())


SHARES = st.floats(0.0, 100.0)


@settings(max_examples=15, deadline=None)
@given(st.lists(st.tuples(SHARES, SHARES), min_size=1, max_size=7))
def test_labels_never_overlap_wherever_the_points_lie(places: list[tuple[float, float]]) -> None:
    names = [f"strategy_{i}" for i in range(len(places))]
    points = [StrategyPoint(name, x, y) for name, (x, y) in zip(names, places, strict=True)]
    figure = trade_off(points, KEPT, RECOVERY, names[0], 1, "d", day=365)
    boxes = label_boxes(figure, names)
    assert len(boxes) == len(names)
    assert not any(one.overlaps(other) for one, other in combinations(boxes.values(), 2))
    frame = figure.axes[0].get_window_extent()
    assert all(frame.x0 <= box.x0 and box.x1 <= frame.x1 for box in boxes.values())


def test_one_replication_draws_no_bars_and_says_so() -> None:
    figure = picture([StrategyPoint(p.name, p.x, p.y) for p in POINTS], n_replications=1)
    assert not [line for line in figure.axes[0].lines if line.get_linewidth() == 2.2]
    assert any("one replication" in text for text in texts(figure))


def test_no_two_strategies_differ_by_colour_alone() -> None:
    assert len(set(MARKERS)) == len(MARKERS) == len(PALETTE)


@pytest.mark.parametrize("colour", PALETTE)
def test_text_in_any_palette_colour_is_readable_on_white(colour: str) -> None:
    # WCAG 2.1, 1.4.3: contrast of 4.5 to 1.
    channels = np.array(mpl.colors.to_rgb(legible(colour)))
    linear = np.where(channels <= 0.03928, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    luminance = float(linear @ np.array([0.2126, 0.7152, 0.0722]))
    assert 1.05 / (luminance + 0.05) >= 4.5


def test_drawing_leaves_the_callers_style_alone() -> None:
    before = dict(mpl.rcParams)
    picture()
    assert dict(mpl.rcParams) == before
    with theme():
        assert mpl.rcParams["axes.spines.top"] is False


@pytest.mark.parametrize("suffix", [".png", ".svg", ".pdf"])
def test_the_same_numbers_make_the_same_bytes(tmp_path: Path, suffix: str) -> None:
    one, two = save(picture(), tmp_path / f"a{suffix}"), save(picture(), tmp_path / f"b{suffix}")
    assert one.read_bytes() == two.read_bytes()
    assert one.stat().st_size > 5_000


def test_an_unknown_format_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"a figure is written as \.png, \.svg, \.pdf; found suffix \.bmp"):
        save(picture(), tmp_path / "a.bmp")


@pytest.mark.parametrize(
    ("points", "message"),
    [
        ([], "at least one strategy"),
        ([POINTS[0], POINTS[0]], "different names"),
        (POINTS[1:], "reference strategy 'no_action' is not among"),
        ([POINTS[0], StrategyPoint("x", math.nan, 0.5)], "'x' has no finite Customers kept or Net recovery"),
    ],
)
def test_points_that_cannot_be_drawn_are_refused(points: list[StrategyPoint], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        picture(points)


def test_labels_of_strategies_with_the_very_same_result_are_still_apart() -> None:
    names = ["no_action", *(f"strategy_{i}" for i in range(4))]
    boxes = label_boxes(picture([StrategyPoint(name, 60.0, 30.0) for name in names]), names)
    assert not any(one.overlaps(other) for one, other in combinations(boxes.values(), 2))
