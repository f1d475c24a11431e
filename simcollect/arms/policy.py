"""A logging policy: who was treated how in a book whose treatment was not random, and with what probability."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from simcollect.core.errors import InputError
from simcollect.population import Population

Numbers = NDArray[np.float64]

FEATURES: Final = (
    "balance",
    "arrears_share",
    "dpd",
    "score",
    "months_on_book",
    "earlier_delinquencies",
    "utilisation",
    "stated_income",
    "age",
    "margin",
)
"""What a lender sees of an account on its arrival; the policy and an analyst may use it."""
HIDDEN: Final = ("willingness", "ability")
"""What nobody sees: a policy that depends on it (a collector's hunch) confounds what no analyst can adjust for."""
LEAST, MOST = 0.02, 0.98


@dataclass(frozen=True)
class LoggingPolicy:
    """Probability of the second strategy, by a logistic index of standardised features.

    Attributes
    ----------
    weights
        Feature of :data:`FEATURES` or :data:`HIDDEN` -> change of the log odds for one standard deviation more.
    intercept
        Log odds of the average account; 0 treats half of them.
    """

    weights: Mapping[str, float]
    intercept: float = 0.0

    def __post_init__(self) -> None:
        """Check the names.

        Raises
        ------
        InputError
            If a feature is unknown.
        """
        for name in self.weights:
            if name not in (*FEATURES, *HIDDEN):
                raise InputError.unknown("", name, (*FEATURES, *HIDDEN), "feature")

    @property
    def is_hidden(self) -> bool:
        """Whether treatment depends on what no analyst sees."""
        return any(self.weights.get(name, 0.0) != 0.0 for name in HIDDEN)

    def propensity(self, features: Mapping[str, Numbers]) -> Numbers:
        """Return the probability of the second strategy, kept within 0.02 to 0.98, shape n."""
        index = np.full(len(next(iter(features.values()))), self.intercept)
        for name, weight in self.weights.items():
            index += weight * standardised(features[name])
        share: Numbers = np.clip(1.0 / (1.0 + np.exp(-index)), LEAST, MOST)
        return share


HARDER_GET_MORE: Final = LoggingPolicy({"dpd": 0.8, "score": -0.8, "balance": 0.4})
"""The usual one: the later, the likelier to fail and the larger, the firmer the treatment."""
WITH_A_HUNCH: Final = LoggingPolicy({"dpd": 0.8, "score": -0.8, "balance": 0.4, "willingness": -1.2})
"""The same, and collectors pick out whom they hold to be unwilling by what no system records."""


def features_of(book: Population, minor_units: int) -> dict[str, Numbers]:
    """Return every one of :data:`FEATURES` and :data:`HIDDEN` by account; money in major units."""
    rows = book.book
    owed = (rows["principal_cents"] + rows["interest_cents"] + rows["fees_cents"]).astype(np.float64)
    limit = np.maximum(rows["limit_cents"], 1)
    found: dict[str, NDArray[np.generic]] = {
        "balance": owed / minor_units,
        "arrears_share": rows["arrears_cents"] / np.maximum(owed, 1.0),
        "dpd": rows["dpd"],
        "score": rows["score"],
        "months_on_book": rows["months_on_book"],
        "earlier_delinquencies": rows["earlier_delinquencies"],
        "utilisation": np.where(rows["limit_cents"] > 0, rows["principal_cents"] / limit, 0.0),
        "stated_income": rows["stated_income_cents"] / minor_units,
        "age": rows["age"],
        "margin": rows["margin_cents"] / minor_units,
        "willingness": rows["willingness"],
        "ability": rows["spare_cents"] / np.maximum(rows["instalment_cents"], 1),
    }
    return {name: values.astype(np.float64) for name, values in found.items()}


def standardised(values: Numbers) -> Numbers:
    """Return ranks turned into standard normal-like scores: mean 0, variance 1, no outlier that decides alone.

    A feature that does not vary is 0 throughout.
    """
    order = np.argsort(np.argsort(values, kind="stable"), kind="stable")
    _, first, count = np.unique(values, return_index=True, return_counts=True)
    if len(first) < 2:
        return np.zeros(len(values))
    # Equal values share their mean rank.
    sums = np.zeros(len(count))
    place = np.searchsorted(np.unique(values), values)
    np.add.at(sums, place, order.astype(np.float64))
    ranks = (sums / count)[place]
    scores: Numbers = (ranks - ranks.mean()) / ranks.std()
    return scores
