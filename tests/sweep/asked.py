"""What the tests of sweeps ask for: small experiments, and what they come to."""

from __future__ import annotations

from pathlib import Path

from simcollect.sweep import Study, read_experiment
from simcollect.sweep.request import Request, make_request

DAY = "strategies.firm.late.enter_dpd"
OFFICERS = "capacity.pools.legal_officers.headcount"
FATIGUE = "behaviour.goodwill.fatigue"

SMALL = f"""
scenario = "tiny"
strategies = ["no_action", "firm"]
outcomes = ["net_recovery_share", "kept_share"]
seed = 5

[levers]
"{DAY}" = [60, 75]

[uncertainties]
"{FATIGUE}" = [0.2, 0.5]

[run]
replications = 3
"""
"""4 points; ``no_action`` does not feel the lever: 4 x 3 runs of ``firm`` and 2 x 3 of ``no_action``."""

N_RUNS = 18


def write(folder: Path, text: str = SMALL) -> Path:
    file = folder / "small.toml"
    file.write_text(text, encoding="utf-8")
    return file


def asked(folder: Path, text: str = SMALL) -> Request:
    return make_request(read_experiment(write(folder, text)), "small.toml")


def finished(folder: Path, text: str = SMALL) -> Study:
    study = Study.create(asked(folder, text), folder / "study")
    study.run(workers=1)
    return study
