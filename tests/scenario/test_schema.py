from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import BaseModel

from simcollect.scenario import Scenario, schema
from simcollect.scenario.kinds import Document


def every_model(model: type[BaseModel] = Document) -> Iterator[type[BaseModel]]:
    for child in model.__subclasses__():
        yield child
        yield from every_model(child)


MODELS = sorted(
    {model for model in every_model() if model.__module__.startswith("simcollect.")}, key=lambda m: m.__name__
)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_every_field_is_described(model: type[BaseModel]) -> None:
    for name, field in model.model_fields.items():
        assert field.description, f"{model.__name__}.{name} has no description"
        assert len(field.description) >= 4


def test_all_models_are_looked_at() -> None:
    assert Scenario in MODELS
    assert len(MODELS) >= 25


def test_the_schema_is_json_and_describes_every_block() -> None:
    described = schema()
    assert json.loads(json.dumps(described)) == described
    blocks = {"portfolio", "behaviour", "strategies", "capacity", "rules", "economics", "run"}
    assert set(described["properties"]) == blocks | {"description", "description_zh", "extends"}
    assert described["additionalProperties"] is False


def test_every_reference_of_the_schema_is_defined() -> None:
    described = schema()
    assert {name.removeprefix("#/$defs/") for name in references(described)} <= set(described["$defs"])


def references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if "$ref" in value:
            yield value["$ref"]
        for item in value.values():
            yield from references(item)
    elif isinstance(value, list):
        for item in value:
            yield from references(item)


def test_bounds_and_words_reach_the_schema() -> None:
    definitions = schema()["$defs"]
    assert definitions["Offer"]["properties"]["discount_share"]["maximum"] == 1
    assert definitions["Early"]["properties"]["tone"]["enum"] == ["gentle", "neutral", "firm"]
    assert definitions["Late"]["properties"]["suit_day"]["minimum"] == -1
    assert "required" not in definitions["Pool"]


@pytest.mark.usefixtures("small_presets")
def test_behaviour_lists_the_presets_names_with_unit_and_range() -> None:
    payment = schema()["properties"]["behaviour"]["properties"]["payment"]["properties"]
    assert set(payment) == {"base_rate_per_day", "partial_share"}
    assert payment["base_rate_per_day"]["description"].startswith("per day, 0.001 to 0.2; preset 0.03 (calibrated)")
