"""The commands `power` and `control-arm`: how large a test must be, and whether a control arm is worth its cost."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

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
    from simcollect.arms.control import ControlArm
    from simcollect.arms.power import Power

R = TypeVar("R")

ReplicationsOption = Annotated[
    int | None, typer.Option("--replications", help="How many, in place of the scenario's number.")
]
WorkersOption = Annotated[
    int | None, typer.Option("--workers", min=1, help="Processes; as many as there are cores when left out.")
]
OutOption = Annotated[
    Path | None, typer.Option("--out", metavar="FOLDER", help="Results folder; in results/ when left out.")
]
FreshOption = Annotated[bool, typer.Option("--fresh", help="Throw away finished replications found in the folder.")]
StrategyOption = Annotated[str, typer.Argument(metavar="STRATEGY", help="The champion: one of its strategies.")]


@app.command(
    epilog="Examples:\n\n"
    "simcollect power cards_taiwan balanced --effect 0.03\n\n"
    "simcollect power my.toml firm --effect 0.05 --share 0.2 --windows 30,90 --outcome resolved"
)
def power(
    scenario: ScenarioArgument,
    strategy: StrategyOption,
    effect: Annotated[
        float, typer.Option("--effect", metavar="PART", help="Gain to be seen, part of the champion's mean.")
    ] = 0.03,
    share: Annotated[
        float, typer.Option("--share", metavar="SHARE", help="Of accounts in the challenger's arm.")
    ] = 0.5,
    outcome: Annotated[
        str, typer.Option("--outcome", metavar="recovered|resolved", help="What is tested.")
    ] = "recovered",
    windows: Annotated[
        str, typer.Option("--windows", metavar="D,D,...", help="Days after arrival at which accounts are judged.")
    ] = "30,90,180",
    replications: ReplicationsOption = None,
    seed: SeedOption = None,
    horizon: HorizonOption = None,
    workers: WorkersOption = None,
    out: OutOption = None,
    fresh: FreshOption = False,
    lang: LangOption = "en",
    as_json: JsonOption = False,
) -> None:
    """Say how many accounts, and how long, a champion/challenger test takes to see a stated gain.

    Tests are simulated on the champion's own accounts: the effect is stated, the spread is the model's. --lang is that
    of the picture.
    """
    from simcollect import api
    from simcollect.arms.power import PICTURE
    from simcollect.arms.power import power as find

    language, days = check_lang(lang), _days(windows)
    screen = Screen()
    loaded = api.load(scenario, seed=seed, horizon_days=horizon)
    default = api.default_folder(loaded)
    name = f"{default.name}-power-{strategy}-{outcome}-{'-'.join(map(str, days))}"
    folder = out if out is not None else default.with_name(name)

    def ask(report: Callable[[int, int], None]) -> Power:
        return find(
            loaded,
            strategy,
            effect=effect,
            share=share,
            outcome=outcome,
            windows=days,
            replications=replications,
            workers=workers,
            folder=folder,
            fresh=fresh,
            on_progress=report,
        )

    result = answered(ask, folder, screen)
    result.save(folder, language)
    if as_json:
        typer.echo(json.dumps(result.to_dict(), indent=2, ensure_ascii=False))
        return
    print_power(result, screen)
    screen.note(f"Curve, manifest and picture ({PICTURE}): {folder}")


@app.command(
    name="control-arm",
    epilog="Examples:\n\n"
    "simcollect control-arm cards_taiwan balanced\n\n"
    "simcollect control-arm my.toml firm --shares 0.05,0.1 --doubt 0.02 --books 12",
)
def control(
    scenario: ScenarioArgument,
    strategy: StrategyOption,
    shares: Annotated[
        str, typer.Option("--shares", metavar="S,S,...", help="Shares of accounts that are not contacted.")
    ] = "0.02,0.05,0.1,0.2",
    doubt: Annotated[
        float, typer.Option("--doubt", metavar="PART", help="How unsure the strategy's effect is, part of balances.")
    ] = 0.01,
    books: Annotated[
        float, typer.Option("--books", metavar="N", help="How many such books the decision is for.")
    ] = 1.0,
    replications: ReplicationsOption = None,
    seed: SeedOption = None,
    horizon: HorizonOption = None,
    workers: WorkersOption = None,
    out: OutOption = None,
    fresh: FreshOption = False,
    as_json: JsonOption = False,
) -> None:
    """Weigh what a control arm without contact loses against what its answer is worth.

    The loss is simulated with twins; what the answer is worth depends on how unsure you are, which you state.
    """
    from simcollect import api
    from simcollect.arms.control import control_arm

    parts = [_number(part, "--shares") for part in shares.split(",") if part.strip()]
    screen = Screen()
    loaded = api.load(scenario, seed=seed, horizon_days=horizon)
    default = api.default_folder(loaded)
    name = f"{default.name}-control-{strategy}-{'-'.join(f'{part:g}' for part in parts)}"
    folder = out if out is not None else default.with_name(name)

    def ask(report: Callable[[int, int], None]) -> ControlArm:
        return control_arm(
            loaded,
            strategy,
            shares=parts,
            doubt=doubt,
            books=books,
            replications=replications,
            workers=workers,
            folder=folder,
            fresh=fresh,
            on_progress=report,
        )

    result = answered(ask, folder, screen)
    result.save(folder)
    if as_json:
        typer.echo(json.dumps(result.to_dict(), indent=2, ensure_ascii=False))
        return
    print_control(result, screen)
    screen.note(f"Table and manifest: {folder}")


def answered(ask: Callable[[Callable[[int, int], None]], R], folder: Path, screen: Screen) -> R:
    """Ask with progress shown; on Ctrl-C say what is kept and where."""
    from simcollect import api

    try:
        with working(screen, "replications") as report:
            return ask(report)
    except api.Interrupted as stopped:
        screen.error(
            f"Stopped after {stopped.n_finished} of {stopped.n_all} replications. They are kept in {folder}; "
            "go on with the same command."
        )
        raise typer.Exit(STOPPED) from None


def print_power(result: Power, screen: Screen) -> None:
    """Print the power curve and, in sentences, what it takes."""
    from simcollect.arms.asked import resting_on
    from simcollect.cli.tables import plain_table

    n = len(result.manifest.replications)
    screen.say(
        f"{result.scenario.name}, {result.strategy}: power to see a gain of {100.0 * result.effect:.3g} % in what is "
        f"{result.outcome}, {100.0 * result.share:.3g} % of accounts in the challenger's arm, test at 5 %"
    )
    screen.say(
        f"{result.stock:,.0f} accounts on day 0, {result.per_month:,.0f} more a month; spread from {n} "
        f"{'replication' if n == 1 else 'replications'}, seed {result.scenario.run.seed}"
    )
    table = plain_table("judged after")
    for heading in ("accounts", "days in all", "power, %", "by theory, %"):
        table.add_column(heading, justify="right")
    last = None
    for row in result.table().to_dict("records"):
        days = row["days_in_all"]
        table.add_row(
            f"{row['window']} days" if row["window"] != last else "",
            f"{row['n_accounts']:,}",
            "never" if days is None or days != days else f"{int(days):,}",
            f"{100.0 * row['power']:.1f} \u00b1{196.0 * row['power_error']:.1f}",
            f"{100.0 * row['power_by_theory']:.1f}",
        )
        last = row["window"]
    screen.table(table)
    for line in [*result.sentences(), resting_on(result.scenario)]:
        screen.say(line)
    screen.say(f"Digest of the event logs: {result.manifest.digest[:16]}")


def print_control(result: ControlArm, screen: Screen) -> None:
    """Print cost, precision and worth of control arms of several sizes."""
    from simcollect.arms.asked import resting_on
    from simcollect.cli.tables import plain_table

    economics, n = result.scenario.economics, result.n_replications
    minor, effect = economics.minor_units, result.effect()
    ends = "" if n == 1 else f" \u00b1{100.0 * effect.half_width:.2f}"
    screen.say(
        f"{result.scenario.name}: {result.strategy} adds {100.0 * effect.mean:+.2f}{ends} points of opening balances, "
        f"net of cost and with residual value, over no contact ({n} paired "
        f"{'replication' if n == 1 else 'replications'}, seed {result.scenario.run.seed})"
    )
    table = plain_table("control arm")
    for heading in (
        f"loses, {economics.currency}",
        "tells the effect to, points",
        "sees it, %",
        f"worth, {economics.currency}",
        "pays from a doubt of, points",
    ):
        table.add_column(heading, justify="right")
    undecided = []
    for row in result.table().to_dict("records"):
        cost = result.cost(row["share"])
        mark = "" if n > 1 and (cost.low > 0.0 or cost.high < 0.0) else " ?"
        half = "" if n == 1 else f" \u00b1{(cost.high - cost.low) / 2.0 / minor:,.0f}"
        if mark and n > 1:
            undecided.append(f"{100.0 * row['share']:g} %: {cost.sentence()}")
        pays = f"{100.0 * row['worth_it_from']:.2f}" if row["pays"] == "from a doubt" else row["pays"]
        table.add_row(
            f"{100.0 * row['share']:g} %",
            f"{row['cost'] / minor:,.0f}{half}{mark}",
            f"\u00b1{100.0 * row['half_width']:.2f}",
            f"{100.0 * row['sees_it']:.0f}",
            f"{row['value'] / minor:,.0f}",
            pays,
        )
    screen.table(table)
    for line in undecided:
        screen.say(f"? {line}")
    screen.say(
        f"Worth: what deciding by the answer is worth on {result.books:g} such "
        f"{'book' if result.books == 1.0 else 'books'}, if the effect is doubted by {100.0 * result.doubt:g} points "
        "(standard deviation; stated, not found)."
    )
    screen.say(resting_on(result.scenario))
    screen.say(f"Digest of the event logs under {result.strategy}: {result.manifest.digest[:16]}")


def _days(written: str) -> list[int]:
    found = [_number(part, "--windows") for part in written.split(",") if part.strip()]
    if not found or any(day != int(day) for day in found):
        raise InputError("", f'--windows "{written}"', "are no days", "Expected whole numbers: 30,90,180")
    return [int(day) for day in found]


def _number(written: str, option: str) -> Any:
    try:
        return float(written)
    except ValueError:
        raise InputError("", f'{option} "{written}"', "is no number", "Expected numbers with commas between") from None
