"""Calibration: named parameters of a scenario fitted to named targets, with errors and misfit.

``written`` is the file, ``file`` reads and checks it, ``asked`` is what it asks, ``targets`` the data, ``moments`` says
how logs are read, ``evaluate`` simulates, ``fit`` searches, ``identify`` says what the data cannot tell apart,
``result`` and ``preset`` write it down.
"""

from simcollect.calibrate.asked import Calibration
from simcollect.calibrate.file import calibration_names, read_calibration
from simcollect.calibrate.fit import Fit, fit
from simcollect.calibrate.moments import Family, Replication, Tally, family, median_tally
from simcollect.calibrate.result import Calibrated
from simcollect.calibrate.run import calibrate
from simcollect.calibrate.targets import Target, read_targets
from simcollect.calibrate.written import Note, Parameter

__all__ = [
    "Calibrated",
    "Calibration",
    "Family",
    "Fit",
    "Note",
    "Parameter",
    "Replication",
    "Tally",
    "Target",
    "calibrate",
    "calibration_names",
    "family",
    "fit",
    "median_tally",
    "read_calibration",
    "read_targets",
]
