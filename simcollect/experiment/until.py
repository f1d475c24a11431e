"""Runs enough and no more: replications in batches, until what was asked for is known.

Differences are looked at after 10 replications, then half as many again, and so on. How often one looks, and at how
many outcomes, is paid for in the width of the intervals (:mod:`simcollect.stats.looks`): all of them hold together with
the level stated, at whichever look one stops.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pandas as pd

from simcollect.core.errors import InputError
from simcollect.core.spreadsheet import write_csv
from simcollect.engine import Policy
from simcollect.experiment.amounts import amount_of, measure_named
from simcollect.experiment.comparison import Comparison, compared
from simcollect.experiment.design import default_reference, known_strategy, make_design
from simcollect.experiment.joint import Best, best_of, family, family_table, may_vary
from simcollect.experiment.manifest import describe
from simcollect.experiment.measure import ALL_MEASURES, INCREMENTAL
from simcollect.experiment.run import Progress, perform
from simcollect.experiment.store import JOINT, Store, digests
from simcollect.scenario import Scenario
from simcollect.stats import Verdict
from simcollect.stats.looks import repeated_t, schedule, width_t

SIGN: Final = "sign"
FIRST_LOOK: Final = 10
AT_MOST: Final = 200
_TOO_MANY: Final = 100_000
_LONG: Final = 6


@dataclass(frozen=True)
class Goal:
    """What is to be known of an outcome before the runs end.

    Attributes
    ----------
    measure
        The outcome.
    half_width
        Widest half-width of its intervals, in the unit of its numbers; None: until the sign of every difference is
        decided.
    """

    measure: str
    half_width: float | None


@dataclass(frozen=True, eq=False)
class Replicated:
    """A comparison with as many replications as its goals needed.

    Attributes
    ----------
    comparison
        The runs.
    goals
        What was to be known.
    measures
        Outcomes whose intervals hold together: those of the goals, and others asked for.
    looks
        Numbers of replications at which it was, or would have been, looked.
    multiple
        Standard errors that every interval reaches to each side, a little more towards a long tail.
    level
        Probability that all intervals hold together, whichever look was the last.
    """

    comparison: Comparison
    goals: tuple[Goal, ...]
    measures: tuple[str, ...]
    looks: tuple[int, ...]
    multiple: float
    level: float

    @property
    def n_replications(self) -> int:
        """Paired replications at the last look."""
        return self.comparison.n_replications

    @property
    def reached(self) -> bool:
        """Whether every goal was reached."""
        return bool(self.to_frame()["met"].all())

    @property
    def by_width_alone(self) -> bool:
        """Whether no goal is a sign, so that the stopping told nothing about the means."""
        return all(goal.half_width is not None for goal in self.goals)

    def to_frame(self) -> pd.DataFrame:
        """Return one row a strategy and outcome.

        Columns: strategy, measure, letter, label, unit; mean of the paired differences to the reference (the level
        itself where there is one strategy), low, high (they hold together) and half_width (the longer arm); verdict; p
        and p_holm (at several looks for a sign, p is times their number); wanted ("sign", a half-width, or "" where
        nothing was), met, and more_replications (about how many more it would take; <NA> where no number helps or none
        can be told). What was the same in every replication is not met, as it has no interval, unless all that the
        strategies did was the same.
        """
        found = family(self.comparison, self.measures)
        table = family_table(found, self.multiple, self.level, 1 if self.by_width_alone else len(self.looks))
        wanted = {goal.measure: goal.half_width for goal in self.goals}
        asked, met, more = [], [], []
        for row in table.to_dict("records"):
            measure = row["measure"]
            goal = wanted.get(measure)
            asked.append(SIGN if measure in wanted and goal is None else goal if measure in wanted else "")
            # A sign hangs on the arm that reaches for zero alone, a width on the longer of the two.
            reach = row["mean"] - row["low"] if row["mean"] > 0.0 else row["high"] - row["mean"]
            wide, target = (reach, abs(row["mean"])) if goal is None else (row["half_width"], goal)
            needed = _needed(self.n_replications, wide, target if measure in wanted else math.inf)
            decided = row["verdict"] not in (Verdict.CANNOT_TELL_YET.value, Verdict.NEVER_VARIED.value)
            is_met = measure not in wanted or (row["half_width"] <= goal if goal is not None else decided)
            is_met = is_met and not (measure in wanted and math.isnan(row["mean"]))
            met.append(is_met)
            more.append(0 if is_met else None if needed is None else max(1, needed - self.n_replications))
        table["wanted"] = pd.Series(asked, dtype=object)
        table["met"] = pd.Series(met, dtype=bool)
        table["more_replications"] = pd.Series(more, dtype="Int64")
        return table

    def best(self) -> tuple[Best, ...]:
        """Return for each outcome of the goals which strategies cannot be told from the best.

        Multiple comparisons with the best at the last look; where a goal is a sign, the error allowed is shared out
        evenly over the looks.
        """
        level = self.level if self.by_width_alone else 1.0 - (1.0 - self.level) / len(self.looks)
        found = [best_of(self.comparison, goal.measure, level=level) for goal in self.goals]
        return tuple(one for one in found if one is not None)

    def sentences(self) -> list[str]:
        """Say whether the goals were reached, and about how many replications more they would take."""
        table = self.to_frame()
        missed = table[~table["met"]]
        n = self.n_replications
        if missed.empty:
            return [f"Everything asked for is known after {n} replications."]
        lines = [f"{len(missed)} of {len(table)} are not known after {n} replications, the most allowed:"]
        for row in missed.head(_LONG).to_dict("records"):
            more = row["more_replications"]
            if isinstance(row["mean"], float) and math.isnan(row["mean"]):
                told = row["verdict"]
            elif row["verdict"] == Verdict.NEVER_VARIED.value:
                told = (
                    f"cannot tell: the same in all {n} replications, and it may be another in up to "
                    f"{100.0 * may_vary(n, self.level):.2g} % of replications"
                )
            elif more is pd.NA or more > _TOO_MANY:
                told = "cannot tell: too small a difference for any number within reach"
            elif row["wanted"] == SIGN:
                told = f"cannot tell: about {more:,} more"
            else:
                told = f"not as narrow as asked: about {more:,} more"
            lines.append(f"  {row['strategy']}, {row['label']}: {told}")
        if len(missed) > _LONG:
            lines.append(f"  and {len(missed) - _LONG} others")
        return lines

    def to_dict(self) -> dict[str, Any]:
        """Return everything for JSON: numbers that do not exist are None."""
        frame = self.to_frame().astype(object)
        rows = frame.where(frame.notna(), None).to_dict("records")
        return {
            **{name: value for name, value in self.comparison.to_dict().items() if name != "strategies"},
            "level": self.level,
            "looks": list(self.looks),
            "standard_errors": self.multiple,
            "reached": self.reached,
            "together": [{str(name): value for name, value in row.items()} for row in rows],
            "best": [{"measure": one.measure, "candidates": list(one.candidates)} for one in self.best()],
        }

    def save(self, folder: Path | str) -> None:
        """Write what a comparison writes, and the intervals that hold together (CSV)."""
        self.comparison.save(folder)
        write_csv(self.to_frame(), Path(folder) / JOINT)


def goals_of(
    until: Mapping[str, float | str] | str, outcomes: Sequence[str] | None, scenario: Scenario
) -> tuple[Goal, ...]:
    """Return what ``until`` asks for, outcomes and amounts as a user writes them.

    Raises
    ------
    InputError
        If an outcome is unknown, or a half-width is no number above 0 with the right unit.
    """
    if isinstance(until, str):
        if not outcomes:
            raise InputError("", "outcomes", "names none", f'Expected the outcomes that "{until}" is asked of')
        until = dict.fromkeys(outcomes, until)
    if not until:
        raise InputError("", "until", "asks for nothing", "Expected outcomes with a half-width each, or a sign")
    known = [name for name in ALL_MEASURES if name not in INCREMENTAL]
    goals: dict[str, Goal] = {}
    for name, wanted in until.items():
        measure = measure_named(name, known)
        money = scenario.economics
        if wanted == SIGN:
            goals[measure] = Goal(measure, None)
            continue
        where = f"precision of {measure}"
        half_width = (
            amount_of(wanted, measure, money.currency, money.minor_units, where)
            if isinstance(wanted, str)
            else float(wanted)
        )
        if not (math.isfinite(half_width) and half_width > 0.0):
            raise InputError("", where, f"is {wanted}", f'Expected a half-width above 0, or "{SIGN}"')
        goals[measure] = Goal(measure, half_width)
    return tuple(goals.values())


def replicate(
    scenario: Scenario,
    strategies: Sequence[str | Policy] | None = None,
    *,
    until: Mapping[str, float | str] | str,
    outcomes: Sequence[str] | None = None,
    against: str | None = None,
    first: int = FIRST_LOOK,
    at_most: int = AT_MOST,
    level: float = 0.95,
    workers: int | None = None,
    executor: Executor | None = None,
    folder: Path | str | None = None,
    fresh: bool = False,
    on_progress: Progress | None = None,
) -> Replicated:
    """Run replications until every goal is reached, or ``at_most``.

    Parameters
    ----------
    scenario
        A loaded scenario.
    strategies
        Names or policies; all of the scenario's when None.
    until
        For each outcome the widest half-width (a number in the outcome's unit, or a text as ``"0.5pp"``), or
        ``"sign"``: until the interval of every difference is clear of zero. ``"sign"`` alone asks it of ``outcomes``.
    outcomes
        Others whose intervals are to hold together with those.
    against
        Strategy that differences are taken to; ``balanced``, else the first that acts, when None.
    first, at_most
        Replications at the first look, 10 or more, and at the last.
    level
        Probability that all intervals hold together, whichever look is the last.
    workers, executor, folder, fresh, on_progress
        As in :func:`simcollect.experiment.run.perform`; the folder is that of a comparison, which can go on from it.

    Raises
    ------
    InputError, InputErrors
        If something asked for is wrong.
    Interrupted
        On Ctrl-C; finished runs are in the folder.
    """
    goals = goals_of(until, outcomes, scenario)
    measures = tuple(dict.fromkeys([*(goal.measure for goal in goals), *map(measure_named, outcomes or ())]))
    if not 0.0 < level < 1.0:
        raise InputError("", "confidence", f"is {level}", "Expected a probability between 0 and 1")
    if first < FIRST_LOOK:
        raise InputError(
            "",
            "first",
            f"is {first}",
            f"Expected {FIRST_LOOK} or more: of fewer, a spread that happens to be small ends the runs too early",
        )
    try:
        looks = schedule(first, at_most)
    except ValueError as error:
        raise InputError("", "at_most", f"is {at_most}", str(error)) from None
    for n in looks:
        design = make_design(scenario, strategies, n)
        reference = default_reference(design.strategies) if against is None else against
        known_strategy(reference, design.strategies, "reference strategy")
        manifest = describe("compare", design)
        store = Store(folder, manifest, fresh=fresh and n == looks[0]) if folder is not None else None
        rows = perform(design, store=store, workers=workers, executor=executor, on_progress=on_progress)
        money = scenario.economics
        manifest = manifest.with_logs(digests(rows))
        comparison = compared(manifest, reference, money.currency, money.minor_units, rows)
        values = family(comparison, measures).values
        by_width = all(goal.half_width is not None for goal in goals)
        multiple = math.nan
        if values.shape[1]:
            multiple = width_t(values, level) if by_width else repeated_t(values, looks, level)
        found = Replicated(comparison, goals, measures, looks, multiple, level)
        if found.reached:
            break
    return found


def _needed(n: int, half_width: float, target: float) -> int | None:
    """Return the replications at which an interval would have shrunk to the target; None when it never would."""
    if math.isnan(half_width) or target <= 0.0:
        return None
    return math.ceil(n * (half_width / target) ** 2) if math.isfinite(target) else n
