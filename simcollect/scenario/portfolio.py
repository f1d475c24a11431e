"""The portfolio: real rows of a file, rows drawn to be like them, or a few named borrowers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from simcollect.core.errors import closest
from simcollect.scenario.kinds import MAX_MONEY, Days, Document, Flag, Kind, Money, Name, Rate, Share, Zone, zone_names
from simcollect.scenario.places import Path, Problem, shown
from simcollect.scenario.sources import COLUMN_FIELDS, RealRows, Synthetic, synthetic_problems, unknown_fields

MAX_ACCOUNTS = 10_000_000
Accounts: TypeAlias = Annotated[
    Annotated[int, Field(ge=0, le=MAX_ACCOUNTS)] | Literal["all"],
    Kind("accounts", 'a whole number of accounts from 0 to 10,000,000, or "all"'),
]
Flow: TypeAlias = Annotated[
    Annotated[float, Field(ge=0, le=MAX_ACCOUNTS)] | Literal["observed"],
    Kind("accounts", 'a number of accounts a month from 0 to 10,000,000, or "observed"'),
]
Dpd: TypeAlias = Annotated[int, Field(ge=0, le=3650), Kind("days", "a whole number of days past due from 0 to 3650")]
Age: TypeAlias = Annotated[int, Field(ge=18, le=110), Kind("count", "an age in whole years from 18 to 110")]
DayOfMonth: TypeAlias = Annotated[int, Field(ge=1, le=28), Kind("count", "a day of the month from 1 to 28")]
CellName: TypeAlias = Literal[
    "forgetful", "cash_flow_gap", "hardship", "over_indebted", "unwilling", "disputing", "unreachable"
]


class Segments(Document):
    """How accounts are sorted into the segments that strategies can treat apart."""

    by: Literal["limit", "balance", "dpd", "score", "stated_income", "age", "months_on_book", "margin"] = Field(
        "limit", description="Field whose size decides the segment."
    )
    column: Name | None = Field(None, description="Column of the file that names the segment; then by and up_to rest.")
    names: Annotated[tuple[Name, ...], Field(min_length=1, max_length=20)] = Field(
        ("all",), description="Segment names, smallest first (1 to 20)."
    )
    up_to: tuple[Annotated[float, Field(ge=0, le=MAX_MONEY)], ...] = Field(
        (), description="Upper limit of every segment but the last, included (in the field's unit, rising)."
    )


class Account(Document):
    """One named borrower. Only name, balance and days past due are needed; what is left out is drawn."""

    name: Name = Field(description="Name of the borrower, invented.")
    account_id: Annotated[int, Field(ge=0, le=2**62)] | None = Field(None, description="Number shown in tables.")
    balance: Money = Field(description="Principal owed (major units).")
    interest: Money = Field(0.0, description="Interest owed on top (major units).")
    fees: Money = Field(0.0, description="Fees owed on top (major units).")
    limit: Money | None = Field(None, description="Credit limit or original amount (major units).")
    instalment: Money | None = Field(
        None, gt=0, description="Instalment or minimum payment due each month (major units, above 0)."
    )
    arrears: Money | None = Field(None, description="Due and unpaid on arrival (major units).")
    dpd: Dpd = Field(description="Days past due on arrival (days).")
    arrives_day: Days = Field(0, description="Day of the run on which the account falls overdue; 0: from the start.")
    apr: Rate | None = Field(None, description="Interest rate (per year, 0.18 means 18 %).")
    penalty_rate: Rate | None = Field(None, description="Penalty rate on arrears (per year).")
    months_on_book: Annotated[int, Field(ge=0, le=1200)] | None = Field(
        None, description="Age of the account (months)."
    )
    earlier_delinquencies: Annotated[int, Field(ge=0, le=1200)] | None = Field(
        None, description="Months in arrears before this time (count)."
    )
    segment: Name | None = Field(None, description="Segment, where the rule should not decide.")
    age: Age | None = Field(None, description="Age of the borrower (years).")
    cell: CellName | None = Field(None, description="Why the borrower is overdue; a strategy never sees it.")
    score: Share | None = Field(None, description="Behaviour score: noisy probability of paying (0 to 1).")
    stated_income: Money | None = Field(None, description="Income stated on application (major units a month).")
    income: Money | None = Field(None, description="True income (major units a month).")
    spare: Money | None = Field(None, description="Spare cash in a normal month (major units a month).")
    buffer: Money | None = Field(None, description="Cash at hand on arrival (major units).")
    willingness: Share | None = Field(None, description="Willingness to pay (0 to 1).")
    attention: Share | None = Field(None, description="Attention to due dates (0 to 1).")
    margin: Money | None = Field(None, description="Customer value (margin a year, major units).")
    assets: Money | None = Field(None, description="Assets a court can reach (major units).")
    attachable: Money | None = Field(None, description="Wages a court can reach (major units a month).")
    vulnerable: Flag | None = Field(None, description="Whether the borrower is truly vulnerable.")
    declared_vulnerable: Flag | None = Field(None, description="Whether the lender has it on record.")
    disputing: Flag | None = Field(None, description="Whether the borrower disputes the debt.")
    strategic: Flag | None = Field(None, description="Whether the borrower waits for better offers.")
    knows_schedule: Flag | None = Field(None, description="Whether the borrower knows when offers come.")
    phone_valid: Flag | None = Field(None, description="Whether the phone number works.")
    email_valid: Flag | None = Field(None, description="Whether the e-mail address works.")
    consent: Flag | None = Field(None, description="Whether the borrower agreed to electronic messages.")
    preferred_channel: Literal["sms", "email", "call"] | None = Field(
        None, description="Channel the borrower likes best."
    )
    time_zone: Zone | None = Field(None, description="Time zone of the borrower; without it drawn from zones.")
    due_day: DayOfMonth | None = Field(None, description="Due date (day of the month, 1 to 28).")
    payday: DayOfMonth | None = Field(None, description="Payday (day of the month, 1 to 28).")


class Portfolio(Document):
    """Which accounts there are: those overdue on day 0 (stock) and those that fall overdue later (flow)."""

    source: Literal["real", "synthetic", "inline"] = Field(
        description="Rows of a file, rows drawn at random, or the accounts named below."
    )
    n_stock: Accounts = Field("all", description='Accounts overdue on day 0 (count), or "all" rows of the file once.')
    flow_per_month: Flow = Field(0.0, description='Accounts falling overdue later (a month), or "observed".')
    flow_count: Literal["rounded", "poisson"] = Field(
        "rounded", description="How many arrive: the expected number, rounded, or a Poisson number with that mean."
    )
    arrival_minute: Literal["midnight", "uniform"] = Field(
        "midnight", description="Time of day at which accounts of the flow arrive: midnight, or any minute alike."
    )
    segments: Segments = Field(default_factory=Segments, description="How accounts are sorted into segments.")
    zones: dict[str, Share] = Field(
        default_factory=dict, description="Borrowers' time zones and their shares; empty: the run's time zone."
    )
    apr: Rate = Field(0.1971, description="Interest rate where the source has none (per year).")
    penalty_rate: Rate = Field(0.0, description="Penalty rate on arrears where the source has none (per year).")
    minimum_share: Share = Field(0.05, description="Minimum payment as a share of the balance, where none is given.")
    minimum_floor: Money = Field(0.0, description="Smallest minimum payment, where none is given (major units).")
    real: RealRows | None = Field(None, description="The file, where source is real.")
    synthetic: Synthetic | None = Field(None, description="The distributions, where source is synthetic.")
    accounts: tuple[Account, ...] = Field((), description="The borrowers, where source is inline.")


def portfolio_problems(portfolio: Portfolio, horizon_days: int | None) -> Iterator[Problem]:
    """What contradicts itself in the portfolio block.

    Parameters
    ----------
    portfolio : Portfolio
        The block.
    horizon_days : int or None
        Length of the run, days; None where the run block is itself wrong.
    """
    yield from _source_problems(portfolio)
    yield from _segment_problems(portfolio.segments)
    yield from _zone_problems(portfolio.zones)
    yield from _account_problems(portfolio, horizon_days)
    for place, rows in (
        (("real",), portfolio.real),
        (("synthetic", "fit_to"), portfolio.synthetic.fit_to if portfolio.synthetic else None),
    ):
        if rows is not None and rows.layout == "columns":
            yield from unknown_fields((*place, "columns"), rows.columns, COLUMN_FIELDS)
    if portfolio.synthetic is not None:
        yield from synthetic_problems(portfolio.synthetic)


def _source_problems(portfolio: Portfolio) -> Iterator[Problem]:
    given = {"real": portfolio.real, "synthetic": portfolio.synthetic, "inline": portfolio.accounts}
    tables = {"real": "[portfolio.real]", "synthetic": "[portfolio.synthetic]", "inline": "[[portfolio.accounts]]"}
    keys = {"real": "real", "synthetic": "synthetic", "inline": "accounts"}
    for source, table in given.items():
        if source == portfolio.source and not table:
            yield Problem(
                (keys[source],), "is missing", f'{tables[source]}, because source = "{source}"', "Add the table."
            )
        if source != portfolio.source and table:
            yield Problem(
                (keys[source],),
                "is given",
                f'no {tables[source]}, because source = "{portfolio.source}"',
                f'Remove it, or set source = "{source}".',
            )
    if portfolio.source == "inline":
        return
    if portfolio.n_stock == 0 and portfolio.flow_per_month == 0:
        yield Problem(
            ("n_stock",), shown(0), "at least one account in stock or flow", "Raise n_stock or flow_per_month."
        )
    fits = portfolio.source == "real" or (portfolio.synthetic is not None and portfolio.synthetic.fit_to is not None)
    if portfolio.flow_per_month == "observed" and not fits:
        yield Problem(
            ("flow_per_month",),
            shown("observed"),
            "a number, because no file shows the flow",
            "Write accounts a month.",
        )
    if portfolio.n_stock == "all" and portfolio.source == "synthetic":
        yield Problem(("n_stock",), shown("all"), "a number of accounts to draw", "Write the number of accounts.")


def _segment_problems(segments: Segments) -> Iterator[Problem]:
    names, limits = segments.names, segments.up_to
    for position, name in enumerate(names):
        if name in names[:position]:
            yield Problem(("segments", "names", position), shown(name), "every segment once", "Rename one of the two.")
    if segments.column is None and len(limits) != len(names) - 1:
        yield Problem(
            ("segments", "up_to"),
            f"has {len(limits)} limits for {len(names)} names",
            "one limit fewer than names: the last segment has none",
            f"Give {len(names) - 1} limits.",
        )
    for position in range(1, len(limits)):
        if limits[position] <= limits[position - 1]:
            yield Problem(
                ("segments", "up_to", position),
                shown(limits[position]),
                f"more than {limits[position - 1]:g}, the limit before it",
                "List the limits in rising order.",
            )


def _zone_problems(zones: dict[str, float]) -> Iterator[Problem]:
    if not zones:
        return
    known = zone_names()
    for name in zones:
        if name not in known:
            near = closest(name, known)
            yield Problem(
                ("zones", name),
                "is not a known time zone",
                'names such as "Asia/Taipei"',
                f'Did you mean "{near}"?' if near else "Use an IANA name.",
            )
    total = sum(zones.values())
    if abs(total - 1) > 1e-6:
        yield Problem(
            ("zones",), f"has shares that add up to {total:g}", "shares that add up to 1", "Correct the shares."
        )


def _account_problems(portfolio: Portfolio, horizon_days: int | None) -> Iterator[Problem]:
    names: dict[str, int] = {}
    numbers: dict[int, int] = {}
    for position, account in enumerate(portfolio.accounts):
        place: Path = ("accounts", position)
        if account.name in names:
            yield Problem(
                (*place, "name"),
                shown(account.name),
                f"a name of its own; accounts[{names[account.name]}] has it already",
                "Rename one of the two.",
            )
        if account.account_id is not None and account.account_id in numbers:
            yield Problem(
                (*place, "account_id"),
                shown(account.account_id),
                f"a number of its own; accounts[{numbers[account.account_id]}] has it already",
                "Change one of the two.",
            )
        names.setdefault(account.name, position)
        if account.account_id is not None:
            numbers.setdefault(account.account_id, position)
        if account.balance == 0:
            yield Problem(
                (*place, "balance"), shown(0.0), "a balance above 0", "An account without debt is not overdue."
            )
        owed = account.balance + account.interest + account.fees
        if account.arrears is not None and account.arrears > owed:
            yield Problem(
                (*place, "arrears"),
                shown(account.arrears),
                f"at most the whole balance, {owed:g}",
                "Arrears are the part of the balance that is due.",
            )
        if account.segment is not None and account.segment not in portfolio.segments.names:
            near = closest(account.segment, portfolio.segments.names)
            yield Problem(
                (*place, "segment"),
                shown(account.segment),
                "one of " + ", ".join(portfolio.segments.names),
                f'Did you mean "{near}"?' if near else "Add it to portfolio.segments.names.",
            )
        if horizon_days is not None and account.arrives_day >= horizon_days:
            yield Problem(
                (*place, "arrives_day"),
                shown(account.arrives_day),
                f"a day before the run's end, day {horizon_days}",
                "Let the account arrive earlier, or lengthen run.horizon_days.",
            )
