"""What a user writes: the scenario file, read, checked and turned into numbers.

``load`` reads a file, ``flatten`` gives the numbers that the model uses, ``schema`` describes the file's form.
"""

from simcollect.scenario.flatten import Flat, flatten, holiday_days, lever_words
from simcollect.scenario.load import load
from simcollect.scenario.quantity import Quantity
from simcollect.scenario.reading import data_path, names, read_document, scenario_path
from simcollect.scenario.schema import schema
from simcollect.scenario.specification import Provenance, Scenario, digest, provenance
from simcollect.scenario.strategy import Levers, Strategy

__all__ = [
    "Flat",
    "Levers",
    "Provenance",
    "Quantity",
    "Scenario",
    "Strategy",
    "data_path",
    "digest",
    "flatten",
    "holiday_days",
    "lever_words",
    "load",
    "names",
    "provenance",
    "read_document",
    "scenario_path",
    "schema",
]
