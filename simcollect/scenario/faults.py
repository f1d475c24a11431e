"""Gathers everything that is wrong with one document, so that it is reported at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from simcollect.core.errors import InputError
from simcollect.scenario.places import Layer, Path, Problem, Shown, at_path, dotted, locate, shown
from simcollect.scenario.teach import unknown_name, validation_errors

D = TypeVar("D", bound=BaseModel)


class Faults:
    """What is wrong with one document, in the order found, each fault once.

    Parameters
    ----------
    where : str
        File name.
    """

    def __init__(self, where: str) -> None:
        self.where = where
        self._found: dict[tuple[str, str, str], InputError] = {}

    def __len__(self) -> int:
        return len(self._found)

    def errors(self) -> list[InputError]:
        """All faults."""
        return list(self._found.values())

    def add(self, fault: InputError) -> None:
        """Keep a fault, unless the same is kept already."""
        self._found.setdefault((fault.where, fault.path, fault.found), fault)

    def say(self, path: Path, found: str, expected: str, suggestion: str = "") -> None:
        """Keep a fault of the file itself."""
        self.add(InputError(self.where, dotted(path), found, f"Expected {expected}", suggestion))

    def unknown(self, path: Path, known: Sequence[str], noun: str = "field") -> None:
        """Keep the fault of a name nobody knows, the last of the path."""
        self.add(unknown_name(self.where, path, known, noun))

    def report(self, problems: Iterable[Problem], layer: Layer) -> None:
        """Keep problems that the reading of a text brought up."""
        for problem in problems:
            self.add(_problem_error(problem, layer))

    def no_table(self, path: Path, value: object) -> None:
        """Keep the fault of a value that should be a table."""
        self.say(path, shown(value), "a table", f"Write it as a table: [{dotted(path)}]")

    def validated(self, model: type[D], content: Mapping[str, Any], layers: Sequence[Layer]) -> D | None:
        """A document as its model, or None and its faults kept."""
        try:
            return model.model_validate(content)
        except ValidationError as error:
            for fault in validation_errors(error, model, layers):
                self.add(fault)
            return None


def _problem_error(problem: Problem, layer: Layer) -> InputError:
    """An :class:`InputError` for a problem, blamed on the text whose reading brought it up."""
    found = str(problem.found)
    if isinstance(problem.found, Shown) and at_path(layer.raw, problem.path)[1] < len(problem.path):
        found += " by inheritance or default"
    _, path = locate(problem.path, [layer])
    return InputError(layer.where, dotted(path), found, f"Expected {problem.expected}", problem.suggestion)
