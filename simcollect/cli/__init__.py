"""The command line: thin commands over :mod:`simcollect.api`, a file for each family of them."""

from __future__ import annotations

# Imported for the commands that they register.
from simcollect.cli import (  # noqa: F401
    attribution,
    audit,
    calibrate,
    confounded,
    coverage,
    explain,
    export,
    face,
    fork,
    optimise,
    outcome_tables,
    pilot,
    plot,
    power,
    price,
    replays,
    robust,
    rules,
    select,
    selection_table,
    story,
    study,
    sweep,
    validation,
    verify,
    winners,
)
from simcollect.cli.app import main

__all__ = ["main"]
