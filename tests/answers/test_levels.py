from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.stats import t as student_t

from simcollect.answers.levels import best_sentence, can_be_best, compare, more_needed, shape_sentence
from simcollect.answers.subjects import Subject
from simcollect.answers.wording import change_text, verdict
from simcollect.stats.intervals import Estimate, estimate_mean
from tests.answers.made import axis, paired

GAIN = Subject("gain", "Gain", "%", 100.0, True, "")
COST = Subject("cost", "Cost", "TWD", 1.0, False, "")
FIVE = axis("day", [30, 60, 90, 120, 150])


def test_changes_are_taken_to_the_reference_or_to_the_level_before() -> None:
    values = paired([0.0, 1.0, 3.0, 3.5, 3.0])
    to_first = [level.change.mean for level in compare(values, FIVE, 0) if level.change]
    stepwise = [level.change.mean for level in compare(values, FIVE, -1) if level.change]
    assert to_first == pytest.approx([1.0, 3.0, 3.5, 3.0])
    assert stepwise == pytest.approx([1.0, 2.0, 0.5, -0.5])


def test_the_verdict_tells_a_rise_from_a_fall_and_both_from_ignorance() -> None:
    values = paired([0.0, 1.0, -1.0, 0.001, 0.0], noise=0.05)
    told = [level.verdict for level in compare(values, FIVE, 0)]
    assert told == ["reference", "higher", "lower", "cannot tell", "cannot tell"]


def test_as_many_more_replications_as_are_named_would_decide() -> None:
    differences = paired([0.0, 0.02], r=10, noise=0.1)[:, 1] - paired([0.0, 0.02], r=10, noise=0.1)[:, 0]
    found = estimate_mean(differences)
    more = more_needed(differences, found, 0.95, 1)
    assert more is not None
    deviation = float(np.std(differences, ddof=1))
    n = found.n + more
    halves = [float(student_t.isf(0.025, m - 1)) * deviation / math.sqrt(m) for m in (n, n - 1)]
    assert halves[0] < abs(found.mean) <= halves[1]  # one replication fewer would not do


def test_a_difference_within_the_smallest_effect_is_a_finding() -> None:
    small = Estimate(0.001, 0.001, -0.001, 0.003, 20, 0.95)
    assert verdict(small) == "cannot tell"
    assert verdict(small, 0.005) == "too small to matter"


def test_the_best_is_named_and_what_cannot_be_told_from_it() -> None:
    clear = best_sentence(paired([0.1, 0.2, 0.5, 0.3, 0.1]), FIVE, GAIN)
    close = best_sentence(paired([0.1, 0.2, 0.5, 0.4999, 0.1]), FIVE, GAIN)
    open_to_all = best_sentence(paired([0.5, 0.5001, 0.5, 0.4999, 0.5]), FIVE, GAIN)
    assert clear.startswith("Gain is best at day 90")
    assert "every other level is shown to be worse" in clear
    assert "120 cannot be told from it" in close
    assert "more replications needed" in close
    assert "cannot tell which day" in open_to_all


def test_of_costs_the_smallest_is_best() -> None:
    assert "best at day 120" in best_sentence(paired([5.0, 4.0, 3.0, 1.0, 2.0]), FIVE, COST)


def test_levels_that_are_the_same_in_every_replication_are_best_together() -> None:
    values = paired([0.1, 0.5, 0.3])
    twice = np.column_stack([values, values[:, 1]])
    assert can_be_best(twice, 0.95, True) == [False, True, False, True]


def test_an_inverted_u_is_told_only_where_an_inner_level_clears_both_ends() -> None:
    assert shape_sentence(paired([0.1, 0.3, 0.5, 0.4, 0.2]), FIVE, GAIN).startswith("An inverted U")
    assert shape_sentence(paired([0.5, 0.3, 0.1, 0.2, 0.4]), FIVE, GAIN).startswith("A U")
    assert shape_sentence(paired([0.1, 0.2, 0.3, 0.4, 0.5]), FIVE, GAIN).startswith("Gain rises with day")
    assert shape_sentence(paired([0.5, 0.4, 0.3, 0.2, 0.1]), FIVE, GAIN).startswith("Gain falls with day")
    assert shape_sentence(paired([0.1, 0.1, 0.1, 0.1, 0.1]), FIVE, GAIN).startswith("No difference")


def test_no_two_statements_about_one_outcome_contradict_each_other() -> None:
    rng = np.random.default_rng(3)
    n_open = 0
    three = axis("day", [30, 60, 90])
    for _ in range(20):
        values = rng.normal(size=(12, 1)) + rng.normal(size=(12, 3)) + np.array([0.0, 0.8, 1.6])
        levels = compare(values, three, 0)
        shown = [level.verdict for level in levels[1:] if level.verdict != "cannot tell"]
        n_open += not shown
        assert not (shown and shape_sentence(values, three, GAIN).startswith("No difference"))
        assert not (levels[0].may_be_best and "higher" in shown)
    assert 0 < n_open < 20  # both kinds of studies were looked at


def test_levels_without_an_order_have_no_shape() -> None:
    assert shape_sentence(paired([0.1, 0.5, 0.1]), axis("rule", ["a", "b", "c"]), GAIN) == ""


@pytest.mark.slow
def test_noise_alone_is_given_a_shape_in_five_of_a_hundred_studies_at_most() -> None:
    n, false_alarms = 200, 0
    rng = np.random.default_rng(7)
    for _ in range(n):
        values = rng.normal(size=(12, 1)) + rng.normal(size=(12, 4))
        false_alarms += not shape_sentence(values, axis("day", [1, 2, 3, 4]), GAIN).startswith("No difference")
    # 5 % of 200, and three standard errors of a binomial share on top.
    assert false_alarms <= 0.05 * n + 3.0 * math.sqrt(n * 0.05 * 0.95)


def test_shares_are_written_in_per_cent_and_their_differences_in_points() -> None:
    assert change_text(GAIN, Estimate(0.02, 0.0, 0.01, 0.03, 9, 0.95), 1) == "+2.0 points [+1.0, +3.0]"
    assert change_text(COST, Estimate(-2.0, 0.0, -3.0, -1.0, 9, 0.95), 0) == "-2 TWD [-3, -1]"


def test_what_is_neither_good_nor_bad_has_no_best_level() -> None:
    sued = Subject("sued", "Accounts sued", "%", 100.0, None, "")
    told = best_sentence(paired([0.1, 0.3, 0.2, 0.1, 0.1]), FIVE, sued)
    assert told.startswith("Accounts sued is largest at day 60")
    assert "best" not in told
    assert "worse" not in told
