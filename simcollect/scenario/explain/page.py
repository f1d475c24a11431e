"""A text in sections, as plain text for a terminal and as Markdown."""

from __future__ import annotations

from dataclasses import dataclass

from simcollect.core.wrapping import wrapped


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
