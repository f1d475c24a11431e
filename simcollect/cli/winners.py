"""The command `winners`: who wins and who loses when one strategy takes the place of another."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from simcollect.cli.app import (
    STOPPED,
    HorizonOption,
    JsonOption,
    LangOption,
    ScenarioArgument,
    SeedOption,
    app,
)
from simcollect.cli.screen import Screen
from simcollect.cli.working import working
from simcollect.core.errors import InputError
from simcollect.core.words import check_lang

if TYPE_CHECKING:
    from rich.text import Text

    from simcollect.arms.winners import Winners


@app.command(
    epilog="Examples:\n\n"
    "simcollect winners cards_taiwan balanced firm\n\n"
    "simcollect winners my.toml gentle balanced --by segment --replications 40 --lang zh"
)
def winners(
    scenario: ScenarioArgument,
    first: Annotated[str, typer.Argument(metavar="A", help="Strategy in force.")],
    second: Annotated[str, typer.Argument(metavar="B", help="Strategy that takes its place.")],
    by: Annotated[
        str, typer.Option("--by", metavar="cell|segment|age_band", help="What groups are printed; all are saved.")
    ] = "cell",
    replications: Annotated[
        int | None, typer.Option("--replications", help="How many, in place of the scenario's number.")
    ] = None,
    seed: SeedOption = None,
    horizon: HorizonOption = None,
    workers: Annotated[
        int | None, typer.Option("--workers", min=1, help="Processes; as many as there are cores when left out.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FOLDER", help="Results folder; results/NAME-ID-A-B when left out.")
    ] = None,
    fresh: Annotated[
        bool, typer.Option("--fresh", help="Throw away finished replications found in the folder.")
    ] = False,
    lang: LangOption = "en",
    as_json: JsonOption = False,
) -> None:
    """Say what strategy B in the place of A does to each group of borrowers, each compared with his own twin.

    Effects by segment, borrower cell and age with intervals that hold together, how many borrowers are better or worse
    off, and gaps between groups of the same ability. --lang is that of the pictures.
    """
    from simcollect import api
    from simcollect.arms.groups import BY
    from simcollect.arms.winners import who_wins

    language = check_lang(lang)
    if by not in BY:
        raise InputError.unknown("", f"--by {by}", BY, "group")
    screen = Screen()
    loaded = api.load(scenario, seed=seed, horizon_days=horizon)
    default = api.default_folder(loaded)
    folder = out if out is not None else default.with_name(f"{default.name}-{first}-{second}")
    try:
        with working(screen, "replications") as report:
            result = who_wins(
                loaded,
                first,
                second,
                replications=replications,
                workers=workers,
                folder=folder,
                fresh=fresh,
                on_progress=report,
            )
    except api.Interrupted as stopped:
        screen.error(
            f"Stopped after {stopped.n_finished} of {stopped.n_all} replications. They are kept in {folder}; "
            "go on with the same command."
        )
        raise typer.Exit(STOPPED) from None
    result.save(folder, language)
    if as_json:
        typer.echo(json.dumps(result.to_dict(), indent=2, ensure_ascii=False))
        return
    print_winners(result, by, screen)
    screen.note(f"Tables, manifest and pictures: {folder}")


def print_winners(result: Winners, by: str, screen: Screen) -> None:
    """Print effects and shares of borrowers by group, and gaps at equal ability that are clear of zero."""
    from simcollect.arms.asked import resting_on
    from simcollect.arms.groups import MEASURES
    from simcollect.cli.tables import plain_table, unit_text
    from simcollect.experiment.measure import ALL_MEASURES

    n, economics = result.n_replications, result.scenario.economics
    screen.say(
        f"{result.scenario.name}: {result.second} in the place of {result.first}, {result.days[-1]} days, "
        f"{n} paired {'replication' if n == 1 else 'replications'}, seed {result.scenario.run.seed}"
    )
    screen.say()
    screen.say(f"{result.second} - {result.first} by {by}, \u00b1 95 % intervals that hold together down a column")
    effects = result.table(by)
    table = plain_table(by)
    shown = [name for name in MEASURES if name != "gross_recovery_share"]
    for measure in shown:
        unit = unit_text(measure, economics.currency)
        heading = f"{ALL_MEASURES[measure].label}, {'points' if unit == '%' else unit}"
        table.add_column(heading, justify="right")
    for group in dict.fromkeys(effects["group"]):
        rows = effects[effects["group"] == group].set_index("measure").to_dict("index")
        table.add_row(group.replace("_", " "), *(_cell(rows[name], name, economics.minor_units) for name in shown))
    screen.table(table)
    undecided = effects[effects["verdict"] == "cannot tell yet"]["more_replications"].dropna()
    if n == 1:
        screen.say("? One replication has no interval: run more to learn which differences are real.")
    elif len(undecided):
        screen.say(
            f"? cannot tell yet ({len(undecided)} of {len(effects)}): "
            f"about {int(undecided.median()):,} more replications would settle half of these."
        )
    screen.say()
    screen.say("Borrowers against their own twins, % of the group")
    moved = plain_table(by)
    for heading in ("accounts", "pay more", "pay less", "better off", "worse off", "same"):
        moved.add_column(heading, justify="right")
    for row in result.borrowers(by).to_dict("records"):
        shares = (row[name] for name in ("pays_more", "pays_less", "better", "worse", "same"))
        name = str(row["group"]).replace("_", " ")
        moved.add_row(name, f"{row['n']:,.0f}", *(f"{100.0 * share:.1f}" for share in shares))
    screen.table(moved)
    screen.say("Better and worse off count complaint, suit, credit mark, insolvency, leaving, not being kept.")
    for line in [*gaps(result), resting_on(result.scenario)]:
        screen.say(line)
    screen.say(f"Digest of the event logs under {result.second}: {result.manifest.digest[:16]}")


def gaps(result: Winners) -> list[str]:
    """Return in sentences where a group of the same ability fares differently, as far as replications show it."""
    from simcollect.cli.tables import number_text
    from simcollect.experiment.measure import ALL_MEASURES

    table = result.fairness()
    table = table[table["by"] != "cell"]
    if result.n_replications < 2 or table.empty:
        return []
    lines = []
    for row in table.to_dict("records"):
        if not (row["second_low"] > 0.0 or row["second_high"] < 0.0):
            continue
        minor, measure = result.scenario.economics.minor_units, row["measure"]
        values = [number_text(row[name], measure, minor, sign=True) for name in ("second", "second_low", "second_high")]
        unit = {"share": "points", "cents": result.scenario.economics.currency}.get(row["unit"], row["unit"])
        kind = "aged " if row["by"] == "age_band" else ""
        lines.append(
            f"  {kind}{row['group']}: {ALL_MEASURES[measure].label.lower()} {values[0]} {unit} "
            f"({values[1]} to {values[2]})"
        )
    if not lines:
        return [f"Under {result.second} no group is seen to fare differently from others of its ability."]
    return [f"Under {result.second}, against others of the same ability:", *lines]


def _cell(row: dict[str, Any], measure: str, minor_units: int) -> Text:
    from rich.text import Text

    from simcollect.cli.tables import number_text
    from simcollect.experiment.measure import ALL_MEASURES

    mean = row["difference"]
    if not math.isfinite(mean):
        return Text("-  ")
    shown = number_text(mean, measure, minor_units, sign=True)
    if math.isfinite(row["low"]):
        shown += f"\n\u00b1{number_text((row['high'] - row['low']) / 2.0, measure, minor_units)}"
    if row["verdict"] not in ("higher", "lower"):
        return Text(f"{shown} ?", style="dim")
    better = ALL_MEASURES[measure].higher_is_better
    is_good = None if better is None else (mean > 0.0) == better
    return Text(f"{shown}  ", style={True: "green", False: "red", None: ""}[is_good])
