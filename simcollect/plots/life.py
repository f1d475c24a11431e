"""One borrower's life line: what was owed and paid, and in a lane each what was done, agreed and decided."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator

from simcollect.core.words import Lang
from simcollect.plots.numbers import plain, plain_ticks, ticks_width
from simcollect.plots.theme import (
    BLUE,
    FAINT,
    GREEN,
    INK,
    PAPER,
    QUIET,
    SKY,
    STAGE_SHADES,
    VERMILLION,
    finish,
    head,
    new_figure,
    theme,
)
from simcollect.plots.wording import Say, Wording, text_width

Tone = Literal["good", "bad", "open", "step"]
"""How a mark looks: reached or kept (filled); missed, broken or blocked (a cross); tried (hollow); done (a diamond)."""

_WORDS: Final = Wording(
    read=(
        "Line: balance owed. Bars: payments. Background: stage. Labels are left out where there is no room for them.",
        "折线：欠款余额；竖条：还款；背景色：所处阶段。空间不足处省略标注。",
    ),
    balance=("Balance and payments ({currency})", "余额与还款（{currency}）"),
    day=("Day of the run (days since {start})", "模拟天数（自 {start} 起的天数）"),
    good=("reached or kept", "触达 / 履行"),
    open=("tried", "尝试"),
    bad=("missed, broken, blocked", "未达成 / 违约 / 被阻止"),
    step=("done", "已执行"),
    payment=("payment", "还款"),
    span=("running", "进行中"),
)
_WIDE: Final = 9.0
_RIGHT: Final = 0.35
_DEBT_HIGH: Final = 2.3
_LANE_HIGH: Final = 0.4
_STRIP: Final = 0.24  # names of the stages, above the debt
_POINTS: Final = 7.5
_UNDER: Final = 1.3  # axis and legend, below the lanes
_LEAST_DAYS: Final = 1.0
_MOST_LABELLED: Final = 400
"""Payments beyond the largest of these are not even tried for a label."""


@dataclass(frozen=True)
class Mark:
    """Something that happened at a moment: day of the run, how it looks, and its label ("" for none)."""

    day: float
    tone: Tone
    label: str = ""


@dataclass(frozen=True)
class Span:
    """Something that lasted: first and last day, and its label ("" for none)."""

    start: float
    end: float
    label: str = ""


@dataclass(frozen=True)
class Lane:
    """One line of the picture: its name, what lasted in it and what happened in it."""

    name: str
    spans: tuple[Span, ...] = ()
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True)
class StageSpan:
    """Days in a stage: 0 for none, 1 to 4 for the four stages, and its name."""

    start: float
    end: float
    stage: int
    name: str


def life_line(
    balance: Sequence[tuple[float, float]],
    payments: Sequence[tuple[float, float]],
    stages: Sequence[StageSpan],
    lanes: Sequence[Lane],
    until: float,
    currency: str,
    start_date: str,
    title: str,
    digest: str,
    lang: Lang = "en",
) -> Figure:
    """Draw one account from its arrival to the end of the run.

    Parameters
    ----------
    balance
        (day, balance owed from then on) at every change, days rising; money in major units. At least one.
    payments
        (day, amount), major units.
    stages
        Backgrounds; they should not overlap.
    lanes
        From the top down; empty ones are left out.
    until
        Last day.
    currency
        ISO 4217 code, for the label of the axis.
    start_date
        ISO date of day 0.
    title, digest, lang
        As in :func:`simcollect.plots.cash_in.cash_in`.

    Raises
    ------
    ValueError
        If there is no balance, days do not rise, the last day is before the first, or a stage is not 0 to 4.
    InputError
        If the language needs a font that is not installed.
    """
    days = [day for day, _ in balance]
    if not balance or sorted(days) != days or until < days[-1]:
        raise ValueError(f"life_line needs a balance on at least one day, days rising, up to day {until:g}")
    for span in stages:
        if not 0 <= span.stage < len(STAGE_SHADES):
            raise ValueError(f"stage {span.stage} is none of 0 to {len(STAGE_SHADES) - 1}")
    say = _WORDS.in_language(lang)
    shown = [lane for lane in lanes if lane.spans or lane.marks]
    first, last = days[0], max(until, days[0] + _LEAST_DAYS)
    room = 0.012 * (last - first)
    with theme(lang):
        ruler = new_figure(1.0, 1.0)
        amounts = [amount for _, amount in (*balance, *payments)]
        left = 0.3 + max([ticks_width(ruler, amounts, 8.5), *(text_width(ruler, lane.name, 9.0) for lane in shown)])
        width = left + _WIDE + _RIGHT
        used = head(new_figure(width, 10.0), title, say("read"))
        lanes_high = _LANE_HIGH * len(shown)
        height = used + 0.42 + _STRIP + _DEBT_HIGH + 0.12 + lanes_high + _UNDER
        figure = new_figure(width, height)
        head(figure, title, say("read"))
        box = (left / width, (_UNDER + lanes_high + 0.12) / height, _WIDE / width, _DEBT_HIGH / height)
        debt = figure.add_axes(box)
        drawn = [debt]
        per_inch = (last - first + 2.0 * room) / _WIDE
        debt.set_xlim(first - room, last + room)
        if shown:
            below = figure.add_axes((left / width, _UNDER / height, _WIDE / width, lanes_high / height), sharex=debt)
            _draw_lanes(below, shown, ruler, per_inch, last + room)
            debt.tick_params(labelbottom=False)
            drawn.append(below)
        for axes in drawn:
            _draw_stages(axes, stages)
        _name_stages(debt, stages, ruler, per_inch)
        _draw_debt(debt, balance, payments, last, ruler, per_inch)
        debt.text(
            0.0, 1.0 + (_STRIP + 0.06) / _DEBT_HIGH, say("balance", currency=currency), transform=debt.transAxes,
            fontsize=9.0, va="bottom", ha="left",
        )  # fmt: skip
        bottom = drawn[-1]
        bottom.xaxis.set_major_locator(MaxNLocator(nbins=12, steps=[1, 2, 3, 5, 6, 10], integer=True))
        plain_ticks(bottom.xaxis)
        bottom.set_xlabel(say("day", start=start_date), fontsize=9.0)
        _legend(figure, shown, stages, say, left / width, height)
        finish(figure, digest, lang)
    return figure


def _draw_stages(axes: Axes, stages: Sequence[StageSpan]) -> None:
    for span in stages:
        if span.stage:
            axes.axvspan(span.start, span.end, facecolor=STAGE_SHADES[span.stage], linewidth=0.0, zorder=0)


def _name_stages(axes: Axes, stages: Sequence[StageSpan], ruler: Figure, per_inch: float) -> None:
    """Write a stage's name above its days where it fits; the legend names them all."""
    for span in stages:
        top = 1.0 + _STRIP / _DEBT_HIGH
        if not span.stage:
            continue
        axes.axvspan(
            span.start, span.end, ymin=1.0, ymax=top, facecolor=STAGE_SHADES[span.stage], linewidth=0.0, clip_on=False
        )
        if text_width(ruler, span.name, 8.0) * per_inch < 0.95 * (span.end - span.start):
            axes.text(
                (span.start + span.end) / 2.0, (1.0 + top) / 2.0, span.name, transform=axes.get_xaxis_transform(),
                fontsize=8.0, va="center", ha="center",
            )  # fmt: skip


def _draw_debt(
    axes: Axes,
    balance: Sequence[tuple[float, float]],
    payments: Sequence[tuple[float, float]],
    last: float,
    ruler: Figure,
    per_inch: float,
) -> None:
    days = [*(day for day, _ in balance), last]
    owed = [*(amount for _, amount in balance), balance[-1][1]]
    top = 1.18 * max([*owed, *(amount for _, amount in payments), 1.0])
    axes.set_ylim(0.0, top)
    axes.plot(days, owed, drawstyle="steps-post", color=INK, linewidth=1.3, zorder=3)
    axes.vlines(
        [day for day, _ in payments], 0.0, [amount for _, amount in payments], color=BLUE, linewidth=3.0, zorder=4
    )
    axes.spines[["left", "bottom"]].set_color(FAINT)
    axes.yaxis.set_major_locator(MaxNLocator(nbins=5, steps=[1, 2, 5, 10]))
    plain_ticks(axes.yaxis)
    axes.tick_params(axis="y", length=3.0, labelsize=8.5)
    axes.tick_params(axis="x", length=0.0)
    # The largest amounts are written first; what would cover another amount is left out.
    high = 0.16 / _DEBT_HIGH * top
    taken: list[tuple[float, float, float, float]] = []
    for day, amount in sorted(payments, key=lambda payment: (-payment[1], payment[0]))[:_MOST_LABELLED]:
        text = plain(round(amount, 2) if amount < 100.0 else round(amount))
        half = (text_width(ruler, text, _POINTS) / 2.0 + 0.03) * per_inch
        x = min(max(day, axes.get_xlim()[0] + half), axes.get_xlim()[1] - half)
        place = (x - half, x + half, amount, amount + high)
        if not any(_meet(place, other) for other in taken):
            taken.append(place)
            axes.text(
                x, amount + 0.25 * high, text, fontsize=_POINTS, color=BLUE, va="bottom", ha="center", zorder=5,
                bbox={"facecolor": PAPER, "edgecolor": "none", "alpha": 0.75, "pad": 0.4},
            )  # fmt: skip


def _meet(one: tuple[float, float, float, float], other: tuple[float, float, float, float]) -> bool:
    return one[0] < other[1] and other[0] < one[1] and one[2] < other[3] and other[2] < one[3]


def _draw_lanes(axes: Axes, lanes: Sequence[Lane], ruler: Figure, per_inch: float, edge: float) -> None:
    axes.set_ylim(len(lanes) - 0.5, -0.5)
    axes.set_yticks(range(len(lanes)), [lane.name for lane in lanes], fontsize=9.0)
    axes.tick_params(axis="y", length=0.0, pad=6.0)
    axes.tick_params(axis="x", length=3.0, labelsize=8.5)
    axes.spines[["left", "bottom"]].set_color(FAINT)
    for y in range(len(lanes) - 1):
        axes.axhline(y + 0.5, color=PAPER, linewidth=1.2, zorder=1)
    for y, lane in enumerate(lanes):
        for span in lane.spans:
            axes.plot(
                [span.start, max(span.end, span.start + 0.03 * per_inch)], [y, y], color=SKY, linewidth=9.0, zorder=2,
                alpha=0.8,
            )  # fmt: skip
        for tone, (marker, face, line, size) in _LOOKS.items():
            days = [mark.day for mark in lane.marks if mark.tone == tone]
            axes.plot(
                days, np.full(len(days), y), marker=marker, markersize=size, linestyle="none", markerfacecolor=face,
                markeredgecolor=line, markeredgewidth=1.1, zorder=4,
            )  # fmt: skip
        _label_lane(axes, y, lane, ruler, per_inch, edge)


_LOOKS: Final[dict[Tone, tuple[str, str, str, float]]] = {
    "open": ("o", PAPER, QUIET, 4.5),
    "step": ("D", INK, INK, 4.5),
    "good": ("o", GREEN, GREEN, 6.0),
    "bad": ("x", VERMILLION, VERMILLION, 6.0),
}


def _label_lane(axes: Axes, y: int, lane: Lane, ruler: Figure, per_inch: float, edge: float) -> None:
    """Write labels in their bar or beside their mark, right or left, where they meet no mark, bar or other label."""
    marks = sorted(mark.day for mark in lane.marks)
    pad = 0.07 * per_inch
    taken: list[tuple[float, float]] = []
    texts = [(mark.day, mark.day, mark.label, False) for mark in lane.marks]
    texts += [(span.start, span.end, span.label, True) for span in lane.spans]
    for since, until, label, is_span in sorted(texts):
        if not label:
            continue
        wide = text_width(ruler, label, _POINTS) * per_inch
        middle = (since + until - wide) / 2.0
        inside = [middle] if is_span and wide + pad < until - since else []
        for start in (*inside, until + pad, since - pad - wide):
            place = (start, start + wide)
            near = np.searchsorted(marks, [place[0] - 0.9 * pad, place[1] + 0.9 * pad])
            bars = () if start in inside else [(span.start, span.end) for span in lane.spans]
            free = all(place[1] + 0.5 * pad < other[0] or other[1] + 0.5 * pad < place[0] for other in (*taken, *bars))
            if near[0] == near[1] and free and place[1] < edge and place[0] > axes.get_xlim()[0]:
                taken.append(place)
                axes.text(place[0], y, label, fontsize=_POINTS, va="center", ha="left", zorder=5)
                break


def _legend(
    figure: Figure, lanes: Sequence[Lane], stages: Sequence[StageSpan], say: Say, left: float, height: float
) -> None:
    """Name what the marks (upper row) and the backgrounds (lower row) of this picture mean."""
    handles = [Line2D([], [], color=BLUE, linewidth=3.0, label=say("payment"))]
    if any(lane.spans for lane in lanes):
        handles.append(Line2D([], [], color=SKY, linewidth=9.0, alpha=0.8, label=say("span")))
    for tone, (marker, face, line, size) in _LOOKS.items():
        if any(mark.tone == tone for lane in lanes for mark in lane.marks):
            handles.append(
                Line2D(
                    [], [], marker=marker, markersize=size, linestyle="none", markerfacecolor=face,
                    markeredgecolor=line, label=say(tone),
                )
            )  # fmt: skip
    names = {span.stage: span.name for span in stages if span.stage}
    backgrounds = [Patch(facecolor=STAGE_SHADES[stage], label=names[stage]) for stage in sorted(names)]
    for row, at in ((handles, 0.56), (backgrounds, 0.34)):
        if row:
            figure.legend(
                handles=row, loc="lower left", bbox_to_anchor=(left, at / height), ncols=len(row), frameon=False,
                fontsize=8.0, handlelength=1.2, columnspacing=1.2, borderaxespad=0.0, borderpad=0.0,
            )  # fmt: skip
