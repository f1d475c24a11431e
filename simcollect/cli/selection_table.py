"""The command ``simcollect selection-table``: how often selection and simultaneous intervals keep their promises."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from simcollect.cli.app import app
from simcollect.cli.screen import Screen


@app.command("selection-table", epilog="Example:\n\nsimcollect selection-table --problems 1000 --out docs/selection.md")
def selection_table(
    problems: Annotated[int, typer.Option("--problems", min=1, help="Problems of each kind.")] = 1000,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="Write the page there instead of printing it.")
    ] = None,
) -> None:
    """Measure how often selections, subsets, intervals and looks are right, on problems whose truth is known.

    A thousand problems of each kind take some minutes on one core.
    """
    from simcollect.experiment.promises_page import promises_page
    from simcollect.stats.promises import measure_promises

    screen = Screen()
    with screen.progress("kinds of problems") as report:
        page = promises_page(measure_promises(problems, report))
    if out is None:
        typer.echo(page, nl=False)
        return
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(page, encoding="utf-8")
    screen.note(f"Written: {out}")
