"""Estimates of a replay beside the paper's numbers, and the verdicts."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal, TypeAlias

from matplotlib.figure import Figure

from simcollect.core.folder import results_folder, write_json
from simcollect.core.words import Lang
from simcollect.plots import save as save_figure
from simcollect.plots.against_paper import PaperPanel, PaperRow, against_paper
from simcollect.replays.replay import Measure, Numbers, Replay
from simcollect.stats.intervals import estimate_mean

Verdict: TypeAlias = Literal["agrees", "disagrees", "cannot tell"]

FILE: Final = "replays.json"
PICTURE: Final = "replays.png"
LEVEL: Final = 0.95


@dataclass(frozen=True)
class Row:
    """One number of a paper beside the model's.

    Attributes
    ----------
    replay, measure
        What was played, and what was measured.
    numbers
        Means over replications of everything that the replay measures: its words may name them in braces.
    estimate, low, high
        Mean over replications and its 95 % interval in the measure's unit; NaN where there is none.
    n
        Replications in which the measure is defined.
    verdict
        What the interval says of the paper's band.
    """

    replay: Replay
    measure: Measure
    numbers: Numbers
    estimate: float
    low: float
    high: float
    n: int
    verdict: Verdict

    def to_dict(self) -> dict[str, Any]:
        """Return the row for JSON: what does not exist is None."""
        measure, replay = self.measure, self.replay
        return {
            "id": replay.id,
            "title": replay.title.en,
            "source": replay.source,
            "measure": measure.title.en,
            "name": measure.name,
            "unit": measure.unit,
            "paper": measure.paper,
            "paper_low": measure.low,
            "paper_high": measure.high,
            "estimate": _or_none(self.estimate),
            "low": _or_none(self.low),
            "high": _or_none(self.high),
            "verdict": self.verdict,
            "given": measure.given,
            "replications": self.n,
            "note": self.note(),
            "band": measure.band.en,
            "transfer": self.transfer(),
        }

    def note(self, lang: Lang = "en") -> str:
        """Return what a reader must know to judge the row, with the numbers of the run; may be empty."""
        return self.measure.note.say(lang).format_map(self.numbers)

    def transfer(self, lang: Lang = "en") -> str:
        """Return what speaks against carrying the paper's number over, with the numbers of the run."""
        return self.replay.transfer.say(lang).format_map(self.numbers)


def judged(low: float, high: float, band_low: float | None, band_high: float | None) -> Verdict:
    """Return what an interval says of a band: inside it agrees, apart from it disagrees, across an end cannot tell.

    The end of a band that is open on the other side (a direction) does not belong to it: no effect is not a direction.

    Examples
    --------
    >>> judged(-5.0, -4.0, -6.6, -2.2), judged(-1.9, -1.5, -6.6, -2.2), judged(-2.5, -2.0, -6.6, -2.2)
    ('agrees', 'disagrees', 'cannot tell')
    >>> judged(-5.0, -3.0, None, 0.0)
    'agrees'
    >>> judged(0.0, 0.0, None, 0.0)
    'cannot tell'
    """
    if math.isnan(low) or math.isnan(high):
        return "cannot tell"
    floor = -math.inf if band_low is None else band_low
    ceiling = math.inf if band_high is None else band_high
    if low > ceiling or high < floor:
        return "disagrees"
    if band_low is None or band_high is None:
        return "agrees" if floor < low and high < ceiling else "cannot tell"
    return "agrees" if floor <= low and high <= ceiling else "cannot tell"


def rows_of(replay: Replay, measured: Sequence[Numbers]) -> list[Row]:
    """Return a replay's rows from what its replications gave, in the order of its measures.

    A measure that nothing random enters (the same number in every replication) has an interval of no length.
    """
    rows = []
    means = _means(measured)
    for measure in replay.measures:
        values = [numbers[measure.name] for numbers in measured if not math.isnan(numbers[measure.name])]
        if not values:
            rows.append(Row(replay, measure, means, math.nan, math.nan, math.nan, 0, "cannot tell"))
            continue
        found = estimate_mean(values, LEVEL)
        low, high = (found.mean, found.mean) if replay.replications == 1 else (found.low, found.high)
        verdict = judged(low, high, measure.low, measure.high)
        rows.append(Row(replay, measure, means, found.mean, low, high, found.n, verdict))
    return rows


@dataclass(frozen=True)
class Replays:
    """What a session of replays found.

    Attributes
    ----------
    rows
        One a number of a paper.
    seed
        Seed of all draws in place of the scenarios' own; None if each used its own.
    replications
        Replications played, by replay.
    digest
        Of scenarios, seed, replications and program: printed on the picture.
    """

    rows: tuple[Row, ...]
    seed: int | None
    replications: Mapping[str, int]
    digest: str

    def to_dict(self) -> dict[str, Any]:
        """Return everything for JSON."""
        from simcollect import __version__

        return {
            "command": "replays",
            "version": __version__,
            "seed": self.seed,
            "replications": dict(self.replications),
            "digest": self.digest,
            "rows": [row.to_dict() for row in self.rows],
        }

    def plot(self, lang: Lang = "en") -> Figure:
        """Return the picture: the papers' bands and the model's intervals, one panel a replay."""
        played: dict[str, list[Row]] = {}
        for row in self.rows:
            played.setdefault(row.replay.id, []).append(row)
        panels = [
            PaperPanel(
                f"{name}  {rows[0].replay.title.say(lang)}",
                tuple(
                    PaperRow(
                        row.measure.title.say(lang),
                        row.measure.unit,
                        row.measure.paper,
                        row.measure.low,
                        row.measure.high,
                        row.estimate,
                        row.low,
                        row.high,
                        row.verdict,
                    )
                    for row in rows
                ),
            )
            for name, rows in played.items()
        ]
        return against_paper(panels, digest=self.digest, level=LEVEL, lang=lang)

    def save(self, folder: Path | str, lang: Lang = "en") -> None:
        """Write ``replays.json`` and the picture ``replays.png`` into a folder.

        Raises
        ------
        InputError
            If the folder cannot be written.
        """
        with results_folder(folder) as place:
            write_json(self.to_dict(), place / FILE)
            save_figure(self.plot(lang), place / PICTURE)


def _means(measured: Sequence[Numbers]) -> Numbers:
    """Return the mean of every number over the replications that define it, NaN where none does."""
    found = {}
    for name in dict.fromkeys(name for numbers in measured for name in numbers):
        values = [numbers[name] for numbers in measured if not math.isnan(numbers.get(name, math.nan))]
        found[name] = sum(values) / len(values) if values else math.nan
    return found


def _or_none(number: float) -> float | None:
    return None if math.isnan(number) else number
