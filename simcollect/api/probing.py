"""Pilots and forks inside the model, who wins, and whether an answer holds when what is assumed is otherwise.

Each is the function of its room, which says what it takes and returns; here it takes any scenario.
"""

from __future__ import annotations

from simcollect import arms
from simcollect.api.loading import takes_any_scenario
from simcollect.robust.break_even import break_even as values_that_flip
from simcollect.robust.discovery import discover as boxes_that_lose
from simcollect.robust.harm import harm_price as price_that_flips
from simcollect.robust.regret import regret as regret_of
from simcollect.robust.sensitivity import sensitivity as indices_of
from simcollect.robust.tornado import tornado as swings_of

pilot = takes_any_scenario(arms.pilot)
power = takes_any_scenario(arms.power)
control_arm = takes_any_scenario(arms.control_arm)
confounded = takes_any_scenario(arms.confounded)
fork = takes_any_scenario(arms.fork)
who_wins = takes_any_scenario(arms.who_wins)

tornado = takes_any_scenario(swings_of)
break_even = takes_any_scenario(values_that_flip)
sensitivity = takes_any_scenario(indices_of)
regret = takes_any_scenario(regret_of)
discover = takes_any_scenario(boxes_that_lose)
harm_price = takes_any_scenario(price_that_flips)
