"""Tables as CSV files that a spreadsheet can open without running anything."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import pandas as pd

_STARTS_A_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


def guarded(table: pd.DataFrame) -> pd.DataFrame:
    """Return a table in which a spreadsheet takes no text for a formula.

    Names of strategies, segments and borrowers come from a user's file. A text, or a column's name, that begins with
    ``=``, ``+``, ``-``, ``@``, a tab or a carriage return gets an apostrophe before it; numbers, dates and empty cells
    stay as they are.

    References
    ----------
    OWASP, CSV Injection: which cells a spreadsheet takes for a formula.

    Examples
    --------
    >>> import pandas as pd
    >>> guarded(pd.DataFrame({"name": ["=1+1", "Ann"], "debt": [-1, 2]})).to_numpy().tolist()
    [["'=1+1", -1], ['Ann', 2]]
    """
    safe = table.copy(deep=False)
    for name, column in table.items():
        if column.dtype.kind == "O":
            found = {text: f"'{text}" for text in column.unique() if _is_formula(text)}
            if found:
                safe[name] = [found.get(text, text) for text in column]
    return safe.set_axis([f"'{name}" if _is_formula(name) else name for name in table.columns], axis="columns")


def write_csv(table: pd.DataFrame, path: Path | str) -> None:
    """Write a table without its index as CSV, :func:`guarded`, with the same bytes on every platform."""
    guarded(table).to_csv(path, index=False, lineterminator="\n")


def _is_formula(cell: object) -> bool:
    return isinstance(cell, str) and cell.startswith(_STARTS_A_FORMULA)
