"""The one look of all figures: colours that the colour-blind can tell apart, readable type, no ornament.

Figures are matplotlib ``Figure`` objects made directly, never through pyplot, so that drawing leaves no state behind
and works without a display and in several threads.

References
----------
Okabe and Ito (2008), Color Universal Design: the palette.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_hex, to_rgb
from matplotlib.figure import Figure

from simcollect.core.words import Lang
from simcollect.plots.fonts import chinese_family, weights_as_they_come
from simcollect.plots.wording import Wording, wrapped

BLUE: Final = "#0072B2"
VERMILLION: Final = "#D55E00"
GREEN: Final = "#009E73"
PURPLE: Final = "#CC79A7"
ORANGE: Final = "#E69F00"
SKY: Final = "#56B4E9"
INK: Final = "#1A1A1A"
QUIET: Final = "#6B6B6B"
FAINT: Final = "#D9D9D9"
PAPER: Final = "#FFFFFF"

# Okabe and Ito's yellow is left out: on white paper it is nearly invisible.
PALETTE: Final = (BLUE, VERMILLION, GREEN, PURPLE, ORANGE, SKY, INK)
MARKERS: Final = ("o", "s", "D", "^", "v", "P", "X")
"""Shapes that go with the palette, so that no two strategies differ by colour alone."""

STAGE_SHADES: Final = ("#FFFFFF", "#E3EFF7", "#BFDAEB", "#F7E3B5", "#EFC7A8")
"""Backgrounds of no stage and of the four stages, by ``Stage``: light under ink, and apart for the colour-blind."""

_LATIN: Final = "DejaVu Sans"  # shipped with matplotlib: the same figure on every machine
_STYLE: Final[dict[Any, Any]] = {
    "font.family": [_LATIN],
    "font.size": 10.0,
    "text.color": INK,
    "text.parse_math": False,  # a dollar sign in a name is a dollar sign
    "axes.edgecolor": QUIET,
    "axes.facecolor": PAPER,
    "axes.labelcolor": INK,
    "axes.labelsize": 10.0,
    "axes.linewidth": 0.8,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "axes.unicode_minus": True,
    "figure.facecolor": PAPER,
    "grid.color": "#EDEDED",
    "grid.linewidth": 0.8,
    "lines.solid_capstyle": "butt",
    "savefig.facecolor": PAPER,
    "svg.fonttype": "none",
    "svg.hashsalt": "simcollect",
    "xtick.color": QUIET,
    "xtick.labelcolor": INK,
    "xtick.labelsize": 9.0,
    "ytick.color": QUIET,
    "ytick.labelcolor": INK,
    "ytick.labelsize": 9.0,
}

_TEXT_SHADE: Final = 0.6
_TITLE_POINTS: Final = 14.0
_SUBTITLE_POINTS: Final = 9.5
_SMALL_POINTS: Final = 7.0
_MARGIN_INCHES: Final = 0.25
_WORDS: Final = Wording(run=("Run {digest}", "运行编号 {digest}"))


@contextmanager
def theme(lang: Lang = "en") -> Iterator[None]:
    """Draw under the project's style, and restore the caller's style afterwards.

    In Chinese, letters and figures come from the Chinese typeface too, and what it lacks (some have no minus sign) from
    the English one.

    Raises
    ------
    InputError
        If no font with Chinese characters is installed, with what to install.
    """
    families = [chinese_family(), _LATIN] if lang == "zh" else [_LATIN]
    with mpl.rc_context({**_STYLE, "font.family": families}), weights_as_they_come():
        yield


def new_figure(width_inches: float, height_inches: float) -> Figure:
    """Return an empty figure with a canvas of its own (160 dots an inch)."""
    figure = Figure(figsize=(width_inches, height_inches), dpi=160)
    FigureCanvasAgg(figure)
    return figure


def legible(colour: str) -> str:
    """Return a darker shade of a palette colour, for text: marks may be light, letters may not.

    Examples
    --------
    >>> legible("#E69F00")
    '#8a5f00'
    """
    red, green, blue = to_rgb(colour)
    return to_hex((_TEXT_SHADE * red, _TEXT_SHADE * green, _TEXT_SHADE * blue))


def tint(colour: str, share: float) -> str:
    """Return a colour mixed with so much white, 0 (none) to 1 (white only).

    Examples
    --------
    >>> tint("#000000", 0.5)
    '#808080'
    """
    red, green, blue = to_rgb(colour)
    return to_hex((red + (1.0 - red) * share, green + (1.0 - green) * share, blue + (1.0 - blue) * share))


def head(figure: Figure, title: str, subtitle: str) -> float:
    """Write title and subtitle at the top left, long lines broken; return the height they take, in inches."""
    width, height = figure.get_size_inches()
    room = width - 2.0 * _MARGIN_INCHES
    title = wrapped(figure, title, room, _TITLE_POINTS, bold=True)
    subtitle = wrapped(figure, subtitle, room, _SUBTITLE_POINTS)
    left = _MARGIN_INCHES / width
    top = 1.0 - _MARGIN_INCHES / height
    figure.text(left, top, title, fontsize=_TITLE_POINTS, fontweight="bold", va="top", ha="left", linespacing=1.3)
    line_inches = 1.5 * _SUBTITLE_POINTS / 72.0
    title_inches = 1.55 * _TITLE_POINTS / 72.0 * (title.count("\n") + 1)
    figure.text(
        left,
        top - title_inches / height,
        subtitle,
        fontsize=_SUBTITLE_POINTS,
        color=QUIET,
        va="top",
        ha="left",
        linespacing=1.4,
    )
    return _MARGIN_INCHES + title_inches + line_inches * (subtitle.count("\n") + 1)


def small_print(figure: Figure, text: str) -> None:
    """Write a line at the bottom left."""
    width, height = figure.get_size_inches()
    figure.text(
        _MARGIN_INCHES / width, 0.11 / height, text, fontsize=_SMALL_POINTS, color=QUIET, va="bottom", ha="left"
    )


def finish(figure: Figure, digest: str, lang: Lang = "en") -> None:
    """Write the line at the bottom that ties the figure to its run."""
    small_print(figure, _WORDS.in_language(lang)("run", digest=digest))


def inset(
    figure: Figure,
    left_inches: float,
    right_inches: float,
    top_inches: float,
    bottom_inches: float,
) -> Axes:
    """Return axes that fill the figure but for margins given in inches, so that type never meets the frame."""
    width, height = figure.get_size_inches()
    return figure.add_axes(
        (
            left_inches / width,
            bottom_inches / height,
            1.0 - (left_inches + right_inches) / width,
            1.0 - (top_inches + bottom_inches) / height,
        )
    )


def save(figure: Figure, path: Path | str) -> Path:
    """Write a figure as PNG, SVG or PDF by its suffix, without the date and version that would change its bytes.

    Raises
    ------
    ValueError
        If the suffix is none of the three.
    """
    target = Path(path)
    empty: dict[str, dict[str, None]] = {
        ".png": {"Software": None},
        ".svg": {"Date": None, "Creator": None},
        ".pdf": {"CreationDate": None, "Creator": None, "Producer": None},
    }
    suffix = target.suffix.lower()
    if suffix not in empty:
        raise ValueError(f"{target.name}: a figure is written as {', '.join(empty)}; found suffix {suffix or 'none'}")
    with theme():
        figure.savefig(target, metadata=empty[suffix])
    return target
