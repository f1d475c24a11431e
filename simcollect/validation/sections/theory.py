"""Theory: the engine beside closed forms."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any, Final

from scipy.stats import t as student

from simcollect.validation.results import Result
from simcollect.validation.writing import (
    Answer,
    Section,
    code,
    folded,
    interval,
    item,
    number,
    of_all,
    paragraph,
    picture,
    standard_errors,
    table,
    with_error,
)
from simcollect.verify.verdict import LIMIT

PICTURE: Final = "verify.png"
_COMMAND: Final = "simcollect verify --out validation"
_QUESTION: Final = "Theory: quantities within 4 standard errors"


def theory(result: Result | None, pictures: Path, link: str) -> Section:
    """Return the section about theory."""
    if result is None:
        return Section(
            "Theory", (Answer(_QUESTION, "all", "not run"),), tuple(paragraph(f"Not run: {code(_COMMAND)}."))
        )
    rows = [row for row in result.rows if not row.get("plausibility")]
    plausible = [row for row in result.rows if row.get("plausibility")]
    agree = [row for row in rows if row["verdict"] == "agrees"]
    cases = [list(group) for _, group in groupby(rows, key=lambda row: row["case"])]
    exact = sum(not row["se"] for row in rows)
    found = f"{of_all(len(agree), len(rows))} in {len(cases)} cases"
    found += f"; {exact} of them without sampling error" if exact else ""
    lines = paragraph(
        "The real engine, reduced to cases with a known answer by settings of a scenario alone. A quantity agrees when "
        "the "
        "mean over replications lies within 4 standard errors of theory. An engine that is right misses that once in "
        f"{_once_in(rows):,} times at {_usual(rows)} replications. "
        f"Every case can be asked with other parameters: {code('simcollect verify --help')}. "
        + (
            f"{exact} quantities have no sampling error: identities, counts that must be 0, tables looked up. They are "
            "checks of the books, not of chance. "
            if exact
            else ""
        )
        + "Cases of one family share their draws, so that they may lie to the same side together."
    )
    if (pictures / PICTURE).is_file():
        lines += picture(f"{link}{PICTURE}", "Every quantity of every case: estimate less theory in standard errors")
    lines += table(
        ("case", "quantities", "largest |z|", "replications", "verdict"),
        [_case(case) for case in cases],
        right=(1, 2, 3),
    )
    wrong = [row for row in rows if row["verdict"] != "agrees"]
    if wrong:
        lines += paragraph("Not in agreement:")
        for row in wrong:
            lines += item(
                f"**{row['title']}**, {row['quantity']}: theory {_theory(row)}, "
                f"engine {with_error(row['estimate'], row['se'])}, z {standard_errors(row['z'])}."
            )
        lines.append("")
    if plausible:
        lines += paragraph(
            "Not theory but plausibility, told and not counted: numbers of the field beside the model's."
        )
        for row in plausible:
            lines += item(
                f"**{row['title']}** ({row['source']}), {row['quantity']}: {_theory(row)}, model "
                f"{with_error(row['estimate'], row['se'])}: {row['verdict']}. {row['plausibility']}"
            )
        lines.append("")
    lines += folded(f"All {len(rows)} quantities", _all(rows))
    return Section("Theory", (Answer(_QUESTION, "all", found, not wrong),), tuple(lines))


def _usual(rows: Sequence[Mapping[str, Any]]) -> int:
    """Return the number of replications that most quantities have."""
    return Counter(int(row["replications"]) for row in rows).most_common(1)[0][0]


def _once_in(rows: Sequence[Mapping[str, Any]]) -> int:
    """Return in how many quantities chance alone gives one beyond the limit, to two figures (Student's t)."""
    times = 1.0 / (2.0 * float(student.sf(LIMIT, max(1, _usual(rows) - 1))))
    return int(round(times, 1 - math.floor(math.log10(times))))


def _case(rows: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    first = rows[0]
    known = [abs(row["z"]) for row in rows if row["z"] is not None]
    largest = "-" if len(known) < len(rows) else standard_errors(max(known))
    agree = sum(row["verdict"] == "agrees" for row in rows)
    verdict = "agrees" if agree == len(rows) else f"**{agree} of {len(rows)} agree**"
    return (f"{first['title']} ({first['source']})", str(len(rows)), largest, f"{first['replications']:,}", verdict)


def _theory(row: Mapping[str, Any]) -> str:
    high = row.get("theory_high", row["theory"])
    return number(row["theory"], 4) if high == row["theory"] else interval(row["theory"], high)


def _all(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    cells = [
        (
            row["case"],
            row["quantity"],
            _theory(row),
            with_error(row["estimate"], row["se"]) if row["se"] else number(row["estimate"], 5),
            standard_errors(row["z"]),
            row["verdict"] if row["verdict"] == "agrees" else f"**{row['verdict']}**",
        )
        for row in rows
    ]
    return table(("case", "quantity", "theory", "engine", "z", "verdict"), cells, right=(2, 3, 4))
