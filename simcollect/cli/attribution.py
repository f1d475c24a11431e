"""The command `attribute`: what each unit of money owes to a strategy."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.box import SIMPLE_HEAD
from rich.table import Table

from simcollect.cli.app import (
    STOPPED,
    HorizonOption,
    JsonOption,
    LangOption,
    ScenarioArgument,
    SeedOption,
    announce_compiling,
    app,
)
from simcollect.cli.screen import Screen
from simcollect.core.errors import InputError
from simcollect.core.words import check_lang

if TYPE_CHECKING:
    from simcollect.experiment.attribution import AttributionResult, Staff
    from simcollect.outcomes.attribution import By
    from simcollect.stats import Estimate

_GROUP_PARTS = {
    "no_action_cents": "no action",
    "accelerated_cents": "accelerated",
    "incremental_cents": "incremental",
    "cannibalised_cents": "cannibalised",
    "lost_cents": "lost",
    "difference_cents": "difference",
    "net_difference_cents": "net of cost",
}


@app.command(
    epilog="Examples:\n\n"
    "simcollect attribute tiny firm\n\n"
    "simcollect attribute cards_taiwan settle_early --replications 40 --by cell\n\n"
    "simcollect attribute my.toml balanced --lang zh --out results/mine"
)
def attribute(
    scenario: ScenarioArgument,
    strategy: Annotated[str, typer.Argument(metavar="STRATEGY", help="One of its strategies.")],
    replications: Annotated[
        int | None, typer.Option("--replications", help="How many, in place of the scenario's number.")
    ] = None,
    seed: SeedOption = None,
    horizon: HorizonOption = None,
    workers: Annotated[
        int | None, typer.Option("--workers", min=1, help="Processes; as many as there are cores when left out.")
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="FOLDER", help="Results folder; results/NAME-ID-STRATEGY when left out."),
    ] = None,
    fresh: Annotated[
        bool, typer.Option("--fresh", help="Throw away finished replications found in the folder.")
    ] = False,
    by: Annotated[
        str | None, typer.Option("--by", metavar="segment|cell", help="Also a table by segment or borrower cell.")
    ] = None,
    lang: LangOption = "en",
    as_json: JsonOption = False,
) -> None:
    """Say where a strategy's recovery comes from: what would have come anyway, earlier, or not at all.

    Every replication is run three times on the same borrowers with the same luck: under the strategy, without any
    action, and under the strategy with unlimited staff. Parts add up to the cent on every account. --lang is that of
    the picture.
    """
    from simcollect import api
    from simcollect.experiment.attribution import PICTURE
    from simcollect.experiment.attribution import attribute as run_twins

    key, language = _by(by), check_lang(lang)
    screen = Screen()
    loaded = api.load(scenario, seed=seed, horizon_days=horizon)
    default = api.default_folder(loaded)
    folder = out if out is not None else default.with_name(f"{default.name}-{strategy}")
    announce_compiling(screen)
    try:
        with screen.progress("replications") as report:
            result = run_twins(
                loaded,
                strategy,
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
    else:
        print_attribution(result, screen, key)
        screen.note(f"Tables, manifest and picture ({PICTURE}): {folder}")


def print_attribution(result: AttributionResult, screen: Screen, by: By | None = None) -> None:
    """Print the parts with their intervals, sentences that say what they mean, and a table by group when asked."""
    from simcollect.experiment.attribution_sentences import sentences

    n = result.n_replications
    accounts, opening = float(result.n_accounts().mean()), float(result.cents("opening_cents").mean())
    screen.say(
        f"{result.manifest.scenario}, {result.strategy}: {accounts:,.0f} accounts owing {result.currency} "
        f"{opening / result.minor_units:,.0f}, {result.days[-1]} days, {n} paired "
        f"{'replication' if n == 1 else 'replications'}, seed {result.manifest.seed}"
    )
    screen.say()
    screen.say("Where the recovery comes from, % of opening balances \u00b1 95 % interval")
    screen.table(_parts(result))
    for sentence in sentences(result):
        screen.say(sentence)
    if by is not None:
        screen.say()
        screen.say(f"By {by}, % of the group's opening balances \u00b1 95 % interval over all groups of a column")
        screen.table(_groups(result, by))
    screen.say(f"Digest of the strategy's event logs: {result.manifest.digest[:16]}")


def _parts(result: AttributionResult) -> Table:
    from simcollect.experiment.attribution import ONLY_WITH_OWN_STAFF
    from simcollect.outcomes.attribution import PARTS

    table = Table(box=SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0))
    table.add_column("part")
    for heading in (result.currency, "% of opening", "of 100 recovered", "unlimited staff, %", "congestion, %"):
        table.add_column(heading, justify="right")
    for part, meaning in PARTS.items():
        divides = meaning.label[0].islower()
        cents = result.cents(part)
        if part == "opening_cents" or (divides and not cents.any()):
            continue
        if part in ("no_action_cents", "recovered_cents", "difference_cents", "cost_cents"):
            table.add_section()
        staff: tuple[Staff, ...] = () if part in ONLY_WITH_OWN_STAFF else ("unlimited", "congestion")
        money = f"{cents.mean() / result.minor_units:,.0f}"
        hundred = result.per_hundred(part)
        table.add_row(
            f"  {meaning.label}" if divides else meaning.label,
            money,
            _shown(result.estimate(part)),
            "-" if hundred != hundred else f"{hundred:.1f}",
            *(_shown(result.estimate(part, kind)) for kind in staff),
        )
    return table


def _groups(result: AttributionResult, by: By) -> Table:
    table = Table(box=SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0))
    table.add_column(by, no_wrap=True)
    for heading in ("accounts", *_GROUP_PARTS.values()):
        table.add_column(heading, justify="right", no_wrap=True)
    names = result.names(by)
    for name in names:
        found = [result.estimate(part, comparisons=len(names), by=by, group=name) for part in _GROUP_PARTS]
        accounts = f"{result.n_accounts(by=by, group=name).mean():,.0f}"
        intervals_below = (_shown(estimate, 1).replace(" ", "\n") for estimate in found)
        table.add_row(name.replace("_", " "), accounts, *intervals_below)
    return table


def _shown(found: Estimate | None, decimals: int = 2) -> str:
    if found is None:
        return "-"
    if found.mean == 0.0 and found.standard_error == 0.0:
        return "0"  # in every replication
    # Rounded first, and 0 added, so that nothing is ever shown as -0.00.
    mean = f"{round(100.0 * found.mean, decimals) + 0.0:.{decimals}f}"
    reach = max(found.mean - found.low, found.high - found.mean)  # the longer arm: skewed shares have two
    return mean if found.n == 1 else f"{mean} \u00b1{100.0 * reach:.{decimals}f}"


def _by(by: str | None) -> By | None:
    from simcollect.outcomes.attribution import BY

    for known in BY:
        if by == known:
            return known
    if by is not None:
        raise InputError.unknown("", by, BY, "group")
    return None
