from __future__ import annotations

from pathlib import Path

import pytest

from simcollect.core.errors import InputError, InputErrors
from simcollect.scenario import load, names
from tests.scenario.documents import INLINE, SYNTHETIC
from tests.scenario.wrong import Wrong
from tests.scenario.wrong_files import CASES

pytestmark = pytest.mark.usefixtures("small_presets")


def faults_of(path: Path) -> tuple[InputError, ...]:
    with pytest.raises(InputErrors) as caught:
        load(path)
    return caught.value.errors


def only_fault(path: Path) -> InputError:
    faults = faults_of(path)
    assert len(faults) == 1, str(InputErrors(faults))
    return faults[0]


@pytest.mark.parametrize("wrong", CASES, ids=lambda wrong: wrong.name.replace(" ", "_"))
def test_a_fault_gives_one_message_with_place_found_expected_and_suggestion(wrong: Wrong, tmp_path: Path) -> None:
    path = tmp_path / "cards.toml"
    path.write_text(wrong.text(), encoding="utf-8")
    fault = only_fault(path)
    assert fault.where == "cards.toml"
    assert fault.path == wrong.path
    assert wrong.found in fault.found
    assert wrong.expected in fault.expected
    assert wrong.suggestion in fault.suggestion
    assert "\n" not in str(fault)
    assert str(fault).startswith(f"cards.toml: {wrong.path} ")


def test_there_are_at_least_fifty_distinct_faults() -> None:
    assert len({(wrong.base, wrong.old, wrong.new) for wrong in CASES}) == len(CASES) >= 50
    assert len({wrong.name for wrong in CASES}) == len(CASES)


@pytest.mark.parametrize("document", [SYNTHETIC, INLINE], ids=["synthetic", "inline"])
def test_the_documents_that_faults_are_put_into_are_sound(document: str, tmp_path: Path) -> None:
    path = tmp_path / "cards.toml"
    path.write_text(document, encoding="utf-8")
    assert load(path).strategies


def test_all_faults_of_a_file_come_in_one_report(tmp_path: Path) -> None:
    text = SYNTHETIC.replace("seed = 7", "seed = -7").replace("headcount = 3", "headcount = -3")
    text = text.replace("discount_share = 0.2", "discount_share = 2.0").replace("[rules]", "[rules]\nzebra = 1")
    text = text.replace("base_rate_per_day = 0.05", "base_rate_per_day = 9.0")
    path = tmp_path / "cards.toml"
    path.write_text(text, encoding="utf-8")
    assert {fault.path for fault in faults_of(path)} == {
        "run.seed",
        "capacity.pools.callers.headcount",
        "strategies.balanced.final.offers[0].discount_share",
        "rules.zebra",
        "behaviour.payment.base_rate_per_day",
    }


def test_a_missing_file_names_the_file_beside_it(tmp_path: Path) -> None:
    (tmp_path / "cards.toml").write_text(SYNTHETIC, encoding="utf-8")
    fault = only_fault(tmp_path / "crads.toml")
    assert "does not exist" in fault.found
    assert fault.suggestion == 'Did you mean "cards.toml"?'
    assert fault.where == "crads.toml"


def test_a_missing_file_alone_names_the_packaged_scenarios(tmp_path: Path) -> None:
    fault = only_fault(tmp_path / "nowhere" / "cards.toml")
    assert "does not exist" in fault.found
    assert "tiny" in fault.suggestion


def test_an_unknown_name_lists_the_known_names() -> None:
    with pytest.raises(InputErrors) as caught:
        load("tinny")
    fault = caught.value.errors[0]
    assert fault.path == 'scenario "tinny"'
    assert ", ".join(names()) in fault.expected
    assert fault.suggestion == 'Did you mean "tiny"?'


def test_a_folder_names_the_files_in_it(tmp_path: Path) -> None:
    (tmp_path / "one.toml").write_text(SYNTHETIC, encoding="utf-8")
    fault = only_fault(tmp_path)
    assert fault.found == "is a folder"
    assert "one.toml" in fault.suggestion


def test_an_unreadable_path_says_why(tmp_path: Path) -> None:
    loop = tmp_path / "loop.toml"
    loop.symlink_to(loop)
    fault = only_fault(loop)
    assert fault.found.startswith("cannot be read (")
    assert "permissions" in fault.suggestion


def test_a_file_without_permission_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "cards.toml"
    path.write_text(SYNTHETIC, encoding="utf-8")

    def refuse(self: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", refuse)
    assert "Permission denied" in only_fault(path).found


def test_a_path_with_a_null_character_says_why() -> None:
    assert "cannot be read" in only_fault(Path("a\0b.toml")).found


@pytest.mark.parametrize("content", [b"", b"  \n\n\t\n", b"\xef\xbb\xbf"], ids=["nothing", "blanks", "mark"])
def test_an_empty_file_says_what_to_copy(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "cards.toml"
    path.write_bytes(content)
    fault = only_fault(path)
    assert fault.found == "is empty"
    assert "portfolio, strategies and run" in fault.expected
    assert "tiny" in fault.suggestion


def test_a_file_of_comments_alone_lacks_its_blocks(tmp_path: Path) -> None:
    path = tmp_path / "cards.toml"
    path.write_text("# nothing yet\n", encoding="utf-8")
    assert {fault.path for fault in faults_of(path)} == {"portfolio", "strategies", "run"}


def test_a_binary_file_is_called_binary(tmp_path: Path) -> None:
    path = tmp_path / "cards.toml"
    path.write_bytes(b"PAR1\x00\x01\x02\x03")
    fault = only_fault(path)
    assert fault.found == "is binary"
    assert "is this a data file?" in fault.suggestion


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le"])
def test_a_file_in_utf_16_is_told_to_be_saved_again(encoding: str, tmp_path: Path) -> None:
    path = tmp_path / "cards.toml"
    path.write_bytes(b"\xff\xfe" * (encoding == "utf-16-le") + SYNTHETIC.encode(encoding))
    fault = only_fault(path)
    assert "UTF-16: wrong encoding" in fault.found
    assert "UTF-8" in fault.suggestion


def test_a_file_in_latin_1_names_line_and_byte(tmp_path: Path) -> None:
    path = tmp_path / "cards.toml"
    path.write_bytes(SYNTHETIC.replace("Nothing is done.", "Nada se hará.").encode("latin-1"))
    fault = only_fault(path)
    assert fault.path == "line 30"
    assert "0xe1" in fault.found
    assert "wrong encoding" in fault.found


def test_a_byte_order_mark_and_windows_line_ends_do_no_harm(tmp_path: Path) -> None:
    path = tmp_path / "cards.toml"
    path.write_bytes(b"\xef\xbb\xbf" + SYNTHETIC.replace("\n", "\r\n").encode())
    assert load(path).run.seed == 7


def test_a_file_nested_without_end_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "cards.toml"
    path.write_text("a = " + "[" * 20_000 + "]" * 20_000, encoding="utf-8")
    assert "nested too deeply" in only_fault(path).found


@pytest.mark.parametrize(
    ("number", "found"), [("9" * 5000, "thousands of digits"), ("0x" + "f" * 5000, "hundreds of digits")]
)
def test_a_number_without_end_is_refused(number: str, found: str, tmp_path: Path) -> None:
    path = tmp_path / "cards.toml"
    path.write_text(SYNTHETIC.replace("seed = 7", f"seed = {number}"), encoding="utf-8")
    assert found in only_fault(path).found
