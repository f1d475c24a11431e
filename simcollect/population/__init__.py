"""The accounts: real rows of a file, synthetic ones like them, or a few named borrowers; the stock and the flow.

``build`` makes the book of one replication. Everything an account is comes from keyed draws, so that one more account
changes nobody else.
"""

from simcollect.population.book import AGE_BANDS, BOOK_DTYPE, Population, Reject, Report
from simcollect.population.build import build

__all__ = ["AGE_BANDS", "BOOK_DTYPE", "Population", "Reject", "Report", "build"]
