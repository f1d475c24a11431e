"""The engine against closed-form theory: cases, their runs, verdicts. Every case runs the real engine."""

from __future__ import annotations

from simcollect.verify.case import Band, Case, Given, Parameter, Theory
from simcollect.verify.registry import CASES, cases_named
from simcollect.verify.verdict import Row
from simcollect.verify.verification import Verification, verify

__all__ = [
    "CASES",
    "Band",
    "Case",
    "Given",
    "Parameter",
    "Row",
    "Theory",
    "Verification",
    "cases_named",
    "verify",
]
