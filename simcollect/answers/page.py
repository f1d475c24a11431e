"""The answer as files: sentences and tables in Markdown, every number as CSV, a picture for each answer."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import pandas as pd

from simcollect.answers.findings import Finding
from simcollect.answers.levels import LEVEL
from simcollect.answers.pictures import picture
from simcollect.answers.subjects import Subject, is_of_staff
from simcollect.answers.wording import cell_text, decimals
from simcollect.core.folder import results_folder
from simcollect.core.words import Lang
from simcollect.plots.theme import save
from simcollect.sweep.request import Request

PAGE: Final = "answer.md"
TABLE: Final = "answer.csv"
_FIGURES: Final = 8
_BEST: Final = "\u2605"


def picture_name(number: int) -> str:
    """Return the file name of the picture of the answer at a position: ``answer.png``, ``answer_2.png``."""
    return "answer.png" if number == 0 else f"answer_{number + 1}.png"


def write_answer(
    findings: Sequence[Finding], request: Request, digest: str, n_failed: int, folder: Path, lang: Lang = "en"
) -> list[Path]:
    """Write an answer into a folder and return the files.

    Parameters
    ----------
    findings
        One for each ``[[answer]]``.
    request
        What was run.
    digest
        Of all event logs.
    n_failed
        Runs that failed and are not in the answer.
    folder
        Made where it does not exist.
    lang
        Of the fixed words of the pictures; sentences are in English.

    Raises
    ------
    InputError
        If the folder cannot be written.
    """
    with results_folder(folder) as place:
        files = [place / PAGE, place / TABLE]
        files[0].write_text(page(findings, request, digest, n_failed), encoding="utf-8")
        parts = [finding.table.assign(answer=number + 1) for number, finding in enumerate(findings)]
        table = pd.concat(parts)[["answer", *parts[0].columns.drop("answer")]]
        table.to_csv(files[1], index=False, lineterminator="\n", float_format=f"%.{_FIGURES}g")
        for number, finding in enumerate(findings):
            if len(finding.table):
                files.append(save(picture(finding, digest[:16], lang), place / picture_name(number)))
    return files


def page(findings: Sequence[Finding], request: Request, digest: str, n_failed: int) -> str:
    """Return the answer as Markdown."""
    runs = f"{_counted(len(request.points), 'point')}, {_counted(len(request.strategies), 'strategy', 'strategies')}"
    lines = [f"# {request.question or request.name}", ""]
    if n_failed:
        lines += [f"**{n_failed} runs failed and are not in this answer.**", ""]
    for number, finding in enumerate(findings):
        if len(findings) > 1:
            lines += [f"## {finding.asked.title}", ""]
        lines += [f"- {sentence}" for sentence in finding.sentences] + [""]
        if len(finding.table):
            lines += [f"![{finding.asked.title}]({picture_name(number)})", ""]
            lines += _tables(finding)
    told = {shown.label: shown.definition for finding in findings for shown in finding.subjects}
    lines += ["## How to read it", "", *_notes(findings), *(f"- *{label}*: {text}" for label, text in told.items()), ""]
    book = f"seed {request.scenario.run.seed}, scenario {_scenario_name(request)}"
    lines += [f"Made by `simcollect study run`: {runs}, {book}; all event logs {digest[:16]}.", ""]
    return "\n".join(lines)


def _scenario_name(request: Request) -> str:
    """Return what the scenario is called; one that the experiment writes down, by what it extends."""
    written = tomllib.loads(request.text).get("scenario") if request.text else None
    if not isinstance(written, dict):
        return request.scenario.name
    return f"of the experiment, extends {written['extends']}" if "extends" in written else "of the experiment"


def _counted(n: int, one: str, more: str = "") -> str:
    return f"{n} {one if n == 1 else more or one + 's'}"


def _notes(findings: Sequence[Finding]) -> list[str]:
    level = f"{100 * LEVEL:g} %"
    n = min((int(finding.table["n"].min()) for finding in findings if len(finding.table)), default=0)
    notes = [
        f"- Differences are paired: the same borrowers with the same luck, {n} replications. In one answer the "
        f"differences of all pairs of levels of one outcome hold together with {level}, over all columns; bold (clear "
        f"of 0), {_BEST} (the replications leave open that it is the best) and the sentences on levels are read from "
        "them. The interval of a mean, of an interaction and of a difference between two groups is for itself.",
        "- The intervals hold the chance of the draw of borrowers and their luck. They do not hold what is not known "
        "about behaviour: numbers that are assumed in the scenario are assumed here.",
    ]
    if any(is_of_staff(name) for finding in findings for name in finding.asked.outcomes):
        notes.append("- Of staff the tables show means, each with its own interval; differences are in answer.csv.")
    if any(finding.asked.kind == "split" for finding in findings):
        notes.append("- The twin is the same borrower with the same luck; see the experiment file for what it is.")
    return notes


def _tables(finding: Finding) -> list[str]:
    """Return the tables of an answer: outcomes side by side where there is one column of levels, else one each."""
    table, kind = finding.table, finding.asked.kind
    if kind != "split" and not (table["of"] != "").any():
        return _side_by_side(finding)
    lines = []
    for shown in finding.subjects:
        rows = table[table["outcome"] == shown.column]
        if not len(rows):
            lines += [f"{shown.label}: not counted in two replications or more.", ""]
            continue
        if kind == "split":
            continue
        of = list(finding.cube.by.names if finding.asked.by else dict.fromkeys(rows["of"]))
        header = finding.asked.groups or finding.cube.by.label
        units = _unit(shown) if is_of_staff(shown.column) else f"{shown.unit}; differences: {_unit(shown)}"
        lines += [f"**{shown.label}** ({units})", ""]
        grid = [
            [level, *(_cell(rows[(rows["of"] == o) & (rows["level"] == level)], shown) for o in of)]
            for level in finding.cube.over.names
        ]
        lines += _markdown([f"{finding.cube.over.label} \\ {header}", *of], grid)
    return lines + (_split_table(finding) if kind == "split" else [])


def _side_by_side(finding: Finding) -> list[str]:
    table = finding.table
    shown = [each for each in finding.subjects if (table["outcome"] == each.column).any()]
    grid = []
    for level in finding.cube.over.names:
        rows = table[table["level"] == level]
        grid.append([level, *(_cell(rows[rows["outcome"] == each.column], each) for each in shown)])
    header = [finding.cube.over.label, *(f"{each.label} ({_unit(each)})" for each in shown)]
    return _markdown(header, grid)


def _split_table(finding: Finding) -> list[str]:
    table = finding.table
    keys = list(dict.fromkeys(zip(table["of"], table["level"], strict=True)))
    names = [f"{of}: {level}" if of else str(level) for of, level in keys]
    grid = []
    for shown in finding.subjects:
        row = [shown.label]
        for of, level in keys:
            found = table[(table["outcome"] == shown.column) & (table["of"] == of) & (table["level"] == level)]
            row.append(_mean(found, shown))
        grid.append(row)
    return ["In % of the opening balance, each with its own interval:", "", *_markdown(["", *names], grid)]


def _cell(rows: pd.DataFrame, shown: Subject) -> str:
    if not len(rows):
        return ""
    row: Any = rows.iloc[0]
    best = f" {_BEST}" if row["may_be_best"] else ""
    if row["verdict"] == "reference" or math.isnan(row["difference"]) or is_of_staff(shown.column):
        return f"{_mean(rows, shown)}{best}"
    places = _places(shown, [row["high"] - row["low"], row["difference"]])
    text = _written(row, ("difference", "low", "high"), places, is_change=True)
    return (f"**{text}**" if row["low"] > 0.0 or row["high"] < 0.0 else text) + best


def _mean(rows: pd.DataFrame, shown: Subject) -> str:
    if not len(rows):
        return ""
    row: Any = rows.iloc[0]
    places = _places(shown, [row["mean_high"] - row["mean_low"]])
    return _written(row, ("mean", "mean_low", "mean_high"), places, is_change=False)


def _written(row: Any, names: tuple[str, str, str], places: int, *, is_change: bool) -> str:
    mean, low, high = (float(row[name]) for name in names)
    return cell_text(_AS_KEPT, mean, low, high, places, is_change=is_change)


def _places(shown: Subject, spans: Sequence[float]) -> int:
    return decimals(_AS_KEPT, [abs(float(span)) / 2.0 for span in spans])


def _unit(shown: Subject) -> str:
    if is_of_staff(shown.column):
        return "number" if shown.unit == "count" else shown.unit
    return "points" if shown.unit == "%" else "number" if shown.unit == "count" else shown.unit


def _markdown(header: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    lines = ["| " + " | ".join(header) + " |", "| " + " | ".join(["---"] * len(header)) + " |"]
    return [*lines, *("| " + " | ".join(row) + " |" for row in rows), ""]


_AS_KEPT: Final = Subject("", "", "", 1.0, None, "")
"""Numbers of a finding's table are in shown units already."""
