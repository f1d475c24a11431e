"""One run and what is kept of it; and a run repeated from its manifest."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pandas as pd
from matplotlib.figure import Figure

from simcollect.core.errors import InputError
from simcollect.core.eventlog import EventLog
from simcollect.core.folder import results_folder
from simcollect.core.words import Lang
from simcollect.experiment.manifest import MANIFEST, Manifest, read_manifest
from simcollect.experiment.measure import prices
from simcollect.experiment.pictures import cash
from simcollect.outcomes.audit import Findings
from simcollect.outcomes.headline import Outcomes
from simcollect.plots import save as save_figure

LOG: Final = "log.parquet"
ACCOUNTS: Final = "accounts.parquet"
CURVE: Final = "cash.png"


@dataclass(frozen=True, eq=False)
class RunResult:
    """One strategy, one replication.

    Attributes
    ----------
    manifest
        What was run.
    log
        All that happened.
    outcomes
        Headline outcomes at the horizon.
    accounts
        One row an account.
    findings
        What the independent audit found in the log.
    """

    manifest: Manifest
    log: EventLog
    outcomes: Outcomes
    accounts: pd.DataFrame
    findings: Findings

    def plot(self, lang: Lang = "en") -> Figure:
        """Return the picture: money in by day and source, and its cost, as shares of the opening balance."""
        return cash(self.log, prices(self.manifest.scenario_as_run()), lang)

    def save(self, folder: Path | str) -> None:
        """Write event log, accounts (Parquet), picture and manifest into a folder.

        An earlier single run in the folder is replaced.

        Raises
        ------
        InputError
            If the folder holds a comparison or files that are not simcollect's.
        """
        with results_folder(folder) as place:
            _check_free(place)
            self.log.to_parquet(place / LOG)
            self.accounts.to_parquet(place / ACCOUNTS, index=False)
            save_figure(self.plot(), place / CURVE)
            self.manifest.write(place)

    def to_dict(self) -> dict[str, Any]:
        """Return the outcomes and the log's digest, for JSON: numbers that do not exist are None."""
        numbers = {name: None if value != value else value for name, value in self.outcomes.as_dict().items()}
        audit = {"ok": self.findings.ok, "faults": dict(self.findings.counts)}
        return {"digest": self.log.digest(), "n_events": len(self.log), **numbers, "audit": audit}


@dataclass(frozen=True)
class Repetition:
    """A repetition beside what its manifest told.

    Attributes
    ----------
    told, now
        The manifest given, and that of the repetition.
    different
        (replication, strategy) of the runs whose event logs differ.
    reasons
        What differs between the two programs, if anything does: the first place to look.
    """

    told: Manifest
    now: Manifest
    different: tuple[tuple[int, str], ...]
    reasons: tuple[str, ...]

    @property
    def same(self) -> bool:
        """Whether every event log came out byte for byte the same."""
        return not self.different

    def to_dict(self) -> dict[str, Any]:
        """Return the result for JSON."""
        return {
            "same": self.same,
            "digest_told": self.told.digest,
            "digest_now": self.now.digest,
            "different": [{"replication": r, "strategy": s} for r, s in self.different],
            "reasons": list(self.reasons),
        }


def repetition(told: Manifest, now: Manifest) -> Repetition:
    """Return the comparison of two manifests of the same runs."""
    digests = {(log.replication, log.strategy): log.digest for log in now.logs}
    different = [
        (log.replication, log.strategy)
        for log in told.logs
        if digests.get((log.replication, log.strategy)) != log.digest
    ]
    before, after = told.identity(), now.identity()
    reasons = [f"{name}: {before[name]} then, {after[name]} now" for name in before if before[name] != after[name]]
    return Repetition(told, now, tuple(different), tuple(reasons))


def _check_free(folder: Path) -> None:
    if not any(folder.iterdir()):
        return
    if not (folder / MANIFEST).exists():
        strangers = ", ".join(sorted(path.name for path in folder.iterdir())[:3])
        raise InputError(
            "", f'folder "{folder}"', f"holds files but no {MANIFEST} ({strangers})", "Expected a new or empty folder"
        )
    if read_manifest(folder).command != "run":
        raise InputError(
            "",
            f'folder "{folder}"',
            "holds a comparison",
            "Expected a new folder, or one of a single run",
            "Choose another",
        )
