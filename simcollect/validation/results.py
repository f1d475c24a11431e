"""The results of the checks, read from the files that their commands write."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from simcollect.core.errors import InputError

CALIBRATE: Final = "calibrate*.json"
MOVED: Final = ("moved-published.json", "moved-lower_cures.json")
"""The same small calibration under two target files."""
FILES: Final[Mapping[str, str]] = {
    "verify": "verify.json",
    "replays": "replays.json",
    "face": "face.json",
    "coverage": "coverage.json",
    "uncertainty": "uncertainty.json",
}
"""One file a check; a calibration has one for each of its files."""

_CALIBRATED: Final = ("targets", "parameters")
_NEEDED: Final[Mapping[str, Sequence[str]]] = {
    "verify": ("case", "title", "source", "quantity", "theory", "estimate", "se", "z", "verdict", "replications"),
    "replays": (
        "id",
        "title",
        "source",
        "measure",
        "paper",
        "paper_low",
        "paper_high",
        "estimate",
        "verdict",
        "given",
        "note",
        "band",
        "transfer",
    ),
    "face": ("id", "title", "scenario", "outcome", "added", "expected", "estimate", "low", "high", "verdict", "note"),
    "coverage": ("method", "setting", "pairs", "level", "covered", "share", "low", "high"),
    "uncertainty": ("strategy", "measure", "estimate", "low", "high", "same_sign_share", "standing"),
    "targets": ("name", "unit", "data", "data_se", "model", "model_se", "z", "relative", "held_out", "met"),
    "parameters": ("place", "unit", "start", "estimate", "se"),
}


@dataclass(frozen=True)
class Result:
    """What one file says.

    Attributes
    ----------
    file
        Its name.
    content
        As JSON gives it.
    """

    file: str
    content: Mapping[str, Any]

    @property
    def rows(self) -> list[Mapping[str, Any]]:
        """Its rows."""
        return list(self.content["rows"])


@dataclass(frozen=True)
class Results:
    """All results in a folder.

    Attributes
    ----------
    folder
        Where they stand.
    calibrations
        One a calibration file, by name.
    checks
        By the names of :data:`FILES`; what was not run is not in it.
    moved
        The two of :data:`MOVED`, None unless both are there.
    """

    folder: Path
    calibrations: tuple[Result, ...]
    checks: Mapping[str, Result]
    moved: tuple[Result, Result] | None


def read_results(folder: Path | str) -> Results:
    """Return the results in a folder.

    Raises
    ------
    InputError
        If there is none, or a file is not what its command writes.
    """
    place = Path(folder)
    calibrations = tuple(_read(path, _CALIBRATED) for path in sorted(place.glob(CALIBRATE)))
    checks = {name: _read(place / file, ("rows",), name) for name, file in FILES.items() if (place / file).is_file()}
    if not calibrations and not checks:
        raise InputError(
            "",
            f'folder "{folder}"',
            "holds no results",
            f"Expected some of {CALIBRATE}, {', '.join(FILES.values())}",
            "Make them with: simcollect validation --run",
        )
    pair = [_read(place / file, _CALIBRATED) for file in MOVED if (place / file).is_file()]
    return Results(place, calibrations, checks, (pair[0], pair[1]) if len(pair) == len(MOVED) else None)


def _read(path: Path, lists: Sequence[str], kind: str = "") -> Result:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise _refusal(path, "the file", f"cannot be read as JSON ({error})", kind) from None
    if not isinstance(content, dict):
        raise _refusal(path, "the file", "is no JSON object", kind)
    for name in lists:
        rows = content.get(name)
        if not isinstance(rows, list):
            raise _refusal(path, name, "is missing", kind)
        for number, row in enumerate(rows):
            lacking = [key for key in _NEEDED[kind if name == "rows" else name] if key not in row]
            if lacking:
                raise _refusal(path, f"{name}[{number}].{lacking[0]}", "is missing", kind)
    return Result(path.name, content)


def _refusal(path: Path, place: str, found: str, kind: str) -> InputError:
    command = kind or "calibrate"
    return InputError(path.name, place, found, f"Expected what `simcollect {command} --out` writes", "Make it anew")
