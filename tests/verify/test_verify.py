"""The frame of `simcollect verify`: parameters, verdicts, refusals."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from simcollect.core.errors import InputError, SimcollectError
from simcollect.core.eventlog import EventLog
from simcollect.scenario import Scenario
from simcollect.verify import CASES, Band, Case, Given, Parameter, Theory, Verification, verify
from simcollect.verify.base import base
from simcollect.verify.verdict import verdicts


class Told(Case):
    """Theory and estimates as told: no run."""

    def theory(self, given: Given) -> Theory:
        return {"number": 1.0, "band": Band(1.0, 2.0)}

    def scenario(self, given: Given) -> Scenario:
        return base()

    def estimates(self, logs: Mapping[str, EventLog], scenario: Scenario, given: Given) -> Mapping[str, float]:
        raise NotImplementedError


TOLD = Told("told", "A title", "nobody")


def _verdicts(numbers: list[float], bands: list[float]) -> list[str]:
    said = [{"number": number, "band": band} for number, band in zip(numbers, bands, strict=True)]
    return [row.verdict for row in verdicts(TOLD, {}, said)]


def test_four_standard_errors_separate_agreement_from_disagreement() -> None:
    # Of -1, 0, 1 the standard error of the mean is sqrt(1 / 3).
    near, far = 3.99 / 3**0.5, 4.01 / 3**0.5
    assert _verdicts([near, 1 + near, 2 + near], [1.0] * 3) == ["agrees", "agrees"]
    assert _verdicts([far, 1 + far, 2 + far], [1.0] * 3) == ["disagrees", "agrees"]


def test_without_variation_only_equality_agrees() -> None:
    assert _verdicts([1.0, 1.0], [2.0, 2.0]) == ["agrees", "agrees"]
    assert _verdicts([1.0001, 1.0001], [2.0001, 2.0001]) == ["disagrees", "disagrees"]


def test_a_band_is_left_only_by_its_nearer_end() -> None:
    assert _verdicts([1.0, 1.0], [1.5, 1.6]) == ["agrees", "agrees"]
    assert _verdicts([1.0, 1.0], [2.5, 2.51]) == ["agrees", "disagrees"]


def test_a_comparison_with_reported_data_is_shown_and_not_counted() -> None:
    told = Told("told", "A title", "nobody", plausibility="Other debts.")
    rows = tuple(verdicts(told, {}, [{"number": 5.0, "band": 5.0}] * 2))
    found = Verification(rows, 1, 0.0)
    assert [row.verdict for row in rows] == ["disagrees", "disagrees"], "told as it is"
    assert found.agrees
    assert not found.disagreeing
    assert found.implausible == rows
    assert not Verification(tuple(verdicts(TOLD, {}, [{"number": 5.0, "band": 5.0}] * 2)), 1, 0.0).agrees


def test_a_quantity_that_no_replication_speaks_of_is_refused() -> None:
    with pytest.raises(SimcollectError, match="replication 1 has no number for 'band'"):
        verdicts(TOLD, {}, [{"number": 1.0, "band": 1.0}, {"number": 1.0}])


@pytest.mark.parametrize(
    ("default", "text", "value"),
    [(7, "5", 5), (0.5, "1", 1.0), ((1.0,), "[1, 2]", (1.0, 2.0)), (((0.5,),), "[[1],[0.25]]", ((1.0,), (0.25,)))],
)
def test_a_parameter_is_read_in_the_form_of_its_default(default: object, text: str, value: object) -> None:
    assert Parameter("p", default, "unit", "Help.", 0.0, 9.0).read(text, "case") == value  # type: ignore[arg-type]


@pytest.mark.parametrize(("default", "text"), [(7, "5.5"), (7, "[5]"), (0.5, "much"), ((1.0,), "[]"), (0.5, "9.5")])
def test_a_parameter_of_another_form_or_out_of_range_is_refused(default: object, text: str) -> None:
    with pytest.raises(InputError, match=r"case: p is .* Help\. Expected "):
        Parameter("p", default, "unit", "Help.", 0.0, 9.0).read(text, "case")  # type: ignore[arg-type]


def test_an_unknown_case_or_parameter_is_named_with_the_nearest() -> None:
    with pytest.raises(InputError, match=r'contact_cpa is not a known case. Did you mean "contact_cap"'):
        verify(["contact_cpa"])
    with pytest.raises(InputError, match=r'contact_cap.atempts is not a known parameter. Did you mean "attempts"'):
        verify(["contact_cap"], {"atempts": 3})


def test_result_is_the_same_again_and_is_written_as_json_and_picture(tmp_path: Path) -> None:
    asked = {"borrowers": 20, "weeks": 1}
    first = verify(["contact_cap"], asked, replications=3, workers=1, seed=5)
    again = verify(["contact_cap"], asked, replications=3, workers=1, seed=5)
    assert first.rows == again.rows
    first.save(tmp_path)
    told = json.loads((tmp_path / "verify.json").read_text(encoding="utf-8"))
    assert told["command"] == "verify"
    assert {"case", "title", "source", "quantity", "theory", "estimate", "se", "z", "verdict"} <= told["rows"][0].keys()
    assert (tmp_path / "verify.png").stat().st_size > 10_000


def test_names_and_titles_of_the_cases_are_their_own() -> None:
    assert len({case.title for case in CASES.values()}) == len(CASES)
    assert all(case.given({}) and case.theory(case.given({})) for case in CASES.values())


def test_a_chain_of_another_size_may_be_asked_without_balances() -> None:
    asked = {"q": "[[0.5,0.2,0],[0.3,0,0.1],[0,0.2,0.2]]", "r": "[[0.3,0],[0.5,0.1],[0.3,0.3]]"}
    given = CASES["absorbing_chain"].given(asked)
    assert given["balances"] == (0.0, 0.0, 0.0)
    assert next(iter(CASES["absorbing_chain"].theory(given))) == "P(paid), from state 1"
