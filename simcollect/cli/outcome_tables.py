"""The command ``tables``: all outcome tables of a run, on the screen and as files with a data dictionary."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from simcollect.cli.app import HorizonOption, JsonOption, SeedOption, app
from simcollect.cli.screen import Screen
from simcollect.cli.source import ReplicationOption, SourceArgument, StrategyArgument, is_log, open_log

if TYPE_CHECKING:
    from simcollect.outcomes import Economics


@app.command(
    epilog="Examples:\n\n"
    "simcollect tables cards_taiwan balanced\n\n"
    "simcollect tables results/tiny-balanced --only rolls,vintages\n\n"
    "simcollect tables log.parquet --prices my.toml --day 180 --out tables180"
)
def tables(
    source: SourceArgument,
    strategy: StrategyArgument = None,
    replication: ReplicationOption = 0,
    seed: SeedOption = None,
    horizon: HorizonOption = None,
    day: Annotated[
        int | None, typer.Option("--day", min=1, help="Read the run at the end of so many days; its end if left out.")
    ] = None,
    only: Annotated[
        str | None,
        typer.Option(
            "--only",
            metavar="A,B,...",
            help="Tables, or topics: rolls, vintages, funnels, agreements, legal, capacity, groups, daily.",
        ),
    ] = None,
    prices: Annotated[
        str | None,
        typer.Option("--prices", metavar="SCENARIO", help="Scenario whose prices count, for a log without a manifest."),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="FOLDER", help="Folder; results/SCENARIO-STRATEGY-tables when left out."),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Tabulate one run: rolls and cures, vintages, funnels, promises, plans, settlements, legal yield, staff, groups.

    The main tables are printed, those named by --only in full. All are written as CSV and Parquet, with a README that
    tells the unit and the meaning of every column. Days past due are worked out from the rows of the log.
    """
    from simcollect.cli.sheets import print_tables
    from simcollect.outcomes.tables import all_tables
    from simcollect.outcomes.tables.files import write_tables

    screen = Screen()
    log = open_log(source, strategy, replication=replication, seed=seed, horizon=horizon)
    names = None if only is None else [name.strip() for name in only.split(",") if name.strip()]
    found = all_tables(log, _prices(source, prices, screen), day, names)
    header = log.header
    folder = out if out is not None else Path("results") / f"{header.scenario}-{header.strategy}-tables"
    write_tables(found, log, folder, day)
    if as_json:
        content = {name: json.loads(table.to_json(orient="records")) for name, table in found.items()}
        run = {"scenario": header.scenario, "strategy": header.strategy, "replication": header.replication}
        told: dict[str, Any] = {**run, "currency": header.currency, "minor_units": header.minor_units}
        typer.echo(json.dumps({**told, "digest": log.digest(), "tables": content}, indent=2, ensure_ascii=False))
    else:
        print_tables(found, log, screen, everything=only is not None)
        screen.note(f"Tables and data dictionary: {folder}")


def _prices(source: str, given: str | None, screen: Screen) -> Economics | None:
    """Return the prices to reckon with: those asked for, those of the run, or none."""
    from simcollect import api
    from simcollect.experiment.manifest import MANIFEST, read_manifest
    from simcollect.experiment.measure import prices

    if given is not None:
        return prices(api.load(given))
    if not is_log(source):
        return prices(api.load(source))
    folder = Path(source) if Path(source).is_dir() else Path(source).parent
    if (folder / MANIFEST).exists():
        return prices(read_manifest(folder).scenario_as_run())
    screen.note("The log stands alone: staff cost what its shifts say, nothing is discounted. Name prices by --prices.")
    return None
