"""The command line: thin commands over :mod:`simcollect.api`, a file for each family of them."""

from __future__ import annotations

# Imported for the commands that they register.
from simcollect.cli import attribution, audit, explain, export, outcome_tables, plot, price, rules, story, sweep  # noqa: F401
from simcollect.cli.app import main

__all__ = ["main"]
