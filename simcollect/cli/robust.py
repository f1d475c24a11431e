"""The commands ``simcollect robust ...``: whether an answer holds when what is not known is otherwise."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from simcollect.cli.app import STOPPED, HorizonOption, JsonOption, LangOption, SeedOption, app
from simcollect.cli.screen import Screen
from simcollect.cli.working import working
from simcollect.core.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable

    from simcollect.robust.answer import Answer
    from simcollect.scenario import Scenario
    from simcollect.sweep.points import Choice

robust = typer.Typer(
    name="robust",
    help="Does an answer hold when what is only assumed is otherwise: where it turns, what moves it, who regrets it.",
    epilog="Start with:  simcollect robust break-even cards_taiwan --strategies balanced,firm",
    no_args_is_help=True,
)
app.add_typer(robust)

SourceArgument = Annotated[
    str,
    typer.Argument(
        metavar="SCENARIO|FILE", help="A scenario, or an experiment file whose [uncertainties] are moved instead."
    ),
]
StrategiesOption = Annotated[
    str | None, typer.Option("--strategies", metavar="A,B,...", help="Which; all that act when left out.")
]
OutcomeOption = Annotated[str | None, typer.Option("--outcome", help="By which they are judged (net_recovery).")]
AssumptionsOption = Annotated[
    str | None,
    typer.Option("--assumptions", metavar="NAME,...", help="Which to move, by name or table, with *: behaviour.cont*."),
]
ReplicationsOption = Annotated[int | None, typer.Option("--replications", metavar="N", help="Of every point.")]
WorkersOption = Annotated[
    int | None, typer.Option("--workers", min=1, help="Processes; as many as there are cores when left out.")
]
OutOption = Annotated[
    Path | None, typer.Option("--out", metavar="FOLDER", help="Results folder; results/NAME-robust-ID when left out.")
]


@dataclass(frozen=True)
class _Source:
    """What an argument names: a scenario, and what an experiment file says beside it."""

    scenario: Scenario
    strategies: list[str] | None
    outcome: str | None
    replications: int | None
    uncertainties: Mapping[str, Choice] | None
    folder: Path


@robust.command(
    "tornado",
    epilog="Examples:\n\n"
    "simcollect robust tornado cards_taiwan --strategies firm,gentle\n\n"
    "simcollect robust tornado cards_taiwan --strategies firm --outcome kept --assumptions 'behaviour.goodwill*'",
)
def tornado_command(
    source: SourceArgument,
    strategies: StrategiesOption = None,
    outcome: OutcomeOption = None,
    assumptions: AssumptionsOption = None,
    replications: ReplicationsOption = None,
    seed: SeedOption = None,
    horizon: HorizonOption = None,
    workers: WorkersOption = None,
    out: OutOption = None,
    lang: LangOption = "en",
    as_json: JsonOption = False,
) -> None:
    """Move one assumption at a time over its range, and say by how much an outcome, or a difference, moves."""
    from simcollect.robust.tornado import tornado

    read = _read(source, strategies, outcome, replications, seed, horizon)
    _answer(tornado, read, assumptions, workers, out, lang, as_json)


@robust.command(
    "break-even",
    epilog="Examples:\n\n"
    "simcollect robust break-even cards_taiwan --strategies balanced,firm\n\n"
    "simcollect robust break-even cards_taiwan --assumptions 'behaviour.payment*,behaviour.legal*' --replications 20",
)
def break_even_command(
    source: SourceArgument,
    strategies: StrategiesOption = None,
    outcome: OutcomeOption = None,
    assumptions: AssumptionsOption = None,
    replications: ReplicationsOption = None,
    screen: Annotated[
        int | None,
        typer.Option(
            "--screen",
            min=0,
            metavar="N",
            help="Replications of a first look (4), which sets aside what is clear; 0: none.",
        ),
    ] = None,
    between: Annotated[
        int, typer.Option("--between", min=0, metavar="N", help="Values looked at first on the way to each end.")
    ] = 0,
    seed: SeedOption = None,
    horizon: HorizonOption = None,
    workers: WorkersOption = None,
    out: OutOption = None,
    lang: LangOption = "en",
    as_json: JsonOption = False,
) -> None:
    """Find for every assumption the value at which another strategy becomes the best, and the two that decide."""
    from simcollect.robust.break_even import break_even

    read = _read(source, strategies, outcome, replications, seed, horizon)
    options = {} if screen is None else {"screen": screen}
    _answer(break_even, read, assumptions, workers, out, lang, as_json, between=between, **options)


@robust.command(
    "harm-price",
    epilog="Examples:\n\n"
    "simcollect robust harm-price cards_taiwan\n\n"
    "simcollect robust harm-price cards_taiwan --harm left --replications 40",
)
def harm_price_command(
    source: SourceArgument,
    strategies: StrategiesOption = None,
    harm: Annotated[
        str, typer.Option("--harm", help="What has a price: complaints, insolvencies, left, sued, breached_contacts.")
    ] = "complaints",
    replications: ReplicationsOption = None,
    seed: SeedOption = None,
    horizon: HorizonOption = None,
    workers: WorkersOption = None,
    out: OutOption = None,
    lang: LangOption = "en",
    as_json: JsonOption = False,
) -> None:
    """Find the price of a unit of harm from which another strategy is the best."""
    from simcollect.robust.harm import harm_price

    # Only luck is asked about here, and money: what an experiment says of unknowns and outcomes has no part in it.
    read = replace(_read(source, strategies, None, replications, seed, horizon), outcome=None, uncertainties=None)
    _answer(harm_price, read, None, workers, out, lang, as_json, harm=harm)


@robust.command(
    "sensitivity",
    epilog="Examples:\n\n"
    "simcollect robust sensitivity cards_taiwan --strategies firm,gentle\n\n"
    "simcollect robust sensitivity cards_taiwan --strategies firm --method morris --assumptions 'behaviour.payment*'",
)
def sensitivity_command(
    source: SourceArgument,
    strategies: StrategiesOption = None,
    outcome: OutcomeOption = None,
    method: Annotated[str, typer.Option("--method", metavar="sobol|morris", help="Which indices.")] = "sobol",
    n: Annotated[
        int | None, typer.Option("--n", help="Base points of Sobol', a power of 2 (64); trajectories of Morris (10).")
    ] = None,
    single: Annotated[bool, typer.Option("--single", help="Sobol' indices of single numbers, not of tables.")] = False,
    assumptions: AssumptionsOption = None,
    replications: ReplicationsOption = None,
    seed: SeedOption = None,
    horizon: HorizonOption = None,
    workers: WorkersOption = None,
    out: OutOption = None,
    lang: LangOption = "en",
    as_json: JsonOption = False,
) -> None:
    """Say which assumptions an answer follows when all move at once, and what run noise hides."""
    from simcollect.robust.sensitivity import sensitivity

    if method not in ("sobol", "morris"):
        raise InputError("", "--method", f'is "{method}"', "Expected sobol or morris")
    read = _read(source, strategies, outcome, replications, seed, horizon)
    _answer(sensitivity, read, assumptions, workers, out, lang, as_json, method=method, n=n, single=single)


@robust.command(
    "regret",
    epilog="Examples:\n\n"
    "simcollect robust regret cards_taiwan\n\n"
    "simcollect robust regret cards_taiwan --outcome kept --worlds 200",
)
def regret_command(
    source: SourceArgument,
    strategies: StrategiesOption = None,
    outcome: OutcomeOption = None,
    worlds: Annotated[int, typer.Option("--worlds", min=10, help="How many worlds to draw.")] = 100,
    assumptions: AssumptionsOption = None,
    replications: ReplicationsOption = None,
    seed: SeedOption = None,
    horizon: HorizonOption = None,
    workers: WorkersOption = None,
    out: OutOption = None,
    lang: LangOption = "en",
    as_json: JsonOption = False,
) -> None:
    """Say how far each strategy may fall behind the best in worlds that the assumptions allow."""
    from simcollect.robust.regret import regret

    read = _read(source, strategies, outcome, replications, seed, horizon)
    _answer(regret, read, assumptions, workers, out, lang, as_json, worlds=worlds)


@robust.command(
    "discover",
    epilog="Examples:\n\n"
    "simcollect robust discover cards_taiwan --strategies balanced,firm\n\n"
    "simcollect robust discover cards_taiwan --favourite firm --worlds 400",
)
def discover_command(
    source: SourceArgument,
    strategies: StrategiesOption = None,
    favourite: Annotated[
        str | None, typer.Option("--favourite", metavar="STRATEGY", help="Whose losses; the best as stated.")
    ] = None,
    outcome: OutcomeOption = None,
    worlds: Annotated[int, typer.Option("--worlds", min=10, help="How many worlds to draw.")] = 200,
    assumptions: AssumptionsOption = None,
    replications: ReplicationsOption = None,
    seed: SeedOption = None,
    horizon: HorizonOption = None,
    workers: WorkersOption = None,
    out: OutOption = None,
    lang: LangOption = "en",
    as_json: JsonOption = False,
) -> None:
    """Find the corners of the assumptions in which the favourite loses, and show none that chance gives as well."""
    from simcollect.robust.discovery import discover

    read = _read(source, strategies, outcome, replications, seed, horizon)
    _answer(discover, read, assumptions, workers, out, lang, as_json, worlds=worlds, favourite=favourite)


def _read(
    source: str,
    strategies: str | None,
    outcome: str | None,
    replications: int | None,
    seed: int | None,
    horizon: int | None,
) -> _Source:
    """Return what to ask: options where they are given, else what an experiment file says."""
    from simcollect import api
    from simcollect.sweep.experiment import experiment_of, read_experiment_document

    chosen = _names(strategies)
    path = Path(source)
    is_experiment = False
    if path.is_dir() or (path.suffix == ".toml" and path.is_file()):
        file, document = read_experiment_document(path)
        is_experiment = "scenario" in document
    if not is_experiment:
        scenario = api.load(source, seed=seed, horizon_days=horizon)
        return _Source(scenario, chosen, outcome, replications, None, _folder(scenario))
    if document.get("levers"):
        expected = "Expected [uncertainties] only: what is asked here is what nobody sets"
        raise InputError(file.name, "levers", "have no effect here", expected, "simcollect sweep run moves levers")
    told = experiment_of({"design": {"kind": "sobol", "n": 2}, **document}, file)
    scenario = api.load(told.scenario, seed=seed, horizon_days=horizon)
    run: Any = document.get("run", {})
    return _Source(
        scenario,
        chosen if chosen is not None else list(told.strategies) if "strategies" in document else None,
        outcome if outcome is not None else told.outcomes[0] if "outcomes" in document else None,
        replications if replications is not None else told.replications if "replications" in run else None,
        told.uncertainties or None,
        _folder(scenario),
    )


def _answer(
    analysis: Callable[..., Answer],
    source: _Source,
    assumptions: str | None,
    workers: int | None,
    out: Path | None,
    lang: str,
    as_json: bool,
    **options: Any,
) -> None:
    """Do an analysis, print its sentences, and write its files."""
    from simcollect import api
    from simcollect.core.words import LANGS

    if lang not in LANGS:
        raise InputError("", "--lang", f'is "{lang}"', f"Expected {' or '.join(LANGS)}")
    screen = Screen()
    folder = out if out is not None else source.folder
    told: dict[str, Any] = {
        "outcome": source.outcome,
        "replications": source.replications,
        "uncertainties": source.uncertainties,
        "assumptions": _names(assumptions),
    }
    given = options | {name: value for name, value in told.items() if value is not None}
    try:
        with working(screen, "runs so far wanted") as report:
            found = analysis(
                source.scenario, source.strategies, workers=workers, folder=folder, on_progress=report, **given
            )
    except api.Interrupted:
        screen.error(f"Stopped. Finished runs are kept in {folder}; go on with:\n  simcollect {' '.join(sys.argv[1:])}")
        raise typer.Exit(STOPPED) from None
    found.save(folder, lang)
    if as_json:
        typer.echo(json.dumps(found.to_dict(), indent=2, ensure_ascii=False))
        return
    scenario = source.scenario
    screen.say(
        f"{scenario.name}: {', '.join(found.asked.strategies)}; {found.asked.replications} replications, "
        f"{found.asked.day} days, seed {scenario.run.seed}, {found.n_runs:,} runs"
    )
    for sentence in found.sentences():
        screen.say(sentence)
    screen.say(f"Digest of all event logs: {found.digest[:16]}")
    screen.note(f"Table, picture and record: {folder / found.name}.csv, .png, .json")


def _names(text: str | None) -> list[str] | None:
    return None if text is None else [name.strip() for name in text.split(",") if name.strip()]


def _folder(scenario: Scenario) -> Path:
    """Return where results go when nobody says; all analyses of a scenario share their runs there."""
    from simcollect import api

    compared = api.default_folder(scenario)
    identity = compared.name.removeprefix(f"{scenario.name}-")
    return compared.with_name(f"{scenario.name}-robust-{identity}")
