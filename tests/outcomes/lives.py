"""Lives in which every kind of event happens, made by hand; and a few from real runs, kept as tables."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simcollect.core.codes import (
    Action,
    Channel,
    CloseReason,
    Component,
    ConversationOutcome,
    Evaluation,
    EventKind,
    Hold,
    PaymentSource,
    Rule,
    Stage,
    StatedReason,
    Status,
    StopReason,
    Trigger,
    WithdrawReason,
)
from simcollect.core.eventlog import ACCOUNT_DTYPE, EVENT_DTYPE, EventLog
from tests.outcomes.handmade import CALLER, HEADER, NEGOTIATOR, NEGOTIATOR_2, Story, minute

LEGAL = 300_001
DESK = 400_002
FOREVER = 1 << 60


GOLDEN = Path(__file__).parent / "golden"


def kept(name: str) -> EventLog:
    """Return some accounts of a run of a scenario as they are kept in ``golden/``; a column added since is zero."""
    told = json.loads((GOLDEN / f"{name}_header.json").read_text(encoding="utf-8"))
    header = {field: tuple(value) if isinstance(value, list) else value for field, value in told.items()}
    rows, accounts = _table(f"{name}_rows", EVENT_DTYPE), _table(f"{name}_accounts", ACCOUNT_DTYPE)
    return EventLog(rows, accounts, replace(HEADER, **header))


def _table(name: str, dtype: np.dtype[np.void]) -> NDArray[Any]:
    with (GOLDEN / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        lines = list(csv.DictReader(file))
    table = np.zeros(len(lines), dtype=dtype)
    for column in lines[0]:
        table[column] = [int(line[column]) for line in lines]
    return table


def every_kind() -> EventLog:
    """Return a log of five lives. 0 pays after a promise; 1 has a plan; 2 is sued; 3 settles; 4 goes under."""
    story = Story(
        n=6,
        horizon_days=400,
        names=("Ada", "Boris", "Chloe", "Dora", "Emil", "Fay"),
        zones=("Europe/Berlin",),
        segments=("small", "large"),
    )
    story.accounts["instalment_cents"] = 25_000
    story.accounts["score_ppm"] = (810_000, 550_000, 320_000, 400_000, 150_000, 600_000)
    story.accounts["segment"] = (0, 0, 1, 1, 0, 0)
    story.accounts["cell"] = (0, 1, 4, 3, 2, 6)
    story.accounts["vulnerable"][4] = story.accounts["declared_vulnerable"][4] = 1
    story.accounts["arrives_at"][5] = minute(500)
    _promise(story)
    _plan(story)
    _suit(story)
    _settlement(story)
    _insolvency(story)
    return story.log(in_order=True)


def _call(story: Story, account: int, day: float, kinds: tuple[EventKind, ...], **more: int) -> None:
    """Let a caller dial after an hour on the list."""
    actor = more.get("actor", CALLER)
    action = more.get("action", Action.CALL)
    stage = more.get("stage", Stage.EARLY)
    queued = more.get("queued", 60)
    at = minute(day, "10:00") / 1440
    story.add(at - queued / 1440, EventKind.WORK_QUEUED, account, actor=actor // 100_000, detail=action, stage=stage)
    story.add(at, EventKind.WORK_STARTED, account, actor=actor, detail=action, value=queued, stage=stage)
    story.add(at, EventKind.DIALLED, account, actor=actor, channel=Channel.CALL, detail=action, stage=stage)
    for kind in kinds:
        story.add(at, kind, account, actor=actor, channel=Channel.CALL, stage=stage)
    minutes = 9 if EventKind.ANSWERED in kinds else 2
    end = at + minutes / 1440
    story.add(end, EventKind.WORK_ENDED, account, actor=actor, detail=action, value=minutes, stage=stage)


def _talk(story: Story, account: int, day: float, outcome: ConversationOutcome, **more: int) -> float:
    """Let a call reach the borrower; return the day and time at which the talk is over."""
    _call(story, account, day, (EventKind.ANSWERED,), **more)
    end = minute(day, "10:09") / 1440
    actor, stage = more.get("actor", CALLER), more.get("stage", Stage.EARLY)
    story.add(
        end, EventKind.CONVERSATION, account, actor=actor, channel=Channel.CALL, detail=outcome, value=6, stage=stage
    )
    return end


def _promise(story: Story) -> None:
    """Account 0: messages, calls, a rule in the way, a promise part-kept, a cure, a care call, late again."""
    a = 0
    story.opened(a, principal=120_000, interest=3_000, dpd=4)
    story.add(0, EventKind.STAGE_ENTERED, a, clock="08:00", stage=Stage.EARLY, detail=Trigger.DAYS, value=4)
    for day, channel, then in (
        (1, Channel.SMS, EventKind.MESSAGE_OPENED),
        (2, Channel.EMAIL, EventKind.MESSAGE_UNDELIVERED),
    ):
        story.add(day, EventKind.MESSAGE_SENT, a, clock="08:00", channel=channel, cost=5, detail=1, stage=Stage.EARLY)
        story.add(day, then, a, clock="08:00", channel=channel, stage=Stage.EARLY)
    story.add(3, EventKind.DIALLED, a, clock="08:00", channel=Channel.AUTOMATED_CALL, detail=3, cost=2, stage=1)
    story.add(3, EventKind.NO_ANSWER, a, clock="08:00", channel=Channel.AUTOMATED_CALL, stage=1)
    _call(story, a, 4, (EventKind.WRONG_PARTY,), queued=3 * 1440)
    story.add(5, EventKind.BLOCKED, a, clock="08:00", detail=Rule.CALLS_PER_7_DAYS, value=Action.CALL, stage=1)
    story.add(6, EventKind.MESSAGE_SENT, a, clock="08:00", channel=Channel.SMS, cost=5, detail=1, stage=1)
    story.add(6, EventKind.MESSAGE_OPENED, a, clock="08:00", channel=Channel.SMS, stage=1)
    story.add(6, EventKind.OPTED_OUT, a, clock="08:00", channel=Channel.SMS, stage=1)
    end = _talk(story, a, 7, ConversationOutcome.PROMISE)
    story.add(end, EventKind.PROBED, a, actor=CALLER, detail=StatedReason.FORGOT, value=2_400_000, stage=1)
    story.add(end, EventKind.WILLINGNESS_NOTED, a, actor=CALLER, value=710_000, stage=1)
    story.add(end, EventKind.PROMISE_MADE, a, amount=30_000, value=minute(12), stage=1)
    story.add(end, EventKind.HOLD_STARTED, a, detail=Hold.PROMISE, value=minute(12), stage=1)
    story.add(12, EventKind.HOLD_ENDED, a, detail=Hold.PROMISE, stage=1)
    story.add(12, EventKind.PROMISE_PART_KEPT, a, amount=12_000, stage=1).paid(12, 12_000, a, PaymentSource.PROMISE, 16)
    story.add(13, EventKind.INTEREST_CHARGED, a, amount=1_500, stage=1)
    story.add(13, EventKind.PENALTY_CHARGED, a, amount=300, stage=1)
    story.add(13, EventKind.INSTALMENT_DUE, a, amount=25_000, value=17, stage=1)
    story.add(14, EventKind.WORK_QUEUED, a, clock="08:00", actor=1, detail=Action.CALL, stage=1)
    story.add(15, EventKind.PAYMENT, a, clock="17:30", amount=43_000, detail=PaymentSource.OWN_ACCORD, stage=1)
    story.add(15, EventKind.CURED, a, clock="17:30", value=19, stage=1)
    story.add(
        15, EventKind.WORK_WITHDRAWN, a, clock="17:30", actor=1, detail=Action.CALL, value=WithdrawReason.PAID, stage=1
    )
    story.worked(20, Action.CARE_CALL, a, DESK, "10:00", "10:08")
    story.add(20, EventKind.CARE_CALL, a, clock="10:08", actor=DESK, channel=Channel.CALL, detail=1, value=8)
    story.add(20, EventKind.FEE_GOODWILL, a, clock="10:08", actor=DESK, amount=300, cost=300)
    story.add(20, EventKind.LINE_REOPENED, a, clock="10:08")
    story.paid(43, 25_000, a, PaymentSource.CONTRACTUAL)
    story.paid(74, 25_000, a, PaymentSource.CONTRACTUAL)
    story.add(104, EventKind.REDEFAULTED, a, amount=19_500)
    story.add(105, EventKind.STAGE_ENTERED, a, clock="08:00", stage=Stage.EARLY, detail=Trigger.DAYS, value=1)
    _talk(story, a, 106, ConversationOutcome.ASK_TO_CEASE)
    story.add(minute(106, "10:09") / 1440, EventKind.CEASE_REQUESTED, a, stage=1)
    story.paid(110, 19_800, a)
    story.closed(110, CloseReason.PAID_IN_FULL, a)
    story.add(120, EventKind.CUSTOMER_LEFT, a)


def _plan(story: Story) -> None:
    """Account 1: hardship, an analysis, a plan declined, a plan kept to the end after a miss, a plan broken."""
    a, stage = 1, Stage.MID
    story.opened(a, principal=90_000, fees=500, dpd=31)
    story.add(0, EventKind.STAGE_ENTERED, a, clock="08:00", stage=stage, detail=Trigger.UNREACHED, value=31)
    story.worked(2, Action.CASE_ANALYSIS, a, NEGOTIATOR, "09:00", "09:25")
    story.add(2, EventKind.ANALYSED, a, clock="09:25", actor=NEGOTIATOR, value=600_000, stage=stage)
    story.add(2, EventKind.WILLINGNESS_NOTED, a, clock="09:25", actor=NEGOTIATOR, detail=1, value=500_000, stage=stage)
    mid = {"actor": NEGOTIATOR, "action": Action.NEGOTIATION_CALL, "stage": stage}
    end = _talk(story, a, 3, ConversationOutcome.DISCLOSE_HARDSHIP, **mid)
    story.add(end, EventKind.HARDSHIP_DISCLOSED, a, stage=stage)
    story.add(end, EventKind.HOLD_STARTED, a, detail=Hold.MORATORIUM, value=minute(33, "10:09"), stage=stage)
    story.add(10, EventKind.SHOCK_STARTED, a).add(33, EventKind.HOLD_ENDED, a, clock="10:09", detail=6, stage=stage)
    story.add(40, EventKind.SHOCK_ENDED, a)
    end = _talk(story, a, 41, ConversationOutcome.ASK_FOR_PLAN, **mid)
    story.add(end, EventKind.PLAN_DECLINED, a, amount=2_000, stage=stage)
    end = _talk(story, a, 50, ConversationOutcome.ASK_FOR_PLAN, **mid)
    story.add(end, EventKind.SURPLUS_FOUND, a, amount=14_000, stage=stage)
    story.add(end, EventKind.PLAN_STARTED, a, amount=10_000, value=3, detail=3, stage=stage)
    story.add(end, EventKind.HOLD_STARTED, a, detail=Hold.PLAN, value=FOREVER, stage=stage)
    story.add(end, EventKind.WAIVED, a, amount=500, detail=Component.FEES, stage=stage)
    story.paid(end, 5_000, a, PaymentSource.DOWN_PAYMENT, dpd=60)
    story.add(60, EventKind.PLAN_INSTALMENT_KEPT, a, amount=10_000, value=2, stage=stage)
    story.paid(60, 10_000, a, PaymentSource.PLAN, dpd=50)
    story.add(90, EventKind.PLAN_INSTALMENT_MISSED, a, amount=10_000, value=1, stage=stage)
    story.add(90, EventKind.FOLLOW_UP_SCHEDULED, a, detail=Action.PLAN_CHECK_CALL, value=minute(93, "08:00"), stage=2)
    _talk(story, a, 93, ConversationOutcome.NO_RESULT, **(mid | {"action": Action.PLAN_CHECK_CALL}))
    for day, left in ((94, 1), (120, 0)):
        story.add(day, EventKind.PLAN_INSTALMENT_KEPT, a, amount=10_000, value=left, stage=stage)
        story.paid(day, 10_000, a, PaymentSource.PLAN, dpd=0)
    story.add(120, EventKind.PLAN_COMPLETED, a, stage=stage)
    story.add(120, EventKind.CURED, a, value=151, stage=stage).add(120, EventKind.HOLD_ENDED, a, detail=Hold.PLAN)
    story.add(200, EventKind.REDEFAULTED, a, amount=25_000)
    story.add(230, EventKind.STAGE_ENTERED, a, clock="08:00", stage=stage, detail=Trigger.DAYS, value=30)
    story.add(231, EventKind.PLAN_STARTED, a, amount=12_500, value=2, detail=2, stage=stage)
    story.add(260, EventKind.PLAN_INSTALMENT_MISSED, a, amount=12_500, value=2, stage=stage)
    story.add(260, EventKind.PLAN_BROKEN, a, stage=stage)
    story.add(260, EventKind.ASSIGNED, a, detail=0, stage=stage)
    story.add(261, EventKind.STOPPED, a, clock="08:00", detail=StopReason.MAX_ATTEMPTS, stage=stage)
    story.owed(55_000, a, Status.OVERDUE, dpd=200)


def _suit(story: Story) -> None:
    """Account 2: a dispute, a refusal, a visit, a broken promise, letter, suit, judgment, enforcement, complaint."""
    a = 2
    story.opened(a, principal=400_000, interest=20_000, dpd=60)
    story.add(0, EventKind.STAGE_ENTERED, a, clock="08:00", stage=Stage.MID, detail=Trigger.DAYS, value=60)
    mid = {"actor": NEGOTIATOR_2, "action": Action.NEGOTIATION_CALL, "stage": Stage.MID}
    end = _talk(story, a, 1, ConversationOutcome.DISPUTE, **mid)
    story.add(end, EventKind.DISPUTE_RAISED, a, stage=2)
    story.add(end, EventKind.HOLD_STARTED, a, detail=Hold.DISPUTE, value=minute(15, "10:09"), stage=2)
    story.add(15, EventKind.DISPUTE_REJECTED, a, clock="10:09", stage=2)
    story.add(15, EventKind.HOLD_ENDED, a, clock="10:09", detail=Hold.DISPUTE, stage=2)
    story.worked(17, Action.VISIT, a, NEGOTIATOR, "11:00", "12:00")
    story.add(17, EventKind.VISITED, a, clock="12:00", actor=NEGOTIATOR, channel=Channel.VISIT, value=60, cost=900)
    story.add(17, EventKind.NOBODY_HOME, a, clock="12:00", actor=NEGOTIATOR, channel=Channel.VISIT, stage=2)
    _talk(story, a, 19, ConversationOutcome.REFUSE, **mid)
    story.add(minute(19, "10:09") / 1440, EventKind.REFUSED, a, stage=2)
    end = _talk(story, a, 22, ConversationOutcome.PROMISE, **mid)
    story.add(end, EventKind.PROMISE_MADE, a, amount=50_000, value=minute(25), stage=2)
    story.add(25, EventKind.PROMISE_BROKEN, a, amount=50_000, stage=2)
    story.add(25, EventKind.FOLLOW_UP_SCHEDULED, a, detail=Action.BROKEN_PROMISE_CALL, value=minute(27), stage=2)
    story.add(26, EventKind.STAGE_ENTERED, a, clock="08:00", stage=Stage.LATE, detail=Trigger.BROKEN_PROMISES, value=86)
    story.add(26, EventKind.ACCELERATED, a, clock="08:00", amount=420_000, stage=3)
    story.add(26, EventKind.CREDIT_MARKED, a, clock="08:00", stage=3)
    story.worked(30, Action.RISK_ASSESSMENT, a, LEGAL, "09:00", "09:45")
    story.add(30, EventKind.ASSESSED, a, clock="09:45", actor=LEGAL, amount=150_000, detail=1, stage=3)
    story.worked(31, Action.LAWYERS_LETTER, a, LEGAL, "09:00", "09:20")
    story.add(31, EventKind.LAWYERS_LETTER_SENT, a, clock="09:20", actor=LEGAL, channel=Channel.LETTER, cost=5_000)
    story.add(31, EventKind.COST_ADDED, a, clock="09:20", amount=5_000, detail=Action.LAWYERS_LETTER, stage=3)
    story.add(31, EventKind.LAWYERS_LETTER_READ, a, clock="09:20", channel=Channel.LETTER, stage=3)
    story.worked(60, Action.LAWSUIT, a, LEGAL, "09:00", "11:30")
    story.add(60, EventKind.SUIT_FILED, a, clock="11:30", actor=LEGAL, cost=12_000, value=minute(120), stage=3)
    story.add(60, EventKind.COST_ADDED, a, clock="11:30", amount=12_000, detail=Action.LAWSUIT, stage=3)
    story.add(61, EventKind.COMPLAINT, a, clock="09:00", cost=4_000, stage=3)
    story.add(120, EventKind.JUDGMENT, a, amount=437_000, detail=1, stage=3)
    story.worked(125, Action.ENFORCEMENT, a, LEGAL, "09:00", "10:30")
    story.add(125, EventKind.ENFORCEMENT_STARTED, a, clock="10:30", actor=LEGAL, cost=6_000, stage=3)
    story.add(125, EventKind.COST_ADDED, a, clock="10:30", amount=6_000, detail=Action.ENFORCEMENT, stage=3)
    story.paid(minute(125, "10:30") / 1440, 100_000, a, PaymentSource.ENFORCEMENT, dpd=185)
    for day in (155, 185, 216):
        story.paid(day, 30_000, a, PaymentSource.ENFORCEMENT, dpd=200)
    story.paid(240, 253_000, a)
    story.closed(240, CloseReason.PAID_IN_FULL, a)
    story.add(240, EventKind.SUIT_WITHDRAWN, a, detail=CloseReason.PAID_IN_FULL)
    story.worked(241, Action.CLOSING_RECORD, a, DESK, "09:00", "09:08")
    story.add(
        241, EventKind.CASE_RECORDED, a, clock="09:08", actor=DESK, detail=Evaluation.RECOVERED_BY_LAW, value=310_000
    )
    story.add(250, EventKind.CREDIT_MARK_REMOVED, a).add(250, EventKind.CREDIT_REBUILT, a)


def _settlement(story: Story) -> None:
    """Account 3: a dispute resolved, offers expired, declined, accepted and broken, accepted and fulfilled."""
    a = 3
    story.opened(a, principal=300_000, interest=15_000, dpd=120)
    story.add(0, EventKind.STAGE_ENTERED, a, clock="08:00", stage=Stage.FINAL, detail=Trigger.POLICY, value=120)
    story.add(1, EventKind.HOLD_STARTED, a, detail=Hold.HARDSHIP, value=minute(20), stage=4)
    story.add(20, EventKind.DISPUTE_RESOLVED, a, stage=4).add(20, EventKind.HOLD_ENDED, a, detail=Hold.HARDSHIP)
    for step, day, amount in ((0, 30, 280_000), (1, 70, 240_000), (2, 110, 200_000), (3, 200, 180_000)):
        story.worked(day, Action.SETTLEMENT_OFFER, a, DESK, "09:00", "09:20")
        story.add(
            day, EventKind.OFFER_MADE, a, clock="09:20", actor=DESK, channel=Channel.LETTER, amount=amount,
            detail=step, value=minute(day + 30), cost=100, stage=4,
        )  # fmt: skip
    story.add(60, EventKind.OFFER_EXPIRED, a, clock="09:20", detail=0, stage=4)
    story.add(80, EventKind.OFFER_DECLINED, a, amount=240_000, detail=1, stage=4)
    story.add(115, EventKind.OFFER_ACCEPTED, a, amount=200_000, detail=2, value=4, stage=4)
    story.add(115, EventKind.HOLD_STARTED, a, detail=Hold.SETTLEMENT, value=FOREVER, stage=4)
    story.add(130, EventKind.SETTLEMENT_INSTALMENT_MISSED, a, amount=50_000, value=1, stage=4)
    story.add(160, EventKind.SETTLEMENT_INSTALMENT_MISSED, a, amount=50_000, value=2, stage=4)
    story.add(160, EventKind.SETTLEMENT_BROKEN, a, stage=4)
    story.add(160, EventKind.HOLD_ENDED, a, detail=Hold.SETTLEMENT, stage=4)
    story.add(205, EventKind.OFFER_ACCEPTED, a, amount=180_000, detail=3, value=1, stage=4)
    story.add(212, EventKind.PLAN_INSTALMENT_KEPT, a, amount=180_000, value=0, stage=4)
    story.paid(212, 180_000, a, PaymentSource.SETTLEMENT, dpd=332)
    story.add(212, EventKind.SETTLED, a, stage=4)
    story.add(212, EventKind.WAIVED, a, amount=15_000, detail=Component.INTEREST, stage=4)
    story.add(212, EventKind.WAIVED, a, amount=120_000, detail=Component.PRINCIPAL, stage=4)
    story.closed(212, CloseReason.SETTLED, a)


def _insolvency(story: Story) -> None:
    """Account 4: a suit lost, enforcement in vain, a promise kept, a sale; and insolvency at the end."""
    a = 4
    story.opened(a, principal=80_000, dpd=90)
    story.add(0, EventKind.STAGE_ENTERED, a, clock="08:00", stage=Stage.LATE, detail=Trigger.REFUSALS, value=90)
    story.add(1, EventKind.PROMISE_MADE, a, amount=5_000, value=minute(4), stage=3)
    story.add(4, EventKind.PROMISE_KEPT, a, amount=5_000, stage=3).paid(4, 5_000, a, PaymentSource.PROMISE, dpd=90)
    story.add(10, EventKind.SUIT_FILED, a, cost=3_000, value=minute(60), stage=3)
    story.add(10, EventKind.COST_ADDED, a, amount=3_000, detail=Action.LAWSUIT, stage=3)
    story.add(60, EventKind.JUDGMENT, a, detail=0, amount=78_000, stage=3)
    story.add(60, EventKind.WAIVED, a, amount=3_000, detail=Component.COSTS, stage=3)
    story.add(60, EventKind.STOPPED, a, detail=StopReason.SUIT_LOST, stage=3)
    story.add(70, EventKind.ENFORCEMENT_STARTED, a, cost=2_000, stage=3).add(70, EventKind.ENFORCEMENT_FAILED, a)
    story.add(90, EventKind.SOLD, a, amount=4_000, stage=3)
    story.add(90, EventKind.INSOLVENT, a, stage=3)
    story.add(90, EventKind.WRITTEN_OFF, a, amount=75_000, detail=CloseReason.INSOLVENT, stage=3)
    story.closed(90, CloseReason.INSOLVENT, a)
