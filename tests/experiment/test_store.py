from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from simcollect.core.errors import InputError
from simcollect.experiment.manifest import Manifest, read_manifest
from simcollect.experiment.store import REPLICATIONS, Row, Store

MANIFEST = Manifest(
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
    document={},
)


def row(replication: int, strategy: str) -> Row:
    return {
        "replication": replication,
        "strategy": strategy,
        "day": 365,
        "digest": f"{replication}{strategy}",
        "paid": 1.5,
    }


ALL = [row(r, s) for r in (0, 1) for s in ("firm", "gentle")]


def test_a_finished_batch_is_on_disk_before_the_store_is_closed(tmp_path: Path) -> None:
    Store(tmp_path, MANIFEST).add([row(0, "firm"), row(0, "gentle")])
    assert Store(tmp_path, MANIFEST).finished == {(0, "firm"), (0, "gentle")}


def test_rows_come_back_in_one_order_however_they_were_finished(tmp_path: Path) -> None:
    store = Store(tmp_path, MANIFEST)
    for one in reversed(ALL):
        store.add([one])
    assert store.rows() == ALL


def test_a_complete_experiment_becomes_one_table_and_no_parts(tmp_path: Path) -> None:
    store = Store(tmp_path, MANIFEST)
    store.add(ALL[2:])
    store.add(ALL[:2])
    store.close()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["manifest.json", REPLICATIONS]
    assert pq.read_table(tmp_path / REPLICATIONS).to_pylist() == ALL
    assert read_manifest(tmp_path).complete


def test_tables_are_byte_equal_whatever_the_order_of_finishing(tmp_path: Path) -> None:
    for name, order in (("one", ALL), ("two", ALL[::-1])):
        store = Store(tmp_path / name, MANIFEST)
        for one in order:
            store.add([one])
        store.close()
    for file in (REPLICATIONS, "manifest.json"):
        assert (tmp_path / "one" / file).read_bytes() == (tmp_path / "two" / file).read_bytes()


def test_an_incomplete_experiment_says_so_and_is_taken_up_again(tmp_path: Path) -> None:
    store = Store(tmp_path, MANIFEST)
    store.add(ALL[:2])
    store.close()
    assert not read_manifest(tmp_path).complete
    again = Store(tmp_path, MANIFEST)
    again.add(ALL[2:])
    again.close()
    assert again.rows() == ALL
    assert read_manifest(tmp_path).complete


def test_more_replications_go_on_from_a_complete_folder(tmp_path: Path) -> None:
    store = Store(tmp_path, MANIFEST)
    store.add(ALL)
    store.close()
    more = Store(tmp_path, replace(MANIFEST, replications=(0, 1, 2)))
    assert more.finished == {(r, s) for r in (0, 1) for s in ("firm", "gentle")}
    assert not read_manifest(tmp_path).complete


def test_another_experiment_in_the_folder_is_refused_and_told_apart(tmp_path: Path) -> None:
    Store(tmp_path, MANIFEST).add(ALL[:2])
    other = replace(MANIFEST, seed=8, scenario_digest="e" * 64)
    with pytest.raises(InputError, match="another experiment: scenario and seed differ"):
        Store(tmp_path, other)
    assert Store(tmp_path, MANIFEST).finished == {(0, "firm"), (0, "gentle")}


def test_fresh_replaces_another_experiment(tmp_path: Path) -> None:
    Store(tmp_path, MANIFEST).add(ALL[:2])
    assert Store(tmp_path, replace(MANIFEST, seed=8), fresh=True).finished == set()


def test_a_folder_with_files_of_somebody_else_is_left_alone(tmp_path: Path) -> None:
    precious = tmp_path / "thesis.docx"
    precious.write_text("words")
    for fresh in (False, True):
        with pytest.raises(InputError, match=r"holds files but no manifest\.json \(thesis\.docx\)"):
            Store(tmp_path, MANIFEST, fresh=fresh)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.docx"]


def test_a_file_where_the_folder_should_be_is_a_taught_error(tmp_path: Path) -> None:
    (tmp_path / "results").write_text("not a folder")
    with pytest.raises(InputError, match="cannot be written"):
        Store(tmp_path / "results", MANIFEST)


def test_a_half_written_part_is_no_result(tmp_path: Path) -> None:
    store = Store(tmp_path, MANIFEST)
    store.add(ALL[:2])
    (tmp_path / "parts" / ".000001-00000000.parquet.partial").write_bytes(b"PAR1")
    assert Store(tmp_path, MANIFEST).finished == {(0, "firm"), (0, "gentle")}
