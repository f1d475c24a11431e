"""Face validity: the trade-offs that practitioners expect."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from simcollect.validation.results import Result
from simcollect.validation.sections.experiments import counted
from simcollect.validation.writing import (
    Answer,
    Section,
    code,
    estimate,
    folded,
    item,
    paragraph,
    picture,
    table,
)

PICTURE: Final = "face.png"
_COMMAND: Final = "simcollect face --out validation"
_LATER: Final = "Counted apart and marked +, claims that were added after results had been looked at"
_QUESTION: Final = "Face checks: what practitioners expect"


def face(result: Result | None, pictures: Path, link: str) -> Section:
    """Return the section about face checks, with every disagreement in words."""
    if result is None:
        lines = paragraph(f"Not run: {code(_COMMAND)}.")
        return Section("Face checks", (Answer(_QUESTION, "", "not run"),), tuple(lines))
    rows = result.rows
    found = counted(Counter(str(row["verdict"]) for row in rows if not row["added"]))
    later = Counter(str(row["verdict"]) for row in rows if row["added"])
    scenarios = list(dict.fromkeys(str(row["scenario"]) for row in rows))
    seeds = max((len(row.get("seeds") or ()) for row in rows), default=0)
    lines = paragraph(
        f"Each demonstration turns one knob on the same borrowers with the same luck, on {len(scenarios)} "
        f"{'portfolio' if len(scenarios) == 1 else 'portfolios'} with {seeds} seeds each. A claim agrees when its "
        "simultaneous interval lies on the expected side and every seed's mean does; it disagrees when the interval "
        "lies "
        "on the other side. A disagreement stays as it is: no number of the model is set to turn a sign."
        + (f" {_LATER}: {counted(later)}." if later else "")
    )
    per_scenario = []
    for scenario in scenarios:
        mine = [row for row in rows if row["scenario"] == scenario and not row["added"]]
        verdicts = Counter(str(row["verdict"]) for row in mine)
        numbers = [str(verdicts.get(name, 0)) for name in ("agrees", "disagrees", "cannot tell")]
        per_scenario.append((code(scenario), *numbers))
    lines += table(("portfolio", "agree", "disagree", "cannot tell"), per_scenario, right=(1, 2, 3))
    if (pictures / PICTURE).is_file():
        lines += picture(f"{link}{PICTURE}", "Every claim with its interval and verdict")
    for verdict, heading in (("disagrees", "Disagreements"), ("cannot tell", "Cannot tell")):
        chosen = [row for row in rows if row["verdict"] == verdict]
        if not chosen:
            continue
        words = [line for row in chosen for line in _words(row)]
        body = [*words, ""]
        lines += [f"### {heading}", "", *body] if verdict == "disagrees" else folded(f"{heading}: {len(chosen)}", body)
    lines += folded(f"All {len(rows)} claims", _all(rows))
    return Section("Face checks", (Answer(_QUESTION, "", found),), tuple(lines))


def _label(row: Mapping[str, Any]) -> str:
    group = f" ({row['group_label']})" if row.get("group_label") else ""
    return f"{'+ ' if row['added'] else ''}{row.get('label', row['outcome'])}{group}"


def _estimate(row: Mapping[str, Any]) -> str:
    if row["estimate"] is None:
        return "not defined"
    unit = f" {row['unit']}" if row.get("unit") else ""
    return f"{estimate(row['estimate'], row['low'], row['high'])}{unit}"


def _words(row: Mapping[str, Any]) -> list[str]:
    expected = row.get("expected_label", row["expected"])
    return item(
        f"**{row['title']}**, {code(row['scenario'])}, {_label(row)}: expected {expected}, found {_estimate(row)}. "
        f"{row['note'] or ''}"
    )


def _all(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    cells = [
        (
            row["id"],
            row["scenario"],
            _label(row),
            str(row.get("expected_label", row["expected"])),
            _estimate(row),
            row["verdict"] if row["verdict"] == "agrees" else f"**{row['verdict']}**",
        )
        for row in rows
    ]
    return table(("demonstration", "portfolio", "outcome", "expected", "found", "verdict"), cells)
