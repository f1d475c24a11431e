"""What telling needs in any language: local dates, money, names of codes, and templates filled from a row."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from enum import IntEnum
from typing import Any, ClassVar, Final
from zoneinfo import ZoneInfo

from simcollect.core import codes
from simcollect.core.codes import EventKind, PaymentSource, Rule
from simcollect.core.eventlog import DETAIL_CODES, EventLog
from simcollect.core.units import MINUTES_PER_DAY, format_money
from simcollect.core.words import Lang, name_of
from simcollect.outcomes.story.episodes import Attempts, Chapter, Episode, Event, Life, Payments, Row, Work, pool_of

_OPEN_ENDED = 1 << 40  # minutes: two million years; a hold that lasts as long as its agreement ends later than that

_BOOKED: Final = frozenset(
    {
        *(EventKind.OPENED, EventKind.INSTALMENT_DUE, EventKind.REDEFAULTED, EventKind.OUTSTANDING),
        *(EventKind.INTEREST_CHARGED, EventKind.PENALTY_CHARGED, EventKind.INSOLVENT),
        *(EventKind.SHOCK_STARTED, EventKind.SHOCK_ENDED),
        *(EventKind.PLAN_INSTALMENT_KEPT, EventKind.PLAN_INSTALMENT_MISSED, EventKind.PLAN_BROKEN),
        *(EventKind.SETTLEMENT_INSTALMENT_MISSED, EventKind.SETTLEMENT_BROKEN),
        *(EventKind.PLAN_COMPLETED, EventKind.SETTLED, EventKind.CURED, EventKind.CLOSED),
        *(EventKind.WAIVED, EventKind.WRITTEN_OFF, EventKind.SUIT_WITHDRAWN, EventKind.HOLD_ENDED),
        *(EventKind.FOLLOW_UP_SCHEDULED, EventKind.WORK_WITHDRAWN, EventKind.ASSIGNED),
    }
)
_BOOKED_PAYMENTS: Final = frozenset({PaymentSource.CONTRACTUAL, PaymentSource.PLAN, PaymentSource.SETTLEMENT})


def is_the_books(row: Row) -> bool:
    """Return whether a row is written as a day of the run begins, by the book itself, wherever the borrower lives.

    Due dates, openings, paydays and the end of the run are 00:00 UTC of a day of the run, which in the west is still
    the evening before.
    """
    if row.at % MINUTES_PER_DAY != 0:
        return False
    if row.kind == EventKind.PAYMENT:
        return row.detail in _BOOKED_PAYMENTS
    return row.kind in _BOOKED or (row.kind == EventKind.BLOCKED and row.detail == Rule.INTEREST_IN_MORATORIUM)


Clause = str | Callable[[Any, Event], str]
"""A template such as "{who} visited", or a function of the pen and the event."""


class Pen(ABC):
    """Tells episodes in one language.

    A date is told without its year while that is the year the story has reached, so a pen remembers it: take a new pen
    for each story.

    Parameters
    ----------
    log
        The log, for its header.
    account
        Position of the account, for its time zone.
    """

    lang: ClassVar[Lang]
    clauses: ClassVar[Mapping[str, Clause]]
    """A clause for every ``EventKind``, by its name."""

    def __init__(self, log: EventLog, account: int) -> None:
        self.header = log.header
        zone = int(log.accounts["zone"][account])
        self.zone_name = self.header.zones[zone] if 0 <= zone < len(self.header.zones) else "UTC"
        self._zone = ZoneInfo(self.zone_name)
        self._start = datetime.fromisoformat(self.header.start_date).replace(tzinfo=UTC)
        self._year: int | None = None
        self._told: tuple[frozenset[date], int] = (frozenset(), -1)  # days and last minute of the last dated sentence

    def arm(self, place: int) -> str:
        """Return the name of one of the log's several strategies, its number where the log does not name it."""
        return self.header.arms[place] if 0 <= place < len(self.header.arms) else str(place)

    # -- what each language says in its own way --------------------------------------------------------------------

    @abstractmethod
    def money(self, cents: int) -> str:
        """Return an amount."""

    @abstractmethod
    def date(self, moment: datetime, with_year: bool) -> str:
        """Return a day."""

    @abstractmethod
    def span(self, start: datetime, end: datetime) -> str:
        """Return the words that begin a sentence about several days."""

    @abstractmethod
    def on(self, day: str) -> str:
        """Return the words that begin a sentence about a day already in words."""

    @abstractmethod
    def duration(self, minutes: int) -> str:
        """Return a length of time."""

    @abstractmethod
    def late(self, days: int) -> str:
        """Return an age of the debt, in days past due."""

    @abstractmethod
    def means(self, value: int) -> str:
        """Return a signal of ability, in millionths of an instalment a month."""

    @abstractmethod
    def actor(self, row: Row) -> str:
        """Return who did something: a member of a pool, the dialler, or the lender."""

    @abstractmethod
    def wait(self, minutes: int, pool: int) -> str:
        """Return a remark on a wait of a day or more on a pool's list, "" for a shorter one."""

    @abstractmethod
    def title(self, life: Life) -> str:
        """Return the title."""

    @abstractmethod
    def opening(self, life: Life) -> list[str]:
        """Return who the account is, as the lender sees it."""

    @abstractmethod
    def heading(self, chapter: Chapter) -> str:
        """Return the heading of a chapter."""

    @abstractmethod
    def attempts(self, run: Attempts) -> str:
        """Return a clause about a run of attempts."""

    @abstractmethod
    def payments(self, run: Payments) -> str:
        """Return a clause about payments of one kind."""

    @abstractmethod
    def charges(self, chapter: Chapter) -> str:
        """Return a sentence about what was charged meanwhile."""

    @abstractmethod
    def unfinished(self, items: list[Work]) -> str:
        """Return a sentence about work that came to no result."""

    @abstractmethod
    def ending(self, life: Life) -> list[str]:
        """Return how it ended, and what it brought and cost."""

    @abstractmethod
    def knowledge(self, life: Life) -> list[str]:
        """Return what only the simulation knows."""

    same_day: ClassVar[str]
    later_that_day: ClassVar[str]
    so: ClassVar[str]
    forever: ClassVar[str]
    stop: ClassVar[str]
    ending_heading: ClassVar[str]
    knowledge_heading: ClassVar[str]
    every_row: ClassVar[str]

    # -- sentences ---------------------------------------------------------------------------------------------------

    def sentence(self, episode: Episode, follows: bool) -> str:
        """Return an episode as a sentence of a case file; ``follows``: the result of what was told just before."""
        ends = isinstance(episode, Event) and episode.row.kind in (
            codes.EventKind.CURED,
            codes.EventKind.CLOSED,
            codes.EventKind.SETTLED,
        )
        begin = self.so if ends and follows else self._begin(episode.first, episode.last)
        if isinstance(episode, Attempts):
            clause = self.attempts(episode)
        elif isinstance(episode, Payments):
            clause = self.payments(episode)
        else:
            clause = self.clause(episode)
        return begin + clause + ("" if clause.endswith(self.stop) else self.stop)

    def line(self, row: Row) -> str:
        """Return one row as a line of its own, with its time of day unless it is the book's own."""
        clock = "" if is_the_books(row) else f" {self.local(row.at):%H:%M}"
        return f"{self.full_day(row)}{clock}{self.colon}{self.clause(Event(row))}{self.stop}"

    colon: ClassVar[str]

    def clause(self, event: Event) -> str:
        """Return the clause for an event; a kind that this version does not know is told as such."""
        try:
            name = codes.EventKind(event.row.kind).name
        except ValueError:
            name = "UNKNOWN"
        clause = self.clauses[name]
        if isinstance(clause, str):
            return clause.format_map(_Fields(self, event))
        return clause(self, event)

    # -- words -------------------------------------------------------------------------------------------------------

    def local(self, at: int) -> datetime:
        """Return a minute of the run by the borrower's clock."""
        return self.booked(at).astimezone(self._zone)

    def booked(self, at: int) -> datetime:
        """Return a minute of the run by the book's clock: every day of the run begins at 00:00 UTC."""
        return self._start + timedelta(minutes=at)

    def moment(self, row: Row) -> datetime:
        """Return when a row was written, by the clock it goes by."""
        return self.booked(row.at) if is_the_books(row) else self.local(row.at)

    def day(self, at: int) -> str:
        """Return a minute's day by the borrower's clock, with its year unless the story has reached that year."""
        if at >= _OPEN_ENDED:
            return self.forever
        moment = self.local(at)
        return self.date(moment, moment.year != self._year)

    def full_day(self, row: Row) -> str:
        """Return a row's day with its year."""
        return self.date(self.moment(row), True)

    def turn(self) -> None:
        """Begin a paragraph: its first sentence tells its day in full."""
        self._told = (frozenset(), -1)

    def reach(self, moment: datetime) -> bool:
        """Let the story reach a day; return whether its year must be told."""
        new = moment.year != self._year
        self._year = moment.year
        return new

    def _begin(self, start: Row, end: Row) -> str:
        first, last = self.moment(start), self.moment(end)
        days = frozenset((first.date(), last.date()))
        (told, until), self._told = self._told, (days, end.at)
        if len(days) > 1:
            return self.span(first, last)
        if told != days:
            return self.on(self.date(first, self.reach(first)))
        return self.later_that_day if start.at > until else self.same_day

    def number(self, cents: int) -> str:
        """Return money as digits without the currency."""
        return format_money(cents, "", self.header.minor_units).strip()

    def named(self, enum: type[IntEnum], number: int) -> str:
        """Return what a code is called; its number where it is not known."""
        try:
            return name_of(enum(number), self.lang)
        except ValueError:
            return str(number)

    def detail(self, row: Row) -> str:
        """Return what a row's detail is called, where it is a code."""
        enum = DETAIL_CODES.get(row.kind)
        return str(row.detail) if enum is None else self.named(enum, row.detail)

    def who(self, event: Event) -> str:
        """Return who did it, with a remark on the wait before it."""
        row = event.row
        return self.actor(row) + self.wait(event.waited, pool_of(row.actor))


class _Fields(dict[str, str]):
    """The words that a template may ask for, made when it asks."""

    def __init__(self, pen: Pen, event: Event) -> None:
        super().__init__()
        self._pen = pen
        self._event = event

    def __missing__(self, name: str) -> str:
        pen, row = self._pen, self._event.row
        words: dict[str, Callable[[], str]] = {
            "amount": lambda: pen.money(row.amount),
            "cost": lambda: pen.money(row.cost),
            "until": lambda: pen.day(row.value),
            "late": lambda: pen.late(row.value),
            "took": lambda: pen.duration(row.value),
            "n": lambda: str(row.value),
            "detail_number": lambda: str(row.detail),
            "share": lambda: f"{row.value / 1e6:.2f}",
            "means": lambda: pen.means(row.value),
            "detail": lambda: pen.detail(row),
            "channel": lambda: pen.named(codes.Channel, row.channel),
            "action": lambda: pen.named(codes.Action, row.detail),
            "pool": lambda: pen.named(codes.Pool, pool_of(row.actor)),
            "stage": lambda: pen.named(codes.Stage, row.stage),
            "who": lambda: pen.who(self._event),
            "kind": lambda: str(row.kind),
        }
        return words[name]()
