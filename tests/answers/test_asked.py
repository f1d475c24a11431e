from __future__ import annotations

from pathlib import Path

import pytest

from simcollect.answers.asked import read_answers
from simcollect.core.errors import InputErrors
from simcollect.sweep import read_experiment

GRACE = "strategies.firm.early.grace_days_low"
FILE = f"""
question = "Q?"
scenario = "tiny"
strategies = ["firm"]
seed = 5
[levers]
"{GRACE}" = [0, 3, 7]
"""


def answers(folder: Path, text: str):  # type: ignore[no-untyped-def]
    file = folder / "mine.toml"
    file.write_text(FILE + text, encoding="utf-8")
    return read_answers(read_experiment(file), "mine.toml")


def told(folder: Path, text: str) -> str:
    with pytest.raises(InputErrors) as error:
        answers(folder, text)
    return str(error.value)


def test_an_answer_of_two_lines_is_enough(tmp_path: Path) -> None:
    found = answers(tmp_path, '[[answer]]\nkind = "curve"\n')[0]
    assert (found.over, found.by, found.reference, found.over_label) == (GRACE, "", 0, "grace_days_low")
    assert found.outcomes[0] == "value_with_residual_share"


def test_the_reference_is_named_by_its_value(tmp_path: Path) -> None:
    assert answers(tmp_path, '[[answer]]\nkind = "curve"\nreference = 7\n')[0].reference == 2
    assert answers(tmp_path, '[[answer]]\nkind = "curve"\nreference = "previous"\n')[0].reference == -1
    assert "mine.toml: answer[0].reference" in told(tmp_path, '[[answer]]\nkind = "curve"\nreference = 5\n')


def test_without_an_answer_the_file_is_told_what_is_missing(tmp_path: Path) -> None:
    assert "mine.toml: answer is missing" in told(tmp_path, "")


@pytest.mark.parametrize(
    ("table", "fault"),
    [
        ('kind = "curv"', 'Did you mean "curve"?'),
        ('kind = "surface"', "A surface has two axes"),
        ('kind = "split"', "compares with a strategy or with the values of places"),
        ('kind = "split"\ntwin = "nobody"', "Expected a strategy"),
        ('kind = "curve"\noutcomes = ["net_recovery_shar"]', 'Did you mean "net_recovery_share"?'),
        ('kind = "curve"\noutcomes = ["cannibalised_share"]', "without a twin"),
        ('kind = "curve"\noutcomes = ["kept_share, moon full"]', "Known outcomes"),
        ('kind = "curve"\nlabels = ["one"]', "Expected one for each of the 3 levels"),
        ('kind = "curve"\ntell = [5]', "Expected a list of levels: 0, 3, 7"),
        ('kind = "surface"\nby = "strategy"\ntell = [3]', "It belongs to curve, ranking and groups"),
        ('kind = "curve"\nonly = [5]', "Expected a list of levels: 0, 3, 7"),
        ('kind = "curve"\ninteraction_without = [0]', "It belongs to surface"),
        ('kind = "curve"\nday = 17', "Outcomes are read on days"),
        ('kind = "curve"\nsmallest_effect = -1', "Expected a number above 0"),
        ('kind = "curve"\nover = "strategies.firm.late.enter_dpd"', "Expected one of"),
        ('kind = "curve"\nreferense = 0', "referense"),
        ('kind = "groups"\ngroups = "star_sign"', "risk"),
    ],
)
def test_every_mistake_is_told_with_its_place(tmp_path: Path, table: str, fault: str) -> None:
    found = told(tmp_path, f"[[answer]]\n{table}\n")
    assert "mine.toml: answer[0]" in found
    assert fault in found


def test_two_twins_in_one_file_are_refused(tmp_path: Path) -> None:
    split = '[[answer]]\nkind = "split"\ntwin = {}\n'
    text = split.format('"no_action"') + split.format(f'{{ "{GRACE}" = 0 }}')
    assert "names 2 different twins" in told(tmp_path, text)
