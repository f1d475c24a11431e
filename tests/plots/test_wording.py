"""Sentences in two languages: none missing, the same blanks in both, and lines that fit."""

from __future__ import annotations

import importlib
import pkgutil
import re
from string import Formatter

import pytest

import simcollect.experiment
import simcollect.plots
from simcollect.core.words import LANGS, Lang
from simcollect.experiment.axes import measure_axis
from simcollect.experiment.measure import ALL_MEASURES
from simcollect.plots.fonts import chinese_family, has_characters
from simcollect.plots.theme import new_figure, theme
from simcollect.plots.wording import Wording, text_width, wrapped
from tests.plots.drawing import LANGS as DRAWN_LANGS
from tests.plots.drawing import has_chinese

ALL = {
    f"{module.__name__}.{name}": value
    for package in (simcollect.plots, simcollect.experiment)
    for info in pkgutil.iter_modules(package.__path__)
    for module in [importlib.import_module(f"{package.__name__}.{info.name}")]
    for name, value in vars(module).items()
    if isinstance(value, Wording)
}


def test_every_picture_has_its_words() -> None:
    assert len(ALL) >= 11


@pytest.mark.parametrize("wording", ALL.values(), ids=ALL.keys())
def test_both_languages_say_the_same_with_the_same_blanks(wording: Wording) -> None:
    for name, texts in wording.sentences.items():
        assert set(texts) == set(LANGS), name
        blanks = [{field for _, field, _, _ in Formatter().parse(text) if field} for text in texts.values()]
        assert blanks[0] == blanks[1], name
        is_only_blanks = not re.sub(r"\{[^}]*\}|[\W\d]", "", texts["en"])
        assert is_only_blanks or re.search("[\u4e00-\u9fff]", texts["zh"]), name
        assert not re.search("[\u4e00-\u9fff]", texts["en"]), name


@pytest.mark.skipif(not has_chinese(), reason="no font with Chinese is installed here")
def test_the_typeface_has_every_character_that_pictures_may_write() -> None:
    texts = [
        text for wording in ALL.values() for sentences in wording.sentences.values() for text in sentences.values()
    ]
    texts += [measure_axis(measure, "TWD", 100, "zh").label for measure in ALL_MEASURES]
    needed = {character for text in texts for character in text if character >= "\u3000"}
    assert len(needed) > 200
    assert has_characters(chinese_family(), "".join(sorted(needed)))


@pytest.mark.parametrize("lang", LANGS)
def test_every_measure_has_a_name_and_a_unit(lang: Lang) -> None:
    labels = {measure: measure_axis(measure, "TWD", 100, lang) for measure in ALL_MEASURES}
    assert all(axis.label and axis.unit and axis.difference_unit for axis in labels.values())
    assert labels["cost_cents"].factor == 0.01
    assert labels["kept_share"].factor == 100.0
    same_letter = {axis.label for name, axis in labels.items() if name.endswith("_cents")}
    assert len(same_letter) == sum(name.endswith("_cents") for name in ALL_MEASURES)


TEXTS = {
    "en": "Paired difference to no_action, 20 replications, read on day 365. Bars: 95 % intervals of the difference.",
    "zh": "与 no_action 的配对差异，20 次重复模拟（借款人与运气均相同）。横线：95% 区间，实心点表示区间不含零。",
}


@pytest.mark.parametrize("lang", DRAWN_LANGS)
@pytest.mark.parametrize("width", [0.9, 1.7, 3.1])
def test_broken_lines_fit_and_lose_nothing(lang: Lang, width: float) -> None:
    with theme(lang):
        figure = new_figure(4.0, 1.0)
        lines = wrapped(figure, TEXTS[lang], width, 9.0).split("\n")
        assert len(lines) >= 2
        assert max(text_width(figure, line, 9.0) for line in lines) <= width
    assert "".join(lines).replace(" ", "") == TEXTS[lang].replace(" ", "")
    assert not any(line.startswith(("\uff0c", "\u3002", "\uff09", "\uff1a", "%")) for line in lines)
    assert not any(line.endswith("\uff08") for line in lines)


def test_a_word_wider_than_the_line_is_broken_where_it_must() -> None:
    with theme():
        lines = wrapped(new_figure(1.0, 1.0), "a " + "x" * 60, 1.0, 9.0).split("\n")
    assert len(lines) > 3
    assert "".join(lines).replace(" ", "") == "a" + "x" * 60


def test_an_unknown_language_is_refused() -> None:
    with pytest.raises(ValueError, match="en or zh; found 'fr'"):
        Wording(a=("x", "y")).in_language("fr")  # type: ignore[arg-type]
