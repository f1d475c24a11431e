"""Tables as files: CSV and Parquet, with a data dictionary beside them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

from simcollect.core.errors import InputError
from simcollect.core.eventlog import EventLog
from simcollect.core.folder import results_folder
from simcollect.core.spreadsheet import write_csv
from simcollect.core.units import MINUTES_PER_DAY
from simcollect.outcomes.tables.catalogue import TABLES, TableKind

if TYPE_CHECKING:
    import pandas as pd

DICTIONARY: Final = "README.md"
_TITLE: Final = "# Tables of outcomes"


def write_tables(tables: Mapping[str, pd.DataFrame], log: EventLog, folder: Path | str, day: int | None = None) -> None:
    """Write tables as ``NAME.csv`` and ``NAME.parquet``, and ``README.md`` with the meaning of every column.

    Tables that an earlier call left in the folder are replaced; other files are left alone. In a CSV file a text that a
    spreadsheet would take for a formula is written with an apostrophe before it.

    Parameters
    ----------
    tables
        As :func:`~simcollect.outcomes.tables.all_tables` returns them.
    log
        What they were made from: the dictionary names it.
    folder
        Made if it is not there.
    day
        Reading day of the tables; None for the horizon.

    Raises
    ------
    InputError
        If the folder has a ``README.md`` that is not such a dictionary, or cannot be written.
    """
    with results_folder(folder) as place:
        dictionary = place / DICTIONARY
        if dictionary.exists():
            if not dictionary.read_text(encoding="utf-8").startswith(_TITLE):
                raise InputError(
                    "", f'folder "{folder}"', f"holds another {DICTIONARY}", "Expected a folder of the tables' own"
                )
            for kind in TABLES:
                for ending in ("csv", "parquet"):
                    (place / f"{kind.name}.{ending}").unlink(missing_ok=True)
        for name, table in tables.items():
            table.to_parquet(place / f"{name}.parquet", index=False)
            write_csv(table, place / f"{name}.csv")
        dictionary.write_text(data_dictionary(tables, log, day), encoding="utf-8", newline="\n")


def data_dictionary(tables: Mapping[str, pd.DataFrame], log: EventLog, day: int | None = None) -> str:
    """Return the data dictionary of some tables as Markdown: what each holds, and every column's unit and meaning."""
    header = log.header
    last = header.horizon_minutes // MINUTES_PER_DAY if day is None else day
    lines = [
        _TITLE,
        "",
        f"Scenario {header.scenario}, strategy {header.strategy}, seed {header.seed}, replication "
        f"{header.replication}, read on day {last} of the run from {header.start_date}. "
        f"Event log {log.digest()[:16]}, {len(log):,} events.",
        "",
        f"Money is in minor units of {header.currency} ({header.minor_units} to one {header.currency}): the unit "
        "``cents``. A share is a part of 1 (0.25 is 25 %); net shares can be negative. An empty number could not be "
        "worked out: nothing to divide by.",
    ]
    for kind in TABLES:
        if kind.name in tables:
            lines += ["", *_entry(kind, len(tables[kind.name]))]
    return "\n".join(lines) + "\n"


def _entry(kind: TableKind, n_rows: int) -> list[str]:
    columns = [f"| `{column.name}` | {column.unit} | {column.definition} |" for column in kind.columns]
    return [
        f"## {kind.name} ({n_rows:,} rows)",
        "",
        kind.description,
        "",
        "| column | unit | meaning |",
        "|---|---|---|",
        *columns,
    ]
