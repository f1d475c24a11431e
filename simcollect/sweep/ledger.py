"""The ledger of a study: which runs are finished, and those not yet in a shard. One program writes it at a time.

SQLite with a rollback journal, locked for as long as a sweep goes on. The faster write-ahead log needs memory that
processes share, which folders on a network do not offer; and the lock is what keeps two sweeps off one folder: the
operating system takes it back when a program dies, however it dies. Nobody reads the ledger while it is locked: readers
take the shards, and a progress file.

A finished run is in the ledger when :meth:`Ledger.add` returns. Every few hundred runs, or half a minute, they move
into a shard. The shards know everything that the ledger knows, so a lost or damaged ledger is made again from them.
"""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Final

from simcollect.core.errors import InputError, SimcollectError
from simcollect.sweep.shards import SHARDS, is_sound, runs_of, set_aside, shard_names, write_shard
from simcollect.sweep.work import Done

LEDGER: Final = "ledger.sqlite"
VERSION: Final = 1
_STAMP: Final = 0x51C0_11EC  # marks the file as a ledger of simcollect's
_RUNS_A_SHARD: Final = 500
_SECONDS_A_SHARD: Final = 30.0

_TABLES: Final = """
CREATE TABLE task (
    content TEXT NOT NULL,
    replication INTEGER NOT NULL,
    digest TEXT,          -- of the event log, NULL when the run failed
    error TEXT,           -- NULL when it did not
    shard TEXT,           -- file that holds its rows, NULL until there is one
    rows TEXT,            -- its rows as JSON until then
    engine_seconds REAL,
    reading_seconds REAL,
    seconds REAL,
    PRIMARY KEY (content, replication)
) WITHOUT ROWID;
CREATE INDEX without_shard ON task (shard) WHERE shard IS NULL;
"""


class Ledger:
    """The ledger in a study's folder, opened for writing; made where there is none.

    Parameters
    ----------
    folder
        Of the study.

    Attributes
    ----------
    notes
        What was found amiss and put right on opening, in sentences for the user.

    Raises
    ------
    SimcollectError
        If another program has it open.
    InputError
        If it is damaged or of another version.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.notes: list[str] = []
        (folder / SHARDS).mkdir(parents=True, exist_ok=True)
        self._flushed_at = time.monotonic()
        self._n_waiting = 0
        with self._telling():
            self._base = sqlite3.connect(folder / LEDGER, timeout=0.5, isolation_level=None)
        try:
            with self._telling():
                self._begin()
                self._check_shards()
        except BaseException:
            self._base.close()
            raise

    def __enter__(self) -> Ledger:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Put what waits into a shard, if the disk takes it, and let go of the folder."""
        try:
            self.flush()
        finally:
            self._base.close()

    def has(self, content: str, replication: int) -> bool:
        """Return whether a run is finished or has failed."""
        query = "SELECT 1 FROM task WHERE content = ? AND replication = ?"
        return self._base.execute(query, (content, replication)).fetchone() is not None

    def counts(self, wanted: Callable[[str, int], bool] = lambda content, replication: True) -> tuple[int, int]:
        """Return how many of the runs wanted, by content and replication, are finished, and how many have failed."""
        found = [0, 0]
        for content, replication, has_failed in self._base.execute(
            "SELECT content, replication, error IS NOT NULL FROM task"
        ):
            found[has_failed] += wanted(content, replication)
        return found[0], found[1]

    def seconds(self) -> tuple[float, float, float]:
        """Return the seconds of all runs: in the engine, in reading logs, in all."""
        query = "SELECT TOTAL(engine_seconds), TOTAL(reading_seconds), TOTAL(seconds) FROM task"
        engine, reading, total = self._base.execute(query).fetchone()
        return engine, reading, total

    def failures(self) -> list[tuple[str, int, str]]:
        """Return (content, replication, error) of every failed run."""
        query = "SELECT content, replication, error FROM task WHERE error IS NOT NULL ORDER BY content, replication"
        return list(self._base.execute(query))

    def forget_failures(self) -> int:
        """Make failed runs undone again, and return how many there were."""
        with self._telling(), self._all_or_nothing():
            return int(self._base.execute("DELETE FROM task WHERE error IS NOT NULL").rowcount)

    def add(self, runs: Sequence[Done]) -> None:
        """Keep finished runs; they survive whatever happens next.

        Raises
        ------
        SimcollectError
            If the disk is full or gone; everything kept before stays.
        """
        values = [
            (
                run.content,
                run.replication,
                run.rows[0]["digest"] if run.rows else None,
                run.error or None,
                json.dumps(run.rows or ({"error": run.error},), separators=(",", ":")),
                *run.seconds,
            )
            for run in runs
        ]
        with self._telling(), self._all_or_nothing():
            self._base.executemany(
                "INSERT OR IGNORE INTO task (content, replication, digest, error, rows, engine_seconds,"
                " reading_seconds, seconds) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                values,
            )
        self._n_waiting += len(runs)
        if self._n_waiting >= _RUNS_A_SHARD or time.monotonic() - self._flushed_at > _SECONDS_A_SHARD:
            self.flush()

    def flush(self) -> None:
        """Move the runs that wait into a shard.

        Raises
        ------
        SimcollectError
            If the disk is full or gone; the runs stay in the ledger.
        """
        with self._telling():
            query = "SELECT content, replication, rows FROM task WHERE shard IS NULL ORDER BY content, replication"
            waiting = list(self._base.execute(query))
            if waiting:
                rows: list[dict[str, Any]] = []
                for content, replication, text in waiting:
                    key = {"content": content, "replication": replication}
                    rows += [key | row for row in json.loads(text)]
                # First the shard, then the word of it: a kill in between leaves a shard that the next start finds.
                name = write_shard(self.folder, rows)
                self._base_took(name, [(content, replication) for content, replication, _ in waiting])
        self._n_waiting = 0
        self._flushed_at = time.monotonic()

    def shards_of(self, contents: Iterable[str]) -> list[str]:
        """Return the names of the shards that hold runs of these contents."""
        found: set[str] = set()
        for content in contents:
            query = "SELECT DISTINCT shard FROM task WHERE content = ? AND shard IS NOT NULL"
            found.update(name for (name,) in self._base.execute(query, (content,)))
        return sorted(found)

    def take_over(self, name: str) -> int:
        """Enter the runs of a shard that lies in the folder; return how many of them were not known.

        A run known from elsewhere must have had the same event log; one that had failed is replaced.

        Raises
        ------
        InputError
            If two runs that should be the same are not.
        """
        n_new = 0
        with self._telling(), self._all_or_nothing():
            for content, replication, digest, error in runs_of(self.folder, name):
                query = "SELECT digest, shard FROM task WHERE content = ? AND replication = ?"
                known = self._base.execute(query, (content, replication)).fetchone()
                if known is not None and known[0] is not None:
                    if digest is not None and digest != known[0]:
                        raise InputError(
                            "",
                            f"run {content}-{replication}",
                            f"has the digest {digest[:16]} in {name} and {known[0][:16]} elsewhere",
                            "Expected the same event log wherever a run is done",
                            "One of the machines computes otherwise; run it again on both to see which",
                        )
                    if known[1] is None and digest is not None:  # killed between writing the shard and saying so
                        self._base.execute(
                            "UPDATE task SET shard = ?, rows = NULL WHERE content = ? AND replication = ?",
                            (name, content, replication),
                        )
                    continue
                n_new += known is None
                self._base.execute(
                    "INSERT OR REPLACE INTO task (content, replication, digest, error, shard) VALUES (?, ?, ?, ?, ?)",
                    (content, replication, digest, error, name),
                )
        return n_new

    def _begin(self) -> None:
        """Lock the file and make or check its tables."""
        base = self._base
        base.execute("PRAGMA locking_mode = EXCLUSIVE")
        base.execute("PRAGMA journal_mode = TRUNCATE")
        base.execute("PRAGMA synchronous = FULL")
        base.execute("BEGIN EXCLUSIVE")
        stamp, version = (base.execute(f"PRAGMA {name}").fetchone()[0] for name in ("application_id", "user_version"))
        n_tables = base.execute("SELECT COUNT(*) FROM sqlite_master").fetchone()[0]
        if n_tables == 0:
            for statement in _TABLES.split(";"):
                base.execute(statement)
            base.execute(f"PRAGMA application_id = {_STAMP}")
            base.execute(f"PRAGMA user_version = {VERSION}")
        base.execute("COMMIT")
        if n_tables and (stamp, version) != (_STAMP, VERSION):
            older = stamp == 0 or (stamp == _STAMP and version < VERSION)
            raise self._unusable(
                f"is of {'an older' if older else 'another'} version ({version}; this one is {VERSION})"
            )

    def _check_shards(self) -> None:
        """Compare with the shards on the disk: take over those not known, set damaged ones aside."""
        on_disk = set(shard_names(self.folder))
        known = {name for (name,) in self._base.execute("SELECT DISTINCT shard FROM task WHERE shard IS NOT NULL")}
        for name in sorted(on_disk | known):
            if is_sound(self.folder, name):
                if name not in known:
                    self.take_over(name)
                continue
            with self._all_or_nothing():
                lost = self._base.execute("DELETE FROM task WHERE shard = ?", (name,)).rowcount
            there = name in on_disk
            set_aside(self.folder, name)
            kept = f"; it is kept as {Path(name).stem}.damaged" if there else ""
            self.notes.append(
                f"Shard {name} is {'damaged' if there else 'missing'}: its {lost} runs will be done again{kept}."
            )

    def _base_took(self, name: str, runs: Sequence[tuple[str, int]]) -> None:
        with self._all_or_nothing():
            self._base.executemany(
                "UPDATE task SET shard = ?, rows = NULL WHERE content = ? AND replication = ?",
                [(name, content, replication) for content, replication in runs],
            )

    @contextmanager
    def _all_or_nothing(self) -> Iterator[None]:
        self._base.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            if self._base.in_transaction:
                self._base.execute("ROLLBACK")
            raise
        self._base.execute("COMMIT")

    @contextmanager
    def _telling(self) -> Iterator[None]:
        """Turn what the disk and SQLite refuse into a sentence that says what to do."""
        try:
            yield
        except sqlite3.OperationalError as error:
            if "locked" in str(error) or "busy" in str(error):
                raise SimcollectError(
                    f'Another program is sweeping in "{self.folder}". Wait until it ends, or give this one another '
                    "folder (--out); simcollect sweep status tells how far it is."
                ) from None
            if not any(word in str(error) for word in ("full", "disk", "readonly", "unable to open")):
                raise
            raise disk_error(self.folder, str(error)) from error
        except sqlite3.DatabaseError as error:
            raise self._unusable(f"is damaged ({error})") from None
        except OSError as error:
            raise disk_error(self.folder, error.strerror or str(error)) from error

    def _unusable(self, found: str) -> InputError:
        return InputError(
            "",
            f'"{self.folder / LEDGER}"',
            found,
            "Expected the ledger that this version of simcollect wrote",
            "To go on, move this file away and resume: the ledger is made again from the shards. Lost are runs in no "
            "shard yet (of half a minute at most) and which failed; those are done again",
        )


def disk_error(folder: Path, reason: str) -> SimcollectError:
    """Return the error that says the disk does not take results, and how to go on."""
    return SimcollectError(
        f'The disk does not take more results in "{folder}" ({reason}). Everything finished before is kept; make room, '
        f"then go on with:\n  simcollect sweep resume {folder}"
    )


@contextmanager
def disk_refuses(folder: Path) -> Iterator[None]:
    """Turn what the disk refuses into that error."""
    try:
        yield
    except OSError as error:
        raise disk_error(folder, error.strerror or str(error)) from error
