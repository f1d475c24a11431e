"""A story tells every row, in words, in both languages; and the texts themselves, reviewed by eye.

The logs behind the texts of ``golden/`` are kept beside them, so that a change of the model leaves the texts alone.
After a change of the words: SIMCOLLECT_REFRESH_GOLDEN=1 pytest tests/outcomes/test_story.py -k golden, then read them.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simcollect.core.codes import Action, Channel, EventKind, PaymentSource, Rule, Stage, Status
from simcollect.core.errors import InputError
from simcollect.core.eventlog import DETAIL_CODES, EVENT_DTYPE, EventLog
from simcollect.core.words import LANGS
from simcollect.outcomes.story import PICKS, Story, find_account, pick, story
from tests.outcomes.handmade import CALLER, minute
from tests.outcomes.handmade import Story as Told
from tests.outcomes.lives import GOLDEN, every_kind, kept

REFRESH = os.environ.get("SIMCOLLECT_REFRESH_GOLDEN") == "1"
RAW = re.compile(r"[A-Z]{2,}_[A-Z]|[a-z]_[a-z]|None|[{}]|Row\(|Event\(|\bnan\b|<|\( |  ")
ACTORS = (0, 1, 2, 3, 4, CALLER, 200_000, 200_002, 300_001, 400_003)


def _rows_behind(told: Story) -> list[int]:
    return [position for sentence in told.sentences for position in sentence.rows]


# -- every kind, every code, every language ------------------------------------------------------------------------


def _one_of_each() -> Iterator[tuple[int, int, int, int]]:
    """Every kind with every code of its detail (or two plain numbers), with and without actors, on every channel."""
    for kind in EventKind:
        for detail in DETAIL_CODES.get(kind, (0, 1)):
            for actor in ACTORS:
                for channel in Channel:
                    yield kind, int(detail), actor, channel


def _log_of_each() -> EventLog:
    told = Told(1).opened(principal=100_000)
    for i, (kind, detail, actor, channel) in enumerate(_one_of_each()):
        told.add(
            1 + i / 1440,
            kind,
            detail=detail,
            actor=actor,
            channel=channel,
            amount=1_234,
            cost=56,
            value=3,
            stage=Stage.MID,
        )
    return told.log()


@pytest.mark.parametrize("lang", LANGS)
def test_every_kind_of_event_has_its_sentence_with_every_code_and_with_and_without_an_actor(lang: str) -> None:
    log = _log_of_each()
    lines = [str(sentence) for sentence in story(log, 1, lang, "full").paragraphs[1].sentences]
    assert len(lines) == len(log)
    for line in lines:
        assert RAW.search(line) is None, line
        assert line.endswith("." if lang == "en" else "。"), line
        assert len(line) > len("2024年1月2日 00:00　"), line
    if lang == "zh":
        english = [line for line in lines if re.search(r"[a-z]{3}", line)]
        assert english == []


@pytest.mark.parametrize("lang", LANGS)
def test_no_two_codes_of_a_kind_are_told_in_the_same_words(lang: str) -> None:
    for kind, enum in DETAIL_CODES.items():
        told = Told(1)
        for code in enum:
            told.add(1, EventKind(kind), detail=code, amount=1_234, value=3, stage=Stage.MID)
        lines = {str(sentence) for sentence in story(told.log(), 1, lang, "full").paragraphs[1].sentences}
        assert len(lines) == len(enum), EventKind(kind).name


@pytest.mark.parametrize("lang", LANGS)
def test_no_two_kinds_are_told_in_the_same_words(lang: str) -> None:
    told = Told(1)
    for kind in EventKind:
        told.add(1, kind, detail=1, amount=1_234, value=3, actor=CALLER, channel=Channel.CALL, stage=Stage.MID)
    lines = [str(sentence) for sentence in story(told.log(), 1, lang, "full").paragraphs[1].sentences]
    assert len(set(lines)) == len(EventKind)


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("detail", ["case", "full"])
def test_kinds_and_codes_from_a_later_version_are_told_by_number_and_break_nothing(lang: str, detail: str) -> None:
    told = Told(1).opened(principal=100)
    log = told.log()
    strange = np.zeros(3, dtype=EVENT_DTYPE)
    strange["kind"] = [999, EventKind.CLOSED, EventKind.CONVERSATION]
    strange["detail"] = 77
    strange["actor"] = 900_001
    text = str(story(EventLog(np.concatenate([log.rows, strange]), log.accounts, log.header), 1, lang, detail))
    assert "999" in text
    assert "77" in text


_ROWS = st.lists(
    st.tuples(
        st.integers(0, 6),
        st.sampled_from(sorted(EventKind)),
        st.integers(0, 8),
        st.sampled_from(ACTORS),
        st.sampled_from(sorted(Channel)),
        st.integers(0, 1_000),
        st.sampled_from([0, 1, 5, minute(3), 1 << 60]),
    ),
    max_size=60,
)


@given(rows=_ROWS, lang=st.sampled_from(LANGS))
@settings(max_examples=150)
def test_any_rows_in_any_order_are_told_once_each_in_the_order_of_time(rows: list[tuple[int, ...]], lang: str) -> None:
    told = Told(1)
    for hour, kind, detail, actor, channel, amount, value in sorted(rows, key=lambda row: row[0]):
        told.add(hour / 24, EventKind(kind), detail=detail, actor=actor, channel=channel, amount=amount, value=value)
    log = told.log()
    for detail in ("case", "full"):
        made = story(log, 1, lang, detail)
        assert sorted(_rows_behind(made)) == list(range(len(log)))
        times = [sentence.at for sentence in made.sentences if sentence.at is not None]
        assert times == sorted(times)
        assert all(str(sentence).strip() for sentence in made.sentences)


@pytest.mark.parametrize("lang", LANGS)
def test_every_row_of_every_hand_made_life_stands_behind_one_sentence(lang: str) -> None:
    log = every_kind()
    assert set(log.rows["kind"].tolist()) == set(EventKind) - {EventKind.STAFFED}
    for account in range(len(log.accounts)):
        made = story(log, f":{account}", lang)
        expected = np.flatnonzero(log.rows["account"] == account).tolist()
        assert sorted(_rows_behind(made)) == expected
        assert RAW.search(str(made)) is None, str(made)


# -- what a case file says -----------------------------------------------------------------------------------------


def test_unanswered_calls_in_a_row_are_one_sentence_with_the_wait_for_the_last() -> None:
    told = Told(1).opened(principal=100_000)
    for day in (2, 4, 8):
        told.add(day, EventKind.WORK_QUEUED, actor=1, detail=Action.CALL)
        told.add(day, EventKind.WORK_STARTED, actor=CALLER, detail=Action.CALL, value=day * 1440)
        told.add(day, EventKind.DIALLED, actor=CALLER, channel=Channel.CALL, detail=Action.CALL)
        told.add(day, EventKind.NO_ANSWER, actor=CALLER, channel=Channel.CALL)
        told.add(day, EventKind.WORK_ENDED, clock="00:03", actor=CALLER, detail=Action.CALL, value=3)
        told.add(day, EventKind.INTEREST_CHARGED, clock="01:00", amount=5)
    sentences = story(told.log(), 1).paragraphs[1].sentences
    assert str(sentences[0]) == (
        "Between 3 and 9 January callers rang three times, and nobody answered; "
        "a call waited up to eight days on the callers' list."
    )
    assert len(sentences) == 2
    assert len(sentences[0].rows) == 15


def test_work_that_ended_without_a_result_is_told_at_the_end_and_does_not_lengthen_the_next_wait() -> None:
    told = Told(1).opened(principal=100_000)
    told.add(1, EventKind.WORK_QUEUED, actor=3, detail=Action.LAWSUIT)
    told.add(21, EventKind.WORK_STARTED, actor=300_001, detail=Action.LAWSUIT, value=20 * 1440)
    told.add(21, EventKind.WORK_ENDED, clock="02:30", actor=300_001, detail=Action.LAWSUIT, value=150)
    told.worked(30, Action.LAWSUIT, actor=300_001, start="10:00", end="12:30")
    told.add(30, EventKind.SUIT_FILED, clock="12:30", actor=300_001, value=minute(90))
    told.add(40, EventKind.WORK_QUEUED, actor=3, detail=Action.ENFORCEMENT)
    made = story(told.log(), 1)
    assert "On 31 January legal officer 1 filed a suit" in str(made)
    assert "still waiting when the log ended: lawsuit and enforcement." in str(made)
    assert sorted(_rows_behind(made)) == list(range(len(told.rows)))


def test_dates_and_times_are_those_of_the_borrowers_clock() -> None:
    told = Told(1, zones=("Asia/Taipei",)).opened(principal=100_000)
    told.add(1, EventKind.COMPLAINT, clock="17:30", cost=100)
    log = told.log()
    assert "On 3 January the borrower complained" in str(story(log, 1))
    assert "3 January 2024 01:30: the borrower complained" in str(story(log, 1, detail="full"))
    assert "2024年1月3日 01:30" in str(story(log, 1, "zh", "full"))


def test_what_the_book_does_by_itself_has_the_day_of_the_run_in_every_zone_and_people_keep_their_own() -> None:
    told = Told(1, zones=("America/Los_Angeles",), horizon_days=90).opened(day=3, dpd=0, principal=100_000)
    told.add(4, EventKind.STAGE_ENTERED, clock="17:00", stage=Stage.EARLY, value=1)
    told.add(10, EventKind.INTEREST_CHARGED, amount=5).add(10, EventKind.BLOCKED, detail=Rule.INTEREST_IN_MORATORIUM)
    told.add(11, EventKind.COMPLAINT, clock="02:00", cost=100)
    told.add(30, EventKind.REDEFAULTED, amount=500)
    told.paid(59, 500, source=PaymentSource.CONTRACTUAL).paid(60, 500)
    told.add(70, EventKind.SHOCK_STARTED).owed(99_000, status=Status.CURRENT)
    text = str(story(told.log(), 1))
    for said in (
        "came into the book on 4 January 2024, newly past due",
        "On 5 January the account entered the early stage, 1 day past due",
        "On 11 January no interest was charged for the month's days of the moratorium",
        "Later that day the borrower complained",
        "On 31 January the borrower missed the instalment",
        "On 29 February the borrower paid the instalment",
        "Later that day the borrower paid EUR 5.00 of their own accord",
        "On 31 March 2024, when the run ended,",
        "fell away on 11 March 2024",
    ):
        assert said in text, (said, text)
    lines = [str(sentence) for sentence in story(told.log(), 1, detail="full").paragraphs[1].sentences]
    assert lines[0].startswith("4 January 2024: the account came")
    assert lines[2] == "11 January 2024: EUR 0.05 of interest was charged."
    assert lines[4].startswith("11 January 2024 18:00: the borrower complained")


def test_blocked_actions_are_told_by_the_rule_that_blocked_them() -> None:
    told = Told(1).opened(principal=100_000)
    for action in (Action.AUTOMATED_CALL, Action.CALL, Action.CALL):
        told.add(1, EventKind.BLOCKED, detail=Rule.CALLS_PER_7_DAYS, value=action)
    told.add(2, EventKind.BLOCKED, detail=Rule.CEASE_REQUEST, value=Action.SMS)
    assert str(story(told.log(), 1).paragraphs[1].sentences[0]) == (
        "Between 2 and 3 January the cap on calls in 7 days blocked one automated call and two calls; "
        "the borrower's request to cease contact blocked one SMS."
    )
    assert str(story(told.log(), 1, "zh").paragraphs[1].sentences[0]) == (
        "1月2日至3日，因七日拨打次数上限，阻止自动外呼1次、电话催收2次；因客户要求停止联系，阻止短信提醒1次。"
    )


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("detail", ["case", "full"])
def test_a_rule_that_stops_no_action_is_told_without_one(lang: str, detail: str) -> None:
    told = Told(1).opened(principal=100_000)
    for rule in Rule:
        told.add(1, EventKind.BLOCKED, detail=rule, value=Action.NONE)
    text = str(story(told.log(), 1, lang, detail))
    for clumsy in ("one none", "nothing in particular", "a none", "无1次", "阻止无"):
        assert clumsy not in text


def test_staff_without_limit_are_nobody_in_particular() -> None:
    told = Told(1).opened(principal=100_000)
    told.add(1, EventKind.ANALYSED, actor=200_000, value=600_000)
    assert "On 2 January a negotiator analysed the case" in str(story(told.log(), 1))
    assert "1月2日，协商专员完成逾期情况分析" in str(story(told.log(), 1, "zh"))


def test_what_a_goodwill_gesture_gives_back_is_interest_and_fees_that_were_paid() -> None:
    told = Told(1).opened(principal=100_000).add(1, EventKind.FEE_GOODWILL, amount=11_229)
    assert "EUR 112.29 of the interest and fees paid was given back" in str(story(told.log(), 1))
    assert "返还已付息费112.29欧元" in str(story(told.log(), 1, "zh"))


def test_the_year_is_told_when_it_turns_and_not_again() -> None:
    told = Told(1, horizon_days=800).opened(principal=100_000)
    for day in (350, 360, 370, 380):
        told.add(day, EventKind.OPTED_OUT, channel=Channel.SMS)
    text = str(story(told.log(), 1).paragraphs[1].sentences[0]) + " ".join(
        str(sentence) for sentence in story(told.log(), 1).paragraphs[1].sentences[1:]
    )
    assert text.count("2025") == 1
    assert "On 5 January 2025 the borrower" in text


def test_what_no_collector_can_see_is_told_only_in_the_last_paragraph() -> None:
    log = every_kind()
    for lang, words in (
        ("en", ("hardship (cell", "cash-flow gap", "income")),
        ("zh", ("困难型", "资金周转型", "月收入", "家庭收入")),
    ):
        for account in (1, 4):
            told = story(log, f":{account}", lang)
            before = " ".join(str(s) for paragraph in told.paragraphs[:-1] for s in paragraph.sentences)
            last = " ".join(str(s) for s in told.paragraphs[-1].sentences)
            assert any(word in last for word in words)
            assert not any(word in before for word in words), before


def test_a_story_knows_the_sum_paid_and_what_is_owed_at_the_end() -> None:
    told = Told(1).opened(principal=100_000).paid(3, 12_345).paid(5, 1_000).owed(86_655, dpd=40)
    text = str(story(told.log(), 1))
    assert "Between 4 and 6 January the borrower paid twice of their own accord, EUR 133.45 in all." in text
    assert "EUR 866.55 was still owed, 40 days past due" in text
    assert "In all the borrower paid EUR 133.45." in text


def test_an_offer_is_told_with_the_share_of_what_is_owed_that_it_forgives() -> None:
    told = Told(1).opened(principal=100_000).paid(3, 20_000)
    told.add(4, EventKind.OFFER_MADE, amount=60_000, value=minute(34))
    assert "settle for EUR 600.00 of the EUR 800.00 owed (25 % off), open until 4 February" in str(story(told.log(), 1))
    assert "以600.00欧元结清所欠800.00欧元（减免25%）" in str(story(told.log(), 1, "zh"))


def test_an_offer_of_the_whole_sum_is_told_without_a_discount() -> None:
    told = Told(1).opened(principal=100_000).add(4, EventKind.OFFER_MADE, amount=100_000, value=minute(34))
    assert (
        "offered to settle for the EUR 1,000.00 owed, without a discount on the sum and with interest waived from then "
        "on, open until 4 February" in str(story(told.log(), 1))
    )
    assert "按所欠1,000.00欧元结清（欠款未减免，此后利息免收）" in str(story(told.log(), 1, "zh"))
    nearly = Told(1).opened(principal=100_000).add(4, EventKind.OFFER_MADE, amount=99_900, value=minute(34))
    assert "(less than 1 % off)" in str(story(nearly.log(), 1))


def test_currencies_without_minor_units_have_no_decimals() -> None:
    told = Told(1, currency="JPY", minor_units=1).opened(principal=150_000)
    assert "owing JPY 150,000," in str(story(told.log(), 1))
    assert "欠款150,000日元" in str(story(told.log(), 1, "zh"))


def test_the_replication_is_in_the_title_where_it_is_not_the_first() -> None:
    log = every_kind()
    again = EventLog(log.rows, log.accounts, replace(log.header, replication=3))
    assert story(log, "Ada").title == "Account 1 (Ada): handmade, strategy story"
    assert story(again, "Ada").title == "Account 1 (Ada): handmade, strategy story, replication 3"


def test_markdown_marks_the_title_the_headings_and_the_lines_of_a_full_telling() -> None:
    text = story(every_kind(), "Ada", detail="full").to_markdown()
    assert text.startswith("# Account 1 (Ada): handmade, strategy story\n\nAda, of the segment")
    assert "\n\n## Every row of the log\n\n- 1 January 2024: the account came into the book" in text
    assert "\n\n## What only the simulation knows\n\n" in text
    assert text.endswith(".\n")


# -- which account -------------------------------------------------------------------------------------------------


def test_an_account_is_found_by_id_by_position_and_by_the_beginning_of_its_name() -> None:
    log = every_kind()
    assert [find_account(log, who) for who in (2, "2", ":2", "chloe", "BO", " Fay ")] == [1, 1, 2, 2, 1, 5]


@pytest.mark.parametrize("who", [0, 7, ":6", "", "nobody", "-1", ":-1"])
def test_an_unknown_account_is_an_error_with_examples_that_exist(who: int | str) -> None:
    with pytest.raises(InputError, match=r'is not in this log.*6 accounts, for instance 1, 2, 3, "Ada", "Boris"'):
        find_account(every_kind(), who)


def test_a_name_that_is_nearly_right_is_suggested_and_an_ambiguous_one_lists_the_names() -> None:
    log = every_kind()
    with pytest.raises(InputError, match=r'Did you mean "Boris"'):
        find_account(log, "Borsi")
    twins = EventLog(log.rows, log.accounts, replace(log.header, names=("An A", "An B", "C", "D", "E", "F")))
    with pytest.raises(InputError, match=r"beginning of 2 names.*An A, An B"):
        find_account(twins, "an")


def test_picks_find_an_account_to_which_it_happened() -> None:
    log = every_kind()
    found = {kind: pick(log, kind) for kind in PICKS if kind not in ("untouched", "cured")}
    assert found == {
        "promise": 5, "suit": 3, "settled": 4, "plan": 2, "plan_broken": 2, "complaint": 3, "left": 1,
        "insolvent": 5, "vulnerable": 5, "longest": 3
    }  # fmt: skip
    calm = Told(3).opened(0, principal=1).opened(1, principal=1).opened(2, principal=1).log()
    assert pick(calm, "untouched") == 1
    assert all(story(log, account).account == find_account(log, account) for account in found.values())
    with pytest.raises(InputError, match='pick "suit" finds no account'):
        pick(calm, "suit")
    with pytest.raises(InputError, match="sued is not a known kind"):
        pick(calm, "sued")


def test_a_language_or_a_detail_that_is_not_known_is_an_error() -> None:
    with pytest.raises(InputError, match='language "fr"'):
        story(every_kind(), 1, "fr")
    with pytest.raises(InputError, match=r'detail "long".*Expected case or full'):
        story(every_kind(), 1, detail="long")


# -- the texts -----------------------------------------------------------------------------------------------------

KEPT = ("tiny", "cards_taiwan")


def _golden_cases() -> Iterator[tuple[str, str]]:
    yield from (("handmade", name) for name in ("Ada", "Boris", "Chloe", "Dora", "Emil", "Fay"))
    for name in KEPT:
        yield from ((name, str(number)) for number in kept(name).accounts["account_id"])


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize(("source", "account"), list(_golden_cases()))
def test_golden_text(source: str, account: str, lang: str) -> None:
    log = every_kind() if source == "handmade" else kept(source)
    text = f"{story(log, account, lang)}\n"
    file = GOLDEN / f"story_{source}_{account}_{lang}.txt"
    if REFRESH:
        file.write_text(text, encoding="utf-8")
        pytest.skip("written anew: read it")
    assert text == file.read_text(encoding="utf-8")
    assert not any(clumsy in text for clumsy in ("one none", "nothing in particular", "无1次"))
