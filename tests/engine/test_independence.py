"""One borrower's luck is his own: nobody who comes or goes changes it."""

from __future__ import annotations

import copy

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from simcollect.core.codes import EventKind
from simcollect.core.eventlog import EventLog
from tests.engine.runs import Table, merged, packaged, run, staffed

K = EventKind
DOCUMENT = merged(packaged("tiny"), staffed("unlimited"))
NAMES = [account["name"] for account in DOCUMENT["portfolio"]["accounts"]]


def histories(log: EventLog) -> dict[str, list[tuple[int, ...]]]:
    """Every account's rows by the borrower's name."""
    fields = ["at", "kind", "stage", "channel", "actor", "detail", "amount_cents", "cost_cents", "value"]
    return {
        name: log.rows[log.rows["account"] == place][fields].tolist() for place, name in enumerate(log.header.names)
    }


def with_accounts(accounts: list[Table]) -> Table:
    document = copy.deepcopy(DOCUMENT)
    document["portfolio"]["accounts"] = accounts
    return document


WHOLE: dict[str, dict[str, list[tuple[int, ...]]]] = {}


@settings(max_examples=12, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(
    st.lists(st.sampled_from(NAMES), min_size=1, max_size=11, unique=True),
    st.sampled_from(["balanced", "firm", "settle_early"]),
    st.booleans(),
)
def test_with_unlimited_staff_a_borrowers_history_is_the_same_in_any_company(
    present: list[str], strategy: str, stranger: bool
) -> None:
    if strategy not in WHOLE:
        WHOLE[strategy] = histories(run(DOCUMENT, strategy))
    accounts = [account for account in DOCUMENT["portfolio"]["accounts"] if account["name"] in present]
    accounts.sort(key=lambda account: present.index(account["name"]))  # in any order, too
    if stranger:
        accounts.insert(1, {"name": "A stranger", "balance": 77_000.0, "dpd": 50})
    found = histories(run(with_accounts(accounts), strategy))
    for name in present:
        assert found[name] == WHOLE[strategy][name]


def test_a_stranger_who_takes_staff_time_changes_when_others_are_called_but_not_what_happens_by_itself() -> None:
    document = merged(packaged("tiny"), staffed(1))
    stranger = {"name": "A stranger", "balance": 77_000.0, "dpd": 50}
    more = merged(document, {"portfolio": {"accounts": [*document["portfolio"]["accounts"], stranger]}})
    alone, crowded = histories(run(document, "firm")), histories(run(more, "firm"))
    by_itself = {int(K.SHOCK_STARTED), int(K.SHOCK_ENDED), int(K.OPENED)}
    for name, rows in alone.items():
        mine = [(row[0], *row[5:]) for row in rows if row[1] in by_itself]
        theirs = [(row[0], *row[5:]) for row in crowded[name] if row[1] in by_itself]
        assert mine == theirs
