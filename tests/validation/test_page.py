"""VALIDATION.md: its numbers are those of the results, and what is not met stands on it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from simcollect.core.errors import InputError
from simcollect.validation.page import write_page
from simcollect.validation.results import read_results
from simcollect.validation.sections import experiments
from tests.validation import samples


def page_of(folder: Path) -> str:
    return write_page(read_results(folder / "validation"), folder / "VALIDATION.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("page")
    samples.write(folder / "validation")
    return folder


@pytest.fixture(scope="module")
def page(home: Path) -> str:
    return page_of(home)


def summary(page: str) -> list[str]:
    return [line for line in page.split("## Calibration")[0].splitlines() if line.startswith("| ")][2:]


def test_the_summary_counts_what_is_met_and_what_is_not(page: str) -> None:
    found = "\n".join(summary(page))
    # Three of the four fitted targets: the second lies at 2 standard errors, the third within 10 %, the fourth is off.
    assert "| 80 % | 3 of 4 (75 %) | **missed** |" in found
    assert "| 1 of 1 (100 %) |" in found
    assert "| far fewer | 2 for 4 | met |" in found
    assert "| all | 2 of 3 (67 %) in 2 cases | **missed** |" in found
    # One of the four claims of the face check was added later, and is not among these.
    assert found.count("1 agrees, 1 disagrees, 1 cannot tell") == 2
    assert "normal, n = 20 | 93.5 to 96.5 % | 95.0 % | met |" in found
    assert "all settings | reported | 3 of 4 (75 %) inside" in found
    assert "lognormal, n = 20 | 93.5 to 96.5 % | 93.1 % | **missed** |" in found
    assert "differences whose sign holds | reported | 1 of 2 (50 %)" in found


def test_a_target_that_is_missed_is_named_with_its_reason(page: str) -> None:
    assert "**cure month 4** (data 0.100 ± 0.010, model 0.140 share, z 4.0). One rate cannot bend twice." in flat(page)
    assert "**cure month 3**" not in page


def test_what_the_data_cannot_tell_apart_is_said_in_words(page: str) -> None:
    assert "`payment.b` rising while `payment.a` falls hardly changes a target" in flat(page)
    assert "1 of 2 combinations" in page


def test_every_disagreement_stands_on_the_page(page: str) -> None:
    told = flat(page)
    assert "**Case two**, quantity 3: theory 1, engine 1.070 ± 0.010, z 7.0." in told
    assert "| X2.1 | effect \\| of a letter, pp | −4.4 (−6.6 to −2.2) |" in told.replace("−4.40", "−4.4")
    assert "**Demonstration 3**, `cards_taiwan`, kept_share: expected up, found 0.012 (−0.010 to 0.030)." in told
    assert told.count("Grace keeps no one here.") == 2


def test_what_is_said_of_a_whole_experiment_is_said_once(page: str) -> None:
    told = flat(page)
    assert "**X2 Experiment 2** (a paper). Another bank's borrowers. Band: half to one and a half." in told
    assert told.count("Another bank's borrowers.") == 3  # one a replay


def test_a_remark_names_the_rows_it_is_about() -> None:
    rows = [samples.copied(samples.REPLAYS)["rows"][0] for _ in range(3)]
    rows[1]["note"] = "Read at the baseline."
    rows[2]["band"] = "a direction only"
    assert experiments._remarks(rows) == [
        "X1.1, X1.2: Band: half to one and a half.",
        "X1.2: Read at the baseline.",
        "X1.3: Band: a direction only.",
    ]


def test_parameters_that_do_not_follow_lower_cure_rates_are_said_not_to(page: str) -> None:
    assert "| `payment.a` | per day | 0.123 ± 0.012 | 0.100 ± 0.012 | −19 % | down, as expected |" in page
    assert "| `payment.b` | days | 20.0 ± 3.0 | 25.0 ± 3.0 | +25 % | **not down** |" in page
    assert "1 cure rates are 20 % lower" in flat(page)
    assert "lower cure rates | all down | 1 of 2 (50 %) | **missed** |" in page


def test_uncertainty_is_shown_in_major_units_of_the_five_outcomes(page: str) -> None:
    assert "| firm | Cost per account, TWD | 5.000 (4.990 to 5.010) | 4.960 to 5.040 | 5 % / 20 % / 75 %" in page
    assert "| firm | Time to cash, days | −2.0 (−3.0 to −1.0) | −6.0 to 2.0 | 5 % / 20 % / 75 % | **turns** |" in page
    assert "Gross recovery" not in page
    assert "an ensemble of 9 calibrated numbers" in flat(page)


def test_pictures_are_drawn_and_found_from_the_page(page: str, home: Path) -> None:
    linked = re.findall(r"!\[[^\]]+\]\(([^)]+)\)", page)
    assert {Path(link).name for link in linked} == {"calibrate-bank.png", "coverage.png", "uncertainty.png"}
    for link in linked:
        assert (home / link).stat().st_size > 5_000


def test_tables_have_as_many_cells_in_every_row_and_text_lines_are_short(page: str) -> None:
    columns = 0
    for line in page.splitlines():
        if not line.startswith("|"):
            columns = 0
            assert len(line) <= 120 or line.startswith("!"), line
            continue
        n = len(re.findall(r"(?<!\\)\|", line))
        assert columns in (0, n), line
        columns = n


def test_every_entry_of_the_contents_leads_to_a_heading(page: str) -> None:
    headings = {
        re.sub(r"[^a-z0-9 _-]", "", title.lower()).replace(" ", "-") for title in re.findall(r"^## (.+)$", page, re.M)
    }
    entries = re.findall(r"^- \[[^\]]+\]\(#([^)]+)\)$", page, re.M)
    assert entries
    assert set(entries) <= headings


def test_no_number_is_missing_in_silence(page: str) -> None:
    assert "nan" not in page.lower().replace("finance", "")
    assert "None" not in page


def test_what_was_not_run_is_said(tmp_path: Path) -> None:
    folder = samples.write(tmp_path / "validation")
    for file in samples.ALL:
        if file != "verify.json":
            (folder / file).unlink()
    page = page_of(tmp_path)
    assert page.count("| not run | - |") == 3  # calibration, what follows new targets, and coverage have a bar
    assert page.count("| not run |  |") == 3
    assert "Not run: `simcollect face --out validation`." in page


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="holds no results"):
        read_results(tmp_path)


def test_a_target_said_to_be_met_that_is_not_is_refused(tmp_path: Path) -> None:
    lying = samples.copied(samples.CALIBRATE)
    lying["targets"][3]["met"] = True
    samples.write(tmp_path / "validation", calibrate=lying)
    with pytest.raises(InputError, match=r"calibrate-bank.json: targets\[3\].met is True while z is 4"):
        page_of(tmp_path)


def test_a_result_without_a_field_is_refused_by_name(tmp_path: Path) -> None:
    lacking = samples.copied(samples.VERIFY)
    del lacking["rows"][1]["z"]
    samples.write(tmp_path / "validation", verify=lacking)
    with pytest.raises(InputError, match=r"verify.json: rows\[1\].z is missing"):
        read_results(tmp_path / "validation")


def test_a_file_that_is_no_json_is_refused(tmp_path: Path) -> None:
    folder = samples.write(tmp_path / "validation")
    (folder / "face.json").write_text("{", encoding="utf-8")
    with pytest.raises(InputError, match=r"face.json: the file cannot be read as JSON"):
        read_results(folder)


def test_equal_results_give_an_equal_page(home: Path, page: str) -> None:
    assert page_of(home) == page


def flat(page: str) -> str:
    """The page with the line breaks of its paragraphs taken out."""
    return re.sub(r"\n(?:  )?(?=\S)", " ", page)
