"""What every other room stands on: codes, errors, keyed draws, the calendar, money and the event log.

Imports nothing else of the package. Nothing is re-exported here, so that importing one module costs only that module.
"""
