"""Turns a scenario and one of its strategies into plain numbers: the only form that kernels see.

Nothing here lists fields by hand. A record's fields are those of the model, in the model's order, nested tables joined
by an underscore (``late.suit_day`` -> ``late_suit_day``), and the kind of a field decides its number:

==================  =============================================================================
kind                number
==================  =============================================================================
money, cost         whole minor units, int64; the name gains ``_cents``
share, rate ...     float64
days, count         int64
flag                0 or 1
word                position in its list of words (``lever_words``)
time of day         minutes since midnight
weekdays            bit mask ``weekday_mask``, bit 0 Monday
absent              -1
==================  =============================================================================

Text, dates and lists of tables are left out; steps, offers and events have arrays of their own, in which actions,
stages and pools are the members of ``core.codes``.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, get_args

import numpy as np
import numpy.typing as npt
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from simcollect.core.codes import Action, Stage
from simcollect.core.errors import InputError, closest
from simcollect.core.units import money_cents
from simcollect.scenario.behaviour import CELLS, PASSING_CELLS, Behaviour, band_from
from simcollect.scenario.capacity import EVENT_KINDS, POOL_CODES, UNLIMITED, Capacity, Inflow
from simcollect.scenario.court_fees import fee_table
from simcollect.scenario.economics import Economics
from simcollect.scenario.kinds import clock_minutes, kind_of, words_of
from simcollect.scenario.quantity import Quantity
from simcollect.scenario.rolls import roll_matrix
from simcollect.scenario.specification import Scenario
from simcollect.scenario.strategy import MAX_LONGER, MAX_OFFERS, MAX_STEPS, EarlyStep, Levers, MidStep

ABSENT = -1
"""What stands for a value that the scenario does not give."""
N_STEPS = 2 * MAX_STEPS
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

STEP_DTYPE = np.dtype(
    [
        ("stage", "i1"),
        ("action", "i1"),
        ("day", "<i4"),
        ("repeat_days", "<i4"),
        ("repeat_done", "i1"),
        ("maximum", "<i4"),
        ("per_week", "<i4"),
    ]
)
OFFER_DTYPE = np.dtype(
    [
        ("stage", "i1"),
        ("day", "<i4"),
        ("discount_share", "<f8"),
        ("waive_share", "<f8"),
        ("instalments", "<i4"),
        ("longer_instalments", "<i4", (MAX_LONGER,)),
        ("expiry_days", "<i4"),
    ]
)
EVENT_DTYPE = np.dtype(
    [("kind", "i1"), ("day", "<i4"), ("days", "<i4"), ("factor", "<f8"), ("pool", "i1"), ("share", "<f8")]
)
SALE_DTYPE = np.dtype([("from_dpd", "<i8"), ("share", "<f8")])

Records = npt.NDArray[np.void]


@dataclass(frozen=True)
class Flat:
    """A strategy of a scenario as numbers (g segments, p parameters, b bands, k price bands, e events).

    Attributes
    ----------
    levers : structured array, shape (g,)
        ``Levers`` without its lists, ``early_enter_dpd`` to ``work_review``; one record a segment.
    steps : structured array, shape (g, 16)
        Contacts: early ones first, then mid, in the document's order; ``stage`` 0 marks an unused place.
        ``stage`` and ``action`` are codes of ``core.codes``; days after entry.
    offers : structured array, shape (g, 6)
        Settlement ladder in the document's order; ``stage`` 0 marks an unused place, 0 in ``longer_instalments`` an
        unused choice.
    behaviour : structured array, shape (1,)
        ``group_parameter``, all float64, in the preset's order.
    cells : structured array, shape (7,)
        Parameters of each borrower cell, all float64, in the order of ``core.codes.Cell``.
    cell_mix : float64 array, shape (b, 7)
        Share of each cell by band of days past due; rows add up to 1.
    cell_mix_from_dpd : int64 array, shape (b,)
        Lower limit of each band, days past due, rising from 0.
    rolls : float64 array, shape (m, m + 2)
        Table of roll rates by months behind, the last row m - 1 and more: share paid off, 0 to m - 1 months behind,
        written off; rows add up to 1. Shape (0, 0) without a table.
    rules : structured array, shape (1,)
        -1 where a rule is off; hours in minutes since the borrower's midnight. ``visit_barred`` is 1 where two people
        are due on a visit and the pool has fewer.
    economics : structured array, shape (1,)
        Costs in cents, shares and rates float64.
    sale_prices : structured array, shape (k,)
        ``from_dpd`` rising, ``share`` of the balance.
    court_fees : structured array, shape (f,)
        Tariff by bands: ``above_cents``, ``up_to_cents``, ``fixed_cents``, ``share``, ``due_share``; empty without one.
    pools : structured array, shape (4,)
        Callers, negotiators, legal officers, settlement desk: place = ``core.codes.Pool`` - 1. Headcount -1: unlimited.
    tasks : structured array, shape (1,)
        Minutes by task, int64.
    capacity : structured array, shape (1,)
        The capacity block's own numbers (``task_times``, ``task_time_sd``, ``visit_people``).
    events : structured array, shape (e,)
        ``kind`` 0 inflow, 1 sick leave; ``pool`` a code, -1 where none; ``factor``, ``share`` -1 where none.
    run : structured array, shape (1,)
        ``horizon_days``, ``replications``, ``seed``, ``fix_book``.
    """

    levers: Records
    steps: Records
    offers: Records
    behaviour: Records
    cells: Records
    cell_mix: npt.NDArray[np.float64]
    cell_mix_from_dpd: npt.NDArray[np.int64]
    rolls: npt.NDArray[np.float64]
    rules: Records
    economics: Records
    sale_prices: Records
    court_fees: Records
    pools: Records
    tasks: Records
    capacity: Records
    events: Records
    run: Records


def flatten(scenario: Scenario, strategy: str) -> Flat:
    """Numbers of a scenario under one strategy.

    Parameters
    ----------
    scenario : Scenario
        A loaded scenario.
    strategy : str
        Name of one of its strategies.

    Returns
    -------
    Flat
        Arrays that nothing else shares; the order of segments is ``scenario.segment_names``.

    Raises
    ------
    InputError
        If the scenario has no such strategy.
    """
    if strategy not in scenario.strategies:
        known = sorted(scenario.strategies)
        near = closest(strategy, known)
        raise InputError(
            scenario.where,
            f"strategies.{strategy}",
            "is not a strategy of this scenario",
            "Strategies: " + ", ".join(known),
            f'Did you mean "{near}"?' if near else "",
        )
    minor = scenario.economics.minor_units
    chosen = scenario.strategies[strategy]
    by_segment: list[Levers] = [chosen.segments.get(name, chosen) for name in scenario.segment_names]
    behaviour, economics, capacity = scenario.behaviour, scenario.economics, scenario.capacity
    prices = sorted((int(day), price.value) for day, price in economics.sale_price_share_by_dpd.items())
    return Flat(
        levers=_records(by_segment, Levers, minor),
        steps=_steps(by_segment),
        offers=_offers(by_segment),
        behaviour=_floats(
            [{f"{group}_{name}": q.value for group, part in behaviour.groups.items() for name, q in part.items()}]
        ),
        cells=_floats([{name: q.value for name, q in behaviour.cells[cell].items()} for cell in CELLS]),
        cell_mix=_mix(behaviour),
        cell_mix_from_dpd=np.array([band_from(name) for name in behaviour.cell_mix], dtype=np.int64),
        rolls=roll_matrix(behaviour.rolls),
        rules=_rules(scenario),
        economics=_records([economics], Economics, minor, nested=False),
        sale_prices=np.array(prices, dtype=SALE_DTYPE),
        court_fees=fee_table(economics.court_fee_bands, minor),
        pools=_records([getattr(capacity.pools, name) for name in POOL_CODES], type(capacity.pools.callers), minor),
        tasks=_records([capacity.tasks], type(capacity.tasks), minor),
        capacity=_records([capacity], Capacity, minor, nested=False),
        events=_events(capacity),
        run=_records([scenario.run], type(scenario.run), minor),
    )


def lever_words() -> dict[str, tuple[str, ...]]:
    """Words of every categorical lever; a word's position is its number in ``Flat.levers``.

    Examples
    --------
    >>> lever_words()["work_priority"].index("riskiest")
    2
    """
    return {"_".join(path): words_of(field.annotation) for path, field in _fields(Levers) if words_of(field.annotation)}


def _fields(
    model: type[BaseModel], path: tuple[str, ...] = (), nested: bool = True
) -> Iterator[tuple[tuple[str, ...], FieldInfo]]:
    """Fields of a model and, with ``nested``, of the tables in it, in order; quantities count as fields."""
    for name, field in model.model_fields.items():
        inner = field.annotation
        if isinstance(inner, type) and issubclass(inner, BaseModel) and not issubclass(inner, Quantity):
            if nested:
                yield from _fields(inner, (*path, name))
        else:
            yield (*path, name), field


def _records(documents: Sequence[BaseModel], model: type[BaseModel], minor_units: int, nested: bool = True) -> Records:
    """One record a document; the fields come from ``model``."""
    columns: list[tuple[str, str]] = []
    values: list[list[Any]] = [[] for _ in documents]
    for path, field in _fields(model, nested=nested):
        rule = _rule(field)
        if rule is None:
            continue
        suffix, code = rule
        name = "weekday_mask" if code == "weekdays" else "_".join(path) + suffix
        columns.append((name, "<f8" if code == "f8" else "<i8"))
        for row, document in zip(values, documents, strict=True):
            value: Any = document
            for part in path:
                value = getattr(value, part)
            row.append(_number(value, code, field, minor_units))
    return np.array([tuple(row) for row in values], dtype=np.dtype(columns))


def _mix(behaviour: Behaviour) -> npt.NDArray[np.float64]:
    """Shares of the cells by band, the odds of trouble turned by their factor."""
    mix = np.array([[band[cell].value for cell in CELLS] for band in behaviour.cell_mix.values()], dtype=np.float64)
    odds = behaviour.groups.get("latent", {}).get("trouble_odds")
    if odds is None or odds.value == 1.0:
        return mix
    in_trouble = np.array([cell not in PASSING_CELLS for cell in CELLS])
    mix[:, in_trouble] *= odds.value
    turned: npt.NDArray[np.float64] = mix / mix.sum(axis=1, keepdims=True)
    return turned


def _rules(scenario: Scenario) -> Records:
    """The rules, and whether visits are barred because two people are due and the negotiators are fewer."""
    rules = _records([scenario.rules], type(scenario.rules), scenario.economics.minor_units)
    heads = scenario.capacity.pools.negotiators.headcount
    too_few = scenario.rules.visit_two_people and heads != "unlimited" and int(heads) < 2
    with_bar = np.zeros(1, dtype=np.dtype([*rules.dtype.descr, ("visit_barred", "<i8")]))
    for name in rules.dtype.names or ():
        with_bar[name] = rules[name]
    with_bar["visit_barred"] = int(too_few)
    return with_bar


def _rule(field: FieldInfo) -> tuple[str, str] | None:
    """Suffix of the name and code of the rule for a field; None where the field is no number."""
    kind = kind_of(field.annotation, field.metadata)
    name = kind.name if kind is not None else ""
    if name in ("money", "cost"):
        return "_cents", "cents"
    if name in ("share", "rate", "factor", "number"):
        return "", "f8"
    if name in ("days", "count", "flag", "minutes", "clock", "weekdays", "headcount"):
        return "", name
    if name in ("text", "zone", "date"):
        return None
    if words_of(field.annotation):
        return "", "word"
    if all(isinstance(word, int) for word in get_args(field.annotation)) and get_args(field.annotation):
        return "", "count"
    return None


def _number(value: Any, code: str, field: FieldInfo, minor_units: int) -> int | float:
    if value is None:
        return ABSENT
    if isinstance(value, Quantity):
        value = value.value
    if code == "cents":
        return money_cents(value, minor_units)
    if code == "f8":
        return float(value)
    if code == "clock":
        return clock_minutes(value)
    if code == "weekdays":
        return sum(1 << _WEEKDAYS.index(day) for day in value)
    if code == "headcount":
        return UNLIMITED if value == "unlimited" else int(value)
    if code == "word":
        return words_of(field.annotation).index(value)
    return int(value)


def _floats(rows: Sequence[dict[str, float]]) -> Records:
    columns = np.dtype([(name, "<f8") for name in rows[0]])
    return np.array([tuple(row.values()) for row in rows], dtype=columns)


def _steps(by_segment: Sequence[Levers]) -> Records:
    steps = np.zeros((len(by_segment), N_STEPS), dtype=STEP_DTYPE)
    for row, levers in enumerate(by_segment):
        early: list[tuple[Stage, EarlyStep | MidStep]] = [(Stage.EARLY, step) for step in levers.early.steps]
        mid: list[tuple[Stage, EarlyStep | MidStep]] = [(Stage.MID, step) for step in levers.mid.steps]
        for place, (stage, step) in enumerate(early + mid):
            from_done = step.repeat_from == "done"
            code = Action[step.action.upper()]
            often = (step.repeat_days, from_done, step.maximum, step.per_week)
            steps[row, place] = (stage, code, step.day, *often)
    return steps


def _offers(by_segment: Sequence[Levers]) -> Records:
    offers = np.zeros((len(by_segment), MAX_OFFERS), dtype=OFFER_DTYPE)
    for row, levers in enumerate(by_segment):
        for place, offer in enumerate(levers.final.offers):
            offers[row, place] = (
                Stage[offer.stage.upper()],
                offer.day,
                offer.discount_share,
                offer.waive_share,
                offer.instalments,
                (*offer.longer_instalments, *([0] * (MAX_LONGER - len(offer.longer_instalments)))),
                offer.expiry_days,
            )
    return offers


def _events(capacity: Capacity) -> Records:
    rows: list[tuple[float, ...]] = []
    for event in capacity.events:
        kind = EVENT_KINDS.index(event.kind)
        if isinstance(event, Inflow):
            rows.append((kind, event.day, event.days, event.factor, ABSENT, ABSENT))
        else:
            rows.append((kind, event.day, event.days, ABSENT, POOL_CODES[event.pool], event.share))
    return np.array(rows, dtype=EVENT_DTYPE)


def holiday_days(scenario: Scenario) -> npt.NDArray[np.int32]:
    """Holidays as days of the run, rising (day 0 = start date); some may lie outside it."""
    start: dt.date = scenario.run.start_date
    return np.array(sorted((day - start).days for day in scenario.capacity.holidays), dtype=np.int32)
