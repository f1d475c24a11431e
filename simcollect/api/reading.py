"""What an event log says: outcomes, tables, pictures, and what an audit finds in it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final

import pandas as pd
from matplotlib.figure import Figure

from simcollect.api.loading import ScenarioLike, load
from simcollect.core.errors import InputError
from simcollect.core.eventlog import EventLog
from simcollect.core.words import Lang
from simcollect.experiment import pictures
from simcollect.experiment.measure import audited, prices
from simcollect.outcomes.accounts import account_table
from simcollect.outcomes.audit import Findings, audit
from simcollect.outcomes.headline import Outcomes
from simcollect.outcomes.headline import headline as outcomes_of
from simcollect.outcomes.tables.catalogue import all_tables


def headline(log: EventLog, scenario: ScenarioLike, *, day: int | None = None) -> Outcomes:
    """Return recovery, cost, customers kept, harm and time to cash of one run.

    ``day`` reads the same run earlier; prices come from the scenario.
    """
    return outcomes_of(log, prices(load(scenario)), day)


def accounts(log: EventLog, *, day: int | None = None) -> pd.DataFrame:
    """Return one row an account: what it owed, paid and when, what was done to it, where it stands.

    Examples
    --------
    >>> from simcollect.api import simulate
    >>> len(accounts(simulate("tiny", "gentle")))
    12
    """
    return account_table(log, day)


def tables(
    log: EventLog, scenario: ScenarioLike | None = None, *, day: int | None = None, only: Sequence[str] | None = None
) -> dict[str, pd.DataFrame]:
    """Return the outcome tables of a log by name: rolls, vintages, funnels, promises, plans, legal yield, groups.

    Parameters
    ----------
    log
        Any event log.
    scenario
        Where prices come from; without one staff cost what the log's shifts say, and nothing is discounted.
    day
        Reading day; None for the horizon.
    only
        Names of tables or of topics; all when None.

    Raises
    ------
    InputError
        If a name or the day is not known.

    Examples
    --------
    >>> from simcollect.api import simulate
    >>> list(tables(simulate("tiny", "firm"), only=["promises"]))
    ['promises']
    """
    return all_tables(log, None if scenario is None else prices(load(scenario)), day, only)


def check(log: EventLog, scenario: ScenarioLike | None = None) -> Findings:
    """Return what the independent audit finds in a log: invariants, and the scenario's rules and headcounts.

    Examples
    --------
    >>> from simcollect.api import simulate
    >>> check(simulate("tiny", "firm"), "tiny").ok
    True
    """
    return audit(log) if scenario is None else audited(log, load(scenario))


_PICTURES: Final[Mapping[str, Callable[..., Figure]]] = {
    "flow": pictures.flow,
    "funnel": pictures.funnel,
    "rolls": pictures.rolls,
    "load": pictures.load,
    "liquidation": pictures.liquidation,
    "cash": pictures.cash,
}


def picture(name: str, log: EventLog, *, account: int | str | None = None, lang: Lang = "en") -> Figure:
    """Return a picture of one run.

    Parameters
    ----------
    name
        ``life`` (one borrower's life line), ``flow`` (through the stages), ``funnel`` (contacts), ``rolls`` (roll
        rates), ``load`` (staff), ``liquidation`` (by vintage), ``cash`` (money in by source).
    log
        Any event log.
    account
        For ``life``: position, id or name; the one with most events when None.
    lang
        ``en`` or ``zh``.

    Raises
    ------
    InputError
        If there is no such picture or account, the log has nothing to show, or no typeface has Chinese.
    """
    if name == "life":
        return pictures.life(log, account, lang)
    if name not in _PICTURES:
        raise InputError.unknown("", name, ["life", *_PICTURES], "picture")
    return _PICTURES[name](log, lang=lang)


def read_log(path: Path | str) -> EventLog:
    """Return the log that a ``log.parquet`` or a results folder of ``run`` holds.

    Raises
    ------
    InputError
        If there is none, or it has been changed.
    """
    place = Path(path)
    return EventLog.from_parquet(place / "log.parquet" if place.is_dir() else place)
