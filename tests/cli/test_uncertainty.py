"""compare --uncertainty on twelve borrowers."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from simcollect.cli import main

_ASKED = ["compare", "tiny", "--strategies", "gentle,firm", "--replications", "3", "--workers", "1"]


def printed(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    with pytest.raises(SystemExit) as ended:
        main([*_ASKED, *arguments])
    out, err = capsys.readouterr()
    assert ended.value.code == 0, err
    return out


def test_the_doubt_is_printed_by_source_and_saved(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asked = ["--uncertainty", "--draws", "5", "--draw-replications", "2", "--out", str(tmp_path / "out")]
    out = printed(capsys, *asked)
    assert "Uncertainty: 5 draws of" in out
    assert "firm against gentle" in out
    assert "Best in how many of the draws" in out
    assert "has no calibrated ensemble" in out
    told = json.loads((tmp_path / "out" / "uncertainty.json").read_text(encoding="utf-8"))
    assert len(told["rows"]) == 9
    again = printed(capsys, *asked, "--json")
    assert json.loads(again)["uncertainty"] == told


def test_an_option_about_draws_needs_uncertainty(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([*_ASKED, "--draws", "8"])
    assert ended.value.code == 2
    assert "--draws stands without --uncertainty" in capsys.readouterr().err
