"""Finished runs as Parquet files that appear whole or not at all, each named by the digest of its bytes."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet as pq

from simcollect.experiment.measure import ALL_MEASURES

SHARDS: Final = "shards"
KEYS: Final = ("content", "replication", "day", "digest", "error")
"""Columns of every shard beside the outcomes; a failed run has one row, with an error and nothing measured."""

_ENDING: Final = ".parquet"
_TYPES: Final = dict(zip(KEYS, (pa.string(), pa.int64(), pa.int64(), pa.string(), pa.string()), strict=True))


def table_of(rows: Sequence[Mapping[str, Any]]) -> pa.Table:
    """Return rows as a table, columns in one order whoever made them.

    Keys first, then outcomes as ``ALL_MEASURES`` orders them, then the rest by name.
    """
    known = {name: position for position, name in enumerate((*KEYS, *ALL_MEASURES))}
    names = sorted(
        {*KEYS, *(name for row in rows for name in row)}, key=lambda name: (known.get(name, len(known)), name)
    )
    return pa.table({name: pa.array([row.get(name) for row in rows], type=_TYPES.get(name)) for name in names})


def write_shard(folder: Path, rows: Sequence[Mapping[str, Any]]) -> str:
    """Write a shard into a study's folder and return its name; it is on the disk, whatever happens next.

    Raises
    ------
    OSError
        If the disk does not take it; then nothing of it is left.
    """
    place = folder / SHARDS
    partial = place / f".writing-{os.getpid()}"
    try:
        pq.write_table(table_of(rows), partial)
        name = _digest(partial)
        _to_disk(partial)
        partial.replace(place / name)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise
    _to_disk(place)
    return name


def copy_shard(name: str, source: Path, folder: Path) -> None:
    """Copy a shard from one study's folder to another's, whole or not at all."""
    partial = folder / SHARDS / f".writing-{os.getpid()}"
    try:
        partial.write_bytes((source / SHARDS / name).read_bytes())
        _to_disk(partial)
        partial.replace(folder / SHARDS / name)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise
    _to_disk(folder / SHARDS)


def shard_names(folder: Path) -> list[str]:
    """Return the names of all shards in a study's folder, sorted."""
    return sorted(path.name for path in (folder / SHARDS).glob(f"*{_ENDING}"))


def is_sound(folder: Path, name: str) -> bool:
    """Return whether a shard is there and holds the bytes that were written."""
    path = folder / SHARDS / name
    return path.is_file() and _digest(path) == name


def read_shard(folder: Path, name: str) -> pa.Table:
    """Return the rows of a shard."""
    return pq.read_table(folder / SHARDS / name)


def runs_of(folder: Path, name: str) -> Iterator[tuple[str, int, str | None, str | None]]:
    """Yield (content, replication, log digest, error) of every run in a shard, each once."""
    found = pq.read_table(folder / SHARDS / name, columns=["content", "replication", "digest", "error"])
    yield from dict.fromkeys(zip(*(column.to_pylist() for column in found.columns), strict=True))


def set_aside(folder: Path, name: str) -> None:
    """Put a damaged shard out of the way, kept under another name."""
    path = folder / SHARDS / name
    if path.exists():
        path.replace(path.with_suffix(".damaged"))


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()[:32] + _ENDING


def _to_disk(path: Path) -> None:
    """Wait until a file, or a folder's list of files, is on the disk itself."""
    if path.is_dir() and os.name == "nt":
        return  # Windows keeps folders by itself and opens none
    handle = os.open(path, os.O_RDONLY if path.is_dir() or os.name != "nt" else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
