"""Presets: annotated numbers that a scenario starts from, and how a scenario's own numbers are laid over them."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from simcollect.core.errors import InputError, closest
from simcollect.scenario.places import shown

FOLDER = Path(__file__).parent / "presets"
"""Where the preset files are: ``behaviour_cards.toml`` is the preset "cards" of the block behaviour."""

EXTENDS = "extends"
"""Key under which a preset names the preset of the same block that it starts from."""

CALIBRATION = "calibration"
"""Table of a calibrated preset that says how it came about: no quantity, and not inherited."""

_QUANTITY_KEYS = ("value", "unit")


def preset_names(block: str) -> list[str]:
    """Names of the presets of a block, sorted."""
    return sorted(path.stem.removeprefix(f"{block}_") for path in FOLDER.glob(f"{block}_*.toml"))


def read_preset(block: str, name: object, where: str) -> tuple[str, dict[str, Any]]:
    """File name and content of a preset; one that extends another holds only the quantities that differ.

    Parameters
    ----------
    block : str
        "behaviour", "capacity" or "economics".
    name : object
        What the scenario wrote as its preset.
    where : str
        The scenario's file, for the message.

    Raises
    ------
    InputError
        If there is no such preset.
    """
    known = preset_names(block)
    if name not in known:
        near = closest(str(name), known)
        advice = f'Did you mean "{near}"?' if near else "Choose one of them"
        raise InputError(where, f"{block}.preset", shown(name), f"Known presets: {', '.join(known)}", advice)
    path = FOLDER / f"{block}_{name}.toml"
    content = frozen_lists(tomllib.loads(path.read_text(encoding="utf-8")))
    content.pop(CALIBRATION, None)
    base = content.pop(EXTENDS, None)
    return path.name, content if base is None else merge(read_preset(block, base, path.name)[1], content)


def read_calibration_table(block: str, name: str) -> Mapping[str, Any] | None:
    """Return how a calibrated preset came about; None of a preset that was not calibrated as a whole.

    Its keys: ``date``, ``file`` (the calibration file's name), ``targets_sha256``, ``n_targets``, ``n_free``,
    ``objective``, ``places``, ``scales``, ``estimates`` (natural units) and ``covariance`` (on the scales).
    """
    path = FOLDER / f"{block}_{name}.toml"
    table: Mapping[str, Any] | None = tomllib.loads(path.read_text(encoding="utf-8")).get(CALIBRATION)
    return table


def frozen_lists(value: Any) -> Any:
    """A document with every list as a tuple, as the frozen models hold them."""
    if isinstance(value, Mapping):
        return {key: frozen_lists(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return tuple(frozen_lists(item) for item in value)
    return value


def merge(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """Tables merged field by field, the upper one winning; lists are replaced whole.

    Examples
    --------
    >>> merge({"late": {"suit_day": 30, "enforce": True}}, {"late": {"suit_day": 60}})
    {'late': {'suit_day': 60, 'enforce': True}}
    """
    merged = dict(below)
    for key, value in above.items():
        base = merged.get(key)
        merged[key] = merge(base, value) if isinstance(base, Mapping) and isinstance(value, Mapping) else value
    return merged


def overlay(preset: Mapping[str, Any], given: Mapping[str, Any], where: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """A preset with a scenario's own values on top.

    A bare number takes the place of a quantity's value: unit and range stay, the status becomes "assumed" and the
    source names the file. A table may change any part of the quantity.

    Parameters
    ----------
    preset : mapping
        The preset's tables.
    given : mapping
        The scenario's block.
    where : str
        The scenario's file.

    Returns
    -------
    merged : dict
        The block to validate.
    own : dict
        The parts that are the scenario's own, quantities completed: what errors are blamed on first.
    """
    merged = dict(preset)
    own: dict[str, Any] = {}
    for key, value in given.items():
        base = preset.get(key, _sibling(preset))
        if is_quantity(base):
            merged[key] = _overridden(base, value, where)
            own[key] = merged[key] if isinstance(value, Mapping) else value
        elif isinstance(base, Mapping) and isinstance(value, Mapping):
            merged[key], own[key] = overlay(base, value, where)
        else:
            merged[key] = own[key] = value
    return merged, own


def is_quantity(value: Any) -> bool:
    """Whether a table of a preset is one quantity."""
    return isinstance(value, Mapping) and all(key in value for key in _QUANTITY_KEYS)


def _sibling(preset: Mapping[str, Any]) -> Any:
    """What a new band is patterned on, where a table's keys are bands of days; None for any other table."""
    if not preset or not all(any(letter.isdigit() for letter in name) for name in preset):
        return None
    first = next(iter(preset.values()))
    return {**first, "range": (0.0, 1.0)} if is_quantity(first) and first["unit"] == "share" else first


def _overridden(base: Mapping[str, Any], given: Any, where: str) -> dict[str, Any]:
    if isinstance(given, Mapping):
        if "range" in given:  # what the preset finds plausible need not lie inside another range
            base = {key: value for key, value in base.items() if key != "plausible"}
        own_status = given.get("status", "assumed")
        source = f"set in {where}" if own_status == "assumed" else ""
        return {**base, "status": own_status, "source": source, **given}
    if isinstance(given, int | float) and not isinstance(given, bool):
        return {**base, "value": given, "status": "assumed", "source": f"set in {where}"}
    return {**base, "value": given}
