"""Errors say where, what was found, what was expected, and survive the trip from a worker process."""

from __future__ import annotations

import pickle

import pytest

from simcollect.core.errors import InputError, InputErrors, SimcollectError, closest


def test_an_unknown_field_is_answered_with_the_nearest_known_one() -> None:
    error = InputError.unknown("cards.toml", "strategies.firm.late.letter_dya", ["letter_day", "suit_day"])
    assert str(error) == (
        "cards.toml: strategies.firm.late.letter_dya is not a known field. "
        'Did you mean "letter_day"? Known fields: letter_day, suit_day.'
    )


def test_an_unknown_name_like_nothing_known_gets_no_guess() -> None:
    assert "Did you mean" not in str(InputError.unknown("a.toml", "run.zebra", ["seed", "replications"]))


def test_the_noun_of_an_unknown_name_can_be_chosen() -> None:
    error = InputError.unknown("", "tiny.firmm", ["firm"], noun="strategy")
    assert "is not a known strategy" in str(error)


def test_no_known_name_is_said_and_not_listed() -> None:
    assert str(InputError.unknown("", "x", [])) == "x is not a known field. No field is known here."


@pytest.mark.parametrize(
    ("expected", "end"),
    [("Expected a share", "Expected a share."), ("Expected a share.", "Expected a share."), ("", "is 1.4.")],
)
def test_each_sentence_ends_once(expected: str, end: str) -> None:
    assert str(InputError("a.toml", "late.share", "is 1.4", expected)).endswith(end)


def test_no_file_leaves_no_stray_colon() -> None:
    assert str(InputError("", "horizon_days", "is 0")) == "horizon_days is 0."


def test_every_field_of_an_error_survives_pickling() -> None:
    error = InputError("data.csv", "row 12, column LIMIT_BAL", "is empty", "Expected a number", "Fill it in")
    back = pickle.loads(pickle.dumps(error))
    assert (back.where, back.path, back.found, back.expected, back.suggestion) == error.args
    assert str(back) == str(error)


def test_several_errors_are_told_together_and_one_is_told_plainly() -> None:
    first, second = InputError("a.toml", "x", "is 1"), InputError("a.toml", "y", "is 2")
    assert str(InputErrors([first, second])) == "2 faults:\n  a.toml: x is 1.\n  a.toml: y is 2."
    assert str(InputErrors([first])) == str(first)
    assert pickle.loads(pickle.dumps(InputErrors([first, second]))).errors[1].path == "y"


def test_one_except_clause_catches_every_refusal() -> None:
    assert issubclass(InputError, SimcollectError)
    assert issubclass(InputErrors, SimcollectError)


def test_the_closest_name_ignores_capitals_and_keeps_the_known_spelling() -> None:
    assert closest("europe/londn", ["Europe/London", "Asia/Taipei"]) == "Europe/London"
    assert closest("", ["Europe/London"]) is None
