"""The whole specification of a simulation: seven blocks, checked, inheritance and presets resolved."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterator
from typing import Any, NamedTuple

from pydantic import BaseModel, Field

from simcollect.scenario.behaviour import Behaviour
from simcollect.scenario.capacity import Capacity
from simcollect.scenario.court_fees import CourtFeeBands
from simcollect.scenario.economics import Economics, quantities
from simcollect.scenario.kinds import Document, Name, Text, clock_minutes
from simcollect.scenario.packs import Pack
from simcollect.scenario.places import dotted
from simcollect.scenario.portfolio import Portfolio
from simcollect.scenario.quantity import Quantity
from simcollect.scenario.rolls import RollRow
from simcollect.scenario.rules import PACK_FIELD, Rules, off_value, unit_of
from simcollect.scenario.run import Run
from simcollect.scenario.strategy import Strategy


class Scenario(Document):
    """Everything that a run depends on.

    ``Scenario.model_validate_json(scenario.model_dump_json())`` gives an equal scenario; files are read with
    :func:`simcollect.scenario.load`, which also checks the blocks against each other.
    """

    name: Name = Field(description="Name of the scenario: the file's name without its ending.")
    where: Text = Field(description="File the scenario was read from, for messages.")
    folder: Text = Field(description="Folder that relative paths start from.")
    description: Text = Field("", description="What the scenario is for, in a sentence or two.")
    description_zh: Text = Field("", description="The same in Chinese.")
    portfolio: Portfolio = Field(description="Which accounts there are.")
    behaviour: Behaviour = Field(description="How borrowers behave.")
    strategies: dict[str, Strategy] = Field(description="Strategies by name, inheritance and segments resolved.")
    capacity: Capacity = Field(description="Staff, tasks and events.")
    rules: Rules = Field(description="Rules of conduct that are enforced.")
    pack: Pack | None = Field(None, description="The rule pack that they start from, as it was read.")
    economics: Economics = Field(description="Currency, costs and prices.")
    run: Run = Field(description="Dates, length, replications, seed.")

    @property
    def segment_names(self) -> tuple[str, ...]:
        """Segments in the order of their numbers."""
        return self.portfolio.segments.names

    @property
    def zone_names(self) -> tuple[str, ...]:
        """Time zones in the order of their numbers: the run's, the centre's, then the borrowers', each once."""
        zones = [self.run.time_zone, self.centre_zone, *self.portfolio.zones]
        zones += [account.time_zone for account in self.portfolio.accounts if account.time_zone is not None]
        return tuple(dict.fromkeys(zones))

    @property
    def centre_zone(self) -> str:
        """Time zone of the centre."""
        return self.capacity.time_zone or self.run.time_zone


_NO_EFFECT: dict[type[BaseModel], tuple[str, ...]] = {
    Scenario: ("name", "where", "folder", "description", "description_zh", "pack"),
    Strategy: ("description", "description_zh", "inherits"),
    Behaviour: ("preset",),
    Capacity: ("preset",),
    Economics: ("preset",),
    Rules: ("pack",),
    Quantity: ("source", "plausible"),
    RollRow: ("source",),
    CourtFeeBands: ("source",),
}
"""Fields that tell people something and change no number."""


class Provenance(NamedTuple):
    """One row of the provenance table."""

    path: str
    value: float
    unit: str
    low: float
    high: float
    status: str
    source: str


def provenance(scenario: Scenario) -> tuple[Provenance, ...]:
    """Where every behavioural and cost number and every rule comes from, in the document's order.

    Parameters
    ----------
    scenario : Scenario
        A loaded scenario.

    Returns
    -------
    tuple of Provenance
        The path is the one a scenario file would use to override the number. Rules of conduct that are on come last;
        a time of day is given in minutes after midnight.
    """
    rows = []
    for block in ("behaviour", "capacity", "economics"):
        for path, quantity in quantities(getattr(scenario, block)):
            place = path[1:] if path[0] == "groups" else path
            low, high = quantity.range
            rows.append(
                Provenance(
                    dotted((block, *place)), quantity.value, quantity.unit, low, high, quantity.status, quantity.source
                )
            )
    return (*rows, *_rolls_provenance(scenario), *_fees_provenance(scenario), *_rules_provenance(scenario))


def _rolls_provenance(scenario: Scenario) -> Iterator[Provenance]:
    """Yield a row for every share of the table of roll rates that is not 0."""
    for behind, row in scenario.behaviour.rolls.items():
        shares: dict[tuple[str | int, ...], float] = {("paid_off",): row.paid_off}
        shares |= {("to", months): share for months, share in enumerate(row.to)}
        shares |= {("written_off",): row.written_off}
        for place, share in shares.items():
            if share > 0.0:
                path = dotted(("behaviour", "rolls", behind, *place))
                yield Provenance(path, share, "share", 0.0, 1.0, row.status, row.source)


def _fees_provenance(scenario: Scenario) -> Iterator[Provenance]:
    """Yield two rows for every band of court fees, the fixed fee and the share, and one for the part that is due."""
    fees, currency = scenario.economics.court_fee_bands, scenario.economics.currency
    for band, (fixed, share) in enumerate(zip(fees.fixed, fees.share, strict=True)):
        for field, value, unit in (("fixed", fixed, f"{currency} per suit"), ("share", share, "share")):
            path = dotted(("economics", "court_fee_bands", field, band))
            yield Provenance(path, value, unit, value, value, fees.status, fees.source)
    if fees.fixed:
        due, path = fees.due_share, "economics.court_fee_bands.due_share"
        yield Provenance(path, due, "share", 0.0, 1.0, fees.status, fees.source)


def _rules_provenance(scenario: Scenario) -> Iterator[Provenance]:
    """Yield a row for every rule that is on: with its pack, id and citation, or the file that set it."""
    rules, pack = scenario.rules, scenario.pack
    for field, model in Rules.model_fields.items():
        value = getattr(rules, field)
        rule = pack.rule_for(field) if pack is not None else None
        if field == PACK_FIELD or value == off_value(field) or (rule is None and value == model.default):
            continue
        status, source = "assumed", f"set in {scenario.where}"
        if pack is not None and rule is not None:
            place = f"{pack.name} {rule.id}"
            if rule.sets[field] == value:
                status, source = rule.standing, f"{place}, {rule.citation} ({rule.kind}; {rule.status}). {rule.source}"
            else:
                source += f" in place of {rule.sets[field]} of {place}, {rule.citation}"
        number = float(clock_minutes(value) if isinstance(value, str) else value)
        yield Provenance(dotted(("rules", field)), number, unit_of(field), number, number, status, source)


def digest(scenario: Scenario) -> str:
    """SHA-256 of everything in a scenario that can change a number, as 64 hexadecimal digits.

    Comments, the order of keys, descriptions, sources and the way the document was put together (inheritance, presets,
    file name) leave it unchanged. The content of data files is not part of it.
    """
    text = json.dumps(_content(scenario), sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False)
    return hashlib.sha256(text.encode("ascii")).hexdigest()


def _content(value: Any) -> Any:
    if isinstance(value, BaseModel):
        silent = _NO_EFFECT.get(type(value), ())
        return {name: _content(getattr(value, name)) for name in type(value).model_fields if name not in silent}
    if isinstance(value, dict):
        return {key: _content(item) for key, item in value.items()}
    if isinstance(value, tuple):
        return [_content(item) for item in value]
    return value.isoformat() if isinstance(value, dt.date) else value
