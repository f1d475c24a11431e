"""What the columns of a table mean: read from the "Columns" section of the docstring of the function that makes it."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

Maker = Callable[..., "pd.DataFrame"]

_HEAD: Final = re.compile(r"^(\S.*?) : (.+)$")
_SECTION: Final = re.compile(r"^\w[\w ]*\n-{3,}$", re.MULTILINE)


@dataclass(frozen=True)
class Column:
    """One column of a table.

    Attributes
    ----------
    name
        As in the table.
    unit
        What a number in it counts, or "name", "date", "share" (0 to 1), "ratio", "cents" (minor units of money).
    definition
        In sentences.
    """

    name: str
    unit: str
    definition: str


def columns_of(maker: Maker) -> tuple[Column, ...]:
    """Return the columns that a function's docstring describes, in its order.

    Raises
    ------
    ValueError
        If the docstring has no "Columns" section.
    """
    lines = (inspect.getdoc(maker) or "").splitlines()
    try:
        first = lines.index("Columns") + 2
    except ValueError:
        raise ValueError(f"{maker.__name__} has no Columns section in its docstring") from None
    columns: list[Column] = []
    names: list[str] = []
    unit, words = "", []  # type: str, list[str]
    for line in [*lines[first:], "end : end"]:
        head = _HEAD.match(line)
        if head is not None:
            columns += [Column(name, unit, " ".join(words)) for name in names]
            names, unit, words = [name.strip() for name in head[1].split(",")], head[2], []
        elif line.startswith(" "):
            words.append(line.strip())
        elif line:
            columns += [Column(name, unit, " ".join(words)) for name in names]
            break  # the next section
    return tuple(columns)


def description_of(maker: Maker) -> str:
    """Return what a docstring says before its sections, without the word "Return", as paragraphs."""
    text = _SECTION.split(inspect.getdoc(maker) or "", maxsplit=1)[0]
    paragraphs = [" ".join(paragraph.split()) for paragraph in text.split("\n\n")]
    told = "\n\n".join(paragraph for paragraph in paragraphs if paragraph).removeprefix("Return ")
    return told[:1].upper() + told[1:]


def empty(maker: Maker) -> pd.DataFrame:
    """Return a table without rows that has the columns its docstring describes."""
    import pandas as pd

    kinds: dict[str, Any] = {
        "name": "category",
        "date": object,
        "share": np.float64,
        "ratio": np.float64,
        "days": np.float64,
    }
    return pd.DataFrame(
        {column.name: pd.Series(dtype=kinds.get(column.unit, np.int64)) for column in columns_of(maker)}
    )


def names(listed: Sequence[str], places: NDArray[Any]) -> Any:
    """Return places in a list of names as an ordered category."""
    import pandas as pd

    return pd.Categorical.from_codes(np.asarray(places, dtype=np.int64), pd.Index(list(listed)), ordered=True)


def ratio(part: NDArray[Any], whole: NDArray[Any]) -> NDArray[np.float64]:
    """Return part / whole, not a number where the whole is 0."""
    part, whole = np.asarray(part, dtype=np.float64), np.asarray(whole, dtype=np.float64)
    found: NDArray[np.float64] = np.divide(part, whole, out=np.full(whole.shape, np.nan), where=whole != 0)
    return found
