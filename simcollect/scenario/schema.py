"""The JSON Schema of a scenario file, for editors that complete and check TOML while it is typed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel

from simcollect.scenario.capacity import Capacity
from simcollect.scenario.economics import Economics
from simcollect.scenario.extends import KEY
from simcollect.scenario.portfolio import Portfolio
from simcollect.scenario.presets import is_quantity, read_preset
from simcollect.scenario.quantity import Quantity
from simcollect.scenario.rolls import ROLLS, RollRow
from simcollect.scenario.rules import OFF, Rules
from simcollect.scenario.run import Run
from simcollect.scenario.strategy import ROOT, Strategy

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_REF = "#/$defs/{model}"


def schema(preset: str = "cards") -> dict[str, Any]:
    """JSON Schema (draft 2020-12) of a scenario file, with a description and unit for every field.

    Parameters
    ----------
    preset : str
        Behaviour preset whose groups and parameters are listed.

    Raises
    ------
    InputError
        If there is no such preset.
    """
    definitions: dict[str, Any] = {}
    blocks = {
        "portfolio": _block(Portfolio, definitions),
        "behaviour": _behaviour(preset, definitions),
        "strategies": {
            "type": "object",
            "description": f"Strategies by name. What one does not say it takes from its parent, or from {ROOT!r}.",
            "minProperties": 1,
            "additionalProperties": _block(Strategy, definitions),
        },
        "capacity": _optional(_block(Capacity, definitions)),
        "rules": _switchable(_block(Rules, definitions)),
        "economics": _optional(_block(Economics, definitions)),
        "run": _block(Run, definitions),
    }
    for name in ("Pool", "Pools", "Tasks"):
        _optional(definitions[name])
    definitions["Quantity"] = _quantity()
    return {
        "$schema": _DIALECT,
        "title": "simcollect scenario",
        "description": "What a simulation depends on, in TOML.",
        "type": "object",
        "properties": {
            "description": {"type": "string", "description": "What the scenario is for."},
            "description_zh": {"type": "string", "description": "The same in Chinese."},
            KEY: {"type": "string", "description": "Scenario to start from, by name or path; the rest overrides it."},
            **blocks,
        },
        "anyOf": [{"required": [KEY]}, {"required": ["portfolio", "strategies", "run"]}],
        "additionalProperties": False,
        "$defs": definitions,
    }


def _block(model: type[BaseModel], definitions: dict[str, Any]) -> dict[str, Any]:
    """The schema of a model; the tables it refers to go to ``definitions``."""
    described = model.model_json_schema(ref_template=_REF)
    definitions.update(described.pop("$defs", {}))
    return described


def _optional(described: dict[str, Any]) -> dict[str, Any]:
    """Nothing is required where a preset fills in what is left out."""
    described.pop("required", None)
    return described


def _switchable(described: dict[str, Any]) -> dict[str, Any]:
    """Every rule can also be switched off by a word."""
    for name, field in described["properties"].items():
        kept = {key: field.pop(key) for key in ("description", "default", "title") if key in field}
        described["properties"][name] = {**kept, "anyOf": [field, {"const": OFF}]}
    return described


def _quantity() -> dict[str, Any]:
    """A bare number, or any part of the table laid over the preset's."""
    table = _optional(Quantity.model_json_schema(ref_template=_REF))
    return {
        "description": "A bare number (the preset's unit and range stay), or a table.",
        "anyOf": [{"type": "number"}, table],
    }


def _behaviour(preset: str, definitions: dict[str, Any]) -> dict[str, Any]:
    described = _tables(read_preset("behaviour", preset, "")[1])
    described["properties"][ROLLS] = {
        "type": "object",
        "description": 'Monthly roll rates by months behind: rows "0", "1", ... and a last one such as "3+".',
        "patternProperties": {"^[0-9]+\\+?$": _block(RollRow, definitions)},
        "additionalProperties": False,
    }
    described["description"] = f'How borrowers behave; the groups and parameters of the preset "{preset}".'
    described["properties"]["preset"] = {"type": "string", "default": preset, "description": "Preset to start from."}
    return described


def _tables(content: Mapping[str, Any]) -> dict[str, Any]:
    properties: dict[str, Any] = {}
    for key, value in content.items():
        if is_quantity(value):
            low, high = value["range"]
            described = f"{value['unit']}, {low:g} to {high:g}; preset {value['value']:g} ({value['status']})"
            properties[key] = {"$ref": "#/$defs/Quantity", "description": described}
        elif isinstance(value, Mapping):
            properties[key] = _tables(value)
    return {"type": "object", "properties": properties, "additionalProperties": False}
