"""Rules of conduct that a run enforces. A rule that is not named is off. Illustrative, not legal advice."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, TypeAlias

from pydantic import Field

from simcollect.scenario.kinds import Clock, Count, Days, Document, Flag, Kind, Months, Share, clock_minutes
from simcollect.scenario.places import Problem, shown
from simcollect.scenario.strategy import Levers

Cap: TypeAlias = Annotated[Count, Kind("count", "a whole number from 0 to 1,000,000")]


class Rules(Document):
    """Limits on what a strategy may do, whoever the borrower is."""

    calls_per_7_days: Cap | None = Field(None, description="Most call attempts to a borrower in any 7 days (count).")
    messages_per_7_days: Cap | None = Field(None, description="Most messages to a borrower in any 7 days (count).")
    quiet_days_after_conversation: Days | None = Field(
        None, description="Days without calls after a telephone conversation."
    )
    hours_start: Clock | None = Field(None, description="Earliest time of contact (borrower's local time).")
    hours_end: Clock | None = Field(None, description="Latest time of contact (borrower's local time).")
    visit_two_people: Flag = Field(False, description="Whether visits are made by two people.")
    honour_cease: Flag = Field(False, description="Whether a request to cease contact ends all contact.")
    consent_needed: Flag = Field(False, description="Whether messages and automated calls need prior consent.")
    moratorium_days: Days | None = Field(None, description="Days without demands after hardship is disclosed.")
    forbearance_before_suit: Flag = Field(
        False, description="Whether a plan or a settlement must have been offered before a suit."
    )
    vulnerable_hold: Flag = Field(False, description="Whether legal means against vulnerable borrowers are barred.")
    max_discount_share: Share | None = Field(
        None, description="Largest share of principal a settlement may forgive (0 to 1): the desk's authority."
    )
    max_plan_months: Months | None = Field(None, description="Longest plan or settlement by instalments (months).")
    forbid_third_party: Flag = Field(
        True, description="Telling third parties about a debt is forbidden; true is the only setting."
    )


def rule_problems(rules: Rules) -> Iterator[Problem]:
    """What contradicts itself among the rules."""
    start, end = rules.hours_start, rules.hours_end
    if (start is None) != (end is None):
        missing = "hours_start" if start is None else "hours_end"
        yield Problem(
            (missing,), "is missing", "both hours_start and hours_end, or neither", f'Add {missing} = "HH:MM".'
        )
    elif start is not None and end is not None and clock_minutes(end) <= clock_minutes(start):
        yield Problem(
            ("hours_end",),
            shown(end),
            f'a time after hours_start "{start}"',
            "Permitted hours lie within one day; swap the two.",
        )
    if not rules.forbid_third_party:
        yield Problem(
            ("forbid_third_party",),
            shown(False),
            "true: no action of the program tells third parties (rule THIRD_PARTY, R20 of the rule packs)",
            "Remove the line.",
        )


def authority_problems(levers: Levers, rules: Rules) -> Iterator[Problem]:
    """Which plans and offers of a strategy go beyond what the rules permit."""
    discount, months = rules.max_discount_share, rules.max_plan_months
    for position, offer in enumerate(levers.final.offers):
        if discount is not None and offer.discount_share > discount:
            yield Problem(
                ("final", "offers", position, "discount_share"),
                shown(offer.discount_share),
                f"at most {discount:g}, the authority in rules.max_discount_share",
                "Lower the discount, or raise the authority if policy allows it.",
            )
        if months is not None and offer.instalments > months:
            yield Problem(
                ("final", "offers", position, "instalments"),
                shown(offer.instalments),
                f"at most {months}, the limit in rules.max_plan_months",
                "Shorten the settlement, or raise the limit if policy allows it.",
            )
    if months is not None and levers.mid.plan_offered and levers.mid.plan_max_months > months:
        yield Problem(
            ("mid", "plan_max_months"),
            shown(levers.mid.plan_max_months),
            f"at most {months}, the limit in rules.max_plan_months",
            "Shorten the plan, or raise the limit if policy allows it.",
        )
