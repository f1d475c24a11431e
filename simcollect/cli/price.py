"""The command ``simcollect price-rule``: what one rule of conduct costs, and who benefits."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from simcollect.cli.app import STOPPED, HorizonOption, JsonOption, ScenarioArgument, SeedOption, announce_compiling, app
from simcollect.cli.screen import Screen

if TYPE_CHECKING:
    from simcollect.experiment.price import RulePrice


@app.command(
    "price-rule",
    epilog="Examples:\n\n"
    "simcollect price-rule cards_taiwan calls_per_7_days\n\n"
    "simcollect price-rule my.toml R1 --strategy firm --replications 40 --out results/cap",
)
def price_rule(
    scenario: ScenarioArgument,
    rule: Annotated[
        str,
        typer.Argument(
            metavar="RULE", help="A field of the rules block (calls_per_7_days), or the id of a pack's rule (R1)."
        ),
    ],
    strategy: Annotated[
        list[str] | None, typer.Option("--strategy", metavar="NAME", help="Under which strategy; all when left out.")
    ] = None,
    replications: Annotated[
        int | None, typer.Option("--replications", help="How many, in place of the scenario's number.")
    ] = None,
    seed: SeedOption = None,
    horizon: HorizonOption = None,
    workers: Annotated[
        int | None, typer.Option("--workers", min=1, help="Processes; as many as there are cores when left out.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FOLDER", help="Results folder; results/NAME-RULE-ID when left out.")
    ] = None,
    fresh: Annotated[bool, typer.Option("--fresh", help="Throw away finished runs found in the folder.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Run the same borrowers with the same luck with a rule and without it, and print what the rule changes.

    Finished replications are kept in the results folder: after Ctrl-C the same command goes on where it stopped.
    """
    from simcollect import api
    from simcollect.experiment.price import default_folder
    from simcollect.experiment.price import price_rule as price
    from simcollect.experiment.rule_asked import rule_asked

    screen = Screen()
    loaded = api.load(scenario, seed=seed, horizon_days=horizon)
    folder = out if out is not None else default_folder(loaded, rule_asked(loaded, rule))
    announce_compiling(screen)
    try:
        with screen.progress("runs") as report:
            result = price(
                loaded,
                rule,
                strategies=strategy,
                replications=replications,
                workers=workers,
                folder=folder,
                fresh=fresh,
                on_progress=report,
            )
    except api.Interrupted as stopped:
        words = [word for word in sys.argv[1:] if word != "--fresh"]
        screen.error(
            f"Stopped after {stopped.n_finished} of {stopped.n_all} runs. They are kept in {folder}; "
            f"go on with:\n  {' '.join(['simcollect', *words])}"
        )
        raise typer.Exit(STOPPED) from None
    result.save(folder)
    if as_json:
        typer.echo(json.dumps(result.to_dict(), indent=2, ensure_ascii=False))
    else:
        print_price(result, screen)
        screen.note(f"Runs with and without the rule, both tables: {folder}")


def print_price(result: RulePrice, screen: Screen) -> None:
    """Print what the rule changes: all measures, then by segment where one strategy was asked for."""
    from simcollect.cli.tables import reading_aid

    n = result.n_replications
    screen.say(f"{result.enforced.manifest.scenario}: {result.rule.sentence()}")
    screen.say(
        f"{result.days[-1]} days, {n} paired {'replication' if n == 1 else 'replications'}, "
        f"seed {result.enforced.manifest.seed}"
    )
    screen.say()
    if len(result.strategies) == 1:
        strategy = result.strategies[0]
        screen.say(f"{strategy}: with the rule - without it, same borrowers and same luck, \u00b1 95 % interval")
        _print_one(result, strategy, screen)
        _print_segments(result, strategy, screen)
    else:
        screen.say("With the rule - without it, same borrowers and same luck, \u00b1 95 % interval")
        _print_many(result, screen)
        screen.say("Name one with --strategy to see both sides and who bears it by segment; segments.csv has all.")
    found = [result.difference(measure, strategy) for strategy in result.strategies for measure in result.measures]
    for line in reading_aid(found):
        screen.say(line)
    for line in answers(result):
        screen.say(line)


def answers(result: RulePrice) -> list[str]:
    """Return in sentences what the rule blocked, and whether work moves to court.

    One sentence a strategy. A difference that the replications do not settle is said to be unsettled.
    """
    from simcollect.stats import Verdict

    lines = []
    for strategy in result.strategies:
        blocked = result.blocked(strategy)
        if blocked == 0.0 and all(_same(result, measure, strategy) for measure in result.measures):
            lines.append(f"{strategy}: the rule blocks nothing and changes nothing here.")
            continue
        sued = result.difference("sued_share", strategy)
        if sued is None or sued.verdict is Verdict.ONE_REPLICATION:
            court = "one replication cannot tell whether more accounts are sued"
        elif sued.verdict is Verdict.HIGHER:
            court = f"{100.0 * sued.mean:.2f} points more of the accounts are sued"
        elif sued.verdict is Verdict.LOWER:
            court = f"{-100.0 * sued.mean:.2f} points fewer of the accounts are sued"
        elif sued.verdict is Verdict.NO_DIFFERENCE:
            court = "as many accounts are sued as without it"
        else:
            court = f"whether more accounts are sued: {sued.sentence()}"
        lines.append(f"{strategy}: {blocked:,.1f} actions a run are blocked {result.rule.blocked_under}; {court}.")
    return lines


def _same(result: RulePrice, measure: str, strategy: str) -> bool:
    from simcollect.stats import Verdict

    found = result.difference(measure, strategy)
    return found is None or found.verdict is Verdict.NO_DIFFERENCE or found.mean == 0.0


def _print_one(result: RulePrice, strategy: str, screen: Screen) -> None:
    from simcollect.cli.tables import difference_text, number_text, plain_table, unit_text
    from simcollect.experiment.measure import ALL_MEASURES

    currency, minor = result.enforced.currency, result.enforced.minor_units
    table = plain_table("", "outcome", "unit")
    for heading in ("without", "with", "difference"):
        table.add_column(heading, justify="right")
    table.add_row("H", result.blocked_label, "", "0.0", f"{result.blocked(strategy):,.1f}", "")
    letter = ""
    for measure in result.measures:
        meaning = ALL_MEASURES[measure]
        sides = [number_text(result.mean(measure, strategy, enforced=side), measure, minor) for side in (False, True)]
        first = meaning.letter if meaning.letter != letter else ""
        unit = unit_text(measure, currency)
        table.add_row(
            first, meaning.label, unit, *sides, difference_text(result.difference(measure, strategy), measure, minor)
        )
        letter = meaning.letter
    screen.table(table)


def _print_many(result: RulePrice, screen: Screen) -> None:
    from simcollect.cli.tables import difference_text, plain_table, unit_text
    from simcollect.experiment.measure import ALL_MEASURES

    currency, minor = result.enforced.currency, result.enforced.minor_units
    table = plain_table("", "outcome", "unit")
    for strategy in result.strategies:
        table.add_column(strategy, justify="right")
    table.add_row("H", result.blocked_label, "a run", *(f"{result.blocked(name):,.1f}  " for name in result.strategies))
    letter = ""
    for measure in result.measures:
        meaning = ALL_MEASURES[measure]
        cells = [difference_text(result.difference(measure, name), measure, minor) for name in result.strategies]
        unit = unit_text(measure, currency)
        first = meaning.letter if meaning.letter != letter else ""
        table.add_row(first, meaning.label, "points" if unit == "%" else unit, *cells)
        letter = meaning.letter
    screen.table(table)


def _print_segments(result: RulePrice, strategy: str, screen: Screen) -> None:
    from simcollect.cli.tables import difference_text, plain_table, unit_text
    from simcollect.experiment.detail import BY_SEGMENT
    from simcollect.experiment.measure import ALL_MEASURES

    if len(result.segments) < 2:
        return
    currency, minor = result.enforced.currency, result.enforced.minor_units
    screen.say("The same by segment: who bears the rule, who benefits")
    table = plain_table("", "outcome", "unit")
    for segment in result.segments:
        table.add_column(segment, justify="right")
    for measure in BY_SEGMENT:
        meaning = ALL_MEASURES[measure]
        cells = [
            difference_text(result.in_segment(measure, segment, strategy), measure, minor)
            for segment in result.segments
        ]
        unit = unit_text(measure, currency)
        table.add_row(meaning.letter, meaning.label, "points" if unit == "%" else unit, *cells)
    screen.table(table)
