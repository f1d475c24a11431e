"""A text in sections, as plain text for a terminal and as Markdown."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

WIDTH: Final = 96
"""Columns of a terminal that plain text fills."""
_NOT_FIRST: Final = "，。；：、！？）」』”’》】"
"""Marks that never begin a line in Chinese."""


@dataclass(frozen=True)
class Section:
    """A heading with its sentences, each a whole sentence in one language."""

    title: str
    sentences: tuple[str, ...]


@dataclass(frozen=True)
class Page:
    """A title, an opening, and sections of sentences.

    Attributes
    ----------
    title : str
        What the text is about.
    opening : tuple of str
        Sentences before the first section.
    sections : tuple of Section
        In the order in which they are read.
    closing : tuple of str
        Sentences after the last section.
    """

    title: str
    opening: tuple[str, ...]
    sections: tuple[Section, ...]
    closing: tuple[str, ...] = ()

    def __str__(self) -> str:
        """Return the text for a terminal."""
        blocks = [self.title]
        blocks += ["\n".join(wrapped(line, "", "")) for line in self.opening]
        for section in self.sections:
            lines = [line for told in section.sentences for line in wrapped(told, "  - ", "    ")]
            blocks.append("\n".join([section.title, *lines]))
        blocks += ["\n".join(wrapped(line, "", "")) for line in self.closing]
        return "\n\n".join(blocks)

    def to_markdown(self) -> str:
        """Return the text as Markdown, ended by a line break."""
        blocks = [f"# {_safe(self.title)}", *(_safe(line) for line in self.opening)]
        for section in self.sections:
            told = "\n".join(f"- {_safe(line)}" for line in section.sentences)
            blocks.append(f"## {_safe(section.title)}\n\n{told}")
        return "\n\n".join([*blocks, *(_safe(line) for line in self.closing)]) + "\n"

    def _repr_markdown_(self) -> str:
        """Return the text as a notebook shows it."""
        return self.to_markdown()


def _safe(text: str) -> str:
    """Return a text whose marks Markdown does not read as its own: names may hold underscores."""
    for mark in "\\`*_<>[]":
        text = text.replace(mark, f"\\{mark}")
    return " ".join(text.split())


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
