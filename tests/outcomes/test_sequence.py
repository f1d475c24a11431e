"""Questions of order, answered quickly and by looking at every row: both must agree."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from simcollect.core.codes import EventKind
from simcollect.outcomes import Reading
from simcollect.outcomes.audit.sequence import count_until, last_before, running
from simcollect.outcomes.reading import NEVER
from tests.outcomes.handmade import Story

# (account, is an event, is a row asked about, minutes since the row before): a row may be both.
TELLINGS = st.lists(st.tuples(st.integers(0, 2), st.booleans(), st.booleans(), st.integers(0, 2)), max_size=25)


def told(telling: list[tuple[int, bool, bool, int]]) -> tuple[Reading, list[int], list[int]]:
    story, at = Story(n=3), 0
    for account, _, _, minutes in telling:
        at += minutes
        story.add(at / 1440, EventKind.DIALLED, account)
    events = [i for i, (_, is_event, _, _) in enumerate(telling) if is_event]
    asked = [i for i, (_, _, is_asked, _) in enumerate(telling) if is_asked]
    return Reading.at_day(story.log()), events, asked


@given(TELLINGS)
def test_the_last_event_before_a_row_is_the_accounts_own_and_stands_strictly_before(
    telling: list[tuple[int, bool, bool, int]],
) -> None:
    reading, events, asked = told(telling)
    found = last_before(reading, np.array(events, dtype=np.intp), np.array(asked, dtype=np.intp))
    by_hand = [max((e for e in events if e < i and telling[e][0] == telling[i][0]), default=NEVER) for i in asked]
    assert found.tolist() == by_hand


@given(TELLINGS, st.booleans())
def test_events_are_counted_by_the_minute(telling: list[tuple[int, bool, bool, int]], inclusive: bool) -> None:
    reading, events, asked = told(telling)
    at = reading.rows["at"]
    found = count_until(reading, np.array(events, dtype=np.intp), np.array(asked, dtype=np.intp), inclusive)
    by_hand = [
        sum(telling[e][0] == telling[i][0] and (at[e] < at[i] or (inclusive and at[e] == at[i])) for e in events)
        for i in asked
    ]
    assert found.tolist() == by_hand


@given(st.lists(st.tuples(st.integers(0, 2), st.integers(-5, 5)), max_size=25))
def test_running_sums_restart_with_every_key(steps: list[tuple[int, int]]) -> None:
    keys, numbers = np.array([k for k, _ in steps], dtype=np.int64), np.array([s for _, s in steps], dtype=np.int64)
    order, sums = running(keys, np.arange(len(steps)), numbers)
    by_hand = [sum(s for k, s in steps[: i + 1] if k == steps[i][0]) for i in order]
    assert sums.tolist() == by_hand
