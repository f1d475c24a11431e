"""The picture of an answer: curves, a surface, or rows with intervals, by its kind."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, Final

import pandas as pd
from matplotlib.figure import Figure

from simcollect.answers.findings import Finding
from simcollect.answers.levels import LEVEL
from simcollect.answers.subjects import Subject
from simcollect.core.words import Lang
from simcollect.plots.curves import CurvePanel, CurvePoint, curves
from simcollect.plots.forest import ForestPanel, ForestRow, forest
from simcollect.plots.surface import surface

_MOST_ROWS: Final = 30
_MOST_PANELS: Final = {"curve": 6, "groups": 4, "split": 6, "ranking": 4}


def picture(finding: Finding, digest: str, lang: Lang = "en") -> Figure:
    """Return the picture of an answer; ``digest`` ties it to its runs.

    Raises
    ------
    ValueError
        If no outcome of the answer is counted.
    """
    if not len(finding.table):
        raise ValueError("no outcome of this answer is counted")
    if finding.asked.kind == "surface":
        return _surface(finding, digest, lang)
    if finding.asked.kind == "curve":
        return _curves(finding, digest, lang)
    return _rows(finding, digest, lang)


def _surface(finding: Finding, digest: str, lang: Lang) -> Figure:
    main, runs = finding.subjects[0], finding.cube
    rows = finding.table[finding.table["outcome"] == main.column]
    table = rows.pivot(index="of", columns="level", values="mean").reindex(runs.by.names, columns=runs.over.names)
    best = rows.pivot(index="of", columns="level", values="may_be_best").reindex(
        runs.by.names, columns=runs.over.names, fill_value=False
    )
    return surface(
        table.to_numpy().tolist(),
        best.fillna(False).to_numpy(dtype=bool).tolist(),
        columns=runs.over.names,
        rows=runs.by.names,
        column_label=runs.over.label,
        row_label=runs.by.label,
        label=main.label,
        unit=main.unit,
        title=finding.asked.title,
        n_replications=int(rows["n"].min()),
        day=runs.day,
        digest=digest,
        level=LEVEL,
        lang=lang,
    )


def _curves(finding: Finding, digest: str, lang: Lang) -> Figure:
    runs = finding.cube
    panels = []
    for shown in finding.subjects[: _MOST_PANELS["curve"]]:
        rows = finding.table[finding.table["outcome"] == shown.column]
        if not len(rows):
            continue
        lines = tuple((str(of), _points(mine, runs.over.names)) for of, mine in rows.groupby("of", sort=False))
        panels.append(CurvePanel(shown.label, _unit_of_change(shown), shown.higher_is_better, lines))
    steps = runs.reference < 0
    return curves(
        panels,
        runs.over.names,
        runs.over.label,
        positions=runs.over.numbers,
        lines_label=runs.by.label,
        title=finding.asked.title,
        reference="the level before" if steps else runs.over.names[runs.reference],
        n_replications=int(finding.table["n"].min()),
        day=runs.day or int(runs.frame["day"].max()),
        digest=digest,
        level=LEVEL,
        lang=lang,
    )


def _points(rows: pd.DataFrame, names: Sequence[str]) -> tuple[CurvePoint, ...]:
    """Return the points of a line; the reference, which has no difference, lies at 0; what is not counted nowhere."""
    by_name = {str(row["level"]): row for row in rows.to_dict("records")}
    points = []
    for name in names:
        row = by_name.get(name)
        if row is None:
            points.append(CurvePoint(math.nan, math.nan, math.nan, False))
        elif math.isnan(row["difference"]):
            points.append(CurvePoint(0.0, 0.0, 0.0, row["may_be_best"]))
        else:
            points.append(CurvePoint(row["difference"], row["low"], row["high"], row["may_be_best"]))
    return tuple(points)


def _rows(finding: Finding, digest: str, lang: Lang) -> Figure:
    """Draw groups, rankings and splits: a row a group and level, a panel an outcome."""
    split = finding.asked.kind == "split"
    mean, low, high = ("mean", "mean_low", "mean_high") if split else ("difference", "low", "high")
    table = finding.table if split else finding.table[finding.table["verdict"] != "reference"]
    names = list(dict.fromkeys(_row_name(row, finding) for row in table.to_dict("records")))
    if finding.asked.kind == "groups" and len(names) > _MOST_ROWS:  # what is put into words
        table = table[table["level"].isin(finding.asked.tell or table["level"].iloc[-1:])]
        names = list(dict.fromkeys(_row_name(row, finding) for row in table.to_dict("records")))
    panels = []
    for shown in finding.subjects[: _MOST_PANELS[finding.asked.kind]]:
        rows = table[table["outcome"] == shown.column]
        if not len(rows):
            continue
        found = {_row_name(row, finding): row for row in rows.to_dict("records")}
        drawn = tuple(
            ForestRow(name, found[name][mean], found[name][low], found[name][high])
            if name in found
            else ForestRow(name, math.nan, None, None)
            for name in names
        )
        unit = "% of opening balance" if split else _unit_of_change(shown)
        panels.append(ForestPanel(shown.label, unit, shown.higher_is_better, drawn))
    reference = "its twin" if split else finding.cube.over.names[max(finding.cube.reference, 0)]
    return forest(
        panels,
        reference,
        int(finding.table["n"].min()),
        digest,
        finding.cube.day or int(finding.cube.frame["day"].max()),
        LEVEL,
        finding.asked.title,
        lang,
    )


def _row_name(row: Mapping[Any, Any], finding: Finding) -> str:
    """Return what a row is called: the group where only one level is compared, else both."""
    of, level = str(row["of"]), str(row["level"])
    if not of:
        return level
    only_one = len(finding.cube.over.names) == 2 and finding.asked.kind != "split"
    label = f"{finding.cube.by.label} {of}" if finding.asked.by and finding.asked.kind == "ranking" else of
    return label if only_one else f"{label}: {level}"


def _unit_of_change(shown: Subject) -> str:
    return "percentage points" if shown.unit == "%" else "number" if shown.unit == "count" else shown.unit
