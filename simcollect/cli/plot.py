"""``simcollect plot``: pictures of a run or of a comparison."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from simcollect.cli.app import HorizonOption, LangOption, SeedOption, app
from simcollect.cli.screen import Screen
from simcollect.cli.source import ReplicationOption, StrategyArgument, is_log, open_log
from simcollect.core.errors import InputError
from simcollect.core.folder import results_folder, whole_file
from simcollect.core.words import Lang, check_lang

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from matplotlib.figure import Figure

    from simcollect.outcomes.economics import Economics

ALL: Final = "all"
_MANIFEST: Final = "manifest.json"
_SUFFIXES: Final = (".png", ".svg", ".pdf")


@app.command(
    epilog="Examples:\n\n"
    "simcollect plot life tiny balanced --account 'Chen Mei-ling'\n\n"
    "simcollect plot all cards_taiwan firm --lang zh --out pictures\n\n"
    "simcollect plot rolls results/tiny-firm --out rolls.svg\n\n"
    "simcollect plot trade-off results/tiny-1a2b3c4d --x cost_per_account_cents"
)
def plot(
    picture: Annotated[
        str,
        typer.Argument(
            metavar="PICTURE",
            help="Of a run: life, flow, funnel, rolls, load, liquidation, cash. Of a comparison: forest, trade-off, "
            "liquidation. Or all.",
        ),
    ],
    source: Annotated[
        str,
        typer.Argument(
            metavar="SOURCE",
            help="A scenario (with a STRATEGY), a run's results folder or log.parquet, or the folder of a comparison.",
        ),
    ],
    strategy: StrategyArgument = None,
    account: Annotated[
        str | None,
        typer.Option("--account", metavar="NAME", help="For life: id or name; the one with most events if left out."),
    ] = None,
    x: Annotated[
        str | None, typer.Option("--x", metavar="MEASURE", help="For trade-off: outcome on the horizontal axis.")
    ] = None,
    y: Annotated[
        str | None, typer.Option("--y", metavar="MEASURE", help="For trade-off: outcome on the vertical axis.")
    ] = None,
    against: Annotated[
        str | None,
        typer.Option("--against", metavar="STRATEGY", help="For a comparison: what differences are taken to."),
    ] = None,
    lang: LangOption = "en",
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="FILE", help="A .png, .svg or .pdf; for all, and to let us name it, a folder."),
    ] = None,
    replication: ReplicationOption = 0,
    seed: SeedOption = None,
    horizon: HorizonOption = None,
) -> None:
    """Draw what happened in a run, or how strategies compare, as pictures in English or Chinese."""
    language = check_lang(lang)
    if out is not None and picture != ALL and out.suffix and out.suffix.lower() not in _SUFFIXES:
        raise InputError("", f'file "{out}"', f'ends in "{out.suffix}"', f"Expected {', '.join(_SUFFIXES)}")
    if _is_comparison(source):
        _refuse(
            "beside a comparison, which has no single account or run",
            **{"--account": account, "a strategy": strategy, "--seed": seed, "--horizon": horizon},
            **{"--replication": replication or None},
        )
        chosen, name = _of_comparison(picture, source, against, language, x, y), "comparison"
    else:
        _refuse("with a single run", **{"--x": x, "--y": y, "--against": against})
        chosen, name = _of_run(picture, source, strategy, account, language, replication, seed, horizon)
    _write(chosen, picture, out, Path(source) if Path(source).is_dir() else None, name)


def _of_comparison(
    picture: str, source: str, against: str | None, lang: Lang, x: str | None, y: str | None
) -> Mapping[str, Callable[[], Figure]]:
    from simcollect.experiment.comparison import read_comparison
    from simcollect.experiment.pictures import COMPARISON_PICTURES
    from simcollect.outcomes.measures import HEADLINE

    names = _names(picture, COMPARISON_PICTURES)
    if "trade-off" not in names:
        _refuse("only with trade-off", **{"--x": x, "--y": y})
    result = read_comparison(source, against)
    chosen: dict[str, Callable[[], Figure]] = {name: partial(COMPARISON_PICTURES[name], result, lang) for name in names}
    if "trade-off" in names:
        chosen["trade-off"] = lambda: result.plot(x or HEADLINE[2], y or HEADLINE[0], lang=lang)
    return chosen


def _of_run(
    picture: str,
    source: str,
    strategy: str | None,
    account: str | None,
    lang: Lang,
    replication: int,
    seed: int | None,
    horizon: int | None,
) -> tuple[Mapping[str, Callable[[], Figure]], str]:
    from simcollect.experiment import pictures

    if picture in pictures.COMPARISON_PICTURES and picture not in pictures.LOG_PICTURES:
        raise InputError(
            "",
            f"picture {picture}",
            "shows strategies side by side, and is drawn from the results folder of a comparison",
            f'Expected that folder in place of "{source}"',
            f"Make one: simcollect compare {'SCENARIO' if is_log(source) else source} --out results/mine; "
            f"then: simcollect plot {picture} results/mine",
        )
    names = _names(picture, pictures.LOG_PICTURES)
    if "life" not in names:
        _refuse("only with life", **{"--account": account})
    log = open_log(source, strategy, replication=replication, seed=seed, horizon=horizon)
    chosen: dict[str, Callable[[], Figure]] = {name: partial(pictures.LOG_PICTURES[name], log, lang) for name in names}
    if account is not None:
        chosen["life"] = partial(pictures.life, log, account, lang)
    if "cash" in names:
        chosen["cash"] = lambda: pictures.cash(log, _prices(source), lang)
    return chosen, f"{log.header.scenario}-{log.header.strategy}"


def _is_comparison(source: str) -> bool:
    from simcollect.experiment.manifest import read_manifest

    folder = Path(source)
    return folder.is_dir() and (folder / _MANIFEST).is_file() and read_manifest(folder).command == "compare"


def _prices(source: str) -> Economics | None:
    """Return how the staff of a source are paid; None for a bare log, whose shifts tell."""
    from simcollect import api
    from simcollect.experiment.manifest import read_manifest
    from simcollect.experiment.measure import prices

    if not is_log(source):
        return prices(api.load(source))
    folder = Path(source) if Path(source).is_dir() else Path(source).parent
    return prices(read_manifest(folder).scenario_as_run()) if (folder / _MANIFEST).is_file() else None


def _names(picture: str, known: Mapping[str, object]) -> list[str]:
    if picture == ALL:
        return list(known)
    if picture not in known:
        raise InputError.unknown("", picture, [*known, ALL], "picture")
    return [picture]


def _refuse(why: str, **given: object) -> None:
    """Refuse options that would have no effect."""
    idle = [name for name, value in given.items() if value is not None]
    if idle:
        raise InputError("", " and ".join(idle), f"stands {why}", "Expected it left out")


def _write(
    chosen: Mapping[str, Callable[[], Figure]], picture: str, out: Path | None, results: Path | None, name: str
) -> None:
    """Draw and save the pictures; of all, those that have nothing to show are named and left out.

    They go to the file or folder asked for, else to the results folder they come from, else beside the caller.
    """
    from simcollect.experiment.pictures import NOTHING_TO_SHOW
    from simcollect.plots.theme import save

    screen = Screen()
    is_file = out is not None and out.suffix != "" and picture != ALL
    folder = out or results or (Path(f"{name}-pictures") if picture == ALL else Path())
    for wanted, draw in chosen.items():
        try:
            figure = draw()
        except InputError as error:
            if picture != ALL or not error.found.startswith(NOTHING_TO_SHOW):
                raise
            screen.note(f"No {wanted}: {error}")
            continue
        named = f"{name}-{wanted}.png" if folder == Path() else f"{wanted}.png"
        target = folder if is_file else folder / named
        with results_folder(target.parent), whole_file(target) as unfinished:
            save(figure, unfinished)
        screen.say(str(target))
