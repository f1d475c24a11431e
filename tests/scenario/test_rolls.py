"""The table of roll rates and the court-fee bands as a user writes them: what is refused, and what is told."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from simcollect.core.errors import InputErrors
from simcollect.scenario import flatten, load, schema
from simcollect.scenario.diff import diff
from simcollect.scenario.explain import explain_scenario
from simcollect.scenario.specification import digest, provenance

Table = dict[str, Any]
GOOD: Table = {
    "0": {"to": [0.9, 0.1]},
    "1": {"paid_off": 0.2, "to": [0.3, 0.1, 0.4], "status": "published", "source": "somebody, table 1"},
    "2+": {"to": [0.0, 0.0, 0.75], "written_off": 0.25},
}
FEES: Table = {"up_to": [1000.0], "fixed": [10.0, 20.0], "share": [0.0, 0.05], "due_share": 0.5}


def with_rolls(rolls: Any) -> Table:
    return {"extends": "tiny", "behaviour": {"rolls": rolls}}


def with_fees(fees: Any) -> Table:
    return {"extends": "tiny", "economics": {"court_fee_bands": fees}}


def test_a_table_becomes_rows_that_add_up_to_one() -> None:
    rolls = flatten(load(with_rolls(GOOD)), "balanced").rolls
    assert rolls.tolist() == [[0.0, 0.9, 0.1, 0.0, 0.0], [0.2, 0.3, 0.1, 0.4, 0.0], [0.0, 0.0, 0.0, 0.75, 0.25]]
    assert flatten(load("tiny"), "balanced").rolls.shape == (0, 0)
    assert load(with_rolls({})).behaviour.rolls == {}


@pytest.mark.parametrize(
    ("rolls", "message"),
    [
        ({**GOOD, "2+": {"to": [0.5]}}, r'rolls\."2\+" has shares that add up to 0\.5\. .* Expected shares that add'),
        ({**GOOD, "0": {"to": [0.5, 0.2, 0.3]}}, r"rolls\.0\.to\[2\] is 0\.3\. .* nobody rolls from 0 to more than 1"),
        ({**GOOD, "2+": {"to": [0.0, 0.0, 0.0, 1.0]}}, r'rolls\."2\+"\.to\[3\] is 1\.0\. Leave 1 off'),
        ({"0": {"to": [1.0]}}, r"rolls has 1 row\. .* Expected 2 to 13 rows"),
        ({"0": {"to": [1.0]}, "1": {"to": [1.0]}}, r'rolls\.1 is not a row of this table\. Did you mean "1\+"'),
        ({**GOOD, "0": {"too": [1.0]}}, r'too is not a known field\. Did you mean "to"'),
        ({**GOOD, "0": {"to": [1.0], "status": "published"}}, r"rolls\.0\.source is missing\. .* Expected a source"),
        ({**GOOD, "0": {"to": [-0.1, 1.1]}}, r"rolls\.0\.to\[0\] is -0\.1\. .* Expected a share from 0 to 1"),
        ({**GOOD, "0": 1.0}, r"rolls\.0 is 1\.0\. .* Expected a table"),
        (0.5, r"behaviour\.rolls is 0\.5\. .* Expected a table"),
    ],
)
def test_a_table_that_is_none_is_refused_in_words(rolls: Any, message: str) -> None:
    with pytest.raises(InputErrors, match=message):
        load(with_rolls(rolls))


@pytest.mark.parametrize(
    ("fees", "message"),
    [
        ({**FEES, "up_to": []}, r"up_to has 0 entries\. .* Expected one limit fewer than the 2 bands"),
        ({**FEES, "share": [0.0]}, r"share has 1 entries\. .* Expected as many shares as fixed fees, 2"),
        ({"up_to": [2.0, 1.0], "fixed": [1.0] * 3, "share": [0.0] * 3}, r"limits in rising order, not 1 after 2"),
        ({**FEES, "status": "statute"}, r"court_fee_bands\.source is missing\. .* Expected a source"),
        ({**FEES, "due_share": 1.5}, r"due_share is 1\.5\. .* Expected a share from 0 to 1"),
        ({**FEES, "fixd": [1.0]}, r'fixd is not a known field\. Did you mean "fixed"'),
    ],
)
def test_a_tariff_that_is_none_is_refused_in_words(fees: Any, message: str) -> None:
    with pytest.raises(InputErrors, match=message):
        load(with_fees(fees))


def test_a_tariff_becomes_cents_and_no_bands_leave_the_plain_fee() -> None:
    table = flatten(load(with_fees(FEES)), "balanced").court_fees
    assert table["above_cents"].tolist() == [0, 100_000]
    assert table["fixed_cents"].tolist() == [1_000, 2_000]
    assert table["up_to_cents"][0] == 100_000
    assert len(flatten(load("tiny"), "balanced").court_fees) == 0
    extended = load(
        {"extends": "consumer_loan_cn", "economics": {"court_fee_bands": {"up_to": [], "fixed": [], "share": []}}}
    )
    assert len(flatten(extended, "balanced").court_fees) == 0


def test_the_chinese_tariff_joins_its_bands_without_a_step() -> None:
    fees = load("consumer_loan_cn").economics.court_fee_bands
    limits = [0.0, *fees.up_to]
    ends = [
        fixed + share * (high - low)
        for fixed, share, low, high in zip(fees.fixed, fees.share, limits, fees.up_to, strict=False)
    ]
    assert np.allclose(ends, fees.fixed[1:])


def test_both_are_told_in_both_languages_and_in_the_provenance() -> None:
    scenario = load({"extends": "tiny", "behaviour": {"rolls": GOOD}, "economics": {"court_fee_bands": FEES}})
    english, chinese = (str(explain_scenario(scenario, lang)) for lang in ("en", "zh"))
    assert "a table of monthly roll rates, 0 to 2 or more months behind" in " ".join(english.split())
    assert "a tariff of 2 bands by the size of the claim, of which 50 % is due" in " ".join(english.split())
    assert "月度迁徙率表" in chinese
    assert "分 2 档计收" in chinese
    rows = {row.path: row for row in provenance(scenario)}
    assert rows['behaviour.rolls."2+".written_off'].value == 0.25
    assert rows["behaviour.rolls.1.to[2]"].status == "published"
    assert rows["economics.court_fee_bands.share[1]"].value == 0.05


def test_only_numbers_count_in_the_digest_and_the_schema_knows_both() -> None:
    told = {**GOOD, "1": {**GOOD["1"], "source": "somebody else"}}
    assert digest(load(with_rolls(GOOD))) == digest(load(with_rolls(told)))
    assert digest(load(with_rolls(GOOD))) != digest(load("tiny"))
    properties = schema()["properties"]
    assert "rolls" in properties["behaviour"]["properties"]
    assert "court_fee_bands" in properties["economics"]["properties"]


def test_two_scenarios_that_differ_in_a_table_or_a_tariff_are_said_to_differ() -> None:
    plain, rolling, dear = load("tiny"), load(with_rolls(GOOD)), load(with_fees(FEES))
    assert "how borrowers behave" in str(diff(plain, "firm", "firm", other=rolling))
    assert "prices" in str(diff(plain, "firm", "firm", other=dear))
