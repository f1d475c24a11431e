"""Where the commands print: results on standard output, everything else on standard error."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.table import Table

_WIDTHS = (80, 120)
_PLAIN_WIDTH = 110
_PLAIN_EVERY_SECONDS = 5.0


class Screen:
    """A person's terminal, or a file that a person reads later.

    Tables are never narrower than 80 nor wider than 120 columns. Where standard error is no terminal the progress bar
    becomes a plain line every few seconds.
    """

    def __init__(self) -> None:
        self.out = _console(stderr=False)
        self.err = _console(stderr=True)

    def table(self, table: Table) -> None:
        """Print a table."""
        self.out.print(table)

    def say(self, text: str = "") -> None:
        """Print a line of the result."""
        self.out.print(text, markup=False, highlight=False)

    def note(self, text: str) -> None:
        """Print a line about the result: where it is, how to go on."""
        self.err.print(text, markup=False, highlight=False, soft_wrap=True)

    def error(self, text: str) -> None:
        """Print what went wrong."""
        self.err.print(text, style="red" if self.err.is_terminal else "", markup=False, highlight=False, soft_wrap=True)

    @contextmanager
    def progress(self, noun: str) -> Iterator[Callable[[int, int], None]]:
        """Show how many of how many are finished and how long the rest will take."""
        if self.err.is_terminal:
            yield from self._bar(noun)
        else:
            yield self._plain_lines(noun)

    def _bar(self, noun: str) -> Iterator[Callable[[int, int], None]]:
        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TextColumn("left"),
            TimeRemainingColumn(),
        )
        with Progress(*columns, console=self.err, transient=True) as bar:
            task = bar.add_task(noun, total=None)

            def report(n_finished: int, n_all: int) -> None:
                bar.update(task, completed=n_finished, total=n_all)

            yield report

    def _plain_lines(self, noun: str) -> Callable[[int, int], None]:
        started = spoken = time.monotonic()
        first: int | None = None

        def report(n_finished: int, n_all: int) -> None:
            nonlocal spoken, first
            now = time.monotonic()
            if first is None:
                first = n_finished
            if now - spoken < _PLAIN_EVERY_SECONDS:
                return
            spoken = now
            done = n_finished - first
            left = f", about {(now - started) / done * (n_all - n_finished):.0f} s left" if done else ""
            self.note(f"{noun}: {n_finished} of {n_all}{left}")

        return report


def _console(stderr: bool) -> Console:
    console = Console(stderr=stderr, highlight=False, emoji=False)
    if console.is_terminal:
        low, high = _WIDTHS
        console.width = min(max(console.width, low), high)
    else:
        console.width = _PLAIN_WIDTH
    return console
