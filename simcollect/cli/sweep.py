"""The commands ``simcollect sweep ...``: an experiment file run, looked at, taken up again, extended, put together."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from simcollect.cli.app import STOPPED, JsonOption, announce_compiling, app
from simcollect.cli.screen import Screen
from simcollect.core.errors import InputError

if TYPE_CHECKING:
    from simcollect.sweep import Study
    from simcollect.sweep.status import Status

sweep = typer.Typer(
    name="sweep",
    help="Run an experiment file over many points; whatever ends the program, finished runs are kept.",
    epilog="Start with:  simcollect sweep run experiments/q01_q02_legal_day_and_officers",
    no_args_is_help=True,
)
app.add_typer(sweep)

FolderArgument = Annotated[Path, typer.Argument(metavar="FOLDER", help="The folder of a study.")]
WorkersOption = Annotated[
    int | None, typer.Option("--workers", min=1, help="Processes; as many as there are cores when left out.")
]
_SHOWN_FAILURES: Final = 3
_STALE_SECONDS: Final = 60.0


@sweep.command(
    epilog="Examples:\n\n"
    "simcollect sweep run experiments/q01_q02_legal_day_and_officers\n\n"
    "simcollect sweep run my/experiment.toml --out results/mine --workers 4\n\n"
    "simcollect sweep run my/experiment.toml --shard 2/8"
)
def run(
    experiment: Annotated[Path, typer.Argument(metavar="EXPERIMENT", help="An experiment file, or its folder.")],
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FOLDER", help="The study's folder; results/NAME-ID when left out.")
    ] = None,
    shard: Annotated[
        str | None,
        typer.Option("--shard", metavar="I/N", help="Do part I of N: one part on each of N machines, then merge."),
    ] = None,
    workers: WorkersOption = None,
    as_json: JsonOption = False,
) -> None:
    """Run an experiment: every strategy at every point, and keep each run as soon as it is finished.

    The same command goes on where it was stopped. A run that fails is kept too, with the command that replays it.
    """
    from simcollect.sweep import Study, read_experiment
    from simcollect.sweep.request import make_request

    part = _part(shard)
    asked = read_experiment(experiment)
    file = experiment / "experiment.toml" if experiment.is_dir() else experiment
    request = make_request(asked, file.name)
    ending = "" if part[1] == 1 else f"-part{part[0]}of{part[1]}"
    folder = out if out is not None else Path("results") / f"{asked.name}-{request.digest[:8]}{ending}"
    _perform(Study.create(request, folder, part), workers, as_json)


@sweep.command(
    epilog="Examples:\n\nsimcollect sweep status results/mine\n\nsimcollect sweep status results/mine --json"
)
def status(folder: FolderArgument, as_json: JsonOption = False) -> None:
    """Say what is finished, what has failed, what is left and for how long; never disturbs a sweep that goes on."""
    from simcollect.sweep import Study

    study = Study.open(folder)
    if as_json:
        typer.echo(json.dumps(_as_dict(study, study.status()), indent=2))
    else:
        _print(study, study.status(), Screen())


@sweep.command(
    epilog="Examples:\n\nsimcollect sweep resume results/mine\n\nsimcollect sweep resume results/mine --retry-failed"
)
def resume(
    folder: FolderArgument,
    workers: WorkersOption = None,
    retry_failed: Annotated[bool, typer.Option("--retry-failed", help="Do failed runs once more.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Go on with a study that was stopped, killed or ran out of disk; finished runs are not done again."""
    from simcollect.sweep import Study

    _perform(Study.open(folder), workers, as_json, retry_failed)


@sweep.command(
    epilog="Examples:\n\n"
    "simcollect sweep extend results/mine --replications 40\n\n"
    "simcollect sweep extend results/mine --points 256\n\n"
    "simcollect sweep extend results/mine --experiment my/experiment.toml"
)
def extend(
    folder: FolderArgument,
    replications: Annotated[
        int | None, typer.Option("--replications", min=1, help="Of every point and strategy, in place of fewer.")
    ] = None,
    points: Annotated[
        int | None, typer.Option("--points", min=1, help="Points of a drawn design in all, in place of fewer.")
    ] = None,
    experiment: Annotated[
        Path | None,
        typer.Option("--experiment", metavar="FILE", help="An experiment file with more values, points or strategies."),
    ] = None,
    workers: WorkersOption = None,
    as_json: JsonOption = False,
) -> None:
    """Ask a study for more: only what is new is run."""
    from simcollect.sweep import Study, read_experiment
    from simcollect.sweep.request import REQUEST, make_request

    study = Study.open(folder)
    if experiment is None:
        if replications is None and points is None:
            expected = "Expected --replications, --points or --experiment"
            raise InputError("", "extend", "is told nothing to add", expected)
        longer = study.with_more(replications=replications, n_points=points)
    else:
        asked = read_experiment(experiment)
        differs = study.request.differences(make_request(asked, experiment.name))
        if differs:
            found = f"asks for something else than {REQUEST}: {' and '.join(differs)} differ"
            raise InputError(
                str(experiment), "the file", found, "Expected the same with more", "Run it in a new folder"
            )
        longer = study.with_more(
            replications=asked.replications if asked.replications > _most(study) else replications,
            n_points=points,
            points=asked.points(),
            strategies=asked.strategies,
        )
    _perform(longer, workers, as_json)


@sweep.command(epilog="Example:\n\nsimcollect sweep merge results/whole part1 part2 part3 part4")
def merge(
    out: Annotated[Path, typer.Argument(metavar="OUT", help="The folder to put them into; may be new.")],
    folders: Annotated[list[Path], typer.Argument(metavar="FOLDER...", help="Folders of the same request.")],
    as_json: JsonOption = False,
) -> None:
    """Put the folders of several machines together: digests are checked, runs done twice are kept once."""
    from simcollect.sweep import Study

    screen = Screen()
    study, told = Study.merged(folders, out)
    for sentence in told:
        screen.note(sentence)
    if as_json:
        typer.echo(json.dumps(_as_dict(study, study.status()), indent=2))
    else:
        _print(study, study.status(), screen)


@sweep.command(epilog="Example:\n\nsimcollect sweep replay results/mine 3f9c0a17d2b4-12")
def replay(
    folder: FolderArgument,
    run: Annotated[str, typer.Argument(metavar="RUN", help="A run, as status and failures.csv name it.")],
    out: Annotated[Path | None, typer.Option("--out", metavar="FOLDER", help="Keep its event log there.")] = None,
) -> None:
    """Do one run of a study again in this process: a failing one fails before your eyes, with its traceback."""
    from simcollect import api
    from simcollect.sweep import Study

    screen = Screen()
    study = Study.open(folder)
    use, replication = study.find(run)
    announce_compiling(screen)
    screen.note(f"{use.strategy}, replication {replication}, at point {use.point}: {study.request.points[use.point]}")
    result = api.run(study.scenario_at(use.point), use.strategy, replication=replication)
    screen.say(f"Finished; digest of its event log: {result.log.digest()}")
    if out is not None:
        result.save(out)
        screen.note(f"Event log, accounts, picture and manifest: {out}")


def _perform(study: Study, workers: int | None, as_json: bool, retry_failed: bool = False) -> None:
    from simcollect.experiment.run import Interrupted

    screen = Screen()
    announce_compiling(screen)
    try:
        with screen.progress("runs") as report:
            found = study.run(workers=workers, on_progress=report, retry_failed=retry_failed)
    except Interrupted as stopped:
        screen.error(
            f"Stopped after {stopped.n_finished} of {stopped.n_all} runs. They are kept in {study.folder}; "
            f"go on with:\n  simcollect sweep resume {study.folder}"
        )
        raise typer.Exit(STOPPED) from None
    for sentence in study.notes:
        screen.note(sentence)
    if as_json:
        typer.echo(json.dumps(_as_dict(study, found), indent=2))
    else:
        _print(study, found, screen)


def _print(study: Study, found: Status, screen: Screen) -> None:
    from simcollect.sweep.tables import MEANS, RESULTS

    request = study.request
    screen.say(f"{request.name}: {len(request.points)} points, {len(request.strategies)} strategies")
    if request.question:
        screen.say(request.question)
    screen.say(f"{found.finished} finished, {found.failed} failed, {found.left} left, of {found.all} different runs")
    if study.part[1] > 1:
        screen.say(
            f"Part {study.part[0]} of {study.part[1]}; put all together with: simcollect sweep merge OUT FOLDER..."
        )
    if found.going_on:
        silent = _silent_for(found)
        if silent > _STALE_SECONDS:
            screen.say(
                f"Silent for {_span(silent)}: if it was killed, go on with: simcollect sweep resume {study.folder}"
            )
        elif not math.isnan(found.seconds_left):
            screen.say(f"About {_span(found.seconds_left)} left")
    elif found.left:
        screen.say(f"Go on with: simcollect sweep resume {study.folder}")
    if not math.isnan(found.outside_share) and found.run_seconds:
        engine, reading = (part / found.run_seconds for part in (found.engine_seconds, found.reading_seconds))
        screen.say(
            f"{_span(found.seconds)} with {found.workers} workers; {engine:.0%} of the runs' time in the engine, "
            f"{reading:.0%} in reading event logs; "
            f"{found.outside_share:.1%} of the workers' time outside runs"
        )
    if found.failed:
        failures = study.failures()
        for failure in failures.head(_SHOWN_FAILURES).itertuples():
            screen.say(
                f"Failed: {failure.strategy}, replication {failure.replication}: {failure.error}\n  {failure.replay}"
            )
        if len(failures) > _SHOWN_FAILURES:
            screen.say(f"... and {len(failures) - _SHOWN_FAILURES} more in failures.csv")
    if (study.folder / RESULTS).is_file():
        screen.note(
            f"Results: {study.folder / RESULTS} (a row a run and day), {study.folder / MEANS} (means, intervals)"
        )
    else:
        screen.note(f"Results so far: Study.open({str(study.folder)!r}).results()")


def _as_dict(study: Study, found: Status) -> dict[str, object]:
    numbers = {
        "finished": found.finished,
        "failed": found.failed,
        "left": found.left,
        "all": found.all,
        "seconds": found.seconds,
        "seconds_left": None if math.isnan(found.seconds_left) else found.seconds_left,
        "workers": found.workers,
        "outside_share": None if math.isnan(found.outside_share) else found.outside_share,
        "going_on": found.going_on,
    }
    return {"name": study.request.name, "folder": str(study.folder), "points": len(study.request.points), **numbers}


def _part(text: str | None) -> tuple[int, int]:
    if text is None:
        return 1, 1
    number, slash, n_parts = text.partition("/")
    if not (slash and number.isdigit() and n_parts.isdigit()):
        raise InputError("", "--shard", f'is "{text}"', "Expected I/N: part I of N", "--shard 1/4")
    return int(number), int(n_parts)


def _most(study: Study) -> int:
    return max(block.stop for block in study.request.blocks)


def _silent_for(found: Status) -> float:
    import time

    return time.time() - found.written_at


def _span(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"
