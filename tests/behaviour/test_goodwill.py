"""Goodwill, complaints and leaving."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simcollect.behaviour import goodwill
from simcollect.core.compiled import plain
from tests.behaviour.numbers import shares

attrition_factor = plain(goodwill.attrition_factor)
complaint_hazard = plain(goodwill.complaint_hazard)
goodwill_loss = plain(goodwill.goodwill_loss)
pressure_now = plain(goodwill.pressure_now)

pressures = st.floats(0.0, 100.0)


@given(pressures, st.floats(0.0, 300.0), st.floats(0.5, 90.0))
def test_pressure_is_halved_in_every_half_life(pressure: float, days: float, half_life: float) -> None:
    left = pressure_now(pressure, days, half_life)
    assert 0.0 <= left <= pressure
    assert pressure_now(pressure, days + half_life, half_life) == pytest.approx(left / 2.0, rel=1e-9)


@given(shares, st.floats(0.0, 5.0), pressures, st.floats(0.0, 5.0), st.floats(1.0, 10.0))
def test_a_contact_costs_more_when_contacts_bunch_when_firm_and_for_the_vulnerable(
    weight: float, tone: float, pressure: float, fatigue: float, factor: float
) -> None:
    plain_loss = goodwill_loss(weight, tone, pressure, fatigue, False, factor)
    assert plain_loss >= 0.0
    assert goodwill_loss(weight, tone, pressure + 1.0, fatigue, False, factor) >= plain_loss
    assert goodwill_loss(weight, tone + 1.0, pressure, fatigue, False, factor) >= plain_loss
    assert goodwill_loss(weight, tone, pressure, fatigue, True, factor) == pytest.approx(factor * plain_loss)


def test_a_lone_neutral_contact_costs_its_weight() -> None:
    assert goodwill_loss(0.012, 1.0, 0.0, 0.3, False, 2.0) == 0.012


@given(st.floats(0.0, 10.0), shares, shares)
def test_the_complaint_hazard_grows_as_goodwill_is_lost(rate: float, loss: float, good: float) -> None:
    assert complaint_hazard(rate, loss, 1.0) == rate * loss
    assert complaint_hazard(rate, loss, good) >= rate * loss
    assert complaint_hazard(rate, loss, good / 2.0) >= complaint_hazard(rate, loss, good)


@given(shares, shares, st.floats(0.0, 20.0))
def test_more_goodwill_never_makes_leaving_likelier(good: float, reference: float, elasticity: float) -> None:
    here = attrition_factor(good, reference, elasticity)
    assert here > 0.0
    assert attrition_factor(reference, reference, elasticity) == 1.0
    assert attrition_factor(min(1.0, good + 0.1), reference, elasticity) <= here
    assert attrition_factor(good, reference, 0.0) == 1.0
