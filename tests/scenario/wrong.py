"""A fault put into a sound scenario document."""

from __future__ import annotations

from dataclasses import dataclass

from tests.scenario.documents import SYNTHETIC


@dataclass(frozen=True)
class Wrong:
    """A fault put into a sound document, and what its one message says."""

    name: str
    old: str
    new: str
    path: str
    found: str
    expected: str
    suggestion: str
    base: str = SYNTHETIC
    where: str = "cards.toml"

    def text(self) -> str:
        """The faulty document."""
        assert self.base.count(self.old) >= 1, f"{self.name}: {self.old!r} is not in the document"
        return self.base.replace(self.old, self.new, 1)
