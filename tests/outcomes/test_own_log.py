"""A user's own log from CSV: what to_csv writes comes back, little is enough, and a bad row is named with its cure."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simcollect.core.codes import Channel, Component, ConversationOutcome, EventKind
from simcollect.core.errors import InputError, InputErrors
from simcollect.core.eventlog import EventLog
from simcollect.outcomes import ConductRules, audit
from simcollect.outcomes.own_log import OwnLog, read_own_log
from tests.outcomes.books import six_borrowers
from tests.outcomes.handmade import Story
from tests.outcomes.lawful import STRICT, lawful

K = EventKind


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


def own(folder: Path, events: str, accounts: str | None = None, **options: object) -> OwnLog:
    (folder / "calls.csv").write_text(events, encoding="utf-8")
    if accounts is not None:
        (folder / "people.csv").write_text(accounts, encoding="utf-8")
    return read_own_log(folder / "calls.csv", None if accounts is None else folder / "people.csv", **options)  # type: ignore[arg-type]


def refused(folder: Path, events: str, accounts: str | None = None) -> str:
    with pytest.raises((InputError, InputErrors)) as error:
        own(folder, events, accounts)
    return str(error.value)


def kept(folder: Path, log: EventLog) -> OwnLog:
    """Write a log as CSV with its accounts and read both back."""
    log.to_csv(folder / "events.csv")
    log.accounts_frame().to_csv(folder / "accounts.csv", index=False)
    return read_own_log(folder / "events.csv", folder / "accounts.csv", currency=log.header.currency)


# -- what the program itself writes ---------------------------------------------------------------------------------


@pytest.mark.parametrize("story", [six_borrowers(), lawful()], ids=["six_borrowers", "lawful"])
def test_a_log_written_as_csv_comes_back_row_for_row(folder: Path, story: Story) -> None:
    log = story.log(in_order=True)
    back = kept(folder, log)
    assert np.array_equal(back.log.rows, log.rows)
    assert np.array_equal(back.log.accounts, log.accounts)
    for field in ("start_date", "horizon_minutes", "currency", "minor_units", "segments", "zones", "names"):
        assert getattr(back.log.header, field) == getattr(log.header, field), field
    assert back.file_rows.tolist() == list(range(2, len(log) + 2))
    assert audit(back.log, STRICT).counts == audit(log, STRICT).counts


def test_without_its_accounts_a_log_written_as_csv_still_tells_what_was_owed(folder: Path) -> None:
    log = six_borrowers().log(in_order=True)
    log.to_csv(folder / "events.csv")
    back = read_own_log(folder / "events.csv")
    assert back.keeps_debts
    by_id = dict(zip(back.log.accounts["account_id"].tolist(), back.log.accounts.tolist(), strict=True))
    assert len(by_id) == 5, "account 6 has no events"
    for told in log.accounts[:5]:
        mine = by_id[told["account_id"]]
        assert (mine[1], mine[9]) == (told["arrives_at"], told["opening_cents"])
    assert audit(back.log).ok


# -- what an agency might have --------------------------------------------------------------------------------------

THREE = """account,time,kind
A-17,2024-01-02 09:30,dialled
B-4,2024-01-01T08:00,Message Sent
A-17,2024-01-02 09:35,CONVERSATION
"""


def test_account_time_and_kind_are_enough(folder: Path) -> None:
    back = own(folder, THREE)
    rows, header = back.log.rows, back.log.header
    assert header.names == ("A-17", "B-4")
    assert (header.start_date, header.horizon_minutes) == ("2024-01-01", 2 * 1440)
    assert rows["kind"].tolist() == [K.MESSAGE_SENT, K.DIALLED, K.CONVERSATION]
    assert rows["at"].tolist() == [480, 1440 + 570, 1440 + 575]
    assert rows["account"].tolist() == [1, 0, 0]
    assert rows["detail"].tolist() == [0, 0, ConversationOutcome.NO_RESULT]
    assert back.file_rows.tolist() == [3, 2, 4], "sorted by time, and each row knows where it stood"
    assert not back.keeps_debts
    assert "consented" in back.notes[0]


def test_all_columns_are_read(folder: Path) -> None:
    text = (
        "account_id,name,time,zone,kind,stage,channel,actor,detail_name,amount,cost,value,remark\n"
        '7,"Ott, Ann",2024-07-01 10:00,Europe/London,OPENED,,,,fees,"1234.5",,31,first\n'
        "7,,2024-07-01T10:00+01:00,Europe/London,dialled,early,automated call,Maria,,,0.05,,\n"
        "9,Ben,2024-07-01 12:00,Europe/London,dialled,mid,call,Kim,,,,,\n"
        "9,Ben,2024-07-01 13:00,Europe/London,dialled,mid,call,Maria,,,,,\n"
    )
    back = own(folder, text, currency="GBP")
    rows, header = back.log.rows, back.log.header
    assert rows["at"].tolist() == [540, 540, 660, 720]
    assert (header.zones, header.names, header.currency) == (("Europe/London",), ("Ott, Ann", "Ben"), "GBP")
    assert back.log.accounts["account_id"].tolist() == [7, 9]
    assert (rows["amount_cents"][0], rows["detail"][0], rows["value"][0]) == (123_450, Component.FEES, 31)
    assert rows["cost_cents"].tolist() == [0, 5, 0, 0]
    assert rows["channel"].tolist() == [0, Channel.AUTOMATED_CALL, Channel.CALL, Channel.CALL]
    assert rows["actor"].tolist() == [0, 100_001, 100_002, 100_001]
    assert back.log.accounts["opening_cents"].tolist() == [123_450, 0]
    assert any('"remark" was not read' in note for note in back.notes)


def test_an_accounts_file_tells_the_borrowers_own_clock_and_wishes(folder: Path) -> None:
    accounts = "account,zone,declared_vulnerable,consent,opening\nB-4,America/New_York,yes,no,10.00\nA-17,,,1,\nC,,,,\n"
    back = own(folder, THREE, accounts)
    assert back.log.header.names == ("B-4", "A-17", "C"), "in the order of the accounts file"
    table = back.log.accounts
    assert [back.log.header.zones[z] for z in table["zone"]] == ["America/New_York", "UTC", "UTC"]
    assert table["declared_vulnerable"].tolist() == [1, 0, 0]
    assert table["consent"].tolist() == [0, 1, 0]
    assert table["opening_cents"].tolist() == [1_000, 0, 0]
    rules = ConductRules(hours_start_minute=480, hours_end_minute=1260, consent_needed=1)
    found = audit(back.log, rules, conduct_only=True)
    assert found.counts["rule_permitted_hours"] == 1, "08:00 in London is 03:00 in New York"
    assert found.counts["rule_no_consent"] == 1


def test_what_an_accounts_file_leaves_out_is_assumed_aloud(folder: Path) -> None:
    back = own(folder, THREE, "account,bonus\nA-17,1\nB-4,2\n")
    assert back.log.accounts["consent"].tolist() == [1, 1]
    assert [note.split(": ")[1].split(";")[0] for note in back.notes] == [
        'column "bonus" was not read.',
        "no column consent",
        "no column declared_vulnerable",
    ]


def test_blank_lines_are_no_rows_and_do_not_shift_their_numbers(folder: Path) -> None:
    text = "account,time,kind\n\nA,2024-01-02 09:30,DIALLED\n\nA,2024-01-02 09:31,NO_ANSWER\n,,\n"
    assert own(folder, text).file_rows.tolist() == [3, 5]


def test_staffed_time_belongs_to_nobody(folder: Path) -> None:
    text = "account,time,kind,actor,value\n,2024-01-02 09:30,STAFFED,1,480\nA,2024-01-02 09:31,DIALLED,,\n"
    assert own(folder, text).log.rows["account"].tolist() == [-1, 0]


def test_a_visit_by_two_is_known_by_their_names_and_is_one_visit(folder: Path) -> None:
    text = (
        "account,time,kind,actor,detail_name\n"
        "A,2024-01-01 10:00,FOLLOW_UP_SCHEDULED,,VISIT\n"
        "A,2024-01-04 10:00,VISITED,Maria,\n"
        "A,2024-01-04 10:00,VISITED,Kim,\n"
        "B,2024-01-01 10:00,FOLLOW_UP_SCHEDULED,,VISIT\n"
        "B,2024-01-04 10:00,VISITED,Maria,\n"
    )
    found = audit(own(folder, text).log, ConductRules(visit_two_people=1, visit_notice_days=3), conduct_only=True)
    assert (found.counts["rule_visit_two_people"], found.counts["rule_visit_notice"]) == (1, 0)
    assert found.found[0].account == 1


# -- clocks ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("time", "zone", "utc"),
    [
        ("2024-03-10 01:59", "America/New_York", "2024-03-10 06:59"),
        ("2024-03-10 03:00", "America/New_York", "2024-03-10 07:00"),
        ("2024-11-03 01:30", "America/New_York", "2024-11-03 05:30"),  # shown twice: the first is meant
        ("2024-11-03T01:30-05:00", "America/New_York", "2024-11-03 06:30"),  # the second, said exactly
        ("2024-03-31 02:00", "Europe/London", "2024-03-31 01:00"),
        ("2024-10-27 01:30", "Europe/London", "2024-10-27 00:30"),
        ("2024-10-27T01:30Z", "Europe/London", "2024-10-27 01:30"),
        ("2024-06-01 12:00:59", "Asia/Kathmandu", "2024-06-01 06:15"),
    ],
)
def test_local_times_are_turned_into_utc_across_changes_of_the_clock(
    folder: Path, time: str, zone: str, utc: str
) -> None:
    log = own(folder, f"account,time,zone,kind\nA,{time},{zone},DIALLED\n").log
    assert log.to_frame()["time"][0] == pd.Timestamp(utc)


def test_a_time_that_the_clock_skipped_is_refused(folder: Path) -> None:
    message = refused(folder, "account,time,zone,kind\nA,2024-03-10 02:30,America/New_York,DIALLED\n")
    assert 'row 2, column time is "2024-03-10 02:30", which the clocks of America/New_York skip' in message


def test_one_clock_can_be_given_for_the_whole_file(folder: Path) -> None:
    log = own(folder, THREE, zone="Asia/Shanghai").log
    assert (log.header.start_date, log.rows["at"][0]) == ("2024-01-01", 0)
    assert log.header.zones == ("Asia/Shanghai",)


# -- what is refused ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("A,2024-01-02 09:30,DIALED,,,,", 'column kind is "DIALED". Did you mean "DIALLED"? Expected a kind of event'),
        ("A,2024-01-02 09:30,,,,,", "column kind is empty. Expected a kind of event"),
        ("A,02.01.2024 9:30,DIALLED,,,,", 'column time is "02.01.2024 9:30". Expected a date and a time such as'),
        ("A,2024-01-02,DIALLED,,,,", 'column time is "2024-01-02", a day without a time. Expected a time of day'),
        (",2024-01-02 09:30,DIALLED,,,,", "column account is empty. Expected the account that the event belongs to"),
        ("A,2024-01-02 09:30,DIALLED,fax,,,", 'column channel is "fax". Expected one of NONE, SMS'),
        ("A,2024-01-02 09:30,DIALLED,emial,,,", 'Did you mean "EMAIL"?'),
        ("A,2024-01-02 09:30,PAYMENT,,12.345,,", 'column amount is "12.345", finer than the currency'),
        ("A,2024-01-02 09:30,PAYMENT,,a lot,,", 'column amount is "a lot". Expected an amount of money in major units'),
        ("A,2024-01-02 09:30,PAYMENT,,nan,,", 'column amount is "nan"'),
        ("A,2024-01-02 09:30,PAYMENT,,5,plna,", 'column detail_name is "plna". Did you mean "PLAN"?'),
        ("A,2024-01-02 09:30,DIALLED,,,PLAN,", "Expected nothing: DIALLED has no code in its detail"),
        ("A,2024-01-02 09:30,WAIVED,,5,,", "column detail_name is empty. Expected what belongs to WAIVED: PRINCIPAL"),
        ("A,2024-01-02 09:30,DIALLED,,,,3.5", 'column value is "3.5". Expected a whole number'),
    ],
)
def test_a_bad_row_is_refused_with_its_number_its_column_and_what_to_do(folder: Path, row: str, words: str) -> None:
    sound = "A,2024-01-02 08:00,DIALLED,,,,\n"
    message = refused(folder, f"account,time,kind,channel,amount,detail_name,value\n{sound}{row}\n{sound}")
    assert message.startswith("calls.csv: row 3, column ")
    assert words in message


def test_every_bad_row_has_one_error_and_those_beyond_ten_are_counted(folder: Path) -> None:
    rows = "".join(f"A,noon of day {i},RANG\n" for i in range(25))
    message = refused(folder, "account,time,kind\n" + rows)
    assert message.splitlines()[0] == "11 faults:"
    assert message.count("column time") == 10
    assert "column kind" not in message
    assert "15 more rows have faults that are not shown" in message


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("account,when,kind\nA,1,2\n", "column time is missing"),
        ("account,timee,kind\nA,1,2\n", 'Rename "timee" if it is meant'),
        ("who,time,kind\nA,1,2\n", "column account_id is missing"),
        ("account,time,kind\n", "the file has no events"),
        ("account,time,kind,kind\nA,1,2,3\n", "column kind stands twice"),
        ("account,time,kind\nA,1,2,3\n", "the file cannot be read"),
        ("account,time,kind,amount,amount_cents\nA,1,2,3,4\n", "column amount stands beside amount_cents"),
        ("", "the file cannot be read"),
    ],
)
def test_a_file_that_is_no_log_is_refused_as_a_whole(folder: Path, text: str, words: str) -> None:
    assert words in refused(folder, text)


def test_a_missing_file_a_wrong_clock_and_another_encoding_are_refused(folder: Path) -> None:
    with pytest.raises(InputError, match=r"nowhere\.csv: the file does not exist"):
        read_own_log(folder / "nowhere.csv")
    with pytest.raises(InputError, match=r'zone is "Europe/Lodon"\. Did you mean "Europe/London"'):
        own(folder, THREE, zone="Europe/Lodon")
    (folder / "latin.csv").write_bytes("account,time,kind\nJosé,2024-01-01 10:00,DIALLED\n".encode("latin-1"))
    with pytest.raises(InputError, match=r"latin\.csv: the file is not in UTF-8"):
        read_own_log(folder / "latin.csv")


def test_events_of_an_account_that_the_accounts_file_lacks_are_refused(folder: Path) -> None:
    message = refused(folder, THREE, "account\nA-17\nB-44\n")
    assert (
        'calls.csv: row 3, column account is "B-4". Did you mean "B-44"? Expected an account of people.csv' in message
    )


@pytest.mark.parametrize(
    ("accounts", "words"),
    [
        ("account\nA-17\nB-4\nA-17\n", 'people.csv: row 4, column account is "A-17" once more'),
        ("account,consent\nA-17,maybe\nB-4,1\n", 'row 2, column consent is "maybe". Expected 1 or 0, yes or no'),
        ("account,zone\nA-17,Europe/Lodon\nB-4,\n", 'column zone is "Europe/Lodon". Did you mean "Europe/London"?'),
    ],
)
def test_a_bad_row_of_the_accounts_file_is_refused(folder: Path, accounts: str, words: str) -> None:
    assert words in refused(folder, THREE, accounts)


def test_two_clocks_for_one_borrower_need_an_accounts_file(folder: Path) -> None:
    text = "account,time,zone,kind\nA,2024-01-02 09:30,Europe/London,DIALLED\nA,2024-01-03 09:30,Europe/Paris,DIALLED\n"
    message = refused(folder, text)
    assert 'row 3, column zone is "Europe/Paris", and row 2 of the same account has another' in message
    assert own(folder, text, "account,zone\nA,Europe/London\n").log.rows["at"].tolist() == [570, 1440 + 510]


def test_a_minute_that_denies_the_time_is_refused(folder: Path) -> None:
    text = "at,account,time,kind\n570,A,2024-01-02 09:30,DIALLED\n571,A,2024-01-02 09:30,NO_ANSWER\n"
    assert "row 3, column at is 571. Drop the column. Expected the minutes from 00:00 UTC" in refused(folder, text)


@settings(max_examples=25)
@given(
    st.lists(
        st.tuples(
            st.integers(0, 3), st.integers(0, 90 * 1440), st.sampled_from([K.DIALLED, K.MESSAGE_SENT, K.ASSESSED])
        ),
        min_size=1,
        max_size=30,
    )
)
def test_any_log_comes_back_from_csv(
    tmp_path_factory: pytest.TempPathFactory, told: list[tuple[int, int, EventKind]]
) -> None:
    story = Story(n=4, names=("=SUM(1)", "Ann, Bea", 'the "third"', "李"), zones=("Asia/Shanghai",))
    for account, at, kind in told:
        story.add(at / 1440, kind, account, amount=at - 1_000 if kind == K.ASSESSED else at, cost=account)
    log = story.log(in_order=True)
    back = kept(tmp_path_factory.mktemp("own"), log)
    assert np.array_equal(back.log.rows, log.rows)
    assert np.array_equal(back.log.accounts, log.accounts)
    assert back.log.header.start_date == log.header.start_date
