"""What every robustness analysis answers with: a table, sentences, a picture, and a record of how it was made."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from simcollect.core.folder import results_folder, write_json
from simcollect.core.spreadsheet import write_csv
from simcollect.core.words import Lang
from simcollect.plots import save
from simcollect.robust.runs import Asked


@dataclass(frozen=True, eq=False)
class Answer(ABC):
    """An answer with what was asked.

    Attributes
    ----------
    asked
        Scenario, strategies, outcome, replications, reading day.
    options
        How the analysis was told to go about it.
    n_runs
        Runs looked at.
    digest
        Of all their event logs.
    """

    name: ClassVar[str]
    """Of the analysis: what its files are called."""

    asked: Asked
    options: Mapping[str, Any]
    n_runs: int
    digest: str

    @abstractmethod
    def table(self) -> pd.DataFrame:
        """Return the answer as a table; shares and minor units of money."""

    @abstractmethod
    def sentences(self) -> list[str]:
        """Say the answer in words."""

    @abstractmethod
    def plot(self, lang: Lang = "en") -> Figure:
        """Return the picture."""

    def to_dict(self) -> dict[str, Any]:
        """Return everything for JSON: numbers that do not exist or have no end are None."""
        return {
            "format": "simcollect robust 1",
            **self.asked.record(f"robust {self.name}"),
            "options": plain(dict(self.options)),
            "runs": self.n_runs,
            "digest": self.digest,
            "answer": self.sentences(),
            "rows": plain(self.table().to_dict("records")),
        }

    def save(self, folder: Path | str, lang: Lang = "en") -> None:
        """Write table (CSV), record (JSON) and picture (PNG) into a folder.

        Raises
        ------
        InputError
            If the folder cannot be written.
        """
        with results_folder(folder) as place:
            write_csv(self.table(), place / f"{self.name}.csv")
            write_json(self.to_dict(), place / f"{self.name}.json")
            save(self.plot(lang), place / f"{self.name}.png")


def plain(value: Any) -> Any:
    """Return a value as JSON has it: plain numbers, None for those that do not exist or have no end."""
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, np.generic):
        value = value.item()
    return None if isinstance(value, float) and not math.isfinite(value) else value


def number_text(value: float) -> str:
    """Return a number of a scenario with three figures.

    Examples
    --------
    >>> number_text(0.08108108), number_text(12345.678), number_text(2.0)
    ('0.0811', '12,346', '2')
    """
    if abs(value) >= 1000.0:
        return f"{value:,.0f}"
    return f"{value:.3g}"
