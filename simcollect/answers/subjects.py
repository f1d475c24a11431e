"""What an answer is about: every outcome that can be named, its label, unit, and which direction is good."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from simcollect.core.codes import Pool
from simcollect.experiment.measure import ALL_MEASURES
from simcollect.face.outcomes import DIMENSIONS, GROUPED, OUTCOMES, part_column
from simcollect.outcomes.measures import Measure
from simcollect.scenario import Scenario

PARTS: Final = (
    "self_cure_share",
    "accelerated_share",
    "delayed_share",
    "incremental_share",
    "cannibalised_share",
    "lost_share",
    "difference_share",
)
"""What a split is made of, as shares of the opening balance."""

POOLS: Final = tuple(pool.name.lower() for pool in Pool if pool is not Pool.NONE)
OF_POOLS: Final = ("utilisation", "taken_up_share", "wait_days", "backlog")

_OWN: Final[Mapping[str, Measure]] = {
    "self_cure_share": Measure("R", "Comes anyway", "share", None, "Both this run and its twin receive it."),
    "accelerated_share": Measure(
        "R", "of that, earlier", "share", None, "Received by both, here earlier than by the twin."
    ),
    "delayed_share": Measure("R", "of that, later", "share", None, "Received by both, here later than by the twin."),
    "incremental_share": Measure(
        "R", "Only thanks to it", "share", True, "Received here; the twin does not by the reading day."
    ),
    "cannibalised_share": Measure(
        "R", "Given away", "share", False, "Waived or discounted for one who pays more in the twin."
    ),
    "lost_share": Measure(
        "R", "Lost otherwise", "share", False, "Received by the twin only: not yet, never charged, or given up."
    ),
    "difference_share": Measure(
        "R", "Difference to the twin", "share", True, "Only thanks to it - given away - lost otherwise."
    ),
    "full_pay_before_offer_share": Measure(
        "R", "Paid before any offer", "share", True,
        "Accounts cured or paid in full before a settlement was offered to them / accounts.",
    ),
    "utilisation": Measure(
        "C", "Utilisation", "share", None,
        "Minutes worked / minutes staffed; above 100 % where jobs are finished after the shift.",
    ),
    "taken_up_share": Measure(
        "H", "Work taken up", "share", None,
        "Items started / items put on the list; the rest still waits, or was dropped when its reason had gone.",
    ),
    "wait_days": Measure("H", "Wait for staff", "days", False, "Mean days on the list of the work taken up."),
    "backlog": Measure("H", "Work waiting", "count", False, "Items on the list on the reading day."),
}  # fmt: skip
"""Outcomes that only answers have."""

_GROUPED: Final = frozenset(GROUPED) | frozenset(PARTS) | {"full_pay_before_offer_share"}
_NEITHER: Final = frozenset({"attempts", "forgiven_share", "settled_share", "sued_share", "late_share"})
_LOWER: Final = frozenset({"plan_break_share"})


@dataclass(frozen=True)
class Subject:
    """An outcome as an answer shows it.

    Attributes
    ----------
    column
        Its name, in experiment files and in the results.
    label, unit
        As shown; ``unit`` is that of the shown numbers.
    scale
        Shown number / number kept.
    higher_is_better
        None where neither direction is good in itself.
    definition
        In a sentence.
    """

    column: str
    label: str
    unit: str
    scale: float
    higher_is_better: bool | None
    definition: str


def subject(name: str, scenario: Scenario) -> Subject:
    """Return how an outcome is shown; ``name`` is known (:func:`is_known`)."""
    base, group = _parted(name)
    if base in _OWN:
        found = _OWN[base]
        label, unit, better, told = found.label, str(found.unit), found.higher_is_better, found.definition
    elif base in ALL_MEASURES and not group:
        measure = ALL_MEASURES[base]
        label, unit, better, told = measure.label, str(measure.unit), measure.higher_is_better, measure.definition
    else:
        outcome = OUTCOMES[base]
        label, unit, told = outcome.label, outcome.unit, outcome.definition
        better = None if base in _NEITHER else outcome.letter in ("R", "K") and base not in _LOWER
    if group:
        label = f"{label}, {group_label(group)}"
    scale = 1.0
    if unit == "share":
        unit, scale = "%", 100.0
    elif unit == "cents":
        unit, scale = scenario.economics.currency, 1.0 / scenario.economics.minor_units
    elif unit == "money":
        unit = scenario.economics.currency
    return Subject(name, label, unit, scale, better, told)


def group_label(group: str) -> str:
    """Return how a group is called: ``vulnerable yes`` is "vulnerable", ``pool callers`` is "callers"."""
    dimension, _, value = group.partition(" ")
    if dimension == "vulnerable":
        return "vulnerable" if value == "yes" else "not vulnerable"
    named = value.replace("_", " ")
    return {"risk": f"{named} risk", "value": f"{named} value"}.get(dimension, named)


def is_of_staff(name: str) -> bool:
    """Return whether an outcome tells the state of a pool of staff, of which levels say more than differences."""
    return _parted(name)[0] in OF_POOLS


def in_group(name: str, dimension: str, value: str) -> str:
    """Return the name of an outcome in a group."""
    return part_column(name, dimension, value)


def groups_of(dimension: str, scenario: Scenario) -> tuple[str, ...]:
    """Return the groups of a kind in the scenario's order."""
    return scenario.portfolio.segments.names if dimension == "segment" else DIMENSIONS[dimension]


def is_known(name: str, scenario: Scenario) -> bool:
    """Return whether there is an outcome of this name in a scenario's runs."""
    base, group = _parted(name)
    if not group:
        return base in ALL_MEASURES or base in OUTCOMES or (base in _OWN and base not in OF_POOLS)
    dimension, _, value = group.partition(" ")
    if base in OF_POOLS:
        return dimension == "pool" and value in POOLS
    return base in _GROUPED and dimension in DIMENSIONS and value in groups_of(dimension, scenario)


def known_outcomes() -> list[str]:
    """Return the names of all outcomes; those of pools with a pool."""
    plain = dict.fromkeys([*ALL_MEASURES, *OUTCOMES, *(name for name in _OWN if name not in OF_POOLS)])
    return [*plain, *(f"{name}, pool {POOLS[0]}" for name in OF_POOLS)]


def _parted(name: str) -> tuple[str, str]:
    base, _, group = name.partition(", ")
    return base, group
