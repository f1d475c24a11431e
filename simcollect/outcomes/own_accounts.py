"""The accounts of a user's own log: who the events belong to, and what an accounts file says of them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from simcollect.core.codes import Cell, EventKind
from simcollect.core.errors import InputError, closest
from simcollect.core.eventlog import ACCOUNT_DTYPE
from simcollect.outcomes.own_values import Cells, Unreadable, clock_of, code_of, flag_of, money, whole_of

KEYS: Final = ("account_id", "account", "name")
"""Columns that can say whose event it is; the first that is there counts."""

_FLAGS: Final = ("vulnerable", "declared_vulnerable", "consent")
_MONEY: Final = ("opening", "instalment", "margin", "income")
_NUMBERS: Final = ("arrives_at", "age_band", "score_ppm")
_COLUMNS: Final = frozenset(
    (*KEYS, "zone", "segment", "cell", *_FLAGS, *_NUMBERS, *_MONEY, *(f"{name}_cents" for name in _MONEY))
)


@dataclass(frozen=True, eq=False)
class People:
    """The accounts of a log.

    Attributes
    ----------
    table
        Shape [n], ``ACCOUNT_DTYPE``.
    names, zones, segments
        For the log's header.
    of_events
        Account of each event, -1 for staffed time, shape [m].
    stated
        Columns that an accounts file has.
    notes
        Sentences for the user.
    """

    table: NDArray[np.void]
    names: tuple[str, ...]
    zones: tuple[str, ...]
    segments: tuple[str, ...]
    of_events: NDArray[np.int64]
    stated: frozenset[str]
    notes: tuple[str, ...]


def key_of(cells: Cells) -> str:
    """Return the column that says whose row it is.

    Raises
    ------
    InputError
        If there is none.
    """
    for column in KEYS:
        if column in cells.columns:
            return column
    raise missing(cells, "account_id")


def missing(cells: Cells, column: str) -> InputError:
    """Return the error for a column that is needed and not there."""
    near = closest(column, cells.columns)
    advice = f'Rename "{near}" if it is meant.' if near is not None else ""
    return InputError(cells.where, f"column {column}", "is missing", f"Columns: {', '.join(cells.columns)}", advice)


def people(events: Cells, kind: NDArray[np.int16], path: str | Path | None, zone: str, minor_units: int) -> People:
    """Return the accounts of a file of events; what is wrong with its rows is noted there.

    Raises
    ------
    InputError, InputErrors
        If the accounts file cannot be read.
    """
    key = key_of(events)
    whose = events.columns[key]
    nobody = (kind == EventKind.STAFFED) & whose.isin(["", "-1"]).to_numpy()
    empty = np.flatnonzero(whose.eq("").to_numpy() & ~nobody)
    events.note(key, empty, [Unreadable("is empty", "Expected the account that the event belongs to")] * len(empty))
    if path is None:
        place, known = pd.factorize(whose.where(~(nobody | whose.eq("").to_numpy())))
        return _from_events(events, key, place.astype(np.int64), [str(text) for text in known], zone)
    cells = Cells(path)
    own = key_of(cells)
    index = pd.Index(cells.columns[own])
    cells.note(own, np.flatnonzero(index == ""), [Unreadable("is empty", "Expected the account's number or name")])
    twice = np.flatnonzero(index.duplicated())
    cells.note(
        own, twice, [Unreadable(f'is "{index[row]}" once more', "Expected each account once") for row in twice.tolist()]
    )
    cells.refuse()
    place = index.get_indexer(pd.Index(whose)).astype(np.int64)
    strangers = np.flatnonzero((place < 0) & ~nobody & whose.ne("").to_numpy())
    expected = f"Expected an account of {cells.where}"
    events.note(key, strangers, [_stranger(whose[int(row)], index, expected) for row in strangers[:10]])
    return _from_file(cells, own, np.where(nobody, -1, place), zone, minor_units)


def _stranger(text: str, index: pd.Index[str], expected: str) -> Unreadable:
    near = closest(text, index)
    return Unreadable(f'is "{text}"', expected, f'Did you mean "{near}"?' if near is not None else "")


def _other_zone(text: str, first_row: int) -> Unreadable:
    return Unreadable(
        f'is "{text}", and row {first_row} of the same account has another',
        "Expected one zone an account",
        "An accounts file can tell the borrowers' own zones apart from the clock of the times.",
    )


def _from_events(events: Cells, key: str, place: NDArray[np.int64], known: list[str], zone: str) -> People:
    first = pd.Series(place).drop_duplicates()
    first = first[first >= 0].sort_values()
    rows = first.index.to_numpy()
    table = _blank(known)
    zones = [zone] * len(known)
    if "zone" in events.columns:
        texts = events.columns["zone"]
        zones = [texts[int(row)] or zone for row in rows]
        own = np.array([*zones, ""], dtype=object)[place]
        others = np.flatnonzero((place >= 0) & (texts.where(texts.ne(""), zone).to_numpy() != own))
        errors = [_other_zone(texts[row], int(events.row_numbers[rows[place[row]]])) for row in others[:10].tolist()]
        events.note("zone", others, errors)
    names = events.columns["name"][rows].tolist() if "name" in events.columns and key != "name" else None
    notes = (
        f"{events.where}: every borrower is taken to have consented to messages and to be not vulnerable; "
        "an accounts file can say otherwise.",
    )
    return _people(table, known, names, zones, ["all"] * len(known), place, frozenset(), notes)


def _from_file(cells: Cells, key: str, place: NDArray[np.int64], zone: str, minor_units: int) -> People:
    known = cells.columns[key].tolist()
    table = _blank(known)
    stated = frozenset(cells.columns)
    for column in _FLAGS:
        if column in stated:
            table[column] = cells.read(column, flag_of)
    for column in _NUMBERS:
        if column in stated:
            table[column] = cells.read(column, whole_of)
    for column in _MONEY:
        table[f"{column}_cents"] = money(cells, column, minor_units)
    if "cell" in stated:
        table["cell"] = cells.read("cell", lambda text: code_of(text, Cell, "Expected a cell of borrowers"))
    zones = [zone] * len(known)
    if "zone" in stated:
        cells.read("zone", _known_zone)
        zones = [text or zone for text in cells.columns["zone"]]
    cells.refuse()
    segments = cells.columns["segment"].tolist() if "segment" in stated else ["all"] * len(known)
    names = cells.columns["name"].tolist() if "name" in stated and key != "name" else None
    notes = [f'{cells.where}: column "{name}" was not read.' for name in cells.columns if name not in _COLUMNS]
    if "consent" not in stated:
        notes.append(f"{cells.where}: no column consent; every borrower is taken to have consented to messages.")
    if "declared_vulnerable" not in stated:
        notes.append(f"{cells.where}: no column declared_vulnerable; no borrower is taken to be vulnerable.")
    return _people(table, known, names, zones, segments, place, stated, tuple(notes))


def _known_zone(text: str) -> int:
    """Return 0, or raise Unreadable where a cell names no time zone."""
    if text:
        clock_of(text)
    return 0


def _blank(known: list[str]) -> NDArray[np.void]:
    """Return an accounts table in which only the numbers are told: those of the file, or running ones."""
    table = np.zeros(len(known), dtype=ACCOUNT_DTYPE)
    table["account_id"] = [int(text) for text in known] if _numbered(known) else np.arange(1, len(known) + 1)
    table["consent"] = 1
    return table


def _numbered(known: list[str]) -> bool:
    return all(text.isdecimal() and len(text) < 18 for text in known)


def _people(
    table: NDArray[np.void],
    known: list[str],
    names: list[str] | None,
    zones: list[str],
    segments: list[str],
    place: NDArray[np.int64],
    stated: frozenset[str],
    notes: tuple[str, ...],
) -> People:
    table["zone"], distinct_zones = pd.factorize(pd.Series(zones, dtype=object))
    table["segment"], distinct_segments = pd.factorize(pd.Series(segments, dtype=object))
    if names is None:
        names = [] if _numbered(known) else known
    return People(table, tuple(names), tuple(distinct_zones), tuple(distinct_segments), place, stated, notes)
