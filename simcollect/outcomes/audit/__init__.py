"""The auditor: what must hold in any event log, worked out from its rows alone.

It knows nothing of the engine and shares no code with it, so it can be wrong only in its own way. Every check is a
function of a reading that returns the rows at fault; :func:`audit` runs them all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

from simcollect.core.eventlog import EventLog
from simcollect.outcomes.audit import agreements, conduct, form, life, money, work
from simcollect.outcomes.audit.before_action import same_before_first_action
from simcollect.outcomes.audit.conduct import ConductRules
from simcollect.outcomes.audit.findings import AuditError, Fault, Finding, Findings
from simcollect.outcomes.audit.work import StaffLimits
from simcollect.outcomes.reading import Reading

__all__ = [
    "AuditError",
    "ConductRules",
    "Finding",
    "Findings",
    "StaffLimits",
    "audit",
    "same_before_first_action",
]

Check = Callable[[Reading], Iterable[Fault]]

CHECKS: Final[dict[str, Check]] = {
    "cash_conserved": money.cash_conserved,
    "balance_never_negative": money.balance_never_negative,
    "nothing_before_opened": life.nothing_before_opened,
    "nothing_after_closed": life.nothing_after_closed,
    "causes_precede_effects": life.causes_precede_effects,
    "work_accounted_for": work.work_accounted_for,
    "one_job_at_a_time": work.one_job_at_a_time,
    "staff_time_passes": work.staff_time_passes,
    "promises_match": agreements.promises_match,
    "instalments_inside_agreement": agreements.instalments_inside_agreement,
    "holds_match": agreements.holds_match,
}
"""Invariants of every log, by name. ``well_formed`` runs before them, for they rely on it."""


def audit(
    log: EventLog,
    rules: ConductRules | None = None,
    capacity: StaffLimits | None = None,
    conduct_only: bool = False,
) -> Findings:
    """Return everything that is wrong with a log.

    Parameters
    ----------
    log
        Any event log, also one that no simulation made.
    rules
        Rules of conduct to hold it to. Without them only requests to cease contact and third parties are looked at.
    capacity
        Headcount by pool; without it no headcount is checked.
    conduct_only
        Whether to ask about conduct alone: of a log that keeps contacts but no money, work or agreements.

    Notes
    -----
    A log that is not well formed (unknown kinds, accounts that do not exist, time running back) is not checked further.
    """
    reading = Reading.at_day(log)
    found: dict[str, list[Fault]] = {"well_formed": list(form.well_formed(log))}
    if not any(fault.n for fault in found["well_formed"]):
        for name, check in ({} if conduct_only else CHECKS).items():
            found[name] = list(check(reading))
        found.update({name: list(faults) for name, faults in conduct.conduct(reading, rules or ConductRules()).items()})
        if capacity is not None and not conduct_only:
            found["within_headcount"] = list(work.within_headcount(reading, capacity))
    return Findings.of(log, found)
