"""What an event log says: ledger, accounts, headline outcomes, twins, capacity, audit. The model is never asked."""

from __future__ import annotations

from simcollect.outcomes.accounts import account_table
from simcollect.outcomes.audit import (
    AuditError,
    ConductRules,
    Finding,
    Findings,
    StaffLimits,
    audit,
    same_before_first_action,
)
from simcollect.outcomes.capacity import capacity_by_day, capacity_by_pool
from simcollect.outcomes.economics import Economics
from simcollect.outcomes.headline import Outcomes, headline, headlines
from simcollect.outcomes.ledger import Ledger, LedgerTotals, ledger
from simcollect.outcomes.measures import HEADLINE, MEASURES, Measure
from simcollect.outcomes.reading import Reading
from simcollect.outcomes.standing import CustomerStanding, Standing, customer_standing, standing
from simcollect.outcomes.twins import IncrementalRecovery, check_twins, incremental_recovery

__all__ = [
    "HEADLINE",
    "MEASURES",
    "AuditError",
    "ConductRules",
    "CustomerStanding",
    "Economics",
    "Finding",
    "Findings",
    "IncrementalRecovery",
    "Ledger",
    "LedgerTotals",
    "Measure",
    "Outcomes",
    "Reading",
    "StaffLimits",
    "Standing",
    "account_table",
    "audit",
    "capacity_by_day",
    "capacity_by_pool",
    "check_twins",
    "customer_standing",
    "headline",
    "headlines",
    "incremental_recovery",
    "ledger",
    "same_before_first_action",
    "standing",
]
