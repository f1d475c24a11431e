"""What each outcome means: one sentence, a unit and a direction for every field of ``Outcomes``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

Letter = Literal["R", "C", "K", "H", "T", ""]
Unit = Literal["cents", "share", "ratio", "count", "per 1,000 accounts", "attempts per account-week", "days", "years"]


@dataclass(frozen=True)
class Measure:
    """How to read one outcome.

    Attributes
    ----------
    letter
        R recovery, C cost, K customers kept, H harm, T time to cash; "" for the size of the book.
    label
        Noun for an axis or a table.
    unit
        Of the number: cents are minor units of money, a share lies in 0 to 1, a ratio is money over money.
    higher_is_better
        None where neither direction is good in itself.
    definition
        Numerator and denominator, in a sentence.
    """

    letter: Letter
    label: str
    unit: Unit
    higher_is_better: bool | None
    definition: str


HEADLINE: Final = (
    "value_with_residual_share",
    "cost_per_account_cents",
    "kept_share",
    "complaints_per_1000",
    "mean_days_to_cash",
)
"""The one measure of each letter that is shown first, always all five side by side."""

MEASURES: Final[Mapping[str, Measure]] = {
    "n_accounts": Measure("", "Accounts", "count", None, "Accounts that had arrived by the reading day."),
    "opening_cents": Measure("", "Opening balance", "cents", None, "Sum of the arrived accounts' opening balances."),
    # Recovery
    "recovered_cents": Measure(
        "R", "Recovered", "cents", True, "Payments by borrowers, from any source, up to the reading day."
    ),
    "gross_recovery_share": Measure(
        "R", "Gross recovery", "share", True,
        "Recovered / opening balance; payments of interest and penalty charged since count in the numerator.",
    ),
    "net_recovered_cents": Measure("R", "Net recovered", "cents", True, "Recovered minus total cost."),
    "net_recovery_share": Measure("R", "Net recovery", "share", True, "(Recovered - total cost) / opening balance."),
    "present_value_cents": Measure(
        "R", "Present value", "cents", True,
        "Payments minus costs, each discounted to the start of the run; sale proceeds and residual value apart.",
    ),
    "present_value_share": Measure(
        "R", "Present value", "share", True, "Present value / opening balance (not discounted)."
    ),
    "sale_proceeds_cents": Measure(
        "R", "Sale proceeds", "cents", True, "Received for sold debts; never part of recovered."
    ),
    "residual_value_cents": Measure(
        "R", "Residual value", "cents", None,
        "What the balances still open would fetch by the stated price per days past due; reported apart.",
    ),
    "value_with_residual_cents": Measure(
        "R", "Net value with sales and residual", "cents", True,
        "Net recovered + sale proceeds + residual value: cannot be raised by postponing past the reading day.",
    ),
    "value_with_residual_share": Measure(
        "R", "Net with residual value", "share", True, "Net value with sales and residual / opening balance."
    ),
    # Cost
    "direct_cost_cents": Measure(
        "C", "Direct cost", "cents", False, "Messages, letters, visits, courts, complaints, goodwill credits."
    ),
    "staff_cost_cents": Measure(
        "C", "Staff cost", "cents", False, "Staffed hours, or minutes worked times hourly cost, by the cost basis."
    ),
    "cost_cents": Measure("C", "Total cost", "cents", False, "Direct cost + staff cost."),
    "cost_per_account_cents": Measure("C", "Cost per account", "cents", False, "Total cost / arrived accounts."),
    "cost_per_unit_collected": Measure(
        "C", "Cost per unit collected", "ratio", False,
        "Total cost / recovered; not a number when nothing is recovered.",
    ),
    # Customers
    "kept_share": Measure(
        "K", "Customers kept", "share", True,
        "Of all arrived accounts, those whose customer has not left, has no judgment or enforcement against them, is "
        "not written off, sold or insolvent, and whose debt is cured, paid in full or settled, under a running plan or "
        "settlement, or still overdue by less than the default limit (90 days).",
    ),
    "resolved_share": Measure(
        "K", "Resolved and kept", "share", True,
        "Of all arrived accounts, those kept and cured, paid in full or settled.",
    ),
    "retention_share": Measure(
        "K", "Retention after resolution", "share", True,
        "Of accounts ever cured, paid in full or settled, those whose customer is kept on the reading day; "
        "not a number when none is.",
    ),
    "left_share": Measure(
        "K", "Customers who left", "share", False,
        "Of all arrived accounts, those whose customer closed the relationship.",
    ),
    "lifetime_value_cents": Measure(
        "K", "Lifetime value of customers kept", "cents", True,
        "Annual margin of the customers kept, over the retention years, discounted to the start of the run.",
    ),
    # Harm
    "complaints_per_1000": Measure(
        "H", "Complaints", "per 1,000 accounts", False, "Complaints / arrived accounts x 1,000."
    ),
    "blocked_actions": Measure("H", "Blocked actions", "count", None, "Actions that a rule of conduct stopped."),
    "breached_contacts": Measure(
        "H", "Breached contacts", "count", False,
        "Actions that broke a rule, by the independent audit; not a number when no audit was handed in.",
    ),
    "added_cost_cents": Measure(
        "H", "Costs added to debts", "cents", False, "Legal costs put on the borrowers' debts, paid or not."
    ),
    "income_paid_share": Measure(
        "H", "Share of income paid", "share", None,
        "Mean over arrived accounts with known income of paid / (monthly income x months observed, at least one).",
    ),
    "insolvencies_per_1000": Measure(
        "H", "Insolvencies", "per 1,000 accounts", False, "Accounts that became insolvent / arrived accounts x 1,000."
    ),
    "attempts_per_account_week": Measure(
        "H", "Contact attempts", "attempts per account-week", None,
        "Messages sent, calls dialled and visits / weeks that accounts were overdue.",
    ),
    # Time
    "mean_days_to_cash": Measure(
        "T", "Time to cash", "days", False,
        "Mean days from an account's arrival to a payment, weighted by the money, over cash received by the reading "
        "day; not a number when nothing is recovered. Cash still to come is not in it: read it beside recovery.",
    ),
    "half_cash_days": Measure(
        "T", "Days to half the cash", "days", False,
        "Days after arrival within which half of the cash received by the reading day had come.",
    ),
}  # fmt: skip
