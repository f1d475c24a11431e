"""Coverage: how often the intervals hold the truth."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from simcollect.plots import save
from simcollect.plots.coverage import CoverageRow
from simcollect.plots.coverage import coverage as draw
from simcollect.validation.coverage import BAR, LEVEL
from simcollect.validation.results import Result
from simcollect.validation.writing import Answer, Section, code, of_all, paragraph, picture, table

PICTURE: Final = "coverage.png"
_COMMAND: Final = "simcollect coverage --out validation"
_QUESTION: Final = "Coverage of the paired 95 % interval"
_BAR: Final = f"{100 * BAR[0]:.1f} to {100 * BAR[1]:.1f} %"


def coverage(result: Result | None, pictures: Path, link: str) -> Section:
    """Return the section about intervals, and draw its picture into a folder."""
    if result is None:
        lines = paragraph(f"Not run: {code(_COMMAND)}.")
        return Section("Intervals", (Answer(_QUESTION, _BAR, "not run"),), tuple(lines))
    rows = result.rows
    drawn = [CoverageRow(_name(row), row["share"], row["low"], row["high"], _is_inside(row)) for row in rows]
    save(draw(drawn, LEVEL, BAR, f"simcollect coverage, seed {result.content.get('seed', '-')}"), pictures / PICTURE)
    synthetic = [row for row in rows if not row["setting"].startswith("model")]
    default = [row for row in synthetic if row.get("replications") == result.content.get("replications")]
    asked = [row for row in default or synthetic if row["method"] == "paired t"]
    answers = [
        Answer(f"{_QUESTION}: {_name(row)}", _BAR, f"{100.0 * row['share']:.1f} %", _is_inside(row)) for row in asked
    ]
    outside = [row for row in rows if not _is_inside(row)]
    answers.append(Answer(f"{_QUESTION}: all settings", "", f"{of_all(len(rows) - len(outside), len(rows))} inside"))
    lines = paragraph(
        "Pairs are made whose true difference is known, the interval of every comparison is computed from them, and "
        "the "
        "times it holds the truth are counted. The rows named model take the model's own runs for a population and "
        "draw "
        "replications from it. Simultaneous intervals (largest t) count when all of a set hold."
    )
    if outside:
        lines += paragraph(
            f"{len(outside)} of {len(rows)} settings lie outside {_BAR}. Student's t is exact for normal differences; "
            "it "
            "falls short where differences of single replications are skewed and replications few. The arm of an "
            "interval "
            "towards the long tail is therefore longer; with five replications hardly anything is known of the tail. "
            "Outcomes are means "
            "over "
            "hundreds of accounts and close to normal, so this concerns small books and rare events: use more "
            "replications "
            "there."
        )
    lines += picture(f"{link}{PICTURE}", "Share of intervals that hold the truth, by setting")
    lines += table(
        ("interval", "differences", "skewness", "replications", "intervals", "hold the truth", "95 % interval"),
        [_row(row) for row in rows],
        right=(2, 3, 4, 5, 6),
    )
    return Section("Intervals", tuple(answers), tuple(lines))


def _is_inside(row: Mapping[str, Any]) -> bool:
    return bool(BAR[0] <= row["share"] <= BAR[1])


def _name(row: Mapping[str, Any]) -> str:
    n = row.get("replications")
    several = "" if row["method"] == "paired t" else f"{row['method']}, "
    return f"{several}{row['setting']}" + ("" if n is None else f", n = {n}")


def _row(row: Mapping[str, Any]) -> tuple[str, ...]:
    share = f"{100.0 * row['share']:.1f} %"
    skewness = row.get("skewness")
    return (
        row["method"],
        row["setting"],
        "-" if skewness is None else f"{skewness:.1f}".replace("-", "\u2212"),
        str(row.get("replications", "-")),
        f"{row['pairs']:,}",
        share if _is_inside(row) else f"**{share}**",
        f"{100.0 * row['low']:.1f} to {100.0 * row['high']:.1f} %",
    )
