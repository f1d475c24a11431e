"""Figures: what is drawn is what was given, labels never collide, and the same numbers make the same bytes."""

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

from simcollect.plots import PALETTE, ForestPanel, ForestRow, StrategyPoint, forest, recovery_kept, save, theme
from simcollect.plots.theme import BLUE, MARKERS, QUIET, VERMILLION, legible

POINTS = [
    StrategyPoint("no_action", 0.212, 0.611),
    StrategyPoint("gentle", 0.287, 0.668, (0.062, 0.088), (0.048, 0.066)),
    StrategyPoint("balanced", 0.318, 0.662, (0.092, 0.118), (0.041, 0.061)),
    StrategyPoint("firm", 0.331, 0.583, (0.104, 0.134), (-0.041, -0.015)),
    StrategyPoint("settle_early", 0.309, 0.671, (0.078, 0.116), (0.049, 0.071)),
]


def picture(points: list[StrategyPoint] = POINTS, n_replications: int = 20) -> Figure:
    return recovery_kept(points, "no_action", n_replications, "3f9c1e7ab20d", day=365)


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


def test_the_picture_carries_the_digest_the_units_and_what_the_bars_are() -> None:
    shown = texts(picture())
    assert "Run 3f9c1e7ab20d" in shown
    assert "Customers kept (% of accounts)" in shown
    assert "Net recovery (% of opening balance)" in shown
    assert any("paired difference to no_action" in text and "20 replications" in text for text in shown)


def test_points_stand_where_the_numbers_say_and_bars_are_as_long_as_the_intervals() -> None:
    lines = picture().axes[0].lines
    marks = [(line.get_xdata()[0], line.get_ydata()[0]) for line in lines if line.get_linestyle() == "None"]  # type: ignore[index]
    assert marks == [(pytest.approx(100 * p.kept_share), pytest.approx(100 * p.recovery_share)) for p in POINTS]
    bars = [line for line in lines if line.get_linewidth() == 2.2]
    lengths = [max(np.ptp(line.get_xdata()), np.ptp(line.get_ydata())) for line in bars]
    intervals = [interval for p in POINTS for interval in (p.kept_interval, p.recovery_interval) if interval]
    assert lengths == pytest.approx([100 * (high - low) for low, high in intervals])


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
        x, y = figure.axes[0].transData.transform((100 * point.kept_share, 100 * point.recovery_share))
        assert not any(box.contains(x, y) for box in boxes.values())


SHARES = st.floats(0.0, 1.0)


@settings(max_examples=15, deadline=None)
@given(st.lists(st.tuples(SHARES, SHARES), min_size=1, max_size=7))
def test_labels_never_overlap_wherever_the_points_lie(places: list[tuple[float, float]]) -> None:
    names = [f"strategy_{i}" for i in range(len(places))]
    points = [StrategyPoint(name, y, x) for name, (x, y) in zip(names, places, strict=True)]
    figure = recovery_kept(points, names[0], 1, "d", day=365)
    boxes = label_boxes(figure, names)
    assert len(boxes) == len(names)
    assert not any(one.overlaps(other) for one, other in combinations(boxes.values(), 2))
    frame = figure.axes[0].get_window_extent()
    assert all(frame.x0 <= box.x0 and box.x1 <= frame.x1 for box in boxes.values())


def test_one_replication_draws_no_bars_and_says_so() -> None:
    figure = picture([StrategyPoint(p.name, p.recovery_share, p.kept_share) for p in POINTS], n_replications=1)
    assert not [line for line in figure.axes[0].lines if line.get_linewidth() == 2.2]
    assert any("One replication: no intervals" in text for text in texts(figure))


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
        ([POINTS[0], StrategyPoint("x", math.nan, 0.5)], "'x' has no finite recovery"),
    ],
)
def test_points_that_cannot_be_drawn_are_refused(points: list[StrategyPoint], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        picture(points)


def panel(
    title: str = "C  Cost", better: bool | None = False, *rows: tuple[str, float, float | None, float | None]
) -> ForestPanel:
    return ForestPanel(title, "per account", better, tuple(ForestRow(*row) for row in rows))


def colours(figure: Figure) -> list[str]:
    return [str(line.get_markeredgecolor()) for line in figure.axes[0].lines if line.get_marker() == "o"]


def test_the_forest_is_blue_for_better_vermillion_for_worse_and_grey_for_cannot_tell() -> None:
    rows = (("cheaper", -5.0, -8.0, -2.0), ("dearer", 5.0, 2.0, 8.0), ("unclear", 1.0, -1.0, 3.0))
    assert colours(forest([panel("C  Cost", False, *rows)], "ref", 9, "d", 365)) == [BLUE, VERMILLION, QUIET]
    assert colours(forest([panel("R", True, *rows)], "ref", 9, "d", 365)) == [VERMILLION, BLUE, QUIET]


def test_the_forest_writes_each_difference_with_its_sign() -> None:
    rows = (("a", -5.25, -8.0, -2.0), ("b", 12.5, 2.0, 20.0), ("c", 0.0, -1.0, 1.0))
    shown = texts(forest([panel("C  Cost", False, *rows)], "ref", 9, "d", 365))
    assert {"\u22125.2", "+12.5", "0.0", "C  Cost", "per account", "Run d"} <= set(shown)


def test_a_difference_that_does_not_exist_is_said_not_drawn() -> None:
    figure = forest([panel("C  Cost", False, ("a", math.nan, None, None), ("b", 1.0, None, None))], "ref", 1, "d", 365)
    assert "not defined" in texts(figure)
    assert any("no difference is established" in text for text in texts(figure))
    assert colours(figure) == [QUIET]


def test_panels_with_other_strategies_are_refused() -> None:
    one, two = panel("C", False, ("a", 1.0, 0.0, 2.0)), panel("R", True, ("b", 1.0, 0.0, 2.0))
    with pytest.raises(ValueError, match="panel 'R' has strategies"):
        forest([one, two], "ref", 9, "d", 365)
    with pytest.raises(ValueError, match="at least one panel"):
        forest([], "ref", 9, "d", 365)


def test_labels_of_strategies_with_the_very_same_result_are_still_apart() -> None:
    names = ["no_action", *(f"strategy_{i}" for i in range(4))]
    boxes = label_boxes(picture([StrategyPoint(name, 0.3, 0.6) for name in names]), names)
    assert not any(one.overlaps(other) for one, other in combinations(boxes.values(), 2))
