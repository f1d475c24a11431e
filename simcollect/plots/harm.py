"""The price of harm: what each strategy is worth as a unit of harm costs more, and where the best one changes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from simcollect.core.words import Lang
from simcollect.plots.labels import spread
from simcollect.plots.numbers import plain, plain_ticks, ticks_width
from simcollect.plots.theme import FAINT, INK, PALETTE, QUIET, finish, head, inset, legible, new_figure, theme, tint
from simcollect.plots.wording import Wording, text_width

_NAME_POINTS: Final = 9.5
_STYLES: Final = ("-", "--", "-.", ":")

_WORDS: Final = Wording(
    title=("At what price of harm does the best strategy change?", "伤害定价多高时最优策略会改变？"),
    read=(
        "Net money an account minus price x harm ({label}); means of {n} replications, read on day {day}. Dotted: "
        "prices at which the best changes; grey: their 95 % intervals.",
        "每户净回收减去价格乘以伤害（{label}）；{n} 次重复模拟的均值，截至第 {day} 天。点线：最优策略改变的价格；"
        "灰色：其 95% 区间。",
    ),
    unsure=(" (cannot tell)", "（无法判断）"),
    never=("No price changes the best strategy.", "任何价格都不会改变最优策略。"),
    price=("Price of a unit of harm ({currency})", "每单位伤害的价格（{currency}）"),
    value=("Value an account ({currency})", "每户价值（{currency}）"),
)


@dataclass(frozen=True)
class PricedLine:
    """One strategy: net money and units of harm an account."""

    name: str
    money: float
    harm: float


def harm_price(
    lines: Sequence[PricedLine],
    switches: Sequence[tuple[float, float, float]],
    label: str,
    currency: str,
    n_replications: int,
    day: int,
    digest: str,
    lang: Lang = "en",
) -> Figure:
    """Draw a line a strategy over prices from 0 to half beyond the last switch.

    Parameters
    ----------
    lines
        At least one.
    switches
        Price with its interval, low and high, which may be infinite; in the currency.
    label
        Of the harm.
    currency
        Code.
    n_replications, day, digest
        Of the runs.
    """
    say = _WORDS.in_language(lang)
    told = [price for price, _, _ in switches if math.isfinite(price)]
    most = 1.5 * max(told) if told else _some_price(lines)
    with theme(lang):
        figure = new_figure(7.8, 5.2)
        read = say("read", label=label, n=n_replications, day=day) + ("" if switches else "\n" + say("never"))
        used = head(figure, say("title"), read)
        names = 0.25 + max(text_width(figure, line.name, _NAME_POINTS) for line in lines)
        ends = [line.money - price * line.harm for line in lines for price in (0.0, most)]
        left = 0.45 + ticks_width(figure, ends, 9.0)
        axes = inset(figure, left, 0.2 + names, used + 0.42, 0.85)
        low, high = min(ends), max(ends)
        margin = 0.06 * max(high - low, 1e-9)
        axes.set_xlim(0.0, most)
        axes.set_ylim(low - margin, high + margin)
        for price, a, b in switches:
            is_told = math.isfinite(a) and math.isfinite(b)
            if is_told:
                axes.axvspan(max(a, 0.0), min(b, most), color=tint(QUIET, 0.85), linewidth=0.0, zorder=1)
            at_price = plain(float(f"{price:.3g}")) + ("" if is_told else say("unsure"))
            axes.axvline(price, color=INK, linewidth=0.9, linestyle=(0, (1, 2)), zorder=3)
            axes.text(
                price, 1.01, at_price, transform=axes.get_xaxis_transform(), fontsize=8.5,
                ha="center", va="bottom",
            )  # fmt: skip
        gap = 0.045 * (high - low + 2.0 * margin)
        at = spread([line.money - most * line.harm for line in lines], gap, low - margin, high + margin)
        for place, (line, y) in enumerate(zip(lines, at, strict=True)):
            colour = PALETTE[place % len(PALETTE)]
            axes.plot(
                [0.0, most], [line.money, line.money - most * line.harm], color=colour, linewidth=2.0,
                linestyle=_STYLES[place % len(_STYLES)], zorder=2,
            )  # fmt: skip
            axes.text(1.015 * most, y, line.name, fontsize=_NAME_POINTS, color=legible(colour), va="center")
        axes.grid(True)
        axes.spines[["left", "bottom"]].set_color(FAINT)
        for axis in (axes.xaxis, axes.yaxis):
            axis.set_major_locator(MaxNLocator(nbins=6, steps=[1, 2, 5, 10]))
            plain_ticks(axis)
        axes.set_xlabel(say("price", currency=currency))
        axes.text(0.0, 1.07, say("value", currency=currency), transform=axes.transAxes, va="bottom", ha="left")
        finish(figure, digest, lang)
    return figure


def _some_price(lines: Sequence[PricedLine]) -> float:
    """Return a price at which harm costs a tenth of what is earned: nothing switches, so any scale will do."""
    most = max(line.harm for line in lines)
    return 0.1 * max(abs(line.money) for line in lines) / most if most > 0.0 else 1.0
