"""The units in which a solver sees a case, chosen once from its own figures: a plan is the same in any currency.

Solvers and proofs work to absolute tolerances. What is small depends on the question: a price of 1 USD is nothing
beside one of 60,000 IRR, and all there is where nothing costs more. So the solver is given figures in units of the
scenario's own size. All units are powers of two; dividing by them and multiplying again changes no digit.

Formulas, prices and files stay in PFLOPS, Gbps, ms and money; only `engine/` speaks these units, and every tolerance of
its own is a share of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from math import exp, frexp, isfinite, log
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from planner.programme.case import Case
    from planner.programme.routing_sets import DemandCase

LARGEST = 256.0
"""The largest demand is about this many units: solvers' tolerances are then a small share of the smaller ones too."""
PRICE = 8.0
"""What a unit of work typically costs, in the objective that the solver sees."""
RIGHT = 64.0
"""A row's unit is at most this many times its right-hand side, so that a tolerance is a small share of that too."""
SAME_SHARE = 1e-12
"""Share of what all work would typically cost that does not matter: digits of the arithmetic."""
NOISE_SHARE = 1e-9
"""Share of what a unit of work typically costs that is rounding in a price."""
SLACK_SHARE = 1e-9
"""Share of it by which a later objective may worsen an earlier one that costs nothing."""


@dataclass(frozen=True, slots=True)
class Scale:
    """Units of a case, each a power of two.

    Attributes
    ----------
    pflops, gbps
        so that the largest demand, and the largest load that one puts on a link, is about 256
    ms
        the round-trip time of a typical link
    usd, tonnes
        what one unit of work typically costs and emits in a year
    work
        units of all that is asked for, PFLOPS and Gbps of traffic together
    fullness
        by how much of its capacity a typical link is fuller with one more unit of traffic
    """

    pflops: float = 1.0
    gbps: float = 1.0
    ms: float = 1.0
    usd: float = 1000.0
    tonnes: float = 1.0
    work: float = 1.0
    fullness: float = 1.0

    def unit(self, demand: DemandCase) -> float:
        """Unit of what is served of a demand: PFLOPS, of traffic Gbps."""
        return self.pflops if demand.is_compute else self.gbps

    def typical_amount(self, objective: str) -> float:
        """What a unit of work typically adds to an objective, in its unit."""
        if objective in ("served", "compute"):
            return self.pflops
        others = {"latency": self.pflops * self.ms, "carbon": self.tonnes, "peak_utilisation": self.fullness}
        return self.usd if objective == "cost" else others[objective]

    def same(self, objective: str) -> float:
        """Amount of an objective that does not matter."""
        return SAME_SHARE * self.work * self.typical_amount(objective)

    def slack(self, objective: str) -> float:
        """Amount by which a later objective may worsen this one."""
        return SLACK_SHARE * self.work * self.typical_amount(objective)

    def price_noise(self, unit: float) -> float:
        """USD below which the price of one more of a row's right-hand side is rounding, for a row seen in a unit."""
        return NOISE_SHARE * self.usd / unit

    def multiplier(self, objective: str, scale: float) -> float:
        """Factor that takes an objective, already times `scale`, to about `PRICE` for a unit of work."""
        return power_of_two(PRICE / (scale * self.typical_amount(objective)))


def power_of_two(figure: float) -> float:
    """Return the power of two next to a positive figure; 1 where there is none."""
    if not isfinite(figure) or figure <= 0:
        return 1.0
    share, exponent = frexp(figure)
    return 2.0 ** (exponent if share > 0.5**0.5 else exponent - 1)


def middle(figures: Iterable[float]) -> float:
    """Return the power of two between the least and the greatest of the positive figures, 1 where there is none."""
    found = [figure for figure in figures if 0 < figure < float("inf")]
    return power_of_two(exp((log(min(found)) + log(max(found))) / 2)) if found else 1.0


def row_unit(sizes: Iterable[float], right: float) -> float:
    """Return the unit of a row from the sizes of its terms and its right-hand side."""
    unit = middle(sizes)
    return min(unit, power_of_two(RIGHT * right)) if right else unit


def measure_scale(case: Case) -> Scale:
    """Choose the units of a case."""
    peaks = [(each, max(each.quantity.values(), default=0.0)) for each in case.demands]
    pflops = power_of_two(max((peak for each, peak in peaks if each.is_compute), default=0.0) / LARGEST)
    loads = ((case.routings[each.routing], peak) for each, peak in peaks)
    gbps = max((peak * max(way.traffic, way.traffic_back) for way, peak in loads), default=0.0)
    gbps = power_of_two(gbps / LARGEST)
    rtts = [rtt for rtt in case.network.rtt_ms[::2].tolist() if rtt > 0]
    work = sum(
        case.weight(state) * each.quantity[state.year, state.block] / (pflops if each.is_compute else gbps)
        for state in case.costly_states
        for each in case.demands
    )
    return Scale(
        pflops=pflops,
        gbps=gbps,
        ms=power_of_two(median(rtts)) if rtts else 1.0,
        usd=_price(case, pflops, gbps),
        tonnes=power_of_two(_typical(_emissions(case)) * pflops),
        work=work or 1.0,
        fullness=power_of_two(gbps / _capacity(case)),
    )


def _price(case: Case, pflops: float, gbps: float) -> float:
    """What a unit of work typically costs: between what serving it costs and what leaving it does."""
    serving = _typical(_running(case)) * pflops or _typical(_carrying(case)) * gbps
    units = ((each, pflops if each.is_compute else gbps) for each in case.demands)
    leaving = _typical(usd * unit for each, unit in units for usd in (each.unserved_usd or {}).values())
    return middle([serving, leaving])


def _capacity(case: Case) -> float:
    """Gbps of a typical link, 1 where there is none."""
    return _typical(link.capacity_gbps[t] for link in case.links for t in case.years) or 1.0


def _typical(figures: Iterable[float]) -> float:
    """Return the median of the positive figures, 0 where there is none."""
    found = [figure for figure in figures if figure > 0]
    return median(found) if found else 0.0


def _running(case: Case) -> Iterator[float]:
    """USD a year of a PFLOPS in use at each site and year, and of one more built."""
    for site in case.sites:
        yield from (site.opex_usd_per_pflops[t] + site.energy_usd((t, b), used=1.0) for t, b in site.usd_per_mw)
    for option in case.site_expansions:
        yield from (option.annuity_usd[t] + option.opex_usd[t] for t in case.years)


def _carrying(case: Case) -> Iterator[float]:
    """USD a year of a Gbps over each link and year, and of one more built."""
    for link in case.links:
        yield from (link.transit_usd_per_gbps[t] for t in case.years)
    for option in case.link_expansions:
        yield from (option.annuity_usd[t] + option.opex_usd[t] for t in case.years)


def _emissions(case: Case) -> Iterator[float]:
    """Tonnes a year of a PFLOPS in use at each site and year."""
    for site in case.sites:
        yield from (site.carbon_kg(at, installed=1.0, used=1.0) / 1000 for at in site.carbon_kg_per_mw)
