"""Books of accounts, built and written as tables."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from simcollect import population
from simcollect.api.loading import ScenarioLike, load
from simcollect.core.codes import Cell, Channel
from simcollect.core.errors import InputError
from simcollect.core.folder import whole_file
from simcollect.core.spreadsheet import write_csv
from simcollect.population import AGE_BANDS, Population


def build_population(scenario: ScenarioLike, *, replication: int = 0) -> Population:
    """Return the accounts of one replication, as they stand when they arrive.

    Examples
    --------
    >>> len(build_population("tiny"))
    12
    """
    loaded = load(scenario)
    return population.build(loaded, loaded.run.seed, replication)


def book_table(book: Population) -> pd.DataFrame:
    """Return one row an account of a book, codes as names, and the balance beside its parts.

    The columns from ``income_cents`` on are latent: no strategy sees them.
    """
    frame = pd.DataFrame({name: book.book[name] for name in book.book.dtype.names or ()})
    frame.insert(5, "balance_cents", frame[["principal_cents", "interest_cents", "fees_cents"]].sum(axis=1))
    for column, names in (
        ("segment", book.segments),
        ("zone", book.zones),
        ("age_band", AGE_BANDS),
        ("cell", tuple(cell.name.lower() for cell in Cell)),
        ("preferred_channel", tuple(channel.name.lower() for channel in Channel)),
    ):
        frame[column] = pd.Categorical.from_codes(frame[column].astype("int64"), pd.Index(names, dtype=object))
    if book.names:
        frame.insert(2, "name", list(book.names))
    return frame


def write_table(table: pd.DataFrame, path: Path | str) -> None:
    """Write a table as ``.parquet`` or ``.csv``, by its name's ending.

    In a CSV file a text that a spreadsheet would take for a formula is written with an apostrophe before it.

    Raises
    ------
    InputError
        If the ending is another, or the file cannot be written.
    """
    place = Path(path)
    if place.suffix not in (".parquet", ".csv"):
        raise InputError("", f'file "{place}"', f'ends in "{place.suffix}"', "Expected .parquet or .csv")
    with whole_file(place) as unfinished:
        if place.suffix == ".parquet":
            table.to_parquet(unfinished, index=False)
        else:
            write_csv(table, unfinished)
