"""How work travels: hop by hop with milliseconds, kilometres, country, cable and price."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from math import isnan
from typing import TYPE_CHECKING, Any

from planner.network import latency_factors, link_rtt_ms
from planner.programme.case import INTACT
from planner.programme.hours import count_blocks

if TYPE_CHECKING:
    import pandas as pd

    from planner.files import Inputs
    from planner.plan.plan import Plan
    from planner.studies.explaining.errands import ServedKey


@dataclass(frozen=True)
class Hop:
    """One link of a journey, in the direction in which work goes.

    Attributes
    ----------
    country, to_country
        in which it begins and ends
    cable
        the system it belongs to; nothing for a link by itself
    ms
        what it adds to the round trip by the scenario's rule
    transit_usd
        price of use, USD per Gbps and year
    price_usd
        what one Gbps more of it would save in the year; 0 where it is not full
    """

    link: str
    start: str
    end: str
    country: str
    to_country: str
    kind: str
    cable: str
    ms: float
    km: float
    transit_usd: float
    price_usd: float


@dataclass(frozen=True)
class Journey:
    """Work of one demand on one way to one site.

    Attributes
    ----------
    origin
        the node where it begins
    site
        where it is done; of traffic the node where it ends
    amount
        PFLOPS, of traffic Gbps, as mean over the year
    once_ms
        what access, the ends of the way and a floor between countries add to the hops
    """

    origin: str
    site: str
    amount: float
    rtt_ms: float
    km: float
    once_ms: float
    hops: tuple[Hop, ...]


def list_journeys(plan: Plan, wanted: ServedKey) -> list[Journey]:
    """Return the ways that a demand takes in a year where nothing has failed, the fullest first."""
    year, written, workload = wanted
    found: defaultdict[tuple[str, str, str], list[tuple[float, float, float]]] = defaultdict(list)
    for frame, column, end in ((plan.paths, "pflops", "site"), (plan.traffic, "gbps", "to")):
        for row, share in _rows_of(plan.inputs, frame, wanted):
            origin = row["origin"]
            mine = row.get("demand", f"{origin}-{row.get('to')}") == written
            if mine and row["workload"] == workload and row["year"] == year:
                key = (str(origin), str(row[end]), str(row["links"] or ""))
                found[key].append((float(row[column]) * share, float(row["rtt_ms"]), float(row["km"])))
    journeys = [_journey(plan, year, key, flows) for key, flows in found.items()]
    return sorted(journeys, key=lambda each: (-each.amount, each.origin, each.site, [hop.link for hop in each.hops]))


def _rows_of(inputs: Inputs, frame: pd.DataFrame, wanted: ServedKey) -> list[tuple[dict[Any, Any], float]]:
    """Return the intact rows of a workload, each with its share of the year."""
    flat = frame.reset_index()
    flat = flat[(flat["year"] == wanted[0]) & (flat["contingency"] == INTACT) & (flat["workload"] == wanted[2])]
    blocks = count_blocks(inputs)
    days = inputs.scenario.seasons
    total = sum(days.values())
    rows = flat.to_dict("records")
    return [(row, (days[str(row["season"])] / total if days else 1.0) / blocks) for row in rows]


def _journey(plan: Plan, year: int, way: tuple[str, str, str], flows: list[tuple[float, float, float]]) -> Journey:
    origin, site, links = way
    hops = _hops(plan, year, origin, [link for link in links.split(";") if link])
    amount = sum(each for each, _, _ in flows)
    rtt, km = flows[0][1], flows[0][2]
    return Journey(origin, site, amount, rtt, km, rtt - sum(hop.ms for hop in hops), tuple(hops))


def _hops(plan: Plan, year: int, origin: str, links: list[str]) -> list[Hop]:
    topology, prices = plan.inputs.topology, plan.links["price_usd_per_gbps"]
    factors = latency_factors(topology, plan.inputs.scenario.latency)
    found, at = [], origin
    for name in links:
        link = topology.links[name]
        end = link.ends[1] if link.ends[0] == at else link.ends[0]
        price = float(prices.get((year, name), 0.0))
        found.append(
            Hop(
                name, at, end, topology.nodes[at].country, topology.nodes[end].country, link.kind, link.cable or "",
                link_rtt_ms(link, factors), link.length_km, link.transit_usd_per_gbps.at(year),
                0.0 if isnan(price) else price,
            )
        )  # fmt: skip
        at = end
    return found
