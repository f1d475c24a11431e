"""A told story as a value: sentences, each with its day and the rows behind it, in paragraphs under headings."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from simcollect.core.words import Lang


@dataclass(frozen=True)
class Sentence:
    """One thing told.

    Attributes
    ----------
    text
        What is told, for a person to read.
    at
        Minute of the run at which it began; None where it sums up.
    rows
        Positions in ``log.rows`` of the rows it was told from.
    """

    text: str
    at: int | None
    rows: tuple[int, ...]

    def __str__(self) -> str:
        """Return the text."""
        return self.text


@dataclass(frozen=True)
class Paragraph:
    """Sentences that belong together.

    Attributes
    ----------
    heading
        "" for the opening paragraph.
    sentences
        In the order of time.
    as_list
        Whether every sentence stands on a line of its own (``detail="full"``).
    """

    heading: str
    sentences: tuple[Sentence, ...]
    as_list: bool = False


@dataclass(frozen=True)
class Story:
    """One account's life, told from its event log alone.

    Attributes
    ----------
    title
        Account, scenario, strategy.
    paragraphs
        Who; what happened, by stage; how it ended; and, clearly apart, what the simulation alone knows.
    account
        Position in ``log.accounts``.
    lang
        Language it is told in.

    Examples
    --------
    >>> told = Story("Account 7", (Paragraph("", (Sentence("It owed EUR 5.00.", 0, (0,)),)),), account=6, lang="en")
    >>> print(told)
    Account 7
    <BLANKLINE>
    It owed EUR 5.00.
    """

    title: str
    paragraphs: tuple[Paragraph, ...]
    account: int
    lang: Lang

    @property
    def sentences(self) -> tuple[Sentence, ...]:
        """All sentences, in the order they are told."""
        return tuple(sentence for paragraph in self.paragraphs for sentence in paragraph.sentences)

    def __str__(self) -> str:
        """Return the story as plain text, a paragraph a line."""
        return "\n\n".join(self._parts("", "", "  "))

    def to_markdown(self) -> str:
        """Return the story as Markdown, headings marked, ending with a line break."""
        return "\n\n".join(self._parts("# ", "## ", "- ")) + "\n"

    def _repr_markdown_(self) -> str:
        """Return what a notebook shows."""
        return self.to_markdown()

    def _parts(self, title: str, heading: str, item: str) -> Iterator[str]:
        yield title + self.title
        between = " " if self.lang == "en" else ""  # Chinese sets no space after a full stop
        for paragraph in self.paragraphs:
            if paragraph.as_list:
                body = "\n".join(item + sentence.text for sentence in paragraph.sentences)
            else:
                body = between.join(sentence.text for sentence in paragraph.sentences)
            if not paragraph.heading:
                yield body
            elif heading:
                yield heading + paragraph.heading
                yield body
            else:
                yield f"{paragraph.heading}\n{body}"
