"""Contact funnels: how many attempts of a channel get how far."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from simcollect.core.words import Lang
from simcollect.plots.numbers import percent, plain
from simcollect.plots.theme import BLUE, FAINT, INK, QUIET, finish, head, new_figure, theme
from simcollect.plots.wording import Wording, text_width

_WORDS: Final = Wording(
    title=("How far contacts get, by channel", "各渠道的触达漏斗"),
    read=(
        "Number of each step, and its share of the attempts of the channel (%). Bars: that share.",
        "各步骤的次数，及其占该渠道尝试次数的比例（%）；横条表示该比例。",
    ),
    none=("no attempts", "无尝试"),
)
_BAR_WIDE: Final = 1.5
_BAR_HIGH: Final = 0.3
_PER_ROW: Final = 3
_POINTS: Final = 9.0


@dataclass(frozen=True)
class Funnel:
    """One channel: its name, and (name, number) of each step, the attempts first."""

    name: str
    steps: tuple[tuple[str, int], ...]


def contact_funnel(funnels: Sequence[Funnel], digest: str, title: str | None = None, lang: Lang = "en") -> Figure:
    """Draw one panel a channel: a bar a step, from all attempts down.

    Parameters
    ----------
    funnels
        At least one; each with at least one step.
    digest, title, lang
        As in :func:`simcollect.plots.trade_off.trade_off`.

    Raises
    ------
    ValueError
        If there is no channel, a channel has no steps, or a number is below 0.
    InputError
        If the language needs a font that is not installed.
    """
    if not funnels or any(not funnel.steps for funnel in funnels):
        raise ValueError("contact_funnel needs at least one channel, and at least one step in each")
    for funnel in funnels:
        if any(number < 0 for _, number in funnel.steps):
            raise ValueError(f"channel {funnel.name!r} has a step with a number below 0")
    say = _WORDS.in_language(lang)
    with theme(lang):
        ruler = new_figure(1.0, 1.0)
        per_row = min(_PER_ROW, len(funnels))
        names_inches = max(text_width(ruler, name, _POINTS) for funnel in funnels for name, _ in funnel.steps)
        numbers_inches = max(text_width(ruler, text, _POINTS) for f in funnels for text in _numbers(f))
        one = 0.35 + names_inches + _BAR_WIDE + numbers_inches + 0.2
        width = max(6.4, one * per_row + 0.1)
        n_rows = math.ceil(len(funnels) / per_row)
        heights = [
            _BAR_HIGH * max(len(funnel.steps) for funnel in funnels[i * per_row : (i + 1) * per_row]) + 0.62
            for i in range(n_rows)
        ]
        heading = (title or say("title"), say("read"))
        used = head(new_figure(width, 10.0), *heading)
        height = used + 0.1 + sum(heights) + 0.35
        figure = new_figure(width, height)
        head(figure, *heading)
        for i, funnel in enumerate(funnels):
            row, column = divmod(i, per_row)
            high = _BAR_HIGH * len(funnel.steps)
            top = used + 0.1 + sum(heights[:row]) + 0.42
            left = column * one + 0.35 + names_inches
            box = (left / width, 1.0 - (top + high) / height, _BAR_WIDE / width, high / height)
            _draw(figure.add_axes(box), funnel, say("none"))
        finish(figure, digest, lang)
    return figure


def _numbers(funnel: Funnel) -> list[str]:
    attempts = funnel.steps[0][1]
    return [f"{plain(n)}  {percent(n / attempts)}%" if attempts else plain(n) for _, n in funnel.steps]


def _draw(axes: Axes, funnel: Funnel, none: str) -> None:
    attempts = funnel.steps[0][1]
    axes.set_title(funnel.name, loc="left", fontsize=10.5, fontweight="bold", pad=7.0)
    axes.set_xlim(0.0, 1.0)
    axes.set_ylim(len(funnel.steps) - 0.5, -0.5)
    axes.set_xticks([])
    axes.spines[["bottom"]].set_visible(False)
    axes.spines[["left"]].set_color(FAINT)
    axes.tick_params(axis="y", length=0.0)
    axes.set_yticks(range(len(funnel.steps)), [name for name, _ in funnel.steps], fontsize=_POINTS)
    if not attempts:
        axes.text(0.03, 0.0, none, fontsize=_POINTS, color=QUIET, va="center", ha="left")
        return
    for row, ((_, number), text) in enumerate(zip(funnel.steps, _numbers(funnel), strict=True)):
        share = number / attempts
        axes.barh(row, min(share, 1.0), height=0.62, color=BLUE, alpha=1.0 if row else 0.55)
        axes.text(min(share, 1.0) + 0.08 / _BAR_WIDE, row, text, fontsize=_POINTS, color=INK, va="center", ha="left")
