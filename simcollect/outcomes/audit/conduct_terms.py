"""What may be agreed and charged: instalments that can be borne, the length of plans, discounts, added costs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray

from simcollect.core.codes import CloseReason, Component, EventKind
from simcollect.outcomes.audit.findings import Fault
from simcollect.outcomes.audit.principal import principal_history
from simcollect.outcomes.audit.sequence import last_before
from simcollect.outcomes.reading import NEVER, Reading

_K = EventKind
_MILLION: Final = 1_000_000


def instalments_too_large(reading: Reading, share_ppm: int) -> Iterator[Fault]:
    """Find plans whose instalment takes more than its share of the surplus found last."""
    plans = reading.where(_K.PLAN_STARTED)
    last = last_before(reading, reading.where(_K.SURPLUS_FOUND), plans)
    yield Fault("a plan though no surplus was found before it", plans[last == NEVER])
    known, found = plans[last != NEVER], last[last != NEVER]
    allowed = most_cents(reading.column("amount_cents", found), share_ppm)
    excess = reading.column("amount_cents", known) - allowed
    yield Fault("an instalment {} cents above what the surplus found allows", known[excess > 0], excess[excess > 0])


def plans_too_short(reading: Reading, fewest: int) -> Iterator[Fault]:
    """Find plans of fewer instalments than are due."""
    plans = reading.where(_K.PLAN_STARTED)
    n = reading.column("value", plans)
    yield Fault(f"a plan of {{}} instalments, {fewest} are due", plans[n < fewest], n[n < fewest])


def plans_too_long(reading: Reading, max_months: int) -> Iterator[Fault]:
    """Find plans, and settlements by instalments, that last longer than allowed."""
    for kind, field, noun in ((_K.PLAN_STARTED, "detail", "plan"), (_K.OFFER_ACCEPTED, "value", "settlement")):
        rows = reading.where(kind)
        months = reading.column(field, rows)
        long = months > max_months
        yield Fault(f"a {noun} of {{}} months, {max_months} are allowed", rows[long], months[long])


def added_costs(reading: Reading) -> Iterator[Fault]:
    """Find every cost that was put on a debt."""
    rows = reading.where(_K.COST_ADDED)
    yield Fault("adds {} cents of costs to the debt", rows, reading.column("amount_cents", rows))


def most_cents(cents: NDArray[np.int64], share_ppm: int) -> NDArray[np.int64]:
    """Return what a share of amounts may come to: to the nearest cent, and as exact as a millionth tells the share."""
    return (cents * (2 * share_ppm + 1) + _MILLION) // (2 * _MILLION)


def discounts_beyond_authority(reading: Reading, share_ppm: int) -> Iterator[Fault]:
    """Find settlements that forgive more of the principal than the desk may.

    A log tells what a settlement asks and what was waived in the end, not how a discount was split between principal
    and charges. So only what must be principal counts: of an offer, the principal less the sum asked, as if every cent
    of it paid principal; of a waiver, what was forgiven less the charges paid since the offer was accepted, for a
    settlement's instalments pay charges first.
    """
    offers, accepted = reading.where(_K.OFFER_MADE), reading.where(_K.OFFER_ACCEPTED)
    waived, written = reading.where(_K.WAIVED), reading.where(_K.WRITTEN_OFF)
    waived = waived[reading.rows["detail"][waived] == Component.PRINCIPAL]
    written = written[reading.rows["detail"][written] == CloseReason.SETTLED]
    forgiving = np.sort(np.concatenate([waived, written]))
    history = principal_history(reading, np.concatenate([offers, accepted, forgiving]))

    owed = history.principal_cents(offers)
    excess = owed - reading.column("amount_cents", offers) - most_cents(owed, share_ppm)
    message = "forgives {} cents more of the principal than the authority allows"
    yield Fault(message, offers[excess > 0], excess[excess > 0])

    # Since the settlement in force was accepted; without one since the debt was opened.
    begun = last_before(reading, np.sort(np.concatenate([accepted, reading.where(_K.SETTLEMENT_BROKEN)])), forgiving)
    settling = (begun != NEVER) & (reading.rows["kind"][begun] == _K.OFFER_ACCEPTED)
    start = np.where(settling, begun, forgiving)
    forgiven = history.forgiven_cents(forgiving) - np.where(settling, history.forgiven_cents(start), 0)
    charges_paid = np.where(settling, history.charges_paid_cents(forgiving) - history.charges_paid_cents(start), 0)
    owed = history.principal_cents(start) + np.where(settling, 0, forgiven)
    excess = forgiven - charges_paid - most_cents(owed, share_ppm)
    yield Fault(message, forgiving[excess > 0], excess[excess > 0])
