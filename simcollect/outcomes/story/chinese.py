"""Tells a life in Chinese, as a collections professional writes a case record."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from simcollect.core import codes
from simcollect.core.codes import Action, CloseReason, Component, EventKind, PaymentSource, Status
from simcollect.core.units import MINUTES_PER_DAY, MINUTES_PER_HOUR
from simcollect.core.words import Lang
from simcollect.outcomes.story.chinese_clauses import CLAUSES, an_action, because
from simcollect.outcomes.story.chinese_words import CELLS, CURRENCIES, PAID, PAID_SEVERAL, UNITS
from simcollect.outcomes.story.episodes import Attempts, Chapter, Life, Payments, Row, Work, member_of, pool_of
from simcollect.outcomes.story.pen import Clause, Pen


class Chinese(Pen):
    """Tells in Chinese."""

    lang: ClassVar[Lang] = "zh"
    clauses: ClassVar[dict[str, Clause]] = CLAUSES
    same_day = "同日，"
    later_that_day = "当日稍后，"
    so = "至此，"
    forever = "至履行结束"
    stop = "。"
    colon = "　"
    ending_heading = "结果"
    knowledge_heading = "仅模拟系统知悉"
    every_row = "逐条记录"

    def money(self, cents: int) -> str:
        """Return an amount, such as "1,204.50元"."""
        currency = self.header.currency
        return self.number(cents) + (CURRENCIES[currency][1] if currency in CURRENCIES else f" {currency}")

    def date(self, moment: datetime, with_year: bool) -> str:
        """Return a day, such as "2006年5月9日"."""
        return (f"{moment.year}年" if with_year else "") + f"{moment.month}月{moment.day}日"

    def on(self, day: str) -> str:
        """Return "5月9日，"."""
        return f"{day}，"

    def span(self, start: datetime, end: datetime) -> str:
        """Return "5月3日至9日，"."""
        with_year = self.reach(end)
        if start.year != end.year:
            return f"{self.date(start, True)}至{self.date(end, True)}，"
        last = f"{end.day}日" if start.month == end.month else self.date(end, False)
        return f"{self.date(start, with_year)}至{last}，"

    def duration(self, minutes: int) -> str:
        """Return a length of time, rounded to what a person would say."""
        if minutes < MINUTES_PER_HOUR:
            return f"{minutes}分钟"
        if minutes < MINUTES_PER_DAY:
            return f"{round(minutes / MINUTES_PER_HOUR)}小时"
        return f"{round(minutes / MINUTES_PER_DAY)}天"

    def late(self, days: int) -> str:
        """Return "逾期34天"."""
        return f"逾期{days}天" if days else "当日逾期"

    def means(self, value: int) -> str:
        """Return "每月余力约为月供的2.4倍"."""
        return "每月没有余力还款" if value < 50_000 else f"每月可还金额约为月供的{value / 1e6:.1f}倍"

    def actor(self, row: Row) -> str:
        """Return "2号协商专员", "自动外呼系统" or "贷款方"."""
        if row.actor == 0:
            return "自动外呼系统" if row.channel == codes.Channel.AUTOMATED_CALL else "贷款方"
        pool = pool_of(row.actor)
        name = self.named(codes.Pool, pool) if pool in list(codes.Pool) else "工作人员"
        return f"{member}号{name}" if (member := member_of(row.actor)) else name

    def wait(self, minutes: int, pool: int) -> str:
        """Return "（工单排队2天）"."""
        return f"（工单排队{self.duration(minutes)}）" if minutes >= MINUTES_PER_DAY else ""

    def title(self, life: Life) -> str:
        """Return "账户5（Wu Yi-chun）：tiny，策略balanced"."""
        names = self.header.names
        name = f"（{names[life.account]}）" if names else ""
        run = f"，第{self.header.replication}次重复" if self.header.replication else ""
        return f"账户{int(life.who['account_id'])}{name}：情景{self.header.scenario}，策略{self.header.strategy}{run}"

    def opening(self, life: Life) -> list[str]:
        """Return who the account is, as the lender sees it."""
        who = life.who
        name = self.header.names[life.account] if self.header.names else f"账户{int(who['account_id'])}"
        segment = int(who["segment"])
        names = self.header.segments
        group = f"，属“{names[segment]}”客群，" if 0 <= segment < len(names) else "，"
        if not life.opening:
            due = self.date(self.booked(int(who["arrives_at"])), True)
            return [f"{name}{group}至记录结束时尚未入账，预计{due}入账。"]
        first = life.opening[0]
        parts = [
            f"{self.named(Component, part)}{self.money(life.opened(part))}"
            for part in Component
            if life.opened(part) > 0
        ]
        moment = self.moment(first)
        self.reach(moment)
        currency = CURRENCIES.get(self.header.currency, ("", ""))[0] or self.header.currency
        owed = self.money(sum(row.amount for row in life.opening))
        told = [
            f"{name}{group}{self.date(moment, True)}入账，{self.late(first.value)}，欠款{owed}"
            + (f"（{'、'.join(parts)}）" if len(parts) > 1 else "")
            + f"，每月应还{self.money(int(who['instalment_cents']))}。"
        ]
        seen = (
            f"贷款方所见：行为评分{int(who['score_ppm']) / 1e6:.2f}（0最差，1最好），"
            f"客户年价值{self.money(int(who['margin_cents']))}"
        )
        if who["declared_vulnerable"]:
            seen += "，已登记为弱势客户"
        told.append(f"{seen}。金额以{currency}计，日期为{self.zone_name}当地日期，到期与计息按模拟日历。")
        return told

    def heading(self, chapter: Chapter) -> str:
        """Return the heading of a chapter."""
        if chapter.place != "overdue":
            return "恢复正常" if chapter.place == "current" else "结案之后"
        stage = self.named(codes.Stage, chapter.stage)
        return f"再次逾期：{stage}" if chapter.again else stage

    def attempts(self, run: Attempts) -> str:
        """Return a clause about a run of attempts that came to nothing, and of blocked actions."""
        done = [self._messages(run), self._calls(run)]
        if run.visits:
            done.append(f"上门{run.visits}次，家中无人")
        if run.blocked:
            done += [
                f"{because(self, rule)}，阻止" + "、".join(f"{an_action(self, action)}{n}次" for action, n in actions)
                for rule, actions in run.blocked_by_rule().items()
            ]
        told = "；".join(filter(None, done))
        waited, _ = run.longest_wait
        return told + (f"；其间工单最长排队{self.duration(waited)}" if waited >= 2 * MINUTES_PER_DAY else "")

    def _messages(self, run: Attempts) -> str:
        parts = []
        for channel, n in run.messages.items():
            unit = UNITS.get(channel, "条")
            remarks, every = [], "均" if n > 1 else ""
            if opened := run.opened.get(channel, 0):
                remarks.append(f"{every}已读" if opened == n else f"{opened}{unit}已读")
            if lost := run.undelivered.get(channel, 0):
                remarks.append(f"{every}未送达" if lost == n else f"{lost}{unit}未送达")
            parts.append(
                f"{self.named(codes.Channel, channel)}{n}{unit}" + (f"（{'，'.join(remarks)}）" if remarks else "")
            )
        return f"发送{'、'.join(parts)}" if parts else ""

    def _calls(self, run: Attempts) -> str:
        if not run.calls:
            return ""
        n = sum(run.calls.values())
        rang = "、".join(
            f"自动外呼{count}次" if pool == 0 else f"{self.named(codes.Pool, pool)}拨打电话{count}次"
            for pool, count in sorted(run.calls.items())
        )
        results = [
            f"{count if n > 1 else ''}{'次' if n > 1 else ''}{what}"
            for count, what in (
                (run.unanswered, "无人接听"),
                (run.wrong_party, "非本人接听"),
                (run.no_talk, "本人接听但未能交谈"),
            )
            if count
        ]
        if n > 1 and run.unanswered == n:
            return f"{rang}，均无人接听"
        return f"{rang}，{'其中' if n > 1 else ''}{'、'.join(results)}"

    def payments(self, run: Payments) -> str:
        """Return a clause about payments of one kind."""
        source = PaymentSource(run.source)
        n, last = len(run.payments), run.payments[-1]
        told = (PAID_SEVERAL if n > 1 else PAID)[source].format(n=n, amount=self.money(run.total))
        if run.left > 0:
            told += f"，剩余{run.left}期"
        elif last.value > 0 and source == PaymentSource.OWN_ACCORD:
            told += f"，还款后仍{self.late(last.value)}"
        return told

    def charges(self, chapter: Chapter) -> str:
        """Return a sentence about what was charged meanwhile."""
        parts = []
        n, total = chapter.charged(EventKind.INSTALMENT_DUE)
        if n:
            parts.append(f"新增到期应还{n}期（{self.money(total)}）")
        for kind, name in ((EventKind.INTEREST_CHARGED, "利息"), (EventKind.PENALTY_CHARGED, "罚息")):
            if chapter.charged(kind)[0]:
                parts.append(f"计收{name}{self.money(chapter.charged(kind)[1])}")
        return f"本阶段{'，'.join(parts)}。"

    def unfinished(self, items: list[Work]) -> str:
        """Return a sentence about work that came to no result."""
        return f"未产生结果或记录结束时仍在排队的工单：{'、'.join(self.named(Action, item.action) for item in items)}。"

    def ending(self, life: Life) -> list[str]:
        """Return how it ended, and what it brought and cost."""
        return [self._last(life), self._money(life), self._effort(life)]

    def _last(self, life: Life) -> str:
        closed = life.last(EventKind.CLOSED)
        if life.ending:
            row = life.ending[-1]
            when, owed = f"{self.full_day(row)}模拟结束时，", self.money(row.amount)
            if row.detail == Status.CURRENT:
                return f"{when}账户处于正常状态，余额{owed}按约偿还。"
            return f"{when}尚欠{owed}，{self.late(row.value)}。"
        if closed is None:
            return "记录至此结束，未载明尚欠金额。"
        told = f"{self.full_day(closed)}结案：{self.named(CloseReason, closed.detail)}。"
        record = life.last(EventKind.CASE_RECORDED)
        return told + (f"结案评估：{self.detail(record)}。" if record is not None else "")

    def _money(self, life: Life) -> str:
        paid = life.total(EventKind.PAYMENT)
        forced = sum(
            row.amount
            for row in life.everything
            if row.kind == EventKind.PAYMENT and row.detail == PaymentSource.ENFORCEMENT
        )
        told = f"累计还款{self.money(paid)}" if paid else "客户未还款"
        told += f"（其中强制执行{self.money(forced)}）" if forced else ""
        for kind, name in ((EventKind.WAIVED, "减免"), (EventKind.WRITTEN_OFF, "核销"), (EventKind.SOLD, "转让收入")):
            if life.total(kind):
                told += f"，{name}{self.money(life.total(kind))}"
        return f"{told}。"

    def _effort(self, life: Life) -> str:
        cost = sum(row.cost for row in life.everything)
        minutes = sum(row.value for row in life.everything if row.kind == EventKind.WORK_ENDED)
        tried = [
            template.format(n=life.count(kind))
            for kind, template in (
                (EventKind.MESSAGE_SENT, "发送信息{n}条"),
                (EventKind.DIALLED, "拨打电话{n}次"),
                (EventKind.VISITED, "上门{n}次"),
                (EventKind.LAWYERS_LETTER_SENT, "发出律师函{n}份"),
                (EventKind.OFFER_MADE, "提出和解方案{n}次"),
            )
            if life.count(kind)
        ]
        if not tried and not cost and not minutes:
            return "贷款方未采取任何措施，未发生成本。"
        talks = life.count(EventKind.CONVERSATION)
        effort = (
            f"共{'、'.join(tried)}，" + (f"与客户沟通{talks}次" if talks else "未能与客户沟通")
            if tried
            else "未联系客户"
        )
        staff = f"，人工耗时{self.duration(minutes)}" if minutes else ""
        return f"{effort}；直接成本{self.money(cost)}{staff}。"

    def knowledge(self, life: Life) -> list[str]:
        """Return what only the simulation knows."""
        who = life.who
        cell = int(who["cell"])
        real = f"（{CELLS[cell]}）" if cell in CELLS else ""
        told = [
            f"以下信息催收人员无从知悉：该客户为{self.named(codes.Cell, cell)}{real}，"
            f"月收入{self.money(int(who['income_cents']))}" + ("，属弱势客户。" if who["vulnerable"] else "。")
        ]
        told += [self._shock(start, end) for start, end in life.shocks()]
        record = life.last(EventKind.CASE_RECORDED)
        if record is not None:
            told.append(f"结案时客户好感度{record.value / 1e6:.2f}（满分1）。")
        return told

    def _shock(self, start: Row | None, end: Row | None) -> str:
        """Return a sentence about a time in which part of the household's income was missing."""
        since = f"{self.full_day(start)}家庭收入减少" if start is not None else "入账时家庭收入已减少"
        return f"{since}，" + (f"{self.full_day(end)}恢复。" if end is not None else "至记录结束时未恢复。")
