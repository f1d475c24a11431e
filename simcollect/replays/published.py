"""What the papers printed: every number of theirs stands in one table, ``published.csv``, and nowhere else."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

FILE: Final = Path(__file__).parent / "published.csv"


@dataclass(frozen=True)
class Published:
    """One printed number.

    Attributes
    ----------
    id
        Number of the effect in the list of evidence, and which of its numbers.
    value, unit
        As printed; "pp" is percentage points.
    what, source
        What it says, and where it stands.
    seen_in
        What was read of the source: "paper" (text or abstract), or who reported it.
    """

    id: str
    value: float
    unit: str
    what: str
    source: str
    seen_in: str


@lru_cache(maxsize=1)
def table() -> Mapping[str, Published]:
    """Return all printed numbers by id."""
    with FILE.open(encoding="utf-8", newline="") as lines:
        rows = [
            Published(row["id"], float(row["value"]), row["unit"], row["what"], row["source"], row["seen_in"])
            for row in csv.DictReader(lines)
        ]
    return {row.id: row for row in rows}


def printed(name: str) -> float:
    """Return a printed number in its unit.

    Examples
    --------
    >>> printed("E1.moral")
    -4.4
    """
    return table()[name].value
