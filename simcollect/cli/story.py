"""``simcollect story``: one account's life, told."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from simcollect.cli.app import LangOption, app
from simcollect.cli.screen import Screen
from simcollect.cli.source import ReplicationOption, SourceArgument, is_log, open_log
from simcollect.core.errors import InputError
from simcollect.core.folder import whole_file
from simcollect.core.wrapping import wrapped


@app.command(
    epilog="Examples:\n\n"
    "simcollect story cards_taiwan balanced 18\n\n"
    'simcollect story tiny balanced "Wu Yi-chun" --lang zh\n\n'
    "simcollect story cards_taiwan firm --pick suit --out case.md\n\n"
    "simcollect story results/tiny-balanced 5 --full"
)
def story(
    source: SourceArgument,
    words: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[STRATEGY] ACCOUNT",
            help="A strategy, when SOURCE is a scenario; then an account: its id, its name, or :4 for position 4.",
        ),
    ] = None,
    pick: Annotated[
        str | None,
        typer.Option(
            "--pick",
            metavar="KIND",
            help="Tell an account to which this happened, in place of ACCOUNT: "
            "promise, suit, settled, plan, plan_broken, complaint, cured, left, insolvent, vulnerable, "
            "untouched or longest.",
        ),
    ] = None,
    replication: ReplicationOption = 0,
    lang: LangOption = "en",
    full: Annotated[bool, typer.Option("--full", help="Tell every row of the log, a line each.")] = False,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="Write the story there instead, as .md or .txt.")
    ] = None,
) -> None:
    """Tell one account's life in sentences, from the event log alone."""
    from simcollect.core.words import check_lang
    from simcollect.outcomes.story import pick as pick_account
    from simcollect.outcomes.story import story as tell

    check_lang(lang)
    if out is not None and out.suffix not in (".md", ".txt"):
        raise InputError("", f'file "{out}"', f'ends in "{out.suffix}"', "Expected .md or .txt")
    strategy, account = _strategy_and_account(source, list(words or ()), pick)
    log = open_log(source, strategy, replication=replication)
    if pick is not None:
        account = str(pick_account(log, pick))
    told = tell(log, account, lang, "full" if full else "case")
    screen = Screen()
    if out is None:
        screen.say(_in_lines(str(told), screen.out.width))
        return
    with whole_file(out) as unfinished:
        unfinished.write_text(told.to_markdown() if out.suffix == ".md" else f"{told}\n", encoding="utf-8")
    screen.note(f"Story: {out}")


def _in_lines(text: str, width: int) -> str:
    """Return a text in lines that fit a terminal, where Chinese breaks neither within a number nor before a mark."""
    found: list[str] = []
    for line in text.split("\n"):
        indent = line[: len(line) - len(line.lstrip(" "))]
        found += wrapped(line.lstrip(" "), indent, 2 * indent, width)
    return "\n".join(found)


def _strategy_and_account(source: str, words: list[str], pick: str | None) -> tuple[str | None, str]:
    """Return the strategy (None for a kept log) and the account ("" where it is to be picked)."""
    wanted = ([] if is_log(source) else ["a strategy"]) + ([] if pick is not None else ["an account"])
    if len(words) != len(wanted):
        given = f"{len(words)} word{'' if len(words) == 1 else 's'} ({' '.join(words)})" if words else "nothing"
        raise InputError(
            "",
            f"story {source}",
            f"is followed by {given}",
            f"Expected {' and '.join(wanted) or 'nothing, as the log settles the strategy and --pick the account'}",
            "For instance: simcollect story tiny balanced 5, or simcollect story tiny balanced --pick suit",
        )
    strategy = None if is_log(source) else words[0]
    return strategy, "" if pick is not None else words[-1]
