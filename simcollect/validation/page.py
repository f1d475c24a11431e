"""The page VALIDATION.md, put together from the results of the checks."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import simcollect
from simcollect.core.folder import whole_file
from simcollect.validation.results import Results
from simcollect.validation.sections.calibration import calibration, is_met, not_calibrated
from simcollect.validation.sections.coverage import coverage
from simcollect.validation.sections.experiments import experiments
from simcollect.validation.sections.face import face
from simcollect.validation.sections.limits import limits
from simcollect.validation.sections.moved import COMMANDS, moved
from simcollect.validation.sections.theory import theory
from simcollect.validation.sections.uncertainty import uncertainty
from simcollect.validation.writing import Answer, Section, paragraph, table

PAGE: Final = "VALIDATION.md"

_MADE: Final = f"""\
```
simcollect validation --run              # runs the checks, some minutes each, and writes this page
simcollect validation --run --calibrate  # calibrates first
simcollect validation                    # writes it anew from the results in validation/

simcollect calibrate cards_taiwan_2005
{COMMANDS[0]}
{COMMANDS[1]}
simcollect verify --out validation
simcollect replays --out validation
simcollect face --out validation
simcollect coverage --out validation
simcollect compare cards_taiwan --uncertainty
```"""


def write_page(results: Results, page: Path | str) -> Path:
    """Write the page, and the pictures it draws itself into the folder of the results.

    Raises
    ------
    InputError
        If a result contradicts itself, or the page cannot be written.
    """
    path = Path(page)
    link = _link(results.folder, path)
    text = as_text(sections_of(results, link))
    with whole_file(path) as unfinished:
        unfinished.write_text(text, encoding="utf-8")
    return path


def sections_of(results: Results, link: str) -> list[Section]:
    """Return every section; ``link`` stands before the names of pictures."""
    pictures, checks = results.folder, results.checks
    fitted = [calibration(result, pictures, link) for result in results.calibrations] or [not_calibrated()]
    missed = sum(not is_met(row) for result in results.calibrations for row in result.content["targets"])
    return [
        *fitted,
        moved(results.moved),
        theory(checks.get("verify"), pictures, link),
        experiments(checks.get("replays"), pictures, link),
        face(checks.get("face"), pictures, link),
        coverage(checks.get("coverage"), pictures, link),
        uncertainty(checks.get("uncertainty"), pictures, link),
        limits(missed),
    ]


def as_text(sections: Sequence[Section]) -> str:
    """Return the page as Markdown: the summary first, then a section each."""
    lines = ["# Validation", ""]
    lines += paragraph(
        f"How far simcollect {simcollect.__version__} agrees with data, with closed-form theory, with published field "
        "experiments and with what practitioners expect, and where it does not. A command writes this page from the "
        "results in `validation/`: no number of its tables, counts and verdicts is typed in. Reasons are written by "
        "hand, and some quote a number."
    )
    answers = [answer for section in sections for answer in section.answers]
    lines += ["## Summary", "", *table(("asked", "bar", "found", ""), [_row(answer) for answer in answers])]
    lines += [f"- [{section.title}](#{_anchor(section.title)})" for section in sections]
    lines += ["- [How this page is made](#how-this-page-is-made)", ""]
    for section in sections:
        lines += [f"## {section.title}", "", *section.lines]
    lines += ["## How this page is made", "", *_MADE.splitlines()]
    return "\n".join(lines).rstrip() + "\n"


def _row(answer: Answer) -> tuple[str, str, str, str]:
    verdict = {True: "met", False: "**missed**", None: "" if answer.bar == "" else "-"}[answer.is_met]
    return answer.question, answer.bar or "reported", answer.found, verdict


def _anchor(title: str) -> str:
    """Return the anchor that GitHub gives a heading."""
    kept = "".join(letter for letter in title.lower() if letter.isalnum() or letter in " -_")
    return kept.replace(" ", "-")


def _link(folder: Path, page: Path) -> str:
    """Return what stands before a picture's name so that the page finds it."""
    relative = Path(os.path.relpath(folder.resolve(), page.resolve().parent)).as_posix()
    return "" if relative == "." else f"{relative}/"
