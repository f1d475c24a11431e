"""What two strategies do differently, in plain sentences, in English and Chinese."""

from simcollect.scenario.diff.difference import Difference, diff

__all__ = ["Difference", "diff"]
