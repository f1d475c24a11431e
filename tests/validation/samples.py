"""Small results of every check, as their commands write them."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any


def target(name: str, data: float, model: float, held_out: bool = False, **more: Any) -> dict[str, Any]:
    """A target of unit share with a standard error of 0.01 in the data and 0 in the model."""
    z, relative = (model - data) / 0.01, (model - data) / data
    return {
        "name": name,
        "definition": "a share",
        "unit": "share",
        "n": 100,
        "data": data,
        "data_se": 0.01,
        "model": model,
        "model_se": 0.0,
        "z": z,
        "relative": relative,
        "held_out": held_out,
        "met": abs(z) <= 2.0 or abs(relative) <= 0.1,
        "reason": "",
    } | more


CALIBRATE: dict[str, Any] = {
    "command": "calibrate",
    "version": "0.1.0",
    "seed": 1,
    "replications": 4,
    "file": "bank.toml",
    "scenario": "cards_taiwan",
    "treatment": {"strategy": "bank_2005"},
    "date": "2026-11-23",
    "parameters": [
        {"place": "payment.a", "unit": "per day", "start": 0.1, "estimate": 0.1234, "se": 0.0123, "scale": "log"},
        {"place": "payment.b", "unit": "days", "start": 10.0, "estimate": 20.0, "se": 3.0, "scale": "log"},
    ],
    "targets": [
        target("cure month 1", 0.50, 0.51),
        target("cure month 2", 0.40, 0.42),
        target("cure month 3", 0.90, 0.95),  # 5 standard errors, 6 %
        target("cure month 4", 0.10, 0.14, reason="one rate cannot bend twice"),
        target("cure month 5", 0.30, 0.30, held_out=True),
    ],
    "fit": {"objective": 42.0},
    "identifiability": [
        {"singular_value": 9.0, "relative_se": 0.05, "direction": {"payment.a": 0.9, "payment.b": 0.4}},
        {"singular_value": 0.1, "relative_se": 1.4, "direction": {"payment.a": -0.4, "payment.b": 0.9}},
    ],
}

VERIFY: dict[str, Any] = {
    "command": "verify",
    "rows": [
        {
            "case": case,
            "title": f"Case {case}",
            "source": "a book",
            "quantity": f"quantity {number}",
            "theory": 1.0,
            "theory_high": 1.0,
            "estimate": 1.0 + 0.01 * z,
            "se": 0.01,
            "z": z,
            "verdict": "agrees" if abs(z) <= 4.0 else "disagrees",
            "replications": 40,
            "parameters": {},
        }
        for case, number, z in (("one", 1, 0.5), ("one", 2, -1.25), ("two", 3, 7.0))
    ],
}

REPLAYS: dict[str, Any] = {
    "command": "replays",
    "rows": [
        {
            "id": f"X{number}",
            "title": f"Experiment {number}",
            "source": "a paper",
            "measure": "effect | of a letter",
            "unit": "pp",
            "paper": -4.4,
            "paper_low": -6.6,
            "paper_high": -2.2,
            "estimate": -4.0,
            "low": -4.5,
            "high": -3.5,
            "verdict": verdict,
            "given": False,
            "note": "",
            "band": "half to one and a half",
            "transfer": "Another bank's borrowers.",
        }
        for number, verdict in ((1, "agrees"), (2, "disagrees"), (3, "cannot tell"))
    ],
}

FACE: dict[str, Any] = {
    "command": "face",
    "rows": [
        {
            "id": f"D{number}",
            "title": f"Demonstration {number}",
            "scenario": "cards_taiwan",
            "outcome": "kept_share",
            "added": number == 2,
            "expected": "up",
            "estimate": 0.0123,
            "low": -0.01,
            "high": 0.03,
            "seeds": [0.01, 0.02, 0.0],
            "verdict": verdict,
            "note": "" if verdict == "agrees" else "Grace keeps no one here.",
        }
        for number, verdict in ((1, "agrees"), (2, "agrees"), (3, "disagrees"), (4, "cannot tell"))
    ],
}

COVERAGE: dict[str, Any] = {
    "command": "coverage",
    "seed": 1,
    "replications": 20,
    "rows": [
        {
            "method": method,
            "setting": setting,
            "skewness": 0.0,
            "replications": n,
            "pairs": 10_000,
            "level": 0.95,
            "covered": round(10_000 * share),
            "share": share,
            "low": share - 0.004,
            "high": share + 0.004,
        }
        for method, setting, n, share in (
            ("paired t", "normal", 20, 0.9503),
            ("paired t", "lognormal", 20, 0.9312),
            ("paired t", "normal", 5, 0.9499),
            ("largest t", "5 outcomes", 20, 0.951),
        )
    ],
}

UNCERTAINTY: dict[str, Any] = {
    "command": "compare --uncertainty",
    "scenario": "cards_taiwan",
    "digest": "0123456789abcdef" * 4,
    "seed": 1,
    "replications": 12,
    "day": 365,
    "currency": "TWD",
    "minor_units": 100,
    "reference": "balanced",
    "level": 0.95,
    "draws": {
        "outer": 20, "inner": 2, "replications": 2, "assumptions": 250, "calibrated": 9, "ensemble": "bank.toml",
        "holds_from": 0.95,
    },
    "rows": [
        {
            "strategy": "firm",
            "measure": measure,
            "estimate": estimate,
            "low": estimate - 1.0,
            "high": estimate + 1.0,
            "parameters_low": estimate - 2.0,
            "parameters_high": estimate + 2.0,
            "mean_over_draws": estimate + 0.5,
            "all_low": estimate - 4.0,
            "all_high": estimate + 4.0,
            "share_run_noise": 0.05,
            "share_parameters": 0.2,
            "share_assumptions": 0.75,
            "same_sign_share": share,
            "standing": standing,
        }
        for measure, estimate, share, standing in (
            ("cost_per_account_cents", 500.0, 1.0, "higher"),
            ("mean_days_to_cash", -2.0, 0.8, "cannot tell: the sign may turn within what is plausible"),
            ("gross_recovery_share", 0.1, 1.0, "higher"),  # not one of the five headline outcomes
        )
    ],
    "influence": [
        {
            "strategy": "firm", "measure": "mean_days_to_cash", "name": "behaviour.a.b", "group": "behaviour.a",
            "source": "assumed", "correlation": -0.9, "floor": 0.7, "is_told": True,
        }
    ],
}  # fmt: skip

LOWER: dict[str, Any] = CALIBRATE | {
    "parameters": [
        CALIBRATE["parameters"][0] | {"estimate": 0.1},
        CALIBRATE["parameters"][1] | {"estimate": 25.0},
    ],
    "targets": [target("cure month 1", 0.40, 0.42), *CALIBRATE["targets"][1:]],
}
"""The same calibration when the first cure rate is a fifth lower: one parameter falls, one rises."""

ALL: dict[str, dict[str, Any]] = {
    "calibrate-bank.json": CALIBRATE,
    "moved-published.json": CALIBRATE,
    "moved-lower_cures.json": LOWER,
    "verify.json": VERIFY,
    "replays.json": REPLAYS,
    "face.json": FACE,
    "coverage.json": COVERAGE,
    "uncertainty.json": UNCERTAINTY,
}


def write(folder: Path, **changed: dict[str, Any]) -> Path:
    """Write all samples into a folder, those named ``verify=...`` as given; return the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for file, content in ALL.items():
        name = file.removesuffix(".json").partition("-")[0]
        (folder / file).write_text(json.dumps(changed.get(name, content)), encoding="utf-8")
    return folder


def copied(content: dict[str, Any]) -> dict[str, Any]:
    """Return a copy of a sample that may be changed."""
    return copy.deepcopy(content)
