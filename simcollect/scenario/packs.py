"""Rule packs: dated rules of conduct with their citations, which a scenario's rules block starts from.

A pack is a TOML file in :data:`FOLDER`, or a user's own beside the scenario::

    [rules]
    pack = "us_regf_2021"      # or "my_rules.toml", a path seen from the scenario file
    calls_per_7_days = 10      # one's own number in place of the pack's
    honour_opt_out = "off"     # a rule of the pack switched off

All packs are illustrative and no legal advice.

==================  =============================================================================================
of the pack         meaning
==================  =============================================================================================
name                Name, for tables and messages.
title               What the rules are called where they are in force.
jurisdiction        Where they are in force.
in_force_from       Date from which they are; a run that starts earlier is refused.
version             Which text was read, and when.
scope               Who is bound and who is not.
notice              What the pack is not: the words stand below every table of it.
rules               The rules, each a table ``[[rules]]``:
==================  =============================================================================================

==================  =============================================================================================
of a rule           meaning
==================  =============================================================================================
id                  Short name that is unique in the pack (R1).
title               The rule in a few words.
says                The rule in a sentence.
citation            Paragraph.
kind                hard, presumption, soft, self-regulatory, flag, scope or exclusion.
status              SEEN (read in a source), SEEN-2 (in a secondary report), SEEN-V (a vendor's page), MEMORY
                    (unverified), PROPOSED (a modelling choice).
source              Where it was read.
sets                Fields of the rules block and their values; empty: recorded, not enforced.
number_assumed      true: the text gives no number, the one set is assumed.
note                How the model reads the rule, or why it is only recorded.
==================  =============================================================================================
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import Field

from simcollect.core.errors import InputError, InputErrors, closest
from simcollect.scenario.faults import Faults
from simcollect.scenario.kinds import Date, Document, Flag, Name, Text, kind_of
from simcollect.scenario.places import Layer, shown
from simcollect.scenario.quantity import Status
from simcollect.scenario.reading import read_document
from simcollect.scenario.rules import FIELDS_OF_RULE, OFF, PACK_FIELD, Rules, off_value, rule_problems

FOLDER = Path(__file__).parent / "packs"
"""Where the packs that come with the program are."""

RuleKind: TypeAlias = Literal["hard", "presumption", "soft", "self-regulatory", "flag", "scope", "exclusion"]
RuleStatus: TypeAlias = Literal["SEEN", "SEEN-2", "SEEN-V", "MEMORY", "PROPOSED"]

_EXPECTED = "Expected a rule pack in TOML: name, title, jurisdiction, in_force_from, version, scope, notice, [[rules]]"


class PackRule(Document):
    """One rule of a pack, with its citation and what it sets."""

    id: Annotated[Name, Field(pattern=r"^\S+$")] = Field(description="Short name, unique in the pack, no spaces.")
    title: Name = Field(description="The rule in a few words.")
    says: Text = Field(description="The rule in a sentence.")
    citation: Name = Field(description="Paragraph of the text.")
    kind: RuleKind = Field(description="What it is: hard, presumption, soft, self-regulatory, flag, scope, exclusion.")
    status: RuleStatus = Field(description="How it is known: SEEN, SEEN-2, SEEN-V, MEMORY or PROPOSED.")
    source: Text = Field(description="Where it was read.")
    sets: dict[str, Any] = Field(default_factory=dict, description="Fields of the rules block and their values.")
    number_assumed: Flag = Field(False, description="Whether the text gives no number and the one set is assumed.")
    note: Text = Field("", description="How the model reads it, or why it is only recorded.")

    @property
    def standing(self) -> Status:
        """Status of what the rule sets, in the words of other quantities: statute, published or assumed."""
        if self.number_assumed or self.status in ("MEMORY", "PROPOSED"):
            return "assumed"
        return "published" if self.kind == "self-regulatory" else "statute"


class Pack(Document):
    """A dated set of rules of one place."""

    name: Name = Field(description="Name of the pack.")
    title: Name = Field(description="What the rules are called.")
    jurisdiction: Name = Field(description="Where they are in force.")
    in_force_from: Date = Field(description="Date from which they are in force.")
    version: Name = Field(description="Which text was read.")
    scope: Text = Field(description="Who is bound.")
    notice: Text = Field(description="What the pack is not.")
    rules: tuple[PackRule, ...] = Field(description="The rules, in order; at least one.")

    @property
    def settings(self) -> dict[str, Any]:
        """Fields of the rules block that the pack sets, and their values."""
        return {field: value for rule in self.rules for field, value in rule.sets.items()}

    def rule_for(self, field: str) -> PackRule | None:
        """Return the rule that sets a field of the rules block, None if the pack has none."""
        return next((rule for rule in self.rules if field in rule.sets), None)


def pack_names() -> list[str]:
    """Names of the packs that come with the program, sorted.

    Examples
    --------
    >>> pack_names()
    ['cn_cba_2026', 'uk_conc_2025', 'us_regf_2021']
    """
    return sorted(path.stem for path in FOLDER.glob("*.toml"))


def read_pack(name: str, folder: str | Path = ".", where: str = "", path: str = "pack") -> Pack:
    """The pack of a name or file, checked.

    Parameters
    ----------
    name : str
        A packaged pack's name, or the path of a TOML file.
    folder : str or Path
        Where a relative path starts: the scenario's folder.
    where, path : str
        Whose wish it is, for the message: the scenario's file, and the place in it.

    Raises
    ------
    InputErrors
        If there is no such pack, or with everything that is wrong in its file.

    Examples
    --------
    >>> read_pack("us_regf_2021").rules[0].id
    'R1'
    """
    try:
        file = _file(name, Path(folder), where, path)
        document = _document(file, name, where, path)
    except InputError as error:
        raise InputErrors([error]) from None
    faults = Faults(file.name)
    _check_presence(document, faults)
    pack = faults.validated(Pack, document, [Layer(file.name, (), document)])
    if pack is not None:
        _check_rules(pack, document, faults)
    if pack is None or len(faults):
        raise InputErrors(faults.errors())
    return pack


def is_pack_file(name: object) -> bool:
    """Whether what a scenario writes as its pack is a path and not the name of a packaged one.

    Examples
    --------
    >>> is_pack_file("my_rules.toml"), is_pack_file("us_regf_2021")
    (True, False)
    """
    return isinstance(name, str) and (name.endswith(".toml") or len(Path(name).parts) > 1)


def _file(name: str, folder: Path, where: str, path: str) -> Path:
    if is_pack_file(name):
        return folder / name
    known = pack_names()
    if name in known:
        return FOLDER / f"{name}.toml"
    near = closest(name, known)
    advice = f'Did you mean "{near}"?' if near else 'A pack of your own is a path that ends in .toml: "my_rules.toml"'
    raise InputError(where, path, f'is "{name}", which is not a known rule pack', f"Packs: {', '.join(known)}", advice)


def _document(file: Path, name: str, where: str, path: str) -> dict[str, Any]:
    """Content of a pack's file; a file that cannot be read as a whole is blamed on who named it."""
    try:
        return read_document(file)
    except InputError as error:
        if not error.path.startswith(("the file", "the path")):
            raise  # a line of the file
        found = f'is "{name}", but {error.path} {error.found}'
        raise InputError(where, path, found, _EXPECTED, f"Packs by name: {', '.join(pack_names())}") from None


def _check_presence(document: Mapping[str, Any], faults: Faults) -> None:
    """Report what a pack lacks at its top; below a rule's heading it would be that rule's, so it must stand above."""
    for name, field in Pack.model_fields.items():
        if name == "rules":
            if document.get(name, ()) == ():
                found = "has no entries" if name in document else "is missing"
                faults.say((name,), found, "at least one rule", "Add a rule below the heading [[rules]]")
        elif name not in document:
            kind = kind_of(field.annotation, field.metadata)
            expected = kind.expected if kind is not None else "text in quotes"
            faults.say((name,), "is missing", expected, f"Add {name} = ... above the first [[rules]]")


def _check_rules(pack: Pack, document: Mapping[str, Any], faults: Faults) -> None:
    """Report ids and fields that stand twice, what the rules block would not take, and what contradicts itself."""
    known = tuple(field for field in Rules.model_fields if field != PACK_FIELD)
    seen: dict[str, str] = {}
    ids: list[str] = []
    for position, rule in enumerate(pack.rules):
        place = ("rules", position)
        if rule.id in ids:
            faults.say((*place, "id"), shown(rule.id), "an id that no other rule has", "Number the rules apart")
        ids.append(rule.id)
        for field in rule.sets:
            if field not in known:
                faults.unknown((*place, "sets", field), known)
            elif field in seen:
                faults.say(
                    (*place, "sets", field),
                    f"is set by {seen[field]} already",
                    "each field in one rule",
                    "Keep the stricter one and mention the other in its note",
                )
            seen.setdefault(field, rule.id)
        checked = {field: value for field, value in rule.sets.items() if field in known}
        written = document["rules"][position].get("sets", {})
        faults.validated(Rules, checked, [Layer(faults.where, (*place, "sets"), written)])
    if len(faults):
        return  # half of the settings contradict themselves for want of the other half
    for problem in rule_problems(Rules(**pack.settings)):
        position = _set_at(pack, str(problem.path[0]))
        faults.report([problem], Layer(faults.where, ("rules", position, "sets"), pack.rules[position].sets))


def _set_at(pack: Pack, field: str) -> int:
    """Position of the rule that sets a field, or of the one that sets the other half of it."""
    together = next(fields for fields in FIELDS_OF_RULE.values() if field in fields)
    rule = next(rule for rule in map(pack.rule_for, (field, *together)) if rule is not None)
    return pack.rules.index(rule)


def read_rules(
    table: Mapping[str, Any], start_date: dt.date | None, folder: Path, faults: Faults
) -> tuple[Rules | None, Pack | None]:
    """The rules block laid over its pack, and the pack; None for what is missing or wrong.

    Parameters
    ----------
    table : mapping
        The block as written; ``"off"`` switches a field's rule off.
    start_date : date or None
        First day of the run; None where that is itself wrong.
    folder : Path
        Where a pack of one's own is looked for.
    faults : Faults
        What is wrong is added here.
    """
    own = Layer(faults.where, ("rules",), table)
    written = {field: value for field, value in table.items() if value != OFF or field not in Rules.model_fields}
    pack: Pack | None = None
    named = written.get(PACK_FIELD)
    if isinstance(named, str):
        try:
            pack = read_pack(named, folder, faults.where, f"rules.{PACK_FIELD}")
        except InputErrors as found:
            for fault in found.errors:
                faults.add(fault)
            return None, None
        if start_date is not None and start_date < pack.in_force_from:
            faults.say(
                ("rules", PACK_FIELD),
                f'is "{pack.name}", in force from {pack.in_force_from}, but the run starts on {start_date}',
                f"a run that starts on {pack.in_force_from} or later",
                "Move run.start_date, or name the rules singly",
            )
        written[PACK_FIELD] = pack.name
    settings = pack.settings if pack is not None else {}
    switched_off = {field: off_value(field) for field in table if field in Rules.model_fields and field not in written}
    rules = faults.validated(Rules, {**settings, **switched_off, **written}, [own])
    if rules is not None:
        faults.report(rule_problems(rules), own)
    return rules, pack


def cited(field: str, rules: Rules, pack: Pack | None) -> str:
    """Words for a field of the rules block: its name, and the rule of the pack that its value comes from.

    Examples
    --------
    >>> pack = read_pack("cn_cba_2026")
    >>> cited("max_plan_months", Rules(pack=pack.name, **pack.settings), pack)
    'rules.max_plan_months (R16 of cn_cba_2026)'
    """
    rule = pack.rule_for(field) if pack is not None else None
    if pack is None or rule is None or rule.sets[field] != getattr(rules, field):
        return f"rules.{field}"
    return f"rules.{field} ({rule.id} of {pack.name})"
