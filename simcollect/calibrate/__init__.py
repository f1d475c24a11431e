"""Calibration: named parameters of a scenario fitted to named targets, with errors and misfit.

``file`` reads what is asked, ``targets`` the data, ``moments`` says how logs are read, ``evaluate`` simulates, ``fit``
searches.
"""

from simcollect.calibrate.file import Calibration, Note, Parameter, calibration_names, read_calibration
from simcollect.calibrate.fit import Fit, fit
from simcollect.calibrate.moments import Family, Replication, Tally, family, median_tally
from simcollect.calibrate.targets import Target, read_targets

__all__ = [
    "Calibration",
    "Family",
    "Fit",
    "Note",
    "Parameter",
    "Replication",
    "Tally",
    "Target",
    "calibration_names",
    "family",
    "fit",
    "median_tally",
    "read_calibration",
    "read_targets",
]
