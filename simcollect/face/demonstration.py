"""A demonstration: what moves when a knob is turned, and which way practitioners expect it to move.

.. code-block:: toml

    [[demonstration]]
    id = "D3"
    title = "More callers"
    knob = "callers"
    levels = [
        { at = 1, set = { "capacity.pools.callers.headcount" = 1 } },
        { at = 4, set = { "capacity.pools.callers.headcount" = 4 } },
    ]
    claims = [
        { outcome = "recovered_share", expect = "up" },
        { outcome = "kept_share", expect = "about", within = 0.01, group = { risk = "low" } },
    ]
    mechanism = "Queues clear."

Places are those of :func:`simcollect.scenario.variation.varied`; ``strategy.`` stands for the strategy that the
demonstration starts from. A value may be relative to what the scenario has: ``{ times = 2 }``, ``{ plus = 30 }``, or,
inside a table, ``{ quantile = 0.5, of = "margin" }`` of the book.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import Field

from simcollect.core.codes import Cell
from simcollect.core.words import Lang
from simcollect.face.outcomes import DIMENSIONS, GROUPED, OUTCOMES
from simcollect.scenario.kinds import Days, Document, Flag, Kind, Name, Positive, Text
from simcollect.scenario.places import Problem, shown

Expectation: TypeAlias = Literal[
    "up", "down", "about", "not_down", "not_up", "inverted_u", "concave", "straight", "more_with", "less_with"
]
"""How an outcome is to move from the first level of the knob to the last.

===========  ==========================================================================================
up, down     the last level's outcome minus the first's is above, below 0
about        it lies within a stated band around 0
not_down     it is above the lower end of that band ("up or about"); not_up: below the upper end
inverted_u   some level in between lies above the first and above the last
concave      the first step gains more, a unit of the knob, than the last step ("flattening")
straight     these gains are the same but for the band
more_with    the effect of the knob is larger at the last level of the second knob than at the first
less_with    it is smaller
===========  ==========================================================================================
"""
BANDED = ("about", "not_down", "not_up", "straight")
"""Expectations that need a band."""
SHAPES = ("inverted_u", "concave", "straight")
"""Expectations about three levels or more."""
INTERACTIONS = ("more_with", "less_with")
"""Expectations about two knobs."""

Ident: TypeAlias = Annotated[
    str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_-]{0,39}$"), Kind("text", "letters, digits, _ and -, a letter first")
]
Number: TypeAlias = Annotated[float, Kind("number", "a number")]
Band: TypeAlias = Annotated[float, Field(ge=0), Kind("number", "a number of 0 or more")]


class Level(Document):
    """One setting of a knob."""

    at: Number = Field(description="Where the level lies on the knob's axis, in its unit.")
    set: dict[str, Any] = Field(default_factory=dict, description="New values by place; none: as the scenario is.")


class SecondKnob(Document):
    """A second knob, on which the effect of the first may depend."""

    knob: Text = Field(description="What is turned, a noun with its unit.")
    knob_zh: Text = Field("", description="The same in Chinese.")
    levels: Annotated[tuple[Level, ...], Field(min_length=2)] = Field(description="Settings, in order; at least two.")


class Claim(Document):
    """One expectation about one outcome."""

    outcome: Name = Field(description="Name of the outcome.")
    expect: Expectation = Field(description="How it is to move.")
    group: dict[str, Any] = Field(
        default_factory=dict, description='Only these accounts: risk, cell, segment, value or vulnerable = "name".'
    )
    day: Days = Field(0, description="Day of the run on which outcomes are read; 0: the horizon.")
    within: Band = Field(0.0, description="Band around no change, in the outcome's unit.")
    within_share: Band = Field(0.0, description="Band around no change, as a share of the first level's mean.")
    second: Literal["first", "last"] = Field("last", description="Level of the second knob at which the claim is read.")
    added: Flag = Field(
        False, description="Whether it was added after results had been looked at; such claims are counted apart."
    )
    if_not: Text = Field("", description="A likely reason where a model disagrees, read from tables, not tested.")
    if_not_zh: Text = Field("", description="The same in Chinese.")


class Demonstration(Document):
    """A trade-off that a trainer shows, as an executable check."""

    id: Ident = Field(description="Short name, such as D3.")
    title: Text = Field(description="What is turned, in a line.")
    title_zh: Text = Field("", description="The same in Chinese.")
    strategy: tuple[Name, ...] = Field(
        ("balanced",), description="Strategies it may start from: the first that the scenario has."
    )
    knob: Text = Field(description="What is turned, a noun with its unit.")
    knob_zh: Text = Field("", description="The same in Chinese.")
    setup: dict[str, Any] = Field(default_factory=dict, description="Values by place, the same at every level.")
    levels: Annotated[tuple[Level, ...], Field(min_length=2)] = Field(description="Settings, in order; at least two.")
    second: SecondKnob | None = Field(None, description="A second knob, for claims about an interaction.")
    claims: Annotated[tuple[Claim, ...], Field(min_length=1)] = Field(description="What is expected; at least one.")
    replications: Positive | None = Field(None, description="Replications a seed, in place of the check's number.")
    mechanism: Text = Field("", description="Why the outcomes should move so.")
    mechanism_zh: Text = Field("", description="The same in Chinese.")
    flips: Text = Field("", description="When a sign may be another.")
    flips_zh: Text = Field("", description="The same in Chinese.")

    def titled(self, lang: Lang = "en") -> str:
        """Return the title in a language, in English where there is no Chinese one."""
        return self.title_zh if lang == "zh" and self.title_zh else self.title


def group_of(claim: Claim) -> tuple[str, tuple[str, ...]]:
    """Return the dimension and values of a claim's group; ("", ()) for all accounts."""
    for dimension, written in claim.group.items():
        return dimension, (written,) if isinstance(written, str) else tuple(written)
    return "", ()


def demonstration_problems(found: Demonstration) -> Iterator[Problem]:
    """What contradicts itself in one demonstration, with the place relative to it."""
    for place, levels in (("levels", found.levels), ("second.levels", found.second.levels if found.second else ())):
        at = [level.at for level in levels]
        if len(set(at)) < len(at):
            path = tuple(place.split("."))
            yield Problem(path, f"has the values at = {at}", "every value once", "Give each level its own place")
    for position, claim in enumerate(found.claims):
        for problem in _claim_problems(found, claim):
            yield Problem(("claims", position, *problem.path), problem.found, problem.expected, problem.suggestion)


def _claim_problems(found: Demonstration, claim: Claim) -> Iterator[Problem]:
    if claim.outcome not in OUTCOMES:
        yield Problem(("outcome",), shown(claim.outcome), "one of " + ", ".join(OUTCOMES))
        return
    if claim.expect in BANDED and not claim.within and not claim.within_share:
        yield Problem(
            ("expect",),
            f'is "{claim.expect}" without a band',
            "what counts as no change",
            "Add within (in the outcome's unit) or within_share (of its level)",
        )
    if claim.expect in SHAPES and len(found.levels) < 3:
        yield Problem(("expect",), f'is "{claim.expect}"', f"three levels or more, found {len(found.levels)}")
    at = [level.at for level in found.levels]
    if claim.expect in SHAPES[1:] and at != sorted(at) and at != sorted(at, reverse=True):
        yield Problem(("expect",), f'is "{claim.expect}"', "levels that rise or fall, a slope being taken along them")
    if claim.expect in INTERACTIONS and found.second is None:
        yield Problem(
            ("expect",), f'is "{claim.expect}"', "a second knob on which the effect depends", "Add a table second"
        )
    if len(claim.group) > 1:
        yield Problem(("group",), f"names {' and '.join(claim.group)}", "one kind of group", "Keep one of them")
    dimension, values = group_of(claim)
    if not dimension:
        return
    if dimension not in DIMENSIONS:
        yield Problem(("group", dimension), "is not a known kind of group", "one of " + ", ".join(DIMENSIONS))
        return
    if claim.outcome not in GROUPED:
        yield Problem(
            ("group",),
            f"is given for {claim.outcome}",
            "an outcome that is counted by account: " + ", ".join(GROUPED),
            "Take one of these, or leave the group out",
        )
    known = tuple(cell.name.lower() for cell in Cell) if dimension == "cell" else DIMENSIONS[dimension]
    for value in values:
        if known and value not in known:
            yield Problem(("group", dimension), shown(value), "one of " + ", ".join(known))
