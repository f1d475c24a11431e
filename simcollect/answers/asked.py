"""What a user writes under ``[[answer]]``: the kind of answer, and over what.

.. code-block:: toml

    [[answer]]
    kind = "surface"
    over = "strategies.balanced.late.enter_dpd"       # what is chosen: a place, "strategy", or "point"
    by = "capacity.pools.legal_officers.headcount"    # what it may depend on: a place, "strategy" or "day"
    outcomes = ["net_recovery_share", "wait_days, pool legal_officers"]
    over_label = "legal stage from day"
    by_label = "legal officers"

========  =============================================================================================================
kind      what is said
========  =============================================================================================================
curve     what each level of ``over`` changes against a reference level (``reference``; "previous": step by step), which
          level is best, and the shape of the curve; every outcome in words at the best level, or at those of ``tell``
surface   the best level of ``over`` at each level of ``by``, and the interaction: what going from the first to the last
          level of ``over`` is worth at the last level of ``by``, less the same at the first; ``interaction_without``
          names levels of ``by`` that it leaves out (nobody at all, say)
ranking   the order of the levels of ``over`` (strategies, say) at each level of ``by``, and where the winner changes
groups    what each level changes for each group of borrowers (``groups``: risk, cell, segment, value, vulnerable)
split     where the money comes from against a twin (``twin``): same time, earlier, later, only thanks to it; and what
          is given away or lost
========  =============================================================================================================

``only`` names the levels of ``over`` that an answer is about, where it is not about all; ``tell`` those that are put
into words beside the verdict, in a curve, a ranking or groups. The first outcome decides what is best; the others are
shown beside it. An outcome is one of a sweep's, one of :data:`simcollect.face.outcomes.OUTCOMES`, or one of a group of
borrowers or a pool of staff: ``kept_share, vulnerable yes``, ``utilisation, pool callers``.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, TypeAlias, cast, get_args

from simcollect.answers.subjects import PARTS, is_known, known_outcomes
from simcollect.answers.wording import joined
from simcollect.core.errors import InputError, InputErrors, closest
from simcollect.face.outcomes import DIMENSIONS
from simcollect.scenario.places import dotted, shown
from simcollect.sweep.experiment import Experiment
from simcollect.sweep.points import point_text

Kind: TypeAlias = Literal["curve", "surface", "ranking", "groups", "split"]
KINDS: Final[tuple[Kind, ...]] = get_args(Kind)

STRATEGY: Final = "strategy"
POINT: Final = "point"
DAY: Final = "day"
PREVIOUS: Final = "previous"
_TELLING: Final = ("curve", "ranking", "groups")

_FIELDS: Final = (
    "kind",
    "title",
    "over",
    "by",
    "outcomes",
    "reference",
    "only",
    "tell",
    "interaction_without",
    "labels",
    "by_labels",
    "over_label",
    "by_label",
    "groups",
    "twin",
    "at",
    "day",
    "smallest_effect",
)


@dataclass(frozen=True)
class Asked:
    """One answer that is asked for.

    Attributes
    ----------
    kind, title
        What is said; its heading.
    over, by
        A place, ``strategy``, ``point`` or ``day``; ``by`` is "" where there is none.
    over_label, by_label
        What pictures and sentences call them.
    labels, by_labels
        Names of the levels, in order; empty: their values.
    outcomes
        At least one.
    reference
        Position of the level that differences are taken to; -1: of the level before.
    only
        Names of the levels of ``over`` that are compared; empty: all.
    tell
        Names of the levels that are put into words; empty: of a curve the best, of groups the last, of a ranking none.
    interaction_without
        Names of the levels of ``by`` that a surface's interaction leaves out.
    groups
        Kind of groups, "" for all borrowers together.
    at
        Values of other places at which the answer is read; points that differ elsewhere are averaged.
    day
        Reading day; None for the last.
    smallest_effect
        Smallest difference of the first outcome that matters, in its own unit; None where none is stated.
    twin
        JSON text: the strategy, or the values of places, that money is compared with; "" where nothing is split.
    """

    kind: Kind
    title: str
    over: str
    by: str
    over_label: str
    by_label: str
    labels: tuple[str, ...]
    by_labels: tuple[str, ...]
    outcomes: tuple[str, ...]
    reference: int
    only: tuple[str, ...]
    tell: tuple[str, ...]
    interaction_without: tuple[str, ...]
    groups: str
    at: Mapping[str, Any]
    day: int | None
    smallest_effect: float | None
    twin: str


def read_answers(experiment: Experiment, where: str) -> tuple[Asked, ...]:
    """Return what an experiment asks to be said.

    Raises
    ------
    InputErrors
        Every fault: file, place, what was found, what was expected.
    """
    if not experiment.answers:
        expected = "Expected at least one table that says what is to be answered"
        raise InputErrors([InputError(where, "answer", "is missing", expected, '[[answer]] kind = "curve"')])
    faults: list[InputError] = []
    found = [_Reader(experiment, where, number, faults).asked() for number in range(len(experiment.answers))]
    twins = {asked.twin for asked in found if asked is not None and asked.twin}
    if len(twins) > 1:
        told = "Expected one twin for the whole experiment: every run is read once"
        faults.append(InputError(where, "answer", f"names {len(twins)} different twins", told, "Make two experiments"))
    if faults:
        raise InputErrors(faults)
    return tuple(asked for asked in found if asked is not None)


class _Reader:
    """Reads one table and gathers its faults."""

    def __init__(self, experiment: Experiment, where: str, number: int, faults: list[InputError]) -> None:
        self.experiment = experiment
        self.table = experiment.answers[number]
        self.where, self.number, self.faults = where, number, faults
        self.places = (*experiment.levers, *experiment.uncertainties)

    def asked(self) -> Asked | None:
        before = len(self.faults)
        for key in self.table:
            if key not in _FIELDS:
                self.faults.append(InputError.unknown(self.where, self._path(key), _FIELDS))
        kind = self._word("kind", KINDS, "")
        over = self._word("over", (*self.places, STRATEGY, POINT), self.places[0] if self.places else STRATEGY)
        by = self._word("by", (*self.places, STRATEGY, DAY), "")
        if kind == "surface" and not by:
            self._say("by", "is missing", "A surface has two axes", "Name the second place")
        twin = self._twin(kind)
        labels, by_labels = self._labels("labels", over), self._labels("by_labels", by)
        asked = Asked(
            kind=cast(Kind, kind),
            title=self._text("title", self.experiment.question),
            over=over,
            by=by,
            over_label=self._text("over_label", over.rpartition(".")[2]),
            by_label=self._text("by_label", by.rpartition(".")[2]),
            labels=labels,
            by_labels=by_labels,
            outcomes=self._outcomes(kind, twin),
            reference=self._reference(over, labels),
            only=self._some("only", over, labels, KINDS, kind),
            tell=self._some("tell", over, labels, _TELLING, kind),
            interaction_without=self._some("interaction_without", by, by_labels, ("surface",), kind),
            groups=self._word("groups", tuple(DIMENSIONS), "risk" if kind == "groups" else ""),
            at=self._at(),
            day=self._day(),
            smallest_effect=self._smallest(),
            twin=twin,
        )
        return asked if len(self.faults) == before else None

    def _path(self, *parts: str) -> str:
        return dotted(("answer", self.number, *parts))

    def _say(self, key: str, found: str, expected: str, suggestion: str = "") -> None:
        self.faults.append(InputError(self.where, self._path(key), found, expected, suggestion))

    def _text(self, key: str, default: str) -> str:
        found = self.table.get(key, default)
        if not isinstance(found, str):
            self._say(key, shown(found), "Expected text in quotes")
            return default
        return found

    def _word(self, key: str, known: Sequence[str], default: str) -> str:
        found = self.table.get(key, default)
        if found in known or (found == default and key != "kind"):
            return str(found)
        near = closest(str(found), known) if found else ""
        hint = f'Did you mean "{near}"?' if near else ""
        self._say(key, shown(found) if found else "is missing", f"Expected one of {', '.join(known)}", hint)
        return known[0]

    def _n_levels(self, axis: str) -> int:
        experiment = self.experiment
        if axis == STRATEGY:
            return len(experiment.strategies)
        if axis in ("", DAY):
            return 0
        points = experiment.points()
        return len(points) if axis == POINT else len(dict.fromkeys(point_text({"": p.get(axis)}) for p in points))

    def _labels(self, key: str, axis: str) -> tuple[str, ...]:
        found = self.table.get(key, ())
        if not isinstance(found, tuple) or not all(isinstance(label, str) for label in found):
            self._say(key, shown(found), "Expected a list of names in quotes")
            return ()
        if found and len(found) != self._n_levels(axis):
            self._say(key, f"has {len(found)} names", f"Expected one for each of the {self._n_levels(axis)} levels")
        return found

    def _outcomes(self, kind: str, twin: str) -> tuple[str, ...]:
        default = PARTS if kind == "split" else self.experiment.outcomes
        found = self.table.get("outcomes", tuple(default))
        if not isinstance(found, tuple) or not found or not all(isinstance(name, str) for name in found):
            self._say("outcomes", shown(found), "Expected a list of outcomes", '["net_recovery_share"]')
            return tuple(default)
        for name in found:
            if not is_known(name, self.experiment.scenario):
                known = known_outcomes()
                near = closest(name, known)
                hint = f'Did you mean "{near}"?' if near else ""
                self._say("outcomes", f'names "{name}"', f"Known outcomes: {', '.join(known)}", hint)
            elif name.split(",")[0] in PARTS and not any("twin" in table for table in self.experiment.answers):
                self._say("outcomes", f'names "{name}" without a twin', "Expected twin in one of the answers")
        return found

    def _reference(self, over: str, labels: tuple[str, ...]) -> int:
        found = self.table.get("reference")
        if found is None:
            return 0
        if found == PREVIOUS:
            return -1
        levels = self._levels(over, labels)
        if found in levels:
            return list(levels).index(found)
        expected = f'Expected "{PREVIOUS}" or one of the levels: {", ".join(str(level) for level in levels)}'
        self._say("reference", shown(found), expected)
        return 0

    def _levels(self, over: str, labels: tuple[str, ...]) -> Sequence[Any]:
        """Return the levels of an axis as a file names them: by label where there are labels, else by value."""
        if labels or over == POINT:
            return labels
        if over == STRATEGY:
            return self.experiment.strategies
        return list({point_text({"": p.get(over)}): p.get(over) for p in self.experiment.points()}.values())

    def _some(
        self, key: str, axis: str, labels: tuple[str, ...], of_kinds: Sequence[str], kind: str
    ) -> tuple[str, ...]:
        """Return the levels of an axis that a key names."""
        if key not in self.table:
            return ()
        found, levels = self.table[key], self._levels(axis, labels)
        if kind not in of_kinds:
            self._say(key, "has no effect", f"It belongs to {joined(of_kinds)}", "Remove it")
        elif not isinstance(found, tuple) or not found or not all(level in levels for level in found):
            self._say(key, shown(found), f"Expected a list of levels: {', '.join(map(str, levels))}")
        else:
            return tuple(str(level) for level in found)
        return ()

    def _twin(self, kind: str) -> str:
        found = self.table.get("twin")
        if found is None:
            if kind == "split":
                hint = 'twin = "no_action", or twin = { "strategies.firm.late.enter_dpd" = 90 }'
                self._say("twin", "is missing", "A split compares with a strategy or with the values of places", hint)
            return ""
        if isinstance(found, str):
            if found not in self.experiment.scenario.strategies:
                known = ", ".join(self.experiment.scenario.strategies)
                self._say("twin", f'is "{found}"', f"Expected a strategy ({known}) or a table of places")
            return json.dumps(found)
        if not isinstance(found, Mapping) or not set(found) <= set(self.places):
            self._say("twin", shown(found), f"Expected values of places that the experiment varies: {self.places}")
            return ""
        return point_text(found)

    def _at(self) -> Mapping[str, Any]:
        found = self.table.get("at", {})
        if not isinstance(found, Mapping) or not set(found) <= set(self.places):
            self._say("at", shown(found), f"Expected values of places that the experiment varies: {self.places}")
            return {}
        return found

    def _day(self) -> int | None:
        found = self.table.get("day")
        run = self.experiment.scenario.run
        known = sorted({*run.reading_days, run.horizon_days})
        if found is not None and found not in known:
            self._say("day", shown(found), f"Outcomes are read on days {', '.join(map(str, known))}")
            return None
        return found

    def _smallest(self) -> float | None:
        found = self.table.get("smallest_effect")
        if found is None:
            return None
        if isinstance(found, bool) or not isinstance(found, int | float) or not found > 0:
            self._say("smallest_effect", shown(found), "Expected a number above 0, in the first outcome's unit")
            return None
        return float(found)
