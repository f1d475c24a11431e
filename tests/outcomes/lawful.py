"""Four borrowers in New York treated lawfully to the minute: the log that breaches of conduct are planted in.

Wherever a rule has a limit the story stands on it: seven calls in seven days and the next exactly seven days after
the first, 08:00 and 20:59 on the borrower's clock, a visit exactly three days after its notice, an instalment of
exactly half the surplus, a discount of exactly what the desk may give.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from simcollect.core.codes import Action, Channel, CloseReason, Component, EventKind, PaymentSource
from simcollect.core.units import MINUTES_PER_DAY
from simcollect.outcomes import ConductRules
from tests.outcomes.handmade import NEGOTIATOR, NEGOTIATOR_2, Story

K = EventKind
ANN, BEN, CLEO, DAN = range(4)
NEW_YORK = "America/New_York"
LONDON_AND_NEW_YORK = ("Europe/London", NEW_YORK)

STRICT = ConductRules(
    calls_per_7_days=7,
    messages_per_7_days=3,
    calls_per_day=2,
    quiet_days_after_conversation=7,
    hours_start_minute=8 * 60,
    hours_end_minute=21 * 60,
    visit_two_people=1,
    visit_notice_days=3,
    honour_cease=1,
    honour_opt_out=1,
    consent_needed=1,
    moratorium_days=30,
    vulnerable_moratorium_days=60,
    moratorium_interest_free=1,
    forbearance_before_suit=1,
    vulnerable_hold=1,
    plan_surplus_share_ppm=500_000,
    plan_min_instalments=3,
    max_plan_months=12,
    max_discount_share_ppm=300_000,
    added_costs_barred=1,
)
"""Every rule that an audit knows, switched on."""


def at_home(day: int, clock: str, zone: str = NEW_YORK, start: str = "2024-01-01") -> float:
    """Return the moment, in days of the run, at which a clock of the zone shows a time on a day (the first of two)."""
    hours, minutes = map(int, clock.split(":"))
    local = datetime.fromisoformat(start) + timedelta(days=day, hours=hours, minutes=minutes)
    since = local.replace(tzinfo=ZoneInfo(zone)) - datetime.fromisoformat(start).replace(tzinfo=UTC)
    return since.total_seconds() / 60 / MINUTES_PER_DAY


def told(story: Story, day: int, clock: str, kind: EventKind, account: int, **fields: int) -> int:
    """Tell what happens at a time of the borrower's clock; return the place in the telling."""
    story.add(at_home(day, clock), kind, account, **fields)
    return len(story.rows) - 1


def place(story: Story, number: int) -> int:
    """Return the row of the log that something told becomes: rows are sorted by minute, as told within one."""
    order = sorted(range(len(story.rows)), key=lambda i: (story.rows[i][0], i))
    return order.index(number)


def lawful() -> Story:
    """Tell 120 days of four borrowers without a breach of any rule."""
    story = Story(n=4, horizon_days=120, zones=(NEW_YORK,), names=("Ann", "Ben", "Cleo", "Dan"))
    story.accounts["consent"] = [1, 1, 0, 1]
    story.accounts["declared_vulnerable"] = [0, 0, 1, 0]
    ann(story)
    ben_and_cleo(story)
    dan(story)
    return story


def ann(s: Story) -> None:
    """Called and visited, plans, breaks the plan, is sued, settles for 70 % of the principal."""
    s.opened(ANN, principal=100_000, interest=2_000)
    for day in (1, 2, 3, 8):
        told(s, day, "08:00", K.MESSAGE_SENT, ANN, channel=Channel.SMS)
    for day, clock in (
        (1, "08:00"),
        (1, "20:59"),
        (2, "08:00"),
        (2, "20:59"),
        (3, "08:00"),
        (3, "20:59"),
        (4, "12:00"),
    ):
        told(s, day, clock, K.DIALLED, ANN, channel=Channel.CALL)
        told(s, day, clock, K.NO_ANSWER, ANN, channel=Channel.CALL)
    for day, dialled, talked in ((8, "08:00", "08:10"), (15, "08:10", "08:15")):
        told(s, day, dialled, K.DIALLED, ANN, channel=Channel.CALL)
        told(s, day, dialled, K.ANSWERED, ANN, channel=Channel.CALL)
        told(s, day, talked, K.CONVERSATION, ANN, channel=Channel.CALL, detail=8, value=5)
    told(s, 15, "08:15", K.SURPLUS_FOUND, ANN, amount=20_000)
    told(s, 15, "08:15", K.PLAN_STARTED, ANN, amount=10_000, value=12, detail=12)
    told(s, 22, "08:15", K.DIALLED, ANN, channel=Channel.CALL)
    told(s, 25, "10:00", K.FOLLOW_UP_SCHEDULED, ANN, detail=Action.VISIT, value=28 * MINUTES_PER_DAY)
    told(s, 28, "08:30", K.WORK_QUEUED, ANN, actor=2, detail=Action.VISIT)
    for actor in (NEGOTIATOR, NEGOTIATOR_2):
        told(s, 28, "09:00", K.WORK_STARTED, ANN, actor=actor, detail=Action.VISIT)
    for actor in (NEGOTIATOR, NEGOTIATOR_2):
        told(s, 28, "10:00", K.WORK_ENDED, ANN, actor=actor, detail=Action.VISIT, value=60)
    told(s, 28, "10:00", K.VISITED, ANN, actor=NEGOTIATOR, channel=Channel.VISIT)
    told(s, 40, "00:00", K.PLAN_BROKEN, ANN)
    told(s, 50, "11:00", K.SUIT_FILED, ANN, cost=4_000)
    told(s, 60, "11:00", K.JUDGMENT, ANN, detail=1)
    told(s, 62, "11:00", K.ENFORCEMENT_STARTED, ANN)
    # Of this, 2,000 pay the interest and 3,000 principal: 97,000 are left.
    told(s, 65, "11:00", K.PAYMENT, ANN, amount=5_000, detail=PaymentSource.ENFORCEMENT, value=75)
    told(s, 66, "00:00", K.INTEREST_CHARGED, ANN, amount=1_000)
    told(s, 70, "11:00", K.OFFER_MADE, ANN, amount=67_900, channel=Channel.LETTER, value=90 * MINUTES_PER_DAY)
    told(s, 72, "11:00", K.OFFER_ACCEPTED, ANN, amount=67_900, value=1)
    told(s, 80, "11:00", K.PLAN_INSTALMENT_KEPT, ANN, amount=67_900)
    told(s, 80, "11:00", K.PAYMENT, ANN, amount=67_900, detail=PaymentSource.SETTLEMENT, value=90)
    told(s, 80, "11:00", K.SETTLED, ANN)
    told(s, 80, "11:00", K.WAIVED, ANN, amount=30_100, detail=Component.PRINCIPAL)
    told(s, 80, "11:00", K.CLOSED, ANN, detail=CloseReason.SETTLED)
    told(s, 90, "08:10", K.CARE_CALL, ANN, channel=Channel.CALL, detail=1, value=10)


def ben_and_cleo(s: Story) -> None:
    """Both disclose hardship; Cleo is vulnerable, so that hers is the longer rest."""
    for account, disclosed, over in ((BEN, 10, 40), (CLEO, 5, 65)):
        s.opened(account, principal=50_000)
        told(s, disclosed, "12:00", K.HARDSHIP_DISCLOSED, account)
        told(s, over, "12:00", K.INTEREST_CHARGED, account, amount=700)
        told(s, over, "12:00", K.PENALTY_CHARGED, account, amount=300)
        told(s, over, "12:00", K.DIALLED, account, channel=Channel.CALL)
        s.owed(51_000, account, dpd=130)
    told(s, 40, "12:00", K.MESSAGE_SENT, BEN, channel=Channel.EMAIL)


def dan(s: Story) -> None:
    """Leaves one channel, then asks for peace; a suit may still be filed."""
    s.opened(DAN, principal=50_000)
    told(s, 3, "09:00", K.MESSAGE_SENT, DAN, channel=Channel.SMS)
    told(s, 3, "10:00", K.OPTED_OUT, DAN, channel=Channel.SMS)
    told(s, 4, "09:00", K.MESSAGE_SENT, DAN, channel=Channel.EMAIL)
    told(s, 20, "09:00", K.DIALLED, DAN, channel=Channel.CALL)
    told(s, 20, "09:00", K.ANSWERED, DAN, channel=Channel.CALL)
    told(s, 20, "09:05", K.CONVERSATION, DAN, channel=Channel.CALL, detail=7, value=5)
    told(s, 20, "09:05", K.PLAN_DECLINED, DAN)
    told(s, 20, "09:05", K.CEASE_REQUESTED, DAN)
    told(s, 30, "11:00", K.SUIT_FILED, DAN)
    s.owed(50_000, DAN, dpd=130)
