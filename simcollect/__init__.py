"""simcollect: what a collection strategy recovers, what it costs, and which customers it keeps.

Importing the package does no work: the public names live in :mod:`simcollect.api` and are loaded when first used.

Examples
--------
>>> import simcollect as sc
>>> scenario = sc.load("tiny")
>>> sorted(scenario.strategies)
['balanced', 'firm', 'gentle', 'no_action', 'settle_early']
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from simcollect.api import (
        AttributionResult,
        Comparison,
        InputError,
        RulePrice,
        RunResult,
        Study,
        accounts,
        attribute,
        book_table,
        build_population,
        calibrate_behaviour,
        check,
        check_face,
        compare,
        diff,
        evaluate,
        explain,
        export,
        headline,
        load,
        picture,
        price_rule,
        read_experiment,
        read_log,
        repeat,
        replay_papers,
        replicate,
        run,
        schema,
        select,
        simulate,
        story,
        tables,
        to_pm4py,
        vary,
        verify_theory,
    )

__version__ = "0.1.0"

__all__ = [
    "AttributionResult",
    "Comparison",
    "InputError",
    "RulePrice",
    "RunResult",
    "Study",
    "__version__",
    "accounts",
    "attribute",
    "book_table",
    "build_population",
    "calibrate_behaviour",
    "check",
    "check_face",
    "compare",
    "diff",
    "evaluate",
    "explain",
    "export",
    "headline",
    "load",
    "picture",
    "price_rule",
    "read_experiment",
    "read_log",
    "repeat",
    "replay_papers",
    "replicate",
    "run",
    "schema",
    "select",
    "simulate",
    "story",
    "tables",
    "to_pm4py",
    "vary",
    "verify_theory",
]


def __getattr__(name: str) -> Any:
    """Load a public name from :mod:`simcollect.api` when it is first asked for."""
    if name in __all__:
        return getattr(importlib.import_module("simcollect.api"), name)
    raise AttributeError(f"module 'simcollect' has no attribute {name!r}")


def __dir__() -> list[str]:
    """List the public names, loaded or not."""
    return sorted(__all__)
