"""Charged-off instalment loans: settlements, what they bring, and the sale of the rest, as LendingClub published them.

What the terms of the file are in a log stands in ``lending_debts``; at what ages the debts are read, in
``lending_snapshots``. A settlement percentage is the sum agreed over the balance owed on that day.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np

from simcollect.calibrate.moments.lending_debts import Debts, Flags, Floats, charge_offs
from simcollect.calibrate.moments.lending_snapshots import SETTLED_AGES, Snapshots, by_status, settled, unsettled
from simcollect.calibrate.moments.tally import Replication, Tally, median_tally
from simcollect.core.eventlog import EventLog

AGREED_BY_JUNE_2017: Final = 19.0
"""Settlements at least this many months old were agreed by June 2017."""

BANDS: Final = {
    "(100, 2500]": (100.0, 2500.0),
    "(2500, 5000]": (2500.0, 5000.0),
    "(5000, 10000]": (5000.0, 10000.0),
    "(10000, 15000]": (10000.0, 15000.0),
    "(15000, 35000]": (15000.0, 35000.0),
}
"""Bands of exposure, major units: above the first number, up to the second."""
PERCENTAGES: Final = {
    "40": (39.5, 40.5),
    "45": (44.5, 45.5),
    "46-49": (45.5, 49.5),
    "50": (49.5, 50.5),
    "55": (54.5, 55.5),
    "60": (59.5, 60.5),
    "65": (64.5, 65.5),
}
TERMS: Final = {
    "1": (1, 1),
    "2-3": (2, 3),
    "4-5": (4, 5),
    "6": (6, 6),
    "7-9": (7, 9),
    "10-11": (10, 11),
    "12": (12, 12),
    "13-17": (13, 17),
    "18": (18, 18),
    "19-23": (19, 23),
    "24": (24, 24),
}
MONTHS: Final = {
    "3": (3, 3),
    "4": (4, 4),
    "5": (5, 5),
    "6": (6, 6),
    "7": (7, 7),
    "8-9": (8, 9),
    "10-12": (10, 12),
    "13-18": (13, 18),
    "19-24": (19, 24),
    "25+": (25, 99),
}


def lending(replication: Replication) -> Mapping[str, Tally]:
    """Return the moments ``lc.*`` of charged-off loans: recoveries, settlements and their terms, by status and band."""
    return {f"lc.{name}": tally for name, tally in moments_of(replication.log).items()}


def moments_of(log: EventLog) -> dict[str, Tally]:
    """Return the same of one log, without the prefix."""
    debts = charge_offs(log)
    after_agreement = settled(debts)
    found = _recoveries(debts, unsettled(debts), after_agreement)
    found |= _agreed(debts)
    found |= _kept(debts, after_agreement)
    found |= _broken_by_length(debts, settled(debts, on_record=True))
    return found


def _recoveries(debts: Debts, left: Snapshots, agreed: Snapshots) -> dict[str, Tally]:
    found: dict[str, Tally] = {}
    all_three = [_three(debts, part, part.weights) for part in (left, agreed)]
    for name, three in (("not settled", all_three[0]), ("settled", all_three[1])):
        found |= {f"recovery.{name}.{measure}": tally for measure, tally in three.items()}
    for measure in all_three[0]:
        one, other = (three[measure] for three in all_three)
        both = Tally(one.numerator + other.numerator, one.denominator + other.denominator)
        found[f"recovery.all.{measure}"] = both
    for status, flags in by_status(debts, agreed).items():
        three = _three(debts, agreed, agreed.weights * flags)
        found |= {f"recovery.{status}.{measure}": tally for measure, tally in three.items()}
    sums = [part.weights * part.recovered for part in (left, agreed)]
    any_cash = [part.weights * (part.recovered > 0) for part in (left, agreed)]
    total, number = sum(float(np.sum(s)) for s in sums), sum(float(np.sum(s)) for s in any_cash)
    found["recovery_amount.mean"] = Tally(total / debts.minor_units, number)
    recovered = np.concatenate([part.recovered.ravel() for part in (left, agreed)])
    weights = np.concatenate([w.ravel() for w in any_cash])
    found["recovery_amount.median"] = Tally(weighted_median(recovered, weights) / debts.minor_units * number, number)
    for band, (low, high) in BANDS.items():
        for measure in ("p_any", "mean_rr"):
            parts = [
                _three(debts, part, part.weights * _in_band(debts, low, high)[part.chosen][:, np.newaxis])[measure]
                for part in (left, agreed)
            ]
            name = f"recovery.exposure{band}.{measure}"
            found[name] = Tally(sum(p.numerator for p in parts), sum(p.denominator for p in parts))
    return found


def weighted_median(values: Floats, weights: Floats) -> float:
    """Return the value below which half of the weight lies, 0 where there is none.

    Examples
    --------
    >>> weighted_median(np.array([5.0, 1.0, 3.0]), np.array([1.0, 1.0, 3.0]))
    3.0
    """
    order = np.argsort(values, kind="stable")
    running = np.cumsum(weights[order])
    if not len(running) or running[-1] == 0.0:
        return 0.0
    return float(values[order][np.searchsorted(running, running[-1] / 2.0)])


def _three(debts: Debts, part: Snapshots, weights: Floats) -> dict[str, Tally]:
    """Return whether anything was recovered, the mean rate of recovery, and the same weighted by exposure."""
    exposure = debts.exposure[part.chosen][:, np.newaxis]
    n = float(np.sum(weights))
    return {
        "p_any": Tally(float(np.sum(weights * (part.recovered > 0))), n),
        "mean_rr": Tally(float(np.sum(weights * part.recovered / exposure)), n),
        "dollar_rr": Tally(float(np.sum(weights * part.recovered)), float(np.sum(weights * exposure))),
    }


def _in_band(debts: Debts, low: float, high: float) -> Flags:
    major = debts.exposure / debts.minor_units
    return (major > low) & (major <= high)


def _agreed(debts: Debts) -> dict[str, Tally]:
    """Return who settles, for how much, in how many instalments, how late."""
    has = debts.settled
    n, n_settled = float(len(has)), float(np.sum(has))
    found = {
        "settle.share_of_chargeoffs": Tally(n_settled, n),
        "exposure.mean": Tally(float(np.sum(debts.exposure)) / debts.minor_units, n),
        "exposure.median": median_tally(list(debts.exposure / debts.minor_units)),
        "settlement_amount.median": median_tally(list(debts.agreed[has] / debts.minor_units)),
    }
    for band, (low, high) in BANDS.items():
        inside = _in_band(debts, low, high)
        found[f"settle.share_exposure{band}"] = Tally(float(np.sum(has & inside)), float(np.sum(inside)))
    agreed, owed, exposure = debts.agreed[has], debts.owed_then[has], debts.exposure[has]
    percentage = 100.0 * agreed / owed
    for name, (low, high) in PERCENTAGES.items():
        found[f"settle.pct={name}"] = Tally(float(np.sum((percentage > low) & (percentage <= high))), n_settled)
    terms = debts.instalments[has]
    for name, (least, most) in TERMS.items():
        found[f"settle.term={name}"] = Tally(float(np.sum((terms >= least) & (terms <= most))), n_settled)
    months = np.rint(debts.months_unpaid[has])
    for name, (least, most) in MONTHS.items():
        inside = (months >= least) & (months <= most)
        found[f"settle.months_to_settlement={name}"] = Tally(float(np.sum(inside)), n_settled)
    long = terms >= 2
    monthly = agreed[long] / terms[long] / debts.instalment[has][long]
    found |= {
        "settle.months_last_payment_to_settlement.mean": Tally(float(np.sum(debts.months_unpaid[has])), n_settled),
        "settle.settlement amount / outstanding principal": Tally(float(np.sum(agreed / exposure)), n_settled),
        "settle.settlement base / outstanding principal": Tally(float(np.sum(owed / exposure)), n_settled),
        "settle.settlement percentage (%)": Tally(float(np.sum(percentage)), n_settled),
        "settle.settlement term (months)": Tally(float(np.sum(terms)), n_settled),
        "settle.settlement amount US$": Tally(float(np.sum(agreed)) / debts.minor_units, n_settled),
        "settle.monthly settlement instalment / original instalment (term>=2)": Tally(
            float(np.sum(monthly)), float(len(monthly))
        ),
    }
    return found


def _kept(debts: Debts, read: Snapshots) -> dict[str, Tally]:
    """Return how settlements stand at the snapshot, and what was paid under them."""
    status, weights = by_status(debts, read), read.weights
    n = float(np.sum(weights))
    found = {f"settle.share {name}": Tally(float(np.sum(weights * flags)), n) for name, flags in status.items()}
    old = (np.array(SETTLED_AGES) >= AGREED_BY_JUNE_2017) * weights
    for name, flags in status.items():
        share = Tally(float(np.sum(old * flags)), float(np.sum(old)))
        found[f"settle.share {name} (agreed by Jun 2017)"] = share
    paid = read.recovered / debts.agreed[read.chosen][:, np.newaxis]
    for name in ("COMPLETE", "BROKEN"):
        with_status = weights * status[name]
        share = Tally(float(np.sum(with_status * paid)), float(np.sum(with_status)))
        found[f"settle.recoveries / settlement amount, {name}"] = share
    return found


def _broken_by_length(debts: Debts, read: Snapshots) -> dict[str, Tally]:
    """Return the share broken of the settlements that have ended, by the number of their instalments."""
    status, terms = by_status(debts, read), debts.instalments[read.chosen][:, np.newaxis]
    found = {}
    for name, (least, most) in TERMS.items():
        inside = read.weights * ((terms >= least) & (terms <= most))
        broken, complete = (float(np.sum(inside * status[state])) for state in ("BROKEN", "COMPLETE"))
        found[f"settle.broken|term={name}"] = Tally(broken, broken + complete)
    return found
