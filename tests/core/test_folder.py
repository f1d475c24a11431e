"""Results that cannot be written end in one clear error, and never in a traceback."""

from __future__ import annotations

import errno
import json
import re
from pathlib import Path

import pytest

from simcollect.core.errors import InputError
from simcollect.core.folder import results_folder, whole_file, write_json


def test_the_folder_is_made_and_what_is_written_can_be_read(tmp_path: Path) -> None:
    with results_folder(tmp_path / "new" / "deep") as place:
        write_json({"名": [1, None]}, place / "record.json")
    text = (tmp_path / "new" / "deep" / "record.json").read_text(encoding="utf-8")
    assert "名" in text
    assert json.loads(text) == {"名": [1, None]}


def test_a_file_in_the_folders_place_is_told(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("")
    told = pytest.raises(InputError, match=r'folder ".*taken" cannot be written \(File exists\)')
    with told, results_folder(tmp_path / "taken"):
        pass


def test_a_disk_that_fills_while_writing_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be written"), results_folder(tmp_path):
        raise OSError(errno.ENOSPC, "No space left on device")


def test_a_number_that_does_not_exist_is_not_written(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        write_json({"share": float("nan")}, tmp_path / "record.json")


def half_written(place: Path) -> None:
    with whole_file(place) as unfinished:
        unfinished.write_text("half of the n")
        raise RuntimeError


def test_a_file_that_breaks_off_leaves_the_older_one_as_it_was(tmp_path: Path) -> None:
    place = tmp_path / "table.csv"
    place.write_text("old")
    with pytest.raises(RuntimeError):
        half_written(place)
    assert place.read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["table.csv"]


def test_a_file_in_a_folder_that_is_not_there_is_one_clear_error(tmp_path: Path) -> None:
    message = re.escape(f'file "{tmp_path / "none" / "table.csv"}" cannot be written') + ".*a folder that exists"
    with pytest.raises(InputError, match=message), whole_file(tmp_path / "none" / "table.csv") as unfinished:
        unfinished.write_text("rows")
