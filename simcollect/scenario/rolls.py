"""A table of monthly roll rates: borrowers who move as it says, for a user who has a matrix and nothing else."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Final

import numpy as np
import numpy.typing as npt
from pydantic import Field, model_validator

from simcollect.core.errors import closest
from simcollect.scenario.faults import Faults
from simcollect.scenario.kinds import Document, Kind, Share, Text, teach
from simcollect.scenario.places import Layer, Problem, shown
from simcollect.scenario.quantity import Status

ROLLS: Final = "rolls"
"""Key of the table in the behaviour block."""
MOST_MONTHS: Final = 12
"""Largest K: months behind that the last row of a table may begin at."""
_SUM_TOLERANCE: Final = 1e-6


class RollRow(Document):
    """What borrowers so many months behind do by the next due date: shares of them, which add up to 1."""

    paid_off: Share = Field(0.0, description="Share that pays the whole balance (0 to 1).")
    to: Annotated[tuple[Share, ...], Kind("shares", "a list of shares from 0 to 1")] = Field(
        description="Shares that are 0, 1, 2 ... months behind after the due date; zeros at the end may be left out."
    )
    written_off: Share = Field(0.0, description="Share whose balance is written off (0 to 1).")
    status: Status = Field(
        "assumed", description="statute (a law says so), published (a study), calibrated (fitted to data) or assumed."
    )
    source: Text = Field("", description="Where the row comes from; needed unless the status is assumed (text).")

    @model_validator(mode="after")
    def _hangs_together(self) -> RollRow:
        total = math.fsum((self.paid_off, *self.to, self.written_off))
        if abs(total - 1.0) > _SUM_TOLERANCE:
            raise teach(
                "shares that add up to 1", "Give every share of the row.", found=f"has shares that add up to {total:g}"
            )
        if self.status != "assumed" and not self.source.strip():
            raise teach(
                f'a source, because the status is "{self.status}"',
                'Add source = "author, year, table", or set status = "assumed".',
                at="source",
                found="is missing",
            )
        return self


def row_names(k: int) -> list[str]:
    """Names of the rows of a table up to ``k`` months behind and more.

    Examples
    --------
    >>> row_names(2)
    ['0', '1', '2+']
    """
    return [*map(str, range(k)), f"{k}+"]


def read_rolls(written: Any, where: str, faults: Faults) -> dict[str, RollRow]:
    """The rows of a table in order, empty where there is none; what is wrong is added to ``faults``.

    Parameters
    ----------
    written : object
        What the file has under ``behaviour.rolls``.
    where : str
        File name.
    faults : Faults
        What is wrong is added here.
    """
    at = ("behaviour", ROLLS)
    if not isinstance(written, Mapping):
        faults.no_table(at, written)
        return {}
    if not written:
        return {}
    k = len(written) - 1
    names = row_names(k)
    if not 1 <= k <= MOST_MONTHS:
        found = f"has {len(written)} {'row' if k == 0 else 'rows'}"
        faults.say(at, found, f"2 to {MOST_MONTHS + 1} rows", 'Write rows 0, 1, ... and a last one such as "3+"')
        return {}
    rows: dict[str, RollRow] = {}
    for name, table in written.items():
        if name not in names:
            near = closest(name, names)
            advice = f'Did you mean "{near}"?' if near else "The last row ends in +: that many months behind or more"
            faults.say((*at, name), "is not a row of this table", f"the rows {', '.join(names)}", advice)
        elif not isinstance(table, Mapping):
            faults.no_table((*at, name), table)
        else:
            layer = Layer(where, (*at, name), table)
            row = faults.validated(RollRow, table, [layer])
            if row is not None:
                faults.report(_too_far(names.index(name), k, row), layer)
                rows[name] = row
    return {name: rows[name] for name in names if name in rows}


def _too_far(behind: int, k: int, row: RollRow) -> Iterator[Problem]:
    most = min(behind + 1, k)
    for place, share in enumerate(row.to):
        if place > most and (share > 0.0 or place > k):
            expected = f"0, because nobody rolls from {behind} to more than {most} months behind in a month"
            yield Problem(("to", place), shown(share), expected, f"Leave {len(row.to) - most - 1} off the end of `to`.")


def roll_matrix(rolls: Mapping[str, RollRow]) -> npt.NDArray[np.float64]:
    """Shares by row, shape (k + 1, k + 3): paid off, 0 to k months behind, written off; (0, 0) without a table."""
    if not rolls:
        return np.zeros((0, 0))
    k = len(rolls) - 1
    matrix = np.zeros((k + 1, k + 3))
    for place, row in enumerate(rolls.values()):
        matrix[place, 0] = row.paid_off
        matrix[place, 1 : 1 + min(len(row.to), k + 1)] = row.to[: k + 1]
        matrix[place, -1] = row.written_off
    return matrix
