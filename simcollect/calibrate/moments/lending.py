"""Charged-off instalment loans: settlements, what they bring, and the sale of the rest, as LendingClub published them.

The rows are a snapshot: a settlement agreed last month is still running, a debt charged off last month has not been
sold. So every account of a log is read at the ages that the rows have, with their weights: what is not settled by the
months since charge-off, a settlement by the months since it was agreed. Nothing is drawn at random for it.

Terms of the file, and what they are in a log:

charge-off
    150 days past due: counted on from the row "accelerated" (the treatment accelerates a little earlier, and from then
    on no payment turns the days back), or from the first due date if a settlement was agreed before that. Who cured or
    paid in full by then is no charge-off.
exposure
    principal outstanding at charge-off: payments go to charges first, as the ledger allocates them.
recoveries
    cash after charge-off, and the proceeds of a sale.
settlement percentage
    sum agreed over the balance owed on that day.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from simcollect.calibrate.moments.tally import Replication, Tally, median_tally
from simcollect.core.codes import Component, EventKind, Stage
from simcollect.core.eventlog import EventLog
from simcollect.core.units import MINUTES_PER_DAY

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

MONTH: Final = 30.4375 * MINUTES_PER_DAY
CHARGE_OFF_DPD: Final = 150
"""Days past due of a charge-off: the sixth month without an instalment, as the tables take it."""
SMALLEST: Final = 100.0
"""Exposure up to which the tables leave a charge-off out, major units."""
NEVER: Final = np.inf

OPEN_AGES: Final = (1.0, 7.5, 10.5, 13.5, 16.5, 19.5, 22.5, 25.5, 28.5, 33.0, 41.0)
OPEN_WEIGHTS: Final = (135.0, 233.0, 373.0, 541.0, 586.0, 707.0, 822.0, 1016.0, 991.0, 1527.0, 510.0)
"""Months since charge-off of the loans without a settlement at the snapshot, and their number (lc_recovery_by_age).

The table dates the snapshot to September 2018; that gives negative ages. The settlements say March 2019: no plan of 24
months is active more than 17 months before September 2018, and none of 12 more than 9 but for a straggler. So six
months are added to the middles of its classes."""
SETTLED_AGES: Final = (1.0, 4.0, 7.0, 10.0, 13.0, 16.0, 19.0, 22.0, 25.0, 28.0, 31.0, 35.0)
SETTLED_WEIGHTS: Final = (3.0, 30.0, 75.0, 148.0, 225.0, 224.0, 197.0, 175.0, 71.0, 42.0, 37.0, 35.0)
"""Months since agreement of the settlements at the snapshot, and their number (1,262), from the same rows."""
AGREED_BY_JUNE_2017: Final = 21.0
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
STATUSES: Final = ("COMPLETE", "BROKEN", "ACTIVE")


def lending(replication: Replication) -> Mapping[str, Tally]:
    """Return the moments ``lc.*`` of charged-off loans: recoveries, settlements and their terms, by status and band."""
    return {f"lc.{name}": tally for name, tally in moments_of(replication.log).items()}


def moments_of(log: EventLog) -> dict[str, Tally]:
    """Return the same of one log, without the prefix."""
    debts = charge_offs(log)
    read_open = _snapshots(debts, ~debts.settled, OPEN_AGES, OPEN_WEIGHTS, debts.charged_off_at)
    read_settled = _snapshots(debts, debts.settled, SETTLED_AGES, SETTLED_WEIGHTS, debts.agreed_at)
    found = _recoveries(debts, read_open, read_settled)
    found |= _agreed(debts)
    found |= _kept(debts, read_settled)
    return found


@dataclass(frozen=True)
class Debts:
    """The charge-offs of a log, d of them; money in cents, times in minutes, NEVER where it did not happen.

    Attributes
    ----------
    exposure
        Principal at charge-off.
    settled
        Whether a settlement was agreed, before or after charge-off.
    agreed_at, agreed, owed_then, instalments
        When, for what sum, out of what balance, in how many monthly instalments.
    months_unpaid
        Months from the last instalment paid under the loan to the agreement.
    completed_at, broken_at
        When the settlement was paid, or given up (an insolvency gives it up, too).
    instalment
        Of the loan, a month.
    cash_at, cash, cash_of
        Recoveries: minute, cents and position of the debt, shape m.
    """

    exposure: Floats
    charged_off_at: Floats
    settled: Flags
    agreed_at: Floats
    agreed: Floats
    owed_then: Floats
    instalments: NDArray[np.int64]
    months_unpaid: Floats
    completed_at: Floats
    broken_at: Floats
    instalment: Floats
    cash_at: Floats
    cash: Floats
    cash_of: NDArray[np.int64]
    minor_units: int


def charge_offs(log: EventLog) -> Debts:
    """Return the charge-offs of a log, those with an exposure of 100 major units or less left out, as in the tables."""
    rows, n = log.rows[log.rows["account"] >= 0], len(log.accounts)
    kind, account, at = rows["kind"], rows["account"], rows["at"].astype(np.float64)

    def first(*kinds: EventKind) -> Floats:
        found = np.full(n, NEVER)
        chosen = np.isin(kind, kinds)
        np.minimum.at(found, account[chosen], at[chosen])
        return found

    opened = rows[(kind == EventKind.OPENED) & (rows["detail"] == Component.PRINCIPAL)]
    dpd = np.zeros(n)
    dpd[opened["account"]] = opened["value"]
    due_at = log.accounts["arrives_at"] - dpd * MINUTES_PER_DAY
    agreed_at = first(EventKind.OFFER_ACCEPTED)
    over_at = first(EventKind.CURED, EventKind.CLOSED)
    settled = (agreed_at <= over_at) & (agreed_at < NEVER)
    late = rows[(kind == EventKind.STAGE_ENTERED) & (rows["stage"] == Stage.LATE)][::-1]
    aged_at = np.full(n, NEVER)
    aged_at[late["account"]] = late["at"] + (CHARGE_OFF_DPD - late["value"]) * MINUTES_PER_DAY
    aged_at = np.where(first(EventKind.ACCELERATED) < NEVER, aged_at, NEVER)
    aged_at = np.maximum(aged_at, log.accounts["arrives_at"])
    nominal = np.maximum(due_at + CHARGE_OFF_DPD * MINUTES_PER_DAY, log.accounts["arrives_at"])
    # A settlement agreed earlier takes the debt to its charge-off, whatever is paid under it meanwhile.
    charged_at = np.where(settled, np.minimum(aged_at, nominal), np.where(over_at < aged_at, NEVER, aged_at))
    exposure, owed_then = _owed(rows, charged_at, np.where(settled, agreed_at, NEVER))
    chosen = np.flatnonzero((charged_at < NEVER) & (exposure > SMALLEST * log.header.minor_units))
    place = np.full(n, -1, dtype=np.int64)
    place[chosen] = np.arange(len(chosen))
    charged_at, agreed_at, settled = charged_at[chosen], agreed_at[chosen], settled[chosen]
    agreed_at = np.where(settled, agreed_at, NEVER)

    accepted = rows[kind == EventKind.OFFER_ACCEPTED][::-1]  # the first of an account is written last
    agreed, instalments = np.zeros(n), np.zeros(n, dtype=np.int64)
    agreed[accepted["account"]] = accepted["amount_cents"]
    instalments[accepted["account"]] = accepted["value"]
    money = np.isin(kind, (EventKind.PAYMENT, EventKind.SOLD)) & (place[account] >= 0)
    of = place[account[money]]
    after = at[money] >= charged_at[of]
    return Debts(
        exposure=exposure[chosen],
        charged_off_at=charged_at,
        settled=settled,
        agreed_at=agreed_at,
        agreed=agreed[chosen],
        owed_then=owed_then[chosen],
        instalments=instalments[chosen],
        months_unpaid=(agreed_at - due_at[chosen]) / MONTH + 1.0,
        completed_at=np.where(settled, first(EventKind.SETTLED)[chosen], NEVER),
        broken_at=np.where(settled, first(EventKind.SETTLEMENT_BROKEN, EventKind.INSOLVENT)[chosen], NEVER),
        instalment=log.accounts["instalment_cents"][chosen].astype(np.float64),
        cash_at=at[money][after],
        cash=rows["amount_cents"][money][after].astype(np.float64),
        cash_of=of[after],
        minor_units=log.header.minor_units,
    )


_CHARGED: Final = (EventKind.INTEREST_CHARGED, EventKind.PENALTY_CHARGED, EventKind.COST_ADDED)


def _owed(rows: NDArray[np.void], charged_at: Floats, agreed_at: Floats) -> tuple[Floats, Floats]:
    """Return the principal just before charge-off and the balance at the agreement, both shape n, in cents.

    Payments clear the charges first: the principal repaid by a moment is the largest lead, up to then, of what was paid
    over what was charged.
    """
    n = len(charged_at)
    opened, charged, paid = EventKind.OPENED, _CHARGED, EventKind.PAYMENT
    rows = rows[np.isin(rows["kind"], (opened, *charged, paid))]
    account, cents = rows["account"], rows["amount_cents"].astype(np.float64)
    pays = rows["kind"] == paid
    principal = (rows["kind"] == opened) & (rows["detail"] == Component.PRINCIPAL)
    owed = np.zeros(n)
    at = rows["at"]
    counts = np.where(pays, at < agreed_at[account], at <= agreed_at[account])
    np.add.at(owed, account[counts], np.where(pays, -cents, cents)[counts])
    lent = np.zeros(n)
    np.add.at(lent, account[principal], cents[principal])

    early = (at < charged_at[account]) & ~principal
    order = np.argsort(account[early], kind="stable")
    mine, flow = account[early][order], np.where(pays, cents, -cents)[early][order]
    running = np.cumsum(flow)
    starts = np.flatnonzero(np.r_[True, mine[1:] != mine[:-1]]) if len(mine) else np.zeros(0, dtype=np.int64)
    before = np.repeat(running[starts] - flow[starts], np.diff(np.r_[starts, len(mine)]))
    repaid = np.zeros(n)
    np.maximum.at(repaid, mine, running - before)
    return lent - repaid, owed


@dataclass(frozen=True)
class Snapshots:
    """Debts read at k ages: recovered cents and weights, shape (d', k)."""

    chosen: NDArray[np.intp]
    minutes: Floats
    weights: Floats
    recovered: Floats


def _snapshots(
    debts: Debts, which: Flags, ages: tuple[float, ...], counts: tuple[float, ...], since: Floats
) -> Snapshots:
    chosen = np.flatnonzero(which)
    share = np.array(counts) / sum(counts)
    minutes = since[chosen][:, np.newaxis] + np.array(ages) * MONTH
    at = np.full(len(debts.exposure), -1, dtype=np.int64)
    at[chosen] = np.arange(len(chosen))
    recovered = np.zeros((len(chosen), len(ages)))
    mine = at[debts.cash_of] >= 0
    place = at[debts.cash_of[mine]]
    seen = debts.cash_at[mine][:, np.newaxis] <= minutes[place]
    np.add.at(recovered, place, np.where(seen, debts.cash[mine][:, np.newaxis], 0.0))
    return Snapshots(chosen, minutes, np.broadcast_to(share, recovered.shape), recovered)


def _recoveries(debts: Debts, unsettled: Snapshots, settled: Snapshots) -> dict[str, Tally]:
    found: dict[str, Tally] = {}
    all_three = [_three(debts, part, part.weights) for part in (unsettled, settled)]
    for name, three in (("not settled", all_three[0]), ("settled", all_three[1])):
        found |= {f"recovery.{name}.{measure}": tally for measure, tally in three.items()}
    for measure in all_three[0]:
        one, other = (three[measure] for three in all_three)
        both = Tally(one.numerator + other.numerator, one.denominator + other.denominator)
        found[f"recovery.all.{measure}"] = both
    for status, flags in _status(debts, settled).items():
        three = _three(debts, settled, settled.weights * flags)
        found |= {f"recovery.{status}.{measure}": tally for measure, tally in three.items()}
    sums = [part.weights * part.recovered for part in (unsettled, settled)]
    any_cash = [part.weights * (part.recovered > 0) for part in (unsettled, settled)]
    total, number = sum(float(np.sum(s)) for s in sums), sum(float(np.sum(s)) for s in any_cash)
    found["recovery_amount.mean"] = Tally(total / debts.minor_units, number)
    recovered = np.concatenate([part.recovered.ravel() for part in (unsettled, settled)])
    weights = np.concatenate([w.ravel() for w in any_cash])
    found["recovery_amount.median"] = Tally(weighted_median(recovered, weights) / debts.minor_units * number, number)
    for band, (low, high) in BANDS.items():
        for measure in ("p_any", "mean_rr"):
            parts = [
                _three(debts, part, part.weights * _in_band(debts, low, high)[part.chosen][:, np.newaxis])[measure]
                for part in (unsettled, settled)
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


def _status(debts: Debts, settled: Snapshots) -> dict[str, Flags]:
    complete = debts.completed_at[settled.chosen][:, np.newaxis] <= settled.minutes
    broken = ~complete & (debts.broken_at[settled.chosen][:, np.newaxis] <= settled.minutes)
    return dict(zip(STATUSES, (complete, broken, ~complete & ~broken), strict=True))


def _agreed(debts: Debts) -> dict[str, Tally]:
    """Return who settles, for how much, in how many instalments, how late."""
    settled = debts.settled
    n, n_settled = float(len(settled)), float(np.sum(settled))
    found = {
        "settle.share_of_chargeoffs": Tally(n_settled, n),
        "exposure.mean": Tally(float(np.sum(debts.exposure)) / debts.minor_units, n),
        "exposure.median": median_tally(list(debts.exposure / debts.minor_units)),
        "settlement_amount.median": median_tally(list(debts.agreed[settled] / debts.minor_units)),
    }
    for band, (low, high) in BANDS.items():
        inside = _in_band(debts, low, high)
        found[f"settle.share_exposure{band}"] = Tally(float(np.sum(settled & inside)), float(np.sum(inside)))
    agreed, owed, exposure = debts.agreed[settled], debts.owed_then[settled], debts.exposure[settled]
    percentage = 100.0 * agreed / owed
    for name, (low, high) in PERCENTAGES.items():
        found[f"settle.pct={name}"] = Tally(float(np.sum((percentage > low) & (percentage <= high))), n_settled)
    terms = debts.instalments[settled]
    for name, (least, most) in TERMS.items():
        found[f"settle.term={name}"] = Tally(float(np.sum((terms >= least) & (terms <= most))), n_settled)
    months = np.rint(debts.months_unpaid[settled])
    for name, (least, most) in MONTHS.items():
        inside = (months >= least) & (months <= most)
        found[f"settle.months_to_settlement={name}"] = Tally(float(np.sum(inside)), n_settled)
    long = terms >= 2
    monthly = agreed[long] / terms[long] / debts.instalment[settled][long]
    found |= {
        "settle.months_last_payment_to_settlement.mean": Tally(float(np.sum(debts.months_unpaid[settled])), n_settled),
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


def _kept(debts: Debts, settled: Snapshots) -> dict[str, Tally]:
    """Return how settlements stand at the snapshot, and what was paid under them."""
    status, weights = _status(debts, settled), settled.weights
    n = float(np.sum(weights))
    found = {f"settle.share {name}": Tally(float(np.sum(weights * flags)), n) for name, flags in status.items()}
    old = np.broadcast_to(np.array(SETTLED_AGES) >= AGREED_BY_JUNE_2017, weights.shape) * weights
    for name, flags in status.items():
        share = Tally(float(np.sum(old * flags)), float(np.sum(old)))
        found[f"settle.share {name} (agreed by Jun 2017)"] = share
    paid = settled.recovered / debts.agreed[settled.chosen][:, np.newaxis]
    for name in ("COMPLETE", "BROKEN"):
        with_status = weights * status[name]
        share = Tally(float(np.sum(with_status * paid)), float(np.sum(with_status)))
        found[f"settle.recoveries / settlement amount, {name}"] = share
    terms = debts.instalments[settled.chosen][:, np.newaxis]
    for name, (least, most) in TERMS.items():
        inside = weights * ((terms >= least) & (terms <= most))
        broken, complete = (float(np.sum(inside * status[state])) for state in ("BROKEN", "COMPLETE"))
        found[f"settle.broken|term={name}"] = Tally(broken, broken + complete)
    return found
