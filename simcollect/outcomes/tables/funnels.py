"""Funnels: how accounts pass through the stages, and how attempts become contacts, conversations and agreements."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from simcollect.core.codes import (
    Action,
    Channel,
    CloseReason,
    ConversationOutcome,
    EventKind,
    PaymentSource,
    Rule,
    Stage,
    Trigger,
)
from simcollect.core.eventlog import EventLog
from simcollect.core.units import MINUTES_PER_DAY
from simcollect.outcomes.headline import ATTEMPTS
from simcollect.outcomes.reading import NEVER, Reading
from simcollect.outcomes.tables.dictionary import columns_of, empty, names, ratio
from simcollect.outcomes.tables.neighbours import last_before, next_after
from simcollect.outcomes.tables.positions import reading_of

if TYPE_CHECKING:
    import pandas as pd

_STAGES = ("none", *(stage.name.lower() for stage in Stage if stage is not Stage.NONE))
_CLOSED = ("paid", "settled", "written_off", "sold", "insolvent")
_ENDS = ("cured", *_CLOSED, "open")
_NODES = ("arrived", "overdue_again", *_STAGES, *_ENDS)
_FIRST_STAGE = _NODES.index("none")
_CURED = _NODES.index("cured")
_OPEN = _NODES.index("open")
_CODES = 1 << 16  # more than there are numbers of actions
_CHANNELS = (Channel.SMS, Channel.EMAIL, Channel.AUTOMATED_CALL, Channel.CALL, Channel.VISIT)


def stage_flow(source: EventLog | Reading) -> pd.DataFrame:
    """Return how many accounts moved from where to where between stages and outcomes: the picture of the flow.

    What flows into a node flows out of it: every visit to a stage ends in another stage, in an outcome, or in ``open``
    (still there on the reading day).

    Columns
    -------
    source : name
        ``arrived`` (came into the book), ``overdue_again`` (cured and overdue again), none (overdue, in no stage yet),
        early, mid, late or final.
    target : name
        none, early, mid, late, final; cured; paid, settled, written_off, sold, insolvent (closed); open.
    n_moves : moves
        An account that passes twice counts twice.
    n_accounts : accounts
        Different accounts that moved so.
    """
    import pandas as pd

    reading = reading_of(source)
    visits = _visits(reading)
    if not len(visits.account):
        return empty(stage_flow)
    n = len(_NODES)
    # Into the first stage of a spell from outside, and out of every visit.
    first = visits.came_from >= 0
    source_of = np.concatenate([visits.came_from[first], visits.stage + _FIRST_STAGE])
    target = np.concatenate([visits.stage[first] + _FIRST_STAGE, visits.went_to])
    account = np.concatenate([visits.account[first], visits.account])
    move = source_of * n + target
    n_moves = np.bincount(move, minlength=n * n)
    both = np.sort(move * reading.n_accounts + account)
    is_new = np.append(True, both[1:] != both[:-1])
    n_accounts = np.bincount(both[is_new] // reading.n_accounts, minlength=n * n)
    happened = np.flatnonzero(n_moves)
    return pd.DataFrame(
        {
            "source": names(_NODES, happened // n),
            "target": names(_NODES, happened % n),
            "n_moves": n_moves[happened],
            "n_accounts": n_accounts[happened],
        }
    )


def stage_funnel(source: EventLog | Reading) -> pd.DataFrame:
    """Return stage by stage how many accounts came in and why, how they left, and how long they stayed.

    A visit begins with STAGE_ENTERED (``none``: with the arrival, or with falling overdue again) and ends with the
    next stage, a cure, a closing, or the reading day.

    Columns
    -------
    stage : name
        none (overdue, in no stage yet), early, mid, late, final.
    n_accounts : accounts
        Different accounts that were ever in the stage.
    n_visits : visits
        Times that accounts came in.
    by_days, by_refusals, by_broken_promises, by_unreached, by_plan_broken, by_policy : visits
        Of these, by what moved the account in (0 for ``none``).
    n_cured, n_paid, n_settled, n_written_off, n_sold, n_insolvent : visits
        Visits that ended so.
    n_moved_on : visits
        Visits that ended in another stage.
    n_open : visits
        Visits that had not ended on the reading day.
    resolved_share : share
        (n_cured + n_paid + n_settled) / n_visits.
    mean_days : days
        Mean length of the visits that ended.
    median_days : days
        Their median.
    mean_days_open : days
        Mean length, so far, of those that had not: read both, since the long visits are among these.
    """
    import pandas as pd

    reading = reading_of(source)
    visits = _visits(reading)
    days = (visits.until - visits.since) / MINUTES_PER_DAY
    kind, detail = reading.rows["kind"][visits.row], reading.rows["detail"][visits.row]
    table: list[dict[str, Any]] = []
    for stage, name in enumerate(_STAGES):
        mine = visits.stage == stage
        by_end = np.bincount(visits.went_to[mine], minlength=len(_NODES))
        ended = mine & (visits.went_to != _OPEN)
        why = np.bincount(
            np.clip(detail[mine & (kind == EventKind.STAGE_ENTERED)], 0, max(Trigger)), minlength=max(Trigger) + 1
        )
        row: dict[str, Any] = {
            "stage": name,
            "n_accounts": len(np.unique(visits.account[mine])),
            "n_visits": int(mine.sum()),
        }
        row.update({f"by_{trigger.name.lower()}": int(why[trigger]) for trigger in Trigger})
        row.update({f"n_{end}": int(by_end[_NODES.index(end)]) for end in _ENDS[:-1]})
        row["n_moved_on"] = int(by_end[_FIRST_STAGE : _FIRST_STAGE + len(_STAGES)].sum())
        row["n_open"] = int(by_end[_OPEN])
        resolved = row["n_cured"] + row["n_paid"] + row["n_settled"]
        row["resolved_share"] = resolved / row["n_visits"] if row["n_visits"] else np.nan
        row["mean_days"] = days[ended].mean() if ended.any() else np.nan
        row["median_days"] = np.median(days[ended]) if ended.any() else np.nan
        still = mine & ~ended
        row["mean_days_open"] = days[still].mean() if still.any() else np.nan
        table.append(row)
    return pd.DataFrame(table)


def contact_funnel(source: EventLog | Reading) -> pd.DataFrame:
    """Return channel by channel how attempts became contacts, conversations, promises, plans and money.

    Contact rate = attempts answered by anyone / attempts. RPC rate = attempts that reached the right party / attempts;
    beside it, accounts reached at least once / accounts worked: the two differ by a factor of ten or more, so both are
    given. Promise rate = promises / right-party contacts.

    Columns
    -------
    channel : name
        sms, email, automated_call, call, visit; ``all`` for all of them.
    n_attempts : attempts
        Messages sent, calls dialled, doors knocked at.
    n_delivered : attempts
        Messages not reported undelivered; every call and visit.
    n_opened : attempts
        Messages opened; 0 for calls and visits.
    n_answered : attempts
        Calls that anyone took, and visits that found the borrower; 0 for messages.
    n_right_party : attempts
        Calls that the borrower took, and visits that found the borrower.
    n_conversations : conversations
        Of these, the talks.
    pay_now, promise, ask_for_plan, disclose_hardship, dispute, refuse, ask_to_cease, no_result : conversations
        How the talks ended.
    n_promises : promises
        Promises made in these talks (one that is asked for while another is running is not made).
    n_plans : plans
        Repayment plans begun in them.
    paid_cents : cents
        Paid in them, at once.
    contact_rate : share
        n_answered / n_attempts; empty for messages, which nobody answers (in ``all`` they are among the attempts).
    rpc_rate : share
        n_right_party / n_attempts; empty for messages.
    promise_rate : share
        n_promises / n_right_party.
    n_accounts_worked : accounts
        Accounts with an attempt.
    n_accounts_reached : accounts
        Of these, with a right-party contact at least once.
    rpc_rate_accounts : share
        n_accounts_reached / n_accounts_worked; empty for messages.
    cost_cents : cents
        Direct cost of the attempts, without staff.
    """
    import pandas as pd

    reading = reading_of(source)
    home = _visits_that_found(reading)
    right_party = np.concatenate([reading.where(EventKind.ANSWERED), home])
    n_right = _count_channels(reading.rows["channel"][right_party])
    attempts = reading.where(*ATTEMPTS)
    talks = reading.where(EventKind.CONVERSATION)
    outcome = np.clip(reading.rows["detail"][talks], 0, max(ConversationOutcome))
    n_outcomes = max(ConversationOutcome) + 1
    talk_channel = np.clip(reading.rows["channel"][talks], 0, max(Channel)).astype(np.int64)
    ended = np.bincount(talk_channel * n_outcomes + outcome, minlength=(max(Channel) + 1) * n_outcomes)
    ended = ended.reshape(-1, n_outcomes)
    cash = reading.where(EventKind.PAYMENT)
    cash = cash[reading.rows["detail"][cash] == PaymentSource.IN_CONVERSATION]
    paid = np.zeros(max(Channel) + 1, dtype=np.int64)
    np.add.at(paid, _talk_of(reading, cash), reading.column("amount_cents", cash))
    cost = np.zeros(max(Channel) + 1, dtype=np.int64)
    np.add.at(cost, reading.rows["channel"][attempts], reading.column("cost_cents", attempts))
    worked, reached = _accounts_by_channel(reading, attempts), _accounts_by_channel(reading, right_party)
    n_attempts = _count_channels(reading.rows["channel"][attempts])
    by_channel: dict[str, NDArray[np.int64]] = {
        "n_attempts": n_attempts,
        "n_delivered": n_attempts - _by_channel(reading, EventKind.MESSAGE_UNDELIVERED),
        "n_opened": _by_channel(reading, EventKind.MESSAGE_OPENED),
        "n_answered": n_right + _by_channel(reading, EventKind.WRONG_PARTY),
        "n_right_party": n_right,
        "n_conversations": ended.sum(axis=1),
    }
    by_channel.update({member.name.lower(): ended[:, member] for member in ConversationOutcome})
    by_channel["n_promises"] = _count_channels(_talk_of(reading, reading.where(EventKind.PROMISE_MADE)))
    by_channel["n_plans"] = _count_channels(_talk_of(reading, reading.where(EventKind.PLAN_STARTED)))
    by_channel["paid_cents"] = paid
    by_channel["cost_cents"] = cost
    listed = list(_CHANNELS)
    columns: dict[str, Any] = {"channel": [*(channel.name.lower() for channel in listed), "all"]}
    columns.update({name: np.append(c[listed], c[listed].sum()) for name, c in by_channel.items()})
    columns["n_accounts_worked"] = np.append(worked[listed].sum(axis=1), worked[listed].any(axis=0).sum())
    columns["n_accounts_reached"] = np.append(reached[listed].sum(axis=1), reached[listed].any(axis=0).sum())
    # Nobody answers a message.
    spoken = np.array([channel not in (Channel.SMS, Channel.EMAIL) for channel in listed] + [True])
    for column, part, whole in (
        ("contact_rate", "n_answered", "n_attempts"),
        ("rpc_rate", "n_right_party", "n_attempts"),
        ("promise_rate", "n_promises", "n_right_party"),
        ("rpc_rate_accounts", "n_accounts_reached", "n_accounts_worked"),
    ):
        columns[column] = np.where(spoken, ratio(columns[part], columns[whole]), np.nan)
    return pd.DataFrame(columns)[[column.name for column in columns_of(contact_funnel)]]


def blocked(source: EventLog | Reading) -> pd.DataFrame:
    """Return which rule of conduct stopped which action how often.

    Columns
    -------
    rule : name
        Rule of conduct; ``rule 99`` where the log has a number that this version does not know.
    action : name
        What was to be done.
    n_blocked : actions
        Times it was blocked. An action that waits for permitted hours may be blocked again when tried again.
    n_accounts : accounts
        Different accounts it happened to.
    """
    import pandas as pd

    reading = reading_of(source)
    rows = reading.where(EventKind.BLOCKED)
    if not len(rows):
        return empty(blocked)
    rule, action = reading.column("detail", rows), reading.column("value", rows)
    both = rule * _CODES + action
    each, times = np.unique(both * reading.n_accounts + reading.account[rows], return_counts=True)
    both, place = np.unique(each // reading.n_accounts, return_inverse=True)
    return pd.DataFrame(
        {
            "rule": [_name_of(Rule, "rule", int(code)) for code in both // _CODES],
            "action": [_name_of(Action, "action", int(code)) for code in both % _CODES],
            "n_blocked": np.bincount(place, weights=times).astype(np.int64),
            "n_accounts": np.bincount(place).astype(np.int64),
        }
    )


@dataclass(frozen=True, eq=False)
class _Visits:
    """Visits of accounts to stages, arrays of shape v.

    Attributes
    ----------
    row
        Position of the row that begins the visit.
    account, stage
        Account, and place in ``_STAGES``.
    came_from
        Place in ``_NODES`` from which a spell of arrears began; -1 when the visit follows another.
    went_to
        Place in ``_NODES``.
    since, until
        Minutes; ``until`` is the reading day's while the visit lasts.
    """

    row: NDArray[np.intp]
    account: NDArray[np.int64]
    stage: NDArray[np.int64]
    came_from: NDArray[np.int64]
    went_to: NDArray[np.int64]
    since: NDArray[np.int64]
    until: NDArray[np.int64]


def _visits(reading: Reading) -> _Visits:
    opened = reading.first(EventKind.OPENED)
    later = reading.where(EventKind.REDEFAULTED, EventKind.STAGE_ENTERED, EventKind.CURED, EventKind.CLOSED)
    rows = np.sort(np.concatenate([opened[opened != NEVER], later]))
    rows = rows[np.argsort(reading.account[rows], kind="stable")]
    account, kind = reading.account[rows].astype(np.int64), reading.rows["kind"][rows]
    stage = np.where(kind == EventKind.STAGE_ENTERED, reading.rows["stage"][rows].astype(np.int64), 0)
    begins = np.isin(kind, (EventKind.OPENED, EventKind.REDEFAULTED, EventKind.STAGE_ENTERED))
    # What each turn leads to: a stage, a cure, or a closing by its reason.
    leads_to = stage + _FIRST_STAGE
    leads_to[kind == EventKind.CURED] = _CURED
    closes = kind == EventKind.CLOSED
    reasons = np.clip(reading.rows["detail"][rows[closes]], CloseReason.PAID_IN_FULL, CloseReason.INSOLVENT)
    leads_to[closes] = _CURED + reasons
    same = account[1:] == account[:-1]
    went_to = np.full(len(rows), _OPEN, dtype=np.int64)
    went_to[:-1][same] = leads_to[1:][same]
    at = reading.column("at", rows)
    until = np.full(len(rows), reading.until, dtype=np.int64)
    until[:-1][same] = at[1:][same]
    came_from = np.full(len(rows), _NODES.index("arrived"), dtype=np.int64)
    came_from[1:][same] = np.where(begins[:-1][same], -1, _NODES.index("overdue_again"))
    return _Visits(*(field[begins] for field in (rows, account, stage, came_from, went_to, at, until)))


def _visits_that_found(reading: Reading) -> NDArray[np.intp]:
    """Return the visits at which the borrower was there: no NOBODY_HOME of the account before its next visit."""
    knocked, away = reading.where(EventKind.VISITED), reading.where(EventKind.NOBODY_HOME)
    after = next_after(reading, knocked, np.concatenate([knocked, away]))
    was_away = (after != NEVER) & (reading.rows["kind"][after] == EventKind.NOBODY_HOME)
    found: NDArray[np.intp] = knocked[~was_away]
    return found


def _by_channel(reading: Reading, *kinds: EventKind) -> NDArray[np.int64]:
    """Return the number of rows of these kinds by ``Channel``."""
    return _count_channels(reading.rows["channel"][reading.where(*kinds)])


def _count_channels(channel: NDArray[np.integer]) -> NDArray[np.int64]:
    return np.bincount(np.clip(channel, 0, max(Channel)), minlength=max(Channel) + 1).astype(np.int64)


def _talk_of(reading: Reading, rows: NDArray[np.intp]) -> NDArray[np.int64]:
    """Return the channel of the conversation that each row came out of: the account's last, in the same minute."""
    talk = last_before(reading, rows, reading.where(EventKind.CONVERSATION))
    came_of_it = (talk != NEVER) & (reading.rows["at"][talk] == reading.rows["at"][rows])
    return np.where(came_of_it, reading.rows["channel"][talk], Channel.NONE).astype(np.int64)


def _accounts_by_channel(reading: Reading, rows: NDArray[np.intp]) -> NDArray[np.bool_]:
    """Return whether each account has a row on each channel, shape [channels, n]."""
    seen = np.zeros((max(Channel) + 1, reading.n_accounts), dtype=np.bool_)
    seen[np.clip(reading.rows["channel"][rows], 0, max(Channel)), reading.account[rows]] = True
    return seen


def _name_of(enum: type[IntEnum], noun: str, code: int) -> str:
    return enum(code).name.lower() if code in list(enum) else f"{noun} {code}"
