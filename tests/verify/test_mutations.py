"""A broken engine does not pass: each of these faults is caught by a case."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

import numpy as np
import pytest

from simcollect.verify import verify

PROGRAM = """
import json, sys
from simcollect.core.codes import Purpose
from simcollect.stages import borrower, early
from simcollect.verify import verify

case, purpose, settings = sys.argv[1], sys.argv[2], json.loads(sys.argv[3])
whole = borrower.draw
if purpose != "none":
    reused = Purpose[purpose]
    first = lambda c, p, k: whole(c, p, 0 if p == reused else k)
    borrower.draw = first
    early.next_draw = lambda c, p: first(c, p, 0) if p == reused else early_next(c, p)
early_next = __import__("simcollect.stages.case", fromlist=["next_draw"]).next_draw
found = verify([case], settings, replications=16, workers=1, seed=4)
print(json.dumps({row.quantity: row.verdict for row in found.rows}))
"""
"""Runs a case on the model in plain Python, where one function can be put in another's place."""


def verdicts(case: str, purpose: str, **settings: Any) -> dict[str, str]:
    """Verdicts of a case when a draw is always the account's first of its purpose; "none": of the sound engine."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, case, purpose, json.dumps(settings)],
        env={**os.environ, "SIMCOLLECT_NUMBA": "0"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, str] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize(
    ("case", "purpose", "settings"),
    [
        ("absorbing_chain", "ROLL", {"borrowers": 6}),
        pytest.param("contact_cap", "ANSWERED", {"borrowers": 8, "weeks": 1}, marks=pytest.mark.slow),
    ],
)
def test_a_draw_that_is_used_again_and_again_is_caught(case: str, purpose: str, settings: dict[str, Any]) -> None:
    assert set(verdicts(case, "none", **settings).values()) == {"agrees"}, "the sound engine passes"
    assert "disagrees" in verdicts(case, purpose, **settings).values()


@pytest.mark.slow
def test_a_court_fee_of_the_next_band_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    module = sys.modules["simcollect.scenario.flatten"]
    whole = module.fee_table  # type: ignore[attr-defined]

    def shifted(*given: Any) -> np.ndarray[Any, Any]:
        table: np.ndarray[Any, Any] = whole(*given)
        table["fixed_cents"] = np.roll(table["fixed_cents"], -1)
        return table

    assert verify(["court_fee_england", "court_fee_china"], workers=1).agrees
    monkeypatch.setattr(module, "fee_table", shifted)
    found = verify(["court_fee_england", "court_fee_china"], {"claims": [8000.01, 50_000.0]}, workers=1)
    assert {row.case for row in found.disagreeing} == {"court_fee_england", "court_fee_china"}


@pytest.mark.slow
def test_a_claim_on_the_border_that_falls_into_the_next_band_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    module = sys.modules["simcollect.scenario.flatten"]
    whole = module.fee_table  # type: ignore[attr-defined]

    def narrower(*given: Any) -> np.ndarray[Any, Any]:
        table: np.ndarray[Any, Any] = whole(*given)
        table["up_to_cents"] -= 1
        return table

    monkeypatch.setattr(module, "fee_table", narrower)
    found = verify(["court_fee_england"], workers=1)
    assert [row.quantity for row in found.disagreeing] == [
        f"fee on a claim of {claim}" for claim in ("300", "1,500", "5,000", "10,000")
    ]
