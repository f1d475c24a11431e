"""Known limits: what no check of this page can show."""

from __future__ import annotations

from typing import Final

from simcollect.validation.writing import Section, item, paragraph

LIMITS: Final = (
    "**No experiment on the accounts themselves.** The card rows show what borrowers did while their bank "
    "collected in its own way. What a contact causes cannot be read from them: it comes from field experiments "
    "elsewhere or is assumed.",
    "**Months, not days.** The card rows hold six monthly statements of 2005. What happens within a month, and "
    "the effect of a day's delay, rests on the form of the model.",
    "**Other countries, other products.** Contact effects were measured in Germany, Indonesia, China and the "
    "United States, on other debts. That they hold elsewhere is an assumption.",
    "**How near the bar of the cards is.** It is met with none to spare. The share of full payments was "
    "set by hand after a look at what the fit missed (A-56), in effect one parameter more; falling behind again in "
    "the very next month, which the way of reading the file rules out, is left out; and two targets changed places "
    "between fitted and held out while the fit was built. Undo one of these and the share lies just below the bar.",
    "**Searches that start near their end.** A shipped calibration starts from where earlier searches on the same "
    "targets ended, and numbers that an earlier fit found hard to tell are held there: the free parameters of the last "
    "search are fewer than all that were ever moved. Held-out targets were seen while treatments and readings were "
    "written: they show what the fit does not reach, and are no proof against over-fitting.",
    "**Contact numbers of two fits.** The card preset holds the effects of messages and machines as fitted "
    "together with the bank's rows; the preset of instalment loans keeps those of an earlier fit to the same "
    "experiments alone. They differ by about one standard error. The source line of each number says which it is.",
    "**Goodwill.** No experiment on how contacts change retention was found. The course of goodwill and the "
    "response of leaving to it are assumed; only the level of leaving after a cure is published.",
    "**Settlement and legal steps.** No curve of acceptance by discount and no causal effect of letters or suits "
    "is published. Results that turn on them are statements about assumptions.",
    "**Charged-off loans.** The LendingClub rows hold who was charged off and what came in, but no contacts and "
    "no payments in between.",
    "**One account a borrower.** Households, guarantors, several lenders and the state of the economy are not in "
    "the model.",
    "**The form of the model.** Draws of parameters vary numbers, not formulas. A wrong formula stands in no interval.",
    "**Assumed spreads.** Where no plausible range is stated, half to double the value is taken, and assumed "
    "numbers are drawn independently. Both are judgement.",
    "**Face checks are signs.** They show that the model moves as practitioners expect, not that it moves as far.",
)
"""One sentence in bold, then the rest."""


def limits(missed: int) -> Section:
    """Return the section about limits; ``missed`` targets of calibrations are named elsewhere on the page."""
    lines = paragraph("What none of the checks can show:")
    for limit in LIMITS:
        lines += item(limit)
    if missed:
        noun = "target" if missed == 1 else "targets"
        lines += item(f"**Misfit.** {missed} calibration {noun} of this page are not met; the reasons stand with them.")
    return Section("Known limits", (), (*lines, ""))
