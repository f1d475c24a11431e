"""All tables of a log at once, with what their columns mean."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from simcollect.core.errors import InputError
from simcollect.core.eventlog import EventLog
from simcollect.outcomes import capacity
from simcollect.outcomes.economics import Economics
from simcollect.outcomes.reading import Reading
from simcollect.outcomes.tables import (
    agreements,
    cure_rates,
    customers,
    daily,
    funnels,
    groups,
    ladder,
    legal,
    rolls,
    vintages,
)
from simcollect.outcomes.tables.dictionary import Column, Maker, columns_of, description_of
from simcollect.outcomes.tables.positions import Positions, positions

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class TableKind:
    """One of the tables.

    Attributes
    ----------
    name
        Of the table, and of its file.
    topic
        What it is about: the name of a group of tables.
    maker
        Function whose docstring tells what it holds.
    make
        Makes it from what has been read once for all tables.
    """

    name: str
    topic: str
    maker: Maker
    make: Callable[[Positions, Economics], pd.DataFrame]

    @property
    def description(self) -> str:
        """What it holds and how it is reckoned, in paragraphs; the first is one sentence."""
        return description_of(self.maker)

    @property
    def columns(self) -> tuple[Column, ...]:
        """What its columns mean."""
        return columns_of(self.maker)


def _kind(topic: str, maker: Maker, needs: Literal["positions", "reading", "prices"]) -> TableKind:
    def make(found: Positions, economics: Economics) -> pd.DataFrame:
        if needs == "positions":
            return maker(found)
        return maker(found.reading, economics) if needs == "prices" else maker(found.reading)

    return TableKind(maker.__name__, topic, maker, make)


def _roll_matrix(by: Literal["count", "balance"]) -> TableKind:
    return TableKind(f"roll_matrix_{by}", "rolls", rolls.roll_matrix, lambda found, _: rolls.roll_matrix(found, by))


TABLES: Final[tuple[TableKind, ...]] = (
    _kind("rolls", rolls.bucket_positions, "positions"),
    _kind("rolls", rolls.roll_flows, "positions"),
    _roll_matrix("count"),
    _roll_matrix("balance"),
    _kind("rolls", rolls.roll_rates, "positions"),
    _kind("rolls", cure_rates.cures, "positions"),
    _kind("rolls", cure_rates.redefaults, "positions"),
    _kind("vintages", vintages.liquidation, "prices"),
    _kind("funnels", funnels.stage_funnel, "reading"),
    _kind("funnels", funnels.stage_flow, "reading"),
    _kind("funnels", funnels.contact_funnel, "reading"),
    _kind("funnels", funnels.blocked, "reading"),
    _kind("agreements", agreements.promises, "reading"),
    _kind("agreements", agreements.plans, "reading"),
    _kind("agreements", agreements.plan_survival, "reading"),
    _kind("agreements", ladder.settlements, "prices"),
    _kind("legal", legal.legal_yield, "prices"),
    _kind("capacity", capacity.capacity_by_pool, "reading"),
    _kind("capacity", capacity.capacity_by_day, "reading"),
    _kind("capacity", capacity.first_action, "reading"),
    _kind("groups", groups.headline_by, "prices"),
    _kind("groups", groups.harm, "reading"),
    _kind("groups", customers.retention, "reading"),
    _kind("daily", daily.by_day, "prices"),
    _kind("daily", daily.by_month, "positions"),
)
"""Every table, in the order in which they are told."""

TOPICS: Final = tuple(dict.fromkeys(kind.topic for kind in TABLES))
"""Groups of tables."""


def chosen(only: Sequence[str] | None = None) -> tuple[TableKind, ...]:
    """Return the tables with these names or of these topics, in their own order; all when None.

    Raises
    ------
    InputError
        If a name is neither a table nor a topic.
    """
    if only is None:
        return TABLES
    for name in only:
        if name not in TOPICS and name not in [kind.name for kind in TABLES]:
            raise InputError(
                "",
                "tables",
                f'hold no "{name}"',
                f"Expected topics ({', '.join(TOPICS)}) or tables ({', '.join(kind.name for kind in TABLES)})",
            )
    return tuple(kind for kind in TABLES if kind.name in only or kind.topic in only)


def all_tables(
    log: EventLog, economics: Economics | None = None, day: int | None = None, only: Sequence[str] | None = None
) -> dict[str, pd.DataFrame]:
    """Return every table of a log by name.

    Ten million events take about ten seconds of one core, and twice the memory of the log (``simcollect bench``).

    Parameters
    ----------
    log
        Any event log.
    economics
        Prices and rates; without them staff cost what the log's shifts say, and nothing is discounted.
    day
        Reading day; None for the horizon.
    only
        Names of tables or topics; all when None.

    Raises
    ------
    InputError
        If the day lies outside the run, or a name is unknown.

    Examples
    --------
    >>> from simcollect.outcomes.tables.catalogue import TOPICS
    >>> TOPICS
    ('rolls', 'vintages', 'funnels', 'agreements', 'legal', 'capacity', 'groups', 'daily')
    """
    wanted = chosen(only)
    found = positions(Reading.at_day(log, day))
    prices = economics if economics is not None else Economics()
    return {kind.name: kind.make(found, prices) for kind in wanted}
