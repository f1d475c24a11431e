"""Papers beside the model: colour says the verdict, an open band reaches the frame, nothing is drawn of nothing."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from simcollect.core.words import Lang
from simcollect.plots.against_paper import PaperPanel, PaperRow, against_paper
from simcollect.plots.theme import BLUE, QUIET, VERMILLION
from simcollect.replays import REPLAYS, Replays
from simcollect.replays.results import rows_of
from tests.plots.drawing import LANGS, no_letter_missing, outside, overlapping, words


def drawn(*rows: PaperRow) -> Figure:
    return against_paper([PaperPanel("X1  One SMS", rows)], digest="abc")


AGREES = PaperRow("first", "pp", -4.4, -6.6, -2.2, -4.0, -4.5, -3.5, "agrees")
DISAGREES = PaperRow("second", "pp", -4.4, -6.6, -2.2, -0.9, -1.2, -0.6, "disagrees")
OPEN = PaperRow("third", "pp", None, None, 0.0, -0.1, -0.4, 0.2, "cannot tell")


def test_colour_and_word_say_the_verdict() -> None:
    figure = drawn(AGREES, DISAGREES, OPEN)
    points = [line for axes in figure.axes for line in axes.lines if line.get_marker() == "o"]
    assert [point.get_markeredgecolor() for point in points] == [BLUE, VERMILLION, QUIET]
    assert [point.get_markerfacecolor() for point in points] == [BLUE, VERMILLION, "none"]
    assert {"agrees", "disagrees", "cannot tell", "X1  One SMS", "Run abc"} <= set(words(figure))


def test_the_band_and_the_printed_value_stand_where_they_should() -> None:
    axes = drawn(AGREES).axes[0]
    (band,) = [patch for patch in axes.patches if isinstance(patch, Rectangle)]
    assert (band.get_x(), band.get_x() + band.get_width()) == pytest.approx((-6.6, -2.2))
    assert any(np.array_equal(np.asarray(line.get_xdata()), [-4.4, -4.4]) for line in axes.lines)


def test_an_open_band_reaches_the_frame_and_is_told_in_words() -> None:
    figure = drawn(OPEN)
    (band,) = [patch for patch in figure.axes[0].patches if isinstance(patch, Rectangle)]
    assert band.get_x() == figure.axes[0].get_xlim()[0]
    assert any("paper: below 0 pp" in text for text in words(figure))


def test_a_number_that_does_not_exist_is_said_not_drawn() -> None:
    nothing = PaperRow("none", "pp", None, 0.0, None, math.nan, math.nan, math.nan, "cannot tell")
    figure = drawn(nothing)
    assert not [line for line in figure.axes[0].lines if line.get_marker() == "o"]
    assert any("not defined" in text for text in words(figure))


def test_no_row_of_a_figure_lies_over_another() -> None:
    figure = drawn(AGREES, DISAGREES, OPEN)
    strips = sorted((axes.get_position().y0, axes.get_position().y1) for axes in figure.axes)
    assert all(lower[1] < upper[0] for lower, upper in pairwise(strips))
    assert strips[0][0] > 0.0


def test_without_a_panel_or_a_row_there_is_no_picture() -> None:
    with pytest.raises(ValueError, match="at least one panel"):
        against_paper([], digest="abc")
    with pytest.raises(ValueError, match="at least one row"):
        against_paper([PaperPanel("X1", ())], digest="abc")


@pytest.mark.parametrize("lang", LANGS)
def test_every_replay_fits_its_picture_in_both_languages(lang: Lang) -> None:
    rows = []
    for replay in REPLAYS.values():
        numbers = {measure.name: -12.345 for measure in replay.measures}
        rows += rows_of(replay, [numbers, {name: value + 20.0 for name, value in numbers.items()}])
    with no_letter_missing():
        figure = Replays(tuple(rows), None, {}, "abc").plot(lang)
        assert outside(figure) == []
        assert overlapping(figure) == []
