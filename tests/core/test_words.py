"""One name a code in each language."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from enum import IntEnum

import pytest

from simcollect.core import codes
from simcollect.core.errors import InputError
from simcollect.core.words import LANGS, check_lang, name_of


def told() -> Iterator[type[IntEnum]]:
    for _, kind in inspect.getmembers(codes, inspect.isclass):
        if issubclass(kind, IntEnum) and kind not in (IntEnum, codes.Purpose):
            yield kind


@pytest.mark.parametrize("kind", list(told()), ids=lambda kind: kind.__name__)
def test_every_code_has_a_name_of_its_own_in_both_languages(kind: type[IntEnum]) -> None:
    for lang in LANGS:
        names = [name_of(code, lang) for code in kind]
        assert len(set(names)) == len(names), f"{kind.__name__} has one name for two codes in {lang}"
        assert all(name and "_" not in name for name in names)


@pytest.mark.parametrize("kind", list(told()), ids=lambda kind: kind.__name__)
def test_chinese_names_are_chinese_and_english_names_are_not(kind: type[IntEnum]) -> None:
    for code in kind:
        assert re.search(r"[\u4e00-\u9fff]", name_of(code, "zh"))
        assert name_of(code, "en").isascii()


def test_a_moratorium_may_be_a_house_rule_and_is_not_called_statutory() -> None:
    assert name_of(codes.Hold.MORATORIUM, "zh") == "暂缓催收期"


def test_draws_are_not_told() -> None:
    for lang in LANGS:
        with pytest.raises(KeyError):
            name_of(codes.Purpose.SHOCK, lang)


def test_an_unknown_language_is_refused_with_the_known_ones() -> None:
    assert [check_lang(lang) for lang in LANGS] == list(LANGS)
    with pytest.raises(InputError, match="Expected en or zh"):
        check_lang("fr")
