"""Card accounts as a bank's monthly file shows them: arrears codes at month ends, and what was paid between them.

The file behind the targets has one line an account with a code at each statement. Its rows say what the codes mean, and
a log is read in the same way, at the ends of calendar months:

1. *Code k is k - 1 instalments missed*: code 2, where every spell begins, one; code 3 two. About 5 % of the statement
   (one minimum) keeps an account at its code, about 10 % (the missed one and the one that fell due) cures code 2, 15 %
   code 3; of 110 clients who entered code 2 and paid nothing in the next month 100 rolled to code 3.
2. *A cure that does not last a month is not shown.* Of those shown as cured 3 % pay nothing in the following month,
   against 24 % before; whoever pays two minimums in one month and nothing in the next, month after month, is shown at
   code 2 throughout (four of five who stay at code 2 after such a payment skip the next). So an account that was
   behind, owes nothing overdue at one reading and is behind again at the next, is read as never cured.
3. What is paid within a month is set against what was owed at its start.
4. *From code 4 on a bank recodes.* Of 307 months begun there 72 end at code 2, 47 of these without a payment; of those
   shown so, 35 of 38 are at code 2 a month later too, whatever they pay: they are re-aged. Of the 184 months without a
   payment that do not end at code 2, 110 end where they began, above all at code 4 and at code 7: they are held. Both
   are what the bank decided to show, no behaviour of its clients. ``re_aged_share`` and ``held_share`` of the
   calibration file's table ``reading`` are their monthly shares, by chance; at 0, as by default, nothing is recoded.

The first half of a run lets the book fill with spells of all ages; the second half is read.

References
----------
Yeh and Lien (2009), Expert Systems with Applications 36(2): the file (its random half with which this program comes).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from simcollect.calibrate.moments.tally import Replication, Tally, median_tally
from simcollect.core.codes import EventKind, Purpose
from simcollect.core.eventlog import EventLog
from simcollect.core.rng import uniforms
from simcollect.outcomes.tables.positions import ABSENT, CURRENT, N_OPEN, PAID, positions

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

NOT_THERE = -1
GONE = -2
FIRST = 2
"""Code of every spell's first month."""
RECODED_FROM = 4
"""Lowest code that a bank re-ages or holds."""
_MONTH = 30  # days past due that one missed instalment is worth
_UTILISATION = (
    ("(-0.01, 0.25]", -0.01, 0.25),
    ("(0.25, 0.5]", 0.25, 0.5),
    ("(0.5, 0.75]", 0.5, 0.75),
    ("(0.75, 0.9]", 0.75, 0.9),
    ("(0.9, 1.0]", 0.9, 1.0),
    ("(1.0, 1.51]", 1.0, 1.51),
)
_SPELL_MONTHS = (1, 2, 3)
_NAMES = ("current", "code2", "code3", "code4plus")


@dataclass(frozen=True, eq=False)
class Months:
    """A log as monthly codes; arrays of shape (k + 1, n) at the month ends, (k, n) between them.

    Attributes
    ----------
    code
        0 nothing overdue, 2 and more in arrears, NOT_THERE before arrival, GONE once closed other than by payment.
    is_open
        Whether a card could still be used: False once a debt is paid in full, as the model then closes it.
    owed
        Balance in cents.
    paid
        Cash paid within the month, cents, shape (k, n).
    spell_month
        Months since the account entered arrears, 1 in the first; 0 out of arrears or where the entry was not seen.
    months_cured
        Months since it left them, 1 in the first; 0 otherwise.
    """

    code: Ints
    is_open: Bools
    owed: Ints
    paid: Ints
    spell_month: Ints
    months_cured: Ints


def read_months(log: EventLog, re_aged_share: float = 0.0, held_share: float = 0.0) -> Months:
    """Return the monthly codes of a log: at its opening, and at the end of every whole calendar month but the last.

    The last month end only shows which cures lasted.

    Parameters
    ----------
    re_aged_share
        Of the accounts shown at code 4 or more, those shown at code 2 from the next reading on, until nothing is
        overdue.
    held_share
        Of those that are not, paid nothing and would be shown at a higher code, those shown at the same one, and
        counted on from there.
    """
    found = positions(log)
    bucket, dpd = found.bucket, found.dpd
    code = (FIRST + dpd // _MONTH).astype(np.int64)
    code[(bucket == CURRENT) | (bucket == PAID)] = 0
    code[bucket > PAID] = GONE
    code[bucket == ABSENT] = NOT_THERE
    for m in range(1, len(code) - 1):
        code[m, (code[m - 1] >= FIRST) & (code[m] == 0) & (code[m + 1] >= FIRST)] = FIRST
    code = code[:-1]
    ends = found.ends[:-1]
    paid = _paid(log, ends)
    code = _as_shown(log, code, paid, re_aged_share, held_share)
    spell = np.zeros_like(code)
    cured = np.zeros_like(code)
    for m in range(1, len(code)):
        was, now = code[m - 1], code[m]
        behind = now >= FIRST
        goes_on = np.where(spell[m - 1] > 0, spell[m - 1] + 1, 0)
        spell[m] = np.where(behind, np.where(was >= FIRST, goes_on, 1), 0)
        stays = np.where(cured[m - 1] > 0, cured[m - 1] + 1, 0)
        cured[m] = np.where(now == 0, np.where(was >= FIRST, 1, stays), 0)
    is_open = (bucket >= 0) & (bucket < N_OPEN)
    return Months(code, is_open[:-1], found.balance_cents[:-1], paid, spell, cured)


def _as_shown(log: EventLog, code: Ints, paid: Ints, re_aged_share: float, held_share: float) -> Ints:
    """Return the codes, shape (k + 1, n), as a bank shows them that re-ages and holds accounts from code 4 on."""
    keys = np.ascontiguousarray(log.accounts["account_id"])
    seed, replication = log.header.seed, log.header.replication
    shown = code.copy()
    re_aged = np.zeros(code.shape[1], dtype=np.bool_)
    lag = np.zeros(code.shape[1], dtype=np.int64)
    for m in range(1, len(code)):
        was, behind = shown[m - 1], code[m] >= FIRST
        chosen, kept = (uniforms(seed, replication, keys, Purpose.RE_AGE, 2 * m + k) for k in (0, 1))
        late = behind & (was >= RECODED_FROM)
        re_aged = behind & (re_aged | (late & (chosen < re_aged_share)))
        held = late & ~re_aged & (paid[m - 1] == 0) & (code[m] - lag > was) & (kept < held_share)
        lag = np.where(behind, np.where(held, code[m] - was, lag), 0)
        shown[m, behind] = np.where(re_aged, FIRST, np.maximum(code[m] - lag, FIRST))[behind]
    return shown


def second_half(months: Months) -> Months:
    """Return the later half of the readings, spells counted from where they began."""
    first = (len(months.code) - 1) // 2
    return Months(*(getattr(months, field.name)[first:] for field in fields(months)))


def _paid(log: EventLog, ends: Ints) -> Ints:
    rows = log.rows[log.rows["kind"] == EventKind.PAYMENT]
    month = np.searchsorted(ends, rows["at"], side="right") - 1
    inside = (month >= 0) & (month < len(ends) - 1)
    paid = np.zeros((len(ends) - 1, len(log.accounts)), dtype=np.int64)
    np.add.at(paid, (month[inside], rows["account"][inside]), rows["amount_cents"][inside])
    return paid


def cards(replication: Replication) -> Mapping[str, Tally]:
    """Return the moments ``tw.*`` of a card book: transitions, hazards, payments, cure by utilisation."""
    shares = {name: replication.reading.get(name, 0.0) for name in ("re_aged_share", "held_share")}
    months = second_half(read_months(replication.log, **shares))
    limit = np.maximum(replication.book.book["limit_cents"].astype(np.float64), 1.0)
    found: dict[str, Tally] = {}
    found |= _transitions(months)
    found |= _hazards(months)
    found |= _payments(months)
    found |= _by_utilisation(months, limit)
    return found


def _share(cases: Bools, of: Bools) -> Tally:
    return Tally(float(np.sum(cases & of)), float(np.sum(of)))


def _transitions(months: Months) -> dict[str, Tally]:
    came, went = months.code[:-1], months.code[1:]
    seen = (came >= FIRST) & (went >= 0)
    found: dict[str, Tally] = {}
    for band in (1, 2, 3):
        start = seen & (_band(came) == band)
        for to, name in enumerate(_NAMES):
            found[f"tw.trans.{_NAMES[band]}_to_{name}"] = _share(_band(went) == to, start)
    for code in (2, 3, 4):
        start = seen & (came == code)
        for name, moved in (("cure", went == 0), ("stay", went == came), ("roll", went > came)):
            found[f"tw.code{code}.{name}"] = _share(moved, start)
    return found


def _band(code: Ints) -> Ints:
    """Return 0 for nothing overdue, 1 for code 2, 2 for code 3, 3 for all above."""
    band: Ints = np.where(code < FIRST, 0, np.minimum(code - 1, 3))
    return band


def _hazards(months: Months) -> dict[str, Tally]:
    went = months.code[1:]
    found: dict[str, Tally] = {}
    for month in _SPELL_MONTHS:
        behind = (months.spell_month[:-1] == month) & (went >= 0)
        found[f"tw.cure_hazard.spell_month{month}"] = _share(went == 0, behind)
        cured = (months.months_cured[:-1] == month) & months.is_open[:-1] & (went >= 0)
        found[f"tw.redefault_hazard.month{month}"] = _share(went >= FIRST, cured)
    return found


def _payments(months: Months) -> dict[str, Tally]:
    came, went, owed = months.code[:-1], months.code[1:], months.owed[:-1]
    seen = (came >= FIRST) & (went >= 0) & (owed > 0)
    ratio = np.minimum(months.paid / np.maximum(owed, 1), 1.0)
    found: dict[str, Tally] = {}
    for band in (1, 2, 3):
        of = seen & (_band(came) == band)
        found[f"tw.pay.{_NAMES[band]}.p_zero"] = _share(months.paid == 0, of)
        found[f"tw.pay.{_NAMES[band]}.mean_ratio"] = Tally(float(np.sum(ratio[of])), float(np.sum(of)))
    part = seen & (ratio > 0.0) & (ratio < 1.0)
    for name, moved in (
        ("code 2 -> cure (<=0)", (came == FIRST) & (went == 0)),
        ("code 2 -> stay", (came == FIRST) & (went == came)),
        ("code 3 -> cure (<=0)", (came == FIRST + 1) & (went == 0)),
        ("code 3 -> improve", (came == FIRST + 1) & (went == FIRST)),
        ("code 4+ -> stay", (came > FIRST + 1) & (went == came)),
    ):
        found[f"tw.pay_partial_median[{name}]"] = median_tally(ratio[part & moved].tolist())
    return found


def _by_utilisation(months: Months, limit: Floats) -> dict[str, Tally]:
    came, went = months.code[:-1], months.code[1:]
    used = months.owed[:-1] / limit
    seen = (came >= FIRST) & (went >= 0)
    return {
        f"tw.cure_by_util{name}": _share(went == 0, seen & (used > low) & (used <= high))
        for name, low, high in _UTILISATION
    }
