"""What nobody at the lender can see: why a borrower is overdue, what he could pay, what he would.

Each account belongs to one cell (``codes.Cell``), drawn from the mix of its band of days past due. The cell sets the
medians of everything else. Amounts are tied to the account's own instalment, so that "spare cash 1.4" means able to pay
the minimum and a little more whatever the size of the debt, and they are capped by income.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit

from simcollect.core.codes import Cell, Channel, Purpose
from simcollect.core.errors import InputError
from simcollect.population.draws import Draws, lognormal_above, normal_above
from simcollect.population.rounding import millionths, whole_cents
from simcollect.population.rows import UNKNOWN

Floats = NDArray[np.float64]
Bytes = NDArray[np.int8]


@dataclass(frozen=True)
class LatentNumbers:
    """The behaviour block as the population needs it (b bands).

    Attributes
    ----------
    behaviour
        Structured array, shape 1, with the fields ``latent_...``.
    cells
        Structured array, shape 7, in the order of ``codes.Cell``.
    cell_mix
        Share of each cell, shape (b, 7); rows add up to 1.
    from_dpd
        Lower limit of each band, days past due, rising from 0, shape b.
    minor_units
        Cents in a unit of the currency.
    """

    behaviour: NDArray[np.void]
    cells: NDArray[np.void]
    cell_mix: Floats
    from_dpd: NDArray[np.int64]
    minor_units: int

    def get(self, name: str) -> float:
        """Return the quantity ``latent.name``.

        Raises
        ------
        InputError
            If the behaviour block has no such quantity.
        """
        field = f"latent_{name}"
        names = self.behaviour.dtype.names or ()
        if field not in names:
            raise InputError.unknown("", f"behaviour.latent.{name}", [n[7:] for n in names if n.startswith("latent_")])
        return float(self.behaviour[field][0])

    def of(self, name: str, cell: Bytes) -> Floats:
        """Return a parameter of each account's cell, shape n.

        Raises
        ------
        InputError
            If the cells have no such parameter.
        """
        names = self.cells.dtype.names or ()
        if name not in names:
            raise InputError.unknown("", f"behaviour.cells.{name}", names)
        column: Floats = self.cells[name].astype(np.float64)
        return column[cell]

    def band(self, dpd: NDArray[np.int32]) -> NDArray[np.int64]:
        """Return the band of ``cell_mix`` of days past due, shape n."""
        return np.maximum(np.searchsorted(self.from_dpd, dpd, side="right") - 1, 0)


def draw_cells(draws: Draws, dpd: NDArray[np.int32], numbers: LatentNumbers) -> Bytes:
    """Return each account's cell by the mix of its band of days past due, shape n."""
    reach = np.cumsum(numbers.cell_mix, axis=1)
    last = np.zeros_like(reach, dtype=np.int64)
    last[:] = np.max(np.where(numbers.cell_mix > 0.0, np.arange(len(Cell)), 0), axis=1)[:, np.newaxis]
    band = numbers.band(dpd)
    u = draws.uniform(Purpose.CELL)
    cell = np.zeros(len(u), dtype=np.int64)
    for code in range(len(Cell) - 1):
        cell += u >= reach[band, code]
    # rounding of the running sum must not hand anything to a cell of share 0
    drawn: Bytes = np.minimum(cell, last[band, 0]).astype(np.int8)
    return drawn


def burden_ease(book: NDArray[np.void], numbers: LatentNumbers) -> Floats:
    """Return what a light or heavy burden does to spare cash, a factor above 0, shape n; 1 at the reference burden.

    The burden is the instalment as a share of true monthly income.
    """
    burden = np.maximum(book["instalment_cents"], 1) / np.maximum(book["income_cents"], 1)
    ease: Floats = (numbers.get("burden_reference") / burden) ** numbers.get("spare_burden_elasticity")
    return ease


def add_money(book: NDArray[np.void], draws: Draws, numbers: LatentNumbers) -> None:
    """Fill income, spare cash, buffer, assets, attachable wages and margin (all in cents).

    Income rises with the credit limit; a stated income in the source is believed up to its bias and noise. Spare
    cash in instalments is lognormal in each cell, lower where the instalment is a larger part of income.

    References
    ----------
    Instalment / monthly income has median 0.0697 in LendingClub's accepted loans (project data); heavier use of the
    limit lowers the cure rate (logit -1.08 a unit of utilisation, Taiwan rows): the sign of
    ``spare_burden_elasticity``. Levels: assumed.
    """
    cell = book["cell"]
    get, of = numbers.get, numbers.of
    instalment = book["instalment_cents"].astype(np.float64)

    stated = book["stated_income_cents"]
    noise = np.exp(get("stated_income_log_sd") * draws.normal(Purpose.INCOME, 1))
    limit_ratio = np.maximum(book["limit_cents"], 1) / (get("income_limit_reference") * numbers.minor_units)
    by_limit = (
        get("income_reference")
        * numbers.minor_units
        * limit_ratio ** get("income_limit_elasticity")
        * np.exp(get("income_log_sd") * draws.normal(Purpose.INCOME))
    )
    bias = get("stated_income_bias")
    income = np.maximum(whole_cents(np.where(stated == UNKNOWN, by_limit, stated / (bias * noise))), 1)
    book["income_cents"] = income
    book["stated_income_cents"] = np.where(stated == UNKNOWN, whole_cents(income * bias * noise), stated)

    z = normal_above(draws.uniform(Purpose.SPARE_CASH), of("no_spare_share", cell))
    spread = lognormal_above(z, of("spare_log_sd", cell))
    spare = instalment * of("spare_median", cell) * spread * burden_ease(book, numbers)
    book["spare_cents"] = whole_cents(np.minimum(spare, get("spare_income_cap_share") * income))
    buffer = of("buffer_median", cell) * np.exp(get("buffer_log_sd") * draws.normal(Purpose.BUFFER))
    book["buffer_cents"] = whole_cents(instalment * buffer)

    reachable = of("attachable_prob", cell)
    z = normal_above(draws.uniform(Purpose.ASSETS), 1.0 - reachable)
    assets = income * get("assets_income_months_median") * lognormal_above(z, get("assets_log_sd"))
    book["assets_cents"] = whole_cents(assets)
    attached = draws.happens(reachable, Purpose.ASSETS, 1)
    book["attachable_cents"] = whole_cents(attached * income * get("attachable_income_share"))

    sd = get("margin_log_sd")
    balance = book["principal_cents"] + book["interest_cents"] + book["fees_cents"]
    margin = get("margin_share_of_limit") * book["limit_cents"] + get("margin_share_of_balance") * balance
    margin = margin * np.exp(sd * draws.normal(Purpose.MARGIN) - sd * sd / 2.0)
    book["margin_cents"] = np.where(book["margin_cents"] == UNKNOWN, whole_cents(margin), book["margin_cents"])


def add_character(book: NDArray[np.void], draws: Draws, numbers: LatentNumbers) -> None:
    """Fill willingness, attention, dispute, vulnerability, strategic waiting and what is known of the offers' schedule.

    A source that says who declared himself vulnerable is believed; who truly is then follows by Bayes' rule. Only those
    who could pay an instalment in a normal month can wait for a better offer.
    """
    cell = book["cell"]
    get, of = numbers.get, numbers.of
    for name, purpose in (("willingness", Purpose.WILLINGNESS), ("attention", Purpose.ATTENTION)):
        centre = logit(of(f"{name}_median", cell))
        book[name] = millionths(expit(centre + get(f"{name}_log_odds_sd") * draws.normal(purpose)))
    book["disputing"] = cell == Cell.DISPUTING

    share, found, false = of("vulnerable_share", cell), get("declared_share"), get("false_alarm_share")
    declared = book["declared_vulnerable"]
    told = declared != UNKNOWN
    likely_if_declared = _ratio(share * found, share * found + (1.0 - share) * false)
    likely_if_not = _ratio(share * (1.0 - found), share * (1.0 - found) + (1.0 - share) * (1.0 - false))
    prob = np.where(told, np.where(declared == 1, likely_if_declared, likely_if_not), share)
    vulnerable = draws.happens(prob, Purpose.VULNERABLE)
    detected = draws.happens(np.where(vulnerable == 1, found, false), Purpose.VULNERABLE_DECLARED)
    book["vulnerable"] = vulnerable
    book["declared_vulnerable"] = np.where(told, declared, detected)

    able = book["spare_cents"] >= book["instalment_cents"]
    book["strategic"] = able & (draws.happens(get("strategic_share_of_able"), Purpose.STRATEGIC) == 1)
    book["knows_schedule"] = draws.happens(get("knows_schedule_share"), Purpose.KNOWS_SCHEDULE)


def add_channels(book: NDArray[np.void], draws: Draws, numbers: LatentNumbers) -> None:
    """Fill which channels work, consent, the preferred channel and the payday; what the source says stays."""
    get = numbers.get
    chances: tuple[tuple[str, Floats | float], ...] = (
        ("phone_valid", numbers.of("phone_valid_share", book["cell"])),
        ("email_valid", get("email_valid_share")),
        ("consent", get("consent_share")),
    )
    for occurrence, (name, probability) in enumerate(chances):
        drawn = draws.happens(probability, Purpose.CHANNELS, occurrence)
        book[name] = np.where(book[name] == UNKNOWN, drawn, book[name])
    u = draws.uniform(Purpose.PREFERRED_CHANNEL)
    sms = get("preferred_sms_share")
    by_mail = u < sms + get("preferred_email_share")
    book["preferred_channel"] = np.where(u < sms, Channel.SMS, np.where(by_mail, Channel.EMAIL, Channel.CALL))
    book["payday"] = 1 + np.floor(28.0 * draws.uniform(Purpose.PAYDAY)).astype(np.int8)


def _ratio(part: Floats, whole: Floats) -> Floats:
    return np.divide(part, whole, out=np.zeros_like(whole), where=whole > 0.0)
