"""Who first: the order of a work list, ties, items set aside, items withdrawn; and what an account is worth there."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from simcollect.stages.worklist import Item, WorkList
from tests.stages.story import Story

scores = st.sampled_from([0.0, 1.0, 2.5, 1e9])
items = st.builds(Item, st.integers(0, 5), st.integers(1, 4), st.just(1), st.integers(0, 3), scores)


def drain(work: WorkList) -> list[Item]:
    taken = []
    while (item := work.take()) is not None:
        taken.append(item)
    return taken


def place(item: Item) -> tuple[float, int, int, int]:
    return -item.score, item.queued_at, item.account, item.action


@given(st.lists(items, max_size=20, unique_by=lambda item: (item.account, item.action)))
def test_the_worthiest_comes_first_and_ties_go_by_waiting_time_account_and_action(given_items: list[Item]) -> None:
    work = WorkList()
    for item in given_items:
        work.add(item)
    assert len(work) == len(given_items)
    assert drain(work) == sorted(given_items, key=place)
    assert len(work) == 0


@given(
    st.lists(
        st.tuples(items, st.booleans(), st.booleans()), max_size=20, unique_by=lambda t: (t[0].account, t[0].action)
    )
)
def test_what_is_gone_is_never_handed_out_wherever_it_lies(cases: list[tuple[Item, bool, bool]]) -> None:
    work = WorkList()
    for item, gone, aside in cases:
        if aside:
            work.set_aside(item, 100)
        else:
            work.add(item)
        item.gone = gone
    here = [item for item, gone, _ in cases if not gone]
    assert len(work) == len(here)
    assert work.next_ready_at() == (100 if any(aside and not item.gone for item, _, aside in cases) else None)
    work.bring_back(100)
    assert drain(work) == sorted(here, key=place)


def test_an_item_set_aside_comes_back_at_its_minute_and_not_before() -> None:
    work = WorkList()
    first, second = Item(1, 4, 1, 0, 9.0), Item(2, 4, 1, 0, 1.0)
    work.set_aside(first, 50)
    work.add(second)
    assert work.next_ready_at() == 50
    work.bring_back(49)
    assert work.take() is second
    assert work.take() is None
    work.bring_back(50)
    assert work.take() is first
    assert work.next_ready_at() is None


RULES = ("oldest", "largest", "riskiest", "lowest_score", "incremental_value")


def worth(rule: str, day: float = 1.0, state: dict[str, float] | None = None, **case: object) -> float:
    story = Story({"mid": {"enter_dpd": 3000}, "late": {"enter_dpd": 3000}, "final": {"enter_dpd": 3000}}, **case)
    story.live(day)
    for name, value in (state or {}).items():
        story.state[name] = value
    return float(story.kernels.worth(*story.arrays.args(), 0, story.now, RULES.index(rule)))


def test_each_priority_rule_looks_at_its_own_observable() -> None:
    assert worth("oldest", balance=3000.0) == worth("oldest", balance=9e5) == 0.0
    assert worth("largest", balance=30_000.0) - worth("largest") == 1_000_000
    assert worth("riskiest", dpd=80) == worth("riskiest", dpd=70) + 10
    assert worth("riskiest", day=6.0) == worth("riskiest", day=1.0) + 5
    assert worth("lowest_score", score=0.2) > worth("lowest_score", score=0.6)


def test_incremental_value_is_highest_where_a_contact_can_change_most() -> None:
    here = worth("incremental_value")
    assert worth("incremental_value", arrears=4000.0) > here
    assert worth("incremental_value", score=0.95) < here
    assert worth("incremental_value", score=0.05) < here
    assert worth("incremental_value", state={"unreached": 5}) < here
    assert worth("incremental_value", state={"case_signal": 0.1}) < here


def test_a_work_list_knows_nothing_of_what_is_latent() -> None:
    """The same observables with other latents are worth the same."""
    for rule in RULES:
        one = worth(rule, cell="unwilling", willingness=0.1, spare=0.0, buffer=0.0, assets=0.0, vulnerable=True)
        other = worth(rule, cell="forgetful", willingness=0.9, spare=9000.0, buffer=900.0, assets=1e5)
        assert one == other
