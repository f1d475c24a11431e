"""Collectors' load by day: how busy each pool was, how much work waited, and how old the oldest of it was."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray

from simcollect.core.words import Lang
from simcollect.plots.numbers import plain_ticks, ticks_width
from simcollect.plots.theme import BLUE, FAINT, GREEN, INK, ORANGE, QUIET, finish, head, new_figure, theme
from simcollect.plots.wording import Say, Wording, wrapped

_WORDS: Final = Wording(
    title=("How busy the staff were, and what waited", "人员负荷与积压"),
    read=(
        "By pool. Utilisation: minutes worked / minutes staffed in the {days} days up to each day (dotted: 100 %). "
        "Backlog and age: at the end of each day. Scales of backlog and age differ between pools.",
        "按团队。利用率：截至当日 {days} 天内的工作分钟数 / 排班分钟数（虚线为 100%）。"
        "积压与最久等待：每日结束时。各团队的积压与等待刻度不同。",
    ),
    utilisation=("Utilisation (%)", "利用率（%）"),
    backlog=("Backlog (items)", "积压（件）"),
    oldest=("Oldest item (days)", "最久等待（天）"),
    day=("Day of the run (days)", "模拟天数（天）"),
    no_staff=("no paid shifts", "无排班"),
    nothing=("nothing waits", "无积压"),
)
_PANEL_WIDE: Final = 2.5
_PANEL_HIGH: Final = 1.15
_GAP_HIGH: Final = 0.3
_SMOOTHED_DAYS: Final = 7
_LONG_DAYS: Final = 730  # from here on a week is thinner than a line
_LONG_SMOOTHED_DAYS: Final = 28


@dataclass(frozen=True, eq=False)
class PoolLoad:
    """One pool by day of the run: minutes worked and staffed, items waiting, age of the oldest; shape [d] each."""

    name: str
    worked_minutes: NDArray[np.int64]
    staffed_minutes: NDArray[np.int64]
    backlog: NDArray[np.int64]
    oldest_days: NDArray[np.float64]


def load(pools: Sequence[PoolLoad], digest: str, title: str | None = None, lang: Lang = "en") -> Figure:
    """Draw utilisation, backlog and age of the oldest item by day, one column a pool.

    Parameters
    ----------
    pools
        At least one; all over the same days, the first of which is day 1.
    digest, title, lang
        As in :func:`simcollect.plots.trade_off.trade_off`.

    Raises
    ------
    ValueError
        If there is no pool or no day, or lengths differ.
    InputError
        If the language needs a font that is not installed.
    """
    if not pools or len(pools[0].backlog) == 0:
        raise ValueError("load needs at least one pool and one day")
    n_days = len(pools[0].backlog)
    for pool in pools:
        if any(len(s) != n_days for s in (pool.worked_minutes, pool.staffed_minutes, pool.backlog, pool.oldest_days)):
            raise ValueError(f"pool {pool.name!r} has series of other lengths than the {n_days} days of the first")
    say = _WORDS.in_language(lang)
    smoothed = _LONG_SMOOTHED_DAYS if n_days >= _LONG_DAYS else _SMOOTHED_DAYS
    with theme(lang):
        ruler = new_figure(1.0, 1.0)
        values = [float(np.max(series)) for pool in pools for series in (pool.backlog, pool.oldest_days)]
        ticks = max(0.3, ticks_width(ruler, values, 8.5)) + 0.1
        left_most, step = 0.45 + ticks, _PANEL_WIDE + ticks + 0.12
        width = max(6.4, left_most + len(pools) * step)
        heading = (title or say("title"), say("read", days=smoothed))
        used = head(new_figure(width, 10.0), *heading)
        names = [wrapped(ruler, pool.name, _PANEL_WIDE, 10.5, bold=True) for pool in pools]
        over = 0.3 + 0.2 * max(name.count("\n") + 1 for name in names)
        height = used + over + 3 * (_PANEL_HIGH + _GAP_HIGH) - _GAP_HIGH + 0.85
        figure = new_figure(width, height)
        head(figure, *heading)
        for column, pool in enumerate(pools):
            left = left_most + column * step
            rows = []
            for row in range(3):
                bottom = height - used - over - row * (_PANEL_HIGH + _GAP_HIGH) - _PANEL_HIGH
                rows.append(figure.add_axes((left / width, bottom / height, _PANEL_WIDE / width, _PANEL_HIGH / height)))
            rows[0].set_title(names[column], loc="left", fontsize=10.5, fontweight="bold", pad=8.0)
            _draw(rows, pool, n_days, smoothed, say)
            if column == 0:
                for axes, label in zip(rows, ("utilisation", "backlog", "oldest"), strict=True):
                    axes.set_ylabel(say(label), fontsize=9.0)
                    axes.yaxis.set_label_coords(-(ticks + 0.12) / _PANEL_WIDE, 0.5)
        finish(figure, digest, lang)
    return figure


def utilisation(pool: PoolLoad, over_days: int) -> NDArray[np.float64]:
    """Return worked / staffed minutes in the ``over_days`` days up to each day, shape [d]; NaN without paid shifts."""
    worked, staffed = (_moving_sum(minutes, over_days) for minutes in (pool.worked_minutes, pool.staffed_minutes))
    share: NDArray[np.float64] = np.full(len(worked), np.nan)
    np.divide(worked, staffed, out=share, where=staffed > 0)
    return share


def _moving_sum(minutes: NDArray[np.int64], over_days: int) -> NDArray[np.float64]:
    sums = np.concatenate(([0], np.cumsum(minutes)))
    days = np.arange(1, len(minutes) + 1)
    return np.asarray(sums[days] - sums[np.maximum(days - over_days, 0)], dtype=np.float64)


def _draw(rows: Sequence[Axes], pool: PoolLoad, n_days: int, smoothed: int, say: Say) -> None:
    days = np.arange(1, n_days + 1)
    share = 100.0 * utilisation(pool, smoothed)
    busy, waiting, age = rows
    if np.any(np.isfinite(share)):
        busy.plot(days, share, color=BLUE, linewidth=1.4)
        busy.axhline(100.0, color=QUIET, linewidth=0.8, linestyle=(0, (1, 3)))
    else:
        _note(busy, say("no_staff"))
    busy.set_ylim(0.0, max(110.0, 1.05 * float(np.nanmax(share, initial=0.0))))
    for axes, series, colour in ((waiting, pool.backlog, ORANGE), (age, pool.oldest_days, GREEN)):
        axes.fill_between(days, series, step="mid", color=colour, alpha=0.35, linewidth=0.0)
        axes.plot(days, series, drawstyle="steps-mid", color=colour, linewidth=1.1)
        axes.set_ylim(0.0, max(1.0, 1.08 * float(np.max(series))))
    if not np.any(pool.backlog):
        _note(waiting, say("nothing"))
    for axes in rows:
        axes.set_xlim(0.0, max(1.0, float(n_days)))
        axes.grid(True, axis="y")
        axes.tick_params(labelsize=8.5, length=3.0)
        axes.tick_params(labelbottom=axes is age)
        axes.spines[["left", "bottom"]].set_color(FAINT)
        axes.xaxis.set_major_locator(MaxNLocator(nbins=5, steps=[1, 2, 3, 5, 10], integer=True))
        axes.yaxis.set_major_locator(
            MaxNLocator(nbins=5, steps=[1, 2, 5, 10] if axes is waiting else [1, 2.5, 5, 10], integer=axes is waiting)
        )
        plain_ticks(axes.xaxis)
        plain_ticks(axes.yaxis)
    age.set_xlabel(say("day"), fontsize=9.0)


def _note(axes: Axes, text: str) -> None:
    axes.text(0.5, 0.5, text, transform=axes.transAxes, fontsize=9.0, color=INK, va="center", ha="center")
