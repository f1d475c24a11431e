"""A paired difference in a table: its arm, its ends where the arm would mislead, and a mark for what is not known."""

from __future__ import annotations

from dataclasses import replace

from simcollect.cli.tables import difference_text, reading_aid
from simcollect.stats import PairedDifference, Verdict


def told(mean: float, low: float, high: float, verdict: Verdict, holds: bool = True) -> str:
    found = PairedDifference(mean, 0.01, low, high, 20, 0.95, verdict, None, 1.0)
    return difference_text(found, "kept_share", 100, holds).plain


def test_the_arm_shown_is_the_longer_one() -> None:
    assert told(0.02, -0.05, 0.06, Verdict.CANNOT_TELL_YET) == "+2.00 ±7.00 ?"
    assert told(0.20, 0.10, 0.25, Verdict.HIGHER) == "+20.00 ±10.00  "


def test_where_the_longer_arm_would_seem_to_hold_zero_the_ends_are_shown() -> None:
    assert told(0.05, 0.01, 0.12, Verdict.HIGHER) == "+5.00 [+1.00, +12.00]  "
    assert told(-0.05, -0.12, -0.01, Verdict.LOWER, holds=False) == "-5.00 [-12.00, -1.00] ~"


def test_what_never_varied_has_no_interval_and_the_aid_says_how_rare_another_may_be() -> None:
    assert told(0.05, 0.05, 0.05, Verdict.NEVER_VARIED) == "+5.00 ?"
    found = PairedDifference(0.05, 0.0, 0.05, 0.05, 20, 0.95, Verdict.NEVER_VARIED, None, 1.0)
    (line,) = reading_aid([found, replace(found, mean=0.0), None])
    assert "in all 20 replications" in line
    assert "up to 14 % of replications (2)" in line  # 1 - 0.05 ** (1 / 20)
