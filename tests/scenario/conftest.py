"""A small, fixed set of presets, so that tuning the real ones changes no test of the loader."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from simcollect.scenario import presets

HERE = Path(__file__).parent


@pytest.fixture(scope="session")
def small_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("presets")
    shutil.copy(HERE / "behaviour_small.toml", folder / "behaviour_cards.toml")
    for block in ("economics", "capacity"):
        shutil.copy(presets.FOLDER / f"{block}_taiwan.toml", folder)
    return folder


@pytest.fixture
def small_presets(small_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(presets, "FOLDER", small_folder)
