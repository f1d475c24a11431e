"""Published experiments rebuilt as scenarios of the real engine, their results beside the papers'.

A :class:`~simcollect.replays.replay.Replay` is three things: a scenario file of settings only, the arms that are played
on the same borrowers with the same luck, and a measurement, a pure function of the arms' event logs. Nothing here is
fitted: where the model disagrees with a paper, the table says so.
"""

from simcollect.replays.catalogue import REPLAYS, replay_of
from simcollect.replays.readings import Logs
from simcollect.replays.replay import Measure, Replay
from simcollect.replays.results import Replays, Row
from simcollect.replays.run import play, replays

__all__ = ["REPLAYS", "Logs", "Measure", "Replay", "Replays", "Row", "play", "replay_of", "replays"]
