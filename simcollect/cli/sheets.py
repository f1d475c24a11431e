"""How tables of outcomes look on the screen: a unit on every number, money in major units, groups side by side."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, TypeAlias

import numpy as np
import pandas as pd
from rich.box import SIMPLE_HEAD
from rich.table import Table

from simcollect.cli.screen import Screen
from simcollect.core.eventlog import EventLog
from simcollect.outcomes.tables import BUCKETS, TABLES, TableKind
from simcollect.outcomes.tables.positions import N_OPEN

_MOST_SIDE_BY_SIDE: Final = 10
_MOST_ROWS: Final = 12
_MOST_MONTHS: Final = 13
_SHOWN_FIRST: Final[Mapping[str, str]] = {
    "roll_matrix_count": "",
    "cures": "",
    "liquidation": "",
    "stage_funnel": "",
    "contact_funnel": "",
    "promises": "stage",
    "plans": "segment",
    "settlements": "step",
    "legal_yield": "balance_band",
    "capacity_by_pool": "",
    "headline_by": "segment",
    "harm": "cell",
}
"""The tables that are shown when none is asked for, and what their groups are then made by."""

_Column: TypeAlias = tuple[str, list[str]]  # head, and the texts below it
_TEXT: Final = ("name", "date")
_TIMES: Final = ("day", "days", "months")
_UNITS: Final[Mapping[str, str]] = {
    "share": "%",
    "number": "",
    "attempts per account-week": "a week",
    "per 1,000 accounts": "per 1,000",
    "per 1,000 accounts and month": "per 1,000 a month",
}


def print_tables(tables: Mapping[str, pd.DataFrame], log: EventLog, screen: Screen, everything: bool) -> None:
    """Print tables for a person.

    Parameters
    ----------
    tables
        By name.
    log
        For the currency.
    screen
        Where to.
    everything
        Print every table with all its groups (long ones cut short); else the main ones with their main groups.
    """
    for kind in TABLES:
        if kind.name not in tables or (not everything and kind.name not in _SHOWN_FIRST):
            continue
        sheet = _Sheet(kind, log)
        screen.say()
        screen.say(f"{kind.name}: {kind.description.split(chr(10), 1)[0]}")
        table = tables[kind.name]
        if table.empty:
            screen.say("  nothing of this happened")
        elif "by" in table.columns:
            by = None if everything else _SHOWN_FIRST[kind.name]
            for part in _parts(table, by):
                _show(sheet.side_by_side(part, "group", screen.out.width), screen)
        elif kind.name.startswith("roll_matrix"):
            _show(sheet.side_by_side(_matrix(table), "from_bucket", screen.out.width), screen)
        elif kind.name == "liquidation":
            screen.table(_curves(table))
        elif len(table) <= _MOST_SIDE_BY_SIDE and len(table.columns) > 5:
            _show(sheet.side_by_side(table, str(table.columns[0]), screen.out.width), screen)
        else:
            _show(sheet.row_by_row(table.head(_MOST_ROWS), screen.out.width), screen)
            if len(table) > _MOST_ROWS:
                screen.say(f"  and {len(table) - _MOST_ROWS:,} more rows")


class _Sheet:
    """Numbers of one table as text in the units that a person reads."""

    def __init__(self, kind: TableKind, log: EventLog) -> None:
        self.units = {column.name: column.unit for column in kind.columns}
        self.currency, self.minor = log.header.currency, log.header.minor_units

    def side_by_side(self, table: pd.DataFrame, heading: str, width: int) -> Iterator[Table]:
        """Yield tables with one line a measure and one column a row, as many columns in each as the width holds."""
        measures = [column for column in table.columns if column != heading]
        columns = [
            (_heading(str(name)), [self.text(column, table[column].iloc[k]) for column in measures])
            for k, name in enumerate(table[heading])
        ]
        keys = [
            (heading.replace("_", " "), [_label(column) for column in measures]),
            ("unit", [self.unit(column) for column in measures]),
        ]
        yield from _in_width(keys, columns, width)

    def row_by_row(self, table: pd.DataFrame, width: int) -> Iterator[Table]:
        """Yield tables with one line a row, units in the headings, as many columns in each as the width holds."""
        if "month_end" in table.columns:
            table = table.drop(columns="month")  # the date says it, and the screen is narrow
        columns = [
            (_head_with_unit(_label(column), self.unit(column)), [self.text(column, value) for value in table[column]])
            for column in table.columns
        ]
        n_keys = next(
            (k for k, column in enumerate(table.columns) if self.units[column] not in _TEXT and column not in _TIMES),
            len(columns),
        )
        yield from _in_width(columns[:n_keys], columns[n_keys:], width)

    def unit(self, column: str) -> str:
        """Return the unit as shown."""
        unit = self.units[column]
        return self.currency if unit == "cents" else "" if unit in _TEXT else _UNITS.get(unit, unit)

    def text(self, column: str, value: Any) -> str:
        """Return a value as shown: "-" where there is no number."""
        unit = self.units[column]
        if unit in _TEXT:
            return str(value).replace("_", " ") if unit == "name" else str(value)
        if not math.isfinite(value):
            return "-"
        if unit == "cents":
            money = value / self.minor
            return f"{money:,.{0 if money == 0 or abs(money) >= 100 or self.minor == 1 else 2}f}"
        if unit == "share":
            return f"{100.0 * value:.1f}"
        return f"{value:,}" if isinstance(value, int | np.integer) else f"{value:,.2f}"


def _parts(table: pd.DataFrame, by: str | None) -> Iterator[pd.DataFrame]:
    """Yield the groups made in one way, beside the total: those asked for, or all that there are."""
    total = table[table["by"] == "all"]
    kinds = [kind for kind in table["by"].unique() if kind != "all"] if by is None else [by]
    for kind in kinds:
        yield pd.concat([total, table[table["by"] == kind]]).drop(columns="by")


def _matrix(table: pd.DataFrame) -> pd.DataFrame:
    """Return what the screen has room for: the debts that could move."""
    closed = BUCKETS[N_OPEN:]
    return table[~table["from_bucket"].isin(closed)].drop(columns="balance_from_cents")


def _curves(table: pd.DataFrame) -> Table:
    """Return the liquidation curves side by side: vintages down, months across, gross and net in per cent."""
    last = int(table["months"].max())
    step = -(-last // (_MOST_MONTHS - 1)) if last else 1
    months = list(range(0, last + 1, step))
    drawn = _frame("arrived in", "% after months:")
    for month in months:
        drawn.add_column(str(month), justify="right", no_wrap=True)
    for vintage, part in table.groupby("vintage_month", sort=False):
        for label, column in (("gross", "gross_liquidation_share"), ("net", "net_liquidation_share")):
            curve = dict(zip(part["months"], part[column], strict=True))
            texts = [f"{100.0 * curve[month]:.1f}" if month in curve else "" for month in months]
            drawn.add_row(str(vintage) if label == "gross" else "", label, *texts)
    return drawn


def _frame(*headings: str) -> Table:
    table = Table(box=SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0))
    for heading in headings:
        table.add_column(heading, no_wrap=True)
    return table


def _show(drawn: Iterable[Table], screen: Screen) -> None:
    for table in drawn:
        screen.table(table)


def _in_width(keys: Sequence[_Column], columns: Sequence[_Column], width: int) -> Iterator[Table]:
    """Yield tables of as many columns as the width holds, each with the key columns before them."""

    def space(column: _Column) -> int:
        head, texts = column
        return max(map(len, (*head.split("\n"), *texts))) + 2

    room = width - sum(map(space, keys)) - 2
    first = 0
    while first < max(1, len(columns)):
        last = first + 1
        while last < len(columns) and sum(map(space, columns[first : last + 1])) <= room:
            last += 1
        drawn = _frame(*(head for head, _ in keys))
        for head, _ in columns[first:last]:
            drawn.add_column(head, justify="right", no_wrap=True)
        for line in zip(*(texts for _, texts in (*keys, *columns[first:last])), strict=True):
            drawn.add_row(*line)
        yield drawn
        first = last


def _head_with_unit(name: str, unit: str) -> str:
    return f"{_heading(name)}\n{_heading(unit)}" if unit else _heading(name)


def _heading(name: str) -> str:
    """Return a name for the head of a column, one word a line."""
    return name.replace("_", " ").replace(" ", "\n")


def _label(column: str) -> str:
    return column.removeprefix("n_").removesuffix("_cents").replace("_", " ")
