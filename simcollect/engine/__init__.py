"""Engines move the clock and keep the queues; the model is in stages and behaviour."""

from simcollect.engine.policy import AccountView, Decision, Policy
from simcollect.engine.simulation import Simulation, simulate
from simcollect.engine.treatment import Treatment

__all__ = ["AccountView", "Decision", "Policy", "Simulation", "Treatment", "simulate"]
