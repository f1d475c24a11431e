"""Folders and files that results go to: made when they are needed, whole, and one clear error when they cannot be."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from simcollect.core.errors import InputError


@contextmanager
def results_folder(folder: Path | str) -> Iterator[Path]:
    """Make a folder and give its path to a block that writes into it.

    Raises
    ------
    InputError
        If the folder, or what the block writes, cannot be written: no right to, a file in its place, a full disk.
    """
    place = Path(folder)
    try:
        place.mkdir(parents=True, exist_ok=True)
        yield place
    except OSError as error:
        raise InputError(
            "",
            f'folder "{place}"',
            f"cannot be written ({error.strerror or error})",
            "Expected a folder of your own",
        ) from error


@contextmanager
def whole_file(path: Path | str) -> Iterator[Path]:
    """Give a block a name to write to, and put the finished file under its own: it appears whole or not at all.

    Raises
    ------
    InputError
        If the file cannot be written: no such folder, no right to, a folder in its place, a full disk.
    """
    place = Path(path)
    unfinished = place.with_name(f"{place.stem}.partial-{os.getpid()}{place.suffix}")  # the ending says the format
    try:
        yield unfinished
        os.replace(unfinished, place)
    except OSError as error:
        raise InputError(
            "",
            f'file "{place}"',
            f"cannot be written ({error.strerror or error})",
            "Expected a name in a folder that exists",
        ) from error
    finally:
        unfinished.unlink(missing_ok=True)


def write_json(content: Any, file: Path) -> None:
    """Write a record for programs and people: indented, not escaped; a number that does not exist is an error."""
    text = json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False)
    file.write_text(text + "\n", encoding="utf-8")
