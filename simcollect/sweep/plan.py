"""From a request to jobs: every run once, a point after the other, never all of them in memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from simcollect.sweep.request import Request


@dataclass(frozen=True)
class Task:
    """A run: a strategy at a point, as job and content tell, under a replication."""

    content: str
    strategy: str


@dataclass(frozen=True)
class Job:
    """Runs of one point and replication, which share its book.

    Attributes
    ----------
    point
        Number of the point.
    changes
        Its values as JSON text.
    replication
        Whose luck.
    tasks
        The runs; a strategy each.
    """

    point: int
    changes: str
    replication: int
    tasks: tuple[Task, ...]


@dataclass(frozen=True)
class Use:
    """Where a run's outcomes appear in the tables: a point and strategy, and which replications it was asked for."""

    point: int
    strategy: str
    content: str
    replications: tuple[range, ...]


class Plan:
    """The runs of a request.

    Parameters
    ----------
    request
        What was asked for.
    stops
        For points whose number of replications is found by precision, the replication to stop before.
    """

    def __init__(self, request: Request, stops: Mapping[int, int] | None = None) -> None:
        self.request = request
        self.stops = dict(stops or {})
        ranges: dict[tuple[int, str], list[range]] = {}
        for block in request.blocks:
            for point in block.points:
                stop = max(block.stop, self.stops.get(point, 0))
                for strategy in block.strategies:
                    ranges.setdefault((point, strategy), []).append(range(block.first, stop))
        order = {name: position for position, name in enumerate(request.strategies)}
        self.uses = tuple(
            Use(point, strategy, request.contents[point][strategy], _joined(found))
            for (point, strategy), found in sorted(ranges.items(), key=lambda item: (item[0][0], order[item[0][1]]))
        )
        self._at: dict[int, list[Use]] = {}
        asked: dict[str, list[range]] = {}
        for use in self.uses:
            self._at.setdefault(use.point, []).append(use)
            asked.setdefault(use.content, []).extend(use.replications)
        self._asked = {content: _joined(found) for content, found in asked.items()}
        self._first: dict[int, list[Use]] = {}
        seen: set[str] = set()
        for use in self.uses:
            if use.content not in seen:
                seen.add(use.content)
                self._first.setdefault(use.point, []).append(use)

    def n_tasks(self, part: tuple[int, int] = (1, 1)) -> int:
        """Return how many different runs there are, or how many of them are a part's."""
        if part[1] == 1:
            return sum(len(span) for found in self._asked.values() for span in found)
        return sum(len(job.tasks) for job in self.jobs(part))

    def wants(self, content: str, replication: int) -> bool:
        """Return whether a run is among those asked for."""
        return any(replication in span for span in self._asked.get(content, ()))

    @property
    def points(self) -> tuple[int, ...]:
        """Numbers of the points that have runs, rising."""
        return tuple(sorted(self._at))

    def at(self, point: int) -> list[Use]:
        """Return the uses at a point."""
        return self._at.get(point, [])

    def jobs(
        self, part: tuple[int, int] = (1, 1), is_done: Callable[[str, int], bool] = lambda content, replication: False
    ) -> Iterator[Job]:
        """Yield the jobs of part i of n, without the runs that are done.

        The parts have no run in common, and together they are all; each machine finds its own without asking.
        """
        number, n_parts = part
        for point, uses in sorted(self._first.items()):
            spans = [(use, self._asked[use.content]) for use in uses]
            for replication in _numbers([span for _, found in spans for span in found]):
                if (point + replication) % n_parts != number - 1:
                    continue
                tasks = tuple(
                    Task(use.content, use.strategy)
                    for use, found in spans
                    if any(replication in span for span in found) and not is_done(use.content, replication)
                )
                if tasks:
                    yield Job(point, self.request.points[point], replication, tasks)


def _joined(spans: list[range]) -> tuple[range, ...]:
    """Return ranges without overlap, in order, that hold the same numbers."""
    joined: list[range] = []
    for span in sorted((span for span in spans if len(span)), key=lambda span: span.start):
        if joined and span.start <= joined[-1].stop:
            joined[-1] = range(joined[-1].start, max(joined[-1].stop, span.stop))
        else:
            joined.append(span)
    return tuple(joined)


def _numbers(spans: list[range]) -> Iterator[int]:
    for span in _joined(spans):
        yield from span
