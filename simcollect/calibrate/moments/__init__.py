"""Moment families: what a calibration reads off simulated logs, in the words and units of its targets.

A family is one function in a module of this room, or of one's own. A calibration file names it in ``families``: by its
name here ("cards"), or as "package.module:function", which workers import for themselves.
"""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from typing import Final, cast

from simcollect.calibrate.moments.tally import Family, Replication, Tally, median_tally
from simcollect.core.errors import InputError

FAMILIES: Final = {
    "calls": "simcollect.calibrate.moments.calls:calls",
    "cards": "simcollect.calibrate.moments.cards:cards",
    "contact_effects": "simcollect.calibrate.moments.contact_effects:contact_effects",
    "lending": "simcollect.calibrate.moments.lending:lending",
    "payments": "simcollect.calibrate.moments.payments:payments",
}
"""Families by name: module and function, imported when they are used."""


READINGS: Final[Mapping[str, tuple[str, ...]]] = {"cards": ("re_aged_share", "held_share")}
"""By family, the numbers of a calibration file's table ``reading`` that it knows; each a share, 0 when not given."""


def family(name: str, where: str = "") -> Family:
    """Return the family of a name.

    Parameters
    ----------
    name
        A key of :data:`FAMILIES`, or "module:function".
    where
        The calibration file, for the message.

    Raises
    ------
    InputError
        If nobody knows it, or it cannot be imported.
    """
    written = FAMILIES.get(name, name)
    module, colon, function = written.partition(":")
    if not colon:
        raise InputError.unknown(where, f"families.{name}", FAMILIES, "family")
    try:
        return cast(Family, getattr(importlib.import_module(module), function))
    except (ImportError, AttributeError) as error:
        raise InputError(
            where,
            f'family "{name}"',
            f"cannot be imported ({error})",
            "Expected module:function, importable from here",
            "Start from the folder that holds the module",
        ) from None


__all__ = ["FAMILIES", "READINGS", "Family", "Replication", "Tally", "family", "median_tally"]
