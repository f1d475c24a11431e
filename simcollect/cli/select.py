"""The command ``simcollect select``: the best of several strategies or points, with a guarantee that is shown."""

from __future__ import annotations

import itertools
import json
import sys
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from simcollect.cli.app import STOPPED, HorizonOption, JsonOption, ScenarioArgument, SeedOption, announce_compiling, app
from simcollect.cli.screen import Screen
from simcollect.core.errors import InputError

if TYPE_CHECKING:
    from simcollect.sweep.selected import Selected


@app.command(
    epilog="Examples:\n\n"
    "simcollect select cards_taiwan --outcome net_recovery --indifference 0.5pp\n\n"
    "simcollect select cards_taiwan --outcome net_recovery --indifference 0.3pp --strategies balanced "
    "--vary strategies.balanced.late.enter_dpd=60,75,90,105\n\n"
    "simcollect select cards_taiwan --outcome kept --replications 20\n\n"
    "simcollect select cards_taiwan --outcome kept --budget 200"
)
def select(
    scenario: ScenarioArgument,
    outcome: Annotated[
        str, typer.Option("--outcome", help="What is to be best: net_recovery, kept, cost_per_account.")
    ],
    indifference: Annotated[
        str | None,
        typer.Option("--indifference", metavar="AMOUNT", help="Smallest difference that matters: 0.5pp, 20TWD."),
    ] = None,
    replications: Annotated[
        int | None,
        typer.Option("--replications", metavar="N", help="Instead: the subset that holds the best after N of each."),
    ] = None,
    budget: Annotated[
        int | None, typer.Option("--budget", metavar="RUNS", help="Instead: runs in all, spent where they help most.")
    ] = None,
    strategies: Annotated[
        str | None, typer.Option("--strategies", metavar="A,B,...", help="Among which; all when left out.")
    ] = None,
    vary: Annotated[
        list[str] | None,
        typer.Option("--vary", metavar="PLACE=V,V,...", help="Among values of a place; several are crossed."),
    ] = None,
    confidence: Annotated[float, typer.Option("--confidence", help="Probability of a correct selection.")] = 0.95,
    at_most: Annotated[
        int | None, typer.Option("--at-most", metavar="N", help="Replications to give up at (500).")
    ] = None,
    final: Annotated[
        int | None, typer.Option("--final", metavar="N", help="Fresh replications of what is left (20).")
    ] = None,
    seed: SeedOption = None,
    horizon: HorizonOption = None,
    workers: Annotated[
        int | None, typer.Option("--workers", min=1, help="Processes; as many as there are cores when left out.")
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="FOLDER", help="Results folder; results/NAME-select-ID when left out."),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Select the best strategy, dropping the inferior as soon as that can be told; then estimate it on fresh luck.

    Finished runs are kept in the results folder: after Ctrl-C the same command goes on where it stopped.
    """
    from simcollect import api
    from simcollect.sweep.select import AT_MOST, FINAL
    from simcollect.sweep.select import select as choose

    screen = Screen()
    chosen = None if strategies is None else [name.strip() for name in strategies.split(",") if name.strip()]
    points = points_of(vary) if vary else None
    loaded = api.load(scenario, seed=seed, horizon_days=horizon)
    compared = api.default_folder(loaded)
    identity = compared.name.removeprefix(f"{loaded.name}-")
    folder = out if out is not None else compared.with_name(f"{loaded.name}-select-{identity}")
    announce_compiling(screen)
    try:
        with screen.progress("runs, at most") as report:
            result = choose(
                loaded,
                chosen,
                outcome=outcome,
                points=points,
                indifference=indifference,
                replications=replications,
                budget=budget,
                confidence=confidence,
                at_most=AT_MOST if at_most is None else at_most,
                final=FINAL if final is None else final,
                workers=workers,
                folder=folder,
                on_progress=report,
            )
    except api.Interrupted:
        screen.error(f"Stopped. Finished runs are kept in {folder}; go on with:\n  simcollect {' '.join(sys.argv[1:])}")
        raise typer.Exit(STOPPED) from None
    result.save(folder)
    if as_json:
        typer.echo(json.dumps(result.to_dict(), indent=2, ensure_ascii=False, default=str))
        return
    print_selected(result, screen)
    screen.note(f"Table, picture and runs: {folder}")


def points_of(vary: Sequence[str]) -> list[dict[str, Any]]:
    r"""Return every combination of the values written after ``--vary``.

    Raises
    ------
    InputError
        If one is not written PLACE=V,V,...

    Examples
    --------
    >>> points_of(["a.day=60,75", "a.by='phone'"])
    [{'a.day': 60, 'a.by': 'phone'}, {'a.day': 75, 'a.by': 'phone'}]
    """
    choices: dict[str, list[Any]] = {}
    for text in vary:
        place, equals, values = text.partition("=")
        try:
            listed = tomllib.loads(f"values = [{values}]")["values"]
        except tomllib.TOMLDecodeError:
            listed = []
        if not (equals and place.strip() and listed):
            example = "strategies.firm.late.enter_dpd=60,75,90"
            raise InputError("", "--vary", f'is "{text}"', "Expected PLACE=V,V,... as in TOML", example)
        choices[place.strip()] = listed
    return [dict(zip(choices, values, strict=True)) for values in itertools.product(*choices.values())]


def print_selected(result: Selected, screen: Screen) -> None:
    """Print the candidates in their order, who fell when, and what is promised."""
    from simcollect.cli.tables import number_text, plain_table, unit_text

    short = {"cannot be told from the best": "cannot be told"}
    unit = unit_text(result.measure, result.currency)
    screen.say(f"{result.scenario}: {len(result.candidates)} candidates, {result.day} days, seed {result.seed}")
    screen.say()
    table = plain_table("candidate", "")
    points = "points" if unit == "%" else unit
    first = result.remaining[0]
    for heading in ("replications", unit, f"to the first, {points}", f"fresh luck, {unit}", "95 % interval"):
        table.add_column(heading, justify="right")
    for row in result.to_frame().to_dict("records"):

        def text(name: str, row: dict[Any, Any] = row, sign: bool = False) -> str:
            return number_text(float(row[name]), result.measure, result.minor_units, sign=sign)

        half = (row["behind_high"] - row["behind_low"]) / 2.0
        reach = number_text(half, result.measure, result.minor_units)

        is_fresh = row["final_mean"] == row["final_mean"]
        fallen = row["status"] == "dropped"
        table.add_row(
            row["candidate"],
            f"dropped after {row['dropped_after']}" if fallen else short.get(row["status"], row["status"]),
            str(row["replications"]),
            text("mean"),
            "" if row["candidate"] == first else f"{text('behind', sign=True)} \u00b1{reach}",
            text("final_mean") if is_fresh else "",
            f"{text('final_low')} to {text('final_high')}" if is_fresh else "",
            style="dim" if fallen else "",
        )
    screen.table(table)
    screen.say("To the first: on the same borrowers with the same luck, in the replications that both have.")
    for line in result.sentences():
        screen.say(line)
    screen.say(f"Digest of all event logs: {result.digest[:16]}")
