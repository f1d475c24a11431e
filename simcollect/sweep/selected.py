"""What a selection found: who is best or cannot be told from the best, who was dropped when, and fresh estimates."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from simcollect.core.folder import results_folder
from simcollect.core.spreadsheet import write_csv
from simcollect.core.words import Lang
from simcollect.experiment.axes import measure_axis
from simcollect.experiment.measure import ALL_MEASURES
from simcollect.experiment.phases import FIRST
from simcollect.plots import save
from simcollect.plots.selection import SelectionRow, selection
from simcollect.stats import Estimate, estimate_mean
from simcollect.stats.simultaneous import together

TABLE: Final = "selection.csv"
RECORD: Final = "selection.json"
PICTURE: Final = "selection.png"
_NAMED: Final = 8


@dataclass(frozen=True)
class Standing:
    """A candidate's selection.

    Attributes
    ----------
    name, strategy, point
        Which.
    values
        Its outcome in each replication of the selection that was looked at.
    dropped_after
        Replications after which it was dropped; None for what is left.
    """

    name: str
    strategy: str
    point: Mapping[str, Any]
    values: tuple[float, ...]
    dropped_after: int | None

    @property
    def mean(self) -> float:
        """Mean over the selection's replications."""
        return math.fsum(self.values) / len(self.values)


@dataclass(frozen=True, eq=False)
class Selected:
    """The answer of :func:`simcollect.sweep.select.select`.

    Attributes
    ----------
    scenario, seed, day, currency, minor_units
        Of the runs.
    measure
        What was to be best.
    method
        "sequential", "subset" or "budget".
    asked
        The indifference (in the outcome's unit), the replications, or the budget of runs.
    confidence
        Probability of a correct selection; of no meaning for the winner of a budget.
    candidates
        All of them, as asked for.
    remaining
        Those left, the best mean first: one when the selection is settled.
    more_replications
        For a sequential selection that gave up: at most so many more would have settled it.
    fresh
        Outcomes of those left and of the last one dropped, on luck that had no part in the selection.
    digest
        Of all event logs.
    """

    scenario: str
    seed: int
    day: int
    currency: str
    minor_units: int
    measure: str
    method: str
    asked: float
    confidence: float
    candidates: tuple[Standing, ...]
    remaining: tuple[str, ...]
    more_replications: int | None
    fresh: Mapping[str, tuple[float, ...]]
    digest: str

    @property
    def best(self) -> str | None:
        """The candidate selected; None where several are left and nothing chooses among them."""
        return self.remaining[0] if len(self.remaining) == 1 or self.method == "budget" else None

    @property
    def n_runs(self) -> int:
        """Runs that the selection looked at; the final estimate's are not among them."""
        return sum(len(one.values) for one in self.candidates)

    @property
    def n_final(self) -> int:
        """Fresh replications of the final estimate."""
        return len(next(iter(self.fresh.values())))

    def final(self) -> pd.DataFrame:
        """Return the final estimates on fresh luck, one row a finalist.

        Columns: candidate; mean, low, high; lead (the first finalist minus this one, paired), lead_low, lead_high. The
        intervals of all means hold together with 95 %, and so do those of all leads.
        """
        names = list(self.fresh)
        values = np.column_stack([self.fresh[name] for name in names])
        means = together(values)
        leads = together(values[:, :1] - values[:, 1:]) if len(names) > 1 else ()
        rows = []
        for place, (name, mean) in enumerate(zip(names, means, strict=True)):
            lead = leads[place - 1] if place else None
            ends = (lead.mean, lead.low, lead.high) if lead else (math.nan,) * 3
            rows.append((name, mean.mean, mean.low, mean.high, *ends))
        return pd.DataFrame(rows, columns=["candidate", "mean", "low", "high", "lead", "lead_low", "lead_high"])

    def to_frame(self) -> pd.DataFrame:
        """Return one row a candidate, those left first, then by when they were dropped, the last first.

        Columns: candidate, strategy, a column a place, status ("selected", "cannot be told from the best", "dropped"),
        dropped_after (replications), replications, mean (of the selection: the winner's is a lucky one), behind with
        its own 95 % interval behind_low and behind_high (this one minus the first, over the replications of the
        selection that both have), final_mean, final_low, final_high (fresh luck).
        """
        final = self.final().set_index("candidate")
        places = list(dict.fromkeys(place for one in self.candidates for place in one.point))
        rows: list[dict[str, Any]] = []
        for one in self.ordered():
            behind = self._behind(one)
            row: dict[str, Any] = {"candidate": one.name, "strategy": one.strategy}
            row |= {place: one.point.get(place) for place in places}
            row |= {"status": self._status(one), "dropped_after": one.dropped_after, "replications": len(one.values)}
            row |= {"mean": one.mean, "behind": behind.mean, "behind_low": behind.low, "behind_high": behind.high}
            for name in ("mean", "low", "high"):
                row[f"final_{name}"] = final.at[one.name, name] if one.name in final.index else math.nan
            rows.append(row)
        return pd.DataFrame(rows).astype({"dropped_after": "Int64"})

    def ordered(self) -> list[Standing]:
        """Return the candidates: those left by their means, then those dropped, the last first."""
        named = {one.name: one for one in self.candidates}
        gone = [one for one in self.candidates if one.dropped_after is not None]
        better = 1.0 if ALL_MEASURES[self.measure].higher_is_better else -1.0
        gone.sort(key=lambda one: (-(one.dropped_after or 0), -better * one.mean))
        return [*(named[name] for name in self.remaining), *gone]

    def sentences(self) -> list[str]:
        """Say what was found, what is promised of it, and what the fresh runs give."""
        k = len(self.candidates)
        label = ALL_MEASURES[self.measure].label
        sure = f"{100 * self.confidence:g} %"
        shown = self.amount(self.asked) if self.method == "sequential" else f"{self.asked:,.0f}"
        if self.method == "budget":
            lines = [
                f"{label}: {self.remaining[0]} did best with {self.n_runs:,} runs. No promise comes with a budget.",
                f"{self._list()} cannot be told apart ({sure})." if len(self.remaining) > 1 else "",
            ]
        elif len(self.remaining) == 1 and self.method == "sequential":
            lines = [
                f"{label}: {self.remaining[0]} is the best of {k}, selected with {self.n_runs:,} runs.",
                f"With probability {sure} or more that is right if it leads by {shown}; otherwise it is within {shown} "
                "of the best.",
            ]
        elif len(self.remaining) == 1:
            lines = [f"{label}: {self.remaining[0]} is the best of {k} ({sure}, {shown} replications of each)."]
        else:
            n = len(self.remaining)
            lines = [f"{label}: these {n} of {k} cannot be told apart: {self._list()} ({sure})."]
            if self.more_replications is not None:
                lines.append(f"Cannot tell yet: at most about {self.more_replications:,} more replications of each.")
        final = self.final().iloc[0]
        low, high = (self.amount(final[name], level=True) for name in ("low", "high"))
        lines.append(
            f"On {self.n_final} fresh replications {final['candidate']} has {self.amount(final['mean'], level=True)} "
            f"({low} to {high})."
        )
        return [line for line in lines if line]

    def amount(self, value: float, level: bool = False) -> str:
        """Return a difference of the outcome, or its level, in words."""
        axis = measure_axis(self.measure, self.currency, self.minor_units)
        unit = {"share": " %" if level else " points", "cents": f" {self.currency}"}.get(
            ALL_MEASURES[self.measure].unit, ""
        )
        return f"{value * axis.factor:,.4g}{unit}"

    def plot(self, lang: Lang = "en") -> Figure:
        """Return how far each lies from the first: those left on fresh luck, those dropped greyed."""
        axis = measure_axis(self.measure, self.currency, self.minor_units, lang)
        final: dict[str, dict[Any, Any]] = {row["candidate"]: row for row in self.final().to_dict("records")}
        rows = []
        for one in self.ordered():
            seen = self._behind(one)
            numbers = [seen.mean, seen.low, seen.high]
            if one.name == self.remaining[0]:
                numbers = [0.0, 0.0, 0.0]
            elif one.dropped_after is None:
                numbers = [-final[one.name][name] for name in ("lead", "lead_high", "lead_low")]
            mean, low, high = (number * axis.factor for number in numbers)
            rows.append(SelectionRow(one.name, mean, low, high, one.dropped_after, one.name == self.best))
        first = final[self.remaining[0]]
        level = (first["mean"], first["low"], first["high"])
        return selection(
            rows,
            axis.label,
            axis.difference_unit,
            bool(axis.higher_is_better),
            level=(level[0] * axis.factor, level[1] * axis.factor, level[2] * axis.factor),
            level_unit=axis.unit,
            n_final=self.n_final,
            digest=self.digest[:16],
            day=self.day,
            lang=lang,
        )

    def to_dict(self) -> dict[str, Any]:
        """Return everything for JSON: numbers that do not exist are None."""

        def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
            rows = frame.astype(object).where(frame.notna(), None).to_dict("records")
            return [{str(name): value for name, value in row.items()} for row in rows]

        return {
            "scenario": self.scenario,
            "seed": self.seed,
            "day": self.day,
            "outcome": self.measure,
            "unit": ALL_MEASURES[self.measure].unit,
            "method": self.method,
            {"sequential": "indifference", "subset": "replications", "budget": "budget"}[self.method]: self.asked,
            "confidence": self.confidence,
            "best": self.best,
            "remaining": list(self.remaining),
            "more_replications": self.more_replications,
            "runs": self.n_runs,
            "first_replication": dict(FIRST),
            "candidates": records(self.to_frame()),
            "final": records(self.final()),
            "digest": self.digest,
        }

    def save(self, folder: Path | str) -> None:
        """Write table (CSV), record (JSON) and picture into a folder.

        Raises
        ------
        InputError
            If the folder cannot be written.
        """
        with results_folder(folder) as place:
            write_csv(self.to_frame(), place / TABLE)
            text = json.dumps(self.to_dict(), indent=2, ensure_ascii=False, default=str) + "\n"
            (place / RECORD).write_text(text, encoding="utf-8")
            save(self.plot(), place / PICTURE)

    def _behind(self, one: Standing) -> Estimate:
        """Return a candidate minus the first, over the replications of the selection that both have."""
        first = next(other for other in self.candidates if other.name == self.remaining[0])
        n = min(len(one.values), len(first.values))
        return estimate_mean(np.array(one.values[:n]) - np.array(first.values[:n]))

    def _status(self, one: Standing) -> str:
        if one.name == self.best:
            return "selected"
        return "dropped" if one.dropped_after is not None else "cannot be told from the best"

    def _list(self) -> str:
        shown = ", ".join(self.remaining[:_NAMED])
        return shown + (f" and {len(self.remaining) - _NAMED} others" if len(self.remaining) > _NAMED else "")
