"""A strategy: the levers a researcher moves, stage by stage.

Every field has a neutral default, the built-in root ``defaults``: a strategy that names nothing does nothing.
``inherits`` starts from another strategy instead. Tables merge field by field; a list (steps, offers) replaces the
parent's list whole. ``segments`` holds partial overrides laid on top of the strategy, inherited ones included.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from simcollect.scenario.kinds import (
    Count,
    Days,
    DaysOrNever,
    Document,
    Flag,
    Kind,
    Money,
    Months,
    Name,
    Positive,
    Share,
    Text,
)
from simcollect.scenario.places import Problem, shown

MAX_STEPS = 8
"""Most contact steps a stage can have."""
MAX_OFFERS = 6
"""Most rungs a settlement ladder can have."""
MAX_LONGER = 12
"""Most numbers of instalments that a rung can leave to the borrower's choice beside its own."""
ROOT = "defaults"
"""Name of the built-in strategy that every other starts from."""

PerWeek: TypeAlias = Annotated[int, Field(ge=0, le=14), Kind("count", "a whole number from 0 to 14")]
Tone: TypeAlias = Literal["gentle", "neutral", "firm"]
EarlyAction: TypeAlias = Literal["sms", "email", "automated_call", "call"]
MidAction: TypeAlias = Literal["sms", "email", "automated_call", "call", "negotiation_call", "case_analysis", "visit"]
OfferStage: TypeAlias = Literal["mid", "late", "final"]


class Step(Document):
    """One contact or piece of analysis of a stage's cadence; the stage's own kind of step says which there are."""

    day: Days = Field(description="Day the action is first due (days after entering the stage, 0 to 3660).")
    repeat_days: Days = Field(0, description="Days between repeats of the action; 0: once only.")
    repeat_from: Literal["asked", "done"] = Field(
        "asked", description="What repeat_days count from: when the action was asked of staff, or when it was done."
    )
    maximum: Positive = Field(1, description="Most times the action is done in this stage (count).")
    per_week: PerWeek = Field(
        0, description="Times a week the action is done, 1 to 14, in place of repeat_days; 0: by repeat_days."
    )


class EarlyStep(Step):
    """One contact of the early stage's cadence."""

    action: EarlyAction = Field(description="What is done: sms, email, automated_call or call.")


class MidStep(Step):
    """One contact or piece of analysis of the mid stage's cadence."""

    action: MidAction = Field(
        description="What is done: sms, email, automated_call, call, negotiation_call, case_analysis or visit."
    )


class Offer(Document):
    """One rung of the settlement ladder."""

    stage: OfferStage = Field("final", description="Stage whose entry starts the offer's clock: mid, late or final.")
    day: Days = Field(description="Day of the offer (days after entering the stage, 0 to 3660).")
    discount_share: Share = Field(0.0, description="Share of principal forgiven (0 to 1).")
    waive_share: Share = Field(0.0, description="Share of interest, fees and costs waived (0 to 1).")
    instalments: Positive = Field(1, description="Monthly instalments of the settlement sum (count; 1: lump sum).")
    longer_instalments: Annotated[tuple[Positive, ...], Field(max_length=MAX_LONGER)] = Field(
        (),
        description="Larger numbers of instalments that the borrower may choose instead (counts, rising; at most 12): "
        "he takes the fewest that he can afford.",
    )
    expiry_days: Days = Field(30, description="Days the offer stands.")


class Early(Document):
    """Early stage: gentle reminders, and a conversation that probes for the reason."""

    enter_dpd: Days = Field(1, description="Days past due at which the stage begins.")
    tone: Tone = Field("gentle", description="Tone of messages and calls: gentle, neutral or firm.")
    steps: Annotated[tuple[EarlyStep, ...], Field(max_length=MAX_STEPS)] = Field(
        (), description="Contacts of the stage, in order; at most 8."
    )
    grace_days_low: Days = Field(0, description="Days in stage before a human calls a low-risk account.")
    grace_days_medium: Days = Field(0, description="Days in stage before a human calls a medium-risk account.")
    grace_days_high: Days = Field(0, description="Days in stage before a human calls a high-risk account.")
    caller: Literal["human", "automated", "automated_until"] = Field(
        "human", description="Who makes the calls: human, automated, or automated until automated_until_day."
    )
    automated_until_day: Days = Field(0, description="Day in stage from which humans call (if caller says so).")
    channel_rule: Literal["as_listed", "preferred"] = Field(
        "as_listed", description="Messages go by the listed channel, or by the one the borrower prefers."
    )


class Mid(Document):
    """Mid stage: analysis, negotiation, visits and repayment plans."""

    enter_dpd: Days = Field(30, description="Days past due at which the stage begins.")
    enter_after_days: DaysOrNever = Field(-1, description="Days in the early stage that also lead here; -1: off.")
    tone: Tone = Field("neutral", description="Tone of messages, calls and visits: gentle, neutral or firm.")
    steps: Annotated[tuple[MidStep, ...], Field(max_length=MAX_STEPS)] = Field(
        (), description="Contacts and analyses of the stage, in order; at most 8."
    )
    visit_min_balance: Money = Field(0.0, description="Balance below which no visit is made (major units).")
    plan_offered: Flag = Field(False, description="Whether a repayment plan can be agreed in a conversation.")
    plan_affordability_share: Share = Field(
        0.5, description="Share of the spare income found in the conversation that the instalment takes (0 to 1)."
    )
    plan_max_months: Months = Field(12, description="Longest repayment plan (months).")
    plan_down_payment_share: Share = Field(0.0, description="Share of the sum due asked as down-payment (0 to 1).")
    plan_interest_waived_share: Share = Field(
        0.0, description="Share of interest waived while a plan is kept (0 to 1)."
    )


class FollowUp(Document):
    """What is done after a promise or a plan."""

    promise_max_days: Days = Field(14, description="Latest day for which a promise to pay is taken (days ahead).")
    broken_promise_call_days: DaysOrNever = Field(
        2, description="Days from a broken promise to the call about it; -1: never."
    )
    plan_check_days: DaysOrNever = Field(3, description="Days from a missed plan instalment to the call; -1: never.")
    max_missed_instalments: Count = Field(1, description="Instalments missed in a row before the plan is broken.")


class Late(Document):
    """Late stage: legal means."""

    enter_dpd: Days = Field(90, description="Days past due at which the stage begins.")
    enter_after_days: DaysOrNever = Field(-1, description="Days in the mid stage that also lead here; -1: off.")
    accelerate: Flag = Field(False, description="Whether the whole balance becomes due on entry.")
    assess: Flag = Field(False, description="Whether a pre-legal risk assessment decides if a suit is worth it.")
    assess_day: Days = Field(0, description="Day of the assessment (days after entering the stage).")
    min_balance: Money = Field(0.0, description="Balance below which no suit is filed (major units).")
    min_net_yield: Money = Field(
        0.0, description="Expected net yield below which the assessment says no suit (major units)."
    )
    letter_day: DaysOrNever = Field(-1, description="Day of the lawyer's letter (days after entry); -1: none.")
    suit_day: DaysOrNever = Field(-1, description="Day the suit is filed (days after entry); -1: none.")
    enforce: Flag = Field(False, description="Whether a judgment is enforced.")
    add_costs: Flag = Field(False, description="Whether legal costs are added to the debt.")
    mark_credit_record: Flag = Field(False, description="Whether the default is reported to the credit bureau.")
    keep_negotiating: Flag = Field(False, description="Whether the mid stage's steps go on during the late stage.")
    hold_vulnerable: Flag = Field(True, description="Whether vulnerable borrowers are spared legal means.")


class Final(Document):
    """Final stage: settlement, write-off or sale, closing record."""

    enter_dpd: Days = Field(180, description="Days past due at which the stage begins.")
    enter_after_days: DaysOrNever = Field(-1, description="Days in the late stage that also lead here; -1: off.")
    offers: Annotated[tuple[Offer, ...], Field(max_length=MAX_OFFERS)] = Field(
        (), description="The settlement ladder, in order; at most 6 rungs."
    )
    random_days: Days = Field(0, description="Every offer's day is moved later by 0 to this many days at random.")
    min_balance: Money = Field(0.0, description="Balance below which no settlement is offered (major units).")
    offers_after_break: Flag = Field(
        True, description="Whether the ladder goes on for a borrower who broke a plan or a settlement."
    )
    disposal: Literal["none", "write_off", "sell"] = Field(
        "none", description="What becomes of an account still open at disposal_dpd: none, write_off or sell."
    )
    disposal_dpd: Days = Field(360, description="Days past due at which the account is disposed of.")
    disposal_random_days: Days = Field(
        0,
        description="Days that an account waits for the next bulk disposal: 0 to this many, at random; again after "
        "a broken agreement.",
    )
    disposal_share: Share = Field(
        1.0, description="Share of the accounts then still open that are disposed of, chosen at random (0 to 1)."
    )
    closing_record: Flag = Field(False, description="Whether a closing record with an evaluation is made.")


class Restoration(Document):
    """What is done for a customer whose case is closed."""

    from_stage: Literal["early", "mid", "late", "final"] = Field(
        "mid", description="Stage that a case must have reached to be restored: early, mid, late or final."
    )
    care_call: Flag = Field(False, description="Whether a care call is made.")
    fee_goodwill_share: Share = Field(
        0.0, description="Share of the interest and fees paid that is given back (0 to 1)."
    )
    credit_rebuild: Flag = Field(False, description="Whether the credit-record mark is removed.")
    reopen_line: Flag = Field(False, description="Whether the credit line is opened again.")
    delay_days: Days = Field(7, description="Days from closing to restoration.")
    min_margin: Money = Field(0.0, description="Customer value from which restoration is done (margin a year, major).")


class Escalation(Document):
    """What moves an account on before its day, and what holds it back."""

    refusals: Count = Field(0, description="Refusals that move an account on to the next stage; 0: off.")
    broken_promises: Count = Field(0, description="Broken promises that move an account on; 0: off.")
    attempts_without_reach: Count = Field(0, description="Failed attempts that move an account on; 0: off.")
    plan_broken: Flag = Field(False, description="Whether a broken plan moves an account on.")
    balance_floor: Money = Field(0.0, description="Balance below which an account never enters late (major units).")
    hold_on_promise: Flag = Field(True, description="Whether a live promise holds escalation.")
    hold_on_plan: Flag = Field(True, description="Whether a live plan holds escalation.")
    hold_on_settlement: Flag = Field(True, description="Whether a live settlement holds escalation.")
    hold_on_dispute: Flag = Field(True, description="Whether an open dispute holds escalation.")
    hold_on_hardship: Flag = Field(True, description="Whether disclosed hardship holds escalation.")
    dispute_hold_days: Days = Field(30, description="Longest hold for a dispute (days).")
    hardship_hold_days: Days = Field(30, description="Hold after hardship is disclosed (days).")


class Stop(Document):
    """When attempts end."""

    max_attempts: Count = Field(0, description="Attempts on an account after which no more are made; 0: off.")
    after_dpd: Days = Field(0, description="Days past due after which no more attempts are made; 0: off.")
    min_balance: Money = Field(0.0, description="Balance below which no attempts are made (major units).")


class Work(Document):
    """When work is found, in what order it is taken, and by whom."""

    priority: Literal["oldest", "largest", "riskiest", "lowest_score", "incremental_value"] = Field(
        "oldest", description="Which waiting account is worked first."
    )
    routing: Literal["any", "best_to_largest", "best_to_riskiest"] = Field(
        "any", description="Whether skilled staff take the largest or riskiest accounts, or whatever comes."
    )
    review: Literal["morning", "at_once"] = Field(
        "morning", description="When what falls due is found: at the review in the morning, or at once, day and night."
    )


class Levers(Document):
    """All levers of a strategy for one group of accounts."""

    early: Early = Field(default_factory=Early, description="Early stage: reminders.")
    mid: Mid = Field(default_factory=Mid, description="Mid stage: analysis, negotiation, visits, plans.")
    follow_up: FollowUp = Field(default_factory=FollowUp, description="After a promise or a plan.")
    late: Late = Field(default_factory=Late, description="Late stage: legal means.")
    final: Final = Field(default_factory=Final, description="Final stage: settlement and closing.")
    restoration: Restoration = Field(default_factory=Restoration, description="After a case is closed.")
    escalation: Escalation = Field(default_factory=Escalation, description="Triggers and holds.")
    stop: Stop = Field(default_factory=Stop, description="When attempts end.")
    work: Work = Field(default_factory=Work, description="Order and routing of work.")


class Strategy(Levers):
    """A named setting of all levers, with overrides by segment."""

    description: Text = Field("", description="What the strategy is for, in a sentence.")
    description_zh: Text = Field("", description="The same in Chinese.")
    inherits: Name | None = Field(None, description='Strategy to start from; without it the built-in "defaults".')
    segments: dict[str, Levers] = Field(
        default_factory=dict, description="Overrides by segment name: any of the tables above, in part."
    )


def order_problems(levers: Levers) -> Iterator[Problem]:
    """What contradicts itself in one setting of the levers.

    Parameters
    ----------
    levers : Levers
        A strategy, or one segment's resolved levers.

    Yields
    ------
    Problem
        With the place relative to the levers.
    """
    stages = [("early", levers.early.enter_dpd), ("mid", levers.mid.enter_dpd)]
    stages += [("late", levers.late.enter_dpd), ("final", levers.final.enter_dpd)]
    for (before, earlier), (after, later) in pairwise(stages):
        if later < earlier:
            yield Problem(
                (after, "enter_dpd"),
                shown(later),
                f"at least {earlier}, the day the {before} stage begins: the stages come in the order "
                "early, mid, late, final",
                f"Set {after}.enter_dpd to {earlier} or more, or lower {before}.enter_dpd.",
            )
    yield from _step_problems("early", levers.early.steps)
    yield from _step_problems("mid", levers.mid.steps)
    yield from _analysis_problems(levers.mid.steps)
    late, final = levers.late, levers.final
    if 0 <= late.suit_day < late.letter_day:
        yield Problem(
            ("late", "letter_day"),
            shown(late.letter_day),
            f"a day not after the suit on day {late.suit_day}",
            "Send the letter before the suit, or set letter_day = -1.",
        )
    if late.assess and 0 <= late.suit_day < late.assess_day:
        yield Problem(
            ("late", "assess_day"),
            shown(late.assess_day),
            f"a day not after the suit on day {late.suit_day}, which the assessment decides",
            "Assess before the suit, or set assess = false.",
        )
    if final.disposal != "none" and final.disposal_dpd < final.enter_dpd:
        yield Problem(
            ("final", "disposal_dpd"),
            shown(final.disposal_dpd),
            f"at least {final.enter_dpd}, the day the final stage begins",
            "Dispose of accounts after they entered the final stage.",
        )
    for position, offer in enumerate(final.offers):
        if any(later <= earlier for earlier, later in pairwise((offer.instalments, *offer.longer_instalments))):
            yield Problem(
                ("final", "offers", position, "longer_instalments"),
                shown(list(offer.longer_instalments)),
                f"rising numbers above instalments, {offer.instalments}",
                "Name the shortest in instalments and the longer ones after it, each once.",
            )
    if levers.early.caller == "automated_until" and levers.early.automated_until_day == 0:
        yield Problem(
            ("early", "automated_until_day"),
            shown(0),
            'a day of at least 1, because caller = "automated_until"',
            'Give the day in stage from which humans call, or set caller = "human".',
        )


def _step_problems(stage: str, steps: tuple[Step, ...]) -> Iterator[Problem]:
    for position, step in enumerate(steps):
        if step.maximum > 1 and step.repeat_days == 0 and step.per_week == 0:
            yield Problem(
                (stage, "steps", position, "maximum"),
                shown(step.maximum),
                "1, because the step does not repeat (repeat_days = 0)",
                "Add repeat_days, the days between repeats, or per_week.",
            )
        for field in ("repeat_days", "per_week"):
            if step.maximum == 1 and getattr(step, field) > 0:
                yield Problem(
                    (stage, "steps", position, field),
                    shown(getattr(step, field)),
                    "a maximum above 1 for a step that repeats",
                    "Add maximum, the most times the action is done.",
                )
        if step.repeat_days > 0 and step.per_week > 0:
            yield Problem(
                (stage, "steps", position, "per_week"),
                f"is {step.per_week} beside repeat_days = {step.repeat_days}",
                "one of the two: both say how often the step repeats",
                "Remove one of them.",
            )
        if step.repeat_from == "done" and step.per_week > 0:
            yield Problem(
                (stage, "steps", position, "repeat_from"),
                'is "done" beside per_week',
                "repeat_days, which it counts: so many times a week go by the calendar",
                "Remove one of them.",
            )


def _analysis_problems(steps: tuple[MidStep, ...]) -> Iterator[Problem]:
    """Yield what asks for a second analysis of a case: it is made once, and its finding stands."""
    asked = False
    for position, step in enumerate(steps):
        if step.action != "case_analysis":
            continue
        if step.maximum > 1:
            yield Problem(
                ("mid", "steps", position, "maximum"),
                shown(step.maximum),
                "1 for case_analysis: a case is analysed once, and what is found stands",
                "Leave maximum, repeat_days and per_week out of this step.",
            )
        elif asked:
            yield Problem(
                ("mid", "steps", position, "action"),
                'is a second "case_analysis"',
                "one such step at most: a case is analysed once, and what is found stands",
                "Remove one of the two.",
            )
        asked = True
