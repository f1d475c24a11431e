"""What a strategy amounts to by the calendar: the figures that its levers imply together.

By the calendar means: for an account that is in a stage from its first day on and leaves it by its days alone, without
holds, triggers, rules or a shortage of staff. It may have come in at any stage, so each stage may use up all attempts
that the strategy allows. Holds, rules and waiting make contacts fewer and later; a trigger brings a stage forward, and
a part payment, which lowers the days past due, lets a stage last longer.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, Literal, NamedTuple, TypeAlias

from simcollect.scenario.explain.cadence import by_time
from simcollect.scenario.kinds import MAX_DAYS
from simcollect.scenario.strategy import Levers, Step, Stop

Band: TypeAlias = Literal["low", "medium", "high"]
BANDS: Final[tuple[Band, ...]] = ("low", "medium", "high")
MESSAGES: Final = frozenset({"sms", "email"})
DIALS: Final = frozenset({"automated_call", "call", "negotiation_call"})
HUMAN: Final = frozenset({"call", "negotiation_call", "visit"})
"""Contacts that a person makes."""


class Figures(NamedTuple):
    """Figures of one setting of the levers.

    Attributes
    ----------
    enters : tuple of int
        Day past due at which the early, mid, late and final stage begins.
    contacts : tuple of int
        Most contacts in the early and in the mid stage (negotiation kept open in the late stage included), before
        contact ends by its days or its attempts.
    human_contacts : tuple of int
        Those of them made by a person.
    cut_contacts : tuple of int
        Most contacts that the cadence has beyond them, if contact did not end: 0 where the end cuts nothing off.
    first_human : dict
        Risk band -> day past due of the first contact by a person; a band nobody contacts is missing.
    letter, suit : int or None
        Day past due of the lawyer's letter and of the suit; None where there is none.
    letter_too_late, suit_too_late : bool
        Whether the final stage has begun by then, so that only accounts moved on early meet it.
    first_offer : int or None
        Day past due of the first settlement offer.
    deepest : tuple of float or None
        Largest share of principal that a settlement forgives, and the share of charges it forgives with it.
    """

    enters: tuple[int, int, int, int]
    contacts: tuple[int, int]
    human_contacts: tuple[int, int]
    cut_contacts: tuple[int, int]
    first_human: dict[Band, int]
    letter: int | None
    suit: int | None
    letter_too_late: bool
    suit_too_late: bool
    first_offer: int | None
    deepest: tuple[float, float] | None


def figures(levers: Levers) -> Figures:
    """Return the figures that a setting of the levers implies."""
    enters = _enters(levers)
    early, mid, late, final = enters
    endless = levers.model_copy(update={"stop": Stop()})
    spans = (("early", early, mid), ("mid", mid, final if levers.late.keep_negotiating else late))
    counts, uncut = ([_counts(each, *span) for span in spans] for each in (levers, endless))
    letter = late + levers.late.letter_day if levers.late.letter_day >= 0 else None
    suit = late + levers.late.suit_day if levers.late.suit_day >= 0 else None
    offers = by_time(levers.final.offers)
    begins = {"mid": mid, "late": late, "final": final}
    deepest = max(((offer.discount_share, offer.waive_share) for offer in offers), default=None)
    return Figures(
        enters=enters,
        contacts=(counts[0][0], counts[1][0]),
        human_contacts=(counts[0][1], counts[1][1]),
        cut_contacts=(uncut[0][0] - counts[0][0], uncut[1][0] - counts[1][0]),
        first_human={band: min(days) for band in BANDS if (days := _human_days(levers, spans, band))},
        letter=letter,
        suit=suit,
        letter_too_late=letter is not None and letter >= final,
        suit_too_late=suit is not None and suit >= final,
        first_offer=min((begins[offer.stage] + offer.day for offer in offers), default=None),
        deepest=deepest,
    )


def _enters(levers: Levers) -> tuple[int, int, int, int]:
    """Return the days past due at which stages begin; days in the stage before count where they come sooner."""
    entered = [levers.early.enter_dpd]
    for table in (levers.mid, levers.late, levers.final):
        sooner = entered[-1] + table.enter_after_days if table.enter_after_days >= 0 else table.enter_dpd
        entered.append(min(table.enter_dpd, sooner))
    return entered[0], entered[1], entered[2], entered[3]


def _counts(levers: Levers, stage: str, begins: int, ends: int) -> tuple[int, int]:
    """Return contacts of a stage, and those made by a person, for the risk band that meets most of them."""
    by_band = []
    for band in BANDS:
        made = _contacts(levers, stage, begins, ends, band)
        by_band.append((len(made), sum(human for _, human in made)))
    return max(by_band)


def _human_days(levers: Levers, spans: Sequence[tuple[str, int, int]], band: Band) -> list[int]:
    """Return the days past due on which a person contacts an account of a risk band."""
    return [day for span in spans for day, human in _contacts(levers, *span, band) if human]


def _contacts(levers: Levers, stage: str, begins: int, ends: int, band: Band) -> list[tuple[int, bool]]:
    """Return days past due of a stage's contacts until contact ends, in order, and whether a person makes each."""
    steps: Sequence[Step] = levers.early.steps if stage == "early" else levers.mid.steps
    met = [(begins + day, human) for step in steps for day, human in _attempts(levers, stage, step, band)]
    last = min(ends - 1, levers.stop.after_dpd or ends)
    made = sorted((each for each in met if each[0] <= last), key=lambda each: each[0])
    return made[: levers.stop.max_attempts or None]


def _attempts(levers: Levers, stage: str, step: Step, band: Band) -> Iterator[tuple[int, bool]]:
    """Yield the day in stage of every contact of a step, and whether a person makes it.

    A repeat comes its days after the contact before, so grace for the first call moves the later ones too.
    """
    action: str = step.action  # type: ignore[attr-defined]
    if action == "case_analysis":
        return
    early = levers.early
    before: int | None = None
    for done in range(step.maximum):
        day = step.day + (done * 7 // step.per_week if step.per_week else done * step.repeat_days)
        if before is not None:
            day = max(day, before + step.repeat_days)
        human = action in HUMAN
        if stage == "early" and action == "call":
            human = early.caller == "human" or (early.caller == "automated_until" and day >= early.automated_until_day)
            if human:
                day = max(day, int(getattr(early, f"grace_days_{band}")))
        if day > MAX_DAYS:
            return
        yield day, human
        before = day
