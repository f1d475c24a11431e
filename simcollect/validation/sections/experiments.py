"""Published field experiments, rebuilt as scenarios."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any, Final

from simcollect.validation.results import Result
from simcollect.validation.writing import (
    Answer,
    Section,
    code,
    estimate,
    interval,
    item,
    number,
    paragraph,
    picture,
    table,
)

PICTURE: Final = "replays.png"
_COMMAND: Final = "simcollect replays --out validation"
_GIVEN: Final = (
    "Counted apart and marked +, numbers that hold by a setting, by construction, a refusal, from other rows, or that "
    "the model was fitted to"
)
_NAMED: Final = {"pp": "points", "%": "%", "per 100": "per 100"}
"""Units, and the words by which a title names them: then they are not said again."""
_QUESTION: Final = "Published experiments: numbers of the papers"


def experiments(result: Result | None, pictures: Path, link: str) -> Section:
    """Return the section about replays."""
    if result is None:
        lines = paragraph(f"Not run: {code(_COMMAND)}.")
        return Section("Published experiments", (Answer(_QUESTION, "", "not run"),), tuple(lines))
    rows = result.rows
    found = counted(Counter(str(row["verdict"]) for row in rows if not row["given"]))
    given = Counter(str(row["verdict"]) for row in rows if row["given"])
    lines = paragraph(
        "Each experiment is rebuilt as a scenario and its result set beside the paper's. A number agrees when the "
        "model's "
        "95 % interval lies inside the paper's band, and disagrees when the two lie apart; across an end of the band "
        "it "
        "cannot be told. Where an effect of a paper stands in the model as an input, agreement shows that it comes out "
        "of the whole model again, and no more; the replay says where that is so."
        + (f" {_GIVEN}: {counted(given)}." if given else "")
    )
    if (pictures / PICTURE).is_file():
        lines += picture(f"{link}{PICTURE}", "The papers' bands and the model's intervals")
    lines += table(
        ("", "measure", "paper (its band)", "model (95 % interval)", "verdict"),
        [_row(place, row) for place, row in _placed(rows)],
        right=(2, 3),
    )
    for name, group in groupby(rows, key=lambda row: (row["id"], row["title"], row["source"], row["transfer"])):
        lines += item(f"**{name[0]} {name[1]}** ({name[2]}). {' '.join([name[3], *_remarks(list(group))])}")
    return Section("Published experiments", (Answer(_QUESTION, "", found),), (*lines, ""))


def counted(verdicts: Mapping[str, int]) -> str:
    """Return how many of each verdict there are, in words.

    Examples
    --------
    >>> counted({"agrees": 9, "disagrees": 1})
    '9 agree, 1 disagrees, 0 cannot tell'
    """

    def said(n: int, one: str, many: str) -> str:
        return f"{n} {one if n == 1 else many}"

    agree, not_agree = verdicts.get("agrees", 0), verdicts.get("disagrees", 0)
    unclear = verdicts.get("cannot tell", 0)
    return f"{said(agree, 'agrees', 'agree')}, {said(not_agree, 'disagrees', 'disagree')}, {unclear} cannot tell"


def _placed(rows: Sequence[Mapping[str, Any]]) -> list[tuple[str, Mapping[str, Any]]]:
    """Return the rows with their places: X1.1, X1.2 and so on, which the remarks below the table name."""
    found = []
    for name, group in groupby(rows, key=lambda row: str(row["id"])):
        found += [(f"{name}.{place}", row) for place, row in enumerate(group, start=1)]
    return found


def _remarks(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return the notes on a replay's rows and where its bands come from, each said once with the rows it is about."""
    said: dict[str, list[str]] = {}
    for place, row in _placed(rows):
        for text in (str(row["note"]), f"Band: {row['band']}."):
            if text:
                said.setdefault(text, []).append(place)
    return [text if len(places) == len(rows) else f"{', '.join(places)}: {text}" for text, places in said.items()]


def _row(place: str, row: Mapping[str, Any]) -> tuple[str, ...]:
    verdict, unit = row["verdict"], row.get("unit")
    unit = "" if _NAMED.get(str(unit), "\0") in str(row["measure"]) else unit
    paper = "" if row["paper"] is None else number(row["paper"])
    band = interval(row["paper_low"], row["paper_high"])
    if band not in ("-", paper):
        paper = f"{paper} ({band})" if paper else band
    return (
        place,
        ("+ " if row["given"] else "") + row["measure"] + (f", {unit}" if unit else ""),
        paper or "-",
        estimate(row["estimate"], row.get("low"), row.get("high")),
        f"**{verdict}**" if verdict == "disagrees" else verdict,
    )
