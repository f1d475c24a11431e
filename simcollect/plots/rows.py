"""A frame for pictures with one row a name: names on the left, a note on the right, a scale below."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from simcollect.core.words import Lang
from simcollect.plots.theme import FAINT, QUIET, finish, head, new_figure
from simcollect.plots.wording import text_width

NAME_POINTS: Final = 9.0
NOTE_POINTS: Final = 8.5
_ROW_INCHES: Final = 0.36
_NARROWEST_INCHES: Final = 7.4
_UNDER_INCHES: Final = 0.84


def rows_figure(
    names: Sequence[str],
    notes: Sequence[str],
    title: str,
    read: str,
    digest: str,
    *,
    is_guided: bool = True,
    axes_inches: float = 4.2,
    row_inches: float = _ROW_INCHES,
    over_inches: float = 0.42,
    lang: Lang = "en",
) -> tuple[Figure, Axes]:
    """Return a figure as wide and high as its texts need, and its axes: row i lies at y = i, the first on top.

    To be called, and drawn on, inside ``theme(lang)``.

    Parameters
    ----------
    names, notes
        One a row; notes may be "".
    title, read
        Headline, and how to read the picture.
    digest
        Of the runs, for the small print.
    is_guided
        Whether a fine line leads from each name to its note.
    axes_inches, row_inches, over_inches
        Width of the axes, height of a row, room between heading and axes.
    """
    ruler = new_figure(10.0, 10.0)
    left = 0.4 + max(text_width(ruler, name, NAME_POINTS) for name in names)
    right = 0.35 + max(text_width(ruler, note, NOTE_POINTS) for note in notes)
    width = max(_NARROWEST_INCHES, left + axes_inches + right)
    body = row_inches * len(names) + 0.1
    height = head(new_figure(width, 10.0), title, read) + over_inches + body + _UNDER_INCHES
    figure = new_figure(width, height)
    head(figure, title, read)
    axes = figure.add_axes((left / width, _UNDER_INCHES / height, (width - left - right) / width, body / height))
    axes.set_ylim(len(names) - 0.4, -0.6)
    axes.set_yticks(range(len(names)), list(names))
    axes.tick_params(axis="y", length=0.0, pad=8.0, labelsize=NAME_POINTS)
    axes.tick_params(axis="x", length=3.0)
    axes.spines["left"].set_visible(False)
    axes.spines["bottom"].set_color(FAINT)
    for y, note in enumerate(notes):
        if is_guided:
            axes.axhline(y, color=FAINT, linewidth=0.6, zorder=1)
        axes.text(
            1.02, y, note, transform=axes.get_yaxis_transform(), fontsize=NOTE_POINTS, va="center", ha="left",
            color=QUIET,
        )  # fmt: skip
    finish(figure, digest, lang)
    return figure, axes


def short_place(place: str) -> str:
    """Return a place without the block that most begin with.

    Examples
    --------
    >>> short_place("behaviour.contact.fatigue_rate"), short_place("economics.discount_rate_annual")
    ('contact.fatigue_rate', 'economics.discount_rate_annual')
    """
    return place.removeprefix("behaviour.")
