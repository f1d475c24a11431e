"""Tells a life in English."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from simcollect.core import codes
from simcollect.core.codes import Action, CloseReason, Component, EventKind, PaymentSource, Status
from simcollect.core.units import MINUTES_PER_DAY, MINUTES_PER_HOUR, format_money
from simcollect.core.words import Lang
from simcollect.outcomes.story.english_clauses import CLAUSES, the_rule
from simcollect.outcomes.story.english_words import (
    CELLS,
    COUNTED,
    MONTHS,
    PAID,
    PAID_SEVERAL,
    PEOPLE,
    counted,
    listed,
    number,
    times,
)
from simcollect.outcomes.story.episodes import Attempts, Chapter, Life, Payments, Row, Work, member_of, pool_of
from simcollect.outcomes.story.pen import Clause, Pen


class English(Pen):
    """Tells in English."""

    lang: ClassVar[Lang] = "en"
    clauses: ClassVar[dict[str, Clause]] = CLAUSES
    same_day = "The same day "
    later_that_day = "Later that day "
    so = "With that "
    forever = "further notice"
    stop = "."
    colon = ": "
    ending_heading = "How it ended"
    knowledge_heading = "What only the simulation knows"
    every_row = "Every row of the log"

    def money(self, cents: int) -> str:
        """Return an amount, such as "EUR 1,204.50"."""
        return format_money(cents, self.header.currency, self.header.minor_units)

    def date(self, moment: datetime, with_year: bool) -> str:
        """Return a day, such as "9 May 2006"."""
        return f"{moment.day} {MONTHS[moment.month - 1]}" + (f" {moment.year}" if with_year else "")

    def on(self, day: str) -> str:
        """Return "On 9 May "."""
        return f"On {day} "

    def span(self, start: datetime, end: datetime) -> str:
        """Return "Between 3 and 9 May "."""
        with_year = self.reach(end)
        if start.year != end.year:
            return f"Between {self.date(start, True)} and {self.date(end, True)} "
        if start.month == end.month:
            return f"Between {start.day} and {self.date(end, with_year)} "
        return f"Between {self.date(start, False)} and {self.date(end, with_year)} "

    def duration(self, minutes: int) -> str:
        """Return a length of time, rounded to what a person would say."""
        if minutes < MINUTES_PER_HOUR:
            return counted(minutes, "minute")
        if minutes < MINUTES_PER_DAY:
            return counted(round(minutes / MINUTES_PER_HOUR), "hour")
        return counted(round(minutes / MINUTES_PER_DAY), "day")

    def late(self, days: int) -> str:
        """Return "34 days past due"."""
        return f"{days:,} {'day' if days == 1 else 'days'} past due" if days else "newly past due"

    def means(self, value: int) -> str:
        """Return "spare money for 2.4 instalments a month"."""
        if value < 50_000:
            return "no spare money"
        share = f"{value / 1e6:.1f}"
        return f"spare money for {share} {'of an instalment' if value < 950_000 else 'instalments'} a month"

    def actor(self, row: Row) -> str:
        """Return "negotiator 2", "a negotiator" where staff are not told apart, "the dialler" or "the lender"."""
        if row.actor == 0:
            return "the dialler" if row.channel == codes.Channel.AUTOMATED_CALL else "the lender"
        one, all_of_them = PEOPLE.get(pool_of(row.actor), ("a member of staff", "the staff"))
        if row.actor < 100_000:
            return all_of_them
        number_of = member_of(row.actor)
        return f"{one} {number_of}" if number_of else one if one.startswith("a ") else f"a {one}"

    def wait(self, minutes: int, pool: int) -> str:
        """Return ", after two days on the list,"."""
        return f", after {self.duration(minutes)} on the list," if minutes >= MINUTES_PER_DAY else ""

    def title(self, life: Life) -> str:
        """Return "Account 5 (Wu Yi-chun): tiny, balanced"."""
        names = self.header.names
        name = f" ({names[life.account]})" if names else ""
        run = f", replication {self.header.replication}" if self.header.replication else ""
        number_of = int(life.who["account_id"])
        return f"Account {number_of}{name}: {self.header.scenario}, strategy {self.header.strategy}{run}"

    def opening(self, life: Life) -> list[str]:
        """Return who the account is, as the lender sees it."""
        who = life.who
        name = self.header.names[life.account] if self.header.names else f"Account {int(who['account_id'])}"
        segment = int(who["segment"])
        names = self.header.segments
        group = f", of the segment “{names[segment]}”," if 0 <= segment < len(names) else ""
        if not life.opening:
            due = self.date(self.booked(int(who["arrives_at"])), True)
            return [f"{name}{group} had not come into the book when the log ended; it was to arrive on {due}."]
        first = life.opening[0]
        parts = [
            f"{self.money(life.opened(part))} of {self.named(Component, part)}"
            for part in Component
            if life.opened(part) > 0
        ]
        owed = self.money(sum(row.amount for row in life.opening))
        moment = self.moment(first)
        self.reach(moment)
        told = [
            f"{name}{group} came into the book on {self.date(moment, True)}, {self.late(first.value)}, owing {owed}"
            + (f" ({listed(parts)})" if len(parts) > 1 else "")
            + f", with an instalment of {self.money(int(who['instalment_cents']))} due each month."
        ]
        seen = (
            f"The lender saw a behaviour score of {int(who['score_ppm']) / 1e6:.2f} (0 bad to 1 good) and a customer "
            f"worth {self.money(int(who['margin_cents']))} a year"
        )
        if who["declared_vulnerable"]:
            seen += ", known to be vulnerable"
        told.append(
            f"{seen}. Dates are those of {self.zone_name}; what falls due or is charged goes by the run's own days."
        )
        return told

    def heading(self, chapter: Chapter) -> str:
        """Return the heading of a chapter."""
        if chapter.place != "overdue":
            return "In good standing" if chapter.place == "current" else "After closing"
        stage = self.named(codes.Stage, chapter.stage) if chapter.stage else "no collection yet"
        return f"Overdue again: {stage}" if chapter.again else stage[0].upper() + stage[1:]

    def attempts(self, run: Attempts) -> str:
        """Return a clause about a run of attempts that came to nothing, and of blocked actions."""
        done = [self._messages(run), self._calls(run)]
        if run.visits:
            done.append(f"{'a visit' if run.visits == 1 else counted(run.visits, 'visit')} found nobody at home")
        if run.blocked:
            done += [
                f"{the_rule(self, rule)} blocked {listed([self._several(action, n) for action, n in actions])}"
                for rule, actions in run.blocked_by_rule().items()
            ]
        told = "; ".join(filter(None, done))
        waited, pool = run.longest_wait
        if waited >= 2 * MINUTES_PER_DAY:
            told += f"; a call waited up to {self.duration(waited)} on the {PEOPLE.get(pool, ('', 'staff'))[0]}s' list"
        return told

    def _asked(self, action: int) -> str:
        return self.named(Action, action)

    def _several(self, action: int, n: int) -> str:
        one = self._asked(action)
        return counted(n, *COUNTED.get(action, (one, f"{one}s")))

    def _messages(self, run: Attempts) -> str:
        parts = []
        for channel, n in run.messages.items():
            remarks = []
            if opened := run.opened.get(channel, 0):
                remarks.append(f"{_all(n)}opened" if opened == n else f"{number(opened)} opened")
            if lost := run.undelivered.get(channel, 0):
                remarks.append(f"{_all(n)}not delivered" if lost == n else f"{number(lost)} not delivered")
            noun = self.named(codes.Channel, channel)
            what = f"an {noun}" if n == 1 else f"{number(n)} {noun if channel == codes.Channel.SMS else noun + 's'}"
            parts.append(what + (f" ({', '.join(remarks)})" if remarks else ""))
        verb = "was" if sum(run.messages.values()) == 1 else "were"
        return f"{listed(parts)} {verb} sent" if parts else ""

    def _calls(self, run: Attempts) -> str:
        if not run.calls:
            return ""
        n = sum(run.calls.values())
        pools = sorted(run.calls.items())
        if n == 1:
            became = (
                "nobody answered"
                if run.unanswered
                else "somebody else answered"
                if run.wrong_party
                else "the borrower picked up but did not talk"
            )
            return f"{self._ringing(pools[0][0], 1)} rang, and {became}"
        rang = [
            f"{self._ringing(pool, count)}{' rang' if i == 0 else ''} {times(count)}"
            for i, (pool, count) in enumerate(pools)
        ]
        if run.unanswered == n:
            return f"{listed(rang)}, and nobody answered"
        results = []
        if run.unanswered:
            results.append(f"{counted(run.unanswered, 'call')} went unanswered")
        if run.wrong_party:
            results.append(f"somebody else answered {times(run.wrong_party)}")
        if run.no_talk:
            results.append(f"the borrower picked up {times(run.no_talk)} but did not talk")
        return f"{listed(rang)}: {listed(results)}"

    def _ringing(self, pool: int, n: int) -> str:
        """Return who rang."""
        one, several = PEOPLE.get(pool, ("member of staff", "the lender"))
        return "the dialler" if pool == 0 else f"a {one}" if n == 1 else several

    def payments(self, run: Payments) -> str:
        """Return a clause about payments of one kind."""
        source = PaymentSource(run.source)
        n, last = len(run.payments), run.payments[-1]
        template = (PAID_SEVERAL if n > 1 else PAID)[source]
        told = template.format(times=times(n), n=number(n), amount=self.money(run.total))
        if run.left > 0:
            told += f"; {counted(run.left, 'instalment')} remained"
        elif last.value > 0 and source != PaymentSource.CONTRACTUAL:
            told += f", and was then {self.late(last.value)}" if source == PaymentSource.OWN_ACCORD else ""
        return told

    def charges(self, chapter: Chapter) -> str:
        """Return a sentence about what was charged meanwhile."""
        parts = []
        n, total = chapter.charged(EventKind.INSTALMENT_DUE)
        if n:
            parts.append(f"{counted(n, 'more instalment')} fell due ({self.money(total)})")
        charged = [
            f"{self.money(chapter.charged(kind)[1])} of {name}"
            for kind, name in (
                (EventKind.INTEREST_CHARGED, "interest"),
                (EventKind.PENALTY_CHARGED, "penalty interest"),
            )
            if chapter.charged(kind)[0]
        ]
        if charged:
            parts.append(f"{listed(charged)} was charged")
        return f"Meanwhile {listed(parts)}."

    def unfinished(self, items: list[Work]) -> str:
        """Return a sentence about work that came to no result."""
        names = listed([self._asked(item.action) for item in items])
        return f"Staff time without a result, or still waiting when the log ended: {names}."

    def ending(self, life: Life) -> list[str]:
        """Return how it ended, and what it brought and cost."""
        return [self._last(life), self._money(life), self._effort(life)]

    def _last(self, life: Life) -> str:
        closed = life.last(EventKind.CLOSED)
        if life.ending:
            row = life.ending[-1]
            when, owed = f"On {self.full_day(row)}, when the run ended,", self.money(row.amount)
            if row.detail == Status.CURRENT:
                return f"{when} the account was in good standing, with {owed} still to be repaid in the ordinary way."
            return f"{when} {owed} was still owed, {self.late(row.value)}."
        if closed is None:
            return "The log ends here, and does not say what is still owed."
        ways = {
            CloseReason.PAID_IN_FULL: "paid in full",
            CloseReason.SETTLED: "settled",
            CloseReason.WRITTEN_OFF: "written off",
            CloseReason.SOLD: "sold",
            CloseReason.INSOLVENT: "lost to insolvency",
        }
        way = ways.get(CloseReason(closed.detail)) if closed.detail in list(CloseReason) else str(closed.detail)
        told = f"The debt was closed on {self.full_day(closed)}: {way}."
        record = life.last(EventKind.CASE_RECORDED)
        if record is not None:
            told += f" The closing record grades the case “{self.detail(record)}”."
        return told

    def _money(self, life: Life) -> str:
        paid = life.total(EventKind.PAYMENT)
        told = f"In all the borrower paid {self.money(paid)}" if paid else "The borrower paid nothing"
        forced = sum(
            row.amount
            for row in life.everything
            if row.kind == EventKind.PAYMENT and row.detail == PaymentSource.ENFORCEMENT
        )
        if forced:
            told += f" ({self.money(forced)} of it by enforcement)"
        lost = [
            f"{self.money(life.total(kind))} was {name}"
            for kind, name in ((EventKind.WAIVED, "waived"), (EventKind.WRITTEN_OFF, "written off"))
            if life.total(kind)
        ]
        if life.total(EventKind.SOLD):
            lost.append(f"the sale brought {self.money(life.total(EventKind.SOLD))}")
        return f"{listed([told, *lost])}."

    def _effort(self, life: Life) -> str:
        cost = sum(row.cost for row in life.everything)
        minutes = sum(row.value for row in life.everything if row.kind == EventKind.WORK_ENDED)
        tried = [
            counted(life.count(kind), name)
            for kind, name in (
                (EventKind.MESSAGE_SENT, "message"),
                (EventKind.DIALLED, "call"),
                (EventKind.VISITED, "visit"),
                (EventKind.LAWYERS_LETTER_SENT, "lawyer's letter"),
                (EventKind.OFFER_MADE, "settlement offer"),
            )
            if life.count(kind)
        ]
        if not tried and not cost and not minutes:
            return "The lender did nothing, and it cost nothing."
        talks = life.count(EventKind.CONVERSATION)
        brought = counted(talks, "conversation") if talks else "no conversation"
        effort = f"The lender's {listed(tried)} brought {brought}" if tried else "No contact was made"
        staff = f" and {self.duration(minutes)} of staff time" if minutes else ""
        return f"{effort}; the case cost {self.money(cost) if cost else 'nothing'} directly{staff}."

    def knowledge(self, life: Life) -> list[str]:
        """Return what only the simulation knows."""
        who = life.who
        try:
            cell = CELLS[int(who["cell"])]
        except KeyError:
            cell = f"a borrower of kind {int(who['cell'])}"
        name = self.named(codes.Cell, int(who["cell"]))
        told = [
            f"No collector could see this: the simulation had made {cell} (cell “{name}”), "
            f"with {self.money(int(who['income_cents']))} of income a month"
            + (", and vulnerable." if who["vulnerable"] else ".")
        ]
        told += [self._shock(start, end) for start, end in life.shocks()]
        record = life.last(EventKind.CASE_RECORDED)
        if record is not None:
            told.append(f"Goodwill at the closing record was {record.value / 1e6:.2f} (0 none, 1 full).")
        return told

    def _shock(self, start: Row | None, end: Row | None) -> str:
        """Return a sentence about a time in which part of the household's income was missing."""
        since = f"fell away on {self.full_day(start)}" if start is not None else "was missing from the first"
        until = f"came back on {self.full_day(end)}" if end is not None else "had not come back when the log ended"
        return f"Part of the household's income {since} and {until}."


def _all(n: int) -> str:
    return {1: "", 2: "both "}.get(n, "all ")
