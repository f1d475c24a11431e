"""Forest: colour says what the interval allows to say, and no more."""

from __future__ import annotations

import math

import pytest
from matplotlib.figure import Figure

from simcollect.plots import ForestPanel, ForestRow, forest
from simcollect.plots.theme import BLUE, QUIET, VERMILLION
from tests.plots.drawing import words as texts


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
