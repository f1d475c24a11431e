"""Experiments inside the model: arms, confounded logs, who wins and loses, and a change of strategy on a day."""

from simcollect.arms.asked import arms_of
from simcollect.arms.confounded import Confounded, confounded
from simcollect.arms.control import ControlArm, control_arm
from simcollect.arms.fork import fork, fork_log
from simcollect.arms.pilot import Pilot, pilot
from simcollect.arms.power import Power, power
from simcollect.arms.winners import Winners, who_wins

__all__ = [
    "Confounded",
    "ControlArm",
    "Pilot",
    "Power",
    "Winners",
    "arms_of",
    "confounded",
    "control_arm",
    "fork",
    "fork_log",
    "pilot",
    "power",
    "who_wins",
]
