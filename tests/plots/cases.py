"""Every picture from ordinary and from extreme numbers: long names, one of each, nothing at all, ten years."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from simcollect.core.words import Lang
from simcollect.plots import (
    Curve,
    FlowEnd,
    FlowPath,
    ForestPanel,
    ForestRow,
    Funnel,
    Lane,
    Mark,
    Outcome,
    PoolLoad,
    RollPanel,
    Span,
    StageSpan,
    StrategyPoint,
    cash_in,
    contact_funnel,
    forest,
    life_line,
    liquidation_by_strategy,
    liquidation_by_vintage,
    load,
    roll_rates,
    stage_flow,
    trade_off,
)
from simcollect.plots.selection import SelectionRow, selection
from simcollect.plots.theme import BLUE, GREEN, QUIET, VERMILLION

DIGEST = "3f9c1e7ab20d"
LONG = "a_strategy_of_thirty_letters_x"
NAMES = ("no_action", "gentle", "twelveletter", LONG, "firm")
SHARE = Outcome("Customers kept", "% of accounts", True)
MONEY = Outcome("Cost per account", "TWD", False)


def points(n: int = 5) -> list[StrategyPoint]:
    rest = [StrategyPoint(NAMES[i], 60.0 + 3 * i, 900.0 * i, (1.0, 5.0), (-80.0, 70.0)) for i in range(1, n)]
    return [StrategyPoint("no_action", 61.0, 0.0), *rest]


def rows(n: int = 4, scale: float = 1.0) -> tuple[ForestRow, ...]:
    spread = [(-5.2, -8.0, -2.0), (12.5, 2.0, 20.0), (0.0, -1.0, 1.0), (math.nan, None, None)]
    return tuple(
        ForestRow(name, mean * scale, None if low is None else low * scale, None if high is None else high * scale)
        for name, (mean, low, high) in zip(NAMES[1 : n + 1], spread, strict=False)
    )


def growth(days: int, top: float) -> np.ndarray:
    return top * (1.0 - np.exp(-np.arange(days) / (days / 2.0)))


def pool(name: str, days: int, staffed: int = 480, backlog: int = 40) -> PoolLoad:
    wave = np.abs(np.sin(np.arange(days) / 9.0))
    return PoolLoad(
        name,
        (wave * staffed).astype(np.int64),
        np.where(np.arange(days) % 7 < 5, staffed, 0),
        (wave * backlog).astype(np.int64),
        wave * 12.0 * (backlog > 0),
    )


def vintage(name: str, months: int) -> Curve:
    return Curve(name, np.arange(float(months)), growth(120, 0.5)[:months])


def flow_paths(n: int) -> list[FlowPath]:
    ways = [((), 1), ((0,), 1), ((0,), 0), ((0, 1), 2), ((0, 1, 2), 0), ((1, 2, 3), 3), ((0, 3), 0), ((2,), 2)]
    return [FlowPath(stages, end, n * (i + 1)) for i, (stages, end) in enumerate(ways)]


STAGES = {
    "en": ("early stage", "mid stage", "late stage", "final stage"),
    "zh": ("初始阶段", "中期阶段", "后期阶段", "最终阶段"),
}
ENDS = (FlowEnd("overdue", QUIET), FlowEnd("cured", GREEN), FlowEnd("paid in full", BLUE), FlowEnd(LONG, VERMILLION))


def life_case(until: float, n: int, lang: Lang) -> Figure:
    days = np.linspace(0.0, until * 0.9, n)
    tones = ("good", "bad", "open", "step")
    marks = tuple(Mark(float(day), tones[i % 4], f"label {i}" if i % 3 else LONG) for i, day in enumerate(days))  # type: ignore[arg-type]
    quarter = until / 4.0
    stages = [StageSpan(quarter * i, quarter * (i + 1), i + 1, STAGES[lang][i]) for i in range(4)]
    spans = (
        Span(0.0, until / 3.0, "12 x 280"),
        Span(until / 2.0, until, "suit pending"),
        Span(until / 2.1, until / 2.0),
    )
    return life_line(
        [(0.0, 12000.0), *((float(day), 12000.0 - 3.0 * i) for i, day in enumerate(days[1:]))],
        [(float(day), 100.0 + 7 * i) for i, day in enumerate(days)],
        stages,
        [Lane("calls", (), marks), Lane("repayment plan", spans, marks[:2]), Lane("nothing")],
        until,
        "TWD",
        "2005-09-01",
        f"{LONG}: tiny, {LONG}",
        DIGEST,
        lang,
    )


def rolls_case(lang: Lang) -> Figure:
    rates = np.full((3, 5), 0.2)
    rates[1] = [0.999, 0.0005, 0.0005, 0.0, 0.0]
    rates[2] = np.nan
    panels = [
        RollPanel("By number of accounts", rates, ["1,234,567", "12", "0"], "account-months"),
        RollPanel("By balance", rates, ["123,456,789,012", "12", "0"], "TWD"),
    ]
    before = ["current", "1\u201329", "30\u201359"]
    return roll_rates(panels, before, [*before, "paid in full", "written off"], DIGEST, None, lang)


CALL = Funnel("automated call", (("attempts", 1_234_567), ("answered", 1000), ("right party", 1), ("promise made", 0)))


def selection_case(n: int, lang: Lang) -> Figure:
    names = (LONG, *NAMES[:3], "enter_dpd 120")[:n]
    rows = [SelectionRow(names[0], 0.0, 0.0, 0.0, None, n == 2)]
    rows += [
        SelectionRow(name, -2.0 * i, -3.5 * i, -0.5 * i, 10 * i if i > 1 or n == 2 else None, False)
        for i, name in enumerate(names[1:], 1)
    ]
    told: Any = {"level": (29.53, 28.9, 30.2), "level_unit": "% of the opening balance", "n_final": 20}
    return selection(rows, "Net recovery", "percentage points", True, digest=DIGEST, day=365, lang=lang, **told)


CASES: dict[str, Callable[[Lang], Figure]] = {
    "trade-off": lambda lang: trade_off(points(), SHARE, MONEY, "no_action", 20, DIGEST, 365, lang=lang),
    "trade-off of one": lambda lang: trade_off(points(1), MONEY, SHARE, "no_action", 1, DIGEST, 1, lang=lang),
    "trade-off of nothing": lambda lang: trade_off(
        [StrategyPoint("no_action", 0.0, 0.0)], MONEY, SHARE, "no_action", 1, DIGEST, 3660, lang=lang
    ),
    "forest": lambda lang: forest(
        [
            ForestPanel("R  Net recovery with residual value", "percentage points", True, rows()),
            ForestPanel("C  Cost", "TWD per account", False, rows(scale=1000.0)),
            ForestPanel("H  Share of income paid", "percentage points of the stated income", None, rows(scale=0.001)),
        ],
        LONG, 20, DIGEST, 365, lang=lang,
    ),
    "forest of large sums": lambda lang: forest(
        [ForestPanel("R  Recovered", "TWD", True, rows(scale=3e7)), ForestPanel("C", "TWD", False, rows(scale=1e9))],
        "balanced", 20, DIGEST, 365, lang=lang,
    ),
    "trade-off of large sums": lambda lang: trade_off(
        [StrategyPoint("no_action", -1.5e9, 2.5e9), StrategyPoint("firm", 9.5e9, -7.5e9)],
        MONEY, MONEY, "firm", 1, DIGEST, 90, lang=lang,
    ),
    "forest of one": lambda lang: forest([ForestPanel("C", "TWD", False, rows(1))], "x", 1, DIGEST, 90, lang=lang),
    "cash": lambda lang: cash_in(
        np.arange(1, 366), {f"source {i}": growth(365, 0.02 * (i + 1)) for i in range(8)}, growth(365, 0.05),
        f"cards, {LONG}: where the money came from", DIGEST, lang=lang,
    ),
    "cash of one day": lambda lang: cash_in([1], {"promise": np.zeros(1)}, np.zeros(1), "t", DIGEST, lang=lang),
    "cash of ten years": lambda lang: cash_in(
        np.arange(1, 3651), {LONG: growth(3650, 1.2)}, growth(3650, 0.4), "ten years", DIGEST, lang=lang
    ),
    "liquidation by strategy": lambda lang: liquidation_by_strategy(
        [
            Curve(name, np.arange(100.0), growth(100, 0.3), growth(100, 0.2), growth(100, 0.4 + 0.01 * i))
            for i, name in enumerate(NAMES)
        ],
        20, DIGEST, lang=lang,
    ),
    "liquidation at one day": lambda lang: liquidation_by_strategy(
        [Curve("firm", np.array([90.0]), np.array([0.0]))], 1, DIGEST, lang=lang
    ),
    "liquidation by vintage": lambda lang: liquidation_by_vintage(
        [vintage(f"2005-{i:02d}", 12 - i) for i in range(1, 10)], DIGEST, lang=lang
    ),
    "liquidation of ten years": lambda lang: liquidation_by_vintage(
        [vintage(f"{2005 + i // 12}-{i % 12 + 1:02d}", 120 - i) for i in range(118)], DIGEST, lang=lang
    ),
    "selection": lambda lang: selection_case(5, lang),
    "selection of two": lambda lang: selection_case(2, lang),
    "rolls": rolls_case,
    "rolls of one": lambda lang: roll_rates(
        [RollPanel("By accounts", np.array([[1.0]]), ["1"], "accounts")], ["180+"], ["180+"], DIGEST, None, lang
    ),
    "flow": lambda lang: stage_flow(STAGES[lang], ENDS, flow_paths(3), DIGEST, None, lang),
    "flow of one": lambda lang: stage_flow(STAGES[lang], ENDS, [FlowPath((), 3, 1)], DIGEST, LONG * 4, lang),
    "flow of few among many": lambda lang: stage_flow(
        STAGES[lang], ENDS, [FlowPath((0,), 1, 1_000_000), *(FlowPath((0, 1), e, 1) for e in range(4))],
        DIGEST, None, lang,
    ),
    "funnel": lambda lang: contact_funnel(
        [CALL, Funnel(LONG, (("attempts", 3), ("opened", 2))), CALL, Funnel("visit", (("attempts", 0),))],
        DIGEST, None, lang,
    ),
    "funnel of one": lambda lang: contact_funnel([Funnel("SMS", (("attempts", 0), ("opened", 0)))], DIGEST, None, lang),
    "load": lambda lang: load([pool(name, 365) for name in ("callers", "negotiators", LONG, "d")], DIGEST, None, lang),
    "load of one idle day": lambda lang: load([pool("callers", 1, 0, 0)], DIGEST, None, lang),
    "load of ten years": lambda lang: load([pool("callers", 3650, 480, 900_000)], DIGEST, None, lang),
    "life": lambda lang: life_case(180.0, 20, lang),
    "life of ten years": lambda lang: life_case(3650.0, 700, lang),
    "life of one row": lambda lang: life_line(
        [(3.0, 0.5)], [], [], [], 3.0, "TWD", "2005-09-01", "One", DIGEST, lang
    ),
}  # fmt: skip
