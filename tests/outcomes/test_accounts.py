from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from simcollect.core.codes import Channel, ConversationOutcome, EventKind, Stage
from simcollect.outcomes import account_table, headline
from tests.outcomes.books import six_borrowers
from tests.outcomes.handmade import NEGOTIATOR, Story
from tests.outcomes.test_headline import PRICES


@pytest.fixture(scope="module")
def table() -> pd.DataFrame:
    return account_table(six_borrowers().log(), paid_by_days=(30, 100))


def test_the_table_has_a_row_for_every_account_arrived_or_not(table: pd.DataFrame) -> None:
    assert table["account_id"].tolist() == [1, 2, 3, 4, 5, 6]
    assert table["status"].tolist() == ["current", "closed", "overdue", "overdue", "closed", "not_arrived"]


def test_money_columns_are_whole_cents_and_balance(table: pd.DataFrame) -> None:
    assert table["paid_cents"].tolist() == [10_000, 100_000, 0, 0, 0, 0]
    assert table["outstanding_cents"].tolist() == [90_000, 0, 58_000, 40_000, 0, 0]
    owed = table[["opening_cents", "interest_cents", "penalty_cents", "costs_added_cents"]].sum(axis=1)
    gone = table[["paid_cents", "waived_cents", "written_off_cents", "outstanding_cents"]].sum(axis=1)
    assert owed.tolist() == gone.tolist()
    money = [name for name in table.columns if str(name).endswith("_cents")]
    assert {str(table[name].dtype) for name in money} == {"int64"}


def test_payments_are_told_by_day(table: pd.DataFrame) -> None:
    assert table["paid_by_day_30_cents"].tolist() == [10_000, 0, 0, 0, 0, 0]
    assert table["paid_by_day_100_cents"].tolist() == table["paid_cents"].tolist()


def test_what_was_done_is_counted(table: pd.DataFrame) -> None:
    third = table.iloc[2]
    assert (third["attempts"], third["calls"], third["messages"], third["blocked"]) == (2, 2, 0, 1)
    assert (third["suits"], third["judgments_won"], third["complaints"]) == (1, 1, 1)
    assert third["staff_minutes"] == 30
    assert third["direct_cost_cents"] == 8_500
    assert third["stage_reached"] == "late"
    assert third["customer"] == "judged"


def test_days_count_from_arrival_and_what_never_happened_is_not_a_number(table: pd.DataFrame) -> None:
    assert table["days_to_cure"].iloc[0] == 20.0
    assert table["days_to_close"].iloc[1] == 40.0
    assert table["days_to_first_payment"].iloc[1] == 40.0
    assert table["mean_days_to_cash"].iloc[1] == 40.0
    assert table["days_to_first_attempt"].iloc[0] == pytest.approx(5 + 10 / 24)
    assert np.isnan(table["days_to_first_payment"].iloc[2])
    assert np.isnan(table["mean_days_to_cash"].iloc[2])


def test_columns_without_a_code_are_missing_and_not_wrong(table: pd.DataFrame) -> None:
    assert table["close_reason"].tolist()[1] == "paid_in_full"
    assert table["close_reason"].isna().tolist() == [True, False, True, True, False, True]
    assert table["evaluation"].isna().all()


def test_the_table_adds_up_to_the_headline(table: pd.DataFrame) -> None:
    found = headline(six_borrowers().log(), PRICES)
    assert table["paid_cents"].sum() == found.recovered_cents
    assert table["kept"].sum() / found.n_accounts == found.kept_share
    assert table["direct_cost_cents"].sum() == found.direct_cost_cents
    assert table["income_paid_share"][:5].mean() == pytest.approx(found.income_paid_share)


def test_the_table_is_read_at_an_earlier_day() -> None:
    early = account_table(six_borrowers().log(), day=25)
    assert early["status"].tolist() == ["current", "overdue", "overdue", "not_arrived", "overdue", "not_arrived"]
    assert early["stage_reached"].iloc[2] == "early"
    assert early["dpd"].iloc[1] == 35


def test_a_talk_at_the_door_is_a_right_party_contact_and_an_empty_house_is_not() -> None:
    story = Story().opened(principal=1_000)
    story.add(5, EventKind.STAGE_ENTERED, stage=Stage.MID, detail=1)
    for day in (6, 7):
        story.add(day, EventKind.VISITED, actor=NEGOTIATOR, channel=Channel.VISIT, cost=700)
        kind = EventKind.NOBODY_HOME if day == 6 else EventKind.CONVERSATION
        story.add(day, kind, actor=NEGOTIATOR, channel=Channel.VISIT, detail=ConversationOutcome.NO_RESULT)
    row = account_table(story.owed(1_000, dpd=110).log()).iloc[0]
    assert (row["visits"], row["right_party_contacts"], row["conversations"]) == (2, 1, 1)


def test_names_and_segments_are_shown_by_name() -> None:
    story = (
        Story(n=2, names=("Ann", "Bo"), segments=("prime", "near prime")).opened(0, principal=1).opened(1, principal=1)
    )
    story.accounts["segment"] = [1, 0]
    frame = account_table(story.owed(1, 0).owed(1, 1).log())
    assert frame["name"].tolist() == ["Ann", "Bo"]
    assert frame["segment"].tolist() == ["near prime", "prime"]
