"""All scenario files with one fault each, and the words that each message must have."""

from __future__ import annotations

from tests.scenario.wrong_blocks import BLOCKS, PORTFOLIO, RUN, SYNTAX
from tests.scenario.wrong_quantities import CAPACITY, QUANTITIES, RULES
from tests.scenario.wrong_strategies import STRATEGIES

CASES = (*STRATEGIES, *BLOCKS, *RUN, *PORTFOLIO, *CAPACITY, *RULES, *QUANTITIES, *SYNTAX)
