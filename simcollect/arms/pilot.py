"""Champion and challenger inside the model: what a pilot reports, beside what the roll-out would really bring."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from numpy.typing import NDArray
from scipy.stats import norm

from simcollect.arms.asked import arms_of, resting_on
from simcollect.arms.kept import performed, records
from simcollect.arms.runs import PILOT, STAFFING, Arms, Staffing, pilot_runs
from simcollect.arms.values import OUTCOMES
from simcollect.core.errors import InputError
from simcollect.core.folder import results_folder
from simcollect.core.spreadsheet import write_csv
from simcollect.core.words import Lang
from simcollect.experiment.axes import measure_axis
from simcollect.experiment.design import Design, make_design
from simcollect.experiment.manifest import Manifest
from simcollect.experiment.measure import ALL_MEASURES
from simcollect.experiment.run import Progress
from simcollect.experiment.store import Row
from simcollect.outcomes.measures import HEADLINE
from simcollect.plots import ForestPanel, ForestRow, forest
from simcollect.plots import save as save_figure
from simcollect.plots.wording import Wording
from simcollect.scenario import Scenario, flatten
from simcollect.scenario.flatten import lever_words
from simcollect.stats import Estimate, PairedDifference, estimate_mean, paired_difference

TABLE: Final = "pilot.csv"
WINDOWS: Final = "windows.csv"
STAFF: Final = "staff.csv"
PICTURE: Final = "pilot.png"
_LEVEL: Final = 0.95
_Z: Final = float(norm.isf((1.0 - _LEVEL) / 2.0))
_WORDS: Final = Wording(
    title=("A pilot of {challenger}, and its roll-out", "{challenger} 的试点与全面推行"),
    shared=("pilot, shared staff", "试点（共用人员）"),
    split=("pilot, split staff", "试点（人员分开）"),
    roll_out=("roll-out, whole book", "全面推行（全部账户）"),
)


@dataclass(frozen=True, eq=False)
class Pilot:
    """What pilots report over replications, and what is true in the same replications.

    Attributes
    ----------
    manifest
        What was run; its strategies are the ways of staffing.
    scenario
        The scenario.
    arms
        (strategy, share), the champion first.
    runs
        One row a replication, way of staffing, reading day, challenger and outcome: what one pilot found and what is
        true; money in minor units.
    load
        One row a replication, way of staffing, reading day, run (``pilot`` or a strategy alone) and pool: minutes
        staffed and worked, backlog, mean wait.
    """

    manifest: Manifest
    scenario: Scenario
    arms: Arms
    runs: pd.DataFrame
    load: pd.DataFrame

    @property
    def champion(self) -> str:
        """The strategy that others are tried against."""
        return self.arms[0][0]

    @property
    def challengers(self) -> tuple[str, ...]:
        """The strategies that are tried."""
        return tuple(name for name, _ in self.arms[1:])

    @property
    def staffings(self) -> tuple[str, ...]:
        """Ways of staffing: shared, split."""
        return self.manifest.strategies

    @property
    def days(self) -> tuple[int, ...]:
        """Reading days, rising."""
        return tuple(int(day) for day in sorted(self.runs["day"].unique()))

    @property
    def n_replications(self) -> int:
        """Pilots of each kind."""
        return len(self.manifest.replications)

    def values(
        self,
        column: str,
        outcome: str,
        challenger: str | None = None,
        staffing: str | None = None,
        day: int | None = None,
    ) -> NDArray[np.float64]:
        """Return a column of ``runs``, one number a replication, shape [r].

        Raises
        ------
        InputError
            If outcome, challenger, way of staffing or day is not among those of this pilot.
        """
        which = {
            "outcome": (outcome, OUTCOMES),
            "challenger": (challenger or self.challengers[0], self.challengers),
            "strategy": (staffing or self.staffings[0], self.staffings),
            "day": (self.days[-1] if day is None else day, self.days),
        }
        chosen = np.ones(len(self.runs), dtype=np.bool_)
        for name, (value, known) in which.items():
            if value not in known:
                raise InputError.unknown("", str(value), [str(one) for one in known], name)
            chosen &= (self.runs[name] == value).to_numpy()
        return self.runs[chosen].sort_values("replication")[column].to_numpy(dtype=np.float64)

    def estimate(
        self, outcome: str, challenger: str | None = None, staffing: str | None = None, day: int | None = None
    ) -> Estimate | None:
        """Return the mean of what pilots report (challenger - champion); None where one has no number."""
        return _mean(self.values("pilot", outcome, challenger, staffing, day))

    def truth(self, outcome: str, challenger: str | None = None, day: int | None = None) -> PairedDifference | None:
        """Return the true effect of the roll-out: the whole book under the challenger - under the champion."""
        effect = self.values("roll_out", outcome, challenger, None, day)
        return _paired(effect, np.zeros_like(effect))

    def bias(
        self, outcome: str, challenger: str | None = None, staffing: str | None = None, day: int | None = None
    ) -> PairedDifference | None:
        """Return how far pilots are off the roll-out because arms share staff, or because splitting them costs.

        Each pilot is compared with the same borrowers in the same arms, had everybody been treated like them: that
        takes the luck of who was drawn into which arm out, which is 0 on average anyway.
        """
        names = (outcome, challenger, staffing, day)
        return _paired(self.values("pilot", *names), self.values("same_borrowers", *names))

    def half_width(
        self, outcome: str, challenger: str | None = None, staffing: str | None = None, day: int | None = None
    ) -> float:
        """Return the half-width of the 95 % interval that one pilot reports by its accounts, mean over pilots."""
        return _Z * float(np.mean(self.values("standard_error", outcome, challenger, staffing, day)))

    def coverage(
        self, outcome: str, challenger: str | None = None, staffing: str | None = None, day: int | None = None
    ) -> float:
        """Return the share of pilots whose own 95 % interval holds the true effect of that replication's roll-out."""
        names = (outcome, challenger, staffing, day)
        off = np.abs(self.values("pilot", *names) - self.values("roll_out", *names))
        return float(np.mean(off <= _Z * self.values("standard_error", *names)))

    def table(self, day: int | None = None) -> pd.DataFrame:
        """Return one row a challenger, way of staffing and outcome.

        Columns: challenger, staffing, outcome, letter, label, unit; pilot with pilot_low, pilot_high (mean over
        replications); one_pilot_half_width; roll_out with its ends (the truth); bias with its ends, verdict and
        more_replications; coverage of the pilots' own intervals. Money is in minor units.
        """
        rows = []
        for challenger in self.challengers:
            for staffing in self.staffings:
                for outcome in OUTCOMES:
                    meaning = ALL_MEASURES[outcome]
                    names = (outcome, challenger, staffing, day)
                    bias = self.bias(*names)
                    rows.append(
                        {
                            "challenger": challenger,
                            "staffing": staffing,
                            "outcome": outcome,
                            "letter": meaning.letter,
                            "label": meaning.label,
                            "unit": meaning.unit,
                            **_ends("pilot", self.estimate(*names)),
                            "one_pilot_half_width": self.half_width(*names),
                            **_ends("roll_out", self.truth(outcome, challenger, day)),
                            **_ends("bias", bias),
                            "bias_verdict": bias.verdict.value if bias else "",
                            "more_replications": bias.more_replications if bias else None,
                            "coverage": self.coverage(*names),
                        }
                    )
        return pd.DataFrame(rows).astype({"more_replications": "Int64"})

    def windows(self, outcome: str = HEADLINE[0], staffing: str | None = None) -> pd.DataFrame:
        """Return what judging at each reading day leads to, one row a challenger and day.

        Columns: challenger, day; pilot (mean difference) and roll_out with its ends at that day; winner at that day by
        the roll-out ("cannot tell" where its interval holds 0); picks_the_winner: share of pilots in which the arm
        that leads on that day is the one that the same replication's roll-out has ahead on the last day; settled:
        share of pilots whose own interval is clear of 0 by then.
        """
        more_is_better = ALL_MEASURES[outcome].higher_is_better is not False
        rows = []
        for challenger in self.challengers:
            final = self.values("roll_out", outcome, challenger, staffing)
            for day in self.days:
                names = (outcome, challenger, staffing, day)
                found, error = self.values("pilot", *names), self.values("standard_error", *names)
                truth, mean = self.truth(outcome, challenger, day), self.estimate(*names)
                winner = "cannot tell"
                if truth is not None and truth.n > 1 and (truth.low > 0.0 or truth.high < 0.0):
                    winner = challenger if (truth.mean > 0.0) == more_is_better else self.champion
                rows.append(
                    {
                        "challenger": challenger,
                        "day": day,
                        "pilot": math.nan if mean is None else mean.mean,
                        **_ends("roll_out", truth),
                        "winner": winner,
                        "picks_the_winner": float(np.mean(np.sign(found) == np.sign(final))),
                        "settled": float(np.mean(np.abs(found) > _Z * error)),
                    }
                )
        return pd.DataFrame(rows)

    def staff(self, day: int | None = None) -> pd.DataFrame:
        """Return how busy staff are, one row a pool and run: only where they are does sharing them bias a pilot.

        Columns: pool; run ("pilot, shared", "pilot, split", or a strategy alone on the whole book); utilisation
        (minutes worked / paid, above 1 where jobs run past the end of a shift); backlog (items waiting on the day) and
        wait_days, both means over replications. Pools that are not paid for are left out.
        """
        when = self.days[-1] if day is None else day
        if when not in self.days:
            raise InputError.unknown("", str(when), [str(one) for one in self.days], "day")
        chosen = self.load[(self.load["day"] == when) & (self.load["staffed_minutes"] > 0)]
        in_pilot = chosen["run"] == PILOT
        first = chosen["strategy"] == self.staffings[0]  # whole strategies are the same beside either pilot
        chosen = chosen[in_pilot | first]
        label = chosen["run"].where(chosen["run"] != PILOT, "pilot, " + chosen["strategy"])
        found = chosen.assign(run=label).groupby(["pool", "run"], sort=False)
        sums, means = found[["staffed_minutes", "worked_minutes"]].sum(), found[["backlog", "mean_wait_days"]].mean()
        return pd.DataFrame(
            {
                "utilisation": sums["worked_minutes"] / sums["staffed_minutes"],
                "backlog": means["backlog"],
                "wait_days": means["mean_wait_days"],
            }
        ).reset_index()

    def notes(self) -> list[str]:
        """Return what must be known to read the numbers: who bears idle time, whose rule keeps shared lists."""
        said = []
        if "shared" in self.staffings:
            said.append(
                "Shared staff: their pay, idle time included, is shared out between the arms by minutes worked. Where "
                "they have idle time, that alone sets net outcomes and cost apart from the roll-out; gross recovery is "
                "free of it."
            )
        if "shared" in self.staffings:
            words = lever_words()["work_priority"]
            rules = {name: words[int(flatten(self.scenario, name).levers["work_priority"][0])] for name, _ in self.arms}
            if len(set(rules.values())) > 1:
                said.append(
                    f"Shared work lists are kept by {self.champion}'s rule ({rules[self.champion]}); "
                    "a challenger's own rule comes into force at its roll-out only."
                )
        if "split" in self.staffings:
            said.append("Split staff: a member whom two arms' shares meet in works for them on days in turn.")
        return said

    def plot(self, challenger: str | None = None, lang: Lang = "en", day: int | None = None) -> Figure:
        """Return what pilots report beside the truth, in all five headline outcomes."""
        name = challenger or self.challengers[0]
        say, economics = _WORDS.in_language(lang), self.scenario.economics
        panels = []
        for outcome in HEADLINE:
            axis = measure_axis(outcome, economics.currency, economics.minor_units, lang)
            lines: list[tuple[str, Estimate | None]] = [
                (say(kind), self.estimate(outcome, name, kind, day)) for kind in self.staffings
            ]
            lines.append((say("roll_out"), self.truth(outcome, name, day)))
            rows = tuple(_forest_row(label, found, axis.factor) for label, found in lines)
            letter = ALL_MEASURES[outcome].letter
            panels.append(ForestPanel(f"{letter}  {axis.label}", axis.difference_unit, axis.higher_is_better, rows))
        when = self.days[-1] if day is None else day
        title = say("title", challenger=name)
        digest = self.manifest.digest[:16]
        return forest(panels, self.champion, self.n_replications, digest, when, _LEVEL, title, lang=lang)

    def save(self, folder: Path | str, lang: Lang = "en") -> None:
        """Write the tables (CSV) and the picture into the folder in which the runs are kept, or a new one."""
        with results_folder(folder) as place:
            write_csv(self.table(), place / TABLE)
            every = [
                self.windows(outcome, staffing).assign(staffing=staffing, outcome=outcome)
                for staffing in self.staffings
                for outcome in OUTCOMES
            ]
            write_csv(pd.concat(every, ignore_index=True), place / WINDOWS)
            write_csv(self.staff(), place / STAFF)
            save_figure(self.plot(lang=lang), place / PICTURE)

    def to_dict(self) -> dict[str, Any]:
        """Return everything for JSON: numbers that do not exist are None."""
        return {
            "scenario": self.scenario.name,
            "arms": dict(self.arms),
            "difference": f"challenger - {self.champion}",
            "replications": self.n_replications,
            "seed": self.scenario.run.seed,
            "day": self.days[-1],
            "currency": self.scenario.economics.currency,
            "minor_units": self.scenario.economics.minor_units,
            "level": _LEVEL,
            "digest": self.manifest.digest,
            "pilot": records(self.table()),
            "windows": records(self.windows()),
            "staff": records(self.staff()),
            "notes": self.notes(),
            "rests_on": resting_on(self.scenario),
        }


def pilot(
    scenario: Scenario,
    arms: Mapping[str, float],
    *,
    staff: Sequence[Staffing] = STAFFING,
    replications: int | None = None,
    workers: int | None = None,
    executor: Executor | None = None,
    folder: Path | str | None = None,
    fresh: bool = False,
    on_progress: Progress | None = None,
) -> Pilot:
    """Run pilots with random arms and, on the same borrowers with the same luck, the roll-outs they stand for.

    Parameters
    ----------
    scenario
        A loaded scenario.
    arms
        Share of the accounts under each strategy, the champion first: ``{"balanced": 0.8, "firm": 0.2}``.
    staff
        ``"shared"``: the arms' work waits on the same lists; ``"split"``: each arm has its share of every pool.
    replications
        Pilots of each kind, at least 1; the scenario's number when None.
    workers, executor, folder, fresh, on_progress
        As in :func:`simcollect.experiment.run.perform`; finished pilots are kept in the folder.

    Raises
    ------
    InputError, InputErrors
        If something asked for is wrong.
    Interrupted
        On Ctrl-C; finished pilots are in the folder.
    """
    asked = arms_of(scenario, arms)
    for kind in staff:
        if kind not in STAFFING:
            raise InputError.unknown("", f"staff.{kind}", STAFFING, "way of staffing")
    count = make_design(scenario, [asked[0][0]], replications).replications
    design = Design(scenario, tuple(dict.fromkeys(staff)), count)
    label = " ".join(f"{name}={share:g}" for name, share in asked)
    rows, manifest = performed(
        design, f"pilot {label}", partial(pilot_runs, asked), workers, executor, folder, fresh, on_progress
    )
    return Pilot(manifest, scenario, asked, _long(rows, "found"), _long(rows, "load"))


def _long(rows: Sequence[Row], column: str) -> pd.DataFrame:
    keys = ("replication", "strategy", "day")
    return pd.DataFrame([{**{key: row[key] for key in keys}, **one} for row in rows for one in row[column]])


def _mean(values: NDArray[np.float64]) -> Estimate | None:
    return estimate_mean(values, _LEVEL) if np.all(np.isfinite(values)) else None


def _paired(ours: NDArray[np.float64], theirs: NDArray[np.float64]) -> PairedDifference | None:
    if not (np.all(np.isfinite(ours)) and np.all(np.isfinite(theirs))):
        return None
    return paired_difference(ours, theirs, _LEVEL)


def _ends(name: str, found: Estimate | None) -> dict[str, float]:
    numbers = (found.mean, found.low, found.high) if found is not None else (math.nan,) * 3
    return dict(zip((name, f"{name}_low", f"{name}_high"), numbers, strict=True))


def _forest_row(label: str, found: Estimate | None, factor: float) -> ForestRow:
    if found is None:
        return ForestRow(label, math.nan, None, None)
    if found.n == 1:
        return ForestRow(label, factor * found.mean, None, None)
    return ForestRow(label, factor * found.mean, factor * found.low, factor * found.high)
