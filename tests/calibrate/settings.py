"""Small calibrations that tests share: a few hundred accounts, one month, nothing done."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from simcollect.calibrate import Calibration, Replication, Tally, family, read_calibration

FILE = """\
title = "A month of a small book"
preset = "mine"
scenario = "cards.toml"
families = ["payments"]
targets = "targets.csv"
replications = 2
seeds = [11, 12]
starts = 1
iterations = 6

[changes]
"portfolio.n_stock" = 120
"portfolio.flow_per_month" = 0
"run.horizon_days" = 31

[strategies.nothing]
description = "Nothing is done."

[[parameters]]
place = "behaviour.payment.base_rate_per_day"
low = 0.01
high = 0.5
scale = "log"

[[parameters]]
place = "behaviour.payment.ratio_median"
low = 0.3
high = 5.0
scale = "log"
start = 0.8
"""

TWO = (
    FILE.replace('families = ["payments"]\n', "")
    .replace("replications = 2\nseeds = [11, 12]\n", "")
    .replace(
        '[strategies.nothing]\ndescription = "Nothing is done."',
        """\
[[settings]]
name = "left alone"
families = ["payments"]
replications = 2
seeds = [11, 12]

[settings.strategies.nothing]
description = "Nothing is done."

[[settings]]
name = "reminded"
families = ["tests.calibrate.settings:reminded"]
replications = 3
seeds = [13]

[settings.changes]
"portfolio.n_stock" = 60

[settings.strategies.sms]
description = "A message a week."
early = { enter_dpd = 1, steps = [{ action = "sms", day = 0, repeat_days = 7, maximum = 4 }] }
""",
    )
)
"""The same month in two settings: the one above, and one with reminders in a book half as large."""

TARGETS: Mapping[str, tuple[float, float]] = {
    "payments.paid_30": (0.60, 0.01),
    "payments.cured_30": (0.40, 0.01),
    "payments.cash_30": (0.08, 0.002),
}


def reminded(replication: Replication) -> Mapping[str, Tally]:
    """Return the moments of the family "payments" under names of their own."""
    return {f"reminded.{name}": tally for name, tally in family("payments")(replication).items()}


def write_targets(path: Path, targets: Mapping[str, tuple[float, float]] = TARGETS) -> Path:
    with path.open("w", encoding="utf-8", newline="") as lines:
        writer = csv.writer(lines)
        writer.writerow(["target", "value", "se"])
        writer.writerows([name, value, se] for name, (value, se) in targets.items())
    return path


def calibration(
    folder: Path,
    targets: Mapping[str, tuple[float, float]] = TARGETS,
    text: str = FILE,
    **changes: Any,
) -> Calibration:
    file = folder / "small.toml"
    file.write_text(text, encoding="utf-8")
    (folder / "cards.toml").write_text('extends = "cards_taiwan"\nbehaviour.preset = "cards"\n', encoding="utf-8")
    write_targets(folder / "targets.csv", targets)
    return read_calibration(file, changes={place.replace("__", "."): value for place, value in changes.items()})
