from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from simcollect.core.errors import InputError, SimcollectError
from simcollect.sweep import ledger as module
from simcollect.sweep.ledger import LEDGER, Ledger
from simcollect.sweep.shards import is_sound, read_shard, shard_names
from simcollect.sweep.work import Done


def done(number: int, digest: str = "", error: str = "") -> Done:
    rows = () if error else ({"digest": digest or f"log{number}", "day": 90, "kept_share": 0.1 + number},)
    return Done("c0ffee", "firm", 0, number, rows, error, (0.1, 0.2, 0.3))


def filled(folder: Path, *runs: Done) -> None:
    with Ledger(folder) as ledger:
        ledger.add(runs)


def test_a_run_is_kept_when_add_returns_though_the_program_never_closes_the_ledger(tmp_path: Path) -> None:
    first = Ledger(tmp_path)
    first.add([done(0), done(1, error="ValueError: no")])
    first._base.close()  # as a kill does: nothing is flushed
    assert shard_names(tmp_path) == []
    with Ledger(tmp_path) as second:
        assert second.counts() == (1, 1)
        assert second.has("c0ffee", 0)
        assert not second.has("c0ffee", 2)


def test_closing_moves_runs_into_a_shard_that_holds_every_number_as_it_was(tmp_path: Path) -> None:
    filled(tmp_path, done(0), done(1, error="ValueError: no"))
    (name,) = shard_names(tmp_path)
    assert is_sound(tmp_path, name)
    rows = read_shard(tmp_path, name).to_pylist()
    assert [(row["replication"], row["kept_share"], row["error"]) for row in rows] == [
        (0, 0.1, None),
        (1, None, "ValueError: no"),
    ]


def test_two_programs_never_write_one_ledger(tmp_path: Path) -> None:
    with Ledger(tmp_path) as first:
        first.add([done(0)])
        with pytest.raises(SimcollectError, match="Another program is sweeping in") as caught:
            Ledger(tmp_path)
        assert "--out" in str(caught.value)
        first.add([done(1)])
    with Ledger(tmp_path) as second:
        assert second.counts() == (2, 0)


def test_a_lost_ledger_is_made_again_from_the_shards(tmp_path: Path) -> None:
    filled(tmp_path, done(0), done(1), done(2, error="ValueError: no"))
    (tmp_path / LEDGER).unlink()
    with Ledger(tmp_path) as again:
        assert again.counts() == (2, 1)
        assert again.failures() == [("c0ffee", 2, "ValueError: no")]


def test_a_kill_between_writing_a_shard_and_saying_so_loses_and_doubles_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger = Ledger(tmp_path)
    ledger.add([done(0), done(1)])

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(ledger, "_base_took", killed)
    with pytest.raises(KeyboardInterrupt):
        ledger.close()
    assert len(shard_names(tmp_path)) == 1
    with Ledger(tmp_path) as again:
        assert again.counts() == (2, 0)
    assert len(shard_names(tmp_path)) == 1


@pytest.mark.parametrize(("version", "words"), [(0, "older version"), (99, "another version")])
def test_a_ledger_of_another_version_is_left_alone_and_the_way_out_is_told(
    tmp_path: Path, version: int, words: str
) -> None:
    filled(tmp_path, done(0))
    base = sqlite3.connect(tmp_path / LEDGER)
    base.execute(f"PRAGMA user_version = {version}")
    base.close()
    before = (tmp_path / LEDGER).read_bytes()
    with pytest.raises(InputError, match=words) as caught:
        Ledger(tmp_path)
    assert "move this file away and resume" in str(caught.value)
    assert "Lost are runs in no shard yet" in str(caught.value)
    assert (tmp_path / LEDGER).read_bytes() == before
    (tmp_path / LEDGER).rename(tmp_path / "old")
    with Ledger(tmp_path) as again:
        assert again.counts() == (1, 0)


def test_a_damaged_ledger_is_told_and_nothing_is_lost(tmp_path: Path) -> None:
    filled(tmp_path, done(0))
    (tmp_path / LEDGER).write_bytes(b"this is no ledger at all" * 400)
    with pytest.raises(InputError, match="is damaged"):
        Ledger(tmp_path)
    (tmp_path / LEDGER).unlink()
    with Ledger(tmp_path) as again:
        assert again.has("c0ffee", 0)


def test_a_corrupt_shard_is_set_aside_and_only_its_runs_are_to_be_done_again(tmp_path: Path) -> None:
    filled(tmp_path, done(0))
    filled(tmp_path, done(1), done(2))
    bad = next(name for name in shard_names(tmp_path) if read_shard(tmp_path, name).num_rows == 2)
    path = tmp_path / "shards" / bad
    content = bytearray(path.read_bytes())
    content[100] ^= 1
    path.write_bytes(content)
    with Ledger(tmp_path) as again:
        assert [again.has("c0ffee", number) for number in (0, 1, 2)] == [True, False, False]
        assert again.notes == [
            f"Shard {bad} is damaged: its 2 runs will be done again; it is kept as {bad[:32]}.damaged."
        ]
    assert path.with_suffix(".damaged").read_bytes() == bytes(content)


def test_a_shard_that_was_removed_is_told_and_its_runs_are_to_be_done_again(tmp_path: Path) -> None:
    filled(tmp_path, done(0))
    (tmp_path / "shards" / shard_names(tmp_path)[0]).unlink()
    with Ledger(tmp_path) as again:
        assert again.counts() == (0, 0)
        assert "is missing: its 1 runs will be done again" in again.notes[0]


def test_a_full_disk_keeps_what_was_finished_and_says_how_to_go_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> str:
        raise OSError(28, "No space left on device")

    ledger = Ledger(tmp_path)
    ledger.add([done(0)])
    with monkeypatch.context() as patch:
        patch.setattr(module, "write_shard", full)
        with pytest.raises(SimcollectError, match=r"No space left on device.*\n.*sweep resume"):
            ledger.close()
    with Ledger(tmp_path) as again:
        assert again.counts() == (1, 0)


def test_sqlite_on_a_full_disk_takes_all_of_a_batch_or_nothing(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path)
    ledger.add([done(0)])
    pages = ledger._base.execute("PRAGMA page_count").fetchone()[0]
    ledger._base.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(SimcollectError, match="does not take more results"):
        ledger.add([done(number) for number in range(1, 400)])
    assert ledger.counts() == (1, 0)
    ledger.close()
    assert read_shard(tmp_path, shard_names(tmp_path)[0]).num_rows == 1


def test_runs_that_should_be_the_same_and_are_not_are_refused(tmp_path: Path) -> None:
    for name, digest in (("a", "one"), ("b", "two")):
        filled(tmp_path / name, done(0, digest))
    (other,) = shard_names(tmp_path / "b")
    (tmp_path / "b" / "shards" / other).rename(tmp_path / "a" / "shards" / other)
    with pytest.raises(InputError, match="Expected the same event log wherever a run is done"):
        Ledger(tmp_path / "a")


def test_a_run_that_failed_here_and_finished_there_is_finished(tmp_path: Path) -> None:
    filled(tmp_path / "a", done(0, error="MemoryError: "))
    filled(tmp_path / "b", done(0))
    (other,) = shard_names(tmp_path / "b")
    (tmp_path / "b" / "shards" / other).rename(tmp_path / "a" / "shards" / other)
    with Ledger(tmp_path / "a") as ledger:
        assert ledger.counts() == (1, 0)
