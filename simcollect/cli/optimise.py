"""The commands ``simcollect optimise ...``: the best settings of levers when several outcomes count."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from simcollect.cli.app import STOPPED, JsonOption, LangOption, app
from simcollect.cli.screen import Screen
from simcollect.cli.working import working
from simcollect.core.errors import InputError

if TYPE_CHECKING:
    from simcollect.optimise import Optimised

optimise = typer.Typer(
    name="optimise",
    help="Search levers for several objectives at once (needs Optuna: pip install 'simcollect\\[opt]').",
    epilog="Start with:  simcollect optimise run FILE, an experiment file with a table \\[optimise]",
    no_args_is_help=True,
)
app.add_typer(optimise)


@optimise.callback()
def _group() -> None:
    """Keep ``run`` a command of its own: there will be others."""


@optimise.command(
    epilog="Examples:\n\n"
    "simcollect optimise run my/experiment.toml\n\n"
    "simcollect optimise run my/experiment.toml --out results/mine --workers 4"
)
def run(
    experiment: Annotated[
        Path, typer.Argument(metavar="FILE", help="An experiment file with \\[levers] and \\[optimise], or its folder.")
    ],
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="FOLDER", help="Results folder; results/NAME-optimise-ID when left out."),
    ] = None,
    workers: Annotated[
        int | None, typer.Option("--workers", min=1, help="Processes; as many as there are cores when left out.")
    ] = None,
    lang: LangOption = "en",
    as_json: JsonOption = False,
) -> None:
    """Search, choose finalists on fresh luck, and tell them on fresh luck again: the front with its uncertainty.

    Finished runs are kept in the results folder: the same command goes on where it was stopped or killed.
    """
    from simcollect import api
    from simcollect.core.words import LANGS
    from simcollect.optimise import optimise as do
    from simcollect.optimise import read_problem
    from simcollect.optimise.search import optuna_version

    if lang not in LANGS:
        raise InputError("", "--lang", f'is "{lang}"', f"Expected {' or '.join(LANGS)}")
    screen = Screen()
    optuna_version()
    if not experiment.exists():
        expected = "Expected an experiment file with [levers] and [optimise], or its folder"
        raise InputError(
            "", "experiment", f'"{experiment}" does not exist', expected, "Give the path of an existing file"
        )
    file = experiment / "experiment.toml" if experiment.is_dir() else experiment
    if not file.is_file():
        expected = "Expected experiment.toml there, with [levers] and [optimise]"
        raise InputError("", "experiment", f'folder "{experiment}" has none', expected, "Give the file itself")
    problem = read_problem(file)
    folder = out if out is not None else Path("results") / f"{problem.experiment.name}-optimise-{problem.digest[:8]}"
    try:
        with working(screen, "runs, at most") as report:
            found = do(problem, workers=workers, folder=folder, on_progress=report)
    except api.Interrupted:
        command = f"simcollect optimise run {experiment} --out {folder}"
        screen.error(f"Stopped. Finished runs are kept in {folder}; go on with:\n  {command}")
        raise typer.Exit(STOPPED) from None
    found.save(folder, lang)
    if as_json:
        typer.echo(json.dumps(found.to_dict(), indent=2, ensure_ascii=False))
        return
    _print(found, screen)
    screen.note(f"Trials, finalists, picture and record: {folder}")


def _print(found: Optimised, screen: Screen) -> None:
    from simcollect.cli.tables import number_text, plain_table, unit_text
    from simcollect.experiment.measure import ALL_MEASURES

    problem = found.problem
    money = problem.scenario.economics
    screen.say(
        f"{problem.experiment.name}: {problem.scenario.name}, {found.day} days, seed {problem.scenario.run.seed}, "
        f"{found.n_runs:,} runs"
    )
    if problem.experiment.question:
        screen.say(problem.experiment.question)
    measures = list(found.finalists[0].estimates)
    wanted = {one.measure: "most" if one.is_maximised else "least" for one in problem.objectives}
    table = plain_table("")
    for heading in ("setting", "unbeaten"):
        table.add_column(heading, justify="left" if heading == "setting" else "right")
    for name in measures:
        aim = f" ({wanted[name]})" if name in wanted else ""
        table.add_column(f"{ALL_MEASURES[name].label}{aim}, {unit_text(name, money.currency)}", justify="right")
    if problem.constraints:
        table.add_column("constraints")
    several = len(problem.experiment.strategies) > 1
    for one in found.finalists:
        levers = ", ".join(
            f"{place.rsplit('.', 1)[-1]} {found.lever_text(place, value)}" for place, value in one.point.items()
        )
        cells = [one.letter, f"{one.strategy}, {levers}" if several else levers, f"{one.front_probability:.0%}"]
        for name in measures:
            estimate = one.estimates[name]
            mean, low, high = (
                number_text(value, name, money.minor_units) for value in (estimate.mean, estimate.low, estimate.high)
            )
            cells.append(f"{mean}\n{low} to {high}")
        if problem.constraints:
            cells.append(", ".join(one.verdicts))
        table.add_row(*cells)
    screen.table(table)
    screen.say("Unbeaten: chance that no other finalist is better in all objectives. Intervals hold together (95 %).")
    for sentence in found.sentences():
        screen.say(sentence)
