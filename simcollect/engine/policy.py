"""A researcher's own policy: a plain Python object that decides at each review, instead of a strategy document.

The engine asks it at 09:00 on the borrower's clock (at once where its document says so), first on the day an account
falls due, then when the policy asked to look again. It sees what a collector could see, never what is latent. Whatever
it does not decide (terms of plans, tone, settlement ladder, follow-up of promises) comes from the document it names.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

from simcollect.core.codes import Action, Stage
from simcollect.core.errors import SimcollectError
from simcollect.stages.case import DAY


@dataclass(frozen=True, slots=True)
class AccountView:
    """What a collector can see of an account at a review.

    Attributes
    ----------
    account_id, segment : int
        Identity, and position in the scenario's segments.
    minute, day : int
        Now, from the start of the run.
    days_past_due, days_in_stage : int
        Days.
    stage : Stage
        Present stage.
    balance_cents, arrears_cents, instalment_cents, limit_cents, margin_cents, stated_income_cents : int
        Money in minor units; margin a year, income a month.
    score : float
        Behaviour score in [0, 1]: a noisy probability of paying.
    attempts, unreached, conversations, refusals, broken_promises : int
        Contacts of this spell: attempts, failed attempts in a row, human conversations, refusals and broken promises in
        this stage.
    last_conversation_days : int
        Days since the last conversation, -1 if there was none.
    ability_signal : float
        Best estimate of monthly spare cash in instalments (case analysis, else what was said), -1 if none.
    declared_vulnerable : bool
        Known to be vulnerable.
    assessed : int
        Pre-legal risk assessment: 0 not made, 1 sue, 2 do not sue.
    letters : int
        Lawyer's letters sent.
    suit : int
        0 none, 1 filed, 2 won, 3 lost.
    offers_made : int
        Bit j is set when step j of the ladder has been offered.
    """

    account_id: int
    segment: int
    minute: int
    day: int
    days_past_due: int
    days_in_stage: int
    stage: Stage
    balance_cents: int
    arrears_cents: int
    instalment_cents: int
    limit_cents: int
    margin_cents: int
    stated_income_cents: int
    score: float
    attempts: int
    unreached: int
    conversations: int
    refusals: int
    broken_promises: int
    last_conversation_days: int
    ability_signal: float
    declared_vulnerable: bool
    assessed: int
    letters: int
    suit: int
    offers_made: int


ACTIONS = frozenset(
    (
        Action.NONE,
        Action.SMS,
        Action.EMAIL,
        Action.AUTOMATED_CALL,
        Action.CALL,
        Action.CASE_ANALYSIS,
        Action.NEGOTIATION_CALL,
        Action.VISIT,
        Action.RISK_ASSESSMENT,
        Action.LAWYERS_LETTER,
        Action.LAWSUIT,
        Action.ENFORCEMENT,
        Action.SETTLEMENT_OFFER,
        Action.WRITE_OFF,
        Action.SALE,
    )
)
"""What a policy can ask for. Follow-up calls, closing records and restoration come from its document."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What a policy wants done at a review.

    Attributes
    ----------
    action : Action
        One of ``ACTIONS``, NONE for nothing. Staff actions join the work list of their pool; rules can block any
        action. What has no ground is not done: a second suit, enforcement without a judgment, an offer while another
        stands.
    review_in_days : int
        Days until the policy wants to see the account again, at least 1.
    stage : Stage
        Stage to move the account on to; never back. NONE: stay.
    offer_step : int
        For SETTLEMENT_OFFER: the step of the document's ladder, 0 to 5.
    """

    action: Action = Action.NONE
    review_in_days: int = 7
    stage: Stage = Stage.NONE
    offer_step: int = 0


@runtime_checkable
class Policy(Protocol):
    """The protocol of a policy: a name, the strategy document it leans on, and one method.

    Examples
    --------
    >>> class CallEveryWeek:
    ...     name = "call_every_week"
    ...     document = "gentle"
    ...
    ...     def review(self, view: AccountView) -> Decision:
    ...         return Decision(Action.CALL if view.attempts < 10 else Action.NONE, review_in_days=7, stage=Stage.EARLY)
    >>> isinstance(CallEveryWeek(), Policy)
    True
    """

    name: str
    document: str

    def review(self, view: AccountView) -> Decision:
        """Return what to do with the account now."""
        ...


def view_of(book: Any, state: Any, index: int, now: int) -> AccountView:
    """Return the view of account ``index`` at minute ``now``."""
    b, s = book[index], state[index]
    oldest = int(s["oldest_due_at"])
    stage = int(s["stage"])
    spoke = int(s["last_conversation_at"])
    signal = float(s["case_signal"]) if s["case_signal"] >= 0 else float(s["probe_signal"])
    return AccountView(
        account_id=int(b["account_id"]),
        segment=int(b["segment"]),
        minute=now,
        day=now // DAY,
        days_past_due=max(0, (now - oldest) // DAY),
        days_in_stage=(now - int(s["stage_at"][stage])) // DAY if stage > 0 else 0,
        stage=Stage(stage),
        balance_cents=int(s["principal_cents"] + s["interest_cents"] + s["fees_cents"] + s["costs_cents"]),
        arrears_cents=int(s["arrears_cents"]),
        instalment_cents=int(b["instalment_cents"]),
        limit_cents=int(b["limit_cents"]),
        margin_cents=int(b["margin_cents"]),
        stated_income_cents=int(b["stated_income_cents"]),
        score=float(b["score"]),
        attempts=int(s["attempts"]),
        unreached=int(s["unreached"]),
        conversations=int(s["spoken"]),
        refusals=int(s["refusals"]),
        broken_promises=int(s["broken"]),
        last_conversation_days=-1 if spoke < 0 else (now - spoke) // DAY,
        ability_signal=signal,
        declared_vulnerable=bool(b["declared_vulnerable"]),
        assessed=int(s["assessed"]),
        letters=int(s["letters"]),
        suit=int(s["suit"]),
        offers_made=int(s["offers_made"]),
    )


def decided(policy: Policy, book: Any, state: Any, index: int, now: int) -> Decision:
    """Return what a policy wants done with account ``index`` at minute ``now``.

    Raises
    ------
    SimcollectError
        If it asks for what no policy may ask for.
    """
    decision = policy.review(view_of(book, state, index, now))
    if decision.action == Action.NOTIFY_THIRD_PARTY:
        raise SimcollectError(
            f"Policy {policy.name!r} asked to tell third parties about a debt on day {now // DAY}: refused by "
            "rule THIRD_PARTY (R20 of cn_cba_2026, R11c of uk_conc_2025), whatever it would bring."
        )
    if decision.action not in ACTIONS:
        possible = ", ".join(action.name for action in Action if action in ACTIONS)
        raise SimcollectError(
            f"Policy {policy.name!r} asked for {Action(decision.action).name} on day {now // DAY}. "
            f"A policy can ask for {possible}; everything else comes from its document, "
            f"{policy.document!r}, or is forbidden."
        )
    return decision


__all__ = ["ACTIONS", "AccountView", "Decision", "Policy", "decided", "view_of"]
