"""The best settings of levers when several outcomes count: searched with Optuna, chosen and told on fresh luck."""

from __future__ import annotations

from simcollect.optimise.problem import Problem, read_problem
from simcollect.optimise.result import Optimised
from simcollect.optimise.run import optimise

__all__ = ["Optimised", "Problem", "optimise", "read_problem"]
