"""The command `fork`: a live book changes its strategy on a day."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from simcollect.cli.app import (
    STOPPED,
    HorizonOption,
    JsonOption,
    ScenarioArgument,
    SeedOption,
    announce_compiling,
    app,
)
from simcollect.cli.screen import Screen
from simcollect.core.errors import InputError


@app.command(
    epilog="Examples:\n\n"
    "simcollect fork cards_taiwan balanced --at 45 --to firm\n\n"
    "simcollect fork my.toml gentle --at 30 --to balanced --at 90 --to firm --replications 40"
)
def fork(
    scenario: ScenarioArgument,
    strategy: Annotated[str, typer.Argument(metavar="STRATEGY", help="Which the book starts under.")],
    at: Annotated[list[int], typer.Option("--at", metavar="DAY", help="Day of a change; may be repeated.")],
    to: Annotated[list[str], typer.Option("--to", metavar="STRATEGY", help="Strategy from that day on, in order.")],
    replications: Annotated[
        int | None, typer.Option("--replications", help="How many, in place of the scenario's number.")
    ] = None,
    seed: SeedOption = None,
    horizon: HorizonOption = None,
    workers: Annotated[
        int | None, typer.Option("--workers", min=1, help="Processes; as many as there are cores when left out.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FOLDER", help="Results folder; results/NAME-ID-fork when left out.")
    ] = None,
    fresh: Annotated[bool, typer.Option("--fresh", help="Throw away finished runs found in the folder.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Change the strategy of a live book on a day, and compare it with the same book that stays.

    Until that day the two are the same, byte for byte, and every run is checked for it. What was done stays done; work
    that the new strategy does not want is withdrawn; steps that would have been due before are not made up for.
    """
    from simcollect import api
    from simcollect.arms.asked import resting_on
    from simcollect.arms.fork import fork as run_fork
    from simcollect.arms.fork import fork_treatment
    from simcollect.cli.tables import print_comparison

    if len(at) != len(to):
        raise InputError("", "--at and --to", f"stand {len(at)} and {len(to)} times", "Expected one --to for each --at")
    if len(set(at)) != len(at):
        raise InputError("", "--at", "names a day twice", "Expected one change a day")
    screen = Screen()
    loaded = api.load(scenario, seed=seed, horizon_days=horizon)
    changes = dict(zip(at, to, strict=True))
    treatment = fork_treatment(loaded, strategy, changes)
    default = api.default_folder(loaded)
    name = "-".join([strategy, *(f"{day}-{name}" for day, name in sorted(changes.items()))])
    folder = out if out is not None else default.with_name(f"{default.name}-fork-{name}")
    announce_compiling(screen)
    try:
        with screen.progress("runs") as report:
            result = run_fork(
                loaded,
                strategy,
                changes,
                replications=replications,
                workers=workers,
                folder=folder,
                fresh=fresh,
                on_progress=report,
            )
    except api.Interrupted as stopped:
        screen.error(
            f"Stopped after {stopped.n_finished} of {stopped.n_all} runs. They are kept in {folder}; "
            "go on with the same command."
        )
        raise typer.Exit(STOPPED) from None
    result.save(folder)
    if as_json:
        typer.echo(json.dumps(result.to_dict() | {"rests_on": resting_on(loaded)}, indent=2, ensure_ascii=False))
        return
    print_comparison(result, screen)
    day = treatment.changes[0][0]
    screen.say(f"Before day {day} both books are the same in all {result.n_replications} replications, byte for byte.")
    screen.say(resting_on(loaded))
    screen.note(f"Results, picture and manifest: {folder}")
