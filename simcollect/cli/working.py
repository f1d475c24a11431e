"""Work with its progress shown; compiling is announced when it begins, after what may be wrong with the input."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from simcollect.cli.app import announce_compiling
from simcollect.cli.screen import Screen


@contextmanager
def working(screen: Screen, noun: str) -> Iterator[Callable[[int, int], None]]:
    """Give what is to be told (ended, in all), as :meth:`Screen.progress` does; the first time announces compiling."""
    has_begun = False
    with screen.progress(noun) as report:

        def told(n_ended: int, n_all: int) -> None:
            nonlocal has_begun
            if not has_begun:
                has_begun = True
                announce_compiling(screen)
            report(n_ended, n_all)

        yield told
