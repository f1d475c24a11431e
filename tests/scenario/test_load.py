from __future__ import annotations

import pickle
import tomllib
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from simcollect.core.errors import InputErrors
from simcollect.scenario import Scenario, data_path, digest, load, provenance
from tests.scenario.documents import INLINE, SYNTHETIC

pytestmark = pytest.mark.usefixtures("small_presets")


def document(text: str = SYNTHETIC, **blocks: Any) -> dict[str, Any]:
    return {**tomllib.loads(text), **blocks}


def test_a_bare_number_keeps_unit_and_range_and_becomes_assumed() -> None:
    rate = load(document()).behaviour.groups["payment"]["base_rate_per_day"]
    assert (rate.value, rate.unit, rate.range) == (0.05, "per day", (0.001, 0.2))
    assert (rate.status, rate.source) == ("assumed", "set in scenario")


def test_a_quantity_left_alone_keeps_the_presets_status_and_source() -> None:
    rate = load(document(behaviour={})).behaviour.groups["payment"]["base_rate_per_day"]
    assert (rate.value, rate.status) == (0.03, "calibrated")
    assert "public card file" in rate.source


def test_a_whole_table_may_widen_the_range() -> None:
    table = {"value": 0.5, "range": [0.0, 1.0], "status": "calibrated", "source": "own book, 2024"}
    rate = load(document(behaviour={"payment": {"base_rate_per_day": table}})).behaviour.groups["payment"]
    assert rate["base_rate_per_day"].value == 0.5
    assert rate["base_rate_per_day"].source == "own book, 2024"


def test_a_new_price_band_needs_only_a_number() -> None:
    prices = load(document(economics={"sale_price_share_by_dpd": {"45": 0.5}})).economics.sale_price_share_by_dpd
    assert prices["45"].value == 0.5
    assert prices["30"].value == 0.60


def test_a_new_band_of_the_mix_takes_its_place_by_days() -> None:
    shares = {"forgetful": 1.0, "cash_flow_gap": 0, "hardship": 0, "over_indebted": 0}
    shares |= {"unwilling": 0, "disputing": 0, "unreachable": 0}
    mix = load(document(behaviour={"cell_mix": {"from_30": shares}})).behaviour.cell_mix
    assert list(mix) == ["from_0", "from_30", "from_60"]


def test_without_optional_blocks_the_presets_and_no_rules_apply() -> None:
    scenario = load(document(INLINE))
    assert scenario.capacity.pools.callers.headcount == 3
    assert scenario.rules.calls_per_7_days is None
    assert scenario.segment_names == ("all",)


def test_a_scenario_from_a_mapping_equals_the_one_from_its_file(tmp_path: Path) -> None:
    path = tmp_path / "scenario.toml"
    path.write_text(SYNTHETIC, encoding="utf-8")
    assert digest(load(path)) == digest(load(document()))


def test_the_name_is_the_files_and_the_folder_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(SYNTHETIC, encoding="utf-8")
    scenario = load(path)
    assert (scenario.name, scenario.where, scenario.folder) == ("mine", "mine.toml", str(tmp_path))


def test_a_scenario_survives_json_and_pickle() -> None:
    scenario = load(document())
    assert Scenario.model_validate_json(scenario.model_dump_json()) == scenario
    assert pickle.loads(pickle.dumps(scenario)) == scenario


def test_nothing_of_a_scenario_can_be_changed() -> None:
    scenario = load(document())
    with pytest.raises(ValidationError, match="frozen"):
        scenario.run.seed = 3  # type: ignore[misc]
    assert isinstance(scenario.strategies["balanced"].early.steps, tuple)


def test_the_digest_ignores_comments_order_and_wording() -> None:
    plain = digest(load(document()))
    turned = dict(reversed(list(document().items())))
    turned["strategies"] = dict(reversed(list(turned["strategies"].items())))
    turned["run"] = dict(reversed(list(turned["run"].items())))
    assert digest(load(turned)) == plain
    commented = SYNTHETIC.replace("seed = 7", "seed = 7 # lucky").replace("Nothing is done.", "Nobody calls.")
    assert digest(load(document(commented))) == plain


def test_the_digest_is_the_same_however_a_strategy_is_put_together() -> None:
    text = SYNTHETIC.replace('[strategies.balanced]\ninherits = "no_action"\n', "[strategies.balanced]\n")
    assert digest(load(document(text))) == digest(load(document()))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("seed = 7", "seed = 8"),
        ("suit_day = 30", "suit_day = 31"),
        ("base_rate_per_day = 0.05", "base_rate_per_day = 0.051"),
        ("headcount = 3", 'headcount = "unlimited"'),
        ("n_stock = 100", "n_stock = 101"),
        ("calls_per_7_days = 7\n", ""),
        ('source = "synthetic"', 'source = "synthetic"\npenalty_rate = 0.1'),
    ],
)
def test_the_digest_changes_with_every_number(old: str, new: str) -> None:
    assert old in SYNTHETIC
    assert digest(load(document(SYNTHETIC.replace(old, new)))) != digest(load(document()))


def test_the_digest_tells_borrowers_by_their_names() -> None:
    assert digest(load(document(INLINE.replace('"Bo"', '"Cy"')))) != digest(load(document(INLINE)))


def test_provenance_lists_every_quantity_by_the_path_that_overrides_it() -> None:
    rows = {row.path: row for row in provenance(load(document()))}
    assert rows["behaviour.payment.base_rate_per_day"].status == "assumed"
    assert rows["behaviour.cells.unwilling.willingness"].value == pytest.approx(0.5)
    assert rows["economics.court_fee_fixed"].status == "statute"
    assert rows["capacity.pools.callers.hourly_cost"].unit == "TWD per hour"
    for row in rows.values():
        assert row.low <= row.value <= row.high


def test_a_relative_file_is_sought_beside_the_scenario_and_then_in_the_package(tmp_path: Path) -> None:
    assert data_path(tmp_path, "taiwan_cards").parent.name == "data"
    (tmp_path / "taiwan_cards").mkdir()
    assert data_path(tmp_path, "taiwan_cards") == tmp_path / "taiwan_cards"
    assert data_path(tmp_path, "mine.csv") == tmp_path / "mine.csv"


def test_zones_are_numbered_from_the_runs_own() -> None:
    text = INLINE.replace("dpd = 40", 'dpd = 40\ntime_zone = "Asia/Tokyo"')
    assert load(document(text)).zone_names == ("UTC", "Asia/Tokyo")


def test_a_file_may_change_the_currency_when_it_gives_every_amount() -> None:
    per = {"sms": "message", "email": "e-mail", "automated_call": "call", "letter": "letter", "visit": "visit"}
    per |= {"lawyers_letter": "letter", "court_fee_fixed": "suit", "enforcement": "enforcement"}
    per |= {"complaint": "complaint"}
    amounts: dict[str, Any] = {name: amount(f"EUR per {thing}") for name, thing in per.items()}
    pools = ("callers", "negotiators", "legal_officers", "settlement_desk")
    scenario = load(
        document(
            economics={"currency": "EUR", **amounts},
            capacity={"pools": {pool: {"hourly_cost": amount("EUR per hour")} for pool in pools}},
            behaviour={"cash": {"rent": amount("EUR per month")}},
        )
    )
    assert scenario.economics.currency == "EUR"


def amount(unit: str) -> dict[str, Any]:
    return {"value": 1.0, "unit": unit, "range": [0.0, 100.0]}


def test_an_unknown_preset_names_the_known_ones() -> None:
    with pytest.raises(InputErrors, match=r'economics\.preset is "mars"\. Choose one of them\. Known presets: taiwan'):
        load(document(economics={"preset": "mars"}))
