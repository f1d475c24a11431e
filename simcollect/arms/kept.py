"""Runs with work of their own, kept in a folder as those of a comparison are; and their tables for JSON."""

from __future__ import annotations

from concurrent.futures import Executor
from pathlib import Path
from typing import Any

import pandas as pd

from simcollect.experiment.design import Design
from simcollect.experiment.manifest import Manifest, describe
from simcollect.experiment.run import Progress, perform
from simcollect.experiment.store import Row, Store, digests


def performed(
    design: Design,
    command: str,
    work: Any,
    workers: int | None,
    executor: Executor | None,
    folder: Path | str | None,
    fresh: bool,
    on_progress: Progress | None,
) -> tuple[list[Row], Manifest]:
    """Run a design with work of its own; return its rows and the manifest that tells of them."""
    manifest = describe(command, design)
    store = Store(folder, manifest, fresh=fresh) if folder is not None else None
    rows = perform(design, store=store, workers=workers, executor=executor, on_progress=on_progress, work=work)
    return rows, manifest.with_logs(digests(rows))


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows of a table for JSON."""
    rows = frame.astype(object).where(frame.notna(), None).to_dict("records")
    return [{str(name): value for name, value in row.items()} for row in rows]
