"""From what a user wrote to a checked scenario; every fault of a file is reported at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel

from simcollect.core.errors import InputError, InputErrors
from simcollect.scenario.behaviour import read_behaviour
from simcollect.scenario.capacity import Capacity, capacity_problems
from simcollect.scenario.economics import Economics, quantities
from simcollect.scenario.extends import KEY, extended
from simcollect.scenario.faults import Faults
from simcollect.scenario.inheritance import read_strategies
from simcollect.scenario.packs import read_rules
from simcollect.scenario.places import Layer, Problem, at_path, dotted, shown
from simcollect.scenario.portfolio import Portfolio, portfolio_problems
from simcollect.scenario.presets import frozen_lists, overlay, read_preset
from simcollect.scenario.quantity import currency_of
from simcollect.scenario.reading import read_document, scenario_path
from simcollect.scenario.run import Run, run_problems
from simcollect.scenario.specification import Scenario

BLOCKS = ("portfolio", "behaviour", "strategies", "capacity", "rules", "economics", "run")
"""Blocks of a scenario file, beside its descriptions."""
_DESCRIPTIONS = ("description", "description_zh")
_NEEDED = ("portfolio", "strategies", "run")

D = TypeVar("D", bound=BaseModel)


def load(source: str | Path | Mapping[str, Any], *, folder: str | Path | None = None) -> Scenario:
    """A scenario, checked and resolved.

    Parameters
    ----------
    source : str, Path or mapping
        Name of a packaged scenario ("tiny"), path of a TOML file, or a document as a mapping. With ``extends`` a
        document starts from another and says only what differs.
    folder : str or Path, optional
        Where relative paths of a mapping start; the working folder when None. Ignored for files.

    Returns
    -------
    Scenario
        Presets merged, strategies' inheritance and segments resolved.

    Raises
    ------
    InputErrors
        Every fault found: file, place, what was found, what was expected, what to do.

    Examples
    --------
    >>> load("tiny").run.horizon_days
    180
    >>> late = {"inherits": "balanced", "late": {"enter_dpd": 150}}
    >>> load({"extends": "tiny", "strategies": {"court_later": late}}).strategies["court_later"].late.enter_dpd
    150
    """
    try:
        if isinstance(source, Mapping):
            name = where = "scenario"
            own = Path(folder or ".")
            document, base = extended(frozen_lists(source), where, own)
        else:
            path = scenario_path(source)
            name, where, own = path.stem, path.name, path.parent
            document, base = extended(read_document(path), where, own, (path.resolve(),))
        return _scenario(document, where, base, name, own)
    except InputError as error:
        raise InputErrors([error]) from None


def _scenario(document: Mapping[str, Any], where: str, folder: Path, name: str, own: Path) -> Scenario:
    """The scenario of a document, or all its faults; ``own`` is the folder of the file that extends another."""
    faults = Faults(where)
    _check_top(document, faults)
    run = _plain(document, "run", Run, run_problems, faults)
    horizon = run.horizon_days if run else None
    rules, pack = read_rules(_table(document, "rules"), run.start_date if run else None, own, faults)
    portfolio = _plain(document, "portfolio", Portfolio, lambda block: portfolio_problems(block, horizon), faults)
    capacity = _over_preset(document, "capacity", Capacity, lambda block: capacity_problems(block, horizon), faults)
    economics = _over_preset(document, "economics", Economics, lambda block: (), faults)
    behaviour = read_behaviour(_table(document, "behaviour"), faults)
    if economics is not None:
        blocks = {"behaviour": behaviour, "capacity": capacity, "economics": economics}
        _check_currencies(document, economics.currency, blocks, faults)
    segments = portfolio.segments.names if portfolio else None
    strategies = read_strategies(_table(document, "strategies"), rules, pack, segments, faults)
    if not (run and rules and portfolio and capacity and economics and behaviour) or len(faults):
        raise InputErrors(faults.errors())
    return Scenario(
        name=name,
        where=where,
        folder=str(folder),
        description=document.get("description", ""),
        description_zh=document.get("description_zh", ""),
        portfolio=portfolio,
        behaviour=behaviour,
        strategies=strategies,
        capacity=capacity,
        rules=rules,
        pack=pack,
        economics=economics,
        run=run,
    )


def _table(document: Mapping[str, Any], block: str) -> Mapping[str, Any]:
    table = document.get(block, {})
    return table if isinstance(table, Mapping) else {}


def _check_top(document: Mapping[str, Any], faults: Faults) -> None:
    for key, value in document.items():
        if key not in (*_DESCRIPTIONS, *BLOCKS):
            faults.unknown((key,), (*_DESCRIPTIONS, KEY, *BLOCKS), "block")
        elif key in _DESCRIPTIONS:
            if not isinstance(value, str) or len(value) > 2000:
                faults.say((key,), shown(value), "text in quotes, at most 2,000 characters", "Write it in quotes")
        elif not isinstance(value, Mapping):
            faults.no_table((key,), value)
    for block in _NEEDED:
        if block not in document:
            faults.say((block,), "is missing", f"the block [{block}]", f"Add [{block}]")
    if document.get("strategies") == {}:
        faults.say(("strategies",), "is empty", "at least one strategy", "Add [strategies.no_action]")


def _plain(
    document: Mapping[str, Any], block: str, model: type[D], check: Callable[[D], Iterable[Problem]], faults: Faults
) -> D | None:
    """A block without a preset, validated and checked; None where it is missing or wrong."""
    if block in _NEEDED and not isinstance(document.get(block), Mapping):
        return None
    layer = Layer(faults.where, (block,), _table(document, block))
    read = faults.validated(model, layer.raw, [layer])
    if read is not None:
        faults.report(check(read), layer)
    return read


def _over_preset(
    document: Mapping[str, Any], block: str, model: type[D], check: Callable[[D], Iterable[Problem]], faults: Faults
) -> D | None:
    """A block laid over its preset, validated and checked; None where it is wrong."""
    table = _table(document, block)
    try:
        file, preset = read_preset(block, table.get("preset", "taiwan"), faults.where)
    except InputError as error:
        faults.add(error)
        return None
    merged, own = overlay(preset, table, faults.where)
    layers = [Layer(faults.where, (block,), own), Layer(file, (), merged)]
    read = faults.validated(model, merged, layers)
    if read is not None:
        faults.report(check(read), layers[0])
    return read


def _check_currencies(
    document: Mapping[str, Any], currency: str, blocks: Mapping[str, BaseModel | None], faults: Faults
) -> None:
    """Report amounts in another currency than the scenario's: its own ones singly, those of presets together."""
    left: dict[str, list[str]] = {}
    for block, content in blocks.items():
        for path, quantity in quantities(content):
            place = (block, *(path[1:] if path[0] == "groups" else path))
            found = currency_of(quantity.unit)
            if found in ("", currency):
                continue
            written, depth = at_path(document, place)
            if isinstance(written, Mapping) and depth == len(place):
                faults.say(
                    (*place, "unit"),
                    shown(quantity.unit),
                    f"an amount in {currency}, the scenario's currency (economics.currency)",
                    "Convert the number, or change the currency",
                )
            else:
                left.setdefault(found, []).append(dotted(place))
    for found, places in left.items():
        faults.say(
            ("economics", "currency"),
            shown(currency),
            f"{found}, the currency of the presets",
            f"Change it back, or give these amounts in {currency} as whole tables: {_some(places)}",
        )


def _some(places: Sequence[str]) -> str:
    more = f" and {len(places) - 10} more" if len(places) > 10 else ""
    return ", ".join(places[:10]) + more
