from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from simcollect.core.errors import InputError
from simcollect.experiment.manifest import MANIFEST, Manifest, RunDigest, libraries, read_manifest, sources

LOGS = (RunDigest(0, "firm", "a" * 64), RunDigest(0, "gentle", "b" * 64), RunDigest(1, "firm", "c" * 64))


def a_manifest(**changes: object) -> Manifest:
    plain = Manifest(
        command="compare",
        version="0.1.0",
        commit="",
        sources="0123456789abcdef",
        libraries={"numpy": "2.0"},
        engine="simpy",
        scenario="tiny",
        scenario_digest="d" * 64,
        book="b" * 64,
        seed=7,
        strategies=("firm", "gentle"),
        replications=(0, 1),
        policies=(),
        logs=(),
        document={"portfolio": {"n_stock": 12}, "name": "资料"},
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


def test_a_manifest_read_back_equals_the_one_written(tmp_path: Path) -> None:
    document = {"portfolio": {"n_stock": 12}, "name": "资料", "folder": str(tmp_path)}
    manifest = a_manifest(document=document).with_logs(LOGS)
    manifest.write(tmp_path)
    assert read_manifest(tmp_path) == manifest
    assert read_manifest(tmp_path / MANIFEST) == manifest


def test_the_combined_digest_does_not_depend_on_who_finished_first() -> None:
    manifest = a_manifest()
    assert manifest.with_logs(LOGS).digest == manifest.with_logs(reversed(LOGS)).digest


def test_the_combined_digest_changes_with_any_log() -> None:
    changed = (*LOGS[:2], RunDigest(1, "firm", "e" * 64))
    swapped = (RunDigest(0, "firm", "b" * 64), RunDigest(0, "gentle", "a" * 64), LOGS[2])
    digests = {a_manifest().with_logs(logs).digest for logs in (LOGS, changed, swapped, LOGS[:2])}
    assert len(digests) == 4


def test_a_manifest_is_complete_when_every_strategy_has_every_replication() -> None:
    assert not a_manifest().with_logs(LOGS).complete
    assert a_manifest().with_logs([*LOGS, RunDigest(1, "gentle", "f" * 64)]).complete


@pytest.mark.parametrize(
    "change",
    [
        {"seed": 8},
        {"sources": "f" * 16},
        {"scenario_digest": "0" * 64},
        {"book": "0"},
        {"engine": "x"},
        {"libraries": {}},
    ],
)
def test_the_identity_covers_all_that_results_depend_on(change: dict[str, object]) -> None:
    assert a_manifest(**change).identity() != a_manifest().identity()


def test_the_identity_leaves_out_what_each_run_names_itself() -> None:
    assert a_manifest(strategies=("firm",), replications=(5,), commit="abc").identity() == a_manifest().identity()


def edited(tmp_path: Path, **changes: object) -> Path:
    a_manifest().with_logs(LOGS).write(tmp_path)
    path = tmp_path / MANIFEST
    content = json.loads(path.read_text(encoding="utf-8"))
    for name, value in changes.items():
        if value is None:
            del content[name]
        else:
            content[name] = value
    path.write_text(json.dumps(content), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"format": "something else"}, "is not marked as"),
        ({"seed": None}, "seed"),
        ({"seed": "7"}, "seed"),
        ({"logs": [{"strategy": "firm"}]}, "replication"),
        ({"digest": "0" * 64}, "does not belong to the runs listed"),
    ],
)
def test_an_edited_manifest_is_refused_with_the_reason(
    tmp_path: Path, changes: dict[str, object], message: str
) -> None:
    with pytest.raises(InputError, match=message):
        read_manifest(edited(tmp_path, **changes))


def test_a_missing_or_foreign_file_is_refused_with_the_reason(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="does not exist"):
        read_manifest(tmp_path)
    (tmp_path / "log.parquet").write_bytes(b"PAR1\x00\xff")
    with pytest.raises(InputError, match="cannot be read as JSON"):
        read_manifest(tmp_path / "log.parquet")


def test_the_manifest_names_the_program_but_not_the_machine() -> None:
    assert set(sources()) <= set("0123456789abcdef")
    assert {"python", "numpy", "numba", "simpy"} <= set(libraries())
    assert not any("/" in number for number in libraries().values())
