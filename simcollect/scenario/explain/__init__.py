"""Strategies in plain sentences, in English and Chinese: ``explain`` tells one, ``explain_scenario`` all in brief."""

from simcollect.scenario.explain.background import Background, explain_scenario
from simcollect.scenario.explain.explanation import Explanation, explain

__all__ = ["Background", "Explanation", "explain", "explain_scenario"]
