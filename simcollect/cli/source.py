"""Where a command reads an event log from: a file, a results folder, or a run made now."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final

import typer

from simcollect.cli.app import announce_compiling
from simcollect.cli.screen import Screen
from simcollect.core.errors import InputError
from simcollect.core.eventlog import EventLog

LOG_FILE: Final = "log.parquet"

SourceArgument = Annotated[
    str,
    typer.Argument(metavar="SOURCE", help="A scenario (with a STRATEGY), a run's results folder, or its log.parquet."),
]
StrategyArgument = Annotated[
    str | None, typer.Argument(metavar="[STRATEGY]", help="Strategy to run, when SOURCE is a scenario.")
]
ReplicationOption = Annotated[
    int, typer.Option("--replication", min=0, max=2**31 - 1, help="Which replication, when SOURCE is a scenario.")
]


def is_log(source: str) -> bool:
    """Return whether a source names a kept log: a ``.parquet`` file, or a folder with one."""
    return source.endswith(".parquet") or (Path(source) / LOG_FILE).is_file()


def refuse_other_file(source: str, read: str) -> None:
    """Refuse a file of a kind that is no scenario's and no log's.

    Parameters
    ----------
    source
        What a command was given.
    read
        What it reads, in words.

    Raises
    ------
    InputError
        If the source is a file, and neither a ``.toml`` nor a ``.parquet``.
    """
    path = Path(source)
    if path.is_file() and path.suffix.lower() not in (".toml", ".parquet"):
        kind = f'ends in "{path.suffix}"' if path.suffix else "has no ending that says what it is"
        raise InputError("", f'file "{source}"', f"{kind}, which is no log and no scenario", f"Expected {read}")


def open_log(
    source: str,
    strategy: str | None,
    *,
    replication: int = 0,
    seed: int | None = None,
    horizon: int | None = None,
) -> EventLog:
    """Return the event log that a source names; a scenario is run now, for one replication.

    Raises
    ------
    InputError, InputErrors
        If a scenario comes without a strategy, a log with one, or either cannot be read; if it is another file.
    """
    from simcollect import api

    if is_log(source):
        if strategy is not None or replication != 0 or seed is not None or horizon is not None:
            raise InputError(
                "",
                source,
                "is an event log, and stands beside a strategy, replication, seed or horizon",
                "Expected the log alone: what was run is settled",
            )
        path = Path(source)
        return EventLog.from_parquet(path / LOG_FILE if path.is_dir() else path)
    refuse_other_file(source, "a log (.parquet), the results folder of a run, or a scenario (its name, or a .toml)")
    loaded = api.load(source, seed=seed, horizon_days=horizon)
    if strategy is None:
        raise InputError(
            "",
            f'scenario "{loaded.name}"',
            "comes without a strategy",
            f"Expected one of {', '.join(loaded.strategies)}",
            f"For instance: {source} {next(reversed(loaded.strategies))}",
        )
    announce_compiling(Screen())
    return api.simulate(loaded, strategy, replication=replication)
