"""What is only assumed: which numbers of a scenario are drawn, from which spread, and how.

Drawn are all numbers of behaviour and economics whose status is "assumed", and calibrated ones that no ensemble covers
(set by hand, they have no standard error). Each has a triangular distribution whose peak is the stated value, on the
scale that fits it: log odds for shares, the logarithm for other positive numbers, else as it is. Its ends are

1. ``plausible``, where the number states it and its value lies inside;
2. ``range`` for prices and rates of the economics block, whose ranges are meant so;
3. else half to double, of a share the odds, of a number that may be negative (log odds themselves) less or more by
   log 2; cut at ``range``, which of behaviour is often no more than what the formula allows.

A number at which its scale ends (a share of exactly 0) stays as it is. The shares of borrower cells are drawn as seven
weights, half to double, that multiply each cell's share in every band of days past due; the shares are then brought to
1 again. Prices by age of debt move together, and none falls below that of an older debt. Not drawn, because the lender
sets or knows them: borders of score bands, the limit at which income is stated, and the capacity block.

The numbers are a Latin hypercube: each takes every n-th part of its distribution once. The columns are keyed by the
number's name, so a number added to the model leaves the draws of all others as they are.
"""

from __future__ import annotations

import math
import zlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from simcollect.scenario import Quantity, Scenario
from simcollect.scenario.economics import quantities
from simcollect.scenario.places import Path, dotted
from simcollect.stats.scales import Scale, from_scale, to_scale

Numbers = NDArray[np.float64]

_STREAM: Final = 2
_FACTOR: Final = 2.0
_MIX: Final = "cell_mix"
_PRICES: Final = "sale_price_share_by_dpd"
_KNOWN: Final = ("behaviour.score.", "behaviour.latent.income_limit_reference")
"""Beginnings of places that the lender sets or knows."""
_DIGITS: Final = 8


@dataclass(frozen=True)
class Member:
    """One number of an assumption and its triangular distribution, in natural units.

    Attributes
    ----------
    place
        Where it stands in a scenario.
    low, value, high
        Ends and peak.
    scale
        On which the distribution is triangular.
    """

    place: str
    low: float
    value: float
    high: float
    scale: Scale

    def at(self, share: float) -> float:
        """Return the quantile at a share in [0, 1]."""
        a, c, b = (to_scale(x, self.scale) for x in (self.low, self.value, self.high))
        if share * (b - a) <= c - a:
            position = a + math.sqrt(share * (b - a) * (c - a))
        else:
            position = b - math.sqrt((1.0 - share) * (b - a) * (b - c))
        return min(max(float(f"{from_scale(position, self.scale):.{_DIGITS}g}"), self.low), self.high)


@dataclass(frozen=True)
class Assumption:
    """Numbers that are drawn together.

    Attributes
    ----------
    name
        The number's place; of several numbers what they have in common.
    group
        Table of the scenario that it belongs to ("behaviour.contact", "economics").
    rule
        Where the ends come from: "plausible", "range" or "half to double".
    members
        At least one.
    is_weight
        Whether the members are weights of a cell, one for each band, and not the shares themselves.
    """

    name: str
    group: str
    rule: str
    members: tuple[Member, ...]
    is_weight: bool = False


def assumptions_of(scenario: Scenario, covered: Collection[str] = ()) -> tuple[Assumption, ...]:
    """Return what is drawn of a scenario, in the document's order.

    Parameters
    ----------
    scenario
        Loaded.
    covered
        Places that an ensemble draws.
    """
    found: list[Assumption] = []
    prices: list[Member] = []
    cells: dict[str, list[Member]] = {}
    for block in ("behaviour", "economics"):
        for path, quantity in quantities(getattr(scenario, block)):
            path = path[1:] if path[0] == "groups" else path
            place = dotted((block, *path))
            if place in covered or quantity.status not in ("assumed", "calibrated") or place.startswith(_KNOWN):
                continue
            if path[0] == _MIX:
                if quantity.value > 0.0:
                    weight = Member(place, 1.0 / _FACTOR, 1.0, _FACTOR, "log")
                    cells.setdefault(str(path[-1]), []).append(weight)
                continue
            made = _member(block, place, quantity)
            if made is None:
                continue
            member, rule = made
            if path[0] == _PRICES:
                prices.append(member)
            else:
                found.append(Assumption(place, _group(block, path), rule, (member,)))
    for cell, members in cells.items():
        name = f"behaviour.{_MIX}"
        found.append(Assumption(f"{name}.{cell}", name, "half to double", tuple(members), is_weight=True))
    if prices:
        found.append(Assumption(f"economics.{_PRICES}", "economics", "range", tuple(prices)))
    return tuple(found)


def shares_of(assumptions: Sequence[Assumption], n: int, seed: int) -> Numbers:
    """Return n draws of every assumption as shares in (0, 1) of its distribution, shape [n, k]: a Latin hypercube."""
    shares = np.empty((n, len(assumptions)))
    for column, assumption in enumerate(assumptions):
        generator = np.random.default_rng([seed, _STREAM, n, zlib.crc32(assumption.name.encode())])
        order = np.argsort(generator.random(n), kind="stable")
        shares[:, column] = (order + generator.random(n)) / n
    return shares


def drawn_values(
    assumptions: Sequence[Assumption],
    shares: Numbers,
    mixes: Mapping[str, Mapping[str, float]],
    prices: Mapping[int, float],
) -> dict[str, float]:
    """Return the values at one draw by place.

    Parameters
    ----------
    assumptions
        k of them.
    shares
        One draw, shape [k].
    mixes
        Share of each cell by band, of which every one adds up to 1; bands without a weight stay out of the answer.
    prices
        Price of a debt by the days past due that it holds from.
    """
    values: dict[str, float] = {}
    weights: dict[str, float] = {}
    for assumption, share in zip(assumptions, shares, strict=True):
        into = weights if assumption.is_weight else values
        into.update((member.place, member.at(float(share))) for member in assumption.members)
    for band, mix in mixes.items():
        places = {cell: dotted(("behaviour", _MIX, band, cell)) for cell in mix}
        moved = {cell: share * weights[places[cell]] for cell, share in mix.items() if places[cell] in weights}
        if not moved:
            continue
        rest = math.fsum(share for cell, share in mix.items() if cell not in moved)  # calibrated, or nothing
        total = math.fsum(moved.values())
        values |= {places[cell]: (1.0 - rest) * share / total for cell, share in moved.items()}
    least = 0.0
    for age in sorted(prices, reverse=True):
        place = dotted(("economics", _PRICES, str(age)))
        if place in values:
            values[place] = max(values[place], least)
        least = values.get(place, prices[age])
    return values


def mixes_of(scenario: Scenario) -> dict[str, dict[str, float]]:
    """Return the share of each borrower cell by band of days past due."""
    return {
        band: {cell: share.value for cell, share in mix.items()} for band, mix in scenario.behaviour.cell_mix.items()
    }


def prices_of(scenario: Scenario) -> dict[int, float]:
    """Return the price of a debt by the days past due that it holds from."""
    return {int(age): price.value for age, price in scenario.economics.sale_price_share_by_dpd.items()}


def _group(block: str, path: Path) -> str:
    return block if len(path) == 1 else dotted((block, *path[:-1]))


def _member(block: str, place: str, quantity: Quantity) -> tuple[Member, str] | None:
    """Return the number's distribution and the rule for its ends; None where it stays as it is."""
    value, (lowest, highest) = quantity.value, quantity.range
    is_share = lowest >= 0.0 and highest <= 1.0
    stated = quantity.plausible
    if stated is not None and stated[0] <= value <= stated[1]:
        (low, high), rule = stated, "plausible"
    elif block == "economics":
        (low, high), rule = (lowest, highest), "range"
    elif lowest >= 0.0 and (value == 0.0 or (is_share and value == 1.0)):
        return None
    else:
        scale = _scale(lowest, is_share, value, value)
        at, step = to_scale(value, scale), math.log(_FACTOR)
        low, high = max(lowest, from_scale(at - step, scale)), min(highest, from_scale(at + step, scale))
        rule = "half to double"
    return (Member(place, low, value, high, _scale(lowest, is_share, low, high)), rule) if low < high else None


def _scale(lowest: float, is_share: bool, low: float, high: float) -> Scale:
    if lowest < 0.0 or low <= 0.0:
        return "linear"
    if is_share:
        return "logit" if high < 1.0 else "linear"
    return "log"
