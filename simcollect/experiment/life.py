"""One account's rows sorted into what its life line shows: balance, payments, stages, and a lane for each matter."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, Final

from simcollect.core.codes import Channel, CloseReason, ConversationOutcome, EventKind, Hold, Rule, Stage
from simcollect.core.eventlog import EventLog
from simcollect.core.units import MINUTES_PER_DAY
from simcollect.core.words import Lang, name_of
from simcollect.outcomes.ledger import CREDITS, DEBITS
from simcollect.plots.life import Lane, Mark, Span, StageSpan, Tone
from simcollect.plots.numbers import plain
from simcollect.plots.wording import Wording

_K = EventKind

_WORDS: Final = Wording(
    account=("account", "账户"),
    analysis=("analysis", "情况分析"),
    promises=("promises", "还款承诺"),
    plan=("repayment plan", "还款计划"),
    legal=("legal means", "法律手段"),
    settlement=("settlement", "和解"),
    hold=("hold: {why}", "暂缓催收：{why}"),
    other=("other", "其他"),
    customer=("customer", "客户"),
    blocked=("blocked by rules", "规则阻止"),
    won=("judgment for the lender", "判决胜诉"),
    lost=("suit dismissed", "判决败诉"),
    sue=("assessed: sue", "评估：起诉"),
    leave=("assessed: do not sue", "评估：不起诉"),
    suit=("suit pending", "诉讼中"),
    instalments=("{n} x {amount}", "{n} 期 × {amount}"),
)

_CONTACT: Final[Mapping[EventKind, Tone]] = {
    _K.MESSAGE_SENT: "open",
    _K.DIALLED: "open",
    _K.VISITED: "open",
    _K.MESSAGE_UNDELIVERED: "bad",
    _K.MESSAGE_OPENED: "good",
    _K.ANSWERED: "good",
    _K.CONVERSATION: "good",
    _K.OPTED_OUT: "bad",
}
"""On the lane of the channel. What is missing here (nobody answered) is the hollow mark of the attempt."""

_LANES: Final[Mapping[str, Mapping[EventKind, Tone]]] = {
    "account": {
        _K.ACCELERATED: "step",
        _K.CURED: "good",
        _K.REDEFAULTED: "bad",
        _K.INSOLVENT: "bad",
        _K.STOPPED: "step",
        _K.CLOSED: "step",
    },
    "customer": {
        _K.REFUSED: "bad",
        _K.HARDSHIP_DISCLOSED: "step",
        _K.DISPUTE_RAISED: "bad",
        _K.DISPUTE_RESOLVED: "good",
        _K.DISPUTE_REJECTED: "step",
        _K.CEASE_REQUESTED: "bad",
        _K.COMPLAINT: "bad",
        _K.CUSTOMER_LEFT: "bad",
        _K.CARE_CALL: "good",
        _K.FEE_GOODWILL: "good",
        _K.CREDIT_REBUILT: "good",
        _K.LINE_REOPENED: "good",
    },
    "analysis": {_K.PROBED: "step", _K.ANALYSED: "step"},
    "promises": {_K.PROMISE_KEPT: "good", _K.PROMISE_PART_KEPT: "open", _K.PROMISE_BROKEN: "bad"},
    "plan": {
        _K.PLAN_INSTALMENT_KEPT: "good",
        _K.PLAN_INSTALMENT_MISSED: "bad",
        _K.PLAN_BROKEN: "bad",
        _K.PLAN_COMPLETED: "good",
        _K.PLAN_DECLINED: "open",
    },
    "legal": {
        _K.ASSESSED: "step",
        _K.LAWYERS_LETTER_SENT: "open",
        _K.LAWYERS_LETTER_READ: "good",
        _K.SUIT_FILED: "step",
        _K.SUIT_WITHDRAWN: "step",
        _K.JUDGMENT: "good",
        _K.ENFORCEMENT_STARTED: "step",
        _K.ENFORCEMENT_FAILED: "bad",
        _K.CREDIT_MARKED: "step",
        _K.CREDIT_MARK_REMOVED: "good",
    },
    "settlement": {
        _K.OFFER_ACCEPTED: "good",
        _K.OFFER_DECLINED: "open",
        _K.OFFER_EXPIRED: "open",
        _K.SETTLEMENT_INSTALMENT_MISSED: "bad",
        _K.SETTLEMENT_BROKEN: "bad",
        _K.SETTLED: "good",
    },
    "hold": {},
    "blocked": {_K.BLOCKED: "bad"},
}
"""Lane -> kinds of rows on it, and how they look. Lanes are drawn in this order, channels after the account.

Holds have a lane for each reason, so that each is named however short it was.
"""

_UNLABELLED: Final = frozenset(
    {
        *(kind for kind in _CONTACT if kind is not _K.CONVERSATION),
        _K.PLAN_INSTALMENT_KEPT,
        _K.PLAN_INSTALMENT_MISSED,
        _K.PROMISE_KEPT,
        _K.LAWYERS_LETTER_READ,
    }
)
"""Kinds whose mark says enough."""


@dataclass(frozen=True)
class _Lasting:
    """What starts with a row of one kind, and with which rows it is over."""

    lane: str
    starts: EventKind
    ends: frozenset[EventKind]


_OVER: Final = frozenset({_K.CLOSED})
_LASTING: Final = (
    _Lasting("promises", _K.PROMISE_MADE, _OVER | {_K.PROMISE_KEPT, _K.PROMISE_PART_KEPT, _K.PROMISE_BROKEN}),
    _Lasting("plan", _K.PLAN_STARTED, _OVER | {_K.PLAN_BROKEN, _K.PLAN_COMPLETED}),
    _Lasting("legal", _K.SUIT_FILED, _OVER | {_K.JUDGMENT, _K.SUIT_WITHDRAWN}),
    _Lasting("settlement", _K.OFFER_MADE, _OVER | {_K.OFFER_ACCEPTED, _K.OFFER_DECLINED, _K.OFFER_EXPIRED}),
    _Lasting("settlement", _K.OFFER_ACCEPTED, _OVER | {_K.SETTLED, _K.SETTLEMENT_BROKEN}),
)


@dataclass(frozen=True)
class Life:
    """What :func:`simcollect.plots.life.life_line` draws; money in major units, days of the run."""

    balance: tuple[tuple[float, float], ...]
    payments: tuple[tuple[float, float], ...]
    stages: tuple[StageSpan, ...]
    lanes: tuple[Lane, ...]
    until: float
    """Day of the last row of a closed account; of the horizon for others."""


def life_of(log: EventLog, position: int, lang: Lang = "en") -> Life:
    """Return one account's life, from its rows alone.

    Parameters
    ----------
    log
        Any event log.
    position
        Of the account, in the log's accounts.
    lang
        Language of names and labels.
    """
    rows = log.of(position)
    minor = log.header.minor_units
    # A closed account has no more to show after its last row, however long the run went on.
    is_closed = bool((rows["kind"] == EventKind.CLOSED).any())
    until = (int(rows["at"][-1]) if is_closed else log.header.horizon_minutes) / MINUTES_PER_DAY
    return Life(
        balance=tuple(_balance(rows, minor)),
        payments=tuple(
            (_day(row), int(row["amount_cents"]) / minor) for row in rows if row["kind"] == EventKind.PAYMENT
        ),
        stages=tuple(_stages(rows, until, lang)),
        lanes=tuple(_lanes(rows, until, minor, lang)),
        until=until,
    )


def _day(row: Any) -> float:
    return int(row["at"]) / MINUTES_PER_DAY


def _balance(rows: Any, minor: int) -> Iterator[tuple[float, float]]:
    owed, last = 0, -1
    found: list[tuple[int, int]] = []
    for row in rows:
        if row["kind"] in CREDITS:
            owed += int(row["amount_cents"])
        elif row["kind"] in DEBITS:
            owed -= int(row["amount_cents"])
        else:
            continue
        if int(row["at"]) == last:
            found.pop()
        last = int(row["at"])
        found.append((last, owed))
    yield from ((at / MINUTES_PER_DAY, cents / minor) for at, cents in found)


def _stages(rows: Any, until: float, lang: Lang) -> Iterator[StageSpan]:
    """Return the days in each stage: until the next, a cure, the closing, or the end."""
    since, stage = 0.0, Stage.NONE
    for row in rows:
        if row["kind"] not in (EventKind.STAGE_ENTERED, EventKind.CURED, EventKind.CLOSED):
            continue
        if stage is not Stage.NONE:
            yield StageSpan(since, _day(row), int(stage), name_of(stage, lang))
        stage = Stage(int(row["stage"])) if row["kind"] == EventKind.STAGE_ENTERED else Stage.NONE
        since = _day(row)
    if stage is not Stage.NONE:
        yield StageSpan(since, until, int(stage), name_of(stage, lang))


def _lanes(rows: Any, until: float, minor: int, lang: Lang) -> Iterator[Lane]:
    say = _WORDS.in_language(lang)

    def lane(name: str) -> Lane:
        spans = sorted(_spans(rows, name, until, minor, lang), key=lambda span: span.start)
        return Lane(say(name), tuple(spans), tuple(_marks(rows, name, lang)))

    names = list(_LANES)
    yield lane(names[0])
    for channel in Channel:
        touched = [row for row in rows if row["channel"] == channel and row["kind"] in _CONTACT]
        if touched and channel is not Channel.NONE:
            marks = [Mark(_day(row), _CONTACT[EventKind(row["kind"])], _label(row, lang)) for row in touched]
            yield Lane(name_of(channel, lang), (), tuple(marks))
    for name in names[1:]:
        if name != "hold":
            yield lane(name)
            continue
        for code, spans in sorted(_holds(rows, until).items()):
            why = next((name_of(hold, lang) for hold in Hold if hold == code), say("other"))
            yield Lane(say("hold", why=why), tuple(spans))


def _marks(rows: Any, lane: str, lang: Lang) -> Iterator[Mark]:
    tones = _LANES[lane]
    for row in rows:
        if row["kind"] in tones:
            kind = EventKind(row["kind"])
            tone: Tone = "bad" if kind is EventKind.JUDGMENT and row["detail"] == 0 else tones[kind]
            if kind is EventKind.CARE_CALL and row["detail"] == 0:
                tone = "open"
            yield Mark(_day(row), tone, _label(row, lang))


def _label(row: Any, lang: Lang) -> str:
    """Return what stands beside a mark: the row's kind, or what its detail tells more closely."""
    say = _WORDS.in_language(lang)
    kind, detail = EventKind(row["kind"]), int(row["detail"])
    if kind in _UNLABELLED:
        return ""
    closer: Mapping[EventKind, type[IntEnum]] = {
        EventKind.CLOSED: CloseReason,
        EventKind.CONVERSATION: ConversationOutcome,
        EventKind.BLOCKED: Rule,
    }
    if kind in closer:
        known = [member for member in closer[kind] if member == detail]
        return name_of(known[0], lang) if known else ""
    if kind is EventKind.JUDGMENT:
        return say("won" if detail else "lost")
    if kind is EventKind.ASSESSED:
        return say("sue" if detail else "leave")
    return name_of(kind, lang)


def _spans(rows: Any, lane: str, until: float, minor: int, lang: Lang) -> Iterator[Span]:
    for lasting in _LASTING:
        if lasting.lane != lane:
            continue
        started = None
        for row in rows:
            if started is not None and row["kind"] in lasting.ends:
                yield Span(_day(started), _day(row), _span_label(started, minor, lang))
                started = None
            if row["kind"] == lasting.starts:
                started = row
        if started is not None:
            yield Span(_day(started), until, _span_label(started, minor, lang))


def _span_label(row: Any, minor: int, lang: Lang) -> str:
    say = _WORDS.in_language(lang)
    amount = plain(round(int(row["amount_cents"]) / minor))
    if row["kind"] == EventKind.PLAN_STARTED or (row["kind"] == EventKind.OFFER_ACCEPTED and row["value"] > 1):
        n = int(row["value"])
        each = amount if row["kind"] == EventKind.PLAN_STARTED else plain(round(int(row["amount_cents"]) / minor / n))
        return say("instalments", n=n, amount=each)
    if row["kind"] == EventKind.SUIT_FILED:
        return say("suit")
    return "" if row["kind"] == EventKind.OFFER_ACCEPTED else amount


def _holds(rows: Iterable[Any], until: float) -> dict[int, list[Span]]:
    """Return what paused escalation, by reason; a hold whose end no row tells is over at the minute its start told."""
    found: dict[int, list[Span]] = {}
    running: dict[int, tuple[float, float]] = {}

    def over(code: int, end: float) -> None:
        found.setdefault(code, []).append(Span(running.pop(code)[0], end))

    for row in rows:
        code = int(row["detail"])
        if row["kind"] == EventKind.HOLD_STARTED:
            since = running[code][0] if code in running else _day(row)
            running[code] = (since, int(row["value"]) / MINUTES_PER_DAY)
        elif row["kind"] == EventKind.HOLD_ENDED and code in running:
            over(code, _day(row))
        elif row["kind"] == EventKind.CLOSED:
            until = min(until, _day(row))
    for code, (since, end) in list(running.items()):
        over(code, min(until, max(end, since)))
    return found
