"""The sentences of a picture in English and Chinese, side by side, and lines broken to the width they have."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final

from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties

from simcollect.core.words import LANGS, Lang

Say = Callable[..., str]
"""A sentence by its name, with its blanks filled: ``say("title", day=90)``."""

# A line may end after a space or beside a Chinese character, but no line starts with a closing mark.
_BREAKS: Final = re.compile(r"(?<=[ \u3000-\u303f\u4e00-\u9fff\uff00-\uffef])(?![，。：；、！？）》”%％ ])")
_OPENS: Final = ("（", "《", "“")


class Wording:
    """All sentences of one picture: a name for each, and its English and Chinese text with the same blanks.

    Examples
    --------
    >>> words = Wording(read=("Read on day {day}", "截至第{day}天"))
    >>> words.in_language("zh")("read", day=90)
    '截至第90天'
    """

    def __init__(self, **sentences: tuple[str, str]) -> None:
        self.sentences: Mapping[str, Mapping[str, str]] = {
            name: dict(zip(LANGS, texts, strict=True)) for name, texts in sentences.items()
        }

    def in_language(self, lang: Lang) -> Say:
        """Return the function that gives a sentence in one language.

        Raises
        ------
        ValueError
            If the language is none of :data:`simcollect.core.words.LANGS`.
        """
        if lang not in LANGS:
            raise ValueError(f"a picture is labelled in {' or '.join(LANGS)}; found {lang!r}")

        def say(name: str, **blanks: Any) -> str:
            return self.sentences[name][lang].format(**blanks)

        return say


def text_width(figure: Figure, text: str, points: float, bold: bool = False) -> float:
    """Return the width of one line in inches, in the typeface of the current theme."""
    canvas: Any = figure.canvas  # its method carries no annotations
    font = FontProperties(size=points, weight="bold" if bold else "normal")
    width, _, _ = canvas.get_renderer().get_text_width_height_descent(text, font, ismath=False)
    return float(width) / float(figure.dpi)


def wrapped(figure: Figure, text: str, width_inches: float, points: float, bold: bool = False) -> str:
    """Return the text with line breaks where a line would be wider, measured in the theme's own typeface.

    Chinese breaks between characters, never before a closing mark; a word wider than the line breaks anywhere.
    """
    lines: list[str] = []
    for paragraph in text.split("\n"):
        line = ""
        for piece in _fitting(figure, _pieces(paragraph), width_inches, points, bold):
            if line and text_width(figure, (line + piece).rstrip(), points, bold) > width_inches:
                lines.append(line.rstrip())
                line = ""
            line += piece
        lines.append(line.rstrip())
    return "\n".join(lines)


def _fitting(figure: Figure, pieces: Iterable[str], width_inches: float, points: float, bold: bool) -> Iterator[str]:
    for piece in pieces:
        is_too_wide = text_width(figure, piece.rstrip(), points, bold) > width_inches
        yield from (piece if is_too_wide else [piece])


def _pieces(text: str) -> list[str]:
    """Return the parts a line may be broken between; an opening mark goes with what follows it."""
    pieces: list[str] = []
    for piece in _BREAKS.split(text):
        if pieces and pieces[-1].endswith(_OPENS):
            pieces[-1] += piece
        else:
            pieces.append(piece)
    return pieces
