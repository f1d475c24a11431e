"""``explain`` and ``diff``: strategies in plain sentences."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from simcollect.cli.app import LangOption, ScenarioArgument, app
from simcollect.cli.screen import Screen
from simcollect.core.errors import InputError
from simcollect.core.folder import whole_file
from simcollect.core.words import check_lang

if TYPE_CHECKING:
    from simcollect.scenario import Scenario
    from simcollect.scenario.explain.page import Page

OutOption = Annotated[
    Path | None, typer.Option("--out", metavar="FILE", help="Also write it as Markdown, to a file that ends in .md.")
]


@app.command(
    epilog="Examples:\n\n"
    "simcollect explain cards_taiwan\n\n"
    "simcollect explain cards_taiwan gentle --lang zh\n\n"
    "simcollect explain my.toml mine --full --out mine.md"
)
def explain(
    scenario: ScenarioArgument,
    strategy: Annotated[
        str | None, typer.Argument(metavar="[STRATEGY]", help="One of its strategies; all in brief when left out.")
    ] = None,
    lang: LangOption = "en",
    full: Annotated[bool, typer.Option("--full", help="Also tell what stands at its default.")] = False,
    out: OutOption = None,
) -> None:
    """Tell in plain sentences what a strategy does, stage by stage; without one, what the scenario is about."""
    from simcollect import api
    from simcollect.scenario.explain import explain as told
    from simcollect.scenario.explain import explain_scenario

    language = check_lang(lang)
    loaded = api.load(scenario)
    if strategy is None and full:
        raise InputError("", "--full", "stands without a strategy", "Expected the strategy to be told in full")
    page = explain_scenario(loaded, language) if strategy is None else told(loaded, strategy, language, full=full)
    _show(page, out)


@app.command(
    epilog="Examples:\n\n"
    "simcollect diff cards_taiwan gentle firm\n\n"
    "simcollect diff cards_taiwan gentle firm --lang zh --out gentle-firm.md\n\n"
    "simcollect diff old.toml:firm new.toml:firm"
)
def diff(
    scenario: Annotated[
        str, typer.Argument(metavar="SCENARIO", help="A scenario's name or a TOML file; or SCENARIO:STRATEGY.")
    ],
    first: Annotated[str, typer.Argument(metavar="A", help="One strategy; or the other SCENARIO:STRATEGY.")],
    second: Annotated[str | None, typer.Argument(metavar="[B]", help="Another strategy of the same scenario.")] = None,
    lang: LangOption = "en",
    out: OutOption = None,
) -> None:
    """Tell in plain sentences what two strategies do differently, the most important first."""
    from simcollect import api
    from simcollect.scenario.diff import diff as told

    language = check_lang(lang)
    if second is not None:
        loaded = api.load(scenario)
        _show(told(loaded, first, second, language), out)
        return
    here, mine = _split(scenario)
    there, theirs = _split(first)
    one = api.load(here)
    other: Scenario = one if there == here else api.load(there)
    _show(told(one, mine, theirs, language, other=other), out)


def _split(text: str) -> tuple[str, str]:
    """Return scenario and strategy of ``SCENARIO:STRATEGY``."""
    scenario, colon, strategy = text.rpartition(":")
    if not (colon and scenario and strategy):
        raise InputError(
            "",
            f'"{text}"',
            "names no strategy",
            "Expected a scenario and two strategies, or twice SCENARIO:STRATEGY",
            "For instance: simcollect diff cards_taiwan gentle firm, or simcollect diff old.toml:firm new.toml:firm",
        )
    return scenario, strategy


def _show(page: Page, out: Path | None) -> None:
    """Print a text, and write it as Markdown where that is asked for."""
    screen = Screen()
    if out is not None:
        if out.suffix != ".md":
            raise InputError("", str(out), f'ends in "{out.suffix}"', "Expected a Markdown file, ending in .md")
        with whole_file(out) as unfinished:
            unfinished.write_text(page.to_markdown(), encoding="utf-8")
    screen.say(str(page))
    if out is not None:
        screen.note(f"Markdown: {out}")
