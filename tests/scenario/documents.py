"""Small scenario documents that tests start from."""

from __future__ import annotations

import datetime as dt
from typing import Any

SYNTHETIC = """\
description = "A small scenario."

[run]
start_date = 2005-09-01
horizon_days = 365
replications = 2
seed = 7
reading_days = [90, 180]
time_zone = "Asia/Taipei"

[portfolio]
source = "synthetic"
n_stock = 100
flow_per_month = 10.0

[portfolio.synthetic.marginals.balance]
family = "lognorm"
params = [1.0, 0.0, 30000.0]

[portfolio.synthetic.marginals.dpd]
family = "table"
quantiles = [1.0, 10.0, 45.0, 90.0]

[portfolio.segments]
by = "balance"
names = ["small", "large"]
up_to = [50000.0]

[strategies.no_action]
description = "Nothing is done."

[strategies.balanced]
inherits = "no_action"

[strategies.balanced.early]
enter_dpd = 1
steps = [{ action = "sms", day = 1, repeat_days = 7, maximum = 3 }, { action = "call", day = 5 }]

[strategies.balanced.late]
enter_dpd = 120
letter_day = 3
suit_day = 30

[strategies.balanced.final]
enter_dpd = 180
offers = [{ day = 10, discount_share = 0.2, instalments = 6 }]

[strategies.firm]
inherits = "balanced"

[strategies.firm.late]
enter_dpd = 90

[strategies.firm.segments.small.late]
suit_day = -1

[rules]
calls_per_7_days = 7
hours_start = "08:00"
hours_end = "21:00"
max_discount_share = 0.5
max_plan_months = 60

[capacity.pools.callers]
headcount = 3

[economics]
currency = "TWD"

[behaviour.payment]
base_rate_per_day = 0.05
"""

INLINE = """\
[run]
start_date = 2005-09-01
horizon_days = 90

[portfolio]
source = "inline"

[[portfolio.accounts]]
name = "Ann"
account_id = 1
balance = 1000.0
dpd = 5
cell = "forgetful"

[[portfolio.accounts]]
name = "Bo"
account_id = 2
balance = 2500.5
dpd = 40

[strategies.no_action]
"""


def extended(rules: dict[str, Any], start: str = "2026-03-02", **blocks: Any) -> dict[str, Any]:
    """Tiny with rules of its own, from another day on."""
    return {"extends": "tiny", "run": {"start_date": dt.date.fromisoformat(start)}, "rules": rules, **blocks}
