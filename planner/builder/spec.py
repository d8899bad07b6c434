"""The records of a spec: countries, what people do, the models that serve them, jobs, the share that stays at home."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

from planner.builder.coefficients import Coefficient
from planner.records import Broken, Derived, Identifier, Quantity, Range, Record, Share, Titled, Word, YearlyNumber
from planner.topology import Source
from planner.years import Yearly

Access = Literal["fibre", "cable", "5g", "4g", "leo", "geo"]
Figure = Annotated[Coefficient | None, Derived()]
"""A figure that has a low and a high value besides its base, read by `reading`."""
UNIT_SHARE = Range(0, 1)
CUSTOMS = {"text": "diurnal", "voice": "diurnal", "stream": "flat", "item": "flat"}
"""The profile of each kind of work where the service names none."""
NEEDED = {
    "text": ("tokens", "model"),
    "voice": ("minutes",),
    "stream": ("machine", "per_1000"),
    "item": ("flop", "per_1000"),
}
_TRAINED = {
    "pretrain": ("active", "tokens"), "continue": ("active", "tokens"), "finetune": ("active", "tokens"),
    "rl": ("active", "tokens", "generated"), "hpc": ("flop",),
}  # fmt: skip
WHOLE_JOBS = ("pretrain", "continue", "rl")
"""Kinds of jobs that run at one site as a whole."""


class Adoption(Record):
    """How many people use generative AI, and how fast that grows."""

    published: Annotated[Share | None, Range(0, 1)] = None
    """Share of people aged 15-64 as telemetry sees it; default: the table's, else by income."""
    at: float | None = Field(default=None, ge=2000, le=2100)
    """When, as a year with decimals: 2026.1."""
    undercount: Figure = None
    """Users for each that telemetry sees."""
    ceiling: Figure = None
    """Most adopters ever."""
    speed: Figure = None
    """Speed of the logistic a year."""


class Language(Record):
    """A language that people write in."""

    share: Share
    """Share of the tokens that are written in it."""
    penalty: Figure = None
    """Tokens for each of English; default: the coefficient of the language."""


class Country(Record):
    """What differs from country to country; what is left out comes from the table of the package."""

    population: Figure = None
    """People, by year."""
    adults: Figure = None
    """Share aged 15-64."""
    online: Figure = None
    """Share of people online."""
    adoption: Adoption = Adoption()
    """Who uses generative AI."""
    access: Annotated[dict[str, Yearly | None], Derived()] = Field(default_factory=dict)
    """Share of users by class of access; one may say `rest`."""
    languages: dict[str, Language] = Field(default_factory=dict)
    """Languages by code; what their shares leave counts as English."""
    scope: Share = 1.0
    """Share of the country's demand that this file speaks of at all, in place of systems that are not drawn."""
    regional_share: Figure = None
    """Share served within the region, in place of the spec's own."""


class Model(Record):
    """A model that serves tokens."""

    active: Figure
    """Parameters at work for a token."""
    context: Annotated[float, Range(0)] = 4000
    """Tokens of context in the mean."""


class Work(Titled):
    """What services and jobs share: the words of the workload that they become."""

    data: Identifier | None = None
    """Kind of data it touches."""
    requires: frozenset[Identifier] = frozenset()
    """What a site must offer."""
    value: Annotated[float | None, Quantity("usd_per_pflops_year")] = None
    """What a PFLOPS is worth to those who ask; nothing dearer is paid for it."""
    rule_cost: Figure = None
    """What going abroad costs beside the rent, as a multiple of it."""


class Service(Work):
    """Something that people do all day: a rate."""

    work: Literal["text", "voice", "stream", "item"]
    """text (tokens), voice (minutes), stream (machines held: cameras, lessons) or item (slides, pictures, scenes)."""
    of: Literal["adopters", "people", "adults", "online"] = "adopters"
    """Of whom the share is taken."""
    share: Figure = None
    """Share of these who do it; default: all."""
    tokens: Figure = None
    """Text: tokens a user and day in 2026."""
    minutes: Figure = None
    """Voice: minutes a user and day in 2026."""
    per_1000: Figure = None
    """Streams, or items a day, for each 1,000 of these."""
    machine: Figure = None
    """Stream: installed PFLOPS of one."""
    hours: Annotated[float, Range(0, 24)] = 24
    """Stream: hours a day that it runs."""
    flop: Figure = None
    """Item: work on one."""
    unit: str | None = None
    """What one is called: slides, lessons."""
    growth: Figure = None
    """Growth a user and year; default for text: the coefficient `token-growth`, else none."""
    model: Identifier | None = None
    """Text, voice: a model of the spec."""
    input_output: Figure = None
    """Text: tokens read for each written."""
    cached: Figure = None
    """Text: share of the input that is cached."""
    prefill: Figure = None
    """Text: share of the peak at work while reading."""
    utilisation: Figure = None
    """Share of the peak at work: while writing text, or on voice and items."""
    up_gbps: Annotated[float, Quantity("gbps")] = Field(default=0.0, alias="up")
    """Voice, stream: rate of one to the site."""
    down_gbps: Annotated[float, Quantity("gbps")] = Field(default=0.0, alias="down")
    """Voice, stream: rate of one back."""
    upload_gb: Annotated[float, Quantity("gb")] = Field(default=0.0, alias="upload")
    """Item: size of one."""
    download_gb: Annotated[float, Quantity("gb")] = Field(default=0.0, alias="download")
    """Item: size of its answer."""
    max_rtt_ms: Annotated[float | None, Quantity("ms")] = Field(default=None, alias="max_rtt")
    """Longest round trip, access included."""
    rate_gbps: Annotated[float, Quantity("gbps")] = Field(default=0.0, alias="rate")
    """What a user's access must carry."""
    reached_by: Literal["users", "institutions"] | None = None
    """Whether people's access decides who reaches it; default: users for text and voice."""
    profile: Annotated[tuple[float, ...] | None, Word("profile")] = None
    """24 local-hour factors, or a named profile; default: diurnal for text and voice, else flat."""
    survives: Share = 0.0
    """Share to keep under any single contingency."""
    rtt_premium_per_ms: Annotated[float, Quantity("per_ms")] = Field(default=0.0, alias="rtt_premium")
    """Soft price of distance."""

    @property
    def by_users(self) -> bool:
        """Whether people's own access decides who reaches it."""
        return (self.reached_by or ("users" if self.work in ("text", "voice") else "institutions")) == "users"

    def rules(self) -> Iterator[Broken]:
        """Yield what its kind of work needs and does not find."""
        yield from super().rules()
        for key in NEEDED[self.work]:
            if getattr(self, key) is None:
                yield Broken(key, f"is missing, for {self.work}", f"write '{key}: ...'")


class Job(Work):
    """Training, or a simulation: a volume with a deadline."""

    kind: Literal["pretrain", "continue", "finetune", "rl", "hpc"]
    """What is done."""
    origin: Annotated[tuple[str, ...], Word("one_or_more")]
    """The country or node that asks; of a list each asks for as much."""
    workload: Identifier | None = None
    """The workload that it counts in; default: the kind."""
    count: Annotated[YearlyNumber, Range(0)]
    """How many a year, by year: none before the first."""
    days_days: Annotated[float, Quantity("days"), Range(0, open_low=True)] = Field(alias="days")
    """Until when one must be done."""
    active: Figure = None
    """Parameters at work for a token."""
    total: Figure = None
    """All parameters; default: those at work."""
    tokens: Figure = None
    """Tokens that are trained on."""
    generated: Figure = None
    """Reinforcement: tokens that are generated."""
    repeats: Annotated[float, Range(1, 4)] = 1
    """How often the corpus is read."""
    flop: Figure = None
    """Simulation: work in double precision."""
    sort: Literal["dense", "moe", "ascend"] = "dense"
    """What it trains, or on what: which utilisation holds."""
    utilisation: Figure = None
    """In place of that."""
    diloco: bool = False
    """Whether it may run at several sites at once."""
    copies: Annotated[float, Range(0)] = 1
    """How often the corpus is sent."""
    upload_gb: Annotated[float, Quantity("gb")] = Field(default=0.0, alias="upload")
    """What is sent beside the corpus, for one job."""
    download_gb: Annotated[float, Quantity("gb")] = Field(default=0.0, alias="download")
    """What comes home beside checkpoints and weights, for one job."""
    interval_days: Annotated[float, Quantity("days"), Range(0, open_low=True)] = Field(default=1.0, alias="interval")
    """Between checkpoints that go home."""

    @property
    def group(self) -> str:
        """The workload that it counts in."""
        return self.workload or self.kind

    def rules(self) -> Iterator[Broken]:
        """Yield what its kind needs and does not find."""
        yield from super().rules()
        for key in _TRAINED[self.kind]:
            if getattr(self, key) is None:
                yield Broken(key, f"is missing, for {self.kind}", f"write '{key}: ...'")


class DemandSpec(Titled):
    """A spec: everything that a demand is built from."""

    id: Annotated[str, Derived()] = ""
    sources: dict[str, Source] = Field(default_factory=dict)
    """Where its own figures come from."""
    years: Annotated[tuple[int, ...], Word("years")]
    """The years that the demand is built for."""
    countries: dict[str, Country]
    """Who asks."""
    services: dict[str, Service]
    """What people do."""
    models: dict[str, Model] = Field(default_factory=dict)
    """What serves them."""
    jobs: dict[str, Job] = Field(default_factory=dict)
    """Training and simulations."""
    regional_share: Figure = None
    """Share served within the region, or `open`: all, and an outside option decides; default: the coefficient."""
    access_rows: Literal["merged", "classes"] = "merged"
    """Whether the classes of access make one workload with their mean round trip, or one each."""
    coefficients: dict[str, Coefficient] = Field(default_factory=dict)
    """Those of the package, with the spec's own in their place."""
