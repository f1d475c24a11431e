"""Pictures of a run, from its event log; each works on a log of any origin."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from simcollect.core.codes import Channel, CloseReason, EventKind, PaymentSource, Pool, Stage, Status
from simcollect.core.errors import InputError
from simcollect.core.eventlog import EventLog
from simcollect.core.units import MINUTES_PER_DAY
from simcollect.core.words import Lang, check_lang, name_of
from simcollect.experiment.comparison import Comparison
from simcollect.experiment.life import life_of
from simcollect.outcomes.capacity import capacity_by_day
from simcollect.outcomes.economics import Economics
from simcollect.outcomes.reading import Reading
from simcollect.outcomes.standing import has_live_plan, has_live_settlement, standing
from simcollect.outcomes.story.choose import find_account
from simcollect.outcomes.tables.funnels import contact_funnel as contact_table
from simcollect.outcomes.tables.positions import BUCKETS, N_OPEN
from simcollect.outcomes.tables.rolls import matrix_of, roll_flows
from simcollect.outcomes.tables.vintages import liquidation as vintage_table
from simcollect.plots.cash_in import cash_in
from simcollect.plots.flow import FlowEnd, FlowPath, stage_flow
from simcollect.plots.funnel import Funnel, contact_funnel
from simcollect.plots.life import life_line
from simcollect.plots.liquidation import Curve, liquidation_by_vintage
from simcollect.plots.load import PoolLoad
from simcollect.plots.load import load as draw_load
from simcollect.plots.numbers import plain
from simcollect.plots.rolls import RollPanel, roll_rates
from simcollect.plots.theme import BLUE, GREEN, ORANGE, PURPLE, QUIET, SKY, VERMILLION
from simcollect.plots.wording import Wording

NOTHING_TO_SHOW: Final = "has nothing to show"
"""How the refusal of a picture begins for which a log has no data."""

_ACTORS_PER_POOL: Final = 100_000
_MINUTES_PER_HOUR: Final = 60.0

_WORDS: Final = Wording(
    cash=("{scenario}, {strategy}: where the money came from", "{scenario}，{strategy}：回款来源"),
    staffed=("cost (paid shifts)", "成本（按排班计）"),
    worked=("cost (hours worked)", "成本（按工时计）"),
    life=("{account}: {scenario}, {strategy}", "{account}：{scenario}，{strategy}"),
    number=("Account {id}", "账户 {id}"),
    flow=("{scenario}, {strategy}: the way through the stages", "{scenario}，{strategy}：账户的阶段流向"),
    funnel=("{scenario}, {strategy}: how far contacts get", "{scenario}，{strategy}：各渠道的触达漏斗"),
    rolls=("{scenario}, {strategy}: where accounts go within a month", "{scenario}，{strategy}：月度迁徙率"),
    load=(
        "{scenario}, {strategy}: how busy the staff were, and what waited",
        "{scenario}，{strategy}：人员负荷与积压",
    ),
    liquidation=("{scenario}, {strategy}: collected by age, by vintage", "{scenario}，{strategy}：各批次的累计回收"),
    attempts=("attempts", "尝试"),
    delivered=("delivered", "送达"),
    opened=("opened", "已读"),
    answered=("answered", "接听"),
    met=("somebody met", "有人应门"),
    right_party=("right party", "本人"),
    conversations=("conversation", "有效沟通"),
    promises=("promise made", "承诺还款"),
    accounts=("By number of accounts", "按账户数"),
    balance=("By balance at the start of the month", "按月初余额"),
    account_months=("account-months", "户月"),
    stock=("opening stock", "期初存量"),
    overdue=("still overdue", "仍逾期"),
    arranged=("plan or settlement running", "还款计划或和解履行中"),
    current=("cured", "恢复正常"),
)


def cash(log: EventLog, economics: Economics | None = None, lang: Lang = "en") -> Figure:
    """Return the picture of money in by day and source, and of what it cost, as shares of the opening balance.

    ``economics`` says how staff are paid; None: the shifts that the log holds.
    """
    say = _WORDS.in_language(check_lang(lang))
    reading = Reading.at_day(log)
    n_days = max(1, reading.day)
    opening = max(1, int(reading.total(EventKind.OPENED).sum()))

    def by_day(positions: NDArray[np.intp], cents: NDArray[Any]) -> NDArray[np.float64]:
        day = np.minimum(reading.column("at", positions) // MINUTES_PER_DAY, n_days - 1)
        return np.asarray(np.cumsum(np.bincount(day, weights=cents, minlength=n_days)) / opening, dtype=np.float64)

    paid = reading.where(EventKind.PAYMENT)
    source = reading.column("detail", paid)
    received = {
        name_of(member, lang): by_day(paid[source == member], reading.column("amount_cents", paid[source == member]))
        for member in PaymentSource
    }
    costly = np.flatnonzero((reading.rows["cost_cents"] != 0) & (reading.rows["kind"] != EventKind.STAFFED))
    worked = economics is not None and economics.cost_basis == "worked"
    staff = reading.where(EventKind.WORK_ENDED if worked else EventKind.STAFFED)
    wages: NDArray[Any] = reading.column("cost_cents", staff)
    if worked and economics is not None:
        hourly = np.array((0, *economics.hourly_cost_cents), dtype=np.float64)
        pool = np.clip(reading.column("actor", staff) // _ACTORS_PER_POOL, 0, max(Pool))
        wages = reading.column("value", staff) * hourly[pool] / _MINUTES_PER_HOUR
    return cash_in(
        np.arange(1, n_days + 1),
        received,
        by_day(costly, reading.column("cost_cents", costly)) + by_day(staff, wages),
        _title(log, "cash", lang),
        _digest(log),
        cost_name=say("worked" if worked else "staffed"),
        lang=lang,
    )


def life(log: EventLog, account: int | str | None = None, lang: Lang = "en") -> Figure:
    """Return one borrower's life line.

    Parameters
    ----------
    log
        Any event log.
    account
        Id or name (or its beginning); None: the account with the most rows.
    lang
        Language.

    Raises
    ------
    InputError
        If no account is called so, or it never fell overdue in this run.
    """
    say = _WORDS.in_language(check_lang(lang))
    position = _fullest(log) if account is None else find_account(log, account)
    number = int(log.accounts["account_id"][position])
    known = log.header.names[position] if log.header.names else ""
    told = life_of(log, position, lang)
    if not told.balance:
        raise InputError(
            _where(log), f"account {known or number}", "did not fall overdue in this run", "Expected one that did"
        )
    header = log.header
    called = known or say("number", id=number)
    title = say("life", account=called, scenario=header.scenario, strategy=header.strategy)
    return life_line(
        told.balance,
        told.payments,
        told.stages,
        told.lanes,
        told.until,
        header.currency,
        header.start_date[:10],
        title,
        _digest(log),
        lang,
    )


def flow(log: EventLog, lang: Lang = "en") -> Figure:
    """Return the stage flow: every stage each account was in, and where it stood at the horizon.

    An account that was cured and fell overdue again counts once, with all its stages in their order.
    """
    say = _WORDS.in_language(check_lang(lang))
    reading = Reading.at_day(log)
    debts = standing(reading)
    closed = {reason: name_of(reason, lang) for reason in CloseReason}
    ends = (
        FlowEnd(say("overdue"), QUIET),
        FlowEnd(say("arranged"), SKY),
        FlowEnd(say("current"), GREEN),
        FlowEnd(closed[CloseReason.PAID_IN_FULL], BLUE),
        FlowEnd(closed[CloseReason.SETTLED], PURPLE),
        FlowEnd(closed[CloseReason.WRITTEN_OFF], VERMILLION),
        FlowEnd(closed[CloseReason.SOLD], ORANGE),
        FlowEnd(closed[CloseReason.INSOLVENT], "#1A1A1A"),
    )
    end = np.where(has_live_plan(reading) | has_live_settlement(reading), 1, 0)
    end = np.where(debts.status == Status.CURRENT, 2, end)
    end = np.where(debts.close_reason > 0, 2 + debts.close_reason, end)
    entered = reading.where(EventKind.STAGE_ENTERED)
    been = np.zeros((reading.n_accounts, len(Stage)), dtype=np.bool_)
    been[reading.account[entered], reading.column("stage", entered)] = True
    stages = [stage for stage in Stage if stage is not Stage.NONE]
    here = debts.has_arrived
    ways, numbers = np.unique(np.column_stack([been[here, 1:], end[here]]), axis=0, return_counts=True)
    paths = [
        FlowPath(tuple(int(s) for s in np.flatnonzero(way[:-1])), int(way[-1]), int(number))
        for way, number in zip(ways, numbers, strict=True)
    ]
    _need(bool(paths), log, "no account fell overdue")
    return stage_flow(
        [name_of(stage, lang) for stage in stages], ends, paths, _digest(log), _title(log, "flow", lang), lang
    )


_SPOKEN: Final = ("attempts", "answered", "right_party", "conversations", "promises")
_STEPS: Final[Mapping[Channel, tuple[str, ...]]] = {
    Channel.SMS: ("attempts", "delivered", "opened"),
    Channel.EMAIL: ("attempts", "delivered", "opened"),
    Channel.AUTOMATED_CALL: _SPOKEN,
    Channel.CALL: _SPOKEN,
    Channel.VISIT: ("attempts", "right_party", "conversations", "promises"),
}


def funnel(log: EventLog, lang: Lang = "en") -> Figure:
    """Return the contact funnels of the channels that were used (of all, when none was)."""
    say = _WORDS.in_language(check_lang(lang))
    table = contact_table(log).set_index("channel").to_dict("index")
    found = []
    for channel, steps in _STEPS.items():
        row = table[channel.name.lower()]
        numbers = tuple((say(step), int(row[f"n_{step}"])) for step in steps)
        found.append(Funnel(name_of(channel, lang), numbers))
    used = [one for one in found if one.steps[0][1]]
    return contact_funnel(used or found, _digest(log), _title(log, "funnel", lang), lang)


def rolls(log: EventLog, lang: Lang = "en") -> Figure:
    """Return the heat map of monthly rolls, by number of accounts and by balance; empty buckets are left out.

    Raises
    ------
    InputError
        If the run is shorter than a month.
    """
    say = _WORDS.in_language(check_lang(lang))
    flows = roll_flows(log)
    flows = flows[flows["from_bucket"] != "new"]
    _need(len(flows) > 0, log, "no account was followed over a whole calendar month")
    tables = [matrix_of(flows, "count"), matrix_of(flows, "balance")]
    before = [bucket for bucket in BUCKETS[:N_OPEN] if bucket in set(flows["from_bucket"])]
    after = [bucket for bucket in BUCKETS if bucket in set(flows["to_bucket"])]
    panels = []
    for table, weight in zip(tables, ("accounts", "balance"), strict=True):
        rows = table.set_index("from_bucket").reindex(before)
        if weight == "accounts":
            sizes = [plain(n) for n in rows["n_accounts"].fillna(0)]
        else:
            money = rows["balance_from_cents"].fillna(0) / log.header.minor_units
            sizes = [plain(round(amount)) for amount in money]
        unit = say("account_months") if weight == "accounts" else log.header.currency
        panels.append(RollPanel(say(weight), rows[after].to_numpy(dtype=np.float64), sizes, unit))
    return roll_rates(
        panels,
        [_bucket_name(bucket, lang) for bucket in before],
        [_bucket_name(bucket, lang) for bucket in after],
        _digest(log),
        _title(log, "rolls", lang),
        lang,
    )


def load(log: EventLog, lang: Lang = "en") -> Figure:
    """Return utilisation, backlog and age of the oldest item by day, for the pools that were staffed or asked for."""
    check_lang(lang)
    table = capacity_by_day(log)
    pools = []
    for pool in (member for member in Pool if member is not Pool.NONE):
        mine = table[table["pool"] == pool.name.lower()]
        series = [mine[name].to_numpy() for name in ("worked_minutes", "staffed_minutes", "backlog", "oldest_days")]
        if mine["queued"].any() or series[1].any() or series[0].any():
            pools.append(PoolLoad(name_of(pool, lang), *series))
    _need(bool(pools), log, "no pool has any staff or work")
    return draw_load(pools, _digest(log), _title(log, "load", lang), lang)


def liquidation(log: EventLog, lang: Lang = "en") -> Figure:
    """Return the liquidation curve of every vintage; those younger than a month are left out.

    Raises
    ------
    InputError
        If no vintage was observed for a month.
    """
    say = _WORDS.in_language(check_lang(lang))
    curves = []
    for name, mine in vintage_table(log).groupby("vintage_month", sort=False):
        if len(mine) > 1 and mine["opening_cents"].iloc[0] > 0:
            label = say("stock") if name == "stock" else str(name)
            months = mine["months"].to_numpy(dtype=np.float64)
            curves.append(Curve(label, months, mine["gross_liquidation_share"].to_numpy(dtype=np.float64)))
    _need(bool(curves), log, "no account was observed for a whole month")
    return liquidation_by_vintage(curves, _digest(log), _title(log, "liquidation", lang), lang)


LOG_PICTURES: Final[Mapping[str, Callable[[EventLog, Lang], Figure]]] = {
    "life": lambda log, lang: life(log, None, lang),
    "flow": flow,
    "funnel": funnel,
    "rolls": rolls,
    "load": load,
    "liquidation": liquidation,
    "cash": lambda log, lang: cash(log, None, lang),
}
"""Pictures of one run by their names."""

COMPARISON_PICTURES: Final[Mapping[str, Callable[[Comparison, Lang], Figure]]] = {
    "forest": lambda result, lang: result.forest(lang=lang),
    "trade-off": lambda result, lang: result.plot(lang=lang),
    "liquidation": lambda result, lang: result.liquidation(lang=lang),
}
"""Pictures of strategies side by side by their names."""


def _bucket_name(bucket: str, lang: Lang) -> str:
    """Return a bucket's name: days past due as they are, states in the field's words."""
    states = {
        "current": name_of(Status.CURRENT, lang),
        "paid": name_of(CloseReason.PAID_IN_FULL, lang),
        "settled": name_of(CloseReason.SETTLED, lang),
        "written_off": name_of(CloseReason.WRITTEN_OFF, lang),
        "sold": name_of(CloseReason.SOLD, lang),
        "insolvent": name_of(CloseReason.INSOLVENT, lang),
    }
    return states.get(bucket, bucket.replace("-", "\u2013"))


def _title(log: EventLog, picture: str, lang: Lang) -> str:
    return _WORDS.in_language(lang)(picture, scenario=log.header.scenario, strategy=log.header.strategy)


def _digest(log: EventLog) -> str:
    return log.digest()[:16]


def _where(log: EventLog) -> str:
    return f"log of {log.header.scenario}, {log.header.strategy}"


def _fullest(log: EventLog) -> int:
    """Return the position of the account with the most rows."""
    theirs = log.rows["account"][log.rows["account"] >= 0]
    _need(len(theirs) > 0, log, "no account fell overdue")
    return int(np.argmax(np.bincount(theirs)))


def _need(is_there: bool, log: EventLog, found: str) -> None:
    if not is_there:
        raise InputError(_where(log), "picture", f"{NOTHING_TO_SHOW}: {found}", "Expected a log with more in it")
