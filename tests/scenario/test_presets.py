"""A preset can start from another of the same block and name only what differs."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from simcollect.core.errors import InputError
from simcollect.scenario import load, presets
from simcollect.scenario.places import at_path
from simcollect.scenario.presets import FOLDER, is_quantity, read_preset

BASE = """
[payment]
base_rate = { value = 0.1, unit = "per day", range = [0, 1], status = "published", source = "a study" }
ageing = { value = 9.0, unit = "days", range = [1, 99], status = "assumed", source = "a guess" }
"""
CHILD = """
extends = "cards"
[payment]
base_rate = { value = 0.2, unit = "per day", range = [0, 1], status = "assumed", source = "another guess" }
"""


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(presets, "FOLDER", tmp_path)
    (tmp_path / "behaviour_cards.toml").write_text(BASE)
    (tmp_path / "behaviour_loans.toml").write_text(CHILD)
    return tmp_path


def test_what_differs_wins_and_the_rest_is_the_other_presets(shelf: Path) -> None:
    assert shelf.is_dir()
    file, content = read_preset("behaviour", "loans", "mine.toml")
    assert file == "behaviour_loans.toml"
    assert content["payment"]["base_rate"]["value"] == 0.2
    assert content["payment"]["base_rate"]["source"] == "another guess"
    assert content["payment"]["ageing"]["value"] == 9.0
    assert "extends" not in content


def test_an_unknown_base_is_named_with_the_file_that_asks_for_it(shelf: Path) -> None:
    (shelf / "behaviour_loans.toml").write_text(CHILD.replace("cards", "card"))
    with pytest.raises(InputError, match=r'behaviour_loans.toml.*"card".*Did you mean "cards"'):
        read_preset("behaviour", "loans", "mine.toml")


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.toml")), ids=lambda path: path.stem)
def test_a_preset_that_extends_another_repeats_none_of_its_numbers_unchanged(path: Path) -> None:
    own = tomllib.loads(path.read_text(encoding="utf-8"))
    block = path.stem.partition("_")[0]
    assert block in ("behaviour", "capacity", "economics")
    if "extends" in own:
        base = read_preset(block, own["extends"], "test")[1]
        mine = {group: own[group] for group in own.keys() - {"pools", "extends", "calibration"}}
        for place, quantity in quantities_of(mine):
            same, depth = at_path(base, place)
            known = same if depth == len(place) else {}
            assert any(quantity[key] != known.get(key) for key in ("value", "status", "source")), place


def quantities_of(table: Mapping[str, Any], at: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    for name, value in table.items():
        if is_quantity(value):
            yield (*at, name), value
        elif isinstance(value, dict):
            yield from quantities_of(value, (*at, name))


def test_another_range_takes_the_preset_plausible_values_away() -> None:
    own = {"range": [0.0, 0.5], "value": 0.2}
    loaded = load({"extends": "tiny", "behaviour": {"contact": {"sms_opened_prob": own}}})
    assert loaded.behaviour.groups["contact"]["sms_opened_prob"].plausible is None
    kept = load({"extends": "tiny", "behaviour": {"contact": {"sms_opened_prob": 0.5}}})
    assert kept.behaviour.groups["contact"]["sms_opened_prob"].plausible == (0.3, 0.9)
