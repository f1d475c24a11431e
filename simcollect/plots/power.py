"""Power of a test by its number of accounts, a curve for each window in which it is judged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from simcollect.core.words import Lang
from simcollect.plots.numbers import plain, plain_ticks
from simcollect.plots.theme import FAINT, INK, PALETTE, QUIET, finish, head, legible, new_figure, theme
from simcollect.plots.wording import Wording

_WIDTH, _BODY = 7.6, 3.6
_TARGET: Final = 0.8
_WORDS: Final = Wording(
    title=("How many accounts a test takes", "检验需要多少账户"),
    read=(
        "Chance that a test at 5 % finds a gain of {effect} % of the champion's mean, {share} % of accounts in the "
        "challenger's arm. Bars: Monte Carlo error, 95 %. Dashed: accounts overdue on day 0.",
        "挑战者比现行策略均值高 {effect}% 时，5% 水平检验能够发现的概率；{share}% 的账户进入挑战组。"
        "竖线：蒙特卡罗误差，95%。虚线：第 0 天逾期账户数。",
    ),
    window=("judged after {days} days", "{days} 天后判定"),
    x=("accounts in both arms", "两组账户总数"),
    y=("power, %", "检验功效，%"),
)


@dataclass(frozen=True, eq=False)
class PowerCurve:
    """Power of tests judged after ``window`` days: accounts, power and its standard error, each shape k."""

    window: int
    accounts: NDArray[np.float64]
    power: NDArray[np.float64]
    error: NDArray[np.float64]


def power_curves(
    curves: Sequence[PowerCurve], effect: float, share: float, stock: float, digest: str, lang: Lang = "en"
) -> Figure:
    """Draw power by number of accounts.

    Parameters
    ----------
    curves
        At least one.
    effect, share
        Stated gain relative to the champion's mean; share of accounts in the challenger's arm.
    stock
        Accounts overdue on day 0.
    digest, lang
        As in :func:`simcollect.plots.trade_off.trade_off`.

    Raises
    ------
    ValueError
        If there is no curve.
    InputError
        If the language needs a font that is not installed.
    """
    if not curves:
        raise ValueError("a picture of power needs at least one curve")
    say = _WORDS.in_language(lang)
    with theme(lang):
        read = say("read", effect=plain(round(100.0 * effect, 2)), share=plain(round(100.0 * share, 1)))
        above, below = 0.15, 0.85
        height = head(new_figure(_WIDTH, 10.0), say("title"), read) + above + _BODY + below
        figure = new_figure(_WIDTH, height)
        head(figure, say("title"), read)
        axes = figure.add_axes((0.75 / _WIDTH, below / height, (_WIDTH - 2.75) / _WIDTH, _BODY / height))
        axes.set_xscale("log")
        axes.set_ylim(0.0, 103.0)
        axes.axhline(100.0 * _TARGET, color=FAINT, linewidth=1.2, zorder=1)
        axes.axvline(stock, color=QUIET, linewidth=0.9, linestyle=(0, (4, 3)), zorder=1)
        labels = []
        for curve, colour in zip(curves, PALETTE, strict=False):
            power = 100.0 * curve.power
            axes.errorbar(
                curve.accounts, power, yerr=196.0 * curve.error, color=colour, linewidth=1.8, elinewidth=1.1,
                marker="o", markersize=4.5, zorder=3,
            )  # fmt: skip
            labels.append((float(power[-1]), say("window", days=curve.window), legible(colour)))
        for at, (_, text, colour) in zip(_apart([label[0] for label in labels]), labels, strict=True):
            axes.text(
                1.02, at, text, transform=axes.get_yaxis_transform(), color=colour, fontsize=9.0, va="center", ha="left"
            )
        plain_ticks(axes.xaxis)
        axes.set_xlabel(say("x"), fontsize=9.0)
        axes.set_ylabel(say("y"), fontsize=9.0)
        axes.spines["bottom"].set_color(INK)
        finish(figure, digest, lang)
    return figure


def _apart(at: Sequence[float], gap: float = 7.0) -> list[float]:
    """Return heights for labels in the given order, moved as little as needed to stand ``gap`` apart."""
    order = sorted(range(len(at)), key=lambda k: at[k])
    placed = [0.0] * len(at)
    last = -gap
    for k in order:
        last = placed[k] = max(at[k], last + gap)
    over = max(0.0, last - 100.0)
    return [height - over for height in placed]
