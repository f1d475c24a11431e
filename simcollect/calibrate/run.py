"""A calibration from file to result."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from simcollect.calibrate.evaluate import evaluator
from simcollect.calibrate.file import read_calibration
from simcollect.calibrate.fit import fit
from simcollect.calibrate.result import Calibrated
from simcollect.core.errors import InputError
from simcollect.experiment.run import Progress


def calibrate(
    file: str | Path,
    *,
    targets: str | Path | None = None,
    portfolio: str | Path | None = None,
    changes: Mapping[str, Any] | None = None,
    seed: int | None = None,
    replications: int | None = None,
    starts: int | None = None,
    folder: str | Path | None = None,
    workers: int | None = None,
    on_progress: Progress | None = None,
) -> Calibrated:
    """Return the parameters of a calibration file fitted to its targets.

    Parameters
    ----------
    file
        Name of a calibration file that comes with the package, or a path.
    targets
        A target file of your own in place of the one it names; its columns are ``targets.COLUMNS``.
    portfolio
        Rows of your own in place of the scenario's: a file with the same columns.
    changes
        More changes of the scenario, by place.
    seed
        In place of the file's seeds: this one and as many after it as the file has, over all its settings.
    replications, starts
        In place of the file's.
    folder
        Keeps every simulation as soon as it is finished, so that the same call goes on after a kill.
    workers
        Processes, at least 1; as many as there are cores when None. The answer does not depend on them.
    on_progress
        Told (replications simulated or found, replications expected at most).

    Raises
    ------
    InputErrors
        If the file, the targets or the portfolio cannot be used.
    Interrupted
        On Ctrl-C; finished simulations are in the folder.
    """
    started = time.monotonic()
    more = dict(changes or {})
    if portfolio is not None:
        rows = Path(portfolio)
        if not rows.is_file():
            raise InputError("", f'portfolio "{portfolio}"', "does not exist", "Expected a file of rows")
        more["portfolio.real.file"] = str(rows.resolve())
    asked = read_calibration(file, targets=targets, changes=more)
    given: dict[str, Any] = {"replications": replications, "starts": starts}
    asked = asked.changed(**{name: value for name, value in given.items() if value is not None})
    if seed is not None:
        asked = asked.from_seed(seed)
    with evaluator(
        asked, folder=None if folder is None else Path(folder), workers=workers, on_progress=on_progress
    ) as moments:
        found = fit(moments, seed=asked.settings[0].seeds[0])
    return Calibrated(asked, found, time.monotonic() - started, dt.date.today())
