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


MONTH_DAYS: Final = 487 / 16
"""Days of a contractual month in the engine, 365.25 / 12."""
MONTH_MINUTES: Final = 43_830

NO_FADING: Final[dict[str, Any]] = {"value": 1e12, "range": [10.0, 1e12]}
"""For ``behaviour.payment.ageing_days``: a base intensity that stays as it is."""

STANDSTILL: Final[dict[str, Any]] = {"0": {"to": [1.0]}, "1+": {"to": [0.0, 1.0]}}
"""For ``behaviour.rolls``: nobody pays of his own accord."""

_WEEK: Final = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


def pursuing(strategy: str, **tables: dict[str, Any]) -> dict[str, Any]:
    """Return changes that add a strategy, in force from minute 0 in every stage, and unlimited staff at all hours.

    Accounts are reviewed at midnight, because contact is permitted from then on; every task takes a minute.

    Parameters
    ----------
    strategy
        Its name.
    **tables
        Its tables: ``early={"steps": [...]}``. The last stage with a table of its own is entered at once.
    """
    never = 3000
    stages = ("early", "mid", "late", "final")
    reached = max((stages.index(stage) for stage in stages if stage in tables), default=0)
    levers: dict[str, Any] = {
        stage: {"enter_dpd": 0 if place <= reached else never, **tables.get(stage, {})}
        for place, stage in enumerate(stages)
    }
    levers |= {name: table for name, table in tables.items() if name not in stages}
    changes: dict[str, Any] = {
        f"strategies.{strategy}": levers,
        "rules.hours_start": "00:00",
        "rules.hours_end": "08:00",
    }
    for pool in ("callers", "negotiators", "legal_officers", "settlement_desk"):
        shift: dict[str, Any] = {
            "headcount": "unlimited",
            "shift_start": "00:00",
            "shift_end": "24:00",
            "weekdays": _WEEK,
        }
        shift["absence_share"] = 0.0
        changes |= {f"capacity.pools.{pool}.{field}": value for field, value in shift.items()}
    for task in ("lawsuit", "settlement_offer", "write_off"):
        changes[f"capacity.tasks.{task}"] = {"value": 1.0, "range": [1.0, 60.0]}
    return changes
