"""The manifest of a study's folder: whose it is, which program made it, and whether it is complete."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import simcollect
from simcollect.experiment.manifest import commit
from simcollect.sweep.request import HOME, REQUEST, Request
from simcollect.sweep.status import read_json, write_json

MANIFEST: Final = "manifest.json"
_FORMAT: Final = "simcollect sweep manifest 1"
_BEFORE_REQUEST: Final = frozenset({MANIFEST, f".{MANIFEST}.partial", HOME, "experiment.toml", f".{REQUEST}.partial"})
"""What a study writes before its request, the manifest first: a kill there leaves some of these and no run."""


def write_manifest(
    folder: Path, request: Request, part: tuple[int, int], found: Mapping[str, Any] | None = None
) -> None:
    """Write the manifest, all of it or nothing; ``found`` is what all runs came to, None while some are left."""
    content = {
        "format": _FORMAT,
        "command": "sweep",
        "version": simcollect.__version__,
        "commit": commit(),
        "made_by": dict(request.made_by),
        "request": request.digest,
        "part": list(part),
        "complete": found is not None,
        **(found or {}),
    }
    write_json(folder / MANIFEST, content)


def strangers_in(folder: Path) -> list[str]:
    """Return the names in a folder that no study left there when it was killed before its request was written."""
    names = {path.name for path in folder.iterdir()}
    # An experiment.toml alone may be the user's own; a study has written its manifest before.
    is_ours = MANIFEST in names and read_json(folder / MANIFEST).get("format") == _FORMAT
    return sorted(names - (_BEFORE_REQUEST if is_ours else {f".{MANIFEST}.partial"}))
