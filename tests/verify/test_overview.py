"""Many cases in one picture: each on its line, each quantity where its distance from theory is."""

from __future__ import annotations

import math

import pytest
from matplotlib.colors import to_hex

from simcollect.core.words import LANGS, Lang
from simcollect.plots.theme import BLUE, VERMILLION
from simcollect.verify.overview import MOST_CASES, overview
from simcollect.verify.verdict import Row
from simcollect.verify.verification import Verification


def row(case: int, z: float, plausibility: str = "") -> Row:
    verdict = "agrees" if abs(z) <= 4.0 else "disagrees"
    return Row(
        f"case{case}", f"Case {case}", "a book", "q", 1.0, 1.0, 1.0 + z, 1.0, z, verdict, 40, {}, plausibility  # type: ignore[arg-type]
    )  # fmt: skip


CASES = tuple(row(case, z) for case in range(MOST_CASES + 1) for z in (-1.5, 0.0, float(case)))


def test_a_point_stands_at_its_distance_on_its_case_s_line() -> None:
    axes = overview(CASES, seed=1).axes[0]
    points = [
        (float(line.get_xdata()[0]), float(line.get_ydata()[0])) for line in axes.lines if line.get_marker() == "o"
    ]  # type: ignore[index]
    assert (-1.5, 3.0) in points
    assert (3.0, 3.0) in points
    assert len(points) == sum(abs(each.z) <= 5.0 for each in CASES)


def test_what_disagrees_has_another_colour_and_stands_at_the_end_when_it_is_far_off() -> None:
    rows = (*CASES, row(20, -4.5), row(21, math.inf), row(22, 1.0, plausibility="one source"))
    marks = {
        (float(line.get_xdata()[0]), float(line.get_ydata()[0])): line  # type: ignore[index]
        for line in overview(rows, seed=1).axes[0].lines
        if line.get_marker() in ("o", "<", ">")
    }
    low, far, told = marks[-4.5, 9.0], marks[5.0, 10.0], marks[1.0, 11.0]
    assert to_hex(low.get_markeredgecolor()) == to_hex(far.get_markeredgecolor()) == to_hex(VERMILLION)
    assert (low.get_marker(), far.get_marker()) == ("o", ">")
    assert (to_hex(told.get_markeredgecolor()), told.get_markerfacecolor()) == (to_hex(BLUE), "none")


@pytest.mark.parametrize("lang", LANGS)
def test_a_few_cases_show_every_quantity_and_many_a_line_each(lang: Lang) -> None:
    few = Verification(CASES[:6], 1, 0.0).plot(lang).axes[0]
    many = Verification(CASES, 1, 0.0).plot(lang).axes[0]
    assert sum(text.get_text() == "q" for text in few.texts) == 6
    assert not any(text.get_text() == "q" for text in many.texts)
    assert sum(text.get_text().startswith("Case ") for text in many.texts) == MOST_CASES + 1
