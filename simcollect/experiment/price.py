"""What one rule of conduct costs, and who benefits: the same replications with the rule and without it.

Both sides have the same borrowers with the same luck and differ in that rule alone, so every difference is the rule's.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from simcollect.core.errors import InputError
from simcollect.core.folder import results_folder
from simcollect.core.spreadsheet import write_csv
from simcollect.experiment.comparison import Comparison, compared
from simcollect.experiment.design import BASELINE, Design, make_design
from simcollect.experiment.detail import BY_SEGMENT, blocked_column, segment_column
from simcollect.experiment.manifest import describe
from simcollect.experiment.measure import ALL_MEASURES
from simcollect.experiment.rule_asked import RuleAsked, lifted, rule_asked
from simcollect.experiment.run import Interrupted, Progress, perform
from simcollect.experiment.store import Store, digests
from simcollect.outcomes.measures import Measure
from simcollect.scenario import Scenario
from simcollect.stats import PairedDifference, paired_difference

PRICED: Final = (
    "gross_recovery_share",
    "net_recovery_share",
    "value_with_residual_share",
    "incremental_recovered_share",
    "cost_per_account_cents",
    "legal_cost_cents",
    "kept_share",
    "complaints_per_1000",
    "attempts_per_account_week",
    "income_paid_share",
    "added_cost_cents",
    "suits_filed",
    "sued_share",
    "entered_late_share",
    "mean_days_to_cash",
)
"""Measures that a rule is priced by, all five letters side by side."""

BLOCKED: Final = Measure("H", "Blocked by the rule", "count", None, "Actions stopped under the codes of this rule.")
WITH, WITHOUT = "with", "without"
PRICE, SEGMENTS = "price.csv", "segments.csv"

_LEVEL: Final = 0.95
_COLUMNS: Final = ("with_rule", "without_rule", "difference", "low", "high", "verdict", "more_replications", "sentence")


@dataclass(frozen=True, eq=False)
class RulePrice:
    """What a rule changes under each strategy.

    Attributes
    ----------
    rule
        The rule.
    enforced, lifted
        The runs with the rule and without it: the same strategies on the same replications.
    strategies
        Strategies asked for.
    segments
        Segments of the book.
    """

    rule: RuleAsked
    enforced: Comparison
    lifted: Comparison
    strategies: tuple[str, ...]
    segments: tuple[str, ...]

    @property
    def n_replications(self) -> int:
        """Paired replications."""
        return self.enforced.n_replications

    @property
    def days(self) -> tuple[int, ...]:
        """Reading days, rising; the last is the horizon."""
        return self.enforced.days

    @property
    def measures(self) -> tuple[str, ...]:
        """The measures of :data:`PRICED` that there are numbers of."""
        return tuple(name for name in PRICED if name in self.enforced.measures)

    def mean(self, measure: str, strategy: str, *, enforced: bool, day: int | None = None) -> float:
        """Return a measure's mean with the rule or without it; NaN where it is not a number in some replication."""
        side = self.enforced if enforced else self.lifted
        return float(np.mean(side.values(measure, strategy, day)))

    def difference(self, measure: str, strategy: str, day: int | None = None) -> PairedDifference | None:
        """Return the paired difference with the rule - without it; None where it is not a number somewhere."""
        return _paired(self.enforced.values(measure, strategy, day), self.lifted.values(measure, strategy, day))

    @property
    def blocked_label(self) -> str:
        """What :meth:`blocked` counts: where rules share a code, a run does not tell which of them blocked."""
        return f"Blocked {self.rule.blocked_under}"

    def blocked(self, strategy: str, day: int | None = None) -> float:
        """Return how many actions the rule blocked in a run, mean over replications."""
        counts = [self._column(self.enforced, blocked_column(code), strategy, day) for code in self.rule.codes]
        return float(np.mean(np.sum(counts, axis=0)))

    def in_segment(self, measure: str, segment: str, strategy: str, day: int | None = None) -> PairedDifference | None:
        """Return the paired difference of a measure of :data:`~simcollect.experiment.detail.BY_SEGMENT`.

        Raises
        ------
        InputError
            If there is no such measure or segment.
        """
        if measure not in BY_SEGMENT:
            raise InputError.unknown("", measure, BY_SEGMENT, "measure of segments")
        if segment not in self.segments:
            raise InputError.unknown("", segment, self.segments, "segment")
        name = segment_column(measure, segment)
        return _paired(self._column(self.enforced, name, strategy, day), self._column(self.lifted, name, strategy, day))

    def table(self, day: int | None = None) -> pd.DataFrame:
        """Return one row a strategy and measure.

        Columns: strategy, measure, letter, label, unit; means with_rule and without_rule; difference with its 95 %
        interval low and high; verdict, more_replications (until the interval is as narrow as the difference is large)
        and sentence. Money is in minor units. The first row of a strategy is what the rule blocked.
        """
        rows: list[tuple[Any, ...]] = []
        for strategy in self.strategies:
            blocked = self.blocked(strategy, day)
            named = (strategy, "blocked_by_rule", BLOCKED.letter, self.blocked_label, BLOCKED.unit)
            rows.append((*named, blocked, 0.0, blocked, math.nan, math.nan, "", None, ""))
            for measure in self.measures:
                meaning = ALL_MEASURES[measure]
                means = [self.mean(measure, strategy, enforced=side, day=day) for side in (True, False)]
                told = _told(self.difference(measure, strategy, day))
                rows.append((strategy, measure, meaning.letter, meaning.label, meaning.unit, *means, *told))
        frame = pd.DataFrame(rows, columns=["strategy", "measure", "letter", "label", "unit", *_COLUMNS])
        return frame.astype({"more_replications": "Int64"})

    def by_segment(self, day: int | None = None) -> pd.DataFrame:
        """Return one row a strategy, segment and measure: who bears the rule and who benefits. Columns as in table."""
        rows: list[tuple[Any, ...]] = []
        for strategy in self.strategies:
            for segment in self.segments:
                for measure in BY_SEGMENT:
                    meaning = ALL_MEASURES[measure]
                    name = segment_column(measure, segment)
                    means = [
                        float(np.mean(self._column(side, name, strategy, day))) for side in (self.enforced, self.lifted)
                    ]
                    told = _told(self.in_segment(measure, segment, strategy, day))
                    named = (strategy, segment, measure, meaning.letter, meaning.label, meaning.unit)
                    rows.append((*named, *means, *told))
        frame = pd.DataFrame(rows, columns=["strategy", "segment", "measure", "letter", "label", "unit", *_COLUMNS])
        return frame.astype({"more_replications": "Int64"})

    def save(self, folder: Path | str) -> None:
        """Write both tables (CSV) into the folder in which the runs are kept, or a new one.

        Raises
        ------
        InputError
            If the folder holds other files.
        """
        place = Path(folder)
        _check_folder(place)
        with results_folder(place):
            write_csv(self.table(), place / PRICE)
            write_csv(self.by_segment(), place / SEGMENTS)

    def to_dict(self) -> dict[str, Any]:
        """Return everything for JSON: numbers that do not exist are None."""
        return {
            "scenario": self.enforced.manifest.scenario,
            "rule": self.rule.name,
            "sets": dict(zip(self.rule.fields, self.rule.settings, strict=True)),
            "pack": self.rule.pack,
            "id": self.rule.cited.id if self.rule.cited is not None else "",
            "citation": self.rule.cited.citation if self.rule.cited is not None else "",
            "difference": "with the rule - without it",
            "seed": self.enforced.manifest.seed,
            "replications": self.n_replications,
            "day": self.days[-1],
            "currency": self.enforced.currency,
            "minor_units": self.enforced.minor_units,
            "level": _LEVEL,
            "digest_with": self.enforced.manifest.digest,
            "digest_without": self.lifted.manifest.digest,
            "price": _records(self.table()),
            "by_segment": _records(self.by_segment()),
        }

    @staticmethod
    def _column(side: Comparison, name: str, strategy: str, day: int | None) -> NDArray[np.float64]:
        """Return one number a replication of a column that is no headline measure, shape [r]."""
        runs = side.runs
        chosen = runs[(runs["strategy"] == strategy) & (runs["day"] == (side.days[-1] if day is None else day))]
        return chosen.sort_values("replication")[name].to_numpy(dtype=np.float64)


def price_rule(
    scenario: Scenario,
    rule: str,
    *,
    strategies: Sequence[str] | None = None,
    replications: int | None = None,
    workers: int | None = None,
    executor: Executor | None = None,
    folder: Path | str | None = None,
    fresh: bool = False,
    on_progress: Progress | None = None,
) -> RulePrice:
    """Run the same replications with a rule and without it, and return what it changes.

    Parameters
    ----------
    scenario
        A loaded scenario in which the rule is on.
    rule
        A field of the rules block (``calls_per_7_days``) or the id of a rule of the scenario's pack (``R1``).
    strategies
        Names; all that act when None.
    replications
        How many, at least 1; the scenario's number when None.
    workers, executor, on_progress
        As in :func:`simcollect.experiment.run.perform`; progress counts the runs of both sides.
    folder
        Keeps finished runs as they come, in ``with/`` and ``without/``; a later call goes on from them.
    fresh
        Throw away what they hold.

    Raises
    ------
    InputError, InputErrors
        If the rule or a strategy is not in the scenario, or the folder holds something else.
    Interrupted
        On Ctrl-C; finished runs are in the folder.
    """
    asked = rule_asked(scenario, rule)
    known = tuple(scenario.strategies)
    chosen = make_design(scenario, strategies, replications)
    priced = tuple(name for name in chosen.strategies if name != BASELINE or strategies is not None) or known
    # The twin without action says what would have come anyway; it is run once more on each side.
    names = (*priced, BASELINE) if BASELINE in known and BASELINE not in priced else priced
    if folder is not None:
        _check_folder(Path(folder))
    sides = {WITH: scenario, WITHOUT: lifted(scenario, asked)}
    n_each = len(names) * len(chosen.replications)
    found: dict[str, Comparison] = {}
    for place, (side, specification) in enumerate(sides.items()):
        design = Design(specification, names, chosen.replications)
        manifest = describe("price-rule", design)
        store = Store(Path(folder) / side, manifest, fresh=fresh) if folder is not None else None
        try:
            rows = perform(
                design,
                store=store,
                workers=workers,
                executor=executor,
                on_progress=_shifted(on_progress, place * n_each, n_each * len(sides)),
            )
        except Interrupted as stopped:
            raise Interrupted(place * n_each + stopped.n_finished, n_each * len(sides)) from None
        money = scenario.economics
        manifest = manifest.with_logs(digests(rows))
        found[side] = compared(manifest, priced[0], money.currency, money.minor_units, rows)
    return RulePrice(asked, found[WITH], found[WITHOUT], priced, scenario.segment_names)


def _paired(ours: NDArray[np.float64], theirs: NDArray[np.float64]) -> PairedDifference | None:
    if not (np.all(np.isfinite(ours)) and np.all(np.isfinite(theirs))):
        return None
    return paired_difference(ours, theirs, _LEVEL)


def _told(found: PairedDifference | None) -> tuple[Any, ...]:
    """Return the columns of a difference, from the difference itself on."""
    if found is None:
        return math.nan, math.nan, math.nan, "not counted in every replication", None, ""
    return found.mean, found.low, found.high, found.verdict.value, found.more_replications, found.sentence()


def _shifted(on_progress: Progress | None, before: int, n_all: int) -> Callable[[int, int], None] | None:
    """Return a report on one side's runs as one on both sides' runs."""
    if on_progress is None:
        return None
    return lambda n_finished, _: on_progress(before + n_finished, n_all)


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    rows = frame.astype(object).where(frame.notna(), None).to_dict("records")
    return [{str(name): value for name, value in row.items()} for row in rows]


def _check_folder(folder: Path) -> None:
    if not folder.is_dir():
        return
    strangers = sorted({path.name for path in folder.iterdir()} - {WITH, WITHOUT, PRICE, SEGMENTS})
    if strangers:
        raise InputError(
            "",
            f'folder "{folder}"',
            f"holds something else ({', '.join(strangers[:3])})",
            "Expected a new or empty folder, or the results of pricing this rule",
            "Choose another --out",
        )


def default_folder(scenario: Scenario, rule: RuleAsked) -> Path:
    """Return where the runs go when nobody says: ``results/NAME-RULE-ID``, another ID for every other content."""
    identity = describe("price-rule", Design(scenario, (), ())).short_identity
    return Path("results") / f"{scenario.name}-{rule.fields[0]}-{identity}"
