"""Every table of outcomes: one file a noun, one function a table, each from the event log alone.

What a column means stands in the "Columns" section of the docstring of its table's function, with its unit; the data
dictionary that is written beside the files is made from there.
"""

from __future__ import annotations

from simcollect.outcomes.tables.agreements import plan_survival, plans, promises
from simcollect.outcomes.tables.catalogue import TABLES, TOPICS, TableKind, all_tables
from simcollect.outcomes.tables.cure_rates import cures, redefaults
from simcollect.outcomes.tables.customers import retention
from simcollect.outcomes.tables.daily import by_day, by_month
from simcollect.outcomes.tables.dictionary import Column, columns_of
from simcollect.outcomes.tables.funnels import blocked, contact_funnel, stage_flow, stage_funnel
from simcollect.outcomes.tables.groups import harm, headline_by
from simcollect.outcomes.tables.ladder import settlements
from simcollect.outcomes.tables.legal import legal_yield
from simcollect.outcomes.tables.positions import BUCKETS, Positions, positions
from simcollect.outcomes.tables.rolls import bucket_positions, roll_flows, roll_matrix, roll_rates
from simcollect.outcomes.tables.survival import kaplan_meier
from simcollect.outcomes.tables.vintages import liquidation

__all__ = [
    "BUCKETS",
    "TABLES",
    "TOPICS",
    "Column",
    "Positions",
    "TableKind",
    "all_tables",
    "blocked",
    "bucket_positions",
    "by_day",
    "by_month",
    "columns_of",
    "contact_funnel",
    "cures",
    "harm",
    "headline_by",
    "kaplan_meier",
    "legal_yield",
    "liquidation",
    "plan_survival",
    "plans",
    "positions",
    "promises",
    "redefaults",
    "retention",
    "roll_flows",
    "roll_matrix",
    "roll_rates",
    "settlements",
    "stage_flow",
    "stage_funnel",
]
