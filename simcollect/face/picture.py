"""The picture of a face check: every claim with its interval, demonstrations one below the other."""

from __future__ import annotations

from typing import Final

from matplotlib.figure import Figure

import simcollect
from simcollect.core.words import Lang
from simcollect.face.check import FaceCheck, FaceRow
from simcollect.face.demonstration import Claim, Demonstration
from simcollect.face.outcomes import OUTCOMES
from simcollect.face.verdict import LEVEL
from simcollect.face.wording import expected_words, group_words
from simcollect.plots.expectations import ExpectationClaim, ExpectationGroup, ExpectationRow, expectations
from simcollect.plots.numbers import signed

PICTURE: Final = "face.png"


def picture(check: FaceCheck, lang: Lang = "en") -> Figure:
    """Return the picture; every row stands on a scale of its own, its numbers beside it."""
    scenarios = list(dict.fromkeys(row.scenario for row in check.rows))
    found = {(row.demonstration.id, row.demonstration.claims.index(row.claim), row.scenario): row for row in check.rows}
    demonstrations = {row.demonstration.id: row.demonstration for row in check.rows}
    groups = []
    for name, demonstration in demonstrations.items():
        claims = []
        for position, claim in enumerate(demonstration.claims):
            rows = [found.get((name, position, scenario)) for scenario in scenarios]
            if any(rows):
                drawn = tuple(None if row is None else _row(row) for row in rows)
                claims.append(ExpectationClaim(claim_words(claim, demonstration, lang), drawn))
        groups.append(ExpectationGroup(f"{name}  {demonstration.titled(lang)}", tuple(claims)))
    seeds = "; ".join(f"{name} {', '.join(map(str, check.seeds[name]))}" for name in scenarios)
    if lang == "zh":
        foot = f"每个种子 {check.replications} 次重复；种子：{seeds}；simcollect {simcollect.__version__}"
    else:
        foot = f"{check.replications} replications a seed; seeds: {seeds}; simcollect {simcollect.__version__}"
    return expectations(groups, scenarios, foot, LEVEL, lang)


def claim_words(claim: Claim, demonstration: Demonstration, lang: Lang = "en") -> str:
    """Return a claim in a line: outcome, whom it is about, when, and what is expected; + marks one added later."""
    zh = lang == "zh"
    label = OUTCOMES[claim.outcome].named(lang)
    group = group_words(claim, lang)
    whom = (f"（{group}）" if zh else f", {group}") if group else ""
    when = (f"，第 {claim.day} 天" if zh else f", day {claim.day}") if claim.day else ""
    mark = "+ " if claim.added else ""
    return f"{mark}{label}{whom}{when}{'：' if zh else ': '}{expected_words(claim, demonstration, 0.0, lang)}"


def numbers(row: FaceRow) -> str:
    """Return estimate and interval as they are written, shares in points of a hundred.

    A share's change is told in percentage points, money in the scenario's currency.
    """
    unit = OUTCOMES[row.claim.outcome].unit
    factor = 100.0 if unit == "share" else 1.0
    values = [factor * value for value in (row.verdict.estimate, row.verdict.low, row.verdict.high)]
    decimals = 2 if max(map(abs, values)) < 10.0 else 1 if max(map(abs, values)) < 1000.0 else 0
    mean, low, high = (signed(value, decimals) for value in values)
    suffix = {"share": " pp", "money": f" {row.currency}"}.get(unit, "")
    return f"{mean} [{low}, {high}]{suffix}"


def _row(row: FaceRow) -> ExpectationRow:
    found = row.verdict
    return ExpectationRow(found.estimate, found.low, found.high, found.band, found.answer.value, numbers(row))
