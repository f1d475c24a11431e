"""What an audit found: a count for each check, and the first rows at fault in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from simcollect.core.codes import EventKind
from simcollect.core.errors import SimcollectError
from simcollect.core.eventlog import EventLog
from simcollect.core.units import MINUTES_PER_DAY, MINUTES_PER_HOUR

SPELT_OUT: Final = 20
"""Findings of one check that are put into words; the rest are only counted."""


class AuditError(SimcollectError):
    """An event log breaks something that must hold in every log."""


@dataclass(frozen=True, eq=False)
class Fault:
    """Rows that break one thing in the same way.

    Attributes
    ----------
    message
        What is wrong; ``{}`` stands for the row's number, ``{:clock}`` for a minute of the day as a clock shows it,
        ``{:span}`` for a number of minutes as days and hours.
    rows
        Positions in the log, shape [k].
    numbers
        One number a row for the message, shape [k]; empty when the message needs none.
    """

    message: str
    rows: NDArray[np.intp]
    numbers: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, dtype=np.int64))

    @property
    def n(self) -> int:
        """Number of rows at fault."""
        return len(self.rows)


@dataclass(frozen=True)
class Finding:
    """One fault in words.

    Attributes
    ----------
    check
        Name of the check that found it.
    row
        Position in the log.
    account
        Account of the row; -1 for none.
    at
        Minute of the row.
    reason
        What is wrong with the row.
    message
        Who, when, which kind of row, and what is wrong with it.
    """

    check: str
    row: int
    account: int
    at: int
    reason: str
    message: str


@dataclass(frozen=True)
class Findings:
    """All that an audit found.

    Attributes
    ----------
    counts
        Number of faults by check, with 0 for the checks that passed.
    found
        The first faults of each check, in words.
    """

    counts: Mapping[str, int]
    found: tuple[Finding, ...]

    @classmethod
    def of(cls, log: EventLog, faults: Mapping[str, Sequence[Fault]]) -> Findings:
        """Put the first faults of each check into words."""
        found: list[Finding] = []
        for check, several in faults.items():
            spelt: list[Finding] = []
            for fault in several:
                for i in range(min(fault.n, SPELT_OUT - len(spelt))):
                    text = fault.message.format(_Number(fault.numbers[i])) if len(fault.numbers) else fault.message
                    spelt.append(_finding(log, check, int(fault.rows[i]), text))
            found.extend(spelt)
        return cls({check: sum(fault.n for fault in several) for check, several in faults.items()}, tuple(found))

    @property
    def ok(self) -> bool:
        """Whether every check passed."""
        return self.n == 0

    @property
    def n(self) -> int:
        """Faults of all checks."""
        return sum(self.counts.values())

    @property
    def n_conduct_breaches(self) -> int:
        """Faults of the rules of conduct: contacts and legal steps that should have been blocked."""
        return sum(count for check, count in self.counts.items() if check.startswith("rule_"))

    def of_check(self, check: str) -> tuple[Finding, ...]:
        """Return the findings of one check.

        Raises
        ------
        KeyError
            If no check of that name ran.
        """
        if check not in self.counts:
            raise KeyError(f"no check {check!r} ran; these did: {', '.join(self.counts)}")
        return tuple(finding for finding in self.found if finding.check == check)

    def require_clean(self) -> None:
        """Do nothing if every check passed.

        Raises
        ------
        AuditError
            If any did not; the message lists what was found.
        """
        if not self.ok:
            raise AuditError(str(self))

    def __str__(self) -> str:
        """Return one line a check that failed, and the first rows at fault below it."""
        if self.ok:
            return f"{len(self.counts)} checks passed."
        lines = []
        for check, count in self.counts.items():
            if count:
                lines.append(f"{check}: {count} {'fault' if count == 1 else 'faults'}")
                lines += [f"  {finding.message}" for finding in self.of_check(check)]
        return "\n".join(lines)


class _Number(int):
    """A whole number that can be shown as a time of day or as a span of time."""

    def __format__(self, spec: str) -> str:
        """Return the number, or hours and minutes for ``clock`` (07:59), with the days before them for ``span``."""
        if spec not in ("clock", "span"):
            return super().__format__(spec)
        days, minute = divmod(int(self), MINUTES_PER_DAY)
        clock = f"{minute // MINUTES_PER_HOUR:02d}:{minute % MINUTES_PER_HOUR:02d}"
        return clock if spec == "clock" else f"{days} days {clock}"


def _finding(log: EventLog, check: str, row: int, text: str) -> Finding:
    record = log.rows[row]
    account, at = int(record["account"]), int(record["at"])
    try:
        kind = EventKind(int(record["kind"])).name
    except ValueError:
        kind = f"kind {int(record['kind'])}"
    names = log.header.names
    who = "no account" if account < 0 else f"account {account}"
    if 0 <= account < len(names):
        who += f" ({names[account]})"
    when = f"day {at // MINUTES_PER_DAY} {_Number(at % MINUTES_PER_DAY):clock}"
    return Finding(check, row, account, at, text, f"row {row}, {who}, {when}, {kind}: {text}")
