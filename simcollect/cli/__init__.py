"""The command line: thin commands over :mod:`simcollect.api`, one file for each family of them."""

from __future__ import annotations

from simcollect.cli import explain as _explain
from simcollect.cli import plot as _plot
from simcollect.cli.app import main

__all__ = ["main"]
