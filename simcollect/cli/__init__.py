"""The command line: thin commands over :mod:`simcollect.api`."""

from __future__ import annotations

from simcollect.cli.app import main

__all__ = ["main"]
