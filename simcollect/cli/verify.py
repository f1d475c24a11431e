"""The command ``simcollect verify``: the engine against closed-form theory."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from simcollect.cli.app import STOPPED, JsonOption, announce_compiling, app
from simcollect.cli.screen import Screen

if TYPE_CHECKING:
    from simcollect.verify import Case, Row, Verification


@app.command(
    epilog="Examples:\n\n"
    "simcollect verify\n\n"
    "simcollect verify --list\n\n"
    "simcollect verify contact_cap --set rpc_prob=0.1 --set attempts=5\n\n"
    "simcollect verify absorbing_chain --set q=[[0.5,0.2],[0.3,0.1]] --set r=[[0.3,0],[0.5,0.1]]"
)
def verify(
    cases: Annotated[
        list[str] | None, typer.Argument(metavar="[CASES]...", help="Cases by name; all when left out (see --list).")
    ] = None,
    settings: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="NAME=VALUE", help="A parameter of the cases named; lists as [1,2], [[1],[2]]."),
    ] = None,
    replications: Annotated[
        int | None, typer.Option("--replications", help="How many, in place of each case's own number.")
    ] = None,
    seed: Annotated[int | None, typer.Option("--seed", min=0, help="Seed of all draws.")] = None,
    workers: Annotated[
        int | None, typer.Option("--workers", min=1, help="Processes; as many as there are cores when left out.")
    ] = None,
    listed: Annotated[bool, typer.Option("--list", help="Print the cases and their parameters, and stop.")] = False,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FOLDER", help="Also write verify.json and a picture there.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Compare the engine with theory: theory, estimate, standard error and verdict, case by case.

    A case is the real engine with a scenario that theory has a formula for. Engine and theory agree where they are no
    more than 4 standard errors apart, and equal where nothing is random. Comparisons with
    what others report are shown too, and not counted. Exit code 1 if anything disagrees with theory.
    """
    from simcollect.core.errors import InputError
    from simcollect.experiment.run import Interrupted
    from simcollect.verify import cases_named
    from simcollect.verify import verify as ask

    screen = Screen()
    if listed:
        print_cases(cases_named(cases or []), screen, as_json)
        return
    if settings and not cases:
        raise InputError("verify", "--set", "is given without a case", "Expected the case it is for", "See --list")
    parts = dict(_parted(text) for text in settings or [])
    announce_compiling(screen)
    try:
        with screen.progress("replications") as report:
            found = ask(cases or [], parts, replications=replications, seed=seed, workers=workers, on_progress=report)
    except Interrupted as stopped:
        screen.error(f"Stopped after {stopped.n_finished} of {stopped.n_all} replications; nothing was kept.")
        raise typer.Exit(STOPPED) from None
    if out is not None:
        found.save(out)
    if as_json:
        typer.echo(json.dumps(found.to_dict(), indent=2, ensure_ascii=False, allow_nan=False))
    else:
        print_verification(found, screen)
    if out is not None:
        screen.note(f"Table and picture: {out}")
    if not found.agrees:
        raise typer.Exit(1)


def _parted(text: str) -> tuple[str, str]:
    from simcollect.core.errors import InputError

    name, sign, value = text.partition("=")
    if not sign or not name.strip():
        raise InputError("verify", "--set", f"is {text}", "Expected name=value", "For instance --set attempts=5")
    return name.strip(), value.strip()


def print_cases(cases: list[Case], screen: Screen, as_json: bool) -> None:
    """Print names, titles and parameters."""
    if as_json:
        listed = [
            {
                "name": case.name,
                "title": case.title,
                "source": case.source,
                "replications": case.replications,
                "slow": case.slow,
                "parameters": [
                    {"name": p.name, "default": p.default, "unit": p.unit, "help": p.help} for p in case.parameters
                ],
            }
            for case in cases
        ]
        typer.echo(json.dumps(listed, indent=2, ensure_ascii=False))
        return
    for case in cases:
        slow = ", slow" if case.slow else ""
        runs = "1 replication" if case.replications == 1 else f"{case.replications} replications"
        screen.say(f"{case.name}: {case.title} ({case.source}; {runs}{slow})")
        for parameter in case.parameters:
            default = parameter.default if isinstance(parameter.default, str) else json.dumps(parameter.default)
            screen.say(f"    {parameter.name} = {default}  {parameter.help} ({parameter.unit})")


def print_verification(found: Verification, screen: Screen) -> None:
    """Print one line a quantity, and a sentence at the end."""
    from simcollect.cli.tables import plain_table
    from simcollect.verify.verdict import LIMIT

    table = plain_table()
    table.add_column("case", no_wrap=True)
    table.add_column("quantity")
    for heading in ("theory", "estimate", "std. error", "z"):
        table.add_column(heading, justify="right")
    table.add_column("verdict")
    before = ""
    for row in found.rows:
        theory = f"{row.theory:.6g} to {row.theory_high:.6g}" if row.is_band else f"{row.theory:.7g}"
        name = row.case if row.case != before else ""
        table.add_row(
            name, row.quantity, theory, f"{row.estimate:.7g}", f"{row.se:.2g}", f"{row.z:+.2f}", _verdict(row)
        )
        before = row.case
    screen.table(table)
    n, bad, odd = len(found.rows), len(found.disagreeing), len(found.implausible)
    cases = len({row.case for row in found.rows})
    said = f"{n} quantities of {cases} {'case' if cases == 1 else 'cases'}, seed {found.seed}, {found.seconds:.0f} s: "
    said += "all agree" if bad + odd == 0 else f"{bad} disagree with theory"
    screen.say(f"{said} (agree: no more than {LIMIT:g} standard errors apart; equal where nothing is random).")
    if odd:
        screen.say(f"{odd} outside what others report: plausibility, not theory, and not counted.")
    for case, why in {row.case: row.plausibility for row in found.rows if row.plausibility}.items():
        screen.say(f"{case}: {why}")


def _verdict(row: Row) -> str:
    return f"{row.verdict} (plausibility)" if row.plausibility else row.verdict
