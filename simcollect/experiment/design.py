"""What is to be run: every strategy on every replication of one book."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from simcollect.core.errors import InputError, InputErrors, closest
from simcollect.engine import Policy
from simcollect.scenario import Scenario

BASELINE = "no_action"
"""The strategy that does nothing: its twin says what would have come anyway."""

_FAVOURED_REFERENCE = "balanced"
_JOBS_PER_WORKER = 2


@dataclass(frozen=True, order=True)
class Task:
    """One run of the model: a replication (0, 1, 2 ...) under a strategy."""

    replication: int
    strategy: str


@dataclass(frozen=True)
class Design:
    """A full cross of strategies and replications.

    Parameters
    ----------
    scenario
        The whole specification; its seed and horizon are the ones used.
    strategies
        Names, in the order they are reported; each once.
    replications
        Numbers of the replications, each once. A replication's number, not its place, decides its luck.
    policies
        Strategies among them that are Python objects and stand in no scenario.
    """

    scenario: Scenario
    strategies: tuple[str, ...]
    replications: tuple[int, ...]
    policies: tuple[Policy, ...] = ()

    def tasks(self) -> Iterator[Task]:
        """Yield every run, replication by replication."""
        for replication in self.replications:
            for strategy in self.strategies:
                yield Task(replication, strategy)


def make_design(
    scenario: Scenario, strategies: Sequence[str | Policy] | None = None, replications: int | None = None
) -> Design:
    """Return the cross of strategies and replications 0, 1 ... r - 1.

    Parameters
    ----------
    scenario
        Where strategies and the default number of replications come from.
    strategies
        Names, or policies of one's own; all of the scenario's strategies when None.
    replications
        How many, at least 1; the scenario's ``run.replications`` when None.

    Raises
    ------
    InputErrors
        If a strategy is unknown or named twice, none is named, or there are no replications.
    """
    faults: list[InputError] = []
    known = tuple(scenario.strategies)
    chosen = known if strategies is None else tuple(strategies)
    policies = tuple(strategy for strategy in chosen if not isinstance(strategy, str))
    names = tuple(strategy if isinstance(strategy, str) else strategy.name for strategy in chosen)
    if not names:
        faults.append(InputError("", "strategies", "names none", f"Expected some of {', '.join(known)}"))
    for position, name in enumerate(names):
        if isinstance(chosen[position], str):
            try:
                known_strategy(name, known)
            except InputError as fault:
                faults.append(fault)
        elif name in known:
            faults.append(
                InputError("", f'policy "{name}"', "has the name of a strategy", "Expected a name of its own")
            )
        if name in names[:position]:
            faults.append(InputError("", f'strategy "{name}"', "is named twice", "Expected each strategy once"))
    count = scenario.run.replications if replications is None else replications
    if count < 1:
        faults.append(InputError("", "replications", f"is {count}", "Expected a whole number of 1 or more"))
    if faults:
        raise InputErrors(faults)
    return Design(scenario, names, tuple(range(count)), policies)


def known_strategy(name: str, known: Sequence[str], option: str = "strategy") -> str:
    """Return ``name`` when it is known.

    Raises
    ------
    InputError
        If it is not; the message names the nearest.
    """
    if name in known:
        return name
    near = closest(name, known)
    raise InputError(
        "",
        f'{option} "{name}"',
        "is not in this scenario",
        f"Its strategies: {', '.join(known)}",
        f'Did you mean "{near}"?' if near is not None else "",
    )


def default_reference(strategies: Sequence[str]) -> str:
    """Return what the others are compared with: ``balanced``, else the first that acts, else the first.

    Examples
    --------
    >>> default_reference(["no_action", "firm", "gentle"])
    'firm'
    """
    if _FAVOURED_REFERENCE in strategies:
        return _FAVOURED_REFERENCE
    return next((name for name in strategies if name != BASELINE), strategies[0])


def batches(tasks: Sequence[Task], workers: int) -> list[tuple[Task, ...]]:
    """Return the tasks in groups to hand to a worker, each of one replication.

    Strategies of a replication share its book, which is then built once. When that would leave workers idle, every
    task is a group of its own.

    Examples
    --------
    >>> [len(batch) for batch in batches([Task(0, "a"), Task(0, "b"), Task(1, "a")], workers=1)]
    [2, 1]
    >>> [len(batch) for batch in batches([Task(0, "a"), Task(0, "b"), Task(1, "a")], workers=2)]
    [1, 1, 1]
    """
    replications = sorted({task.replication for task in tasks})
    if len(replications) < _JOBS_PER_WORKER * workers:
        return [(task,) for task in tasks]
    return [tuple(task for task in tasks if task.replication == replication) for replication in replications]


def remaining(design: Design, finished: Collection[tuple[int, str]]) -> list[Task]:
    """Return the tasks whose (replication, strategy) is not among those finished, in the design's order."""
    return [task for task in design.tasks() if (task.replication, task.strategy) not in finished]
