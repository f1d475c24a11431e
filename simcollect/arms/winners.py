"""Who wins and who loses when one strategy takes the place of another: by segment, borrower cell and age."""

from __future__ import annotations

import math
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from simcollect.arms.asked import resting_on
from simcollect.arms.groups import BY, MEASURES, group_runs
from simcollect.arms.kept import performed, records
from simcollect.core.codes import Cell
from simcollect.core.errors import InputError
from simcollect.core.folder import results_folder
from simcollect.core.spreadsheet import write_csv
from simcollect.core.words import Lang, name_of
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
from simcollect.population import AGE_BANDS
from simcollect.scenario import Scenario
from simcollect.stats import Estimate, Verdict
from simcollect.stats.intervals import MANY_REPLICATIONS
from simcollect.stats.simultaneous import together

TABLE: Final = "winners.csv"
MOVED: Final = "borrowers.csv"
GAPS: Final = "gaps.csv"
PICTURE: Final = "winners_{by}.png"
_LEVEL: Final = 0.95
_DRAWN: Final = tuple(name for name in HEADLINE if name in MEASURES)
_WORDS: Final = Wording(
    title=("Who wins, who loses: {second} instead of {first}", "谁得益、谁受损：以 {second} 取代 {first}"),
    age=("aged {band}", "{band}"),
    unknown=("age unknown", "年龄不详"),
)
_AGE_CHINESE: Final = {
    band: {"under 25": "25 岁以下", "65 and over": "65 岁及以上"}.get(band, f"{band.replace(' to ', ' 至 ')} 岁")
    for band in AGE_BANDS[1:]
}


@dataclass(frozen=True, eq=False)
class Winners:
    """How groups of borrowers fare under a second strategy against a first, over paired replications.

    Attributes
    ----------
    manifest
        What was run.
    scenario
        The scenario.
    first, second
        The strategies; differences are second - first.
    found
        One row a replication, reading day, group and measure: by, group, measure, first, second.
    counts
        One row a replication, reading day and group: how many borrowers pay more or less, and are better or worse
        off, than their own twin.
    gaps
        As ``found``, each value being the gap to all other groups at equal ability.
    """

    manifest: Manifest
    scenario: Scenario
    first: str
    second: str
    found: pd.DataFrame
    counts: pd.DataFrame
    gaps: pd.DataFrame

    @property
    def days(self) -> tuple[int, ...]:
        """Reading days, rising."""
        return tuple(int(day) for day in sorted(self.found["day"].unique()))

    @property
    def n_replications(self) -> int:
        """Paired replications."""
        return len(self.manifest.replications)

    def table(self, by: str | None = None, day: int | None = None) -> pd.DataFrame:
        """Return the effect on each group: one row a kind of group, group and measure.

        Columns: by, group, measure, letter, label, unit, first and second (means), difference with low and high,
        verdict and more_replications. Intervals of all groups of a kind hold at once for a measure. Money is in minor
        units.
        """
        return self._effects(self.found, _known_by(by), day)

    def fairness(self, by: str | None = None, day: int | None = None) -> pd.DataFrame:
        """Return gaps between groups of equal ability: one row a kind of group, group and measure.

        Columns: by, group, measure, ...; first, first_low, first_high and second, second_low, second_high: how the
        group fares against all others of the same ability under either strategy; difference (with low, high, verdict):
        by how much the second strategy changes that. Intervals of all groups of a kind hold at once for a measure.
        """
        frames = []
        for side in ("first", "second"):
            alone = self.gaps.assign(second=self.gaps[side], first=0.0)
            frames.append(self._effects(alone, _known_by(by), day)[["difference", "low", "high"]])
        table = self._effects(self.gaps, _known_by(by), day)
        for side, frame in zip(("first", "second"), frames, strict=True):
            at = table.columns.get_loc(side)
            assert isinstance(at, int)
            table.insert(at + 1, f"{side}_low", frame["low"])
            table.insert(at + 2, f"{side}_high", frame["high"])
        return table

    def borrowers(self, by: str | None = None, day: int | None = None) -> pd.DataFrame:
        """Return shares of borrowers against their own twins: one row a kind of group and group.

        Columns: by, group, n (mean accounts), pays_more, pays_less, better, worse, same (shares of n, means over
        replications). Better and worse go by marks: complaint, suit, entry in a credit register, insolvency,
        relationship ended, customer not kept; each counts once.
        """
        when = self._day(day)
        chosen = self.counts[self.counts["day"] == when]
        kinds = ["all", *_known_by(by)]
        rows = []
        for (kind, group), part in chosen.groupby(["by", "group"], sort=False):
            if kind not in kinds:
                continue
            n = float(part["n"].sum())
            shares = {name: float(part[name].sum()) / n if n else math.nan for name in _COUNTED}
            same = 1.0 - shares["better"] - shares["worse"]
            rows.append({"by": kind, "group": group, "n": n / self.n_replications, **shares, "same": same})
        return pd.DataFrame(rows)

    def plot(self, by: str = "cell", lang: Lang = "en", day: int | None = None) -> Figure:
        """Return the effect on each group in the headline outcomes, intervals that hold at once.

        Raises
        ------
        InputError
            If there are no such groups.
        """
        table, say = self.table(by, day), _WORDS.in_language(lang)
        economics, panels = self.scenario.economics, []
        for measure in _DRAWN:
            axis = measure_axis(measure, economics.currency, economics.minor_units, lang)
            rows = []
            for row in table[table["measure"] == measure].to_dict("records"):
                ends = [None if math.isnan(row[end]) else axis.factor * row[end] for end in ("low", "high")]
                rows.append(ForestRow(self._label(by, row["group"], lang), axis.factor * row["difference"], *ends))
            letter = ALL_MEASURES[measure].letter
            heading = f"{letter}  {axis.label}"
            panels.append(ForestPanel(heading, axis.difference_unit, axis.higher_is_better, tuple(rows)))
        title = say("title", first=self.first, second=self.second)
        digest = self.manifest.digest[:16]
        return forest(panels, self.first, self.n_replications, digest, self._day(day), _LEVEL, title, lang=lang)

    def save(self, folder: Path | str, lang: Lang = "en") -> None:
        """Write the three tables (CSV) and a picture for each kind of group into a folder."""
        with results_folder(folder) as place:
            write_csv(self.table(), place / TABLE)
            write_csv(self.borrowers(), place / MOVED)
            write_csv(self.fairness(), place / GAPS)
            for by in BY:
                if len(self.found.loc[self.found["by"] == by, "group"].unique()) > 1:
                    save_figure(self.plot(by, lang), place / PICTURE.format(by=by))

    def to_dict(self) -> dict[str, Any]:
        """Return everything for JSON: numbers that do not exist are None."""
        return {
            "scenario": self.scenario.name,
            "difference": f"{self.second} - {self.first}",
            "replications": self.n_replications,
            "seed": self.scenario.run.seed,
            "day": self.days[-1],
            "currency": self.scenario.economics.currency,
            "minor_units": self.scenario.economics.minor_units,
            "level": _LEVEL,
            "digest": self.manifest.digest,
            "groups": records(self.table()),
            "borrowers": records(self.borrowers()),
            "gaps": records(self.fairness()),
            "rests_on": resting_on(self.scenario),
        }

    def _effects(self, frame: pd.DataFrame, kinds: tuple[str, ...], day: int | None) -> pd.DataFrame:
        read = frame[frame["day"] == self._day(day)].sort_values("replication", kind="stable")
        rows: list[dict[str, Any]] = []
        for kind in kinds:
            for measure in MEASURES:
                chosen = read[(read["by"] == kind) & (read["measure"] == measure)]
                names = list(dict.fromkeys(chosen["group"]))
                sides = {
                    name: chosen[chosen["group"] == name][["first", "second"]].to_numpy(dtype=np.float64)
                    for name in names
                }
                counted = [n for n in names if len(sides[n]) == self.n_replications and np.isfinite(sides[n]).all()]
                estimates = _together([sides[name][:, 1] - sides[name][:, 0] for name in counted])
                by_name = dict(zip(counted, estimates, strict=True))
                rows += [_row(kind, name, measure, sides[name], by_name.get(name)) for name in names]
        columns = [*_HEAD, "first", "second", "difference", "low", "high", "verdict", "more_replications"]
        return pd.DataFrame(rows, columns=columns).astype({"more_replications": "Int64"})

    def _day(self, day: int | None) -> int:
        if day is not None and day not in self.days:
            raise InputError.unknown("", str(day), [str(known) for known in self.days], "reading day")
        return self.days[-1] if day is None else day

    def _label(self, by: str, group: str, lang: Lang) -> str:
        if by == "cell":
            return name_of(Cell[group.upper()], lang)
        if by == "segment":
            return group
        say = _WORDS.in_language(lang)
        if group == AGE_BANDS[0]:
            return say("unknown")
        return say("age", band=_AGE_CHINESE[group] if lang == "zh" else group)


_HEAD: Final = ("by", "group", "measure", "letter", "label", "unit")
_COUNTED: Final = ("pays_more", "pays_less", "better", "worse")


def who_wins(
    scenario: Scenario,
    first: str,
    second: str,
    *,
    replications: int | None = None,
    workers: int | None = None,
    executor: Executor | None = None,
    folder: Path | str | None = None,
    fresh: bool = False,
    on_progress: Progress | None = None,
) -> Winners:
    """Put a second strategy in the place of a first, and return what that does to whom.

    Parameters
    ----------
    scenario
        A loaded scenario.
    first, second
        Two of its strategies; differences are second - first, of the same borrowers with the same luck.
    replications
        How many, at least 1; the scenario's number when None.
    workers, executor, folder, fresh, on_progress
        As in :func:`simcollect.experiment.run.perform`.

    Raises
    ------
    InputError, InputErrors
        If something asked for is wrong.
    Interrupted
        On Ctrl-C; finished replications are in the folder.
    """
    count = make_design(scenario, [first, second], replications).replications
    design = Design(scenario, (second,), count)
    work = partial(group_runs, (first, second))
    rows, manifest = performed(design, f"winners {first} {second}", work, workers, executor, folder, fresh, on_progress)
    return Winners(manifest, scenario, first, second, *(_long(rows, name) for name in ("found", "moved", "gaps")))


def _long(rows: list[Row], column: str) -> pd.DataFrame:
    keys = ("replication", "day")
    return pd.DataFrame([{**{key: row[key] for key in keys}, **one} for row in rows for one in row[column]])


def _known_by(by: str | None) -> tuple[str, ...]:
    if by is not None and by not in BY:
        raise InputError.unknown("", by, BY, "group")
    return BY if by is None else (by,)


def _together(differences: list[Any]) -> tuple[Estimate, ...]:
    if not differences:
        return ()
    table = np.column_stack(differences)
    if len(table) < 2:
        return tuple(Estimate(float(mean), math.nan, math.nan, math.nan, 1, _LEVEL) for mean in table[0])
    return together(table, _LEVEL)


def _row(kind: str, name: str, measure: str, sides: Any, found: Estimate | None) -> dict[str, Any]:
    meaning = ALL_MEASURES[measure]
    named = (kind, name, measure, meaning.letter, meaning.label, meaning.unit)
    row: dict[str, Any] = dict(zip(_HEAD, named, strict=True))
    if found is None:
        nothing = {"difference": math.nan, "low": math.nan, "high": math.nan, "more_replications": None}
        return row | {"first": math.nan, "second": math.nan} | nothing | {"verdict": "not counted in every replication"}
    verdict, more = _verdict(found)
    return row | {
        "first": float(sides[:, 0].mean()),
        "second": float(sides[:, 1].mean()),
        "difference": found.mean,
        "low": found.low,
        "high": found.high,
        "verdict": verdict.value,
        "more_replications": more,
    }


def _verdict(found: Estimate) -> tuple[Verdict, int | None]:
    if found.n == 1:
        return Verdict.ONE_REPLICATION, None
    if found.low > 0.0 or found.high < 0.0:
        return (Verdict.HIGHER if found.mean > 0.0 else Verdict.LOWER), 0
    if found.standard_error == 0.0:
        return Verdict.NO_DIFFERENCE, 0
    if found.mean == 0.0:
        return Verdict.CANNOT_TELL_YET, None
    needed = found.n * (found.half_width / abs(found.mean)) ** 2
    return Verdict.CANNOT_TELL_YET, max(1, math.ceil(min(needed, 10_000.0 * MANY_REPLICATIONS)) - found.n)
