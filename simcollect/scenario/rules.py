"""Rules of conduct that a run enforces. A rule that is not named is off. Illustrative, not legal advice.

A rules block may start from a pack of dated rules (:mod:`simcollect.scenario.packs`) and change single fields:
``calls_per_7_days = 10`` takes the place of the pack's number, ``calls_per_7_days = "off"`` switches the rule off.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Annotated, Any, Final, TypeAlias

from pydantic import Field

from simcollect.core.codes import Rule
from simcollect.scenario.kinds import (
    Clock,
    Days,
    Document,
    Flag,
    Kind,
    Months,
    Name,
    Positive,
    Share,
    clock_minutes,
    kind_of,
)
from simcollect.scenario.places import Problem, shown
from simcollect.scenario.strategy import Levers

MOST_CAP: Final = 64
"""Largest cap on contacts, count: a run remembers so many of a borrower's last attempts."""

Cap: TypeAlias = Annotated[
    int,
    Field(ge=0, le=MOST_CAP),
    Kind("count", "a whole number from 0 to 64, the most attempts that a run counts back"),
]

OFF: Final = "off"
"""What a scenario writes for a field whose rule is not to apply."""
PACK_FIELD: Final = "pack"


class Rules(Document):
    """Limits on what a strategy may do, whoever the borrower is."""

    pack: Name | None = Field(
        None, description="Rule pack to start from: a packaged one's name, or the path of a TOML file of your own."
    )
    calls_per_7_days: Cap | None = Field(None, description="Most call attempts to a borrower in any 7 days (count).")
    calls_per_day: Cap | None = Field(
        None, description="Most call attempts to a borrower in one day of the borrower's calendar (count)."
    )
    messages_per_7_days: Cap | None = Field(None, description="Most messages to a borrower in any 7 days (count).")
    quiet_days_after_conversation: Days | None = Field(
        None, description="Days without calls after a telephone conversation."
    )
    hours_start: Clock | None = Field(None, description="Earliest time of contact (borrower's local time).")
    hours_end: Clock | None = Field(None, description="Latest time of contact (borrower's local time).")
    visit_two_people: Flag = Field(False, description="Whether visits are made by two people.")
    visit_notice_days: Days | None = Field(None, description="Days between the notice of a visit and the visit.")
    honour_cease: Flag = Field(False, description="Whether a request to cease contact ends all contact.")
    honour_opt_out: Flag = Field(False, description="Whether opting out of a channel ends messages on that channel.")
    consent_needed: Flag = Field(False, description="Whether messages and automated calls need prior consent.")
    moratorium_days: Days | None = Field(None, description="Days without demands after hardship is disclosed.")
    vulnerable_moratorium_days: Days | None = Field(
        None, description="The same for borrowers who declared vulnerability, if longer (days)."
    )
    moratorium_interest_free: Flag = Field(
        True, description="Whether no interest or penalty is charged for the days of a moratorium."
    )
    forbearance_before_suit: Flag = Field(
        False, description="Whether a plan or a settlement must have been offered before a suit."
    )
    vulnerable_hold: Flag = Field(False, description="Whether legal means against vulnerable borrowers are barred.")
    added_costs_barred: Flag = Field(False, description="Whether costs of collection may not be put on the debt.")
    plan_surplus_share: Share | None = Field(
        None, description="Largest share of the surplus found that a plan's instalment may take (0 to 1)."
    )
    plan_min_instalments: Positive | None = Field(None, description="Fewest instalments of a repayment plan (count).")
    max_discount_share: Share | None = Field(
        None, description="Largest share of principal a settlement may forgive (0 to 1): the desk's authority."
    )
    max_plan_months: Months | None = Field(None, description="Longest plan or settlement by instalments (months).")
    forbid_third_party: Flag = Field(
        True, description="Telling third parties about a debt is forbidden; true is the only setting."
    )


FIELDS_OF_RULE: Final[Mapping[Rule, tuple[str, ...]]] = {
    Rule.CALLS_PER_7_DAYS: ("calls_per_7_days",),
    Rule.CALLS_PER_DAY: ("calls_per_day",),
    Rule.MESSAGES_PER_7_DAYS: ("messages_per_7_days",),
    Rule.QUIET_AFTER_CONVERSATION: ("quiet_days_after_conversation",),
    Rule.PERMITTED_HOURS: ("hours_start", "hours_end"),
    Rule.VISIT_TWO_PEOPLE: ("visit_two_people",),
    Rule.VISIT_NOTICE: ("visit_notice_days",),
    Rule.CEASE_REQUEST: ("honour_cease",),
    Rule.OPT_OUT: ("honour_opt_out",),
    Rule.NO_CONSENT: ("consent_needed",),
    Rule.MORATORIUM: ("moratorium_days", "vulnerable_moratorium_days"),
    Rule.INTEREST_IN_MORATORIUM: ("moratorium_interest_free",),
    Rule.FORBEARANCE_BEFORE_SUIT: ("forbearance_before_suit",),
    Rule.VULNERABLE_HOLD: ("vulnerable_hold",),
    Rule.ADDED_COSTS: ("added_costs_barred",),
    Rule.PLAN_TOO_LARGE: ("plan_surplus_share",),
    Rule.PLAN_TOO_SHORT: ("plan_min_instalments",),
    Rule.PLAN_TOO_LONG: ("max_plan_months",),
    Rule.DISCOUNT_BEYOND_AUTHORITY: ("max_discount_share",),
    Rule.THIRD_PARTY: ("forbid_third_party",),
}
"""Fields of the rules block that switch on the rule of each code; with a pack they lead to its id and citation."""


def off_value(field: str) -> Any:
    """What a field of the rules block holds when its rule is off: false, or nothing.

    Examples
    --------
    >>> off_value("honour_cease"), off_value("calls_per_7_days") is None
    (False, True)
    """
    return False if isinstance(Rules.model_fields[field].default, bool) else None


def unit_of(field: str) -> str:
    """Unit of a field of the rules block.

    Examples
    --------
    >>> unit_of("hours_start"), unit_of("calls_per_day"), unit_of("max_plan_months")
    ('minutes after midnight', 'count', 'months')
    """
    model = Rules.model_fields[field]
    kind = kind_of(model.annotation, model.metadata)
    name = kind.name if kind is not None else ""
    return {"clock": "minutes after midnight"}.get(name, "months" if field.endswith("_months") else name)


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


def authority_problems(levers: Levers, rules: Rules, cited: Callable[[str], str]) -> Iterator[Problem]:
    """Which plans and offers of a strategy go beyond what the rules permit.

    Parameters
    ----------
    levers : Levers
        The strategy's, or one segment's.
    rules : Rules
        The limits.
    cited : callable
        Words for a field of the rules block: its name, and the pack's rule that sets it.
    """
    discount, months, fewest = rules.max_discount_share, rules.max_plan_months, rules.plan_min_instalments
    for position, offer in enumerate(levers.final.offers):
        if discount is not None and offer.discount_share > discount:
            yield Problem(
                ("final", "offers", position, "discount_share"),
                shown(offer.discount_share),
                f"at most {discount:g}, the authority in {cited('max_discount_share')}",
                "Lower the discount, or raise the authority if policy allows it.",
            )
        lengths = (offer.instalments, *offer.longer_instalments)
        if months is not None and max(lengths) > months:
            yield Problem(
                ("final", "offers", position, "instalments" if offer.instalments > months else "longer_instalments"),
                shown(max(lengths)),
                f"at most {months}, the limit in {cited('max_plan_months')}",
                "Shorten the settlement, or raise the limit if policy allows it.",
            )
    if not levers.mid.plan_offered:
        return
    if months is not None and levers.mid.plan_max_months > months:
        yield Problem(
            ("mid", "plan_max_months"),
            shown(levers.mid.plan_max_months),
            f"at most {months}, the limit in {cited('max_plan_months')}",
            "Shorten the plan, or raise the limit if policy allows it.",
        )
    if fewest is not None and levers.mid.plan_max_months < fewest:
        yield Problem(
            ("mid", "plan_max_months"),
            shown(levers.mid.plan_max_months),
            f"at least {fewest}, the fewest instalments by {cited('plan_min_instalments')}",
            "Allow longer plans, or set plan_offered = false.",
        )
