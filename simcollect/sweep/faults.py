"""Faults of a file that a user wrote, gathered so that all are told at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from simcollect.core.errors import InputError
from simcollect.scenario.places import dotted, shown


class Faults:
    """What is wrong with one file.

    Parameters
    ----------
    where
        The file's name, as errors tell it.
    """

    def __init__(self, where: str) -> None:
        self.where = where
        self.found: list[InputError] = []

    def say(self, path: Sequence[str | int], found: str, expected: str, suggestion: str = "") -> None:
        """Note a fault at a place."""
        self.found.append(InputError(self.where, dotted(path), found, expected, suggestion))

    def check_fields(self, at: tuple[str, ...], table: Mapping[str, Any], known: Sequence[str]) -> None:
        """Note every field of a table that is not known."""
        for key in table:
            if key not in known:
                self.found.append(InputError.unknown(self.where, dotted((*at, key)), known))

    def whole(self, path: tuple[str, ...], found: Any, low: int, high: int) -> int:
        """Return a whole number from ``low`` to ``high``; note what is none, and return ``low``."""
        if isinstance(found, int) and not isinstance(found, bool) and low <= found <= high:
            return found
        self.say(path, shown(found), f"Expected a whole number from {low} to {high}")
        return low
