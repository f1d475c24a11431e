"""The price of a rule: paired runs with and without it, what it blocked, who bears it, and what is refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from simcollect.core.codes import EventKind, Rule, Stage
from simcollect.core.errors import InputError, InputErrors
from simcollect.engine import simulate
from simcollect.experiment.detail import BY_SEGMENT, LEGAL, blocked_column, detail, segment_column
from simcollect.experiment.measure import measure, prices
from simcollect.experiment.price import PRICED, RulePrice, price_rule
from simcollect.experiment.rule_asked import lifted, rule_asked
from simcollect.experiment.run import Interrupted
from simcollect.scenario import Scenario, load
from simcollect.scenario.variation import varied
from simcollect.stats import Verdict, paired_difference
from tests.engine.runs import crowd, rows_of
from tests.scenario.documents import extended

K = EventKind
SEGMENTS = {"by": "balance", "names": ["small", "large"], "up_to": [25_000.0]}


def small(**rules: Any) -> Scenario:
    """Thirty borrowers, a strategy that calls every other day in each stage, and one that does nothing."""
    return crowd(
        {
            "run": {"horizon_days": 90, "reading_days": [45]},
            "portfolio": {"n_stock": 30, "flow_per_month": 0.0, "segments": SEGMENTS},
            "strategies": {"no_action": {}},
            "rules": {"calls_per_7_days": 1, "hours_start": "08:00", "hours_end": "21:00", **rules},
        }
    )


@pytest.fixture(scope="module")
def priced() -> RulePrice:
    return price_rule(small(), "calls_per_7_days", strategies=["busy", "no_action"], replications=4, workers=1)


# -- which rule -----------------------------------------------------------------------------------------------------


def test_a_rule_is_asked_for_by_its_field_or_by_its_id_in_the_pack() -> None:
    scenario = load(extended({"pack": "us_regf_2021", "calls_per_7_days": 7, "hours_end": "20:00"}))
    by_field, by_id = rule_asked(scenario, "calls_per_7_days"), rule_asked(scenario, "R1")
    assert by_field.fields == by_id.fields == ("calls_per_7_days",)
    assert by_id.sentence() == (
        "calls_per_7_days = 7 (R1 of us_regf_2021: 12 CFR 1006.14(b)(2), by memory (i)(A); presumption, SEEN)"
    )
    assert by_id.codes == (Rule.CALLS_PER_7_DAYS,)
    own = rule_asked(scenario, "R4")
    assert own.sentence() == "hours_start = 08:00, hours_end = 20:00 (set by the scenario)", "20:00 is not the pack's"
    assert own.fields == rule_asked(scenario, "hours_end").fields


def test_a_rule_that_sets_two_fields_is_lifted_whole_and_all_else_stays() -> None:
    scenario = load(extended({"pack": "uk_conc_2025"}))
    without = lifted(scenario, rule_asked(scenario, "R9"))
    assert (scenario.rules.moratorium_days, without.rules.moratorium_days) == (30, None), "tiny's own 30 days"
    changed = {
        field
        for field in type(scenario.rules).model_fields
        if getattr(scenario.rules, field) != getattr(without.rules, field)
    }
    assert changed == {"moratorium_days", "moratorium_interest_free"}
    assert without.model_copy(update={"rules": scenario.rules}) == scenario


def test_where_two_rules_log_under_one_code_what_was_blocked_is_not_said_to_be_of_one() -> None:
    scenario = load(extended({"pack": "uk_conc_2025", "moratorium_days": 60}))
    assert rule_asked(scenario, "R10").blocked_under == "under moratorium (shared with R9)"
    assert rule_asked(scenario, "R9").shared == ("R10",)
    own = load(extended({"pack": "uk_conc_2025"}))
    assert rule_asked(own, "R10").shared == ("moratorium_days",), "tiny's own 30 days are not the pack's rule"
    alone = load(extended({"pack": "uk_conc_2025", "vulnerable_moratorium_days": "off"}))
    assert rule_asked(alone, "moratorium_days").blocked_under == "by the rule"
    assert rule_asked(scenario, "R11a").shared == (), "both hours are one rule"


@pytest.mark.parametrize("asked", ["forbid_third_party", "R11c", "consent_needed"])
def test_a_refusal_names_no_rule_that_would_be_refused_as_well(asked: str) -> None:
    with pytest.raises(InputError) as caught:
        rule_asked(load(extended({"pack": "uk_conc_2025"})), asked)
    offered = caught.value.expected.removeprefix("Expected a rule that is on: ").split(", ")
    assert "moratorium_days" in offered
    assert "R10" in offered
    assert {"forbid_third_party", "R11c"}.isdisjoint(offered)


FAULTS = {
    "a name nobody knows": ("calls_per_7_dais", "is not a known rule", 'Did you mean "calls_per_7_days"?'),
    "an id of another pack": ("R18", "is not a known rule", ""),
    "a rule that is off": ("consent_needed", "is off in this scenario", "Switch it on with [rules] consent_needed"),
    "a rule that is only recorded": ("R3", "is only recorded by its pack", "consent to a single call is not modelled"),
    "what no strategy can break": ("forbid_third_party", "forbids telling third parties", "would be the same run"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_what_cannot_be_priced_is_refused_with_file_found_expected_and_suggestion(name: str) -> None:
    asked, found, suggestion = FAULTS[name]
    scenario = load(extended({"pack": "us_regf_2021"}))
    with pytest.raises(InputError) as caught:
        rule_asked(scenario, asked)
    assert caught.value.where == "scenario"
    assert asked in caught.value.path
    assert found in caught.value.found
    assert "calls_per_7_days" in caught.value.expected
    assert suggestion in caught.value.suggestion


def test_an_unknown_strategy_is_refused_before_any_run() -> None:
    with pytest.raises(InputErrors, match="is not in this scenario"):
        price_rule(small(), "calls_per_7_days", strategies=["bussy"], replications=1)


# -- the price ------------------------------------------------------------------------------------------------------


def test_the_price_is_the_paired_difference_of_the_same_replications_with_and_without_the_rule(
    priced: RulePrice,
) -> None:
    scenario = small()
    without = lifted(scenario, rule_asked(scenario, "calls_per_7_days"))
    sides: list[list[float]] = []
    for specification in (scenario, without):
        rows = [measure(simulate(specification, "busy", replication=r), specification)[-1] for r in range(4)]
        sides.append([row["gross_recovery_share"] for row in rows])
    assert priced.difference("gross_recovery_share", "busy") == paired_difference(sides[0], sides[1])


def test_what_the_rule_blocked_is_counted_by_its_code(priced: RulePrice) -> None:
    scenario = small()
    logs = [simulate(scenario, "busy", replication=r) for r in range(4)]
    blocked = [int((rows_of(log, K.BLOCKED)["detail"] == Rule.CALLS_PER_7_DAYS).sum()) for log in logs]
    assert priced.blocked("busy") == np.mean(blocked) > 10
    assert priced.blocked("no_action") == 0


def test_a_cap_on_calls_lowers_the_contact_attempts_of_a_strategy_that_calls(priced: RulePrice) -> None:
    found = priced.difference("attempts_per_account_week", "busy")
    assert found is not None
    assert found.verdict is Verdict.LOWER


def test_a_rule_changes_nothing_for_the_strategy_that_does_nothing(priced: RulePrice) -> None:
    for name in priced.measures:
        found = priced.difference(name, "no_action")
        assert found is None or found.verdict is Verdict.NO_DIFFERENCE, name


def test_the_table_has_all_five_letters_and_the_legal_share_and_says_what_cannot_be_told_yet(priced: RulePrice) -> None:
    table = priced.table()
    busy = table[table["strategy"] == "busy"]
    assert busy["measure"].tolist() == ["blocked_by_rule", *PRICED]
    assert set(busy["letter"]) == set("RCKHT")
    assert {*LEGAL, "incremental_recovered_share"} <= set(busy["measure"])
    for row in busy.itertuples():
        if row.verdict == "cannot tell yet":
            assert row.more_replications >= 1
            assert "more replications needed" in row.sentence
            assert row.low < 0.0 < row.high
    assert (busy["verdict"] == "cannot tell yet").any()
    both = busy.set_index("measure")
    expected = both["with_rule"] - both["without_rule"]
    np.testing.assert_allclose(both["difference"], expected, rtol=1e-9, atol=1e-9)


def test_the_same_is_told_by_segment_and_the_segments_make_up_the_whole(priced: RulePrice) -> None:
    frame = priced.by_segment()
    assert set(frame["segment"]) == {"small", "large"}
    assert set(frame["measure"]) == set(BY_SEGMENT)
    with pytest.raises(InputError, match="Did you mean"):
        priced.in_segment("sued_shares", "small", "busy")
    with pytest.raises(InputError, match="is not a known segment"):
        priced.in_segment("sued_share", "middle", "busy")


def test_a_price_can_be_read_at_an_earlier_day(priced: RulePrice) -> None:
    early, late = (priced.mean("suits_filed", "busy", enforced=True, day=day) for day in (45, None))
    assert early <= late
    assert priced.days == (45, 90)


# -- what is kept ---------------------------------------------------------------------------------------------------


def test_details_of_a_run_are_what_its_log_says() -> None:
    scenario = small()
    log = simulate(scenario, "busy")
    found = detail(log, prices(scenario))
    suits = rows_of(log, K.SUIT_FILED)
    legal = rows_of(log, K.SUIT_FILED, K.LAWYERS_LETTER_SENT, K.ENFORCEMENT_STARTED)
    entered = rows_of(log, K.STAGE_ENTERED)
    late = set(entered["account"][entered["stage"] == Stage.LATE].tolist())
    arrived = set(rows_of(log, K.OPENED)["account"].tolist())
    assert found["suits_filed"] == len(suits) > 0
    assert found["sued_share"] == len(set(suits["account"].tolist())) / len(arrived)
    assert found["legal_cost_cents"] == legal["cost_cents"].sum()
    assert found["entered_late_share"] == len(late) / len(arrived)
    total = sum(found[blocked_column(rule)] for rule in Rule)
    assert total == len(rows_of(log, K.BLOCKED))
    segment = log.accounts["segment"]
    for number, name in enumerate(("small", "large")):
        mine = segment == number
        sued = np.isin(np.flatnonzero(mine), suits["account"]).mean()
        assert found[segment_column("sued_share", name)] == pytest.approx(sued)
        paid = rows_of(log, K.PAYMENT)
        cash = paid["amount_cents"][mine[paid["account"]]].sum()
        share = cash / log.accounts["opening_cents"][mine].sum()
        assert found[segment_column("gross_recovery_share", name)] == pytest.approx(share)


def test_runs_are_kept_in_the_folder_and_taken_up_again(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []

    def report(n_finished: int, n_all: int) -> None:
        told.append((n_finished, n_all))

    def price(**options: Any) -> RulePrice:
        return price_rule(
            small(),
            "calls_per_7_days",
            strategies=["busy"],
            workers=1,
            folder=tmp_path / "cap",
            on_progress=report,
            **options,
        )

    first = price(replications=2)
    first.save(tmp_path / "cap")
    assert {path.name for path in (tmp_path / "cap").iterdir()} == {"with", "without", "price.csv", "segments.csv"}
    assert told[-1] == (8, 8), "two sides, two strategies (one of them the twin without action), two replications"
    assert [n for n, _ in told] == sorted(n for n, _ in told)
    told.clear()
    again = price(replications=3)
    assert told[0] == (4, 12), "what was finished is not run again"
    assert again.n_replications == 3


def test_an_interrupted_pricing_says_how_many_runs_of_both_sides_are_kept(tmp_path: Path) -> None:
    def stop(n_finished: int, n_all: int) -> None:
        if n_finished == 3:
            raise KeyboardInterrupt

    with pytest.raises(Interrupted) as caught:
        price_rule(
            small(),
            "calls_per_7_days",
            strategies=["busy"],
            replications=1,
            workers=1,
            folder=tmp_path / "cap",
            on_progress=stop,
        )
    assert (caught.value.n_finished, caught.value.n_all) == (3, 4)


def test_a_segment_that_looks_like_a_formula_is_harmless_in_the_tables(tmp_path: Path) -> None:
    nasty = varied(small(), {"portfolio.segments.names": ["=1+1", "large"]})
    priced = price_rule(nasty, "calls_per_7_days", strategies=["no_action"], replications=1, workers=1)
    priced.save(tmp_path / "price")
    assert set(pd.read_csv(tmp_path / "price" / "segments.csv")["segment"]) == {"'=1+1", "large"}


def test_a_folder_with_anything_else_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("dear all", encoding="utf-8")
    with pytest.raises(InputError, match=r"holds something else \(letter\.txt\)"):
        price_rule(small(), "calls_per_7_days", replications=1, folder=tmp_path)


def test_another_rules_results_are_not_mixed_in(tmp_path: Path) -> None:
    scenario = small(messages_per_7_days=3)
    price_rule(scenario, "calls_per_7_days", strategies=["busy"], replications=1, workers=1, folder=tmp_path)
    with pytest.raises(InputError, match="holds the results of another experiment"):
        price_rule(scenario, "messages_per_7_days", strategies=["busy"], replications=1, workers=1, folder=tmp_path)


def test_everything_goes_into_json_with_none_for_what_is_no_number(priced: RulePrice) -> None:
    content = json.loads(json.dumps(priced.to_dict(), allow_nan=False))
    assert content["sets"] == {"calls_per_7_days": 1}
    assert content["difference"] == "with the rule - without it"
    assert content["digest_with"] != content["digest_without"]
    assert content["replications"] == 4
    assert content["price"][0]["low"] is None
