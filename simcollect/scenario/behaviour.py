"""The behaviour block: named groups of quantities, parameters of each borrower cell, and the mix of cells by age.

The names are those of the preset, so a new parameter of the model needs no change here.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import Field

from simcollect.core.codes import Cell
from simcollect.core.errors import InputError
from simcollect.scenario.faults import Faults
from simcollect.scenario.kinds import Document, Name
from simcollect.scenario.places import Layer, Path, Problem, at_path, shown
from simcollect.scenario.presets import is_quantity, overlay, read_preset
from simcollect.scenario.quantity import AnyQuantity, Quantity, same_unit
from simcollect.scenario.rolls import ROLLS, RollRow, read_rolls

CELLS: tuple[str, ...] = tuple(cell.name.lower() for cell in Cell)
"""Names of the borrower cells, in the order of their codes."""
PASSING_CELLS: tuple[str, ...] = ("forgetful", "cash_flow_gap")
"""Cells whose trouble passes by itself; the others cannot pay, or will not."""
_SUM_TOLERANCE = 1e-6


class Behaviour(Document):
    """How borrowers behave: every number with unit, range, status and source.

    Attributes
    ----------
    groups : dict
        Group name -> parameter name -> quantity, in the preset's order.
    cells : dict
        Cell name -> parameter name -> quantity; every cell has the same parameters.
    cell_mix : dict
        Band name -> cell name -> share. A band's name holds its lower limit, days past due: "30", "from_30".
    rolls : dict
        Months behind ("0", "1", ... "3+") -> what such borrowers do by the next due date; empty: by intensity.
    """

    preset: Name = Field("cards", description="Preset that unnamed quantities come from.")
    groups: dict[str, dict[str, AnyQuantity]] = Field(description="Quantities by group and parameter.")
    cells: dict[str, dict[str, AnyQuantity]] = Field(description="Quantities by borrower cell and parameter.")
    cell_mix: dict[str, dict[str, AnyQuantity]] = Field(description="Share of each cell by band of days past due.")
    rolls: dict[str, RollRow] = Field(default_factory=dict, description="Table of monthly roll rates, if there is one.")


def band_from(name: str) -> int | None:
    """Lower limit of a band, days past due: the first number in its name; None where it has none.

    Examples
    --------
    >>> band_from("dpd_30_59"), band_from("early")
    (30, None)
    """
    match = re.search(r"\d+", name)
    return int(match.group()) if match else None


def behaviour_problems(behaviour: Behaviour) -> Iterator[Problem]:
    """Cells that are missing or differ in their parameters; mixes that are no mixes."""
    first = next(iter(behaviour.cells.values()), {})
    for cell in CELLS:
        if cell not in behaviour.cells:
            yield Problem(("cells", cell), "is missing", "parameters for each of the cells " + ", ".join(CELLS))
        elif list(behaviour.cells[cell]) != list(first):
            differing = sorted(set(behaviour.cells[cell]) ^ set(first)) or sorted(first)
            yield Problem(
                ("cells", cell),
                "has other parameters than the first cell",
                "the same parameters, in the same order, in every cell",
                "Look at " + ", ".join(differing),
            )
    limits: list[int] = []
    for band, mix in behaviour.cell_mix.items():
        limit = band_from(band)
        if limit is None or (limits and limit <= limits[-1]):
            yield Problem(
                ("cell_mix", band),
                "is not a band of days past due in rising order",
                'band names with their lower limit, such as "from_30", each above the one before',
            )
            continue
        limits.append(limit)
        total = math.fsum(share.value for share in mix.values())
        if set(mix) != set(CELLS):
            yield Problem(("cell_mix", band), "does not name the cells", "one share for each of " + ", ".join(CELLS))
        elif abs(total - 1) > _SUM_TOLERANCE:
            yield Problem(
                ("cell_mix", band),
                f"has shares that add up to {total:g}",
                "shares that add up to 1",
                "Give all seven shares of the band",
            )
    if limits and limits[0] != 0:
        yield Problem(("cell_mix",), f"starts at day {limits[0]}", "a first band from day 0", "Add a band from_0")


def read_behaviour(table: Mapping[str, Any], faults: Faults) -> Behaviour | None:
    """The behaviour block of a scenario laid over its preset.

    Parameters
    ----------
    table : mapping
        The block as written.
    faults : Faults
        What is wrong is added here.

    Returns
    -------
    Behaviour or None
        None where something is wrong.
    """
    name = table.get("preset", "cards")
    try:
        file, preset = read_preset("behaviour", name, faults.where)
    except InputError as error:
        faults.add(error)
        return None
    before = len(faults)
    own_table = {key: value for key, value in table.items() if key not in ("preset", ROLLS)}
    rolls = read_rolls(table.get(ROLLS, preset.get(ROLLS, {})), faults.where if ROLLS in table else file, faults)
    preset = {key: value for key, value in preset.items() if key != ROLLS}
    unknown = set(_unknown_names(preset, own_table, ("behaviour",), faults))
    merged, own = overlay(preset, own_table, faults.where)
    read = _Quantities(faults, unknown, preset).read(
        merged, [Layer(faults.where, ("behaviour",), own), Layer(file, (), merged)], ()
    )
    if len(faults) > before:
        return None
    bands = sorted(read.pop("cell_mix", {}).items(), key=lambda band: band_from(band[0]) or 0)
    behaviour = Behaviour(preset=str(name), cells=read.pop("cells", {}), cell_mix=dict(bands), groups=read, rolls=rolls)
    faults.report(behaviour_problems(behaviour), Layer(faults.where, ("behaviour",), own))
    return behaviour


def _unknown_names(preset: Mapping[str, Any], given: Mapping[str, Any], at: Path, faults: Faults) -> Iterator[Path]:
    """Report groups and parameters that the preset does not know, and yield their places."""
    for key, value in given.items():
        path = (*at, key)
        if key not in preset:
            if at == ("behaviour", "cell_mix"):
                if band_from(key) is None:
                    expected = 'a band named by its lower limit in days past due, such as "from_30"'
                    faults.say(path, "is not a band", expected, "Put the number of days into the name")
                    yield path
                continue
            noun = "group" if len(at) == 1 else "cell" if at == ("behaviour", "cells") else "parameter"
            faults.unknown(path, [*preset, ROLLS] if len(at) == 1 else list(preset), noun)
            yield path
        elif not is_quantity(preset[key]):
            if isinstance(value, Mapping):
                yield from _unknown_names(preset[key], value, path, faults)
            else:
                faults.no_table(path, value)
                yield path


@dataclass(frozen=True)
class _Quantities:
    """Validates every quantity of a nested table; faulty ones are reported and left out."""

    faults: Faults
    skip: set[Path]
    preset: Mapping[str, Any]

    def read(self, content: Mapping[str, Any], layers: Sequence[Layer], at: tuple[str, ...]) -> dict[str, Any]:
        """The table with a :class:`Quantity` in each quantity's place; ``at`` is the place in the block."""
        found: dict[str, Any] = {}
        for key, value in content.items():
            place = (*at, key)
            if ("behaviour", *place) in self.skip:
                continue
            below = [
                Layer(layer.where, (*layer.at, key), at_path(layer.raw, (key,))[0])
                for layer in layers
                if at_path(layer.raw, (key,))[1]
            ]
            if not is_quantity(value):
                found[key] = self.read(value, below, place) if isinstance(value, Mapping) else value
                continue
            quantity = self.faults.validated(Quantity, value, below)
            wanted, depth = at_path(self.preset, (*place, "unit"))
            if quantity is not None and depth == len(place) + 1 and not same_unit(quantity.unit, wanted):
                expected = f'the unit "{wanted}", in which the formulas take it'
                problem = Problem(("unit",), shown(quantity.unit), expected, "Convert the number to that unit")
                self.faults.report([problem], below[0])
            elif quantity is not None:
                found[key] = quantity
        return found
