"""Pictures from logs: the numbers drawn are the log's, and a log with empty parts is drawn or refused in words."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from matplotlib.patches import Rectangle

from simcollect import api
from simcollect.core import codes
from simcollect.core.codes import (
    Action,
    Channel,
    CloseReason,
    ConversationOutcome,
    EventKind,
    Hold,
    PaymentSource,
    Rule,
    Stage,
)
from simcollect.core.errors import InputError
from simcollect.core.eventlog import EventLog
from simcollect.core.words import Lang
from simcollect.experiment import pictures
from simcollect.experiment.life import _CONTACT, _LANES, _LASTING, life_of
from simcollect.experiment.measure import prices
from simcollect.outcomes.ledger import ledger
from simcollect.outcomes.reading import Reading
from simcollect.plots.life import Mark, Span, StageSpan
from simcollect.scenario import Scenario
from tests.outcomes.handmade import NEGOTIATOR, Story
from tests.plots.drawing import LANGS, no_letter_missing, outside, overlapping, words

BOTH = pytest.mark.parametrize("lang", LANGS)


@pytest.fixture(scope="module")
def log(tiny: Scenario) -> EventLog:
    return api.simulate(tiny, "balanced")


@pytest.fixture(scope="module")
def firm(tiny: Scenario) -> EventLog:
    return api.simulate(tiny, "firm")


def suit() -> Story:
    """One account: reminded, promised and broke, planned and broke, sued, settled with the last instalment."""
    story = Story(horizon_days=200).opened(principal=100_000, interest=5_000)
    story.add(1, EventKind.STAGE_ENTERED, stage=Stage.EARLY, detail=1, value=11)
    story.add(2, EventKind.MESSAGE_SENT, channel=Channel.SMS, cost=5)
    story.add(2.5, EventKind.MESSAGE_OPENED, channel=Channel.SMS)
    story.add(5, EventKind.DIALLED, channel=Channel.CALL)
    story.add(5, EventKind.ANSWERED, channel=Channel.CALL)
    story.add(5, EventKind.CONVERSATION, channel=Channel.CALL, detail=ConversationOutcome.PROMISE)
    story.add(5, EventKind.PROMISE_MADE, amount=20_000, value=10 * 1440)
    story.add(5, EventKind.HOLD_STARTED, detail=Hold.PROMISE, value=11 * 1440)
    story.paid(9, 5_000, source=PaymentSource.PROMISE)
    story.add(10, EventKind.PROMISE_BROKEN, amount=20_000)
    story.add(10.5, EventKind.HOLD_ENDED, detail=Hold.PROMISE)
    story.add(12, EventKind.BLOCKED, detail=Rule.CALLS_PER_7_DAYS, value=Action.CALL)
    story.add(30, EventKind.STAGE_ENTERED, stage=Stage.MID, detail=1, value=40)
    story.add(31, EventKind.PLAN_STARTED, amount=10_000, value=10)
    story.add(31, EventKind.HOLD_STARTED, detail=Hold.PLAN, value=400 * 1440)
    story.add(61, EventKind.PLAN_INSTALMENT_MISSED, amount=10_000, value=1)
    story.add(70, EventKind.PLAN_BROKEN)
    story.add(80, EventKind.STAGE_ENTERED, stage=Stage.LATE, detail=5, value=90)
    story.add(81, EventKind.ASSESSED, amount=50_000, detail=1)
    story.add(90, EventKind.SUIT_FILED, value=150 * 1440, cost=3_000)
    story.add(150, EventKind.JUDGMENT, detail=0)
    story.add(151, EventKind.SUIT_FILED, value=300 * 1440).add(155, EventKind.SUIT_WITHDRAWN)
    story.add(160, EventKind.OFFER_MADE, amount=60_000, detail=1, value=170 * 1440)
    story.add(165, EventKind.OFFER_ACCEPTED, amount=60_000, detail=1, value=3)
    story.paid(170, 60_000, source=PaymentSource.SETTLEMENT)
    story.add(170, EventKind.WAIVED, amount=40_000, detail=1)
    story.add(170, EventKind.SETTLED)
    return story.closed(170, CloseReason.SETTLED)


def test_the_life_of_an_account_is_sorted_into_its_lanes() -> None:
    life = life_of(suit().log(), 0)
    lanes = {lane.name: lane for lane in life.lanes if lane.spans or lane.marks}
    agreed = ["promises", "repayment plan", "legal means", "settlement", "hold: promise", "hold: plan"]
    assert list(lanes) == ["account", "SMS", "call", *agreed, "blocked by rules"]
    assert lanes["SMS"].marks == (Mark(2.0, "open"), Mark(2.5, "good"))
    assert lanes["call"].marks[-1] == Mark(5.0, "good", "promise")
    assert lanes["promises"].spans == (Span(5.0, 10.0, "200"),)
    assert lanes["promises"].marks == (Mark(10.0, "bad", "promise broken"),)
    assert lanes["repayment plan"].spans == (Span(31.0, 70.0, "10 x 100"),)
    assert lanes["legal means"].spans == (Span(90.0, 150.0, "suit pending"), Span(151.0, 155.0, "suit pending"))
    assert Mark(150.0, "bad", "suit dismissed") in lanes["legal means"].marks
    assert lanes["settlement"].spans == (Span(160.0, 165.0, "600"), Span(165.0, 170.0, "3 x 200"))
    assert lanes["hold: promise"].spans == (Span(5.0, 10.5),)
    assert lanes["hold: plan"].spans == (Span(31.0, 170.0),)
    assert lanes["blocked by rules"].marks == (Mark(12.0, "bad", "cap on calls in 7 days"),)
    assert lanes["account"].marks == (Mark(170.0, "step", "settled"),)


def test_the_life_shows_balance_payments_and_stages_and_ends_with_the_last_row() -> None:
    life = life_of(suit().log(), 0)
    assert life.balance == ((0.0, 1050.0), (9.0, 1000.0), (170.0, 0.0))
    assert life.payments == ((9.0, 50.0), (170.0, 600.0))
    days = [(span.start, span.end, span.stage) for span in life.stages]
    assert days == [(1.0, 30.0, 1), (30.0, 80.0, 2), (80.0, 170.0, 3)]
    assert life.stages[0] == StageSpan(1.0, 30.0, 1, "early stage")
    assert life.until == 170.0
    assert life_of(Story().opened(principal=100).log(), 0).until == 100.0


def test_a_plan_and_a_hold_still_running_last_to_the_end() -> None:
    story = Story().opened(principal=100_000).add(10, EventKind.PLAN_STARTED, amount=100, value=3)
    story.add(10, EventKind.HOLD_STARTED, detail=Hold.PLAN, value=500 * 1440)
    lanes = {lane.name: lane for lane in life_of(story.log(), 0).lanes}
    assert lanes["repayment plan"].spans == (Span(10.0, 100.0, "3 x 1"),)
    assert lanes["hold: plan"].spans == (Span(10.0, 100.0),)


def test_holds_side_by_side_are_each_told_by_their_reason_however_short() -> None:
    story = Story().opened(principal=100_000)
    for start, hold in ((3, Hold.HARDSHIP), (20, Hold.PROMISE), (31, Hold.HARDSHIP)):
        story.add(start, EventKind.HOLD_STARTED, detail=hold, value=(start + 10) * 1440)
        story.add(start + 10, EventKind.HOLD_ENDED, detail=hold)
    lanes = {lane.name: lane.spans for lane in life_of(story.log(), 0).lanes if lane.name.startswith("hold")}
    assert lanes == {"hold: promise": (Span(20.0, 30.0),), "hold: hardship": (Span(3.0, 13.0), Span(31.0, 41.0))}
    shown = words(pictures.life(story.log(), 1))
    assert {"hold: promise", "hold: hardship"} <= set(shown)


def test_every_row_that_concerns_a_borrower_has_a_place_in_the_life_line() -> None:
    shown = {kind for tones in _LANES.values() for kind in tones} | set(_CONTACT)
    shown |= {kind for lasting in _LASTING for kind in (lasting.starts, *lasting.ends)}
    shown |= {EventKind.HOLD_STARTED, EventKind.HOLD_ENDED, EventKind.STAGE_ENTERED}
    shown |= {EventKind.OPENED, EventKind.PAYMENT, EventKind.INTEREST_CHARGED, EventKind.PENALTY_CHARGED}
    shown |= {EventKind.COST_ADDED, EventKind.WAIVED, EventKind.WRITTEN_OFF}  # in the balance
    elsewhere = {
        EventKind.INSTALMENT_DUE, EventKind.SHOCK_STARTED, EventKind.SHOCK_ENDED, EventKind.SOLD,
        EventKind.OUTSTANDING, EventKind.FOLLOW_UP_SCHEDULED, EventKind.WORK_QUEUED, EventKind.WORK_STARTED,
        EventKind.WORK_ENDED, EventKind.WORK_WITHDRAWN, EventKind.STAFFED, EventKind.NO_ANSWER,
        EventKind.WRONG_PARTY, EventKind.NOBODY_HOME, EventKind.CASE_RECORDED, EventKind.WILLINGNESS_NOTED,
        EventKind.SURPLUS_FOUND, EventKind.ASSIGNED,
    }  # fmt: skip
    assert set(EventKind) - shown - elsewhere == set()


@BOTH
@pytest.mark.parametrize("picture", pictures.LOG_PICTURES)
def test_every_picture_of_a_run_is_clean_and_carries_the_logs_digest(log: EventLog, picture: str, lang: Lang) -> None:
    with no_letter_missing():
        figure = pictures.LOG_PICTURES[picture](log, lang)
        assert outside(figure) == []
        assert overlapping(figure) == []
    assert any(log.digest()[:16] in text for text in words(figure))
    assert any("tiny" in text and "balanced" in text for text in words(figure))


@BOTH
def test_the_life_line_of_every_borrower_is_clean(firm: EventLog, lang: Lang) -> None:
    for name in firm.header.names[::3]:
        figure = pictures.life(firm, name, lang)
        assert outside(figure) == []
        assert overlapping(figure) == []
        assert any(text.startswith(name) for text in words(figure))


def test_the_last_day_of_the_cash_picture_is_all_that_was_paid(log: EventLog, tiny: Scenario) -> None:
    axes = pictures.cash(log, prices(tiny)).axes[0]
    top = max(float(path.vertices[:, 1].max()) for band in axes.collections for path in band.get_paths())
    book = ledger(Reading.at_day(log))
    assert top == pytest.approx(100.0 * book.paid_cents.sum() / book.opening_cents.sum())


def test_the_cost_line_ends_at_the_headlines_cost_on_either_cost_basis(log: EventLog, tiny: Scenario) -> None:
    outcomes = api.headline(log, tiny)
    line = pictures.cash(log, prices(tiny)).axes[0].lines[0]
    assert line.get_label() == "cost (hours worked)"
    assert line.get_ydata()[-1] == pytest.approx(100.0 * outcomes.cost_cents / outcomes.opening_cents, rel=1e-5)  # type: ignore[index]
    staffed = replace(prices(tiny), cost_basis="staffed")
    bare = pictures.cash(log).axes[0].lines[0]
    assert bare.get_label() == "cost (paid shifts)"
    assert list(bare.get_ydata()) == list(pictures.cash(log, staffed).axes[0].lines[0].get_ydata())  # type: ignore[arg-type]


def test_the_stage_flow_counts_each_account_once(log: EventLog) -> None:
    axes = pictures.flow(log).axes[0]
    bars = [patch.get_height() * 12 for patch in axes.patches if isinstance(patch, Rectangle)]
    assert bars[0] == pytest.approx(12.0)
    entered = log.rows[log.rows["kind"] == EventKind.STAGE_ENTERED]
    n_mid = len(np.unique(entered["account"][entered["stage"] == Stage.MID]))
    assert any(height == pytest.approx(n_mid) for height in bars[1:])
    ends = [text for text in words(pictures.flow(log)) if "%" in text and "\n" not in text]
    assert sum(int(text.split("  ")[1].split(" ")[0]) for text in ends if "  " in text) == 12


def test_a_settled_account_flows_into_settled() -> None:
    shown = words(pictures.flow(suit().log()))
    assert "settled  1 (100.0%)" in shown
    assert "final stage\n0 (0.0%)" in shown


def test_a_cured_account_is_current_and_a_planned_one_arranged() -> None:
    story = Story(n=3).opened(principal=100).opened(1, principal=100).opened(2, principal=100)
    story.add(5, EventKind.CURED, 0).add(6, EventKind.PLAN_STARTED, 1, amount=10, value=10)
    shown = words(pictures.flow(story.log()))
    assert {"cured  1 (33.3%)", "plan or settlement running  1 (33.3%)", "still overdue  1 (33.3%)"} <= set(shown)


def test_the_funnel_shows_the_channels_used_with_the_logs_counts(log: EventLog) -> None:
    dialled = (log.rows["kind"] == EventKind.DIALLED) & (log.rows["channel"] == Channel.CALL)
    assert f"{dialled.sum()}  100.0%" in words(pictures.funnel(log))
    alone = Story().opened(principal=100).add(1, EventKind.MESSAGE_SENT, channel=Channel.EMAIL)
    shown = words(pictures.funnel(alone.log()))
    assert "e-mail" in shown
    assert "SMS" not in shown


def test_load_shows_only_pools_with_staff_or_work() -> None:
    story = Story().opened(principal=100).worked(3, Action.NEGOTIATION_CALL, actor=NEGOTIATOR)
    shown = words(pictures.load(story.log()))
    assert "negotiators" in shown
    assert "callers" not in shown
    assert "no paid shifts" in shown


EMPTY = Story(n=0, horizon_days=20)
QUIET_DAYS = Story(horizon_days=20).opened(principal=100)


@pytest.mark.parametrize(
    ("picture", "story", "message"),
    [
        ("life", EMPTY, "no account fell overdue"),
        ("flow", EMPTY, "no account fell overdue"),
        ("rolls", QUIET_DAYS, "no account was followed over a whole calendar month"),
        ("load", QUIET_DAYS, "no pool has any staff or work"),
        ("liquidation", QUIET_DAYS, "no account was observed for a whole month"),
    ],
)
def test_a_log_with_nothing_to_show_is_refused_in_words(picture: str, story: Story, message: str) -> None:
    with pytest.raises(InputError, match=f"picture has nothing to show: {message}"):
        pictures.LOG_PICTURES[picture](story.log(), "en")


@pytest.mark.parametrize("picture", ["cash", "funnel"])
def test_an_empty_log_is_drawn_where_that_says_something(picture: str) -> None:
    assert pictures.LOG_PICTURES[picture](EMPTY.log(), "en").axes


@pytest.mark.parametrize("picture", ["life", "flow", "funnel", "cash"])
def test_an_account_to_which_nothing_happened_is_drawn(picture: str) -> None:
    figure = pictures.LOG_PICTURES[picture](QUIET_DAYS.log(), "en")
    assert outside(figure) == []


def test_an_account_that_is_not_there_or_never_came_is_refused(log: EventLog) -> None:
    with pytest.raises(InputError, match="is not in this log"):
        pictures.life(log, "nobody")
    two = Story(n=2).opened(principal=100).log()
    with pytest.raises(InputError, match="account 2 did not fall overdue in this run"):
        pictures.life(two, 2)


@pytest.mark.parametrize("picture", pictures.LOG_PICTURES)
def test_an_unknown_language_is_refused(log: EventLog, picture: str) -> None:
    with pytest.raises(InputError, match='language "de" is not known'):
        pictures.LOG_PICTURES[picture](log, "de")  # type: ignore[arg-type]


def test_codes_a_later_version_adds_do_not_stop_the_life_line() -> None:
    story = Story().opened(principal=100).add(3, EventKind.HOLD_STARTED, detail=77, value=5 * 1440)
    story.add(4, EventKind.BLOCKED, detail=99, value=1)
    lanes = {lane.name: lane for lane in life_of(story.log(), 0).lanes}
    assert lanes["hold: other"].spans == (Span(3.0, 5.0),)
    assert lanes["blocked by rules"].marks == (Mark(4.0, "bad", ""),)
    assert 99 not in set(codes.Rule)
