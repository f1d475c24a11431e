"""Asks cases and holds their verdicts: `verify`."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pandas as pd
from matplotlib.figure import Figure

import simcollect
from simcollect.core.errors import InputError
from simcollect.core.folder import results_folder, write_json
from simcollect.core.words import Lang
from simcollect.plots import save as save_figure
from simcollect.verify.case import WHERE, Case
from simcollect.verify.overview import MOST_CASES, overview
from simcollect.verify.perform import Progress, perform
from simcollect.verify.picture import picture
from simcollect.verify.registry import cases_named
from simcollect.verify.verdict import Row, verdicts

SEED: Final = 20_261_123
RESULT: Final = "verify.json"
PICTURE: Final = "verify.png"


@dataclass(frozen=True)
class Verification:
    """What the cases said.

    Attributes
    ----------
    rows
        One a quantity, in the order of the cases.
    seed
        Of all draws.
    seconds
        Wall-clock time of the runs.
    """

    rows: tuple[Row, ...]
    seed: int
    seconds: float

    @property
    def agrees(self) -> bool:
        """Whether every quantity of every case agrees with theory; comparisons with reported data are not counted."""
        return not self.disagreeing

    @property
    def disagreeing(self) -> tuple[Row, ...]:
        """The rows that do not agree with theory."""
        return tuple(row for row in self.rows if row.verdict == "disagrees" and not row.plausibility)

    @property
    def implausible(self) -> tuple[Row, ...]:
        """The rows that lie outside what others report; theory says nothing about them."""
        return tuple(row for row in self.rows if row.verdict == "disagrees" and row.plausibility)

    def table(self) -> pd.DataFrame:
        """Return one line a quantity, with the columns of :class:`simcollect.verify.Row`."""
        return pd.DataFrame([row.to_dict() for row in self.rows])

    def plot(self, lang: Lang = "en") -> Figure:
        """Return the picture: a line a quantity, or a line a case where there are many cases."""
        draw = picture if len({row.case for row in self.rows}) <= MOST_CASES else overview
        return draw(self.rows, self.seed, lang)

    def to_dict(self) -> dict[str, Any]:
        """Return the result for JSON."""
        return {
            "command": "verify",
            "version": simcollect.__version__,
            "seed": self.seed,
            "replications": max(row.replications for row in self.rows),
            "seconds": round(self.seconds, 1),
            "agrees": self.agrees,
            "rows": [row.to_dict() for row in self.rows],
        }

    def save(self, folder: Path | str, lang: Lang = "en") -> None:
        """Write ``verify.json`` and ``verify.png`` into a folder.

        Raises
        ------
        InputError
            If the folder cannot be written.
        """
        with results_folder(folder) as place:
            write_json(self.to_dict(), place / RESULT)
            save_figure(self.plot(lang), place / PICTURE)


def verify(
    cases: Sequence[str | Case] = (),
    settings: Mapping[str, Any] | None = None,
    *,
    replications: int | None = None,
    seed: int | None = None,
    workers: int | None = None,
    on_progress: Progress | None = None,
) -> Verification:
    """Compare the engine with closed-form theory.

    Parameters
    ----------
    cases
        Names, or cases of one's own; all that the program ships when empty.
    settings
        Parameters by name, for every case named that has one of this name; text is read as JSON.
    replications
        In place of each case's own number; cases in which nothing is random keep theirs.
    seed, workers, on_progress
        As in :func:`simcollect.compare`.

    Raises
    ------
    InputError
        If there is no such case or parameter, or a value is not allowed.
    Interrupted
        On Ctrl-C.

    Examples
    --------
    >>> found = verify(["contact_cap"], {"borrowers": 20}, replications=30, workers=1)
    >>> found.agrees
    True
    """
    own = [case for case in cases if isinstance(case, Case)]
    names = [case for case in cases if isinstance(case, str)]
    chosen = [*(cases_named(names) if names or not own else ()), *own]
    if replications is not None and replications < 2:
        raise InputError(WHERE, "replications", f"is {replications}", "Expected 2 or more: one has no standard error")
    asked = []
    for case, given in zip(chosen, _given(chosen, settings or {}), strict=True):
        n = case.replications if replications is None or case.replications == 1 else replications
        asked.append((case, given, n))
    started = time.monotonic()
    used = SEED if seed is None else seed
    said = perform(asked, used, workers, on_progress)
    rows = [row for (case, given, _), found in zip(asked, said, strict=True) for row in verdicts(case, given, found)]
    return Verification(tuple(rows), used, time.monotonic() - started)


def _given(cases: Sequence[Case], settings: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the parameters of every case; a setting goes to the cases that know it, and one at least must."""
    known = dict.fromkeys(parameter.name for case in cases for parameter in case.parameters)
    for name in settings:
        if name not in known:
            place = f"{cases[0].name}.{name}" if len(cases) == 1 else name
            raise InputError.unknown(WHERE, place, known, "parameter")
    found = []
    for case in cases:
        own = {parameter.name for parameter in case.parameters}
        found.append(case.given({name: value for name, value in settings.items() if name in own}))
    return found
