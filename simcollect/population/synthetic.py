"""Synthetic accounts: marginals joined by a Gaussian copula, written down or fitted to real rows.

One uniform a field and account gives independent normals; a triangular factor joins them; each normal's probability is
read off its field's marginal. Any number of accounts, each by its own key.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr
from scipy.stats import spearmanr

from simcollect.core.codes import Purpose
from simcollect.core.errors import InputError
from simcollect.population.draws import Draws
from simcollect.population.marginal import Floats, Marginal, empirical, nearest_correlation, normal_correlation
from simcollect.population.opening import DAYS_OF_INSTALMENT, DAYS_PER_YEAR, due_dates_passed
from simcollect.population.rounding import whole_cents
from simcollect.population.rows import SourceRows, Terms, empty_rows, minimum_payment

FIELDS = (
    "balance", "limit", "instalment", "dpd", "age", "months_on_book", "earlier_delinquencies", "apr", "stated_income",
    "instalments_paid",
)  # fmt: skip
"""Fields that can be drawn, in the order of their draws: a field's uniform is its place in this list."""

_MONEY = ("balance", "limit", "instalment", "stated_income")
_LARGEST = {"dpd": 3650, "age": 110, "months_on_book": 1200, "earlier_delinquencies": 1200, "apr": 10}
_SMALLEST = {"balance": 1.0, "limit": 1.0, "instalment": 1.0, "dpd": 1, "age": 18}
_FLOW_SAMPLE = 20_000


@dataclass(frozen=True)
class Copula:
    """Fields and what joins them (d fields).

    Attributes
    ----------
    marginals
        Field to distribution; money in cents.
    correlation
        Of the normal scores, shape (d, d), in the order of ``marginals``.
    """

    marginals: Mapping[str, Marginal]
    correlation: Floats

    def columns(self, draws: Draws) -> dict[str, Floats]:
        """Return each field's values for n accounts, shape n a field."""
        factor = np.linalg.cholesky(self.correlation)
        # Linear algebra libraries differ in the last bits; nine decimals are the same everywhere.
        factor = np.rint(factor * 1e9) / 1e9
        independent: list[Floats] = []
        columns = {}
        for place, (name, marginal) in enumerate(self.marginals.items()):
            independent.append(draws.normal(Purpose.COPULA, FIELDS.index(name)))
            joined = np.zeros(len(draws.keys))
            for weight, score in zip(factor[place], independent, strict=False):
                if weight != 0.0:
                    joined = joined + weight * score
            # Beyond 8 standard deviations a uniform is 0 or 1 to the last bit, and some quantiles are infinite.
            columns[name] = marginal.values(ndtr(np.clip(joined, -8.0, 8.0)))
        return columns


@dataclass(frozen=True)
class SyntheticRows:
    """A source that draws its rows.

    Attributes
    ----------
    stock, flow
        Copulas of overdue accounts, and of accounts about to fall overdue.
    terms
        What no field says.
    flow_ratio
        As in ``rows.SourceRows``; None where no file shows it.
    term_months
        Of instalment loans; None where balances are drawn.
    """

    stock: Copula
    flow: Copula
    terms: Terms
    flow_ratio: float | None
    term_months: int | None = None

    def draw(self, seed: int, replication: int, keys: NDArray[np.int64], flow: bool) -> NDArray[np.void]:
        """Return one row for each key, shape n."""
        columns = (self.flow if flow else self.stock).columns(Draws(seed, replication, keys))
        rows = empty_rows(len(keys))
        for name, drawn in columns.items():
            top = _LARGEST.get(name, 1e14)
            bounded = np.clip(drawn, _SMALLEST.get(name, 0), top)
            if name == "instalments_paid":
                paid = np.rint(bounded).astype(np.int64)
            elif name in _MONEY:
                rows["principal_cents" if name == "balance" else f"{name}_cents"] = whole_cents(bounded)
            elif name == "apr":
                rows[name] = bounded
            elif name != "dpd":
                rows[name] = np.rint(bounded).astype(np.int32)
            elif not flow:
                rows["dpd_low"] = rows["dpd_high"] = np.rint(bounded).astype(np.int32)
        if "apr" not in columns:
            rows["apr"] = self.terms.apr
        if self.term_months is not None:
            follow_schedule(rows, paid, self.term_months)
        if "limit" not in columns:
            rows["limit_cents"] = rows["principal_cents"]
        if "instalment" not in columns and self.term_months is None:
            rows["instalment_cents"] = minimum_payment(rows["principal_cents"], self.terms)
        rows["penalty_rate"] = self.terms.penalty_rate
        return rows


def follow_schedule(rows: NDArray[np.void], paid: NDArray[np.int64], term_months: int) -> None:
    """Fill what an instalment loan owes from its amount (``limit_cents``) and rate, in place.

    Parameters
    ----------
    rows
        Of ``ROW_DTYPE``, shape n, with amount, rate and days past due filled.
    paid
        Instalments paid on time before the first miss, shape n; the last instalment is always among the missed.
    term_months
        Number of equal monthly instalments.

    References
    ----------
    Equal instalments at a monthly rate i on the declining principal: L i / (1 - (1 + i)^-n); after k of them
    L ((1 + i)^n - (1 + i)^k) / ((1 + i)^n - 1) is left. It agrees with LendingClub's instalments to 0.01 %.
    """
    amount, rate = rows["limit_cents"].astype(np.float64), rows["apr"] / 12.0
    kept = np.minimum(paid, term_months - 1)
    # Logarithms keep a rate of almost nothing exact: (1 + i)^n - 1 would lose its digits.
    log_growth = np.log1p(rate)
    whole, done = np.expm1(term_months * log_growth), np.expm1(kept * log_growth)
    free = rate == 0.0
    repaid = np.where(free, kept / term_months, done / np.where(free, 1.0, whole))
    part = np.where(free, 1.0 / term_months, rate / -np.expm1(-term_months * np.where(free, 1.0, log_growth)))
    rows["instalment_cents"] = whole_cents(amount * part)
    left = np.maximum(whole_cents(amount * (1.0 - repaid)), 1)
    dpd = rows["dpd_low"].astype(np.int64)
    rows["principal_cents"] = left
    rows["interest_cents"] = whole_cents(left * rows["apr"] * (DAYS_OF_INSTALMENT + dpd) / DAYS_PER_YEAR)
    rows["months_on_book"] = kept + due_dates_passed(dpd)


def join(marginals: Mapping[str, Marginal], names: Sequence[str], spearman: Floats) -> Copula:
    """Return the copula of these marginals with these rank correlations.

    Parameters
    ----------
    names
        Fields in the order of ``spearman`` (shape (d, d)); fields not named are independent.

    Raises
    ------
    InputError
        If a correlated field has no marginal.
    """
    for name in names:
        if name not in marginals:
            known = ", ".join(marginals)
            raise InputError("", "portfolio.synthetic.correlations.names", f"has {name}", f"Expected among {known}")
    ordered = {name: marginals[name] for name in FIELDS if name in marginals}
    wanted = np.eye(len(ordered))
    place = {name: position for position, name in enumerate(ordered)}
    for i, first in enumerate(names):
        for j, second in enumerate(names[:i]):
            r = normal_correlation(float(spearman[i, j]), ordered[first], ordered[second])
            wanted[place[first], place[second]] = wanted[place[second], place[first]] = r
    return Copula(ordered, nearest_correlation(wanted))


def fit(source: SourceRows, flow: bool, seed: int) -> tuple[dict[str, Marginal], tuple[str, ...], Floats]:
    """Return marginals, fields and their Spearman correlations (shape (d, d)) of a file's rows.

    Days past due known only as a band are spread over it first, by one draw a row.

    Raises
    ------
    InputError
        If there are fewer than 10 rows to fit.
    """
    rows = source.flow if flow else source.stock
    if len(rows) < 10:
        raise InputError(source.where, "the file", f"has {len(rows)} rows to fit a copula to", "Expected at least 10")
    if flow:
        # Rows at even steps of the running weight: their frequencies are the weights.
        reach = np.cumsum(rows["weight"])
        steps = (np.arange(_FLOW_SAMPLE) + 0.5) / _FLOW_SAMPLE * reach[-1]
        rows = rows[np.searchsorted(reach, steps, side="right")]
    names = tuple(name for name in FIELDS if name in source.given and not (flow and name == "dpd"))
    columns = {name: _observed(rows, name, seed) for name in names}
    marginals = {name: empirical(column) for name, column in columns.items()}
    size = len(names)
    spearman = np.eye(size)
    for i in range(size):
        for j in range(i):
            varied = all(marginals[name].family != "constant" for name in (names[i], names[j]))
            rho = float(spearmanr(columns[names[i]], columns[names[j]]).statistic) if varied else 0.0
            spearman[i, j] = spearman[j, i] = rho
    return marginals, names, spearman


def _observed(rows: NDArray[np.void], name: str, seed: int) -> Floats:
    if name == "dpd":
        u = Draws(seed, 0, rows["source_row"].astype(np.int64)).uniform(Purpose.DAYS_PAST_DUE)
        width = rows["dpd_high"] - rows["dpd_low"] + 1
        values = rows["dpd_low"] + np.floor(u * width)
    elif name == "balance":
        values = rows["principal_cents"] + np.maximum(rows["interest_cents"], 0) + rows["fees_cents"]
    else:
        values = rows[f"{name}_cents" if name in _MONEY else name]
    column: Floats = values.astype(np.float64)
    return column
