"""An attribution in plain sentences."""

from __future__ import annotations

import math

from simcollect.experiment.attribution import AttributionResult
from simcollect.stats import Estimate


def sentences(result: AttributionResult, day: int | None = None) -> list[str]:
    """Return what an attribution says: where the money comes from, what it cost, and what is not known.

    Amounts are of every 100 recovered (or that would have come without action) over all replications; effects are
    means with 95 % intervals, % of opening balances.
    """
    when = result.days[-1] if day is None else day
    if result.cents("recovered_cents", day=when).sum() == 0.0:
        return [f"Nothing was recovered by day {when}."]
    told = [_recovered(result, when), _open(result, when), _missing(result, when)]
    told.append(
        f"Against no action: {_effect(result.estimate('difference_cents', day=when))}; "
        f"net of costs {_effect(result.estimate('net_difference_cents', day=when))} (% of opening balances)."
    )
    told.append(
        f"With unlimited staff it would be {_effect(result.estimate('difference_cents', 'unlimited', day=when))}; "
        f"congestion changes it by {_effect(result.estimate('recovered_cents', 'congestion', day=when))}."
    )
    return [sentence for sentence in told if sentence]


def _recovered(result: AttributionResult, day: int) -> str:
    anyway = f"{result.per_hundred('self_cure_cents', day=day):.1f}"
    text = f"Of every 100 {result.currency} recovered, {anyway} would have come anyway"
    moved = []
    if (earlier := result.per_hundred("accelerated_cents", day=day)) > 0.0:
        days = result.days_moved("accelerated", day=day)
        moved.append(f"{earlier:.1f} of them were brought forward, by {days:.0f} days on average")
    if (later := result.per_hundred("delayed_cents", day=day)) > 0.0:
        moved.append(f"{later:.1f} put off, by {result.days_moved('delayed', day=day):.0f} days")
    text += f" ({' and '.join(moved)})" if moved else ""
    return f"{text}; {result.per_hundred('incremental_cents', day=day):.1f} are incremental."


def _open(result: AttributionResult, day: int) -> str:
    share = result.per_hundred("incremental_open_cents", "incremental_cents", day=day)
    if math.isnan(share):
        return ""
    return (
        f"{share:.0f} % of the incremental money is still owed without action on day {day}: it might have come later. "
        "Nothing after the last day is known."
    )


def _missing(result: AttributionResult, day: int) -> str:
    of = "no_action_cents"
    conceded = result.per_hundred("cannibalised_cents", of, day=day)
    lost = result.per_hundred("lost_cents", of, day=day)
    if not conceded + lost > 0.0:
        return "Nothing that would have come without action was given away or lost."
    reasons = {
        "lost_uncharged_cents": "interest and fees never charged",
        "lost_given_up_cents": "debts written off, sold or insolvent",
        "lost_open_cents": "still owed",
    }
    parts = [f"{result.per_hundred(part, of, day=day):.1f} {reason}" for part, reason in reasons.items()]
    whole = f"Of every 100 {result.currency} that would have come without action"
    return (
        f"{whole}, {conceded:.1f} were conceded to borrowers who would have paid, "
        f"and {lost:.1f} lost ({', '.join(parts)})."
    )


def _effect(found: Estimate | None) -> str:
    if found is None:
        return "not defined"
    mean = f"{_signed(found.mean)}"
    if found.n == 1:
        return f"{mean} (one replication: no interval)"
    interval = f"{_signed(found.low)} to {_signed(found.high)}"
    undecided = ", cannot tell yet" if found.low < 0.0 < found.high else ""
    return f"{mean} ({interval}{undecided})"


def _signed(share: float) -> str:
    # Rounded first, and 0 added, so that nothing is ever shown as -0.00.
    return f"{round(100.0 * share, 2) + 0.0:+.2f}"
