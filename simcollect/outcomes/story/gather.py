"""Gathers an account's rows into episodes and chapters: what led to what, what is one run, what is only bookkeeping.

Every row stands behind exactly one episode, so that nothing is told twice and nothing is lost.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from itertools import chain, islice
from typing import Final

from simcollect.core.codes import Action, EventKind, Hold, PaymentSource, Rule, StopReason
from simcollect.core.eventlog import EventLog
from simcollect.outcomes.story.episodes import (
    RUNS,
    Attempts,
    Chapter,
    Event,
    Life,
    Payments,
    Row,
    Work,
    change_of_debt,
    rows_of,
)

_E = EventKind
_CHARGES: Final = (_E.INSTALMENT_DUE, _E.INTEREST_CHARGED, _E.PENALTY_CHARGED)
_HIDDEN: Final = (_E.SHOCK_STARTED, _E.SHOCK_ENDED)

# (kind, detail) that may follow in the same minute; detail None: any.
_Follows = tuple[EventKind, int | None]


def _any(*kinds: EventKind) -> tuple[_Follows, ...]:
    return tuple((kind, None) for kind in kinds)


_ALWAYS: Final = _any(_E.HOLD_ENDED, _E.WORK_WITHDRAWN)
_OUTCOMES: Final = (
    *_any(_E.PROBED, _E.WILLINGNESS_NOTED, _E.SURPLUS_FOUND, _E.PROMISE_MADE, _E.HARDSHIP_DISCLOSED),
    *_any(_E.DISPUTE_RAISED, _E.REFUSED, _E.CEASE_REQUESTED, _E.PLAN_DECLINED, _E.VISITED),
    (_E.PAYMENT, PaymentSource.IN_CONVERSATION),
    *((_E.HOLD_STARTED, hold) for hold in (Hold.PROMISE, Hold.DISPUTE, Hold.HARDSHIP, Hold.MORATORIUM)),
)

# Who leads and who follows. The first leaders take their followers first.
_LEADERS: Final[Mapping[EventKind, tuple[_Follows, ...]]] = {
    _E.INSOLVENT: _any(_E.WRITTEN_OFF, _E.CLOSED, _E.SUIT_WITHDRAWN),
    _E.SETTLED: _any(_E.WAIVED, _E.CLOSED, _E.SUIT_WITHDRAWN),
    _E.PLAN_STARTED: (
        (_E.HOLD_STARTED, Hold.PLAN),
        (_E.PAYMENT, PaymentSource.DOWN_PAYMENT),
        *_any(_E.WAIVED),
    ),
    _E.OFFER_ACCEPTED: ((_E.HOLD_STARTED, Hold.SETTLEMENT),),
    _E.CONVERSATION: _OUTCOMES,
    _E.PLAN_INSTALMENT_KEPT: ((_E.PAYMENT, PaymentSource.PLAN), (_E.PAYMENT, PaymentSource.SETTLEMENT)),
    _E.PROMISE_KEPT: ((_E.PAYMENT, PaymentSource.PROMISE),),
    _E.PROMISE_PART_KEPT: ((_E.PAYMENT, PaymentSource.PROMISE),),
    _E.PROMISE_BROKEN: _any(_E.FOLLOW_UP_SCHEDULED),
    _E.PLAN_BROKEN: _any(_E.PLAN_INSTALMENT_MISSED),
    _E.SETTLEMENT_BROKEN: _any(_E.SETTLEMENT_INSTALMENT_MISSED),
    _E.PLAN_INSTALMENT_MISSED: _any(_E.FOLLOW_UP_SCHEDULED),
    _E.SETTLEMENT_INSTALMENT_MISSED: _any(_E.FOLLOW_UP_SCHEDULED),
    _E.STAGE_ENTERED: _any(_E.ACCELERATED, _E.CREDIT_MARKED),
    _E.ANALYSED: ((_E.WILLINGNESS_NOTED, 1),),
    _E.LAWYERS_LETTER_SENT: ((_E.COST_ADDED, Action.LAWYERS_LETTER), *_any(_E.LAWYERS_LETTER_READ)),
    _E.SUIT_FILED: ((_E.COST_ADDED, Action.LAWSUIT),),
    _E.JUDGMENT: ((_E.STOPPED, StopReason.SUIT_LOST), *_any(_E.WAIVED)),
    _E.ENFORCEMENT_STARTED: (
        (_E.COST_ADDED, Action.ENFORCEMENT),
        (_E.PAYMENT, PaymentSource.ENFORCEMENT),
        *_any(_E.ENFORCEMENT_FAILED),
    ),
    _E.CURED: _any(_E.PLAN_COMPLETED, _E.SUIT_WITHDRAWN),
    _E.CLOSED: _any(_E.SUIT_WITHDRAWN, _E.WRITTEN_OFF, _E.SOLD, _E.PLAN_COMPLETED),
    _E.CARE_CALL: _any(_E.FEE_GOODWILL, _E.CREDIT_MARK_REMOVED, _E.CREDIT_REBUILT, _E.LINE_REOPENED),
    _E.CREDIT_MARK_REMOVED: _any(_E.CREDIT_REBUILT),
    _E.DISPUTE_RESOLVED: (),
    _E.DISPUTE_REJECTED: (),
    _E.PAYMENT: (),
}

# The work whose end a row is the result of.
_RESULT_OF: Final[Mapping[int, tuple[Action, ...]]] = {
    _E.VISITED: (Action.VISIT,),
    _E.ANALYSED: (Action.CASE_ANALYSIS,),
    _E.ASSESSED: (Action.RISK_ASSESSMENT,),
    _E.LAWYERS_LETTER_SENT: (Action.LAWYERS_LETTER,),
    _E.SUIT_FILED: (Action.LAWSUIT,),
    _E.ENFORCEMENT_STARTED: (Action.ENFORCEMENT,),
    _E.OFFER_MADE: (Action.SETTLEMENT_OFFER,),
    _E.WRITTEN_OFF: (Action.WRITE_OFF, Action.SALE),
    _E.CASE_RECORDED: (Action.CLOSING_RECORD,),
    _E.CARE_CALL: (Action.CARE_CALL,),
    _E.FEE_GOODWILL: (Action.CARE_CALL,),
}


def gather(log: EventLog, account: int) -> Life:
    """Return one account's life as episodes in chapters."""
    return _Gatherer(log, account).life


OF_TERMS: Final = frozenset(
    {
        Rule.INTEREST_IN_MORATORIUM,
        Rule.ADDED_COSTS,
        Rule.PLAN_TOO_LARGE,
        Rule.PLAN_TOO_SHORT,
        Rule.PLAN_TOO_LONG,
    }
)
"""Rules that change what is charged or agreed, and stop no action."""


class _Gatherer:
    """Reads an account's rows once, in order."""

    def __init__(self, log: EventLog, account: int) -> None:
        rows = rows_of(log, account)
        self.life = Life(log, account, rows)
        self.chapter = Chapter("overdue")
        self.life.chapters.append(self.chapter)
        self.used: set[int] = set()
        self.owed = 0
        self.bench: dict[int, Work] = {}  # work by action, waiting for its result
        self.calls: dict[tuple[int, int], Work] = {}  # calls being talked on, by channel and actor
        self.last_result: dict[int, list[Row]] = {}  # where the rest of a crew's rows go
        begin = 0
        while begin < len(rows):
            end = begin
            while end < len(rows) and rows[end].at == rows[begin].at:
                end += 1
            self._moment(rows[begin:end], end)
            begin = end
        self.life.unfinished += self.bench.values()
        self.life.chapters = [chapter for chapter in self.life.chapters if chapter.episodes or chapter.charges]

    # -- one minute -------------------------------------------------------------------------------------------------

    def _moment(self, moment: list[Row], later: int) -> None:
        """Put every row of one minute where it belongs; later rows begin at ``later``."""
        followers = self._followers(moment)
        for row in moment:
            if row.position not in self.used:
                self.used.add(row.position)
                self._place(row, followers.get(row.position, []), moment, later)
            self.owed += change_of_debt(row)

    def _followers(self, moment: list[Row]) -> dict[int, list[Row]]:
        """Give each leader of the minute its followers; take the followers out of what is still to be placed."""
        found: dict[int, list[Row]] = {}
        if len(moment) == 1:
            return found
        kinds = {row.kind for row in moment}
        for kind, follows in _LEADERS.items():
            if kind in kinds:
                for row in moment:
                    if row.kind == kind and row.position not in self.used:
                        found[row.position] = self._take(moment, row, follows)
        for row in moment:  # what ends or is withdrawn follows whatever leads
            if row.kind in _LEADERS and row.position not in self.used:
                found.setdefault(row.position, []).extend(self._take(moment, row, _ALWAYS))
        return found

    def _take(self, moment: list[Row], leader: Row, follows: Iterable[_Follows]) -> list[Row]:
        taken = []
        for row in moment:
            wanted = any(row.kind == kind and detail in (None, row.detail) for kind, detail in follows)
            if wanted and row.position not in self.used and row.position != leader.position:
                self.used.add(row.position)
                taken.append(row)
        return taken

    def _same_minute(self, moment: list[Row], wanted: Callable[[Row], bool]) -> list[Row]:
        taken = [row for row in moment if row.position not in self.used and wanted(row)]
        self.used.update(row.position for row in taken)
        return taken

    # -- one row ----------------------------------------------------------------------------------------------------

    def _place(self, row: Row, followers: list[Row], moment: list[Row], later: int) -> None:
        kind = row.kind
        if kind == _E.OPENED:
            self.life.opening.append(row)
        elif kind == _E.OUTSTANDING:
            self.life.ending.append(row)
        elif kind in _HIDDEN:
            self.life.hidden.append(row)
        elif kind in _CHARGES:
            self.chapter.charges.append(row)
        elif kind in (_E.WORK_QUEUED, _E.WORK_STARTED, _E.WORK_ENDED):
            self._work(row)
        elif kind == _E.MESSAGE_SENT:
            then = self._same_minute(
                moment,
                lambda other: (
                    other.kind in (_E.MESSAGE_OPENED, _E.MESSAGE_UNDELIVERED) and other.channel == row.channel
                ),
            )
            self._attempts().message(row, then)
        elif kind == _E.DIALLED:
            self._dialled(row, moment, later)
        elif kind == _E.VISITED:
            self._visited(row, moment)
        elif kind == _E.BLOCKED and row.detail not in OF_TERMS:
            then = self._same_minute(
                moment, lambda other: other.kind == _E.WORK_WITHDRAWN and other.detail == row.value
            )
            behind = [each for item in self._ended(row.value) for each in item.rows]  # turned back at the door
            self._attempts().block(row, [*then, *self._bookkeeping(then), *behind])
        else:
            self._event(row, followers)

    def _work(self, row: Row) -> None:
        """Keep a bookkeeping row until the result of its work is known."""
        action = row.detail
        if row.kind != _E.WORK_QUEUED and action not in self.bench and action in self.last_result:
            self.last_result[action].append(row)  # a call that is over, or the second of a crew
            return
        if row.kind == _E.WORK_QUEUED:
            self.life.unfinished += self._ended(action)
        item = self.bench.setdefault(action, Work(action))
        item.rows.append(row)
        if row.kind == _E.WORK_STARTED:
            item.waited = max(item.waited, row.value)

    def _finish(self, *actions: int) -> list[Work]:
        """Take work off the bench whose result has come."""
        return [self.bench.pop(action) for action in actions if action in self.bench]

    def _ended(self, action: int) -> list[Work]:
        """Take work off the bench that staff have ended, whatever came of it."""
        item = self.bench.get(action)
        ended = item is not None and any(row.kind == _E.WORK_ENDED for row in item.rows)
        return self._finish(action) if ended else []

    def _bookkeeping(self, rows: Iterable[Row]) -> list[Row]:
        """Return the rows of the items that these rows withdraw."""
        found: list[Row] = []
        for row in rows:
            if row.kind == _E.WORK_WITHDRAWN:
                for item in self._finish(row.detail):
                    found += item.rows
        return found

    def _dialled(self, row: Row, moment: list[Row], later: int) -> None:
        """A call: an attempt, or the beginning of a conversation that comes when the talk is over."""
        work = self._finish(row.detail)
        then = self._same_minute(
            moment,
            lambda other: (
                other.kind in (_E.NO_ANSWER, _E.WRONG_PARTY, _E.ANSWERED)
                and (other.channel, other.actor) == (row.channel, row.actor)
            ),
        )
        behind = [*then, *(each for item in work for each in item.rows)]
        waited = max((item.waited for item in work), default=0)
        if any(other.kind == _E.ANSWERED for other in then) and self._talks(row, moment, later):
            call = Work(row.detail, waited, [row, *behind])
            self.calls[row.channel, row.actor] = call
            self.last_result[row.detail] = call.rows
            return
        attempts = self._attempts()
        attempts.call(row, behind, waited)
        self.last_result[row.detail] = attempts.everything

    def _talks(self, dialled: Row, moment: list[Row], later: int) -> bool:
        """Return whether a conversation comes of an answered call, before the same line is dialled again."""
        ahead = [row for row in moment if row.position > dialled.position]
        for row in chain(ahead, islice(self.life.everything, later, None)):
            if row.kind in (_E.CONVERSATION, _E.DIALLED) and (row.channel, row.actor) == (
                dialled.channel,
                dialled.actor,
            ):
                return row.kind == _E.CONVERSATION
        return False

    def _visited(self, row: Row, moment: list[Row]) -> None:
        work = self._finish(Action.VISIT)
        then = self._same_minute(moment, lambda other: other.kind == _E.NOBODY_HOME)
        attempts = self._attempts()
        attempts.visit(row, [*then, *(each for item in work for each in item.rows)])
        self.last_result[Action.VISIT] = attempts.everything

    def _attempts(self) -> Attempts:
        """Return the run of attempts going on in this chapter, a new one if something was told since."""
        episodes = self.chapter.episodes
        if not episodes or not isinstance(episodes[-1], Attempts):
            episodes.append(Attempts())
        last = episodes[-1]
        assert isinstance(last, Attempts)
        return last

    # -- what is told -----------------------------------------------------------------------------------------------

    def _event(self, row: Row, followers: list[Row]) -> None:
        if row.kind == _E.STAGE_ENTERED:
            self._enter(row)
        elif row.kind == _E.REDEFAULTED:
            self._turn(Chapter("overdue", again=True))
        event = Event(row, self.owed, followers)
        for behind in (row, *followers):
            event.work += self._finish(*_RESULT_OF.get(behind.kind, ()))
        if row.kind == _E.CONVERSATION and (row.channel, row.actor) in self.calls:
            event.work.append(self.calls.pop((row.channel, row.actor)))
        for item in event.work:
            self.last_result[item.action] = item.rows
        withdrawn = self._bookkeeping((row, *followers))
        if withdrawn:
            event.work.append(Work(Action.NONE, 0, withdrawn))
        if not self._joined(event):
            self.chapter.episodes.append(event)
        if row.kind == _E.CURED:
            self._turn(Chapter("current"))
        elif row.kind == _E.CLOSED or event.of(_E.CLOSED) is not None:
            self._turn(Chapter("closed"))

    def _joined(self, event: Event) -> bool:
        """Add a payment to the run of its kind that is going on; return whether it was one."""
        row = event.row
        payment = row if row.kind == _E.PAYMENT else event.of(_E.PAYMENT)
        if row.kind not in (_E.PAYMENT, _E.PLAN_INSTALMENT_KEPT) or payment is None or payment.detail not in RUNS:
            return False
        episodes = self.chapter.episodes
        last = episodes[-1] if episodes else None
        if not isinstance(last, Payments) or last.source != payment.detail:
            last = Payments(payment.detail)
            episodes.append(last)
        last.payments.append(payment)
        last.everything += event.rows()
        if row.kind == _E.PLAN_INSTALMENT_KEPT:
            last.left = row.value
        return True

    def _enter(self, row: Row) -> None:
        """Begin the chapter of a stage; the first stage after falling overdue again goes on with that chapter."""
        chapter = self.chapter
        if chapter.again and chapter.stage == 0:
            chapter.stage = row.stage
        else:
            self._turn(Chapter("overdue", row.stage))

    def _turn(self, chapter: Chapter) -> None:
        self.chapter = chapter
        self.life.chapters.append(chapter)
