"""Text in lines for a terminal, in English and Chinese."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from typing import Final

WIDTH: Final = 96
"""Columns of a terminal that plain text fills."""
_NOT_FIRST: Final = "，。；：、！？）」』”’》】"
"""Marks that never begin a line in Chinese."""


def columns(text: str) -> int:
    """Return how many columns of a terminal a text takes: a Chinese character takes two.

    Examples
    --------
    >>> columns("SMS"), columns("短信")
    (3, 4)
    """
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)


def wrapped(text: str, first: str, later: str, width: int = WIDTH) -> Iterator[str]:
    """Yield a text in lines of at most ``width`` columns; Chinese breaks between any two characters.

    Parameters
    ----------
    first, later : str
        What the first line and the later ones begin with.

    Examples
    --------
    >>> list(wrapped("one two three", "- ", "  ", 9))
    ['- one two', '  three']
    """
    line = first
    begun = False
    for piece in _pieces(text):
        if begun and columns(line) + columns(piece.rstrip()) > width:
            yield line.rstrip()
            line = later
        line += piece
        begun = True
    yield line.rstrip()


def _pieces(text: str) -> Iterator[str]:
    """Yield words and single Chinese characters, each with the marks and blanks that follow it."""
    piece = ""
    for sign in text:
        wide = unicodedata.east_asian_width(sign) in "WF"
        ends = piece != "" and (piece[-1] == " " or wide or unicodedata.east_asian_width(piece[-1]) in "WF")
        if ends and sign != " " and sign not in _NOT_FIRST and piece[-1] not in "（“「":
            yield piece
            piece = ""
        piece += sign
    if piece:
        yield piece
