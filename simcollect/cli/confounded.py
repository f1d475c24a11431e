"""The command `confounded`: a log whose treatment was not random, with the truth beside it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from simcollect.cli.app import HorizonOption, JsonOption, ScenarioArgument, SeedOption, app
from simcollect.cli.power import FreshOption, ReplicationsOption, WorkersOption, answered
from simcollect.cli.screen import Screen
from simcollect.core.errors import InputError

if TYPE_CHECKING:
    from simcollect.arms.confounded import Confounded
    from simcollect.arms.policy import LoggingPolicy


@app.command(
    epilog="Examples:\n\n"
    "simcollect confounded cards_taiwan gentle firm --out results/bench\n\n"
    "simcollect confounded cards_taiwan gentle firm --hidden --out results/hidden\n\n"
    "simcollect confounded my.toml gentle firm --weight dpd=1.0 --weight willingness=-0.5 --out results/mine"
)
def confounded(
    scenario: ScenarioArgument,
    first: Annotated[str, typer.Argument(metavar="A", help="Strategy of the untreated.")],
    second: Annotated[str, typer.Argument(metavar="B", help="Strategy of the treated.")],
    out: Annotated[Path, typer.Option("--out", metavar="FOLDER", help="Folder for tables and data dictionary.")],
    weight: Annotated[
        list[str] | None,
        typer.Option(
            "--weight",
            metavar="FEATURE=LOGODDS",
            help="Log odds of treatment for one s.d. more; repeat it.",
        ),
    ] = None,
    intercept: Annotated[float, typer.Option("--intercept", help="Log odds of the average account.")] = 0.0,
    hidden: Annotated[bool, typer.Option("--hidden", help="Treatment also depends on what no analyst sees.")] = False,
    own_staff: Annotated[
        bool, typer.Option("--own-staff", help="Keep the scenario's staff, so that borrowers compete for it.")
    ] = False,
    replications: ReplicationsOption = None,
    seed: SeedOption = None,
    horizon: HorizonOption = None,
    workers: WorkersOption = None,
    fresh: FreshOption = False,
    as_json: JsonOption = False,
) -> None:
    """Write a log in which hard accounts are treated otherwise, one row a borrower, for causal-inference libraries.

    observed.csv is what an analyst has; truth.csv holds propensity, latent features and both potential outcomes.
    Printed is how far four textbook methods are off the truth.
    """
    from simcollect import api
    from simcollect.arms.confounded import confounded as make

    policy = _policy(weight, intercept, hidden)
    screen = Screen()
    loaded = api.load(scenario, seed=seed, horizon_days=horizon)

    def ask(report: Callable[[int, int], None]) -> Confounded:
        return make(
            loaded,
            first,
            second,
            policy,
            own_staff=own_staff,
            replications=replications,
            workers=workers,
            folder=out,
            fresh=fresh,
            on_progress=report,
        )

    result = answered(ask, out, screen)
    result.save(out)
    if as_json:
        typer.echo(json.dumps(result.to_dict(), indent=2, ensure_ascii=False))
        return
    print_confounded(result, screen)
    screen.note(f"observed, truth (CSV and Parquet), dictionary and methods: {out}")


def print_confounded(result: Confounded, screen: Screen) -> None:
    """Print who was treated, and how far methods are off the truth."""
    from simcollect.arms.asked import resting_on
    from simcollect.arms.confounded import OUTCOMES
    from simcollect.cli.tables import plain_table

    n, table = len(result.manifest.replications), result.table
    weights = ", ".join(f"{name} {value:+g}" for name, value in result.policy.weights.items())
    screen.say(
        f"{result.scenario.name}: {len(table):,} borrowers in {n} {'book' if n == 1 else 'books'}, "
        f"{100.0 * table['treated'].mean():.0f} % under {result.second}, the others under {result.first}"
    )
    screen.say(f"Log odds of treatment: {weights or 'random'}")
    if result.policy.is_hidden:
        screen.say("Part of that no analyst sees: methods that use what is observed must fail.")
    elif result.policy.weights:
        screen.say(
            "The four methods are handed the policy's own features, and weighting fits a model of its very form:"
        )
        screen.say("read them as the best case. Your own method goes beside them: Confounded.assess(methods=...).")
    shown = plain_table("outcome", "method")
    for heading in ("estimate", "truth", "bias", "coverage, %"):
        shown.add_column(heading, justify="right")
    more = []
    for outcome in OUTCOMES:
        for position, row in enumerate(result.assess(outcome).to_dict("records")):
            half = "" if n == 1 else f" \u00b1{(row['high'] - row['low']) / 2.0:.4f}"
            mark = "  " if row["verdict"] == "biased" else " ?"
            if row["verdict"] != "biased" and row["more_replications"] is not None:
                more.append(int(row["more_replications"]))
            shown.add_row(
                outcome if position == 0 else "",
                row["method"],
                f"{row['estimate']:+.4f}",
                f"{row['truth']:+.4f}",
                f"{row['bias']:+.4f}{half}{mark}",
                f"{100.0 * row['coverage']:.0f}",
            )
    screen.table(shown)
    if n == 1:
        screen.say("? One book has no interval: run more replications to learn what is bias and what is luck.")
    elif more:
        settle = sorted(more)[len(more) // 2]
        screen.say(f"? no bias seen; about {settle:,} more replications would settle half of these.")
    screen.say(resting_on(result.scenario))
    screen.say(f"Digest of the event logs: {result.manifest.digest[:16]}")


def _policy(weights: list[str] | None, intercept: float, hidden: bool) -> LoggingPolicy:
    from simcollect.arms.policy import HARDER_GET_MORE, WITH_A_HUNCH, LoggingPolicy

    if not weights:
        usual = WITH_A_HUNCH if hidden else HARDER_GET_MORE
        return LoggingPolicy(usual.weights, intercept)
    found: dict[str, float] = {}
    for text in weights:
        name, _, value = text.partition("=")
        try:
            found[name] = float(value)
        except ValueError:
            raise InputError(
                "", f'--weight "{text}"', "is no weight", "Expected a feature and log odds: dpd=0.8"
            ) from None
    policy = LoggingPolicy(found, intercept)
    if hidden and not policy.is_hidden:
        raise InputError(
            "", "--hidden", "stands beside weights of what is seen", "Expected a weight of willingness or ability"
        )
    return policy
