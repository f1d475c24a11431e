"""Expectations and groups in words, in English and Chinese."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from simcollect.core.codes import Cell
from simcollect.core.words import Lang, name_of
from simcollect.face.demonstration import Claim, Demonstration, group_of
from simcollect.face.verdict import Answer

_EXPECTED: Final[Mapping[str, tuple[str, str]]] = {
    "up": ("up", "上升"),
    "down": ("down", "下降"),
    "about": ("about the same", "基本不变"),
    "not_down": ("up or the same", "上升或不变"),
    "not_up": ("down or the same", "下降或不变"),
    "inverted_u": ("up, then down", "先升后降"),
    "concave": ("flattening", "增幅递减"),
    "straight": ("even steps", "增幅均匀"),
    "more_with": ("gain larger with {second}", "{second}越多，增益越大"),
    "less_with": ("gain smaller with {second}", "{second}越多，增益越小"),
}
_ANSWERS: Final[Mapping[Answer, str]] = {
    Answer.AGREES: "一致",
    Answer.DISAGREES: "不一致",
    Answer.CANNOT_TELL: "无法判断",
}
_GROUPS: Final[Mapping[tuple[str, str], tuple[str, str]]] = {
    ("risk", "low"): ("low risk", "低风险"),
    ("risk", "medium"): ("medium risk", "中风险"),
    ("risk", "high"): ("high risk", "高风险"),
    ("value", "low"): ("low value", "低价值客户"),
    ("value", "high"): ("high value", "高价值客户"),
    ("vulnerable", "yes"): ("vulnerable", "弱势客户"),
    ("vulnerable", "no"): ("not vulnerable", "非弱势客户"),
}


def expected_words(claim: Claim, demonstration: Demonstration, band: float = 0.0, lang: Lang = "en") -> str:
    """Return an expectation in words; the band is told in the outcome's unit."""
    second = demonstration.second
    named = "" if second is None else (second.knob_zh if lang == "zh" and second.knob_zh else second.knob)
    text = _EXPECTED[claim.expect][lang == "zh"].format(second=named)
    return f"{text} (± {band:.2g})" if band else text


def group_words(claim: Claim, lang: Lang = "en") -> str:
    """Return whom a claim is about, "" for everybody."""
    dimension, values = group_of(claim)
    words = []
    for value in values:
        if dimension == "cell":
            words.append(name_of(Cell[value.upper()], lang))
        else:
            words.append(_GROUPS.get((dimension, value), (value, value))[lang == "zh"])
    return ("、" if lang == "zh" else ", ").join(words)


def answer_words(answer: Answer, lang: Lang = "en") -> str:
    """Return a verdict in a language."""
    return _ANSWERS[answer] if lang == "zh" else answer.value
