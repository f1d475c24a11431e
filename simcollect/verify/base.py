"""The scenario that cases are made from, and the borrowers they are filled with."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from simcollect.core.eventlog import EventLog
from simcollect.outcomes.reading import Reading
from simcollect.scenario import Scenario, load

FILE: Final = Path(__file__).parent / "base.toml"

PLAIN: Final[dict[str, Any]] = {
    "balance": 100.0,
    "instalment": 100.0,
    "arrears": 100.0,
    "dpd": 0,
    "cell": "forgetful",
    "segment": "all",
    "income": 0.0,
    "spare": 0.0,
    "buffer": 0.0,
    "willingness": 1.0,
    "attention": 1.0,
    "margin": 0.0,
    "assets": 0.0,
    "attachable": 0.0,
    "vulnerable": False,
    "declared_vulnerable": False,
    "disputing": False,
    "strategic": False,
    "knows_schedule": False,
    "phone_valid": True,
    "email_valid": True,
    "consent": True,
    "preferred_channel": "sms",
    "score": 0.5,
    "payday": 1,
}
"""A borrower with nothing drawn: one instalment of 100 due today, no income and no cash."""


@lru_cache(maxsize=1)
def base() -> Scenario:
    """Return the packaged base scenario."""
    return load(FILE)


def borrowers(n: int, prefix: str = "", **fields: Any) -> list[dict[str, Any]]:
    """Return ``n`` accounts for ``portfolio.accounts``, alike but for their names; ``fields`` replace :data:`PLAIN`."""
    return [{**PLAIN, **fields, "name": f"{prefix}{number}"} for number in range(n)]


def whole(log: EventLog) -> Reading:
    """Return the log read to its horizon."""
    return Reading.at_day(log)
