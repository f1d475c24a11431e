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
        answer,
        attribute,
        book_table,
        break_even,
        build_population,
        calibrate_behaviour,
        changes,
        check,
        check_face,
        compare,
        confounded,
        control_arm,
        diff,
        discover,
        evaluate,
        explain,
        export,
        fork,
        harm_price,
        headline,
        load,
        optimise,
        picture,
        pilot,
        power,
        price_rule,
        read_experiment,
        read_log,
        regret,
        repeat,
        replay_papers,
        replicate,
        run,
        schema,
        select,
        sensitivity,
        simulate,
        story,
        tables,
        to_pm4py,
        tornado,
        vary,
        verify_theory,
        who_wins,
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
    "answer",
    "attribute",
    "book_table",
    "break_even",
    "build_population",
    "calibrate_behaviour",
    "changes",
    "check",
    "check_face",
    "compare",
    "confounded",
    "control_arm",
    "diff",
    "discover",
    "evaluate",
    "explain",
    "export",
    "fork",
    "harm_price",
    "headline",
    "load",
    "optimise",
    "picture",
    "pilot",
    "power",
    "price_rule",
    "read_experiment",
    "read_log",
    "regret",
    "repeat",
    "replay_papers",
    "replicate",
    "run",
    "schema",
    "select",
    "sensitivity",
    "simulate",
    "story",
    "tables",
    "to_pm4py",
    "tornado",
    "vary",
    "verify_theory",
    "who_wins",
]


def __getattr__(name: str) -> Any:
    """Load a public name from :mod:`simcollect.api` when it is first asked for."""
    if name in __all__:
        return getattr(importlib.import_module("simcollect.api"), name)
    raise AttributeError(f"module 'simcollect' has no attribute {name!r}")


def __dir__() -> list[str]:
    """List the public names, loaded or not."""
    return sorted(__all__)
