"""``simcollect export``: an event log for other tools."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from simcollect.cli.app import LangOption, app
from simcollect.cli.screen import Screen
from simcollect.cli.source import ReplicationOption, SourceArgument, StrategyArgument, open_log


@app.command(
    epilog="Examples:\n\n"
    "simcollect export tiny balanced --out tiny.xes.gz\n\n"
    "simcollect export results/tiny-balanced --out events.csv --actions-only\n\n"
    "simcollect export cards_taiwan firm --replication 3 --out events.parquet"
)
def export(
    source: SourceArgument,
    strategy: StrategyArgument = None,
    *,
    out: Annotated[
        Path, typer.Option("--out", metavar="FILE", help="Where to: .xes, .xes.gz, .parquet or .csv, by its ending.")
    ],
    actions_only: Annotated[
        bool, typer.Option("--actions-only", help="Leave out staff bookkeeping and what happens at home unseen.")
    ] = False,
    replication: ReplicationOption = 0,
    lang: LangOption = "en",
) -> None:
    """Write an event log for process mining (pm4py, XES) or a spreadsheet."""
    from simcollect.outcomes.export import check_ending, export_log

    check_ending(out)
    log = open_log(source, strategy, replication=replication)
    export_log(log, out, actions_only=actions_only, lang=lang)
    Screen().note(f"Events: {out}")
