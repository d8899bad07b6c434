"""What is known from elsewhere, and whether the formulas and a spec keep to it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from planner import training
from planner.builder import formulas
from planner.builder.building import Built
from planner.builder.coefficients import load_coefficients
from planner.builder.countries import income_share, load_countries
from planner.builder.resolving import count_people
from planner.files.reading.catalogue import find_chip

H800_NODE_PFLOPS = 8 * 0.989
IDLE = 278 / 226.75
"""Nodes at the peak of DeepSeek's day over their mean: what stands, where nights go to other work."""
PEAK = 1.7
"""Busiest hour of one country's day over its mean."""
WORLD_TOKENS_PER_DAY, CHINA_TOKENS_PER_DAY = 432e12, 140e12
CHINA_PFLOPS_PER_1000 = 0.55
PER_HEAD_YEAR = 2026


@dataclass(frozen=True)
class Benchmark:
    """What the builder says, what is known, and the band that their ratio should lie in.

    Attributes
    ----------
    low, high
        the builder's figure, from the best utilisation to that of planning where it is a range
    band
        the ratio of the builder to what is known that is right; the ends of a range both count
    why
        how the two are to be read
    """

    name: str
    unit: str
    low: float
    high: float
    known: float
    band: tuple[float, float]
    source: str
    why: str = ""

    @property
    def ratios(self) -> tuple[float, float]:
        """The builder's figure over the known one."""
        return self.low / self.known, self.high / self.known

    @property
    def holds(self) -> bool:
        """Whether the ratio lies in the band."""
        return self.band[0] <= self.ratios[0] and self.ratios[1] <= self.band[1]


def check_formulas() -> list[Benchmark]:
    """Return what the formulas say of services and trainings whose figures are published."""
    return [*_serving(), *_training()]


def _base(name: str) -> float:
    return load_coefficients()[name].at(PER_HEAD_YEAR)


def text_pflops(
    tokens_per_day: float, *, active_params: float, best: bool, ratio: float | None = None, cached: float | None = None
) -> float:
    """Return the mean PFLOPS of so many tokens a day, at the best utilisation measured or at that of planning."""
    read, written = formulas.split_tokens(tokens_per_day, _base("input-output") if ratio is None else ratio)
    flop = formulas.machine_flop_per_day(
        read,
        written,
        cached_share=_base("cached-input") if cached is None else cached,
        prefill_utilisation=_base("prefill-best" if best else "prefill-utilisation"),
        decode_utilisation=_base("decode-best" if best else "decode-utilisation"),
        active_params=active_params,
        attention=_base("attention"),
    )
    return formulas.mean_pflops(flop)


def _serving() -> Iterator[Benchmark]:
    day = text_pflops(776e9, active_params=37e9, best=True, ratio=608 / 168, cached=0.563)
    yield Benchmark(
        "DeepSeek V3/R1, 24 hours of February 2025, mean", "PFLOPS", day, day, 226.75 * H800_NODE_PFLOPS, (0.9, 1.1),
        "deepseek-2025", "at the best utilisation, which is its own: tests the formula, not the planning",
    )  # fmt: skip
    spare = PEAK / _base("availability-shared")
    for name, tokens, known, band, source in (
        ("China, 140 T tokens a day, March 2026", CHINA_TOKENS_PER_DAY, 0.788e6, (0.3, 2.0), "china-stock-2025"),
        (
            "World, 432 T tokens a day, middle of 2026",
            WORLD_TOKENS_PER_DAY,
            21.3e6 * 0.989,
            (0.03, 0.3),
            "epoch-stock-2025",
        ),
    ):
        best = text_pflops(tokens, active_params=37e9, best=True) * IDLE
        planned = text_pflops(tokens, active_params=37e9, best=False) * spare
        yield Benchmark(name, "PFLOPS installed", best, planned, known, band, source, "known is installed for all uses")
    openai = text_pflops(24.6e12, active_params=100e9, best=False)
    yield Benchmark(
        "OpenAI, 24.6 T tokens a day, October 2025, N 100e9", "PFLOPS", openai, openai, 0.6e6, (0.2, 1.0),
        "general-knowledge", "known is general knowledge, for all uses; the size of the models is not published",
    )  # fmt: skip


def _training() -> Iterator[Benchmark]:
    h100, h800 = find_chip("h100").compute_pflops, find_chip("h800").compute_pflops
    runs = (
        ("DeepSeek-V3 on 2,048 H800", 37e9, 14.8e12, 2048 * h800, _base("mfu-moe"), 1.0, 54.2, "deepseek-v3"),
        ("Llama 3 405B on 16,384 H100", 405e9, 15.6e12, 16384 * h100, 0.40, 0.9, 78.4, "llama-3-notes"),
    )
    for name, params, tokens, pflops, used, running, known, source in runs:
        days = training.training_days(training.training_flop(params, tokens, 1, 0), pflops, used, running)
        yield Benchmark(name, "days", days, days, known, (0.9, 1.1), source)
    for name, tokens, known, source in (
        ("Sherkala 8B on 45.3 B tokens", 45.3e9, 72.0, "sherkala-2025"),
        ("WanJuan-Silu, 8B on 300 B tokens", 300e9, 476.0, "wanjuan-2025"),
    ):
        work = training.pflops_days(training.training_flop(8e9, tokens, 1, 0), _base("mfu-moe"))
        yield Benchmark(name, "PFLOPS-days", work, work, known, (0.99, 1.01), source)


def check_spec(built: Built) -> list[Benchmark]:
    """Return what the spec says of people, tokens and PFLOPS a head, against the world and China."""
    return [*_tokens_a_head(built), *_pflops_a_head(built), *_adopters(built)]


def _people(built: Built, year: int) -> dict[str, float]:
    return {code: country.population.at(year) for code, country in built.countries.items()}


def _tokens_a_head(built: Built) -> Iterator[Benchmark]:
    year = built.spec.years[0]
    people = _people(built, year)
    tokens = sum(each.units for each in built.served if each.year == year and _is_text(built, each.service))
    if not tokens:
        return
    world = sum(country.population.growing_at(year) for country in load_countries().values())
    heads = sum(people.values())
    ours = tokens / heads
    yield Benchmark(
        f"Tokens a head and day in {year}, against the world's by share of income", "tokens/day", ours, ours,
        WORLD_TOKENS_PER_DAY * income_share(people, year) / heads, (0.03, 3.0), "tokens-per-day-2026",
        "the world's 432 T a day by income at purchasing power; most of it is agents and search, few are users' own",
    )  # fmt: skip
    yield Benchmark(
        f"Tokens a head and day in {year}, against the world's", "tokens/day", ours, ours, WORLD_TOKENS_PER_DAY / world,
        (0.01, 3.0), "tokens-per-day-2026",
    )  # fmt: skip


def _is_text(built: Built, service: str) -> bool:
    return built.spec.services[service].work == "text"


def _pflops_a_head(built: Built) -> Iterator[Benchmark]:
    for year in built.spec.years:
        heads = sum(count * built.countries[code].scope for code, count in _people(built, year).items())
        ours = built.total(year) / heads * 1000
        yield Benchmark(
            f"PFLOPS for each 1,000 people in {year}, against China's of 2025", "PFLOPS", ours, ours,
            CHINA_PFLOPS_PER_1000, (0.001, 5.0), "china-stock-2025",
            "demand of residents that this file speaks of, beside all that stands for every use and for export",
        )  # fmt: skip


def _adopters(built: Built) -> Iterator[Benchmark]:
    """Yield, for countries whose adoption is published, adopters of the first year against what is published."""
    year = built.spec.years[0]
    for code, country in built.countries.items():
        row = load_countries().get(code)
        if row is None or row.adoption is None:
            continue
        known = min(row.adoption * country.undercount.at(year), country.ceiling.at(year))
        counted = _share(built, code, year)
        yield Benchmark(
            f"Adopters among people aged 15-64 in {code}, {year}", "share", counted, counted, known,
            (0.85, 1.15), "microsoft-2026", "published times the undercount, up to the ceiling",
        )  # fmt: skip


def _share(built: Built, code: str, year: int) -> float:
    people = count_people(built.reckoning(year), built.countries[code])
    return people.adopters / people.adults
