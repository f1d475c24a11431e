"""The event log: kept whole on disk, compared to the byte, explained to a person."""

from __future__ import annotations

import hashlib
import pickle
import struct
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from simcollect.core.codes import Action, CloseReason, EventKind, PaymentSource, Stage
from simcollect.core.errors import InputError
from simcollect.core.eventlog import ACCOUNT_DTYPE, DETAIL_CODES, EVENT_DTYPE, EventLog, LogHeader

HEADER = LogHeader(
    start_date="2024-02-28",
    horizon_minutes=90 * 1440,
    currency="TWD",
    minor_units=100,
    segments=("cards", "loans"),
    zones=("Asia/Taipei",),
    names=("Ann Ж", "Ben"),
    scenario="tiny",
    strategy="gentle",
    seed=2**62,
    replication=3,
)
K = EventKind


def events(*rows: tuple[int, ...]) -> NDArray[np.void]:
    """Return rows of at, account, kind, stage, channel, actor, detail, amount, cost, value."""
    return np.array(list(rows), dtype=EVENT_DTYPE)


ROWS = events(
    (0, 0, K.OPENED, 0, 0, 0, 1, 10**15, 0, 31),
    (5, -1, K.STAFFED, 0, 0, 1, 0, 0, -7, 480),
    (1440, 1, K.MESSAGE_SENT, Stage.EARLY, 1, 0, 0, 0, 3, 0),
    (2 * 1440 + 61, 0, K.PAYMENT, Stage.MID, 0, 100_002, PaymentSource.PROMISE, 5000, 0, -(2**62)),
    (2 * 1440 + 61, 0, K.CLOSED, Stage.MID, 0, 0, CloseReason.PAID_IN_FULL, 0, 0, 0),
)
ACCOUNTS = np.array(
    [(101, 0, 0, 1, 0, 0, 0, 2, 350_000, 10**15, 100, 2000, 5000, 1), (205, 77, 1, 6, 1, 0, 0, 3, 1, 9, 8, 7, 6, 0)],
    dtype=ACCOUNT_DTYPE,
)
LOG = EventLog(ROWS, ACCOUNTS, HEADER)


def changed(position: int, **values: int) -> EventLog:
    """Return LOG with some values of one row changed."""
    rows = ROWS.copy()
    for name, value in values.items():
        rows[name][position] = value
    return EventLog(rows, ACCOUNTS, HEADER)


@pytest.fixture
def written(tmp_path: Path) -> Path:
    LOG.to_parquet(tmp_path / "log.parquet")
    return tmp_path / "log.parquet"


def test_a_log_read_back_is_the_log_written(written: Path) -> None:
    back = EventLog.from_parquet(written)
    assert back == LOG
    assert back.header == HEADER
    assert back.rows.tobytes() == ROWS.tobytes()
    assert back.accounts.tobytes() == ACCOUNTS.tobytes()
    assert back.digest() == LOG.digest()
    assert [path.name for path in written.parent.iterdir()] == ["log.parquet"]


def test_a_log_without_events_or_accounts_is_kept_too(tmp_path: Path) -> None:
    empty = EventLog(ROWS[:0], ACCOUNTS[:0], replace(HEADER, names=()))
    empty.to_parquet(tmp_path / "log.parquet")
    assert EventLog.from_parquet(tmp_path / "log.parquet") == empty
    assert len(empty.to_frame()) == 0


LARGE = st.integers(-(2**62), 2**62)
ROW = st.tuples(
    st.integers(0, 2**62),
    st.integers(-1, 1),
    st.integers(1, 104),
    st.integers(0, 4),
    st.integers(0, 6),
    st.integers(0, 400_100),
    st.integers(0, 99),
    LARGE,
    LARGE,
    LARGE,
)


@given(st.lists(ROW, max_size=20))
def test_any_integers_come_back_from_disk(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[int, ...]]
) -> None:
    log = EventLog(events(*rows), ACCOUNTS, HEADER)
    path = tmp_path_factory.mktemp("log") / "log.parquet"
    log.to_parquet(path)
    assert EventLog.from_parquet(path) == log


def test_other_tools_read_the_events_as_a_plain_table(written: Path) -> None:
    table = pd.read_parquet(written)
    assert list(table.columns) == list(EVENT_DTYPE.names or ())
    assert table["amount_cents"].tolist() == ROWS["amount_cents"].tolist()


def test_writing_replaces_an_older_log(written: Path) -> None:
    changed(3, amount_cents=1).to_parquet(written)
    assert EventLog.from_parquet(written) == changed(3, amount_cents=1)


@pytest.mark.parametrize("name", EVENT_DTYPE.names or ())
def test_a_change_in_any_column_changes_equality_digest_and_difference(name: str) -> None:
    other = changed(3, **{name: int(ROWS[name][3]) + 1})
    assert other != LOG
    assert other.digest() != LOG.digest()
    assert f"{name} " in (LOG.first_difference(other) or "")


@pytest.mark.parametrize("name", ACCOUNT_DTYPE.names or ())
def test_a_change_in_an_account_changes_equality_digest_and_difference(name: str) -> None:
    accounts = ACCOUNTS.copy()
    accounts[name][1] += 1
    other = EventLog(ROWS, accounts, HEADER)
    assert other != LOG
    assert other.digest() != LOG.digest()
    assert (LOG.first_difference(other) or "").startswith(f"Account 1 differs: {name} ")


def test_a_change_in_the_header_changes_equality_digest_and_difference() -> None:
    other = EventLog(ROWS, ACCOUNTS, replace(HEADER, strategy="firm", seed=1))
    assert other != LOG
    assert other.digest() != LOG.digest()
    assert LOG.first_difference(other) == (
        "The headers differ: strategy 'gentle' against 'firm'; seed 4611686018427387904 against 1."
    )


def test_the_digest_is_that_of_the_documented_bytes() -> None:
    """Written out with struct, so another byte order, padding or column order would be noticed."""
    rows = b"".join(struct.pack("<qihbbiiqqq", *row.item()) for row in ROWS)
    accounts = b"".join(struct.pack("<qqhbbbhbiqqqqb", *row.item()) for row in ACCOUNTS)
    header = (
        '{"currency":"TWD","horizon_minutes":129600,"minor_units":100,"names":["Ann \\u0416","Ben"],"replication":3,'
        '"scenario":"tiny","seed":4611686018427387904,"segments":["cards","loans"],"start_date":"2024-02-28",'
        '"strategy":"gentle","zones":["Asia/Taipei"]}'
    ).encode("ascii")
    content = b"".join(struct.pack("<Q", len(part)) + part for part in (header, accounts, rows))
    assert LOG.digest() == hashlib.sha256(b"simcollect event log 1" + content).hexdigest()


def test_the_digest_does_not_depend_on_how_the_array_lies_in_memory() -> None:
    assert EventLog(np.repeat(ROWS, 2)[::2], ACCOUNTS, HEADER).digest() == LOG.digest()


def test_equal_logs_have_no_difference() -> None:
    assert LOG.first_difference(EventLog(ROWS.copy(), ACCOUNTS.copy(), replace(HEADER))) is None


def test_a_difference_names_row_columns_and_both_values_by_name() -> None:
    other = changed(3, detail=PaymentSource.PLAN, amount_cents=4000)
    assert LOG.first_difference(other) == (
        "Row 3 differs (PAYMENT of account 0 Ann Ж, 2024-03-01 01:01 UTC): "
        "detail PROMISE against PLAN; amount_cents 5000 against 4000."
    )


def test_a_detail_is_named_by_the_kind_of_its_own_row() -> None:
    text = LOG.first_difference(changed(3, kind=K.WORK_QUEUED, detail=Action.VISIT, stage=Stage.LATE)) or ""
    assert "kind PAYMENT against WORK_QUEUED" in text
    assert "stage MID against LATE" in text
    assert "detail PROMISE against VISIT" in text


def test_only_the_first_of_many_differences_is_told() -> None:
    rows = ROWS.copy()
    rows["value"][1:] += 1
    text = LOG.first_difference(EventLog(rows, ACCOUNTS, HEADER)) or ""
    assert text.startswith("Row 1 differs (STAFFED of no account,")
    assert "\n" not in text


def test_a_log_that_goes_on_longer_is_told_with_its_next_row() -> None:
    short = EventLog(ROWS[:4], ACCOUNTS, HEADER)
    row = "row 4: CLOSED of account 0 Ann Ж, 2024-03-01 01:01 UTC"
    assert LOG.first_difference(short) == f"Only the first log goes on, with {row} (5 rows against 4)."
    assert short.first_difference(LOG) == f"Only the second log goes on, with {row} (4 rows against 5)."


def test_another_number_of_accounts_is_told() -> None:
    fewer = EventLog(ROWS, ACCOUNTS[:1], HEADER)
    assert LOG.first_difference(fewer) == "The numbers of accounts differ: 2 against 1."


def test_a_code_from_a_newer_version_is_shown_as_its_number() -> None:
    newer = changed(2, kind=999, stage=77)
    assert "kind MESSAGE_SENT against 999; stage EARLY against 77" in (LOG.first_difference(newer) or "")
    frame = newer.to_frame()
    assert (frame["kind"][2], frame["stage"][2]) == ("999", "77")


def test_the_table_has_names_for_codes_and_times_for_minutes() -> None:
    frame = LOG.to_frame()
    assert frame["time"].tolist()[3] == pd.Timestamp("2024-03-01 01:01")
    assert frame["kind"].tolist() == ["OPENED", "STAFFED", "MESSAGE_SENT", "PAYMENT", "CLOSED"]
    assert frame["stage"].tolist() == ["NONE", "NONE", "EARLY", "MID", "MID"]
    assert frame["channel"].tolist() == ["NONE", "NONE", "SMS", "NONE", "NONE"]
    assert frame["detail_name"].tolist() == ["PRINCIPAL", "", "", "PROMISE", "PAID_IN_FULL"]
    assert frame["account_id"].tolist() == [101, -1, 205, 101, 101]
    assert frame["name"].tolist() == ["Ann Ж", "", "Ben", "Ann Ж", "Ann Ж"]
    assert frame["value"].tolist() == ROWS["value"].tolist()


def test_a_log_without_names_has_no_column_for_them() -> None:
    assert "name" not in EventLog(ROWS, ACCOUNTS, replace(HEADER, names=())).to_frame()


def test_the_table_of_accounts_has_names_for_segments_zones_and_cells() -> None:
    frame = LOG.accounts_frame()
    assert frame["segment"].tolist() == ["cards", "loans"]
    assert frame["zone"].tolist() == ["Asia/Taipei", "Asia/Taipei"]
    assert frame["cell"].tolist() == ["CASH_FLOW_GAP", "UNREACHABLE"]
    assert frame["name"].tolist() == ["Ann Ж", "Ben"]


def test_the_csv_reads_like_the_table_and_has_the_same_bytes_everywhere(tmp_path: Path) -> None:
    LOG.to_csv(tmp_path / "log.csv")
    content = (tmp_path / "log.csv").read_bytes()
    assert b"\r" not in content
    lines = content.decode("utf-8").splitlines()
    assert len(lines) == 1 + len(ROWS)
    assert lines[4] == (f"2024-03-01T01:01,101,Ann Ж,2941,0,PAYMENT,MID,NONE,100002,3,PROMISE,5000,0,{-(2**62)}")


def test_rows_of_one_account_keep_their_order() -> None:
    assert LOG.of(0)["kind"].tolist() == [K.OPENED, K.PAYMENT, K.CLOSED]
    assert LOG.of(1)["kind"].tolist() == [K.MESSAGE_SENT]


def test_rows_of_many_accounts_keep_their_order_too() -> None:
    rows = np.zeros(5000, dtype=EVENT_DTYPE)
    rows["value"] = np.arange(len(rows))
    rows["account"] = rows["value"] * 7919 % 3 - 1
    log = EventLog(rows, ACCOUNTS, HEADER)
    for account in (0, 1):
        assert log.of(account)["value"].tolist() == [i for i in range(5000) if i * 7919 % 3 - 1 == account]


def test_an_account_without_events_has_no_rows() -> None:
    assert len(EventLog(ROWS[ROWS["account"] != 1], ACCOUNTS, HEADER).of(1)) == 0


def test_rows_cannot_be_changed_through_the_log() -> None:
    with pytest.raises(ValueError, match="read-only"):
        LOG.rows["value"][0] = 1


def test_a_log_survives_the_trip_from_a_worker_process_and_stays_read_only() -> None:
    back = pickle.loads(pickle.dumps(LOG))
    assert back == LOG
    assert not back.rows.flags.writeable


def test_arrays_of_another_shape_or_type_are_refused() -> None:
    with pytest.raises(TypeError, match="rows is"):
        EventLog(ACCOUNTS, ACCOUNTS, HEADER)
    with pytest.raises(TypeError, match="2 dimensions"):
        EventLog(ROWS.reshape(1, -1), ACCOUNTS, HEADER)


def test_every_kind_whose_comment_names_an_enumeration_has_its_names() -> None:
    """The comments in codes.py are what a reader trusts: "D Action" must be shown as an Action."""
    from simcollect.core import codes

    source = Path(codes.__file__).read_text(encoding="utf-8")
    for line in source.split("class EventKind")[1].split("\nclass ")[0].splitlines():
        _, marker, after = line.partition("; D ") if "; D " in line else line.partition("# D ")
        word = after.split(";")[0].split()[0] if marker else ""
        enum = getattr(codes, word, None)
        if enum is not None:
            assert DETAIL_CODES.get(EventKind[line.split()[0]]) is enum, line


# --- files that are not what they should be -----------------------------------------------------------------------


def rewritten(path: Path, table: pa.Table, **metadata: str) -> Path:
    """Write a table to ``path`` with the metadata of the log there, some of them changed."""
    old = {key.decode(): value.decode() for key, value in pq.read_metadata(path).metadata.items()}
    kept = {key: value for key, value in old.items() if key.startswith("simcollect")}
    renamed = {f"simcollect.{key}": value for key, value in metadata.items()}
    pq.write_table(table.replace_schema_metadata({**kept, **renamed}), path)
    return path


def test_a_file_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"nowhere.parquet: the file does not exist\."):
        EventLog.from_parquet(tmp_path / "nowhere.parquet")


@pytest.mark.parametrize("content", [b"", b"PAR1", b"time,account\n1,2\n", b"PAR1" + bytes(100) + b"PAR1"])
def test_a_file_that_is_no_parquet_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "log.parquet").write_bytes(content)
    with pytest.raises(InputError, match="cannot be read"):
        EventLog.from_parquet(tmp_path / "log.parquet")


def test_a_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        EventLog.from_parquet(tmp_path)


def test_somebody_elses_parquet_file_is_refused(tmp_path: Path) -> None:
    pq.write_table(pa.table({"at": [1, 2]}), tmp_path / "other.parquet")
    with pytest.raises(InputError, match=r"other\.parquet: the file is not marked as simcollect event log 1"):
        EventLog.from_parquet(tmp_path / "other.parquet")


def test_half_a_file_is_refused(written: Path) -> None:
    written.write_bytes(written.read_bytes()[: written.stat().st_size // 2])
    with pytest.raises(InputError, match="cannot be read"):
        EventLog.from_parquet(written)


def test_a_changed_value_is_noticed_by_the_digest(written: Path) -> None:
    table = pq.read_table(written)
    amounts = pa.array([1, *table.column("amount_cents").to_pylist()[1:]])
    position = table.column_names.index("amount_cents")
    rewritten(written, table.set_column(position, "amount_cents", amounts))
    with pytest.raises(InputError, match="does not match its own digest"):
        EventLog.from_parquet(written)


def test_an_unchanged_rewrite_by_another_tool_is_accepted(written: Path) -> None:
    assert EventLog.from_parquet(rewritten(written, pq.read_table(written))) == LOG


@pytest.mark.parametrize(
    "change",
    [
        lambda table: table.drop_columns(["value"]),
        lambda table: table.set_column(0, "at", table.column("at").cast(pa.float64())),
        lambda table: table.set_column(0, "at", pa.array([None, 1, 2, 3, 4], pa.int64())),
    ],
    ids=["missing", "floats", "gaps"],
)
def test_columns_that_are_missing_floats_or_gaps_are_refused(written: Path, change: object) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        EventLog.from_parquet(rewritten(written, change(pq.read_table(written))))  # type: ignore[operator]


@pytest.mark.parametrize(
    "metadata",
    [{"header": "{}"}, {"header": "no JSON"}, {"header": "[1]"}, {"accounts": "????"}, {"accounts": "UEFSMQ=="}],
)
def test_metadata_that_cannot_be_understood_is_refused(written: Path, metadata: dict[str, str]) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        EventLog.from_parquet(rewritten(written, pq.read_table(written), **metadata))


def test_a_log_of_a_later_format_is_refused(written: Path) -> None:
    rewritten(written, pq.read_table(written), format="simcollect event log 2")
    with pytest.raises(InputError, match="not marked as simcollect event log 1"):
        EventLog.from_parquet(written)
