"""A scenario that says ``extends = "cards_taiwan"`` starts from another and writes only what differs."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from simcollect.core.errors import InputError
from simcollect.scenario.packs import is_pack_file
from simcollect.scenario.places import shown
from simcollect.scenario.presets import merge
from simcollect.scenario.reading import read_document, scenario_path
from simcollect.scenario.rules import PACK_FIELD

KEY: Final = "extends"


def extended(
    document: Mapping[str, Any], where: str, folder: Path, chain: tuple[Path, ...] = ()
) -> tuple[Mapping[str, Any], Path]:
    """Return a document laid over the one it extends, and the folder that its relative paths start from.

    Tables merge field by field, lists are replaced whole; the other document may itself extend a third. A portfolio's
    files are looked for beside the document that names them.

    Parameters
    ----------
    document
        As it was read; ``extends`` is the name of a packaged scenario or a path relative to ``folder``.
    where
        Its file, for messages.
    folder
        Folder it lies in.
    chain
        Files that led here.

    Raises
    ------
    InputError
        If there is no such scenario, or the documents extend each other in a circle.
    """
    if KEY not in document:
        return document, folder
    named = document[KEY]
    if not isinstance(named, str):
        raise InputError(where, KEY, shown(named), "Expected a scenario's name or the path of a TOML file, in quotes")
    path = Path(named)
    try:
        path = (folder / path if path.suffix else scenario_path(named)).resolve()
        if path in chain:
            circle = " -> ".join(each.name for each in (*chain, path))
            raise InputError(where, KEY, f"leads in a circle: {circle}", "Expected a scenario that stands by itself")
        text = read_document(path)
    except InputError as error:
        if error.where == where:
            raise
        place = f"{KEY} = {shown(named)}"
        raise InputError(
            where, place, f"leads to {error.path}, which {error.found}", error.expected, error.suggestion
        ) from None
    below, base = extended(_with_found_pack(text, path.parent), path.name, path.parent, (*chain, path))
    own = {key: value for key, value in document.items() if key != KEY}
    return merge(_without_translations(below, own), own), folder if _names_a_file(own.get("portfolio")) else base


def _with_found_pack(document: Mapping[str, Any], folder: Path) -> Mapping[str, Any]:
    """Return a document whose rule pack, if it is a file, is found from any folder."""
    rules = document.get("rules")
    if not isinstance(rules, Mapping) or not is_pack_file(rules.get(PACK_FIELD)):
        return document
    return {**document, "rules": {**rules, PACK_FIELD: str(folder / rules[PACK_FIELD])}}


def _without_translations(below: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    """Return what lies below without the Chinese of a description that is written anew in one language only."""
    kept = dict(below)
    if "description" in own:
        kept.pop("description_zh", None)
    lower, upper = kept.get("strategies"), own.get("strategies")
    if isinstance(lower, Mapping) and isinstance(upper, Mapping):
        kept["strategies"] = {
            name: _without_translations(table, upper[name])
            if isinstance(table, Mapping) and isinstance(upper.get(name), Mapping)
            else table
            for name, table in lower.items()
        }
    return kept


def _names_a_file(table: object) -> bool:
    if not isinstance(table, Mapping):
        return False
    return "file" in table or any(_names_a_file(value) for value in table.values())
