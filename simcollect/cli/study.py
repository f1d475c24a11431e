"""The commands ``simcollect study ...``: a question's experiment run, and its answer written."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from simcollect.cli.app import STOPPED, JsonOption, LangOption, announce_compiling, app
from simcollect.cli.screen import Screen

study = typer.Typer(
    name="study",
    help="Answer a question: run its experiment, and write the answer as sentences, tables and pictures.",
    epilog="Start with:  simcollect study list",
    no_args_is_help=True,
)
app.add_typer(study)

FromOption = Annotated[Path, typer.Option("--from", metavar="FOLDER", help="Where studies are looked for by name.")]


@study.command("list", epilog="Example:\n\nsimcollect study list")
def list_studies(folder: FromOption = Path("experiments"), as_json: JsonOption = False) -> None:
    """List the studies that there are, with their questions."""
    from simcollect.answers import studies

    found = studies(folder)
    if as_json:
        typer.echo(json.dumps(found, indent=2, ensure_ascii=False))
        return
    screen = Screen()
    for name, question in found.items():
        screen.say(f"{name}\n    {question}")
    screen.note("Run one with: simcollect study run NAME")


@study.command(
    epilog="Examples:\n\n"
    "simcollect study run q08_q09\n\n"
    "simcollect study run q03 --small\n\n"
    "simcollect study run my/experiment.toml --out results/mine --workers 4"
)
def run(
    name: Annotated[
        str, typer.Argument(metavar="NAME", help="A study's name or how it begins, or an experiment file or folder.")
    ],
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FOLDER", help="Results; results/NAME-study-ID when left out.")
    ] = None,
    small: Annotated[bool, typer.Option("--small", help="Its small.toml: the same question on few borrowers.")] = False,
    beside: Annotated[
        bool, typer.Option("--beside", help="Write the answer beside the experiment file as well.")
    ] = False,
    workers: Annotated[
        int | None, typer.Option("--workers", min=1, help="Processes; as many as there are cores when left out.")
    ] = None,
    folder: FromOption = Path("experiments"),
    lang: LangOption = "en",
    as_json: JsonOption = False,
) -> None:
    """Run a study, or go on where it was stopped, and write its answer.

    The experiment file says under ``answer`` what is to be said about the runs; an experiment of your own gets its
    answer in the same way.
    """
    from simcollect.answers import find_study, run_study
    from simcollect.answers.study import SMALL
    from simcollect.core.words import check_lang
    from simcollect.experiment.run import Interrupted

    screen = Screen()
    place = find_study(name, folder)
    announce_compiling(screen)
    try:
        with screen.progress("runs") as report:
            found = run_study(
                place / SMALL if small else place,
                out,
                workers=workers,
                on_progress=report,
                beside=beside,
                lang=check_lang(lang),
            )
    except Interrupted as stopped:
        screen.error(
            f"Stopped after {stopped.n_finished} of {stopped.n_all} runs. They are kept; the same command goes on."
        )
        raise typer.Exit(STOPPED) from None
    for note in found.study.notes:
        screen.note(note)
    if as_json:
        told = {
            "question": found.study.request.question,
            "sentences": found.sentences,
            "folder": str(found.study.folder),
        }
        typer.echo(json.dumps(told, indent=2, ensure_ascii=False))
        return
    screen.say(found.study.request.question)
    for sentence in found.sentences:
        screen.say(f"- {sentence}")
    n_failed = len(found.study.failures())
    if n_failed:
        screen.say(f"{n_failed} runs failed and are not in this answer: simcollect sweep status {found.study.folder}")
    screen.note(f"The answer: {', '.join(str(file) for file in found.files)}")
