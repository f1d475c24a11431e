"""The face check: demonstrations asked of scenarios, and what the model says to each expectation."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd

import simcollect
from simcollect.core.errors import InputError
from simcollect.core.folder import results_folder, write_json
from simcollect.core.spreadsheet import write_csv
from simcollect.core.words import Lang
from simcollect.experiment.run import Interrupted, Progress
from simcollect.face.asking import NotAskedError, ask
from simcollect.face.demonstration import Claim, Demonstration, group_of
from simcollect.face.outcomes import OUTCOMES, Numbers, read
from simcollect.face.runs import RUNS, Key, Row, Wanted, do_runs, n_runs, wanted
from simcollect.face.verdict import LEVEL, Answer, Verdict, judge
from simcollect.face.wording import expected_words, group_words
from simcollect.scenario import Scenario

SCENARIOS: Final = ("cards_taiwan", "instalment_us")
"""Portfolios that are asked when none is named."""
SEEDS: Final = 3
"""Seeds when none are named: the scenario's own and those that follow it."""
REPLICATIONS: Final = 5
"""Replications a seed: with three seeds 15 pairs, which two cores do in about a quarter of an hour."""
RESULT: Final = "face.json"
TABLE: Final = "face.csv"

_MOST_MORE: Final = 100
"""Times the pairs that were run, beyond which no number of pairs is advised."""


@dataclass(frozen=True)
class FaceRow:
    """What one scenario says about one claim of a demonstration."""

    demonstration: Demonstration
    claim: Claim
    scenario: str
    strategy: str
    currency: str
    family: int
    verdict: Verdict

    @property
    def unit(self) -> str:
        """Unit of the numbers."""
        unit = OUTCOMES[self.claim.outcome].unit
        return self.currency if unit == "money" else unit

    def note(self, lang: Lang = "en") -> str:
        """Return what is known about a claim that does not agree; "" for one that does."""
        if self.verdict.answer is Answer.AGREES:
            return ""
        looked = self.claim.if_not_zh if lang == "zh" and self.claim.if_not_zh else self.claim.if_not
        if looked:
            looked = f"可能的原因（未经检验）：{looked}" if lang == "zh" else f"A likely reason, not tested: {looked}"
        return " ".join(part for part in (_unclear(self.claim, self.verdict, lang), looked) if part)

    def to_dict(self, lang: Lang = "en") -> dict[str, Any]:
        """Return the row for JSON; numbers that do not exist are None."""
        found = self.verdict
        dimension, values = group_of(self.claim)
        return {
            "id": self.demonstration.id,
            "title": self.demonstration.titled(lang),
            "scenario": self.scenario,
            "strategy": self.strategy,
            "outcome": self.claim.outcome,
            "letter": OUTCOMES[self.claim.outcome].letter,
            "label": OUTCOMES[self.claim.outcome].named(lang),
            "group": {dimension: list(values)} if dimension else {},
            "group_label": group_words(self.claim, lang),
            "day": self.claim.day or None,
            "added": self.claim.added,
            "expected": self.claim.expect,
            "expected_label": expected_words(self.claim, self.demonstration, found.band, lang),
            "band": found.band,
            "unit": self.unit,
            "level": _finite(found.level),
            "estimate": _finite(found.estimate),
            "low": _finite(found.low),
            "high": _finite(found.high),
            "seeds": [_finite(mean) for mean in found.seeds],
            "pairs": found.n,
            "family": self.family,
            "verdict": found.answer.value,
            "note": self.note(lang),
        }


@dataclass(frozen=True)
class NotAsked:
    """A demonstration or one of its claims that a scenario cannot answer, and why."""

    demonstration: Demonstration
    scenario: str
    reason: str
    claim: Claim | None = None


@dataclass(frozen=True)
class FaceCheck:
    """All verdicts.

    Attributes
    ----------
    rows
        By scenario, in the order of the demonstrations and their claims.
    not_asked
        What could not be asked.
    seeds
        By scenario.
    replications
        A seed.
    """

    rows: tuple[FaceRow, ...]
    not_asked: tuple[NotAsked, ...]
    seeds: dict[str, tuple[int, ...]]
    replications: int

    def count(self, answer: Answer, *, added: bool = False) -> int:
        """Return how many claims have this verdict: of those made beforehand, or of those added later."""
        return sum(row.verdict.answer is answer for row in self.rows if row.claim.added == added)

    def table(self, lang: Lang = "en") -> pd.DataFrame:
        """Return one row a claim and scenario, columns as in ``face.json``."""
        return pd.DataFrame([row.to_dict(lang) for row in self.rows])

    def to_dict(self, lang: Lang = "en") -> dict[str, Any]:
        """Return everything for JSON."""
        return {
            "command": "face",
            "version": simcollect.__version__,
            "seed": self.seeds,
            "replications": self.replications,
            "level": LEVEL,
            "family": "the claims of one demonstration and scenario: their intervals hold together (largest t)",
            **self._counts(added=False),
            "added_later": self._counts(added=True),
            "rows": [row.to_dict(lang) for row in self.rows],
            "not_asked": [
                {
                    "id": left.demonstration.id,
                    "scenario": left.scenario,
                    "outcome": left.claim.outcome if left.claim else None,
                    "reason": left.reason,
                }
                for left in self.not_asked
            ],
        }

    def _counts(self, *, added: bool) -> dict[str, int]:
        return {answer.name.lower(): self.count(answer, added=added) for answer in Answer}

    def save(self, folder: Path | str, lang: Lang = "en") -> None:
        """Write ``face.json``, ``face.csv`` and the picture into a folder.

        Raises
        ------
        InputError
            If the folder cannot be written.
        """
        from simcollect.face.picture import PICTURE, picture
        from simcollect.plots import save

        with results_folder(folder) as place:
            write_json(self.to_dict(lang), place / RESULT)
            flat = self.table(lang).drop(columns=["group", "seeds"], errors="ignore")
            write_csv(flat, place / TABLE)
            if self.rows:
                save(picture(self, lang), place / PICTURE)


def check_face(
    scenarios: Sequence[Scenario],
    demonstrations: Sequence[Demonstration],
    *,
    seeds: Sequence[int] = (),
    replications: int = REPLICATIONS,
    folder: Path | str | None = None,
    workers: int | None = None,
    executor: Executor | None = None,
    on_progress: Progress | None = None,
) -> FaceCheck:
    """Ask every demonstration of every scenario.

    All levels of a knob are played on the same borrowers with the same luck. Intervals of a demonstration's claims on
    one scenario hold together with probability 0.95; every seed's own mean must lie on the same side.

    Parameters
    ----------
    scenarios, demonstrations
        What is asked of what; names of scenarios differ.
    seeds
        The same for every scenario; when empty each scenario's own seed and the two that follow it.
    replications
        A seed, at least 2 in all pairs.
    folder
        Keeps every finished run: a second call does only what is new.
    workers, executor, on_progress
        As in :func:`simcollect.sweep.evaluate.evaluate`; progress is over all scenarios.

    Raises
    ------
    Interrupted
        On Ctrl-C; finished runs are kept in the folder.
    InputError, SimcollectError
        If there is nothing to ask, or a run fails.
    """
    if not scenarios or not demonstrations:
        raise InputError("", "face", "has nothing to ask", "Expected a scenario and a demonstration")
    if replications < 1 or replications * (len(seeds) or SEEDS) < 2:
        raise InputError("", "--replications", f"is {replications}", "Expected two pairs or more in all")
    names = [scenario.name for scenario in scenarios]
    if len(set(names)) < len(names):
        raise InputError("", "scenarios", f"are {', '.join(names)}", "Expected names that differ", "Rename a file")
    used = {each.name: tuple(dict.fromkeys(seeds)) or _own_seeds(each) for each in scenarios}
    asked: list[list[Wanted]] = []
    not_asked: list[NotAsked] = []
    for scenario in scenarios:
        asked.append([])
        for demonstration in demonstrations:
            try:
                found = ask(demonstration, scenario)
            except NotAskedError as reason:
                not_asked.append(NotAsked(demonstration, scenario.name, str(reason)))
                continue
            not_asked += [NotAsked(demonstration, scenario.name, why, claim) for claim, why in found.left_out]
            asked[-1].append(wanted(found, scenario, used[scenario.name], replications))
    counts = [n_runs(each) for each in asked]
    rows: list[FaceRow] = []
    for position, (scenario, each) in enumerate(zip(scenarios, asked, strict=True)):
        if not each:
            continue
        before, every = sum(counts[:position]), sum(counts)
        try:
            runs = do_runs(
                scenario,
                each,
                None if folder is None else Path(folder) / RUNS / scenario.name,
                workers=workers,
                executor=executor,
                on_progress=_shifted(on_progress, before, every),
            )
        except Interrupted as stopped:
            raise Interrupted(before + stopped.n_finished, every) from None
        for one in each:
            rows += _rows(one, scenario, runs)
    return FaceCheck(tuple(rows), tuple(not_asked), used, replications)


def _own_seeds(scenario: Scenario) -> tuple[int, ...]:
    return tuple(scenario.run.seed + i for i in range(SEEDS))


def _shifted(report: Progress | None, before: int, every: int) -> Progress | None:
    if report is None:
        return None
    return lambda ended, _: report(before + ended, every)


def _rows(one: Wanted, scenario: Scenario, runs: dict[Key, list[Row]]) -> Iterable[FaceRow]:
    asked = one.asked
    outcomes = [{arm: _column(one, claim, arm, runs) for arm in asked.points} for claim in asked.claims]
    seeds = np.array([seed for seed, _ in one.pairs], dtype=np.int64)
    verdicts = judge(asked.claims, asked.demonstration, outcomes, seeds)
    for claim, verdict in zip(asked.claims, verdicts, strict=True):
        currency = scenario.economics.currency
        yield FaceRow(asked.demonstration, claim, scenario.name, asked.strategy, currency, len(asked.claims), verdict)


def _column(one: Wanted, claim: Claim, arm: tuple[int, int], runs: dict[Key, list[Row]]) -> Numbers:
    """Return a claim's outcome under one arm, a number a pair."""
    rows = []
    for seed, replication in one.pairs:
        by_day = {row["day"]: row for row in runs[one.contents[arm, seed], replication]}
        rows.append(by_day[claim.day or max(by_day)])
    return read(rows, claim.outcome, *group_of(claim))


def _unclear(claim: Claim, found: Verdict, lang: Lang) -> str:
    """Return why the runs cannot tell, and how many pairs could; of a knob that moved nothing, that it did not."""
    if found.answer is Answer.DISAGREES and found.low == found.high == 0.0:
        same = f"The same in all {found.n} pairs: the knob reaches too few of these accounts, or none."
        return f"{found.n} 对模拟均无变化：该参数影响不到或极少影响这些账户。" if lang == "zh" else same
    if found.answer is not Answer.CANNOT_TELL:
        return ""
    if not math.isfinite(found.estimate):
        return "并非每次重复模拟都有此数值。" if lang == "zh" else "Not counted in every replication."
    half = (found.high - found.low) / 2.0
    if claim.expect in ("about", "straight"):
        room = abs(found.band - abs(found.estimate))
    else:
        down = claim.expect in ("down", "not_up", "less_with")
        room = abs((-found.estimate if down else found.estimate) + found.band)
    pairs = math.ceil(found.n * (half / room) ** 2) if room > 0.0 else 0
    if half < room:
        return "各种子结果方向不一。" if lang == "zh" else "Seeds point different ways."
    if not 0 < pairs <= _MOST_MORE * found.n:
        most = f"{_MOST_MORE * found.n:,}"
        if lang == "zh":
            return f"估计值紧贴界限：即便确有差异，也需超过 {most} 对模拟方可判断。"
        return (
            f"So close to the threshold that more than {most} pairs would be needed, if there is a difference at all."
        )
    return f"约需 {pairs} 对模拟方可判断。" if lang == "zh" else f"About {pairs} pairs would tell."


def _finite(number: float) -> float | None:
    return number if math.isfinite(number) else None
