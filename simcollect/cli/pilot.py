"""The command `pilot`: champion and challenger in arms, beside the roll-out they stand for."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

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
    from rich.table import Table
    from rich.text import Text

    from simcollect.arms.pilot import Pilot
    from simcollect.arms.runs import Staffing


@app.command(
    epilog="Examples:\n\n"
    "simcollect pilot cards_taiwan --arm balanced=0.8 --arm firm=0.2\n\n"
    "simcollect pilot my.toml --arm gentle=0.5 --arm firm=0.5 --staff split --replications 40"
)
def pilot(
    scenario: ScenarioArgument,
    arm: Annotated[
        list[str], typer.Option("--arm", metavar="STRATEGY=SHARE", help="An arm, the champion first; repeat it.")
    ],
    staff: Annotated[
        str, typer.Option("--staff", metavar="shared|split|both", help="Do arms share staff, or has each its part?")
    ] = "both",
    replications: Annotated[
        int | None, typer.Option("--replications", help="Pilots of each kind, in place of the scenario's number.")
    ] = None,
    seed: SeedOption = None,
    horizon: HorizonOption = None,
    workers: Annotated[
        int | None, typer.Option("--workers", min=1, help="Processes; as many as there are cores when left out.")
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="FOLDER", help="Results folder; in results/ when left out."),
    ] = None,
    fresh: Annotated[bool, typer.Option("--fresh", help="Throw away finished pilots found in the folder.")] = False,
    lang: LangOption = "en",
    as_json: JsonOption = False,
) -> None:
    """Run a pilot with random arms inside the model, and say how far its answer is off the roll-out.

    The truth comes from twins: the whole book under either strategy, same borrowers, same luck, same staff. Printed
    are the pilot's estimate, the truth, the bias with shared and with split staff, and what judging earlier leads to.
    --lang is that of the picture.
    """
    from simcollect import api
    from simcollect.arms.pilot import PICTURE
    from simcollect.arms.pilot import pilot as run_pilot

    language, arms, ways = check_lang(lang), _arms(arm), _staff(staff)
    screen = Screen()
    loaded = api.load(scenario, seed=seed, horizon_days=horizon)
    default = api.default_folder(loaded)
    name = "-".join(f"{name}{share:g}" for name, share in arms.items())
    folder = out if out is not None else default.with_name(f"{default.name}-pilot-{name}-{staff}")
    try:
        with working(screen, "pilots") as report:
            result = run_pilot(
                loaded,
                arms,
                staff=ways,
                replications=replications,
                workers=workers,
                folder=folder,
                fresh=fresh,
                on_progress=report,
            )
    except api.Interrupted as stopped:
        screen.error(
            f"Stopped after {stopped.n_finished} of {stopped.n_all} pilots. They are kept in {folder}; "
            "go on with the same command."
        )
        raise typer.Exit(STOPPED) from None
    result.save(folder, language)
    if as_json:
        typer.echo(json.dumps(result.to_dict(), indent=2, ensure_ascii=False))
        return
    print_pilot(result, screen)
    screen.note(f"Tables, manifest and picture ({PICTURE}): {folder}")


def print_pilot(result: Pilot, screen: Screen) -> None:
    """Print estimate, truth and bias of every challenger, what earlier judgments lead to, and what it means."""
    from simcollect.arms.asked import resting_on
    from simcollect.arms.values import OUTCOMES
    from simcollect.cli.tables import difference_text, number_text, plain_table, reading_aid, unit_text
    from simcollect.experiment.measure import ALL_MEASURES

    economics, n = result.scenario.economics, result.n_replications
    arms = ", ".join(f"{name} {100.0 * share:g} %" for name, share in result.arms)
    accounts = float(result.values("n_accounts", OUTCOMES[0]).mean())
    screen.say(
        f"{result.scenario.name}: {accounts:,.0f} accounts in arms ({arms}), {result.days[-1]} days, "
        f"{n} {'pilot' if n == 1 else 'pilots'} of each kind, seed {result.scenario.run.seed}"
    )
    for challenger in result.challengers:
        screen.say()
        screen.say(f"{challenger} - {result.champion}: what pilots report, and what the roll-out brings, \u00b1 95 %")
        table = plain_table("", "outcome", "unit")
        for staffing in result.staffings:
            table.add_column(f"pilot, {staffing}", justify="right")
        table.add_column("roll-out", justify="right")
        for staffing in result.staffings:
            table.add_column(f"bias, {staffing}", justify="right")
        letter, biases = "", []
        for outcome in OUTCOMES:
            meaning, unit = ALL_MEASURES[outcome], unit_text(outcome, economics.currency)
            cells: list[str | Text] = []
            for staffing in result.staffings:
                found = result.estimate(outcome, challenger, staffing)
                shown = "-" if found is None else number_text(found.mean, outcome, economics.minor_units, sign=True)
                half = result.half_width(outcome, challenger, staffing)
                cells.append(f"{shown} \u00b1{number_text(half, outcome, economics.minor_units)}")
            cells.append(difference_text(result.truth(outcome, challenger), outcome, economics.minor_units))
            for staffing in result.staffings:
                bias = result.bias(outcome, challenger, staffing)
                biases.append(bias)
                cells.append(difference_text(bias, outcome, economics.minor_units))
            first = meaning.letter if meaning.letter != letter else ""
            table.add_row(first, meaning.label, "points" if unit == "%" else unit, *cells)
            letter = meaning.letter
        screen.table(table)
        for line in reading_aid(biases):
            screen.say(line)
    screen.say("\u00b1 of a pilot: the interval that one pilot of this size reports. Bias: pilots - the same borrowers")
    screen.say("in the same arms at roll-out, \u00b1 over replications; the luck of the draw of arms is not in it.")
    screen.say()
    screen.table(_staff_table(result))
    for line in [*_windows(result), *result.notes(), resting_on(result.scenario)]:
        screen.say(line)
    screen.say(f"Digest of the pilots' event logs: {result.manifest.digest[:16]}")


def _staff_table(result: Pilot) -> Table:
    """Return how busy each pool is in the pilots and under each strategy alone: share of paid time, and the wait."""
    from simcollect.cli.tables import plain_table

    staff = result.staff()
    runs = list(dict.fromkeys(staff["run"]))
    table = plain_table("staff: share of paid time worked (mean wait, days)")
    for run in runs:
        table.add_column(run, justify="right")
    for pool, rows in staff.groupby("pool", sort=False):
        cells = {
            row["run"]: f"{100.0 * row['utilisation']:.0f} % ({row['wait_days']:.1f})"
            for row in rows.to_dict("records")
        }
        table.add_row(str(pool).replace("_", " "), *(cells.get(run, "-") for run in runs))
    return table


def _windows(result: Pilot) -> list[str]:
    """Return in sentences what judging at each reading day leads to, by the first headline outcome."""
    from simcollect.experiment.measure import ALL_MEASURES
    from simcollect.outcomes.measures import HEADLINE

    label = ALL_MEASURES[HEADLINE[0]].label
    lines = [f"Judged by {label.lower()}:"]
    for row in result.windows().to_dict("records"):
        truth = "the roll-out cannot be told apart" if row["winner"] == "cannot tell" else f"{row['winner']} is ahead"
        lines.append(
            f"  day {row['day']}, {row['challenger']}: {truth}; {100.0 * row['settled']:.0f} % of pilots are settled "
            f"by then, {100.0 * row['picks_the_winner']:.0f} % lean to what day {result.days[-1]} shows."
        )
    return lines


def _arms(written: list[str]) -> dict[str, float]:
    arms: dict[str, float] = {}
    for text in written:
        name, _, share = text.rpartition("=")
        try:
            value = float(share)
        except ValueError:
            name = ""
        if not name:
            raise InputError("", f'--arm "{text}"', "is no arm", "Expected a strategy and its share", "balanced=0.8")
        if name in arms:
            raise InputError("", f"--arm {name}", "is named twice", "Expected each strategy once")
        arms[name] = value
    return arms


def _staff(word: str) -> tuple[Staffing, ...]:
    from simcollect.arms.runs import STAFFING

    if word == "both":
        return STAFFING
    for known in STAFFING:
        if word == known:
            return (known,)
    raise InputError.unknown("", f"--staff {word}", (*STAFFING, "both"), "way of staffing")
