"""Contacts under a cap on attempts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np

from simcollect.core.codes import EventKind
from simcollect.core.eventlog import EventLog
from simcollect.core.units import MINUTES_PER_DAY
from simcollect.outcomes.reading import Reading
from simcollect.scenario import Scenario
from simcollect.scenario.variation import varied
from simcollect.verify.base import base, borrowers
from simcollect.verify.case import Case, Given, Parameter, Theory
from simcollect.verify.theory.contact import attempts_used, reached_prob

_WEEK: Final = 7


class ContactCap(Case):
    """A dialler that wants to call more often than a rule allows, and stops when it has reached the borrower.

    The strategy asks for up to eight automated calls a day; ``rules.calls_per_7_days`` lets through the cap;
    ``rules.quiet_days_after_conversation`` ends the calls after a contact. Exact: nothing else is going on. The
    probability of an answer is that of every attempt (no decay, no effect of the hour), at most 0.95 as in the engine.
    """

    def theory(self, given: Given) -> Theory:
        """Return the binomial and truncated geometric values."""
        prob, cap, weeks = given["rpc_prob"], given["attempts"], given["weeks"]
        return {
            "P(contact within a week)": reached_prob(prob, cap),
            "attempts in the first week": attempts_used(prob, cap),
            f"P(contact within {weeks} weeks)": reached_prob(prob, cap * weeks),
        }

    def scenario(self, given: Given) -> Scenario:
        """Return a scenario with a dialler under a cap."""
        days = _WEEK * given["weeks"]
        steps = min(8, -(-given["attempts"] // _WEEK) + 1)
        calls = {"action": "automated_call", "day": 0, "repeat_days": 1, "maximum": days}
        dialler: dict[str, Any] = {"early": {"enter_dpd": 0, "steps": [calls] * steps}, "mid": {"enter_dpd": 3000}}
        dialler |= {"late": {"enter_dpd": 3001}, "final": {"enter_dpd": 3002}}
        return varied(
            base(),
            {
                "portfolio.accounts": borrowers(given["borrowers"]),
                "run.horizon_days": days,
                "behaviour.contact.answer_prob": given["rpc_prob"],
                "rules.calls_per_7_days": given["attempts"],
                "rules.quiet_days_after_conversation": 3660,
                "strategies.dialler": dialler,
            },
        )

    def strategies(self, given: Given) -> tuple[str, ...]:
        """Return the one strategy."""
        return ("dialler",)

    def estimates(self, logs: Mapping[str, EventLog], scenario: Scenario, given: Given) -> Mapping[str, float]:
        """Return shares of borrowers and attempts a borrower."""
        log = logs["dialler"]
        week = Reading(log, _WEEK * MINUTES_PER_DAY - 1)
        everything = Reading.at_day(log)
        return {
            "P(contact within a week)": float(np.mean(week.count(EventKind.CONVERSATION) > 0)),
            "attempts in the first week": float(np.mean(week.count(EventKind.DIALLED))),
            f"P(contact within {given['weeks']} weeks)": float(np.mean(everything.count(EventKind.CONVERSATION) > 0)),
        }


CASES: Final = (
    ContactCap(
        "contact_cap",
        "A cap on contact attempts, calls stop on contact",
        "V27, geometric and binomial distributions",
        (
            Parameter("rpc_prob", 0.05, "probability", "An attempt reaches the borrower.", 0.001, 0.95),
            Parameter("attempts", 7, "attempts in 7 days", "The cap.", 1, 49),
            Parameter("weeks", 4, "weeks", "How long the dialler goes on.", 1, 26),
            Parameter("borrowers", 250, "accounts", "Borrowers a replication.", 1, 100_000),
        ),
    ),
)
