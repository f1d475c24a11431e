"""The one look of all figures: colours that the colour-blind can tell apart, readable type, no ornament.

Figures are matplotlib ``Figure`` objects made directly, never through pyplot, so that drawing leaves no state behind
and works without a display and in several threads.

References
----------
Okabe and Ito (2008), Color Universal Design: the palette.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_hex, to_rgb
from matplotlib.figure import Figure

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

_STYLE: Final[dict[Any, Any]] = {
    "font.family": "DejaVu Sans",  # shipped with matplotlib: the same figure on every machine
    "font.size": 10.0,
    "text.color": INK,
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
_LETTER_WIDTH: Final = 0.52  # mean width of a letter of this face, share of its size
_SMALL_POINTS: Final = 7.0
_MARGIN_INCHES: Final = 0.25


@contextmanager
def theme() -> Iterator[None]:
    """Draw under the project's style, and restore the caller's style afterwards."""
    with mpl.rc_context(_STYLE):
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


def head(figure: Figure, title: str, subtitle: str) -> float:
    """Write title and subtitle at the top left, long lines broken; return the height they take, in inches."""
    width, height = figure.get_size_inches()
    letters = int((width - 2.0 * _MARGIN_INCHES) * 72.0 / (_LETTER_WIDTH * _SUBTITLE_POINTS))
    subtitle = "\n".join(textwrap.fill(line, letters) for line in subtitle.splitlines())
    left = _MARGIN_INCHES / width
    top = 1.0 - _MARGIN_INCHES / height
    figure.text(left, top, title, fontsize=_TITLE_POINTS, fontweight="bold", va="top", ha="left")
    line_inches = 1.5 * _SUBTITLE_POINTS / 72.0
    title_inches = 1.55 * _TITLE_POINTS / 72.0
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
    """Write the line at the bottom that ties the figure to its run."""
    width, height = figure.get_size_inches()
    figure.text(
        _MARGIN_INCHES / width, 0.11 / height, text, fontsize=_SMALL_POINTS, color=QUIET, va="bottom", ha="left"
    )


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
