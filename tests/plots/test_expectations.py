"""The picture of expectations: every claim where it says, colours by verdict, nothing outside the paper."""

from __future__ import annotations

import math

import pytest

from simcollect.core.words import LANGS, Lang
from simcollect.plots.expectations import ExpectationClaim, ExpectationGroup, ExpectationRow, expectations
from simcollect.plots.theme import BLUE, PAPER, QUIET, VERMILLION

YES = ExpectationRow(2.0, 1.0, 3.0, 0.0, "agrees", "+2 [+1, +3]")
NO = ExpectationRow(-2.0, -3.0, -1.0, 0.0, "disagrees", "-2 [-3, -1]")
OPEN = ExpectationRow(0.1, -1.0, 1.2, 4.0, "cannot tell", "+0.1 [-1, +1.2]")
NAN = ExpectationRow(math.nan, math.nan, math.nan, 0.0, "cannot tell", "")


def group(*rows: ExpectationRow | None, title: str = "D1  A week of grace") -> ExpectationGroup:
    return ExpectationGroup(title, tuple(ExpectationClaim(f"claim {i}", (row,)) for i, row in enumerate(rows)))


def test_colour_and_filling_tell_the_verdict() -> None:
    (axes,) = expectations([group(YES, NO, OPEN)], ["mine"], "foot").axes
    marks = [line for line in axes.lines if line.get_marker() == "o"]
    assert [mark.get_markeredgecolor() for mark in marks] == [BLUE, VERMILLION, QUIET]
    assert [mark.get_markerfacecolor() for mark in marks] == [BLUE, VERMILLION, PAPER]


def test_every_row_is_scaled_by_its_own_larger_end_or_band() -> None:
    (axes,) = expectations([group(YES, OPEN)], ["mine"], "foot").axes
    bars = [line.get_xdata() for line in axes.lines if len(line.get_xdata()) == 2 and line.get_linewidth() == 2.0]
    assert [float(end) for end in bars[0]] == pytest.approx([1 / 3, 1.0])
    assert [float(end) for end in bars[1]] == pytest.approx([-0.25, 0.3]), "the band reaches further than the interval"


@pytest.mark.parametrize("lang", LANGS)
def test_numbers_stand_beside_the_rows_and_what_is_not_counted_says_so(lang: Lang) -> None:
    figure = expectations([group(YES, NAN, None), group(NO, title="D2")], ["mine"], "foot", lang=lang)
    texts = [text.get_text() for axes in figure.axes for text in axes.texts]
    assert texts == ["+2 [+1, +3]", "无数值" if lang == "zh" else "not counted", "-2 [-3, -1]"]
    words = [text.get_text() for text in figure.texts]
    assert {"mine", "D2", "claim 2", "foot"} <= set(words)


def test_all_text_stays_on_the_paper() -> None:
    long = "A demonstration whose title is so long that it does not fit into one line of the picture at all, not at all"
    figure = expectations([group(YES, OPEN, title=long)], ["mine"], "foot")
    canvas = figure.canvas.get_renderer()  # type: ignore[attr-defined]
    width, height = figure.get_size_inches() * figure.dpi
    for text in [*figure.texts, *(text for axes in figure.axes for text in axes.texts)]:
        box = text.get_window_extent(canvas)
        assert -1 <= box.x0 <= box.x1 <= width + 1, text.get_text()
        assert -1 <= box.y0 <= box.y1 <= height + 1, text.get_text()


def test_a_claim_needs_a_row_for_every_scenario() -> None:
    with pytest.raises(ValueError, match="1 rows for 2 scenarios"):
        expectations([group(YES)], ["mine", "yours"], "foot")
    with pytest.raises(ValueError, match="needs a demonstration"):
        expectations([], ["mine"], "foot")
