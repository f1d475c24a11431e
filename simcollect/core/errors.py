"""Errors that teach: where, what was found, what was expected, what to do."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import get_close_matches


class SimcollectError(Exception):
    """Anything simcollect refuses on purpose. Other exceptions are defects of the program."""


class InputError(SimcollectError):
    """One fault in something a user wrote: a scenario, a data file, an argument.

    Parameters
    ----------
    where
        File name, or "" when the fault is in no file.
    path
        Place inside it: a dotted path ("strategies.firm.late.letter_day") or "row 12, column LIMIT_BAL".
    found
        What is wrong, a clause that continues ``path``: "is 1.4", "is not a known field".
    expected
        What would be right, a sentence: "Expected a share from 0 to 1."
    suggestion
        What to do, a sentence: 'Did you mean "letter_day"?'

    Examples
    --------
    >>> print(InputError("cards.toml", "run.seed", "is -4", "Expected a whole number of 0 or more"))
    cards.toml: run.seed is -4. Expected a whole number of 0 or more.
    """

    def __init__(self, where: str, path: str, found: str, expected: str = "", suggestion: str = "") -> None:
        # All five go to Exception.args: that is what pickling rebuilds the error from when a worker process raises it.
        super().__init__(where, path, found, expected, suggestion)
        self.where = where
        self.path = path
        self.found = found
        self.expected = expected
        self.suggestion = suggestion

    @classmethod
    def unknown(cls, where: str, path: str, known: Iterable[str], noun: str = "field") -> InputError:
        """Return the error for a name nobody knows; the name is the last dotted part of ``path``.

        Examples
        --------
        >>> print(InputError.unknown("cards.toml", "late.letter_dya", ["letter_day", "suit_day"]))
        cards.toml: late.letter_dya is not a known field. Did you mean "letter_day"? Known fields: letter_day, suit_day.
        """
        names = list(known)
        near = closest(path.rpartition(".")[2], names)
        return cls(
            where,
            path,
            f"is not a known {noun}",
            f"Known {plural(noun)}: {', '.join(names)}" if names else f"No {noun} is known here",
            f'Did you mean "{near}"?' if near is not None else "",
        )

    def __str__(self) -> str:
        """Return the fault as one line."""
        place = f"{self.where}: " if self.where else ""
        sentences = (f"{self.path} {self.found}".strip(), self.suggestion, self.expected)
        return place + " ".join(_ended(sentence) for sentence in sentences if sentence)


class InputErrors(SimcollectError):
    """Several faults found in one reading, so that a user mends a file once and not fault by fault."""

    def __init__(self, errors: Sequence[InputError]) -> None:
        super().__init__(tuple(errors))
        self.errors: tuple[InputError, ...] = tuple(errors)

    def __str__(self) -> str:
        """Return one line for each fault."""
        if len(self.errors) == 1:
            return str(self.errors[0])
        return "\n".join([f"{len(self.errors)} faults:", *(f"  {error}" for error in self.errors)])


def plural(noun: str) -> str:
    """Return a noun's plural for a list of what is known.

    Examples
    --------
    >>> plural("strategy"), plural("reading day"), plural("way of staffing")
    ('strategies', 'reading days', 'ways of staffing')
    """
    head, of, rest = noun.partition(" of ")
    many = f"{head[:-1]}ies" if head.endswith("y") and head[-2:-1] not in "aeou" else f"{head}s"
    return f"{many}{of}{rest}"


def closest(name: str, known: Iterable[str]) -> str | None:
    """Return the known name most like ``name`` (capitals ignored), or None when none is near.

    Examples
    --------
    >>> closest("letter_dya", ["letter_day", "suit_day"])
    'letter_day'
    >>> closest("zebra", ["letter_day"]) is None
    True
    """
    by_lower = {candidate.lower(): candidate for candidate in known}
    near = get_close_matches(name.lower(), by_lower, n=1, cutoff=0.6)
    return by_lower[near[0]] if near else None


def _ended(sentence: str) -> str:
    return sentence if sentence.endswith((".", "?", "!")) else f"{sentence}."
