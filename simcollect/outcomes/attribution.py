"""Where each unit of recovered money comes from: a strategy beside its counterfactual twins, to the cent.

The twins are the same borrowers with the same luck: once without any action (N), once under the strategy with its own
staff (S) and, if wanted, once under the strategy with unlimited staff (U). Everything is read from event logs.
The parts (self-cure and its timing, incremental, cannibalised, lost) are defined in
:mod:`simcollect.outcomes.recovery_parts`.

Congestion. With r, u and n for what S, U and N pay by the reading day::

    own effect   u - n    the parts of U against N: what the strategy would do if nobody ever waited
    congestion   r - u    what came late or never because staff were busy, absent or new
    both         r - n    the difference to no action

Unlimited staff are always there and of average, full skill, so congestion also holds what newcomers, a spread of skill
and sick leave cost. It can be positive: an action that never found its turn may have done harm. The difference between
a part of S and the same part of U says where the congestion bites; these differences add up to it.

Cost. Gross numbers are cash. The net effect of a strategy takes off what it cost beyond no action
(:mod:`simcollect.outcomes.costs`). Goodwill credited to a customer is a cost and no concession: it waives no debt.
Money from selling a debt is no payment by the borrower and enters neither.

The horizon. Nothing after the reading day is known; parts that may change with it are named ``*_open_cents``.
Attribution at several reading days of one run shows how incremental money turns into accelerated money.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from simcollect.core.codes import Cell, EventKind
from simcollect.core.errors import InputError
from simcollect.core.eventlog import EventLog
from simcollect.outcomes.costs import AccountCosts, account_costs
from simcollect.outcomes.economics import Economics
from simcollect.outcomes.reading import Reading
from simcollect.outcomes.recovery_parts import Cents, RecoveryParts, recovery_parts
from simcollect.outcomes.twins import check_twins

if TYPE_CHECKING:
    import pandas as pd

By: TypeAlias = Literal["segment", "cell"]
BY: Final[tuple[By, ...]] = ("segment", "cell")

UNLIMITED: Final = "unlimited_"
"""Begins the names of the parts with unlimited staff."""


@dataclass(frozen=True)
class Part:
    """What a part is called, and what it means."""

    label: str
    meaning: str


PARTS: Final[Mapping[str, Part]] = {
    "opening_cents": Part("Opening balances", "What the accounts that arrived owed on their first day."),
    "no_action_cents": Part("Paid without action", "What the twin without action pays by the reading day."),
    "self_cure_cents": Part("Self-cure", "Both the strategy and the twin without action receive it: it comes anyway."),
    "same_time_cents": Part("at the same time", "Self-cure money in the same minute as without action."),
    "accelerated_cents": Part("accelerated", "Self-cure money that comes earlier than without action."),
    "delayed_cents": Part("delayed", "Self-cure money that comes later than without action."),
    "incremental_cents": Part("Incremental", "Money that the twin without action does not pay by the reading day."),
    "incremental_open_cents": Part(
        "twin still owes it", "Incremental money that might have come after the reading day."
    ),
    "recovered_cents": Part("Recovered", "Self-cure + incremental: what borrowers pay under the strategy."),
    "cannibalised_cents": Part("Cannibalised", "Waived or discounted for one who would have paid more."),
    "lost_cents": Part("Lost", "Money that only the twin without action pays, for reasons other than a concession."),
    "lost_uncharged_cents": Part(
        "never charged", "Interest and fees that the debt did not grow by, often as it was paid early."
    ),
    "lost_given_up_cents": Part("given up", "Lost because the debt was written off, sold, or ended in insolvency."),
    "lost_open_cents": Part("still owed", "Lost by the reading day and still owed: it might come later."),
    "difference_cents": Part("Difference to no action", "Incremental - cannibalised - lost."),
    "cost_cents": Part("Cost", "Direct cost and staff under the strategy."),
    "no_action_cost_cents": Part("Cost without action", "Complaints and the like that cost money without action too."),
    "net_recovered_cents": Part("Net recovered", "Recovered - cost."),
    "net_difference_cents": Part("Net difference to no action", "Difference - cost beyond that without action."),
}
"""Every part in the order of the tables, in cents; labels in small letters divide the part above them."""


@dataclass(frozen=True, eq=False)
class Attribution:
    """One replication of a strategy, attributed by its twins.

    Attributes
    ----------
    log
        The strategy's own.
    day
        Reading day.
    arrived
        Whether the account had fallen overdue by then, shape [n], bool.
    opening_cents
        Opening balances, shape [n].
    parts
        With the strategy's own staff.
    unlimited
        The parts of the strategy with unlimited staff; None when that twin was not given.
    cost, no_action_cost
        What the strategy and the twin without action cost; with an :class:`Economics` without prices, direct costs and
        staffed hours as the log states them.
    """

    log: EventLog
    day: int
    arrived: NDArray[np.bool_]
    opening_cents: Cents
    parts: RecoveryParts
    unlimited: RecoveryParts | None
    cost: AccountCosts
    no_action_cost: AccountCosts

    def table(self) -> pd.DataFrame:
        """Return one row an account, shape [n, columns], in the order of the log's accounts.

        ``account_id``, ``name`` (where accounts have names), ``segment``, ``cell``; then int64 columns: opening
        balance, the parts, their costs and what is net of them; and, with a twin of
        unlimited staff, its parts (``unlimited_*``), ``own_effect_cents`` and ``congestion_cents``.
        """
        import pandas as pd

        accounts = self.log.accounts
        columns: dict[str, Any] = {"account_id": accounts["account_id"].copy()}
        if self.log.header.names:
            columns["name"] = list(self.log.header.names)
        columns |= {key: self._group(key) for key in ("segment", "cell")}
        return pd.DataFrame(columns | self._numbers())

    def by(self, key: By) -> pd.DataFrame:
        """Return the sums by segment or by borrower cell: one row a group, also where a group is empty.

        Columns: ``n_accounts`` (arrived by the reading day), then the numbers of :meth:`table`. Cells are latent: the
        simulation knows them, a lender never does.
        """
        import pandas as pd

        numbers = pd.DataFrame({"n_accounts": self.arrived.astype(np.int64)} | self._numbers())
        return numbers.groupby(pd.Series(self._group(key), name=key), observed=False).sum()

    def total(self) -> dict[str, int]:
        """Return the sums over accounts by name; the costs hold what belongs to no account as well."""
        sums = {"n_accounts": int(self.arrived.sum())}
        sums |= {name: int(values.sum()) for name, values in self._numbers().items()}
        ours, theirs = self.cost.unassigned_cents, self.no_action_cost.unassigned_cents
        sums["cost_cents"] += ours
        sums["no_action_cost_cents"] += theirs
        sums["net_recovered_cents"] -= ours
        sums["net_difference_cents"] -= ours - theirs
        return sums

    def _group(self, key: By) -> Any:
        import pandas as pd

        names = self.log.header.segments if key == "segment" else tuple(cell.name.lower() for cell in Cell)
        return pd.Categorical.from_codes(self.log.accounts[key].astype(np.int64), pd.Index(names))

    def _numbers(self) -> dict[str, Cents]:
        cost, base = self.cost.cents, self.no_action_cost.cents
        numbers = {"opening_cents": self.opening_cents} | self.parts.columns()
        numbers["cost_cents"] = cost
        numbers["no_action_cost_cents"] = base
        numbers["net_recovered_cents"] = self.parts.recovered_cents - cost
        numbers["net_difference_cents"] = self.parts.difference_cents - (cost - base)
        if self.unlimited is not None:
            numbers |= {UNLIMITED + name: values for name, values in self.unlimited.columns().items()}
            numbers["own_effect_cents"] = self.unlimited.difference_cents
            numbers["congestion_cents"] = self.parts.recovered_cents - self.unlimited.recovered_cents
        return numbers


def attribute_recovery(
    log: EventLog,
    no_action: EventLog,
    unlimited: EventLog | None = None,
    *,
    economics: Economics | None = None,
    day: int | None = None,
) -> Attribution:
    """Return where a strategy's recovery comes from, by account, segment, borrower cell and in total.

    Parameters
    ----------
    log
        The strategy with its own staff.
    no_action
        The same borrowers with the same luck, without any action.
    unlimited
        The strategy again, with unlimited staff; None for no split into own effect and congestion.
    economics
        Prices of staff; when None, staff cost what the log's ``STAFFED`` rows say.
    day
        Reading day; None for the horizon.

    Raises
    ------
    InputError
        If the logs are no twins, ``unlimited`` is of another strategy, or the day lies outside the run.

    Examples
    --------
    >>> from simcollect.api import simulate
    >>> found = attribute_recovery(simulate("tiny", "firm"), simulate("tiny", "no_action")).total()
    >>> found["recovered_cents"] == found["self_cure_cents"] + found["incremental_cents"]
    True
    """
    check_twins(log, no_action)
    if unlimited is not None:
        check_twins(log, unlimited)
        ours, theirs = log.header.strategy, unlimited.header.strategy
        if ours != theirs:
            raise InputError(
                f"twins {ours} and {theirs}",
                "the run with unlimited staff",
                f"is of strategy {theirs!r}",
                f"Expected {ours!r} with the headcount of every pool set to unlimited",
            )
    reading, base = Reading.at_day(log, day), Reading.at_day(no_action, day)
    prices = economics if economics is not None else Economics()
    return Attribution(
        log=log,
        day=reading.day,
        arrived=reading.count(EventKind.OPENED) > 0,
        opening_cents=reading.total(EventKind.OPENED),
        parts=recovery_parts(reading, base),
        unlimited=None if unlimited is None else recovery_parts(Reading.at_day(unlimited, day), base),
        cost=account_costs(reading, prices),
        no_action_cost=account_costs(base, prices),
    )
