"""A calibration file as it is written: which parameters of a scenario are fitted to what, under which treatment.

.. code-block:: toml

    title = "Card accounts of a Taiwanese bank, 2005"
    preset = "cards_mine"                    # name of the behaviour preset that is written
    scenario = "cards_taiwan"                # a name, or a path beside this file
    families = ["payments"]                  # what is read off the logs (simcollect.calibrate.moments)
    targets = "cards_mine.csv"               # beside this file
    replications = 4
    seeds = [20050401]

    [changes]                                # of the scenario, by place
    "portfolio.n_stock" = 1000

    [strategies.bank_2005]                   # what was done to the accounts behind the data
    description = "Reminders and calls, as a bank of the time would."
    early = { enter_dpd = 1, steps = [{ action = "sms", day = 3 }] }

    [reading]                                # how the file behind the data shows accounts; families say what they know
    re_aged_share = 0.2

    [[parameters]]                           # of the scenario, or of the reading ("reading.re_aged_share")
    place = "behaviour.payment.base_rate_per_day"
    low = 0.01
    high = 0.5
    scale = "log"

Where the targets come from several sources, each has a setting of its own, with the same parameters. Changes outside
hold in all of them:

.. code-block:: toml

    [[settings]]
    name = "bank"
    families = ["cards"]
    replications = 4
    seeds = [20050401]

    [settings.strategies.bank_2005]
    description = "Reminders and calls, as a bank of the time would."

    [[settings]]
    name = "messages"
    families = ["contact_effects"]
    changes = { "run.horizon_days" = 61 }
"""

from __future__ import annotations

from typing import Annotated, Any, TypeAlias

from pydantic import Field, model_validator

from simcollect.scenario.kinds import Document, Kind, Name, Positive, Share, Text, teach
from simcollect.stats.scales import Scale

Seed: TypeAlias = Annotated[int, Field(ge=0, lt=2**63), Kind("count", "a whole number from 0")]


class Parameter(Document):
    """A number of the scenario that is fitted."""

    place: Name = Field(description="Place within the scenario, such as behaviour.payment.base_rate_per_day.")
    low: float = Field(description="Lowest value tried, natural unit.")
    high: float = Field(description="Highest value tried.")
    scale: Scale = Field("linear", description="Scale of the search: log, logit or linear.")
    start: float | None = Field(
        None, description="Where the first search starts; the scenario's own value if left out."
    )

    @model_validator(mode="after")
    def _hangs_together(self) -> Parameter:
        if not self.low < self.high:
            raise teach("low below high", at="low")
        if self.scale == "log" and self.low <= 0:
            raise teach("a value above 0, because the scale is log", at="low")
        if self.scale == "logit" and not 0 < self.low < self.high < 1:
            raise teach("values strictly between 0 and 1, because the scale is logit", at="low")
        if self.start is not None and not self.low <= self.start <= self.high:
            raise teach("a value from low to high", at="start")
        return self


class Note(Document):
    """What is to be said of some targets."""

    targets: tuple[Name, ...] = Field(description='Names of targets; "tw.code2.*" stands for all that begin so.')
    reason: Text = Field(description="A sentence.")

    def covers(self, name: str) -> bool:
        """Return whether a target is meant."""
        return any(name.startswith(t[:-1]) if t.endswith("*") else name == t for t in self.targets)


class Observed(Document):
    """How some targets are observed: what is simulated, under which treatment, and what is read off it."""

    families: tuple[Name, ...] = Field((), description="Moment families: what is read off the logs.")
    changes: dict[str, Any] = Field({}, description="Changes of the scenario by place.")
    reading: dict[str, Share] = Field(
        {}, description="How the file behind the targets shows accounts: shares that the families know by name."
    )
    strategies: dict[str, dict[str, Any]] = Field({}, description="Strategies written here, as in a scenario file.")
    treatments: tuple[Name, ...] = Field((), description="Strategies that are simulated; those written here if empty.")
    replications: Positive = Field(4, description="Replications of each seed.")
    seeds: tuple[Seed, ...] = Field((20261123,), description="Seeds; all are simulated at once at every point tried.")


class WrittenSetting(Observed):
    """One of several settings of a file."""

    name: Name = Field(description="What the setting is called.")


class Written(Observed):
    """A calibration file as it is written."""

    title: Text = Field(description="What is calibrated to what, in a line.")
    preset: Name = Field(description="Name of the behaviour preset that the result is written as.")
    scenario: Name = Field(description="Name or path of the scenario.")
    targets: Name = Field(description="Path of the target file.")
    settings: tuple[WrittenSetting, ...] = Field(
        (), description="One for each source of targets, where there are several."
    )
    parameters: tuple[Parameter, ...] = Field(description="What is fitted.")
    held: dict[str, float] = Field(
        {}, description="Numbers of the behaviour block, by place, that the targets do not tell: held at these values."
    )
    excluded: tuple[Note, ...] = Field((), description="Targets that are not used, and why.")
    reasons: tuple[Note, ...] = Field((), description="Why targets may be missed; told only when they are.")
    starts: Positive = Field(2, description="Points from which the search starts.")
    iterations: Positive = Field(12, description="Steps of a search at most.")
    tolerance: Annotated[float, Field(gt=0, lt=1)] = Field(
        0.10, description="A target also counts as met when the model is this close, relative."
    )
