"""What is really drawn on a figure: its texts where they stand, and whether any letter is missing."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.transforms import Bbox

from simcollect.core.errors import InputError
from simcollect.plots import save
from simcollect.plots.fonts import chinese_family


def has_chinese() -> bool:
    try:
        chinese_family()
    except InputError:
        return False
    return True


LANGS = [
    "en",
    pytest.param("zh", marks=pytest.mark.skipif(not has_chinese(), reason="no font with Chinese is installed here")),
]
"""Both languages, Chinese where this machine has a font for it."""


@contextmanager
def no_letter_missing() -> Iterator[None]:
    """Fail on matplotlib's warning that a glyph is missing, and on any other."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


def drawn_texts(figure: Figure) -> list[tuple[str, Bbox]]:
    """Return every text that is drawn, and the box it fills in dots; ticks outside of the limits are not among them."""
    found: list[Text] = []
    draw = Text.draw

    def noting(self: Text, renderer: Any, *args: Any, **kwargs: Any) -> None:
        if self.get_visible() and self.get_text().strip():
            found.append(self)
        draw(self, renderer, *args, **kwargs)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Text, "draw", noting)
        figure.canvas.draw()
    renderer = figure.canvas.get_renderer()  # type: ignore[attr-defined]
    return [(text.get_text(), Text.get_window_extent(text, renderer)) for text in found]


def words(figure: Figure) -> list[str]:
    return [text for text, _ in drawn_texts(figure)]


def outside(figure: Figure) -> list[str]:
    """Return the texts that stick out of the figure."""
    width, height = figure.bbox.width, figure.bbox.height
    return [
        text
        for text, box in drawn_texts(figure)
        if box.x0 < -0.5 or box.y0 < -0.5 or box.x1 > width + 0.5 or box.y1 > height + 0.5
    ]


def overlapping(figure: Figure) -> list[tuple[str, str]]:
    """Return the pairs of texts that cover each other by more than a dot."""
    return [
        (one, other)
        for (one, a), (other, b) in combinations(drawn_texts(figure), 2)
        if min(a.x1, b.x1) - max(a.x0, b.x0) > 1.0 and min(a.y1, b.y1) - max(a.y0, b.y0) > 1.0
    ]


def same_bytes(one: Figure, other: Figure, folder: Path, suffix: str) -> bool:
    first, second = save(one, folder / f"a{suffix}"), save(other, folder / f"b{suffix}")
    return first.read_bytes() == second.read_bytes()
