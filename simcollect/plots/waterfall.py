"""Attribution waterfall: from what comes without action, step by step, to what a strategy recovers, and to net."""

from __future__ import annotations

import math
from dataclasses import dataclass, fields
from typing import Final

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from simcollect.core.words import Lang
from simcollect.plots.numbers import plain_ticks, signed
from simcollect.plots.theme import (
    FAINT,
    GREEN,
    INK,
    ORANGE,
    PAPER,
    PURPLE,
    QUIET,
    SKY,
    VERMILLION,
    finish,
    head,
    inset,
    new_figure,
    theme,
)
from simcollect.plots.wording import Say, Wording, text_width

_WORDS: Final = Wording(
    title=("{scenario}, {strategy}: what the recovery owes to the strategy", "{scenario}，{strategy}：回收从何而来"),
    read=(
        "{unit}, mean of {n} replications, read on day {day}. Whiskers and brackets: {level} % intervals.",
        "{unit}，{n} 次重复模拟的均值，截至第 {day} 天。误差线与括号内：{level}% 区间。",
    ),
    read_once=(
        "{unit}, one replication, read on day {day}: no intervals, so nothing is established.",
        "{unit}，1 次模拟，截至第 {day} 天：没有区间，不能得出结论。",
    ),
    own=(
        "Incremental, cannibalised and lost: as if staff were unlimited. Congestion: what the actual staff change.",
        "“增量”“让利侵蚀”“流失”按人手不限计算；“人手不足的影响”为实际人手带来的变化。",
    ),
    cut=("The axis does not start at zero.", "横轴不从零开始。"),
    share=("% of opening balance", "占期初余额的百分比（%）"),
    no_action=("Without action", "不采取行动"),
    no_action_note=("what borrowers pay by themselves", "借款人自行偿还"),
    accelerated=("of it accelerated", "其中：提前"),
    accelerated_note=("the same money, earlier", "同一笔钱，更早收回"),
    accelerated_days=("the same money, {days} days earlier", "同一笔钱，平均提前 {days} 天"),
    delayed=("of it delayed", "其中：推迟"),
    delayed_note=("the same money, later", "同一笔钱，更晚收回"),
    delayed_days=("the same money, {days} days later", "同一笔钱，平均推迟 {days} 天"),
    incremental=("Incremental", "增量"),
    incremental_note=("would not have come by day {day}", "截至第 {day} 天本不会收回"),
    cannibalised=("Cannibalised", "让利侵蚀"),
    cannibalised_note=("conceded, but would have been paid", "减免给了本会还款的人"),
    lost=("Lost", "流失"),
    lost_note=("would have come, and did not", "本会收回而未收回"),
    congestion=("Congestion", "人手不足的影响"),
    congestion_note=("staff busy, absent or new", "人员忙碌、缺勤或尚不熟练"),
    recovered=("Recovered", "回收"),
    recovered_note=("gross, by day {day}", "总额，截至第 {day} 天"),
    cost=("Cost", "成本"),
    cost_note=("staff and direct cost", "人工与直接费用"),
    net=("Net", "净回收"),
    net_note=("recovered less cost", "回收减成本"),
    between=("{low} to {high}", "{low} 至 {high}"),
)
_SCALES: Final = {
    "en": ((1e9, "billion"), (1e6, "million"), (1e3, "thousand"), (1.0, "")),
    "zh": ((1e8, "亿"), (1e4, "万"), (1.0, "")),
}
_TOTALS: Final = ("no_action", "recovered", "net")
_TIMING: Final = ("accelerated", "delayed")
_COLOURS: Final = {
    "no_action": "#BFBFBF",
    "accelerated": "#8C8C8C",
    "delayed": "#8C8C8C",
    "incremental": GREEN,
    "cannibalised": ORANGE,
    "lost": VERMILLION,
    "congestion": PURPLE,
    "recovered": "#8C8C8C",
    "cost": SKY,
    "net": "#8C8C8C",
}
_MARGIN_INCHES: Final = 0.25
_ROW_INCHES: Final = 0.46
_AXES_INCHES: Final = 4.3
_NAME_POINTS: Final = 10.0
_NOTE_POINTS: Final = 8.0
_FOOT_INCHES: Final = 0.72
_BAR: Final = 0.56
_TIMING_BAR: Final = 0.34
_CUT_BELOW: Final = 0.4
_TEETH: Final = 4


@dataclass(frozen=True)
class Amount:
    """A mean and its interval; low and high are None where there is no interval."""

    mean: float
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Bars:
    """The levels and steps of the waterfall, in one unit.

    ``no_action``, ``recovered`` and ``net`` are levels, the others steps with the sign with which they enter:
    ``cannibalised``, ``lost`` and ``cost`` are 0 or below. ``accelerated`` and ``delayed`` are parts of ``no_action``
    and move no level. ``congestion`` is None where it was not measured.
    """

    no_action: Amount
    accelerated: Amount
    delayed: Amount
    incremental: Amount
    cannibalised: Amount
    lost: Amount
    congestion: Amount | None
    recovered: Amount
    cost: Amount
    net: Amount


@dataclass(frozen=True)
class _Row:
    name: str
    amount: Amount
    start: float
    end: float


def waterfall(
    bars: Bars,
    *,
    scenario: str,
    strategy: str,
    n_replications: int,
    day: int,
    digest: str,
    currency: str | None = None,
    days_accelerated: float = math.nan,
    days_delayed: float = math.nan,
    level: float = 0.95,
    lang: Lang = "en",
) -> Figure:
    """Draw one row a level or step; names stand left of the bars and numbers right of them, so that none can collide.

    Parameters
    ----------
    bars
        Shares of the opening balance (0 to 1) when ``currency`` is None, else money in major units.
    scenario, strategy, n_replications, day, digest
        What was run, how often, until when.
    currency
        ISO 4217 code of money.
    days_accelerated, days_delayed
        Mean days by which that money moved; NaN where there is none.
    level
        Confidence level of the intervals, in (0, 1).
    lang
        Language of all words.

    Raises
    ------
    ValueError
        If a mean is not finite, or the levels are not the sums of the steps.
    InputError
        If the language needs a font that is not installed.
    """
    _check(bars)
    say = _WORDS.in_language(lang)
    factor, unit = _unit(bars, currency, say, lang)
    rows = _rows(bars, factor)
    low, high, is_cut = _limits(rows)
    notes = {row.name: say(f"{row.name}_note", day=day) for row in rows}
    for name, days in (("accelerated", days_accelerated), ("delayed", days_delayed)):
        if math.isfinite(days):
            notes[name] = say(f"{name}_days", days=f"{days:.0f}")
    numbers = _texts(rows, say)
    several = n_replications > 1
    read = say("read" if several else "read_once", unit=unit, n=n_replications, day=day, level=f"{level * 100:g}")
    told = [read, *([say("own")] if bars.congestion is not None else []), *([say("cut")] if is_cut else [])]
    heading = (say("title", scenario=scenario, strategy=strategy), "\n".join(told))
    with theme(lang):
        ruler = new_figure(1.0, 1.0)
        names_inches = _MARGIN_INCHES + max(
            max(
                text_width(ruler, say(row.name), _NAME_POINTS, bold=row.name in _TOTALS) + _indent(row) for row in rows
            ),
            max(text_width(ruler, notes[row.name], _NOTE_POINTS) + _indent(row) for row in rows),
        )
        numbers_inches = 0.3 + max(text_width(ruler, text, _NAME_POINTS, bold=True) for text in numbers)
        width = names_inches + 0.15 + _AXES_INCHES + numbers_inches
        used = head(new_figure(width, 10.0), *heading) + 0.1
        height = used + _ROW_INCHES * len(rows) + _FOOT_INCHES
        figure = new_figure(width, height)
        head(figure, *heading)
        axes = inset(figure, names_inches + 0.15, numbers_inches, used, _FOOT_INCHES)
        axes.set_xlim(low, high)
        _frame(axes, len(rows), unit)
        for y, row in enumerate(rows):
            _draw(axes, y, row, low if is_cut else 0.0, is_cut)
        _connect(axes, rows)
        for y, row in enumerate(rows):
            middle = height - used - _ROW_INCHES * (y + 0.5)
            _write(figure, middle, row, say(row.name), notes[row.name], numbers[y])
        finish(figure, digest, lang)
    return figure


def _check(bars: Bars) -> None:
    given = {field.name: getattr(bars, field.name) for field in fields(bars)}
    means = {name: amount.mean for name, amount in given.items() if amount is not None}
    for name, mean in means.items():
        if not math.isfinite(mean):
            raise ValueError(f"waterfall: {name} is {mean}; every mean must be a finite number")
    steps = [means.get(name, 0.0) for name in ("no_action", "incremental", "cannibalised", "lost", "congestion")]
    room = 1e-9 * (1.0 + math.fsum(abs(step) for step in steps) + abs(means["cost"]))
    for name, wanted in (("recovered", math.fsum(steps)), ("net", means["recovered"] + means["cost"])):
        if abs(means[name] - wanted) > room:
            raise ValueError(f"waterfall: {name} is {means[name]}, but the steps before it add up to {wanted}")


def _unit(bars: Bars, currency: str | None, say: Say, lang: Lang) -> tuple[float, str]:
    """Return what amounts are multiplied by, and the unit they are then in."""
    if currency is None:
        return 100.0, say("share")
    largest = max(abs(bars.no_action.mean), abs(bars.recovered.mean), abs(bars.net.mean))
    scale, name = next((found for found in _SCALES[lang] if largest >= found[0]), _SCALES[lang][-1])
    return 1.0 / scale, f"{currency} {name}".rstrip()


def _rows(bars: Bars, factor: float) -> list[_Row]:
    rows: list[_Row] = []
    level = 0.0
    for field in fields(bars):
        amount: Amount | None = getattr(bars, field.name)
        if amount is None:
            continue
        ends = (None if end is None else end * factor for end in (amount.low, amount.high))
        scaled = Amount(amount.mean * factor, *ends)
        if field.name in _TOTALS:
            level = scaled.mean
            rows.append(_Row(field.name, scaled, 0.0, level))
        elif field.name in _TIMING:
            rows.append(_Row(field.name, scaled, level - scaled.mean, level))
        else:
            rows.append(_Row(field.name, scaled, level, level + scaled.mean))
            level += scaled.mean
    return rows


def _limits(rows: list[_Row]) -> tuple[float, float, bool]:
    """Return the ends of the axis, and whether it leaves out zero because all that happens lies far from it."""
    ends = [row.end for row in rows]
    for row in rows:
        if row.name not in _TIMING:
            ends += _whisker(row)
    low, high = min(ends), max(ends)
    if low > 0.0 and high - low < _CUT_BELOW * high:
        room = 0.12 * max(high - low, 0.02 * high)
        return low - 3.0 * room, high + room, True
    low, high = min(low, 0.0), max(high, 0.0)
    high = high if high > low else 1.0  # nobody pays anything: an empty axis
    room = 0.04 * (high - low)
    return (low - room if low < 0.0 else 0.0), high + room, False


def _whisker(row: _Row) -> list[float]:
    """Return where the interval's ends lie on the axis; none for a missing interval."""
    if row.amount.low is None or row.amount.high is None:
        return []
    return [row.end + row.amount.low - row.amount.mean, row.end + row.amount.high - row.amount.mean]


def _frame(axes: Axes, n_rows: int, unit: str) -> None:
    axes.set_ylim(n_rows - 0.5, -0.5)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    axes.spines["bottom"].set_color(FAINT)
    axes.grid(True, axis="x")
    axes.xaxis.set_major_locator(MaxNLocator(nbins=6, steps=[1, 2, 2.5, 5, 10]))
    plain_ticks(axes.xaxis)
    axes.set_xlabel(unit, fontsize=9.0)
    low, high = axes.get_xlim()
    if low <= 0.0 <= high:
        axes.axvline(0.0, color=INK, linewidth=0.9, zorder=2)


def _write(figure: Figure, middle_inches: float, row: _Row, name: str, note: str, number: str) -> None:
    """Write a row's name and note on the left and its number on the right, around a height above the figure's foot."""
    width, height = figure.get_size_inches()
    left, weight = (_MARGIN_INCHES + _indent(row)) / width, "bold" if row.name in _TOTALS else "normal"
    figure.text(left, (middle_inches + 0.035) / height, name, fontsize=_NAME_POINTS, fontweight=weight, va="baseline")
    figure.text(left, (middle_inches - 0.025) / height, note, fontsize=_NOTE_POINTS, color=QUIET, va="top")
    right, middle = 1.0 - 0.15 / width, middle_inches / height
    figure.text(right, middle, number, fontsize=_NAME_POINTS, fontweight=weight, va="center", ha="right")


def _draw(axes: Axes, y: int, row: _Row, floor: float, is_cut: bool) -> None:
    is_total, is_timing = row.name in _TOTALS, row.name in _TIMING
    start = floor if is_total else max(row.start, floor) if is_timing else row.start
    colour, height = _COLOURS[row.name], _TIMING_BAR if is_timing else _BAR
    axes.barh(
        y, row.end - start, left=start, height=height, zorder=3,
        facecolor=PAPER if is_timing else colour, edgecolor=colour, linewidth=0.8, hatch="////" if is_timing else None,
    )  # fmt: skip
    if is_cut and (is_total or (is_timing and row.start < floor)):
        _tear(axes, y, floor, height)
    whisker = [] if is_timing else _whisker(row)
    if whisker:
        axes.plot(whisker, [y, y], color=INK, linewidth=1.3, zorder=5)
        for end in whisker:
            axes.plot([end, end], [y - 0.09, y + 0.09], color=INK, linewidth=1.3, zorder=5)


def _tear(axes: Axes, y: int, floor: float, height: float) -> None:
    """Draw the torn left edge of a bar that goes on to zero outside the frame."""
    low, high = axes.get_xlim()
    depth = 0.012 * (high - low)
    at = floor + 3.0 * depth
    teeth = range(2 * _TEETH + 1)
    heights = [y + height * (tooth / (2 * _TEETH) - 0.5) for tooth in teeth]
    axes.plot([at + (depth if tooth % 2 else -depth) for tooth in teeth], heights, color=PAPER, linewidth=3.0, zorder=4)


def _connect(axes: Axes, rows: list[_Row]) -> None:
    """Draw thin lines from the end of each level or step to where the next one starts."""
    before: tuple[int, float] | None = None
    for y, row in enumerate(rows):
        if row.name in _TIMING:
            continue
        if before is not None:
            axes.plot([before[1]] * 2, [before[0] + 0.5 * _BAR, y - 0.5 * _BAR], color=QUIET, linewidth=0.8, zorder=2)
        before = (y, row.end)


def _texts(rows: list[_Row], say: Say) -> list[str]:
    """Return each row's mean and interval: steps with their sign, levels and parts of a level without."""
    decimals = _decimals([row.amount.mean for row in rows])
    texts = []
    for row in rows:
        is_step = row.name not in _TOTALS and row.name not in _TIMING

        def number(value: float, is_step: bool = is_step) -> str:
            text = signed(value, decimals)
            return text if is_step or not text.startswith("+") else text[1:]

        text = number(row.amount.mean)
        if row.amount.low is not None and row.amount.high is not None:
            text += f" ({say('between', low=number(row.amount.low), high=number(row.amount.high))})"
        texts.append(text)
    return texts


def _decimals(values: list[float]) -> int:
    """Return the decimals that show the first figure of the smallest step, from one to three."""
    sizes = [abs(value) for value in values if value != 0.0]
    return max(1, min(3, -math.floor(math.log10(min(sizes))))) if sizes else 1


def _indent(row: _Row) -> float:
    return 0.14 if row.name in _TIMING else 0.0
