"""How far a study is, kept in a small file that anyone may read at any time."""

from __future__ import annotations

import json
import math
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from simcollect.core.errors import InputError
from simcollect.experiment.run import Progress
from simcollect.sweep.ledger import Ledger, disk_refuses
from simcollect.sweep.plan import Plan
from simcollect.sweep.work import Done

PROGRESS: Final = "progress.json"
_PROGRESS_SECONDS: Final = 1.0


@dataclass(frozen=True)
class Status:
    """How far a study is.

    Attributes
    ----------
    finished, failed, all
        Runs. With a stated precision ``all`` grows until every point is precise enough.
    seconds_left
        About; NaN when nothing is known or nothing is going on.
    seconds, workers
        Of the last program at work: how long it has been, with how many workers (0: somebody's executor).
    engine_seconds, reading_seconds, run_seconds
        Of its runs, added up over workers: in the engine, in reading event logs, in all.
    going_on
        Whether a program was at work when this was written; a killed one cannot take it back.
    written_at
        Seconds since 1970.
    """

    finished: int
    failed: int
    all: int
    seconds_left: float
    seconds: float
    workers: int
    engine_seconds: float
    reading_seconds: float
    run_seconds: float
    going_on: bool
    written_at: float

    @property
    def left(self) -> int:
        """Runs still to do."""
        return self.all - self.finished - self.failed

    @property
    def outside_share(self) -> float:
        """Share of the workers' time spent outside runs: starting, waiting, keeping results; NaN if unknown."""
        time_of_workers = self.seconds * self.workers
        return 1.0 - self.run_seconds / time_of_workers if time_of_workers > 0.0 else math.nan


class Clock:
    """Keeps finished runs and tells how far it is."""

    def __init__(
        self, folder: Path, part: tuple[int, int], ledger: Ledger, n_workers: int, on_progress: Progress | None
    ) -> None:
        self._folder, self._part = folder, part
        self._ledger, self._n_workers = ledger, n_workers
        self._report: Callable[[int, int], None] = on_progress or (lambda ended, every: None)
        self._began = time.monotonic()
        self._written = -math.inf
        self._seconds = [0.0, 0.0, 0.0]
        self._finished, self._failed = ledger.counts()
        self._n_done = 0
        self.n_all = 0

    @property
    def n_ended(self) -> int:
        """Runs finished or failed."""
        return self._finished + self._failed

    def begin(self, plan: Plan) -> None:
        """Take the number of runs of a plan; runs known that it does not ask for, or not yet, are not counted."""
        self.n_all = plan.n_tasks(self._part)
        self._finished, self._failed = self._ledger.counts(plan.wants)
        self._report(self.n_ended, self.n_all)
        self.write()

    def keep(self, runs: list[Done]) -> None:
        """Put finished runs into the ledger, and tell."""
        self._ledger.add(runs)
        failed = sum(1 for run in runs if run.error)
        self._failed += failed
        self._finished += len(runs) - failed
        self._n_done += len(runs)
        for run in runs:
            self._seconds = [total + more for total, more in zip(self._seconds, run.seconds, strict=True)]
        self._report(self.n_ended, self.n_all)
        if time.monotonic() - self._written >= _PROGRESS_SECONDS:
            self.write()

    def write(self, going_on: bool = True) -> None:
        """Write the progress file."""
        now = time.monotonic()
        seconds = now - self._began
        left = seconds / self._n_done * (self.n_all - self.n_ended) if going_on and self._n_done else None
        with disk_refuses(self._folder) if going_on else suppress(OSError):
            write_json(
                self._folder / PROGRESS,
                {
                    "finished": self._finished,
                    "failed": self._failed,
                    "all": self.n_all,
                    "seconds_left": left,
                    "seconds": seconds,
                    "workers": self._n_workers,
                    "engine_seconds": self._seconds[0],
                    "reading_seconds": self._seconds[1],
                    "run_seconds": self._seconds[2],
                    "going_on": going_on,
                    "written_at": time.time(),
                },
            )
        self._written = now


def read_json(path: Path) -> dict[str, Any]:
    """Return the table in a JSON file; empty where there is none.

    Raises
    ------
    InputError
        If it is no JSON.
    """
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except ValueError as error:
        raise InputError(
            "", f'"{path}"', f"cannot be read ({error})", "Expected a file that simcollect wrote"
        ) from None
    return found if isinstance(found, dict) else {}


def write_json(path: Path, content: Mapping[str, Any]) -> None:
    """Write a table as JSON, all of it or nothing."""
    partial = path.with_name(f".{path.name}.partial")
    partial.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    partial.replace(path)
