"""Who may compute for whom, and over which links: the rules that make a path exist or not.

Residency, transit, `usable_by`, `serves` and `requires`/`offers` are no constraints of the programme but its index:
an inadmissible path does not exist (DESIGN, section 5).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from planner.policy import is_named
from planner.years import Yearly

if TYPE_CHECKING:
    from planner.demand import DemandRow, Workload
    from planner.expansions import Lasting
    from planner.policy import Policy, ResidencyRule, WorkRule
    from planner.topology import Link, Site, Topology

NO_FEE = Yearly.flat(0.0)


@dataclass(frozen=True, slots=True)
class Terms:
    """On which terms a site may serve a demand: the fee and the premium count only abroad."""

    fee_usd_per_pflops: Yearly
    premium: float


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a part of a demand comes from."""

    node: str
    country: str


HOME_TERMS = Terms(NO_FEE, 0.0)


def find_rule(policy: Policy, origin: Origin, workload: Workload) -> ResidencyRule | None:
    """Return the first residency rule whose origin, workload and data, each where given, all match."""
    return next((rule for rule in policy.residency if speaks_of(rule, origin, workload)), None)


def speaks_of(rule: WorkRule, origin: Origin, workload: Workload) -> bool:
    """Whether origin, workload and data of a rule, each where given, all match."""
    if rule.origin is not None and origin.country not in rule.origin and origin.node not in rule.origin:
        return False
    if rule.workload is not None and workload.id not in rule.workload:
        return False
    return rule.data is None or (workload.data is not None and workload.data in rule.data)


def residency_terms(rule: ResidencyRule | None, site: Site, host: str, origin: Origin) -> Terms | None:
    """Return the terms on which residency lets a site in country `host` serve the origin, None where it forbids."""
    if rule is None:
        return HOME_TERMS
    if rule.hosts == "home":
        allowed = host == origin.country
    elif rule.hosts == "any":
        allowed = True
    else:
        allowed = is_named(site, host, rule.hosts)
    if not allowed:
        return None
    return HOME_TERMS if host == origin.country else Terms(rule.fee_usd_per_pflops, rule.premium)


def dearer_by(premium_per_ms: float, rtt_ms: float, premium: float) -> float:
    """(1 + rtt_premium · RTT) · (1 + premium abroad): by how much distance and border make opex and energy dearer."""
    return (1 + premium_per_ms * rtt_ms) * (1 + premium)


def takes(site: Site, workload: Workload) -> bool:
    """Whether the site takes this kind of work and offers what it requires, in cards that can be counted if asked."""
    return offers(site, workload) and (not workload.min_cluster_cards or site.card_pflops is not None)


def offers(site: Site, workload: Workload) -> bool:
    """Whether the site takes this kind of work and offers what the workload requires."""
    return workload.kind in site.serves and workload.requires <= site.offers


def least_cluster(site: Site, workload: Workload) -> float:
    """Return what has to be installed at a site that takes the work, PFLOPS; cards are those of the site."""
    return workload.min_cluster_pflops + workload.min_cluster_cards * (site.card_pflops or 0.0)


def admit_hosts(
    topology: Topology, policy: Policy, origin: Origin, workload: Workload, row: DemandRow
) -> dict[str, Terms]:
    """Return the sites that may serve a demand and the terms, whatever their distance and capacity."""
    rule = find_rule(policy, origin, workload)
    admitted: dict[str, Terms] = {}
    for key in sorted(topology.sites):
        site = topology.sites[key]
        country = topology.nodes[site.node].country
        if not takes(site, workload) or (row.hosts is not None and not is_named(site, country, row.hosts)):
            continue
        terms = residency_terms(rule, site, country, origin)
        if terms is not None:
            admitted[key] = terms
    return admitted


def avoided_countries(policy: Policy, origin: Origin, workload: Workload) -> frozenset[str]:
    """Return the countries that no node strictly inside a path from the origin may lie in; transit rules add up.

    Everybody else's traffic avoids none: a policy speaks of the question's own demand.
    """
    if workload.is_background:
        return frozenset()
    avoided: set[str] = set()
    for rule in policy.transit:
        if rule.origin is None or origin.country in rule.origin or origin.node in rule.origin:
            avoided.update(rule.avoid)
    return frozenset(avoided)


def is_usable(link: Link, origin: Origin) -> bool:
    """Whether traffic of the origin's country may use the link."""
    return link.usable_by is None or origin.country in link.usable_by


def is_on_soil(site: Site, topology: Topology, country: str) -> bool:
    """Whether a site counts as a country's own: it stands there, and is not rented on a market."""
    return not site.market and topology.nodes[site.node].country == country


def in_service(asset: Lasting, year: int) -> bool:
    """Whether an asset stands, or an expansion is on offer: from its first to its last year, both included."""
    return (asset.from_year is None or asset.from_year <= year) and (asset.until is None or year <= asset.until)
