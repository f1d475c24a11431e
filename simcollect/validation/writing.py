"""Markdown that reads well on GitHub: tables, folded tables, numbers with no more digits than they deserve."""

from __future__ import annotations

import math
import re
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

MINUS: Final = "\u2212"
WIDTH: Final = 100
"""Characters in a line of text."""


@dataclass(frozen=True)
class Answer:
    """A line of the summary: what is asked, which bar it is held to ("" for none), what was found.

    ``is_met`` is None where there is no bar, or nothing was found.
    """

    question: str
    bar: str
    found: str
    is_met: bool | None = None


@dataclass(frozen=True)
class Section:
    """A part of the page.

    Attributes
    ----------
    title
        Heading.
    answers
        Its lines of the summary.
    lines
        Markdown below the heading.
    """

    title: str
    answers: tuple[Answer, ...]
    lines: tuple[str, ...] = field(default=())


def paragraph(text: str) -> list[str]:
    """Return a text as lines of at most 100 characters, with an empty one behind."""
    return [*textwrap.wrap(" ".join(text.split()), WIDTH, break_long_words=False, break_on_hyphens=False), ""]


def item(text: str) -> list[str]:
    """Return an item of a list."""
    wrapped = textwrap.wrap(" ".join(text.split()), WIDTH - 2, break_long_words=False, break_on_hyphens=False)
    return [f"{'- ' if number == 0 else '  '}{line}" for number, line in enumerate(wrapped)]


def table(headings: Sequence[str], rows: Sequence[Sequence[str]], right: Sequence[int] = ()) -> list[str]:
    """Return a table with an empty line behind; columns at the positions ``right`` are right-aligned."""
    ruler = ["---:" if column in right else "---" for column in range(len(headings))]
    head, *body = (_line([_cell(cell) for cell in row]) for row in (headings, *rows))
    return [head, _line(ruler), *body, ""]


def folded(summary: str, lines: Sequence[str]) -> list[str]:
    """Return lines that a reader opens with a click."""
    return ["<details>", f"<summary>{summary}</summary>", "", *lines, "</details>", ""]


def picture(file: str, text: str) -> list[str]:
    """Return a picture with what it shows in words, for those who do not see it."""
    return [f"![{text}]({file})", ""]


def number(value: Any, digits: int = 3) -> str:
    """Return a number with so many significant digits, a dash for none.

    Examples
    --------
    >>> number(0.123456), number(12345.6), number(-2.0), number(None)
    ('0.123', '12,346', '−2', '-')
    """
    if value is None or not math.isfinite(value):
        return "-"
    if value == 0.0:
        return "0"
    decimals = max(0, digits - 1 - math.floor(math.log10(abs(value))))
    text = f"{value:,.{min(decimals, 8)}f}"
    if "." in text and float(value) == round(value):
        text = text.rstrip("0").rstrip(".")
    return text.replace("-", MINUS)


def with_error(value: Any, error: Any) -> str:
    """Return a number with its standard error: two digits of the error, the number cut to match.

    Examples
    --------
    >>> with_error(0.23456, 0.0123), with_error(15.0, None), with_error(1234.5, 67.8)
    ('0.235 ± 0.012', '15', '1,234 ± 68')
    """
    if value is None or not math.isfinite(value):
        return "-"
    if error is None or not math.isfinite(error) or error <= 0.0:
        return number(value)
    decimals = _decimals(error)
    return f"{value:,.{decimals}f} ± {error:,.{decimals}f}".replace("-", MINUS)


def standard_errors(z: Any) -> str:
    """Return a distance in standard errors.

    Examples
    --------
    >>> standard_errors(-2.345), standard_errors(0.04), standard_errors(29.4), standard_errors(None)
    ('−2.3', '0.0', '29', '-')
    """
    if z is None or not math.isfinite(z):
        return "-"
    return f"{z:.1f}".replace("-0.0", "0.0").replace("-", MINUS) if abs(z) < 10.0 else number(z, 2)


def interval(low: Any, high: Any) -> str:
    """Return an interval with two digits of its half-width; open ends in words.

    Examples
    --------
    >>> interval(-0.01234, 1.5), interval(None, 2.0), interval(None, None), interval(3.0, 3.0)
    ('−0.01 to 1.50', 'up to 2', '-', '3')
    """
    ends = [end for end in (low, high) if end is not None and math.isfinite(end)]
    if not ends:
        return "-"
    if len(ends) == 1:
        return f"from {number(low)}" if low in ends else f"up to {number(high)}"
    if low == high:
        return number(low)
    decimals = _decimals(0.5 * (high - low))
    return f"{_fixed(low, decimals)} to {_fixed(high, decimals)}"


def estimate(value: Any, low: Any, high: Any) -> str:
    """Return a number with its interval behind it, both with two digits of the half-width.

    Examples
    --------
    >>> estimate(0.123456, 0.1, 0.15), estimate(None, None, None), estimate(2.0, 2.0, 2.0)
    ('0.123 (0.100 to 0.150)', '-', '2')
    """
    if value is None or not math.isfinite(value):
        return "-"
    if low is None or high is None or low == high:
        return number(value)
    return f"{_fixed(value, _decimals(0.5 * (high - low)))} ({interval(low, high)})"


def of_all(part: int, whole: int) -> str:
    """Return a count with its share.

    Examples
    --------
    >>> of_all(38, 44), of_all(0, 0)
    ('38 of 44 (86 %)', 'none of 0')
    """
    return f"{part} of {whole} ({100.0 * part / whole:.0f} %)" if whole else "none of 0"


def code(text: str) -> str:
    """Return a name as code."""
    return f"`{text}`"


def _cell(text: str) -> str:
    return re.sub(r"\s+", " ", text.replace("|", "\\|")).strip()


def _line(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def _decimals(spread: float) -> int:
    """Return the decimals that show two digits of a spread."""
    # A little more than nothing added: 0.01 as a difference of two floats may be a hair less.
    return min(8, max(0, 1 - math.floor(math.log10(spread * (1.0 + 1e-9))))) if spread > 0.0 else 3


def _fixed(value: float, decimals: int) -> str:
    # Rounded first, and 0 added, so that nothing is ever shown as -0.0.
    return f"{round(value, decimals) + 0.0:,.{decimals}f}".replace("-", MINUS)
