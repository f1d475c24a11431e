"""What must hold of every picture, from ordinary and from extreme numbers, in both languages."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import matplotlib as mpl
import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from simcollect.core.words import Lang
from simcollect.plots import save
from tests.plots.cases import CASES, DIGEST
from tests.plots.drawing import LANGS, drawn_texts, no_letter_missing, outside, overlapping, same_bytes, words


@lru_cache
def drawn(case: str, lang: Lang) -> Figure:
    """Return a picture that several tests look at."""
    return CASES[case](lang)


ALL = pytest.mark.parametrize("case", CASES)
BOTH = pytest.mark.parametrize("lang", LANGS)


@ALL
@BOTH
def test_no_text_leaves_the_picture_or_covers_another(case: str, lang: Lang) -> None:
    with no_letter_missing():
        figure = drawn(case, lang)
        assert outside(figure) == []
        assert overlapping(figure) == []


@ALL
@BOTH
def test_the_small_print_tells_which_run_it_is(case: str, lang: Lang) -> None:
    digest = {"en": f"Run {DIGEST}", "zh": f"运行编号 {DIGEST}"}[lang]
    assert digest in words(drawn(case, lang))


@pytest.mark.parametrize(
    ("case", "suffix"),
    [
        ("trade-off", ".png"),
        ("trade-off", ".svg"),
        ("trade-off", ".pdf"),
        ("liquidation of ten years", ".svg"),
        ("cash", ".svg"),
        ("rolls", ".pdf"),
        ("flow", ".svg"),
        ("funnel", ".png"),
        ("load", ".png"),
        ("life", ".pdf"),
    ],
)
@BOTH
def test_the_same_numbers_make_the_same_bytes_without_a_letter_missing(
    case: str, lang: Lang, suffix: str, tmp_path: Path
) -> None:
    with no_letter_missing():
        assert same_bytes(CASES[case](lang), CASES[case](lang), tmp_path, suffix)


@ALL
@BOTH
def test_every_axis_with_numbers_names_what_it_measures_and_in_which_unit(case: str, lang: Lang) -> None:
    figure = drawn(case, lang)
    shown = words(figure)
    for axes in figure.axes:
        for axis in (axes.xaxis, axes.yaxis):
            numbers = [tick.get_text() for tick in axis.get_ticklabels() if tick.get_text()]
            if axis.get_visible() and axes.axison and any(_is_number(text) for text in numbers):
                assert _is_named(axes, axis is axes.xaxis, figure.axes, shown), (case, numbers)


def _is_number(text: str) -> bool:
    try:
        float(text.replace(",", "").replace("\u2212", "-"))
    except ValueError:
        return False
    return True


def _is_named(axes: Axes, is_x: bool, family: list[Axes], shown: list[str]) -> bool:
    """An axis' own label, that of the axes it shares its row or column with, or a text above the vertical axis."""
    here = axes.get_position()
    same = [a for a in family if (here.x0 == a.get_position().x0 if is_x else here.y0 == a.get_position().y0)]
    labels = [(a.get_xlabel() if is_x else a.get_ylabel()) for a in same] + (
        [] if is_x else [t.get_text() for t in axes.texts]
    )
    return any(_has_unit(label) for label in labels if label in shown)


def _has_unit(label: str) -> bool:
    units = ("days", "months", "%", "TWD", "points", "items", "天", "月", "件")
    return any(unit in label for unit in units)


@BOTH
def test_drawing_leaves_the_callers_style_alone(lang: Lang) -> None:
    before = dict(mpl.rcParams)
    for case in ("trade-off", "forest", "cash", "rolls", "flow", "funnel", "load of one idle day", "life"):
        CASES[case](lang)
    assert dict(mpl.rcParams) == before


def test_a_figure_keeps_its_typeface_when_the_caller_draws_it_in_another_style(tmp_path: Path) -> None:
    save(CASES["cash"]("en"), tmp_path / "a.png")
    figure = CASES["cash"]("en")
    with mpl.rc_context({"font.family": "serif", "font.size": 30.0}):
        figure.savefig(tmp_path / "b.png", metadata={"Software": None})
    assert (tmp_path / "a.png").read_bytes() == (tmp_path / "b.png").read_bytes()


def test_the_checks_of_this_file_see_what_they_look_for() -> None:
    figure = CASES["funnel of one"]("en")
    figure.text(0.9, 0.5, "a text that runs out of the picture on the right side")
    figure.text(0.1, 0.5, "one text")
    figure.text(0.1, 0.5, "another text")
    assert outside(figure) == ["a text that runs out of the picture on the right side"]
    assert ("one text", "another text") in overlapping(figure)
    assert len(drawn_texts(figure)) > 3


@pytest.mark.parametrize("case", ["trade-off", "load", "funnel"])
def test_an_unknown_language_is_refused(case: str) -> None:
    with pytest.raises(ValueError, match="labelled in en or zh; found 'de'"):
        CASES[case]("de")  # type: ignore[arg-type]
