"""What every engine shares: the numbers a kernel reads, the arrays of a run, and the order of events.

Events happen in the order ``(minute, phase, account, sequence)``. Within a minute a change of the strategy comes first;
then an account's own events, by slot (:class:`simcollect.stages.case.Slot`), then the ends of work, then shifts that
open, then the work lists are looked at once, so that everything queued in a minute competes on equal terms.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simcollect.core.clock import Calendar
from simcollect.core.codes import Purpose
from simcollect.core.compiled import entry_point
from simcollect.core.errors import SimcollectError
from simcollect.core.eventlog import EVENT_DTYPE
from simcollect.scenario.court_fees import MAX_BANDS
from simcollect.scenario.flatten import Flat
from simcollect.scenario.rolls import MOST_MONTHS
from simcollect.stages import changeover, life, staffwork
from simcollect.stages.account import STATE_DTYPE
from simcollect.stages.case import N_OFFERS, N_PURPOSES, N_STEPS, NEVER, PAGE_DTYPE, PAGE_ROWS, Slot

Records = NDArray[np.void]

PHASE_CHANGE = -1
PHASE_WORK_ENDS = 32
PHASE_SHIFT_OPENS = 48
PHASE_DISPATCH = 64
MAX_ZONES = 16
MAX_SWITCHES = 48
MAX_PRICES = 16
ROWS_PER_CALL = 48  # no transition writes more rows than this
CALLS_PER_PAGE = PAGE_ROWS // ROWS_PER_CALL


def order(phase: int, account: int) -> int:
    """Return the place of an event within its minute: phase first, then account."""
    return (phase << 32) | account


@dataclass
class Arrays:
    """The arrays of one run: what a kernel reads and writes.

    Attributes
    ----------
    numbers : structured array, shape (1,)
        Behaviour, rules, capacity, economics, clock and run key.
    levers : structured array, shape (k strategies x g segments,)
        The strategies one after the other, each one record a segment; ``lever_row`` of an account points into it.
    book : structured array, shape (n accounts,)
        population.BOOK_DTYPE, never written.
    state : structured array, shape (n accounts,)
        stages.account.STATE_DTYPE.
    page : structured array, shape (1,)
        stages.case.PAGE_DTYPE: the last rows of the event log.
    pages : list of structured arrays
        The rows before them, core.eventlog.EVENT_DTYPE.
    """

    numbers: Records
    levers: Records
    book: Records
    state: Records
    page: Records
    pages: list[Records]

    def args(self) -> tuple[Records, Records, Records, Records, Records]:
        """Return the arrays in the order in which every kernel takes them."""
        return self.numbers, self.levers, self.book, self.state, self.page

    def turn_page(self) -> None:
        """Put the rows written so far aside and begin an empty page: due after CALLS_PER_PAGE transitions."""
        page = self.page[0]
        rows = np.empty(int(page["n_rows"]), dtype=EVENT_DTYPE)
        for name in EVENT_DTYPE.names or ():
            rows[name] = page[name][: len(rows)]
        self.pages.append(rows)
        page["n_rows"] = 0

    def rows(self) -> Records:
        """Return all rows of the event log so far."""
        self.turn_page()
        self.pages = [np.concatenate(self.pages)]
        return self.pages[0]


LAST_COMPILED = staffwork.note
"""The transition that :class:`Kernels` compiles last: when it is on disk, so are the others."""


class Kernels:
    """The transitions of an account's life and of staff at work, ready to be called with a run's arrays.

    They are compiled (or read from disk) here, once a run, for the types of the run's arrays.
    """

    def __init__(self, arrays: Arrays) -> None:
        a = arrays.args()
        self.happen = entry_point(life.happen, *a, 0, 0)
        self.begin = entry_point(staffwork.begin, *a, 0, 0, 0)
        self.block = entry_point(staffwork.block, *a, 0, 0, 0, 0, 0, 0)
        self.withdraw = entry_point(staffwork.withdraw, *a, 0, 0, 0, 0)
        self.take_up = entry_point(staffwork.take_up, *a, 0, 0, 0, 0, 0)
        self.task_minutes = entry_point(staffwork.task_minutes, *a, 0, 0, 0)
        self.complete = entry_point(staffwork.complete, *a, 0, 0, 0, 0, 0, 0, 1.0)
        self.worth = entry_point(staffwork.worth, *a, 0, 0, 0)
        self.close_books = entry_point(life.close_books, *a, 0, 0)
        self.note = entry_point(staffwork.note, arrays.page, 0, 0, 0, 0, 0, 0, 0, 0)
        self.decide = life.decide  # a policy in Python is the slow part there; compiled only if one is used
        self.change_strategy = changeover.change_strategy  # once an account and change; compiled only if there is one


def run_numbers(
    flat: Flat, calendar: Calendar, seed: int, replication: int, policy: bool, shared_streams: bool
) -> Records:
    """Return the one record of numbers that kernels read.

    Tables that differ in length between scenarios are padded to a fixed size, so that one compiled model serves all.
    """
    columns: list[tuple[str, str] | tuple[str, str, tuple[int, ...]]] = []
    values: list[object] = []

    def add(name: str, kind: str, value: object, shape: tuple[int, ...] | None = None) -> None:
        columns.append((name, kind) if shape is None else (name, kind, shape))
        values.append(value)

    add("run_seed", "<i8", seed)
    add("run_replication", "<i8", replication)
    add("run_policy", "<i8", int(policy))
    add("run_shared_streams", "<i8", int(shared_streams))
    add("run_start_weekday", "<i8", calendar.start_weekday)
    for record, prefix in (
        (flat.behaviour, ""),
        (flat.rules, "rules_"),
        (flat.capacity, "capacity_"),
        (flat.economics, "economics_"),
    ):
        for name in record.dtype.names or ():
            add(prefix + name, record.dtype[name].str, record[name][0])
    for name in flat.cells.dtype.names or ():
        add("cell_" + name, "<f8", flat.cells[name], (len(flat.cells),))
    from_dpd = np.full(MAX_PRICES, NEVER, dtype=np.int64)
    share = np.zeros(MAX_PRICES)
    from_dpd[: len(flat.sale_prices)] = flat.sale_prices["from_dpd"]
    share[: len(flat.sale_prices)] = flat.sale_prices["share"]
    add("sale_from_dpd", "<i8", from_dpd, (MAX_PRICES,))
    add("sale_share", "<f8", share, (MAX_PRICES,))
    reach = np.zeros((MOST_MONTHS + 1, MOST_MONTHS + 3))
    for row, shares in enumerate(flat.rolls):
        reach[row, : len(shares)] = np.cumsum(shares)
        reach[row, np.flatnonzero(shares)[-1] :] = 1.0  # rounding of the sum hands nothing to a column of share 0
    add("roll_rows", "<i8", len(flat.rolls))
    add("roll_reach", "<f8", reach, reach.shape)
    add("fee_bands", "<i8", len(flat.court_fees))
    for name in flat.court_fees.dtype.names or ():
        padded = np.zeros(MAX_BANDS, dtype=flat.court_fees.dtype[name])
        padded[: len(flat.court_fees)] = flat.court_fees[name]
        add("fee_" + name, padded.dtype.str, padded, (MAX_BANDS,))
    switch_at, offsets = _zones(calendar)
    add("zone_switch_at", "<i8", switch_at, switch_at.shape)
    add("zone_offset_minutes", "<i8", offsets, offsets.shape)
    return np.array([tuple(values)], dtype=np.dtype(columns))


def _zones(calendar: Calendar) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Pad the calendar's clock changes to the fixed size."""
    zones, switches = calendar.zone_switch_at.shape
    if zones > MAX_ZONES or switches > MAX_SWITCHES:
        raise SimcollectError(
            f"This run needs {zones} time zones with up to {switches} clock changes each; at most {MAX_ZONES} and "
            f"{MAX_SWITCHES} are supported. Group borrowers into fewer zones or shorten the horizon."
        )
    at = np.full((MAX_ZONES, MAX_SWITCHES), NEVER, dtype=np.int64)
    offsets = np.zeros((MAX_ZONES, MAX_SWITCHES), dtype=np.int64)
    at[:zones, :switches] = calendar.zone_switch_at
    offsets[:zones, :switches] = calendar.zone_offset_minutes
    return at, offsets


def strategy_levers(flat: Flat) -> Records:
    """Return the strategy as one record a segment: levers, steps (16 places) and ladder (6 places)."""
    columns: list[tuple[str, str] | tuple[str, str, tuple[int, ...]]] = [
        (name, flat.levers.dtype[name].str) for name in flat.levers.dtype.names or ()
    ]
    parts: list[tuple[str, Records, int]] = [("step_", flat.steps, N_STEPS), ("offer_", flat.offers, N_OFFERS)]
    for prefix, table, size in parts:
        for name in table.dtype.names or ():
            kind = "<f8" if table.dtype[name].base.kind == "f" else "<i8"
            columns.append((prefix + name, kind, (size, *table.dtype[name].shape)))
    levers = np.zeros(len(flat.levers), dtype=np.dtype(columns))
    for name in flat.levers.dtype.names or ():
        levers[name] = flat.levers[name]
    for prefix, table, _ in parts:
        for name in table.dtype.names or ():
            levers[prefix + name] = table[name]
    return levers


def open_arrays(numbers: Records, levers: Records, book: Records) -> Arrays:
    """Return the arrays of a run that has not begun: every account waits for its arrival."""
    state = np.zeros(len(book), dtype=STATE_DTYPE)
    state["due_at"] = NEVER
    state["due_at"][:, Slot.ARRIVAL] = book["arrives_at"]
    state["lever_row"] = book["segment"]
    state["leaving_at"] = -1
    state["queued_step"] = -1
    assert max(Purpose) < N_PURPOSES
    return Arrays(numbers, levers, book, state, np.zeros(1, dtype=PAGE_DTYPE), [])
