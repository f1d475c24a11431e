"""The plainest family: who pays, who is cured, how much comes in. Any log has these moments."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from simcollect.calibrate.moments.tally import Replication, Tally
from simcollect.core.codes import EventKind
from simcollect.core.units import MINUTES_PER_DAY

DAYS = 30


def payments(replication: Replication) -> Mapping[str, Tally]:
    """Return what became of the opening stock in its first thirty days.

    ``payments.paid_30``: share of the stock that paid anything; ``payments.cured_30``: share cured or closed by
    payment; ``payments.cash_30``: cash collected over the balance on day 0.
    """
    log = replication.log
    stock = log.accounts["arrives_at"] < MINUTES_PER_DAY
    rows = log.rows[(log.rows["at"] < DAYS * MINUTES_PER_DAY) & (log.rows["account"] >= 0)]
    rows = rows[stock[rows["account"]]]
    paid, cured = rows[rows["kind"] == EventKind.PAYMENT], rows[rows["kind"] == EventKind.CURED]
    closed = rows[rows["kind"] == EventKind.CLOSED]
    n = float(np.sum(stock))
    return {
        "payments.paid_30": Tally(float(len(np.unique(paid["account"]))), n),
        "payments.cured_30": Tally(float(len(np.unique(np.r_[cured["account"], closed["account"]]))), n),
        "payments.cash_30": Tally(
            float(np.sum(paid["amount_cents"])), float(np.sum(log.accounts["opening_cents"][stock]))
        ),
    }
