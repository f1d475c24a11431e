"""Where accounts come from: the rows of a file, or distributions that synthetic accounts are drawn from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Annotated, Literal

import numpy as np
from pydantic import Field

from simcollect.core.errors import closest
from simcollect.scenario.kinds import Document, Kind, Name
from simcollect.scenario.places import Path, Problem, shown

COLUMN_FIELDS = (
    "account_id", "balance", "principal", "interest", "fees", "limit", "instalment", "arrears", "dpd", "apr",
    "penalty_rate", "months_on_book", "earlier_delinquencies", "stated_income", "age", "margin", "phone_valid",
    "email_valid", "consent", "declared_vulnerable", "segment",
)  # fmt: skip
"""Fields of an account that a file's column can give."""
DRAWN_FIELDS = (
    "balance", "limit", "instalment", "dpd", "age", "months_on_book", "earlier_delinquencies", "apr", "stated_income",
    "instalments_paid",
)  # fmt: skip
"""Fields of an account that a synthetic portfolio draws; instalments_paid of instalment loans only."""
LOAN_NEEDS = ("limit", "instalments_paid", "dpd")
"""Fields that instalment loans must draw."""
LOAN_FOLLOWS = ("balance", "instalment", "months_on_book")
"""Fields of instalment loans that follow from the loan's terms and are not drawn."""
FAMILIES = {
    "beta": 4, "expon": 2, "gamma": 3, "gengamma": 4, "genpareto": 3, "burr12": 4, "invgauss": 3, "logistic": 2,
    "lognorm": 3, "norm": 2, "pareto": 3, "triang": 3, "truncnorm": 4, "uniform": 2, "weibull_min": 3, "geom": 2,
    "nbinom": 3, "poisson": 2, "randint": 3, "constant": 1,
}  # fmt: skip
"""Families of marginals and how many parameters each takes: shapes, loc and scale in scipy's order."""


class RealRows(Document):
    """A file of accounts and how to read it."""

    file: Name = Field(
        description='Name of packaged data ("taiwan_cards"), or a path relative to this scenario file (CSV, Parquet).'
    )
    layout: Literal["taiwan_cards", "columns"] = Field(
        "columns", description="taiwan_cards: the public card file and its rules; columns: the map below."
    )
    columns: dict[str, Name] = Field(
        default_factory=dict, description="Our field -> column of the file, where the names differ."
    )
    missing: Literal["refuse", "reject_file", "impute_median"] = Field(
        "refuse",
        description="What to do with faulty rows: stop, list and leave out, or put the median for empty values.",
    )
    impute: tuple[Name, ...] = Field((), description="Fields for which the median may stand in.")


class Marginal(Document):
    """Distribution of one field of a synthetic account."""

    family: Name = Field(description='Family of scipy.stats, "constant", or "table" for quantiles.')
    params: tuple[float, ...] = Field((), description="Parameters in scipy's order: shapes, loc, scale.")
    quantiles: tuple[float, ...] = Field((), description="Quantiles at even steps from 0 to 1 (table only), rising.")


class Correlations(Document):
    """Rank correlations (Spearman) between the drawn fields."""

    names: tuple[Name, ...] = Field(description="Fields in the order of the matrix.")
    matrix: tuple[tuple[float, ...], ...] = Field(description="Correlations, symmetric, 1 on the diagonal (-1 to 1).")


class Synthetic(Document):
    """How synthetic accounts are drawn: marginals joined by a Gaussian copula.

    With ``term_months`` they are instalment loans: what is drawn is the amount lent (``limit``), the rate and the
    instalments paid before the first miss; the instalment and what is owed follow from the loan's own schedule.
    """

    fit_to: RealRows | None = Field(None, description="File whose marginals and rank correlations are copied.")
    marginals: dict[str, Marginal] = Field(
        default_factory=dict, description="Distribution by field; with fit_to only those that differ from the file."
    )
    correlations: Correlations | None = Field(None, description="Rank correlations; without them as fitted, or none.")
    term_months: Annotated[int, Field(ge=1, le=600), Kind("count", "a whole number of months from 1 to 600")] | None = (
        Field(None, description="Term of instalment loans (months); without it balances and instalments are drawn.")
    )


def unknown_fields(place: Path, names: Sequence[str] | dict[str, str], known: Sequence[str]) -> Iterator[Problem]:
    """Names that are no fields of an account."""
    for name in names:
        if name not in known:
            near = closest(name, known)
            yield Problem(
                (*place, name),
                "is not a field of an account",
                "one of " + ", ".join(known),
                f'Did you mean "{near}"?' if near else "The key is our field, the value the column of the file.",
            )


def synthetic_problems(synthetic: Synthetic) -> Iterator[Problem]:
    """What contradicts itself in the distributions."""
    place: Path = ("synthetic", "marginals")
    yield from unknown_fields(place, list(synthetic.marginals), DRAWN_FIELDS)
    for name, marginal in synthetic.marginals.items():
        if marginal.family == "table":
            rising = all(a <= b for a, b in zip(marginal.quantiles, marginal.quantiles[1:], strict=False))
            if len(marginal.quantiles) < 2 or not rising:
                yield Problem(
                    (*place, name, "quantiles"),
                    shown(marginal.quantiles),
                    "at least two quantiles in rising order",
                    "The first is the minimum, the last the maximum.",
                )
        elif marginal.family not in FAMILIES:
            near = closest(marginal.family, [*FAMILIES, "table"])
            yield Problem(
                (*place, name, "family"),
                shown(marginal.family),
                "one of " + ", ".join([*FAMILIES, "table"]),
                f'Did you mean "{near}"?' if near else "Choose one of these families.",
            )
        elif len(marginal.params) != FAMILIES[marginal.family]:
            yield Problem(
                (*place, name, "params"),
                f"has {len(marginal.params)} numbers",
                f"{FAMILIES[marginal.family]} for the family {marginal.family}",
                "Give shapes, loc and scale in scipy's order.",
            )
    if synthetic.term_months is not None:
        yield from _loan_problems(synthetic)
    elif "instalments_paid" in synthetic.marginals:
        yield Problem(
            (*place, "instalments_paid"), "is given", "term_months as well: only a loan has a number of instalments",
            "Add term_months, or remove the table.",
        )  # fmt: skip
    elif synthetic.fit_to is None:
        for name in ("balance", "dpd"):
            if name not in synthetic.marginals:
                yield Problem((*place, name), "is missing", "a marginal, because there is no fit_to", "Add the table.")
    if synthetic.correlations is not None:
        yield from _correlation_problems(synthetic.correlations)


def _loan_problems(synthetic: Synthetic) -> Iterator[Problem]:
    """What contradicts a schedule of equal instalments."""
    place: Path = ("synthetic", "marginals")
    because = "because term_months makes the accounts instalment loans"
    if synthetic.fit_to is not None:
        yield Problem(
            ("synthetic", "fit_to"), "is given", f"no fit_to, {because}", "Write the marginals, or remove term_months."
        )
    for name in LOAN_NEEDS:
        if name not in synthetic.marginals:
            yield Problem((*place, name), "is missing", f"a marginal, {because}", "Add the table.")
    for name in LOAN_FOLLOWS:
        if name in synthetic.marginals:
            yield Problem(
                (*place, name), "is given", f"no marginal, {because}: it follows from the schedule", "Remove the table."
            )


def _correlation_problems(correlations: Correlations) -> Iterator[Problem]:
    place: Path = ("synthetic", "correlations", "matrix")
    size = len(correlations.names)
    yield from unknown_fields(("synthetic", "correlations", "names"), correlations.names, DRAWN_FIELDS)
    if any(len(row) != size for row in correlations.matrix) or len(correlations.matrix) != size:
        yield Problem(place, "has another shape", f"{size} rows of {size} numbers, one for each name", "Complete it.")
        return
    matrix = np.array(correlations.matrix, dtype=np.float64)
    if not (np.array_equal(matrix, matrix.T) and np.all(np.diag(matrix) == 1) and np.all(np.abs(matrix) <= 1)):
        yield Problem(
            place, "is no correlation matrix", "a symmetric matrix with 1 on its diagonal, -1 to 1", "Correct it."
        )
    elif np.linalg.eigvalsh(matrix)[0] < -1e-9:
        yield Problem(
            place,
            "is not positive semi-definite",
            "correlations that can hold together",
            "Shrink the larger ones, or fit them to a file with fit_to.",
        )
