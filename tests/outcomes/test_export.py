"""Exports are read back: by the standard library's parser, by pandas, and by pm4py itself where it is installed."""

from __future__ import annotations

import gzip
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pytest

from simcollect.core.codes import Action, Channel, EventKind, WithdrawReason
from simcollect.core.errors import InputError
from simcollect.core.eventlog import EventLog
from simcollect.outcomes.export import WRITERS, export_log, to_csv, to_parquet, to_pm4py, to_xes
from tests.outcomes.handmade import CALLER, Story
from tests.outcomes.lives import every_kind

XES = "{http://www.xes-standard.org/}"


def _story() -> Story:
    """One account, whose rows stand in the log between another's and those of staff."""
    story = Story(2, segments=("small",), names=("Ada", "Boris"))
    story.opened(1, principal=5_000).opened(0, principal=100_050)
    story.add(0, EventKind.STAFFED, -1, clock="09:00", actor=1, value=480, cost=12_000)
    story.worked(1, Action.CALL, 0)
    story.add(1, EventKind.DIALLED, clock="10:00", actor=CALLER, channel=Channel.CALL, detail=Action.CALL, cost=7)
    story.add(2, EventKind.DIALLED, channel=Channel.AUTOMATED_CALL, detail=Action.AUTOMATED_CALL)
    story.add(3, EventKind.WORK_WITHDRAWN, actor=2, detail=Action.VISIT, value=WithdrawReason.PAID)
    story.add(4, EventKind.SHOCK_STARTED).paid(5, 1_234)
    return story


def test_columns_that_pm4py_reads_hold_what_the_log_says() -> None:
    frame = to_pm4py(_story().log())
    assert frame["case:concept:name"].tolist() == ["1"] * 9 + ["2"]
    assert frame["case:name"].tolist() == ["Ada"] * 9 + ["Boris"]
    assert set(frame["case:segment"]) == {"small"}
    mine = frame.iloc[:9]
    assert mine["concept:name"].tolist() == [
        *("opened", "work: call", "work: call", "work: call", "dialled", "dialled", "work: visit"),
        *("shock started", "payment"),
    ]
    assert mine["lifecycle:transition"].tolist() == [
        *("complete", "schedule", "start", "complete", "complete", "complete", "withdraw", "complete", "complete"),
    ]
    assert mine["org:resource"].tolist() == [
        *("", "callers", "caller 1", "caller 1", "caller 1", "dialler", "negotiators", "", ""),
    ]
    assert mine["channel"].tolist()[4:6] == ["call", "automated call"]
    assert mine["detail"].tolist()[-1] == "own accord"
    assert (mine["amount"].iloc[0], mine["amount"].iloc[-1]) == (1000.50, 12.34)
    assert mine["cost:total"].sum() == 0.07
    assert set(frame["cost:currency"]) == {"EUR"}
    assert mine["time:timestamp"].iloc[1] == pd.Timestamp("2024-01-02T09:00:00Z")
    assert str(frame["time:timestamp"].dtype) == "datetime64[ns, UTC]"


def test_staff_without_limit_are_told_as_their_pool() -> None:
    story = Story(1).opened(principal=100).worked(1, Action.CASE_ANALYSIS, actor=200_000)
    assert to_pm4py(story.log())["org:resource"].tolist() == ["", "negotiators", "negotiators", "negotiators"]


def test_rows_of_no_account_stay_behind_and_all_others_come_in_the_order_of_the_log() -> None:
    log = every_kind()
    frame = to_pm4py(log)
    assert sorted(frame["row"]) == np.flatnonzero(log.rows["account"] >= 0).tolist()
    for _, case in frame.groupby("case:concept:name"):
        assert case["row"].is_monotonic_increasing
    assert "staffed" not in set(to_pm4py(_story().log())["concept:name"])


def test_actions_only_leaves_out_staff_bookkeeping_and_what_happens_at_home() -> None:
    frame = to_pm4py(_story().log(), actions_only=True)
    assert frame["concept:name"].tolist() == ["opened", "dialled", "dialled", "payment", "opened"]
    whole = to_pm4py(every_kind())
    left_out = set(whole["row"]) - set(to_pm4py(every_kind(), actions_only=True)["row"])
    names = set(whole.set_index("row").loc[sorted(left_out), "concept:name"])
    assert all(name.startswith(("work: ", "shock ")) for name in names)


def test_activities_are_told_in_chinese_when_asked() -> None:
    frame = to_pm4py(_story().log(), lang="zh")
    assert {"入账", "工单：电话催收", "还款"} <= set(frame["concept:name"])
    assert "主动还款" in set(frame["detail"])
    with pytest.raises(InputError, match='language "fr"'):
        to_pm4py(_story().log(), lang="fr")


def test_codes_from_a_later_version_keep_their_digits() -> None:
    log = _story().log()
    rows = log.rows.copy()
    rows["kind"][0], rows["actor"][1], rows["stage"][1], rows["channel"][1] = 999, 900_001, 9, 99
    frame = to_pm4py(EventLog(rows, log.accounts, log.header)).set_index("row")
    assert frame.loc[0, "concept:name"] == "999"
    assert frame.loc[1, ["org:resource", "stage", "channel"]].tolist() == ["900001", "9", "99"]


# -- XES -----------------------------------------------------------------------------------------------------------


def _attributes(node: Any) -> dict[str, str]:
    return {child.get("key"): child.get("value") for child in node if child.get("key") is not None}


@pytest.mark.parametrize("name", ["log.xes", "log.xes.gz"])
def test_xes_is_well_formed_and_says_what_the_table_says(tmp_path: Path, name: str) -> None:
    log = every_kind()
    to_xes(log, tmp_path / name)
    content = (tmp_path / name).read_bytes()
    root = ElementTree.fromstring(gzip.decompress(content) if name.endswith(".gz") else content)
    assert root.tag == f"{XES}log"
    assert root.get("xes.version") == "1849-2016"
    prefixes = {node.get("prefix") for node in root.iter(f"{XES}extension")}
    assert prefixes == {"concept", "time", "org", "lifecycle", "cost"}
    order = [node.tag.removeprefix(XES) for node in root]
    assert order == sorted(order, key=["extension", "global", "classifier", "string", "trace"].index)

    frame = to_pm4py(log)
    traces = root.findall(f"{XES}trace")
    assert [_attributes(trace)["concept:name"] for trace in traces] == frame["case:concept:name"].unique().tolist()
    events = [_attributes(event) for event in root.iter(f"{XES}event")]
    assert [event["concept:name"] for event in events] == frame["concept:name"].tolist()
    assert pd.to_datetime([event["time:timestamp"] for event in events]).tolist() == frame["time:timestamp"].tolist()
    assert [event.get("org:resource", "") for event in events] == frame["org:resource"].tolist()
    assert [event["lifecycle:transition"] for event in events] == frame["lifecycle:transition"].tolist()
    assert [float(event.get("cost:total", 0)) for event in events] == frame["cost:total"].tolist()
    assert [float(event.get("amount", 0)) for event in events] == frame["amount"].tolist()
    used = {key.split(":")[0] for event in events for key in event if ":" in key}
    assert used <= prefixes


def test_xes_keeps_any_name_and_is_the_same_bytes_every_time(tmp_path: Path) -> None:
    nasty = 'A "quoted" <&> name\twith\na \x00bell\x07 and 陈'
    log = _story().log()
    named = EventLog(log.rows, log.accounts, replace(log.header, names=(nasty, "B")))
    for name in ("a.xes.gz", "b.xes.gz"):
        to_xes(named, tmp_path / name)
    content = (tmp_path / "a.xes.gz").read_bytes()
    assert content == (tmp_path / "b.xes.gz").read_bytes()
    assert content[3:8] == bytes(5), "a name or a time stands in the zip's header"
    root = ElementTree.fromstring(gzip.decompress(content))
    read = {_attributes(trace)["name"] for trace in root.findall(f"{XES}trace")}
    assert read == {nasty.replace("\x00", "\ufffd").replace("\x07", "\ufffd"), "B"}


def test_an_empty_log_is_an_empty_file_of_each_kind(tmp_path: Path) -> None:
    empty = Story(0).log()
    for ending in WRITERS:
        export_log(empty, tmp_path / f"log{ending}")
    assert ElementTree.parse(tmp_path / "log.xes").getroot().findall(f"{XES}trace") == []
    assert len(pd.read_csv(tmp_path / "log.csv")) == 0
    assert len(pd.read_parquet(tmp_path / "log.parquet")) == 0


# -- tables --------------------------------------------------------------------------------------------------------


def test_parquet_reads_back_as_the_table(tmp_path: Path) -> None:
    to_parquet(every_kind(), tmp_path / "events.parquet")
    pd.testing.assert_frame_equal(pd.read_parquet(tmp_path / "events.parquet"), to_pm4py(every_kind()))


def test_csv_reads_back_as_the_table(tmp_path: Path) -> None:
    to_csv(every_kind(), tmp_path / "events.csv")
    read = pd.read_csv(tmp_path / "events.csv", dtype={"case:concept:name": str, "detail": str}, keep_default_na=False)
    read["time:timestamp"] = pd.to_datetime(read["time:timestamp"])
    expected = to_pm4py(every_kind())
    for name in expected.columns:
        assert read[name].tolist() == expected[name].tolist(), name


@pytest.mark.parametrize("begin", ["=", "+", "-", "@", "\t", "\r"])
def test_no_cell_of_text_in_a_csv_is_a_formula_and_numbers_stay_numbers(tmp_path: Path, begin: str) -> None:
    log = _story().log()
    accounts = log.accounts.copy()
    accounts["account_id"] = (-7, 2)
    header = replace(log.header, names=(f"{begin}cmd|' /C calc'!A0", "B"), segments=(f"{begin}1+1",))
    rows = log.rows.copy()
    rows["value"][0] = -5
    rows["amount_cents"][1] = -250
    to_csv(EventLog(rows, accounts, header), tmp_path / "events.csv")
    read = pd.read_csv(tmp_path / "events.csv", keep_default_na=False, dtype=str)
    texts = read.drop(columns=["amount", "cost:total", "value", "row"])
    assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for name in texts for cell in texts[name])
    assert f"'{begin}cmd|' /C calc'!A0" in set(read["case:name"])
    assert f"'{begin}1+1" in set(read["case:segment"])
    assert "'-7" in set(read["case:concept:name"])
    assert "-2.5" in set(read["amount"])
    assert "-5" in set(read["value"])


def test_a_file_of_another_kind_or_in_no_folder_is_an_error_and_leaves_nothing_behind(tmp_path: Path) -> None:
    log = _story().log()
    with pytest.raises(InputError, match=r'ends in ".xlsx". Expected .xes, .xes.gz, .parquet, .csv'):
        export_log(log, tmp_path / "events.xlsx")
    for ending in WRITERS:
        with pytest.raises(InputError, match="cannot be written"):
            export_log(log, tmp_path / "no" / f"events{ending}")
        (tmp_path / f"folder{ending}").mkdir()
        with pytest.raises(InputError, match="cannot be written"):
            export_log(log, tmp_path / f"folder{ending}")
    assert [path for path in tmp_path.iterdir() if path.is_file()] == []


# -- pm4py ---------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def pm4py() -> Any:
    return pytest.importorskip("pm4py", reason="pm4py is AGPL and no dependency: install it to run these tests")


def test_pm4py_takes_the_table_as_it_is(pm4py: Any) -> None:
    edges, first, last = pm4py.discover_dfg(to_pm4py(_story().log(), actions_only=True))
    assert edges == {("opened", "dialled"): 1, ("dialled", "dialled"): 1, ("dialled", "payment"): 1}
    assert first == {"opened": 2}
    assert last == {"payment": 1, "opened": 1}
    assert len(pm4py.get_variants(to_pm4py(every_kind()))) == 5


@pytest.mark.parametrize("name", ["log.xes", "log.xes.gz"])
def test_pm4py_reads_the_xes_file_as_the_same_process(pm4py: Any, tmp_path: Path, name: str) -> None:
    log = every_kind()
    to_xes(log, tmp_path / name)
    read, table = pm4py.read_xes(str(tmp_path / name)), to_pm4py(log)
    assert len(read) == len(table)
    assert pm4py.discover_dfg(read) == pm4py.discover_dfg(table)
    assert read["cost:total"].sum() == pytest.approx(table["cost:total"].sum())
    assert read["amount"].sum() == pytest.approx(table["amount"].sum())
    assert pd.to_datetime(read["time:timestamp"]).min() == table["time:timestamp"].min()
