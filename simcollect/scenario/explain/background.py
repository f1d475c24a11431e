"""``explain_scenario``: what a scenario simulates, on which numbers it rests, and its strategies in brief."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from simcollect.core.words import Lang, check_lang, name_of
from simcollect.scenario.capacity import POOL_CODES
from simcollect.scenario.explain.brief import brief, never
from simcollect.scenario.explain.conduct import rules_in_force
from simcollect.scenario.explain.explanation import described
from simcollect.scenario.explain.idle import is_passive
from simcollect.scenario.explain.page import Page, Section
from simcollect.scenario.explain.said import Said, days, joined, listed, number, sentence, share
from simcollect.scenario.explain.setting import setting
from simcollect.scenario.portfolio import Portfolio
from simcollect.scenario.specification import Scenario, provenance

_STATUS: Final = {
    "assumed": Said("assumed", "为假设"),
    "calibrated": Said("calibrated", "经校准"),
    "published": Said("published", "来自公开研究"),
    "statute": Said("set by law", "由法规规定"),
}
_SPREADS: Final = {
    "exponential": Said("exponential", "指数分布"),
    "lognormal": Said("lognormal", "对数正态分布"),
}
_SORTED_BY: Final = {
    "limit": Said("credit limit", "授信额度"),
    "balance": Said("balance", "余额"),
    "dpd": Said("days past due", "逾期天数"),
    "score": Said("behaviour score", "行为评分"),
    "stated_income": Said("stated income", "申报收入"),
    "age": Said("age", "年龄"),
    "months_on_book": Said("months on book", "账龄"),
    "margin": Said("customer value", "客户价值"),
}


@dataclass(frozen=True)
class Background(Page):
    """What a scenario is about, in sentences; ``str()`` for a terminal, ``to_markdown()`` for a document."""


def explain_scenario(scenario: Scenario, lang: Lang = "en") -> Background:
    """Return what a scenario simulates, with its strategies in brief.

    Parameters
    ----------
    scenario : Scenario
        A loaded scenario.
    lang : {"en", "zh"}
        Language.

    Returns
    -------
    Background
        Portfolio, staff, rules, how many of the numbers are assumed, and each strategy in two or three sentences.

    Examples
    --------
    >>> from simcollect.scenario import load
    >>> print(explain_scenario(load("tiny")).sections[0].sentences[0])
    12 named borrowers are followed for 180 days from 2005-09-01.
    """
    lang = check_lang(lang)
    what = [*_book(scenario), *_segments(scenario), *_staff(scenario)]
    what += [*_rolls(scenario), *_fees(scenario), _rules(scenario), _numbers(scenario)]
    sections = [Section(Said("What is simulated", "模拟内容").told(lang), tuple(said.told(lang) for said in what))]
    for name, strategy in scenario.strategies.items():
        s = setting(strategy, scenario.economics.currency, scenario.rules)
        told = list(described(strategy, lang))
        if is_passive(strategy):
            told.append(sentence("nothing is done to any account", "对任何账户都不采取措施").told(lang))
        else:
            told += [each.said.told(lang) for each in (*brief(s), *never(s))]
        sections.append(Section(name, tuple(told)))
    return Background(
        title=scenario.name,
        opening=described(scenario, lang),
        sections=tuple(sections),
    )


def _book(scenario: Scenario) -> Iterator[Said]:
    book, run = scenario.portfolio, scenario.run
    over = Said(
        f"{days(run.horizon_days).en} from {run.start_date}", f"自 {run.start_date} 起 {days(run.horizon_days).zh}"
    )
    if book.source == "inline":
        n = len(book.accounts)
        who = Said("one named borrower is" if n == 1 else f"{n:,} named borrowers are", f"{n:,} 名具名借款人")
        yield sentence(f"{who.en} followed for {over.en}", f"跟踪{who.zh}，{over.zh}")
        return
    source = Said("synthetic borrowers", "合成借款人")
    if book.source == "real" and book.real is not None:
        source = Said(f"rows of {book.real.file}", f"{book.real.file} 的真实记录")
    stock = Said("all", "全部") if book.n_stock == "all" else Said(f"{book.n_stock:,}", f"{book.n_stock:,} 个")
    yield sentence(
        f"{stock.en} accounts overdue on day 0 ({source.en}) are followed for {over.en}",
        f"期初逾期账户{stock.zh}（{source.zh}），{over.zh}",
    )
    if book.flow_per_month == "observed":
        yield sentence("others fall overdue later, at the rate the file shows", "此后按数据中的速度新增逾期账户")
    elif book.flow_per_month > 0:
        flow = number(book.flow_per_month)
        yield sentence(f"about {flow} more fall overdue every month", f"此后每月约新增逾期账户 {flow} 个")
    if book.flow_per_month != 0:
        yield from _arrivals(book)


def _arrivals(book: Portfolio) -> Iterator[Said]:
    """Yield how the flow arrives, where it is not the plain way."""
    if book.flow_count == "poisson":
        yield sentence("how many they are is left to chance (Poisson)", "新增数量服从泊松分布")
    if book.arrival_minute == "uniform":
        yield sentence("they arrive at any minute of the day", "新增账户在一天内任意时刻进入")


def _segments(scenario: Scenario) -> Iterator[Said]:
    names = scenario.segment_names
    if len(names) < 2:
        return
    segments = scenario.portfolio.segments
    by = _SORTED_BY[segments.by] if segments.column is None else Said(segments.column, segments.column)
    told = listed(Said(name, name) for name in names)
    yield sentence(f"by {by.en} they are sorted into the segments {told.en}", f"按{by.zh}分为客群：{told.zh}")


def _staff(scenario: Scenario) -> Iterator[Said]:
    heads = []
    for name, code in POOL_CODES.items():
        pool = getattr(scenario.capacity.pools, name)
        count, leaving = pool.headcount, share(pool.turnover_per_year.value)
        many = "unlimited" if count == "unlimited" else f"{count:,}"
        many_zh = "不限" if count == "unlimited" else f"{count:,} 人"
        if pool.turnover_per_year.value > 0.0 and count != "unlimited":
            many += f" (turnover {leaving.en} a year)"
            many_zh += f"（年流失率 {leaving.zh}）"
        heads.append(Said(f"{name_of(code)} {many}", f"{name_of(code, 'zh')} {many_zh}"))
    paid = {
        "staffed": Said("paid for staffed hours, busy or idle", "按在岗工时计薪"),
        "worked": Said("paid for the minutes they work", "按实际作业时间计薪"),
    }[scenario.economics.cost_basis]
    told = listed(heads)
    yield sentence(f"staff: {told.en}, {paid.en}", f"人员：{told.zh}，{paid.zh}")
    if scenario.capacity.task_times != "fixed":
        spread = _SPREADS[scenario.capacity.task_times]
        yield sentence(f"task times vary: {spread.en} around their means", f"作业时长不固定，按均值服从{spread.zh}")


def _rolls(scenario: Scenario) -> Iterator[Said]:
    rolls = scenario.behaviour.rolls
    if rolls:
        last = len(rolls) - 1
        yield sentence(
            f"what borrowers pay by themselves stands in a table of monthly roll rates, 0 to {last} or more months "
            "behind: on each due date they pay off, pay down, roll on or are written off as it says; beside it only "
            "contacts, promises and plans bring payments",
            f"借款人的自发还款由月度迁徙率表给定（逾期 0 至 {last} 个月及以上）："
            "每个到期日按表结清、回落、继续滚动或核销；此外仅联系、承诺与还款计划带来还款",
        )


def _fees(scenario: Scenario) -> Iterator[Said]:
    fees = scenario.economics.court_fee_bands
    if fees.fixed:
        n = len(fees.fixed)
        due = "" if fees.due_share == 1.0 else f", of which {share(fees.due_share).en} is due"
        due_zh = "" if fees.due_share == 1.0 else f"，按其 {share(fees.due_share).zh}收取"
        bands = "one band" if n == 1 else f"{n} bands"
        yield sentence(
            f"court fees follow a tariff of {bands} by the size of the claim{due}",
            f"诉讼费按标的额分 {n} 档计收{due_zh}",
        )


def _rules(scenario: Scenario) -> Said:
    told = joined(rules_in_force(scenario.rules))
    return sentence(f"rules in force: {told.en}", f"适用规则：{told.zh}")


def _numbers(scenario: Scenario) -> Said:
    counts = Counter(row.status for row in provenance(scenario))
    total = sum(counts.values())
    told = [
        Said(f"{counts[status]:,} {word.en}", f"{counts[status]:,} 个{word.zh}")
        for status, word in _STATUS.items()
        if counts[status]
    ]
    others = told[1:]
    rest = f" ({', '.join(said.en for said in others)})" if others else ""
    verb = "is" if counts["assumed"] == 1 else "are"
    if not counts["assumed"]:
        return sentence(
            f"of the {total:,} numbers about behaviour, staff and money none is assumed",
            f"共 {total:,} 个参数，无一为假设",
        )
    return sentence(
        f"{counts['assumed']:,} of the {total:,} numbers about behaviour, staff and money {verb} assumed{rest}: "
        "what rests on them is an assumption, not a finding",
        f"行为、人员与金额共 {total:,} 个参数，其中{'，'.join(said.zh for said in told)}；凡依赖假设者均非实证结论",
    )
