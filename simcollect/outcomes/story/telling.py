"""Tells a gathered life in a language: the order of paragraphs, and which rows stand behind each sentence."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, Literal, TypeAlias, get_args

from simcollect.core.errors import InputError
from simcollect.core.eventlog import EventLog
from simcollect.core.words import Lang, check_lang
from simcollect.outcomes.story.chinese import Chinese
from simcollect.outcomes.story.choose import find_account
from simcollect.outcomes.story.english import English
from simcollect.outcomes.story.episodes import Chapter, Row
from simcollect.outcomes.story.gather import gather
from simcollect.outcomes.story.pen import Pen
from simcollect.outcomes.story.text import Paragraph, Sentence, Story

Detail: TypeAlias = Literal["case", "full"]
"""How much is told: a case file, or every row."""

_PENS: Final[dict[Lang, type[Pen]]] = {"en": English, "zh": Chinese}


def story(log: EventLog, account: int | str, lang: str = "en", detail: str = "case") -> Story:
    """Return one account's life in sentences, told from the log alone.

    Parameters
    ----------
    log
        Any event log.
    account
        The account's id (an int, or its digits), or its name.
    lang
        "en" or "zh".
    detail
        "case": what happened, gathered as in a case file: runs of attempts that reached nobody in one sentence, work
        folded into what it led to. "full": every row on a line of its own. In both, each row of the account stands
        behind exactly one sentence, or behind one of the opening, the sums and the closing note.

    Raises
    ------
    InputError
        If there is no such account, language or detail.

    Notes
    -----
    Days and times of day are those of the borrower's clock; what the book does by itself on a day of the run (accounts
    opened, instalments due, interest, the end) has that day. What a strategy cannot see (why the account is overdue,
    shocks to the household, goodwill) is told only in the last paragraph, and in ``detail="full"`` marked as unseen.
    """
    language = check_lang(lang)
    if detail not in get_args(Detail):
        raise InputError("", f'detail "{detail}"', "is not known", "Expected case or full")
    position = find_account(log, account)
    life = gather(log, position)
    pen = _PENS[language](log, position)
    # In a full telling every row has its own line, and stands behind no sum as well.
    opening, hidden, stated = ([], [], []) if detail == "full" else (life.opening, life.hidden, life.ending)
    paragraphs = [Paragraph("", _summed(pen.opening(life), opening))]
    if detail == "full":
        lines = tuple(Sentence(pen.line(row), row.at, (row.position,)) for row in life.everything)
        paragraphs += [Paragraph(pen.every_row, lines, as_list=True)] if lines else []
    else:
        paragraphs += [_chapter(pen, chapter) for chapter in life.chapters]
    ending = _summed(pen.ending(life), stated) if life.everything else ()
    if life.unfinished:
        behind = [row for item in life.unfinished for row in item.rows if detail == "case"]
        ending = (*ending, *_summed([pen.unfinished(life.unfinished)], behind))
    if ending:
        paragraphs.append(Paragraph(pen.ending_heading, ending))
    paragraphs.append(Paragraph(pen.knowledge_heading, _summed(pen.knowledge(life), hidden)))
    return Story(pen.title(life), tuple(paragraphs), position, language)


def _chapter(pen: Pen, chapter: Chapter) -> Paragraph:
    """Tell one chapter; what was charged meanwhile comes last."""
    told, before = [], -1
    heading = pen.heading(chapter)
    pen.turn()
    for episode in chapter.episodes:
        text = pen.sentence(episode, follows=episode.first.at == before)
        told.append(Sentence(text, episode.first.at, _positions(episode.rows())))
        before = episode.last.at
    if chapter.charges:
        told += _summed([pen.charges(chapter)], chapter.charges)
    return Paragraph(heading, tuple(told))


def _summed(texts: list[str], rows: Iterable[Row]) -> tuple[Sentence, ...]:
    """Return sentences that sum up; the rows stand behind the first of them."""
    behind = _positions(rows)
    return tuple(Sentence(text, None, behind if i == 0 else ()) for i, text in enumerate(texts))


def _positions(rows: Iterable[Row]) -> tuple[int, ...]:
    return tuple(sorted(row.position for row in rows))
