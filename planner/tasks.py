"""Jobs: what training takes in the days in which it runs, and what a deadline of inference leaves for the way."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Annotated

from pydantic import Field

from planner import training
from planner.records import Broken, Quantity, Range, Record, Word

REFERENCE = 2025
"""A year without 29 February: a planned year has 365 days."""
YEAR_DAYS = training.YEAR_DAYS
FLOP_PER_PFLOP = 1e15


class Window(Record):
    """Days of one year in which a job runs, and outside of which it does not."""

    from_day: Annotated[str, Word("day")] = Field(alias="from")
    """The first day: 2027-03-15, or 2027-03 for the first of the month."""
    days: Annotated[int, Field(ge=1, le=YEAR_DAYS)]
    """How many days it lasts."""

    @property
    def year(self) -> int:
        """The year that it lies in."""
        return int(self.from_day[:4])

    @property
    def first(self) -> int:
        """Days of the year that are over when it begins."""
        return (date.fromisoformat(f"{REFERENCE}{self.from_day[4:]}") - date(REFERENCE, 1, 1)).days

    @property
    def end(self) -> int:
        """Days of the year that are over when it ends."""
        return self.first + self.days

    @property
    def name(self) -> str:
        """What its days are called in tables: 03-15+90d."""
        return f"{self.from_day[5:]}+{self.days}d"

    def rules(self) -> Iterator[Broken]:
        """Yield the fault of a window that ends in the next year."""
        yield from super().rules()
        if self.end > YEAR_DAYS:
            last = date(REFERENCE, 1, 1) + timedelta(days=self.end - 1 - YEAR_DAYS)
            words = f"is {self.days}, and so it ends on {self.year + 1}-{last:%m-%d}, after 31 December"
            yield Broken("days", words, f"write at most {YEAR_DAYS - self.first}, or two demands, one for each year")


class TrainingJob(Record):
    """What a training job works through; with its window it says what it asks for."""

    tokens: Annotated[float, Quantity("tokens"), Range(0, open_low=True)]
    """Tokens of the corpus."""
    repetitions: Annotated[float, Range(1)] = 1.0
    """How often the corpus is read."""
    params: Annotated[float, Quantity("params"), Range(0, open_low=True)]
    """Parameters at work for a token."""
    all_params: Annotated[float, Quantity("params"), Range(0, open_low=True)] | None = None
    """All parameters, which checkpoints and weights hold; default: those at work."""
    mfu: Annotated[float, Range(0, 1, open_low=True)]
    """Share of the peak that the work uses."""
    availability: Annotated[float, Range(0, 1, open_low=True)] = 1.0
    """Share of the days in which the machines run."""
    overhead: Annotated[float, Range(0)] = 0.0
    """Work beside, for restarts and evaluation, as a share."""
    min_cluster_pflops: Annotated[float, Quantity("pflops"), Range(0)] | None = Field(default=None, alias="min_cluster")
    """Least that has to stand in one place, PFLOPS; default: all that it takes in its days."""
    checkpoint_every_days: Annotated[float, Quantity("days"), Range(0, open_low=True)] = Field(
        default=1.0, alias="checkpoint_every"
    )
    """Between checkpoints that go home."""
    token_bytes: Annotated[float, Quantity("bytes"), Range(0)] = 4.0
    """Bytes of a token of the corpus, which is sent once."""
    checkpoint_bytes: Annotated[float, Quantity("bytes"), Range(0)] = 16.0
    """Bytes of a parameter in a checkpoint, with its optimiser."""
    weight_bytes: Annotated[float, Quantity("bytes"), Range(0)] = 2.0
    """Bytes of a parameter in the weights, which come home once."""

    @property
    def flop(self) -> float:
        """FLOP of all of it: 6 N D E (1 + o)."""
        return training.training_flop(self.params, self.tokens, self.repetitions, self.overhead)

    def pflops(self, days: int) -> float:
        """Return the PFLOPS that do it in so many days: FLOP / (86,400 x 1e15 x MFU x av x days)."""
        return training.deadline_pflops(self.flop, self.mfu, self.availability, days)

    def cluster_pflops(self, days: int) -> float:
        """Return the least that has to stand in one place: as it says, else all that it takes."""
        return self.pflops(days) if self.min_cluster_pflops is None else self.min_cluster_pflops

    @property
    def corpus_gb(self) -> float:
        """GB that go to the site."""
        return training.corpus_gb(self.tokens, self.token_bytes, 1)

    def home_gb(self, days: int) -> float:
        """Return the GB that come home in so many days: checkpoints, and the weights at the end."""
        params = self.params if self.all_params is None else self.all_params
        checkpoints = training.params_gb(params, self.checkpoint_bytes) * days / self.checkpoint_every_days
        return checkpoints + training.params_gb(params, self.weight_bytes)

    def gbps_per_pflops(self, gb: float, days: int) -> float:
        """Return transfers as a mean rate over the days, for each PFLOPS in use."""
        return training.mean_gbps(gb) * YEAR_DAYS / days / self.pflops(days)


LARGEST_UTILISATION = 0.8
"""Share of its machines that work with a deadline may be planned to use: the rest keeps queues short."""


class InferenceJob(Record):
    """One piece of work with a deadline, door to door: it is sent, worked on and answered."""

    payload_gb: Annotated[float, Quantity("gb"), Range(0)] = Field(alias="payload")
    """What is sent, GB."""
    rate_gbps: Annotated[float, Quantity("gbps"), Range(0, open_low=True)] = Field(alias="rate")
    """The rate at which one payload is sent, end to end, Gbps."""
    work_flop: Annotated[float, Quantity("flop"), Range(0)] = Field(alias="work")
    """What it takes to work on it, FLOP."""
    takes_pflops: Annotated[float, Quantity("pflops"), Range(0, open_low=True)] = Field(alias="takes")
    """The compute that works on one of them at a time, PFLOPS: a site has to have so much."""
    utilisation: Annotated[float, Range(0, LARGEST_UTILISATION, open_low=True)] = LARGEST_UTILISATION
    """Share of that compute which it can count on: what is left covers queueing."""
    deadline_s: Annotated[float, Quantity("s"), Range(0, open_low=True)] = Field(alias="deadline")
    """From door to door, seconds."""

    @property
    def sending_s(self) -> float:
        """Seconds to send it: payload · 8 / rate."""
        return self.payload_gb * 8 / self.rate_gbps

    @property
    def working_s(self) -> float:
        """Seconds to work on it: FLOP / (PFLOPS · u)."""
        return self.work_flop / (self.takes_pflops * FLOP_PER_PFLOP * self.utilisation)

    @property
    def leaves_ms(self) -> float:
        """Ms that are left for the round trip: deadline − payload · 8 / rate − FLOP / (PFLOPS · u); none below 0.

        Of minutes and seconds a picosecond is rounding.
        """
        return round((self.deadline_s - self.sending_s - self.working_s) * 1000, 9)
