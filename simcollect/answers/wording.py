"""Numbers and verdicts in words, the same in every answer."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

from simcollect.answers.subjects import Subject
from simcollect.stats.intervals import MANY_REPLICATIONS, Estimate

CANNOT_TELL: Final = "cannot tell"
HIGHER: Final = "higher"
LOWER: Final = "lower"
SMALL: Final = "too small to matter"
SAME: Final = "no difference in any replication"


def verdict(found: Estimate, smallest_effect: float | None = None) -> str:
    """Return what an interval allows to say about a difference.

    Examples
    --------
    >>> verdict(Estimate(2.0, 0.5, 1.0, 3.0, 20, 0.95)), verdict(Estimate(2.0, 2.0, -2.0, 6.0, 20, 0.95))
    ('higher', 'cannot tell')
    """
    if smallest_effect is not None and -smallest_effect < found.low and found.high < smallest_effect:
        return SMALL
    if found.low > 0.0:
        return HIGHER
    if found.high < 0.0:
        return LOWER
    return SAME if found.standard_error == 0.0 else CANNOT_TELL


def more_sentence(more: int | None) -> str:
    """Return how many more replications would decide, in words; "" where none are needed.

    Examples
    --------
    >>> more_sentence(40), more_sentence(0)
    ('about 40 more replications needed', '')
    """
    if more == 0:
        return ""
    if more is None:
        return "no number of replications would decide without a smallest effect that matters"
    if more > MANY_REPLICATIONS:
        return f"more than {MANY_REPLICATIONS:,} more replications needed"
    return f"about {more:,} more replication{'' if more == 1 else 's'} needed"


def decimals(subject: Subject, numbers: Sequence[float]) -> int:
    """Return the decimals that numbers of an outcome deserve: two figures of the smallest interval's half."""
    spans = [abs(number) * subject.scale for number in numbers if math.isfinite(number) and number != 0.0]
    if not spans:
        return 0
    return max(0, min(4, 1 - math.floor(math.log10(min(spans)))))


def level_text(subject: Subject, value: float, places: int) -> str:
    """Return an outcome's value with its unit.

    Examples
    --------
    >>> from simcollect.answers.subjects import Subject
    >>> level_text(Subject("a", "A", "%", 100.0, True, ""), 0.1234, 1)
    '12.3 %'
    """
    return f"{_rounded(value * subject.scale, places)} {_unit(subject)}".strip()


def change_text(subject: Subject, found: Estimate, places: int) -> str:
    """Return a difference with its interval and unit; of shares in percentage points.

    Examples
    --------
    >>> from simcollect.answers.subjects import Subject
    >>> change_text(Subject("a", "A", "%", 100.0, True, ""), Estimate(0.02, 0.0, 0.01, 0.03, 9, 0.95), 1)
    '+2.0 points [+1.0, +3.0]'
    """
    unit = "points" if subject.unit == "%" else _unit(subject)
    mean, low, high = (_signed(value * subject.scale, places) for value in (found.mean, found.low, found.high))
    return f"{mean} {unit} [{low}, {high}]".replace("  ", " ")


def cell_text(subject: Subject, mean: float, low: float, high: float, places: int, *, is_change: bool) -> str:
    """Return what stands in a cell of a table: mean and interval, without the unit."""
    if not math.isfinite(mean):
        return "not counted"
    write = _signed if is_change else _rounded
    numbers = [write(value * subject.scale, places) for value in (mean, low, high)]
    return f"{numbers[0]} [{numbers[1]}, {numbers[2]}]"


def at(label: str, name: str) -> str:
    """Return a level behind what it is a level of; a name of several words in quotes.

    Examples
    --------
    >>> at("callers", "2"), at("early discount", "30 %"), at("early discount", "no early offer")
    ('callers 2', 'early discount 30 %', 'early discount "no early offer"')
    """
    in_words = " " in name and any(letter.isalpha() for letter in name)
    return f'{label} "{name}"' if in_words else f"{label} {name}"


def joined(names: Sequence[str], word: str = "and") -> str:
    """Return names in a row.

    Examples
    --------
    >>> joined(["a", "b", "c"])
    'a, b and c'
    """
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} {word} {names[-1]}"


def _unit(subject: Subject) -> str:
    return "" if subject.unit == "count" else subject.unit


def _rounded(value: float, places: int) -> str:
    text = f"{value:,.{places}f}"
    return text[1:] if text.startswith("-") and not text.strip("-0.,") else text


def _signed(value: float, places: int) -> str:
    text = f"{value:+,.{places}f}"
    return text if text.strip("+-0.,") else text[1:]
