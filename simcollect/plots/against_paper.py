"""What papers found beside what the model gives: a band and an interval a row, each row on a scale of its own."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.ticker import MaxNLocator

from simcollect.core.words import Lang
from simcollect.plots.numbers import MINUS, plain_ticks
from simcollect.plots.theme import BLUE, FAINT, INK, QUIET, VERMILLION, finish, head, new_figure, theme
from simcollect.plots.wording import Say, Wording, wrapped

_LABEL_INCHES: Final = 3.9
_AXIS_INCHES: Final = 3.6
_WORD_INCHES: Final = 2.55
_GAP_INCHES: Final = 0.25
_LABEL_POINTS: Final = 8.5
_TITLE_POINTS: Final = 10.5
_LINE_INCHES: Final = 1.3 * _LABEL_POINTS / 72.0
_STRIP_INCHES: Final = 0.24
_COLOURS: Final = {"agrees": BLUE, "disagrees": VERMILLION, "cannot tell": QUIET}

_WORDS: Final = Wording(
    title=("Published experiments, replayed", "公开发表的实验：重演结果"),
    read=(
        "Grey: the paper's band; black line: its printed value. Point and bar: the model's mean and {level:g} % "
        "interval. Blue: inside the band (agrees). Orange-red: outside (disagrees). Hollow: across an end.",
        "灰色：论文的区间；黑线：公布值。圆点与横线：模型均值及 {level:g}% 区间。"
        "蓝色：在区间内（一致）；橙红：在区间外（不一致）；空心：跨越边界。",
    ),
    agrees=("agrees", "一致"),
    disagrees=("disagrees", "不一致"),
    model=("model {estimate} ({low} to {high})", "模型 {estimate}（{low} 至 {high}）"),
    exact=("model {estimate}", "模型 {estimate}"),
    paper=("paper {paper}", "论文 {paper}"),
    direction=("paper: {low} to {high}", "论文：{low} 至 {high}"),
    below=("paper: below {high}", "论文：小于 {high}"),
    above=("paper: above {low}", "论文：大于 {low}"),
    undefined=("not defined", "无定义"),
    **{"cannot tell": ("cannot tell", "尚无法判断")},
)


@dataclass(frozen=True)
class PaperRow:
    """One number of a paper: its band (None: open end) and the model's interval, in one unit; NaN: not defined."""

    title: str
    unit: str
    paper: float | None
    band_low: float | None
    band_high: float | None
    estimate: float
    low: float
    high: float
    verdict: Literal["agrees", "disagrees", "cannot tell"]


@dataclass(frozen=True)
class PaperPanel:
    """One experiment: its title and at least one row."""

    title: str
    rows: tuple[PaperRow, ...]


def against_paper(panels: Sequence[PaperPanel], digest: str, level: float = 0.95, lang: Lang = "en") -> Figure:
    """Draw the bands of papers and the intervals of the model, an experiment after the other.

    Parameters
    ----------
    panels
        At least one, each with at least one row.
    digest
        Of the runs, printed at the bottom.
    level
        Of the intervals, in (0, 1).
    lang
        Language of the frame; titles come in it already.

    Raises
    ------
    ValueError
        If there is no panel, or one has no row.
    InputError
        If the language needs a font that is not installed.
    """
    if not panels or not all(panel.rows for panel in panels):
        raise ValueError("against_paper needs at least one panel, each with at least one row")
    say = _WORDS.in_language(lang)
    width = 0.25 + _LABEL_INCHES + _AXIS_INCHES + _WORD_INCHES + 2.0 * _GAP_INCHES + 0.25
    with theme(lang):
        ruler = new_figure(width, 10.0)
        heading = (say("title"), say("read", level=level * 100))
        top = head(ruler, *heading)
        labels = [[wrapped(ruler, row.title, _LABEL_INCHES, _LABEL_POINTS) for row in panel.rows] for panel in panels]
        heights = [[max(0.62, (text.count("\n") + 1) * _LINE_INCHES + 0.2) for text in texts] for texts in labels]
        height = top + sum(0.5 + sum(each) for each in heights) + 0.4
        figure = new_figure(width, height)
        head(figure, *heading)
        y = height - top
        for panel, texts, tall in zip(panels, labels, heights, strict=True):
            y -= 0.42
            figure.text(
                0.25 / width, y / height, panel.title, fontsize=_TITLE_POINTS, fontweight="bold", va="bottom", ha="left"
            )
            for row, text, inches in zip(panel.rows, texts, tall, strict=True):
                y -= inches
                _draw_row(figure, row, text, y + inches / 2.0, say)
            y -= 0.08
        finish(figure, digest, lang)
    return figure


def _draw_row(figure: Figure, row: PaperRow, label: str, middle_inches: float, say: Say) -> None:
    width, height = figure.get_size_inches()
    middle = middle_inches / height
    figure.text(0.25 / width, middle, label, fontsize=_LABEL_POINTS, va="center", ha="left", linespacing=1.3)
    left = 0.25 + _LABEL_INCHES + _GAP_INCHES
    axes = figure.add_axes(
        (left / width, middle - _STRIP_INCHES / 2.0 / height, _AXIS_INCHES / width, _STRIP_INCHES / height)
    )
    _draw_strip(axes, row)
    x = (left + _AXIS_INCHES + _GAP_INCHES) / width
    verdict = say(row.verdict)
    colour = _COLOURS[row.verdict]
    line = 0.085 / height
    figure.text(x, middle + line, verdict, fontsize=9.0, fontweight="bold", color=colour, va="center", ha="left")
    told = f"{_model_words(row, say)}\n{_paper_words(row, say)}"
    figure.text(x, middle - 1.3 * line, told, fontsize=7.5, color=QUIET, va="center", ha="left", linespacing=1.25)


def _draw_strip(axes: Axes, row: PaperRow) -> None:
    axes.set_ylim(0.0, 1.0)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    axes.spines["bottom"].set_color(FAINT)
    axes.tick_params(axis="x", length=2.0, labelsize=7.0, pad=1.5)
    ends = [row.paper, row.band_low, row.band_high, row.estimate, row.low, row.high]
    finite = [value for value in ends if value is not None and math.isfinite(value)]
    if row.unit == "pp":
        finite.append(0.0)
    low, high = min(finite, default=0.0), max(finite, default=1.0)
    span = max(high - low, 1e-9 if high != low else 1.0)
    start, stop = low - 0.08 * span, high + 0.08 * span
    axes.set_xlim(start, stop)
    axes.xaxis.set_major_locator(MaxNLocator(nbins=5, steps=[1, 2, 5, 10]))
    plain_ticks(axes.xaxis)
    band_low = start if row.band_low is None else row.band_low
    band_high = stop if row.band_high is None else row.band_high
    axes.add_patch(Rectangle((band_low, 0.12), band_high - band_low, 0.76, facecolor=FAINT, edgecolor="none", zorder=1))
    if row.unit == "pp":
        axes.axvline(0.0, color=QUIET, linewidth=0.7, linestyle=(0, (2, 2)), zorder=2)
    if row.paper is not None:
        axes.plot([row.paper, row.paper], [0.02, 0.98], color=INK, linewidth=1.8, zorder=3)
    if not math.isfinite(row.estimate):
        return
    colour = _COLOURS[row.verdict]
    axes.plot([row.low, row.high], [0.5, 0.5], color=colour, linewidth=2.2, zorder=4)
    axes.plot(
        [row.estimate], [0.5], marker="o", markersize=6.0, linestyle="none", zorder=5, clip_on=False,
        markerfacecolor="none" if row.verdict == "cannot tell" else colour, markeredgecolor=colour, markeredgewidth=1.4,
    )  # fmt: skip


def _model_words(row: PaperRow, say: Say) -> str:
    if not math.isfinite(row.estimate):
        return say("undefined")
    if row.low == row.high:
        return say("exact", estimate=_told(row.estimate, row))
    low, high = _number(row.low), _number(row.high)
    return say("model", estimate=_told(row.estimate, row), low=low, high=high)


def _paper_words(row: PaperRow, say: Say) -> str:
    if row.paper is not None:
        return say("paper", paper=_told(row.paper, row))
    if row.band_low is not None and row.band_high is not None:
        return say("direction", low=_number(row.band_low), high=_told(row.band_high, row))
    if row.band_low is not None:
        return say("above", low=_told(row.band_low, row))
    return say("below", high=_told(row.band_high or 0.0, row))


def _told(value: float, row: PaperRow) -> str:
    """Return a number with its unit; yes and no, told as 1 and 0, have none."""
    return f"{value:g}" if row.unit == "0 or 1" else f"{_number(value)} {row.unit}"


def _number(value: float) -> str:
    text = f"{value:.2f}" if abs(value) < 10.0 else f"{value:.1f}"
    if float(text) == 0.0:
        return "0"
    return text.replace("-", MINUS)
