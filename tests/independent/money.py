"""What running, building and waiting cost, what is installed, and how the years weigh: all exact."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from itertools import pairwise
from typing import Any, NamedTuple

from independent.chips import mw_per_pflops, precision_factor
from independent.paths import Part, Path, has_kind, residency_rule
from independent.reading import Key, Record, State, World, at, block_factor, has_rhythm, listed_at, quantity
from independent.stakes import may_expand, may_lay

HOURS_A_YEAR = 8760


# -------------------------------------------------------------------------------------------------- running


def site_compute(world: World, site: str, year: int) -> Fraction:
    """Return the PFLOPS a site has without builds: none where its status is not counted or it does not exist."""
    record = world.sites[site]
    counted = record["status"] in world.scenario.get("count", ["operating", "building"])
    there = counted and world.is_alive(record, year)
    return at(record["compute"], year) * precision_factor(record) if there else Fraction(0)


def meter_mw(site: Record, year: int) -> Fraction:
    """Return the MW at the meter per normalised PFLOPS at its nameplate: IT power x pue."""
    return at(site.get("pue", 1), year) * mw_per_pflops(site)


def idle_mw(site: Record, year: int) -> Fraction:
    """Return the MW at the meter per normalised PFLOPS that is installed, whether it works or not."""
    return meter_mw(site, year) * quantity(site.get("idle", 0))


def working_mw(site: Record, year: int) -> Fraction:
    """Return the MW at the meter that a normalised PFLOPS in use takes beside that."""
    return meter_mw(site, year) * (quantity(site.get("load", 1)) - quantity(site.get("idle", 0)))


def rate_in(world: World, site: str, state: State, word: str, plain: str) -> Fraction:
    """Return a site's tariff per MWh, or its carbon in kg per MWh, in a state."""
    record = world.sites[site]
    value, rhythm = record.get(word, 0), Fraction(1)
    if has_rhythm(value):
        rhythm = block_factor(world, value, record["node"], state.block)
        value = value.get(plain, 0)
    return world.seasonal_at(value, state.year, state.block) * rhythm


def usd_per_mw(world: World, site: str, state: State) -> Fraction:
    """Return USD a year of a MW drawn as in a state all year."""
    return HOURS_A_YEAR * rate_in(world, site, state, "electricity", "price")


def kg_per_mw(world: World, site: str, state: State) -> Fraction:
    """Return kg of carbon a year of a MW drawn as in a state all year."""
    return HOURS_A_YEAR * rate_in(world, site, state, "carbon", "intensity")


def embodied_kg(world: World, site: str, expansion: Record | None = None) -> Fraction:
    """Return the kg embodied in a normalised PFLOPS of a site, or of an expansion there, by year of its life."""
    record = world.sites[site]
    written = (expansion or {}).get("embodied", record.get("embodied", 0))
    return quantity(written) / precision_factor(record) / world.finance("compute_life", "5")


def running_cost(world: World, site: str, state: State) -> Fraction:
    """Return opex and energy, USD per normalised PFLOPS in use and year, as in a state."""
    record = world.sites[site]
    energy = working_mw(record, state.year) * usd_per_mw(world, site, state)
    return at(record.get("opex", 0), state.year) / precision_factor(record) + energy


def loads(world: World, part: Part) -> tuple[Fraction, Fraction]:
    """Return the Gbps per unit of a demand on its way out and on its way back."""
    if has_kind(world, part, "traffic"):
        is_background = world.workloads[part.workload].get("background", False)
        return Fraction(1), Fraction(0 if is_background else 1)  # everybody else's has a demand for each way
    workload = world.workloads[part.workload]
    out = quantity(workload.get("traffic", 0))
    return out, quantity(workload["traffic_back"]) if "traffic_back" in workload else out


def path_cost(world: World, part: Part, path: Path, state: State) -> Fraction:
    """Return the USD per unit and year of a demand on a path: opex, energy, premiums, fee, transit."""
    year = state.year
    transit = sum((at(world.links[link].get("transit", 0), year) for link, _ in path.hops), Fraction(0))
    cost = transit * sum(loads(world, part))
    if world.workloads[part.workload].get("background"):
        return Fraction(0)
    if path.site is None:
        return cost
    cost += running_cost(world, path.site, state) * dearer(world, part, path)
    return cost + at(rule_abroad(world, part, path).get("fee", 0), year)


def rule_abroad(world: World, part: Part, path: Path) -> Record:
    """Return the rule of a demand where a path leaves its country, nothing at home."""
    return residency_rule(world, part) if world.host(path.site) != part.country else {}


def dearer(world: World, part: Part, path: Path) -> Fraction:
    """Return by how much distance and border make opex and energy dearer."""
    distance = 1 + quantity(world.workloads[part.workload].get("rtt_premium", 0)) * path.rtt_ms
    return distance * (1 + quantity(rule_abroad(world, part, path).get("premium", 0)))


def unserved_price(world: World, part: Part, year: int) -> Fraction | None:
    """Return the price of leaving a demand unserved, None where it is required."""
    price = world.workloads[part.workload]["unserved"]
    return None if price == "required" else at(price, year)


# -------------------------------------------------------------------------------------------------- years


def capital_recovery(rate: Fraction, life: Fraction) -> Fraction:
    """Return the yearly share of a sum paid back over a life."""
    return rate / (1 - Fraction(1 / float(1 + rate) ** float(life))) if rate else 1 / life


def year_weights(world: World) -> dict[int, Fraction]:
    """Return ω: one for a single year, else the discounted calendar years a listed year stands for."""
    years, rate = world.years, 1 + world.finance("discount_rate", "0.08")
    if len(years) == 1:
        return {years[0]: Fraction(1)}
    spans = [b - a for a, b in pairwise(years)]
    spans.append(spans[-1])
    return {
        year: sum((rate ** -(year + j - years[0]) for j in range(span)), Fraction(0))
        for year, span in zip(years, spans, strict=True)
    }


# -------------------------------------------------------------------------------------------------- building


class Expansion(NamedTuple):
    """One way to add capacity: family letter (k sites, b links), asset, its number there, factor and life."""

    family: str
    asset: str
    number: int
    record: Record
    home: Record
    factor: Fraction
    life: Fraction

    def column(self, year: int) -> Key:
        """Return the column of a build made in a year, PFLOPS or Gbps."""
        return (self.family, self.asset, self.number, year)

    def steps_column(self, year: int) -> Key:
        """Return the column of the number of steps built in a year."""
        return ("n", *self.column(year))

    @property
    def step(self) -> Fraction:
        """The size of a step, normalised; zero where any amount may be built."""
        return quantity(self.record.get("step", 0)) * self.factor

    def most(self, year: int) -> Fraction | None:
        """Return the most that may stand in a year, whole steps of it; None without a limit."""
        if "max" not in self.record:
            return None
        limit = at(self.record["max"], year) * self.factor
        return limit // self.step * self.step if self.step else limit

    def price(self, word: str, year: int) -> Fraction:
        """Return capex or opex of a year per normalised PFLOPS or Gbps; a price per step is divided by the step."""
        text = listed_at(self.record.get(word, 0), year)
        each = quantity(self.record["step"]) if "/step" in str(text) else 1
        return quantity(text) / each / self.factor

    @property
    def projects(self) -> set[str]:
        """The projects it hangs on: its own and its asset's."""
        return {record["project"] for record in (self.record, self.home) if "project" in record}

    def can_build(self, world: World, year: int) -> bool:
        """Whether the expansion and the asset it belongs to exist in the year."""
        return world.is_alive(self.record, year) and world.is_alive(self.home, year)

    def alive_builds(self, world: World, year: int) -> list[int]:
        """Return the years whose builds still stand in the year."""
        return [t for t in self.build_years(world) if t <= year < t + self.life]

    def build_years(self, world: World) -> list[int]:
        """Return the years in which it can be built; in none where others would own too much of it."""
        if not may_expand(world, self.home, self.record):
            return []
        return [year for year in world.years if self.can_build(world, year)]


def list_expansions(world: World) -> list[Expansion]:
    """Return all expansions of sites (normalised) and links."""
    chips, glass = world.finance("compute_life", "5"), world.finance("link_life", "20")
    found = []
    assets: Iterable[tuple[str, Any, Fraction]] = (("k", world.sites, chips), ("b", world.links, glass))
    for family, records, life in assets:
        for name, home in records.items():
            factor = precision_factor(home) if family == "k" else Fraction(1)
            for number, record in enumerate(home.get("expansion", [])):
                found.append(Expansion(family, name, number, record, home, factor, life))
    return found


def step_size(world: World, family: str, asset: str, number: int) -> Fraction:
    """Return the size of a step of an expansion, normalised; zero where any amount may be built."""
    (found,) = (each for each in list_expansions(world) if each[:3] == (family, asset, number))
    return found.step


def live_projects(world: World) -> dict[str, int]:
    """Return the projects that can, and may, be built within the horizon, with the year."""
    years = {project: world.project_year(project) for project in world.projects if may_lay(world, project)}
    return {project: year for project, year in years.items() if year <= world.years[-1]}
