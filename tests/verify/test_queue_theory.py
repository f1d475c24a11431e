"""Theory of queues against published and computed numbers, to the digits printed, and against itself in its limits."""

from __future__ import annotations

import math

import numpy as np
import pytest

from simcollect.verify.theory.queues import FiniteSource, Impatient, Patient, erlang_b, general_mean_wait

HALF_HOUR = 1800.0


def printed(value: float, digits: str) -> bool:
    """Whether a value prints as these digits do, to the last of them."""
    places = len(digits.partition(".")[2])
    return abs(value - float(digits)) <= 0.5000001 * 10.0**-places


def centre(agents: int) -> Patient:
    """V9: 100 calls in half an hour of 180 s each."""
    return Patient(100 / HALF_HOUR, 1 / 180, agents)


def test_the_published_call_centre_to_sixteen_digits() -> None:
    found = centre(14)
    assert math.isclose(found.wait_prob, 0.1741319335950498, rel_tol=1e-13)
    assert math.isclose(found.within(20.0), 0.8883500191794669, rel_tol=1e-13)
    assert printed(found.mean_wait, "7.83594")
    assert printed(found.utilisation, "0.714286")


def test_the_same_centre_with_fewer_agents() -> None:
    assert printed(centre(11).wait_prob, "0.6821182")
    assert printed(centre(11).mean_wait, "122.7813")
    assert printed(centre(11).within(20.0), "0.3896138")
    assert printed(centre(12).wait_prob, "0.4493882")
    assert printed(centre(12).mean_wait, "40.44494")
    assert printed(centre(13).wait_prob, "0.2852705")
    assert printed(centre(13).mean_wait, "17.11623")


@pytest.mark.parametrize(("seconds", "late"), [(60.0, "0.0778801"), (80.0, "0.1410803")])
def test_two_agents_and_thirty_calls_an_hour(seconds: float, late: str) -> None:
    assert printed(1.0 - Patient(30 / 3600, 1 / seconds, 2).within(10.0), late)


def test_ten_servers_and_a_load_of_six() -> None:
    assert printed(Patient(120.0, 20.0, 10).wait_prob, "0.1012992")


def test_fifty_five_agents() -> None:
    found = Patient(360 / HALF_HOUR, 1 / 240, 55)
    assert printed(found.utilisation, "0.872727")
    assert printed(found.wait_prob, "0.2387009")
    assert printed(found.mean_wait, "8.184032")
    assert printed(found.within(15.0), "0.8458831")


def test_small_loads() -> None:
    assert math.isclose(Patient(2.0, 1.0, 3).wait_prob, 4 / 9, rel_tol=1e-14)
    assert printed(Patient(3.0, 1.0, 5).wait_prob, "0.2361516")


def test_fifty_agents_nobody_gives_up() -> None:
    found = Patient(48.0, 1.0, 50)
    assert printed(found.wait_prob, "0.6944556")
    assert printed(found.mean_wait * 60, "20.83367")
    assert printed(found.quantile(0.9) * 60, "58.1387")
    assert printed(found.mean_queue, "16.6669")
    assert printed(found.utilisation, "0.96")


def test_fifty_agents_and_a_patience_of_two_minutes() -> None:
    found = Impatient(48.0, 1.0, 50, 0.5)
    assert printed(found.wait_prob, "0.4677741")
    assert printed(found.abandon_prob, "0.0309122")
    assert printed(found.mean_wait * 60, "3.7095")
    assert printed(found.mean_queue, "2.967576")
    assert printed(found.utilisation, "0.9303242")
    assert printed(found.quantile(0.9) * 60, "12.44")
    assert printed(found.beyond(20 / 60), "0.0271356")


@pytest.mark.parametrize(("rate", "gone", "wait"), [(1.0, "0.0394175", "2.3651"), (2.0, "0.0480218", "1.4407")])
def test_less_patience(rate: float, gone: str, wait: str) -> None:
    found = Impatient(48.0, 1.0, 50, rate)
    assert printed(found.abandon_prob, gone)
    assert printed(found.mean_wait * 60, wait)


def test_overload() -> None:
    found = Impatient(55.0, 1.0, 50, 0.5)
    assert printed(found.wait_prob, "0.8662337")
    assert printed(found.abandon_prob, "0.1020802")
    assert printed(found.mean_queue, "11.22882")


def test_patience_equal_to_service_makes_the_number_in_system_poisson() -> None:
    found = Impatient(2.0, 1.0, 2, 1.0)
    assert printed(found.wait_prob, "0.59399415")
    assert printed(found.abandon_prob, "0.27067057")
    assert printed(found.mean_queue, "0.54134113")
    poisson = [math.exp(-2.0) * 2.0**k / math.factorial(k) for k in range(10)]
    assert np.allclose(found.in_system[:10], poisson, rtol=1e-12)


def test_as_many_agents_as_load_and_the_limit() -> None:
    found = Impatient(100.0, 1.0, 100, 1.0)
    assert printed(found.wait_prob, "0.5132988")
    assert printed(found.abandon_prob, "0.0398610")
    wait, gone = found.in_the_limit()
    assert math.isclose(wait, 0.5, rel_tol=1e-12)
    assert printed(gone, "0.0398942")
    far = Impatient(1e4, 1.0, 10_000, 1.0)
    assert abs(far.wait_prob - far.in_the_limit()[0]) < 0.002


@pytest.mark.parametrize("queue", [Impatient(48, 1, 50, 0.5), Impatient(55, 1, 50, 2.0), Impatient(2, 1, 2, 1)])
def test_who_comes_is_served_or_gives_up(queue: Impatient) -> None:
    served = queue.mean_busy * queue.service_rate
    assert math.isclose(queue.arrival_rate, served + queue.patience_rate * queue.mean_queue, rel_tol=1e-12)
    assert math.isclose(queue.beyond(0.0), queue.wait_prob, rel_tol=1e-12)
    assert math.isclose(queue.beyond(queue.quantile(0.8)), 0.2, rel_tol=1e-9)
    steps = np.linspace(0.0, 30.0, 30_001)
    area = np.trapezoid([queue.beyond(float(t)) for t in steps], steps)  # the tail's integral is the mean
    assert abs(area / queue.mean_wait - 1.0) < 1e-4


def test_endless_patience_is_erlang_c() -> None:
    patient, nearly = Patient(8.0, 1.0, 10), Impatient(8.0, 1.0, 10, 1e-6)
    assert math.isclose(patient.wait_prob, nearly.wait_prob, rel_tol=1e-4)
    assert math.isclose(patient.within(0.3), nearly.within(0.3), rel_tol=1e-4)


def test_finite_sources() -> None:
    few = FiniteSource(20, 0.1, 1.0, 2)
    assert printed(few.mean_in_system, "3.452094")
    assert printed(few.mean_queue, "1.797304")
    assert printed(few.throughput, "1.654791")
    assert printed(few.utilisation, "0.827395")
    assert printed(few.mean_wait, "1.086122")
    many = FiniteSource(200, 0.05, 1.0, 10)
    assert printed(many.mean_in_system, "14.93664")
    assert printed(many.mean_queue, "5.683468")
    assert printed(many.throughput, "9.253168")
    assert printed(many.utilisation, "0.925317")
    assert printed(many.mean_wait, "0.614219")


def test_a_large_source_is_erlang_c() -> None:
    large = FiniteSource(100_000, 8.0 / 100_000, 1.0, 10)
    assert math.isclose(large.mean_queue, Patient(8.0, 1.0, 10).mean_queue, rel_tol=1e-2)


def test_the_finite_source_loses_nothing_to_more_servers_than_accounts() -> None:
    assert math.isclose(FiniteSource(5, 0.5, 1.0, 9).mean_in_system, 5 / 3, rel_tol=1e-12)
    assert FiniteSource(5, 0.5, 1.0, 9).mean_queue == 0.0


def test_one_agent_with_memoryless_services_agrees_with_erlang_c() -> None:
    assert math.isclose(general_mean_wait(0.7, 1.0, 1.0), Patient(0.7, 1.0, 1).mean_wait, rel_tol=1e-12)
    assert math.isclose(general_mean_wait(0.7, 1.0, 0.0) * 2.0, Patient(0.7, 1.0, 1).mean_wait, rel_tol=1e-12)


def test_erlang_b_solves_its_definition() -> None:
    load, agents = 3.2, 6
    terms = [load**k / math.factorial(k) for k in range(agents + 1)]
    assert math.isclose(erlang_b(load, agents), terms[-1] / sum(terms), rel_tol=1e-13)
