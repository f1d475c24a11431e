"""The results folder: finished runs are on disk at once, and a later start goes on from them.

A folder holds ``manifest.json``, ``replications.parquet`` (one row a run and reading day, when all are finished) and,
until then, ``parts/`` with the rows of each finished batch. Every file appears whole or not at all.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final, TypeAlias

import pyarrow as pa
import pyarrow.parquet as pq

from simcollect.core.errors import InputError
from simcollect.core.folder import results_folder
from simcollect.experiment.manifest import MANIFEST, Manifest, RunDigest, read_manifest

Row: TypeAlias = dict[str, Any]
"""What is kept of a run at one reading day: replication, strategy, day, digest, and the numbers measured on its log."""

Key: TypeAlias = tuple[int, str, int]
"""(replication, strategy, day) of a row."""

REPLICATIONS: Final = "replications.parquet"
MEANS: Final = "means.csv"
DIFFERENCES: Final = "differences.csv"
PICTURE: Final = "recovery_kept.png"
JOINT: Final = "together.csv"
DERIVED: Final = (MEANS, DIFFERENCES, JOINT, PICTURE)
"""Files made from the finished runs."""

_PARTS: Final = "parts"


class Store:
    """A results folder that belongs to one experiment.

    Parameters
    ----------
    folder
        Made when it does not exist.
    manifest
        Of the experiment about to run. Runs found in the folder are taken over when they belong to the same
        scenario, seed, engine and program; more strategies or replications than before are no obstacle.
    fresh
        Throw away what the folder holds of an earlier experiment.

    Raises
    ------
    InputError
        If the folder holds another experiment and ``fresh`` is not set, holds files that are not simcollect's, or
        cannot be written.
    """

    def __init__(self, folder: Path | str, manifest: Manifest, *, fresh: bool = False) -> None:
        self.folder = Path(folder)
        self.manifest = manifest
        self._rows: dict[Key, Row] = {}
        with results_folder(self.folder):
            if not (self.folder / MANIFEST).exists():
                self._check_empty()
            elif fresh:
                self._discard()
            else:
                self._take_over()
            (self.folder / _PARTS).mkdir(exist_ok=True)
            self._write_manifest()

    @property
    def finished(self) -> set[tuple[int, str]]:
        """(replication, strategy) of every run on disk."""
        return {(replication, strategy) for replication, strategy, _ in self._rows}

    def add(self, rows: Sequence[Row]) -> None:
        """Write the rows of a finished batch; they survive whatever happens next."""
        runs = "\n".join(f"{row['replication']} {row['strategy']}" for row in rows)
        name = f"{rows[0]['replication']:06d}-{hashlib.sha256(runs.encode()).hexdigest()[:8]}.parquet"
        write_rows(self.folder / _PARTS / name, rows)
        self._keep(rows)

    def rows(self) -> list[Row]:
        """Return the rows of all finished runs, by replication, strategy and day."""
        return [self._rows[key] for key in sorted(self._rows)]

    def close(self) -> None:
        """Write the manifest of what is finished; when that is all, put the parts together in one table."""
        self._write_manifest()
        if self.manifest.complete:
            write_rows(self.folder / REPLICATIONS, self.rows())
            shutil.rmtree(self.folder / _PARTS, ignore_errors=True)

    def _write_manifest(self) -> None:
        wanted = {(r, s) for r in self.manifest.replications for s in self.manifest.strategies}
        finished = [row for (r, s, _), row in self._rows.items() if (r, s) in wanted]
        self.manifest = self.manifest.with_logs(digests(finished))
        self.manifest.write(self.folder)

    def _check_empty(self) -> None:
        strangers = sorted(path.name for path in self.folder.iterdir())
        if strangers:
            raise InputError(
                "",
                f'folder "{self.folder}"',
                f"holds files but no {MANIFEST} ({', '.join(strangers[:3])})",
                "Expected a new or empty folder, or the results of this experiment",
            )

    def _take_over(self) -> None:
        found = read_manifest(self.folder)
        earlier, now = found.identity(), self.manifest.identity()
        differs = [name for name in now if now[name] != earlier[name]]
        if found.command != self.manifest.command:  # rows of another command hold other numbers
            differs.append("command")
        if differs:
            raise InputError(
                "",
                f'folder "{self.folder}"',
                f"holds the results of another experiment: {' and '.join(differs)} differ",
                "Expected a new folder, or the same experiment to go on with",
                "Choose another --out, or replace what is there with --fresh",
            )
        for path in self._tables():
            # A policy is code that may have changed since: its runs are never taken over.
            rows = pq.read_table(path).to_pylist()
            self._keep(row for row in rows if row["strategy"] not in self.manifest.policies)

    def _keep(self, rows: Iterable[Row]) -> None:
        for row in rows:
            self._rows[row["replication"], row["strategy"], row["day"]] = row

    def _tables(self) -> list[Path]:
        found = [self.folder / REPLICATIONS, *sorted((self.folder / _PARTS).glob("*.parquet"))]
        return [path for path in found if path.is_file()]

    def _discard(self) -> None:
        shutil.rmtree(self.folder / _PARTS, ignore_errors=True)
        for name in (REPLICATIONS, *DERIVED):
            (self.folder / name).unlink(missing_ok=True)


def digests(rows: Iterable[Row]) -> list[RunDigest]:
    """Return one digest a run; its rows at several reading days share it."""
    found = {(row["replication"], row["strategy"]): row["digest"] for row in rows}
    return [RunDigest(replication, strategy, digest) for (replication, strategy), digest in found.items()]


def write_rows(path: Path, rows: Sequence[Row]) -> None:
    """Write rows as a Parquet file that appears whole or not at all."""
    partial = path.with_name(f".{path.name}.partial")
    pq.write_table(pa.Table.from_pylist(list(rows)), partial)
    partial.replace(path)
