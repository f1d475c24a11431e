"""The command ``simcollect calibrate``: fits behaviour to data, and says how far the model agrees with them."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from simcollect.cli.app import STOPPED, JsonOption, announce_compiling, app
from simcollect.cli.screen import Screen


@app.command(
    epilog="Examples:\n\n"
    "simcollect calibrate cards_taiwan_2005 --out results/cards\n\n"
    "simcollect calibrate my/calibration.toml --targets my/targets.csv --portfolio my/rows.csv\n\n"
    "simcollect calibrate cards_taiwan_2005 --replications 1 --starts 1"
)
def calibrate(
    file: Annotated[
        str, typer.Argument(metavar="FILE", help="A calibration file (.toml), or the name of a packaged one.")
    ],
    targets: Annotated[
        Path | None, typer.Option("--targets", metavar="CSV", help="Targets of your own, in place of the file's.")
    ] = None,
    portfolio: Annotated[
        Path | None, typer.Option("--portfolio", metavar="ROWS", help="Rows of your own, with the same columns.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FOLDER", help="Results folder; results/calibrate-NAME if left out.")
    ] = None,
    seed: Annotated[int | None, typer.Option("--seed", min=0, help="First seed, in place of the file's.")] = None,
    replications: Annotated[
        int | None, typer.Option("--replications", min=1, help="Replications of each seed, in place of the file's.")
    ] = None,
    starts: Annotated[
        int | None, typer.Option("--starts", min=1, help="Points that the search starts from, in place of the file's.")
    ] = None,
    workers: Annotated[
        int | None, typer.Option("--workers", min=1, help="Processes; as many as there are cores when left out.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Fit the parameters that a calibration file names to its targets; write estimates, misfit and a preset.

    Every simulation is kept in the results folder as soon as it is finished: after Ctrl-C or a kill the same command
    goes on where it stopped.
    """
    from simcollect.calibrate import calibrate as fitted
    from simcollect.experiment.run import Interrupted

    screen = Screen()
    folder = out if out is not None else Path("results") / f"calibrate-{Path(file).stem}"
    announce_compiling(screen)
    try:
        with screen.progress("simulations (at most)") as report:
            found = fitted(
                file,
                targets=targets,
                portfolio=portfolio,
                seed=seed,
                replications=replications,
                starts=starts,
                folder=folder,
                workers=workers,
                on_progress=report,
            )
    except Interrupted as stopped:
        screen.error(
            f"Stopped after {stopped.n_finished} simulations. They are kept in {folder}; "
            f"go on with:\n  {' '.join(['simcollect', *sys.argv[1:]])}"
        )
        raise typer.Exit(STOPPED) from None
    found.save(folder)
    if as_json:
        typer.echo(json.dumps(found.to_dict(), indent=2, ensure_ascii=False))
    else:
        screen.say(found.text())
        screen.note(f"Report, picture, calibrate.json and the preset behaviour_{found.calibration.preset}: {folder}")
