"""What holds for every scenario document, sound or spoilt."""

from __future__ import annotations

import random
from typing import Any

import numpy as np
from hypothesis import HealthCheck, Phase, given, settings

from simcollect.core.errors import InputError, InputErrors
from simcollect.scenario import Scenario, digest, flatten, load
from tests.scenario.strategies import documents, spoilt_documents

relaxed = settings(
    max_examples=40,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    phases=[Phase.explicit, Phase.generate],  # shrinking a whole document takes minutes
)


@relaxed
@given(documents())
def test_a_sound_document_loads_and_becomes_finite_numbers(document: dict[str, Any]) -> None:
    scenario = load(document)
    for name in scenario.strategies:
        numbers = flatten(scenario, name)
        assert len(numbers.levers) == len(scenario.segment_names)
        for table in (numbers.levers, numbers.behaviour, numbers.cells, numbers.rules, numbers.economics):
            for column in table.dtype.names or ():
                assert np.all(np.isfinite(table[column]))


@relaxed
@given(documents())
def test_a_sound_document_survives_json_and_any_order_of_its_keys(document: dict[str, Any]) -> None:
    scenario = load(document)
    assert Scenario.model_validate_json(scenario.model_dump_json()) == scenario
    assert digest(load(shuffled(document, random.Random(3)))) == digest(scenario)


def shuffled(value: Any, order: random.Random) -> Any:
    if isinstance(value, dict):
        keys = list(value)
        order.shuffle(keys)
        return {key: shuffled(value[key], order) for key in keys}
    return [shuffled(item, order) for item in value] if isinstance(value, list) else value


@settings(relaxed, max_examples=150)
@given(spoilt_documents())
def test_a_spoilt_document_loads_or_is_refused_with_messages(document: dict[str, Any]) -> None:
    before = repr(document)
    for fault in refusal(document):
        assert fault.where == "scenario"
        assert fault.path
        assert fault.found
        assert fault.expected or fault.suggestion
        assert "\n" not in str(fault)
    assert repr(document) == before


def refusal(document: dict[str, Any]) -> tuple[InputError, ...]:
    try:
        scenario = load(document)
    except InputErrors as refused:
        return refused.errors or (InputError("", "", ""),)
    for name in scenario.strategies:
        flatten(scenario, name)
    return ()
