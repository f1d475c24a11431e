from __future__ import annotations

from pathlib import Path

import pytest

from simcollect.core.errors import InputErrors
from simcollect.sweep import read_experiment
from simcollect.sweep.points import Range
from simcollect.sweep.request import make_request
from tests.sweep.asked import DAY, FATIGUE, SMALL, asked, write

HERE = Path(__file__).parents[2] / "experiments"


def told(folder: Path, text: str) -> str:
    """Return what is said about a wrong file, read and its points checked."""
    with pytest.raises(InputErrors) as caught:
        make_request(read_experiment(write(folder, text)), "small.toml")
    return str(caught.value)


def test_an_experiment_is_read_with_levers_and_uncertainties_apart(tmp_path: Path) -> None:
    experiment = read_experiment(write(tmp_path))
    assert list(experiment.levers) == [DAY]
    assert list(experiment.uncertainties) == [FATIGUE]
    assert experiment.scenario.run.seed == 5
    assert len(experiment.points()) == 4


def test_places_may_be_written_without_quotes_as_nested_tables(tmp_path: Path) -> None:
    plain = SMALL.replace(f'"{DAY}"', DAY)
    assert asked(tmp_path, plain).points == asked(tmp_path).points


def test_range_is_taken_from_the_scenario_with_its_unit(tmp_path: Path) -> None:
    text = SMALL.replace("[0.2, 0.5]", '"range"') + '\n[design]\nkind = "sobol"\nn = 4\n'
    text = text.replace("[60, 75]", "{ low = 60, high = 90 }")
    assert read_experiment(write(tmp_path, text)).uncertainties[FATIGUE] == Range(0.0, 5.0)


def test_a_scenario_beside_the_file_is_found_wherever_one_stands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "mine.toml").write_text('extends = "tiny"\n[run]\nhorizon_days = 200\n')
    file = write(tmp_path, SMALL.replace('"tiny"', '"mine.toml"'))
    monkeypatch.chdir("/")
    assert read_experiment(file).scenario.run.horizon_days == 200


@pytest.mark.parametrize("name", ["q01_q02_legal_day_and_officers", "q01_q02_legal_day_and_officers/small.toml"])
def test_the_experiments_of_the_repository_are_valid(name: str) -> None:
    experiment = read_experiment(HERE / name)
    assert len(make_request(experiment).points) in (4, 50)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (('"tiny"', '"tyni"'), 'scenario "tyni" is not known. Scenarios known by name: cards_taiwan'),
        (('["no_action", "firm"]', '["no_action", "frim"]'), 'strategies[1] is "frim". Did you mean "firm"?'),
        (('["no_action", "firm"]', '["firm", "firm"]'), 'strategies[1] names "firm" again'),
        (('["no_action", "firm"]', '"firm"'), "Expected a list of strategies in square brackets"),
        (("kept_share", "kept_shere"), 'outcomes[1] is "kept_shere". Did you mean "kept_share"?'),
        (("seed = 5", "seed = -1"), "seed is -1. Expected a whole number from 0"),
        (("seed = 5", "sed = 5"), 'sed is not a known field. Did you mean "seed"?'),
        (("[60, 75]", "60"), "is 60. [60, 90, 120]. Expected a list of values"),
        (("[60, 75]", "[]"), "is an empty list"),
        (("[60, 75]", '"range"'), "asks for its range. [60, 90, 120]. Only behaviour, capacity and economics"),
        (("[60, 75]", "{ low = 60, high = 75 }"), "levels is missing. Add levels = 5"),
        (("[60, 75]", "{ low = 75, high = 60, levels = 3 }"), "goes from 75 to 60. { low = 60, high = 120 }"),
        (("[0.2, 0.5]", '{ low = 0.2, high = 0.5, levels = 2, unit = "days" }'), 'Expected "per unit of pressure"'),
        (("enter_dpd", "entr_dpd"), "strategies.firm.late.entr_dpd is not a known"),
        (("[60, 75]", "[60, 7000]"), "strategies.firm.late.enter_dpd is 7000"),
        (("[0.2, 0.5]", "[0.2, 50.0]"), "inside its range 0 to 5"),
        (("replications = 3", "replications = 0"), "run.replications is 0"),
        (
            ("replications = 3", "replications = 9\nprecision = { kept_share = 0.1 }"),
            "run.replications is 9. Expected a whole number from 10",
        ),
        (
            ("replications = 3", "replications = 12\nprecision = { kept_share = 0.1 }\nmost = 11"),
            "run.most is 11. Expected a whole number from 12",
        ),
        (("replications = 3", "most = 3"), "run.most has no effect"),
        (("replications = 3", "precision = { kept_shar = 0.1 }"), 'Did you mean "kept_share"?'),
        (("replications = 3", "precision = { kept_share = 0 }"), "Expected a half-width above 0 (share)"),
        (("[run]", '[design]\nkind = "gird"\n[run]'), 'design.kind is "gird". Did you mean "grid"?'),
        (("[run]", '[design]\nkind = "sobol"\n[run]'), "design.n is missing. Add n = 64"),
        (("[run]", "[design]\nn = 9\n[run]"), "design.n has no effect"),
        (("[60, 75]", "[60, 75, 90]\n[design]\nkind = 'list'"), "lists of unequal length"),
        (("[uncertainties]", f'[uncertainties]\n"{DAY}" = [60]'), "is a lever as well"),
    ],
)
def test_every_fault_is_told_with_file_place_and_advice(tmp_path: Path, change: tuple[str, str], message: str) -> None:
    text = SMALL.replace(*change)
    assert text != SMALL
    said = told(tmp_path, text)
    assert message in said
    assert "small.toml" in said or "tyni" in said


def test_all_faults_of_a_file_are_told_at_once(tmp_path: Path) -> None:
    said = told(tmp_path, SMALL.replace("seed = 5", "seed = -1").replace("kept_share", "kept"))
    assert "2 faults" in said


def test_a_point_that_makes_no_scenario_is_named_with_its_values(tmp_path: Path) -> None:
    said = told(tmp_path, SMALL.replace("[60, 75]", "[60, 7000]"))
    assert f"{DAY} = 7000" in said
