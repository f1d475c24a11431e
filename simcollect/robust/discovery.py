"""In which worlds the favourite loses: boxes of assumptions, found by PRIM and tested against noise.

A world counts as lost when another strategy has the better mean there. Of few replications that is partly luck, so it
is told beside in how many worlds the loss is clear of run noise, and how many luck alone would make.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Final

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from numpy.typing import NDArray

from simcollect.core.errors import InputError
from simcollect.core.words import Lang
from simcollect.experiment.run import Progress
from simcollect.plots.boxes import BoxRow
from simcollect.plots.boxes import boxes as draw
from simcollect.robust.answer import Answer, number_text
from simcollect.robust.boxes import LEVEL, Box, Cut, Found, find_boxes
from simcollect.robust.indices import noise_variance
from simcollect.robust.regret import worlds_of
from simcollect.robust.runs import OUTCOME, Runs, ask
from simcollect.robust.unknowns import Unknown, Worlds
from simcollect.scenario import Scenario
from simcollect.stats import estimate_mean
from simcollect.sweep.points import Choice

Numbers = NDArray[np.float64]

_NOTHING_TO_FIND: Final = "so there are too few cases to look for a box in"
_RESAMPLES: Final = 200
_SEED: Final = 20_100_131


@dataclass(frozen=True, eq=False)
class Discovery(Answer):
    """Boxes in which the favourite loses.

    Attributes
    ----------
    favourite
        Whose losses are looked for.
    worlds
        With the position of each unknown in each.
    leads
        Mean lead of the favourite over the best other strategy in each world, larger is better, shape [worlds].
    is_lost
        Whether another strategy has the better mean, shape [worlds].
    is_told
        Whether some other strategy's lead there is clear of run noise: its 95 % interval, widened for the number of
        others, lies above 0, shape [worlds].
    luck_share
        Share of worlds that run noise alone would make it lose, were its lead over each other the same in all worlds.
    noise_share
        Share of the variance of leads over worlds that is run noise.
    found
        Boxes told from noise; may be none.
    """

    name: ClassVar[str] = "discovery"

    favourite: str
    worlds: Worlds
    leads: Numbers
    is_lost: NDArray[np.bool_]
    is_told: NDArray[np.bool_]
    luck_share: float
    noise_share: float
    found: Found

    def table(self) -> pd.DataFrame:
        """Return one row a cut of a box.

        Columns: box (from 1), assumption, low and high of the number inside the box, range_low, stated, range_high,
        p_value of the cut; coverage and density of the box with their 95 % intervals, and its p-value; worlds
        that judge it (they had no part in finding it), the lost among them, and both inside the box.
        """
        columns = [
            "box", "assumption", "low", "high", "range_low", "stated", "range_high", "p_value",
            "coverage", "coverage_low", "coverage_high", "density", "density_low", "density_high",
            "box_p_value", "worlds_judging", "lost_judging", "worlds_inside", "lost_inside",
        ]  # fmt: skip
        rows: list[dict[str, Any]] = []
        for number, box in enumerate(self.found.boxes, start=1):
            for cut in box.cuts:
                unknown = self.worlds.unknowns[cut.column]
                low, high = _ends(unknown, cut)
                rows.append(
                    {
                        "box": number,
                        "assumption": unknown.name,
                        "low": low,
                        "high": high,
                        "range_low": unknown.low,
                        "stated": unknown.value,
                        "range_high": unknown.high,
                        "p_value": cut.p_value,
                        "coverage": box.coverage,
                        "coverage_low": box.coverage_interval[0],
                        "coverage_high": box.coverage_interval[1],
                        "density": box.density,
                        "density_low": box.density_interval[0],
                        "density_high": box.density_interval[1],
                        "box_p_value": box.p_value,
                        "worlds_judging": box.n_judges,
                        "lost_judging": box.n_judge_cases,
                        "worlds_inside": box.n_inside,
                        "lost_inside": box.n_cases,
                    }
                )
        return pd.DataFrame(rows, columns=columns)

    def sentences(self) -> list[str]:
        """Say how often the favourite loses, and where."""
        n, n_lost = len(self.is_lost), int(self.is_lost.sum())
        label = self.asked.axis().label.lower()
        lines = [
            f"{self.favourite} loses ({label}) in {n_lost} of {n} worlds by the means of {self.asked.replications} "
            f"replications. Its lead over the best other runs from "
            f"{self.asked.amount(float(self.leads.min()), float(self.leads.max()))}; run noise makes "
            f"{self.noise_share:.0%} of its variance over worlds.",
            f"In {int(self.is_told.sum())} worlds ({self.is_told.mean():.0%}) the loss is clear of run noise, which "
            f"alone gives 2.5% of worlds at most on average. Were its lead the same in all worlds, run noise alone "
            f"would make it lose in {self.luck_share:.0%} by the means.",
        ]
        for number, box in enumerate(self.found.boxes, start=1):
            where = " and ".join(self._cut(cut) for cut in box.cuts)
            lines.append(
                f"Box {number}: where {where}, it loses in {_share(box.density, box.density_interval)} of worlds, "
                f"{self.found.base_share:.0%} over all; {_share(box.coverage, box.coverage_interval)} of its losses "
                f"lie there. Both are counted on {box.n_judges} worlds that had no part in finding the box, "
                f"{box.n_inside} of them inside. Shuffled worlds give a box as good in {_chance(box.p_value)}."
            )
        if not self.found.boxes:
            p_value = self.found.refused_p_value
            why = _NOTHING_TO_FIND
            if p_value is not None:
                why = f"as shuffled worlds give one as good as the best found in {_chance(p_value)}"
                if p_value <= LEVEL:
                    why = "as no single cut stands out, though losses are not spread by chance alone"
            lines.append(f"No box is shown, {why}.")
        return lines

    def plot(self, lang: Lang = "en") -> Figure:
        """Return the worlds along every unknown that a box cuts, lost ones above, with the box."""
        rows: list[BoxRow] = []
        for number, box in enumerate(self.found.boxes, start=1):
            rows += [self._row(number, box, cut) for cut in box.cuts]
        return draw(
            rows,
            self.is_lost.tolist(),
            self.favourite,
            self.asked.axis(lang).label,
            [
                (_share(box.coverage, box.coverage_interval), _share(box.density, box.density_interval))
                for box in self.found.boxes
            ],
            self.found.base_share,
            (self.leads * self.asked.axis().factor).tolist(),
            self.asked.axis(lang).difference_unit,
            self.asked.replications,
            self.asked.day,
            self.digest[:16],
            lang,
        )

    def _row(self, number: int, box: Box, cut: Cut) -> BoxRow:
        unknown = self.worlds.unknowns[cut.column]
        return BoxRow(
            number,
            unknown.name,
            (number_text(unknown.low), number_text(unknown.high)),
            tuple(self.worlds.coordinates[:, cut.column].tolist()),
            (max(cut.low, 0.0), min(cut.high, 1.0)),
            self._cut(cut).removeprefix(unknown.name).strip(),
        )

    def _cut(self, cut: Cut) -> str:
        unknown = self.worlds.unknowns[cut.column]
        low, high = _ends(unknown, cut)
        parts = []
        if math.isfinite(cut.low):
            parts.append(f"above {number_text(low)}")
        if math.isfinite(cut.high):
            parts.append(f"below {number_text(high)}")
        return f"{unknown.name} {' and '.join(parts)}"


def discover(
    scenario: Scenario,
    strategies: Sequence[str] | None = None,
    *,
    favourite: str | None = None,
    outcome: str = OUTCOME,
    worlds: int = 200,
    assumptions: Sequence[str] | None = None,
    uncertainties: Mapping[str, Choice] | None = None,
    replications: int = 4,
    day: int | None = None,
    workers: int | None = None,
    executor: Executor | None = None,
    folder: Path | str | None = None,
    on_progress: Progress | None = None,
) -> Discovery:
    """Return where among the worlds the favourite loses.

    Parameters
    ----------
    scenario
        A loaded scenario; its seed keys the worlds.
    strategies
        Two or more; all that act when None.
    favourite
        Whose losses are looked for; the best as stated when None.
    outcome
        Of which more, or less, is better.
    worlds
        At least 10; 100 or more find something.
    assumptions, uncertainties
        As in :func:`simcollect.robust.tornado.tornado`.
    replications
        Of every strategy in every world, at least 2.
    day, workers, executor, folder, on_progress
        As in :func:`simcollect.sweep.evaluate`.

    Raises
    ------
    InputError
        If anything named is unknown, or there are too few worlds.
    Interrupted
        On Ctrl-C; with a folder finished runs are kept.
    """
    asked = ask(scenario, strategies, outcome=outcome, replications=replications, day=day, least=2)
    if favourite is not None and favourite not in asked.strategies:
        raise InputError.unknown("", favourite, asked.strategies, "strategy")
    drawn = worlds_of(scenario, worlds, assumptions, uncertainties)
    with Runs(asked, workers=workers, executor=executor, folder=folder, on_progress=on_progress) as runs:
        values = asked.sign * runs.values([{}, *drawn.points])
    means = values.mean(axis=2)
    place = int(np.argmax(means[0])) if favourite is None else asked.strategies.index(favourite)
    rivals = np.delete(values[1:], place, axis=1)
    best = rivals.mean(axis=2).argmax(axis=1)
    differences = values[1:, [place]] - rivals
    each = differences[np.arange(worlds), best]
    leads = each.mean(axis=1)
    is_lost: NDArray[np.bool_] = leads < 0.0
    spread = float(np.var(leads, ddof=1))
    noise_share = min(1.0, noise_variance(each) / replications / spread) if spread > 0.0 else 0.0
    options = {"worlds": worlds, "assumptions": None if assumptions is None else list(assumptions)}
    found = find_boxes(drawn.coordinates, is_lost)
    favourite = asked.strategies[place]
    return Discovery(
        asked,
        options,
        runs.n_runs,
        runs.digest,
        favourite,
        drawn,
        leads,
        is_lost,
        told_losses(differences),
        luck_share(differences),
        noise_share,
        found,
    )


def told_losses(differences: Numbers) -> NDArray[np.bool_]:
    """Return in which worlds some other strategy leads clear of run noise, shape [worlds].

    Parameters
    ----------
    differences
        Favourite minus each other, larger is better, shape [worlds, others, replications], replications >= 2.

    Examples
    --------
    >>> told_losses(np.array([[[-1.0, -1.01, -0.99]], [[-1.0, 1.5, -2.0]]])).tolist()
    [True, False]
    """
    n = differences.shape[1]
    told = [any(estimate_mean(other, comparisons=n).high < 0.0 for other in world) for world in differences]
    return np.array(told, dtype=np.bool_)


def luck_share(differences: Numbers) -> float:
    """Return the share of worlds lost by run noise alone, were the lead over each other the same in all worlds.

    The noise of a world's mean is drawn by resampling what its replications lie off it, widened as r of them know it
    from r - 1.

    Parameters
    ----------
    differences
        As :func:`told_losses` takes them.

    Examples
    --------
    >>> luck_share(np.ones((4, 2, 3)))
    0.0
    """
    m, _, r = differences.shape
    off = (differences - differences.mean(axis=2, keepdims=True)) * math.sqrt(r / (r - 1.0))
    weights = np.random.default_rng(_SEED).multinomial(r, np.full(r, 1.0 / r), size=(_RESAMPLES, m)) / r
    means = differences.mean(axis=(0, 2)) + np.einsum("mor,bmr->bmo", off, weights)
    return float((means.min(axis=2) < 0.0).mean())


def _ends(unknown: Unknown, cut: Cut) -> tuple[float, float]:
    return unknown.at(max(cut.low, 0.0)), unknown.at(min(cut.high, 1.0))


def _share(share: float, interval: tuple[float, float]) -> str:
    """Return a share with its interval, the same in every language."""
    middle = "?" if math.isnan(share) else f"{share:.0%}"
    return f"{middle} ({100.0 * interval[0]:.0f}\u2013{interval[1]:.0%})"


def _chance(p_value: float) -> str:
    return f"{p_value:.0%} of cases" if p_value >= 0.01 else "less than 1 % of cases"
