"""Robustness of the model itself, on twelve borrowers."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from simcollect.core.errors import InputError
from simcollect.experiment.run import Progress
from simcollect.plots.theme import save
from simcollect.robust.answer import Answer
from simcollect.robust.break_even import break_even
from simcollect.robust.discovery import discover
from simcollect.robust.harm import harm_price
from simcollect.robust.regret import regret
from simcollect.robust.runs import Runs, ask
from simcollect.robust.sensitivity import sensitivity
from simcollect.robust.tornado import tornado
from simcollect.scenario import Scenario
from simcollect.sweep.points import Range

ENFORCEMENT, SMS = "economics.enforcement", "economics.sms"
PAIR = ("settle_early", "firm")
COST = "cost_per_account"
"""Prices change no borrower's life: cost is a straight line in each, so a break-even is known from two runs."""


def complete(answer: Answer, folder: Path) -> None:
    answer.save(folder)
    record = json.loads((folder / f"{answer.name}.json").read_text())
    assert record["seed"] == answer.asked.scenario.run.seed
    assert record["answer"] == answer.sentences()
    assert len(record["rows"]) == len(answer.table())
    save(answer.plot("zh"), folder / "zh.png")
    assert (folder / f"{answer.name}.png").is_file()


def test_the_break_even_of_a_price_is_the_zero_of_a_straight_line(tmp_path: Path, tiny: Scenario) -> None:
    found = break_even(
        tiny, PAIR, outcome=COST, assumptions=[ENFORCEMENT, SMS], replications=4, workers=1, folder=tmp_path
    )
    by_name = {one.unknown.name: one for one in found.found}
    one = by_name[ENFORCEMENT]
    with Runs(ask(tiny, PAIR, outcome=COST, replications=4), workers=1, folder=tmp_path) as runs:
        values = runs.values([{ENFORCEMENT: one.unknown.low}, {ENFORCEMENT: one.unknown.high}])
    low, high = (values[:, 0] - values[:, 1]).mean(axis=1)
    straight = one.unknown.low + (one.unknown.high - one.unknown.low) * low / (low - high)
    assert low * high < 0.0
    # Closed in on to half a hundredth of the range, which is logarithmic here.
    assert one.value == pytest.approx(straight, rel=0.02)
    assert one.lead_at_low * one.lead_at_high < 0.0
    below, above = one.interval
    assert below <= one.value <= above
    complete(found, tmp_path)


def test_a_first_look_sets_aside_what_keeps_the_lead_and_follows_the_rest_as_without_it(
    tmp_path: Path, tiny: Scenario
) -> None:
    how = {"outcome": COST, "replications": 4, "workers": 1}
    clear = ("no_action", "firm")  # who does nothing pays for no SMS, whatever it costs
    full = break_even(tiny, clear, assumptions=[SMS], screen=0, **how)  # type: ignore[arg-type]
    quick = break_even(tiny, clear, assumptions=[SMS], screen=2, **how)  # type: ignore[arg-type]
    (whole,), (one,) = full.found, quick.found
    assert (whole.verdict, whole.replications) == ("never within range", 4)
    assert (one.verdict, one.replications) == ("set aside", 2)
    assert quick.n_runs == full.n_runs - 2 * 2 * 2  # two ends, two strategies, two replications fewer
    # A cost is a straight line in a price: the change that two replications give is near that of four.
    assert one.lead_at_high == pytest.approx(whole.lead_at_high, rel=0.05)
    assert any("set aside in 5% of cases at most" in sentence for sentence in quick.sentences())
    complete(quick, tmp_path)
    with pytest.raises(InputError, match=r"screen is 1.*one run cannot tell"):
        break_even(tiny, clear, assumptions=[SMS], screen=1, **how)  # type: ignore[arg-type]


def test_the_swing_of_a_price_is_its_change_times_what_it_is_paid_for(tmp_path: Path, tiny: Scenario) -> None:
    found = tornado(tiny, ["firm"], outcome=COST, uncertainties={SMS: Range(0.5, 1.5)}, replications=2, workers=1)
    (one,) = found.swings
    # As stated an SMS costs 1.0, the middle of this range, and cost is a straight line in its price.
    assert one.swing.mean > 0.0
    assert one.low_change.mean == pytest.approx(-one.high_change.mean, rel=1e-6)
    assert one.swing.mean == pytest.approx(2.0 * one.high_change.mean, rel=1e-6)
    complete(found, tmp_path)


@pytest.mark.slow
def test_indices_of_prices_alone_add_up_to_one(tmp_path: Path, tiny: Scenario) -> None:
    known = {SMS: Range(0.5, 1.5), ENFORCEMENT: Range(500.0, 4000.0)}
    found = sensitivity(tiny, ["firm"], n=8, outcome=COST, uncertainties=known, replications=2, workers=1)
    # No interactions: every total index is the first-order one, the shares of a sum of straight lines.
    assert sum(one.total.value for one in found.influences) == pytest.approx(1.0, abs=0.3)
    assert found.influences[0].name == ENFORCEMENT
    complete(found, tmp_path)
    screened = sensitivity(
        tiny, PAIR, method="morris", n=3, outcome=COST, uncertainties=known, replications=2, workers=1
    )
    (first, *_) = screened.influences
    assert first.name == ENFORCEMENT
    assert first.mean is not None
    assert abs(first.mean) == pytest.approx(first.total.value)
    complete(screened, tmp_path)


@pytest.mark.slow
def test_worlds_regret_and_boxes_share_their_runs(tmp_path: Path, tiny: Scenario) -> None:
    told: list[tuple[int, int]] = []
    how = {"outcome": COST, "worlds": 24, "assumptions": ["economics"], "replications": 2, "workers": 1}
    lost = discover(tiny, PAIR, folder=tmp_path, **how)  # type: ignore[arg-type]
    found = regret(tiny, PAIR, folder=tmp_path, on_progress=lambda *n: told.append(n), **how)  # type: ignore[arg-type]
    assert told[1] == told[-1]  # every run was there already
    assert found.regrets.shape == (24, 2)
    assert np.all(found.regrets.min(axis=1) == 0.0)
    assert lost.favourite in PAIR
    complete(found, tmp_path)
    complete(lost, tmp_path)


def test_the_price_of_harm_is_told_with_an_interval(tmp_path: Path, tiny: Scenario) -> None:
    found = harm_price(tiny, replications=3, workers=1)
    assert found.sentences()[0].startswith(f"With no price on harm {found.first} earns most")
    means, harm = found.money.mean(axis=1), found.harms.mean(axis=1)
    for one in found.switches:
        a, b = (found.asked.strategies.index(name) for name in (one.before, one.after))
        assert means[a] - one.price.value * harm[a] == pytest.approx(means[b] - one.price.value * harm[b])
    complete(found, tmp_path)


@pytest.mark.parametrize(
    ("ended", "told"),
    [((50, 54), [(4, 8), (8, 8)]), ((10, 110), [(0, 100), (100, 100)]), ((8, 8), [(8, 8), (8, 8)])],
    ids=["half is known", "an interrupted call left more to do", "all is known"],
)
def test_progress_counts_what_is_left_to_do(
    tiny: Scenario, monkeypatch: pytest.MonkeyPatch, ended: tuple[int, int], told: list[tuple[int, int]]
) -> None:
    seen: list[tuple[int, int]] = []

    def evaluate(*_: object, on_progress: Progress, **__: object) -> None:
        for n_ended in ended:
            on_progress(n_ended, ended[1])
        raise KeyboardInterrupt

    monkeypatch.setattr("simcollect.robust.runs.evaluate", evaluate)
    with (
        pytest.raises(KeyboardInterrupt),
        Runs(ask(tiny, PAIR, replications=2), workers=1, on_progress=lambda *n: seen.append(n)) as runs,
    ):
        runs.values([{}, {SMS: 2.0}])  # two points, two strategies, two replications
    assert seen == [(0, 0), *told]


def test_what_makes_no_question_is_refused(tiny: Scenario) -> None:
    with pytest.raises(InputError, match="strategies are 1"):
        break_even(tiny, ["firm"])
    with pytest.raises(InputError, match="replications are 1"):
        tornado(tiny, PAIR, replications=1)
    with pytest.raises(InputError, match=r"n is 12.*power of 2"):
        sensitivity(tiny, PAIR, n=12)
    with pytest.raises(InputError, match="neither better high nor low"):
        regret(tiny, outcome="suits_filed")
    with pytest.raises(InputError, match="not a known outcome"):
        harm_price(tiny, harm="shouting")
