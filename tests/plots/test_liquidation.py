"""Liquidation curves: lines and bands from the numbers given, names beside the ends of their lines."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simcollect.core.words import Lang
from simcollect.plots import Curve, liquidation_by_strategy, liquidation_by_vintage
from simcollect.plots.labels import spread
from tests.plots.drawing import drawn_texts, has_chinese, words

TIMES = np.array([0.0, 90.0, 180.0])


def curve(name: str, top: float, half: float | None = None) -> Curve:
    share = np.array([0.0, 0.6, 1.0]) * top
    return Curve(name, TIMES, share, None if half is None else share - half, None if half is None else share + half)


def test_lines_and_bands_stand_where_the_numbers_say() -> None:
    axes = liquidation_by_strategy([curve("firm", 0.3, 0.05), curve("gentle", 0.2, 0.02)], 20, "d").axes[0]
    assert list(axes.lines[0].get_ydata()) == pytest.approx([0.0, 18.0, 30.0])
    band = axes.collections[0].get_paths()[0].vertices
    assert (np.min(band[:, 1]), np.max(band[:, 1])) == (pytest.approx(-5.0), pytest.approx(35.0))
    assert axes.get_ylim()[0] <= -5.0


def test_bands_are_explained_as_intervals_of_the_level_and_missing_ones_as_missing() -> None:
    many = " ".join(words(liquidation_by_strategy([curve("firm", 0.3, 0.05)], 20, "d")))
    assert "intervals of the level over 20 replications" in many.replace("\n", " ")
    one = liquidation_by_strategy([curve("firm", 0.3)], 1, "d")
    assert any(text.startswith("One replication: no intervals.") for text in words(one))
    assert not one.axes[0].collections


@pytest.mark.parametrize(
    ("lang", "told"), [("en", "straight lines between them are drawn, not counted"), ("zh", "仅为连线")]
)
def test_lines_between_few_reading_days_are_said_to_be_drawn_and_those_of_every_day_are_not(
    lang: Lang, told: str
) -> None:
    if lang == "zh" and not has_chinese():
        pytest.skip("no font with Chinese is installed here")
    days = np.arange(1.0, 100.0)
    for drawn, is_told in ((curve("firm", 0.3), True), (Curve("firm", days, days / 100.0), False)):
        shown = " ".join(words(liquidation_by_strategy([drawn], 1, "d", lang=lang))).replace("\n", " ")
        assert (told in shown) == is_told


def test_names_stand_in_the_order_of_the_lines_ends_even_where_these_coincide() -> None:
    figure = liquidation_by_strategy([curve(name, 0.3) for name in ("a1", "b2", "c3")] + [curve("top", 0.5)], 1, "d")
    heights = {text: box.y0 for text, box in drawn_texts(figure) if text in ("a1", "b2", "c3", "top")}
    assert sorted(heights, key=heights.__getitem__) == ["a1", "b2", "c3", "top"]


def test_few_vintages_are_named_and_many_are_told_by_a_scale() -> None:
    few = liquidation_by_vintage([curve(f"2005-{i:02d}", 0.1 * i) for i in range(1, 5)], "d")
    assert {"2005-01", "2005-04"} <= set(words(few))
    many = liquidation_by_vintage([curve(f"{y}-{m:02d}", 0.3) for y in (2005, 2006) for m in range(1, 13)], "d")
    shown = [text for text in words(many) if text.startswith("200")]
    assert (shown[0], shown[-1]) == ("2005-01", "2006-12")
    assert len(shown) == 7


@pytest.mark.parametrize(
    ("curves", "message"),
    [
        ([], "at least one curve"),
        ([curve("a", 0.1), curve("a", 0.2)], "different names"),
        ([Curve("a", TIMES, np.zeros(2))], "'a' needs at least one time"),
        ([Curve("a", np.zeros(0), np.zeros(0))], "'a' needs at least one time"),
        ([Curve("a", TIMES, np.zeros(3), np.zeros(3), None)], "one end of its interval without the other"),
    ],
)
def test_curves_that_cannot_be_drawn_are_refused(curves: list[Curve], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        liquidation_by_strategy(curves, 1, "d")
    with pytest.raises(ValueError, match=message):
        liquidation_by_vintage(curves, "d")


@given(st.lists(st.floats(0.0, 10.0), min_size=1, max_size=10))
def test_spread_positions_keep_their_order_their_distance_and_their_bounds(wanted: list[float]) -> None:
    found = spread(wanted, 1.0, 0.0, 10.0)
    order = sorted(range(len(wanted)), key=lambda i: (wanted[i], i))
    along = [found[i] for i in order]
    assert all(b - a >= 1.0 - 1e-9 for a, b in pairwise(along))
    assert min(along) >= -1e-9
    assert max(along) <= 10.0 + 1e-9


def test_positions_that_are_apart_already_stay_where_they_are() -> None:
    assert spread([7.0, 1.0, 3.0], 1.0, 0.0, 10.0) == [7.0, 1.0, 3.0]
