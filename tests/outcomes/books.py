"""One small book that several tests read: six borrowers, told in the docstring of each step."""

from __future__ import annotations

from simcollect.core.codes import Action, Channel, CloseReason, EventKind, Stage, Status, Trigger
from tests.outcomes.handmade import CALLER, Story


def six_borrowers() -> Story:
    """Tell six stories over 100 days.

    0 pays the arrears on day 20 and is current. 1 pays all on day 40 and leaves on day 60. 2 is called twice, is sued
    on day 30, complains, and loses in court on day 60. 3 arrives on day 50 and stays overdue. 4 is sold on day 80. 5
    never arrives.
    """
    story = Story(n=6)
    for account, cents in ((0, 100_000), (1, 100_000), (2, 50_000), (4, 20_000)):
        story.opened(account, principal=cents)
    story.add(0, EventKind.STAFFED, -1, clock="09:00", actor=1, value=480, cost=12_000)
    story.add(1, EventKind.STAGE_ENTERED, 2, stage=Stage.EARLY, detail=Trigger.DAYS, value=11)
    story.add(5, EventKind.MESSAGE_SENT, 0, clock="10:00", channel=Channel.SMS, cost=10)
    for day, end in ((6, "10:10"), (7, "10:20")):
        story.add(day, EventKind.WORK_QUEUED, 2, clock="09:00", actor=1, detail=Action.CALL)
        story.add(day, EventKind.WORK_STARTED, 2, clock="10:00", actor=CALLER, detail=Action.CALL, value=60)
        story.add(day, EventKind.DIALLED, 2, clock="10:00", actor=CALLER, channel=Channel.CALL)
        story.add(day, EventKind.NO_ANSWER, 2, clock="10:00", actor=CALLER, channel=Channel.CALL)
        story.add(
            day, EventKind.WORK_ENDED, 2, clock=end, actor=CALLER, detail=Action.CALL, value=10 if day == 6 else 20
        )
    story.add(8, EventKind.BLOCKED, 2, detail=1, value=Action.CALL)
    story.paid(20, 10_000).add(20, EventKind.CURED, value=30)
    story.add(30, EventKind.STAGE_ENTERED, 2, stage=Stage.LATE, detail=Trigger.DAYS, value=40)
    story.add(30, EventKind.SUIT_FILED, 2, cost=8_000, value=60 * 1440)
    story.add(30, EventKind.COST_ADDED, 2, amount=8_000, detail=Action.LAWSUIT)
    story.add(35, EventKind.COMPLAINT, 2, cost=500)
    story.paid(40, 100_000, account=1).closed(40, CloseReason.PAID_IN_FULL, 1)
    story.opened(3, day=50, principal=40_000)
    story.add(60, EventKind.JUDGMENT, 2, detail=1)
    story.add(60, EventKind.CUSTOMER_LEFT, 1)
    story.add(80, EventKind.SOLD, 4, amount=1_000)
    story.add(80, EventKind.WRITTEN_OFF, 4, amount=20_000, detail=CloseReason.SOLD).closed(80, CloseReason.SOLD, 4)
    story.owed(90_000, 0, Status.CURRENT).owed(58_000, 2, dpd=110).owed(40_000, 3, dpd=60)
    story.accounts["arrives_at"][5] = 200 * 1440
    return story
