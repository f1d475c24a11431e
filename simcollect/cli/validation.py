"""simcollect validation: the page that gathers every check, and the checks themselves."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Annotated, Final

import typer

from simcollect.cli.app import BAD_INPUT, STOPPED, app
from simcollect.cli.screen import Screen
from simcollect.core.errors import SimcollectError

_SCENARIO: Final = "cards_taiwan"


@app.command(
    epilog="Examples:\n\nsimcollect validation\n\nsimcollect validation --from results/mine --page MINE.md\n\n"
    "simcollect validation --run"
)
def validation(
    folder: Annotated[
        Path, typer.Option("--from", metavar="FOLDER", help="Where the results of the checks are.")
    ] = Path("validation"),
    page: Annotated[Path, typer.Option("--page", metavar="FILE", help="The page to write.")] = Path("VALIDATION.md"),
    run: Annotated[bool, typer.Option("--run", help="Run verify, replays, face, coverage and compare first.")] = False,
    calibrate: Annotated[bool, typer.Option("--calibrate", help="With --run: calibrate as well (hours).")] = False,
) -> None:
    """Write VALIDATION.md from the results of all checks: data, theory, published experiments, face, intervals.

    What was not run is said on the page. Pictures stand beside the results.
    """
    from simcollect.validation.page import write_page
    from simcollect.validation.results import read_results

    screen = Screen()
    if run:
        _run(folder, calibrate, screen)
    path = write_page(read_results(folder), page)
    screen.note(f"Page: {path}; pictures and results: {folder}")


def _run(folder: Path, calibrate: bool, screen: Screen) -> None:
    """Run every check into the folder; one that finds disagreement goes on to the next."""
    from simcollect.calibrate import calibration_names
    from simcollect.validation.results import MOVED
    from simcollect.validation.sections.moved import COMMANDS

    folder.mkdir(parents=True, exist_ok=True)
    doubt = Path("results") / f"validation-{_SCENARIO}"
    if calibrate:
        for name in calibration_names():
            fitted = Path("results") / f"calibrate-{name}"
            _call(["calibrate", name, "--out", str(fitted)], screen)
            shutil.copy(fitted / "calibrate.json", folder / f"calibrate-{name}.json")
    for name in ("verify", "replays", "face", "coverage"):
        _call([name, "--out", str(folder)], screen)
    _call(["compare", _SCENARIO, "--uncertainty", "--out", str(doubt)], screen)
    shutil.copy(doubt / "uncertainty.json", folder / "uncertainty.json")
    for command, file in zip(COMMANDS, MOVED, strict=True):
        fitted = Path("results") / Path(file).stem
        _call([*command.split()[1:], "--out", str(fitted)], screen)
        shutil.copy(fitted / "calibrate.json", folder / file)


def _call(command: list[str], screen: Screen) -> None:
    """Run a command of simcollect; what a check does not agree with is a result, and no reason to stop."""
    screen.note(f"simcollect {' '.join(command)}")
    code = subprocess.run([sys.executable, "-m", "simcollect", *command], check=False).returncode
    if code == STOPPED:
        raise KeyboardInterrupt
    if code == BAD_INPUT or code < 0:
        raise SimcollectError(f"simcollect {' '.join(command)} could not be run (exit code {code}).")
