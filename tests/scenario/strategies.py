"""Hypothesis strategies: scenario documents that are sound by construction, and the same with one thing spoilt.

``documents()`` is what an engine test draws: few borrowers, a short run, every lever free. ``spoilt_documents()`` must
load or be refused with a message, and never end in another exception.
"""

from __future__ import annotations

import copy
import datetime as dt
from typing import Any

from hypothesis import strategies as st

from simcollect.core.codes import Cell
from simcollect.scenario.presets import is_quantity, read_preset

Table = dict[str, Any]

ZONES = ("UTC", "Asia/Taipei", "America/New_York", "Australia/Lord_Howe")
CELLS = tuple(cell.name.lower() for cell in Cell)
SEGMENTS = ("small", "large")
MAX_DISCOUNT = 0.6
MAX_PLAN_MONTHS = 24

shares = st.floats(0, 1, allow_nan=False).map(lambda share: round(share, 3))
amounts = st.floats(0, 100_000, allow_nan=False).map(lambda amount: round(amount, 2))
days = st.integers(0, 60)
flags = st.booleans()


@st.composite
def documents(draw: st.DrawFn, *, behaviour: bool = True, max_horizon_days: int = 200) -> Table:
    """A sound scenario document as a mapping for ``simcollect.scenario.load``.

    Parameters
    ----------
    behaviour : bool
        Whether behaviour quantities are moved within their ranges.
    max_horizon_days : int
        Longest run, days.
    """
    horizon = draw(st.integers(1, max_horizon_days))
    names = draw(st.lists(st.sampled_from(["a", "b", "c"]), min_size=1, max_size=3, unique=True))
    strategies: Table = {}
    for name in names:
        parent = draw(st.sampled_from(["defaults", *strategies]))
        strategies[name] = {"inherits": parent, **draw(levers())}
    document = {
        "run": draw(runs(horizon)),
        "portfolio": draw(st.one_of(inline_portfolios(horizon), synthetic_portfolios())),
        "strategies": strategies,
        "rules": draw(rules()),
        "capacity": draw(capacities(horizon)),
        "economics": {"cost_basis": draw(st.sampled_from(["staffed", "worked"]))},
    }
    return {**document, "behaviour": draw(behaviours())} if behaviour else document


def runs(horizon: int) -> st.SearchStrategy[Table]:
    """The run block of a given length in days."""
    readings = st.lists(st.integers(1, horizon), max_size=3, unique=True).map(sorted)
    return st.fixed_dictionaries(
        {
            "start_date": st.dates(dt.date(1995, 1, 1), dt.date(2035, 1, 1)),
            "horizon_days": st.just(horizon),
            "replications": st.integers(1, 2),
            "seed": st.integers(0, 2**63 - 1),
            "reading_days": readings,
            "fix_book": flags,
            "time_zone": st.sampled_from(ZONES),
        }
    )


def inline_portfolios(horizon: int) -> st.SearchStrategy[Table]:
    """One to six named borrowers."""
    account = st.fixed_dictionaries(
        {
            "balance": st.floats(0.01, 500_000).map(lambda amount: max(0.01, round(amount, 2))),
            "dpd": st.integers(1, 400),
        },
        optional={
            "interest": amounts,
            "fees": amounts,
            "limit": amounts,
            "instalment": st.floats(1, 20_000).map(lambda amount: round(amount, 2)),
            "arrives_day": st.integers(0, horizon - 1),
            "apr": st.floats(0, 0.4),
            "penalty_rate": st.floats(0, 0.4),
            "months_on_book": st.integers(0, 300),
            "age": st.integers(18, 110),
            "cell": st.sampled_from(CELLS),
            "segment": st.sampled_from(SEGMENTS),
            "income": amounts,
            "spare": amounts,
            "buffer": amounts,
            "willingness": shares,
            "attention": shares,
            "margin": amounts,
            "assets": amounts,
            "attachable": amounts,
            "vulnerable": flags,
            "declared_vulnerable": flags,
            "strategic": flags,
            "knows_schedule": flags,
            "phone_valid": flags,
            "email_valid": flags,
            "consent": flags,
            "preferred_channel": st.sampled_from(["sms", "email", "call"]),
            "time_zone": st.sampled_from(ZONES),
            "due_day": st.integers(1, 28),
            "payday": st.integers(1, 28),
        },
    )

    def named(accounts: list[Table]) -> Table:
        for number, each in enumerate(accounts):
            each["name"] = f"Borrower {number}"
        return {"source": "inline", "accounts": accounts, "segments": SEGMENT_RULE}

    return st.lists(account, min_size=1, max_size=6).map(named)


SEGMENT_RULE = {"by": "balance", "names": list(SEGMENTS), "up_to": [20_000.0]}


def synthetic_portfolios() -> st.SearchStrategy[Table]:
    """A dozen synthetic borrowers and a trickle of new ones."""
    marginals = {
        "balance": {"family": "lognorm", "params": [1.0, 0.0, 30_000.0]},
        "dpd": {"family": "table", "quantiles": [1.0, 20.0, 60.0, 200.0]},
        "age": {"family": "uniform", "params": [20.0, 50.0]},
    }
    return st.fixed_dictionaries(
        {
            "source": st.just("synthetic"),
            "n_stock": st.integers(1, 12),
            "flow_per_month": st.floats(0, 4),
            "flow_count": st.sampled_from(["rounded", "poisson"]),
            "arrival_minute": st.sampled_from(["midnight", "uniform"]),
            "segments": st.just(SEGMENT_RULE),
            "synthetic": st.just({"marginals": marginals}),
        }
    )


def rules() -> st.SearchStrategy[Table]:
    """Any rules on or off; authority wide enough for the ladders drawn here."""
    hours = st.sampled_from(
        [{}, {"hours_start": "08:00", "hours_end": "21:00"}, {"hours_start": "12:00", "hours_end": "12:30"}]
    )
    others = st.fixed_dictionaries(
        {},
        optional={
            "calls_per_7_days": st.integers(0, 20),
            "messages_per_7_days": st.integers(0, 20),
            "quiet_days_after_conversation": st.integers(0, 14),
            "visit_two_people": flags,
            "honour_cease": flags,
            "consent_needed": flags,
            "moratorium_days": days,
            "forbearance_before_suit": flags,
            "vulnerable_hold": flags,
            "calls_per_day": st.integers(0, 8),
            "visit_notice_days": st.integers(0, 14),
            "honour_opt_out": flags,
            "vulnerable_moratorium_days": days,
            "moratorium_interest_free": flags,
            "added_costs_barred": flags,
            "plan_surplus_share": shares,
            "max_discount_share": st.just(MAX_DISCOUNT),
            "max_plan_months": st.just(MAX_PLAN_MONTHS),
        },
    )
    return st.tuples(hours, others).map(lambda parts: {**parts[0], **parts[1]})


@st.composite
def capacities(draw: st.DrawFn, horizon: int) -> Table:
    """Pools from nobody to everybody, with odd shifts, holidays and events."""
    pools = {}
    for name in ("callers", "negotiators", "legal_officers", "settlement_desk"):
        start = draw(st.integers(0, 22))
        pools[name] = {
            "headcount": draw(st.one_of(st.integers(0, 3), st.just("unlimited"))),
            "shift_start": f"{start:02d}:00",
            "shift_end": f"{draw(st.integers(start + 1, 24)):02d}:00",
            "weekdays": draw(
                st.lists(st.sampled_from(["mon", "tue", "wed", "thu", "fri", "sat", "sun"]), min_size=1, unique=True)
            ),
            "absence_share": draw(st.floats(0, 0.5)),
        }
    inflow = st.fixed_dictionaries(
        {
            "kind": st.just("inflow"),
            "day": st.integers(0, horizon - 1),
            "days": st.integers(1, 30),
            "factor": st.floats(0, 5),
        }
    )
    sick = st.fixed_dictionaries(
        {
            "kind": st.just("sick_leave"),
            "day": st.integers(0, horizon - 1),
            "days": st.integers(1, 30),
            "pool": st.sampled_from(sorted(pools)),
            "share": shares,
        }
    )
    return {
        "pools": pools,
        "events": draw(st.lists(st.one_of(inflow, sick), max_size=2)),
        "visit_people": draw(st.sampled_from([1, 2])),
        "task_times": draw(st.sampled_from(["fixed", "exponential", "lognormal"])),
        "time_zone": draw(st.sampled_from(ZONES)),
    }


@st.composite
def levers(draw: st.DrawFn) -> Table:
    """All levers of a strategy, so that nothing inherited can contradict them."""
    entries = sorted(draw(st.lists(st.integers(0, 250), min_size=4, max_size=4)))
    letter, assess = draw(st.integers(-1, 20)), draw(st.integers(0, 20))
    suit = draw(st.one_of(st.just(-1), st.integers(max(letter, assess, 0), 60)))
    tone = st.sampled_from(["gentle", "neutral", "firm"])
    caller = draw(st.sampled_from(["human", "automated", "automated_until"]))
    table: Table = {
        "early": {
            "enter_dpd": entries[0],
            "tone": draw(tone),
            "steps": draw(steps(("sms", "email", "automated_call", "call"))),
            "grace_days_low": draw(days),
            "grace_days_medium": draw(days),
            "grace_days_high": draw(days),
            "caller": caller,
            "automated_until_day": draw(st.integers(1, 20)),
            "channel_rule": draw(st.sampled_from(["as_listed", "preferred"])),
        },
        "mid": {
            "enter_dpd": entries[1],
            "tone": draw(tone),
            "steps": draw(
                steps(("sms", "email", "automated_call", "call", "negotiation_call", "case_analysis", "visit"))
            ),
            "visit_min_balance": draw(amounts),
            "plan_offered": draw(flags),
            "plan_affordability_share": draw(shares),
            "plan_max_months": draw(st.integers(0, MAX_PLAN_MONTHS)),
            "plan_down_payment_share": draw(shares),
            "plan_interest_waived_share": draw(shares),
        },
        "follow_up": {
            "promise_max_days": draw(days),
            "broken_promise_call_days": draw(st.integers(-1, 20)),
            "plan_check_days": draw(st.integers(-1, 20)),
            "max_missed_instalments": draw(st.integers(0, 3)),
        },
        "late": {
            "enter_dpd": entries[2],
            "assess_day": assess,
            "letter_day": letter,
            "suit_day": suit,
            "min_balance": draw(amounts),
            "min_net_yield": draw(amounts),
            **draw(_flags("accelerate assess enforce add_costs mark_credit_record keep_negotiating hold_vulnerable")),
        },
        "final": {
            "enter_dpd": entries[3],
            "offers": draw(st.lists(offers(), max_size=6)),
            "random_days": draw(st.integers(0, 20)),
            "min_balance": draw(amounts),
            "disposal": draw(st.sampled_from(["none", "write_off", "sell"])),
            "disposal_dpd": entries[3] + draw(days),
            "closing_record": draw(flags),
        },
        "restoration": {
            **draw(_flags("care_call credit_rebuild reopen_line")),
            "fee_goodwill_share": draw(shares),
            "delay_days": draw(days),
            "min_margin": draw(amounts),
        },
        "escalation": {
            "refusals": draw(st.integers(0, 4)),
            "broken_promises": draw(st.integers(0, 4)),
            "attempts_without_reach": draw(st.integers(0, 20)),
            "balance_floor": draw(amounts),
            "dispute_hold_days": draw(days),
            "hardship_hold_days": draw(days),
            **draw(
                _flags("plan_broken hold_on_promise hold_on_plan hold_on_settlement hold_on_dispute hold_on_hardship")
            ),
        },
        "stop": {
            "max_attempts": draw(st.integers(0, 40)),
            "after_dpd": draw(st.integers(0, 300)),
            "min_balance": draw(amounts),
        },
        "work": {
            "priority": draw(st.sampled_from(["oldest", "largest", "riskiest", "lowest_score", "incremental_value"])),
            "routing": draw(st.sampled_from(["any", "best_to_largest", "best_to_riskiest"])),
            "review": draw(st.sampled_from(["morning", "at_once"])),
        },
    }
    if draw(flags):
        segment = draw(st.sampled_from(SEGMENTS))
        table["segments"] = {segment: {"mid": {"tone": draw(tone)}, "restoration": {"care_call": draw(flags)}}}
    return table


def _flags(names: str) -> st.SearchStrategy[Table]:
    return st.fixed_dictionaries(dict.fromkeys(names.split(), flags))


def steps(actions: tuple[str, ...]) -> st.SearchStrategy[list[Table]]:
    """A stage's cadence of at most eight steps."""
    once = st.fixed_dictionaries({"action": st.sampled_from(actions), "day": days})
    often = st.fixed_dictionaries(
        {
            "action": st.sampled_from(actions),
            "day": days,
            "repeat_days": st.integers(1, 30),
            "repeat_from": st.sampled_from(["asked", "done"]),
            "maximum": st.integers(2, 20),
        }
    )
    weekly = st.fixed_dictionaries(
        {
            "action": st.sampled_from(actions),
            "day": days,
            "per_week": st.integers(1, 14),
            "maximum": st.integers(2, 20),
        }
    )
    return st.lists(st.one_of(once, often, weekly), max_size=8).map(_one_analysis)


def _one_analysis(cadence: list[Table]) -> list[Table]:
    """Leave the first analysis of the case, once: a second one is an error."""
    analyses = [step for step in cadence if step["action"] == "case_analysis"]
    others = [step for step in cadence if step["action"] != "case_analysis"]
    return others + [{"action": "case_analysis", "day": step["day"]} for step in analyses[:1]]


def offers() -> st.SearchStrategy[Table]:
    """One rung of a settlement ladder, within the authority of ``rules``."""
    return st.fixed_dictionaries(
        {
            "stage": st.sampled_from(["mid", "late", "final"]),
            "day": days,
            "discount_share": st.floats(0, MAX_DISCOUNT),
            "waive_share": shares,
            "instalments": st.integers(1, MAX_PLAN_MONTHS),
            "expiry_days": days,
        }
    )


@st.composite
def behaviours(draw: st.DrawFn) -> Table:
    """Up to five behaviour quantities moved to anywhere in their range, ends included."""
    preset = read_preset("behaviour", "cards", "")[1]
    places = [
        (group, name)
        for group, table in preset.items()
        if group != "cell_mix" and isinstance(table, dict)
        for name, value in table.items()
        if is_quantity(value)
    ]
    block: Table = {}
    for group, name in draw(st.lists(st.sampled_from(places), max_size=5, unique=True)):
        low, high = preset[group][name]["range"]
        value = draw(st.one_of(st.just(float(low)), st.just(float(high)), st.floats(low, high)))
        block.setdefault(group, {})[name] = value
    return block


JUNK = st.one_of(
    st.sampled_from(["", "45", "30 %", "firm", "notify_third_party", "2005-02-30", "24:61", "\x00", "ü" * 3000]),
    st.sampled_from([True, False, -1, 0, 10**30, 1e300, float("nan"), float("inf"), -0.5, 1.5]),
    st.sampled_from([[], {}, [[]], [1, 2], {"value": 1}, {"x": {"y": 1}}, dt.date(2000, 1, 1), dt.time(9, 0)]),
)


@st.composite
def spoilt_documents(draw: st.DrawFn) -> Table:
    """A sound document with one value replaced, removed or added at a random place."""
    document: Table = copy.deepcopy(draw(documents()))  # parts of it are shared by all documents
    where: Any = document
    while True:
        inner = [key for key, value in _items(where) if isinstance(value, dict | list) and value]
        if not inner or draw(st.integers(0, 4)) == 0:
            break
        where = where[draw(st.sampled_from(inner))]
    keys = [key for key, _ in _items(where)]
    if isinstance(where, dict):
        kind = draw(st.sampled_from(["replace", "remove", "add"]))
        if kind == "add" or not keys:
            where[draw(st.sampled_from(["zebra", "enter_dpd", "value", "0", "", "inherits"]))] = draw(JUNK)
        elif kind == "remove":
            del where[draw(st.sampled_from(keys))]
        else:
            where[draw(st.sampled_from(keys))] = draw(JUNK)
    else:
        where[draw(st.sampled_from(keys))] = draw(JUNK)
    return document


def _items(value: Any) -> list[tuple[Any, Any]]:
    return list(value.items()) if isinstance(value, dict) else list(enumerate(value))
