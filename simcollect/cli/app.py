"""The commands. Each reads its arguments, calls the api, and prints; errors are told in one place.

Exit codes: 0 done; 1 a check failed or the run could not go on; 2 something the user wrote is wrong; 130 Ctrl-C.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from simcollect.cli.screen import Screen
from simcollect.core.errors import InputError, InputErrors, SimcollectError

BAD_INPUT = 2
STOPPED = 130


class TeachingGroup(TyperGroup):
    """Turns errors raised on purpose into a message and an exit code, whichever command raised them."""

    def invoke(self, ctx: Any) -> Any:
        """Run a command; a :class:`SimcollectError` ends it with its own words, never with a traceback."""
        try:
            return super().invoke(ctx)
        except (InputError, InputErrors) as error:
            Screen().error(str(error))
            raise typer.Exit(BAD_INPUT) from None
        except SimcollectError as error:
            Screen().error(str(error))
            raise typer.Exit(1) from None
        except KeyboardInterrupt:
            Screen().error("Stopped.")
            raise typer.Exit(STOPPED) from None


app = typer.Typer(
    cls=TeachingGroup,
    name="simcollect",
    help="What a collection strategy recovers, what it costs, and which customers it keeps.",
    epilog="Start with:  simcollect compare tiny",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

ScenarioArgument = Annotated[
    str, typer.Argument(metavar="SCENARIO", help="A scenario's name (tiny, cards_taiwan) or a TOML file.")
]
SeedOption = Annotated[int | None, typer.Option("--seed", help="Seed of all draws, in place of the scenario's.")]
HorizonOption = Annotated[
    int | None, typer.Option("--horizon", metavar="DAYS", help="Length of the run, in place of the scenario's.")
]
LangOption = Annotated[str, typer.Option("--lang", metavar="en|zh", help="Language: English or Chinese.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON for a program instead of tables for a person.")]


def _version(wanted: bool) -> None:
    if wanted:
        from simcollect import __version__

        typer.echo(f"simcollect {__version__}")
        raise typer.Exit


@app.callback()
def common(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and stop.")
    ] = False,
) -> None:
    """What a collection strategy recovers, what it costs, and which customers it keeps."""


@app.command(
    epilog="Examples:\n\n"
    "simcollect compare tiny\n\n"
    "simcollect compare cards_taiwan --strategies balanced,firm --replications 40\n\n"
    "simcollect compare my.toml --against gentle --out results/mine\n\n"
    "simcollect compare cards_taiwan --uncertainty --draws 40\n\n"
    "simcollect compare cards_taiwan --precision net_recovery=0.3pp --precision kept=0.5pp --at-most 100"
)
def compare(
    scenario: ScenarioArgument,
    strategies: Annotated[
        str | None, typer.Option("--strategies", metavar="A,B,...", help="Which to compare; all when left out.")
    ] = None,
    replications: Annotated[
        int | None, typer.Option("--replications", help="How many, in place of the scenario's number.")
    ] = None,
    seed: SeedOption = None,
    horizon: HorizonOption = None,
    against: Annotated[
        str | None, typer.Option("--against", metavar="STRATEGY", help="What differences are taken to (balanced).")
    ] = None,
    workers: Annotated[
        int | None, typer.Option("--workers", min=1, help="Processes; as many as there are cores when left out.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FOLDER", help="Results folder; results/NAME-ID when left out.")
    ] = None,
    fresh: Annotated[bool, typer.Option("--fresh", help="Throw away finished runs found in the folder.")] = False,
    uncertainty: Annotated[
        bool,
        typer.Option("--uncertainty", help="Also draw what is calibrated or assumed, and split every interval by it."),
    ] = False,
    draws: Annotated[
        int | None, typer.Option("--draws", min=5, help="Draws of the assumed numbers, with --uncertainty (40).")
    ] = None,
    draw_replications: Annotated[
        int | None, typer.Option("--draw-replications", min=2, help="Replications of each draw (4).")
    ] = None,
    simultaneous: Annotated[
        bool, typer.Option("--simultaneous", help="Intervals that hold all at once, in place of each by itself.")
    ] = False,
    precision: Annotated[
        list[str] | None,
        typer.Option(
            "--precision",
            metavar="OUTCOME=HALF",
            help="Run until differences are known this closely (0.5pp, 20TWD, or =sign); may be repeated.",
        ),
    ] = None,
    at_most: Annotated[
        int | None, typer.Option("--at-most", metavar="N", help="With --precision: replications to give up at (200).")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Play strategies on the same borrowers with the same luck, and print paired differences with 95 % intervals.

    Finished replications are kept in the results folder: after Ctrl-C the same command goes on where it stopped, and
    with more --replications only the new ones are run.
    """
    from simcollect import api
    from simcollect.cli.precision import compare_until, until_of
    from simcollect.cli.tables import print_comparison
    from simcollect.cli.uncertainty import drawn_comparison, draws_of, print_uncertainty

    screen = Screen()
    until = until_of(precision, at_most, replications, uncertainty)
    chosen = None if strategies is None else [name.strip() for name in strategies.split(",") if name.strip()]
    loaded = api.load(scenario, seed=seed, horizon_days=horizon)
    folder = out if out is not None else api.default_folder(loaded)
    drawn = draws_of(loaded, uncertainty, draws, draw_replications)
    announce_compiling(screen)
    how = {"against": against, "workers": workers, "folder": folder, "fresh": fresh}
    try:
        if until is not None:
            compare_until(loaded, chosen, until, at_most, how, screen, as_json)
            return
        with screen.progress("runs") as report:
            result = api.compare(
                loaded,
                strategies=chosen,
                replications=replications,
                against=against,
                workers=workers,
                folder=folder,
                fresh=fresh,
                on_progress=report,
            )
        doubt = drawn_comparison(result, drawn, draw_replications, workers, folder, fresh, screen)
    except api.Interrupted as stopped:
        screen.error(
            f"Stopped after {stopped.n_finished} of {stopped.n_all} runs. They are kept in {folder}; "
            f"go on with:\n  {_same_command(folder)}"
        )
        raise typer.Exit(STOPPED) from None
    result.save(folder)
    if doubt is not None:
        doubt.save(folder)
    if as_json:
        shown = result.to_dict() if doubt is None else result.to_dict() | {"uncertainty": doubt.to_dict()}
        typer.echo(json.dumps(shown, indent=2, ensure_ascii=False))
    else:
        print_comparison(result, screen, simultaneous)
        if doubt is not None:
            print_uncertainty(doubt, screen)
        screen.note(f"Results, picture and manifest: {folder}")


@app.command(
    epilog="Examples:\n\n"
    "simcollect run tiny balanced\n\n"
    "simcollect run cards_taiwan firm --replication 3 --out results/firm3\n\n"
    "simcollect run --from results/firm3/manifest.json"
)
def run(
    scenario: Annotated[
        str | None, typer.Argument(metavar="[SCENARIO]", help="A scenario's name or a TOML file.")
    ] = None,
    strategy: Annotated[str | None, typer.Argument(metavar="[STRATEGY]", help="One of its strategies.")] = None,
    manifest: Annotated[
        Path | None,
        typer.Option("--from", metavar="MANIFEST", help="Repeat what a manifest describes and compare the digests."),
    ] = None,
    replication: Annotated[int, typer.Option("--replication", min=0, max=2**31 - 1, help="Which replication.")] = 0,
    seed: SeedOption = None,
    horizon: HorizonOption = None,
    workers: Annotated[int | None, typer.Option("--workers", min=1, help="Processes, for --from.")] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="FOLDER", help="Results folder; results/SCENARIO-STRATEGY when left out."),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Run one strategy once and keep its event log, accounts, picture and manifest; or repeat a run from a manifest."""
    from simcollect import api
    from simcollect.cli.tables import print_run

    screen = Screen()
    if manifest is not None:
        if scenario is not None or strategy is not None:
            raise InputError("", "--from", "stands beside a scenario", "Expected one or the other")
        if replication != 0 or seed is not None or horizon is not None or out is not None:
            raise InputError(
                "",
                "--from",
                "stands beside an option that the manifest settles (--replication, --seed, --horizon or --out)",
                "Expected only --workers and --json with it",
                "To change them, run the scenario instead",
            )
        _repeat(manifest, workers, screen, as_json)
        return
    if scenario is None or strategy is None:
        raise InputError(
            "",
            "run",
            "names no " + ("scenario" if scenario is None else "strategy"),
            "Expected a scenario and a strategy, or --from and a manifest",
            "For instance: simcollect run tiny balanced",
        )
    loaded = api.load(scenario, seed=seed, horizon_days=horizon)
    folder = out if out is not None else Path("results") / f"{loaded.name}-{strategy}"
    announce_compiling(screen)
    result = api.run(loaded, strategy, replication=replication)
    result.save(folder)
    if as_json:
        typer.echo(json.dumps(result.to_dict(), indent=2, ensure_ascii=False))
    else:
        print_run(result, screen)
        screen.note(f"Event log, accounts, picture and manifest: {folder}")


@app.command(epilog="Examples:\n\nsimcollect validate my.toml\n\nsimcollect validate tiny")
def validate(scenario: ScenarioArgument) -> None:
    """Check a scenario: print what it describes, or every fault with what to do about it."""
    from simcollect import api
    from simcollect.cli.tables import print_scenario

    screen = Screen()
    loaded = api.load(scenario)
    print_scenario(loaded, api.build_population(loaded), screen)


@app.command(
    epilog="Examples:\n\n"
    "simcollect population tiny\n\n"
    "simcollect population cards_taiwan --out book.parquet\n\n"
    "simcollect population my.toml --replication 3 --out book.csv"
)
def population(
    scenario: ScenarioArgument,
    replication: Annotated[
        int, typer.Option("--replication", min=0, max=2**31 - 1, help="Which replication's book.")
    ] = 0,
    seed: SeedOption = None,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="Also write the book, as .parquet or .csv.")
    ] = None,
) -> None:
    """Print a summary of the accounts a scenario starts from and receives."""
    from simcollect import api
    from simcollect.cli.tables import print_population

    screen = Screen()
    loaded = api.load(scenario, seed=seed)
    book = api.build_population(loaded, replication=replication)
    frame = api.book_table(book)
    if out is not None:
        api.write_table(frame, out)
    print_population(loaded, book, frame, screen)
    if out is not None:
        screen.note(f"Book: {out}")


@app.command(epilog="Example:\n\nsimcollect schema > scenario.schema.json")
def schema() -> None:
    """Print the JSON Schema of a scenario file, for editors that complete and check while you type."""
    from simcollect import api

    typer.echo(json.dumps(api.schema(), indent=2, ensure_ascii=False))


@app.command(epilog="Examples:\n\nsimcollect twins\n\nsimcollect twins --replications 100 --stock 300")
def twins(
    replications: Annotated[int, typer.Option("--replications", min=3, help="Pairs under each way of drawing.")] = 40,
    stock: Annotated[int, typer.Option("--stock", min=10, help="Accounts on day 0 of the reference book.")] = 600,
    workers: Annotated[int | None, typer.Option("--workers", min=1, help="Processes.")] = None,
) -> None:
    """Measure what keyed twins are worth: escalation on day 25 against 45, scarce staff, three ways of drawing."""
    from simcollect.cli.measures import print_coupling
    from simcollect.experiment.coupling import measure_coupling, reference_pair

    screen = Screen()
    announce_compiling(screen)
    with screen.progress("pairs") as report:
        measured = measure_coupling(reference_pair(n_stock=stock), replications, workers, report)
    if not print_coupling(measured, screen):
        raise typer.Exit(1)


@app.command(epilog="Example:\n\nsimcollect bench --rounds 9")
def bench(
    rounds: Annotated[int, typer.Option("--rounds", min=1, help="Times each program is run, in turn.")] = 5,
) -> None:
    """Measure speed as ratios in one run: the engine against a bare SimPy program with the same operations."""
    from simcollect.cli.measures import print_bench
    from simcollect.experiment.bench import bench as measure

    screen = Screen()
    announce_compiling(screen)
    with screen.progress("rounds") as report:
        measured = measure(rounds, report)
    if not print_bench(measured, screen):
        raise typer.Exit(1)


def _repeat(manifest: Path, workers: int | None, screen: Screen, as_json: bool) -> None:
    from simcollect import api
    from simcollect.cli.tables import print_repeat

    announce_compiling(screen)
    with screen.progress("runs") as report:
        repeated = api.repeat(manifest, workers=workers, on_progress=report)
    if as_json:
        typer.echo(json.dumps(repeated.to_dict(), indent=2))
    else:
        print_repeat(repeated, screen)
    if not repeated.same:
        raise typer.Exit(1)


def announce_compiling(screen: Screen) -> None:
    """Say that the first run takes longer, when it does."""
    from simcollect import api

    if not api.is_compiled():
        screen.note("Compiling the model: about half a minute, once after an installation or a change of the program.")


def _same_command(folder: Path) -> str:
    """Return the command line as it was given, without --fresh, for going on after Ctrl-C."""
    words = [word for word in sys.argv[1:] if word != "--fresh"]
    if "--out" not in words and not any(word.startswith("--out=") for word in words):
        words += ["--out", str(folder)]
    return " ".join(["simcollect", *words])


def main(arguments: list[str] | None = None) -> None:
    """Run the command line; ``arguments`` are those of the process when None."""
    call: Callable[..., Any] = app
    try:
        call(arguments) if arguments is not None else call()
    except KeyboardInterrupt:  # before or after a command, while modules are loaded
        sys.exit(STOPPED)
