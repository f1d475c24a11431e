"""One borrower who owes 1,000.00 and what he pays, with and without action, for the tests of attribution."""

from __future__ import annotations

from simcollect.core.codes import CloseReason
from simcollect.core.eventlog import EventLog
from simcollect.outcomes.attribution import Attribution
from tests.outcomes.handmade import Story


def debtor(strategy: str = "firm", **header: object) -> Story:
    """One borrower who owes 1,000.00 on day 0."""
    return Story(strategy=strategy, **header).opened(principal=100_000)


def alone(*payments: tuple[float, int], owed: int | None = None) -> EventLog:
    """The same borrower without any action: pays these sums on these days."""
    return paying("no_action", *payments, owed=owed)


def paying(strategy: str, *payments: tuple[float, int], owed: int | None = None) -> EventLog:
    story = debtor(strategy)
    for day, cents in payments:
        story.paid(day, cents)
    left = 100_000 - sum(cents for _, cents in payments) if owed is None else owed
    return story.owed(left).log() if left else story.closed(100, CloseReason.PAID_IN_FULL).log()


def parts(found: Attribution) -> dict[str, int]:
    """The parts that are not zero, without the money they are parts of."""
    total = found.total()
    left_out = ("n_accounts", "opening_cents", "no_action_cents", "recovered_cents", "self_cure_cents", "lost_cents")
    names = [
        name
        for name in total
        if name not in left_out and not any(word in name for word in ("difference", "cost", "net_"))
    ]
    return {name.removesuffix("_cents"): total[name] for name in names if total[name]}
