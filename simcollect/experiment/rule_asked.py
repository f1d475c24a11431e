"""Which rule of a scenario is meant by a name, and the scenario without it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from simcollect.core.codes import Rule
from simcollect.core.errors import InputError
from simcollect.core.words import name_of
from simcollect.scenario import Scenario
from simcollect.scenario.packs import PackRule
from simcollect.scenario.rules import FIELDS_OF_RULE, PACK_FIELD, Rules, off_value

_THIRD_PARTY: Final = "forbid_third_party"
_TOGETHER: Final = ("hours_start", "hours_end")
"""Fields that are one rule."""


@dataclass(frozen=True)
class RuleAsked:
    """The rule whose price is asked.

    Attributes
    ----------
    name
        As it was asked for: a field of the rules block, or the id of a rule of the scenario's pack.
    fields
        Fields of the rules block that it stands for.
    settings
        Their values in the scenario.
    pack
        Name of the scenario's pack where the rule comes from it, else "".
    cited
        The pack's rule, None for a rule that the scenario sets itself.
    shared
        Other rules of the scenario under whose codes a run logs the same, by id or field.
    """

    name: str
    fields: tuple[str, ...]
    settings: tuple[bool | int | float | str, ...]
    pack: str
    cited: PackRule | None
    shared: tuple[str, ...] = ()

    @property
    def codes(self) -> tuple[Rule, ...]:
        """Codes under which a run logs what the rule blocked."""
        return tuple(code for code, fields in FIELDS_OF_RULE.items() if set(fields) & set(self.fields))

    @property
    def blocked_under(self) -> str:
        """Name of what a run logs as blocked by this rule: other rules may block under the same code."""
        if not self.shared:
            return "by the rule"
        return f"under {', '.join(name_of(code) for code in self.codes)} (shared with {', '.join(self.shared)})"

    def sentence(self) -> str:
        """Say which rule it is, what it is set to and where it is written."""
        pairs = zip(self.fields, self.settings, strict=True)
        said = ", ".join(f"{field} = {str(value).lower()}" for field, value in pairs)
        if self.cited is None:
            return f"{said} (set by the scenario)"
        rule = self.cited
        assumed = ", number assumed" if rule.number_assumed else ""
        return f"{said} ({rule.id} of {self.pack}: {rule.citation}; {rule.kind}, {rule.status}{assumed})"


def rule_asked(scenario: Scenario, name: str) -> RuleAsked:
    """Return the rule of a name in a scenario.

    Parameters
    ----------
    scenario
        Whose rules block and pack are looked through.
    name
        A field of the rules block (``calls_per_7_days``) or the id of a rule of the pack (``R1``).

    Raises
    ------
    InputError
        If there is no such rule, it is off, it is only recorded, or nothing breaks it.
    """
    rules, pack = scenario.rules, scenario.pack
    fields = [field for field in Rules.model_fields if field != PACK_FIELD]
    on = [field for field in fields if getattr(rules, field) != off_value(field) and field != _THIRD_PARTY]
    by_id = {rule.id: rule for rule in pack.rules} if pack is not None else {}
    if name not in fields and name not in by_id:
        raise InputError.unknown(scenario.where, name, [*on, *by_id], "rule")
    cited = by_id.get(name)
    wanted = tuple(cited.sets) if cited is not None else _TOGETHER if name in _TOGETHER else (name,)
    place, expected = f"rule {name}", f"Expected a rule that is on: {_listed(scenario, on)}"
    if cited is not None and not wanted:
        found = "is only recorded by its pack: nothing is enforced"
        raise InputError(scenario.where, place, found, expected, cited.note)
    if set(wanted) == {_THIRD_PARTY}:
        found = "forbids telling third parties, which no action of the program does"
        raise InputError(scenario.where, place, found, expected, "A run without it would be the same run")
    wanted = tuple(field for field in wanted if field in on)
    if not wanted:
        hint = f"Switch it on with [rules] {name} = ..., or name a pack that has it" if cited is None else ""
        raise InputError(scenario.where, place, "is off in this scenario", expected, hint)
    settings = tuple(getattr(rules, field) for field in wanted)
    cited = pack.rule_for(wanted[0]) if pack is not None else None
    if cited is not None and any(cited.sets.get(field) != getattr(rules, field) for field in wanted):
        cited = None  # the scenario has put its own value in the place of the pack's
    shared = _shared(scenario, wanted, on)
    return RuleAsked(name, wanted, settings, pack.name if pack is not None and cited is not None else "", cited, shared)


def lifted(scenario: Scenario, rule: RuleAsked) -> Scenario:
    """Return the scenario without the rule."""
    off = {field: off_value(field) for field in rule.fields}
    return scenario.model_copy(update={"rules": scenario.rules.model_copy(update=off)})


def _shared(scenario: Scenario, wanted: Sequence[str], on: Sequence[str]) -> tuple[str, ...]:
    """Return the rules besides the one asked for that log what they block under the same codes."""
    together = {field for fields in FIELDS_OF_RULE.values() if set(fields) & set(wanted) for field in fields}
    found: dict[str, None] = {}
    for field in (field for field in on if field in together and field not in wanted):
        rule = scenario.pack.rule_for(field) if scenario.pack is not None else None
        of_pack = rule is not None and rule.sets[field] == getattr(scenario.rules, field)
        found[rule.id if rule is not None and of_pack else field] = None
    return tuple(found)


def _listed(scenario: Scenario, on: Sequence[str]) -> str:
    ids = [rule.id for rule in scenario.pack.rules if set(rule.sets) & set(on)] if scenario.pack is not None else []
    return ", ".join([*on, *ids]) or "none is on"
