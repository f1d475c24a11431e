"""simcollect coverage: how often the intervals hold the truth."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from simcollect.cli.app import STOPPED, JsonOption, announce_compiling, app
from simcollect.cli.screen import Screen


@app.command(
    epilog="Examples:\n\nsimcollect coverage\n\nsimcollect coverage --model-runs 0 --pairs 1000\n\n"
    "simcollect coverage --out validation"
)
def coverage(
    pairs: Annotated[int, typer.Option("--pairs", min=1, help="Intervals of each kind of synthetic pair.")] = 10_000,
    sets: Annotated[int, typer.Option("--sets", min=1, help="Sets of simultaneous intervals of each kind.")] = 2_000,
    model_runs: Annotated[
        int, typer.Option("--model-runs", min=0, help="Pairs of runs of the scenario tiny; 0 leaves the model out.")
    ] = 500,
    seed: Annotated[int, typer.Option("--seed", min=0, help="Seed of the synthetic values.")] = 1,
    workers: Annotated[int | None, typer.Option("--workers", min=1, help="Processes for the model's runs.")] = None,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FOLDER", help="Also write coverage.json into this folder.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Count how often 95 % intervals hold a difference that is known: synthetic pairs, several at once, own runs.

    Asked of a paired interval is 93.5 to 96.5 %. Skewed differences and few replications miss that, and are shown.
    The model's runs are kept in results/coverage-tiny: after Ctrl-C the same command goes on where it stopped.
    """
    from simcollect import api
    from simcollect.cli.tables import plain_table
    from simcollect.validation.coverage import as_json as told
    from simcollect.validation.coverage import measure_coverage, write_coverage

    screen = Screen()
    if model_runs:
        announce_compiling(screen)
    try:
        with screen.progress("runs") as report:
            rows = measure_coverage(
                seed,
                pairs=pairs,
                sets=sets,
                model_runs=model_runs,
                workers=workers,
                folder=Path("results") / "coverage-tiny",
                on_progress=report,
            )
    except api.Interrupted as stopped:
        screen.error(f"Stopped after {stopped.n_finished} of {stopped.n_all} runs, which are kept; run it again.")
        raise typer.Exit(STOPPED) from None
    if out is not None:
        path = write_coverage(rows, seed, out)
    if as_json:
        typer.echo(json.dumps(told(rows, seed), indent=2, ensure_ascii=False))
        return
    table = plain_table("interval", "differences")
    for heading in ("skewness", "replications", "intervals", "covered, %", "95 % interval", "93.5 to 96.5"):
        table.add_column(heading, justify="right")
    for row in rows:
        ends = f"{100.0 * row.low:.1f} to {100.0 * row.high:.1f}"
        numbers = (f"{row.skewness:.1f}", str(row.replications), f"{row.pairs:,}", f"{100.0 * row.share:.1f}", ends)
        table.add_row(row.method, row.setting, *numbers, "inside" if row.is_inside else "outside")
    screen.table(table)
    n_inside = sum(row.is_inside for row in rows)
    screen.say(f"{n_inside} of {len(rows)} settings lie inside 93.5 to 96.5 %.")
    if out is not None:
        screen.note(f"Written: {path}")
