"""What a replay is: a published experiment, the scenario that rebuilds it, and what is measured beside the paper."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final, TypeAlias

from simcollect.core.words import Lang
from simcollect.replays.readings import Logs
from simcollect.scenario import Scenario, load

FOLDER: Final = Path(__file__).parent / "scenarios"
"""Where the scenario files of the replays lie."""

Numbers: TypeAlias = Mapping[str, float]
"""Value of every measure of a replay by name, in the measure's unit; NaN where a replication does not define it."""
Measurement: TypeAlias = Callable[[Logs, Scenario], Numbers]
"""Reads the event logs of one replication's arms; a pure function, so that a calibration can use it as well."""

HALF: Final = 0.5


@dataclass(frozen=True)
class Text:
    """The same words in English and Chinese."""

    en: str
    zh: str

    def say(self, lang: Lang) -> str:
        """Return the words in one language."""
        return self.zh if lang == "zh" else self.en


@dataclass(frozen=True)
class Measure:
    """One number of a paper and the band in which the model's number agrees with it.

    Attributes
    ----------
    name
        Key of the replay's :data:`Numbers`.
    title
        What is measured, over which accounts, in which window.
    unit
        Of all numbers here: "pp" (percentage points), "%", "per 100" (of the accounts counted) or "0 or 1".
    paper
        The printed value; None where the paper (or what could be seen of it) gives a direction only.
    low, high
        Ends of the band, None for an open end; low <= high.
    band
        Where the band comes from.
    note
        What a reader must know to judge the comparison; may be empty, may name the replay's numbers in braces.
    given
        Whether the number holds by a setting, by construction or by a refusal, or follows from other rows: then it is
        told, and no finding.
    """

    name: str
    title: Text
    unit: str
    paper: float | None
    low: float | None
    high: float | None
    band: Text
    note: Text = Text("", "")
    given: bool = False


@dataclass(frozen=True)
class Replay:
    """A published experiment as a scenario.

    Attributes
    ----------
    id
        X1 to X6, as in the list of validation cases.
    title
        What was tried, and where.
    source
        Authors, year, title, and the number of the effect in the list of evidence.
    file
        Scenario file in :data:`FOLDER`.
    arms
        Strategies of the scenario that are played on the same replications.
    measures
        What is compared, in the order of the table.
    measure
        The measurement.
    transfer
        What speaks against carrying the paper's number over to the model's borrowers; may name numbers in braces.
    replications
        How many are played when nobody says; 1 where nothing is drawn.
    """

    id: str
    title: Text
    source: str
    file: str
    arms: tuple[str, ...]
    measures: tuple[Measure, ...]
    measure: Measurement
    transfer: Text
    replications: int

    def scenario(self) -> Scenario:
        """Return the replay's scenario, loaded and checked.

        Raises
        ------
        InputErrors
            If the file is faulty.
        """
        return _loaded(self.file)


@lru_cache(maxsize=16)
def _loaded(file: str) -> Scenario:
    return load(FOLDER / file)


def around(value: float, share: float = HALF) -> tuple[float, float]:
    """Return the band of a printed effect without a printed error: ``value`` give or take ``share`` of it.

    Half as large to half as large again: wide enough for sampling error of an experiment that found its effect
    significant (two standard errors are less than the effect itself), narrow enough to tell it from none.

    Examples
    --------
    >>> around(-4.0)
    (-6.0, -2.0)
    """
    ends = value * (1.0 - share), value * (1.0 + share)
    return min(ends), max(ends)


NO_ERROR_SEEN: Final = Text(
    "no standard error seen: half to one and a half times the printed effect",
    "未见标准误：取公布值的 0.5 至 1.5 倍",
)
"""Where the band of :func:`around` comes from."""
